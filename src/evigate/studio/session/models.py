"""A conversation as it stands: frozen values, one for each row of the studio's tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from evigate.studio.extraction import Kind
from evigate.studio.standing import NeedStatus, Standing

Phase = Literal["opening", "exploration", "validation", "closing", "closed"]
Level = Literal["novice", "expert"]
ClaimStatus = Literal["accepted", "disputed", "rejected", "superseded"]


@dataclass(frozen=True, slots=True)
class Need:
    """
    An obligation of the session; `version` counts its changes, for whoever edits it.

    A need that came up on the way keeps its obligation with it. `origins` say which entries of the
    library ask for it, by which rule and on which words.
    """

    key: str
    position: int
    status: NeedStatus = NeedStatus.PENDING
    confidence: float = 0.0
    attempts: int = 0
    last_attempt_turn: int | None = None
    satisfied_at_turn: int | None = None
    reason: str = ""
    negotiation: Mapping[str, Any] | None = None
    version: int = 0
    obligation: Mapping[str, Any] | None = None
    origins: tuple[Mapping[str, Any], ...] = ()

    @property
    def standing(self) -> Standing:
        """Return its status and confidence alone."""
        return Standing(self.status, self.confidence)


@dataclass(frozen=True, slots=True)
class Message:
    """What was said; an agent's may carry a card of choices, a user's may revise another."""

    id: UUID
    position: int
    turn: int
    role: Literal["user", "agent"]
    content: str
    need_key: str | None = None
    card: Mapping[str, Any] | None = None
    revises: UUID | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A value someone's words give for a field; the quote is the message's, letter by letter."""

    id: UUID
    position: int
    message_id: UUID
    field_path: str
    value: Any
    kind: Kind
    source: str
    confidence: float
    quote: str
    quote_start: int
    quote_end: int
    status: ClaimStatus = "accepted"
    superseded_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person must give (PROVIDE) or choose (DECIDE)."""

    id: UUID
    position: int
    kind: Literal["PROVIDE", "DECIDE"]
    need_key: str
    title: str
    options: tuple[str, ...] = ()
    status: Literal["pending", "completed", "cancelled"] = "pending"
    result: Any = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What some turns came to; ranges touch and never overlap."""

    turn_start: int
    turn_end: int
    text: str
    snapshot: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Session:
    """
    A conversation: all that its events say, and nothing else.

    `facts` is what the library found in the words so far, by kind and key; it only grows.
    `industry` is the code that fits best, or was chosen, with its alternatives. `approval` says who
    approved what came of it, and the hash of that.
    """

    id: UUID
    project_id: UUID
    objective_id: UUID
    phase: Phase = "opening"
    level: Level = "novice"
    turn: int = 0
    version: int = 0
    completeness: float = 0.0
    domain: str = "general"
    asked_key: str | None = None
    needs: Mapping[str, Need] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    claims: Mapping[UUID, Claim] = field(default_factory=dict)
    tasks: Mapping[UUID, Task] = field(default_factory=dict)
    summaries: tuple[Summary, ...] = ()
    facts: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    industry: Mapping[str, Any] | None = None
    approval: Mapping[str, Any] | None = None

    def claims_of(self, field_path: str, *statuses: ClaimStatus) -> list[Claim]:
        """Return a field's claims in order, accepted ones unless other statuses are named."""
        wanted = statuses or ("accepted",)
        return [
            each
            for each in self.claims.values()
            if each.field_path == field_path and each.status in wanted
        ]

    def message(self, message_id: UUID) -> Message | None:
        """Return a message by its id, if it is there."""
        return next((each for each in self.messages if each.id == message_id), None)

    def open_task(self, need_key: str) -> Task | None:
        """Return the need's open task, if it has one."""
        return next(
            (
                each
                for each in self.tasks.values()
                if each.need_key == need_key and each.status == "pending"
            ),
            None,
        )
