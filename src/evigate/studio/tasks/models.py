"""What a task is, and what of it may be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from evigate.studio.tasks.actions import ActionConfig, default_action

TaskKind = Literal["PROVIDE", "DECIDE", "REVIEW", "CONNECT"]
TaskState = Literal["pending", "in_progress", "blocked", "completed", "cancelled"]
Priority = Literal["low", "medium", "high", "urgent"]
ACTIONS_MAX, TARGETS_MAX, WAITS_MAX = 20, 50, 50


class _Draft(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ActionDraft(_Draft):
    """One thing that a task asks for; a task is done when all that it requires was given."""

    label: Annotated[str, Field(min_length=1, max_length=255)]
    config: ActionConfig
    is_required: bool = True


class Target(_Draft):
    """What a task is about: a need, feature, question, claim, task or another named thing."""

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
    target: Annotated[str, Field(min_length=1, max_length=500)]


class TaskDraft(_Draft):
    """A task to be made; without actions it asks for what its kind asks for."""

    kind: TaskKind
    title: Annotated[str, Field(min_length=1, max_length=500)]
    description: Annotated[str, Field(max_length=5000)] = ""
    priority: Priority = "medium"
    component_key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,99}$")] = "generic"
    assignee_id: UUID | None = None
    assignee_role: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    due_on: date | None = None
    actions: Annotated[tuple[ActionDraft, ...], Field(max_length=ACTIONS_MAX)] = ()
    targets: Annotated[tuple[Target, ...], Field(max_length=TARGETS_MAX)] = ()
    waits_for: Annotated[tuple[UUID, ...], Field(max_length=WAITS_MAX)] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> "TaskDraft":
        if self.assignee_id is not None and self.assignee_role is not None:
            raise ValueError("a task is one person's or one role's, not both")
        if self.kind == "DECIDE" and not self.actions:
            raise ValueError("a decision needs an action with its options")
        return self

    def asked(self) -> tuple[ActionDraft, ...]:
        """Return the actions, the kind's own where none are given."""
        if self.actions:
            return self.actions
        label, config = default_action(self.kind)
        return (ActionDraft(label=label, config=config),)


@dataclass(frozen=True, slots=True)
class Action:
    """An action as kept; `id` is the task's own where the conversation made the task."""

    id: UUID
    label: str
    config: ActionConfig
    is_required: bool


@dataclass(frozen=True, slots=True)
class Task:
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
    options: tuple[str, ...]
    result: Any
    assignee_id: UUID | None
    assignee_role: str | None
    due_on: date | None
    blockers: tuple[UUID, ...]
    version: int
    created_at: datetime
    created_by: str
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to do it."""
        return self.state not in ("completed", "cancelled")


@dataclass(frozen=True, slots=True)
class Submission:
    """What was given for an action, secrets and the bytes of files left out."""

    id: UUID
    action_id: UUID
    data: Mapping[str, Any]
    bindings: tuple[Mapping[str, str], ...]
    submitted_by: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that happened to a task."""

    kind: str
    actor: str
    details: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """A task that another waits for."""

    id: UUID
    title: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task with all that belongs to it; activity is oldest first."""

    task: Task
    actions: tuple[Action, ...]
    targets: tuple[Target, ...]
    waits: tuple[Wait, ...]
    submissions: tuple[Submission, ...]
    activity: tuple[Activity, ...]
    may_answer: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which tasks an inbox shows; `mine` are those of the person, of the role, and nobody's."""

    project_id: UUID | None = None
    kind: TaskKind | None = None
    state: TaskState | None = None
    mine: bool = False
    due_by: date | None = None
    target: Target | None = None
    before: UUID | None = None
    limit: int = field(default=50)
