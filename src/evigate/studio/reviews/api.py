"""The routes of reviews."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from evigate.agents.concert.carrying import STREAM
from evigate.agents.errors import E_CONCERT_INVALID, E_CONCERT_STATUS
from evigate.base.subject import Subject
from evigate.kernel.events import StreamKey
from evigate.kernel.http import API, Doors, EventStream, responses_of
from evigate.kernel.realtime import ChannelKey, Realtime
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.reviews.errors import E_SPEC_REVIEW_FINDING_NOT_FOUND, E_SPEC_REVIEW_NOT_FOUND
from evigate.studio.reviews.service import ReviewService
from evigate.studio.reviews.views import (
    CheckpointView,
    DismissIn,
    ResumeIn,
    ReviewView,
    StartIn,
    checkpoint_view,
    review_view,
)
from evigate.studio.specification.errors import E_SPECIFICATION_NOT_FOUND
from evigate.studio.watching import sees_project

BASE = "/projects/{project_id}/reviews"
ONE = f"{BASE}/{{review_id}}"
LOST = (E_PROJECT_NOT_FOUND, E_SPEC_REVIEW_NOT_FOUND)


def reviews_router(service: ReviewService, doors: Doors, realtime: Realtime) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["studio"])
    subject_of: Any = Depends(doors.subject)
    _look_routes(routes, service, subject_of, realtime)
    _change_routes(routes, service, subject_of)
    return routes


def _look_routes(
    routes: APIRouter, service: ReviewService, subject_of: Any, realtime: Realtime
) -> None:
    @routes.get(BASE, responses=responses_of(E_PROJECT_NOT_FOUND))
    async def list_reviews(
        project_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> list[ReviewView]:
        """List a project's reviews, newest first."""
        return [review_view(each) for each in await service.list_reviews(subject, project_id)]

    @routes.get(ONE, responses=responses_of(*LOST))
    async def show(
        project_id: UUID, review_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> ReviewView:
        """Tell how far a review is, what it used, and what it found so far."""
        return review_view(await service.show(subject, project_id, review_id))

    @routes.get(f"{ONE}/checkpoints", responses=responses_of(*LOST))
    async def checkpoints(
        project_id: UUID, review_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> list[CheckpointView]:
        """List how far it was after each step, oldest first."""
        await service.show(subject, project_id, review_id)
        found = await service.concerts.checkpoints(subject, review_id)
        return [checkpoint_view(each) for each in found]

    @routes.get(
        f"{ONE}/events",
        status_code=200,
        response_class=EventStream,
        responses={200: {"content": {"text/event-stream": {}}}, **responses_of(*LOST)},
    )
    async def events(
        project_id: UUID,
        review_id: UUID,
        request: Request,
        subject: Annotated[Subject, subject_of],
    ) -> Response:
        """Follow a review: steps that begin and end, what is used, how it stands."""
        await service.show(subject, project_id, review_id)
        assert subject.tenant_id is not None
        key = StreamKey(subject.tenant_id, STREAM, review_id)
        channel = ChannelKey("session", review_id, key)
        sees = sees_project(service.guard, project_id)
        return await realtime.follow(request, subject, channel, sees)


def _change_routes(routes: APIRouter, service: ReviewService, subject_of: Any) -> None:
    @routes.post(
        BASE,
        status_code=202,
        responses=responses_of(E_PROJECT_NOT_FOUND, E_SPECIFICATION_NOT_FOUND, E_CONCERT_INVALID),
    )
    async def start(
        project_id: UUID, body: StartIn, subject: Annotated[Subject, subject_of]
    ) -> ReviewView:
        """Have the newest specification reviewed by several reviewers."""
        made = await service.start(
            subject,
            project_id,
            body.strategy,
            tokens_limit=body.tokens_limit,
            on_limit=body.on_limit,
        )
        return review_view(made)

    @routes.post(f"{ONE}/pause", responses=responses_of(*LOST, E_CONCERT_STATUS))
    async def pause(
        project_id: UUID, review_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> ReviewView:
        """Let it wait once the steps under way are done."""
        return review_view(await service.pause(subject, project_id, review_id))

    @routes.post(
        f"{ONE}/resume", responses=responses_of(*LOST, E_CONCERT_STATUS, E_CONCERT_INVALID)
    )
    async def resume(
        project_id: UUID,
        review_id: UUID,
        body: ResumeIn,
        subject: Annotated[Subject, subject_of],
    ) -> ReviewView:
        """Let it go on, with another limit if given."""
        return review_view(
            await service.resume(subject, project_id, review_id, tokens_limit=body.tokens_limit)
        )

    @routes.post(f"{ONE}/cancel", responses=responses_of(*LOST, E_CONCERT_STATUS))
    async def cancel(
        project_id: UUID, review_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> ReviewView:
        """Let it end."""
        return review_view(await service.cancel(subject, project_id, review_id))

    @routes.post(
        f"{ONE}/dismiss",
        status_code=204,
        responses=responses_of(*LOST, E_SPEC_REVIEW_FINDING_NOT_FOUND),
    )
    async def dismiss(
        project_id: UUID,
        review_id: UUID,
        body: DismissIn,
        subject: Annotated[Subject, subject_of],
    ) -> None:
        """Say that a finding is none; its reviewer does not say it again."""
        await service.dismiss(
            subject,
            project_id,
            review_id,
            rule=body.rule,
            element=body.element,
            reason=body.reason,
        )
