"""Reviews as they go out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.agents import OnLimit
from evigate.agents.concert.models import Strategy
from evigate.agents.concert.store import Checkpoint
from evigate.studio.reviews.service import Review


class StartIn(BaseModel):
    """How the reviewers work together, and what they may use at most; None is no limit."""

    model_config = ConfigDict(extra="forbid")
    strategy: Strategy = Strategy.PARALLEL
    tokens_limit: int | None = Field(default=None, ge=0)
    on_limit: OnLimit = OnLimit.PAUSE


class ResumeIn(BaseModel):
    """What the review may use from now on; None leaves it as it is."""

    model_config = ConfigDict(extra="forbid")
    tokens_limit: int | None = Field(default=None, ge=0)


class DismissIn(BaseModel):
    """Which finding is none, and why."""

    model_config = ConfigDict(extra="forbid")
    rule: str = Field(min_length=1, max_length=40)
    element: str = Field(min_length=1, max_length=600)
    reason: str = Field(min_length=1, max_length=2000)


@dataclass(frozen=True, slots=True)
class StepView:
    """A step: who does it, after which others, and whether it is done."""

    name: str
    agent: str
    role: str
    group: str
    after: list[str]
    is_done: bool
    producer: str | None
    tokens: int | None


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with its words, and what other reviewers said to it."""

    rule: str
    severity: Literal["warning", "note"]
    element: str
    message: str
    fix: str
    quote: str
    is_known: bool
    standing: str
    said: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review: how far it is, what was used, what it found. `share` is of the limit on tokens."""

    id: UUID
    specification: str
    strategy: str
    status: str
    reason: str
    done: int
    steps: list[StepView]
    tokens: int
    tokens_reserved: int
    tokens_limit: int | None
    micros: int | None
    share: float | None
    is_warned: bool
    left_out: int
    context_request_id: UUID
    task_id: UUID | None
    findings: list[FindingView]
    objections: int
    dropped: int
    error: dict[str, Any] | None
    created_by: str
    created_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckpointView:
    """How far a review was after a step; expires."""

    step_index: int
    step_name: str
    state: dict[str, Any]
    created_at: datetime
    expires_at: datetime


def checkpoint_view(found: Checkpoint) -> CheckpointView:
    """Return a checkpoint as it is listed."""
    return CheckpointView(
        found.step_index, found.step_name, found.state, found.created_at, found.expires_at
    )


def _steps(review: Review) -> list[StepView]:
    outputs = review.concert.outputs
    return [
        StepView(
            each.name,
            each.part.agent,
            each.part.role,
            each.part.group,
            list(each.after),
            each.name in outputs,
            outputs[each.name]["producer"] if each.name in outputs else None,
            outputs[each.name]["tokens"] if each.name in outputs else None,
        )
        for each in review.concert.steps
    ]


def _findings(review: Review) -> list[FindingView]:
    said: dict[tuple[str, str], list[dict[str, str]]] = {}
    for role, each in review.came.stances:
        told = {"by": role, "stance": each.stance, "reason": each.reason, "quote": each.quote}
        said.setdefault((each.rule, each.element), []).append(told)
    return [
        FindingView(
            each.rule,
            each.severity,
            each.element,
            each.message,
            each.fix,
            each.quote,
            each.is_known,
            review.stands(each),
            said.get((each.rule, each.element), []),
        )
        for each in review.came.findings
    ]


def review_view(review: Review) -> ReviewView:
    """Return a review as it is shown."""
    kept, concert, spent = review.kept, review.concert, review.concert.spent
    return ReviewView(
        id=kept.id,
        specification=kept.specification,
        strategy=concert.work.strategy,
        status=concert.status,
        reason=concert.reason,
        done=len(concert.outputs),
        steps=_steps(review),
        tokens=spent.tokens,
        tokens_reserved=spent.reserved,
        tokens_limit=spent.tokens_limit,
        micros=spent.micros,
        share=spent.share,
        is_warned=spent.is_warned,
        left_out=kept.left_out,
        context_request_id=kept.request_id,
        task_id=kept.task_id,
        findings=_findings(review),
        objections=sum(1 for _, each in review.came.stances if each.stance == "objects"),
        dropped=review.came.dropped,
        error=dict(concert.error) if concert.error else None,
        created_by=concert.created_by,
        created_at=concert.created_at,
        completed_at=concert.completed_at,
    )
