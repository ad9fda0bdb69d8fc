"""What a statement returns as Arrow: the table's own types where a column is the table's."""

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from evigate.engine.mutable.columns import Column
from evigate.engine.mutable.models import MutableTable
from evigate.engine.mutable.rows import fetched_batch

# The server's types by number (pg_type.dat); JSON comes as text, as do types that are not here.
_KINDS: dict[int, pa.DataType] = {
    16: pa.bool_(),
    17: pa.binary(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    25: pa.string(),
    700: pa.float32(),
    701: pa.float64(),
    1043: pa.string(),
    1082: pa.date32(),
    1083: pa.time64("us"),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", "UTC"),
}
_NUMERIC = 1700
_STORED = {
    "boolean": 16,
    "bytea": 17,
    "bigint": 20,
    "smallint": 21,
    "integer": 23,
    "text": 25,
    "real": 700,
    "double precision": 701,
    "date": 1082,
    "time": 1083,
    "timestamp": 1114,
    "timestamptz": 1184,
    "jsonb": 3802,
    "uuid": 2950,
    "numeric": _NUMERIC,
}
DECIMAL_DIGITS, WIDE_DIGITS = 38, 76


def answer_table(
    description: Sequence[Any], rows: Sequence[Sequence[Any]], tables: Sequence[MutableTable]
) -> pa.Table:
    """Return fetched rows; two columns of one name get a number."""
    arrays, names = [], []
    for place, item in enumerate(description):
        name = item.name if item.name not in names else f"{item.name}_{place + 1}"
        values = [row[place] for row in rows]
        names.append(name)
        arrays.append(_array(item, name, values, tables))
    return pa.Table.from_arrays(arrays, names=names)


def _array(item: Any, name: str, values: list[Any], tables: Sequence[MutableTable]) -> pa.Array:
    own = [table.columns[item.name] for table in tables if item.name in table.columns]
    if len({column.kind for column in own}) == 1 and _is_stored(own[0], item):
        if own[0].is_text:
            values = [None if value is None else _text(value) for value in values]
        return fetched_batch([own[0]], [(value,) for value in values]).column(0)
    kind = _KINDS.get(item.type_code)
    if kind is not None:
        return pa.array(values, kind)
    if item.type_code == _NUMERIC:
        return _decimals(values)
    if any(isinstance(value, list) for value in values):
        return pa.array(values)
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _decimals(values: list[Any]) -> pa.Array:
    """Numbers without declared digits, with as many as they have; text beyond what Arrow holds."""
    known = [value.as_tuple() for value in values if value is not None]
    if not all(isinstance(value.exponent, int) for value in known):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    scale = max((max(-value.exponent, 0) for value in known), default=0)
    whole = max((max(len(value.digits) + value.exponent, 0) for value in known), default=0)
    if whole + scale <= DECIMAL_DIGITS:
        return pa.array(values, pa.decimal128(DECIMAL_DIGITS, scale))
    if whole + scale <= WIDE_DIGITS:
        return pa.array(values, pa.decimal256(WIDE_DIGITS, scale))
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def _is_stored(column: Column, item: Any) -> bool:
    return bool(_STORED.get(column.sql_type.partition("(")[0]) == item.type_code)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    is_json = isinstance(value, dict | list | int | float | bool)
    return json.dumps(value, ensure_ascii=False) if is_json else str(value)
