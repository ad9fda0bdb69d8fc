"""Exact answers to many queries at once: matrix products propose, exact scores decide.

A product over a block of queries reads each row once for all of them, which is an order faster
than a scan a query; its last bits differ, so every row within the product's error of the k-th best
is scored again, and the answer is the oracle's, bit for bit.
"""

from typing import TYPE_CHECKING

import numpy as np

from evigate.engine.index.ranking import EMPTY, Ranked
from evigate.engine.index.scoring import Matrix, products

if TYPE_CHECKING:
    from evigate.engine.index.vectors import VectorSegment

QUERIES_AT_ONCE = 64
# Rounding in single precision over at most some thousand terms, relative to the largest score.
PRODUCT_ERROR = 1e-5


def exact_of_each(segment: "VectorSegment", queries: Matrix, k: int) -> list[Ranked]:
    """Return the best k rows for each of many queries, as `segment.exact` would."""
    found: list[Ranked] = []
    for start in range(0, len(queries), QUERIES_AT_ONCE):
        found.extend(_block(segment, queries[start : start + QUERIES_AT_ONCE], k))
    return found


def _block(segment: "VectorSegment", queries: Matrix, k: int) -> list[Ranked]:
    if k <= 0 or segment.count == 0:
        return [EMPTY] * len(queries)
    kept_rows = [np.empty(0, np.int64)] * len(queries)
    kept_scores = [np.empty(0, np.float32)] * len(queries)
    cuts = np.full(len(queries), -np.inf, np.float32)
    for start, chunk in products(segment.vectors, queries, segment.metric):
        for number, line in enumerate(chunk):
            near = np.flatnonzero(line >= cuts[number])
            rows = np.concatenate([kept_rows[number], near + start])
            scores = np.concatenate([kept_scores[number], line[near]])
            if len(rows) > k:
                kth = np.partition(scores, len(scores) - k)[len(scores) - k]
                cuts[number] = kth - _slack(segment, queries[number], float(kth))
                held = scores >= cuts[number]
                rows, scores = rows[held], scores[held]
            kept_rows[number], kept_scores[number] = rows, scores
    return [segment.rank(rows, query, k) for rows, query in zip(kept_rows, queries, strict=True)]


def _slack(segment: "VectorSegment", query: Matrix, kth: float) -> float:
    """Return how far a product may lie from the exact score of a row near the k-th best."""
    longest = segment.longest
    reach = float(np.vecdot(query, query)) ** 0.5
    return PRODUCT_ERROR * float((longest + reach) ** 2 + abs(kth))
