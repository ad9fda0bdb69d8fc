"""Holding a condition against a document, in memory, with a trace of every test that was made.

True, false and error combine as in SQL: false beats error in a conjunction, true beats it in a
disjunction, and the opposite of an error is an error. So the order of the parts does not matter.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from evigate.base.canonical import canonical_json
from evigate.kernel.conditions.instants import instant
from evigate.kernel.conditions.models import (
    All,
    AnyOf,
    At,
    Compares,
    Condition,
    ElementMatches,
    Equals,
    Exists,
    HasAll,
    HasSize,
    InNetwork,
    IsIn,
    IsType,
    Matches,
    Modulo,
    Moment,
    Not,
    Path,
    Ref,
    Test,
)
from evigate.kernel.conditions.patterns import machine

SHOWN_MAX = 5
# Beyond it not every whole number has a float, and the machines would differ.
WHOLE_MAX = 2**53
Result = bool | None


class _Missing:
    """What stands where nothing stands."""

    def __repr__(self) -> str:
        return "missing"


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Step:
    """One test that was made: where, what was asked, what was found (a few values), how it went.

    `result` is None for an error; `note` says why a test could not be met: "missing",
    "type_mismatch", "reference_missing" or "reference_is_no_array".
    """

    path: str
    operator: str
    expected: Any
    actual: tuple[Any, ...]
    result: Result
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the condition holds, None for an error, and the tests in the order they were made."""

    result: Result
    trace: tuple[Step, ...]


def evaluate(condition: Condition, document: Any, *, now: datetime) -> Outcome:
    """Return whether a document meets a condition, and why.

    Args:
        document: a JSON value.
        now: the time that $now and $ago mean; with a zone.
    """
    asking = _Asking(document, now.astimezone(UTC), [])
    result = asking.ask(condition, document)
    return Outcome(result, tuple(asking.trace))


@dataclass(frozen=True, slots=True)
class _Asking:
    """One evaluation: references are resolved against the whole document."""

    root: Any
    now: datetime
    trace: list[Step]

    def ask(self, condition: Condition, document: Any) -> Result:
        match condition:
            case All(parts):
                return _all_of([self.ask(each, document) for each in parts])
            case AnyOf(parts):
                return _any_of([self.ask(each, document) for each in parts])
            case Not(part):
                return _opposite(self.ask(part, document))
            case At():
                return self._test_at(condition, document)

    def _test_at(self, at: At, document: Any) -> Result:
        values = list(values_at(document, at.path))
        result, note = self._test(at.test, values)
        if result is not True and not note and all(each is MISSING for each in values):
            note = "missing"
        shown = tuple(None if each is MISSING else each for each in values[:SHOWN_MAX])
        step = Step(".".join(at.path), at.operator, at.expected, shown, result, note)
        self.trace.append(step)
        return result

    def _test(self, test: Test, values: list[Any]) -> tuple[Result, str]:
        match test:
            case Equals(Ref(path)):
                return self._equals_reference(path, values)
            case Equals(operand):
                return any(_is_equal(each, operand) for each in items(values)), ""
            case Compares():
                return self._compare(test, values)
            case IsIn(Ref(path)):
                return self._in_reference(path, values)
            case IsIn(tuple() as operand):
                members = [each for each in operand if not isinstance(each, Ref)]
                is_member = any(_is_equal(v, m) for v in items(values) for m in members)
                others = [self._equals_reference(r.path, values)[0] for r in operand if _is_ref(r)]
                return _any_of([is_member, *others]), ""
            case HasAll(Ref(path)):
                return self._all_of_reference(path, values)
            case HasAll(tuple() as tests):
                return bool(tests) and _all_of([self._test(t, values)[0] for t in tests]), ""
            case ElementMatches(condition):
                elements = (e for v in values if isinstance(v, list) for e in v)
                return _any_of([self.ask(condition, element) for element in elements]), ""
            case Exists():
                return any(each is not MISSING for each in values), ""
            case HasSize(operand):
                return any(isinstance(v, list) and len(v) == operand for v in values), ""
            case _:
                found = [_simple(test, each) for each in items(values)]
                is_odd = all(each is None for each in found) and found
                return any(found), "type_mismatch" if is_odd else ""

    def _references(self, path: Path) -> list[Any]:
        return [each for each in values_at(self.root, path) if each is not MISSING]

    def _equals_reference(self, path: Path, values: list[Any]) -> tuple[Result, str]:
        wanted = self._references(path)
        if not wanted:
            return False, "reference_missing"
        found = [each for each in items(values) if each is not MISSING]
        return any(same(each, other) for each in found for other in wanted), ""

    def _in_reference(self, path: Path, values: list[Any]) -> tuple[Result, str]:
        wanted = self._references(path)
        if not wanted:
            return False, "reference_missing"
        if not all(isinstance(each, list) for each in wanted):
            return None, "reference_is_no_array"
        members = [member for each in wanted for member in each]
        found = [each for each in items(values) if each is not MISSING]
        return any(same(each, member) for each in found for member in members), ""

    def _all_of_reference(self, path: Path, values: list[Any]) -> tuple[Result, str]:
        wanted = self._references(path)
        if not wanted:
            return False, "reference_missing"
        if not all(isinstance(each, list) for each in wanted):
            return None, "reference_is_no_array"
        members = [member for each in wanted for member in each]
        found = [each for each in items(values) if each is not MISSING]
        is_met = all(any(same(each, member) for each in found) for member in members)
        return bool(members) and is_met, ""

    def _compare(self, test: Compares, values: list[Any]) -> tuple[Result, str]:
        operand = test.operand
        found = list(items(values))
        if isinstance(operand, Moment):
            limit = self.now - operand.ago
            moments = [instant(each) if isinstance(each, str) else None for each in found]
            sides = [None if m is None else _on_side(test.order, m, limit) for m in moments]
        else:
            wanted = self._references(operand.path) if isinstance(operand, Ref) else [operand]
            if not wanted:
                return False, "reference_missing"
            sides = [_side(test.order, each, other) for each in found for other in wanted]
        is_odd = all(each is None for each in sides) and found and found != [MISSING]
        return any(sides), "type_mismatch" if is_odd else ""


