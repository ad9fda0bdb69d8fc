"""All SQL of editing: rows in, models out, in the caller's transaction."""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.papers import store as papers_store
from evigate.papers.editing.models import ClaimEdit, EditKind, LinkerRecord
from evigate.papers.models import Claim, ClaimDraft

EDITS_MAX = 10_000

_queries = load_queries(__package__)


async def get_claim(tx: Tx, paper_id: UUID, claim_id: UUID) -> Claim | None:
    """Return a claim of the paper that is not rejected, locked against other edits, or None."""
    row = await _queries.get_claim(tx.connection, id=claim_id, paper_id=paper_id)
    return None if row is None else papers_store.claim_of(row)


async def update_claim(tx: Tx, claim_id: UUID, draft: ClaimDraft) -> None:
    """Put what a person wrote into a claim's row."""
    row = {**papers_store.claim_values(draft), "id": claim_id}
    for label in ("table_label", "row_label", "column_label"):
        del row[label]
    await _queries.update_claim(tx.connection, **row)


async def insert_claim(tx: Tx, paper_id: UUID, draft: ClaimDraft) -> UUID:
    """Add a claim that a person wrote, after all others; return its id."""
    claim_id = new_uuid()
    row = papers_store.claim_values(draft)
    await _queries.insert_claim(tx.connection, id=claim_id, paper_id=paper_id, **row)
    return claim_id


async def reject_claim(tx: Tx, claim_id: UUID) -> None:
    """Mark a claim as rejected; its row and its verdicts stay."""
    await _queries.reject_claim(tx.connection, id=claim_id)


async def get_rejected(tx: Tx, paper_id: UUID, claim_id: UUID) -> Claim | None:
    """Return a claim of the paper that is rejected, locked against other edits, or None."""
    row = await _queries.get_rejected(tx.connection, id=claim_id, paper_id=paper_id)
    return None if row is None else papers_store.claim_of(row)


async def list_rejected(tx: Tx, paper_id: UUID) -> list[Claim]:
    """Return the paper's rejected claims in the order they stand in it."""
    rows = await _queries.list_rejected(tx.connection, paper_id=paper_id)
    return [papers_store.claim_of(row) for row in rows]


async def restore_claim(tx: Tx, claim_id: UUID) -> None:
    """Take a rejection back."""
    await _queries.restore_claim(tx.connection, id=claim_id)


async def artifacts_on_claim(tx: Tx, paper_id: UUID, claim_id: UUID) -> list[UUID]:
    """Return the approved plans and notebooks that were made for a claim."""
    rows = await _queries.artifacts_on_claim(
        tx.connection, paper_id=paper_id, claim_id=str(claim_id)
    )
    return [row["id"] for row in rows]


async def insert_edit(
    tx: Tx,
    kind: EditKind,
    paper_id: UUID,
    claim_id: UUID,
    *,
    reason: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    """Keep an edit; rows are only ever added."""
    await _queries.insert_edit(
        tx.connection,
        id=new_uuid(),
        paper_id=paper_id,
        claim_id=claim_id,
        kind=kind.value,
        reason=reason,
        before=None if before is None else Jsonb(before),
        after=None if after is None else Jsonb(after),
    )


async def list_edits(
    tx: Tx, *, paper_id: UUID | None = None, limit: int = EDITS_MAX
) -> list[ClaimEdit]:
    """Return edits, newest first, of one paper or of all."""
    rows = await _queries.list_edits(tx.connection, paper_id=paper_id, limit=limit)
    return [ClaimEdit(**{**row, "kind": EditKind(row["kind"])}) for row in rows]


async def insert_linker(tx: Tx, learned: dict[str, Any], edit_count: int) -> None:
    """Keep what was learnt; from now on it is used."""
    await _queries.insert_linker(
        tx.connection, id=new_uuid(), learned=Jsonb(learned), edit_count=edit_count
    )


async def newest_linker(tx: Tx) -> LinkerRecord | None:
    """Return what was learnt last, or None where nothing was."""
    row = await _queries.newest_linker(tx.connection)
    return None if row is None else LinkerRecord(**row)
