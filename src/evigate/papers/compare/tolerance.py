"""How far a measured number may be from a claimed one before we say that it differs.

Three things blur a claim: how many digits are printed, on how few examples it was counted, and how
much one run differs from the next. The policy is written down in docs/decisions/0021.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

RELATIVE_DEFAULT = 0.02
# Two programs that solve one equation agree to about so many digits; certified values have more.
ESTIMATE_RELATIVE = 1e-8


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A tolerance in the claim's units, > 0, and where it comes from."""

    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Interval:
    """The 95 % prediction interval for one further run."""

    low: float
    high: float


def printed_half_unit(claimed: Decimal) -> float:
    """Return half a unit of the last printed digit: 97.66 gives 0.005, 81 gives 0.5."""
    exponent = claimed.as_tuple().exponent
    return 0.5 * 10.0**exponent if isinstance(exponent, int) else 0.0


def prediction_interval(
    values: Sequence[float], *, low: float = -math.inf, high: float = math.inf
) -> Interval | None:
    """
    Return the 95 % prediction interval for one further run; None with fewer than two values.

    mean +- t(K-1) s sqrt(1 + 1/K), within the bounds that the metric has by nature; equal values
    give an interval of no width.

    Source:
        The interval that CORE-Bench takes over repeated runs (Siegel et al. 2024).
    """
    count = len(values)
    if count < 2:
        return None
    # Imported here, since it takes longer than everything else that a short command needs.
    from scipy.special import stdtrit

    mean, deviation = statistics.fmean(values), statistics.stdev(values)
    half = float(stdtrit(count - 1, 0.975)) * deviation * math.sqrt(1 + 1 / count)
    return Interval(max(mean - half, low), min(mean + half, high))


def counting_error(proportion: float, examples: float, runs: int) -> float:
    """
    Return the standard error of the difference of one counted proportion and a mean of `runs`.

    Each run counts on its own draw of `examples`. The proportion is drawn towards one half by two
    successes and two failures, so that 0 and 1 keep a width.

    Source:
        Agresti & Coull, The American Statistician 1998.
    """
    drawn = (proportion * examples + 2) / (examples + 4)
    variance = drawn * (1 - drawn) / examples
    return math.sqrt(variance * (1 + 1 / max(runs, 1)))


def estimation_error(metric_key: str, value: float, rows: int, runs: int) -> float | None:
    """
    Return the standard error of the difference of an error or score and a mean of `runs` of it.

    By the usual large-sample formulae for residuals that are near normal: the mean squared error's
    is MSE sqrt(2/n), its root's RMSE / sqrt(2n), the mean absolute error's MAE sqrt(pi/2 - 1) /
    sqrt(n), R2's 2 R (1 - R2) / sqrt(n), and a correlation's (1 - r2) / sqrt(n). None for others.
    """
    bounded = min(1.0, max(-1.0, value))
    one = {
        "mse": value * math.sqrt(2),
        "rmse": value / math.sqrt(2),
        "mae": value * math.sqrt(math.pi / 2 - 1),
        "r2": 2 * math.sqrt(max(bounded, 0.0)) * (1 - bounded),
        "mcc": 1 - bounded**2,
        "kappa": 1 - bounded**2,
    }.get(metric_key)
    return None if one is None else abs(one) / math.sqrt(rows) * math.sqrt(1 + 1 / max(runs, 1))


def _half_interval(values: Sequence[float]) -> float:
    """Half the distance from the seeds' mean to the interval's end; 0 with fewer than two."""
    interval = prediction_interval(values)
    return (interval.high - interval.low) / 4 if interval is not None else 0.0


def choose_tolerance(
    claimed: Decimal,
    values: Sequence[float],
    *,
    scale: float,
    examples: float | None,
    same_examples: bool,
    estimation: float | None = None,
    is_estimate: bool = False,
) -> Tolerance:
    """
    Choose how far apart claim and observation may be.

    Args:
        claimed: as printed, in the claim's units.
        values: observed, in the claim's units, one a seed; at least one.
        scale: the claim's units in one: 100 for per cent, 1 for fractions.
        examples: how many examples a proportion is counted over; None if it is no proportion.
        same_examples: the run used the very examples that the paper did (leave-one-out, or all).
        is_estimate: it is said of all rows, as a coefficient is, and the paper had these rows.
        estimation: the standard error of an error or score on so many rows; None if not known.

    Returns:
        For a proportion on the same examples: one example and half a printed unit. For another
        proportion: one standard error of counting on different examples, so that twice it is what
        chance alone explains at 95 %. For any other metric: `estimation` or half the seeds'
        interval, the larger; or RELATIVE_DEFAULT of the claim if there is neither. Never under half
        a printed unit.
    """
    # A proportion printed as 0 or 1 is meant so: half a unit would let anything pass.
    is_whole = bool(examples) and scale == 1 and claimed == claimed.to_integral_value()
    rounding = 0.0 if is_whole else printed_half_unit(claimed)
    spread = _half_interval(values)
    if is_estimate:
        exact = max(rounding, ESTIMATE_RELATIVE * abs(float(claimed)))
        if spread > exact:
            return Tolerance(spread, f"half the 95 % prediction interval over {len(values)} seeds")
        return Tolerance(exact, "half a unit of the last printed digit: the same rows, no chance")
    if examples and same_examples:
        one = scale / examples + rounding
        if spread > one:
            return Tolerance(spread, f"half the 95 % prediction interval over {len(values)} seeds")
        reason = f"one of {examples:.0f} test examples, and half a unit of the last printed digit"
        return Tolerance(one, reason)
    if examples:
        proportion = min(1.0, max(0.0, float(claimed) / scale))
        observed = min(1.0, max(0.0, statistics.fmean(values) / scale))
        pooled = (proportion + len(values) * observed) / (1 + len(values))
        width = scale * counting_error(pooled, examples, len(values))
        reason = (
            f"the standard error of counting on about {examples:.0f} test examples, drawn by "
            "the paper and by us"
        )
        return Tolerance(max(width, rounding), reason)
    half = spread
    if estimation is not None and estimation >= half:
        reason = "the standard error of taking it on so few rows, in the paper and here"
        return Tolerance(max(estimation, rounding), reason)
    if half > 0:
        reason = f"half the 95 % prediction interval over {len(values)} seeds"
        return Tolerance(max(half, rounding), reason)
    reason = f"{RELATIVE_DEFAULT:.0%} of the claim, by convention: one value shows no spread"
    return Tolerance(max(RELATIVE_DEFAULT * abs(float(claimed)), rounding), reason)
