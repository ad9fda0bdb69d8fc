"""Which claims come first: evidence from the whole paper added to that of the place.

A value that the text repeats is surer than one that stands in a table alone, and the authors'
best value for a data set is what a reader looks for; so both count.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from evigate.papers.claims.context import PaperContext
from evigate.papers.claims.lexicon import metrics_in
from evigate.papers.models import ClaimDraft, Direction

_IN_ABSTRACT = 0.10
_IN_TEXT = 0.05
_BEST_OWN = 0.06
_HIGHEST = 0.99


def rank_claims(claims: Sequence[ClaimDraft], context: PaperContext) -> list[ClaimDraft]:
    """Raise the confidence of repeated and of best own values, and sort.

    Returns:
        The surest first; equals by page, then by place on the page, top to bottom.
    """
    abstract = _numbers(context.abstract)
    text = set().union(*(_numbers(sentence) for _, sentence in context.sentences), set())
    best = _best_own(claims)
    raised: list[ClaimDraft] = []
    for claim in claims:
        more = 0.0
        if claim.cell is not None:
            if claim.value in abstract:
                more += _IN_ABSTRACT
            elif claim.value in text and claim.value % 1:
                more += _IN_TEXT
        if _key(claim) in best and best[_key(claim)] == claim.value and claim.is_own_method:
            more += _BEST_OWN
        confidence = round(min(claim.confidence + more, _HIGHEST), 3)
        raised.append(replace(claim, confidence=confidence))
    return sorted(raised, key=lambda c: (-c.confidence, c.page, c.box.y0, c.box.x0))


def _numbers(text: str) -> set[Decimal]:
    return {Decimal(match) for match in re.findall(r"(?<![\w.])\d+\.\d+", text)}


def _key(claim: ClaimDraft) -> tuple[str | None, str, str | None]:
    return claim.dataset, claim.metric, claim.split


def _best_own(claims: Sequence[ClaimDraft]) -> dict[tuple[str | None, str, str | None], Decimal]:
    best: dict[tuple[str | None, str, str | None], Decimal] = {}
    for claim in claims:
        if not claim.is_own_method or claim.dataset is None:
            continue
        key = _key(claim)
        known = best.get(key)
        if known is None or _is_better(claim.value, known, claim.metric):
            best[key] = claim.value
    return best


def _is_better(value: Decimal, known: Decimal, metric: str) -> bool:
    mentions = metrics_in(metric)
    is_lower_better = bool(mentions) and mentions[0].metric.direction is Direction.MINIMIZE
    return value < known if is_lower_better else value > known
