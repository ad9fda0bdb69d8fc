"""What a build in the background looks like from outside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.studio.building.models import BuildRun


@dataclass(frozen=True, slots=True)
class BuildStepView:
    """One step: done, nothing to do, left or failed; `left` is what is left to a person."""

    key: str
    title: str
    outcome: str
    said: str
    left: list[str]


@dataclass(frozen=True, slots=True)
class BuildRunView:
    """A build as it stands; what came of it is null before its end."""

    id: UUID
    project_id: UUID
    kit_id: str
    status: str
    steps: list[BuildStepView]
    specification: str | None
    score: int | None
    files: int | None
    is_whole: bool | None
    tests: list[dict[str, Any]]
    error_code: str | None
    error_message: str | None
    created_at: datetime
    completed_at: datetime | None


def build_view(found: BuildRun) -> BuildRunView:
    """Return a build as it is shown."""
    run, output = found.run, found.run.output or {}
    steps = [
        BuildStepView(each.key, each.title, each.outcome, each.said, list(each.left))
        for each in found.steps
    ]
    return BuildRunView(
        run.id,
        UUID(run.input["project_id"]),
        run.input["kit_id"],
        run.status.value,
        steps,
        output.get("specification"),
        output.get("score"),
        output.get("files"),
        output.get("is_whole"),
        list(output.get("tests", ())),
        run.error_code,
        run.error_message,
        run.created_at,
        run.completed_at,
    )
