"""The nouns of the papers room: claims, and what became of them.

Plans live in `plan/`, because a plan is a document with a schema of its own.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from evigate.base.ids import ClaimId, ModuleId, PaperId, PlanId, RunId
from evigate.evidence import Box


class Direction(StrEnum):
    """Which way a metric gets better; the seed's words."""

    MAXIMIZE = "maximize"
    MINIMIZE = "minimize"


@dataclass(frozen=True, slots=True)
class TableCell:
    """Where in a table a number stands: "Table 2", its row's and column's labels as printed."""

    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """A number that a paper reports, tied to the place where it is printed.

    `value` is exactly as printed (97.66 with `units` "%", not 0.9766). `quote` is verbatim text of
    the page, found there by search. What the paper does not say is None, never a guess.
    `own_reason` is the sign by which the method was taken for the authors' own, or another's.
    """

    dataset: str | None
    split: str | None
    metric: str
    value: Decimal
    units: str | None
    method: str | None
    is_own_method: bool
    source_citation: str
    page: int
    box: Box
    quote: str
    confidence: float
    cell: TableCell | None = None
    own_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it is kept; the columns of the schema document, and what was printed on it."""

    id: PaperId
    title: str
    authors: list[str]
    source_url: str | None
    doi: str | None
    arxiv_id: str | None
    arxiv_version: int | None
    pdf_storage_path: str
    vector_store_id: str
    pdf_sha256: str
    status: str
    page_count: int
    module_id: ModuleId
    document_id: UUID
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it is kept: a draft with an id and its place in the paper's list."""

    id: ClaimId
    paper_id: PaperId
    position: int
    draft: ClaimDraft
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """
    A plan as it is kept; the document itself is `plan_json`.

    `revision` counts a plan's versions from 1, each naming the one before it. `variation` is there
    for a plan that changes one assumption of another to see what that does.
    """

    id: PlanId
    paper_id: PaperId
    version: str
    plan_json: dict[str, Any]
    env_hash: str | None
    budget_minutes: int
    status: str
    plan_artifact_id: UUID | None
    notebook_artifact_id: UUID | None
    created_at: datetime
    updated_at: datetime
    previous_id: UUID | None = None
    revision: int = 1
    variation: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NotebookRun:
    """One execution of an approved notebook; times are UTC, `duration_sec` whole seconds.

    `findings` are what it tried and met, each {code, what, count}; runs that were asked for at once
    share a `batch_id`.
    """

    id: RunId
    plan_id: PlanId
    paper_id: PaperId
    env_hash: str
    seed: int
    seeds_count: int
    status: str
    sandbox_level: str | None
    artifact_id: UUID
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    duration_sec: int | None
    error_code: str | None
    error_message: str | None
    cpu_seconds: Decimal | None = None
    peak_memory_bytes: int | None = None
    executor: str = "local"
    findings: list[dict[str, Any]] = field(default_factory=list)
    batch_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One value of a metric; `step` is None for a final value."""

    metric: str
    split: str | None
    step: int | None
    value: Decimal
    ts: datetime


@dataclass(frozen=True, slots=True)
class Asset:
    """A stored file and what it belongs to; `checksum` is its SHA-256 and its address."""

    kind: str
    storage_path: str
    size_bytes: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Eval:
    """Claimed against observed, in the claim's printed units."""

    id: UUID
    run_id: RunId
    metric_name: str
    claimed: Decimal
    observed: Decimal
    gap_percent: Decimal
    gap_abs: Decimal
    tolerance: Decimal | None
    direction: Direction | None


@dataclass(frozen=True, slots=True)
class GapRecord:
    """The verdict on one claim; the numbers are there unless it could not be compared."""

    claim_id: ClaimId
    verdict: str
    reason: str
    units: str | None
    metric_name: str | None
    claimed: Decimal | None
    observed: Decimal | None
    observed_low: Decimal | None
    observed_high: Decimal | None
    gap_abs: Decimal | None
    gap_percent: Decimal | None
    tolerance: Decimal | None
    direction: str | None
    seeds_count: int
    notebook_cell: str | None


@dataclass(frozen=True, slots=True)
class Reproduction:
    """One walk of the whole journey: the paper, plan and notebook run it made, and its summary."""

    id: RunId
    paper_id: PaperId | None
    plan_id: PlanId | None
    run_id: RunId | None
    summary: dict[str, Any] | None
