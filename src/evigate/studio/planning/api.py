"""The routes of planning: the plan and its run, answers, patterns, artifacts, mistakes."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.subject import Subject
from evigate.gate.errors import E_ARTIFACT_STATE
from evigate.kernel.http import API, Doors, EventStream, responses_of
from evigate.kernel.realtime import ChannelKey, Realtime
from evigate.kernel.runs import Run
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.features.errors import E_BOARD_NOT_FOUND
from evigate.studio.planning.artifacts import Name, PlanningArtifact, PlanningArtifacts
from evigate.studio.planning.errors import (
    E_BOARD_UNFINISHED,
    E_PATTERN_NOT_FOUND,
    E_PATTERN_STATE,
    E_PLANNING_ARTIFACT_NOT_FOUND,
    E_PLANNING_BLOCKED,
    E_QUESTION_ANSWER_INVALID,
    E_QUESTION_ANSWER_REUSED,
    E_QUESTION_NOT_FOUND,
    E_QUESTION_PLAN_NOT_FOUND,
    E_QUESTION_STALE,
    E_QUESTION_STATE,
)
from evigate.studio.planning.models import HIGH
from evigate.studio.planning.service import REASON_CHARACTERS, PlanService
from evigate.studio.planning.values import CHARACTERS_MAX
from evigate.studio.planning.views import (
    AnswerView,
    MistakeView,
    PlanView,
    answer_view,
    mistake_view,
    plan_view,
)
from evigate.studio.watching import sees_project

Text = Annotated[str, Field(max_length=CHARACTERS_MAX)]
Seen = Annotated[int | None, Field(ge=1)]
_FOUND = (E_PROJECT_NOT_FOUND, E_QUESTION_PLAN_NOT_FOUND)


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AnswerIn(_Wire):
    """An answer, or a text that is read as the question's kind wants it."""

    value: bool | int | float | Text | list[Text]
    notes: str = Field(default="", max_length=REASON_CHARACTERS)
    version_seen: Seen = None
    idempotency_key: str | None = Field(default=None, min_length=1, max_length=200)


class QuestionIn(_Wire):
    """What to do with a question; "reject" also keeps an answer that an offer speaks against.

    "ask" leaves it as a task to whoever has the `role`, to anybody where that is null.
    """

    action: Literal["accept", "reject", "skip", "reopen", "ask"]
    reason: str = Field(default="", max_length=REASON_CHARACTERS)
    role: str | None = Field(default="customer", min_length=1, max_length=100)
    version_seen: Seen = None


class AcceptAllIn(_Wire):
    """How sure what is taken must be."""

    least: float = Field(default=HIGH, ge=0, le=1)


class PatternIn(_Wire):
    """What to do with a pattern; "undo" takes either of the others back."""

    decision: Literal["apply", "dismiss", "undo"]


class DecisionIn(_Wire):
    """An owner's yes or no, and why."""

    decision: Literal["approve", "reject"]
    reason: str = Field(min_length=1, max_length=REASON_CHARACTERS)


@dataclass(frozen=True, slots=True)
class PlanRunView:
    """The run that makes a plan."""

    id: UUID
    status: str
    output: dict[str, Any] | None
    error_code: str | None
    error_message: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FindingView:
    """What stands against an artifact; an error blocks."""

    rule: str
    severity: str
    element: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class PlanningArtifactView:
    """A blueprint or an implementation plan, with how it stands."""

    id: UUID
    kind: str
    version: int
    status: str
    content_hash: str
    pinned_hash: str | None
    is_current: bool
    payload: dict[str, Any]
    decision_reason: str | None
    created_at: datetime
    findings: list[FindingView]


def artifact_view(found: PlanningArtifact) -> PlanningArtifactView:
    """Return a planning artifact as it is shown."""
    return PlanningArtifactView(
        id=found.id,
        kind=found.kind,
        version=found.version,
        status=found.status,
        content_hash=found.content_hash,
        pinned_hash=found.pinned_hash,
        is_current=found.is_current,
        payload=found.payload,
        decision_reason=found.decision_reason,
        created_at=found.created_at,
        findings=[FindingView(**asdict(each)) for each in found.findings],
    )


def run_view(run: Run) -> PlanRunView:
    """Return a plan's run as it is shown."""
    return PlanRunView(
        run.id, run.status, run.output, run.error_code, run.error_message, run.created_at
    )


def planning_router(
    plans: PlanService, artifacts: PlanningArtifacts, doors: Doors, realtime: Realtime
) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["studio"])
    subject_of = Depends(doors.subject)
    _plan_routes(routes, plans, subject_of, realtime)
    _question_routes(routes, plans, subject_of)
    _artifact_routes(routes, artifacts, subject_of)
    return routes


