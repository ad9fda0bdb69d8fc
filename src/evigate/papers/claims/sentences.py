"""Claims in running text: "achieves 88.1% accuracy on SST-2".

A sentence makes a claim when a number stands beside a metric and no word of change ("improves
by", "higher than") turns the number into a difference.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from evigate.evidence import Page, ParsedDocument, find_quote
from evigate.papers.claims.context import PaperContext
from evigate.papers.claims.lexicon import (
    Dataset,
    MetricMention,
    datasets_in_text,
    metrics_in,
    split_in,
)
from evigate.papers.claims.linking import metric_label
from evigate.papers.claims.numbers import NUMBER
from evigate.papers.claims.ownership import OwnNames, is_cited
from evigate.papers.models import ClaimDraft

_CHANGE = re.compile(
    r"\b(?:by|gap|higher|lower|better|worse|over|margin|exceed\w*|more than|less than|at least|"
    r"at most|within|about half|fewer|only|top|of the|keeping|threshold(?: is)?)\s*$",
    re.I,
)
_CHANGE_NEAR = re.compile(
    r"\b(?:gains?|improve\w*|increas\w*|decreas\w*|differ\w*|reduc\w*|drop\w*|contribut\w*|"
    r"relative|degrad\w*|deviation|boosts?|outperform\w*|margin|threshold)\b",
    re.I,
)
_COUNTED = re.compile(
    r"^\s*(?:%|percent)?\s*(?:absolute|relative|points?\b|higher|lower|better|worse|more\b|less\b|"
    r"of\s+(?:the|all|training|data|total|labels?|labell?ed|examples|samples|images)|"
    r"labels?\b|labell?ed\b|examples\b|times\b|hours\b|epochs?\b)",
    re.I,
)
_THEIRS = re.compile(r"\b(?:[Tt]heir|[Tt]hey|previous work|prior work|reported by)\b")
_OWN = re.compile(r"\b(?:we|our|ours|proposed|this (?:work|paper))\b", re.I)
# What may stand between a metric and its value for the one to be said of the other.
_LINK = re.compile(
    r"a|an|the|of|is|was|are|were|at|to|in|on|for|with|and|or|scores?|rates?|values?|results?|test|"
    r"dev|validation|set|training|reach(?:es|ed)|achiev(?:es|ed|ing)|obtain(?:s|ed|ing)|reports|"
    r"about|around|approximately|nearly|respectively|from|equals|mean|average|overall|linear|"
    r"probing|classification|recognition|detection|best|final|our|its|this|top|top-[15]|new|as|"
    r"high|low|up|than"
)
_MAX_LINK_WORDS = 7
_MAX_NUMBERS = 8
_NOT_NUMBER_BEFORE = re.compile(
    r"(?:[A-Za-z][-–]?|[\d.]|Table |Figure |Fig\. |Section |Sec\. |Eq\. |\[|@|= ?)$"
)
_CAPTION = re.compile(r"(?:Table|Figure|Fig\.)\s")
_CHANGE_CHARS = 40
_MAX_DATASET_GAP = 60
_LONGEST_SENTENCE = 700


@dataclass(frozen=True, slots=True)
class _Value:
    text: str
    start: int
    end: int
    match: re.Match[str]


@dataclass(frozen=True, slots=True)
class _Spot:
    """A value beside a metric, in a sentence of a page."""

    page: Page
    sentence: str
    value: _Value
    mention: MetricMention
    in_abstract: bool


def sentence_claims(
    document: ParsedDocument,
    context: PaperContext,
    names: OwnNames,
    methods: Mapping[str, bool],
) -> list[ClaimDraft]:
    """Make the claims of the running text up to the references, in reading order.

    Args:
        document: the paper.
        context: what it says beside its tables.
        names: what it coins.
        methods: the method names of its tables, and whether each is the authors' own.
    """
    claims: list[ClaimDraft] = []
    abstract = "".join(context.abstract.split())
    for page_number, text in context.sentences:
        if len(text) > _LONGEST_SENTENCE or _CAPTION.match(text.strip()):
            continue
        in_abstract = page_number <= 2 and "".join(text.split()) in abstract
        page = document.pages[page_number - 1]
        for value, mention in _pairs(text):
            spot = _Spot(page, text, value, mention, in_abstract)
            claim = _claim(spot, context, names, methods)
            if claim is not None:
                claims.append(claim)
    return claims


def _pairs(sentence: str) -> Iterator[tuple[_Value, MetricMention]]:
    mentions = metrics_in(sentence)
    if not mentions:
        return
    for value in _values(sentence):
        best: tuple[int, MetricMention] | None = None
        for mention in mentions:
            gap = _gap(sentence, value, mention)
            if gap is not None and (best is None or gap < best[0]):
                best = (gap, mention)
        if best:
            yield value, best[1]


def _values(sentence: str) -> Iterator[_Value]:
    found = list(NUMBER.finditer(sentence))
    if len(found) > _MAX_NUMBERS:
        return
    for match in found:
        start = match.start("digits")
        before = sentence[:start].rstrip("≈~∼<>≥≤")
        after = sentence[match.end() :]
        if match["scale"] or match["sign"] or ("." not in match["digits"] and not match["unit"]):
            continue
        if _NOT_NUMBER_BEFORE.search(before) or re.match(r"\w|-[A-Za-z]|[,.]?\d", after):
            continue
        if not before.strip() or _follows_name(before):
            continue
        near = before[-_CHANGE_CHARS:] + " # " + after[:_CHANGE_CHARS]
        if _CHANGE.search(before) or _COUNTED.match(after) or _CHANGE_NEAR.search(near):
            continue
        yield _Value(match.group().strip(), start, match.end(), match)


def _follows_name(before: str) -> bool:
    """Say whether a number is a version: it follows a name, as in "ERNIE 2.0"."""
    last = before.split()[-1]
    return last[0].isupper() and last[-1].isalnum() and not metrics_in(last)


def _gap(sentence: str, value: _Value, mention: MetricMention) -> int | None:
    """Return how far a metric stands from a value it can be said of, or None if it cannot."""
    is_before = mention.end <= value.start
    if is_before:
        between = sentence[mention.end : value.start]
    elif mention.start >= value.end:
        between = sentence[value.end : mention.start]
    else:
        return None
    words = re.findall(r"[^\s(),=:≈~]+", between)
    linked = all(_LINK.fullmatch(word.lower()) or word[0].isupper() for word in words)
    if len(words) > _MAX_LINK_WORDS or not linked or re.search(r"[;/]|\d", between):
        return None
    return len(between) + (4 if is_before else 0)


def _claim(
    spot: _Spot, context: PaperContext, names: OwnNames, methods: Mapping[str, bool]
) -> ClaimDraft | None:
    match, family = spot.value.match, spot.mention.metric
    number = _decimal(match)
    quote = spot.sentence.strip()
    box = find_quote(spot.page, quote)
    if box is None or (family.unit == "%" and not 0 <= number <= 100):
        return None
    dataset, is_near = _dataset(spot, context)
    method = _method(spot, names, methods)
    own = methods.get(method or "", not is_cited(_around(spot)))
    own = own and not _THEIRS.search(spot.sentence)
    is_percent = bool(match["unit"]) or (family.unit == "%" and number > 1)
    return ClaimDraft(
        dataset=dataset.name if dataset else None,
        split=split_in(spot.sentence),
        metric=metric_label(spot.mention),
        value=number,
        units="%" if is_percent else (None if family.unit == "%" else family.unit),
        method=method,
        is_own_method=own,
        source_citation=_citation(spot, context),
        page=spot.page.number,
        box=box,
        quote=quote,
        confidence=_confidence(spot, dataset, is_near=is_near),
    )


def _confidence(spot: _Spot, dataset: Dataset | None, *, is_near: bool) -> float:
    score = 0.35 + (0.25 if spot.in_abstract else 0.05)
    score += 0.2 if is_near else 0.08 if dataset else 0.0
    score += 0.08 if _OWN.search(spot.sentence) else 0.0
    return round(min(score, 0.95), 3)


def _decimal(match: re.Match[str]) -> Decimal:
    return Decimal(match["digits"].replace(",", "") + (match["exponent"] or ""))


def _dataset(spot: _Spot, context: PaperContext) -> tuple[Dataset | None, bool]:
    mentions = datasets_in_text(spot.sentence)
    if not mentions:
        return context.dataset, False
    after = [m for m in mentions if 0 <= m.start - spot.value.end <= _MAX_DATASET_GAP]
    near = after or sorted(mentions, key=lambda m: abs(m.start - spot.value.start))
    return near[0].dataset, True


def _around(spot: _Spot) -> str:
    return spot.sentence[max(0, spot.value.start - 60) : spot.value.end + 30]


def _method(spot: _Spot, names: OwnNames, methods: Mapping[str, bool]) -> str | None:
    """Return the method named nearest before the value (or after it), the longest at a place."""
    found: list[tuple[int, int, str]] = []
    for method in methods:
        if method not in spot.sentence:
            continue
        for match in re.finditer(rf"(?<![\w-]){re.escape(method)}(?![\w-])", spot.sentence):
            distance = spot.value.start - match.end()
            found.append((distance if distance >= 0 else 50 - distance, -len(method), method))
    if found:
        return min(found)[2]
    words: list[str] = re.findall(r"[A-Za-z][\w.+-]*", spot.sentence)
    return next((word.strip(".,") for word in words if names.match(word)), None)


def _citation(spot: _Spot, context: PaperContext) -> str:
    page = spot.page.number
    if spot.in_abstract:
        return f"Abstract, p.{page}"
    section = context.section_at(page, spot.sentence)
    return f"Section {section.number}, p.{page}" if section else f"p.{page}"
