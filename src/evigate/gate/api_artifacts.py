"""The routes of artifacts: look at one, at what it rests on and what judged it, take it out of use.

Approving and rejecting stand with the room whose draft it is, or with the reviews, since work may
wait for the answer.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from evigate.base.subject import Subject
from evigate.gate.artifacts import (
    get_artifact,
    list_artifacts,
    list_citations,
    list_versions,
    reopen,
    retire,
    why_not_approved,
)
from evigate.gate.errors import E_ARTIFACT_NOT_FOUND, E_ARTIFACT_STATE, E_EVAL_RUN_NOT_FOUND
from evigate.gate.evals import check_eval_run, list_eval_runs, list_findings, list_results
from evigate.gate.kinds import Change, Kinds
from evigate.gate.lineage import Lineage, lineage
from evigate.gate.models import (
    Artifact,
    ArtifactStatus,
    CitationRow,
    EvalRun,
    Finding,
    Result,
    Review,
    Version,
)
from evigate.gate.reviews import Comment, add_comment, list_comments, list_reviews
from evigate.kernel.db import Database
from evigate.kernel.http import PAGE_SIZE, PAGE_SIZE_MAX, PageOf, responses_of


class ReasonIn(BaseModel):
    """Why an artifact is moved."""

    reason: str = Field(min_length=1, max_length=1000)


class CommentIn(BaseModel):
    """Something to say about an artifact."""

    body: str = Field(min_length=1, max_length=5000)


class StandingOut(BaseModel):
    """What stands between a draft and its approval; null where nothing does."""

    why_not: str | None


def artifact_routes(routes: APIRouter, database: Database, subject_of: Any, kinds: Kinds) -> None:
    """Add the routes of artifacts."""
    _add_reading(routes, database, subject_of, kinds)
    _add_judged(routes, database, subject_of)
    _add_moving(routes, database, subject_of)


def _add_reading(routes: APIRouter, database: Database, subject_of: Any, kinds: Kinds) -> None:
    @routes.get("/artifacts")
    async def artifacts(
        subject: Annotated[Subject, subject_of],
        module_id: UUID | None = None,
        status: ArtifactStatus | None = None,
        kind: str | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE,
    ) -> PageOf[Artifact]:
        """List drafts and decisions, newest first."""
        async with database.tx(subject) as tx:
            found = await list_artifacts(
                tx, module_id=module_id, status=status, kind=kind, limit=limit
            )
        return PageOf(items=found)

    @routes.get("/artifacts/{artifact_id}", responses=responses_of(E_ARTIFACT_NOT_FOUND))
    async def artifact(artifact_id: UUID, subject: Annotated[Subject, subject_of]) -> Artifact:
        """Get a draft with its decision; the content is its payload or the blob of that digest."""
        async with database.tx(subject) as tx:
            return await get_artifact(tx, artifact_id)

    @routes.get("/artifacts/{artifact_id}/standing", responses=responses_of(E_ARTIFACT_NOT_FOUND))
    async def standing(artifact_id: UUID, subject: Annotated[Subject, subject_of]) -> StandingOut:
        """Get what stands between a draft and its approval."""
        async with database.tx(subject) as tx:
            await get_artifact(tx, artifact_id)
            return StandingOut(why_not=await why_not_approved(tx, artifact_id))

    @routes.get("/artifacts/{artifact_id}/citations", responses=responses_of(E_ARTIFACT_NOT_FOUND))
    async def citations(
        artifact_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[CitationRow]:
        """List the quotes that a draft rests on, with where each stands today."""
        async with database.tx(subject) as tx:
            await get_artifact(tx, artifact_id)
            return PageOf(items=(await list_citations(tx, [artifact_id]))[artifact_id])

    @routes.get("/artifacts/{artifact_id}/lineage", responses=responses_of(E_ARTIFACT_NOT_FOUND))
    async def graph(artifact_id: UUID, subject: Annotated[Subject, subject_of]) -> Lineage:
        """Get where a draft comes from and what became of it, as a graph."""
        async with database.tx(subject) as tx:
            return await lineage(tx, artifact_id)

    @routes.get("/artifacts/{artifact_id}/versions", responses=responses_of(E_ARTIFACT_NOT_FOUND))
    async def versions(
        artifact_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[Version]:
        """List the versions of a draft, oldest first."""
        async with database.tx(subject) as tx:
            await get_artifact(tx, artifact_id)
            return PageOf(items=await list_versions(tx, artifact_id))

    @routes.get(
        "/artifacts/{artifact_id}/diff/{other_id}", responses=responses_of(E_ARTIFACT_NOT_FOUND)
    )
    async def diff(
        artifact_id: UUID, other_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[Change]:
        """List what changed from one draft to another of its kind."""
        async with database.tx(subject) as tx:
            before = await get_artifact(tx, artifact_id)
            after = await get_artifact(tx, other_id)
        differ = kinds.get(before.kind).diff
        changes = differ(before.artifact_payload or {}, after.artifact_payload or {})
        return PageOf(items=changes)


def _add_judged(routes: APIRouter, database: Database, subject_of: Any) -> None:
    @routes.get("/artifacts/{artifact_id}/evals", responses=responses_of(E_ARTIFACT_NOT_FOUND))
    async def evals(artifact_id: UUID, subject: Annotated[Subject, subject_of]) -> PageOf[EvalRun]:
        """List a draft's judgements, newest first; people's verdicts are among them."""
        async with database.tx(subject) as tx:
            await get_artifact(tx, artifact_id)
            return PageOf(items=await list_eval_runs(tx, artifact_id))

    @routes.get("/evals/{run_id}/results", responses=responses_of(E_EVAL_RUN_NOT_FOUND))
    async def results(run_id: UUID, subject: Annotated[Subject, subject_of]) -> PageOf[Result]:
        """List what each rule of a judgement said."""
        async with database.tx(subject) as tx:
            await check_eval_run(tx, run_id)
            return PageOf(items=await list_results(tx, run_id))

    @routes.get("/artifacts/{artifact_id}/findings", responses=responses_of(E_ARTIFACT_NOT_FOUND))
    async def findings(
        artifact_id: UUID, subject: Annotated[Subject, subject_of], status: str | None = None
    ) -> PageOf[Finding]:
        """List what the checks found wrong with a draft, the latest first."""
        async with database.tx(subject) as tx:
            await get_artifact(tx, artifact_id)
            found = await list_findings(tx, artifact_id=artifact_id, status=status)
            return PageOf(items=found)

    @routes.get("/artifacts/{artifact_id}/reviews", responses=responses_of(E_ARTIFACT_NOT_FOUND))
    async def reviews(artifact_id: UUID, subject: Annotated[Subject, subject_of]) -> PageOf[Review]:
        """List people's verdicts on a draft; of an open blind review only one's own."""
        async with database.tx(subject) as tx:
            await get_artifact(tx, artifact_id)
            return PageOf(items=await list_reviews(tx, artifact_id))

    @routes.get("/artifacts/{artifact_id}/comments", responses=responses_of(E_ARTIFACT_NOT_FOUND))
    async def comments(
        artifact_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[Comment]:
        """List what was said about a draft, oldest first."""
        async with database.tx(subject) as tx:
            await get_artifact(tx, artifact_id)
            return PageOf(items=await list_comments(tx, artifact_id))


def _add_moving(routes: APIRouter, database: Database, subject_of: Any) -> None:
    refused = responses_of(E_ARTIFACT_NOT_FOUND, E_ARTIFACT_STATE)

    @routes.post("/artifacts/{artifact_id}/retire", status_code=204, responses=refused)
    async def retire_artifact(
        artifact_id: UUID, body: ReasonIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Take an artifact out of use for good."""
        async with database.tx(subject) as tx:
            await retire(tx, artifact_id, body.reason)

    @routes.post("/artifacts/{artifact_id}/reopen", status_code=204, responses=refused)
    async def reopen_artifact(
        artifact_id: UUID, body: ReasonIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Put an approved or rejected artifact back among those that wait."""
        async with database.tx(subject) as tx:
            await reopen(tx, artifact_id, body.reason)

    @routes.post(
        "/artifacts/{artifact_id}/comments",
        status_code=201,
        responses=responses_of(E_ARTIFACT_NOT_FOUND),
    )
    async def comment(
        artifact_id: UUID, body: CommentIn, subject: Annotated[Subject, subject_of]
    ) -> Comment:
        """Say something about a draft."""
        async with database.tx(subject) as tx:
            return await add_comment(tx, artifact_id, body.body)
