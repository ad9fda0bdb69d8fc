"""Whether claims are as often right as they are sure.

Gold is not exhaustive, so a claim is judged only where gold speaks of its number: it is right if
some tuple of that number has its data set and metric, too. A number that stands in a paper twice is
judged twice, and one of them may be wrong through no fault of the reading; so the figure is
cautious.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evigate.papers.bench.gold import GoldTuple
from evigate.papers.bench.scoring import answers, is_value
from evigate.papers.models import ClaimDraft

BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim that gold speaks of: how sure it was, and whether it was right."""

    paper: str
    confidence: float
    is_right: bool


def judge(paper: str, claims: Sequence[ClaimDraft], gold: Sequence[GoldTuple]) -> list[Judged]:
    """Judge a paper's claims whose number is one of gold's."""
    found = []
    for claim in claims:
        spoken = [row for row in gold if is_value(float(claim.value), row.number)]
        if spoken:
            is_right = any(answers(claim, row, "dataset_metric_value") for row in spoken)
            found.append(Judged(paper, claim.confidence, is_right))
    return found


def calibration_error(judged: Sequence[Judged]) -> float | None:
    """Return the expected calibration error over ten bins of equal width; None without any.

    Source: Naeini, Cooper & Hauskrecht, AAAI 2015.
    """
    if not judged:
        return None
    bins: dict[int, list[Judged]] = {}
    for each in judged:
        bins.setdefault(min(int(each.confidence * BINS), BINS - 1), []).append(each)
    gaps = [abs(sum(each.is_right - each.confidence for each in found)) for found in bins.values()]
    return sum(gaps) / len(judged)
