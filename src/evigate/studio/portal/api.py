"""The portal's routes: one's own engagements, and a project's open question and tasks."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.subject import Subject
from evigate.kernel.http import API, Doors, EventStream, PageOf, responses_of
from evigate.kernel.organisations import EngagementStatus
from evigate.kernel.realtime import ChannelKey, Realtime
from evigate.studio.errors import (
    E_DISCOVERY_CLOSED,
    E_EDIT_STALE,
    E_MESSAGE_INVALID,
    E_PROJECT_NOT_FOUND,
    E_TASK_DONE,
    E_TASK_NOT_FOUND,
)
from evigate.studio.portal.service import PortalService
from evigate.studio.portal.views import CustomerView
from evigate.studio.schemas import Text


class PlaceOut(BaseModel):
    """A project that one is or was engaged in."""

    model_config = ConfigDict(from_attributes=True)
    resource: str
    title: str | None
    organisation: str
    status: EngagementStatus


class AnswerIn(BaseModel):
    """An answer; `turn_seen` refuses it when somebody else answered meanwhile."""

    model_config = ConfigDict(extra="forbid")
    text: Text
    turn_seen: int | None = Field(default=None, ge=0)


_SAYING = (E_PROJECT_NOT_FOUND, E_DISCOVERY_CLOSED, E_MESSAGE_INVALID)


def portal_router(service: PortalService, doors: Doors, realtime: Realtime) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/portal", tags=["portal"])
    subject_of: Any = Depends(doors.subject)

    @routes.get("/projects")
    async def places(subject: Annotated[Subject, subject_of]) -> PageOf[PlaceOut]:
        """List the projects that one is or was engaged in, active first."""
        found = await service.places(subject)
        return PageOf(items=[PlaceOut.model_validate(each) for each in found])

    @routes.get("/projects/{project_id}", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def show(project_id: UUID, subject: Annotated[Subject, subject_of]) -> CustomerView:
        """Get a project's open question and tasks."""
        return await service.show(subject, project_id)

    @routes.get(
        "/projects/{project_id}/events",
        status_code=200,
        response_class=EventStream,
        responses={
            200: {"content": {"text/event-stream": {}}},
            **responses_of(E_PROJECT_NOT_FOUND),
        },
    )
    async def events(
        project_id: UUID, request: Request, subject: Annotated[Subject, subject_of]
    ) -> Response:
        """Follow what is said in a project, from now or from `Last-Event-ID`."""
        key, _ = await service.stream_of(subject, project_id)
        # Of the project's type: a customer is there as a colleague is.
        channel = ChannelKey("project", project_id, key)

        async def sees(now: Subject) -> bool:
            await service.stream_of(now, project_id)
            return True

        return await realtime.follow(request, subject, channel, sees)

    @routes.post(
        "/projects/{project_id}/messages",
        status_code=201,
        responses=responses_of(*_SAYING, E_EDIT_STALE),
    )
    async def answer(
        project_id: UUID, body: AnswerIn, subject: Annotated[Subject, subject_of]
    ) -> CustomerView:
        """Answer what is asked."""
        return await service.answer(subject, project_id, body.text, turn_seen=body.turn_seen)

    @routes.post(
        "/projects/{project_id}/tasks/{task_id}/submit",
        responses=responses_of(*_SAYING, E_TASK_NOT_FOUND, E_TASK_DONE),
    )
    async def submit(
        project_id: UUID, task_id: UUID, body: AnswerIn, subject: Annotated[Subject, subject_of]
    ) -> CustomerView:
        """Give what a task asks for."""
        return await service.submit_task(subject, project_id, task_id, body.text)

    return routes
