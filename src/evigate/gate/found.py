"""What a room's own rules find in an artifact: kept in the gate's one table of findings.

A room names its rules with a scope before them, as "SPECIFICATION.UNSOURCED". What it finds again
keeps its row and how often it was seen; what it looked for and found no more is resolved; what a
person waived stays so.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.canonical import content_hash
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Found:
    """What stands against an artifact: the rule, where, in words, and what mends it."""

    rule: str
    severity: str
    element: str
    message: str
    fix: str

    @property
    def fingerprint(self) -> str:
        """Return what it is known by from one look at an artifact to the next."""
        return content_hash([self.rule, self.element])


async def keep_found(
    tx: Tx,
    artifact_id: UUID,
    found: Sequence[Found],
    *,
    scopes: Sequence[str],
    elements: Sequence[str] | None = None,
) -> None:
    """
    Write what stands against an artifact now, and resolve what no longer does.

    Args:
        found: of two with one fingerprint the later is kept.
        scopes: what the rules that were looked for begin with.
        elements: the elements that were looked at; None for all.
    """
    rows = {each.fingerprint: asdict(each) for each in found}
    written = [{**row, "fingerprint": key} for key, row in rows.items()]
    await _queries.keep_found(tx.connection, artifact_id=artifact_id, rows=Jsonb(written))
    await _queries.resolve_found(
        tx.connection,
        artifact_id=artifact_id,
        scopes=list(scopes),
        elements=None if elements is None else list(elements),
        seen=list(rows),
    )


async def open_found(tx: Tx, artifact_id: UUID) -> tuple[Found, ...]:
    """Return what stands against an artifact, whoever found it, errors first."""
    rows = await _queries.open_found(tx.connection, artifact_id=artifact_id)
    return tuple(Found(**row) for row in rows)


async def standing_of(tx: Tx, artifact_id: UUID) -> dict[str, str]:
    """Return how each finding of an artifact stands, by fingerprint: open, resolved or waived."""
    rows = await _queries.standing_of(tx.connection, artifact_id=artifact_id)
    return {row["fingerprint"]: row["status"] for row in rows}


async def waive_found(tx: Tx, artifact_id: UUID, found: Found, reason: str) -> None:
    """Say of an open finding that it is none, and why; it stays so."""
    await _queries.waive_found(
        tx.connection, artifact_id=artifact_id, fingerprint=found.fingerprint, reason=reason
    )
