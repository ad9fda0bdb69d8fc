"""The commands of objectives: `evigate studio objectives …`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.console import Console, note, print_json
from evigate.studio.errors import E_OBJECTIVE_INVALID
from evigate.studio.objectives.service import KeptObjective, ObjectiveService

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ObjectiveId = Annotated[UUID, typer.Argument(metavar="OBJECTIVE", help="The version's id.")]
Source = Annotated[Path, typer.Argument(help="A file; - reads standard input.")]


def objectives_app(console: Console[ObjectiveService]) -> typer.Typer:
    """Return `evigate studio objectives`."""
    app = typer.Typer(no_args_is_help=True, help="What conversations are to learn, by version.")
    _look_commands(app, console)
    _write_commands(app, console)
    return app


def _look_commands(app: typer.Typer, console: Console[ObjectiveService]) -> None:
    @app.command("list")
    def list_(as_json: Json = False) -> None:
        """List every version, by kind, newest first; * is active."""
        found = console.run(lambda s: s.service.list_objectives(s.subject))
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            mark = "*" if each.is_active else " "
            print(f"{each.id} {mark} {each.context_type:18} {each.version:8} {each.display_name}")

    @app.command()
    def show(objective: ObjectiveId, as_json: Json = False) -> None:
        """Print a version's configuration, to be edited as the next version."""
        _tell(console.run(lambda s: s.service.show(s.subject, objective)), as_json=as_json)

    @app.command("try")
    def try_(objective: ObjectiveId, transcript: Source, as_json: Json = False) -> None:
        """Run a transcript through a version, a line for each turn; nothing is kept."""
        lines = _read(transcript).splitlines()
        found = console.run(lambda s: s.service.rehearse(s.subject, objective, lines))
        if as_json:
            print_json(asdict(found))
            return
        for each in found.turns:
            print(f"{each.completeness:4.0%}  {each.said}\n      {each.asked}")
        note("complete" if found.is_complete else f"open: {', '.join(found.missing) or 'a part'}")


def _write_commands(app: typer.Typer, console: Console[ObjectiveService]) -> None:
    @app.command()
    def edit(
        context_type: Annotated[str, typer.Argument(help="The kind, such as project_discovery.")],
        source: Source,
        version: Annotated[str, typer.Option(help="The new version, such as 1.1.0.")],
        name: Annotated[str, typer.Option(help="What people see.")] = "",
        as_json: Json = False,
    ) -> None:
        """Keep a new version of an objective from a file of JSON, as `show` prints it."""
        config = _json(_read(source))
        title = name or context_type.replace("_", " ").capitalize()
        found = console.run(
            lambda s: s.service.write(s.subject, context_type, version, title, config)
        )
        _note_or_print(found, "kept", as_json=as_json)

    @app.command()
    def activate(objective: ObjectiveId, as_json: Json = False) -> None:
        """Let new conversations of the kind use a version."""
        found = console.run(lambda s: s.service.activate(s.subject, objective))
        _note_or_print(found, "active", as_json=as_json)


def _tell(found: KeptObjective, *, as_json: bool) -> None:
    print_json(asdict(found) if as_json else found.config)


def _note_or_print(found: KeptObjective, what: str, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(found))
    else:
        note(f"{found.context_type} {found.version} is {what}: {found.id}")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise EvigateError(E_OBJECTIVE_INVALID, f"The file is not JSON: {error}.") from error


def _read(source: Path) -> str:
    if str(source) == "-":
        return sys.stdin.read()
    if not source.is_file():
        raise EvigateError(E_INVALID, f"There is no file {str(source)!r}.")
    return source.read_text(encoding="utf-8")
