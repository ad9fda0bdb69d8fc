"""The context as it goes out: pieces, what was assembled, what a change reaches, budgets."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.studio.context.models import Assembled, Change, Held, Line, Profile, Request
from evigate.studio.context.renewing import Renewal
from evigate.studio.context.store import Asked


class AssembleIn(BaseModel):
    """What is wanted: for whom, about what, which pieces by key, and in how many tokens."""

    model_config = ConfigDict(extra="forbid")
    target_type: Literal["phase", "agent", "workflow", "ad_hoc"] = "agent"
    target: str = Field(default="coding", min_length=1, max_length=100)
    query: str = Field(default="", max_length=4000)
    keys: list[str] = Field(default_factory=list, max_length=100)
    max_tokens: int | None = Field(default=None, ge=1, le=1_000_000)

    def request(self) -> Request:
        """Return it as the service takes it."""
        return Request(self.target_type, self.target, self.query, tuple(self.keys), self.max_tokens)


class BudgetIn(BaseModel):
    """How much is given, how much of that is kept back, and which kinds go first."""

    model_config = ConfigDict(extra="forbid")
    max_tokens: int = Field(ge=1, le=1_000_000)
    reserved_tokens: int = Field(default=0, ge=0)
    priority: int = Field(default=5, ge=1, le=10)
    kinds: dict[str, int] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PieceView:
    """A piece in a list; `rests_on` are keys with how it rests on them."""

    key: str
    kind: str
    title: str
    tokens: int
    version: int
    content_hash: str
    updated_at: datetime
    stale_since: datetime | None
    rests_on: dict[str, str]


@dataclass(frozen=True, slots=True)
class PieceText:
    """A piece with its whole text."""

    piece: PieceView
    text: str


@dataclass(frozen=True, slots=True)
class ContextView:
    """A context: the text, and what became of each piece of the project."""

    request_id: UUID | None
    text: str
    tokens: int
    room: int
    is_exceeded: bool
    is_hit: bool
    cache_key: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class AskedView:
    """A request that was answered; `given`, `cut` and `out` count pieces."""

    id: UUID
    target_type: str
    target: str
    query: str
    keys: list[str]
    room: int
    tokens: int
    is_exceeded: bool
    is_hit: bool
    asked_by: str
    created_at: datetime
    given: int
    cut: int
    out: int


@dataclass(frozen=True, slots=True)
class AskedLines:
    """A request with what became of each piece."""

    request: AskedView
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change and the keys that it reaches, in the order to look at them again."""

    key: str | None
    event_type: str
    old_hash: str | None
    new_hash: str | None
    affected: list[str]
    is_cascade: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProfileView:
    """A budget; `room` is what the context may take; `is_own` of one that the tenant set."""

    target_type: str
    target: str
    max_tokens: int
    reserved_tokens: int
    room: int
    priority: int
    kinds: dict[str, int]
    version: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class RenewalStepView:
    """One thing to make anew; `outcome` is made, waits or failed, empty before its turn."""

    name: str
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class RenewalView:
    """What is made anew, in order, and how far that is."""

    id: UUID
    status: str
    done: int
    steps: list[RenewalStepView]
    error: str | None
    created_at: datetime


def renewal_view(found: Renewal) -> RenewalView:
    """Return a renewal as it is shown."""
    steps = [RenewalStepView(each.name, each.outcome, each.detail) for each in found.steps]
    return RenewalView(found.id, found.status, found.done, steps, found.error, found.created_at)


def piece_view(held: Held) -> PieceView:
    """Return a piece as it is listed."""
    piece = held.piece
    return PieceView(
        piece.key,
        piece.kind,
        piece.title,
        held.tokens,
        held.version,
        held.content_hash,
        held.updated_at,
        held.stale_since,
        dict(piece.links),
    )


def context_view(made: Assembled) -> ContextView:
    """Return a context as it is shown."""
    return ContextView(
        made.request_id,
        made.text,
        made.tokens,
        made.room,
        made.is_exceeded,
        made.is_hit,
        made.cache_key,
        list(made.lines),
    )


def asked_view(asked: Asked) -> AskedView:
    """Return a request as it is listed."""
    states = [each.state for each in asked.lines]
    return AskedView(
        asked.id,
        asked.target_type,
        asked.target,
        asked.query,
        list(asked.keys),
        asked.room,
        asked.total_tokens,
        asked.is_exceeded,
        asked.is_hit,
        asked.asked_by,
        asked.created_at,
        states.count("whole"),
        states.count("part"),
        states.count("out"),
    )


def change_view(change: Change) -> ChangeView:
    """Return a change as it is listed."""
    values = asdict(change)
    del values["id"]
    return ChangeView(**{**values, "affected": list(change.affected)})


def profile_view(profile: Profile) -> ProfileView:
    """Return a budget as it is listed."""
    values = asdict(profile)
    return ProfileView(**values, room=profile.room, is_own=profile.version > 0)
