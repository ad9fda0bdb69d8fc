"""The SQL of tasks: a task is read as it stands, with what it waits for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.studio.tasks.actions import (
    ActionConfig,
    SingleSelect,
    TextInput,
)
from evigate.studio.tasks.models import (
    Action,
    Activity,
    InboxFilter,
    Submission,
    Target,
    Task,
    TaskDraft,
    Wait,
)

queries = load_queries(__package__)
_CONFIG: TypeAdapter[ActionConfig] = TypeAdapter(ActionConfig)


async def insert_task(tx: Tx, task_id: UUID, project_id: UUID, draft: TaskDraft) -> None:
    """Add a task with its actions and targets; what it waits for is added apart."""
    fields = draft.model_dump(exclude={"actions", "targets", "waits_for"})
    await queries.insert_task(tx.connection, id=task_id, project_id=project_id, **fields)
    actions = [
        {
            "id": str(new_uuid()),
            "position": position,
            "kind": each.config.type,
            "label": each.label,
            "config": each.config.model_dump(mode="json"),
            "is_required": each.is_required,
        }
        for position, each in enumerate(draft.asked())
    ]
    ids = {"project_id": project_id, "task_id": task_id}
    await queries.insert_actions(tx.connection, **ids, rows=Jsonb(actions))
    targets = [each.model_dump() for each in draft.targets]
    await queries.insert_targets(tx.connection, **ids, rows=Jsonb(targets))


async def list_tasks(
    tx: Tx, wanted: InboxFilter, *, seen: Sequence[UUID] | None = None, task_id: UUID | None = None
) -> list[Task]:
    """Return tasks of the projects `seen`, newest first, ties by id."""
    target = wanted.target
    rows = await queries.list_tasks(
        tx.connection,
        id=task_id,
        seen=None if seen is None else list(seen),
        project_id=wanted.project_id,
        kind=wanted.kind,
        state=wanted.state,
        due_by=wanted.due_by,
        mine=wanted.mine,
        person=tx.subject.user_id,
        role=tx.subject.role,
        target_kind=target.kind if target else None,
        target=target.target if target else None,
        before=wanted.before,
        limit=wanted.limit,
    )
    return [_task(row) for row in rows]


async def actions_of(tx: Tx, task: Task) -> tuple[Action, ...]:
    """Return a task's actions in order; the conversation's task has one that follows from it."""
    if task.need_key is not None:
        config = SingleSelect(options=task.options) if len(task.options) > 1 else TextInput()
        return (Action(task.id, "Your answer", config, True),)
    rows = await queries.list_actions(tx.connection, id=task.id)
    return tuple(
        Action(row["id"], row["label"], _CONFIG.validate_python(row["config"]), row["is_required"])
        for row in rows
    )


async def targets_of(tx: Tx, task: Task) -> tuple[Target, ...]:
    """Return what a task is about, its need first."""
    rows = await queries.list_targets(tx.connection, id=task.id)
    need = [Target(kind="need", target=task.need_key)] if task.need_key is not None else []
    return (*need, *(Target(**row) for row in rows))


async def waits_of(tx: Tx, task_id: UUID) -> tuple[Wait, ...]:
    """Return what a task waits for, oldest first."""
    return tuple(Wait(**row) for row in await queries.list_waits(tx.connection, id=task_id))


async def submissions_of(tx: Tx, task_id: UUID) -> tuple[Submission, ...]:
    """Return what was given, oldest first."""
    rows = await queries.list_submissions(tx.connection, id=task_id)
    return tuple(Submission(**{**row, "bindings": tuple(row["bindings"])}) for row in rows)


async def activity_of(tx: Tx, task_id: UUID) -> tuple[Activity, ...]:
    """Return what happened, oldest first."""
    return tuple(Activity(**row) for row in await queries.list_activity(tx.connection, id=task_id))


def _task(row: dict[str, Any]) -> Task:
    return Task(
        **{**row, "options": tuple(row["options"] or ()), "blockers": tuple(row["blockers"])}
    )
