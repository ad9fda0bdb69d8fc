"""As-of join: each row of a spine with the fact that held at its time, as SQL over DuckDB.

Facts of one instant are folded first, and counted; DuckDB's own ASOF join then finds the instant.
A fold of several facts is an error only for a spine row that it would reach, so unused duplicates
do no harm. The spine's order is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.federation.duck import ASOF_MARK
from evigate.engine.federation.errors import E_ASOF_INVALID
from evigate.engine.federation.quoting import quote_name, quote_text

DIRECTIONS = ("backward", "forward", "nearest")
BOUNDARIES = ("inclusive", "exclusive")
LATER = {"inclusive": ">=", "exclusive": ">"}
EARLIER = {"inclusive": "<=", "exclusive": "<"}


@dataclass(frozen=True, slots=True)
class AsofJoin:
    """What is joined to what.

    Args:
        spine, facts: relations by name.
        spine_by, facts_by: key columns that must be equal, in pairs; none make one group.
        spine_time, facts_time: the instants; both dates or moments, or both whole numbers.
        direction: backward (the last fact before), forward (the next), or nearest (of two equally
            near, the past one).
        boundary: whether a fact of the very instant counts.
        tolerance: how far away a fact may be, inclusive; only for dates and moments.
        tolerance_steps: the same for whole numbers.
        tie_break: of several facts of one instant the one with the greatest value here is taken, a
            null last; without it, or when that is shared, a spine row that meets them is an error.
        project: the facts' columns to return, all but the keys if None; a name that the spine has
            already gets the prefix "facts_".

    Null times and null keys match nothing. Each spine row is returned once, with nulls where
    nothing matched.
    """

    spine: str
    facts: str
    spine_by: Sequence[str]
    spine_time: str
    facts_by: Sequence[str]
    facts_time: str
    direction: str = "backward"
    boundary: str = "inclusive"
    tolerance: timedelta | None = None
    tolerance_steps: int | None = None
    tie_break: str | None = None
    project: Sequence[str] | None = None


def asof_from_arguments(args: Sequence[Any], named: Mapping[str, Any]) -> AsofJoin:
    """Return the join that a table function's arguments ask for; TypeError as a call's would be."""
    known = [item.name for item in fields(AsofJoin)]
    strange = sorted(set(named) - set(known))
    if strange:
        raise TypeError(f"there is no argument {strange[0]!r}")
    values = {**dict(zip(known, args, strict=False)), **named}
    for name in ("spine_by", "facts_by"):
        values[name] = [values[name]] if isinstance(values.get(name), str) else values.get(name, [])
    return AsofJoin(**values)


def asof_sql(join: AsofJoin, spine: pa.Schema, facts: pa.Schema) -> str:
    """Return the statement; its columns are the spine's, then the projected ones of the facts.

    Raises:
        E_ASOF_INVALID: a column is missing, a key is a float, types do not pair, or an argument
            is none of those it may be.
    """
    _check(join, spine, facts)
    projected = _projected(join, facts)
    out = [_output_name(name, spine) for name in projected]
    if len(set(out)) != len(out) or set(out) & set(spine.names):
        raise _invalid("project", f"makes a column twice: {out!r}")
    columns = [f"s.{quote_name(name)}" for name in spine.names]
    chosen, joins = _matches(join)
    is_moment = _kind(spine.field(join.spine_time).type) == "moment"
    value = _value(join, chosen, is_moment=is_moment)
    picks = [
        f"struct_extract(v, {quote_text(name)}) AS {quote_name(label)}"
        for name, label in zip(projected, out, strict=True)
    ]
    outer = ", ".join([*(quote_name(name) for name in spine.names), *picks])
    return (
        f"WITH numbered AS (SELECT row_number() OVER () AS evigate_row, * "
        f"FROM {quote_name(join.spine)}), folded AS ({_folded(join, facts, projected)}) "
        f"SELECT {outer} FROM (SELECT {', '.join(columns)}, s.evigate_row, {value} AS v "
        f"FROM numbered s {joins}) ORDER BY evigate_row"
    )


def _folded(join: AsofJoin, facts: pa.Schema, projected: Sequence[str]) -> str:
    keys = [f"{quote_name(name)} AS k{place}" for place, name in enumerate(join.facts_by)]
    values = ", ".join(f"{quote_name(name)} := {quote_name(name)}" for name in projected)
    row = f"struct_pack({values})" if projected else "NULL"
    moment = quote_name(join.facts_time)
    groups = [f"k{place}" for place in range(len(join.facts_by))] + ["t"]
    wanted = " AND ".join(
        f"{quote_name(name)} IS NOT NULL" for name in (*join.facts_by, join.facts_time)
    )
    tie = f", {quote_name(join.tie_break)} AS tie" if join.tie_break else ""
    inner = (
        f"SELECT {', '.join([*keys, f'{moment} AS t'])}{tie}, {row} AS v "
        f"FROM {quote_name(join.facts)} WHERE {wanted}"
    )
    by = ", ".join(groups)
    if not join.tie_break:
        return f"SELECT {by}, count(*) AS n, any_value(v) AS v FROM ({inner}) GROUP BY {by}"
    return (
        f"SELECT {by}, n, v FROM (SELECT {by}, tie, count(*) AS n, any_value(v) AS v "
        f"FROM ({inner}) GROUP BY {by}, tie) QUALIFY row_number() OVER "
        f"(PARTITION BY {by} ORDER BY tie DESC NULLS LAST) = 1"
    )


def _matches(join: AsofJoin) -> tuple[str, str]:
    """Which of the joined folds is the match, as an expression's prefix; and the joins."""
    equal = "".join(
        f"s.{quote_name(name)} = {{0}}.k{place} AND " for place, name in enumerate(join.spine_by)
    )
    moment = f"s.{quote_name(join.spine_time)}"
    past = f"ASOF LEFT JOIN folded b ON {equal.format('b')}{moment} {LATER[join.boundary]} b.t"
    future = f"ASOF LEFT JOIN folded f ON {equal.format('f')}{moment} {EARLIER[join.boundary]} f.t"
    if join.direction == "backward":
        return "b", past
    if join.direction == "forward":
        return "f", future
    return "", f"{past} {future}"


