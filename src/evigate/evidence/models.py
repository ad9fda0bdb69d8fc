"""Modules, stores and documents as values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from evigate.base.ids import DocumentId, ModuleId

Purpose = Literal["paper", "course", "project"]


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to add: what it is called, where it came from, and its stored bytes."""

    title: str
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
    """A document of a store; `indexed_at` is None until it can be searched."""

    id: UUID
    store_id: UUID
    title: str | None
    source_uri: str
    sha256: str
    file_name: str | None
    indexed_at: datetime | None
    created_at: datetime

    @property
    def label(self) -> str:
        """What to call it: its title, else its file's name, else where it came from."""
        return self.title or self.file_name or self.source_uri


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
