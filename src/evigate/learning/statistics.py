"""What answers say of items and of learners: counts, correlations, and what deserves a second look.

Classical item statistics, from each learner's first answer to an item: later ones measure what the
feedback taught. A rest score is how much better a learner did on the other items than those items'
averages, so that learners who met different items can be compared. Fewer answers than
`ability.COUNTED_MIN` say nothing, and nothing is said.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Generic, TypeVar

from evigate.learning.ability import COUNTED_MIN

K = TypeVar("K", bound=Hashable)
L = TypeVar("L", bound=Hashable)

DEAD_SHARE, DEAD_N = 0.05, 40
# An option chosen by this many or fewer has a correlation of a few people.
OPTION_N = 10
DISCRIMINATION_N = 30
# A correlation of none has a standard error of about 1 / sqrt(n); one in twenty is beyond this.
LUCK_Z = 1.645
EASY, HARD, EXTREME_N = 0.95, 0.20, 30
DRIFT_N, DRIFT_MIN, DRIFT_ALPHA = 20, 0.10, 0.01
# Mastered: four in five right, and three in five even at the cautious end of the estimate.
MASTERED_SHARE, MASTERED_LOW, LEVEL = 0.8, 0.6, 0.8


@dataclass(frozen=True, slots=True)
class Answered(Generic[L, K]):
    """One answer; `is_correct` None was not graded, `choice` is the option chosen, if any."""

    learner: L
    item: K
    is_correct: bool | None
    choice: str | None
    latency_ms: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class OptionStats:
    """How many chose an option, their share of all answers, and the rest-point-biserial."""

    n: int
    share: float
    rpbis: float | None


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to look at: a stable code and a sentence for a teacher."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """An item's figures; None where too few answered or all answered alike."""

    n: int
    p: float | None
    rpbis: float | None
    median_latency_ms: int | None
    options: dict[str, OptionStats]
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """The share right before and since a moment, and the chance of such a change by luck."""

    before: float
    since: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Mastery(Generic[K]):
    """How much of an objective's items is answered rightly, shrunk to a half, with its interval."""

    objective: K
    n: int
    share: float
    low: float
    high: float
    is_mastered: bool


@dataclass(frozen=True, slots=True)
class ClassSummary(Generic[K]):
    """An objective over a class: learners who answered, who mastered it, and their mean share."""

    objective: K
    learners: int
    mastered: int
    mean_share: float


def item_statistics(
    attempts: Sequence[Answered[L, K]],
    keys: Mapping[K, str | None],
    options: Mapping[K, Sequence[str]],
) -> dict[K, ItemStatistics]:
    """
    Return the figures of every item answered, in the order of `keys`, then of first answers.

    Args:
        attempts: any order; those not graded are left out.
        keys: the right option by item; None or absent where there are no options.
        options: all option ids by item, in order, so that one nobody chose is seen.
    """
    first = _first(attempts)
    rests = _rest_scores(first)
    by_item: dict[K, list[Answered[L, K]]] = {item: [] for item in keys}
    for answer in first:
        by_item.setdefault(answer.item, []).append(answer)
    return {
        item: _statistics(answers, keys.get(item), options.get(item, ()), rests)
        for item, answers in by_item.items()
        if answers
    }


def drift(
    attempts: Sequence[Answered[L, K]], since: datetime, *, alpha: float = DRIFT_ALPHA
) -> dict[K, Drift]:
    """
    Return the items whose share right changed at a moment, beyond luck and by a tenth or more.

    A two-proportion test with continuity correction, Holm's correction over the items that have
    `DRIFT_N` answers on each side. A whole class that changes moves every item; compare items.
    """
    found: dict[K, Drift] = {}
    sides: dict[K, tuple[list[bool], list[bool]]] = defaultdict(lambda: ([], []))
    for answer in _first(attempts):
        sides[answer.item][answer.at >= since].append(bool(answer.is_correct))
    for item, (before, after) in sides.items():
        if min(len(before), len(after)) >= DRIFT_N:
            p_value = _two_proportions(sum(before), len(before), sum(after), len(after))
            found[item] = Drift(_share(before), _share(after), p_value)
    ranked = sorted(found, key=lambda item: found[item].p_value)
    changed: dict[K, Drift] = {}
    for rank, item in enumerate(ranked):
        one = found[item]
        if one.p_value * (len(ranked) - rank) > alpha:
            break
        if abs(one.since - one.before) >= DRIFT_MIN:
            changed[item] = one
    return changed


