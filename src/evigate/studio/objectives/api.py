"""The routes of objectives: versions, which is active, a dry run."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.subject import Subject
from evigate.kernel.http import API, Doors, responses_of
from evigate.studio.errors import (
    E_DISCOVERY_OBJECTIVE_EXISTS,
    E_DISCOVERY_OBJECTIVE_NOT_FOUND,
    E_OBJECTIVE_INVALID,
)
from evigate.studio.objectives.rehearsal import LINES_MAX, Rehearsal
from evigate.studio.objectives.service import KeptObjective, ObjectiveService

VERSION_PATTERN = r"^\d{1,4}\.\d{1,4}\.\d{1,4}$"


class ObjectiveIn(BaseModel):
    """A new version of an objective."""

    model_config = ConfigDict(extra="forbid")

    context_type: Literal["project_discovery", "business_profile", "idea_discovery"]
    version: str = Field(pattern=VERSION_PATTERN, examples=["1.1.0"])
    display_name: str = Field(min_length=1, max_length=200)
    config: dict[str, Any]


class TranscriptIn(BaseModel):
    """What someone says, a line for each turn; the first is the paragraph."""

    model_config = ConfigDict(extra="forbid")

    lines: list[Annotated[str, Field(max_length=20_000)]] = Field(
        min_length=1, max_length=LINES_MAX
    )


def objectives_router(service: ObjectiveService, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio/objectives", tags=["studio"])
    subject_of = Depends(doors.subject)

    @routes.get("")
    async def list_objectives(
        subject: Annotated[Subject, subject_of],
    ) -> list[KeptObjective]:
        """List every version of every objective, by kind, newest first."""
        return await service.list_objectives(subject)

    @routes.post(
        "",
        status_code=201,
        responses=responses_of(E_OBJECTIVE_INVALID, E_DISCOVERY_OBJECTIVE_EXISTS),
    )
    async def write_objective(
        body: ObjectiveIn, subject: Annotated[Subject, subject_of]
    ) -> KeptObjective:
        """Keep a new version; it is not active until it is made so."""
        return await service.write(
            subject, body.context_type, body.version, body.display_name, body.config
        )

    @routes.get("/{objective_id}", responses=responses_of(E_DISCOVERY_OBJECTIVE_NOT_FOUND))
    async def show_objective(
        objective_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> KeptObjective:
        """Get a version."""
        return await service.show(subject, objective_id)

    @routes.post(
        "/{objective_id}/activate", responses=responses_of(E_DISCOVERY_OBJECTIVE_NOT_FOUND)
    )
    async def activate_objective(
        objective_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> KeptObjective:
        """Let new conversations of the kind use this version."""
        return await service.activate(subject, objective_id)

    @routes.post("/{objective_id}/try", responses=responses_of(E_DISCOVERY_OBJECTIVE_NOT_FOUND))
    async def try_objective(
        objective_id: UUID, body: TranscriptIn, subject: Annotated[Subject, subject_of]
    ) -> Rehearsal:
        """Run a transcript through a version, and keep nothing."""
        return await service.rehearse(subject, objective_id, body.lines)

    return routes
