"""All SQL of training: rows in, values out; takes a `SyncTx`, checks no permission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.canonical import content_hash
from evigate.engine.catalog.models import Model
from evigate.engine.train.models import Job, JobKind, JobStatus, Submission
from evigate.kernel.db import SyncTx, load_sync_queries

_queries = load_sync_queries(__package__)

_SAME = (
    *("id", "priority", "is_claimable", "attempts", "attempts_max", "claimed_by"),
    *("lease_expires_at", "heartbeat_at", "cancel_requested_at", "idempotency_key", "spec"),
    *("phase", "done", "total", "result", "error", "created_by", "created_at", "started_at"),
    "completed_at",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's hold of a job: what every write of a worker is compared with."""

    job_id: UUID
    worker: str
    attempt: int

    @property
    def values(self) -> dict[str, Any]:
        """The hold as parameters."""
        return {"id": self.job_id, "worker": self.worker, "attempt": self.attempt}


def next_version(tx: SyncTx, name: str) -> int:
    """Return the first version of a model's name that no model and no job has."""
    return int(_queries.next_version(tx.connection, name=name))


def insert_job(tx: SyncTx, job_id: UUID, asked: Submission, version: int) -> bool:
    """Add a job; False where its idempotency key or its model's version is taken."""
    return bool(
        _queries.insert_job(
            tx.connection,
            id=job_id,
            kind=asked.kind.value,
            priority=asked.priority,
            is_claimable=asked.is_claimable,
            attempts_max=asked.attempts_max,
            idempotency_key=asked.idempotency_key,
            spec=Jsonb(dict(asked.spec)),
            spec_hash=spec_hash(asked),
            output_name=asked.name,
            output_version=version,
        )
    )


def spec_hash(asked: Submission) -> str:
    """Return the hash of what a job is to do."""
    return content_hash({"kind": asked.kind.value, "name": asked.name, "spec": dict(asked.spec)})


def get_job(tx: SyncTx, job_id: UUID) -> Job | None:
    """Return a job, None where the tenant has none of that id."""
    return _maybe(_queries.get_job(tx.connection, id=job_id))


def job_of_key(tx: SyncTx, key: str) -> tuple[Job, str] | None:
    """Return the job submitted under an idempotency key and its spec's hash, or None."""
    row = _queries.job_of_key(tx.connection, idempotency_key=key)
    return None if row is None else (_job(row), row["spec_hash"])


def job_of_model(tx: SyncTx, model: Model) -> Job | None:
    """Return the job that made a model, or None."""
    return _maybe(_queries.job_of_model(tx.connection, name=model.name, version=model.version))


def list_jobs(tx: SyncTx, *, status: str | None, before: UUID | None, limit: int) -> list[Job]:
    """Return jobs, newest first, those before a job if one is given."""
    rows = _queries.list_jobs(tx.connection, status=status, before=before, limit=limit)
    return [_job(row) for row in rows]


def reclaim(tx: SyncTx) -> int:
    """End or requeue, for every tenant, the jobs whose lease ran out; return how many."""
    return int(_queries.reclaim(tx.connection))


def claim(tx: SyncTx, worker: str, lease_s: float) -> tuple[UUID, UUID] | None:
    """Take the first claimable job of any tenant; return its tenant and id, None where all rest."""
    row = _queries.claim(tx.connection, worker=worker, lease_s=lease_s)
    return None if row is None else (row["tenant_id"], row["id"])


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a heartbeat learns."""

    is_held: bool
    is_cancelled: bool


def renew(tx: SyncTx, held: Claim, lease_s: float) -> Renewal:
    """Push the lease's end out, for its holder alone."""
    row = _queries.renew(tx.connection, **held.values, lease_s=lease_s)
    return Renewal(row is not None, row is not None and row["cancel_requested_at"] is not None)


def report(tx: SyncTx, held: Claim, phase: str, done: int, total: int | None) -> bool:
    """Write how far the holder is; False where it holds the job no more."""
    return bool(_queries.report(tx.connection, **held.values, phase=phase, done=done, total=total))


def finish(
    tx: SyncTx,
    held: Claim,
    status: JobStatus,
    *,
    result: Mapping[str, Any] | None = None,
    error: Mapping[str, str] | None = None,
) -> bool:
    """End the job, for its holder alone; False where it holds the job no more."""
    return bool(
        _queries.finish(
            tx.connection,
            **held.values,
            status=status.value,
            result=None if result is None else Jsonb(dict(result)),
            error=None if error is None else Jsonb(dict(error)),
        )
    )


def release(tx: SyncTx, held: Claim, *, is_given_back: bool) -> bool:
    """Put the job back into the queue, for its holder alone; the attempt may not count."""
    return bool(_queries.release(tx.connection, **held.values, given_back=int(is_given_back)))


def cancel(tx: SyncTx, job_id: UUID) -> bool:
    """Cancel a queued job, ask a running one to stop; False where it has ended."""
    return bool(_queries.cancel(tx.connection, id=job_id))


def retry(tx: SyncTx, job_id: UUID) -> bool:
    """Queue a failed or cancelled job again, its attempts forgotten; False for any other."""
    return bool(_queries.retry(tx.connection, id=job_id))


def hold(tx: SyncTx, job_id: UUID, *, is_claimable: bool) -> bool:
    """Keep a queued job from the workers, or let them have it; False where it is not queued."""
    return bool(_queries.hold(tx.connection, id=job_id, is_claimable=is_claimable))


def add_result(tx: SyncTx, job_id: UUID, result: Mapping[str, Any]) -> bool:
    """Add to a completed job's result; False where it is none."""
    return bool(_queries.add_result(tx.connection, id=job_id, result=Jsonb(dict(result))))


def prune(tx: SyncTx, age_s: float) -> Sequence[UUID]:
    """Remove jobs that ended so long ago, but for those whose model is still a candidate."""
    return [row["id"] for row in _queries.prune(tx.connection, age_s=age_s)]


def set_model_status(tx: SyncTx, model: Model, *, before: str, status: str) -> bool:
    """Change a model's status from one to another; False where it has neither."""
    return bool(
        _queries.set_model_status(
            tx.connection, name=model.name, version=model.version, before=before, status=status
        )
    )


def _maybe(row: Mapping[str, Any] | None) -> Job | None:
    return None if row is None else _job(row)


def _job(row: Mapping[str, Any]) -> Job:
    return Job(
        **{name: row[name] for name in _SAME},
        kind=JobKind(row["kind"]),
        status=JobStatus(row["status"]),
        model=f"{row['output_name']}@{row['output_version']}",
    )
