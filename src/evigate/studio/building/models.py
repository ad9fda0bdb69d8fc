"""What an unattended build did, step by step, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from evigate.kernel.runs import Run

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


@dataclass(frozen=True, slots=True)
class BuildRun:
    """A build in the background, and what its finished stages told."""

    run: Run
    steps: tuple[Step, ...]


Tell = Callable[[Step], None]


def plain_built(built: Built) -> Mapping[str, Any]:
    """Return a build as plain values, for JSON."""
    return {
        "project_id": str(built.project_id),
        "name": built.name,
        "specification": built.specification,
        "status": built.status,
        "bundle": built.bundle,
        "files": built.files,
        "written": built.written,
        "score": built.score,
        "is_whole": built.is_whole,
        "failed_parts": list(built.failed_parts),
        "tests": [
            {"command": each.command, "is_passed": each.is_passed, "told": each.told}
            for each in built.proofs
        ],
        "steps": [plain_step(each) for each in built.steps],
    }


def plain_step(step: Step) -> dict[str, Any]:
    """Return a step as plain values."""
    return {
        "key": step.key,
        "title": step.title,
        "outcome": step.outcome,
        "said": step.said,
        "left": list(step.left),
    }


def read_step(raw: Mapping[str, Any]) -> Step:
    """Return a step out of its plain values."""
    return Step(raw["key"], raw["title"], raw["outcome"], raw["said"], tuple(raw["left"]))
