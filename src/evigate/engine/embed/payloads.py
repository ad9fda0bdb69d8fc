"""What a chunk of fresh rows becomes: vectors by a model, or words as they are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from evigate.base.errors import E_INVALID, EvigateError
from evigate.engine.catalog.models import Model, Precision
from evigate.engine.embed.build import Made
from evigate.engine.embed.parts import VECTOR, matrix, vector_batch, vector_schema
from evigate.engine.embed.rows import HASH_TYPE, Fresh
from evigate.engine.index import GraphOptions, Metric, write_lexical_segment, write_vector_segment
from evigate.engine.models import ModelHost
from evigate.engine.tables.log import HASH, KEY

ENCODE_BATCH = 32
CONNECTIVITY = range(2, 513)
EXPANSION = range(1, 65_537)


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """How vectors are indexed."""

    precision: Precision = Precision.BF16
    metric: Metric = Metric.COSINE
    connectivity: int = 16
    expansion_add: int = 128

    def __post_init__(self) -> None:
        """Refuse options that no graph can have; most tables learn of them only as they grow."""
        for name, bounds in (("connectivity", CONNECTIVITY), ("expansion_add", EXPANSION)):
            if getattr(self, name) not in bounds:
                message = f"{name} is {getattr(self, name)}, not {bounds[0]} to {bounds[-1]}."
                raise EvigateError(E_INVALID, message)

    def write(
        self, folder: Path, batches: Iterator[pa.RecordBatch], dimensions: int, threads: int = 0
    ) -> Made:
        """Write a segment over batches of an embedding table."""
        manifest = write_vector_segment(
            folder,
            ((batch.column(KEY), matrix(batch)) for batch in batches),
            dimensions=dimensions,
            precision=self.precision,
            metric=self.metric,
            graph=GraphOptions(self.connectivity, self.expansion_add),
            threads=threads,
        )
        return Made(manifest.count, self.precision, manifest.library or "none")


class ModelPayload:
    """Vectors that a model makes of each row's text."""

    kind = "vector"
    is_costly = True

    def __init__(
        self,
        host: ModelHost,
        model: Model,
        index: VectorIndex,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> None:
        assert model.dimensions is not None
        self._host = host
        self._model = model
        self._index = index
        self._dimensions = model.dimensions
        self._is_cancelled = is_cancelled

    def schema(self) -> pa.Schema:
        """Return the schema of an embedding table."""
        return vector_schema(self._dimensions)

    def make(self, chunk: Fresh) -> tuple[pa.RecordBatch, dict[str, str]]:
        """Embed a chunk; a row that cannot be embedded is left out and says why."""
        encoded = self._host.encode(
            self._model,
            chunk.texts(),
            batch_size=ENCODE_BATCH,
            is_cancelled=self._is_cancelled,
        )
        good = np.flatnonzero(encoded.ok)
        batch = vector_batch(
            [chunk.keys[i] for i in good],
            [chunk.hashes[i] for i in good],
            encoded.vectors[good],
        )
        failed = {
            chunk.keys[i]: encoded.errors[i] or "unknown" for i in np.flatnonzero(~encoded.ok)
        }
        return batch, failed

    def write_segment(self, folder: Path, batches: Iterator[pa.RecordBatch]) -> Made:
        """Write the vector segment."""
        return self._index.write(folder, batches, self._dimensions)


class StoredVectors:
    """Vectors that are there already: for compaction and for import, nothing is made."""

    kind = "vector"
    is_costly = False

    def __init__(self, dimensions: int, index: VectorIndex) -> None:
        self._dimensions = dimensions
        self._index = index

    def schema(self) -> pa.Schema:
        """Return the schema of an embedding table."""
        return vector_schema(self._dimensions)

    def make(self, chunk: Fresh) -> tuple[pa.RecordBatch, dict[str, str]]:
        """Refuse: there is no text to make a vector of."""
        raise AssertionError("stored vectors are not made from rows")

    def write_segment(self, folder: Path, batches: Iterator[pa.RecordBatch]) -> Made:
        """Write the vector segment."""
        return self._index.write(folder, batches, self._dimensions)


@dataclass(frozen=True, slots=True)
class TextAnalysis:
    """How words are told apart: `english` stems and drops stop words, `raw` does neither."""

    analyzer: str = "english"
    is_stopped: bool = True


class TextPayload:
    """A row's text columns as they are, indexed by their words."""

    kind = "lexical"
    is_costly = False

    def __init__(self, columns: Sequence[str], analysis: TextAnalysis) -> None:
        self._columns = list(columns)
        self._analysis = analysis

    def schema(self) -> pa.Schema:
        """Return the schema of a lexical table: key, hash, and each text column."""
        texts = [pa.field(name, pa.string()) for name in self._columns]
        key = pa.field(KEY, pa.string(), nullable=False)
        return pa.schema([key, pa.field(HASH, HASH_TYPE, nullable=False), *texts])

    def make(self, chunk: Fresh) -> tuple[pa.RecordBatch, dict[str, str]]:
        """Keep a chunk as it is."""
        columns = [pa.array(chunk.keys, pa.string()), pa.array(chunk.hashes, HASH_TYPE)]
        columns += [pa.array(values, pa.string()) for values in chunk.values]
        return pa.record_batch(columns, schema=self.schema()), {}

    def write_segment(self, folder: Path, batches: Iterator[pa.RecordBatch]) -> Made:
        """Write the lexical segment."""
        manifest = write_lexical_segment(
            folder,
            batches,
            key=KEY,
            columns=self._columns,
            analyzer=self._analysis.analyzer,
            stop_words=self._analysis.is_stopped,
        )
        return Made(manifest.count, None, manifest.library or "none")


__all__ = [
    "VECTOR",
    "ModelPayload",
    "StoredVectors",
    "TextAnalysis",
    "TextPayload",
    "VectorIndex",
]
