"""Lists, structs and maps as JSON and back, without losing what JSON has no word for.

JSON's numbers keep whole numbers and doubles; decimals, NaN, infinities and the negative zero go as
text, bytes as base64, dates and times in ISO 8601. The Arrow type says how each is read.
"""

import base64
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds

Value = Any


def to_json(value: Value, kind: pa.DataType) -> Value:
    """Return a Python value of an Arrow type as JSON would hold it; None stays None.

    Raises:
        TypeError, ValueError: the value is not of the type.
    """
    if value is None:
        return None
    if kinds.is_map(kind):
        pairs = value.items() if isinstance(value, Mapping) else value
        return [[to_json(k, kind.key_type), to_json(v, kind.item_type)] for k, v in pairs]
    if is_list(kind):
        return [to_json(item, kind.value_type) for item in value]
    if kinds.is_struct(kind):
        return {field.name: to_json(value.get(field.name), field.type) for field in kind}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, float):
        is_plain = math.isfinite(value) and not (value == 0 and math.copysign(1, value) < 0)
        return value if is_plain else repr(value)
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def from_json(value: Value, kind: pa.DataType) -> Value:
    """Return what `to_json` was given.

    Raises:
        TypeError, ValueError: it is JSON of another shape.
    """
    if value is None:
        return None
    if is_nested(kind):
        _expect(value, dict if kinds.is_struct(kind) else list)
    if kinds.is_map(kind):
        return [(from_json(k, kind.key_type), from_json(v, kind.item_type)) for k, v in value]
    if is_list(kind):
        return [from_json(item, kind.value_type) for item in value]
    if kinds.is_struct(kind):
        return {field.name: from_json(value.get(field.name), field.type) for field in kind}
    return _leaf(value, kind)


def _leaf(value: Value, kind: pa.DataType) -> Value:
    if kinds.is_boolean(kind):
        return _expect(value, bool)
    if kinds.is_integer(kind):
        return _expect(value, int)
    if kinds.is_floating(kind):
        return float(value)
    _expect(value, str)
    if is_bytes(kind):
        return base64.b64decode(value, validate=True)
    if kinds.is_decimal(kind):
        return Decimal(value)
    if kinds.is_timestamp(kind):
        moment = datetime.fromisoformat(value)
        return moment.astimezone(pa.lib.string_to_tzinfo(kind.tz)) if kind.tz else moment
    if kinds.is_date(kind):
        return date.fromisoformat(value)
    if kinds.is_time(kind):
        return time.fromisoformat(value)
    return value


def _expect(value: Value, kind: type) -> Value:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def is_list(kind: pa.DataType) -> bool:
    """Return whether a type is a list of any layout (a map is not)."""
    return bool(
        kinds.is_list(kind)
        or kinds.is_large_list(kind)
        or kinds.is_fixed_size_list(kind)
        or kinds.is_list_view(kind)
        or kinds.is_large_list_view(kind)
    )


def is_bytes(kind: pa.DataType) -> bool:
    """Return whether a type holds bytes."""
    return bool(
        kinds.is_binary(kind)
        or kinds.is_large_binary(kind)
        or kinds.is_fixed_size_binary(kind)
        or kinds.is_binary_view(kind)
    )


def is_nested(kind: pa.DataType) -> bool:
    """Return whether a type has types inside."""
    return is_list(kind) or kinds.is_struct(kind) or kinds.is_map(kind)
