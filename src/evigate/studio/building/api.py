"""The routes of builds in the background: start, look, follow, stop."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.subject import Subject
from evigate.kernel.http import API, Doors, EventStream, responses_of
from evigate.kernel.realtime import Realtime
from evigate.studio.building.errors import E_BUILD_ENDED, E_BUILD_RUN_NOT_FOUND
from evigate.studio.building.service import BuildService
from evigate.studio.building.views import BuildRunView, build_view
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.kits.errors import E_KIT_NOT_FOUND, E_KIT_STATE

DEFAULT = "python-service"
BUILDS = "/projects/{project_id}/builds"
_FOUND = (E_PROJECT_NOT_FOUND, E_BUILD_RUN_NOT_FOUND)


class BuildIn(BaseModel):
    """The kit that the files are made with."""

    model_config = ConfigDict(extra="forbid")

    kit_id: str = Field(default=DEFAULT, pattern=r"^[a-z][a-z0-9-]{0,62}$")


def builds_router(service: BuildService, doors: Doors, realtime: Realtime) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["studio"])
    subject_of: Any = Depends(doors.subject)

    @routes.get(BUILDS, responses=responses_of(E_PROJECT_NOT_FOUND))
    async def builds(
        project_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> list[BuildRunView]:
        """List a project's builds, newest first."""
        return [build_view(each) for each in await service.runs(subject, project_id)]

    @routes.post(
        BUILDS,
        status_code=202,
        responses=responses_of(E_PROJECT_NOT_FOUND, E_KIT_NOT_FOUND, E_KIT_STATE),
    )
    async def start(
        project_id: UUID, body: BuildIn, subject: Annotated[Subject, subject_of]
    ) -> BuildRunView:
        """Walk from what was said to a tried bundle; again, it goes on. Nothing is approved."""
        return build_view(await service.start(subject, project_id, body.kit_id))

    @routes.get(f"{BUILDS}/{{build_id}}", responses=responses_of(*_FOUND))
    async def show(
        project_id: UUID, build_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> BuildRunView:
        """Get a build with what its stages told so far."""
        return build_view(await service.show(subject, project_id, build_id))

    @routes.post(f"{BUILDS}/{{build_id}}/cancel", responses=responses_of(*_FOUND, E_BUILD_ENDED))
    async def cancel(
        project_id: UUID, build_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> BuildRunView:
        """Stop a build at its next chance; another one goes on from there."""
        return build_view(await service.cancel(subject, project_id, build_id))

    @routes.get(
        f"{BUILDS}/{{build_id}}/events",
        status_code=200,
        response_class=EventStream,
        responses={200: {"content": {"text/event-stream": {}}}, **responses_of(*_FOUND)},
    )
    async def events(
        project_id: UUID, build_id: UUID, request: Request, subject: Annotated[Subject, subject_of]
    ) -> Response:
        """Follow a build, from its beginning or from `Last-Event-ID`."""
        return await realtime.follow_stream(
            request, subject, lambda now: service.stream_of(now, project_id, build_id)
        )

    return routes
