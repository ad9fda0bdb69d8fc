"""The pages of objectives: their versions, one as text, and its dry run on a transcript."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.studio.errors import E_DISCOVERY_OBJECTIVE_EXISTS, E_OBJECTIVE_INVALID
from evigate.studio.objectives.rehearsal import Rehearsal
from evigate.studio.objectives.service import KeptObjective, ObjectiveService
from evigate.studio.permissions import OBJECTIVE_WRITE

TEXT_MAX = 200_000


def objectives_pages(service: ObjectiveService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages, to be mounted before those of projects."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)

    @routes.get("/studio/objectives")
    async def list_objectives(
        request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        found = await service.list_objectives(visitor.subject)
        return await draw(request, "studio_objectives", {"objectives": found}, active="studio")

    _version_routes(routes, service, visitor_of, draw)
    return routes


def _version_routes(
    routes: APIRouter, service: ObjectiveService, visitor_of: Any, draw: Draw
) -> None:
    async def page(
        request: Request, visitor: Visitor, objective_id: UUID, **given: Any
    ) -> Response:
        kept = await service.show(visitor.subject, objective_id)
        context = objective_context(kept, visitor.subject, **given)
        error = given.get("error")
        status = error.code.status if error else 200
        return await draw(request, "studio_objective", context, active="studio", status=status)

    @routes.get("/studio/objectives/{objective_id}")
    async def show(
        objective_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page(request, visitor, objective_id)

    @routes.post("/studio/objectives/{objective_id}")
    async def write(
        objective_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        text: Annotated[str, Form(max_length=TEXT_MAX)],
        version: Annotated[str, Form(pattern=r"^\d{1,4}\.\d{1,4}\.\d{1,4}$")],
    ) -> Response:
        kept = await service.show(visitor.subject, objective_id)
        try:
            made = await service.write(
                visitor.subject, kept.context_type, version, kept.display_name, _config(text)
            )
        except EvigateError as error:
            if error.code not in {E_OBJECTIVE_INVALID, E_DISCOVERY_OBJECTIVE_EXISTS}:
                raise
            return await page(
                request, visitor, objective_id, text=text, version=version, error=error
            )
        return RedirectResponse(f"/studio/objectives/{made.id}", status_code=303)

    @routes.post("/studio/objectives/{objective_id}/activate")
    async def activate(objective_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await service.activate(visitor.subject, objective_id)
        return RedirectResponse("/studio/objectives", status_code=303)

    @routes.post("/studio/objectives/{objective_id}/try")
    async def rehearse(
        objective_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        transcript: Annotated[str, Form(max_length=TEXT_MAX)],
    ) -> Response:
        lines = transcript.replace("\r\n", "\n").splitlines()
        found = await service.rehearse(visitor.subject, objective_id, lines)
        return await page(request, visitor, objective_id, transcript=transcript, rehearsal=found)


def objective_context(
    kept: KeptObjective,
    subject: Subject,
    *,
    text: str | None = None,
    version: str | None = None,
    transcript: str = "",
    rehearsal: Rehearsal | None = None,
    error: EvigateError | None = None,
) -> dict[str, Any]:
    """Return what a version's page is drawn from; the next version is offered for the edit."""
    return {
        "kept": kept,
        "text": text or json.dumps(kept.config, indent=2, ensure_ascii=False),
        "version": version or _next(kept.version),
        "transcript": transcript,
        "rehearsal": rehearsal,
        "error": error,
        "may_write": may(subject, OBJECTIVE_WRITE),
    }


def _next(version: str) -> str:
    major, minor, _ = version.split(".")
    return f"{major}.{int(minor) + 1}.0"


def _config(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise EvigateError(E_OBJECTIVE_INVALID, f"The text is not JSON: {error}.") from error
