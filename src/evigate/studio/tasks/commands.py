"""The commands of tasks: `evigate studio task …`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, cast
from uuid import UUID

import typer
from pydantic import ValidationError

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.console import Console, note, print_json
from evigate.studio.tasks.models import InboxFilter, TaskDraft, TaskKind, TaskPage, TaskState
from evigate.studio.tasks.schemas import TaskOut, TaskPageOut
from evigate.studio.tasks.service import TaskService

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
TaskId = Annotated[UUID, typer.Argument(metavar="TASK", help="The task's id.")]
OtherId = Annotated[UUID, typer.Argument(metavar="OTHER", help="The task that it waits for.")]


def tasks_app(console: Console[TaskService]) -> typer.Typer:
    """Return `evigate studio task`."""
    app = typer.Typer(no_args_is_help=True, help="Tasks: what somebody has to do.")
    _look_commands(app, console)
    _change_commands(app, console)
    _give_commands(app, console)
    return app


def _look_commands(app: typer.Typer, console: Console[TaskService]) -> None:
    @app.command()
    def inbox(
        project: Annotated[UUID | None, typer.Option(help="Of this project alone.")] = None,
        kind: Annotated[str | None, typer.Option(help="Of this kind alone.")] = None,
        state: Annotated[
            str | None,
            typer.Option(help="pending, in_progress, blocked, completed or cancelled."),
        ] = None,
        mine: Annotated[bool, typer.Option("--mine", help="Yours, your role's, nobody's.")] = False,
        as_json: Json = False,
    ) -> None:
        """List tasks, newest first."""
        wanted = InboxFilter(project, cast("TaskKind", kind), cast("TaskState", state), mine)
        found = console.run(lambda s: s.service.inbox(s.subject, wanted))
        if as_json:
            return print_json([TaskOut.model_validate(e).model_dump(mode="json") for e in found])
        for each in found:
            print(f"{each.id}  {each.kind:8} {each.state:12} {each.title}  [{each.project_name}]")
        if not found:
            note("no tasks")
        return None

    @app.command()
    def show(task: TaskId, as_json: Json = False) -> None:
        """Print a task, what it asks for and what happened to it."""
        _tell(console.run(lambda s: s.service.show(s.subject, task)), as_json=as_json)


def _change_commands(app: typer.Typer, console: Console[TaskService]) -> None:
    @app.command()
    def add(
        project: Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")],
        draft: Annotated[str, typer.Argument(help="The task as JSON: kind, title, actions, …")],
        as_json: Json = False,
    ) -> None:
        """Make a task."""
        try:
            wanted = TaskDraft.model_validate_json(draft)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(each) for each in first["loc"]) or "the draft"
            raise EvigateError(E_INVALID, f"{place}: {first['msg']}.") from None
        _tell(console.run(lambda s: s.service.create(s.subject, project, wanted)), as_json=as_json)

    @app.command()
    def assign(
        task: TaskId,
        version: Annotated[int, typer.Option(help="The version that you looked at.")],
        person: Annotated[UUID | None, typer.Option(help="A member's id.")] = None,
        role: Annotated[str | None, typer.Option(help="A role's name.")] = None,
        due: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day.")] = None,
        as_json: Json = False,
    ) -> None:
        """Say whose a task is, and by when."""
        found = console.run(
            lambda s: s.service.assign(
                s.subject,
                task,
                version=version,
                assignee_id=person,
                assignee_role=role,
                due_on=due.date() if due else None,
            )
        )
        _tell(found, as_json=as_json)

    @app.command("wait-for")
    def wait_for(task: TaskId, other: OtherId, as_json: Json = False) -> None:
        """Let a task wait for another."""
        _tell(console.run(lambda s: s.service.wait_for(s.subject, task, other)), as_json=as_json)

    @app.command("wait-no-more")
    def wait_no_more(task: TaskId, other: OtherId, as_json: Json = False) -> None:
        """Let a task go on without another."""
        found = console.run(lambda s: s.service.wait_no_more(s.subject, task, other))
        _tell(found, as_json=as_json)

    @app.command()
    def cancel(
        task: TaskId,
        reason: Annotated[str, typer.Argument(help="Why it is not done.")],
        as_json: Json = False,
    ) -> None:
        """Close a task undone."""
        _tell(console.run(lambda s: s.service.cancel(s.subject, task, reason)), as_json=as_json)


def _give_commands(app: typer.Typer, console: Console[TaskService]) -> None:
    @app.command()
    def start(task: TaskId, as_json: Json = False) -> None:
        """Say that somebody is at it."""
        _tell(console.run(lambda s: s.service.start(s.subject, task)), as_json=as_json)

    @app.command()
    def give(
        task: TaskId,
        data: Annotated[str, typer.Argument(help='JSON, as {"choice": "…"}; or @FILE to give.')],
        action: Annotated[UUID | None, typer.Option(help="Which action, of several.")] = None,
        key: Annotated[str | None, typer.Option(help="The same key writes once.")] = None,
        as_json: Json = False,
    ) -> None:
        """Give what a task asks for."""
        given = _data(data)
        found = console.run(
            lambda s: s.service.submit(
                s.subject, task, given, action_id=action, idempotency_key=key
            )
        )
        _tell(found, as_json=as_json)


def _data(text: str) -> dict[str, Any]:
    if text.startswith("@"):
        path = Path(text[1:])
        try:
            return {"name": path.name, "content": path.read_bytes()}
        except OSError as error:
            raise EvigateError(E_INVALID, f"{path}: {error.strerror}.") from None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise EvigateError(E_INVALID, "What is given is a JSON object, or @ and a file's path.")
    return found


def _tell(page: TaskPage, *, as_json: bool) -> None:
    if as_json:
        return print_json(TaskPageOut.of(page).model_dump(mode="json"))
    task = page.task
    print(f"{task.kind} {task.title} ({task.state}, version {task.version})")
    for action in page.actions:
        print(f"  asks  {action.config.type}  {action.label}  {action.id}")
    for wait in page.waits:
        print(f"  waits for  {wait.title}{'' if wait.is_open else ' (done)'}  {wait.id}")
    for each in page.activity:
        note(f"  {each.created_at:%Y-%m-%d %H:%M}  {each.kind}  {each.actor}")
    return None
