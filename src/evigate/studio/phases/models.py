"""The phases in their order, the passes through them, and a gate as it was evaluated."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from evigate.kernel.conditions import Step


class Phase(StrEnum):
    """The seed's seven, in the order in which a project goes through them."""

    CREATED = "CREATED"
    DISCOVERY = "DISCOVERY"
    FEATURE_SELECTION = "FEATURE_SELECTION"
    PLAN_GENERATION = "PLAN_GENERATION"
    PLANNING = "PLANNING"
    VISUAL_DISCOVERY = "VISUAL_DISCOVERY"
    SPECIFICATION = "SPECIFICATION"

    @property
    def place(self) -> int:
        """Return the place in the order, from 0."""
        return ORDER.index(self)

    @property
    def label(self) -> str:
        """Return the phase's name as people read it."""
        return LABELS[self]

    @property
    def next(self) -> "Phase | None":
        """Return the phase after this one; None after the last."""
        return ORDER[self.place + 1] if self.place + 1 < len(ORDER) else None


LABELS = {
    Phase.CREATED: "Created",
    Phase.DISCOVERY: "Discovery",
    Phase.FEATURE_SELECTION: "Features",
    Phase.PLAN_GENERATION: "Plan",
    Phase.PLANNING: "Planning",
    Phase.VISUAL_DISCOVERY: "Looks",
    Phase.SPECIFICATION: "Specification",
}
ORDER = tuple(Phase)
SKIPPABLE = frozenset({Phase.VISUAL_DISCOVERY})


@dataclass(frozen=True, slots=True)
class Pass:
    """One way through a phase; `outcome` is completed, skipped or left, None while it lasts."""

    phase: Phase
    number: int
    started_at: datetime
    completed_at: datetime | None
    outcome: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class GateItem:
    """One line of a checklist: what must be true, whether it is, by which tests, and what to do."""

    key: str
    title: str
    is_met: bool
    remedy: str
    found: tuple[str, ...]
    trace: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """A phase's checklist over the facts of one moment."""

    phase: Phase
    items: tuple[GateItem, ...]

    @property
    def is_open(self) -> bool:
        """Say whether every line is met."""
        return all(each.is_met for each in self.items)


@dataclass(frozen=True, slots=True)
class StaleThing:
    """Something made in a later phase that rests on what may change now."""

    kind: str
    id: UUID
    title: str
    was: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a project stands: its phase with the version to compare by, passes, gates and facts."""

    project_id: UUID
    name: str
    phase: Phase
    version: int
    module_id: UUID
    passes: tuple[Pass, ...]
    gates: tuple[Gate, ...]
    facts: dict[str, Any]

    @property
    def gate(self) -> Gate:
        """Return the gate of the present phase."""
        return self.gates[self.phase.place]
