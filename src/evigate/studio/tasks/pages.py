"""The pages of tasks: the inbox over all projects, and one task with what it asks for.

All of it works without script. What was typed comes back with what was wrong about it; where
somebody was faster the page shows both.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, cast, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Badge, Draw
from evigate.studio.errors import E_REPLY_REUSED, E_TASK_DONE
from evigate.studio.tasks.actions import ActionConfig
from evigate.studio.tasks.api import file_answer, file_data
from evigate.studio.tasks.errors import CODES
from evigate.studio.tasks.models import InboxFilter, Priority, TaskKind, TaskState
from evigate.studio.tasks.service import TaskService

TEMPLATES = Path(__file__).resolve().parent / "templates"
SHOWN_ON_THE_PAGE = {*CODES, E_TASK_DONE, E_REPLY_REUSED}
KINDS: tuple[str, ...] = get_args(TaskKind)
STATES: tuple[str, ...] = get_args(TaskState)
PRIORITIES: tuple[str, ...] = get_args(Priority)
TASK_BADGES = {
    "pending": Badge("To do", "neutral", "ring"),
    "in_progress": Badge("Begun", "busy", "half"),
    "blocked": Badge("Waits", "fair", "dash"),
    "completed": Badge("Done", "good", "check"),
    "cancelled": Badge("Cancelled", "neutral", "dash"),
}
SHOWN = 50


def tasks_pages(service: TaskService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages."""
    routes = APIRouter(include_in_schema=False)
    visitor_of = Depends(doors.visitor)
    _inbox_routes(routes, service, visitor_of, draw)
    _task_routes(routes, service, visitor_of, draw)
    return routes


def _inbox_routes(routes: APIRouter, service: TaskService, visitor_of: Any, draw: Draw) -> None:
    @routes.get("/inbox")
    async def inbox(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        project: str = "",
        kind: str = "",
        state: str = "",
        everybody: bool = False,
        due_by: str = "",
        before: UUID | None = None,
    ) -> Response:
        wanted = InboxFilter(
            project_id=_uuid(project),
            kind=cast("TaskKind", kind) if kind in KINDS else None,
            state=cast("TaskState", state) if state in STATES else None,
            mine=not everybody and not state,
            due_by=_day(due_by),
            before=before,
            limit=SHOWN + 1,
        )
        found = await service.inbox(visitor.subject, wanted)
        context = {
            "tasks": found[:SHOWN],
            "last": found[SHOWN - 1].id if len(found) > SHOWN else None,
            "badges": TASK_BADGES,
            "kinds": KINDS,
            "states": STATES,
            "today": date.today(),
            "form": {
                "project": project,
                "kind": kind,
                "state": state,
                "everybody": everybody,
                "due_by": due_by,
            },
        }
        return await draw(request, "inbox", context, active="inbox")


def _task_routes(routes: APIRouter, service: TaskService, visitor_of: Any, draw: Draw) -> None:
    async def page(
        request: Request, visitor: Visitor, task_id: UUID, error: EvigateError | None = None
    ) -> Response:
        context = {
            "page": await service.show(visitor.subject, task_id),
            "badges": TASK_BADGES,
            "priorities": PRIORITIES,
            "key": str(new_uuid()),
            "error": error,
        }
        status = error.code.status if error else 200
        return await draw(request, "task", context, active="inbox", status=status)

    async def done(request: Request, visitor: Visitor, task_id: UUID, work: Any) -> Response:
        try:
            await work
        except EvigateError as error:
            if error.code not in SHOWN_ON_THE_PAGE:
                raise
            return await page(request, visitor, task_id, error)
        return RedirectResponse(f"/tasks/{task_id}", status_code=303)

    @routes.get("/tasks/{task_id}")
    async def show(
        task_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page(request, visitor, task_id)

    @routes.post("/tasks/{task_id}/give")
    async def give(
        task_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        form = await request.form()
        action_id = _uuid(str(form.get("action_id") or ""))
        found = await service.show(visitor.subject, task_id)
        asked = next((each for each in found.actions if each.id == action_id), None)
        data = await _given(asked.config, form) if asked is not None else {}
        work = service.submit(
            visitor.subject,
            task_id,
            data,
            action_id=action_id,
            idempotency_key=str(form.get("key") or "") or None,
        )
        return await done(request, visitor, task_id, work)

    @routes.post("/tasks/{task_id}/start")
    async def start(
        task_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await done(request, visitor, task_id, service.start(visitor.subject, task_id))

    @routes.post("/tasks/{task_id}/cancel")
    async def cancel(
        task_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        work = service.cancel(visitor.subject, task_id, reason)
        return await done(request, visitor, task_id, work)

    @routes.post("/tasks/{task_id}/assign")
    async def assign(
        task_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        version: Annotated[int, Form()],
        whose: Annotated[str, Form(max_length=100)] = "",
        due_on: Annotated[str, Form(max_length=10)] = "",
        priority: Annotated[str, Form(max_length=10)] = "medium",
    ) -> Response:
        person = visitor.subject.user_id if whose == "me" else _uuid(whose)
        work = service.assign(
            visitor.subject,
            task_id,
            version=version,
            assignee_id=person,
            assignee_role=None if person or not whose else whose,
            due_on=_day(due_on),
            priority=cast("Priority", priority if priority in PRIORITIES else "medium"),
        )
        return await done(request, visitor, task_id, work)

    @routes.get("/tasks/{task_id}/files/{digest}")
    async def file(task_id: UUID, digest: str, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return file_answer(*await service.file(visitor.subject, task_id, digest))


async def _given(config: ActionConfig, form: FormData) -> dict[str, Any]:
    match config.type:
        case "MULTI_SELECT":
            return {"choices": [str(each) for each in form.getlist("choices")]}
        case "FILE_UPLOAD":
            file = form.get("file")
            return await file_data(file) if isinstance(file, UploadFile) else {}
        case "FORM_SUBMIT":
            return {each.name: form.get(f"field.{each.name}") for each in config.fields}
        case "TEXT_INPUT":
            return {"text": str(form.get("text") or "").replace("\r\n", "\n")}
        case _:
            return {
                name: form[name]
                for name in ("choice", "decision", "reason", "done")
                if name in form
            }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
