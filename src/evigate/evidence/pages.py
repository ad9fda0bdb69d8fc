"""The pages of stores: the list, and one store with its search beside the pages that answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.evidence.document_pages import document_href, document_routes, hit_href
from evigate.evidence.errors import E_STORE_EMPTY
from evigate.evidence.imports import add_url
from evigate.evidence.models import Answer, Document, Hit, Store
from evigate.evidence.permissions import WRITE
from evigate.evidence.stores import StoreService
from evigate.evidence.uploads import read_upload
from evigate.kernel.access import may
from evigate.kernel.db import Database
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.jobs import enqueue
from evigate.kernel.pages import Draw

TEMPLATES = Path(__file__).resolve().parent / "templates"
MODES = (("hybrid", "Meaning and words"), ("vector", "Meaning"), ("lexical", "Words"))
HITS_SHOWN = 10


def evidence_pages(
    service: StoreService,
    database: Database,
    doors: Doors,
    draw: Draw,
    *,
    upload_max_bytes: int,
) -> APIRouter:
    """Return the room's pages."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)
    _list_routes(routes, service, visitor_of, draw)
    _store_routes(routes, service, visitor_of, draw)
    document_routes(routes, service, visitor_of, draw)
    _change_routes(routes, service, database, visitor_of, draw, upload_max_bytes)
    return routes


