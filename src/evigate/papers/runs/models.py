"""What a run is given and what becomes of it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from evigate.kernel.sandbox import SandboxLevel


class RunStatus(StrEnum):
    """How a run ended; the seed's words."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a run tried or met: a stable code, what it was, how often (up to a cap)."""

    code: str
    what: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Observation:
    """
    One measured number: a method's metric with one seed.

    `value` is as the notebook computed it: proportions between 0 and 1. `test_rows` is how many
    rows it was taken over, None if the notebook does not say.
    """

    model_id: str
    metric: str
    split: str
    seed: int | None
    value: float
    test_rows: int | None = None


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One point of a learning curve."""

    model_id: str
    metric: str
    split: str
    seed: int | None
    step: int
    value: float


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """
    How a run ended and what it left behind; a run that did not succeed keeps what it had.

    `metrics` are the flat numbers of metrics.json by name. `failures` are methods that failed while
    the run went on, with the reason. `log` is text, `executed_notebook` the bytes with outputs.
    `peak_memory_bytes` and `cpu_s` are of the kernel and all it started, None if neither it nor the
    system could be asked. `findings` are by code.
    """

    status: RunStatus
    error_code: str | None
    error_message: str | None
    metrics: dict[str, float]
    observations: tuple[Observation, ...]
    series: tuple[SeriesPoint, ...]
    failures: dict[str, str]
    raw_metrics: dict[str, Any] = field(repr=False)
    executed_notebook: bytes = field(repr=False)
    log: str = field(repr=False)
    event_count: int
    duration_s: float
    sandbox_level: SandboxLevel | None
    peak_memory_bytes: int | None
    cpu_s: float | None = None
    findings: tuple[Finding, ...] = ()
    plots: dict[str, bytes] = field(default_factory=dict, repr=False)
