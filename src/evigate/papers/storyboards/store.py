"""All SQL of storyboards: rows in, values out, in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class StoryboardRow:
    """A storyboard as it is kept: what is shown, and the gate's word on it.

    `draft_artifact_id` is a newer version that the gate has not approved; None where there is none.
    """

    id: UUID
    paper_id: UUID
    run_id: UUID | None
    storyboard_json: dict[str, Any]
    artifact_id: UUID
    draft_artifact_id: UUID | None
    storage_path: str
    status: str
    content_hash: str
    producer: str
    grounding: dict[str, Any]
    version: int
    decision_reason: str | None
    paper_title: str
    created_at: datetime
    updated_at: datetime


async def get_storyboard(
    tx: Tx, storyboard_id: UUID, *, is_approved_only: bool
) -> StoryboardRow | None:
    """Return the storyboard, or None where this subject sees none such."""
    row = await _queries.get_storyboard(
        tx.connection, id=storyboard_id, is_approved_only=is_approved_only
    )
    return None if row is None else StoryboardRow(**row)


async def find_storyboard(tx: Tx, paper_id: UUID) -> StoryboardRow | None:
    """Return the paper's storyboard, whatever its status."""
    found = await _queries.find_storyboard_id(tx.connection, paper_id=paper_id)
    return None if found is None else await get_storyboard(tx, found, is_approved_only=False)


async def list_storyboards(
    tx: Tx,
    *,
    is_approved_only: bool,
    paper_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> list[StoryboardRow]:
    """Return storyboards, newest first."""
    rows = await _queries.list_storyboards(
        tx.connection,
        is_approved_only=is_approved_only,
        paper_id=paper_id,
        before=before,
        limit=limit,
    )
    return [StoryboardRow(**row) for row in rows]


async def put_draft(
    tx: Tx,
    *,
    storyboard_id: UUID | None,
    paper_id: UUID,
    run_id: UUID | None,
    payload: Mapping[str, Any],
    content_hash: str,
    artifact_id: UUID,
) -> UUID:
    """Add a version that waits for the gate; what is approved stays until this one is.

    The gate's approval puts it in place (`papers.show_storyboard` in the database).
    """
    path = f"storyboards/{content_hash}.json"
    if storyboard_id is None:
        storyboard_id = new_uuid()
        await _queries.insert_storyboard(
            tx.connection,
            id=storyboard_id,
            paper_id=paper_id,
            run_id=run_id,
            storyboard_json=Jsonb(dict(payload)),
            storage_path=path,
            artifact_id=artifact_id,
        )
        return storyboard_id
    await _queries.set_draft(
        tx.connection, id=storyboard_id, artifact_id=artifact_id, run_id=run_id
    )
    await _queries.put_waiting(
        tx.connection,
        id=storyboard_id,
        storyboard_json=Jsonb(dict(payload)),
        storage_path=path,
        artifact_id=artifact_id,
        run_id=run_id,
    )
    return storyboard_id
