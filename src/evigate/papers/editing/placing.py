"""Where a claim that a person writes is printed: its quote found on its page, its number in it."""

import re

from evigate.base.errors import EvigateError
from evigate.evidence import Box, Page, ParsedDocument, find_quote, quote_is_on_page
from evigate.papers.editing.models import NewClaim
from evigate.papers.errors import E_CLAIM_NOT_CITED
from evigate.papers.models import ClaimDraft, TableCell


def place_claim(
    document: ParsedDocument, new: NewClaim, cell: TableCell | None = None
) -> ClaimDraft:
    """Return the claim with its box, sure because a person wrote it.

    Raises:
        EvigateError[E_CLAIM_NOT_CITED]: no such page, the quote is not on it, or the number is not
            in the quote.
    """
    if not 1 <= new.page <= len(document.pages):
        raise EvigateError(E_CLAIM_NOT_CITED, f"The paper has no page {new.page}.")
    page = document.pages[new.page - 1]
    box = find_quote(page, new.quote)
    if box is None or not quote_is_on_page(page, new.quote):
        message = f"The quote {new.quote[:80]!r} is not printed on page {new.page}."
        raise EvigateError(E_CLAIM_NOT_CITED, message)
    digits = re.sub(r"\D", "", f"{new.value:f}")
    if digits not in re.sub(r"\D", "", new.quote):
        raise EvigateError(E_CLAIM_NOT_CITED, f"The number {new.value} is not in the quote.")
    return ClaimDraft(
        dataset=new.dataset,
        split=new.split,
        metric=new.metric,
        value=new.value,
        units=new.units,
        method=new.method,
        is_own_method=new.is_own_method,
        source_citation=f"{cell.table}, p.{new.page}" if cell else f"p.{new.page}",
        page=new.page,
        box=_number_box(page, box, digits),
        quote=new.quote,
        confidence=1.0,
        cell=cell,
    )


def _number_box(page: Page, around: Box, digits: str) -> Box:
    """Return the box of the number itself if one word of the quote prints it, else the quote's."""
    for word in page.words:
        box = word.box
        is_inside = (
            around.x0 <= (box.x0 + box.x1) / 2 <= around.x1
            and around.y0 <= (box.y0 + box.y1) / 2 <= around.y1
        )
        if is_inside and re.sub(r"\D", "", word.text) == digits:
            return box
    return around
