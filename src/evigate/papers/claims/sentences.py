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
    r"\b(?:by|improv\w+|gains?|gap|differ\w*|reduc\w+|reduction|drops?|dropp\w+|higher|lower|better|"
    r"worse|increas\w*|decreas\w*|exceed\w*|over|margin|relative|absolute|additional|points?|"
    r"more than|less than|at least|at most|within|about half|fewer|only|top|of the)\s*$",
    re.I,
)
_CHANGE_AFTER = re.compile(
    r"^\s*(?:%|percent)?\s*(?:absolute|relative|points?\b|improvement|gain|higher|lower|better|worse|"
    r"reduction|more\b|less\b|increase|decrease|drop|of\s+(?:the|all|training|data|total))",
    re.I,
)
_OWN = re.compile(r"\b(?:we|our|ours|proposed|this (?:work|paper))\b", re.I)
_NOT_NUMBER_BEFORE = re.compile(
    r"(?:[A-Za-z][-–]?|[\d.]|Table |Figure |Fig\. |Section |Sec\. |Eq\. |\[|@|= ?)$"
)
_CAPTION = re.compile(r"(?:Table|Figure|Fig\.)\s")
_MAX_GAP = 40
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
    for match in NUMBER.finditer(sentence):
        before = sentence[: match.start()]
        after = sentence[match.end() :]
        if _NOT_NUMBER_BEFORE.search(before) or re.match(r"[\w\d]|-[A-Za-z]|[,.]?\d", after):
            continue
        if _CHANGE.search(before.rstrip(" ~≈")) or _CHANGE_AFTER.match(after):
            continue
        if match["scale"] or match["sign"]:
            continue
        if "." not in match["digits"] and not match["unit"]:
            continue
        yield _Value(match.group().strip(), match.start(), match.end(), match)


def _gap(sentence: str, value: _Value, mention: MetricMention) -> int | None:
    if mention.end <= value.start:
        between = sentence[mention.end : value.start]
        cost = len(between) + 4
    elif mention.start >= value.end:
        between = sentence[value.end : mention.start]
        cost = len(between)
    else:
        return None
    if len(between) > _MAX_GAP or re.search(r"[;:]|\d|\bby\b|\bover\b|\bthan\b|improv", between):
        return None
    return cost


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
    section = _section_of(context, page, spot.sentence.strip())
    return f"Section {section}, p.{page}" if section else f"p.{page}"


def _section_of(context: PaperContext, page_number: int, quote: str) -> str | None:
    """Return the number of the last heading before the quote, in the order of the file."""
    page = context.document.pages[page_number - 1]
    place = page.text.find(quote[:40])
    current: str | None = None
    for section in context.sections:
        if section.page > page_number:
            break
        if section.page == page_number:
            heading = page.text.find(section.title[:30])
            if heading > place >= 0:
                break
        current = section.number
    return current
