"""What a reviewer reads, taken apart: the pieces of a context, what others said, what is known.

Pure. The built-in reviewers read the same text that a model would, so what they quote stands in it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from evigate.agents import Passage

STEP, MEMORY = "step:", "memory:"
_HEAD = re.compile(r"## (?P<title>[^\n]*)\n\[(?P<kind>\w+) (?P<key>[^\];]+)[^\]]*\]\n\n")
_SECTION = re.compile(r"^### (.*)$", re.M)
ACCEPTED, BECAUSE, FIELDS, STEPS, RIGHTS = (
    "Accepted when", "Because somebody said", "Fields", "Steps", "Who may",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """A piece of a context: its key, its title, its own words and its sections by heading."""

    passage: str
    key: str
    title: str
    text: str
    sections: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what the key names: "FR-1" of "requirement/FR-1"."""
        return self.key.partition("/")[2]

    def lines(self, heading: str) -> list[str]:
        """Return the lines of a section's list, without their marks; empty where it has none."""
        found = self.sections.get(heading, "").splitlines()
        return [each.removeprefix("- ") for each in found if each.startswith("- ")]


@dataclass(frozen=True, slots=True)
class Said:
    """What another reviewer said in an earlier step."""

    step: str
    agent: str
    role: str
    output: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a reviewer has before it."""

    pieces: tuple[Read, ...]
    said: tuple[Said, ...]
    dismissed: frozenset[tuple[str, str]]
    known: frozenset[tuple[str, str]]

    def of(self, kind: str) -> list[Read]:
        """Return the pieces of a kind of key, in the order of their keys."""
        found = [each for each in self.pieces if each.key.startswith(f"{kind}/")]
        return sorted(found, key=lambda each: each.key)


def desk_of(passages: Sequence[Passage]) -> Desk:
    """Return what the passages of a run hold; what is no piece of a context is passed over."""
    pieces, said = [], []
    dismissed: set[tuple[str, str]] = set()
    known: set[tuple[str, str]] = set()
    for each in passages:
        if each.id.startswith(STEP):
            values = orjson.loads(each.text)
            said.append(
                Said(each.id.removeprefix(STEP), values["agent"], values["role"], values["output"])
            )
        elif each.id.startswith(MEMORY):
            remembered = orjson.loads(each.text)
            dismissed |= {(rule, element) for rule, element in remembered["dismissed"]}
            known |= {(rule, element) for rule, element in remembered["found"]}
        elif (piece := _piece(each)) is not None:
            pieces.append(piece)
    return Desk(tuple(pieces), tuple(said), frozenset(dismissed), frozenset(known))


def _piece(passage: Passage) -> Read | None:
    head = _HEAD.match(passage.text)
    if head is None:
        return None
    parts = _SECTION.split(passage.text[head.end() :])
    sections = dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))
    return Read(passage.id, head["key"], head["title"], parts[0].strip(), sections)
