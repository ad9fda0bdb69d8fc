"""What every format writes and reads, and the bounds of a file."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from evigate.base.canonical import canonical_json
from evigate.learning.items.payloads import MODELS, QUESTION_KINDS, Difficulty, Payload

READ_BYTES_MAX = 20_000_000
ITEMS_MAX = 20_000
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIFFICULTIES: tuple[Difficulty, ...] = ("introductory", "intermediate", "advanced")


@dataclass(frozen=True, slots=True)
class Cited:
    """A literal quote, and the page (from 1, None where there is none) and document it is from."""

    quote: str
    page: int | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class ExchangeItem:
    """An item as it travels: its payload and what the bank knows of it."""

    kind: str
    payload: Payload
    tags: tuple[str, ...] = ()
    difficulty: Difficulty | None = None
    citations: tuple[Cited, ...] = ()
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many items of a kind a format could not hold, and why."""

    kind: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Written:
    """A file; what it leaves out is counted by kind and reason."""

    data: bytes
    media_type: str
    file_name: str
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read: where in the file, and why, with what to do."""

    place: str
    message: str


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The items of a file in its order, and what stands in it that is none of them."""

    items: tuple[ExchangeItem, ...] = ()
    problems: tuple[Unread, ...] = ()


@dataclass(slots=True)
class Reading:
    """A file being read: items and problems as they come."""

    items: list[ExchangeItem] = field(default_factory=list)
    problems: list[Unread] = field(default_factory=list)

    def refuse(self, place: str, message: str) -> None:
        """Note what cannot be read."""
        self.problems.append(Unread(place, message))

    def done(self) -> ReadBack:
        """Return what was read."""
        return ReadBack(tuple(self.items), tuple(self.problems))


class UnreadableError(Exception):
    """A question that no model of ours holds; the message says why and is shown."""


def make(kind: str, values: Mapping[str, Any]) -> Payload:
    """Return the payload of a kind.

    Raises:
        UnreadableError: it breaks the kind's model; the message says where.
    """
    if kind not in QUESTION_KINDS:
        raise UnreadableError(f"{kind!r} is no kind of question")
    try:
        return MODELS[kind].model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnreadableError(f"{place}: {first['msg']}" if place else first["msg"]) from error


def identifier_of(item: ExchangeItem) -> str:
    """Return the item's identifier, or one made of its content where it has none."""
    if item.identifier:
        return item.identifier
    content = canonical_json({"kind": item.kind, "payload": item.payload.model_dump(mode="json")})
    return hashlib.sha256(content).hexdigest()[:32]


def difficulty_of(text: object) -> Difficulty | None:
    """Return the difficulty of this name; None for any other."""
    return next((each for each in DIFFICULTIES if each == text), None)


def file_stem(title: str) -> str:
    """Return a title as the name of a file: letters, digits and hyphens, "items" for none."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "items"


def decode(data: bytes) -> str:
    """Return a text file's text: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
