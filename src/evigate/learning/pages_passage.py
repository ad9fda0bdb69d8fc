"""The page of one passage of a module's text: the items that rest on it, their quotes marked."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from evigate.base.errors import E_NOT_FOUND, EvigateError
from evigate.evidence import StoredChunk, get_chunks
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Draw
from evigate.learning.modules import Module
from evigate.learning.pages_shared import crumbs, kind_title, marked, status_badge
from evigate.learning.service import LearningService


def passage_routes(
    routes: APIRouter, service: LearningService, visitor_of: Any, draw: Draw
) -> None:
    """Add the page of a passage."""

    @routes.get("/learning/{module_id}/passages/{chunk_id}")
    async def passage(
        module_id: UUID,
        chunk_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
    ) -> Response:
        subject = visitor.subject
        module = await service.modules.get(subject, str(module_id))
        async with service.database.tx(subject) as tx:
            chunks = await get_chunks(tx, [chunk_id])
        if not chunks or chunks[0].module_id != module_id:
            raise EvigateError(E_NOT_FOUND, f"There is no passage {str(chunk_id)!r}.")
        [chunk] = chunks
        document = await service.stores.document(subject, chunk.document_id)
        resting = await service.bank.resting_on(subject, module_id, chunk_id)
        spans = [(each.start_char, each.start_char + len(each.quote)) for each in resting]
        context = {
            "trail": crumbs(
                ("Learning", "/learning"),
                (module.title, f"/learning/{module_id}"),
                ("A passage", None),
            ),
            "document": document.label,
            "page": chunk.page,
            "under": " › ".join(chunk.heading_path),
            "pieces": marked(chunk.text, spans),
            "document_href": chunk_href(module, chunk),
            "items": [
                {
                    "href": f"/learning/items/{each.id}",
                    "question": each.question,
                    "kind": kind_title(each.kind),
                    "status": status_badge(each.status),
                    "quote": each.quote,
                }
                for each in resting
            ],
        }
        return await draw(request, "passage", context, active="learning")


def chunk_href(module: Module, chunk: StoredChunk) -> str:
    """Return the address that shows a passage in its document, marked."""
    query = urlencode({"page": chunk.page, "start": chunk.start, "end": chunk.end})
    return f"/stores/{module.store_id}/documents/{chunk.document_id}?{query}#marked"