def drift_flag(change: Drift) -> Flag:
    """Return a drift as a flag."""
    shares = f"from {change.before:.0%} to {change.since:.0%}"
    way = "easier: has it become known?" if change.since > change.before else "harder"
    return Flag("drift", f"The share of right answers went {shares}; the item has become {way}.")


def reliability(attempts: Sequence[Answered[L, K]]) -> float | None:
    """
    Return KR-20 over the learners who answered every item.

    None with fewer than two items or `COUNTED_MIN` such learners, or when they all score alike.
    """
    answers: dict[L, dict[K, int]] = defaultdict(dict)
    for answer in _first(attempts):
        answers[answer.learner][answer.item] = int(bool(answer.is_correct))
    items = {item for given in answers.values() for item in given}
    full = [given for given in answers.values() if len(given) == len(items)]
    if len(items) < 2 or len(full) < COUNTED_MIN:
        return None
    totals = [sum(given.values()) for given in full]
    mean = sum(totals) / len(totals)
    variance = sum((total - mean) ** 2 for total in totals) / len(totals)
    if not variance:
        return None
    shares = [_share([given[item] for given in full]) for item in items]
    return len(items) / (len(items) - 1) * (1 - math.fsum(p * (1 - p) for p in shares) / variance)


def mastery(attempts: Mapping[K, Sequence[Answered[L, object]]]) -> tuple[Mastery[K], ...]:
    """
    Return one learner's mastery of each objective, in the order given.

    The newest graded answer to each item counts, so that what has been learnt since counts. With r
    of n right the share is (r + 1) / (n + 2); the interval holds 80 % of the Beta posterior. An
    objective without answers is a half, from .1 to .9, and not mastered.
    """
    return tuple(_mastery(objective, answers) for objective, answers in attempts.items())


def class_summary(learners: Iterable[Sequence[Mastery[K]]]) -> tuple[ClassSummary[K], ...]:
    """Return each objective over a class; learners who never answered it are left out of it."""
    by_objective: dict[K, list[Mastery[K]]] = {}
    for each in learners:
        for one in each:
            by_objective.setdefault(one.objective, []).extend([one] if one.n else [])
    return tuple(
        ClassSummary(
            objective,
            len(found),
            sum(one.is_mastered for one in found),
            sum(one.share for one in found) / len(found) if found else 0.5,
        )
        for objective, found in by_objective.items()
    )


def _first(attempts: Iterable[Answered[L, K]]) -> list[Answered[L, K]]:
    first: dict[tuple[L, K], Answered[L, K]] = {}
    for answer in sorted(attempts, key=lambda each: each.at):
        if answer.is_correct is not None:
            first.setdefault((answer.learner, answer.item), answer)
    return list(first.values())


def _rest_scores(answers: Sequence[Answered[L, K]]) -> dict[tuple[L, K], float]:
    """Return, by learner and item, the mean of right minus expected over the other items."""
    by_item: dict[K, list[bool]] = defaultdict(list)
    for each in answers:
        by_item[each.item].append(bool(each.is_correct))
    shares = {item: _share(given) for item, given in by_item.items()}
    totals: dict[L, float] = defaultdict(float)
    counts: dict[L, int] = defaultdict(int)
    for each in answers:
        totals[each.learner] += bool(each.is_correct) - shares[each.item]
        counts[each.learner] += 1
    return {
        (each.learner, each.item): (
            totals[each.learner] - bool(each.is_correct) + shares[each.item]
        )
        / (counts[each.learner] - 1)
        for each in answers
        if counts[each.learner] > 1
    }


