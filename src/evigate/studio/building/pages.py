"""The page of builds: a button, what the newest one tells, and the ones before.

It works without script and by the keyboard. With script it is drawn anew as a build goes on,
without it is renewed every few seconds while one runs.
"""

from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Badge, Draw
from evigate.studio.building.api import DEFAULT
from evigate.studio.building.errors import CODES
from evigate.studio.building.service import BuildService
from evigate.studio.building.views import build_view
from evigate.studio.kits.errors import E_KIT_NOT_FOUND, E_KIT_STATE
from evigate.studio.kits.folder import shipped_kits
from evigate.studio.permissions import READ, may_write, on_project
from evigate.studio.phases.store import get_project
from evigate.studio.watching import watch

TEMPLATES = Path(__file__).resolve().parent / "templates"
TOLD = (*CODES, E_KIT_NOT_FOUND, E_KIT_STATE)
BADGES = {
    "queued": Badge("Waiting for a worker", "neutral", "ring"),
    "running": Badge("Running", "busy", "half"),
    "succeeded": Badge("Completed", "good", "check"),
    "failed": Badge("Failed", "poor", "cross"),
    "cancelled": Badge("Cancelled", "neutral", "dash"),
}
MARKS = {
    "done": Badge("Done", "good", "check"),
    "nothing to do": Badge("Was done", "neutral", "dash"),
    "left": Badge("Left to you", "fair", "half"),
    "failed": Badge("Failed", "poor", "cross"),
}


def builds_pages(service: BuildService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the page, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of: Any = Depends(doors.visitor)

    async def page(
        request: Request, visitor: Visitor, project_id: UUID, error: EvigateError | None = None
    ) -> Response:
        subject = visitor.subject
        seen = await watch(service.guard, subject, project_id)
        async with on_project(service.guard, subject, READ, project_id) as tx:
            name = str((await get_project(tx, project_id))["name"])
        runs = [build_view(each) for each in await service.runs(subject, project_id)]
        context = {
            "watch": seen,
            "project_id": project_id,
            "name": name,
            "kits": shipped_kits(),
            "kit": runs[0].kit_id if runs else DEFAULT,
            "newest": runs[0] if runs else None,
            "before": runs[1:],
            "is_running": bool(runs) and runs[0].status in ("queued", "running"),
            "badges": BADGES,
            "marks": MARKS,
            "may_write": await may_write(service.guard, subject, project_id),
            "error": error,
        }
        status = error.code.status if error else 200
        return await draw(request, "build", context, active="studio", status=status)

    @routes.get("/studio/{project_id}/build")
    async def show(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page(request, visitor, project_id)

    @routes.post("/studio/{project_id}/build")
    async def change(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        action: Annotated[Literal["start", "cancel"], Form()],
        kit_id: Annotated[str, Form(max_length=63)] = DEFAULT,
        run_id: Annotated[UUID | None, Form()] = None,
    ) -> Response:
        try:
            if action == "cancel" and run_id is not None:
                await service.cancel(visitor.subject, project_id, run_id)
            else:
                await service.start(visitor.subject, project_id, kit_id)
        except EvigateError as error:
            if error.code not in TOLD:
                raise
            return await page(request, visitor, project_id, error)
        return RedirectResponse(f"/studio/{project_id}/build", status_code=303)

    return routes
