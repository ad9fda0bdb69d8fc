"""Putting jobs in and looking at them; the tenant is the transaction's."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from evigate.base.subject import Subject
from evigate.kernel.db import Tx, load_queries

QUEUE = "default"

_queries = load_queries(__package__)

Handler = Callable[[Subject, Mapping[str, Any]], Awaitable[None]]
DeadLetterHandler = Callable[[Subject, Mapping[str, Any], BaseException], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A kind of job: its name, what does it, how often it is tried, what to do when it is given up.

    `cron` makes it periodic; such a job acts for no tenant and gets the moment it was due as
    `timestamp`.
    """

    task: str
    handler: Handler
    max_attempts: int = 5
    on_dead_letter: DeadLetterHandler | None = None
    cron: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands; `status` is todo, doing, succeeded, failed, cancelled or aborted."""

    id: int
    task: str
    queue: str
    status: str
    attempts: int
    priority: int
    scheduled_at: datetime | None
    last_change_at: datetime | None
    args: dict[str, Any]


async def enqueue(
    tx: Tx,
    task: str,
    args: Mapping[str, Any],
    *,
    priority: int = 0,
    run_at: datetime | None = None,
    lock: str | None = None,
    unique_key: str | None = None,
) -> int:
    """Add a job in this transaction and return its id.

    Args:
        args: JSON values; ids rather than contents.
        priority: higher goes first; equal ones go in order of arrival.
        run_at: not before this moment.
        lock: of two jobs with one lock, the second waits until the first has ended.
        unique_key: at most one waiting job may have it.

    Raises:
        psycopg.errors.UniqueViolation: a waiting job has the unique key already.
    """
    job_id: int = await _queries.enqueue(
        tx.connection,
        task=task,
        queue=QUEUE,
        args=Jsonb(dict(args)),
        priority=priority,
        run_at=run_at,
        lock=lock,
        unique_key=unique_key,
    )
    return job_id


async def list_jobs(tx: Tx, *, status: str | None = None, limit: int = 50) -> list[Job]:
    """Return the tenant's jobs, newest first; status "failed" lists the dead letters."""
    rows = await _queries.list_jobs(tx.connection, status=status, limit=limit)
    return [Job(**row) for row in rows]


async def cancel_job(tx: Tx, job_id: int) -> bool:
    """Take a waiting job out of the queue; False where it is not this tenant's or not waiting."""
    return bool(await _queries.cancel_job(tx.connection, id=job_id))


async def retry_job(tx: Tx, job_id: int) -> bool:
    """Send a dead letter again; False where it is none of this tenant's."""
    return bool(await _queries.retry_job(tx.connection, id=job_id))