def _value(join: AsofJoin, chosen: str, *, is_moment: bool) -> str:
    """The matched fold's row, NULL where nothing matches, an error where it holds several."""
    moment = f"s.{quote_name(join.spine_time)}"
    gap_back = _gap(moment, "b.t", is_moment=is_moment)
    gap_ahead = _gap("f.t", moment, is_moment=is_moment)
    # DuckDB's sorted join gives a row without a time the last fact; its loop join does not.
    back = f"{moment} IS NOT NULL AND b.n IS NOT NULL AND {_limit(join, gap_back)}"
    ahead = f"{moment} IS NOT NULL AND f.n IS NOT NULL AND {_limit(join, gap_ahead)}"
    if chosen == "b":
        return f"CASE WHEN {back} THEN {_single(join, 'b')} END"
    if chosen == "f":
        return f"CASE WHEN {ahead} THEN {_single(join, 'f')} END"
    is_past = f"f.n IS NULL OR (b.n IS NOT NULL AND {gap_back} <= {gap_ahead})"
    return (
        f"CASE WHEN {is_past} THEN CASE WHEN {back} THEN {_single(join, 'b')} END "
        f"WHEN {ahead} THEN {_single(join, 'f')} END"
    )


def _single(join: AsofJoin, side: str) -> str:
    problem = quote_text(f"{ASOF_MARK}several facts of {join.facts!r} share the instant ")
    raised = f"error({problem} || CAST({side}.t AS VARCHAR) || '.')"
    return f"CASE WHEN {side}.n > 1 THEN {raised} ELSE {side}.v END"


