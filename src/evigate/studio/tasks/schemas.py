"""Tasks as programs see them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.studio.tasks.actions import ActionConfig
from evigate.studio.tasks.models import Priority, Target, TaskKind, TaskPage, TaskState


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class TaskOut(_Out):
    """A task as it stands; `blockers` are the open tasks that it waits for."""

    id: UUID
    project_id: UUID
    project_name: str
    kind: TaskKind
    title: str
    description: str
    state: TaskState
    priority: Priority
    component_key: str
    need_key: str | None
    result: Any
    assignee_id: UUID | None
    assignee_role: str | None
    due_on: date | None
    blockers: tuple[UUID, ...]
    version: int
    created_at: datetime
    created_by: str
    closed_at: datetime | None


class ActionOut(_Out):
    """Something that a task asks for."""

    id: UUID
    label: str
    config: ActionConfig
    is_required: bool


class WaitOut(_Out):
    """A task that another waits for."""

    id: UUID
    title: str
    is_open: bool


class SubmissionOut(_Out):
    """What was given; secrets and files by name."""

    id: UUID
    action_id: UUID
    data: Mapping[str, Any]
    bindings: tuple[Mapping[str, str], ...]
    submitted_by: str
    submitted_at: datetime


class ActivityOut(_Out):
    """Something that happened to a task."""

    kind: str
    actor: str
    details: Mapping[str, Any]
    created_at: datetime


class TaskPageOut(TaskOut):
    """A task with all that belongs to it; activity is oldest first."""

    actions: tuple[ActionOut, ...]
    targets: tuple[Target, ...]
    waits: tuple[WaitOut, ...]
    submissions: tuple[SubmissionOut, ...]
    activity: tuple[ActivityOut, ...]

    @classmethod
    def of(cls, page: TaskPage) -> "TaskPageOut":
        """Return a page's outside form."""
        return cls(
            **TaskOut.model_validate(page.task).model_dump(),
            actions=tuple(ActionOut.model_validate(each) for each in page.actions),
            targets=page.targets,
            waits=tuple(WaitOut.model_validate(each) for each in page.waits),
            submissions=tuple(SubmissionOut.model_validate(each) for each in page.submissions),
            activity=tuple(ActivityOut.model_validate(each) for each in page.activity),
        )


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AssignmentIn(_In):
    """Whose a task is; `version` is the one that was looked at."""

    version: int
    assignee_id: UUID | None = None
    assignee_role: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    due_on: date | None = None
    priority: Priority = "medium"


class SubmissionIn(_In):
    """What is given for an action."""

    data: dict[str, Any]
    action_id: UUID | None = None


class ReasonIn(_In):
    """Why."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]
