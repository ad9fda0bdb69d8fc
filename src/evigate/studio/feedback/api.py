"""The routes of feedback."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.subject import Subject
from evigate.kernel.http import API, Doors, responses_of
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.feedback.errors import E_FEEDBACK_INVALID
from evigate.studio.feedback.service import FeedbackService, Statistics
from evigate.studio.feedback.store import Feedback
from evigate.studio.planning.errors import E_QUESTION_NOT_FOUND, E_QUESTION_PLAN_NOT_FOUND


class FeedbackIn(BaseModel):
    """A rating of 1 to 5, a comment, or both; of a question by its key, else of the project."""

    model_config = ConfigDict(extra="forbid")
    question: str = Field(default="", max_length=200)
    rating: int | None = None
    comment: str = Field(default="", max_length=5000)


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """One thing that somebody made known."""

    id: UUID
    feedback_type: str
    target_type: str
    target_key: str
    feedback_data: dict[str, Any]
    given_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StandingOut:
    """How a question fares; `accept_rate` and `rating` are null where nothing was seen."""

    key: str
    ask: str
    offered: int
    taken: int
    dismissed: int
    accept_rate: float | None
    ratings: int
    rating: float | None


@dataclass(frozen=True, slots=True)
class CalibrationOut:
    """How sure a source really is; `knots` are (stated, real), empty while too little was seen."""

    source: str
    observations: int
    taken: int
    knots: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class SuppressedOut:
    """A suggestion that is not made again; `value` is JSON."""

    key: str
    ask: str
    value: str


@dataclass(frozen=True, slots=True)
class StatisticsOut:
    """What the tenant's feedback says."""

    questions: list[StandingOut]
    sources: list[CalibrationOut]
    suppressed: list[SuppressedOut]


def feedback_view(found: Feedback) -> FeedbackView:
    """Return feedback as it is shown."""
    return FeedbackView(
        found.id,
        found.feedback_type,
        found.target_type,
        found.target_key,
        found.feedback_data,
        found.given_by,
        found.created_at,
    )


def statistics_out(found: Statistics) -> StatisticsOut:
    """Return statistics as they are shown."""
    return StatisticsOut(
        [
            StandingOut(
                q.key, q.ask, q.offered, q.taken, q.dismissed, q.accept_rate, q.ratings, q.rating
            )
            for q in found.questions
        ],
        [CalibrationOut(c.source, c.observations, c.taken, list(c.knots)) for c in found.sources],
        [SuppressedOut(s.key, s.ask, s.value) for s in found.suppressed],
    )


def feedback_router(service: FeedbackService, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["studio"])
    subject_of: Any = Depends(doors.subject)

    @routes.get("/feedback")
    async def statistics(subject: Annotated[Subject, subject_of]) -> StatisticsOut:
        """Tell how the library's questions fare, and how sure each source of offers really is."""
        return statistics_out(await service.statistics(subject))

    @routes.get("/projects/{project_id}/feedback", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def show(project_id: UUID, subject: Annotated[Subject, subject_of]) -> list[FeedbackView]:
        """List a project's feedback, newest first."""
        return [feedback_view(each) for each in await service.show(subject, project_id)]

    @routes.post(
        "/projects/{project_id}/feedback",
        responses=responses_of(
            E_PROJECT_NOT_FOUND, E_QUESTION_PLAN_NOT_FOUND, E_QUESTION_NOT_FOUND, E_FEEDBACK_INVALID
        ),
    )
    async def give(
        project_id: UUID, body: FeedbackIn, subject: Annotated[Subject, subject_of]
    ) -> list[FeedbackView]:
        """Rate a question or the project, say something of it, or both."""
        found = await service.give(
            subject,
            project_id,
            question=body.question,
            rating=body.rating,
            comment=body.comment,
        )
        return [feedback_view(each) for each in found]

    return routes
