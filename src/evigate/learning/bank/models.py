"""Items of the bank as values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from evigate.gate import CitationRow

Origin = Literal["generated", "imported", "written"]


@dataclass(frozen=True, slots=True)
class BankItem:
    """An item in a list: what is asked, where it belongs, its standing, what attempts say of it.

    `answers` counts first attempts that were measured; `p` is the share that were right, None
    while they are too few. `total` is how many items the list has in all.
    """

    id: UUID
    module_id: UUID
    kind: str
    question: str
    concept: str
    objective_id: UUID | None
    section: list[str]
    tags: list[str]
    difficulty: str | None
    difficulty_prior: float
    page: int | None
    origin: str
    status: str
    version: int
    stale_at: datetime | None
    producer: str
    decision_reason: str | None
    created_at: datetime
    approved_at: datetime | None
    answers: int
    p: float | None
    flags: list[str] | None
    total: int


@dataclass(frozen=True, slots=True)
class FullItem:
    """An item with its content and the passages it rests on."""

    item: BankItem
    payload: dict[str, Any]
    citations: list[CitationRow]


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items; an empty filter is all. `text` is words that must all stand in the item."""

    module_id: UUID | None = None
    status: str | None = None
    kind: str | None = None
    difficulty: str | None = None
    tag: str | None = None
    objective_id: UUID | None = None
    is_flagged: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class CoveredChunk:
    """A passage of a module's documents and how many items rest on it."""

    id: UUID
    document_id: UUID
    ordinal: int
    page: int
    heading_path: list[str]
    kind: str
    characters: int
    approved: int
    pending: int


@dataclass(frozen=True, slots=True)
class BankSummary:
    """A module's bank in numbers: items by kind and status, and which checks were missed."""

    counts: dict[str, dict[str, int]]
    missed: dict[str, int] = field(default_factory=dict)

    def total(self, status: str) -> int:
        """Return how many items have the status."""
        return sum(each.get(status, 0) for each in self.counts.values())


@dataclass(frozen=True, slots=True)
class QuotedSpan:
    """Words that an approved or waiting item rests on, in characters of their passage."""

    chunk_id: UUID
    item_id: UUID
    start_char: int
    characters: int
    is_approved: bool


@dataclass(frozen=True, slots=True)
class Resting:
    """An item that rests on a passage, with its quote; `start_char` counts from the passage's."""

    id: UUID
    kind: str
    question: str
    status: str
    quote: str
    start_char: int
