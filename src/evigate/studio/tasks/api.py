"""The routes of tasks: the inbox, one task, and what is done about it."""

import re
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi import UploadFile as Upload
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.events import StreamKey
from evigate.kernel.http import (
    API,
    PAGE_SIZE,
    PAGE_SIZE_MAX,
    Doors,
    EventStream,
    PageOf,
    responses_of,
)
from evigate.kernel.realtime import ChannelKey, Realtime
from evigate.studio.errors import (
    E_PROJECT_NOT_FOUND,
    E_REPLY_REUSED,
    E_TASK_DONE,
    E_TASK_NOT_FOUND,
)
from evigate.studio.tasks.actions import FILE_BYTES_MAX
from evigate.studio.tasks.errors import (
    E_TASK_BLOCKED,
    E_TASK_CIRCLE,
    E_TASK_INVALID,
    E_TASK_IS_SAID,
    E_TASK_STALE,
)
from evigate.studio.tasks.models import InboxFilter, Target, TaskDraft, TaskKind, TaskState
from evigate.studio.tasks.schemas import (
    AssignmentIn,
    ReasonIn,
    SubmissionIn,
    TaskOut,
    TaskPageOut,
)
from evigate.studio.tasks.service import TaskService
from evigate.studio.watching import INBOX_STREAM

_OPEN = (E_TASK_NOT_FOUND, E_TASK_DONE)
_GIVING = (*_OPEN, E_TASK_BLOCKED, E_TASK_INVALID, E_REPLY_REUSED)
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)]


def tasks_router(service: TaskService, doors: Doors, realtime: Realtime) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["tasks"])
    subject_of: Any = Depends(doors.subject)
    _event_routes(routes, subject_of, realtime)
    _look_routes(routes, service, subject_of)
    _change_routes(routes, service, subject_of)
    _give_routes(routes, service, subject_of)
    return routes


def _event_routes(routes: APIRouter, subject_of: Any, realtime: Realtime) -> None:
    @routes.get(
        "/tasks/events",
        status_code=200,
        response_class=EventStream,
        responses={200: {"content": {"text/event-stream": {}}}},
    )
    async def events(request: Request, subject: Annotated[Subject, subject_of]) -> Response:
        """Follow that tasks change, from now or from `Last-Event-ID`; of which, the lists tell."""
        assert subject.tenant_id is not None
        key = StreamKey(subject.tenant_id, INBOX_STREAM, subject.tenant_id)
        entity = subject.user_id or subject.tenant_id
        return await realtime.follow(request, subject, ChannelKey("user", entity, key), _is_same)


async def _is_same(subject: Subject) -> bool:
    """The inbox is everybody's of the tenant, and tells no more than that something changed."""
    return subject.tenant_id is not None


def _look_routes(routes: APIRouter, service: TaskService, subject_of: Any) -> None:
    @routes.get("/tasks")
    async def inbox(
        subject: Annotated[Subject, subject_of],
        project_id: UUID | None = None,
        kind: TaskKind | None = None,
        state: TaskState | None = None,
        mine: bool = False,
        due_by: date | None = None,
        target_kind: Annotated[str | None, Query(max_length=50)] = None,
        target: Annotated[str, Query(max_length=500)] = "",
        before: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE,
    ) -> PageOf[TaskOut]:
        """List tasks, newest first; `mine` are open ones of yours, of your role, and of nobody."""
        about = Target.model_construct(kind=target_kind, target=target) if target_kind else None
        wanted = InboxFilter(project_id, kind, state, mine, due_by, about, before, limit)
        found = await service.inbox(subject, wanted)
        return PageOf(items=[TaskOut.model_validate(each) for each in found])

    @routes.get("/tasks/{task_id}", responses=responses_of(E_TASK_NOT_FOUND))
    async def show(task_id: UUID, subject: Annotated[Subject, subject_of]) -> TaskPageOut:
        """Get a task with all that belongs to it."""
        return TaskPageOut.of(await service.show(subject, task_id))

    @routes.get("/tasks/{task_id}/files/{digest}", responses=responses_of(E_TASK_NOT_FOUND))
    async def file(task_id: UUID, digest: str, subject: Annotated[Subject, subject_of]) -> Response:
        """Get a file that was given."""
        return file_answer(*await service.file(subject, task_id, digest))


