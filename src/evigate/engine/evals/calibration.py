"""Measures of forecasts that say how sure they are: a mean and a deviation, or samples.

Each row's own values are kept, so that cohorts and comparisons stand on them; only the calibration
error is of many rows together.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

Values = npt.NDArray[np.float64]

LEVEL = 0.9
BINS_MAX = 10


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """Each row's measures, all (n,): `nll` is NaN where the samples are all the same.

    `pit` is the forecast's distribution function at the outcome; `width` is that of the central
    interval of the level asked for, and `is_covered` whether the outcome lies in it, ends included.
    """

    crps: Values
    nll: Values
    pit: Values
    width: Values
    is_covered: npt.NDArray[np.bool_]


def score_gaussian(
    mean: Values, deviation: Values, actual: Values, *, level: float = LEVEL
) -> Forecasts:
    """
    Return each row's measures of normal forecasts; all (n,), finite, deviations > 0.

    Source:
        The closed form of the CRPS: Gneiting & Raftery, JASA 2007, equation 21.
    """
    z = (actual - mean) / deviation
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    pit = ndtr(z)
    crps = deviation * (z * (2 * pit - 1) + 2 * density - 1 / math.sqrt(math.pi))
    nll = 0.5 * z**2 + np.log(deviation) + 0.5 * math.log(2 * math.pi)
    half = float(ndtri(0.5 + level / 2))
    return Forecasts(crps, nll, pit, 2 * half * deviation, np.abs(z) <= half)


def score_samples(samples: Values, actual: Values, *, level: float = LEVEL) -> Forecasts:
    """
    Return each row's measures of forecasts given as samples (n, m), m > 1; actual (n,), all finite.

    The CRPS is that of the samples' step function. The NLL is of the normal distribution with their
    mean and (m - 1) deviation. A sample equal to the outcome counts half in the PIT.

    Source:
        The CRPS as E|X - y| - E|X - X'|/2: Gneiting & Raftery, JASA 2007, equation 20.
    """
    ordered = np.sort(samples, axis=1)
    size = ordered.shape[1]
    outcome = actual[:, None]
    # The sum of |x_i - x_j| over all pairs, from the sorted samples in one pass.
    weights = 2 * np.arange(size) - size + 1
    spread = 2 * (ordered @ weights) / size**2
    crps = np.abs(ordered - outcome).mean(axis=1) - spread / 2
    pit = ((ordered < outcome).mean(axis=1) + (ordered <= outcome).mean(axis=1)) / 2
    tail = (1 - level) / 2
    lower, upper = np.quantile(ordered, [tail, 1 - tail], axis=1)
    is_covered = (lower <= actual) & (actual <= upper)
    return Forecasts(crps, _normal_nll(ordered, actual), pit, upper - lower, is_covered)


def _normal_nll(samples: Values, actual: Values) -> Values:
    deviation = samples.std(axis=1, ddof=1)
    is_flat = samples[:, 0] == samples[:, -1]
    safe = np.where(is_flat, 1.0, deviation)
    z = (actual - samples.mean(axis=1)) / safe
    nll = 0.5 * z**2 + np.log(safe) + 0.5 * math.log(2 * math.pi)
    return np.where(is_flat, np.nan, nll)


def adaptive_ece(pit: Values, *, bins_max: int = BINS_MAX) -> float:
    """
    Return how far PIT values (n,), n > 0, are from uniform, 0 to 0.5.

    Sorted values are cut into bins of equal size (n of them if there are fewer than `bins_max`);
    the error is the mean over bins, by their size, of the distance between the bin's mean and the
    mean of the uniform quantiles (i - 1/2)/n that would stand there.

    Source:
        Bins of equal mass after Nguyen & O'Connor, EMNLP 2015; here over the PIT.
    """
    ordered = np.sort(pit)
    count = len(ordered)
    gaps = ordered - (np.arange(count) + 0.5) / count
    bins = np.array_split(gaps, min(bins_max, count))
    return float(sum(abs(part.mean()) * len(part) for part in bins) / count)


def calibration_measures(rows: Forecasts, chosen: Any = slice(None)) -> dict[str, float | None]:
    """Return the measures of chosen rows, one or more.

    crps, nll (None where no row has one), adaptive_ece, sharpness (mean width) and coverage.
    """
    nll = rows.nll[chosen]
    known = nll[~np.isnan(nll)]
    return {
        "crps": float(rows.crps[chosen].mean()),
        "nll": float(known.mean()) if len(known) else None,
        "adaptive_ece": adaptive_ece(rows.pit[chosen]),
        "sharpness": float(rows.width[chosen].mean()),
        "coverage": float(rows.is_covered[chosen].mean()),
    }
