"""The neighbour graph of an embedding table: each row's nearest, as edges, streamed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evigate.engine.search import Mode, Searcher, SearchRequest

SCHEMA = pa.schema(
    [
        pa.field("src", pa.string(), nullable=False),
        pa.field("dst", pa.string(), nullable=False),
        pa.field("rank", pa.int32(), nullable=False),
        pa.field("similarity", pa.float32(), nullable=False),
    ]
)
QUERY_BLOCK = 512

Edges = Iterator[pa.RecordBatch]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NeighborOptions:
    """What an edge must be: one of the `k` nearest, near enough, and perhaps both ways."""

    k: int = 10
    min_similarity: float | None = None
    is_mutual: bool = False
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class _Block:
    keys: list[str]
    lists: list[tuple[list[str], list[float]]]


def neighbor_edges(
    searcher: Searcher,
    batches: Iterator[tuple[list[str], npt.NDArray[np.float32]]],
    options: NeighborOptions,
    key: str,
) -> Iterator[pa.RecordBatch]:
    """Yield edges by source row, nearest first, rank from 1; no row is its own neighbour.

    Args:
        batches: keys and vectors of the rows; may be walked once.
    """
    for block in _blocks(searcher, batches, options, key):
        src: list[str] = []
        dst: list[str] = []
        rank: list[int] = []
        similarity: list[float] = []
        for own, (keys, scores) in zip(block.keys, block.lists, strict=True):
            near = [(k, s) for k, s in zip(keys, scores, strict=True) if k != own][: options.k]
            if options.min_similarity is not None:
                near = [(k, s) for k, s in near if s >= options.min_similarity]
            src += [own] * len(near)
            dst += [k for k, _ in near]
            rank += range(1, len(near) + 1)
            similarity += [s for _, s in near]
        columns = [
            pa.array(src, pa.string()),
            pa.array(dst, pa.string()),
            pa.array(rank, pa.int32()),
            pa.array(similarity, pa.float32()),
        ]
        yield pa.record_batch(columns, schema=SCHEMA)


def _blocks(
    searcher: Searcher,
    batches: Iterator[tuple[list[str], npt.NDArray[np.float32]]],
    options: NeighborOptions,
    key: str,
) -> Iterator[_Block]:
    for keys, vectors in batches:
        for start in range(0, len(keys), QUERY_BLOCK):
            part = vectors[start : start + QUERY_BLOCK]
            requests = [
                SearchRequest(
                    mode=Mode.VECTOR, vector=row, k=options.k + 1, select=[], exact=options.is_exact
                )
                for row in part
            ]
            found = [hits.table for hits in searcher.search_batch(requests)]
            lists = [(t.column(key).to_pylist(), t.column("score").to_pylist()) for t in found]
            yield _Block(keys[start : start + QUERY_BLOCK], lists)


def mutual_only(read: Callable[[], Iterator[pa.RecordBatch]], keys: pa.Array) -> Edges:
    """Yield the edges whose reverse is there too, ranks as they were.

    Args:
        read: begins to read all edges; called twice. Two numbers an edge are held, no text.
        keys: of the rows.
    """
    count = len(keys)
    there = np.concatenate(
        [np.zeros(0, np.int64), *(src * count + dst for _, src, dst in _numbered(read(), keys))]
    )
    there.sort()
    for batch, src, dst in _numbered(read(), keys):
        reverse = dst * count + src
        places = np.minimum(np.searchsorted(there, reverse), len(there) - 1)
        yield batch.filter(pa.array(there[places] == reverse))


def _numbered(
    batches: Iterator[pa.RecordBatch], keys: pa.Array
) -> Iterator[tuple[pa.RecordBatch, Numbers, Numbers]]:
    for batch in batches:
        ends = [
            pc.index_in(batch.column(n), value_set=keys).to_numpy(zero_copy_only=False)
            for n in (0, 1)
        ]
        yield batch, ends[0].astype(np.int64), ends[1].astype(np.int64)
