"""The routes of phases."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.subject import Subject
from evigate.kernel.http import API, Doors, responses_of
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.phases.errors import E_GATE_CLOSED, E_PHASE_INVALID, E_PHASE_STALE
from evigate.studio.phases.models import Phase
from evigate.studio.phases.service import REASON_CHARACTERS, PhaseService
from evigate.studio.phases.views import GateView, StandingView, gate_view, standing_view

Reason = Annotated[str, Field(min_length=1, max_length=REASON_CHARACTERS)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AdvanceIn(_Wire):
    """The phase's version that was seen, so that of two who advance one is told."""

    version_seen: int = Field(ge=0)


class BackIn(AdvanceIn):
    """Where to go back to, and why."""

    phase: Phase
    reason: Reason


class SkipIn(AdvanceIn):
    """Why the phase is left out."""

    reason: Reason


def phases_router(service: PhaseService, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio/projects/{{project_id}}", tags=["studio"])
    subject_of = Depends(doors.subject)
    _look_routes(routes, service, subject_of)
    _move_routes(routes, service, subject_of)
    return routes


def _look_routes(routes: APIRouter, service: PhaseService, subject_of: Any) -> None:
    @routes.get("/phase", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def show(project_id: UUID, subject: Annotated[Subject, subject_of]) -> StandingView:
        """Get where a project stands: phase, passes, blockers, next action."""
        return standing_view(await service.show(subject, project_id))

    @routes.get("/gates", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def gates(project_id: UUID, subject: Annotated[Subject, subject_of]) -> list[GateView]:
        """List every phase's checklist, with the tests that were made."""
        return [gate_view(each) for each in (await service.show(subject, project_id)).gates]


def _move_routes(routes: APIRouter, service: PhaseService, subject_of: Any) -> None:
    moving = (E_PROJECT_NOT_FOUND, E_PHASE_STALE, E_PHASE_INVALID)

    @routes.post("/phase/advance", responses=responses_of(*moving, E_GATE_CLOSED))
    async def advance(
        project_id: UUID, body: AdvanceIn, subject: Annotated[Subject, subject_of]
    ) -> StandingView:
        """Go on to the next phase; 409 names what is missing, or who was first."""
        found = await service.advance(subject, project_id, version_seen=body.version_seen)
        return standing_view(found)

    @routes.post("/phase/back", responses=responses_of(*moving))
    async def back(
        project_id: UUID, body: BackIn, subject: Annotated[Subject, subject_of]
    ) -> StandingView:
        """Go back to an earlier phase; the answer lists what is stale now."""
        found, stale = await service.back(
            subject, project_id, body.phase, body.reason, version_seen=body.version_seen
        )
        return standing_view(found, stale)

    @routes.post("/phase/skip", responses=responses_of(*moving))
    async def skip(
        project_id: UUID, body: SkipIn, subject: Annotated[Subject, subject_of]
    ) -> StandingView:
        """Leave the present phase out, where that is allowed."""
        found = await service.skip(subject, project_id, body.reason, version_seen=body.version_seen)
        return standing_view(found)
