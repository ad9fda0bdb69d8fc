"""What a run is given and what becomes of it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MIB = 1024 * 1024


class RunStatus(StrEnum):
    """How a run ended; the seed's words."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"


class SandboxLevel(StrEnum):
    """
    What keeps a notebook in, strongest first.

    `bubblewrap`: own user, network, process and mount namespaces; the file system is read-only and
    holds only the interpreter. `unshare`: own user, network and process namespaces; landlock for
    files. `landlock`: landlock for files, a seccomp filter against sockets. All have rlimits.
    """

    BUBBLEWRAP = "bubblewrap"
    UNSHARE = "unshare"
    LANDLOCK = "landlock"


@dataclass(frozen=True, slots=True)
class RunLimits:
    """
    What a run may use, beside its budget of seconds.

    `level` forces one sandbox level (None takes the strongest that works here). The log's and the
    events' caps are the seed's. `disk_bytes` and `disk_names` hold for all that stands in the run's
    folders at once; `is_gpu_allowed` leaves CUDA to the notebook.
    """

    memory_bytes: int = 4096 * MIB
    file_bytes: int = 256 * MIB
    process_count: int = 256
    open_files: int = 256
    log_bytes: int = 2 * MIB
    events_bytes: int = 5 * MIB
    outputs_bytes: int = 8 * MIB
    metrics_bytes: int = 8 * MIB
    disk_bytes: int = 1024 * MIB
    disk_names: int = 20_000
    is_gpu_allowed: bool = False
    level: SandboxLevel | None = None


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
