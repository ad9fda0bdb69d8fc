"""What an unattended build did, step by step, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Outcome = Literal["done", "nothing to do", "left", "failed"]
UNATTENDED = "unattended: nobody was asked"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it came to in a sentence, and what of it is left to a person."""

    key: str
    title: str
    outcome: Outcome
    said: str
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """One command of a kit's `verify`, run over a bundle; `told` is the end of what it printed."""

    command: str
    is_passed: bool
    told: str


@dataclass(frozen=True, slots=True)
class Built:
    """
    A build as it ended.

    `failed_parts` name what could not be made or did not pass; empty is a whole bundle.
    `written` is how many files changed in the target: None where the specification is a draft.
    """

    project_id: UUID
    name: str
    steps: tuple[Step, ...]
    specification: str
    status: str
    bundle: str
    files: int
    score: int
    proofs: tuple[Proof, ...]
    failed_parts: tuple[str, ...]
    written: int | None

    @property
    def is_whole(self) -> bool:
        """Say whether every file was made and every test passed."""
        return not self.failed_parts and all(each.is_passed for each in self.proofs)


Tell = Callable[[Step], None]
