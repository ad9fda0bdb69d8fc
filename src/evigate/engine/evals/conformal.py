"""Sets and intervals that hold the truth as often as promised, from a calibration set alone.

Nothing is assumed but that calibration and new rows are exchangeable: then the share of truths
outside is at most alpha in the mean. Nothing here is random; the same numbers give the same sets.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from evigate.base.errors import EvigateError
from evigate.engine.evals.errors import E_CONFORMAL_INPUT

Values = npt.NDArray[np.float64]

# Probabilities may have been rounded or held in few bits; sums of them differ in their last digits.
SUM_TOLERANCE = 1e-2
DIGITS = 10
PENALTY = 0.01
FREE_RANKS = 1


class ConformalMethod(StrEnum):
    """How odd a class is: by its own probability, by all above it, or so with a fine for rank."""

    LAC = "lac"
    APS = "aps"
    RAPS = "raps"


@dataclass(frozen=True, slots=True, eq=False)
class PredictionSets:
    """Which classes may be the truth: bool (rows, classes); `threshold` may be infinite."""

    threshold: float
    is_member: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PredictionIntervals:
    """Between which numbers the truth may lie: both (rows,), infinite where the threshold is."""

    threshold: float
    lower: Values
    upper: Values


def conformal_threshold(scores: npt.ArrayLike, alpha: float) -> float:
    """
    Return the ceil((n + 1)(1 - alpha))-th smallest of n scores; infinite where n is too small.

    n is too small below ceil(1/alpha) - 1. The rank is computed in decimals: in binary
    10 x (1 - 0.7) is more than 3.

    Raises:
        EvigateError[E_CONFORMAL_INPUT]: alpha is not between 0 and 1, or a score is not finite.

    Source:
        Vovk, Gammerman & Shafer 2005; Lei et al., JASA 2018, theorem 2.2.
    """
    if not 0 < alpha < 1:
        raise EvigateError(E_CONFORMAL_INPUT, f"alpha is {alpha!r}; it must lie between 0 and 1.")
    values = _finite("scores", scores, 1)
    rank = math.ceil((len(values) + 1) * (1 - Decimal(str(alpha))))
    return math.inf if rank > len(values) else float(np.partition(values, rank - 1)[rank - 1])


def conformalize(
    calibration: npt.ArrayLike,
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    *,
    alpha: float = 0.1,
    method: ConformalMethod = ConformalMethod.APS,
    penalty: float = PENALTY,
    free_ranks: int = FREE_RANKS,
) -> PredictionSets:
    """
    Return the set of classes of each new row that holds the truth with probability 1 - alpha.

    Args:
        calibration: probabilities (n, classes) of rows whose class is known.
        labels: the class of each of them, (n,), from 0.
        probabilities: of the new rows, (rows, classes).
        method: LAC scores a class 1 - p; APS sums the probabilities down to it, most probable
            first, ties by class; RAPS adds `penalty` for each rank beyond `free_ranks`.

    Returns:
        Every class that scores no more than the threshold: perhaps none, and all of them where the
        calibration set is too small.

    Raises:
        EvigateError[E_CONFORMAL_INPUT]: shapes differ, a row is no distribution, a label no class.

    Source:
        LAC: Sadinle, Lei & Wasserman, JASA 2019. APS: Romano, Sesia & Candès, NeurIPS 2020, without
        its randomisation. RAPS: Angelopoulos et al., ICLR 2021.
    """
    known = _distributions("calibration", calibration)
    new = _distributions("probabilities", probabilities)
    if known.shape[1] != new.shape[1]:
        message = (
            f"There are {known.shape[1]} classes to calibrate on and {new.shape[1]} to predict."
        )
        raise EvigateError(E_CONFORMAL_INPUT, message)
    chosen = _labels(labels, *known.shape)
    if penalty < 0 or free_ranks < 0:
        raise EvigateError(E_CONFORMAL_INPUT, "penalty and free_ranks must not be negative.")
    fine = penalty if method is ConformalMethod.RAPS else 0.0
    is_lac = method is ConformalMethod.LAC
    scores = _lac(known) if is_lac else _aps(known, fine, free_ranks)
    threshold = conformal_threshold(scores[np.arange(len(chosen)), chosen], alpha)
    return PredictionSets(
        threshold, (_lac(new) if is_lac else _aps(new, fine, free_ranks)) <= threshold
    )


def _lac(probabilities: Values) -> Values:
    scores: Values = np.round(1 - probabilities, DIGITS)
    return scores


def _aps(probabilities: Values, penalty: float, free_ranks: int) -> Values:
    order = np.argsort(-probabilities, axis=1, kind="stable")
    sums = np.cumsum(np.take_along_axis(probabilities, order, axis=1), axis=1)
    ranks = np.arange(1, probabilities.shape[1] + 1)
    sums = np.minimum(sums, 1.0) + penalty * np.maximum(ranks - free_ranks, 0)
    scores: Values = np.empty_like(sums)
    np.put_along_axis(scores, order, np.round(sums, DIGITS), axis=1)
    return scores


def conformalize_interval(
    predictions: npt.ArrayLike, actuals: npt.ArrayLike, new: npt.ArrayLike, *, alpha: float = 0.1
) -> PredictionIntervals:
    """
    Return new predictions (rows,) with the same distance to both sides.

    Args:
        predictions, actuals: of the calibration rows, (n,).

    Raises:
        EvigateError[E_CONFORMAL_INPUT]: lengths differ or a number is not finite.

    Source:
        The absolute residual: Lei et al., JASA 2018.
    """
    given, truth = _alike(predictions=predictions, actuals=actuals)
    threshold = conformal_threshold(np.abs(truth - given), alpha)
    centre = _finite("new", new, 1)
    return PredictionIntervals(threshold, centre - threshold, centre + threshold)


def conformalize_cqr(
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    actuals: npt.ArrayLike,
    new_lower: npt.ArrayLike,
    new_upper: npt.ArrayLike,
    *,
    alpha: float = 0.1,
) -> PredictionIntervals:
    """
    Return predicted quantiles (rows,) moved outwards, or inwards, until they keep their promise.

    Args:
        lower, upper, actuals: predicted quantiles and truths of the calibration rows, (n,).

    Returns:
        Intervals; where the ends would pass one another both are their midpoint.

    Raises:
        EvigateError[E_CONFORMAL_INPUT]: lengths differ or a number is not finite.

    Source:
        Romano, Patterson & Candès, NeurIPS 2019.
    """
    low, high, truth = _alike(lower=lower, upper=upper, actuals=actuals)
    threshold = conformal_threshold(np.maximum(low - truth, truth - high), alpha)
    from_, to = _alike(new_lower=new_lower, new_upper=new_upper)
    if math.isinf(threshold):
        return PredictionIntervals(
            threshold, np.full_like(from_, -np.inf), np.full_like(to, np.inf)
        )
    middle = (from_ + to) / 2
    starts, ends = from_ - threshold, to + threshold
    is_crossed = starts > ends
    return PredictionIntervals(
        threshold, np.where(is_crossed, middle, starts), np.where(is_crossed, middle, ends)
    )


def _finite(name: str, values: npt.ArrayLike, dimensions: int) -> Values:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EvigateError(E_CONFORMAL_INPUT, f"{name!r} are not numbers.") from error
    if array.ndim != dimensions:
        message = f"{name!r} has {array.ndim} dimensions; {dimensions} are wanted."
        raise EvigateError(E_CONFORMAL_INPUT, message)
    if not np.isfinite(array).all():
        raise EvigateError(E_CONFORMAL_INPUT, f"{name!r} has a value that is not finite.")
    return array


def _alike(**columns: npt.ArrayLike) -> list[Values]:
    arrays = [_finite(name, values, 1) for name, values in columns.items()]
    if len({len(each) for each in arrays}) > 1:
        sizes = ", ".join(
            f"{name!r} {len(each)}" for name, each in zip(columns, arrays, strict=True)
        )
        raise EvigateError(E_CONFORMAL_INPUT, f"The lengths differ: {sizes}.")
    return arrays


def _distributions(name: str, values: npt.ArrayLike) -> Values:
    array = _finite(name, values, 2)
    sums = array.sum(axis=1)
    is_odd = (array < 0).any(axis=1) | (np.abs(sums - 1) > SUM_TOLERANCE)
    if is_odd.any():
        row = int(np.argmax(is_odd))
        message = f"Row {row} of {name!r} is no distribution: it sums to {sums[row]:.6g}."
        raise EvigateError(E_CONFORMAL_INPUT, message)
    distributions: Values = array / sums[:, None]
    return distributions


def _labels(labels: npt.ArrayLike, count: int, classes: int) -> npt.NDArray[np.int64]:
    array = _finite("labels", labels, 1)
    if len(array) != count:
        message = f"There are {count} calibration rows and {len(array)} labels."
        raise EvigateError(E_CONFORMAL_INPUT, message)
    is_odd = (array != np.floor(array)) | (array < 0) | (array >= classes)
    if is_odd.any():
        message = f"The label {array[np.argmax(is_odd)]:g} is none of 0 to {classes - 1}."
        raise EvigateError(E_CONFORMAL_INPUT, message)
    return array.astype(np.int64)
