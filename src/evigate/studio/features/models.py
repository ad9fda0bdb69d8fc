"""Seeds, candidates, chosen features and the board that they make."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

SeedType = Literal["jtbd_direct", "pain_solver", "dealbreaker", "constraint_driven"]
Priority = Literal["critical", "high", "medium", "low"]
Importance = Literal["must", "should", "could", "wont"]
Origin = Literal["candidate", "dependency", "library", "custom"]
Decision = Literal["met", "dropped", "left"]


@dataclass(frozen=True, slots=True)
class Seed:
    """Something that was said and calls for a feature; `hints` are features that a rule names."""

    key: str
    seed_type: SeedType
    feature_name: str
    priority: Priority
    confidence: float
    source_field: str
    claim_id: UUID
    quote: str
    rationale: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feature of the library that the discovery speaks for, with the words and the reason."""

    key: str
    title: str
    summary: str
    category: str
    effort: int
    score: float
    signals_matched: tuple[str, ...]
    reason: str
    seed_keys: tuple[str, ...]
    importance: Importance
    depends: tuple[str, ...]
    excludes: tuple[str, ...]
    accept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A feature that somebody decided on; it keeps what the library said of it then."""

    id: UUID
    key: str
    title: str
    summary: str
    category: str
    effort: int
    origin: Origin
    needed_by: tuple[str, ...]
    depends: tuple[str, ...]
    excludes: tuple[str, ...]
    accept: tuple[str, ...]
    seed_keys: tuple[str, ...]
    score: float | None
    is_selected: bool
    importance: Importance
    position: int
    notes: str
    version: int


@dataclass(frozen=True, slots=True)
class SeedDecision:
    """What was decided of a seed, and why: met otherwise, dropped, or left for later."""

    decision: Decision
    reason: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Curation:
    """The head of a board; `source_hash` is of what is chosen."""

    id: UUID
    candidate_set_id: UUID
    discovery_version: int
    status: str
    source_hash: str
    stale_reason: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DiscoveryChange:
    """What a later turn of the discovery changes of the seeds."""

    version_then: int
    version_now: int
    added: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """All that the board shows: seeds, candidates, what was decided, and what changed meanwhile."""

    project_id: UUID
    name: str
    curation: Curation
    seeds: tuple[Seed, ...]
    decisions: dict[str, SeedDecision]
    candidates: tuple[Candidate, ...]
    features: tuple[Chosen, ...]
    change: DiscoveryChange | None
    notices: tuple[str, ...] = ()

    @property
    def selected(self) -> tuple[Chosen, ...]:
        """Return the chosen features in the order that people gave them."""
        return tuple(each for each in self.features if each.is_selected)

    def undecided(self) -> tuple[Seed, ...]:
        """Return the critical seeds that no chosen feature covers and nobody decided on."""
        covered = {key for each in self.selected for key in each.seed_keys} | set(self.decisions)
        return tuple(s for s in self.seeds if s.priority == "critical" and s.key not in covered)
