"""The SQL of the context: budgets, pieces with what they rest on, the cache, what was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.studio.context.gathering import Document, Looked
from evigate.studio.context.models import (
    Assembled,
    Change,
    Held,
    Line,
    Piece,
    Profile,
    Request,
    Section,
)

CHUNKS_MAX, RESEARCH_MAX = 2000, 100
HISTORY_MAX = 100
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece's row; `is_gone` for one that the project has no more."""

    held: Held
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Kit:
    """A bundle: of which kit and specification, and the hash of each file by its path."""

    kit_id: str
    artifact_id: UUID
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was answered."""

    id: UUID
    target_type: str
    target: str
    query: str
    keys: list[str]
    room: int
    total_tokens: int
    is_exceeded: bool
    is_hit: bool
    cache_key: str
    asked_by: str
    created_at: datetime
    lines: tuple[Line, ...]


async def list_profiles(tx: Tx) -> dict[tuple[str, str], Profile]:
    """Return the tenant's own budgets, by what they are for."""
    rows = await _queries.list_profiles(tx.connection)
    return {(row["target_type"], row["target"]): Profile(**row) for row in rows}


async def put_profile(tx: Tx, profile: Profile) -> None:
    """Write a budget in the place of an older one."""
    await _queries.put_profile(
        tx.connection,
        id=new_uuid(),
        target_type=profile.target_type,
        target=profile.target,
        max_tokens=profile.max_tokens,
        reserved_tokens=profile.reserved_tokens,
        priority=profile.priority,
        kinds=Jsonb(dict(profile.kinds)),
    )


async def delete_profile(tx: Tx, target_type: str, target: str) -> bool:
    """Remove a tenant's budget; False where it had none."""
    gone: int = await _queries.delete_profile(tx.connection, target_type=target_type, target=target)
    return gone > 0


async def list_kept(tx: Tx, project_id: UUID) -> dict[str, Kept]:
    """Return a project's pieces by key, those that are gone too."""
    rows = await _queries.list_held(tx.connection, project_id=project_id)
    return {row["key"]: _kept(row) for row in rows}


def _kept(row: Mapping[str, Any]) -> Kept:
    piece = Piece(
        row["kind"],
        row["key"],
        row["title"],
        tuple(Section(**each) for each in row["sections"]),
        dict(sorted(row["links"].items())),
        row["is_derived"],
    )
    names = ("id", "content_hash", "tokens", "version", "updated_at", "stale_since")
    return Kept(Held(piece=piece, **{name: row[name] for name in names}), row["is_gone"])


async def put_pieces(
    tx: Tx, project_id: UUID, pieces: Sequence[tuple[UUID, Piece, str, int]]
) -> None:
    """Write pieces with their ids, hashes and tokens, in the place of what they were before."""
    rows = [
        {
            "id": str(id_),
            "kind": piece.kind,
            "key": piece.key,
            "title": piece.title,
            "sections": piece.plain(),
            "content_hash": digest,
            "size_bytes": len(piece.content.encode()),
            "tokens": tokens,
            "is_derived": piece.is_derived,
        }
        for id_, piece, digest, tokens in pieces
    ]
    await _queries.put_pieces(tx.connection, project_id=project_id, rows=Jsonb(rows))


async def remove_pieces(tx: Tx, ids: Sequence[UUID]) -> None:
    """Mark pieces as gone; what they rested on is forgotten."""
    await _queries.remove_pieces(tx.connection, ids=list(ids))
    await _queries.remove_links(tx.connection, ids=list(ids))


async def put_links(
    tx: Tx, project_id: UUID, pieces: Sequence[Piece], ids: Mapping[str, UUID]
) -> None:
    """Write what pieces rest on, in the place of what they rested on before."""
    await _queries.remove_links(tx.connection, ids=[ids[each.key] for each in pieces])
    rows = [
        {"artifact_id": str(ids[e.key]), "depends_on_id": str(ids[on]), "dependency": how}
        for e in pieces
        for on, how in e.links.items()
    ]
    await _queries.put_links(tx.connection, project_id=project_id, rows=Jsonb(rows))


async def mark(tx: Tx, *, stale: Sequence[UUID], fresh: Sequence[UUID]) -> None:
    """Mark pieces as out of date, and others as in date again."""
    await _queries.mark_stale(tx.connection, ids=list(stale))
    await _queries.mark_fresh(tx.connection, ids=list(fresh))


