"""The dashboard of a project: the rail of its phases, what blocks it, what to do next."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Badge, Draw
from evigate.studio.permissions import may_write
from evigate.studio.phases.errors import E_GATE_CLOSED, E_PHASE_INVALID, E_PHASE_STALE
from evigate.studio.phases.models import LABELS, ORDER, Phase, StaleThing
from evigate.studio.phases.service import REASON_CHARACTERS, PhaseService
from evigate.studio.phases.views import rail, standing_view
from evigate.studio.watching import watch

TEMPLATES = Path(__file__).resolve().parent / "templates"
TOLD = frozenset({E_GATE_CLOSED, E_PHASE_INVALID, E_PHASE_STALE})
BADGES = {
    "done": Badge("Done", "good", "check"),
    "now": Badge("Now", "busy", "half"),
    "ahead": Badge("Ahead", "neutral", "ring"),
    "skipped": Badge("Skipped", "neutral", "dash"),
}


def phases_pages(service: PhaseService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)

    async def page(
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        *,
        stale: list[StaleThing] | None = None,
        error: EvigateError | None = None,
    ) -> Response:
        seen = await watch(service.guard, visitor.subject, project_id)
        view = standing_view(await service.show(visitor.subject, project_id), stale)
        at = Phase(view.phase).place
        context = {
            "watch": seen,
            "view": view,
            "rail": rail(view),
            "gate": view.gates[at],
            "badges": BADGES,
            "names": LABELS,
            "earlier": [str(phase) for phase in ORDER[1:at]],
            "may_write": await may_write(service.guard, visitor.subject, project_id),
            "error": error,
            "longest": REASON_CHARACTERS,
        }
        status = error.code.status if error else 200
        return await draw(request, "phases", context, active="studio", status=status)

    @routes.get("/studio/{project_id}/phases")
    async def show(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page(request, visitor, project_id)

    _move_routes(routes, service, visitor_of, page)
    return routes


def _move_routes(routes: APIRouter, service: PhaseService, visitor_of: Any, page: Any) -> None:
    @routes.post("/studio/{project_id}/phases")
    async def move(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        version_seen: Annotated[int, Form(ge=0)],
        action: Annotated[str, Form(pattern="^(advance|back|skip)$")],
        phase: Annotated[Phase, Form()] = Phase.DISCOVERY,
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        subject = visitor.subject
        try:
            if action == "advance":
                await service.advance(subject, project_id, version_seen=version_seen)
            elif action == "skip":
                await service.skip(subject, project_id, reason, version_seen=version_seen)
            else:
                _, stale = await service.back(
                    subject, project_id, phase, reason, version_seen=version_seen
                )
                drawn: Response = await page(request, visitor, project_id, stale=stale)
                return drawn
        except EvigateError as error:
            if error.code not in TOLD:
                raise
            told: Response = await page(request, visitor, project_id, error=error)
            return told
        return RedirectResponse(f"/studio/{project_id}/phases", status_code=303)
