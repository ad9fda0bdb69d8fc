"""What the room's routes and commands send: stores, documents, answers as JSON."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from evigate.evidence.models import Answer, Document, Hit, Store


class AddressIn(BaseModel):
    """A web address that serves a document."""

    url: str = Field(min_length=8, max_length=4_000, pattern="^https?://")


class StoreOut(BaseModel):
    """A store."""

    id: UUID
    store_name: str
    title: str
    purpose: str
    documents: int
    indexed: int
    evidence_version: str
    created_at: datetime

    @classmethod
    def of(cls, store: Store) -> Self:
        """Return a store as it is sent."""
        return cls(**{name: getattr(store, name) for name in cls.model_fields})


class DocumentOut(BaseModel):
    """A document of a store."""

    id: UUID
    title: str
    file_name: str | None
    source_uri: str
    sha256: str
    revision: int
    kind: str
    page_count: int | None
    warnings: list[str]
    indexed_at: datetime | None

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return a document as it is sent."""
        names = [name for name in cls.model_fields if name != "title"]
        return cls(**{name: getattr(document, name) for name in names}, title=document.label)


class HitOut(BaseModel):
    """A passage that answers, with its place and what found it."""

    chunk_id: str
    document_id: UUID
    document: str
    page: int
    heading_path: list[str]
    start: int
    end: int
    text: str
    boxes: list[tuple[float, float, float, float]]
    score: float
    retrieved_by: list[str]
    similarity: float | None
    bm25_score: float | None
    bm25_rank: int | None
    words: list[str]

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """Return a hit as it is sent."""
        return cls(**{name: getattr(hit, name) for name in cls.model_fields})


class AnswerOut(BaseModel):
    """What a store says to a question."""

    store: StoreOut
    question: str
    mode: str
    hits: list[HitOut]
    notes: list[str]
    query_id: UUID | None
    duration_ms: float

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Return an answer as it is sent."""
        return cls(
            store=StoreOut.of(answer.store),
            question=answer.question,
            mode=answer.mode,
            hits=[HitOut.of(hit) for hit in answer.hits],
            notes=list(answer.notes),
            query_id=answer.query_id,
            duration_ms=round(answer.duration_ms, 3),
        )
