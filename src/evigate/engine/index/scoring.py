"""Exact scores of rows against a query, one row at a time in single precision, or many by product.

`vecdot` computes each row by itself: the same row gives the same bits in a scan, a gather and a
rescoring, so the fast ways may be compared with the oracle bit by bit. It also stays on the calling
thread; a matrix-vector product spread over BLAS threads was seen to go from 0.03 to 8 ms on a busy
machine. Cosine rows are stored with unit length, so cosine is a dot product here.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from evigate.base.errors import EvigateError
from evigate.engine.index.errors import E_VECTOR_QUERY_INVALID, E_VECTORS_INVALID
from evigate.engine.index.models import Metric
from evigate.engine.index.ranking import Rows, Scores

Matrix = npt.NDArray[np.float32]

# Larger numbers could overflow a sum of squares in single precision.
MAGNITUDE_MAX = 1e15
UNIT_TOLERANCE = 1e-6
SCAN_ROWS = 1 << 16
# A gathered chunk of 1,024 rows stays in the second-level cache.
GATHER_ROWS = 1 << 10


def checked_rows(vectors: Matrix, *, first_row: int, dimensions: int, metric: Metric) -> Matrix:
    """Return a batch as C-ordered float32, of unit length under cosine.

    Rows within 1e-6 of unit length stay as they are, so unit vectors keep their bits.

    Raises:
        EvigateError[E_VECTORS_INVALID]: a wrong width, a number that is not finite or beyond 1e15,
            or a zero vector under cosine; the message names the row, counted from `first_row`.
    """
    if vectors.ndim != 2 or vectors.shape[1] != dimensions:
        raise EvigateError(
            E_VECTORS_INVALID,
            f"Vectors from row {first_row} have shape {vectors.shape}, not (n, {dimensions}).",
        )
    matrix = np.ascontiguousarray(vectors, dtype=np.float32)
    good = (np.abs(matrix) <= MAGNITUDE_MAX).all(axis=1)
    if not good.all():
        row = first_row + int(np.argmin(good))
        raise EvigateError(
            E_VECTORS_INVALID, f"The vector of row {row} holds a number that is not finite."
        )
    if metric is not Metric.COSINE:
        return matrix
    norms = np.sqrt(np.vecdot(matrix, matrix))
    if len(norms) and float(norms.min()) == 0:
        row = first_row + int(np.argmin(norms))
        raise EvigateError(E_VECTORS_INVALID, f"The vector of row {row} is zero: no direction.")
    off = np.abs(norms - 1) > UNIT_TOLERANCE
    if off.any():
        lengths = np.asarray(np.where(off, norms, 1), np.float32)
        matrix = matrix / lengths[:, None]
    return matrix


def checked_query(query: npt.ArrayLike, *, dimensions: int, metric: Metric) -> Matrix:
    """Return a query vector of shape (dimensions,) as float32, of unit length under cosine.

    Raises:
        EvigateError[E_VECTOR_QUERY_INVALID]: a wrong width, not finite, or zero under cosine.
    """
    try:
        vector = np.asarray(query, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise EvigateError(E_VECTOR_QUERY_INVALID, "The query is not a vector.") from error
    if vector.shape != (dimensions,):
        raise EvigateError(
            E_VECTOR_QUERY_INVALID,
            f"The query has shape {vector.shape}; the table's vectors have {dimensions} numbers.",
        )
    norm = float(np.vecdot(vector, vector)) ** 0.5
    if not norm <= MAGNITUDE_MAX:
        raise EvigateError(E_VECTOR_QUERY_INVALID, "The query holds a number that is not finite.")
    if metric is Metric.COSINE:
        if norm == 0:
            raise EvigateError(E_VECTOR_QUERY_INVALID, "The query is a zero vector: no direction.")
        if abs(norm - 1) > UNIT_TOLERANCE:
            vector = vector / np.float32(norm)
    return np.ascontiguousarray(vector)


def scores_of(vectors: Matrix, query: Matrix, metric: Metric) -> Scores:
    """Return the score of each row of a chunk, float32, larger is nearer."""
    if metric is not Metric.L2:
        return np.asarray(np.vecdot(vectors, query), np.float32)
    scores = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), GATHER_ROWS):
        away = vectors[start : start + GATHER_ROWS] - query
        scores[start : start + GATHER_ROWS] = -np.vecdot(away, away)
    return scores


def scan(vectors: Matrix, query: Matrix, metric: Metric) -> Iterator[tuple[Rows, Scores]]:
    """Yield every row's score, in chunks of `SCAN_ROWS` rows."""
    for start in range(0, len(vectors), SCAN_ROWS):
        scores = scores_of(vectors[start : start + SCAN_ROWS], query, metric)
        yield np.arange(start, start + len(scores)), scores


def gather(
    vectors: Matrix, rows: Rows, query: Matrix, metric: Metric
) -> Iterator[tuple[Rows, Scores]]:
    """Yield the scores of some rows, in their order, in chunks of `GATHER_ROWS` rows."""
    for start in range(0, len(rows), GATHER_ROWS):
        part = rows[start : start + GATHER_ROWS]
        yield part, scores_of(vectors[part], query, metric)


def products(
    vectors: Matrix, queries: Matrix, metric: Metric
) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
    """Yield (first row, scores of shape (queries, rows of the chunk)) by matrix product.

    The product's bits differ from `scores_of` in the last places: rescore what is kept.
    """
    chunk = max(1, (SCAN_ROWS * 16) // max(len(queries), 1))
    squares = np.vecdot(queries, queries)[:, None]
    for start in range(0, len(vectors), chunk):
        part = vectors[start : start + chunk]
        scores = queries @ part.T
        if metric is Metric.L2:
            scores = 2 * scores - squares - np.vecdot(part, part)[None, :]
        yield start, scores
