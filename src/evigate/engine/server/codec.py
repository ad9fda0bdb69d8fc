"""Values on a wire: JSON with tables beside it, and back.

A table stands in the JSON as its place in a list; what JSON lacks (times, ids, decimals, bytes,
schemas, NaN) is marked when both ends are ours, and plain text when a stranger reads it. A packed
message is one byte string: a mark, the JSON, then each table as an Arrow stream.
"""

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import pyarrow as pa

from evigate.base.errors import E_INVALID, EvigateError
from evigate.engine.server.errors import E_WIRE_MALFORMED

MARK = b"EVG1"
LENGTH_BYTES = 8
MARK_KEY, VALUE_KEY = "$", "v"
INT_MAX = 2**63 - 1


def pack(body: Mapping[str, Any], tables: Sequence[pa.Table] = ()) -> bytes:
    """Return one message of JSON values and tables."""
    parts = [MARK]
    for piece in (orjson.dumps(body), *(write_table(table) for table in tables)):
        parts += [len(piece).to_bytes(LENGTH_BYTES, "big"), piece]
    return b"".join(parts)


def unpack(message: bytes) -> tuple[dict[str, Any], list[pa.Table]]:
    """Return what was packed: the JSON and the tables.

    Raises:
        EvigateError[E_WIRE_MALFORMED]: it is no such message.
    """
    pieces, place = [], len(MARK)
    if not message.startswith(MARK):
        raise EvigateError(E_WIRE_MALFORMED, "The message does not begin as a message does.")
    while place < len(message):
        end = place + LENGTH_BYTES
        size = int.from_bytes(message[place:end], "big")
        place = end + size
        if place > len(message):
            raise EvigateError(E_WIRE_MALFORMED, "The message ends too early.")
        pieces.append(message[end:place])
    try:
        body = orjson.loads(pieces[0])
        tables = [read_table(piece) for piece in pieces[1:]]
    except (IndexError, ValueError, pa.ArrowException, OSError) as error:
        raise EvigateError(E_WIRE_MALFORMED, f"The message cannot be read: {error}.") from error
    if not isinstance(body, dict):
        raise EvigateError(E_WIRE_MALFORMED, "The message holds no JSON object.")
    return body, tables


def write_table(table: pa.Table) -> bytes:
    """Return a table as an Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def read_table(data: bytes) -> pa.Table:
    """Return the table of an Arrow stream; raises Arrow's own errors, or OSError."""
    with pa.ipc.open_stream(data) as reader:
        return reader.read_all()


def as_table(value: Any) -> pa.Table | None:
    """Return a table-like value (pyarrow, pandas, polars, a reader) as a table, None for others."""
    if isinstance(value, pa.Table):
        return getattr(value, "__wrapped__", value)
    if isinstance(value, pa.RecordBatch):
        return pa.Table.from_batches([value])
    if hasattr(value, "__arrow_c_stream__") and not isinstance(value, pa.ChunkedArray):
        return pa.table(value)
    return None


def encode(value: Any, tables: list[pa.Table] | None, *, is_marked: bool) -> Any:
    """Return a value as JSON values; tables are put into `tables` and named by their place.

    Args:
        is_marked: mark what JSON lacks, so that `decode` brings back the same; else plain text.

    Raises:
        EvigateError[E_INVALID]: it is something that cannot travel, such as a function.
    """
    if value is None or (isinstance(value, bool | str) and not isinstance(value, Enum)):
        return value
    for kinds, write in _WRITERS:
        if isinstance(value, kinds):
            return write(value, is_marked)
    return _encode_compound(value, tables, is_marked)


