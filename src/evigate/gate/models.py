"""What the gate keeps, as values; the database says which status may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from evigate.base.ids import ArtifactId, ModuleId


class ArtifactStatus(StrEnum):
    """The learning bank's words; only what is approved may be used, and retired is the end."""

    PENDING_GENERATION = "PENDING_GENERATION"
    PENDING_EVAL = "PENDING_EVAL"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    RETIRED = "RETIRED"


class Verdict(StrEnum):
    """What a reviewer may say."""

    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    NEEDS_REVISION = "NEEDS_REVISION"


@dataclass(frozen=True, slots=True)
class NewCitation:
    """A quote that an artifact rests on; the gate looks for where it stands in the document.

    `chunk_sha256` says which chunk it was taken from; it decides between equal quotes.
    """

    document_id: UUID
    quote: str
    chunk_sha256: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class NewArtifact:
    """A draft: either a JSON payload or the digest of a stored blob."""

    module_id: UUID
    kind: str
    key: str
    schema_version: str
    content_hash: str
    evidence_version: str
    run_id: UUID
    payload: Mapping[str, Any] | None = None
    blob_sha256: str | None = None
    grounding: Mapping[str, Any] = field(default_factory=dict)
    citations: tuple[NewCitation, ...] = ()
    difficulty: str | None = None
    tags: tuple[str, ...] = ()
    supersedes: UUID | None = None
    producer: str = "built-in"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A draft as the gate keeps it; `version` counts from 1 within its module, kind and key."""

    id: ArtifactId
    module_id: ModuleId
    kind: str
    key: str
    version: int
    status: ArtifactStatus
    schema_version: str
    artifact_payload: dict[str, Any] | None
    blob_sha256: str | None
    content_hash: str
    grounding: dict[str, Any]
    evidence_version: str
    current_evidence: str
    run_id: UUID
    difficulty: str | None
    tags: list[str]
    supersedes: UUID | None
    producer: str
    stale_at: datetime | None
    decided_by: str | None
    decision_reason: str | None
    approved_at: datetime | None
    rejected_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CitationRow:
    """A quote and where it stands today: `start_char` counts characters of `context`, its chunk.

    `context` is None where the chunk is gone, which is when `state` is "stale"; `context_start` is
    where it begins on its page.
    """

    id: UUID
    artifact_id: UUID
    ordinal: int
    document_id: UUID
    document: str | None
    chunk_sha256: str
    page: int
    start_char: int
    quote: str
    heading_path: list[str]
    state: str
    context: str | None
    store_id: UUID | None
    context_start: int | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an artifact: of the same module, kind and key."""

    id: UUID
    version: int
    status: str
    created_at: datetime
    producer: str
    decision_reason: str | None


@dataclass(frozen=True, slots=True)
class GenerationRun:
    """Who drafted, with what: the row beside the run that carries the life cycle."""

    agent_name: str
    agent_version: str
    model: str
    store_name: str
    model_params: Mapping[str, Any] = field(default_factory=dict)
    prompt_id: UUID | None = None
    metadata_filter: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a suite: bounds on a check's score, its weight, and what a miss means."""

    id: UUID
    suite_id: UUID
    eval_type: str
    min_score: Decimal | None
    max_score: Decimal | None
    weight: Decimal
    hard_fail: bool
    is_advisory: bool
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Suite:
    """A set of rules with the score that passes; frozen since its first use."""

    id: UUID
    name: str
    version: int
    description: str
    pass_score: Decimal
    review: str
    needs_citations: bool
    frozen_at: datetime | None
    is_library: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class NewResult:
    """A check's score for a rule; a score of None has its reason in `details`."""

    eval_type: str
    score: float | None
    judge: str
    judge_version: str
    details: Mapping[str, Any]
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Result:
    """A result as kept: `passed` follows from the score and the rule's bounds, in the database."""

    eval_type: str
    score: Decimal | None
    passed: bool | None
    hard_fail: bool
    is_advisory: bool
    min_score: Decimal | None
    max_score: Decimal | None
    weight: Decimal
    judge: str
    judge_version: str
    may_gate: bool
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EvalRun:
    """One judgement of an artifact by a suite."""

    id: UUID
    artifact_id: UUID
    suite_id: UUID
    suite_name: str
    suite_version: int
    judge_model: str
    judge_params: dict[str, Any]
    evidence_version: str
    is_trial: bool
    status: str
    overall_pass: bool | None
    overall_score: Decimal | None
    needs_review: bool | None
    error: dict[str, Any] | None
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What closing an eval run came to, for the run and for the artifact."""

    status: str
    overall_pass: bool | None
    overall_score: Decimal | None
    needs_review: bool | None
    artifact_status: ArtifactStatus


@dataclass(frozen=True, slots=True)
class ReviewTask:
    """A question to people: is this fit for use? `given` counts the verdicts so far."""

    id: UUID
    artifact_id: UUID
    kind: str
    module_id: UUID
    reason: str
    wanted: int
    given: int
    is_blind: bool
    is_audit: bool
    assigned_to: str | None
    status: str
    outcome: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """One person's verdict."""

    id: UUID
    task_id: UUID
    artifact_id: UUID
    reviewer: str
    verdict: Verdict
    reasons: list[str]
    comment: str
    duration_ms: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """What a verdict came to; `why_not` says why an approved draft is still not in use."""

    task_status: str
    outcome: str | None
    artifact_status: ArtifactStatus
    why_not: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something found wrong: by which check, its stable name, where, and what to do about it."""

    check: str
    name: str
    message: str
    path: str = ""
    fix: str = ""
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault that a check found, under a fingerprint that stays while the fault does."""

    id: UUID
    artifact_id: UUID
    fingerprint: str
    rule: str
    severity: str
    element: str
    message: str
    fix: str
    status: str
    seen_count: int
    first_seen_at: datetime
    last_seen_at: datetime
