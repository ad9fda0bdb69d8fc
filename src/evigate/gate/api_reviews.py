"""The routes of reviews: the queue, verdicts, waivers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from evigate.base.subject import Subject
from evigate.gate.checks import EvalType
from evigate.gate.errors import (
    E_ARTIFACT_NOT_FOUND,
    E_ARTIFACT_STATE,
    E_REVIEW_NOT_FOUND,
    E_REVIEW_TWICE,
    E_REVIEWER_UNKNOWN,
)
from evigate.gate.evaluate import Evaluator
from evigate.gate.models import ArtifactStatus, ReviewOutcome, ReviewTask, Verdict
from evigate.gate.reviews import (
    assign_review,
    get_review_task,
    give_verdict,
    list_review_tasks,
    open_review,
    waive_fail,
)
from evigate.gate.sampling import (
    SAMPLE_MAX,
    Agreement,
    reviewers_agreement,
    sample_reviews,
)
from evigate.kernel.db import Database
from evigate.kernel.http import PageOf, responses_of


class ReviewIn(BaseModel):
    """A question to put to people."""

    artifact_id: UUID
    reason: str = Field(default="asked for", min_length=1, max_length=500)
    wanted: int = Field(default=1, ge=1, le=3)
    is_blind: bool = False
    is_audit: bool = False
    assigned_to: str | None = Field(default=None, max_length=200)


class SampleIn(BaseModel):
    """How much of what is in use two people should look at."""

    count: int = Field(default=10, ge=1, le=SAMPLE_MAX)
    module_id: UUID | None = None
    kind: str | None = Field(default=None, max_length=100)
    assigned_to: str | None = Field(default=None, max_length=200)


class SampledOut(BaseModel):
    """The reviews that were opened."""

    task_ids: list[UUID]


class AssignIn(BaseModel):
    """Who should answer; null leaves it to whoever comes first."""

    assigned_to: str | None = Field(default=None, max_length=200)


class VerdictIn(BaseModel):
    """A verdict, with how long it took."""

    verdict: Verdict
    comment: str = Field(default="", max_length=5000)
    reasons: list[Annotated[str, Field(max_length=200)]] = Field(
        default_factory=list, max_length=20
    )
    duration_ms: int | None = Field(default=None, ge=0, le=86_400_000)


class WaiverIn(BaseModel):
    """A hard fail to let pass, and why."""

    eval_type: EvalType = Field(examples=["ANSWERABILITY"])
    reason: str = Field(min_length=1, max_length=1000)


class WaivedOut(BaseModel):
    """Where the artifact stands after it was judged again."""

    status: ArtifactStatus


def review_routes(
    routes: APIRouter, database: Database, subject_of: Any, evaluator: Evaluator
) -> None:
    """Add the routes of reviews."""
    _reading_routes(routes, database, subject_of)
    _asking_routes(routes, database, subject_of)
    _task_routes(routes, database, subject_of)
    _deciding_routes(routes, database, subject_of)
    _waiver_routes(routes, database, subject_of, evaluator)


def _reading_routes(routes: APIRouter, database: Database, subject_of: Any) -> None:
    @routes.get("/reviews")
    async def queue(
        subject: Annotated[Subject, subject_of],
        module_id: UUID | None = None,
        artifact_id: UUID | None = None,
        kind: str | None = None,
        status: str | None = "open",
        is_mine: bool = False,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> PageOf[ReviewTask]:
        """List review tasks, oldest first; `is_mine` leaves out another's and those I answered."""
        async with database.tx(subject) as tx:
            found = await list_review_tasks(
                tx,
                module_id=module_id,
                artifact_id=artifact_id,
                kind=kind,
                status=status,
                is_mine=is_mine,
                limit=limit,
                offset=offset,
            )
        return PageOf(items=found)

    @routes.get("/reviews/agreement")
    async def agreement(
        subject: Annotated[Subject, subject_of],
        module_id: UUID | None = None,
        kind: str | None = None,
    ) -> Agreement:
        """Say how well people agree, over drafts that two or more gave a verdict on."""
        async with database.tx(subject) as tx:
            return await reviewers_agreement(tx, module_id=module_id, kind=kind)


