"""The portal's pages: one's projects, and one project's open question and tasks."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.studio.errors import E_EDIT_STALE, E_MESSAGE_INVALID, E_TASK_DONE
from evigate.studio.pages import plain_lines
from evigate.studio.permissions import PROJECT
from evigate.studio.portal.service import PortalService
from evigate.studio.session.turns import MESSAGE_CHARACTERS_MAX

TEMPLATES = Path(__file__).resolve().parent / "templates"
SHOWN_ON_THE_PAGE = {E_MESSAGE_INVALID, E_EDIT_STALE, E_TASK_DONE}


def portal_pages(service: PortalService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages."""
    routes = APIRouter(include_in_schema=False)
    visitor_of = Depends(doors.visitor)

    async def project_page(
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        *,
        text: str = "",
        error: EvigateError | None = None,
    ) -> Response:
        seen = await service.follow(visitor.subject, project_id)
        context = {
            "watch": seen,
            "view": await service.show(visitor.subject, project_id),
            "text": text,
            "error": error,
            "longest": MESSAGE_CHARACTERS_MAX,
        }
        status = error.code.status if error else 200
        return await draw(request, "portal_project", context, active="portal", status=status)

    @routes.get("/portal")
    async def places(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        found = await service.places(visitor.subject)
        context = {"places": [(PROJECT.id_in(each.resource), each) for each in found]}
        return await draw(request, "portal_list", context, active="portal")

    @routes.get("/portal/{project_id}")
    async def project(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await project_page(request, visitor, project_id)

    @routes.post("/portal/{project_id}")
    async def answer(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        turn_seen: Annotated[int, Form(ge=0)],
        text: Annotated[str, Form()] = "",
        choice: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        words = plain_lines(text) or ", ".join(choice or [])
        try:
            await service.answer(visitor.subject, project_id, words, turn_seen=turn_seen)
        except EvigateError as error:
            if error.code not in SHOWN_ON_THE_PAGE:
                raise
            return await project_page(request, visitor, project_id, text=words, error=error)
        return RedirectResponse(f"/portal/{project_id}#say", status_code=303)

    @routes.post("/portal/{project_id}/tasks/{task_id}")
    async def submit(
        project_id: UUID,
        task_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        text: Annotated[str, Form()] = "",
        choice: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            words = plain_lines(text) or choice
            await service.submit_task(visitor.subject, project_id, task_id, words)
        except EvigateError as error:
            if error.code not in SHOWN_ON_THE_PAGE:
                raise
            return await project_page(request, visitor, project_id, error=error)
        return RedirectResponse(f"/portal/{project_id}#tasks", status_code=303)

    return routes
