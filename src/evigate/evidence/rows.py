"""Chunks as rows of the engine, and the engine's rows as hits.

A row's text opens with the heading that the chunk stands under, because a passage seldom repeats
the word that its heading gives it; `lead` is how much of the text is heading, and a hit shows the
rest. A heading is a row of its own only where no passage follows it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pyarrow as pa

from evigate.evidence.models import Hit, StoredChunk

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("document_id", pa.string(), nullable=False),
        pa.field("page", pa.int32(), nullable=False),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("lead", pa.int32(), nullable=False),
        pa.field("heading_path", pa.list_(pa.string())),
        pa.field("boxes", pa.list_(pa.list_(pa.float32()))),
    ]
)
# Words that Lucene's English analyser leaves out, and question words: marking them says nothing.
STOP_WORDS = frozenset(
    """a an and are as at be but by for if in into is it no not of on or such that the their then
    there these they this to was will with which what who whom whose when where why how had has have
    does did do can could would should""".split()  # noqa: SIM905  a word list is read as one
)


def index_rows(chunks: Sequence[StoredChunk]) -> list[dict[str, Any]]:
    """Return the rows to search for a store's chunks, which come by document and in order."""
    following = [*chunks[1:], None]
    return [
        _row(chunk)
        for chunk, after in zip(chunks, following, strict=True)
        if chunk.kind != "heading" or not _opens(chunk, after)
    ]


def _opens(heading: StoredChunk, after: StoredChunk | None) -> bool:
    """Say whether what follows a heading stands under it, and so carries its words."""
    if after is None or after.document_id != heading.document_id:
        return False
    depth = len(heading.heading_path)
    return depth > 0 and after.heading_path[:depth] == heading.heading_path


def _row(chunk: StoredChunk) -> dict[str, Any]:
    path = [] if chunk.kind == "heading" else list(chunk.heading_path[-1:])
    lead = "".join(f"{name}\n" for name in path)
    return {
        "id": str(chunk.id),
        "document_id": str(chunk.document_id),
        "page": chunk.page,
        "start": chunk.start,
        "end": chunk.end,
        "text": lead + chunk.text,
        "lead": len(lead),
        "heading_path": list(chunk.heading_path),
        "boxes": [list(box) for box in chunk.boxes],
    }


def words_of(text: str) -> list[str]:
    """Return the words of a question that are worth marking, in lower case, each once."""
    found = (word.casefold() for word in re.findall(r"[^\W_]+", text))
    return list(dict.fromkeys(word for word in found if word not in STOP_WORDS))


def hit_of(row: Mapping[str, Any], labels: Mapping[str, str], words: Sequence[str]) -> Hit:
    """Return a row that a search found as a hit; `labels` name documents, by id."""
    folded = row["text"].casefold()
    return Hit(
        chunk_id=row["id"],
        document_id=UUID(row["document_id"]),
        document=labels[row["document_id"]],
        page=row["page"],
        start=row["start"],
        end=row["end"],
        text=row["text"][row.get("lead") or 0 :],
        boxes=tuple(tuple(box) for box in row["boxes"] or ()),
        score=row["score"],
        retrieved_by=tuple(row["retrieved_by"]),
        similarity=row["similarity"],
        bm25_score=row["bm25_score"],
        bm25_rank=row["bm25_rank"],
        words=tuple(word for word in words if word in folded),
        heading_path=tuple(row.get("heading_path") or ()),
    )


def placed(hit: Hit, known: Mapping[str, StoredChunk]) -> Hit | None:
    """Return a hit where its chunk stands now; None if the chunk is gone since the indexing.

    Stores indexed before chunks were rows have hits of another form of id, which are believed.
    """
    if ":" in hit.chunk_id:
        return hit
    chunk = known.get(hit.chunk_id)
    if chunk is None:
        return None
    return replace(
        hit,
        page=chunk.page,
        start=chunk.start,
        end=chunk.end,
        text=chunk.text,
        boxes=chunk.boxes,
        heading_path=chunk.heading_path,
    )
