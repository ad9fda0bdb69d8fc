"""The library's pages: what there is, one entry as text to edit, and what it makes of an idea.

All of it works without script. Who reads sees the text; who owns the tenant edits it. Where
somebody wrote the entry meanwhile, the page shows both texts and keeps what was typed.
"""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.studio.library.errors import E_LIBRARY_INVALID, E_LIBRARY_STALE
from evigate.studio.library.industries import industries
from evigate.studio.library.loader import KINDS
from evigate.studio.library.permissions import LIBRARY_WRITE
from evigate.studio.library.reading import domains_of, read_idea
from evigate.studio.library.schemas import EntryOut, IndustryOut, ItemOut, MatchOut, QuestionOut
from evigate.studio.library.service import LibraryService

TEMPLATES = Path(__file__).resolve().parent / "templates"
ENTRIES_SHOWN = 300
QUESTIONS_SHOWN = 25
IDEA_MAX = 20_000


def library_pages(service: LibraryService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)
    _list_routes(routes, service, visitor_of, draw)
    _entry_routes(routes, service, visitor_of, draw)
    return routes


def _list_routes(routes: APIRouter, service: LibraryService, visitor_of: Any, draw: Draw) -> None:
    async def page(
        request: Request, visitor: Visitor, *, kind: str = "", words: str = "", idea: str = ""
    ) -> Response:
        chosen = kind if kind in KINDS else None
        items = await service.list_items(visitor.subject, kind=chosen, words=words)
        context = {
            "kinds": list(KINDS),
            "kind": chosen or "",
            "words": words,
            "items": [ItemOut.of(each) for each in items[:ENTRIES_SHOWN]],
            "more": max(0, len(items) - ENTRIES_SHOWN),
            "own_count": sum(each.origin != "packaged" for each in items),
            "idea": idea,
            "reading": await _reading(service, visitor, idea) if idea.strip() else None,
            "industries": await _industries(service, visitor, words) if words.strip() else [],
        }
        return await draw(request, "library_list", context, active="studio")

    @routes.get("/studio/library")
    async def entries(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        kind: str = "",
        words: Annotated[str, Query(max_length=200)] = "",
    ) -> Response:
        return await page(request, visitor, kind=kind, words=words)

    @routes.post("/studio/library")
    async def read(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        idea: Annotated[str, Form(max_length=IDEA_MAX)] = "",
    ) -> Response:
        return await page(request, visitor, idea=idea.replace("\r\n", "\n"))


async def _reading(service: LibraryService, visitor: Visitor, idea: str) -> dict[str, Any]:
    found = read_idea(idea, await service.library(visitor.subject))
    kinds = ("domains", "features", "patterns", "integrations")
    return {
        "kinds": [(kind, [MatchOut.of(each) for each in getattr(found, kind)]) for kind in kinds],
        "questions": [QuestionOut.of(each) for each in found.questions[:QUESTIONS_SHOWN]],
        "question_count": len(found.questions),
    }


async def _industries(service: LibraryService, visitor: Visitor, words: str) -> list[IndustryOut]:
    library = await service.library(visitor.subject)
    return [
        IndustryOut.of(each, domains_of(each.code, library))
        for each in industries().search(words, limit=5)
    ]


def _entry_routes(routes: APIRouter, service: LibraryService, visitor_of: Any, draw: Draw) -> None:
    async def page(
        request: Request,
        visitor: Visitor,
        kind: str,
        key: str,
        *,
        text: str | None = None,
        error: EvigateError | None = None,
    ) -> Response:
        entry = EntryOut.of_entry(await service.show(visitor.subject, kind, key))
        context = {
            "entry": entry,
            "text": entry.text if text is None else text,
            "may_write": may(visitor.subject, LIBRARY_WRITE),
            "error": error,
            "is_stale": error is not None and error.code is E_LIBRARY_STALE,
        }
        status = error.code.status if error else 200
        return await draw(request, "library_entry", context, active="studio", status=status)

    @routes.get("/studio/library/{kind}/{key}")
    async def show(
        kind: str, key: str, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page(request, visitor, kind, key)

    @routes.post("/studio/library/{kind}/{key}")
    async def write(
        kind: str,
        key: str,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        text: Annotated[str, Form()],
        version_seen: Annotated[int, Form(ge=0)],
    ) -> Response:
        # A form sends its lines with a carriage return; the text is kept without.
        plain = text.replace("\r\n", "\n")
        try:
            await service.write(visitor.subject, kind, key, plain, version_seen=version_seen)
        except EvigateError as error:
            if error.code not in {E_LIBRARY_INVALID, E_LIBRARY_STALE}:
                raise
            return await page(request, visitor, kind, key, text=plain, error=error)
        return RedirectResponse(f"/studio/library/{kind}/{key}", 303)

    @routes.post("/studio/library/{kind}/{key}/withdraw")
    async def withdraw(
        kind: str,
        key: str,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        version_seen: Annotated[int, Form(ge=1)],
    ) -> Response:
        try:
            await service.withdraw(visitor.subject, kind, key, version_seen=version_seen)
        except EvigateError as error:
            if error.code not in {E_LIBRARY_INVALID, E_LIBRARY_STALE}:
                raise
            return await page(request, visitor, kind, key, error=error)
        return RedirectResponse(f"/studio/library?kind={kind}", 303)
