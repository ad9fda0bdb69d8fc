"""The verbs of tasks: make, list, look, assign, begin, wait, submit, cancel.

A submission is one transaction: what was given, where it went and the task's new state commit
together. A task that the conversation made is answered in the conversation, by the same verb.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from psycopg.errors import ForeignKeyViolation
from psycopg.types.json import Jsonb

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.kernel.access import Permission
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import NewEvent, append_events, audit
from evigate.kernel.policies import Entry, Guard
from evigate.kernel.realtime import Followed
from evigate.kernel.secrets import Vault
from evigate.studio.errors import E_REPLY_REUSED, E_TASK_DONE, E_TASK_NOT_FOUND
from evigate.studio.noting import note_answer
from evigate.studio.permissions import ANSWER, PROJECT, READ, WRITE
from evigate.studio.service import StudioService
from evigate.studio.tasks.actions import Given
from evigate.studio.tasks.circles import path_between
from evigate.studio.tasks.errors import (
    E_TASK_BLOCKED,
    E_TASK_CIRCLE,
    E_TASK_INVALID,
    E_TASK_IS_SAID,
    E_TASK_STALE,
)
from evigate.studio.tasks.models import (
    Action,
    InboxFilter,
    Priority,
    Task,
    TaskDraft,
    TaskPage,
)
from evigate.studio.tasks.store import (
    actions_of,
    activity_of,
    insert_task,
    list_tasks,
    queries,
    submissions_of,
    targets_of,
    waits_of,
)
from evigate.studio.watching import follow_inbox

PAGE_MAX = 200
STREAM = "studio_project"
# Told (the transaction, the project, what the task is about, the words, the task) when a task is
# done: whoever knows what it is about takes the answer, and says whether it was taken.
Taker = Callable[[Tx, UUID, str, str, UUID], Awaitable[bool]]


class TaskService:
    """Tasks of every tenant's projects."""

    def __init__(
        self,
        database: Database,
        guard: Guard,
        vault: Vault,
        studio: StudioService,
        takers: Mapping[str, Taker],
    ) -> None:
        self._database = database
        self._takers = {"need": _take_for_need, **takers}
        self._guard = guard
        self._vault = vault
        self._studio = studio

    async def create(self, subject: Subject, project_id: UUID, draft: TaskDraft) -> TaskPage:
        """
        Make a task.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]: there is no such project, or not for the subject.
            EvigateError[E_TASK_NOT_FOUND]: it waits for a task that the project has not.
            EvigateError[E_TASK_INVALID]: it is meant for nobody of this tenant.
        """
        task_id = new_uuid()
        async with self._guard.enter(subject, WRITE, PROJECT, project_id) as entry:
            try:
                await insert_task(entry.tx, task_id, project_id, draft)
            except ForeignKeyViolation:
                raise _nobody(draft.assignee_id) from None
            for other in dict.fromkeys(draft.waits_for):
                await self._wait(entry.tx, project_id, task_id, other)
            return await self._changed(entry, task_id)

    async def project_for_tasks(self, subject: Subject, project_id: UUID) -> dict[str, Any]:
        """
        Return {id, name} of a project that the subject may make tasks for.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]: there is none, or not for the subject.
        """
        async with self._guard.enter(subject, WRITE, PROJECT, project_id) as entry:
            return dict(await queries.project_name(entry.tx.connection, id=project_id))

    async def may_make(self, subject: Subject, project_id: UUID) -> bool:
        """Say whether the subject may make tasks for a project; not where there is none."""
        async with self._database.tx(subject) as tx:
            try:
                return (await self._guard.look(tx, PROJECT, project_id)).may(WRITE)
            except EvigateError:
                return False

    async def inbox(self, subject: Subject, wanted: InboxFilter) -> list[Task]:
        """Return tasks of the projects that the subject may see, newest first."""
        async with self._database.tx(subject) as tx:
            seen = await self._guard.seen(tx, READ, PROJECT)
            capped = replace(wanted, limit=max(1, min(wanted.limit, PAGE_MAX)))
            return await list_tasks(tx, capped, seen=seen)

    async def follow(self, subject: Subject) -> Followed:
        """Return where the subject is told that tasks of the tenant change, from now on."""
        async with self._database.tx(subject) as tx:
            return await follow_inbox(tx)

    async def open_about(self, subject: Subject, project_id: UUID, kind: str) -> dict[str, int]:
        """
        Return how many open tasks are about each thing of a kind; what has none is left out.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
        """
        async with self._guard.enter(subject, READ, PROJECT, project_id) as entry:
            rows = await queries.open_about(entry.tx.connection, project_id=project_id, kind=kind)
        return {row["target"]: row["count"] for row in rows}

    async def remind(self, subject: Subject, today: date) -> int:
        """Tell of each open task that is due by tomorrow or late, once each; return how many."""
        async with self._database.tx(subject) as tx:
            soon = today + timedelta(days=1)
            rows = await queries.to_remind(tx.connection, today=today, soon=soon)
            for row in rows:
                ids = {"project_id": row["project_id"], "task_id": row["id"]}
                details = {"due_on": row["due_on"].isoformat(), "is_late": row["is_late"]}
                await queries.note(tx.connection, **ids, kind="reminded", details=Jsonb(details))
                await queries.touch_task(tx.connection, id=row["id"])
                event = NewEvent("task_changed", {"task_id": str(row["id"])})
                await append_events(tx, STREAM, row["project_id"], [event])
        return len(rows)

    async def show(self, subject: Subject, task_id: UUID) -> TaskPage:
        """Return a task with all that belongs to it.

        Raises:
            EvigateError[E_TASK_NOT_FOUND]: there is none, or not for the subject.
        """
        async with self._enter(subject, READ, task_id) as entry:
            return await self._page(entry, task_id)

    async def assign(
        self,
        subject: Subject,
        task_id: UUID,
        *,
        version: int,
        assignee_id: UUID | None = None,
        assignee_role: str | None = None,
        due_on: date | None = None,
        priority: Priority = "medium",
    ) -> TaskPage:
        """
        Say whose a task is, by when, and how much it matters.

        Raises:
            EvigateError[E_TASK_NOT_FOUND | E_TASK_DONE]
            EvigateError[E_TASK_INVALID]: it is meant for two, or for nobody of this tenant.
            EvigateError[E_TASK_STALE]: somebody changed it meanwhile; both values are told.
        """
        if assignee_id is not None and assignee_role is not None:
            raise EvigateError(E_TASK_INVALID, "A task is one person's or one role's, not both.")
        wanted = {
            "assignee_id": assignee_id,
            "assignee_role": assignee_role,
            "due_on": due_on,
            "priority": priority,
        }
        async with self._enter(subject, WRITE, task_id) as entry:
            task = await self._open_task(entry, task_id)
            try:
                row = await queries.change_task(
                    entry.tx.connection, id=task_id, version=version, **wanted
                )
            except ForeignKeyViolation:
                raise _nobody(assignee_id) from None
            if row is None:
                present = {name: _plain(getattr(task, name)) for name in wanted}
                yours = {name: _plain(value) for name, value in wanted.items()}
                message = f"{task.title!r} is at version {task.version} by now, not {version}."
                both = {"present": present, "yours": yours}
                raise EvigateError(E_TASK_STALE, message, detail=both)
            return await self._changed(entry, task_id)

    async def start(self, subject: Subject, task_id: UUID) -> TaskPage:
        """Say that somebody is at it; again changes nothing. Raises as `submit`."""
        async with self._enter(subject, ANSWER, task_id) as entry:
            _must_be_free(await self._open_task(entry, task_id))
            await queries.start_task(entry.tx.connection, id=task_id)
            return await self._changed(entry, task_id)

    async def wait_for(self, subject: Subject, task_id: UUID, other_id: UUID) -> TaskPage:
        """
        Let a task wait for another of its project.

        Raises:
            EvigateError[E_TASK_NOT_FOUND | E_TASK_DONE]
            EvigateError[E_TASK_CIRCLE]: the other waits for this one; the path is told.
        """
        async with self._enter(subject, WRITE, task_id) as entry:
            await self._open_task(entry, task_id)
            await self._wait(entry.tx, entry.id, task_id, other_id)
            return await self._changed(entry, task_id)

    async def wait_no_more(self, subject: Subject, task_id: UUID, other_id: UUID) -> TaskPage:
        """Let a task go on without another; one that it never waited for changes nothing."""
        async with self._enter(subject, WRITE, task_id) as entry:
            await queries.delete_wait(entry.tx.connection, task_id=task_id, waits_for=other_id)
            return await self._changed(entry, task_id)

    async def cancel(self, subject: Subject, task_id: UUID, reason: str) -> TaskPage:
        """
        Close a task undone.

        Raises:
            EvigateError[E_TASK_NOT_FOUND | E_TASK_DONE]
            EvigateError[E_TASK_INVALID]: there is no reason.
            EvigateError[E_TASK_IS_SAID]: the conversation made it, and closes it.
        """
        words = reason.strip()[:2000]
        if not words:
            raise EvigateError(E_TASK_INVALID, "A task is cancelled for a reason; none was given.")
        async with self._enter(subject, WRITE, task_id) as entry:
            task = await self._open_task(entry, task_id)
            if task.need_key is not None:
                message = f"{task.title!r} asks for {task.need_key!r} and is the conversation's."
                raise EvigateError(E_TASK_IS_SAID, message)
            await self._close(entry.tx, task_id, "cancelled", {"reason": words})
            return await self._changed(entry, task_id)

    async def submit(
        self,
        subject: Subject,
        task_id: UUID,
        data: Mapping[str, Any],
        *,
        action_id: UUID | None = None,
        idempotency_key: str | None = None,
    ) -> TaskPage:
        """
        Give what a task asks for; the task is done when all that it requires was given.

        Args:
            data: what the action takes: {text}, {choice}, {choices}, {decision, reason}, {done},
                {name, content} or a form's fields.
            action_id: which of its actions; may be left out where there is one.
            idempotency_key: the same key with the same data returns the task and writes nothing.

        Raises:
            EvigateError[E_TASK_NOT_FOUND | E_TASK_DONE]
            EvigateError[E_TASK_BLOCKED]: it waits for others, which are named.
            EvigateError[E_TASK_INVALID]: the data do not fit the action.
            EvigateError[E_REPLY_REUSED]: the key stands for other data.
        """
        key = idempotency_key or str(new_uuid())
        async with self._enter(subject, ANSWER, task_id) as entry:
            await queries.lock_task(entry.tx.connection, id=task_id)
            task = await self._task(entry.tx, task_id)
            action = _chosen(await actions_of(entry.tx, task), action_id)
            if await self._is_repeated(entry.tx, task_id, key, data):
                return await self._page(entry, task_id)
            _must_be_free(task)
            given = action.config.check(data)
            if task.need_key is None:
                _must_be_open(task)
                await self._keep(entry.tx, task, action, given, key, _digest(data))
                return await self._changed(entry, task_id)
        words = str(given.data.get("choice") or given.data.get("text"))
        await self._studio.submit_task(
            subject, task.project_id, task_id, words, idempotency_key=idempotency_key
        )
        return await self.show(subject, task_id)

    async def file(self, subject: Subject, task_id: UUID, digest: str) -> tuple[str, bytes]:
        """Return the name and bytes of a file that was given; raises E_TASK_NOT_FOUND."""
        async with self._enter(subject, READ, task_id) as entry:
            row = await queries.get_file(entry.tx.connection, task_id=task_id, digest=digest)
            if row is None:
                raise EvigateError(E_TASK_NOT_FOUND, f"The task has no file {digest[:12]!r}.")
            return row["name"], bytes(row["bytes"])

    @asynccontextmanager
    async def _enter(
        self, subject: Subject, permission: Permission, task_id: UUID
    ) -> AsyncIterator[Entry]:
        async with self._database.tx(subject) as tx:
            row = await queries.project_of(tx.connection, id=task_id)
        if row is None:
            raise _missing(task_id)
        async with self._guard.enter(subject, permission, PROJECT, row["project_id"]) as entry:
            yield entry

    async def _changed(self, entry: Entry, task_id: UUID) -> TaskPage:
        """Tell whoever looks at the project, and return the task as it is now."""
        event = NewEvent("task_changed", {"task_id": str(task_id)})
        await append_events(entry.tx, STREAM, entry.id, [event])
        return await self._page(entry, task_id)

    async def _page(self, entry: Entry, task_id: UUID) -> TaskPage:
        task = await self._task(entry.tx, task_id)
        return TaskPage(
            task=task,
            actions=await actions_of(entry.tx, task),
            targets=await targets_of(entry.tx, task),
            waits=await waits_of(entry.tx, task_id),
            submissions=await submissions_of(entry.tx, task_id),
            activity=await activity_of(entry.tx, task_id),
            may_answer=entry.may(ANSWER),
            may_change=entry.may(WRITE),
        )

    async def _task(self, tx: Tx, task_id: UUID) -> Task:
        found = await list_tasks(tx, InboxFilter(), task_id=task_id)
        if not found:
            raise _missing(task_id)
        return found[0]

    async def _open_task(self, entry: Entry, task_id: UUID) -> Task:
        await queries.lock_task(entry.tx.connection, id=task_id)
        task = await self._task(entry.tx, task_id)
        _must_be_open(task)
        return task

    async def _wait(self, tx: Tx, project_id: UUID, task_id: UUID, other_id: UUID) -> None:
        # Two who add a wait each could close a circle between them; the project lets one by one in.
        await queries.lock_project(tx.connection, id=project_id)
        other = await self._task(tx, other_id)
        if other.project_id != project_id:
            raise _missing(other_id)
        rows = await queries.edges(tx.connection, project_id=project_id)
        edges = [(row["task_id"], row["waits_for"]) for row in rows]
        path = path_between(edges, other_id, task_id)
        if path is not None:
            titles = [(await self._task(tx, each)).title for each in [*path, other_id]]
            message = f"They would wait for each other: {' → '.join(titles)}."
            detail = {"path": [str(each) for each in path]}
            raise EvigateError(E_TASK_CIRCLE, message, detail=detail)
        ids = {"project_id": project_id, "task_id": task_id}
        await queries.insert_wait(tx.connection, **ids, waits_for=other_id)
        if other.is_open:
            details = Jsonb({"by": str(other_id)})
            await queries.note(tx.connection, **ids, kind="blocked", details=details)

    async def _is_repeated(self, tx: Tx, task_id: UUID, key: str, data: Mapping[str, Any]) -> bool:
        row = await queries.find_submission(tx.connection, key=key)
        if row is None:
            return False
        if row["task_id"] != task_id or row["data_hash"] != _digest(data):
            raise EvigateError(E_REPLY_REUSED, f"The key {key!r} stands for other data.")
        return True

    async def _keep(
        self, tx: Tx, task: Task, action: Action, given: Given, key: str, digest: str
    ) -> None:
        ids = {"project_id": task.project_id, "task_id": task.id}
        bindings: list[dict[str, str]] = []
        for name, value in given.secrets.items():
            secret = f"task.{task.id}.{name}"
            sealed = self._vault.seal(tx, secret, value)
            await queries.take_secret(tx.connection, task_id=task.id, field=name, sealed=sealed)
            await audit(tx, "secret_written", name=secret)
            bindings.append({"secret": secret})
        for name, content in given.files.items():
            file = {"digest": given.data["digest"], "name": name, "bytes": content}
            await queries.insert_file(tx.connection, **ids, **file)
            bindings.append({"file": given.data["digest"]})
        await queries.insert_submission(
            tx.connection,
            id=new_uuid(),
            **ids,
            action_id=action.id,
            key=key,
            data_hash=digest,
            data=Jsonb(given.data),
            bindings=Jsonb(bindings),
        )
        details = Jsonb({"action": action.label})
        await queries.note(tx.connection, **ids, kind="submitted", details=details)
        left = await queries.left_to_do(tx.connection, id=task.id)
        if left["count"] == 0:
            await self._hand_on(tx, task, given.data)
            result = await queries.result_of(tx.connection, id=task.id)
            await self._close(tx, task.id, "completed", result["result"])
        else:
            await queries.start_task(tx.connection, id=task.id)

    async def _hand_on(self, tx: Tx, task: Task, data: Mapping[str, Any]) -> None:
        """Let what the task was about have the answer, before the task is closed."""
        words = _words(data)
        for target in await targets_of(tx, task) if words else ():
            taker = self._takers.get(target.kind)
            if taker is not None:
                await taker(tx, task.project_id, target.target, words, task.id)

    async def _close(
        self, tx: Tx, task_id: UUID, status: Literal["completed", "cancelled"], result: Any
    ) -> None:
        await queries.close_task(tx.connection, id=task_id, status=status, result=Jsonb(result))