def _asking_routes(routes: APIRouter, database: Database, subject_of: Any) -> None:
    @routes.post("/reviews/samples", status_code=201, responses=responses_of(E_REVIEWER_UNKNOWN))
    async def sample(body: SampleIn, subject: Annotated[Subject, subject_of]) -> SampledOut:
        """Ask two people, blind, about some of what is in use and nobody has looked at."""
        async with database.tx(subject) as tx:
            found = await sample_reviews(
                tx,
                body.count,
                module_id=body.module_id,
                kind=body.kind,
                assigned_to=body.assigned_to,
            )
        return SampledOut(task_ids=found)

    @routes.post(
        "/reviews",
        status_code=201,
        responses=responses_of(E_ARTIFACT_NOT_FOUND, E_REVIEWER_UNKNOWN),
    )
    async def ask(body: ReviewIn, subject: Annotated[Subject, subject_of]) -> ReviewTask:
        """Ask people about a draft, or widen the question that is open."""
        async with database.tx(subject) as tx:
            task_id = await open_review(
                tx,
                body.artifact_id,
                body.reason,
                wanted=body.wanted,
                is_blind=body.is_blind,
                is_audit=body.is_audit,
                assigned_to=body.assigned_to,
            )
            return await get_review_task(tx, task_id)


def _task_routes(routes: APIRouter, database: Database, subject_of: Any) -> None:
    @routes.get("/reviews/{task_id}", responses=responses_of(E_REVIEW_NOT_FOUND))
    async def task(task_id: UUID, subject: Annotated[Subject, subject_of]) -> ReviewTask:
        """Get a review task."""
        async with database.tx(subject) as tx:
            return await get_review_task(tx, task_id)

    @routes.post(
        "/reviews/{task_id}/assign",
        status_code=204,
        responses=responses_of(E_REVIEW_NOT_FOUND, E_REVIEWER_UNKNOWN),
    )
    async def assign(
        task_id: UUID, body: AssignIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Give a task to somebody, or to whoever comes first."""
        async with database.tx(subject) as tx:
            await assign_review(tx, task_id, body.assigned_to)


def _deciding_routes(routes: APIRouter, database: Database, subject_of: Any) -> None:
    @routes.post(
        "/reviews/{task_id}/verdict",
        responses=responses_of(E_REVIEW_NOT_FOUND, E_REVIEW_TWICE, E_ARTIFACT_STATE),
    )
    async def verdict(
        task_id: UUID, body: VerdictIn, subject: Annotated[Subject, subject_of]
    ) -> ReviewOutcome:
        """Give one's verdict; when enough are in, the gate decides."""
        async with database.tx(subject) as tx:
            return await give_verdict(
                tx,
                task_id,
                body.verdict,
                comment=body.comment,
                reasons=body.reasons,
                duration_ms=body.duration_ms,
            )


def _waiver_routes(
    routes: APIRouter, database: Database, subject_of: Any, evaluator: Evaluator
) -> None:
    @routes.post(
        "/artifacts/{artifact_id}/waivers",
        responses=responses_of(E_ARTIFACT_NOT_FOUND, E_ARTIFACT_STATE),
    )
    async def waive(
        artifact_id: UUID, body: WaiverIn, subject: Annotated[Subject, subject_of]
    ) -> WaivedOut:
        """Let a hard fail pass for once; the draft is judged again and then waits for a person."""
        async with database.tx(subject) as tx:
            await waive_fail(tx, artifact_id, body.eval_type, body.reason)
        [judged] = await evaluator.evaluate(subject, [artifact_id])
        return WaivedOut(status=judged.outcome.artifact_status)
