"""The page of the looks: the boards as they would look, with a colour of one's own tried before.

Without script: trying is a link of the form, and draws the same page; choosing is a button.
"""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.studio.design.api import design_view
from evigate.studio.design.boards import BOARDS
from evigate.studio.design.errors import CODES
from evigate.studio.design.service import DesignService, preview
from evigate.studio.design.tokens import is_colour, plain_pairs, with_accent
from evigate.studio.permissions import READ, may_write, on_project
from evigate.studio.phases.store import get_project
from evigate.studio.watching import watch

TEMPLATES = Path(__file__).resolve().parent / "templates"
Colour = Annotated[str, Query(max_length=20)]


class _Page:
    """Draws the looks of a project."""

    def __init__(self, service: DesignService, draw: Draw) -> None:
        self.service, self.draw = service, draw

    async def show(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        *,
        accent: str = "",
        error: EvigateError | None = None,
    ) -> Response:
        subject = visitor.subject
        seen = await watch(self.service.guard, subject, project_id)
        async with on_project(self.service.guard, subject, READ, project_id) as tx:
            name = str((await get_project(tx, project_id))["name"])
        chosen = [design_view(each) for each in await self.service.show(subject, project_id)]
        wanted = accent.strip().lower()
        colour = wanted if is_colour(wanted) else None
        context = {
            "watch": seen,
            "project_id": project_id,
            "name": name,
            "boards": [_drawn(each.key, colour) for each in BOARDS],
            "chosen": chosen[0] if chosen else None,
            "accent": accent,
            "may_write": await may_write(self.service.guard, subject, project_id),
            "error": error,
        }
        status = error.code.status if error else 200
        return await self.draw(request, "design", context, active="studio", status=status)


def _drawn(key: str, accent: str | None) -> dict[str, Any]:
    """Return a board as the page draws it, with why a colour cannot be had on it."""
    board = next(each for each in BOARDS if each.key == key)
    try:
        found, refusal = preview(key, accent), None
    except EvigateError as error:
        found, refusal = preview(key, None), error.message
    shown = with_accent(board, found.accent)
    return {
        "board": shown,
        "modes": [("light", shown.light), ("dark", shown.dark)],
        "pairs": plain_pairs(found.pairs),
        "refusal": refusal,
    }


def design_pages(service: DesignService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of: Any = Depends(doors.visitor)
    page = _Page(service, draw)

    @routes.get("/studio/{project_id}/design")
    async def show(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        accent: Colour = "",
    ) -> Response:
        return await page.show(request, visitor, project_id, accent=accent)

    @routes.post("/studio/{project_id}/design")
    async def choose(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        board: Annotated[str, Form(max_length=60)],
        accent: Annotated[str, Form(max_length=20)] = "",
    ) -> Response:
        try:
            await page.service.choose(visitor.subject, project_id, board, accent=accent or None)
        except EvigateError as error:
            if error.code not in CODES:
                raise
            return await page.show(request, visitor, project_id, accent=accent, error=error)
        return RedirectResponse(f"/studio/{project_id}/design", status_code=303)

    return routes
