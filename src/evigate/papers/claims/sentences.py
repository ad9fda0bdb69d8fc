"""Claims in running text: "achieves 88.1% accuracy on SST-2".

A sentence makes a claim when a number stands beside a metric and no word of change ("improves
by", "higher than") turns the number into a difference.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from evigate.evidence import ParsedDocument, find_quote
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
_BETWEEN = re.compile(r"[^.;]{0,40}$")
_MAX_GAP = 40


@dataclass(frozen=True, slots=True)
class _Value:
    text: str
    start: int
    end: int
    match: re.Match[str]


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
    for page_number, sentence in context.sentences:
        if len(sentence) > 700 or re.match(r"(?:Table|Figure|Fig\.)\s", sentence.strip()):
            continue
        in_abstract = page_number <= 2 and "".join(sentence.split()) in abstract
        for value, mention in _pairs(sentence):
            claim = _claim(
                document,
                context,
                names,
                methods,
                page_number,
                sentence,
                value,
                mention,
                in_abstract,
            )
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
    document: ParsedDocument,
    context: PaperContext,
    names: OwnNames,
    methods: Mapping[str, bool],
    page_number: int,
    sentence: str,
    value: _Value,
    mention: MetricMention,
    in_abstract: bool,
) -> ClaimDraft | None:
    match = value.match
    number = _decimal(match)
    family = mention.metric
    if family.unit == "%" and not 0 <= number <= 100:
        return None
    page = document.pages[page_number - 1]
    quote = sentence.strip()
    box = find_quote(page, quote)
    if box is None:
        return None
    dataset, near = _dataset(sentence, value, context)
    method = _method(sentence, value, names, methods)
    own = methods[method] if method in methods else not is_cited(_around(sentence, value))
    is_percent = bool(match["unit"]) or (family.unit == "%" and number > 1)
    confidence = (
        0.35 + (0.2 if near else 0.08 if dataset else 0.0) + (0.25 if in_abstract else 0.05)
    )
    confidence += 0.08 if _OWN.search(sentence) else 0.0
    return ClaimDraft(
        dataset=dataset.name if dataset else None,
        split=split_in(sentence),
        metric=metric_label(mention),
        value=number,
        units="%" if is_percent else (None if family.unit == "%" else family.unit),
        method=method,
        is_own_method=own,
        source_citation=_citation(context, page_number, quote, in_abstract=in_abstract),
        page=page_number,
        box=box,
        quote=quote,
        confidence=round(min(confidence, 0.95), 3),
    )


def _decimal(match: re.Match[str]) -> Decimal:
    return Decimal(match["digits"].replace(",", "") + (match["exponent"] or ""))


def _dataset(sentence: str, value: _Value, context: PaperContext) -> tuple[Dataset | None, bool]:
    mentions = datasets_in_text(sentence)
    if mentions:
        after = [m for m in mentions if 0 <= m.start - value.end <= 60]
        near = after or sorted(mentions, key=lambda m: abs(m.start - value.start))
        return near[0].dataset, True
    return context.dataset, False


def _around(sentence: str, value: _Value) -> str:
    return sentence[max(0, value.start - 60) : value.end + 30]


def _method(
    sentence: str, value: _Value, names: OwnNames, methods: Mapping[str, bool]
) -> str | None:
    """Return the method named nearest before the value (or after it), the longest at a place."""
    found: list[tuple[int, int, str]] = []
    for method in methods:
        for match in re.finditer(rf"(?<![\w-]){re.escape(method)}(?![\w-])", sentence):
            distance = value.start - match.end()
            found.append((distance if distance >= 0 else 50 - distance, -len(method), method))
    if found:
        return min(found)[2]
    for word in re.findall(r"[A-Za-z][\w.+-]*", sentence):
        if names.match(word):
            return word.strip(".,")
    return None


def _citation(context: PaperContext, page_number: int, quote: str, *, in_abstract: bool) -> str:
    if in_abstract:
        return f"Abstract, p.{page_number}"
    section = _section_of(context, page_number, quote)
    return f"Section {section}, p.{page_number}" if section else f"p.{page_number}"


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
