"""Chunks as rows, written with the document they belong to.

Whoever cites a chunk learns in the same transaction that it went, because a row is only ever added
or taken away, and only where something about it really changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from psycopg.types.json import Jsonb

from evigate.evidence.chunks import Chunk
from evigate.evidence.models import ChunkChange, StoredChunk
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)

ROWS_A_STATEMENT = 2_000

# What makes two rows the same; the id holds the document and the text.
_Place = tuple[UUID, int, int, int, int, tuple[str, ...], str]


async def write_chunks(
    tx: Tx, *, document_id: UUID, module_id: UUID, chunks: Sequence[Chunk]
) -> ChunkChange:
    """Make a document's rows be these chunks, touching none that is as it was.

    A row stays if its text (white space aside), page, span, heading path, kind and ordinal do.
    """
    wanted = {_place_of(row): row for row in _rows(document_id, chunks)}
    found = await _queries.chunk_places(tx.connection, document_id=document_id)
    known = {_place_of(row) for row in found}
    gone = [place[0] for place in known if place not in wanted]
    new = [row for place, row in wanted.items() if place not in known]
    if gone:
        await _queries.delete_chunks(tx.connection, ids=gone)
    for first in range(0, len(new), ROWS_A_STATEMENT):
        await _queries.insert_chunks(
            tx.connection,
            module_id=module_id,
            document_id=document_id,
            rows=Jsonb(new[first : first + ROWS_A_STATEMENT]),
        )
    return ChunkChange(kept=len(known) - len(gone), removed=len(gone), added=len(new))


async def delete_chunks(tx: Tx, *, document_id: UUID) -> int:
    """Take a document's chunks away and return how many there were."""
    count: int = await _queries.delete_chunks_of_document(tx.connection, document_id=document_id)
    return count


async def list_chunks(
    tx: Tx, *, module_id: UUID | None = None, document_id: UUID | None = None
) -> list[StoredChunk]:
    """Return the chunks of one document, in reading order, or of all of a module's documents.

    Exactly one of the two is given. Documents come oldest first; an unknown one has no chunks.
    """
    assert (module_id is None) != (document_id is None), "name a module or a document"
    if document_id is not None:
        rows = await _queries.chunks_of_document(tx.connection, document_id=document_id)
    else:
        rows = await _queries.chunks_of_module(tx.connection, module_id=module_id)
    return [_stored(row) for row in rows]


async def get_chunks(tx: Tx, ids: Sequence[UUID]) -> list[StoredChunk]:
    """Return chunks by id, in the order asked for; those that are not there are left out."""
    rows = await _queries.chunks_by_id(tx.connection, ids=list(ids))
    by_id = {row["id"]: _stored(row) for row in rows}
    return [by_id[each] for each in ids if each in by_id]


def chunk_id(document_id: UUID, digest: str, occurrence: int) -> UUID:
    """Return the id of the chunk of a document with this text; `occurrence` counts from 0."""
    return uuid5(document_id, f"{digest}:{occurrence}")


def _rows(document_id: UUID, chunks: Sequence[Chunk]) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for chunk in chunks:
        digest = chunk.digest
        occurrence = seen.get(digest, 0)
        seen[digest] = occurrence + 1
        yield {
            "id": str(chunk_id(document_id, digest, occurrence)),
            "ordinal": chunk.ordinal,
            "page": chunk.page,
            "start": chunk.start,
            "end": chunk.end,
            "text": chunk.text,
            "sha256": digest,
            "heading_path": list(chunk.heading_path),
            "kind": chunk.kind,
            "boxes": [[box.x0, box.y0, box.x1, box.y1] for box in chunk.boxes],
        }


def _place_of(row: Mapping[str, Any]) -> _Place:
    return (
        UUID(str(row["id"])),
        row["ordinal"],
        row["page"],
        row["start"],
        row["end"],
        tuple(row["heading_path"]),
        row["kind"],
    )


def _stored(row: Mapping[str, Any]) -> StoredChunk:
    values = dict(row)
    values["heading_path"] = tuple(row["heading_path"])
    values["boxes"] = tuple(tuple(box) for box in row["boxes"])
    return StoredChunk(**values)
