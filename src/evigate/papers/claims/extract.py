"""The claims of a paper, every one with a quote that stands on the page it names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP

from evigate.evidence import ParsedDocument, quote_is_on_page
from evigate.papers.claims.calibration import fitted
from evigate.papers.claims.context import PaperContext, Section, read_context
from evigate.papers.claims.lexicon import squeeze
from evigate.papers.claims.lines import Line, lines_of
from evigate.papers.claims.ownership import Comparison, OwnNames, own_names, uncited_names
from evigate.papers.claims.ranking import rank_claims
from evigate.papers.claims.sentences import sentence_claims
from evigate.papers.claims.tableclaims import table_claims
from evigate.papers.claims.tables import Table, read_layout
from evigate.papers.models import ClaimDraft

# Two decimals: a number rounded to fewer could be any of several.
ROUNDED_EXPONENT = -2
_COMPARED = re.compile(
    r"\b(?:comparison|baseline|competing|compared|previous|existing|traditional)\w*\s*"
    r"(?:models?|methods?|approach\w*|systems?|algorithms?)?\b",
    re.I,
)


def extract_claims(document: ParsedDocument, *, is_calibrated: bool = True) -> list[ClaimDraft]:
    """Find the results that a paper reports, in its tables and its sentences.

    Pure and deterministic: the same document gives the same claims in the same order. Confidence
    is the chance that data set and metric are right; not `is_calibrated`, it is the evidence that
    the chance is fitted to.

    Returns:
        The surest claims first; equals in the order of pages, then of places on the page.
        A sentence that repeats a table's value adds nothing unless it is in the abstract.
        A claim whose quote is not found in its page's text is dropped.
    """
    layout = read_layout(document)
    context = read_context(document, layout)
    names = _own_names(context, layout.tables)
    compared = _comparison(context)
    lines: dict[int, list[Line]] = {}
    claims: list[ClaimDraft] = []
    for table in layout.tables:
        page_lines = lines.setdefault(table.page, lines_of(document.pages[table.page - 1]))
        claims.extend(table_claims(table, context, names, compared, page_lines))
    methods = {c.method: c.is_own_method for c in claims if c.method and len(c.method) > 1}
    sentences = sentence_claims(document, context, names, methods)
    claims = [*claims, *_unrepeated(sentences, claims)]
    verified = [c for c in claims if quote_is_on_page(document.pages[c.page - 1], c.quote)]
    ranked = rank_claims(_distinct(verified), context)
    if not is_calibrated:
        return ranked
    return [replace(claim, confidence=fitted().chance(claim.confidence)) for claim in ranked]


def _own_names(context: PaperContext, tables: Sequence[Table]) -> OwnNames:
    opening = "\n".join(page.text for page in context.document.pages[:2])
    body = "\n".join(sentence for _, sentence in context.sentences)
    labels = [heading.text for table in tables for heading in (*table.rows, *table.columns)]
    names = own_names(context.title, opening, body).with_labels(labels)
    uncited = [uncited_names([row.text for row in table.rows], names) for table in tables]
    datasets = {squeeze(name) for name in context.own_datasets}
    return replace(names, names=names.names.union(*uncited) - datasets)


def _comparison(context: PaperContext) -> Comparison:
    """Cut out the section that introduces what the paper compares with, and all before it."""
    text = "\n".join(page.text for page in context.document.pages)
    for section in context.sections:
        if not _COMPARED.search(section.title):
            continue
        start = text.find(f"{section.number} {section.title}")
        following = next((s for s in context.sections if _is_after(s, section)), None)
        stop = text.find(f"{following.number} {following.title}") if following else -1
        if start >= 0 and stop > start:
            return Comparison(text[start:stop].lower(), text[:start].lower())
    return Comparison("", "")


def _is_after(other: Section, section: Section) -> bool:
    own = tuple(int(part) for part in section.number.split("."))
    number = tuple(int(part) for part in other.number.split("."))
    return number > own and number[: len(own)] != own


def _unrepeated(
    sentences: Sequence[ClaimDraft], tabled: Sequence[ClaimDraft]
) -> Iterable[ClaimDraft]:
    printed = {claim.value for claim in tabled}
    for claim in sentences:
        is_repeat = claim.value in printed or any(_rounds_to(cell, claim) for cell in tabled)
        if claim.source_citation.startswith("Abstract") or not is_repeat:
            yield claim


def _rounds_to(cell: ClaimDraft, claim: ClaimDraft) -> bool:
    """Tell whether a sentence gives a table's longer number, rounded to what is still telling."""
    exponent = claim.value.as_tuple().exponent
    if cell.metric != claim.metric or not isinstance(exponent, int) or exponent > ROUNDED_EXPONENT:
        return False
    return cell.value.quantize(claim.value, ROUND_HALF_UP) == claim.value


def _distinct(claims: Iterable[ClaimDraft]) -> list[ClaimDraft]:
    seen: set[tuple[object, ...]] = set()
    kept: list[ClaimDraft] = []
    for claim in claims:
        place = (claim.cell, claim.box) if claim.cell else None
        key = (claim.dataset, claim.metric, claim.value, claim.split, claim.page, place)
        if key not in seen:
            seen.add(key)
            kept.append(claim)
    return kept
