"""The wire types of the room's routes; names are the schema document's where it has one."""

import math
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.papers.datasets import resolve
from evigate.papers.models import Claim, Eval, NotebookRun, Paper, PlanRecord, SeriesPoint
from evigate.papers.verbs_papers import PaperLine
from evigate.papers.verbs_runs import RunView

EXAMPLE_ID = "0193b1f2-7d3e-7c1a-9f00-5a3c6f1e2d4b"


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class IngestOut(_Wire):
    """What ingesting answers; the same file again answers the same."""

    paper_id: UUID = Field(examples=[EXAMPLE_ID])
    vector_store_id: str = Field(examples=["vs_0193b1f27d3e7c1a9f005a3c6f1e2d4b"])
    storage_path: str = Field(examples=["papers/3f5a….pdf"])


class PaperOut(_Wire):
    """A paper."""

    id: UUID = Field(examples=[EXAMPLE_ID])
    title: str
    authors: list[str]
    source_url: str | None
    doi: str | None
    arxiv_id: str | None = Field(examples=["1711.07831"])
    arxiv_version: int | None
    pdf_sha256: str
    status: Literal["ready", "processing", "failed"]
    page_count: int
    created_at: datetime
    claim_count: int | None = None
    reproduction_id: UUID | None = None
    reproduction_status: str | None = None

    @classmethod
    def of(cls, paper: Paper, line: PaperLine | None = None) -> "PaperOut":
        """Make the wire form."""
        return cls(
            id=paper.id,
            title=paper.title,
            authors=paper.authors,
            source_url=paper.source_url,
            doi=paper.doi,
            arxiv_id=paper.arxiv_id,
            arxiv_version=paper.arxiv_version,
            pdf_sha256=paper.pdf_sha256,
            status=paper.status,  # type: ignore[arg-type]
            page_count=paper.page_count,
            created_at=paper.created_at,
            claim_count=line.claim_count if line else None,
            reproduction_id=line.reproduction_id if line else None,
            reproduction_status=line.reproduction_status if line else None,
        )


class VerifyOut(_Wire):
    """Whether a paper's parts are in place."""

    storage_path_present: bool
    vector_store_present: bool


class ClaimOut(_Wire):
    """A claim; `metric_value` is as printed, in `units`."""

    id: UUID
    dataset_name: str | None = Field(examples=["WDBC"])
    split: str | None
    metric_name: str = Field(examples=["accuracy"])
    metric_value: float = Field(examples=[97.65625])
    metric_value_as_printed: str = Field(examples=["97.65625"])
    units: str | None = Field(examples=["%"])
    method: str | None
    own_method: bool
    source_citation: str = Field(examples=["Table 2, p.4"])
    page: int
    bbox: tuple[float, float, float, float]
    quote: str
    confidence: float
    table: str | None
    row: str | None
    column: str | None
    own_reason: str | None = None
    created_at: datetime

    @classmethod
    def of(cls, claim: Claim) -> "ClaimOut":
        """Make the wire form."""
        draft = claim.draft
        return cls(
            id=claim.id,
            dataset_name=draft.dataset,
            split=draft.split,
            metric_name=draft.metric,
            metric_value=float(draft.value),
            metric_value_as_printed=str(draft.value),
            units=draft.units,
            method=draft.method,
            own_method=draft.is_own_method,
            source_citation=draft.source_citation,
            page=draft.page,
            bbox=(draft.box.x0, draft.box.y0, draft.box.x1, draft.box.y1),
            quote=draft.quote,
            confidence=draft.confidence,
            table=draft.cell.table if draft.cell else None,
            row=draft.cell.row if draft.cell else None,
            column=draft.cell.column if draft.cell else None,
            own_reason=draft.own_reason,
            created_at=claim.created_at,
        )


class ClaimsOut(_Wire):
    """A paper's claims in the order they stand in it."""

    paper_id: UUID
    claims_count: int
    claims: list[ClaimOut]


