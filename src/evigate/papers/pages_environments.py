"""The page of a run's environment: what differs, rebuild, run again in it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.papers.pages_papers import action
from evigate.papers.permissions import RUN
from evigate.papers.service import PapersService


def environment_pages(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    """Add the page of environments."""
    visitor_of = Depends(doors.visitor)

    @routes.get("/runs/{run_id}/environment")
    async def environment(
        request: Request, run_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        view = await service.environment(visitor.subject, run_id)
        is_building = view.build is not None and not view.build.status.is_end
        actions = []
        if may(visitor.subject, RUN):
            reason = "It is being built." if is_building else None
            label = "Rebuild it again" if view.is_built else "Rebuild it with uv"
            here = f"/runs/{run_id}/environment"
            actions.append(action(label, here, reason=reason))
            actions.append(action("Run again in it", f"{here}/rerun", reason=reason))
        context = {
            "run_href": f"/runs/{run_id}",
            "found": view,
            "is_building": is_building,
            "remaining": (view.build.output or {}).get("remaining", []) if view.build else [],
            "actions": actions,
        }
        return await draw(request, "environment", context, active="runs")

    @routes.post("/runs/{run_id}/environment")
    async def rebuild(run_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await service.rebuild(visitor.subject, run_id)
        return RedirectResponse(f"/runs/{run_id}/environment", status_code=303)

    @routes.post("/runs/{run_id}/environment/rerun")
    async def rerun(run_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        journey = await service.rerun(visitor.subject, run_id, environment=run_id)
        return RedirectResponse(f"/runs/{journey}", status_code=303)
