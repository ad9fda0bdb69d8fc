"""Losses over unit vectors, each with its gradient; arrays in, numbers out, all in f64.

A gradient is with respect to the unit vectors; `adapter.py` takes it through the length and the
map.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# sentence-transformers' scale of cosines in CoSENT.
COSENT_SCALE = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """A loss and its gradient at each of the vectors that it was given, in their order."""

    value: float
    gradients: tuple[Matrix, ...] = field(default=())


def ranking_loss(
    anchors: Matrix, positives: Matrix, negatives: Matrix, masked: Mask, *, temperature: float
) -> Loss:
    """
    Cross entropy of finding each anchor's positive among all positives and negatives of the batch.

    Args:
        anchors, positives: (n, d), a row a pair.
        negatives: (m, d), m may be 0; for every anchor.
        masked: (n, n + m), candidates that are no negatives of the anchor (they answer it too);
            never the pair's own positive.
        temperature: by which cosines are divided.

    Source:
        Multiple negatives ranking: Henderson et al. 2017; the temperature as in Oord et al. 2018.
    """
    candidates = np.concatenate([positives, negatives])
    scores = anchors @ candidates.T / temperature
    scores[masked] = -np.inf
    top = scores.max(axis=1, keepdims=True)
    powers = np.exp(scores - top)
    sums = powers.sum(axis=1, keepdims=True)
    count = len(anchors)
    own = np.arange(count)
    value = float(np.mean(np.log(sums[:, 0]) + top[:, 0] - scores[own, own]))
    slope = powers / sums
    slope[own, own] -= 1
    slope /= count * temperature
    back = slope.T @ anchors
    return Loss(value, (slope @ candidates, back[:count], back[count:]))


def triplet_loss(anchors: Matrix, positives: Matrix, negatives: Matrix, *, margin: float) -> Loss:
    """Mean of max(0, margin - cos(anchor, positive) + cos(anchor, negative)) over rows (n, d)."""
    gaps = margin - (anchors * positives).sum(axis=1) + (anchors * negatives).sum(axis=1)
    active = (gaps > 0)[:, None] / len(anchors)
    value = float(np.maximum(gaps, 0).mean())
    return Loss(value, (active * (negatives - positives), -active * anchors, active * anchors))


def cosent_loss(left: Matrix, right: Matrix, scores: Matrix) -> Loss:
    """
    log(1 + sum of exp(20 (cos_j - cos_i))) over pairs of rows of which i should be the closer.

    Args:
        left, right: (n, d), a row a pair.
        scores: (n,), how close each pair should be, on any scale; equal scores say nothing.

    Source:
        CoSENT: Su 2022, as in sentence-transformers.
    """
    cosines = COSENT_SCALE * (left * right).sum(axis=1)
    should = scores[:, None] > scores[None, :]
    gaps = np.where(should, cosines[None, :] - cosines[:, None], -np.inf)
    top = max(0.0, float(gaps.max(initial=-np.inf)))
    powers = np.exp(gaps - top)
    total = np.exp(-top) + powers.sum()
    share = powers / total
    slope = COSENT_SCALE * (share.sum(axis=0) - share.sum(axis=1))[:, None]
    return Loss(float(np.log(total) + top), (slope * right, slope * left))
