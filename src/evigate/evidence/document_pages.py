"""The page of one document: its text page by page, as headings, paragraphs, lists and tables.

It is how a passage is seen where there is no printed page to show; long pages come in parts.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from evigate.base.errors import EvigateError
from evigate.evidence.errors import E_DOCUMENT_MISSING
from evigate.evidence.models import Document, Hit, Store
from evigate.evidence.parsing.models import Block, Page, ParsedDocument
from evigate.evidence.stores import StoreService
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Draw

BLOCKS_SHOWN = 300
HEADINGS_SHOWN = 200


def document_routes(routes: APIRouter, service: StoreService, visitor_of: Any, draw: Draw) -> None:
    """Add the page of a document to the room's pages."""

    @routes.get("/stores/{store_id}/documents/{document_id}")
    async def document_page(
        store_id: UUID,
        document_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        page: Annotated[int, Query(ge=1)] = 1,
        start: Annotated[int, Query(ge=0)] = 0,
        end: Annotated[int, Query(ge=0)] = 0,
        part: Annotated[int | None, Query(ge=1)] = None,
    ) -> Response:
        store = await service.get(visitor.subject, str(store_id))
        document = await service.document(visitor.subject, document_id)
        if document.store_id != store.id:
            message = f"There is no document {str(document_id)!r} in this store."
            raise EvigateError(E_DOCUMENT_MISSING, message)
        parsed = await service.read(visitor.subject, document_id)
        if page > len(parsed.pages):
            message = f"The document has {len(parsed.pages)} pages; there is no page {page}."
            raise EvigateError(E_DOCUMENT_MISSING, message)
        context = document_context(store, document, parsed, page, (start, end), part)
        return await draw(request, "document", context, active="stores")


def document_context(
    store: Store,
    document: Document,
    parsed: ParsedDocument,
    number: int,
    marked: tuple[int, int],
    part: int | None,
) -> dict[str, Any]:
    """Return what a document's page shows; `marked` is the span to mark, `part` counts from 1."""
    page = parsed.pages[number - 1]
    shown_part = part or _part_of(page, marked)
    first = (shown_part - 1) * BLOCKS_SHOWN
    parts = max(1, -(-len(page.blocks) // BLOCKS_SHOWN))
    href = document_href(store, document.id)
    is_pdf = parsed.kind == "pdf"
    return {
        "store": {"title": store.title, "href": f"/stores/{store.id}"},
        "title": document.label,
        "kind": parsed.kind,
        "warnings": parsed.warnings,
        "number": number,
        "page_count": len(parsed.pages),
        "blocks": list(_shown(page, page.blocks[first : first + BLOCKS_SHOWN], marked)),
        "image_href": f"/api/v1/documents/{document.id}/pages/{number}.png" if is_pdf else None,
        "width": page.width,
        "height": page.height,
        "previous_href": f"{href}?page={number - 1}" if number > 1 else None,
        "next_href": f"{href}?page={number + 1}" if number < len(parsed.pages) else None,
        "part": shown_part,
        "parts": [f"{href}?page={number}&part={n}" for n in range(1, parts + 1)],
        "headings": _headings(parsed, href),
    }


def document_href(store: Store, document_id: UUID) -> str:
    """Return the address of a document's page."""
    return f"/stores/{store.id}/documents/{document_id}"


def hit_href(store: Store, hit: Hit) -> str:
    """Return the address that shows a passage in its document, marked."""
    query = urlencode({"page": hit.page, "start": hit.start, "end": hit.end})
    return f"{document_href(store, hit.document_id)}?{query}#marked"


def _part_of(page: Page, marked: tuple[int, int]) -> int:
    before = sum(block.end <= marked[0] for block in page.blocks) if marked[1] else 0
    return 1 + min(before, max(len(page.blocks) - 1, 0)) // BLOCKS_SHOWN


def _headings(parsed: ParsedDocument, href: str) -> list[dict[str, Any]]:
    found = [
        {
            "text": " ".join(page.text[block.start : block.end].split()),
            "level": block.level,
            "href": f"{href}?page={page.number}&start={block.start}&end={block.end}#marked",
        }
        for page in parsed.pages
        for block in page.blocks
        if block.kind == "heading"
    ]
    return found[:HEADINGS_SHOWN]


def _shown(
    page: Page, blocks: Sequence[Block], marked: tuple[int, int]
) -> Iterator[dict[str, Any]]:
    """Yield blocks with their text in pieces; the first that is marked has the anchor."""
    is_first = True
    for block in blocks:
        parts = _pieces(page.text, block, marked)
        is_marked = any(part["is_marked"] for part in parts)
        yield {
            "kind": block.kind,
            "level": block.level,
            "parts": parts,
            "is_anchor": is_marked and is_first,
        }
        is_first = is_first and not is_marked


def _pieces(text: str, block: Block, marked: tuple[int, int]) -> list[dict[str, Any]]:
    first = min(max(marked[0], block.start), block.end)
    last = max(first, min(marked[1], block.end))
    spans = ((block.start, first, False), (first, last, True), (last, block.end, False))
    return [
        {"text": text[start:end], "is_marked": is_marked}
        for start, end, is_marked in spans
        if end > start
    ]
