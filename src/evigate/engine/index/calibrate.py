"""How wide a walk through a graph must be, found from the graph itself while it is built.

How many candidates reach a given recall depends on the data: 64 serve some text embeddings, 256
hardly do for others. So a few rows are held out of the graph at first, asked for their neighbours
exactly and through the graph, and the smallest width that finds enough of them is kept with the
segment. Rows that are already in the graph find their neighbours far too easily to tell: on
generated vectors they promised .97 where new queries got .85.
"""

from collections.abc import Callable

import numpy as np

from evigate.engine.index.models import Metric
from evigate.engine.index.ranking import Rows
from evigate.engine.index.scoring import Matrix, products, scores_of

Candidates = Callable[[Matrix, int, int], list[Rows]]

EXPANSIONS = (64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048)
SAMPLE_ROWS_MAX = 200
SAMPLE_SHARE = 0.02
NEIGHBOURS = 10
# A little above the .95 that is promised: the sample is small, and queries differ from rows.
RECALL_AIM = 0.965
SEED = 20


def sample_rows(count: int) -> Rows:
    """Return the rows to hold out, ascending; drawn with a fixed seed, so repeatable."""
    size = min(SAMPLE_ROWS_MAX, int(count * SAMPLE_SHARE))
    return np.sort(np.random.default_rng(SEED).permutation(count)[:size]).astype(np.int64)


def calibrated_expansion(
    candidates: Candidates, vectors: Matrix, held_out: Rows, metric: Metric, oversample: int
) -> int:
    """Return the smallest width at which held-out rows find `RECALL_AIM` of their 10 nearest.

    A graph that never gets there gets the largest width tried, one too small to tell the smallest.
    A width is never below what the oversampling of 10 hits asks for, so that fewer hits find as
    much.

    Args:
        candidates: (queries, how many, width) to rows of the graph, which has no held-out row.
    """
    if len(held_out) == 0:
        return EXPANSIONS[0]
    queries = np.asarray(vectors[held_out])
    truth = _nearest(vectors, queries, metric, held_out)
    for expansion in EXPANSIONS:
        fetch = max(NEIGHBOURS * oversample, expansion)
        found = candidates(queries, fetch, expansion)
        hits = sum(
            len(np.intersect1d(_best(vectors, rows, query, metric), right))
            for rows, query, right in zip(found, queries, truth, strict=True)
        )
        if hits >= RECALL_AIM * sum(len(right) for right in truth):
            return fetch
    return EXPANSIONS[-1]


def _nearest(vectors: Matrix, queries: Matrix, metric: Metric, without: Rows) -> list[Rows]:
    """Return each query's nearest rows, unordered, holding one chunk of scores at a time."""
    rows = [np.empty(0, np.int64)] * len(queries)
    scores = [np.empty(0, np.float32)] * len(queries)
    for start, chunk in products(vectors, queries, metric):
        inside = without[(without >= start) & (without < start + chunk.shape[1])] - start
        chunk[:, inside] = -np.inf
        for number, line in enumerate(chunk):
            top = np.argpartition(-line, min(NEIGHBOURS, len(line)) - 1)[:NEIGHBOURS]
            top = top[np.isfinite(line[top])]
            both = np.concatenate([scores[number], line[top]])
            kept = np.argsort(-both)[:NEIGHBOURS]
            rows[number] = np.concatenate([rows[number], top + start])[kept]
            scores[number] = both[kept]
    return rows


def _best(vectors: Matrix, rows: Rows, query: Matrix, metric: Metric) -> Rows:
    scores = scores_of(vectors[rows], query, metric)
    return rows[np.argsort(-scores)[:NEIGHBOURS]]
