"""A graph as a sparse matrix over the rows of a table; pure.

Each undirected edge counts once however often and whichever way it was declared, and a declared
self-edge adds nothing to the loop that propagation adds itself.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Matrix = Any
Ids = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]


class Direction(StrEnum):
    """Which ends of an edge hear of each other: `out` rows hear from those they point to."""

    OUT = "out"
    IN = "in"
    UNDIRECTED = "undirected"


class Weighting(StrEnum):
    """How much a neighbour counts."""

    DEGREE_NORMALIZED = "degree_normalized"
    UNIFORM = "uniform"
    EDGE_SIMILARITY = "edge_similarity"


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges by row number; `weights` are 1 where the relation has none."""

    src: Ids
    dst: Ids
    weights: Weights


def adjacency(edges: Edges, count: int, direction: Direction) -> Matrix:
    """Return the (count, count) matrix of edges without self-edges, each pair once.

    Of one pair's weights the greatest stands; negative ones are 0.
    """
    src, dst = edges.src, edges.dst
    weights = np.maximum(edges.weights, 0.0)
    if direction is Direction.IN:
        src, dst = dst, src
    elif direction is Direction.UNDIRECTED:
        src, dst = np.concatenate([src, dst]), np.concatenate([dst, src])
        weights = np.concatenate([weights, weights])
    kept = src != dst
    src, dst, weights = src[kept], dst[kept], weights[kept]
    order = np.lexsort((-weights, dst, src))
    src, dst, weights = src[order], dst[order], weights[order]
    is_first = np.ones(len(src), np.bool_)
    is_first[1:] = (src[1:] != src[:-1]) | (dst[1:] != dst[:-1])
    shape = (count, count)
    return sparse.csr_matrix((weights[is_first], (src[is_first], dst[is_first])), shape)


def operator(matrix: Matrix, weighting: Weighting) -> Matrix:
    """Return what one step of propagation multiplies with.

    `degree_normalized` is D^-1/2 (A + I) D^-1/2 over unweighted edges; the others average over the
    neighbours, by number or by weight, and leave a row without any as it is.
    """
    count = matrix.shape[0]
    if weighting is Weighting.DEGREE_NORMALIZED:
        plain = matrix.copy()
        plain.data = np.ones_like(plain.data)
        looped = (plain + sparse.identity(count, format="csr")).tocsr()
        inverse = 1.0 / np.sqrt(np.asarray(looped.sum(axis=1)).ravel())
        columns = 1.0 / np.sqrt(np.asarray(looped.sum(axis=0)).ravel())
        return (sparse.diags(inverse) @ looped @ sparse.diags(columns)).tocsr()
    weighted = matrix.copy()
    if weighting is Weighting.UNIFORM:
        weighted.data = np.ones_like(weighted.data)
    totals = np.asarray(weighted.sum(axis=1)).ravel()
    alone = totals == 0
    inverse = np.divide(1.0, totals, out=np.zeros(count), where=~alone)
    averaged = sparse.diags(inverse) @ weighted
    return (averaged + sparse.diags(alone.astype(np.float64))).tocsr()
