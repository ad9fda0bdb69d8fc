"""A piece of work for several agents, its steps, and how far it is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from evigate.agents.messages import Passage, PromptText
from evigate.agents.policy import WARNING_SHARE, OnLimit
from evigate.base.choices import Choice


class Strategy(Choice):
    """How agents work together."""

    SEQUENTIAL = "sequential"
    PARALLEL = "parallel"
    HIERARCHICAL = "hierarchical"
    DEBATE = "debate"


class ConcertStatus(Choice):
    """The seed's: pending, running, paused and running again, then one of three ends."""

    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_end(self) -> bool:
        """Whether nothing follows."""
        return self in (self.COMPLETED, self.FAILED, self.CANCELLED)


@dataclass(frozen=True, slots=True)
class Part:
    """One agent's part: its name on the roster, its role here, and what it is given.

    `group` is the part of the work that it looks at, under a lead of that group; only passages
    whose ids are in `passages` are given to it, all where there are none.
    """

    agent: str
    role: str
    input: Mapping[str, Any] = field(default_factory=dict)
    prompt: PromptText = field(default_factory=lambda: PromptText(""))
    group: str = ""
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What several agents are to do.

    `lead` sums up or judges, where the strategy has one; `rounds` are those of a debate. None is
    no limit. `about` is what it is about, by kind and id, for whoever asked for it.
    """

    strategy: Strategy
    parts: tuple[Part, ...]
    passages: tuple[Passage, ...] = ()
    lead: Part | None = None
    rounds: int = 1
    tokens_limit: int | None = None
    micros_limit: int | None = None
    on_limit: OnLimit = OnLimit.PAUSE

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Read back what `to_json` returned."""
        lead = values["lead"]
        return cls(
            strategy=Strategy(values["strategy"]),
            parts=tuple(_part(each) for each in values["parts"]),
            passages=tuple(Passage(**each) for each in values["passages"]),
            lead=None if lead is None else _part(lead),
            rounds=values["rounds"],
            tokens_limit=values["tokens_limit"],
            micros_limit=values["micros_limit"],
            on_limit=OnLimit(values["on_limit"]),
        )


def _part(values: Mapping[str, Any]) -> Part:
    prompt = PromptText.of(values["prompt"])
    return Part(**{**values, "prompt": prompt, "passages": tuple(values["passages"])})


@dataclass(frozen=True, slots=True)
class Step:
    """A step: who does it, and after which others, whose outputs it is given to read."""

    name: str
    part: Part
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spent:
    """What was used and is set aside, against the limits; `micros` is None once it is unknown."""

    tokens: int = 0
    reserved: int = 0
    micros: int | None = 0
    tokens_limit: int | None = None
    micros_limit: int | None = None

    @property
    def share(self) -> float | None:
        """Return how much of the limit on tokens is used, 0 to 1; None without a limit."""
        if self.tokens_limit is None:
            return None
        return min(1.0, self.tokens / self.tokens_limit) if self.tokens_limit else 1.0

    @property
    def is_warned(self) -> bool:
        """Say whether the warning share is used."""
        return self.share is not None and self.share >= WARNING_SHARE


@dataclass(frozen=True, slots=True)
class Concert:
    """A piece of work and how far it is; `outputs` are by step, in the order of the steps."""

    id: UUID
    status: ConcertStatus
    work: Work
    steps: tuple[Step, ...]
    outputs: Mapping[str, Mapping[str, Any]]
    spent: Spent
    is_pause_wanted: bool
    is_cancel_wanted: bool
    reason: str
    error: Mapping[str, Any] | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None

    @property
    def pending(self) -> tuple[str, ...]:
        """Return the names of the steps that are still to be done."""
        return tuple(each.name for each in self.steps if each.name not in self.outputs)