def _statistics(
    answers: Sequence[Answered[L, K]],
    key: str | None,
    options: Sequence[str],
    rests: Mapping[tuple[L, K], float],
) -> ItemStatistics:
    n = len(answers)
    if n < COUNTED_MIN:
        return ItemStatistics(n, None, None, None, {}, ())
    scored = [each for each in answers if (each.learner, each.item) in rests]
    rest = [rests[each.learner, each.item] for each in scored]
    rpbis = _correlation([float(bool(each.is_correct)) for each in scored], rest)
    table = {}
    for option in options:
        chosen = sum(each.choice == option for each in answers)
        with_rest = _correlation([float(each.choice == option) for each in scored], rest)
        table[option] = OptionStats(chosen, chosen / n, with_rest)
    times = [each.latency_ms for each in answers if each.latency_ms is not None]
    p = _share([bool(each.is_correct) for each in answers])
    flags = (*_item_flags(n, p, rpbis), *_option_flags(n, key, table))
    return ItemStatistics(n, p, rpbis, int(median(times)) if times else None, table, flags)


def _item_flags(n: int, p: float, rpbis: float | None) -> Iterable[Flag]:
    beyond_luck = LUCK_Z / math.sqrt(n)
    if rpbis is not None and rpbis < -beyond_luck and n >= DISCRIMINATION_N:
        yield Flag(
            "negative_discrimination",
            f"Learners who do better elsewhere get it wrong more often (r = {rpbis:.2f}, n = {n}).",
        )
    if n >= EXTREME_N and p > EASY:
        yield Flag("too_easy", f"{p:.0%} answer it rightly: it tells learners apart no more.")
    if n >= EXTREME_N and p < HARD:
        yield Flag("too_hard", f"Only {p:.0%} answer it rightly: is it taught, and is it clear?")


def _option_flags(n: int, key: str | None, table: Mapping[str, OptionStats]) -> Iterable[Flag]:
    if key is None or key not in table:
        return
    own = table[key].rpbis
    beyond_luck = LUCK_Z * math.sqrt(2 / n)
    for option, one in table.items():
        if option == key:
            continue
        gap = None if one.rpbis is None or own is None else one.rpbis - own
        if one.n > OPTION_N and gap is not None and gap > beyond_luck:
            yield Flag(
                "mis_keyed",
                f"Option {option} is chosen by abler learners than the key {key} "
                f"(r = {one.rpbis:.2f} against {own:.2f}): is the key right?",
            )
        if n >= DEAD_N and one.share < DEAD_SHARE:
            yield Flag(
                "dead_distractor", f"Option {option} is chosen by {one.n} of {n}: replace it."
            )


def _mastery(objective: K, answers: Sequence[Answered[L, object]]) -> Mastery[K]:
    newest: dict[object, bool] = {}
    for answer in sorted(answers, key=lambda each: each.at):
        if answer.is_correct is not None:
            newest[answer.item] = answer.is_correct
    # Half a second to import, for two numbers a dashboard.
    from scipy.special import betaincinv

    n, right = len(newest), sum(newest.values())
    wins, losses = right + 1, n - right + 1
    low, high = (float(betaincinv(wins, losses, end)) for end in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    share = wins / (wins + losses)
    is_mastered = share >= MASTERED_SHARE and low >= MASTERED_LOW
    return Mastery(objective, n, share, low, high, is_mastered)


def _share(given: Sequence[int]) -> float:
    return sum(given) / len(given)


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    if len(one) < 2:
        return None
    mean, second = sum(one) / len(one), sum(other) / len(other)
    covariance = math.fsum((x - mean) * (y - second) for x, y in zip(one, other, strict=True))
    spread = math.fsum((x - mean) ** 2 for x in one) * math.fsum((y - second) ** 2 for y in other)
    return covariance / math.sqrt(spread) if spread > 1e-12 else None


def _two_proportions(right: int, n: int, right_since: int, n_since: int) -> float:
    pooled = (right + right_since) / (n + n_since)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_since))
    if not error:
        return 1.0
    gap = abs(right / n - right_since / n_since) - 0.5 * (1 / n + 1 / n_since)
    return math.erfc(max(0.0, gap) / error / math.sqrt(2))
