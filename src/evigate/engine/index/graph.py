"""The one file that knows the graph library (usearch): build, map, walk.

A graph answers with candidates only; callers score them exactly. The library lets the interpreter
go while it walks, but takes a lock of its own an index: two threads on one view ran at 1.0x, on two
views at 1.6 to 1.8x. So a graph keeps a small pool of views of the same mapped file, and a walk
borrows one; `deque` operations are atomic, so nothing waits.
"""

import errno
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import usearch
from usearch.index import BatchMatches, Index, Matches

from evigate.engine.catalog.models import Precision
from evigate.engine.index.calibrate import calibrated_expansion, sample_rows
from evigate.engine.index.manifest import corrupt
from evigate.engine.index.models import OVERSAMPLE, GraphOptions, Metric
from evigate.engine.index.quantise import Quantiser
from evigate.engine.index.ranking import Rows
from evigate.engine.index.scoring import Matrix

LIBRARY = f"usearch {usearch.__version__}"
GRAPH_NAME = "graph.usearch"
ADD_ROWS = 1 << 15
POOL_VIEWS_MAX = 16

_DTYPES = {
    Precision.F32: "f32",
    Precision.BF16: "bf16",
    Precision.F16: "f16",
    Precision.I8: "i8",
    Precision.BINARY: "b1",
}


def _index(
    quantiser: Quantiser, dimensions: int, metric: Metric, options: GraphOptions, expansion: int
) -> Index:
    kind = {Metric.COSINE: "cos", Metric.IP: "ip", Metric.L2: "l2sq"}[metric]
    return Index(
        ndim=dimensions,
        metric="hamming" if quantiser.precision is Precision.BINARY else kind,
        dtype=_DTYPES[quantiser.precision],
        connectivity=options.connectivity,
        expansion_add=options.expansion_add,
        expansion_search=expansion,
        enable_key_lookups=False,
    )


def build_graph(
    path: Path,
    vectors: Matrix,
    quantiser: Quantiser,
    metric: Metric,
    options: GraphOptions,
    *,
    threads: int,
) -> int:
    """
    Build the graph of all rows, keyed by row, and write it; 0 threads means all cores.

    Returns:
        How many candidates a walk must weigh, found with some rows while they were not yet in it.
    """
    index = _index(quantiser, vectors.shape[1], metric, options, options.expansion_add)
    held_out = sample_rows(len(vectors))
    for start in range(0, len(vectors), ADD_ROWS):
        rows = np.arange(start, min(start + ADD_ROWS, len(vectors)))
        _add(index, np.setdiff1d(rows, held_out), vectors, quantiser, threads)

    def candidates(queries: Matrix, count: int, expansion: int) -> list[Rows]:
        index.expansion_search = expansion
        return list(_each(index.search(quantiser.encode(queries), count, threads=threads)))

    oversample = OVERSAMPLE[quantiser.precision]
    expansion = calibrated_expansion(candidates, vectors, held_out, metric, oversample)
    _add(index, held_out, vectors, quantiser, threads)
    _save(index, path)
    return expansion


def _save(index: Index, path: Path) -> None:
    """Write the graph; the library says of a full disk only that it could not write."""
    try:
        index.save(str(path))
    except RuntimeError as error:
        raise OSError(errno.ENOSPC, f"The graph could not be written: {error}") from error


def _add(index: Index, rows: Rows, vectors: Matrix, quantiser: Quantiser, threads: int) -> None:
    if len(rows):
        encoded = quantiser.encode(np.asarray(vectors[rows]))
        index.add(rows.astype(np.uint64), encoded, threads=threads)


class Graph:
    """A mapped graph of one segment.

    Args:
        folder: the segment's folder.
        expansion: candidates that a walk must weigh for the recall that is promised.
    """

    def __init__(
        self,
        folder: Path,
        count: int,
        dimensions: int,
        metric: Metric,
        quantiser: Quantiser,
        options: GraphOptions,
        expansion: int,
    ) -> None:
        self._folder = folder
        self._count = count
        self._dimensions = dimensions
        self._metric = metric
        self._quantiser = quantiser
        self._options = options
        self.expansion = expansion
        self._views: deque[Index] = deque(maxlen=POOL_VIEWS_MAX)
        self._views.append(self._view())

    def candidates(self, query: Matrix, count: int) -> Rows:
        """Return up to `count` rows near a query, nearest first by the graph's own precision."""
        return self.candidates_of_each(query[None, :], count, threads=1)[0]

    def candidates_of_each(self, queries: Matrix, count: int, *, threads: int) -> list[Rows]:
        """Return candidates for each of many queries; 0 threads means all cores."""
        view = self._borrow()
        try:
            matches = view.search(
                self._quantiser.encode(queries), min(count, self._count), threads=threads
            )
        finally:
            self._views.append(view)
        return list(_each(matches))

    def _borrow(self) -> Index:
        try:
            return self._views.pop()
        except IndexError:
            return self._view()

    def _view(self) -> Index:
        # The library weighs as many as are asked for, or this if it is more; callers say how many.
        view = _index(self._quantiser, self._dimensions, self._metric, self._options, 1)
        try:
            view.view(str(self._folder / GRAPH_NAME))
        except (RuntimeError, ValueError, OSError) as error:
            raise corrupt(self._folder, GRAPH_NAME, "cannot be opened") from error
        if len(view) != self._count or view.ndim != self._dimensions:
            raise corrupt(self._folder, GRAPH_NAME, f"holds {len(view)} rows, not {self._count}")
        return view


def _each(matches: Matches | BatchMatches) -> Iterator[Rows]:
    """Yield each query's candidates; the library answers one query in a shape of its own."""
    if isinstance(matches, Matches):
        yield np.asarray(matches.keys).astype(np.int64)
        return
    for row, found in zip(matches.keys, matches.counts, strict=True):
        yield row[: int(found)].astype(np.int64)
