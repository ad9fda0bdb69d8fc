"""The page of a document's text: passages tinted by the items that rest on them, quotes marked."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from evigate.base.errors import E_NOT_FOUND, EvigateError
from evigate.evidence import StoredChunk, list_chunks
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Draw
from evigate.learning.bank.models import QuotedSpan
from evigate.learning.pages_shared import crumbs, marked
from evigate.learning.pictures import HEAT_STEPS
from evigate.learning.service import LearningService

PASSAGES_SHOWN = 150


def text_routes(routes: APIRouter, service: LearningService, visitor_of: Any, draw: Draw) -> None:
    """Add the page of a document's text."""

    @routes.get("/learning/{module_id}/text/{document_id}")
    async def text(
        module_id: UUID,
        document_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> Response:
        subject = visitor.subject
        module = await service.modules.get(subject, str(module_id))
        document = await service.stores.document(subject, document_id)
        async with service.database.tx(subject) as tx:
            chunks = await list_chunks(tx, document_id=document_id)
        if chunks and chunks[0].module_id != module_id:
            raise EvigateError(E_NOT_FOUND, f"There is no document {str(document_id)!r}.")
        shown = chunks[offset : offset + PASSAGES_SHOWN]
        spans = await service.bank.quotes_in(subject, [each.id for each in shown])
        base = f"/learning/{module_id}"
        context = {
            "trail": crumbs(
                ("Learning", "/learning"), (module.title, base), (document.label, None)
            ),
            "document": document.label,
            "sections": _sections(shown, spans, base),
            "steps": range(HEAT_STEPS + 1),
            "total": len(chunks),
            "first": offset + 1,
            "last": offset + len(shown),
            "earlier_href": _href(base, document_id, offset - PASSAGES_SHOWN) if offset else None,
            "later_href": _href(base, document_id, offset + PASSAGES_SHOWN)
            if offset + len(shown) < len(chunks)
            else None,
        }
        return await draw(request, "document_text", context, active="learning")


def _href(base: str, document_id: UUID, offset: int) -> str:
    return f"{base}/text/{document_id}?offset={max(0, offset)}"


def _sections(
    chunks: Sequence[StoredChunk], spans: Sequence[QuotedSpan], base: str
) -> list[dict[str, Any]]:
    """Return runs of passages under one heading, in reading order."""
    by_chunk: dict[UUID, list[QuotedSpan]] = {}
    for span in spans:
        by_chunk.setdefault(span.chunk_id, []).append(span)
    return [
        {
            "title": " › ".join(path) or "Before the first heading",
            "passages": [_passage(each, by_chunk.get(each.id, []), base) for each in several],
        }
        for path, several in groupby(chunks, key=lambda chunk: tuple(chunk.heading_path))
    ]


def _passage(chunk: StoredChunk, spans: Sequence[QuotedSpan], base: str) -> dict[str, Any]:
    approved = len({span.item_id for span in spans if span.is_approved})
    waiting = len({span.item_id for span in spans if not span.is_approved})
    items = "1 approved item" if approved == 1 else f"{approved} approved items"
    return {
        "id": f"passage-{chunk.ordinal + 1}",
        "href": f"{base}/passages/{chunk.id}",
        "page": chunk.page,
        "step": min(approved, HEAT_STEPS),
        "is_prose": chunk.kind == "prose",
        "label": items + (f", {waiting} waiting" if waiting else ""),
        "parts": marked(
            chunk.text, [(each.start_char, each.start_char + each.characters) for each in spans]
        ),
    }
