"""Vector segments: float32 rows as written, their keys, and a graph where one is worth its walk.

The rows are a plain mapped matrix, so a segment opens at once whatever its size, the exact scan is
always possible, and whatever a graph proposes is scored from the rows themselves.
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evigate.base.clock import Clock, utc_now
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Precision
from evigate.engine.index import quantise, scoring
from evigate.engine.index.errors import E_INDEX_INVALID, E_KEYS_INVALID
from evigate.engine.index.folder import staged_folder
from evigate.engine.index.keys import KEYS_NAME, join_keys, key_texts, map_keys, write_keys
from evigate.engine.index.manifest import (
    MANIFEST_NAME,
    FileFacts,
    SegmentManifest,
    check_library,
    file_facts,
    folder_facts,
    manifest_bytes,
)
from evigate.engine.index.many import exact_of_each, rank_of_each
from evigate.engine.index.models import GRAPH_NUMBERS_MIN, GraphOptions, Metric
from evigate.engine.index.ranking import Ranked, Rows, Scores, best, best_of_chunks, masked
from evigate.engine.index.scoring import Matrix

VECTORS_NAME = "vectors.f32"
THRESHOLDS_NAME = "thresholds.f32"
DIMENSIONS_MAX = 65_536

VectorBatch = tuple[pa.Array, npt.NDArray[np.float32]]


class CandidateGraph(Protocol):
    """What a segment asks of its graph."""

    expansion: int

    def candidates(self, query: Matrix, count: int) -> Rows: ...

    def candidates_of_each(self, queries: Matrix, count: int, *, threads: int) -> list[Rows]: ...


def write_vector_segment(
    folder: Path,
    batches: Iterable[VectorBatch],
    *,
    dimensions: int,
    precision: Precision = Precision.BF16,
    metric: Metric = Metric.COSINE,
    graph: GraphOptions | None = None,
    has_graph: bool | None = None,
    threads: int = 0,
    clock: Clock = utc_now,
) -> SegmentManifest:
    """
    Write a vector segment from batches of keys and rows, whole or not at all.

    Rows stream to disk; keys, and the graph while it is built, are held in memory.

    Args:
        batches: (keys of n, float32 of shape (n, dimensions)); any number, any may be empty.
        has_graph: build one or not; None builds one where a scan would be slower.
        threads: that build the graph; 0 means all cores.

    Raises:
        EvigateError[E_VECTORS_INVALID | E_KEYS_INVALID]: naming the row or the key.
        EvigateError[E_SEGMENT_EXISTS]: the folder exists.
        EvigateError[E_INDEX_INVALID]: the width is not between 1 and 65,536.
    """
    if not 1 <= dimensions <= DIMENSIONS_MAX:
        raise EvigateError(E_INDEX_INVALID, f"A width of {dimensions} is not in 1..65536.")
    options = graph or GraphOptions()
    with staged_folder(folder) as staging:
        with (staging / VECTORS_NAME).open("wb") as file:
            keys, longest, vectors_facts = _write_rows(file, batches, dimensions, metric)
        write_keys(staging / KEYS_NAME, keys)
        count = len(keys)
        facts = {VECTORS_NAME: vectors_facts, KEYS_NAME: file_facts(staging / KEYS_NAME)}
        if has_graph is None:
            has_graph = count * dimensions >= GRAPH_NUMBERS_MIN
        extra: dict[str, Any] = {"has_graph": has_graph and count > 0, "longest": longest}
        library = None
        if extra["has_graph"]:
            vectors = _map_rows(staging, count, dimensions)
            library = _write_graph(staging, vectors, precision, metric, options, threads, extra)
            facts |= folder_facts(staging, without=facts)
        manifest = SegmentManifest(
            kind="vector",
            count=count,
            dimensions=dimensions,
            metric=metric.value,
            precision=precision.value,
            library=library,
            files=facts,
            created_at=clock().isoformat(),
            options=extra,
        )
        (staging / MANIFEST_NAME).write_bytes(manifest_bytes(manifest))
    return manifest


def _write_rows(
    file: IO[bytes], batches: Iterable[VectorBatch], dimensions: int, metric: Metric
) -> tuple[pa.Array, float, FileFacts]:
    """Stream the rows; return their keys, the largest length of a vector, and the file's facts."""
    parts: list[pa.Array] = []
    digest, count, longest = hashlib.sha256(), 0, 0.0
    for keys, vectors in batches:
        rows = scoring.checked_rows(vectors, first_row=count, dimensions=dimensions, metric=metric)
        if len(keys) != len(rows):
            raise EvigateError(
                E_KEYS_INVALID, f"From row {count}: {len(keys)} keys for {len(rows)} vectors."
            )
        part = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
        parts.append(part)
        view = rows.reshape(-1).view(np.uint8).data if rows.size else b""
        digest.update(view)
        file.write(view)
        count += len(rows)
        if len(rows):
            longest = max(longest, float(np.vecdot(rows, rows).max()) ** 0.5)
    return join_keys(parts), longest, FileFacts(count * dimensions * 4, digest.hexdigest())


