"""Vectors from elsewhere, checked and normalised as they stream in; the first row has the width."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.embed.parts import Vectors, vector_batch
from evigate.engine.embed.rows import hash_row, key_text
from evigate.engine.index import Metric
from evigate.engine.index.errors import E_VECTORS_INVALID


class ImportedRows:
    """Batches of an import, checked and normalised one by one; the width is the first vector's."""

    def __init__(
        self, batches: Iterator[pa.RecordBatch], key: str, vector: str, metric: Metric
    ) -> None:
        self._batches = batches
        self._key = key
        self._vector = vector
        self._metric = metric
        self._first = next((batch for batch in batches if batch.num_rows), None)
        if self._first is None:
            raise EvigateError(E_VECTORS_INVALID, "There are no vectors to import.")
        self._check_names(self._first)
        first = self._first.column(vector)[0].as_py()
        self.dimensions = len(first or [])
        if not self.dimensions:
            raise EvigateError(E_VECTORS_INVALID, "The first row has no vector.")

    def _check_names(self, batch: pa.RecordBatch) -> None:
        for name in (self._key, self._vector):
            if name not in batch.schema.names:
                message = f"There is no column {name!r}; there are {batch.schema.names}."
                raise EvigateError(E_VECTORS_INVALID, message)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        assert self._first is not None
        yield self._checked(self._first)
        for batch in self._batches:
            if batch.num_rows:
                yield self._checked(batch)

    def _checked(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        keys = key_text(batch.column(self._key)).to_pylist()
        column = batch.column(self._vector)
        values = column.to_pylist() if not pa.types.is_fixed_size_list(column.type) else None
        if values is not None:
            for key, value in zip(keys, values, strict=True):
                if value is None or len(value) != self.dimensions:
                    width = "no" if value is None else str(len(value))
                    message = f"Row {key!r} has {width} numbers, not {self.dimensions}."
                    raise EvigateError(E_VECTORS_INVALID, message)
            vectors = np.asarray(values, np.float32)
        else:
            if column.null_count or column.type.list_size != self.dimensions:
                raise EvigateError(E_VECTORS_INVALID, "A vector is missing, or the width changes.")
            flat = column.flatten().to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
            vectors = flat.reshape(len(keys), self.dimensions)
        self._check_values(keys, vectors)
        if self._metric is Metric.COSINE:
            vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        hashes = [hash_row([vector.tobytes().hex()]) for vector in vectors]
        return vector_batch(keys, hashes, vectors)

    def _check_values(self, keys: list[Any], vectors: Vectors) -> None:
        bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
        if self._metric is Metric.COSINE and not len(bad):
            bad = np.flatnonzero(~vectors.any(axis=1))
        if len(bad):
            message = f"Row {keys[bad[0]]!r} has a vector that is not finite, or is zero."
            raise EvigateError(E_VECTORS_INVALID, message)
        if None in keys:
            raise EvigateError(E_VECTORS_INVALID, "A key is null.")
