"""A run and its steps as values, and which status may follow which."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from evigate.base.ids import RunId


class RunStatus(StrEnum):
    """The seed's six; the last four are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"

    @property
    def is_end(self) -> bool:
        """Whether nothing follows."""
        return self not in (RunStatus.QUEUED, RunStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Run:
    """One piece of work that takes time."""

    id: RunId
    kind: str
    parent_id: UUID | None
    status: RunStatus
    input: dict[str, Any]
    output: dict[str, Any] | None
    attempts: int
    job_id: int | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    cancel_requested_at: datetime | None
    error_code: str | None
    error_message: str | None

    @property
    def duration_s(self) -> float | None:
        """Seconds from start to end; None while it has not ended."""
        if self.started_at is None or self.completed_at is None:
            return None
        return (self.completed_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run; `output` is there once it has succeeded."""

    name: str
    position: int
    status: str
    attempts: int
    output: dict[str, Any] | None
    started_at: datetime
    completed_at: datetime | None
