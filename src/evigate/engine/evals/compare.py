"""Whether one run is better than another, query by query.

Both tests look at the differences over the queries that two runs share. The engine this one
replaces drew its p-value from a test for unrelated samples, which misses small steady gains.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import permutation_test, ttest_1samp

from evigate.engine.evals.intervals import (
    DRAWS_AT_ONCE,
    RESAMPLES,
    SEED,
    bootstrap_mean,
)
from evigate.engine.evals.models import Compared, Delta, Metrics, Significance
from evigate.engine.evals.summary import means_of

Rows = Mapping[str, Metrics]
Values = npt.NDArray[np.float64]

# The sums of differences are of short decimals; what differs less is the same number.
DIGITS = 12
# Beyond so many queries the flips take seconds a measure and the t-test says the same: both are of
# the mean, which then is normal.
PERMUTED_MAX = 2_000
# Values of rows of which no end is better than the other.
NOT_COMPARED = ("pit",)


def paired_significance(differences: Values, *, seed: int = SEED) -> Significance:
    """
    Test whether differences (n,), n > 0, have the mean 0; their order does not matter.

    Returns:
        The two-sided p-value of the sign-flip permutation test (exact while 2^n is small, else from
        9 999 flips; above PERMUTED_MAX queries that of the paired t-test), and the 95 % percentile
        bootstrap interval of the mean. Where all are 0 the p-value is 1 and the interval [0, 0].

    Source:
        Smucker, Allan & Carterette, CIKM 2007: the randomisation test for retrieval.
    """
    ordered = np.sort(np.round(differences, DIGITS))
    interval = bootstrap_mean(ordered, seed=seed)
    if not ordered.any():
        return Significance(1.0, interval.lower, interval.upper)
    return Significance(min(_p_value(ordered, seed), 1.0), interval.lower, interval.upper)


def _p_value(differences: Values, seed: int) -> float:
    count = len(differences)
    if differences[0] == differences[-1]:
        # Only the two flips that leave all signs equal are as far from 0.
        return float(2.0 ** (1 - count)) if count < PERMUTED_MAX else 0.0
    if count > PERMUTED_MAX:
        return float(ttest_1samp(differences, 0.0).pvalue)
    return _flipped(differences, seed)


def _flipped(differences: Values, seed: int) -> float:
    test = permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES - 1,
        batch=max(1, DRAWS_AT_ONCE // len(differences)),
        rng=np.random.default_rng(seed),
    )
    return float(test.pvalue)


def compare_runs(runs: Sequence[tuple[str, Rows]]) -> list[Compared]:
    """
    Compare runs, each a name and its rows by query id, with the first, the baseline.

    Returns:
        As many as there are runs, in their order. A delta's means are over the shared queries that
        have the measure in both; without any they are over each run's own, and the significance is
        None. Measures that only one of two runs has are left out.
    """
    baseline = runs[0][1]
    found = []
    for position, (name, rows) in enumerate(runs):
        shared = sorted(baseline.keys() & rows.keys())
        deltas = [] if position == 0 else _deltas(baseline, rows, shared)
        means = means_of(list(rows.values()))
        found.append(Compared(name, means, len(rows), len(shared), deltas))
    return found


def _deltas(baseline: Rows, rows: Rows, shared: Sequence[str]) -> list[Delta]:
    own, other = means_of(list(rows.values())), means_of(list(baseline.values()))
    return [
        _delta(name, _pairs(baseline, rows, shared, name), other[name], own[name])
        for name in own
        if name in other and name not in NOT_COMPARED
    ]


def _pairs(baseline: Rows, rows: Rows, shared: Sequence[str], name: str) -> Values:
    """Return the pairs (n, 2) of a measure over the shared queries: the baseline's, the run's."""
    both = ((baseline[query].get(name), rows[query].get(name)) for query in shared)
    return np.array([pair for pair in both if None not in pair], dtype=np.float64).reshape(-1, 2)


def _delta(name: str, pairs: Values, baseline: float, value: float) -> Delta:
    significance = None
    if len(pairs):
        baseline, value = (float(each) for each in pairs.mean(axis=0))
        significance = paired_significance(pairs[:, 1] - pairs[:, 0])
    absolute = round(value - baseline, DIGITS)
    relative = round((value - baseline) / baseline, DIGITS) if baseline != 0 else None
    return Delta(name, baseline, value, absolute, relative, significance)
