"""Rankings: "A beats B", as a table states it or a person typed it, held against what was measured.

Pure. A ranking is tested as a difference, seed by seed where both methods ran with the same seeds,
since a seed that favours one split favours it for both.
"""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from evigate.papers.compare.models import Verdict
from evigate.papers.compare.tolerance import counting_error
from evigate.papers.models import Claim, Direction
from evigate.papers.recipes import MetricKind, find_metric

RANKINGS_MAX = 300
CONFIDENCE = 0.975


@dataclass(frozen=True, slots=True)
class Ranking:
    """One claim said to be better than another; `origin` is "table" or "typed"."""

    better: Claim
    worse: Claim
    origin: str
    id: UUID | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run says of one claim: values by seed as computed, and the rows of the test."""

    values: Mapping[int | None, float]
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class RankingVerdict:
    """
    What became of a ranking.

    `difference` is better minus worse, turned so that more than 0 agrees with the paper; the
    interval is the 95 % confidence interval of its mean, None with fewer than two values.
    """

    ranking: Ranking
    verdict: Verdict
    reason: str
    claimed_difference: float
    difference: float | None
    low: float | None
    high: float | None
    is_paired: bool
    seeds_count: int


def rankings_in(claims: Sequence[Claim]) -> list[Ranking]:
    """
    Return the rankings that tables state: the paper's own method against each other in its column.

    Two claims are in one column if table, column label, data set, split, units and metric agree.
    Which of the two is better follows from the numbers and the metric's direction; a tie states
    nothing, nor does a metric whose direction is not known. In the order of the paper, at most
    `RANKINGS_MAX`.
    """
    groups: dict[tuple[object, ...], list[Claim]] = {}
    for claim in claims:
        draft, metric = claim.draft, find_metric(claim.draft.metric)
        if draft.cell is not None and metric is not None:
            key = (draft.cell.table, draft.cell.column, draft.dataset, draft.split, draft.units)
            groups.setdefault((*key, metric.key), []).append(claim)
    found = []
    for group in groups.values():
        own = [each for each in group if each.draft.is_own_method]
        others = [each for each in group if not each.draft.is_own_method]
        for mine in own:
            for other in others:
                ranking = order(mine, other, origin="table")
                if ranking is not None:
                    found.append(ranking)
    return found[:RANKINGS_MAX]


def order(one: Claim, other: Claim, *, origin: str) -> Ranking | None:
    """Return which claim its numbers make the better; None for a tie or an unknown direction."""
    metric = find_metric(one.draft.metric)
    if metric is None or one.draft.value == other.draft.value:
        return None
    is_higher = one.draft.value > other.draft.value
    if is_higher == (metric.direction is Direction.MAXIMIZE):
        return Ranking(one, other, origin)
    return Ranking(other, one, origin)


def judge_ranking(
    ranking: Ranking, better: Measured | None, worse: Measured | None
) -> RankingVerdict:
    """
    Test a ranking by what was measured.

    Reproduced if the 95 % interval of the mean difference lies on the paper's side of 0, not
    reproduced if it lies on the other, partly if it holds 0. With one seed, or no spread over
    seeds, a proportion's interval is that of counting on so many rows; another metric's difference
    is then taken as it is.
    """
    metric = find_metric(ranking.better.draft.metric)
    sign = 1.0 if metric is None or metric.direction is Direction.MAXIMIZE else -1.0
    claimed = float(ranking.better.draft.value - ranking.worse.draft.value) * sign
    if better is None or worse is None or not better.values or not worse.values:
        lacking = ranking.better if better is None or not better.values else ranking.worse
        name = lacking.draft.method or "one of the two"
        return RankingVerdict(
            ranking,
            Verdict.NOT_COMPARABLE,
            f"{name} was not measured",
            claimed,
            None,
            None,
            None,
            False,
            0,
        )
    shared = sorted(
        set(better.values) & set(worse.values), key=lambda seed: (seed is None, seed or 0)
    )
    is_paired = bool(shared)
    if is_paired:
        differences = [sign * (better.values[each] - worse.values[each]) for each in shared]
        difference = statistics.fmean(differences)
        half = _paired_half(differences)
    else:
        one, other = list(better.values.values()), list(worse.values.values())
        difference = sign * (statistics.fmean(one) - statistics.fmean(other))
        half = _welch_half(one, other)
    counted = _counting_half(metric.kind if metric else None, better, worse)
    if not half and counted is not None:
        half = counted
    verdict, reason = _word(difference, half, is_paired=is_paired, seeds=len(shared))
    return RankingVerdict(
        ranking,
        verdict,
        reason,
        claimed,
        difference,
        None if half is None else difference - half,
        None if half is None else difference + half,
        is_paired,
        len(shared) if is_paired else min(len(better.values), len(worse.values)),
    )


def _quantile(freedom: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, CONFIDENCE))


def _paired_half(differences: Sequence[float]) -> float | None:
    if len(differences) < 2:
        return None
    spread = statistics.stdev(differences)
    return _quantile(len(differences) - 1) * spread / math.sqrt(len(differences))


def _welch_half(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Half the interval of a difference of means, variances unequal.

    Source:
        Welch, Biometrika 1947.
    """
    if len(one) < 2 or len(other) < 2:
        return None
    parts = [statistics.variance(each) / len(each) for each in (one, other)]
    total = sum(parts)
    if total == 0:
        return 0.0
    freedom = total**2 / sum(
        part**2 / (len(each) - 1) for part, each in zip(parts, (one, other), strict=True)
    )
    return _quantile(freedom) * math.sqrt(total)


def _counting_half(kind: MetricKind | None, better: Measured, worse: Measured) -> float | None:
    rows = min((each.rows for each in (better, worse) if each.rows), default=None)
    if kind is not MetricKind.PROPORTION or rows is None:
        return None
    share = statistics.fmean([*better.values.values(), *worse.values.values()])
    return 1.96 * counting_error(min(1.0, max(0.0, share)), rows, 1)


def _word(
    difference: float, half: float | None, *, is_paired: bool, seeds: int
) -> tuple[Verdict, str]:
    how = f"paired over {seeds} seeds" if is_paired and seeds > 1 else "by one pair of values"
    if not is_paired:
        how = "over seeds that differ"
    if half is None:
        verdict = Verdict.REPRODUCED if difference > 0 else Verdict.NOT_REPRODUCED
        if difference == 0:
            verdict = Verdict.PARTLY
        return verdict, f"the difference is {difference:.3g}, {how}; one value shows no spread"
    low, high = difference - half, difference + half
    interval = f"the 95 % interval of the difference is {low:.3g} to {high:.3g}, {how}"
    if low > 0:
        return Verdict.REPRODUCED, interval
    if high < 0:
        return Verdict.NOT_REPRODUCED, f"{interval}: it is the other way round"
    if half == 0:
        return Verdict.PARTLY, "both measured the same"
    return Verdict.PARTLY, f"{interval}: which is better cannot be told"


def by_verdict(verdicts: Iterable[RankingVerdict]) -> dict[str, int]:
    """Return how many rankings each verdict has, every verdict named."""
    counts = dict.fromkeys((each.value for each in Verdict), 0)
    for each in verdicts:
        counts[each.verdict.value] += 1
    return counts
