"""The claims of a paper, every one with a quote that stands on the page it names."""

import re
from collections.abc import Iterable, Sequence

from evigate.evidence import ParsedDocument
from evigate.evidence.parsing.quotes import quote_is_on_page
from evigate.papers.claims.context import PaperContext, read_context
from evigate.papers.claims.lines import Line, lines_of
from evigate.papers.claims.ownership import OwnNames, own_names
from evigate.papers.claims.sentences import sentence_claims
from evigate.papers.claims.tableclaims import table_claims
from evigate.papers.claims.tables import find_tables
from evigate.papers.models import ClaimDraft

_COMPARED = re.compile(
    r"\b(?:comparison|baseline|competing|compared|previous|existing|traditional)\w*\s*"
    r"(?:models?|methods?|approach\w*|systems?|algorithms?)?\b",
    re.I,
)


def extract_claims(document: ParsedDocument) -> list[ClaimDraft]:
    """Find the results that a paper reports, in its tables and its sentences.

    Pure and deterministic: the same document gives the same claims in the same order.

    Returns:
        The surest claims first; equals in the order of pages, then of places on the page.
        A sentence that repeats a table's value adds nothing unless it is in the abstract.
        A claim whose quote is not found in its page's text is dropped.
    """
    tables = find_tables(document)
    context = read_context(document, tables)
    names = own_names(context.title, context.abstract)
    compared = _comparison_text(context)
    lines: dict[int, list[Line]] = {}
    claims: list[ClaimDraft] = []
    for table in tables:
        page_lines = lines.setdefault(table.page, lines_of(document.pages[table.page - 1]))
        claims.extend(table_claims(table, context, names, compared, page_lines))
    claims.extend(_unrepeated(sentence_claims(document, context, names), claims))
    verified = (c for c in claims if quote_is_on_page(document.pages[c.page - 1], c.quote))
    return _ranked(_distinct(verified))


def _comparison_text(context: PaperContext) -> str:
    """Return the lower-case text of the sections that introduce what the paper compares with."""
    parts: list[str] = []
    for section, following in zip(context.sections, (*context.sections[1:], None), strict=False):
        if not _COMPARED.search(section.title):
            continue
        for page in context.document.pages[section.page - 1 :]:
            start = page.text.find(section.title) if page.number == section.page else 0
            stop = len(page.text)
            if following is not None and following.page == page.number:
                stop = page.text.find(following.title)
            parts.append(page.text[max(start, 0) : stop if stop >= 0 else None])
            if following is None or following.page <= page.number:
                break
    return "\n".join(parts).lower()


def _unrepeated(
    sentences: Sequence[ClaimDraft], tabled: Sequence[ClaimDraft]
) -> Iterable[ClaimDraft]:
    printed = {claim.value for claim in tabled}
    for claim in sentences:
        if claim.source_citation.startswith("Abstract") or claim.value not in printed:
            yield claim


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


def _ranked(claims: Sequence[ClaimDraft]) -> list[ClaimDraft]:
    return sorted(claims, key=lambda c: (-c.confidence, c.page, c.box.y0, c.box.x0))


__all__ = ["OwnNames", "extract_claims"]
