"""Vectors that have heard from their neighbours: APPNP, a block of columns at a time.

Z <- (1 - a) A Z + a X, with X the vectors as they were (Gasteiger et al., ICLR 2019; a = 0.1 is
theirs). Sums run in double precision and in one order, so the result's bytes depend on nothing but
the input. X and Z lie in files; memory holds the graph and a block of columns.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evigate.engine.derived.adjacency import Matrix

COLUMN_BLOCK = 32
ROW_BLOCK = 8_192

Vectors = npt.NDArray[np.float32]


def propagate(
    vectors: Vectors, operator: Matrix, *, hops: int, restart: float, is_jumping: bool, folder: Path
) -> Vectors:
    """Return the propagated vectors, unit length, memory-mapped below `folder`.

    Args:
        vectors: (n, d), unit length.
        restart: the weight `a` of the row's own vector, 0 to 1.
        is_jumping: return all hops side by side, (n, (hops + 1) * d), each block of unit length
            before the whole is.
    """
    count, width = vectors.shape
    blocks = hops + 1 if is_jumping else 1
    path = folder / "propagated.f32"
    result = np.memmap(path, np.float32, "w+", shape=(count, blocks * width))
    for start in range(0, width, COLUMN_BLOCK):
        stop = min(start + COLUMN_BLOCK, width)
        own = np.asarray(vectors[:, start:stop], np.float64)
        for hop, block in enumerate(_hops(own, operator, hops, restart)):
            if is_jumping:
                result[:, hop * width + start : hop * width + stop] = block
            elif hop == hops:
                result[:, start:stop] = block
    for block_number in range(blocks):
        part = result[:, block_number * width : (block_number + 1) * width]
        _normalise(part)
    if blocks > 1:
        _normalise(result)
    return result


def _hops(own: Any, operator: Matrix, hops: int, restart: float) -> Iterator[Any]:
    state = own
    yield state
    for _ in range(hops):
        state = (1.0 - restart) * (operator @ state) + restart * own
        yield state


def _normalise(rows: Any) -> None:
    """Make rows unit length in place, a few thousand at a time; a zero row stays zero."""
    for start in range(0, len(rows), ROW_BLOCK):
        part = np.asarray(rows[start : start + ROW_BLOCK], np.float64)
        lengths = np.linalg.norm(part, axis=1, keepdims=True)
        rows[start : start + ROW_BLOCK] = np.divide(
            part, lengths, out=np.zeros_like(part), where=lengths > 0
        )


def structure_vectors(
    matrix: Matrix,
    *,
    dimensions: int,
    weights: list[float],
    beta: float,
    sparsity: float,
    seed: int,
    folder: Path,
) -> Vectors:
    """Return vectors of the graph's shape alone: weighted hops of sparse random projections.

    After FastRP (Chen et al., CIKM 2019): a random sign matrix scaled by degree^beta is averaged
    over neighbours again and again; each hop is made unit length and weighted.

    Args:
        weights: of hop 1, 2, ...
        sparsity: s: an entry is +-sqrt(s) with probability 1/(2s) each, else 0.
    """
    count = matrix.shape[0]
    plain = matrix.copy()
    plain.data = np.ones_like(plain.data)
    degrees = np.asarray(plain.sum(axis=1)).ravel()
    scale = np.power(np.maximum(degrees, 1.0), beta)[:, None]
    inverse = np.divide(1.0, degrees, out=np.zeros(count), where=degrees > 0)
    result = np.memmap(folder / "structure.f32", np.float32, "w+", shape=(count, dimensions))
    random = np.random.default_rng(seed)
    hops = [
        np.memmap(folder / f"hop-{n}.f32", np.float32, "w+", shape=(count, dimensions))
        for n in range(len(weights))
    ]
    for start in range(0, dimensions, COLUMN_BLOCK):
        stop = min(start + COLUMN_BLOCK, dimensions)
        signs = random.random((count, stop - start))
        edge = 1.0 / (2.0 * sparsity)
        state = np.where(signs < edge, 1.0, np.where(signs < 2 * edge, -1.0, 0.0))
        state *= np.sqrt(sparsity) * scale
        for hop in hops:
            state = inverse[:, None] * (plain @ state)
            hop[:, start:stop] = state
    for hop, weight in zip(hops, weights, strict=True):
        _normalise(hop)
        for start in range(0, count, ROW_BLOCK):
            result[start : start + ROW_BLOCK] += np.float32(weight) * hop[start : start + ROW_BLOCK]
    _normalise(result)
    return result