def _chosen(actions: tuple[Action, ...], action_id: UUID | None) -> Action:
    if action_id is None and len(actions) == 1:
        return actions[0]
    found = next((each for each in actions if each.id == action_id), None)
    if found is None:
        named = ", ".join(f"{each.label} ({each.id})" for each in actions)
        raise EvigateError(E_TASK_INVALID, f"Say for which action that is: {named}.")
    return found


def _must_be_open(task: Task) -> None:
    if not task.is_open:
        raise EvigateError(E_TASK_DONE, f"The task {task.title!r} is {task.state}.")


def _must_be_free(task: Task) -> None:
    if task.state == "blocked":
        message = f"{task.title!r} waits for {len(task.blockers)} other task(s)."
        detail = {"blockers": [str(each) for each in task.blockers]}
        raise EvigateError(E_TASK_BLOCKED, message, detail=detail)


def _digest(data: Mapping[str, Any]) -> str:
    return content_hash(
        {name: each.hex() if isinstance(each, bytes) else each for name, each in data.items()}
    )


def _words(data: Mapping[str, Any]) -> str:
    """Return what was answered in words; empty for what is no answer, such as a file."""
    said = data.get("text") or data.get("choice") or "\n".join(data.get("choices") or ())
    return str(said)


async def _take_for_need(tx: Tx, project_id: UUID, key: str, words: str, _task_id: UUID) -> bool:
    await note_answer(tx, project_id, key, words)
    return True


def _missing(task_id: UUID) -> EvigateError:
    return EvigateError(E_TASK_NOT_FOUND, f"There is no task {str(task_id)!r}.")


def _nobody(assignee_id: UUID | None) -> EvigateError:
    return EvigateError(E_TASK_INVALID, f"{str(assignee_id)!r} is no member here.")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (UUID, date)) else value
