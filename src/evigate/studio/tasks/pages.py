"""The pages of tasks: the inbox over all projects, and one task with what it asks for.

All of it works without script. What was typed comes back with what was wrong about it; where
somebody was faster the page shows both.
"""

from collections.abc import Awaitable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, cast, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Badge, Draw
from evigate.kernel.tenancy import CUSTOMER, MEMBER_ROLES
from evigate.studio.errors import E_REPLY_REUSED, E_TASK_DONE
from evigate.studio.tasks.actions import ActionConfig, SingleSelect
from evigate.studio.tasks.api import file_answer, file_data
from evigate.studio.tasks.errors import CODES, E_TASK_INVALID
from evigate.studio.tasks.models import (
    ActionDraft,
    InboxFilter,
    Priority,
    Target,
    TaskDraft,
    TaskKind,
    TaskState,
)
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
EMPTY = dict.fromkeys(("title", "description", "options", "whose", "due_on", "about"), "") | {
    "kind": "PROVIDE",
    "priority": "medium",
}


def tasks_pages(service: TaskService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)
    page = _TaskPage(service, draw)
    _inbox_routes(routes, service, visitor_of, draw)
    _task_routes(routes, page, visitor_of)
    _progress_routes(routes, page, visitor_of)
    _assign_route(routes, page, visitor_of)
    _file_route(routes, service, visitor_of)
    _new_routes(routes, service, visitor_of, draw)
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
        about: Annotated[str, Query(max_length=600)] = "",
        before: UUID | None = None,
    ) -> Response:
        wanted = InboxFilter(
            project_id=_uuid(project),
            kind=cast("TaskKind", kind) if kind in KINDS else None,
            state=cast("TaskState", state) if state in STATES else None,
            mine=not everybody and not state and not about,
            target=_target(about),
            due_by=_day(due_by),
            before=before,
            limit=SHOWN + 1,
        )
        found = await service.inbox(visitor.subject, wanted)
        may_make = wanted.project_id is not None and await service.may_make(
            visitor.subject, wanted.project_id
        )
        context = {
            "may_make": may_make,
            "watch": await service.follow(visitor.subject),
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
                "about": about,
            },
        }
        return await draw(request, "inbox", context, active="inbox")


class _TaskPage:
    """Draws a task with what it asks for, and why something was refused."""

    def __init__(self, service: TaskService, draw: Draw) -> None:
        self.service, self.draw = service, draw

    async def show(
        self, request: Request, visitor: Visitor, task_id: UUID, error: EvigateError | None = None
    ) -> Response:
        seen = await self.service.follow(visitor.subject)
        context = {
            "watch": seen,
            "page": await self.service.show(visitor.subject, task_id),
            "badges": TASK_BADGES,
            "priorities": PRIORITIES,
            "key": str(new_uuid()),
            "error": error,
        }
        status = error.code.status if error else 200
        return await self.draw(request, "task", context, active="inbox", status=status)

    async def after(
        self, request: Request, visitor: Visitor, task_id: UUID, work: Awaitable[Any]
    ) -> Response:
        """Do what a form asks, and show the task; a refusal is told on the page."""
        try:
            await work
        except EvigateError as error:
            if error.code not in SHOWN_ON_THE_PAGE:
                raise
            return await self.show(request, visitor, task_id, error)
        return RedirectResponse(f"/tasks/{task_id}", status_code=303)


def _task_routes(routes: APIRouter, page: _TaskPage, visitor_of: Any) -> None:
    service = page.service

    @routes.get("/tasks/{task_id}")
    async def show(
        task_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page.show(request, visitor, task_id)

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
        return await page.after(request, visitor, task_id, work)


def _progress_routes(routes: APIRouter, page: _TaskPage, visitor_of: Any) -> None:
    service = page.service

    @routes.post("/tasks/{task_id}/start")
    async def start(
        task_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        work = service.start(visitor.subject, task_id)
        return await page.after(request, visitor, task_id, work)

    @routes.post("/tasks/{task_id}/cancel")
    async def cancel(
        task_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        work = service.cancel(visitor.subject, task_id, reason)
        return await page.after(request, visitor, task_id, work)


def _assign_route(routes: APIRouter, page: _TaskPage, visitor_of: Any) -> None:
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
        work = page.service.assign(
            visitor.subject,
            task_id,
            version=version,
            assignee_id=person,
            assignee_role=None if person or not whose else whose,
            due_on=_day(due_on),
            priority=cast("Priority", priority if priority in PRIORITIES else "medium"),
        )
        return await page.after(request, visitor, task_id, work)


def _file_route(routes: APIRouter, service: TaskService, visitor_of: Any) -> None:
    @routes.get("/tasks/{task_id}/files/{digest}")
    async def file(task_id: UUID, digest: str, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return file_answer(*await service.file(visitor.subject, task_id, digest))


def _new_routes(routes: APIRouter, service: TaskService, visitor_of: Any, draw: Draw) -> None:
    async def page(
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        form: dict[str, str],
        error: str | None = None,
    ) -> Response:
        context = {
            "project": await service.project_for_tasks(visitor.subject, project_id),
            "form": form,
            "kinds": KINDS,
            "priorities": PRIORITIES,
            "roles": (*MEMBER_ROLES, CUSTOMER),
            "error": error,
        }
        status = E_TASK_INVALID.status if error else 200
        return await draw(request, "task_new", context, active="studio", status=status)

    @routes.get("/studio/{project_id}/tasks/new")
    async def new(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        about: Annotated[str, Query(max_length=600)] = "",
    ) -> Response:
        return await page(request, visitor, project_id, {**EMPTY, "about": about})

    @routes.post("/studio/{project_id}/tasks/new")
    async def create(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        sent = await request.form()
        form = {name: str(sent.get(name) or "").replace("\r\n", "\n") for name in EMPTY}
        try:
            draft = _draft(form, visitor)
            made = await service.create(visitor.subject, project_id, draft)
        except ValidationError as error:
            said = "; ".join(str(each["msg"]) for each in error.errors())
            return await page(request, visitor, project_id, form, f"{said}.")
        except EvigateError as error:
            if error.code is not E_TASK_INVALID:
                raise
            return await page(request, visitor, project_id, form, error.message)
        return RedirectResponse(f"/tasks/{made.task.id}", status_code=303)


def _draft(form: dict[str, str], visitor: Visitor) -> TaskDraft:
    """Return the task that a form describes; options make it a choice."""
    options = tuple(
        dict.fromkeys(each.strip() for each in form["options"].split("\n") if each.strip())
    )
    about = _target(form["about"])
    is_mine = form["whose"] == "me"
    asked = (
        ActionDraft(label="Your choice", config=SingleSelect(options=options)) if options else None
    )
    return TaskDraft(
        kind=cast("TaskKind", form["kind"]),
        title=form["title"].strip(),
        description=form["description"].strip(),
        priority=cast("Priority", form["priority"]),
        assignee_id=visitor.subject.user_id if is_mine else None,
        assignee_role=form["whose"] if form["whose"] and not is_mine else None,
        due_on=_day(form["due_on"]),
        actions=(asked,) if asked else (),
        targets=(about,) if about is not None else (),
    )


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


def _target(text: str) -> Target | None:
    """Return what "feature:tips" names; None for nothing, or for what names nothing."""
    kind, _, target = text.partition(":")
    try:
        return Target(kind=kind, target=target)
    except ValidationError:
        return None


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
