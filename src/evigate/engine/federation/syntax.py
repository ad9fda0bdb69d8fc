"""Statements to syntax trees and back, by DuckDB's own parser, so that nobody reads them otherwise.

A tree is what `json_serialize_sql` gives, all keys kept. Only SELECT has one, which is the first
wall: COPY, ATTACH, SET, PRAGMA and their like do not come this far.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from evigate.base.errors import EvigateError
from evigate.engine.federation.duck import Duck, translated
from evigate.engine.federation.errors import E_SQL_FORBIDDEN, E_SQL_INVALID

Node = dict[str, Any]
TEXT_CHARS_MAX = 1_000_000
_EXPLAIN = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*explain(\s+analyze)?\s", re.I | re.S)


def split_explain(text: str) -> tuple[str, str]:
    """Return "EXPLAIN ", "EXPLAIN ANALYZE " or "", and the statement without it."""
    found = _EXPLAIN.match(text)
    if not found:
        return "", text
    return ("EXPLAIN ANALYZE " if found[1] else "EXPLAIN "), text[found.end() :]


def parse(duck: Duck, text: str) -> Node:
    """Return the tree of the one SELECT in a text.

    Raises:
        E_SQL_INVALID: it does not parse (the message shows where), or is not one statement.
        E_SQL_FORBIDDEN: it is something else than a SELECT.
    """
    if len(text) > TEXT_CHARS_MAX:
        raise EvigateError(
            E_SQL_INVALID, f"The statement is longer than {TEXT_CHARS_MAX} characters."
        )
    with duck.cursor() as cursor, translated():
        row = cursor.execute("SELECT json_serialize_sql($1)", [text]).fetchone()
    tree = json.loads(row[0]) if row else {}
    if tree.get("error"):
        raise _refusal(text, tree)
    statements = tree["statements"]
    if len(statements) != 1:
        raise EvigateError(
            E_SQL_INVALID, f"There must be one statement; there are {len(statements)}."
        )
    return dict(statements[0])


def write(duck: Duck, statement: Node) -> str:
    """Return the text of a tree."""
    tree = json.dumps({"error": False, "statements": [statement]})
    with duck.cursor() as cursor, translated():
        row = cursor.execute("SELECT json_deserialize_sql($1)", [tree]).fetchone()
    return str(row[0]) if row else ""


def expression_text(duck: Duck, expression: Node) -> str:
    """Return the SELECT of one expression, as text."""
    statement = parse(duck, "SELECT 1")
    statement["node"]["select_list"] = [expression]
    return write(duck, statement)


def nodes(value: Any) -> Iterator[Node]:
    """Yield every dictionary of a tree, the outer before the inner."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _refusal(text: str, tree: Node) -> EvigateError:
    message = str(tree.get("error_message", "it is not understood"))
    if tree.get("error_type") == "not implemented":
        if "Only SELECT" in message:
            return EvigateError(
                E_SQL_FORBIDDEN, "Only SELECT statements are run here (and EXPLAIN of one)."
            )
        return EvigateError(E_SQL_INVALID, message)
    position = str(tree.get("position", ""))
    if not position.isdigit():
        return EvigateError(E_SQL_INVALID, message)
    # DuckDB counts bytes.
    offset = len(text.encode()[: int(position)].decode(errors="ignore"))
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)]
    number = text.count("\n", 0, offset) + 1
    caret = " " * (offset - start) + "^"
    return EvigateError(
        E_SQL_INVALID,
        f"Line {number}: {message}\n{line}\n{caret}",
        detail={"position": offset, "line": number},
    )