def values_at(document: Any, path: Path) -> Iterator[Any]:
    """Yield what stands at a path: through an array, what stands in each of its elements.

    A number picks an element, and nothing where the array is shorter. Where a name is missing,
    `MISSING` is yielded, since null and the negations are true of it.
    """
    if not path:
        yield document
        return
    head, *rest = path
    if isinstance(document, list):
        if head.isascii() and head.isdecimal():
            if int(head) < len(document):
                yield from values_at(document[int(head)], tuple(rest))
        else:
            for element in document:
                yield from values_at(element, path)
    elif isinstance(document, Mapping) and head in document:
        yield from values_at(document[head], tuple(rest))
    else:
        yield MISSING


def items(values: list[Any]) -> Iterator[Any]:
    """Yield each value and, of an array, its elements too."""
    for value in values:
        yield value
        if isinstance(value, list):
            yield from value


def same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are one; true is not 1, and the order of keys is nothing."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type_of(one) == type_of(other) and bool(one == other)


def type_of(value: Any) -> str:
    """Return the JSON type of a value; "" for what is missing."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    return "object" if isinstance(value, Mapping) else ""


def _is_equal(value: Any, operand: Any) -> bool:
    if value is MISSING:
        return operand is None
    return same(value, operand)


def _side(order: str, value: Any, other: Any) -> Result:
    kind = type_of(value)
    if kind != type_of(other) or kind not in ("number", "string"):
        return None
    return _on_side(order, value, other)


def _on_side(order: str, value: Any, other: Any) -> bool:
    match order:
        case "$gt":
            return bool(value > other)
        case "$gte":
            return bool(value >= other)
        case "$lt":
            return bool(value < other)
        case _:
            return bool(value <= other)


def _simple(test: Test, value: Any) -> Result:
    """Return whether one value passes; None where it is of a type that the test is not for."""
    match test:
        case IsType(name):
            return type_of(value) == name
        case Matches(pattern):
            return bool(machine(pattern).search(value)) if isinstance(value, str) else None
        case Modulo(divisor, remainder):
            if type_of(value) != "number" or value != int(value) or abs(value) > WHOLE_MAX:
                return None
            value = int(value)
            # The sign is the dividend's, as in SQL.
            left = abs(value) % abs(divisor)
            return bool((left if value >= 0 else -left) == remainder)
        case InNetwork(network):
            try:
                if not isinstance(value, str) or "%" in value:
                    return None
                return bool(ip_address(value) in network)
            except ValueError:
                return None
        case _:
            raise AssertionError(canonical_json(type(test).__name__))


def _all_of(results: list[Result]) -> Result:
    if False in results:
        return False
    return None if None in results else True


def _any_of(results: list[Result]) -> Result:
    if True in results:
        return True
    return None if None in results else False


def _opposite(result: Result) -> Result:
    return None if result is None else not result


def _is_ref(value: Any) -> bool:
    return isinstance(value, Ref)