async def add_changes(
    tx: Tx, project_id: UUID, changes: Sequence[tuple[UUID, str | None, str | None, list[UUID]]]
) -> None:
    """Add changes: the piece, its hash before and after, and what they reach, in order."""
    rows = [
        {
            "id": str(new_uuid()),
            "artifact_id": str(id_),
            "event_type": "created" if old is None else "deleted" if new is None else "updated",
            "old_hash": old,
            "new_hash": new,
            "affected": [str(each) for each in affected],
        }
        for id_, old, new, affected in changes
    ]
    await _queries.add_changes(tx.connection, project_id=project_id, rows=Jsonb(rows))


async def list_changes(tx: Tx, project_id: UUID) -> list[Change]:
    """Return a project's newest changes, newest first."""
    rows = await _queries.list_changes(tx.connection, project_id=project_id, limit=HISTORY_MAX)
    return [Change(**{**row, "affected": tuple(row["affected"])}) for row in rows]


async def cached(
    tx: Tx, project_id: UUID, cache_key: str
) -> tuple[str, int, tuple[Line, ...]] | None:
    """Return what was assembled under a key and has not expired: text, tokens and lines."""
    row = await _queries.cached(tx.connection, project_id=project_id, cache_key=cache_key)
    return None if row is None else (row["content"], row["total_tokens"], _lines(row["lines"]))


async def put_cache(tx: Tx, project_id: UUID, made: Assembled, *, lifetime_s: float) -> None:
    """Keep a context for a while, and forget those that have expired."""
    await _queries.sweep_cache(tx.connection, project_id=project_id)
    await _queries.put_cache(
        tx.connection,
        project_id=project_id,
        cache_key=made.cache_key,
        content=made.text,
        total_tokens=made.tokens,
        lines=Jsonb(_plain(made.lines)),
        lifetime_s=lifetime_s,
    )


async def add_request(tx: Tx, project_id: UUID, asked: Request, made: Assembled) -> UUID:
    """Keep that a context was asked for, and what of the project was in it; return its id."""
    id_ = new_uuid()
    await _queries.add_request(
        tx.connection,
        id=id_,
        project_id=project_id,
        target_type=asked.target_type,
        target=asked.target,
        query=asked.query,
        keys=list(asked.keys),
        room=made.room,
        total_tokens=made.tokens,
        is_exceeded=made.is_exceeded,
        is_hit=made.is_hit,
        cache_key=made.cache_key,
        lines=Jsonb(_plain(made.lines)),
    )
    return id_


async def list_requests(tx: Tx, project_id: UUID, *, id_: UUID | None = None) -> list[Asked]:
    """Return a project's newest requests, newest first, or the one of an id."""
    rows = await _queries.list_requests(
        tx.connection, project_id=project_id, id=id_, limit=HISTORY_MAX
    )
    return [Asked(**{**row, "lines": _lines(row["lines"])}) for row in rows]


async def list_documents(tx: Tx, module_id: UUID) -> tuple[Document, ...]:
    """Return the documents of a module with their chunks, as many as an agent could read."""
    rows = await _queries.list_documents(tx.connection, module_id=module_id, limit=CHUNKS_MAX)
    return tuple(
        Document(str(id_), title, tuple((_heading(row), row["text"]) for row in group))
        for (id_, title), group in groupby(rows, key=lambda row: (row["id"], row["title"]))
    )


async def list_bundles(tx: Tx, project_id: UUID) -> list[Kit]:
    """Return the newest bundle of each kit whose plan was approved and carried out."""
    rows = await _queries.list_bundles(tx.connection, project_id=project_id)
    return [
        Kit(row["kit_id"], row["artifact_id"], dict(sorted(row["files"].items()))) for row in rows
    ]


async def list_research(tx: Tx, project_id: UUID) -> tuple[Looked, ...]:
    """Return the research that came to something, oldest first."""
    rows = await _queries.list_research(tx.connection, project_id=project_id, limit=RESEARCH_MAX)
    return tuple(Looked(str(row["id"]), row["query"], row["result"]) for row in rows)


def _heading(row: Mapping[str, Any]) -> str:
    return " / ".join((*row["heading_path"], f"page {row['page']}"))


def _plain(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [{**asdict(each), "id": str(each.id)} for each in lines]


def _lines(values: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    return tuple(Line(**{**each, "id": UUID(each["id"])}) for each in values)
