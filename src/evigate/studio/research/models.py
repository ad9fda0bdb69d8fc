"""A research task and what it came to; frozen values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

Kind = Literal[
    "competitive_analysis",
    "tech_feasibility",
    "market_research",
    "domain_research",
    "integration_research",
]
KINDS: tuple[Kind, ...] = (
    "competitive_analysis",
    "tech_feasibility",
    "market_research",
    "domain_research",
    "integration_research",
)
Status = Literal["pending", "running", "completed", "failed"]
ATTEMPTS_MAX = 3
QUERY_CHARACTERS_MAX = 500
BUILT_IN = "from built-in knowledge"
DOCUMENTS = "from your documents"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a point comes from: an entry of the library, an industry's code, or a document."""

    label: str
    kind: str
    key: str
    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was found, in the words of its source."""

    title: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Findings:
    """What research came to; no points is "nothing found"."""

    title: str
    points: tuple[Point, ...] = ()
    decide: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the findings as JSON values, with the labels of their sources."""
        labels = list(dict.fromkeys(each.source.label for each in self.points))
        return {**asdict(self), "labels": labels or [BUILT_IN]}


@dataclass(frozen=True, slots=True)
class ResearchTask:
    """A question that is looked up, and how far that is."""

    id: UUID
    session_id: UUID
    need_key: str | None
    task_type: Kind
    query: str
    status: Status
    attempts: int
    priority: int
    result: Mapping[str, Any] | None
    error_message: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a document of the project that answer a query."""

    document: str
    document_id: UUID
    page: int
    text: str
