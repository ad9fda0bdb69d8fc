"""The verbs of people: the queue, verdicts, waivers, comments, and the owner's plain yes or no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.gate.artifacts import get_artifact, missing
from evigate.gate.errors import (
    E_ARTIFACT_STATE,
    E_REVIEW_NOT_FOUND,
    E_REVIEW_TWICE,
    E_REVIEWER_UNKNOWN,
    refusals,
)
from evigate.gate.models import ArtifactStatus, Review, ReviewOutcome, ReviewTask, Verdict
from evigate.gate.permissions import DECIDE, EVALUATE, READ, REVIEW
from evigate.kernel.access import require
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.events import audit

_queries = load_queries(__package__)

CHOICES_MAX = 500


async def list_review_tasks(
    tx: Tx,
    *,
    module_id: UUID | None = None,
    artifact_id: UUID | None = None,
    kind: str | None = None,
    status: str | None = "open",
    is_mine: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> list[ReviewTask]:
    """Return review tasks, oldest first; `is_mine` leaves out another's and those I answered."""
    require(tx.subject, READ)
    me = tx.subject.actor if is_mine else None
    rows = await _queries.list_review_tasks(
        tx.connection,
        task_id=None,
        artifact_id=artifact_id,
        module_id=module_id,
        kind=kind,
        status=status,
        assigned_to=me,
        unseen_by=me,
        limit=limit,
        offset=offset,
    )
    return [ReviewTask(**row) for row in rows]


async def get_review_task(tx: Tx, task_id: UUID) -> ReviewTask:
    """Return one task.

    Raises:
        EvigateError[E_REVIEW_NOT_FOUND]: this tenant has none such.
    """
    require(tx.subject, READ)
    rows = await _queries.list_review_tasks(
        tx.connection,
        task_id=task_id,
        artifact_id=None,
        module_id=None,
        kind=None,
        status=None,
        assigned_to=None,
        unseen_by=None,
        limit=1,
        offset=0,
    )
    if not rows:
        raise _no_review(task_id)
    return ReviewTask(**rows[0])


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of artifact in a module that has reviews open."""

    kind: str
    module_id: UUID
    module: str


async def review_choices(tx: Tx) -> list[Choice]:
    """Return what the queue can be narrowed to, by the modules' titles."""
    require(tx.subject, READ)
    rows = await _queries.review_choices(tx.connection, limit=CHOICES_MAX)
    return [Choice(**row) for row in rows]


async def open_review(
    tx: Tx,
    artifact_id: UUID,
    reason: str,
    *,
    wanted: int = 1,
    is_blind: bool = False,
    is_audit: bool = False,
    assigned_to: str | None = None,
) -> UUID:
    """Ask people about an artifact, or widen the question that is open; return the task's id.

    Args:
        wanted: verdicts, 1 to 3; two who disagree ask for a third.
        is_blind: reviewers do not see each other's verdicts until the task is closed.
        is_audit: the artifact is in use and stays so meanwhile.
    """
    require(tx.subject, EVALUATE)
    await get_artifact(tx, artifact_id)
    assigned_to = await _reviewer(tx, assigned_to)
    task_id: UUID = await _queries.open_review(
        tx.connection,
        artifact_id=artifact_id,
        reason=reason,
        wanted=wanted,
        is_blind=is_blind,
        is_audit=is_audit,
        assigned_to=assigned_to,
    )
    return task_id


async def _reviewer(tx: Tx, named: str | None) -> str | None:
    """Return who is meant by an address or an actor, as an actor; nobody for nobody."""
    if named is None:
        return None
    found: str | None = await _queries.find_reviewer(
        tx.connection, named=named.strip(), roles=sorted(REVIEW.roles)
    )
    if found is None:
        raise EvigateError(E_REVIEWER_UNKNOWN, f"There is no reviewer {named!r} here.")
    return found


async def assign_review(tx: Tx, task_id: UUID, assigned_to: str | None) -> None:
    """Give a task to a member, by address or "user:ID", or to whoever comes first.

    Raises:
        EvigateError[E_REVIEWER_UNKNOWN]: that is no member who may review.
        EvigateError[E_REVIEW_NOT_FOUND]: no such task is open.
    """
    require(tx.subject, REVIEW)
    assigned_to = await _reviewer(tx, assigned_to)
    if not await _queries.assign_review(tx.connection, task_id=task_id, assigned_to=assigned_to):
        raise _no_review(task_id)