def _list_routes(routes: APIRouter, service: StoreService, visitor_of: Any, draw: Draw) -> None:
    @routes.get("/stores")
    async def stores(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        found = await service.list_stores(visitor.subject)
        context = {
            "stores": [_line(store) for store in found],
            "may_write": may(visitor.subject, WRITE),
        }
        return await draw(request, "stores_list", context, active="stores")

    @routes.post("/stores")
    async def create(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        title: Annotated[str, Form(min_length=1, max_length=500)],
    ) -> Response:
        store = await service.create(visitor.subject, title.strip() or "Store")
        return RedirectResponse(f"/stores/{store.id}", status_code=303)


def _store_routes(routes: APIRouter, service: StoreService, visitor_of: Any, draw: Draw) -> None:
    @routes.get("/stores/{store_id}")
    async def store_page(
        store_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        q: Annotated[str, Query(max_length=2000)] = "",
        mode: Annotated[str, Query(pattern="^(hybrid|vector|lexical)$")] = "hybrid",
    ) -> Response:
        store = await service.get(visitor.subject, str(store_id))
        documents = await service.documents(visitor.subject, store)
        answer, problem = None, None
        if q.strip():
            try:
                answer = await service.search(
                    visitor.subject, store, q.strip(), k=HITS_SHOWN, mode=mode
                )
            except EvigateError as error:
                if error.code is not E_STORE_EMPTY:
                    raise
                problem = error.message
        sheets = await _sheets(service, visitor, answer, documents)
        context = store_context(
            store, documents, answer, sheets, question=q, mode=mode, problem=problem
        )
        context["may_write"] = may(visitor.subject, WRITE)
        return await draw(request, "store", context, active="stores")


def _change_routes(
    routes: APIRouter,
    service: StoreService,
    database: Database,
    visitor_of: Any,
    draw: Draw,
    upload_max_bytes: int,
) -> None:
    async def index_later(visitor: Visitor, store_id: UUID) -> None:
        async with database.tx(visitor.subject) as tx:
            await enqueue(
                tx, "evidence.index", {"store_id": str(store_id)}, lock=f"index {store_id}"
            )

    @routes.post("/stores/{store_id}/documents")
    async def upload(
        store_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        file: Annotated[UploadFile, File()],
    ) -> Response:
        store = await service.get(visitor.subject, str(store_id))
        try:
            data = await read_upload(file, upload_max_bytes)
            await service.add(visitor.subject, store, data, file.filename or "file")
        except EvigateError as error:
            documents = await service.documents(visitor.subject, store)
            context = store_context(store, documents, None, [], error_file=error.message)
            context["may_write"] = True
            return await draw(request, "store", context, active="stores", status=error.code.status)
        await index_later(visitor, store_id)
        return RedirectResponse(f"/stores/{store_id}", status_code=303)

    @routes.post("/stores/{store_id}/addresses")
    async def add_address(
        store_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        url: Annotated[str, Form(max_length=4_000)] = "",
    ) -> Response:
        store = await service.get(visitor.subject, str(store_id))
        try:
            await add_url(service, visitor.subject, store, url.strip(), max_bytes=upload_max_bytes)
        except EvigateError as error:
            documents = await service.documents(visitor.subject, store)
            context = store_context(store, documents, None, [], error_url=error.message)
            context["may_write"] = True
            return await draw(request, "store", context, active="stores", status=error.code.status)
        await index_later(visitor, store_id)
        return RedirectResponse(f"/stores/{store_id}", status_code=303)

    @routes.post("/stores/{store_id}/index")
    async def index(store_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await service.get(visitor.subject, str(store_id))
        await index_later(visitor, store_id)
        return RedirectResponse(f"/stores/{store_id}", status_code=303)


async def _sheets(
    service: StoreService,
    visitor: Visitor,
    answer: Answer | None,
    documents: Sequence[Document],
) -> list[dict[str, Any]]:
    """Return the pages that answer, in the order in which the hits first name them."""
    if answer is None:
        return []
    by_id = {document.id: document for document in documents}
    numbers: dict[UUID, list[int]] = {}
    for hit in answer.hits:
        if hit.boxes:
            numbers.setdefault(hit.document_id, []).append(hit.page)
    sizes = {
        document_id: await service.page_sizes(visitor.subject, by_id[document_id], pages)
        for document_id, pages in numbers.items()
    }
    sheets: dict[tuple[UUID, int], dict[str, Any]] = {}
    for rank, hit in enumerate(answer.hits, start=1):
        if not hit.boxes:
            continue
        width, height = sizes[hit.document_id][hit.page]
        sheet = sheets.setdefault(
            (hit.document_id, hit.page),
            {
                "document": hit.document,
                "number": hit.page,
                "width": width,
                "height": height,
                "image_href": f"/api/v1/documents/{hit.document_id}/pages/{hit.page}.png",
                "boxes": [],
            },
        )
        sheet["boxes"] += [
            {"hit": rank, "is_first": number == 0, "x0": x0, "y0": y0, "x1": x1, "y1": y1}
            for number, (x0, y0, x1, y1) in enumerate(hit.boxes)
        ]
    return list(sheets.values())


def store_context(
    store: Store,
    documents: Sequence[Document],
    answer: Answer | None,
    sheets: Sequence[dict[str, Any]],
    *,
    question: str = "",
    mode: str = "hybrid",
    problem: str | None = None,
    error_file: str | None = None,
    error_url: str | None = None,
) -> dict[str, Any]:
    """Return a store's context."""
    return {
        "store": _line(store),
        "documents": [
            {
                "title": document.label,
                "href": document_href(store, document.id),
                "kind": document.kind,
                "pages": document.page_count,
                "revision": document.revision,
                "warnings": document.warnings,
                "is_indexed": document.indexed_at is not None,
                "created_at": document.created_at,
            }
            for document in documents
        ],
        "question": question,
        "mode": mode,
        "modes": [
            {
                "name": name,
                "label": label,
                "href": f"/stores/{store.id}?q={quote(question)}&mode={name}",
            }
            for name, label in MODES
        ],
        "hits": [] if answer is None else [_hit(store, n, h) for n, h in enumerate(answer.hits, 1)],
        "is_asked": answer is not None,
        "duration_ms": None if answer is None else answer.duration_ms,
        "notes": [] if answer is None else answer.notes,
        "sheets": sheets,
        "problem": problem,
        "error_file": error_file,
        "error_url": error_url,
    }


def _line(store: Store) -> dict[str, Any]:
    return {
        "title": store.title,
        "purpose": store.purpose,
        "documents": store.documents,
        "indexed": store.indexed,
        "is_indexed": store.is_indexed,
        "created_at": store.created_at,
        "href": f"/stores/{store.id}",
    }


def _hit(store: Store, rank: int, hit: Hit) -> dict[str, Any]:
    return {
        "rank": rank,
        "document": hit.document,
        "page": hit.page,
        "has_page": bool(hit.boxes),
        "href": hit_href(store, hit),
        "under": " › ".join(hit.heading_path),
        "parts": marked_parts(hit.text, hit.words),
        "score": hit.score,
        "reasons": reasons(hit),
    }


def reasons(hit: Hit) -> list[str]:
    """Return why a passage was found, a sentence for each channel that found it."""
    found = []
    if "vector" in hit.retrieved_by and hit.similarity is not None:
        found.append(f"Meaning: similarity {hit.similarity:.2f}")
    if "bm25" in hit.retrieved_by and hit.bm25_score is not None and hit.bm25_rank is not None:
        words = ", ".join(hit.words[:6]) or "other forms of the words"
        found.append(f"Words: {words} (BM25 {hit.bm25_score:.1f}, place {hit.bm25_rank + 1})")
    return found


def marked_parts(text: str, words: Sequence[str]) -> list[dict[str, Any]]:
    """Return a text in pieces, those that are words of the question marked."""
    parts: list[dict[str, Any]] = []
    folded = text.casefold()
    if len(folded) != len(text):
        return [{"text": text, "is_marked": False}]
    spots = sorted((start, start + len(word)) for word in words for start in _places(folded, word))
    end = 0
    for start, stop in spots:
        if start < end:
            continue
        parts.append({"text": text[end:start], "is_marked": False})
        parts.append({"text": text[start:stop], "is_marked": True})
        end = stop
    parts.append({"text": text[end:], "is_marked": False})
    return [part for part in parts if part["text"]]


def _places(text: str, word: str) -> list[int]:
    """Return where a word begins in a text, at the beginning of words only."""
    places, start = [], text.find(word)
    while start >= 0:
        if start == 0 or not text[start - 1].isalnum():
            places.append(start)
        start = text.find(word, start + len(word))
    return places