class PlanClaimIn(_Wire):
    """A claim as the extraction stream gives it; what is left out fits any."""

    dataset: str | None = None
    split: str | None = None
    metric: str | None = None
    value: float | None = None
    units: str | None = None
    citation: str | None = Field(default=None, examples=["Table 2, p.4"])
    confidence: float = Field(default=1.0, ge=0, le=1)

    def fits(self, claim: Claim) -> bool:
        """Tell whether it speaks of this claim of the paper."""
        draft = claim.draft
        words = (
            (self.dataset, draft.dataset),
            (self.split, draft.split),
            (self.metric, draft.metric),
            (self.citation, draft.source_citation),
        )
        is_same = all(
            given is None or given.casefold() == (own or "").casefold() for given, own in words
        )
        return is_same and (self.value is None or math.isclose(self.value, float(draft.value)))


class PlanIn(_Wire):
    """How to plan, and for which of the paper's claims; for all of them if none are named."""

    claims: list[PlanClaimIn] | None = Field(default=None, min_length=1, max_length=1000)
    budget_minutes: int = Field(default=20, ge=1, le=20)
    seeds: int = Field(default=3, ge=1, le=20)

    def wants(self, claim: Claim) -> bool:
        """Tell whether one of the claims sent speaks of this claim of the paper."""
        return any(each.fits(claim) for each in self.claims or ())


class ResolutionOut(_Wire):
    """What became of a data set's name."""

    status: Literal["resolved", "blocked", "unknown", "complex"]
    dataset: str
    canonical_name: str | None
    reason: str | None
    suggestions: list[str]

    @classmethod
    def of(cls, name: str) -> "ResolutionOut":
        """Resolve the name and make the wire form."""
        found = resolve(name)
        return cls(
            status=found.status.value,
            dataset=name,
            canonical_name=found.entry.name if found.entry else None,
            reason=found.reason,
            suggestions=list(found.suggestions),
        )


class PlanOut(_Wire):
    """A plan; `plan_json` is version 1.1 with what 1.1 cannot say beside it."""

    plan_id: UUID
    paper_id: UUID
    plan_version: str = Field(examples=["1.1"])
    plan_json: dict[str, Any]
    status: str
    env_hash: str | None
    budget_minutes: int
    created_at: datetime
    warnings: list[str] = Field(default_factory=list)
    data_resolution: ResolutionOut

    @classmethod
    def of(cls, plan: PlanRecord) -> "PlanOut":
        """Make the wire form."""
        return cls(
            plan_id=plan.id,
            paper_id=plan.paper_id,
            plan_version=plan.version,
            plan_json=plan.plan_json,
            status=plan.status,
            env_hash=plan.env_hash,
            budget_minutes=plan.budget_minutes,
            created_at=plan.created_at,
            warnings=[
                f"{each['field']} = {each['value']}: {each['reason']}"
                for each in plan.plan_json.get("assumptions", [])
            ],
            data_resolution=ResolutionOut.of(plan.plan_json["dataset"]["name"]),
        )


class MaterializeOut(_Wire):
    """Where the notebook and its requirements are, and the hash of what is installed."""

    notebook_asset_path: str
    env_asset_path: str
    env_hash: str


class AssetsOut(_Wire):
    """Signed links, good for two minutes."""

    notebook_signed_url: str
    env_signed_url: str
    expires_at: datetime


class DecideIn(_Wire):
    """A decision with its reason."""

    what: Literal["plan", "notebook"]
    reason: str = Field(min_length=1, max_length=1000, examples=["The protocol is the paper's."])


class ReproduceIn(_Wire):
    """What to reproduce and how; one of `url` and `paper_id`."""

    url: str | None = Field(default=None, max_length=2000)
    paper_id: UUID | None = None
    seeds: int = Field(default=3, ge=1, le=20)
    budget_minutes: int = Field(default=10, ge=1, le=20)
    is_preapproved: bool = False


class StartedOut(_Wire):
    """Ids of what was started; `run_id` is the one to follow."""

    run_id: UUID
    reproduction_id: UUID


class StepOut(_Wire):
    """One step of a run."""

    name: str
    status: str
    attempts: int
    started_at: datetime
    completed_at: datetime | None


