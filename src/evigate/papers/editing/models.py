"""The nouns of editing: what a person writes, and what is kept of it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from evigate.papers.models import ClaimDraft


class EditKind(StrEnum):
    """What a person did to a claim."""

    CORRECT = "correct"
    ADD = "add"
    REJECT = "reject"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A claim as a person writes it; page and quote say where it is printed."""

    metric: str
    value: Decimal
    page: int
    quote: str
    dataset: str | None = None
    split: str | None = None
    units: str | None = None
    method: str | None = None
    is_own_method: bool = False


@dataclass(frozen=True, slots=True)
class ClaimEdit:
    """One change of a claim; `before` and `after` are its JSON, None where there is none."""

    id: UUID
    paper_id: UUID
    claim_id: UUID
    kind: EditKind
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LinkerRecord:
    """What was learnt from edits, from how many, and when."""

    id: UUID
    learned: dict[str, Any]
    edit_count: int
    created_by: str
    created_at: datetime


def snapshot(draft: ClaimDraft) -> dict[str, Any]:
    """Return a claim as JSON values, digits as printed."""
    found = asdict(draft)
    found["value"] = f"{draft.value:f}"
    return found
