"""A value and its doubt from the values of the nearest rows: a local Gaussian process, calibrated.

Each row asks the k nearest of a fixed set of reference rows, and is predicted by the Gaussian
process of these alone, with one kernel for all: squared exponential in the distance of unit vectors
plus noise. The kernel is the one under which reference rows are likeliest, each from its neighbours
and never from itself. Rows kept apart then say how wrong predictions are in units of the predicted
deviation; quantiles are read off these, so they hold as often as promised whatever the noise is.

Why so: it is exact for k rows at a time, has no training loop to diverge, gives the same bytes each
time, says "I do not know" far from all references (the deviation grows to the prior's), and needs
no library. A network that reads its context, as the engine this replaces has, needs many times the
rows to be calibrated at all.

Source: nearest-neighbour Gaussian processes, Datta et al., JASA 2016; normalised split-conformal
residuals, Lei et al., JASA 2018.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from evigate.base.errors import EvigateError
from evigate.engine.train.errors import E_TRAIN_DATA

Values = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]

NONE = -1
ROW_BLOCK = 256
SELECTION_MAX = 512
LENGTH_FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
NOISES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
VARIANCE_LEAST = 1e-12
REFERENCES_MIN = 20
SHARES = (0.7, 0.15)

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Kernel:
    """The process: prior mean, signal variance, length of likeness, noise in the signal's units."""

    mean: float
    variance: float
    length: float
    noise: float


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """Rows whose value is known: unit vectors (n, d) and values (n,)."""

    vectors: Vectors
    values: Values


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """Means and deviations, both (m,), the latter positive."""

    means: Values
    deviations: Values


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Places of the rows that are asked, of those that calibrate, and of those that judge."""

    references: Places
    calibration: Places
    judging: Places


def share(count: int, *, references_max: int, seed: int) -> Shares:
    """
    Divide rows at random: 70 % references (at most so many), 15 % to calibrate, 15 % to judge.

    Raises:
        EvigateError[E_TRAIN_DATA]: fewer than twenty would be references.
    """
    order = np.random.default_rng([seed, 0]).permutation(count)
    first = int(count * SHARES[0])
    second = first + int(count * SHARES[1])
    if first < REFERENCES_MIN:
        message = f"{count} rows have a vector and a value; a predictor needs more."
        raise EvigateError(E_TRAIN_DATA, message)
    return Shares(
        np.sort(order[: min(first, references_max)]),
        np.sort(order[first:second]),
        np.sort(order[second:]),
    )


def nearest(
    references: References, vectors: Vectors, k: int, skipped: Places | None = None
) -> tuple[Places, Values]:
    """
    Return the k nearest references of each vector (m, d): places and squared distances, (m, k).

    Args:
        skipped: (m,) a reference that is not asked, -1 for none.

    Ties go to the lower place. k is at most the references that may be asked.
    """
    places = np.zeros((len(vectors), k), np.int64)
    squares = np.zeros((len(vectors), k))
    for start in range(0, len(vectors), ROW_BLOCK):
        block = vectors[start : start + ROW_BLOCK].astype(np.float64)
        cosines = block @ references.vectors.T.astype(np.float64)
        if skipped is not None:
            own = skipped[start : start + ROW_BLOCK]
            rows = np.flatnonzero(own != NONE)
            cosines[rows, own[rows]] = -np.inf
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
        places[start : start + len(block)] = order
        found = np.take_along_axis(cosines, order, axis=1)
        squares[start : start + len(block)] = np.maximum(2 - 2 * found, 0)
    return places, squares


def fit_kernel(references: References, *, k: int, seed: int, check: Check = lambda: None) -> Kernel:
    """Return the kernel under which a seeded part of the references is likeliest, each left out."""
    count = len(references.values)
    chosen = np.random.default_rng([seed, 1]).permutation(count)[:SELECTION_MAX]
    chosen = np.sort(chosen)
    mean = float(references.values.mean())
    places, squares = nearest(references, references.vectors[chosen], k, skipped=chosen)
    between = _between(references, places)
    usual = math.sqrt(max(float(np.median(squares[:, min(k - 1, 7)])), 1e-6))
    truth = references.values[chosen]
    best: tuple[float, Kernel] | None = None
    for factor in LENGTH_FACTORS:
        for noise in NOISES:
            check()
            trial = Kernel(mean, 1.0, usual * factor, noise)
            found = _solved(trial, references.values[places], squares, between)
            unit = found.deviations**2
            variance = float(np.mean((truth - found.means) ** 2 / unit))
            variance = max(variance, VARIANCE_LEAST)
            likelihood = -0.5 * float(np.mean(np.log(unit * variance))) - 0.5
            if best is None or likelihood > best[0] + 1e-12:
                best = (likelihood, Kernel(mean, variance, trial.length, noise))
    assert best is not None
    return best[1]


def predict(
    references: References,
    kernel: Kernel,
    vectors: Vectors,
    *,
    k: int,
    skipped: Places | None = None,
    check: Check = lambda: None,
) -> Predicted:
    """Return the mean and deviation of each vector's value (m, d); `skipped` as in `nearest`."""
    asked = min(k, len(references.values) - (skipped is not None))
    means, deviations = np.zeros(len(vectors)), np.zeros(len(vectors))
    for start in range(0, len(vectors), ROW_BLOCK):
        check()
        rows = slice(start, start + ROW_BLOCK)
        own = None if skipped is None else skipped[rows]
        places, squares = nearest(references, vectors[rows], asked, own)
        found = _solved(kernel, references.values[places], squares, _between(references, places))
        means[rows], deviations[rows] = found.means, found.deviations
    return Predicted(means, deviations)


