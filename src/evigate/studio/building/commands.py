"""`evigate studio build`: from a paragraph in a file to a bundle, with nobody beside it."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.console import Console, Session, note, print_json
from evigate.studio.building.models import Built, Step, plain_built
from evigate.studio.building.service import BuildService
from evigate.studio.building.views import BuildRunView, build_view
from evigate.studio.kits.folder import find_kit, load_kit, read_folder

FAILED_EXIT = 6
MARKS = {"done": "✔", "nothing to do": "·", "left": "→", "failed": "✘"}


def add_build_command(app: typer.Typer, console: Console[BuildService]) -> None:
    """Add `build` to `evigate studio`."""

    @app.command()
    def build(
        idea: Annotated[Path, typer.Argument(help="A file with a paragraph in it.")],
        into: Annotated[Path, typer.Option(help="Where the files go.")],
        kit: Annotated[
            str, typer.Option(help="A kit's folder, or a shipped one's id.")
        ] = "python-service",
        name: Annotated[str | None, typer.Option(help="A name; else its first words.")] = None,
        approve: Annotated[
            bool,
            typer.Option(
                "--approve", help="You approve what was read, the blueprint, the specification."
            ),
        ] = False,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print JSON for a program to read.")
        ] = False,
    ) -> None:
        """Walk from a paragraph to a bundle whose tests were run; again, it goes on.

        Nothing is invented: what nobody said is left open. Without --approve the specification
        stays a draft, its bundle is made and tested, and no file is written.
        """
        made_of = load_kit(read_folder(find_kit(kit)))
        words = _words(idea)

        async def work(session: Session[BuildService]) -> Built:
            async with session.working():
                return await session.service.build(
                    session.subject,
                    words,
                    made_of,
                    into,
                    name=name,
                    is_approving=approve,
                    tell=_tell,
                )

        built = console.run(work)
        if as_json:
            print_json(plain_built(built))
        else:
            print(f"project {built.project_id}, specification {built.specification}"
                  f" ({built.status}), bundle {built.bundle[:12]}")  # fmt: skip
        if not built.is_whole:
            raise typer.Exit(FAILED_EXIT)


ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]
BuildId = Annotated[UUID, typer.Argument(metavar="BUILD", help="The build's id.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def builds_app(console: Console[BuildService]) -> typer.Typer:
    """Return the commands of `evigate studio builds`."""
    app = typer.Typer(help="Builds in the background, which approve and write nothing.")

    @app.command("list")
    def list_(project: ProjectId, as_json: Json = False) -> None:
        """List a project's builds, newest first."""
        found = console.run(lambda s: s.service.runs(s.subject, project))
        _print_builds([build_view(each) for each in found], as_json=as_json)

    @app.command()
    def start(
        project: ProjectId,
        kit: Annotated[str, typer.Option(help="A kit's id.")] = "python-service",
        as_json: Json = False,
    ) -> None:
        """Leave a build to the workers; again after its end, it goes on from there."""
        found = console.run(lambda s: s.service.start(s.subject, project, kit))
        _print_builds([build_view(found)], as_json=as_json)

    @app.command()
    def show(project: ProjectId, build: BuildId, as_json: Json = False) -> None:
        """Show a build with what its stages told."""
        found = console.run(lambda s: s.service.show(s.subject, project, build))
        _print_builds([build_view(found)], as_json=as_json)
        if not as_json:
            for each in found.steps:
                _tell(each)

    @app.command()
    def cancel(project: ProjectId, build: BuildId, as_json: Json = False) -> None:
        """Stop a build at its next chance."""
        found = console.run(lambda s: s.service.cancel(s.subject, project, build))
        _print_builds([build_view(found)], as_json=as_json)

    return app


def _print_builds(views: list[BuildRunView], *, as_json: bool) -> None:
    if as_json:
        print_json([asdict(each) for each in views])
        return
    for each in views:
        score = "" if each.score is None else f"  {each.score} of 100"
        said = "" if each.error_message is None else f"  {each.error_message}"
        print(f"{each.id}  {each.kit_id}  {each.status}{score}{said}")


def _words(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvigateError(E_INVALID, f"{path.name!r} cannot be read as text.") from error


def _tell(step: Step) -> None:
    note(f"{MARKS[step.outcome]} {step.title}: {step.said}")
    for each in step.left:
        note(f"    {each}")
