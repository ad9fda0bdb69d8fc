"""Answers made anew from what came over the wire: dataclasses, enums and arrays by their types.

Apart from the check of arguments because an answer is ours and needs none: it is only given back
the shape that it had where it was made.
"""

import inspect
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import numpy as np

from evigate.engine.server.arguments import method_of, names_of, resolve, verbs


def answered(name: str, value: Any) -> Any:
    """Return a decoded answer as what the verb returns in process."""
    method = inspect.unwrap(method_of(name))
    return rebuilt(resolve(verbs()[name].signature.return_annotation, method), value)


def rebuilt(kind: Any, value: Any) -> Any:
    """Return a decoded value as a type says it was; as it is, where the type says nothing."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if value is None or kind in (Any, None):
        return value
    if origin in (typing.Union, types.UnionType):
        return _one_of(inner, value)
    if isinstance(kind, type) and origin is None:
        return _made(kind, value)
    if origin is np.ndarray:
        return np.asarray(value)
    if not isinstance(origin, type):
        return value
    if issubclass(origin, Mapping) and isinstance(value, Mapping) and len(inner) == 2:
        return {rebuilt(inner[0], k): rebuilt(inner[1], v) for k, v in value.items()}
    if issubclass(origin, Sequence) and isinstance(value, list):
        if origin is not tuple:
            return [rebuilt(inner[0], each) for each in value]
        if inner[1:] == (...,):
            return tuple(rebuilt(inner[0], each) for each in value)
        return tuple(rebuilt(each, part) for each, part in zip(inner, value, strict=True))
    return value


def _made(kind: type, value: Any) -> Any:
    if is_dataclass(kind) and isinstance(value, Mapping):
        hints = _hints(kind)
        known = {each.name: rebuilt(hints[each.name], value[each.name]) for each in fields(kind)}
        made = object.__new__(kind)
        # Not by the constructor: a field may be one that it does not take.
        for name, each in known.items():
            object.__setattr__(made, name, each)
        return made
    if issubclass(kind, Enum):
        return kind(value)
    if kind is np.ndarray:
        return np.asarray(value)
    if kind in (int, float) and isinstance(value, str):
        # A mapping's key, which JSON writes as a text.
        return kind(value)
    return value


def _one_of(kinds: Sequence[Any], value: Any) -> Any:
    """Return the value by the one type of a union that it can be."""
    for kind in kinds:
        is_record = is_dataclass(kind) and isinstance(value, Mapping)
        if is_record and {each.name for each in fields(kind)} == set(value):
            return rebuilt(kind, value)
    for kind in kinds:
        origin = typing.get_origin(kind) or kind
        is_array = origin is np.ndarray and isinstance(value, list)
        is_enum = isinstance(origin, type) and issubclass(origin, Enum) and isinstance(value, str)
        if is_array or is_enum or (isinstance(origin, type) and isinstance(value, origin)):
            return rebuilt(kind, value)
    return value


@lru_cache(maxsize=256)
def _hints(kind: type) -> Mapping[str, Any]:
    return typing.get_type_hints(kind, globalns=names_of(kind.__module__))
