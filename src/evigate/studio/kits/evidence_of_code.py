"""What a bundle's files say, read without knowing who made them: tables, classes, routes, steps.

Pure. Code is what runs or is run by tests; what stands in prose or in a contract beside the code
counts for nothing, for a text can promise what no program does.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

CODE = (".py", ".js", ".ts", ".sql")
PROSE = (".md", ".txt", ".html", ".rst")
VERBS = frozenset({"get", "post", "put", "patch", "delete"})
_ID = re.compile(r"\b[A-Z]{2}(?:-[A-Z0-9]+)+\b")
_TABLE = re.compile(
    r'CREATE TABLE (?:IF NOT EXISTS )?"?([\w-]+)"?\s*\((.*?)^\s*\)', re.S | re.I | re.M
)
_COLUMN = re.compile(r'^\s*"?(\w+)"?\s+\w+', re.M)
_VALUE = re.compile(r"^\s*(?:window\.\w+|(?:export\s+)?const \w+) = (\{.*\});?\s*$", re.M)
_FUNCTION = re.compile(r"\bfunction\s+(\w+)|^\s*(?:async\s+)?(\w+)\s*\([^)]*\)\s*\{", re.M)


@dataclass
class CodeEvidence:
    """What was found; names are folded to letters and digits, so that style makes no difference."""

    records: dict[str, set[str]] = field(default_factory=dict)
    routes: set[tuple[str, str]] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    steps: set[tuple[str, str]] = field(default_factory=set)
    rights: list[tuple[tuple[str, ...], frozenset[str]]] = field(default_factory=list)
    named_in_code: dict[str, str] = field(default_factory=dict)
    named_in_prose: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def add_record(self, name: str, columns: set[str]) -> None:
        """Note a kind of record; one that stands in several places has the columns of all."""
        self.records.setdefault(plain_name(name), set()).update(map(plain_name, columns))


def plain_name(name: str) -> str:
    """Return a name's letters and digits in small letters."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def evidence_of(files: Mapping[str, bytes]) -> CodeEvidence:
    """Read a bundle's files, in the order of their paths; what cannot be parsed is `unread`."""
    found = CodeEvidence()
    for path, data in sorted(files.items()):
        text = data.decode("utf-8", errors="replace")
        suffix = path[path.rfind(".") :]
        if suffix in CODE:
            for name in _ID.findall(text):
                found.named_in_code.setdefault(name, path)
        elif suffix in PROSE:
            for name in _ID.findall(text):
                found.named_in_prose.setdefault(name, path)
        if suffix == ".py":
            _read_python(found, path, text)
        elif suffix == ".sql":
            _read_sql(found, text)
        elif suffix in (".js", ".ts"):
            _read_script(found, text)
    return found


def _read_sql(found: CodeEvidence, text: str) -> None:
    for name, body in _TABLE.findall(text):
        found.add_record(name, set(_COLUMN.findall(body)))


def _read_script(found: CodeEvidence, text: str) -> None:
    for one, other in _FUNCTION.findall(text):
        found.functions.add(plain_name(one or other))
    for literal in _VALUE.findall(text):
        try:
            _read_value(found, orjson.loads(literal))
        except orjson.JSONDecodeError:
            continue


def _read_value(found: CodeEvidence, value: Any) -> None:
    """Read data that a script works on: records with fields, steps, rights."""
    if isinstance(value, list):
        for each in value:
            _read_value(found, each)
    elif isinstance(value, dict):
        if "key" in value and isinstance(value.get("fields"), list):
            names = {str(each.get("name")) for each in value["fields"] if isinstance(each, dict)}
            found.add_record(str(value["key"]), names)
        if "start" in value and "end" in value:
            found.steps.add((str(value["start"]), str(value["end"])))
        if {"role", "entity", "actions"} <= set(value) and isinstance(value["actions"], list):
            key = (str(value["role"]), str(value["entity"]))
            held = frozenset(map(str, value["actions"])) | frozenset(_texts(value.get("where")))
            found.rights.append((key, held))
        for each in value.values():
            _read_value(found, each)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key)
            yield from _texts(each)


def _read_python(found: CodeEvidence, path: str, text: str) -> None:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        found.unread.append(path)
        return
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name, body=body):
                lines = (each for each in body if isinstance(each, ast.AnnAssign))
                names = {e.target.id for e in lines if isinstance(e.target, ast.Name)}
                if names:
                    found.add_record(name, names)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found.functions.add(plain_name(node.name))
                found.routes.update(_routes(node))
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                texts = [_text(each) for each in elements]
                if len(texts) == 2 and texts[0] and texts[1]:
                    found.steps.add((texts[0], texts[1]))
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Tuple):
                        named = tuple(_text(each) or "" for each in key.elts)
                        found.rights.append((named, _constants(value)))


def _routes(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, str]]:
    for each in node.decorator_list:
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.args:
            path = _text(each.args[0])
            if each.func.attr in VERBS and path is not None:
                yield each.func.attr, path


def _constants(node: ast.AST) -> frozenset[str]:
    return frozenset(
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )


def _text(node: ast.AST) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text else None  # type: ignore[attr-defined]
