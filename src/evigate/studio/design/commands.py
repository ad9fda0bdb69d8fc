"""The commands of the looks: `evigate studio design …`."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from evigate.kernel.console import Console, note, print_json
from evigate.studio.design.api import board_views, design_view
from evigate.studio.design.service import DesignService

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]


def design_app(console: Console[DesignService]) -> typer.Typer:
    """Return `evigate studio design`."""
    app = typer.Typer(no_args_is_help=True, help="The looks: boards, colours, tokens.")

    @app.command()
    def boards(as_json: Json = False) -> None:
        """List the boards that there are to choose from."""
        found = board_views()
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            print(f"{each.key:8} {each.title}: {each.summary}")

    @app.command()
    def show(project: ProjectId, as_json: Json = False) -> None:
        """Show what was chosen, newest first."""
        found = [design_view(e) for e in console.run(lambda s: s.service.show(s.subject, project))]
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            print(f"{each.number}. {each.board} {each.accent or ''}")
        if not found:
            note("Nothing was chosen yet.")

    @app.command()
    def choose(
        project: ProjectId,
        board: Annotated[str, typer.Argument(help="A board's key.")],
        accent: Annotated[str | None, typer.Option(help="A colour of one's own: #rrggbb.")] = None,
        as_json: Json = False,
    ) -> None:
        """Choose a board; a colour that could not be read is refused with one that can."""
        found = design_view(
            console.run(lambda s: s.service.choose(s.subject, project, board, accent=accent))
        )
        if as_json:
            print_json(asdict(found))
        else:
            print(found.css, end="")

    return app
