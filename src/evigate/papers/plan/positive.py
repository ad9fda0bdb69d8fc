"""Which class does a paper call positive? Read it, or work it out from the rates it prints.

A rate printed with many digits is a fraction of a whole number of rows: a true positive rate of
93.457944 % is 100 of 107. With a true negative rate of 93.75 % = 60 of 64, and 171 test rows in
all, the positives are 107 of 171, and so belong to the class with the larger share.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evigate.papers.datasets import DatasetEntry
from evigate.papers.plan.linking import LinkedClaim
from evigate.papers.plan.models import Protocol, ProtocolKind
from evigate.papers.plan.text import Finding, Sentence

# Rates with fewer digits fit too many fractions to tell anything.
DIGITS_MIN = 6
_POSITIVE_RATES = {"tpr": False, "fnr": True}
_NEGATIVE_RATES = {"tnr": False, "fpr": True}


@dataclass(frozen=True, slots=True)
class Deduced:
    """The class that must be the positive one, and the arithmetic that says so."""

    label: str
    reason: str


def read_positive_class(entry: DatasetEntry, sentences: Iterable[Sentence]) -> Finding[str] | None:
    """Return the class that a sentence calls positive, or None."""
    for sentence in sentences:
        for label in entry.classes:
            word = rf"\b{re.escape(label)}\b"
            pattern = re.compile(
                rf"{word}[^.]{{0,40}}(?:as (?:the )?positive|\(positive\b|positive class)"
                rf"|positive (?:class|label)[^.]{{0,40}}{word}",
                re.IGNORECASE,
            )
            match = pattern.search(sentence.text)
            if match:
                return Finding(label, sentence.quote_around(*match.span()), sentence.page)
    return None


@dataclass(frozen=True, slots=True)
class _Rate:
    """A proportion as printed, and after how many decimals of the fraction it was cut."""

    proportion: float
    digits: int


def _read_rate(claims: Mapping[str, LinkedClaim], rates: Mapping[str, bool]) -> _Rate | None:
    for key, is_complement in rates.items():
        if key not in claims:
            continue
        draft = claims[key].draft
        exponent = draft.value.as_tuple().exponent
        if not isinstance(exponent, int):
            continue
        is_percent = draft.units == "%" or draft.value > 1
        proportion = float(draft.value) / (100 if is_percent else 1)
        digits = max(0, -exponent) + (2 if is_percent else 0)
        if 0 < proportion < 1:
            return _Rate(1 - proportion if is_complement else proportion, digits)
    return None


def _is_count(proportion: float, slack: float, rows: int) -> bool:
    return abs(round(proportion * rows) / rows - proportion) <= slack


def _possible_positives(claims: Mapping[str, LinkedClaim], rows: int) -> list[int]:
    """
    How many of the test rows may be positive, given one method's rates.

    A rate printed with fewer digits than its partner is taken as exact: 93.75 % beside 93.457944 %
    is 93.750000 % with its noughts left out.
    """
    positive = _read_rate(claims, _POSITIVE_RATES)
    negative = _read_rate(claims, _NEGATIVE_RATES)
    if positive is None or negative is None:
        return []
    digits = max(positive.digits, negative.digits)
    if digits < DIGITS_MIN:
        return []
    slack = 0.51 * 10.0**-digits
    return [
        count
        for count in range(1, rows)
        if _is_count(positive.proportion, slack, count)
        and _is_count(negative.proportion, slack, rows - count)
    ]


def deduce_positive_class(
    entry: DatasetEntry, claims: Sequence[LinkedClaim], protocol: Protocol
) -> Deduced | None:
    """
    Work out the positive class of a two-class set from the claimed rates.

    Every method that prints both a positive and a negative rate with DIGITS_MIN digits or more is
    asked which numbers of positive rows fit; all that fit must be nearer to one class's share than
    to the other's, for every method that can tell. None if no method can, or if they disagree.
    """
    if len(entry.class_rows) != 2 or protocol.kind is not ProtocolKind.HOLDOUT:
        return None
    rows = math.ceil(entry.rows * (protocol.test_size or 0))
    by_method: dict[str, dict[str, LinkedClaim]] = {}
    for claim in claims:
        if claim.reason is None and claim.metric and claim.entry == entry and claim.split == "test":
            by_method.setdefault(claim.method or "", {})[claim.metric.key] = claim
    share = entry.class_rows[0] / entry.rows
    told: dict[str, str] = {}
    for method, metrics in by_method.items():
        counts = _possible_positives(metrics, rows)
        labels = {entry.classes[_nearer(count / rows, share)] for count in counts}
        if len(labels) == 1:
            reason = f"the rates of {method} are fractions of {counts[0]} positive and "
            told.setdefault(labels.pop(), f"{reason}{rows - counts[0]} negative rows of {rows}")
    if len(told) != 1:
        return None
    label, reason = told.popitem()
    part = entry.class_rows[entry.classes.index(label)] / entry.rows
    return Deduced(label, f"{reason}, and {label!r} is {part:.1%} of the data")


def _nearer(part: float, share: float) -> int:
    return 0 if abs(part - share) < abs(part - (1 - share)) else 1