def _between(references: References, places: Places) -> Values:
    """Return the squared distances among each row's neighbours, (m, k, k)."""
    near = references.vectors[places].astype(np.float64)
    return np.maximum(2 - 2 * (near @ near.transpose(0, 2, 1)), 0)


def _solved(kernel: Kernel, values: Values, squares: Values, between: Values) -> Predicted:
    scale = -0.5 / kernel.length**2
    inner = np.exp(scale * between)
    inner[:, np.arange(values.shape[1]), np.arange(values.shape[1])] += kernel.noise + 1e-9
    outer = np.exp(scale * squares)
    sides = np.stack([outer, values - kernel.mean], axis=2)
    solved = np.linalg.solve(inner, sides)
    means = kernel.mean + (outer * solved[:, :, 1]).sum(axis=1)
    unit = 1 + kernel.noise - (outer * solved[:, :, 0]).sum(axis=1)
    variances = kernel.variance * np.maximum(unit, VARIANCE_LEAST)
    return Predicted(means, np.sqrt(np.maximum(variances, VARIANCE_LEAST)))


def residuals(predicted: Predicted, truth: Values) -> Values:
    """Return how wrong predictions were in units of their deviation, ascending."""
    found: Values = np.sort((truth - predicted.means) / predicted.deviations)
    return found


def spread(errors: Values) -> float:
    """Return by what a deviation is multiplied so that errors, in its units, have the size 1."""
    return float(math.sqrt(max(float(np.mean(errors**2)), VARIANCE_LEAST))) if len(errors) else 1.0


def quantile_of(errors: Values, level: float) -> float:
    """
    Return the error, in deviations, below which a new row's lies with at least this probability.

    For levels under a half: above which it lies with at least 1 - level. Infinite where the
    calibration rows (n,), ascending, are too few for the promise.
    """
    exact = Decimal(str(level))
    count = len(errors)
    if level >= 0.5:
        rank = math.ceil((count + 1) * exact)
        return math.inf if rank > count else float(errors[rank - 1])
    rank = math.floor((count + 1) * exact)
    return -math.inf if rank < 1 else float(errors[rank - 1])


def crps_of(means: Values, deviations: Values, truth: Values) -> Values:
    """
    Return the continuous ranked probability score of normal forecasts, (n,); lower is better.

    Source:
        Gneiting & Raftery, JASA 2007, the closed form of the normal.
    """
    z = (truth - means) / deviations
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    below = np.array([0.5 * (1 + math.erf(each / math.sqrt(2))) for each in z])
    score: Values = deviations * (z * (2 * below - 1) + 2 * density - 1 / math.sqrt(math.pi))
    return score


def check_levels(levels: Sequence[float]) -> bool:
    """Tell whether levels are probabilities, ascending, each once, at least one."""
    inside = all(0 < each < 1 for each in levels)
    return bool(levels) and inside and list(levels) == sorted(set(levels))
