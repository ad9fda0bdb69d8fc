"""Claims in running text: "achieves 88.1% accuracy on SST-2".

A sentence makes a claim when a number stands beside a metric and no word of change ("improves
by", "higher than") turns the number into a difference.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evigate.evidence import Page, ParsedDocument, find_quote
from evigate.papers.claims.context import PaperContext
from evigate.papers.claims.lexicon import (
    Dataset,
    MetricMention,
    classical_methods_in,
    datasets_in_text,
    metrics_in,
    split_in,
)
from evigate.papers.claims.linking import metric_label
from evigate.papers.claims.numbers import NUMBER
from evigate.papers.claims.ownership import Ownership, OwnNames, is_cited
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
_PUBLISHED = re.compile(r"\b(?:published|previous(?:ly)?|prior|literature)\b", re.I)
_OWN = re.compile(r"\b(?:we|our|ours|proposed|this (?:work|paper))\b", re.I)
# What may stand between a metric and its value for the one to be said of the other.
_LINK = re.compile(
    r"a|an|the|of|is|was|are|were|at|to|in|on|for|with|and|or|scores?|rates?|values?|results?|test|"
    r"dev|validation|set|training|reach(?:es|ed)|achiev(?:es|ed|ing)|obtain(?:s|ed|ing)|reports|"
    r"about|around|approximately|nearly|respectively|from|equals|mean|average|overall|linear|"
    r"probing|classification|recognition|detection|best|final|our|its|this|top|top-[15]|new|as|"
    r"high|low|up|than"
)
_LIST_WORD = re.compile(r"vs\.?|versus|while|whereas|both|by|using|respectively|%|accuracy")
# "RMSE = 53.8" says it as plainly as words do.
_EQUATED = re.compile(r"(?:\s?\([A-Za-z]+\))?\s*[=:≈]\s*")
_NEXT_IN_LIST = re.compile(r"\s*%?,?\s*(?:and|while|with|but)\b")
# "By 30.4% in recall and 4.3% in precision" tells of two differences.
_NEXT_CHANGE = re.compile(
    r"\s*%?\s*(?:in|on|for|of|at)\s+[\w@\s-]{1,30},?\s*(?:and|or)?\s*(?:by\s)?"
)
_MAX_LINK_WORDS = 7
_MAX_NUMBERS = 8
_NOT_NUMBER_BEFORE = re.compile(
    r"(?:[A-Za-z][-–]?|[\d.]|Table |Figure |Fig\. |Section |Sec\. |Eq\. |\[|@|= ?)$"
)
_SAID_BEHIND = re.compile(
    r"\s?%?\)?,?\s(?:(?:is|was|were|are)\s)?(?:(?:obtained|achieved|reached|given|attained)\s)?"
    r"(?:for|by|with|using)\s(?:the\s|a\s|an\s)?"
)
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
        if len(text) > _LONGEST_SENTENCE:
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
    previous: tuple[_Value, MetricMention] | None = None
    for value in _values(sentence, mentions):
        best: tuple[int, MetricMention] | None = None
        for mention in mentions:
            gap = _gap(sentence, value, mention)
            if gap is not None and (best is None or gap < best[0]):
                best = (gap, mention)
        found = best[1] if best else None
        if found is None and previous and _goes_on(sentence[previous[0].end : value.start]):
            found = previous[1]
        if found is not None:
            previous = (value, found)
            yield value, found


def _goes_on(between: str) -> bool:
    """Say whether a value is said of the metric of the one before: "0.96 for LDA and 0.97"."""
    words = re.findall(r"[^\s(),:%]+", between)
    listed = re.search(r"\band\b|\bvs\b|\bversus\b|,|\bor\b|\bwhile\b|\bwhereas\b", between)
    linked = all(
        _LINK.fullmatch(word.lower()) or _LIST_WORD.fullmatch(word) or word[0].isupper()
        for word in _without_methods(between)
    )
    return bool(listed) and linked and len(words) <= _MAX_LINK_WORDS and ";" not in between


def _without_methods(text: str) -> list[str]:
    for start, end in reversed(classical_methods_in(text)):
        text = f"{text[:start]} {text[end:]}"
    return re.findall(r"[^\s(),:%]+", text)


def _values(sentence: str, mentions: Sequence[MetricMention]) -> Iterator[_Value]:
    found = list(NUMBER.finditer(sentence))
    if len(found) > _MAX_NUMBERS:
        return
    changed_to: int | None = None
    for match in found:
        start = match.start("digits")
        before = sentence[:start].rstrip("≈~∼<>≥≤")
        after = sentence[match.end() :]
        if match["scale"] or match["sign"] or ("." not in match["digits"] and not match["unit"]):
            continue
        is_equated = any(_EQUATED.fullmatch(before[m.end :]) for m in mentions if m.end <= start)
        if (_NOT_NUMBER_BEFORE.search(before) and not is_equated) or re.match(
            r"\w|-[A-Za-z]|[,.]?\d", after
        ):
            continue
        if not before.strip() or _follows_name(before):
            continue
        near = before[-_CHANGE_CHARS:] + " # " + after[:_CHANGE_CHARS]
        is_next = changed_to is not None and _NEXT_CHANGE.fullmatch(sentence[changed_to:start])
        if is_next or _CHANGE.search(before):
            changed_to = match.end()
            continue
        if _COUNTED.match(after) or _CHANGE_NEAR.search(near):
            continue
        yield _Value(match.group().strip(), start, match.end(), match)


def _follows_name(before: str) -> bool:
    """Say whether a number is a version: it follows a name, as in "ERNIE 2.0"."""
    last = before.split()[-1]
    if any(end == len(before.rstrip()) for _, end in classical_methods_in(before)):
        return False
    return last[0].isupper() and last[-1].isalnum() and not metrics_in(last)


def _gap(sentence: str, value: _Value, mention: MetricMention) -> int | None:
    """Return how far a metric stands from a value it can be said of, or None if it cannot."""
    is_before = mention.end <= value.start
    if is_before:
        between = sentence[mention.end : value.start]
    elif mention.start >= value.end:
        between = sentence[value.end : mention.start]
        if _NEXT_IN_LIST.match(between):
            return None
    else:
        return None
    words = re.findall(r"[^\s(),=:≈~]+", between)
    linked = all(_LINK.fullmatch(word.lower()) or word[0].isupper() for word in words)
    if len(words) > _MAX_LINK_WORDS or not linked or re.search(r"[;/]|\d", between):
        return None
    return len(between) + (4 if is_before else 0)


def _ownership(spot: _Spot, method: str | None, methods: Mapping[str, bool]) -> Ownership:
    """Whose number a sentence tells, and by which of its words."""
    near = spot.sentence[max(0, spot.value.start - _CHANGE_CHARS) : spot.value.start]
    theirs = _THEIRS.search(spot.sentence) or _PUBLISHED.search(near)
    if theirs:
        return Ownership(False, f"the sentence says {theirs[0].strip()!r}")
    known = methods.get(method or "")
    if known is not None:
        return Ownership(known, f"as {method!r} is in the tables")
    if is_cited(_around(spot)):
        return Ownership(False, "a citation stands beside it")
    return Ownership(True, "the sentence cites nobody")


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
    own = _ownership(spot, method, methods)
    is_percent = bool(match["unit"]) or (family.unit == "%" and number > 1)
    return ClaimDraft(
        dataset=dataset.name if dataset else None,
        split=split_in(spot.sentence),
        metric=metric_label(spot.mention),
        value=number,
        units="%" if is_percent else (None if family.unit == "%" else family.unit),
        method=method,
        is_own_method=own.is_own,
        own_reason=own.reason,
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
        own = context.datasets_in(spot.sentence)
        return (own[0], True) if len(own) == 1 else (context.dataset, False)
    after = [m for m in mentions if 0 <= m.start - spot.value.end <= _MAX_DATASET_GAP]
    near = after or sorted(mentions, key=lambda m: abs(m.start - spot.value.start))
    return near[0].dataset, True


def _around(spot: _Spot) -> str:
    return spot.sentence[max(0, spot.value.start - 60) : spot.value.end + 30]


def _method(spot: _Spot, names: OwnNames, methods: Mapping[str, bool]) -> str | None:
    """Return the method that a value is said of, or None.

    Known are the methods of the tables and those of textbooks. "Respectively" pairs values and
    methods in order; else "for X" and "by X" behind the value decide, then the name nearest before
    it, then after it, the longest at a place.
    """
    sentence, value = spot.sentence, spot.value
    places = _method_places(sentence, methods)
    paired = _respective(spot, places)
    if paired is not None:
        return paired
    behind = _SAID_BEHIND.match(sentence[value.end :])
    for start, end in places if behind else ():
        if behind and start == value.end + behind.end():
            return sentence[start:end]
    found = [
        (
            value.start - end if end <= value.start else 50 + start - value.end,
            start - end,
            start,
            end,
        )
        for start, end in places
    ]
    if found:
        _, _, start, end = min(found)
        return sentence[start:end]
    words: list[str] = re.findall(r"[A-Za-z][\w.+-]*", sentence)
    return next((word.strip(".,") for word in words if names.match(word)), None)


def _method_places(sentence: str, methods: Mapping[str, bool]) -> list[tuple[int, int]]:
    """Return where methods are named, left to right; of overlapping names the longest."""
    places = [
        match.span()
        for method in methods
        if method in sentence
        for match in re.finditer(rf"(?<![\w-]){re.escape(method)}(?![\w-])", sentence)
    ]
    places.extend(classical_methods_in(sentence))
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(places), key=lambda place: (place[0] - place[1], place[0])):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end))
    return sorted(kept)


def _respective(spot: _Spot, places: Sequence[tuple[int, int]]) -> str | None:
    """Pair the values of "A and B were 1 and 2, respectively" with the methods in order."""
    if "respectively" not in spot.sentence.lower():
        return None
    starts = [value.start for value, _ in _pairs(spot.sentence)]
    if len(starts) < 2 or len(starts) != len(places) or spot.value.start not in starts:
        return None
    start, end = places[starts.index(spot.value.start)]
    return spot.sentence[start:end]


def _citation(spot: _Spot, context: PaperContext) -> str:
    page = spot.page.number
    if spot.in_abstract:
        return f"Abstract, p.{page}"
    section = context.section_at(page, spot.sentence)
    return f"Section {section.number}, p.{page}" if section else f"p.{page}"
