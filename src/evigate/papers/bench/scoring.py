"""When a claim answers a row of gold, and the counts that follow.

Leaderboards round, turn errors into accuracies and fractions into percent, and they name data
sets in their own words; so numbers match in any of these forms, data sets by shared words, metrics
by family. Each claim answers one row at most. The rules are those of the scorer that came with the
gold (`score_claims.py` beside it), so the figures compare with those measured by it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from evigate.papers.bench.gold import GoldCell, GoldTuple
from evigate.papers.models import ClaimDraft

# Half of the last printed digit, and a little for the binary form of decimals.
_ROUNDING = 0.51
_ALIKE = 0.5
_FAMILIES = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("acc", r"acc|top ?1|percentage correct|precision at 1|correct"),
        ("err", r"err"),
        ("f1", r"\bf1\b|f score|f measure"),
        ("em", r"\bem\b|exact match"),
        ("bleu", r"bleu"),
        ("rouge", r"rouge ?(\d|l)?"),
        ("ppl", r"ppl|perplexit"),
        ("bpc", r"bpc|bits? per|bit per"),
        ("ap", r"\bap\b|map|average precision"),
        ("auc", r"auc|roc"),
        ("miou", r"iou"),
        ("mae", r"mae|absolute"),
        ("mrr", r"mrr|reciprocal"),
        ("recall", r"recall|hits|\br ?\d"),
        ("corr", r"pearson|spearman|corr"),
        ("params", r"param"),
        ("flops", r"flop|madd|macs"),
    )
)
LEVELS = ("value", "dataset_value", "dataset_metric_value")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were right, claimed, and wanted."""

    right: int
    claimed: int
    wanted: int

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            self.right + other.right, self.claimed + other.claimed, self.wanted + other.wanted
        )

    @property
    def precision(self) -> float | None:
        """Right among claimed; None where nothing was claimed."""
        return self.right / self.claimed if self.claimed else None

    @property
    def recall(self) -> float | None:
        """Right among wanted; None where nothing was wanted."""
        return self.right / self.wanted if self.wanted else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean; None where either is not known, 0 where nothing was right."""
        if self.precision is None or self.recall is None:
            return None
        return 2 * self.right / (self.claimed + self.wanted)


def macro(tallies: Sequence[Tally]) -> dict[str, float | None]:
    """Return the means over papers with gold; a paper without claims counts as 0."""
    known = [each for each in tallies if each.wanted]
    if not known:
        return {"precision": None, "recall": None, "f1": None}
    return {
        "precision": fmean(each.precision or 0.0 for each in known),
        "recall": fmean(each.recall or 0.0 for each in known),
        "f1": fmean(each.f1 or 0.0 for each in known),
    }


def tally_tuples(claims: Sequence[ClaimDraft], gold: Sequence[GoldTuple]) -> dict[str, Tally]:
    """Count at each level, the claims of one paper against its tuples, one claim for one tuple."""
    return {level: Tally(_right(claims, gold, level), len(claims), len(gold)) for level in LEVELS}


def _right(claims: Sequence[ClaimDraft], gold: Sequence[GoldTuple], level: str) -> int:
    used: set[int] = set()
    for wanted in gold:
        for index, claim in enumerate(claims):
            if index not in used and answers(claim, wanted, level):
                used.add(index)
                break
    return len(used)


def answers(claim: ClaimDraft, wanted: GoldTuple, level: str) -> bool:
    """Say whether a claim answers a tuple at one of `LEVELS`."""
    if not is_value(float(claim.value), wanted.number):
        return False
    if level != "value" and likeness(claim.dataset or "", wanted.dataset) < _ALIKE:
        return False
    return level != "dataset_metric_value" or is_metric(claim.metric, wanted.metric)


def match_cells(
    claims: Sequence[ClaimDraft], gold: Sequence[GoldCell]
) -> list[tuple[GoldCell, ClaimDraft]]:
    """Pair cells with claims of the same value, row and column, each used once.

    Labels that are equal pair first, so that of two like rows with one value each gets its own.
    """
    used: set[int] = set()
    pairs: dict[int, ClaimDraft] = {}
    for least in (1.0, _ALIKE):
        for place, cell in enumerate(gold):
            if place in pairs:
                continue
            for index, claim in enumerate(claims):
                if index not in used and _cell_likeness(claim, cell, is_exact=least == 1) >= least:
                    used.add(index)
                    pairs[place] = claim
                    break
    return [(gold[place], pairs[place]) for place in sorted(pairs)]


def _cell_likeness(claim: ClaimDraft, cell: GoldCell, *, is_exact: bool) -> float:
    """Return how like the worse of both labels is; 0 where the values differ."""
    if claim.value != cell.value:
        return 0.0
    column = (claim.cell.column if claim.cell else None) or claim.dataset or ""
    row = claim.cell.row if claim.cell else ""
    if is_exact:
        return float(_words(column) == _words(cell.column) and _words(row) == _words(cell.row))
    return min(likeness(column, cell.column), likeness(row, cell.row))


def is_value(printed: float, gold: str) -> bool:
    """Say whether a printed number is gold's, its complement to 100, or its percent form."""
    return any(abs(printed - form) <= step * _ROUNDING for form, step in _forms(gold))


def _forms(gold: str) -> Iterator[tuple[float, float]]:
    decimals = len(gold.split(".")[1]) if "." in gold else 0
    value = float(gold)
    yield value, 10.0**-decimals
    if 0 < value < 100:
        yield 100 - value, 10.0 ** -max(decimals, 1)
    if 0 < value <= 1:
        yield value * 100, 10.0 ** -max(decimals - 2, 0)
    if value > 1:
        yield value / 100, 10.0 ** -(decimals + 2)


def likeness(one: str, other: str) -> float:
    """Return 1 for equal or contained names, else the share of words that both have."""
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs:
        return 0.0
    joined, other_joined = "".join(mine), "".join(theirs)
    if joined == other_joined:
        return 1.0
    is_long = min(len(joined), len(other_joined)) >= 3
    if is_long and (joined in other_joined or other_joined in joined):
        return 1.0
    return len(set(mine) & set(theirs)) / len(set(mine) | set(theirs))


def is_metric(one: str, other: str) -> bool:
    """Say whether two names are of one family; accuracy and error are complements."""
    mine, theirs = _family(one), _family(other)
    return bool(mine & theirs) or mine | theirs <= {"acc", "err"}


def _family(metric: str) -> set[str]:
    text = " ".join(_words(metric))
    return {name for name, pattern in _FAMILIES if pattern.search(text)} or {text}


def _words(text: str) -> list[str]:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).split()
