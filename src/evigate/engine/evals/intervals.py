"""Bootstrap intervals of means; the same rows in any order give the same interval."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from evigate.engine.evals.models import Interval, Metrics

Values = npt.NDArray[np.float64]

SEED = 20_251_120
RESAMPLES = 10_000
CONFIDENCE = 0.95
# So many values are drawn together, and no more than DRAWS_MAX for one interval: beyond it there
# are fewer resamples, of which large samples need fewer digits.
DRAWS_AT_ONCE = 2_000_000
DRAWS_MAX = 40_000_000
RESAMPLES_MIN = 400


def resamples_of(count: int, wanted: int = RESAMPLES) -> int:
    """Return how many resamples of `count` rows are drawn; fewer where there are many rows."""
    return max(min(wanted, RESAMPLES_MIN), min(wanted, DRAWS_MAX // max(count, 1)))


def bootstrap_mean(values: Values, *, resamples: int = RESAMPLES, seed: int = SEED) -> Interval:
    """
    Return the percentile interval of the mean of values (n,), n > 0, at 95 %.

    Values are sorted before rows are drawn, so that their order does not matter; the seed makes the
    answer the same on every call.

    Source:
        Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    ordered = np.sort(values)
    if ordered[0] == ordered[-1]:
        return Interval(float(ordered[0]), float(ordered[0]))
    draws = np.random.default_rng(seed)
    count, wanted = len(ordered), resamples_of(len(ordered), resamples)
    means = np.empty(wanted)
    step = max(1, DRAWS_AT_ONCE // count)
    for start in range(0, wanted, step):
        size = min(step, wanted - start)
        chosen = draws.integers(0, count, size=(size, count))
        means[start : start + size] = ordered[chosen].mean(axis=1)
    tail = (1 - CONFIDENCE) / 2
    lower, upper = np.quantile(means, [tail, 1 - tail])
    return Interval(float(lower), float(upper))


def intervals_of(
    rows: Sequence[Metrics], *, resamples: int = 2_000, seed: int = SEED
) -> Mapping[str, Interval]:
    """Return the interval of each measure's mean, over the rows that have it; none for none."""
    columns: dict[str, list[float]] = {}
    for row in rows:
        for name, value in row.items():
            if value is not None:
                columns.setdefault(name, []).append(value)
    return {
        name: bootstrap_mean(np.asarray(values), resamples=resamples, seed=seed)
        for name, values in columns.items()
    }