def _write_graph(
    staging: Path,
    vectors: Matrix,
    precision: Precision,
    metric: Metric,
    options: GraphOptions,
    threads: int,
    extra: dict[str, Any],
) -> str:
    """Write the graph and its quantiser; add what opens it to `extra`; return the library."""
    from evigate.engine.index.graph import GRAPH_NAME, LIBRARY, build_graph

    # What reading and writing the rows took is free but still held: 1.6 GB beside a graph of 0.9
    # for a million rows of 384 numbers.
    pa.default_memory_pool().release_unused()
    quantiser = quantise.fit(vectors, precision)
    if quantiser.thresholds is not None:
        (staging / THRESHOLDS_NAME).write_bytes(quantiser.thresholds.tobytes())
    expansion = build_graph(
        staging / GRAPH_NAME, vectors, quantiser, metric, options, threads=threads
    )
    extra |= {
        "scale": quantiser.scale,
        "connectivity": options.connectivity,
        "expansion_add": options.expansion_add,
        "expansion_search": expansion,
    }
    return LIBRARY


class VectorSegment:
    """An opened vector segment; immutable, and searched from any number of threads.

    Rows count from 0 in the order of writing; `keys[row]` is a row's key.
    """

    def __init__(
        self,
        *,
        name: str,
        keys: pa.Array,
        vectors: Matrix,
        metric: Metric,
        precision: Precision,
        longest: float,
        graph: CandidateGraph | None,
    ) -> None:
        self.name = name
        self.longest = longest
        self.keys = keys
        self.vectors = vectors
        self.metric = metric
        self.precision = precision
        self.graph = graph

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.keys)

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return int(self.vectors.shape[1])

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
        """Return the best k rows by scoring each of them: the oracle.

        Args:
            rows: only these, gathered one by one; best where they are few.
            mask: only rows where it is true, after a scan of all; best where they are many.
        """
        if rows is not None:
            chunks = scoring.gather(self.vectors, rows, query, self.metric)
        else:
            chunks = scoring.scan(self.vectors, query, self.metric)
            if mask is not None:
                chunks = masked(chunks, mask)
        return best_of_chunks(chunks, k, self.texts_of)

    def exact_packed(self, query: Matrix, k: int, rows: Rows, packed: Matrix) -> Ranked:
        """Return what `exact` returns for some rows whose vectors were copied in their order."""
        chunks = scoring.scan(packed, query, self.metric)
        return best_of_chunks(((rows[at], scores) for at, scores in chunks), k, self.texts_of)

    def vector_of(self, row: int) -> Matrix:
        """Return a row's stored vector."""
        return np.array(self.vectors[row])

    def scores(self, rows: Rows, query: Matrix) -> Scores:
        """Return the exact scores of some rows."""
        return scoring.scores_of(self.vectors[rows], query, self.metric)

    def rank(self, rows: Rows, query: Matrix, k: int) -> Ranked:
        """Return the best k of some rows, scored exactly."""
        return best(rows, self.scores(rows, query), k, self.texts_of)

    def rank_of_each(self, rows: Sequence[Rows], queries: Matrix, k: int) -> list[Ranked]:
        """Return for each query what `rank` returns for its own rows."""
        return rank_of_each(self, rows, queries, k)

    def exact_of_each(
        self, queries: Matrix, k: int, *, rows: Rows | None = None, packed: Matrix | None = None
    ) -> list[Ranked]:
        """Return for each query what `exact` returns, by matrix products and exact rescoring.

        Args:
            rows: only these.
            packed: their vectors, if they were copied; else they are gathered, once for all.
        """
        vectors = self.vectors
        if rows is not None:
            vectors = self.vectors[rows] if packed is None else packed
        return exact_of_each(self, queries, k, rows=rows, vectors=vectors)


def open_vectors(folder: Path, manifest: SegmentManifest) -> VectorSegment:
    """Open a vector segment whose manifest and files were checked.

    Raises:
        EvigateError[E_SEGMENT_LIBRARY]: another version of the graph library wrote its graph.
        EvigateError[E_SEGMENT_CORRUPT]: a file cannot be read.
    """
    metric, precision = Metric(manifest.metric or ""), Precision(manifest.precision or "")
    dimensions = manifest.dimensions or 0
    graph: CandidateGraph | None = None
    if manifest.options["has_graph"]:
        graph = _open_graph(folder, manifest, metric, precision, dimensions)
    return VectorSegment(
        name=folder.name,
        keys=map_keys(folder, manifest.count),
        vectors=_map_rows(folder, manifest.count, dimensions),
        metric=metric,
        precision=precision,
        longest=manifest.options["longest"],
        graph=graph,
    )


def _open_graph(
    folder: Path, manifest: SegmentManifest, metric: Metric, precision: Precision, dimensions: int
) -> CandidateGraph:
    from evigate.engine.index.graph import LIBRARY, Graph

    check_library(folder, manifest, LIBRARY)
    thresholds = None
    if precision is Precision.BINARY:
        thresholds = np.fromfile(folder / THRESHOLDS_NAME, np.float32)
    options = manifest.options
    return Graph(
        folder,
        manifest.count,
        dimensions,
        metric,
        quantise.Quantiser(precision, options["scale"], thresholds),
        GraphOptions(options["connectivity"], options["expansion_add"]),
        options["expansion_search"],
    )


def _map_rows(folder: Path, count: int, dimensions: int) -> Matrix:
    """Map the rows; an empty file cannot be mapped and is an empty matrix."""
    if count == 0:
        return np.empty((0, dimensions), np.float32)
    mapped = np.memmap(folder / VECTORS_NAME, np.float32, "r", shape=(count, dimensions))
    # A plain view of the map: the subclass costs a microsecond at each slice.
    return mapped.view(np.ndarray)
