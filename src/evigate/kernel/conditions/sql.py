"""The same condition as SQL over a jsonb column, so that a list can be filtered where it stands.

Error is SQL's null, and conjunction, disjunction and negation of the two machines agree by nature.
Every value is a parameter. Names begin with `c`, or with what a caller gives who joins several.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from evigate.kernel.conditions.evaluate import WHOLE_MAX
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

_SIDES = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
_TEXT = "({} #>> '{{}}')"


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression of type boolean, null for an error, and what goes into its places (%(c1)s)."""

    sql: str
    values: dict[str, Any]


def compile_sql(condition: Condition, column: str, *, now: datetime, prefix: str = "c") -> Compiled:
    """Return a condition as an expression over a column of type jsonb.

    Args:
        column: SQL, trusted: a column's name with its table's.
        now: the time that $now and $ago mean; with a zone.
        prefix: trusted: what the names of values begin with; expressions that are joined differ.
    """
    writing = _Writing(column, now.astimezone(UTC), prefix)
    return Compiled(writing.condition(condition, column, 0), writing.values)


@dataclass(slots=True)
class _Writing:
    """One expression being written; `root` is what references are resolved against."""

    root: str
    now: datetime
    prefix: str
    values: dict[str, Any] = field(default_factory=dict)

    def condition(self, condition: Condition, doc: str, depth: int) -> str:
        match condition:
            case All(parts):
                return self._joined(parts, " AND ", "true", doc, depth)
            case AnyOf(parts):
                return self._joined(parts, " OR ", "false", doc, depth)
            case Not(part):
                return f"(NOT {self.condition(part, doc, depth)})"
            case At(path, test):
                return self._test(test, doc, path, depth)

    def _joined(
        self, parts: tuple[Condition, ...], word: str, none: str, doc: str, depth: int
    ) -> str:
        return f"({word.join(self.condition(each, doc, depth) for each in parts) or none})"

    def _test(self, test: Test, doc: str, path: Path, depth: int) -> str:
        items = f"kernel.condition_items({doc}, {self._path(path)}) AS i(v)"
        values = f"kernel.condition_values({doc}, {self._path(path)}) AS i(v)"
        match test:
            case Equals(Ref(other)):
                return f"EXISTS (SELECT FROM {items}, {self._referred(other)} WHERE i.v = r.v)"
            case Equals(operand):
                return f"EXISTS (SELECT FROM {items} WHERE {self._is_equal([operand])})"
            case Compares():
                return self._compares(test, items)
            case IsIn(Ref(other)):
                found = f"EXISTS (SELECT FROM {items}, {self._members(other)} WHERE i.v = m.v)"
                return self._where_arrays(other, found)
            case IsIn(tuple() as operand):
                return self._is_in(operand, items)
            case HasAll(Ref(other)):
                held = f"EXISTS (SELECT FROM {items} WHERE i.v = m.v)"
                members = f"(SELECT FROM {self._members(other)}"
                found = f"EXISTS {members}) AND NOT EXISTS {members} WHERE NOT {held})"
                return self._where_arrays(other, found)
            case HasAll(tuple() as tests):
                several = [self._test(each, doc, path, depth) for each in tests]
                return f"({' AND '.join(several) or 'false'})"
            case ElementMatches(condition):
                return self._element(condition, values, depth)
            case Exists():
                return f"EXISTS (SELECT FROM {values} WHERE i.v IS NOT NULL)"
            case HasSize(operand):
                size = f"jsonb_array_length(i.v) = {self._value(operand)}::int"
                return _exists(values, "array", size)
            case _:
                return self._simple(test, items)

    def _simple(self, test: Test, items: str) -> str:
        text = _TEXT.format("i.v")
        match test:
            case IsType(name):
                return f"EXISTS (SELECT FROM {items} WHERE jsonb_typeof(i.v) = {self._value(name)})"
            case Matches(pattern):
                sign = "~*" if pattern.ignores_case else "~"
                return _exists(items, "string", f"{text} {sign} {self._value(pattern.text)}")
            case Modulo(divisor, remainder):
                whole = f"trunc(i.v::numeric) = i.v::numeric AND abs(i.v::numeric) <= {WHOLE_MAX}"
                left = f"mod(i.v::numeric, {self._value(abs(divisor))}::numeric)"
                return _exists(
                    items, "number", f"{whole} AND {left} = {self._value(remainder)}::numeric"
                )
            case InNetwork(network):
                address = f"kernel.condition_address({text})"
                return _exists(items, "string", f"{address} <<= {self._value(str(network))}::cidr")
            case _:
                raise AssertionError(type(test).__name__)

    def _compares(self, test: Compares, items: str) -> str:
        side, operand = _SIDES[test.order], test.operand
        text = f'{_TEXT.format("i.v")} COLLATE "C"'
        if isinstance(operand, Moment):
            limit = self._value(self.now - operand.ago)
            moment = f"kernel.condition_instant({_TEXT.format('i.v')})"
            return _exists(items, "string", f"{moment} {side} {limit}::timestamptz")
        if isinstance(operand, str):
            return _exists(items, "string", f"{text} {side} {self._value(operand)}::text")
        if not isinstance(operand, Ref):
            number = self._value(json.dumps(operand))
            return _exists(items, "number", f"i.v::numeric {side} {number}::numeric")
        return (
            f"EXISTS (SELECT FROM {items}, {self._referred(operand.path)} WHERE CASE"
            " WHEN jsonb_typeof(i.v) <> jsonb_typeof(r.v) THEN false"
            f" WHEN jsonb_typeof(i.v) = 'number' THEN i.v::numeric {side} r.v::numeric"
            f" WHEN jsonb_typeof(i.v) = 'string' THEN {text} {side} {_TEXT.format('r.v')} END)"
        )

    def _is_in(self, operand: tuple[Any, ...], items: str) -> str:
        literals = [each for each in operand if not isinstance(each, Ref)]
        several = [
            f"EXISTS (SELECT FROM {items}, {self._referred(each.path)} WHERE i.v = r.v)"
            for each in operand
            if isinstance(each, Ref)
        ]
        if literals:
            several.append(f"EXISTS (SELECT FROM {items} WHERE {self._is_equal(literals)})")
        return f"({' OR '.join(several) or 'false'})"

    def _is_equal(self, literals: list[Any]) -> str:
        values = self._value([json.dumps(each) for each in literals])
        held = f"i.v = ANY({values}::jsonb[])"
        return f"(i.v IS NULL OR {held})" if None in literals else held

    def _element(self, condition: Condition, values: str, depth: int) -> str:
        element = f"e{depth}"
        within = self.condition(condition, f"{element}.v", depth + 1)
        elements = f"kernel.condition_elements(i.v) AS {element}(v)"
        return (
            "(SELECT CASE WHEN bool_or(t.r) THEN true WHEN count(*) > count(t.r) THEN NULL"
            f" ELSE false END FROM (SELECT {within} AS r FROM {values}, {elements}) AS t)"
        )

    def _where_arrays(self, path: Path, found: str) -> str:
        """Return `found` where the reference is an array, false where it is missing, else null."""
        referred = self._referred(path)
        return (
            f"(CASE WHEN NOT EXISTS (SELECT FROM {referred} WHERE r.v IS NOT NULL) THEN false"
            f" WHEN EXISTS (SELECT FROM {referred} WHERE jsonb_typeof(r.v) <> 'array') THEN NULL"
            f" ELSE {found} END)"
        )

    def _referred(self, path: Path) -> str:
        return f"kernel.condition_values({self.root}, {self._path(path)}) AS r(v)"

    def _members(self, path: Path) -> str:
        return f"kernel.condition_members({self.root}, {self._path(path)}) AS m(v)"

    def _path(self, path: Path) -> str:
        return f"{self._value(list(path))}::text[]"

    def _value(self, value: Any) -> str:
        name = f"{self.prefix}{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"


def _exists(source: str, kind: str, test: str) -> str:
    """Return whether a value of the type passes; CASE keeps casts away from the other types."""
    return (
        f"EXISTS (SELECT FROM {source} WHERE"
        f" CASE WHEN jsonb_typeof(i.v) = '{kind}' THEN {test} ELSE false END)"
    )
