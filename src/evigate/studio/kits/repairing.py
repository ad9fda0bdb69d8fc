"""Mending a file that does not check: a bounded number of attempts, each by a rule.

`regenerate` is a model's (`runs/regenerating.py`), in a run of a kit; what stays wrong is said,
never hidden.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evigate.studio.kits.checking import Problem
from evigate.studio.kits.manifest import FileType, Strategy

Check = Callable[[str], list[Problem]]

IMPORTS: Mapping[str | None, str] = {
    "annotations": "from __future__ import annotations",
    "json": "import json",
    "os": "import os",
    "re": "import re",
    "sqlite3": "import sqlite3",
    "uuid": "import uuid",
    "Any": "from typing import Any",
    "Annotated": "from typing import Annotated",
    "ClassVar": "from typing import ClassVar",
    "Literal": "from typing import Literal",
    "Protocol": "from typing import Protocol",
    "Callable": "from collections.abc import Callable",
    "Iterable": "from collections.abc import Iterable",
    "Iterator": "from collections.abc import Iterator",
    "Mapping": "from collections.abc import Mapping",
    "Sequence": "from collections.abc import Sequence",
    "dataclass": "from dataclasses import dataclass",
    "field": "from dataclasses import field",
    "date": "from datetime import date",
    "datetime": "from datetime import datetime",
    "time": "from datetime import time",
    "timedelta": "from datetime import timedelta",
    "Decimal": "from decimal import Decimal",
    "Enum": "from enum import Enum",
    "StrEnum": "from enum import StrEnum",
    "Path": "from pathlib import Path",
    "UUID": "from uuid import UUID",
    "BaseModel": "from pydantic import BaseModel",
    "Field": "from pydantic import Field",
    "APIRouter": "from fastapi import APIRouter",
    "Depends": "from fastapi import Depends",
    "FastAPI": "from fastapi import FastAPI",
    "HTTPException": "from fastapi import HTTPException",
    "pytest": "import pytest",
}
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MANY_BLANKS = re.compile(r"\n{4,}")


def mend(
    kind: FileType, text: str, strategies: Sequence[Strategy], attempts_max: int, check: Check
) -> tuple[str, list[Problem], list[str]]:
    """
    Return a file as far as it could be mended, what is still wrong, and what was done.

    A strategy that changes nothing is no attempt; one that leaves more errors is undone.
    """
    problems, done = check(text), list[str]()
    for strategy in strategies:
        if len(done) >= attempts_max or not any(each.is_error for each in problems):
            break
        if strategy not in _BY_STRATEGY:
            continue
        mended = _BY_STRATEGY[strategy](kind, text, problems)
        if mended == text:
            continue
        left = check(mended)
        if sum(each.is_error for each in left) <= sum(each.is_error for each in problems):
            text, problems = mended, left
            done.append(strategy)
    return text, problems, done


def tidy(kind: FileType, text: str) -> str:
    """Return a text with plain line ends, no blanks at them, and one end of line at its end."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    whole = "\n".join(lines).strip("\n")
    if kind == "python":
        whole = _MANY_BLANKS.sub("\n\n\n", _without_unused_imports(whole)).strip("\n")
    return f"{whole}\n" if whole else ""


def _without_unused_imports(text: str) -> str:
    """Drop names that a module imports from others and uses nowhere; a template imports for all."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return text
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if "__all__" in used:
        return text
    lines: list[str | None] = list(text.split("\n"))
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or node.module == "__future__":
            continue
        kept = [each for each in node.names if (each.asname or each.name) in used]
        if len(kept) < len(node.names) and all(each.name != "*" for each in node.names):
            end = node.end_lineno or node.lineno
            lines[node.lineno - 1 : end] = [None] * (end - node.lineno + 1)
            if kept:
                left = ast.ImportFrom(node.module, kept, node.level)
                lines[node.lineno - 1] = ast.unparse(left)
    return "\n".join(line for line in lines if line is not None)


def _format(kind: FileType, text: str, problems: Sequence[Problem]) -> str:
    if kind == "json":
        return _TRAILING_COMMA.sub(r"\1", text)
    if kind in ("python", "yaml"):
        return text.expandtabs(4 if kind == "python" else 2)
    return text


def _add_import(kind: FileType, text: str, problems: Sequence[Problem]) -> str:
    if kind != "python":
        return text
    lines = sorted({IMPORTS[name] for each in problems if (name := each.name) in IMPORTS})
    if not lines:
        return text
    head, rest = _after_docstring(text)
    return f"{head}{chr(10).join(lines)}\n{rest}"


def _after_docstring(text: str) -> tuple[str, str]:
    """Split a module after its docstring and its imports from the future."""
    end = 0
    for number, node in enumerate(ast.parse(text).body):
        is_docstring = number == 0 and isinstance(node, ast.Expr) and _is_text(node.value)
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not is_docstring and not is_future:
            break
        end = node.end_lineno or end
    lines = text.split("\n")
    head = "\n".join(lines[:end])
    return (f"{head}\n\n" if head else "", "\n".join(lines[end:]).lstrip("\n"))


def _is_text(node: Any) -> bool:
    return isinstance(getattr(node, "value", None), str)


_BY_STRATEGY: Mapping[Strategy, Callable[[FileType, str, Sequence[Problem]], str]] = {
    "format": _format,
    "add_import": _add_import,
}
