"""Modules, stores and documents as values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from evigate.base.ids import DocumentId, ModuleId
from evigate.evidence.chunks import ChunkKind

Purpose = Literal["paper", "course", "project"]


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to add: what it is called, where it came from, and its stored bytes."""

    title: str | None
    source_uri: str
    sha256: str
    file_name: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Store:
    """A store as it stands: how many documents it has, and how many of them can be searched."""

    id: UUID
    store_name: str
    module_id: UUID
    title: str
    purpose: str
    evidence_version: str
    created_at: datetime
    documents: int
    indexed: int

    @property
    def is_indexed(self) -> bool:
        """Whether every document can be searched."""
        return self.documents > 0 and self.indexed == self.documents


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a store; `indexed_at` is None until it can be searched.

    `source_uri` names it within its module, and `revision` counts from 1 how often bytes of that
    name were taken in that differed from the last.
    """

    id: UUID
    module_id: UUID
    store_id: UUID
    title: str | None
    source_uri: str
    sha256: str
    metadata: dict[str, Any]
    file_name: str | None
    indexed_at: datetime | None
    created_at: datetime
    revision: int

    @property
    def kind(self) -> str:
        """What it was read as; "pdf" where nothing is noted, as for a paper."""
        return str(self.metadata.get("kind", "pdf"))

    @property
    def page_count(self) -> int | None:
        """How many pages, slides or chapters it has; None where that was not noted."""
        count = self.metadata.get("pages")
        return count if isinstance(count, int) else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was read with doubt or left out, a sentence each."""
        return tuple(self.metadata.get("warnings", ()))

    @property
    def label(self) -> str:
        """What to call it: its title, else its file's name, else where it came from."""
        return self.title or self.file_name or self.source_uri


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as its row: a passage of a document, `start` to `end` of a page's text.

    `id` follows from the document and the text, white space aside, so a passage that only moved
    keeps it; `sha256` is `Chunk.digest`. `boxes` are (x0, y0, x1, y1) in points, a line each, none
    where the document has no printed pages.
    """

    id: UUID
    module_id: UUID
    document_id: UUID
    ordinal: int
    page: int
    start: int
    end: int
    text: str
    sha256: str
    heading_path: tuple[str, ...]
    kind: ChunkKind
    boxes: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class ChunkChange:
    """What writing a document's chunks did: how many rows stayed, went and came."""

    kept: int
    removed: int
    added: int


@dataclass(frozen=True, slots=True)
class PutDocument:
    """What adding a document came to: its row, the revision it now has, and its chunks."""

    document_id: UUID
    revision: int
    outcome: Literal["added", "replaced", "unchanged"]
    chunks: ChunkChange


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers: where it stands, and which channels found it and how.

    `start` and `end` count characters of the page's text; `boxes` are (x0, y0, x1, y1) in points
    from the page's top left, a line each, none where the document has no pages. `words` are the
    question's words that stand in it.
    """

    chunk_id: str
    document_id: UUID
    document: str
    page: int
    start: int
    end: int
    text: str
    boxes: tuple[tuple[float, float, float, float], ...]
    score: float
    retrieved_by: tuple[str, ...]
    similarity: float | None
    bm25_score: float | None
    bm25_rank: int | None
    words: tuple[str, ...]
    heading_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a store says to a question; `query_id` is the search's in the audit."""

    store: Store
    question: str
    mode: str
    hits: tuple[Hit, ...]
    notes: tuple[str, ...]
    query_id: UUID | None
    duration_ms: float


@dataclass(frozen=True, slots=True)
class ModuleOfOne:
    """What `create_module` made: a module, its store and its first document."""

    module_id: ModuleId
    store_id: UUID
    store_name: str
    document_id: DocumentId
    evidence_version: str