async def give_verdict(
    tx: Tx,
    task_id: UUID,
    verdict: Verdict,
    *,
    comment: str = "",
    reasons: Sequence[str] = (),
    duration_ms: int | None = None,
) -> ReviewOutcome:
    """Give one's verdict; when enough are in, the database decides by the gate's one rule.

    Raises:
        EvigateError[E_REVIEW_NOT_FOUND]: no such task is open.
        EvigateError[E_REVIEW_TWICE]: this person has spoken already.
        EvigateError[E_ARTIFACT_STATE]: the evidence changed since the question was put.
    """
    require(tx.subject, REVIEW)
    try:
        async with refusals(tx):
            row = await _queries.record_review(
                tx.connection,
                id=new_uuid(),
                task_id=task_id,
                verdict=verdict,
                reasons=list(reasons),
                comment=comment,
                duration_ms=duration_ms,
            )
    except psycopg.errors.NoDataFound as error:
        raise _no_review(task_id) from error
    except psycopg.errors.UniqueViolation as error:
        raise EvigateError(E_REVIEW_TWICE, "You have given your verdict already.") from error
    return ReviewOutcome(**{**row, "artifact_status": ArtifactStatus(row["artifact_status"])})


async def list_reviews(tx: Tx, artifact_id: UUID | None = None) -> list[Review]:
    """Return verdicts, oldest first; of an open blind task only one's own."""
    require(tx.subject, READ)
    rows = await _queries.list_reviews(tx.connection, artifact_id=artifact_id)
    return [Review(**{**row, "verdict": Verdict(row["verdict"])}) for row in rows]


async def approve(tx: Tx, artifact_id: UUID, reason: str) -> None:
    """Give an owner's yes as a review that one verdict closes; approving twice changes nothing.

    Raises:
        EvigateError[E_ARTIFACT_NOT_FOUND | E_ARTIFACT_STATE | E_DENIED]
    """
    await _decide(tx, artifact_id, Verdict.APPROVED, reason)


async def reject(tx: Tx, artifact_id: UUID, reason: str) -> None:
    """Give an owner's no; see `approve`."""
    await _decide(tx, artifact_id, Verdict.REJECTED, reason)


async def _decide(tx: Tx, artifact_id: UUID, verdict: Verdict, reason: str) -> None:
    require(tx.subject, DECIDE)
    artifact = await get_artifact(tx, artifact_id)
    if artifact.status.value == verdict.value:
        return
    if artifact.status is not ArtifactStatus.PENDING_EVAL:
        message = f"An artifact cannot move from {artifact.status} to {verdict}."
        raise EvigateError(E_ARTIFACT_STATE, message)
    task_id = await open_review(tx, artifact_id, "an owner decides")
    outcome = await give_verdict(tx, task_id, verdict, comment=reason)
    if outcome.why_not is not None:
        raise EvigateError(E_ARTIFACT_STATE, f"The gate refuses: {outcome.why_not}.")
    what = f"artifact_{verdict.value.lower()}"
    await audit(tx, what, artifact_id=str(artifact_id), reason=reason)


async def waive_fail(tx: Tx, artifact_id: UUID, eval_type: str, reason: str) -> None:
    """Let a hard fail pass for once, in one's own name; the next evaluation asks a person then.

    Raises:
        EvigateError[E_ARTIFACT_NOT_FOUND | E_ARTIFACT_STATE | E_DENIED]
    """
    require(tx.subject, DECIDE)
    try:
        async with refusals(tx):
            await _queries.waive_fail(
                tx.connection, artifact_id=artifact_id, eval_type=eval_type, reason=reason
            )
    except psycopg.errors.NoDataFound as error:
        raise missing(artifact_id) from error


@dataclass(frozen=True, slots=True)
class Comment:
    """Something that a person said about an artifact; `author_name` is how others know them."""

    id: UUID
    artifact_id: UUID
    author: str
    body: str
    created_at: datetime
    author_name: str


async def add_comment(tx: Tx, artifact_id: UUID, body: str) -> Comment:
    """Say something about an artifact; comments stay."""
    require(tx.subject, REVIEW)
    await get_artifact(tx, artifact_id)
    row = await _queries.insert_comment(tx.connection, artifact_id=artifact_id, body=body)
    return Comment(**row)


async def list_comments(tx: Tx, artifact_id: UUID) -> list[Comment]:
    """Return what was said about an artifact, oldest first."""
    require(tx.subject, READ)
    rows = await _queries.list_comments(tx.connection, artifact_id=artifact_id)
    return [Comment(**row) for row in rows]


def _no_review(task_id: UUID) -> EvigateError:
    return EvigateError(E_REVIEW_NOT_FOUND, f"There is no open review {str(task_id)!r}.")
