"""Answers to many queries at once: matrix products propose, exact scores decide.

A product over a block of queries reads each row once for all of them, which is an order faster
than a scan a query; its last bits differ, so every row within the product's error of the k-th best
is scored again, and the answer is the oracle's, bit for bit. Candidates of walks are scored a few
queries at a time, each row as the oracle scores it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from evigate.engine.index.models import Metric
from evigate.engine.index.ranking import EMPTY, Ranked, Rows, Scores
from evigate.engine.index.scoring import Matrix, products

if TYPE_CHECKING:
    from evigate.engine.index.vectors import VectorSegment

QUERIES_AT_ONCE = 128
# Rounding in single precision over at most some thousand terms, relative to the largest score.
PRODUCT_ERROR = 1e-5
# Candidates whose vectors are gathered at once: 384 numbers each of so many stay in the cache.
RANKED_AT_ONCE = 1024


def exact_of_each(
    segment: "VectorSegment", queries: Matrix, k: int, *, rows: Rows | None, vectors: Matrix
) -> list[Ranked]:
    """
    Return the best k rows for each of many queries, as `segment.exact` would.

    Args:
        rows: only these; None for all.
        vectors: theirs, in their order.
    """
    found: list[Ranked] = []
    for start in range(0, len(queries), QUERIES_AT_ONCE):
        part = queries[start : start + QUERIES_AT_ONCE]
        found.extend(_block(segment, part, k, rows, vectors))
    return found


def rank_of_each(
    segment: "VectorSegment", rows: Sequence[Rows], queries: Matrix, k: int
) -> list[Ranked]:
    """Return what `segment.rank` returns for each query's own rows."""
    widths = {len(each) for each in rows}
    if len(widths) != 1 or segment.metric is Metric.L2 or not 0 < k < min(widths):
        return [segment.rank(own, query, k) for own, query in zip(rows, queries, strict=True)]
    step = max(1, RANKED_AT_ONCE // min(widths))
    found: list[Ranked] = []
    for start in range(0, len(queries), step):
        part = np.stack(rows[start : start + step])
        found.extend(_ranked(segment, part, queries[start : start + step], k))
    return found


def _ranked(segment: "VectorSegment", rows: Rows, queries: Matrix, k: int) -> list[Ranked]:
    """Rank (queries, candidates) rows; a query with a tie at its head goes the careful way."""
    scores = np.asarray(np.vecdot(segment.vectors[rows], queries[:, None, :]), np.float32)
    order = np.argsort(-scores, axis=1, kind="stable")[:, : k + 1]
    head = np.take_along_axis(scores, order, axis=1)
    is_tied = (head[:, 1:] == head[:, :-1]).any(axis=1).tolist()
    ranked = np.take_along_axis(rows, order, axis=1)[:, :k]
    return [
        segment.rank(rows[at], queries[at], k) if tied else Ranked(ranked[at], head[at, :k])
        for at, tied in enumerate(is_tied)
    ]


def _block(
    segment: "VectorSegment", queries: Matrix, k: int, own: Rows | None, vectors: Matrix
) -> list[Ranked]:
    if k <= 0 or len(vectors) == 0:
        return [EMPTY] * len(queries)
    kept_rows = [np.empty(0, np.int64)] * len(queries)
    kept_scores = [np.empty(0, np.float32)] * len(queries)
    cuts = np.full(len(queries), -np.inf, np.float32)
    for start, chunk in products(vectors, queries, segment.metric):
        if start == 0 and chunk.shape[1] > k:
            kth = np.partition(chunk, chunk.shape[1] - k, axis=1)[:, chunk.shape[1] - k]
            cuts = kth - _slacks(segment, queries, kth)
        # Of one dimension: several are searched ten times as slowly.
        held = np.flatnonzero((chunk >= cuts[:, None]).ravel())
        numbers, near = np.divmod(held, chunk.shape[1])
        scores = chunk[numbers, near]
        ends = np.searchsorted(numbers, np.arange(len(queries) + 1))
        for number in np.unique(numbers).tolist():
            new = slice(ends[number], ends[number + 1])
            kept_rows[number] = np.concatenate([kept_rows[number], near[new] + start])
            kept_scores[number] = np.concatenate([kept_scores[number], scores[new]])
        _trim(segment, queries, k, kept_rows, kept_scores, cuts)
    return [
        segment.rank(rows if own is None else own[rows], query, k)
        for rows, query in zip(kept_rows, queries, strict=True)
    ]


def _trim(
    segment: "VectorSegment",
    queries: Matrix,
    k: int,
    kept_rows: list[Rows],
    kept_scores: list[Scores],
    cuts: Scores,
) -> None:
    """Raise the cut of each query that holds many more than k rows, and drop what is below it."""
    for number, scores in enumerate(kept_scores):
        if len(scores) > 2 * k:
            kth = np.partition(scores, len(scores) - k)[len(scores) - k]
            slack = _slacks(segment, queries[number : number + 1], kth[None])
            cuts[number] = kth - slack[0]
            held = scores >= cuts[number]
            kept_rows[number], kept_scores[number] = kept_rows[number][held], scores[held]


def _slacks(segment: "VectorSegment", queries: Matrix, kth: Scores) -> Scores:
    """Return how far a product may lie from the exact score of a row near each k-th best."""
    reach = np.sqrt(np.vecdot(queries, queries))
    slacks = PRODUCT_ERROR * ((segment.longest + reach) ** 2 + np.abs(kth))
    return np.asarray(slacks, np.float32)
