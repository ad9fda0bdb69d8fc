"""Messages as bytes: a payload is an Arrow record batch without its schema, which the topic has."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.topics.errors import E_TOPIC_BATCH_TOO_LARGE, E_TOPIC_SCHEMA
from evigate.engine.topics.models import OFFSET, PRODUCED_TYPE, StoredBatch, Topic

PAYLOAD_ROWS = 16_384
PAYLOAD_BYTES_MAX = 64 << 20
# So many messages at the most skip the table: for one message that is 60 of 100 us.
FEW_ROWS = 64
ARROW_REFUSALS = (pa.ArrowInvalid, pa.ArrowTypeError, ValueError, TypeError)


def encoded(topic: Topic, data: Any, produced_at: datetime) -> tuple[list[int], list[bytes]]:
    """Return the row counts and payloads of what was published; empty lists where nothing was.

    Takes what `as_rows` takes. A few dictionaries, the usual message, become one batch at once.

    Raises:
        EvigateError[E_TOPIC_SCHEMA]: as `as_rows`.
        EvigateError[E_TOPIC_BATCH_TOO_LARGE]: as `encode`.
    """
    rows = [data] if isinstance(data, dict) else data
    if isinstance(rows, list) and 0 < len(rows) <= FEW_ROWS:
        return [len(rows)], [_payload(_few(topic, rows, produced_at))]
    return encode(topic, as_rows(topic, data), produced_at)


def _few(topic: Topic, rows: list[Any], produced_at: datetime) -> pa.RecordBatch:
    """Return a few messages as a stored batch, without the detour of a table."""
    _check_names(topic, rows)
    try:
        columns = [
            pa.array([row.get(field.name) for row in rows], field.type) for field in topic.schema
        ]
    except ARROW_REFUSALS as error:
        raise _misfit(topic, error) from error
    stamps = pa.array([_micros(produced_at)] * len(rows), PRODUCED_TYPE)
    return pa.RecordBatch.from_arrays([*columns, stamps], schema=topic.stored_schema)


def as_rows(topic: Topic, data: Any) -> pa.Table:
    """Return what was published as a table of the topic's schema.

    Takes a table or batch, a data frame, one dictionary, or a list of dictionaries.

    Raises:
        EvigateError[E_TOPIC_SCHEMA]: a column is missing, is not the topic's, or has another type.
    """
    table = _table(topic, data)
    wanted = topic.schema
    if table.schema.equals(wanted):
        return table
    given, known = set(table.schema.names), set(wanted.names)
    if given != known:
        odd = ", ".join(sorted(given ^ known))
        message = f"The topic {topic.name!r} and the rows differ in the columns {odd}."
        raise EvigateError(E_TOPIC_SCHEMA, message)
    for field in wanted:
        found = table.schema.field(field.name)
        if found.type != field.type:
            message = f"The column {field.name!r} is {found.type}, not {field.type}."
            raise EvigateError(E_TOPIC_SCHEMA, message)
        if not field.nullable and table.column(field.name).null_count:
            raise EvigateError(E_TOPIC_SCHEMA, f"The column {field.name!r} may not be null.")
    return table.select(wanted.names).cast(wanted)


def _table(topic: Topic, data: Any) -> pa.Table:
    if isinstance(data, dict):
        data = [data]
    if isinstance(data, list):
        _check_names(topic, data)
        try:
            return pa.Table.from_pylist(data, topic.schema)
        except ARROW_REFUSALS as error:
            raise _misfit(topic, error) from error
    if isinstance(data, pa.RecordBatch):
        return pa.Table.from_batches([data])
    return data if isinstance(data, pa.Table) else pa.table(data)


def _check_names(topic: Topic, rows: list[Any]) -> None:
    known = topic.names
    for row in rows:
        if not isinstance(row, Mapping):
            message = f"A message of the topic {topic.name!r} is a dictionary, not {row!r:.80}."
            raise EvigateError(E_TOPIC_SCHEMA, message)
        if not row.keys() <= known:
            odd = sorted(row.keys() - known)
            message = f"The topic {topic.name!r} has no column {odd[0]!r}."
            raise EvigateError(E_TOPIC_SCHEMA, message)


def _misfit(topic: Topic, error: Exception) -> EvigateError:
    message = f"The rows do not fit the topic {topic.name!r}: {error}."
    return EvigateError(E_TOPIC_SCHEMA, message)


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def _payload(batch: pa.RecordBatch) -> bytes:
    payload = batch.serialize()
    if payload.size > PAYLOAD_BYTES_MAX:
        message = f"{batch.num_rows} rows take {payload.size} bytes, more than a batch may."
        raise EvigateError(E_TOPIC_BATCH_TOO_LARGE, message)
    found: bytes = payload.to_pybytes()
    return found


def encode(topic: Topic, table: pa.Table, produced_at: datetime) -> tuple[list[int], list[bytes]]:
    """Return the row counts and payloads of a table, cut into pieces of bounded size.

    Raises:
        EvigateError[E_TOPIC_BATCH_TOO_LARGE]: one piece is larger than a row of the log may be.
    """
    micros = _micros(produced_at)
    counts: list[int] = []
    payloads: list[bytes] = []
    for batch in table.combine_chunks().to_batches(max_chunksize=PAYLOAD_ROWS):
        stamps = pa.array(np.full(batch.num_rows, micros, np.int64)).cast(PRODUCED_TYPE)
        stored = pa.RecordBatch.from_arrays([*batch.columns, stamps], schema=topic.stored_schema)
        counts.append(batch.num_rows)
        payloads.append(_payload(stored))
    return counts, payloads


def decode(topic: Topic, stored: StoredBatch) -> pa.RecordBatch:
    """Return a stored batch as its publisher gave it, with `_produced_at`."""
    return pa.ipc.read_record_batch(pa.py_buffer(stored.payload), topic.stored_schema)


def with_offsets(topic: Topic, stored: StoredBatch, from_offset: int) -> pa.RecordBatch:
    """Return a stored batch's rows from an offset on, `_offset` first and `_produced_at` last."""
    batch = decode(topic, stored)
    skip = max(0, from_offset - stored.first_offset)
    offsets = np.arange(stored.first_offset + skip, stored.first_offset + stored.row_count)
    columns = [pa.array(offsets, pa.int64()), *batch.slice(skip).columns]
    return pa.RecordBatch.from_arrays(columns, schema=read_schema(topic))


def read_schema(topic: Topic) -> pa.Schema:
    """Return the columns that a reader gets."""
    return topic.stored_schema.insert(0, pa.field(OFFSET, pa.int64(), nullable=False))


def merged(topic: Topic, stored: list[StoredBatch]) -> Iterator[StoredBatch]:
    """Yield the same rows in larger batches; neighbours must follow each other without a gap."""
    if not stored:
        return
    table = pa.Table.from_batches([decode(topic, each) for each in stored], topic.stored_schema)
    first = stored[0].first_offset
    for batch in table.combine_chunks().to_batches(max_chunksize=PAYLOAD_ROWS):
        yield StoredBatch(first, batch.num_rows, batch.serialize().to_pybytes())
        first += batch.num_rows