def _change_routes(routes: APIRouter, service: TaskService, subject_of: Any) -> None:
    @routes.post(
        "/projects/{project_id}/tasks",
        status_code=201,
        responses=responses_of(E_PROJECT_NOT_FOUND, E_TASK_NOT_FOUND, E_TASK_INVALID),
    )
    async def create(
        project_id: UUID, body: TaskDraft, subject: Annotated[Subject, subject_of]
    ) -> TaskPageOut:
        """Make a task."""
        return TaskPageOut.of(await service.create(subject, project_id, body))

    @routes.put(
        "/tasks/{task_id}/assignment", responses=responses_of(*_OPEN, E_TASK_INVALID, E_TASK_STALE)
    )
    async def assign(
        task_id: UUID, body: AssignmentIn, subject: Annotated[Subject, subject_of]
    ) -> TaskPageOut:
        """Say whose a task is, by when, and how much it matters."""
        return TaskPageOut.of(await service.assign(subject, task_id, **body.model_dump()))

    @routes.put("/tasks/{task_id}/waits/{other_id}", responses=responses_of(*_OPEN, E_TASK_CIRCLE))
    async def wait_for(
        task_id: UUID, other_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> TaskPageOut:
        """Let a task wait for another of its project."""
        return TaskPageOut.of(await service.wait_for(subject, task_id, other_id))

    @routes.delete("/tasks/{task_id}/waits/{other_id}", responses=responses_of(E_TASK_NOT_FOUND))
    async def wait_no_more(
        task_id: UUID, other_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> TaskPageOut:
        """Let a task go on without another."""
        return TaskPageOut.of(await service.wait_no_more(subject, task_id, other_id))

    @routes.post(
        "/tasks/{task_id}/cancel", responses=responses_of(*_OPEN, E_TASK_INVALID, E_TASK_IS_SAID)
    )
    async def cancel(
        task_id: UUID, body: ReasonIn, subject: Annotated[Subject, subject_of]
    ) -> TaskPageOut:
        """Close a task undone."""
        return TaskPageOut.of(await service.cancel(subject, task_id, body.reason))


def _give_routes(routes: APIRouter, service: TaskService, subject_of: Any) -> None:
    @routes.post("/tasks/{task_id}/start", responses=responses_of(*_OPEN, E_TASK_BLOCKED))
    async def start(task_id: UUID, subject: Annotated[Subject, subject_of]) -> TaskPageOut:
        """Say that somebody is at it."""
        return TaskPageOut.of(await service.start(subject, task_id))

    @routes.post("/tasks/{task_id}/submissions", responses=responses_of(*_GIVING))
    async def submit(
        task_id: UUID,
        body: SubmissionIn,
        subject: Annotated[Subject, subject_of],
        key: Key = None,
    ) -> TaskPageOut:
        """Give what a task asks for; the same Idempotency-Key writes once."""
        found = await service.submit(
            subject, task_id, body.data, action_id=body.action_id, idempotency_key=key
        )
        return TaskPageOut.of(found)

    @routes.post("/tasks/{task_id}/files", responses=responses_of(*_GIVING))
    async def upload(
        task_id: UUID,
        file: Upload,
        subject: Annotated[Subject, subject_of],
        action_id: UUID | None = None,
        key: Key = None,
    ) -> TaskPageOut:
        """Give the file that a task asks for."""
        data = await file_data(file)
        found = await service.submit(
            subject, task_id, data, action_id=action_id, idempotency_key=key
        )
        return TaskPageOut.of(found)


async def file_data(file: UploadFile) -> dict[str, Any]:
    """Return an upload's name and bytes; what is more than any action takes is not read."""
    content = await file.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        message = f"The file has more than {FILE_BYTES_MAX} bytes, which is the limit."
        raise EvigateError(E_TASK_INVALID, message)
    return {"name": file.filename or "", "content": content}


def file_answer(name: str, content: bytes) -> Response:
    """Return a file to be saved; never shown in place, for anybody may have given it."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    headers = {"Content-Disposition": f'attachment; filename="{plain}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)
