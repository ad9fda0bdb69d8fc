"""How well a judge agrees with people, and people with each other: pure statistics.

Labels are any hashable values, missing ones None. *Not known* is said by None: a coefficient whose
denominator vanishes (one class only, nobody rated twice) has no value, and is never given as 0.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Threshold:
    """A score from which on things pass, and the balanced accuracy it gives."""

    value: float
    balanced_accuracy: float


def auc(labels: Sequence[bool], scores: Sequence[float]) -> float | None:
    """
    Return the chance that a positive scores above a negative, ties counting half.

    None when one of the two classes is missing.

    Source:
        the Mann-Whitney statistic; Hanley & McNeil, Radiology 143, 1982.
    """
    positives = sum(labels)
    negatives = len(labels) - positives
    if not positives or not negatives:
        return None
    ranks = _mean_ranks(scores)
    total = sum(rank for rank, label in zip(ranks, labels, strict=True) if label)
    return (total - positives * (positives + 1) / 2) / (positives * negatives)


def accuracy(labels: Sequence[Hashable], verdicts: Sequence[Hashable]) -> float | None:
    """Return the share on which both agree; None for no pairs."""
    if not labels:
        return None
    return sum(a == b for a, b in zip(labels, verdicts, strict=True)) / len(labels)


def balanced_accuracy(labels: Sequence[bool], verdicts: Sequence[bool]) -> float | None:
    """Return the mean of the true positive and the true negative rate; None without a class."""
    rates = true_rates(labels, verdicts)
    return None if rates is None else (rates[0] + rates[1]) / 2


def true_rates(labels: Sequence[bool], verdicts: Sequence[bool]) -> tuple[float, float] | None:
    """Return the true positive rate and the true negative rate; None when a class is missing."""
    positives = [v for label, v in zip(labels, verdicts, strict=True) if label]
    negatives = [v for label, v in zip(labels, verdicts, strict=True) if not label]
    if not positives or not negatives:
        return None
    return sum(positives) / len(positives), 1 - sum(negatives) / len(negatives)


def best_threshold(labels: Sequence[bool], scores: Sequence[float]) -> Threshold | None:
    """
    Return the score from which on passing gives the best balanced accuracy.

    Only scores that occur are tried; the lowest of equals wins. None when a class is missing.
    """
    best: Threshold | None = None
    for value in sorted(set(scores)):
        found = balanced_accuracy(labels, [score >= value for score in scores])
        if found is not None and (best is None or found > best.balanced_accuracy):
            best = Threshold(value, found)
    return best


def cohen_kappa(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    order: Sequence[Hashable] | None = None,
) -> float | None:
    """
    Return the agreement of two raters beyond chance: 1 full, 0 as by chance, below 0 worse.

    Args:
        first, second: labels of the same things.
        order: the categories from low to high, for a weighted kappa: a disagreement weighs as the
            square of its distance. Without it every disagreement weighs the same.

    Returns:
        None for no pairs, or when chance alone would agree on everything.

    Source:
        Cohen, Educ. Psychol. Meas. 20, 1960; quadratic weights: Psychol. Bull. 70, 1968.
    """
    size = len(first)
    if not size:
        return None
    place = None if order is None else {label: at for at, label in enumerate(order)}

    def weight(a: Hashable, b: Hashable) -> float:
        return float(a != b) if place is None else float((place[a] - place[b]) ** 2)

    one, two = Counter(first), Counter(second)
    seen = sum(weight(a, b) for a, b in zip(first, second, strict=True)) / size
    chance = sum(weight(a, b) * one[a] * two[b] for a in one for b in two) / size**2
    return None if chance == 0 else 1 - seen / chance


def fleiss_kappa(ratings: Sequence[Mapping[Hashable, int]]) -> float | None:
    """
    Return the agreement of any number of raters beyond chance.

    Args:
        ratings: for each thing how many raters chose each category; the same number (2 or more)
            rated each.

    Returns:
        None for no things, fewer than two raters, or a single category.

    Source:
        Fleiss, Psychol. Bull. 76, 1971.
    """
    raters = sum(ratings[0].values()) if ratings else 0
    if raters < 2:
        return None
    totals: Counter[Hashable] = Counter()
    agreed = 0.0
    for one in ratings:
        totals.update(one)
        agreed += (sum(n * n for n in one.values()) - raters) / (raters * (raters - 1))
    chance = sum((n / (raters * len(ratings))) ** 2 for n in totals.values())
    return None if chance == 1 else (agreed / len(ratings) - chance) / (1 - chance)


def krippendorff_alpha(
    units: Sequence[Sequence[Hashable | None]], *, is_interval: bool = False
) -> float | None:
    """
    Return the agreement of any number of raters beyond chance, some ratings missing.

    Args:
        units: for each thing its ratings, in any order; None where somebody did not rate it.
        is_interval: ratings are numbers and a disagreement weighs as the square of its distance;
            otherwise every disagreement weighs the same.

    Returns:
        None when nothing was rated twice or all ratings are equal.

    Source:
        Krippendorff, Content Analysis, 2004, ch. 11.
    """
    rated = [[one for one in unit if one is not None] for unit in units]
    rated = [unit for unit in rated if len(unit) > 1]
    totals = Counter(one for unit in rated for one in unit)
    size = sum(totals.values())
    if not size:
        return None

    def distance(a: Hashable, b: Hashable) -> float:
        return (float(a) - float(b)) ** 2 if is_interval else float(a != b)  # type: ignore[arg-type]

    seen = 0.0
    for unit in rated:
        counts = Counter(unit)
        pairs = sum(distance(a, b) * counts[a] * counts[b] for a in counts for b in counts)
        seen += pairs / (len(unit) - 1)
    chance = sum(distance(a, b) * totals[a] * totals[b] for a in totals for b in totals)
    return None if chance == 0 else 1 - (size - 1) * seen / chance


def expected_calibration_error(
    labels: Sequence[bool], scores: Sequence[float], *, bins: int = 10
) -> float | None:
    """
    Return the mean distance between score and share of positives over bins of equal width.

    Bins weigh as the things in them; a score of 1 falls into the last. None for no things.

    Source:
        Naeini, Cooper & Hauskrecht, AAAI 2015.
    """
    if not labels:
        return None
    groups: dict[int, list[tuple[float, bool]]] = {}
    for label, score in zip(labels, scores, strict=True):
        groups.setdefault(min(bins - 1, int(score * bins)), []).append((score, label))
    gaps = (
        abs(sum(score for score, _ in group) - sum(label for _, label in group))
        for group in groups.values()
    )
    return sum(gaps) / len(labels)


def rogan_gladen(share: float, *, tpr: float, tnr: float) -> float | None:
    """
    Return the true share of positives behind the share that a judge calls positive.

    Args:
        share: of things the judge calls positive.
        tpr, tnr: the judge's true positive and true negative rate.

    Returns:
        0..1, clipped; None for a judge no better than chance.

    Source:
        Rogan & Gladen, Am. J. Epidemiol. 107, 1978.
    """
    power = tpr + tnr - 1
    return None if power <= 0 else min(1.0, max(0.0, (share + tnr - 1) / power))


def _mean_ranks(scores: Sequence[float]) -> list[float]:
    """Return each score's rank from 1, equal ones sharing the mean of theirs."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    starts = [0, *(n + 1 for n, (a, b) in enumerate(pairwise(order)) if scores[a] != scores[b])]
    ranks = [0.0] * len(scores)
    for start, end in pairwise([*starts, len(order)]):
        for at in order[start:end]:
            ranks[at] = (start + end + 1) / 2
    return ranks
