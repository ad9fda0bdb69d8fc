"""Running a model over rows: one row out for each row in, with its own status."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.embed.errors import E_EMBED_COLUMNS, E_EMBED_KEY

if TYPE_CHECKING:
    from evigate.engine.core import Core

EMBEDDINGS = (ModelTask.TEXT_EMBEDDING, ModelTask.IMAGE_EMBEDDING, ModelTask.AUDIO_EMBEDDING)
BATCH_ROWS = 4_096


def infer(
    core: "Core",
    subject: Subject,
    model_name: str,
    source: str | pa.Table,
    columns: Sequence[str],
    key: str | None,
) -> pa.Table:
    """Return the model's columns for each row, in order, after the row's own facts.

    Raises:
        EvigateError[E_EMBED_COLUMNS | E_EMBED_KEY]: a column is not there.
        EvigateError[E_MODEL_...]: the model is not there or failed; a row that is empty does not.
    """
    model = core.model(subject, model_name)
    name, batches = _rows(core, subject, source, columns, key)
    parts = []
    start = 0
    for keys, texts in batches:
        parts.append(_part(core, model, name, keys, texts, start))
        start += len(texts)
    if not parts:
        return _part(core, model, name, pa.array([], pa.string()), [], 0)
    return pa.concat_tables(parts)


def _rows(
    core: "Core",
    subject: Subject,
    source: str | pa.Table,
    columns: Sequence[str],
    key: str | None,
) -> tuple[str, Any]:
    if isinstance(source, str):
        found = core.sources.refresh(subject, source)
        key = key or found.key_column
        schema = pa.ipc.read_schema(pa.py_buffer(found.schema))
        name = source
    else:
        schema, name = source.schema, ""
    if key is None:
        raise EvigateError(E_EMBED_KEY, "Say which column is the key.")
    for wanted in (key, *columns):
        if wanted not in schema.names:
            raise EvigateError(E_EMBED_COLUMNS, f"There is no column {wanted!r}.")
    wanted_columns = list(dict.fromkeys([key, *columns]))
    if isinstance(source, str):
        batches = core.sources.scan(subject, found, wanted_columns)
    else:
        batches = iter(source.select(wanted_columns).to_batches(BATCH_ROWS))
    return name, ((_keys(batch, key), _texts(batch, columns)) for batch in batches)


def _keys(batch: pa.RecordBatch, key: str) -> pa.Array:
    return pc.cast(batch.column(key), pa.string())


def _texts(batch: pa.RecordBatch, columns: Sequence[str]) -> list[str | bytes | None]:
    values = [batch.column(name) for name in columns]
    if len(values) == 1 and pa.types.is_binary(values[0].type):
        found: list[str | bytes | None] = values[0].to_pylist()
        return found
    cells = [pc.cast(column, pa.string()).to_pylist() for column in values]
    return [" ".join(cell for cell in row if cell) or None for row in zip(*cells, strict=True)]


def _part(
    core: "Core",
    model: Model,
    name: str,
    keys: pa.Array,
    texts: list[str | bytes | None],
    start: int,
) -> pa.Table:
    answer: dict[str, Any]
    if model.task in EMBEDDINGS:
        encoded = core.models.encode(model, texts)
        ok, errors, latency_ms = encoded.ok, encoded.errors, encoded.latency_ms
        flat = pa.array(encoded.vectors.reshape(-1), pa.float32())
        vectors = pa.FixedSizeListArray.from_arrays(flat, model.dimensions or 1)
        answer = {"vector": pc.if_else(pa.array(ok), vectors, None)}
    else:
        inferred = core.models.infer(model, texts)
        ok, errors, latency_ms = inferred.ok, inferred.errors, inferred.latency_ms
        answer = dict(inferred.columns)
    count = len(texts)
    status = np.where(ok, "ok", "error").tolist()
    return pa.table(
        {
            "_row_id": keys,
            "_ordinal": pa.array(range(start, start + count), pa.int64()),
            "_source": pa.array([name] * count, pa.string()),
            "_model": pa.array([model.id] * count, pa.string()),
            "_status": pa.array(status, pa.string()),
            "_error": pa.array(errors, pa.string()),
            "_latency_ms": pa.array(_latencies(latency_ms, count), pa.float32()),
            **answer,
        }
    )


def _latencies(latency_ms: Any, count: int) -> list[float]:
    if np.ndim(latency_ms) == 1:
        return [float(each) for each in latency_ms]
    return [float(latency_ms) / max(count, 1)] * count