class RunOut(_Wire):
    """A journey or a notebook run."""

    id: UUID
    kind: str
    status: Literal["queued", "running", "succeeded", "failed", "timeout", "cancelled"]
    paper_id: UUID | None
    plan_id: UUID | None
    reproduction_id: UUID | None
    notebook_run_id: UUID | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    duration_sec: int | None
    error_code: str | None
    error_message: str | None
    env_hash: str | None = None
    seed: int | None = None
    sandbox_level: str | None = None
    executor: str | None = None
    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None
    findings: list[dict[str, Any]] = Field(default_factory=list)
    steps: list[StepOut] = Field(default_factory=list)
    summary: dict[str, Any] | None = None

    @classmethod
    def of(cls, view: RunView) -> "RunOut":
        """Make the wire form."""
        run, notebook, journey = view.run, view.notebook, view.reproduction
        duration = run.duration_s
        return cls(
            id=run.id,
            kind=run.kind,
            status=run.status.value,
            paper_id=notebook.paper_id if notebook else (journey.paper_id if journey else None),
            plan_id=notebook.plan_id if notebook else (journey.plan_id if journey else None),
            reproduction_id=journey.id if journey else None,
            notebook_run_id=journey.run_id if journey else None,
            created_at=run.created_at,
            started_at=run.started_at,
            completed_at=run.completed_at,
            duration_sec=None if duration is None else round(duration),
            error_code=run.error_code,
            error_message=run.error_message,
            env_hash=notebook.env_hash if notebook else None,
            seed=notebook.seed if notebook else None,
            sandbox_level=notebook.sandbox_level if notebook else None,
            executor=notebook.executor if notebook else None,
            cpu_seconds=_float(notebook.cpu_seconds) if notebook else None,
            peak_memory_bytes=notebook.peak_memory_bytes if notebook else None,
            findings=notebook.findings if notebook else [],
            steps=[
                StepOut(
                    name=step.name,
                    status=step.status,
                    attempts=step.attempts,
                    started_at=step.started_at,
                    completed_at=step.completed_at,
                )
                for step in view.steps
            ],
            summary=journey.summary if journey else None,
        )


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


class NotebookRunOut(_Wire):
    """A notebook run in a list."""

    id: UUID
    plan_id: UUID
    paper_id: UUID
    status: str
    seed: int
    seeds_count: int
    sandbox_level: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    duration_sec: int | None
    cpu_seconds: float | None
    peak_memory_bytes: int | None
    executor: str
    batch_id: UUID | None
    error_code: str | None

    @classmethod
    def of(cls, run: NotebookRun) -> "NotebookRunOut":
        """Make the wire form."""
        return cls(**{name: getattr(run, name) for name in cls.model_fields})


class SeriesPointOut(_Wire):
    """One value of a metric; a final value has no step."""

    metric: str = Field(examples=["mlp/accuracy@42"])
    split: str | None
    step: int | None
    value: float

    @classmethod
    def of(cls, point: SeriesPoint) -> "SeriesPointOut":
        """Make the wire form."""
        return cls(
            metric=point.metric, split=point.split, step=point.step, value=float(point.value)
        )


class SeriesOut(_Wire):
    """A notebook run's metric values."""

    run_id: UUID
    points: list[SeriesPointOut]


class EvalOut(_Wire):
    """Claimed against observed, in the claim's units."""

    metric_name: str
    claimed: float
    observed: float
    gap_percent: float
    gap_abs: float
    tolerance: float | None
    direction: Literal["maximize", "minimize"] | None

    @classmethod
    def of(cls, found: Eval) -> "EvalOut":
        """Make the wire form."""
        return cls(
            metric_name=found.metric_name,
            claimed=float(found.claimed),
            observed=float(found.observed),
            gap_percent=float(found.gap_percent),
            gap_abs=float(found.gap_abs),
            tolerance=None if found.tolerance is None else float(found.tolerance),
            direction=found.direction,  # type: ignore[arg-type]
        )


class EvalsOut(_Wire):
    """A notebook run's comparisons."""

    run_id: UUID
    evals: list[EvalOut]


class ArtifactLinks(_Wire):
    """Signed links to a run's files, good for an hour."""

    metrics_url: str | None
    events_url: str | None
    logs_url: str | None
    notebook_url: str | None
    report_url: str | None


class CitationOut(_Wire):
    """Where a claim stands, and how sure its reading is."""

    source: str
    confidence: float


class ReportOut(_Wire):
    """The newest report of a paper: the first compared claim on top, every claim in `rows`."""

    paper_id: UUID
    run_id: UUID | None
    reproduction_id: UUID
    headline: str
    verdicts: dict[str, int]
    metric_name: str | None
    claimed: float | None
    observed: float | None
    gap_percent: float | None
    citations: list[CitationOut]
    artifacts: ArtifactLinks
    rows: list[dict[str, Any]]
