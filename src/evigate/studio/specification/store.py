"""The SQL of specifications: versions, what stands against them, statements from elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.studio.specification.importing import Statement
from evigate.studio.specification.models import Open, Snapshot, Style

Status = Literal["draft", "in_review", "approved", "rejected", "retired"]
VERSIONS_MAX = 200
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a specification without its text; `number` is the artifact's version."""

    id: UUID
    version: str
    number: int
    status: Status
    blockers: int
    is_current: bool
    style: Style
    source_hash: str
    compiled_by: str
    compiled_at: datetime
    content_hash: str
    decision_reason: str | None
    pinned_hash: str | None


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """A statement that was brought in, and what became of it."""

    id: UUID
    layout: str
    path: str
    title: str
    quote: str
    quote_start: int
    quote_end: int
    status: Literal["pending", "accepted", "rejected"]


async def insert_specification(
    tx: Tx,
    artifact_id: UUID,
    project_id: UUID,
    snapshot: Snapshot,
    *,
    version: str,
    cited: Sequence[str],
    plan_id: UUID,
) -> None:
    """Keep what an artifact was compiled from, and how far plan and board are now."""
    await _queries.insert_specification(
        tx.connection,
        artifact_id=artifact_id,
        project_id=project_id,
        version=version,
        style=snapshot.style,
        source_hash=snapshot.source_hash,
        inputs=Jsonb(snapshot.plain()),
        cited=[UUID(each) for each in cited],
        plan_id=plan_id,
    )


async def list_versions(tx: Tx, project_id: UUID) -> list[Version]:
    """Return a project's versions, newest first, at most `VERSIONS_MAX`."""
    rows = await _queries.list_versions(tx.connection, project_id=project_id, limit=VERSIONS_MAX)
    return [Version(**row) for row in rows]


async def get_payload(tx: Tx, artifact_id: UUID) -> dict[str, Any]:
    """Return the document of a version that is there."""
    found: dict[str, Any] = await _queries.get_payload(tx.connection, id=artifact_id)
    return found


async def list_waiting(tx: Tx, project_id: UUID) -> list[Open]:
    """Return the tasks that somebody still has to do; a decision blocks."""
    rows = await _queries.list_waiting(tx.connection, project_id=project_id)
    return [Open(f"task/{row['id']}", row["title"], row["kind"] == "DECIDE") for row in rows]


async def insert_statements(
    tx: Tx, project_id: UUID, layout: str, statements: Sequence[Statement]
) -> None:
    """Add statements that wait for a person; the same at the same place is there once."""
    rows: list[Mapping[str, Any]] = [
        {
            "id": str(new_uuid()),
            "position": position,
            "layout": layout,
            "path": each.path,
            "title": each.title,
            "quote": each.quote,
            "quote_start": each.start,
            "quote_end": each.end,
        }
        for position, each in enumerate(statements)
    ]
    await _queries.insert_statements(tx.connection, project_id=project_id, rows=Jsonb(rows))


async def list_statements(tx: Tx, project_id: UUID) -> list[KeptStatement]:
    """Return a project's statements by file and place."""
    rows = await _queries.list_statements(tx.connection, project_id=project_id)
    return [KeptStatement(**row) for row in rows]


async def decide_statement(tx: Tx, project_id: UUID, statement_id: UUID, status: str) -> str | None:
    """Accept or reject a statement that waits, and return its words; None where none waits."""
    row = await _queries.decide_statement(
        tx.connection, project_id=project_id, id=statement_id, status=status
    )
    return None if row is None else str(row["quote"])