def _encode_compound(value: Any, tables: list[pa.Table] | None, is_marked: bool) -> Any:
    if (table := as_table(value)) is not None:
        if tables is None:
            return [encode(row, None, is_marked=is_marked) for row in table.to_pylist()]
        tables.append(table)
        return {MARK_KEY: "table", VALUE_KEY: len(tables) - 1}
    if is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: encode(getattr(value, each.name), tables, is_marked=is_marked)
            for each in fields(value)
        }
    if isinstance(value, Mapping):
        found = {str(k): encode(v, tables, is_marked=is_marked) for k, v in value.items()}
        is_like_mark = is_marked and MARK_KEY in found
        return {MARK_KEY: "map", VALUE_KEY: found} if is_like_mark else found
    if isinstance(value, Sequence | set | frozenset):
        return [encode(each, tables, is_marked=is_marked) for each in value]
    message = f"A value of type {type(value).__name__!r} cannot be sent to a server."
    raise EvigateError(E_INVALID, message)


def _number(value: Any, is_marked: bool) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {MARK_KEY: "float", VALUE_KEY: str(value)} if is_marked else None
    if isinstance(value, int) and abs(value) > INT_MAX:
        return _marked("int", str)(value, is_marked)
    return value


def _marked(kind: str, write: Callable[[Any], str]) -> Callable[[Any, bool], Any]:
    def encode_one(value: Any, is_marked: bool) -> Any:
        text = write(value)
        return {MARK_KEY: kind, VALUE_KEY: text} if is_marked else text

    return encode_one


def _schema(value: pa.Schema, is_marked: bool) -> Any:
    if is_marked:
        data = base64.b64encode(value.serialize().to_pybytes()).decode()
        return {MARK_KEY: "schema", VALUE_KEY: data}
    return {field.name: str(field.type) for field in value}


_base64 = _marked("bytes", lambda value: base64.b64encode(bytes(value)).decode())

_WRITERS: tuple[tuple[Any, Callable[[Any, bool], Any]], ...] = (
    (Enum, lambda value, is_marked: value.value),
    ((int, float), _number),
    (datetime, _marked("datetime", datetime.isoformat)),
    (date, _marked("date", date.isoformat)),
    (time, _marked("time", time.isoformat)),
    (timedelta, _marked("timedelta", lambda value: str(value.total_seconds()))),
    (UUID, _marked("uuid", str)),
    (Decimal, _marked("decimal", str)),
    ((bytes, bytearray, memoryview), _base64),
    (PurePath, lambda value, is_marked: str(value)),
    (np.generic, lambda value, is_marked: encode(value.item(), None, is_marked=is_marked)),
    (np.ndarray, lambda value, is_marked: encode(value.tolist(), None, is_marked=is_marked)),
    (
        (pa.Array, pa.ChunkedArray),
        lambda value, is_marked: encode(value.to_pylist(), None, is_marked=is_marked),
    ),
    (pa.Schema, _schema),
)

_READERS: Mapping[str, Callable[[Any], Any]] = {
    "float": float,
    "int": int,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda text: timedelta(seconds=float(text)),
    "uuid": UUID,
    "decimal": Decimal,
    "bytes": base64.b64decode,
    "schema": lambda text: pa.ipc.read_schema(pa.py_buffer(base64.b64decode(text))),
}


def decode(value: Any, tables: Mapping[Any, pa.Table] | Sequence[pa.Table] = ()) -> Any:
    """Return what `encode` was given, dataclasses as mappings.

    Raises:
        EvigateError[E_WIRE_MALFORMED]: a mark that is none of ours, or a table that is not there.
    """
    if isinstance(value, list):
        return [decode(each, tables) for each in value]
    if not isinstance(value, dict):
        return value
    if MARK_KEY not in value:
        return {name: decode(each, tables) for name, each in value.items()}
    kind, inner = value[MARK_KEY], value.get(VALUE_KEY)
    if kind == "map" and isinstance(inner, dict):
        return {name: decode(each, tables) for name, each in inner.items()}
    try:
        if kind == "table":
            return tables[inner] if isinstance(tables, Mapping) else tables[int(inner or 0)]
        return _READERS[kind](inner)
    except (KeyError, IndexError, TypeError, ValueError, ArithmeticError) as error:
        raise EvigateError(E_WIRE_MALFORMED, f"A value marked {kind!r} cannot be read.") from error