def _plan_routes(
    routes: APIRouter, plans: PlanService, subject_of: Any, realtime: Realtime
) -> None:
    @routes.post(
        "/projects/{project_id}/plan",
        status_code=202,
        responses=responses_of(E_PROJECT_NOT_FOUND, E_BOARD_UNFINISHED),
    )
    async def generate(project_id: UUID, subject: Annotated[Subject, subject_of]) -> PlanRunView:
        """Begin to make a plan; the run can be followed by its events."""
        await plans.generate(subject, project_id)
        run = await plans.run(subject, project_id)
        assert run is not None
        return run_view(run)

    @routes.get("/projects/{project_id}/plan", responses=responses_of(*_FOUND))
    async def show(project_id: UUID, subject: Annotated[Subject, subject_of]) -> PlanView:
        """Get the plan: its questions by feature, what is filled in, the numbers."""
        return plan_view(await plans.show(subject, project_id))

    @routes.get(
        "/projects/{project_id}/plan/events",
        status_code=200,
        response_class=EventStream,
        responses={200: {"content": {"text/event-stream": {}}}, **responses_of(*_FOUND)},
    )
    async def events(
        project_id: UUID, request: Request, subject: Annotated[Subject, subject_of]
    ) -> Response:
        """Follow the newest plan's run, from its beginning or from `Last-Event-ID`."""
        stream = await plans.stream_of(subject, project_id)
        channel = ChannelKey("session", stream.id, stream)
        sees = sees_project(plans.guard, project_id)
        return await realtime.follow(request, subject, channel, sees)

    @routes.post("/projects/{project_id}/plan/accept", responses=responses_of(*_FOUND))
    async def accept_all(
        project_id: UUID, body: AcceptAllIn, subject: Annotated[Subject, subject_of]
    ) -> PlanView:
        """Take everything that is filled in as surely as `least`."""
        plan, _ = await plans.accept_all(subject, project_id, least=body.least)
        return plan_view(plan)

    @routes.post(
        "/projects/{project_id}/plan/patterns/{pattern_key}",
        responses=responses_of(*_FOUND, E_PATTERN_NOT_FOUND, E_PATTERN_STATE),
    )
    async def decide(
        project_id: UUID,
        pattern_key: str,
        body: PatternIn,
        subject: Annotated[Subject, subject_of],
    ) -> PlanView:
        """Apply a pattern, dismiss it, or take either back."""
        done = await plans.decide_pattern(subject, project_id, pattern_key, body.decision)
        return plan_view(done)

    @routes.get("/mistakes")
    async def mistakes(subject: Annotated[Subject, subject_of]) -> list[MistakeView]:
        """List the failures that recur, and how often what mends them worked."""
        return [mistake_view(each) for each in await plans.mistakes(subject)]


def _question_routes(routes: APIRouter, plans: PlanService, subject_of: Any) -> None:
    found = (*_FOUND, E_QUESTION_NOT_FOUND, E_QUESTION_STATE, E_QUESTION_STALE)

    @routes.post(
        "/projects/{project_id}/plan/questions/{key}/answer",
        responses=responses_of(*found, E_QUESTION_ANSWER_INVALID, E_QUESTION_ANSWER_REUSED),
    )
    async def answer(
        project_id: UUID, key: str, body: AnswerIn, subject: Annotated[Subject, subject_of]
    ) -> PlanView:
        """Answer a question, or answer it anew; 409 with both where somebody was first."""
        done = await plans.answer(
            subject,
            project_id,
            key,
            body.value,
            notes=body.notes,
            version_seen=body.version_seen,
            idempotency_key=body.idempotency_key,
        )
        return plan_view(done)

    @routes.get(
        "/projects/{project_id}/plan/questions/{key}/answers",
        responses=responses_of(*_FOUND, E_QUESTION_NOT_FOUND),
    )
    async def history(
        project_id: UUID, key: str, subject: Annotated[Subject, subject_of]
    ) -> list[AnswerView]:
        """List every answer to a question, oldest first."""
        return [answer_view(each) for each in await plans.history(subject, project_id, key)]

    @routes.post("/projects/{project_id}/plan/questions/{key}", responses=responses_of(*found))
    async def change(
        project_id: UUID, key: str, body: QuestionIn, subject: Annotated[Subject, subject_of]
    ) -> PlanView:
        """Take or refuse what is filled in, leave a question out, ask it again, or ask others."""
        seen = body.version_seen
        if body.action == "skip":
            done = await plans.skip(subject, project_id, key, body.reason, version_seen=seen)
            return plan_view(done)
        if body.action == "ask":
            return plan_view(await plans.ask(subject, project_id, key, role=body.role))
        act = {"accept": plans.accept, "reject": plans.reject, "reopen": plans.reopen}
        return plan_view(await act[body.action](subject, project_id, key, version_seen=seen))


def _artifact_routes(routes: APIRouter, desk: PlanningArtifacts, subject_of: Any) -> None:
    found = (*_FOUND, E_PLANNING_ARTIFACT_NOT_FOUND)

    @routes.post(
        "/projects/{project_id}/planning/{name}",
        status_code=201,
        responses=responses_of(*_FOUND, E_BOARD_NOT_FOUND),
    )
    async def draft(
        project_id: UUID, name: Name, subject: Annotated[Subject, subject_of]
    ) -> PlanningArtifactView:
        """Draft a blueprint or an implementation plan from what is chosen and answered now."""
        return artifact_view(await desk.draft(subject, project_id, name))

    @routes.get("/projects/{project_id}/planning/{name}", responses=responses_of(*_FOUND))
    async def show(
        project_id: UUID, name: Name, subject: Annotated[Subject, subject_of]
    ) -> PlanningArtifactView | None:
        """Get the newest version; null where nothing was drafted."""
        present = await desk.show(subject, project_id, name)
        return artifact_view(present) if present else None

    @routes.post(
        "/projects/{project_id}/planning/{name}/submit",
        responses=responses_of(*found, E_PLANNING_BLOCKED),
    )
    async def submit(
        project_id: UUID, name: Name, subject: Annotated[Subject, subject_of]
    ) -> PlanningArtifactView:
        """Give the draft to whoever decides."""
        return artifact_view(await desk.submit(subject, project_id, name))

    @routes.post(
        "/projects/{project_id}/planning/{name}/decide",
        responses=responses_of(*found, E_PLANNING_BLOCKED, E_ARTIFACT_STATE),
    )
    async def decide(
        project_id: UUID, name: Name, body: DecisionIn, subject: Annotated[Subject, subject_of]
    ) -> PlanningArtifactView:
        """Give an owner's yes or no to what is in review."""
        act = {"approve": desk.approve, "reject": desk.reject}
        return artifact_view(await act[body.decision](subject, project_id, name, body.reason))