def _gap(later: str, earlier: str, *, is_moment: bool) -> str:
    """The distance in microseconds, or in steps; wide enough for any two 64-bit numbers."""
    if is_moment:
        return f"(epoch_us({later}::TIMESTAMP) - epoch_us({earlier}::TIMESTAMP))"
    return f"({later}::HUGEINT - {earlier}::HUGEINT)"


def _limit(join: AsofJoin, gap: str) -> str:
    if join.tolerance is not None:
        return f"{gap} <= {join.tolerance // timedelta(microseconds=1)}"
    if join.tolerance_steps is not None:
        return f"{gap} <= {join.tolerance_steps}"
    return "TRUE"


def _projected(join: AsofJoin, facts: pa.Schema) -> list[str]:
    if join.project is not None:
        return list(join.project)
    return [name for name in facts.names if name not in join.facts_by]


def _output_name(name: str, spine: pa.Schema) -> str:
    return f"facts_{name}" if name in spine.names else name


def _check(join: AsofJoin, spine: pa.Schema, facts: pa.Schema) -> None:
    if join.direction not in DIRECTIONS:
        raise _invalid("direction", f"is {join.direction!r}, none of {', '.join(DIRECTIONS)}")
    if join.boundary not in BOUNDARIES:
        raise _invalid("boundary", f"is {join.boundary!r}, none of {', '.join(BOUNDARIES)}")
    if len(join.spine_by) != len(join.facts_by):
        raise _invalid("facts_by", "must name as many columns as spine_by")
    _check_columns(join, spine, facts)
    for left, right in zip(join.spine_by, join.facts_by, strict=True):
        kinds = _kind(spine.field(left).type), _kind(facts.field(right).type)
        if "float" in kinds:
            raise _invalid("by", f"{left!r} = {right!r} compares floats; cast them first")
        if kinds[0] != kinds[1]:
            raise _invalid("by", f"{left!r} and {right!r} are {kinds[0]} and {kinds[1]}")
    times = _kind(spine.field(join.spine_time).type), _kind(facts.field(join.facts_time).type)
    if times[0] != times[1] or times[0] not in ("whole number", "moment"):
        raise _invalid("time", f"the columns are {times[0]} and {times[1]}")
    _check_tolerance(join, times[0])


def _check_tolerance(join: AsofJoin, kind: str) -> None:
    if join.tolerance is not None and kind != "moment":
        raise _invalid("tolerance", "is a duration and the times are whole numbers")
    if join.tolerance_steps is not None and kind != "whole number":
        raise _invalid("tolerance_steps", "counts steps and the times are moments")
    if join.tolerance is not None and join.tolerance < timedelta(0):
        raise _invalid("tolerance", "is negative")
    if join.tolerance_steps is not None and join.tolerance_steps < 0:
        raise _invalid("tolerance_steps", "is negative")


def _check_columns(join: AsofJoin, spine: pa.Schema, facts: pa.Schema) -> None:
    wanted = [
        ("spine_by", join.spine_by, spine),
        ("spine_time", [join.spine_time], spine),
        ("facts_by", join.facts_by, facts),
        ("facts_time", [join.facts_time], facts),
        ("project", join.project or [], facts),
        ("tie_break", [join.tie_break] if join.tie_break else [], facts),
    ]
    for argument, names, schema in wanted:
        for name in names:
            if name not in schema.names:
                raise _invalid(argument, f"names {name!r}, which is not among {schema.names!r}")


def _kind(type: pa.DataType) -> str:
    if pa.types.is_floating(type):
        return "float"
    if pa.types.is_integer(type):
        return "whole number"
    if pa.types.is_timestamp(type) or pa.types.is_date(type):
        return "moment"
    if pa.types.is_string(type) or pa.types.is_large_string(type) or pa.types.is_string_view(type):
        return "text"
    if pa.types.is_dictionary(type):
        return _kind(type.value_type)
    return str(type)


def _invalid(argument: str, problem: str) -> EvigateError:
    return EvigateError(E_ASOF_INVALID, f"As-of join: {argument} {problem}.")
