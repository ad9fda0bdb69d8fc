"""What a verb takes and answers, read off its signature: here types become checks.

Functions of the caller's process (`on_progress`, `is_cancelled`) do not travel; doors that can
carry progress make their own.
"""

import ast
import importlib
import inspect
import sys
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from evigate.base.errors import E_INVALID, EvigateError
from evigate.engine.server.errors import E_VERB_LOCAL, E_VERB_MISSING
from evigate.engine.verbs import Answer, Verb

# Verbs that have a remote neighbour, for the advice of a refusal.
INSTEAD = {
    "search_batch": "Call search once for each query.",
    "models.add_callable": "Serve the function as an endpoint and use models.add.",
    "as_tenant": "Call as_tenant of the connection, or send the header x-evigate-tenant.",
}
HOOKS = ("on_progress", "is_cancelled")


def _as_schema(value: Any) -> Any:
    """Return types by column as a schema; pydantic tells of a ValueError."""
    if not isinstance(value, Mapping):
        return value
    try:
        return pa.schema([(str(name), pa.type_for_alias(kind)) for name, kind in value.items()])
    except (TypeError, ValueError) as error:
        raise ValueError(f"no type of a column: {error}") from error


_AS_SCHEMA = BeforeValidator(_as_schema)
_ARBITRARY = ConfigDict(arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument that travels; `help` is what the verb's text says of it, or ""."""

    name: str
    annotation: Any
    default: Any
    help: str
    is_keyword: bool

    @property
    def is_required(self) -> bool:
        """Whether it has no default."""
        return self.default is inspect.Parameter.empty


def find_verb(name: str) -> Verb:
    """Return a verb that may be called from elsewhere.

    Raises:
        EvigateError[E_VERB_MISSING]: there is none of that name.
        EvigateError[E_VERB_LOCAL]: it takes or returns something that cannot travel.
    """
    verb = verbs().get(name)
    if verb is None:
        raise EvigateError(E_VERB_MISSING, f"There is no verb {name!r}.")
    if verb.answer is Answer.LOCAL:
        raise EvigateError(
            E_VERB_LOCAL,
            f"{name!r} works in process only: it takes or returns what cannot travel.",
            remediation=INSTEAD.get(name),
        )
    return verb


@lru_cache(maxsize=1)
def verbs() -> Mapping[str, Verb]:
    """Return every verb by its full name."""
    from evigate.engine.engine import all_verbs

    return all_verbs()


def method_of(name: str) -> Callable[..., Any]:
    """Return the function behind a verb."""
    from evigate.engine.engine import NAMESPACES, Engine

    namespace, _, short = name.rpartition(".")
    owner = NAMESPACES[namespace] if namespace else Engine
    found: Callable[..., Any] = vars(owner)[short]
    return found


@lru_cache(maxsize=256)
def parameters(name: str) -> Mapping[str, Parameter]:
    """Return the arguments of a verb that travel, in order, `**named` left out."""
    verb, method = verbs()[name], inspect.unwrap(method_of(name))
    helps = told(inspect.getdoc(method) or "")
    found = {}
    for each in verb.signature.parameters.values():
        if each.kind is inspect.Parameter.VAR_KEYWORD or each.name in HOOKS:
            continue
        annotation = resolve(each.annotation, method)
        is_keyword = each.kind is inspect.Parameter.KEYWORD_ONLY
        found[each.name] = Parameter(
            each.name, annotation, each.default, helps.get(each.name, ""), is_keyword
        )
    return found


def takes_more(name: str) -> bool:
    """Tell whether a verb takes arguments of any name."""
    kinds = [each.kind for each in verbs()[name].signature.parameters.values()]
    return inspect.Parameter.VAR_KEYWORD in kinds


def hooks(name: str) -> frozenset[str]:
    """Return which functions of the caller a verb would take."""
    return frozenset(HOOKS) & frozenset(verbs()[name].signature.parameters)


def bind(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call, each checked and turned into its type.

    Raises:
        EvigateError[E_INVALID]: some are unknown, missing or of another type; all are named.
    """
    known = parameters(name)
    faults = [
        f"{each!r} is not one of its arguments ({', '.join(known)})"
        for each in given
        if each not in known and not takes_more(name)
    ]
    faults += [
        f"{each.name!r} is missing"
        for each in known.values()
        if each.is_required and each.name not in given
    ]
    bound = {each: value for each, value in given.items() if each not in known}
    for each in known.values():
        if each.name in given:
            try:
                bound[each.name] = checked(each.annotation, given[each.name])
            except ValidationError as error:
                faults += [_fault(each.name, item) for item in error.errors()[:3]]
    if faults:
        message = f"{name} was called wrongly: {'; '.join(faults)}."
        raise EvigateError(E_INVALID, message, detail={"verb": name, "faults": faults})
    return bound


def _fault(name: str, item: Any) -> str:
    place = "".join(f"[{part!r}]" for part in item["loc"] if not str(part).startswith("function"))
    return f"{name!r}{place}: {item['msg']}"


def checked(annotation: Any, value: Any) -> Any:
    """Return a value as its type says it is; raises pydantic's ValidationError."""
    adapter = _adapter(annotation)
    return value if adapter is None else adapter.validate_python(value)


@lru_cache(maxsize=1024)
def _adapter_of(annotation: Any) -> TypeAdapter[Any] | None:
    wanted = wire_type(annotation)
    if wanted is Any:
        return None
    try:
        return TypeAdapter(wanted, config=_ARBITRARY)
    except PydanticUserError:
        # A dataclass or model brings a configuration of its own.
        return TypeAdapter(wanted)


def _adapter(annotation: Any) -> TypeAdapter[Any] | None:
    try:
        return _adapter_of(annotation)
    except TypeError:
        return None


def wire_type(annotation: Any, *, is_plain: bool = False) -> Any:
    """Return an annotation without what cannot travel; `is_plain` for types that JSON can show.

    Arrays are left out of unions (they arrive as lists); plain, a table is rows, a schema types by
    column.
    """
    if annotation in (inspect.Parameter.empty, Any) or isinstance(annotation, str):
        return Any
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        inner = [
            wire_type(each, is_plain=is_plain)
            for each in typing.get_args(annotation)
            if not _is_array(each) and typing.get_origin(each) is not Callable
        ]
        return Any if Any in inner else typing.Union[tuple(inner)]  # noqa: UP007
    if _is_array(annotation):
        return list[Any]
    if is_plain and annotation is pa.Table:
        return list[dict[str, Any]]
    if annotation is pa.Schema:
        return dict[str, str] if is_plain else typing.Annotated[pa.Schema, _AS_SCHEMA]
    return annotation


def _is_array(annotation: Any) -> bool:
    return annotation is np.ndarray or typing.get_origin(annotation) is np.ndarray


def resolve(annotation: Any, method: Callable[..., Any]) -> Any:
    """Return what a quoted annotation names, imports for type checkers included.

    Any, where it cannot be told.
    """
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, names_of(method.__module__))
    except (NameError, AttributeError, TypeError):
        return Any


def names_of(module: str) -> dict[str, Any]:
    """Return what a module's annotations may name, imports for type checkers included."""
    return {**_for_checkers(module), **vars(sys.modules[module])}


@lru_cache(maxsize=64)
def _for_checkers(module: str) -> dict[str, Any]:
    """Import what a module imports below `if TYPE_CHECKING`."""
    path = sys.modules[module].__file__
    found: dict[str, Any] = {}
    if path is None:
        return found
    for node in ast.parse(Path(path).read_text()).body:
        is_guard = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for each in node.body if is_guard and isinstance(node, ast.If) else ():
            if isinstance(each, ast.ImportFrom) and each.module:
                source = importlib.import_module(each.module)
                found |= {(n.asname or n.name): getattr(source, n.name, Any) for n in each.names}
    return found


def told(doc: str) -> dict[str, str]:
    """Return what a docstring's `Args:` say of each argument, on one line."""
    _, _, tail = doc.partition("\nArgs:\n")
    found: dict[str, list[str]] = {}
    names: list[str] = []
    for line in tail.splitlines():
        if line and not line.startswith(" "):
            break
        head, colon, text = line.strip().partition(": ")
        is_entry = line.startswith("    ") and not line.startswith("     ") and bool(colon)
        if is_entry:
            names = [name.strip() for name in head.split(",")]
            found |= {name: [text] for name in names}
        elif line.strip():
            for name in names:
                found[name].append(line.strip())
    return {name: " ".join(parts) for name, parts in found.items()}
