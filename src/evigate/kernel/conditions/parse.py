"""Reading a condition: what is not of the language is refused, with a pointer to its place."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from ipaddress import ip_network
from typing import Any, cast, get_args

from evigate.base.errors import Code, EvigateError, Kind
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
    Order,
    Path,
    Ref,
    Test,
    TypeName,
)
from evigate.kernel.conditions.patterns import PatternError, read_pattern

E_CONDITION_INVALID = Code(
    "E_CONDITION_INVALID",
    Kind.INVALID,
    422,
    "Correct the condition at the place that the message names.",
)
CODES = (E_CONDITION_INVALID,)

DEPTH_MAX = 24
NODES_MAX = 2_000
_SEGMENT = re.compile(r"[^.$\x00][^.\x00]*")
_SPANS = ("days", "hours", "minutes", "seconds")
_ORDERS = ("$gt", "$gte", "$lt", "$lte")


def parse_condition(raw: object) -> Condition:
    """Return a condition that was written as JSON; null is always true.

    Raises:
        EvigateError[E_CONDITION_INVALID]: the message points to what is wrong, as a JSON pointer.
    """
    if raw is None:
        return All(())
    return _Reader().condition(raw, "", 0)


class _Reader:
    """One condition being read; it counts what it has met."""

    def __init__(self) -> None:
        self._nodes = 0
        self._operators: Mapping[str, Callable[[Any, str, int], Test]] = {
            "$eq": lambda raw, at, depth: Equals(self._operand(raw, at)),
            "$in": lambda raw, at, depth: IsIn(self._members(raw, at)),
            "$all": self._all,
            "$size": lambda raw, at, depth: HasSize(_count(raw, at)),
            "$type": lambda raw, at, depth: IsType(_type_name(raw, at)),
            "$mod": lambda raw, at, depth: _modulo(raw, at),
            "$ip": lambda raw, at, depth: InNetwork(_network(raw, at)),
            "$elemMatch": lambda raw, at, depth: ElementMatches(self.condition(raw, at, depth + 1)),
        }

    def condition(self, raw: Any, at: str, depth: int) -> Condition:
        self._count(at, depth)
        if not isinstance(raw, Mapping):
            return self._equals((), raw, at)
        if not raw:
            raise _wrong(at, "an empty condition is written as null")
        operators = [key for key in raw if isinstance(key, str) and key.startswith("$")]
        tests = {key: raw[key] for key in operators if key not in ("$and", "$or", "$nor")}
        parts = [
            self._logic(key, raw[key], _step(at, key), depth)
            for key in operators
            if key not in tests
        ]
        if tests:
            parts.append(self._tests((), tests, at, depth))
        for key, value in raw.items():
            if key not in operators:
                parts.append(self._field(_path(key, at), value, _step(at, key), depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _logic(self, operator: str, raw: Any, at: str, depth: int) -> Condition:
        if not isinstance(raw, list) or not raw:
            raise _wrong(at, f"{operator} takes an array of conditions")
        parts = tuple(
            self.condition(each, _step(at, number), depth + 1) for number, each in enumerate(raw)
        )
        if operator == "$and":
            return All(parts)
        return AnyOf(parts) if operator == "$or" else Not(AnyOf(parts))

    def _field(self, path: Path, raw: Any, at: str, depth: int) -> Condition:
        self._count(at, depth)
        if isinstance(raw, Mapping) and raw and not _is_ref(raw):
            marked = [isinstance(key, str) and key.startswith("$") for key in raw]
            if all(marked) and not _is_moment(raw):
                return self._tests(path, raw, at, depth)
            if any(marked):
                raise _wrong(at, "operators and fields do not mix; a nested field is a dotted path")
        return self._equals(path, raw, at)

    def _tests(self, path: Path, raw: Mapping[str, Any], at: str, depth: int) -> Condition:
        parts = []
        for key, value in raw.items():
            if key == "$options" and "$regex" in raw:
                continue
            parts.append(self._test(path, key, value, raw, _step(at, key), depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _test(
        self, path: Path, key: str, raw: Any, beside: Mapping[str, Any], at: str, depth: int
    ) -> Condition:
        self._count(at, depth)
        if key == "$ne":
            return Not(At(path, Equals(self._operand(raw, at)), "$eq", raw))
        if key == "$nin":
            return Not(At(path, IsIn(self._members(raw, at)), "$in", raw))
        if key == "$not":
            return Not(self._field(path, raw, at, depth + 1))
        if key == "$exists":
            if not isinstance(raw, bool):
                raise _wrong(at, "$exists takes true or false")
            found = At(path, Exists(), key, raw)
            return found if raw else Not(found)
        if key in _ORDERS:
            return At(path, self._compares(cast(Order, key), raw, at), key, raw)
        if key == "$regex":
            return At(path, Matches(_pattern(raw, beside.get("$options", ""), at)), key, raw)
        if key not in self._operators:
            raise _wrong(at, f"there is no operator {key}")
        return At(path, self._operators[key](raw, at, depth), key, raw)

    def _equals(self, path: Path, raw: Any, at: str) -> Condition:
        return At(path, Equals(self._operand(raw, at)), "$eq", raw)

    def _compares(self, order: Order, raw: Any, at: str) -> Compares | Equals:
        if _is_moment(raw):
            return Compares(order, _moment(raw, at))
        operand = self._operand(raw, at)
        if operand is None and order in ("$gte", "$lte"):
            return Equals(None)
        if isinstance(operand, Ref | str):
            return Compares(order, operand)
        if isinstance(operand, bool) or not isinstance(operand, int | float):
            if operand is None:
                raise _wrong(at, f"nothing is {order} null")
            raise _wrong(at, f"{order} takes a number, a text, a time or a reference")
        return Compares(order, operand)

    def _members(self, raw: Any, at: str) -> tuple[Any, ...] | Ref:
        if _is_ref(raw):
            return _ref(raw, at)
        if not isinstance(raw, list):
            raise _wrong(at, "an array is asked for")
        return tuple(self._operand(each, _step(at, number)) for number, each in enumerate(raw))

    def _all(self, raw: Any, at: str, depth: int) -> HasAll:
        if _is_ref(raw):
            return HasAll(_ref(raw, at))
        if not isinstance(raw, list):
            raise _wrong(at, "$all takes an array")
        tests: list[Equals | ElementMatches] = []
        for number, each in enumerate(raw):
            here = _step(at, number)
            if isinstance(each, Mapping) and set(each) == {"$elemMatch"}:
                within = self.condition(each["$elemMatch"], _step(here, "$elemMatch"), depth + 1)
                tests.append(ElementMatches(within))
            else:
                tests.append(Equals(self._operand(each, here)))
        return HasAll(tuple(tests))

    def _operand(self, raw: Any, at: str) -> Any:
        """Return a literal or a reference."""
        if _is_ref(raw):
            return _ref(raw, at)
        _check_literal(raw, at, 0)
        return raw

    def _count(self, at: str, depth: int) -> None:
        self._nodes += 1
        if depth > DEPTH_MAX or self._nodes > NODES_MAX:
            raise _wrong(at, "the condition is too large")


def _wrong(at: str, message: str) -> EvigateError:
    return EvigateError(E_CONDITION_INVALID, f"At {at or '/'}: {message}.", detail={"at": at})


def _step(at: str, key: object) -> str:
    return f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _path(raw: Any, at: str) -> Path:
    segments = tuple(raw.split(".")) if isinstance(raw, str) else ()
    if not segments or not all(_SEGMENT.fullmatch(each) for each in segments):
        raise _wrong(at, f"{raw!r} is no path: names divided by full stops")
    return segments


def _is_ref(raw: Any) -> bool:
    return isinstance(raw, Mapping) and set(raw) == {"$ref"}


def _ref(raw: Mapping[str, Any], at: str) -> Ref:
    return Ref(_path(raw["$ref"], _step(at, "$ref")))


def _is_moment(raw: Any) -> bool:
    return isinstance(raw, Mapping) and len(raw) == 1 and next(iter(raw)) in ("$now", "$ago")


def _moment(raw: Mapping[str, Any], at: str) -> Moment:
    if "$now" in raw:
        if raw["$now"] is not True:
            raise _wrong(at, 'the time of asking is written {"$now": true}')
        return Moment()
    spans = raw["$ago"]
    is_well = isinstance(spans, Mapping) and spans and set(spans) <= set(_SPANS)
    if not is_well or not all(_is_span(each) for each in spans.values()):
        raise _wrong(at, f"$ago takes {', '.join(_SPANS)}, each a number from -1e9 to 1e9")
    try:
        return Moment(timedelta(**spans))
    except OverflowError as error:
        raise _wrong(at, "that is too long ago") from error


def _is_span(raw: Any) -> bool:
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    return is_number and math.isfinite(raw) and abs(raw) <= 1e9


def _check_literal(raw: Any, at: str, depth: int) -> None:
    """Refuse what JSON or the database has no value for, and operators inside values."""
    if depth > DEPTH_MAX:
        raise _wrong(at, "the value is nested too deeply")
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            if not isinstance(key, str) or key.startswith("$") or "\x00" in key:
                raise _wrong(_step(at, key), f"there is no operator {key} here")
            _check_literal(value, _step(at, key), depth + 1)
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            _check_literal(value, _step(at, number), depth + 1)
    elif isinstance(raw, str):
        if "\x00" in raw:
            raise _wrong(at, "a text cannot hold the character 0")
    elif isinstance(raw, float):
        if not math.isfinite(raw):
            raise _wrong(at, "that is no number")
    elif raw is not None and not isinstance(raw, bool | int):
        raise _wrong(at, f"{type(raw).__name__} is no JSON")


def _count(raw: Any, at: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise _wrong(at, "$size takes a whole number from 0")
    return raw


def _type_name(raw: Any, at: str) -> TypeName:
    names = get_args(TypeName)
    if raw not in names:
        raise _wrong(at, f"$type takes {', '.join(names)}")
    return cast(TypeName, raw)


def _modulo(raw: Any, at: str) -> Modulo:
    is_pair = isinstance(raw, list) and len(raw) == 2
    if not is_pair or not all(isinstance(n, int) and not isinstance(n, bool) for n in raw):
        raise _wrong(at, "$mod takes a divisor and a remainder, whole numbers")
    if raw[0] == 0:
        raise _wrong(at, "nothing is divided by 0")
    return Modulo(raw[0], raw[1])


def _network(raw: Any, at: str) -> Any:
    cidr = raw.get("cidr") if isinstance(raw, Mapping) and set(raw) == {"cidr"} else None
    try:
        return ip_network(cidr if isinstance(cidr, str) else "")
    except ValueError:
        raise _wrong(at, '$ip takes a network, as in {"cidr": "10.0.0.0/8"}') from None


def _pattern(raw: Any, options: Any, at: str) -> Any:
    if not isinstance(raw, str) or options not in ("", "i"):
        raise _wrong(at, "$regex takes a text, and $options nothing but i")
    try:
        return read_pattern(raw, ignores_case=options == "i")
    except PatternError as error:
        raise _wrong(at, f"the pattern cannot be used: {error}") from error
