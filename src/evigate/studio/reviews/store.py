"""The SQL of reviews."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from evigate.kernel.db import Tx, load_queries

LISTED_MAX = 50
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A review's row; `left_out` counts pieces that the reviewers did not get whole."""

    id: UUID
    project_id: UUID
    artifact_id: UUID
    specification: str
    request_id: UUID
    task_id: UUID | None
    settled_at: datetime | None
    left_out: int


async def insert_review(
    tx: Tx, run_id: UUID, project_id: UUID, artifact_id: UUID, request_id: UUID
) -> None:
    """Add a review to the concert that does it."""
    await _queries.insert_review(
        tx.connection,
        run_id=run_id,
        project_id=project_id,
        artifact_id=artifact_id,
        request_id=request_id,
    )


async def list_reviews(tx: Tx, project_id: UUID | None, *, id_: UUID | None = None) -> list[Kept]:
    """Return a project's reviews, newest first, or the one of an id."""
    rows = await _queries.list_reviews(
        tx.connection, project_id=project_id, id=id_, limit=LISTED_MAX
    )
    return [Kept(**row) for row in rows]


async def lock_review(tx: Tx, id_: UUID) -> None:
    """Wait until nobody else writes what follows from a review."""
    await _queries.lock_review(tx.connection, id=id_)


async def set_task(tx: Tx, id_: UUID, task_id: UUID | None) -> None:
    """Say which task waits for a decision about a review; None for none any more."""
    await _queries.set_task(tx.connection, id=id_, task_id=task_id)


async def settle(tx: Tx, id_: UUID) -> bool:
    """Note that what follows from a review's end was done; False where it was already."""
    done: int = await _queries.settle(tx.connection, id=id_)
    return done > 0
