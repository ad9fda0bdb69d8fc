"""The values of an eval: what was scored, what came of it, and how two runs differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

Metrics = Mapping[str, float | None]

# The order in which people read measures; others stand behind them.
MEASURE_ORDER = (
    *("recall", "precision", "mrr", "ndcg", "map", "hit_rate"),
    *("accuracy", "recall_at_1", "recall_at_3", "recall_at_5", "recall_at_10"),
    *("micro_f1", "macro_f1", "weighted_f1", "f1", "mae", "rmse", "r2"),
    *("crps", "nll", "adaptive_ece", "sharpness", "coverage", "pit"),
    *("latency_ms", "latency_ms_mean", "latency_ms_p50", "latency_ms_p95", "latency_ms_max"),
)


class EvalType(StrEnum):
    """What was evaluated."""

    RETRIEVAL = "retrieval"
    INFERENCE = "inference"
    CALIBRATION = "calibration"


class EvalStatus(StrEnum):
    """How far a run came."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Scored:
    """One query or row with its own measures; None where a measure is not defined for it.

    `cohorts` maps a cohort column to the row's value in it.
    """

    id: str
    metrics: Metrics
    cohorts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interval:
    """A percentile bootstrap interval of a mean."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Measures over some rows; `intervals` has those of the measures that are means of rows."""

    count: int
    metrics: Metrics
    intervals: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Cohort:
    """The summary of the rows that have one value in one cohort column."""

    column: str
    value: str
    summary: Summary


@dataclass(frozen=True, slots=True)
class Examined:
    """What a run looked at, as far as it is known; versions are those that were read."""

    source_version: str | None = None
    table: str | None = None
    table_version: int | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Golden:
    """What the truth was: a digest of its content and how many rows it has."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is asked to do, known before it begins; `config` are JSON values."""

    type: EvalType
    source: str | None
    golden_source: str | None
    k: int | None
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run."""

    examined: Examined
    golden: Golden
    summary: Summary
    cohorts: Sequence[Cohort]
    rows: Sequence[Scored]
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvalRun:
    """A run as people see it.

    `metrics` is None unless it completed; `error` has a code and a message if it failed. `count` is
    of the rows in `per_query`. `details` holds what is no single number, such as each class's own.
    """

    id: UUID
    type: EvalType
    status: EvalStatus
    source: str | None
    source_version: str | None
    table: str | None
    table_version: int | None
    model: str | None
    golden_source: str | None
    golden_digest: str | None
    golden_size: int | None
    k: int | None
    config: Mapping[str, Any]
    count: int | None
    metrics: Metrics | None
    intervals: Mapping[str, Interval]
    cohorts: Sequence[Cohort]
    details: Mapping[str, Any]
    error: Mapping[str, str] | None
    created_by: str
    created_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Significance:
    """Of a mean difference over shared queries: a paired permutation test, a bootstrap interval."""

    p_value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Delta:
    """One measure of a run beside the baseline's.

    `relative` is None where the baseline is 0; `significance` is None where no query is shared, and
    only then are the means those of different queries.
    """

    metric: str
    baseline: float
    value: float
    absolute: float
    relative: float | None
    significance: Significance | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One run in a comparison; the baseline, which is the first, has no deltas.

    `is_same_golden` tells whether both were held against the same truth; where it is False, equal
    query ids may stand for different questions.
    """

    run: str
    metrics: Metrics
    count: int
    shared_count: int
    deltas: Sequence[Delta]
    is_same_golden: bool = True
