"""`evigate studio build`: from a paragraph in a file to a bundle, with nobody beside it."""

from pathlib import Path
from typing import Annotated

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.console import Console, Session, note, print_json
from evigate.studio.building.models import Built, Step
from evigate.studio.building.service import BuildService, plain_built
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


def _words(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvigateError(E_INVALID, f"{path.name!r} cannot be read as text.") from error


def _tell(step: Step) -> None:
    note(f"{MARKS[step.outcome]} {step.title}: {step.said}")
    for each in step.left:
        note(f"    {each}")
