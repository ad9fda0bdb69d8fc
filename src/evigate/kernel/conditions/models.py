"""What a condition is once it was read: a tree of frozen values, with everything checked."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Literal

Path = tuple[str, ...]
Network = IPv4Network | IPv6Network
Order = Literal["$gt", "$gte", "$lt", "$lte"]
TypeName = Literal["null", "boolean", "number", "string", "array", "object"]


@dataclass(frozen=True, slots=True)
class Ref:
    """The value at another path of the same document."""

    path: Path


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of asking, less a span."""

    ago: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of the subset that runs in linear time, for both machines the same."""

    text: str
    ignores_case: bool


@dataclass(frozen=True, slots=True)
class Equals:
    """A value, or an element of it, is this; null is missing too."""

    operand: Any


@dataclass(frozen=True, slots=True)
class Compares:
    """A value, or an element of it, lies on that side; another type is on no side."""

    order: Order
    operand: int | float | str | Ref | Moment


@dataclass(frozen=True, slots=True)
class IsIn:
    """A value, or an element of it, is one of these, or an element of the array referred to."""

    operand: tuple[Any, ...] | Ref


@dataclass(frozen=True, slots=True)
class HasAll:
    """Each of these is met by the value or an element of it; of none at all it is false."""

    tests: tuple["Equals | ElementMatches", ...] | Ref


@dataclass(frozen=True, slots=True)
class Exists:
    """There is something at the path, be it null."""


@dataclass(frozen=True, slots=True)
class Matches:
    """A text, or an element that is a text, holds a match of the pattern."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class HasSize:
    """An array has as many elements."""

    operand: int


@dataclass(frozen=True, slots=True)
class IsType:
    """A value, or an element of it, is of the type."""

    name: TypeName


@dataclass(frozen=True, slots=True)
class Modulo:
    """A whole number, or an element that is one, leaves this remainder."""

    divisor: int
    remainder: int


@dataclass(frozen=True, slots=True)
class InNetwork:
    """A text, or an element that is one, is an address of the network."""

    network: Network


@dataclass(frozen=True, slots=True)
class ElementMatches:
    """One element of an array meets the whole condition."""

    condition: "Condition"


Test = (
    Equals
    | Compares
    | IsIn
    | HasAll
    | Exists
    | Matches
    | HasSize
    | IsType
    | Modulo
    | InNetwork
    | ElementMatches
)


@dataclass(frozen=True, slots=True)
class At:
    """A test of what stands at a path; no path is the document itself.

    `operator` and `expected` are as they were written, for the trace.
    """

    path: Path
    test: Test
    operator: str
    expected: Any


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; none at all is true."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part holds, or more; none at all is false."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = At | All | AnyOf | Not
