"""The verbs on runs. Permissions are the room's that owns the kind; these take an open `Tx`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.canonical import content_hash
from evigate.base.ids import RunId, new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.runs.models import Run, RunStatus, Step

_queries = load_queries(__package__)


def _run(row: Mapping[str, Any]) -> Run:
    return Run(**{**row, "status": RunStatus(row["status"])})


async def create_run(
    tx: Tx, kind: str, input_: Mapping[str, Any], *, parent_id: UUID | None = None
) -> RunId:
    """Add a queued run and return its id; `input_` holds JSON values."""
    run_id = RunId(new_uuid())
    await _queries.insert_run(
        tx.connection,
        id=run_id,
        kind=kind,
        parent_id=parent_id,
        input=Jsonb(dict(input_)),
        input_hash=content_hash(dict(input_)),
    )
    return run_id


async def get_run(tx: Tx, run_id: UUID) -> Run | None:
    """Return the run, or None where this tenant has none such."""
    row = await _queries.get_run(tx.connection, id=run_id)
    return None if row is None else _run(row)


async def list_runs(
    tx: Tx,
    *,
    kind: str | None = None,
    status: RunStatus | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Run]:
    """Return runs, newest first, those before the run `before` when it is given."""
    rows = await _queries.list_runs(
        tx.connection, kind=kind, status=status, before=before, limit=limit
    )
    return [_run(row) for row in rows]


async def set_job(tx: Tx, run_id: UUID, job_id: int) -> None:
    """Remember which job works on the run."""
    await _queries.set_job(tx.connection, id=run_id, job_id=job_id)


async def start_run(tx: Tx, run_id: UUID) -> bool:
    """Mark the run as running and count the attempt; False when it has already ended."""
    done: int = await _queries.start_run(tx.connection, id=run_id)
    return done > 0


async def park_run(tx: Tx, run_id: UUID) -> None:
    """Put a run that waits for somebody back among the queued; a job takes it up again."""
    await _queries.park_run(tx.connection, id=run_id)


async def finish_run(
    tx: Tx,
    run_id: UUID,
    status: RunStatus,
    *,
    output: Mapping[str, Any] | None = None,
    error_code: str | None = None,
    error_message: str | None = None,
) -> bool:
    """End the run; an end other than success needs a code. False when it had already ended."""
    done: int = await _queries.finish_run(
        tx.connection,
        id=run_id,
        status=status,
        output=None if output is None else Jsonb(dict(output)),
        error_code=error_code,
        error_message=error_message,
    )
    return done > 0


async def request_cancel(tx: Tx, run_id: UUID) -> bool:
    """Ask a run to stop at its next chance; False when it has already ended."""
    done: int = await _queries.request_cancel(tx.connection, id=run_id)
    return done > 0


async def list_steps(tx: Tx, run_id: UUID) -> list[Step]:
    """Return the run's steps so far, in order."""
    return [Step(**row) for row in await _queries.list_steps(tx.connection, run_id=run_id)]
