"""What a verb is: a method of a handle that somebody may call, here or over a wire.

The mark says who may call it and what it answers; every door (client, HTTP, Flight, the command
line) and every coverage test is made from the list of marked methods, so none is forgotten.
"""

import functools
import inspect
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import psycopg

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.engine.tables.files import disk_errors
from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, WRITERS, Permission, require

READ = Permission("engine.read", EVERY_ROLE)
WRITE = Permission("engine.write", WRITERS)
MANAGE = Permission("engine.manage", OWNER_ONLY)
PERMISSIONS = (READ, WRITE, MANAGE)

Args = ParamSpec("Args")
Result = TypeVar("Result")

MARK = "__verb__"
SHOWN_CHARS = 40
INTEGER_MAX = 2**63 - 1
# Arguments that are rows or parameters of a statement: what they hold is not the verb's affair.
DATA = frozenset({"params", "rows", "values", "key", "keys", "value", "vectors", "vector", "query"})
OUT_OF_BOUNDS = (
    psycopg.DataError,
    psycopg.errors.CheckViolation,
    psycopg.errors.NotNullViolation,
    psycopg.errors.DatatypeMismatch,
)


class Answer(StrEnum):
    """What a verb returns: JSON values, a table, a stream of batches, or something of this process.

    A LOCAL verb (it takes a callable, or returns an open thing) has no door but the client in
    process.
    """

    VALUE = "value"
    TABLE = "table"
    STREAM = "stream"
    LOCAL = "local"


class Bound(Protocol):
    """Anything with a subject: a handle or one of its namespaces."""

    @property
    def subject(self) -> Subject:
        """For whom it acts."""


Self = TypeVar("Self", bound=Bound)


@dataclass(frozen=True, slots=True)
class Verb:
    """A marked method; `name` reads "search" or "sources.add"."""

    name: str
    permission: Permission
    answer: Answer
    signature: inspect.Signature
    summary: str


def verb(
    permission: Permission, answer: Answer = Answer.VALUE
) -> Callable[
    [Callable[Concatenate[Self, Args], Result]], Callable[Concatenate[Self, Args], Result]
]:
    """Mark a method as a verb; calling it first asks whether the handle's subject may."""

    def mark(
        method: Callable[Concatenate[Self, Args], Result],
    ) -> Callable[Concatenate[Self, Args], Result]:
        names = list(inspect.signature(method).parameters)[1:]
        numbers = set(names) - DATA

        @functools.wraps(method)
        def guarded(self: Self, /, *args: Args.args, **kwargs: Args.kwargs) -> Result:
            require(self.subject, permission)
            for name, value in (*zip(names, args, strict=False), *kwargs.items()):
                check_text(name, value)
                if name in numbers:
                    check_number(name, value)
            with disk_errors(), _bounds(method.__name__):
                return method(self, *args, **kwargs)

        setattr(guarded, MARK, (permission, answer))
        return guarded

    return mark


def check_text(name: str, value: object) -> None:
    """Refuse a text, or a list of or mapping from texts, that no database and no wire can hold.

    Raises:
        EvigateError[E_INVALID]: it holds a NUL or half of a surrogate pair.
    """
    if isinstance(value, str):
        if "\x00" in value or not (value.isascii() or _is_unicode(value)):
            message = f"The argument {name!r} is {value[:SHOWN_CHARS]!r}: a text holds no NUL and"
            raise EvigateError(E_INVALID, f"{message} no lone surrogate.")
    elif isinstance(value, list | tuple | dict):
        for each in value:
            if not isinstance(each, str):
                break
            check_text(name, each)


def check_number(name: str, value: object) -> None:
    """Refuse a number, or a mapping to numbers, that is no finite one of 64 bits.

    Raises:
        EvigateError[E_INVALID]: it is not.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise EvigateError(E_INVALID, f"The argument {name!r} is {value}, which is no number.")
    if isinstance(value, int) and not -INTEGER_MAX <= value <= INTEGER_MAX:
        raise EvigateError(E_INVALID, f"The argument {name!r} is beyond {INTEGER_MAX}.")
    if isinstance(value, dict):
        for key, each in value.items():
            check_number(f"{name}.{key}", each)


@contextmanager
def _bounds(name: str) -> Iterator[None]:
    """Say of an argument that no row may hold that it is one."""
    try:
        yield
    except OUT_OF_BOUNDS as error:
        told = error.diag.message_primary or str(error)
        message = f"An argument of {name!r} is out of its bounds: {told}."
        raise EvigateError(E_INVALID, message) from error


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def marked(owner: type, prefix: str = "") -> Iterator[Verb]:
    """Yield the verbs of one class, in the order of definition."""
    for name, method in vars(owner).items():
        if mark := getattr(method, MARK, None):
            permission, answer = mark
            summary = (inspect.getdoc(method) or "").partition("\n")[0]
            signature = inspect.signature(method)
            parameters = list(signature.parameters.values())[1:]
            yield Verb(
                prefix + name, permission, answer, signature.replace(parameters=parameters), summary
            )


def call(handle: Any, name: str, arguments: dict[str, Any]) -> Any:
    """Call a verb by its name on a handle."""
    target = handle
    for part in name.split("."):
        target = getattr(target, part)
    return target(**arguments)
