"""Arrow types as the database's: which column holds a type, and how values go in and come out.

The round trip is exact for every type that is accepted; a type that the database would round
(moments finer than a microsecond) is refused when the table is made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds
from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.engine.mutable.errors import E_MUTABLE_SCHEMA
from evigate.engine.mutable.nested import from_json, is_bytes, is_nested, to_json

DECIMAL_DIGITS_MAX = 76
Convert = Callable[[Any], Any]

_INTEGERS: Mapping[pa.DataType, str] = {
    pa.int8(): "smallint",
    pa.int16(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.uint8(): "smallint",
    pa.uint16(): "integer",
    pa.uint32(): "bigint",
    pa.uint64(): "numeric(20,0)",
}
# The same whole-number type on both sides needs no check.
_EXACT = (pa.int16(), pa.int32(), pa.int64())
# Digits of a second, so that what SQL writes fits too.
_DIGITS = {"s": "(0)", "ms": "(3)", "us": ""}
_COPY_NAMES = {"double precision": "float8", "real": "float4", "boolean": "bool"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database holds it.

    `encode` and `decode` turn a Python value (as Arrow gives it) into what is stored and back; None
    where both are the same. `is_text` says that it is read as text (JSON, whose text is the value).
    """

    name: str
    kind: pa.DataType
    sql_type: str
    is_nullable: bool
    low: int | None = None
    high: int | None = None
    size_bytes: int | None = None
    encode: Convert | None = None
    decode: Convert | None = None
    is_text: bool = False

    @property
    def copy_type(self) -> str:
        """The type's name for a binary COPY."""
        bare = self.sql_type.partition("(")[0]
        return _COPY_NAMES.get(bare, bare)

    def described(self) -> dict[str, Any]:
        """Return what engine.create_mutable takes."""
        return {
            "name": self.name,
            "type": self.sql_type,
            "is_nullable": self.is_nullable,
            "low": None if self.low is None else str(self.low),
            "high": None if self.high is None else str(self.high),
            "size_bytes": self.size_bytes,
        }


def column_of(field: pa.Field) -> Column:
    """Return how a field is stored.

    Raises:
        EvigateError[E_MUTABLE_SCHEMA]: there is no exact column for its type.
    """
    kind = field.type
    make = _plain(kind)
    if make is None:
        raise EvigateError(
            E_MUTABLE_SCHEMA,
            f"The column {field.name!r} cannot be {kind}: mutable tables hold booleans, numbers,"
            " text, bytes, dates, times and timestamps to the microsecond, decimals, UUIDs, JSON,"
            " lists, structs and maps.",
        )
    return Column(field.name, kind, is_nullable=field.nullable, **make)


def _plain(kind: pa.DataType) -> dict[str, Any] | None:
    if isinstance(kind, pa.BaseExtensionType):
        return _extension(kind)
    if kind in _INTEGERS:
        return _integer(kind)
    if kinds.is_boolean(kind):
        return {"sql_type": "boolean"}
    if kinds.is_floating(kind):
        return {"sql_type": "double precision" if kinds.is_float64(kind) else "real"}
    if kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind):
        return {"sql_type": "text"}
    if is_bytes(kind):
        size = kind.byte_width if kinds.is_fixed_size_binary(kind) else None
        return {"sql_type": "bytea", "size_bytes": size}
    if kinds.is_date32(kind):
        return {"sql_type": "date"}
    if kinds.is_time(kind):
        return {"sql_type": "time" + _DIGITS[kind.unit]} if kind.unit != "ns" else None
    if kinds.is_timestamp(kind):
        return _timestamp(kind)
    if kinds.is_decimal(kind):
        digits, scale = kind.precision, kind.scale
        return {"sql_type": f"numeric({digits},{scale})"} if digits <= DECIMAL_DIGITS_MAX else None
    if is_nested(kind) and _is_storable(kind):
        return {
            "sql_type": "jsonb",
            "encode": lambda value: Jsonb(to_json(value, kind)),
            "decode": lambda value: from_json(value, kind),
        }
    return None


def _extension(kind: pa.BaseExtensionType) -> dict[str, Any] | None:
    if kind.extension_name == "arrow.json":
        return {
            "sql_type": "jsonb",
            "encode": lambda value: Jsonb(value, dumps=str),
            "is_text": True,
        }
    if kind.extension_name == "arrow.uuid":
        return {"sql_type": "uuid"}
    return None


def _integer(kind: pa.DataType) -> dict[str, Any]:
    if kind in _EXACT:
        return {"sql_type": _INTEGERS[kind]}
    is_signed = kinds.is_signed_integer(kind)
    low = -(1 << (kind.bit_width - 1)) if is_signed else 0
    high = (1 << (kind.bit_width - is_signed)) - 1
    made: dict[str, Any] = {"sql_type": _INTEGERS[kind], "low": low, "high": high}
    if kind == pa.uint64():
        made |= {"encode": Decimal, "decode": int}
    return made


def _timestamp(kind: pa.DataType) -> dict[str, Any] | None:
    if kind.unit == "ns":
        return None
    if kind.tz is None:
        return {"sql_type": "timestamp" + _DIGITS[kind.unit]}
    zone = pa.lib.string_to_tzinfo(kind.tz)
    return {
        "sql_type": "timestamptz" + _DIGITS[kind.unit],
        "decode": lambda value: value.astimezone(zone),
    }


def _is_storable(kind: pa.DataType) -> bool:
    """Inside of a list or struct: JSON has no types, so only those that we can read back."""
    if is_nested(kind):
        inner = [kind.field(place).type for place in range(kind.num_fields)]
        return all(_is_storable(item) for item in inner)
    if isinstance(kind, pa.BaseExtensionType):
        return False
    return _plain(kind) is not None
