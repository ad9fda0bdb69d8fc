"""Jobs and what comes of them, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class JobKind(StrEnum):
    """What a job trains."""

    ADAPTER = "adapter"
    FINETUNE = "finetune"
    PREDICTOR = "predictor"


class JobStatus(StrEnum):
    """Where a job is; the last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_end(self) -> bool:
        """Whether nothing follows unless the job is retried."""
        return self not in (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """A training job.

    `model` is the name@version that it makes, which exists once it is completed. `done` of `total`
    counts what the `phase` counts (rows, epochs). `error` has a code and a message if it failed.
    """

    id: UUID
    kind: JobKind
    status: JobStatus
    model: str
    priority: int
    is_claimable: bool
    attempts: int
    attempts_max: int
    claimed_by: str | None
    lease_expires_at: datetime | None
    heartbeat_at: datetime | None
    cancel_requested_at: datetime | None
    idempotency_key: str | None
    spec: Mapping[str, Any]
    phase: str
    done: int
    total: int | None
    result: Mapping[str, Any] | None
    error: Mapping[str, str] | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None

    @property
    def output_name(self) -> str:
        """The model's name."""
        return self.model.rpartition("@")[0]

    @property
    def output_version(self) -> int:
        """The model's version."""
        return int(self.model.rpartition("@")[2])


@dataclass(frozen=True, slots=True)
class Submission:
    """What is asked of the queue; `spec` are JSON values."""

    kind: JobKind
    name: str
    spec: Mapping[str, Any]
    priority: int = 0
    is_claimable: bool = True
    attempts_max: int = 3
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A trained model beside its base: the mean of one measure of both, over the same queries.

    The interval is of the mean difference, at 95 %. `is_better_high` tells which way is better.
    """

    measure: str
    baseline: float
    value: float
    delta: float
    lower: float
    upper: float
    p_value: float
    count: int
    is_better_high: bool

    @property
    def is_worse(self) -> bool:
        """Whether the whole interval lies on the worse side."""
        return self.upper < 0 if self.is_better_high else self.lower > 0

    @property
    def is_better(self) -> bool:
        """Whether the whole interval lies on the better side."""
        return self.lower > 0 if self.is_better_high else self.upper < 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An eval of a trained model and its base on the same truth.

    `runs` are the ids of the eval runs, the base's first, where they are kept as runs;
    `comparisons` has the deciding measure first.
    """

    model: str
    base: str
    truth: str
    truth_digest: str
    runs: tuple[str, ...]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Promotion:
    """What was promoted, and by how much it differs from its base."""

    model: str
    base: str
    decided_by: Comparison
    is_forced: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Pruned:
    """What pruning removed: jobs by id, and folders that no row named."""

    jobs: tuple[UUID, ...]
    folders: tuple[str, ...]
