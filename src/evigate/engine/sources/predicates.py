"""Conditions over a source's rows: SQL in, checked like any statement, and nothing but a condition.

A condition may name columns and call functions; it has no FROM of its own, so it cannot reach
another relation, and it is parsed as the WHERE of a query, so it cannot end it.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evigate.base.errors import EvigateError
from evigate.engine.federation.duck import Duck
from evigate.engine.federation.errors import E_SQL_FORBIDDEN, E_SQL_INVALID, E_SQL_PARAMETER
from evigate.engine.federation.relations import Relation
from evigate.engine.federation.rewrite import Rewriter, parameter_name
from evigate.engine.federation.syntax import Node, nodes, parse, write

_PASSING = re.compile(
    r"\b(now|today|age|ago|random|uuid\w*|gen_random_uuid|current_\w+|get_current_\w+|localtime\w*"
    r"|transaction_timestamp)\b",
    re.I,
)
_EMPTY_KEYS = ("group_expressions", "group_sets", "modifiers")
_NONE_KEYS = ("having", "qualify", "sample")


class Condition:
    """A checked condition as the text of a WHERE, and the values of its parameters."""

    def __init__(self, text: str, values: Mapping[str, Any]) -> None:
        self.text = text
        self.values = dict(values)

    @property
    def is_lasting(self) -> bool:
        """Whether it means the same tomorrow: it asks neither the clock nor chance."""
        return not _PASSING.search(self.text)

    @property
    def digest(self) -> str:
        """The same for the same condition with the same values."""
        seed = json.dumps([self.text, self.values], default=repr, sort_keys=True)
        return hashlib.sha256(seed.encode()).hexdigest()


def read_condition(
    duck: Duck, predicate: str, parameters: Mapping[str, Any] | None = None
) -> Condition:
    """Return a predicate checked.

    Raises:
        E_SQL_INVALID: it does not parse, or is more than a condition.
        E_SQL_FORBIDDEN: it calls or reads what is out of reach.
        E_SQL_PARAMETER: a parameter has no value.
    """
    if not predicate.strip():
        raise EvigateError(E_SQL_INVALID, "The condition is empty.")
    # The line's end keeps a trailing comment from swallowing the parenthesis.
    statement = parse(duck, f"SELECT 1 WHERE ({predicate}\n)")
    node = statement["node"]
    _check_alone(node, predicate)
    rewriter = Rewriter(_NoRelations(), _NoRows(), ())
    where = rewriter.expression(node["where_clause"])
    values = {name.casefold(): _plain(value) for name, value in (parameters or {}).items()}
    missing = [name for name in rewriter.parameters if name.casefold() not in values]
    if missing:
        raise EvigateError(E_SQL_PARAMETER, f"${missing[0]} has no value.")
    text = write(
        duck, {**statement, "node": {**node, "where_clause": where}, "named_param_map": []}
    )
    chosen = {parameter_name(name): values[name.casefold()] for name in rewriter.parameters}
    return Condition(text.partition(" WHERE ")[2], chosen)


def _check_alone(node: Node, predicate: str) -> None:
    extra = [key for key in _EMPTY_KEYS + _NONE_KEYS if node.get(key)]
    if node["type"] != "SELECT_NODE" or extra or (node.get("cte_map") or {}).get("map"):
        raise EvigateError(E_SQL_INVALID, f"{predicate!r} is more than a condition.")
    if not node.get("where_clause") or node["from_table"]["type"] != "EMPTY":
        raise EvigateError(E_SQL_INVALID, f"{predicate!r} is not a condition.")
    if any(item.get("class") == "SUBQUERY" for item in nodes(node)):
        raise EvigateError(E_SQL_FORBIDDEN, "A condition may not hold a query.")


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


class _NoRelations:
    """A condition names no relation."""

    def resolve(self, name: str) -> Relation | None:
        return None

    def names(self) -> Sequence[str]:
        return ()

    def describe(self) -> Sequence[Relation]:
        return ()


class _NoRows:
    """A condition opens nothing."""

    def place(self, relation: Relation) -> str | Node:
        raise EvigateError(E_SQL_FORBIDDEN, f"A condition may not read {relation.name!r}.")

    def call(self, function: Node) -> str:
        raise EvigateError(E_SQL_FORBIDDEN, "A condition may not call a table function.")

    def information(self, name: str) -> str:
        raise EvigateError(E_SQL_FORBIDDEN, f"A condition may not read {name!r}.")
