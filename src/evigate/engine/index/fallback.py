"""What answers while a segment is broken: the table's own rows, read again for each question.

Slow and exact. A note says which segment is out of use and why, so that no answer hides it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.index import scoring
from evigate.engine.index.errors import E_SEGMENT_CORRUPT, E_SEGMENT_FORMAT, E_SEGMENT_LIBRARY
from evigate.engine.index.keys import join_keys, key_texts
from evigate.engine.index.lexical import LexicalSegment, lexical_in_memory
from evigate.engine.index.models import Metric
from evigate.engine.index.ranking import Ranked, Rows, Scores, best_of_chunks
from evigate.engine.index.scoring import Matrix
from evigate.engine.index.segments import open_segment
from evigate.engine.index.vectors import VectorBatch, VectorSegment

REBUILDABLE = frozenset({E_SEGMENT_CORRUPT, E_SEGMENT_FORMAT, E_SEGMENT_LIBRARY})

VectorReader = Callable[[], Iterable[VectorBatch]]
TextReader = Callable[[], Iterable[pa.RecordBatch]]


class StreamedVectors:
    """Vectors that are read from their table at each question; otherwise as `VectorSegment`."""

    def __init__(self, name: str, read: VectorReader, *, dimensions: int, metric: Metric) -> None:
        self.name = name
        self.metric = metric
        self.dimensions = dimensions
        self.graph = None
        self._read = read
        self.keys = join_keys([keys for keys, _ in self._batches()])

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.keys)

    def texts_of(self, rows: Rows) -> list[str]:
        """Return the texts by which rows of equal score are ordered."""
        return key_texts(self.keys, rows)

    def query(self, vector: npt.ArrayLike) -> Matrix:
        """Return a query in the segment's form; E_VECTOR_QUERY_INVALID if it cannot be one."""
        return scoring.checked_query(vector, dimensions=self.dimensions, metric=self.metric)

    def exact(
        self,
        query: Matrix,
        k: int,
        *,
        rows: Rows | None = None,
        mask: npt.NDArray[np.bool_] | None = None,
    ) -> Ranked:
        """Return the best k rows, of all, of some, or of those where the mask is true."""
        if rows is not None:
            mask = np.zeros(self.count, np.bool_)
            mask[rows] = True
        return best_of_chunks(self._scored(query, mask), k, self.texts_of)

    def exact_of_each(
        self, queries: Matrix, k: int, *, rows: Rows | None = None, packed: Matrix | None = None
    ) -> list[Ranked]:
        """Return for each query what `exact` returns; nothing is copied, so `packed` is unused."""
        return [self.exact(query, k, rows=rows) for query in queries]

    def rank(self, rows: Rows, query: Matrix, k: int) -> Ranked:
        """Return the best k of some rows."""
        return self.exact(query, k, rows=rows)

    def vector_of(self, row: int) -> Matrix:
        """Return a row's vector."""
        start = 0
        for _, vectors in self._batches():
            if row < start + len(vectors):
                return np.array(vectors[row - start])
            start += len(vectors)
        raise IndexError(row)

    def _scored(
        self, query: Matrix, mask: npt.NDArray[np.bool_] | None
    ) -> Iterator[tuple[Rows, Scores]]:
        start = 0
        for _, vectors in self._batches():
            rows = np.arange(start, start + len(vectors))
            start += len(vectors)
            if mask is not None:
                kept = mask[rows]
                rows, vectors = rows[kept], vectors[kept]
            yield rows, scoring.scores_of(vectors, query, self.metric)

    def _batches(self) -> Iterator[VectorBatch]:
        start = 0
        for keys, vectors in self._read():
            yield (
                keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys,
                scoring.checked_rows(
                    vectors, first_row=start, dimensions=self.dimensions, metric=self.metric
                ),
            )
            start += len(keys)


@dataclass(frozen=True, slots=True)
class OpenedVectors:
    """A segment that answers, and why it is not the one on disk; None if it is."""

    segment: VectorSegment | StreamedVectors
    note: str | None


@dataclass(frozen=True, slots=True)
class OpenedTexts:
    """A segment that answers, and why it is not the one on disk; None if it is."""

    segment: LexicalSegment
    note: str | None


def open_vectors_or_stream(
    folder: Path, fallback: VectorReader, *, dimensions: int, metric: Metric = Metric.COSINE
) -> OpenedVectors:
    """Open a vector segment; if it is broken or foreign, answer exactly from the table's rows.

    Args:
        fallback: reads the same rows in the same order each time it is called.
    """
    try:
        segment = open_segment(folder)
        if isinstance(segment, VectorSegment):
            return OpenedVectors(segment, None)
        why = f"Segment {folder.name!r} is not of vectors."
    except EvigateError as error:
        why = _rebuildable(error)
    streamed = StreamedVectors(folder.name, fallback, dimensions=dimensions, metric=metric)
    return OpenedVectors(streamed, f"{why} Answered exactly from the table.")


def open_texts_or_index(
    folder: Path,
    fallback: TextReader,
    *,
    key: str,
    columns: Sequence[str],
    analyzer: str = "english",
    stop_words: bool = True,
) -> OpenedTexts:
    """Open a lexical segment; if it is broken or foreign, index the table's texts in memory."""
    try:
        segment = open_segment(folder)
        if isinstance(segment, LexicalSegment):
            return OpenedTexts(segment, None)
        why = f"Segment {folder.name!r} is not of texts."
    except EvigateError as error:
        why = _rebuildable(error)
    indexed = lexical_in_memory(
        fallback(), key=key, columns=columns, analyzer=analyzer, stop_words=stop_words
    )
    return OpenedTexts(indexed, f"{why} Answered from an index in memory.")


def _rebuildable(error: EvigateError) -> str:
    if error.code not in REBUILDABLE:
        raise error
    return error.message
