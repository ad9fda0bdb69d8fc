"""How wide a walk through a graph must be, found from the graph itself when it is written.

How many candidates reach a given recall depends on the data: 96 serve text embeddings of 128
numbers, 192 harder ones. So some of the segment's own rows are asked for their neighbours, exactly
and through the graph, and the smallest width that finds enough of them is kept with the segment.
"""

from typing import Protocol

import numpy as np

from evigate.engine.index.models import Metric
from evigate.engine.index.ranking import Rows
from evigate.engine.index.scoring import Matrix, products, scores_of

EXPANSIONS = (64, 96, 128, 192, 256, 384, 512)
SAMPLE_ROWS = 128
NEIGHBOURS = 10
# Rows ask for neighbours a little more easily than queries do, so the aim lies above .95.
RECALL_AIM = 0.97
SEED = 20


class _Graph(Protocol):
    expansion: int

    def candidates_of_each(self, queries: Matrix, count: int, *, threads: int) -> list[Rows]: ...


def calibrated_expansion(graph: _Graph, vectors: Matrix, metric: Metric, oversample: int) -> int:
    """Return the smallest width at which the graph finds `RECALL_AIM` of each row's 10 nearest.

    The sample is drawn with a fixed seed, so the same segment gives the same width; a graph that
    never gets there gets the largest width tried.
    """
    chosen = np.random.default_rng(SEED).permutation(len(vectors))[:SAMPLE_ROWS]
    queries = np.asarray(vectors[np.sort(chosen)])
    count = min(NEIGHBOURS + 1, len(vectors))
    truth = _nearest(vectors, queries, metric, count)
    for expansion in EXPANSIONS:
        if expansion < count * oversample and expansion != EXPANSIONS[-1]:
            continue
        found = graph.candidates_of_each(queries, max(expansion, count * oversample), threads=0)
        hits = sum(
            len(np.intersect1d(_best(vectors, rows, query, metric, count), right))
            for rows, query, right in zip(found, queries, truth, strict=True)
        )
        if hits >= RECALL_AIM * count * len(queries):
            return expansion
    return EXPANSIONS[-1]


def _nearest(vectors: Matrix, queries: Matrix, metric: Metric, count: int) -> list[Rows]:
    """Return each query's nearest rows, unordered, holding one chunk of scores at a time."""
    rows = [np.empty(0, np.int64)] * len(queries)
    scores = [np.empty(0, np.float32)] * len(queries)
    for start, chunk in products(vectors, queries, metric):
        for number, line in enumerate(chunk):
            top = np.argpartition(-line, min(count, len(line)) - 1)[:count]
            both = np.concatenate([scores[number], line[top]])
            kept = np.argsort(-both)[:count]
            rows[number] = np.concatenate([rows[number], top + start])[kept]
            scores[number] = both[kept]
    return rows


def _best(vectors: Matrix, rows: Rows, query: Matrix, metric: Metric, count: int) -> Rows:
    scores = scores_of(vectors[rows], query, metric)
    return rows[np.argsort(-scores)[:count]]
