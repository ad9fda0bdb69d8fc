"""A project's material as pieces, a budget, a request, and what was assembled for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

# The seed's words, of `context_artifacts`, `context_artifact_dependencies` and the profiles.
Kind = Literal["spec", "code", "doc", "schema", "test", "plan", "research"]
Dependency = Literal["imports", "references", "extends", "includes"]
TargetType = Literal["phase", "agent", "workflow"]
KINDS: tuple[Kind, ...] = ("spec", "code", "doc", "schema", "test", "plan", "research")
# What a piece cannot be read without; a mere reference may stay away.
NEEDED = frozenset({"imports", "extends", "includes"})


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a piece that is read whole or not at all."""

    heading: str
    text: str

    def __str__(self) -> str:
        return f"### {self.heading}\n{self.text}\n\n" if self.heading else f"{self.text}\n\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a project's material; `links` are keys of the pieces that it rests on.

    `is_current` is what the piece's own room says of it: whether it still follows from what it was
    made of; None where the room has no word on it. What is read live is never out of date.
    """

    kind: Kind
    key: str
    title: str
    sections: tuple[Section, ...]
    links: Mapping[str, Dependency] = field(default_factory=dict)
    is_derived: bool = False
    is_current: bool | None = None

    @property
    def content(self) -> str:
        """Return the whole text."""
        return "".join(map(str, self.sections))

    def plain(self) -> list[dict[str, Any]]:
        """Return the sections as JSON values."""
        return [asdict(each) for each in self.sections]


@dataclass(frozen=True, slots=True)
class Held:
    """A piece as it is kept: with its id, hash, size, and since when it reads as it does."""

    id: UUID
    piece: Piece
    content_hash: str
    tokens: int
    version: int
    updated_at: datetime
    stale_since: datetime | None


@dataclass(frozen=True, slots=True)
class Profile:
    """How much an agent may be given, and which kinds come first (10) or last (1).

    A kind of rank 0 is not given at all. `priority` ranks profiles among each other where several
    hold; `version` is 0 as shipped.
    """

    target_type: TargetType
    target: str
    max_tokens: int
    reserved_tokens: int
    priority: int = 5
    kinds: Mapping[str, int] = field(default_factory=dict)
    version: int = 0

    @property
    def room(self) -> int:
        """Return the tokens that the context may take."""
        return max(0, self.max_tokens - self.reserved_tokens)


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks to be given: for whom, about what, and which pieces by their keys."""

    target_type: TargetType | Literal["ad_hoc"]
    target: str
    query: str = ""
    keys: tuple[str, ...] = ()
    max_tokens: int | None = None

    def plain(self) -> dict[str, Any]:
        """Return the request as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one piece: whole, in part or left out, with how many tokens and why.

    It stands in the text from `start` to `end`, in characters; 0 to 0 of one that is left out.
    """

    id: UUID
    kind: str
    key: str
    title: str
    state: Literal["whole", "part", "out"]
    tokens: int
    score: float
    why: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Assembled:
    """A context: the text, its size, what it was made under, and a line for each piece."""

    text: str
    tokens: int
    room: int
    cache_key: str
    is_hit: bool
    lines: tuple[Line, ...]
    request_id: UUID | None = None

    def texts(self) -> dict[str, str]:
        """Return the pieces that are in it by key, each as it stands in the text."""
        there = sorted((each for each in self.lines if each.end), key=lambda each: each.start)
        return {each.key: self.text[each.start : each.end] for each in there}

    @property
    def is_exceeded(self) -> bool:
        """Say whether something stayed away for want of room."""
        return any(each.state != "whole" for each in self.lines)


@dataclass(frozen=True, slots=True)
class Change:
    """A piece that was added, changed or removed, and what rests on it, nearest first."""

    id: UUID
    key: str | None
    event_type: Literal["created", "updated", "deleted"]
    old_hash: str | None
    new_hash: str | None
    affected: tuple[str, ...]
    is_cascade: bool
    created_at: datetime
