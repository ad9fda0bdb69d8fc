"""The page of a kit's score: what is there of the specification, and what is missing."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from evigate.base.errors import EvigateError
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.studio.kits.api_scores import DEFAULT, ScoreView, score_view
from evigate.studio.kits.errors import E_KIT_INPUT, E_KIT_NOT_FOUND
from evigate.studio.kits.folder import shipped_kits
from evigate.studio.kits.scores import ScoreService
from evigate.studio.permissions import READ, on_project
from evigate.studio.phases.store import get_project
from evigate.studio.specification.errors import E_SPECIFICATION_NOT_FOUND
from evigate.studio.watching import watch

TEMPLATES = Path(__file__).resolve().parent / "templates"
TOLD = (E_KIT_NOT_FOUND, E_KIT_INPUT)


def scores_pages(service: ScoreService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of: Any = Depends(doors.visitor)

    @routes.get("/studio/{project_id}/convergence")
    async def show(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        kit: Annotated[str, Query(max_length=63)] = DEFAULT,
    ) -> Response:
        subject = visitor.subject
        seen = await watch(service.guard, subject, project_id)
        async with on_project(service.guard, subject, READ, project_id) as tx:
            name = str((await get_project(tx, project_id))["name"])
        view: ScoreView | None = None
        error: EvigateError | None = None
        try:
            view = score_view(await service.score(subject, project_id, kit))
        except EvigateError as caught:
            if caught.code is not E_SPECIFICATION_NOT_FOUND and caught.code not in TOLD:
                raise
            error = caught if caught.code in TOLD else None
        context = {
            "watch": seen,
            "project_id": project_id,
            "name": name,
            "kits": shipped_kits(),
            "kit": kit,
            "view": view,
            "error": error,
        }
        status = error.code.status if error else 200
        return await draw(request, "convergence", context, active="studio", status=status)

    return routes
