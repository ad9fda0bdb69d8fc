"""Whether a file is what its type says: parsed by the type's own parser, never run."""

import ast
import builtins
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax import SAXParseException

import orjson

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.kernel.conditions import evaluate
from evigate.studio.kits.errors import E_KIT_INVALID
from evigate.studio.kits.folder import CheckRule
from evigate.studio.kits.manifest import FileType
from evigate.studio.yamlfiles import parse_yaml

_GIVEN = frozenset(dir(builtins)) | {
    "__name__", "__file__", "__doc__", "__all__", "__package__", "__spec__", "__annotations__",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file; `name` is what Python code lacks an import of, if that is it."""

    message: str
    line: int | None = None
    is_error: bool = True
    name: str | None = None


def problems_of(
    kind: FileType, text: str, *, path: str, facts: Mapping[str, Any], rules: tuple[CheckRule, ...]
) -> list[Problem]:
    """Return what is wrong with a file, by its type and then by the kit's rules, in order.

    Args:
        facts: what rules may ask of beside the file: the thing that it was made for, as `item`.
    """
    check = _BY_TYPE.get(kind)
    found = [] if check is None else list(check(text, path))
    document = {**facts, "file": {"path": path, "text": text, "lines": len(text.splitlines())}}
    now = utc_now()
    for rule in rules:
        if evaluate(rule.must, document, now=now).result is not True:
            found.append(Problem(f"{rule.key}: {rule.message}", is_error=rule.is_error))
    return found


def _python(text: str, path: str) -> Iterator[Problem]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        yield Problem(f"it is no Python: {error}", line)
        return
    known = _GIVEN | set(_bound(tree))
    seen: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name not in known | seen:
                seen.add(name)
                yield Problem(f"{name!r} is not defined", node.lineno, name=name)


def _bound(tree: ast.Module) -> Iterator[str]:
    """Yield each name that the module binds, in whatever scope."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.arg(arg=name):
                yield name
            case ast.alias():
                yield (node.asname or node.name).split(".")[0]
            case ast.ExceptHandler(name=str(name)):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name


def _json(text: str, path: str) -> Iterator[Problem]:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError as error:
        yield Problem(f"it is no JSON: {error.msg}", error.lineno)


def _yaml(text: str, path: str) -> Iterator[Problem]:
    try:
        parse_yaml(text, path=path, code=E_KIT_INVALID)
    except EvigateError as error:
        yield Problem(error.message.removeprefix(f"{path}: "))


def _toml(text: str, path: str) -> Iterator[Problem]:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        yield Problem(f"it is no TOML: {error}")


def _html(text: str, path: str) -> Iterator[Problem]:
    """HTML that is XML too, as kits write it: every element closed, every attribute quoted."""
    from xml.sax import ContentHandler, parseString

    body = text.removeprefix("<!doctype html>").removeprefix("<!DOCTYPE html>").strip()
    try:
        parseString(body.encode(), ContentHandler())
    except SAXParseException as error:
        yield Problem(f"it is not well-formed: {error.getMessage()}", error.getLineNumber())


_BY_TYPE: Mapping[FileType, Callable[[str, str], Iterator[Problem]]] = {
    "python": _python,
    "json": _json,
    "yaml": _yaml,
    "toml": _toml,
    "html": _html,
}
