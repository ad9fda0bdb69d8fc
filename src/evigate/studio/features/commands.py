"""The commands of features: `evigate studio features …`."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Literal
from uuid import UUID

import typer

from evigate.kernel.console import Console, Session, note, print_json
from evigate.studio.features.models import Board
from evigate.studio.features.service import FeatureService
from evigate.studio.features.views import BoardView, board_view

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]
Key = Annotated[str, typer.Argument(help="The feature's key, as the board shows it.")]
Seen = Annotated[int | None, typer.Option("--version-seen", help="Refuse if it is another by now.")]
Rank = Literal["must", "should", "could"]
Work = Callable[[Session[FeatureService]], Awaitable[Board]]
MARKS = {"open": "·", "selected": "✔", "dropped": "–"}


def features_app(console: Console[FeatureService]) -> typer.Typer:
    """Return `evigate studio features`."""
    app = typer.Typer(no_args_is_help=True, help="Features: candidates, what is chosen, and why.")
    _board_commands(app, console)
    _choice_commands(app, console)
    _change_command(app, console)
    _custom_command(app, console)
    return app


def _board_commands(app: typer.Typer, console: Console[FeatureService]) -> None:
    @app.command()
    def find(project: ProjectId, as_json: Json = False) -> None:
        """Look for candidates in what is known now."""
        _print(console, lambda s: s.service.find(s.subject, project), as_json=as_json)

    @app.command()
    def board(project: ProjectId, as_json: Json = False) -> None:
        """Show seeds, candidates with score and reason, and what is chosen."""
        _print(console, lambda s: s.service.board(s.subject, project), as_json=as_json)

    @app.command()
    def decide(
        project: ProjectId,
        seed: Annotated[str, typer.Argument(help="The seed's key, as the board shows it.")],
        decision: Annotated[
            Literal["met", "dropped", "left", "open"], typer.Argument(help="What is decided.")
        ],
        reason: Annotated[str, typer.Option(help="Why.")] = "",
        as_json: Json = False,
    ) -> None:
        """Say that a seed is met otherwise, dropped, or left for later; "open" takes it back."""
        said = None if decision == "open" else decision
        _print(
            console,
            lambda s: s.service.decide_seed(s.subject, project, seed, said, reason),
            as_json=as_json,
        )


def _choice_commands(app: typer.Typer, console: Console[FeatureService]) -> None:
    @app.command()
    def select(
        project: ProjectId,
        key: Key,
        importance: Annotated[
            Rank | None, typer.Option("--as", help="How much it matters.")
        ] = None,
        seen: Seen = None,
        as_json: Json = False,
    ) -> None:
        """Choose a feature, with all that it needs."""
        _print(
            console,
            lambda s: s.service.select(
                s.subject, project, key, importance=importance, version_seen=seen
            ),
            as_json=as_json,
        )

    @app.command()
    def drop(project: ProjectId, key: Key, seen: Seen = None, as_json: Json = False) -> None:
        """Drop a feature; its questions are withdrawn, their answers kept."""
        _print(
            console,
            lambda s: s.service.deselect(s.subject, project, key, version_seen=seen),
            as_json=as_json,
        )


def _change_command(app: typer.Typer, console: Console[FeatureService]) -> None:
    @app.command()
    def change(
        project: ProjectId,
        key: Key,
        importance: Annotated[
            Rank | None, typer.Option("--as", help="How much it matters.")
        ] = None,
        notes: Annotated[str | None, typer.Option(help="Notes in place of those there.")] = None,
        move: Annotated[Literal["up", "down"] | None, typer.Option(help="Its place.")] = None,
        seen: Seen = None,
        as_json: Json = False,
    ) -> None:
        """Change a chosen feature's importance, notes or place."""
        _print(
            console,
            lambda s: s.service.change(
                s.subject,
                project,
                key,
                importance=importance,
                notes=notes,
                move=move,
                version_seen=seen,
            ),
            as_json=as_json,
        )


def _custom_command(app: typer.Typer, console: Console[FeatureService]) -> None:
    @app.command()
    def custom(
        project: ProjectId,
        title: Annotated[str, typer.Argument(help="What it is called.")],
        summary: Annotated[str, typer.Option(help="What it does, in a sentence.")] = "",
        importance: Annotated[Rank, typer.Option("--as", help="How much it matters.")] = "should",
        effort: Annotated[int, typer.Option(min=1, max=13, help="In points.")] = 5,
        needs: Annotated[list[str] | None, typer.Option(help="A feature that it needs.")] = None,
        covers: Annotated[list[str] | None, typer.Option(help="A seed that it answers.")] = None,
        as_json: Json = False,
    ) -> None:
        """Choose a feature of your own."""
        _print(
            console,
            lambda s: s.service.add_custom(
                s.subject,
                project,
                title,
                summary=summary,
                importance=importance,
                effort=effort,
                depends=tuple(needs or ()),
                covers=tuple(covers or ()),
            ),
            as_json=as_json,
        )


def _print(console: Console[FeatureService], work: Work, *, as_json: bool) -> None:
    view = board_view(console.run(work))
    if as_json:
        print_json(asdict(view))
    else:
        _print_board(view)


def _print_board(view: BoardView) -> None:
    for notice in view.notices:
        note(notice)
    for seed in view.seeds:
        mark = "✔" if seed.is_decided else "·"
        print(f"{mark} {seed.key}  {seed.priority:8}  {seed.feature_name}  — “{seed.quote}”")
    for each in view.candidates:
        print(f"{MARKS[each.state]} {each.score:4.0%}  {each.key:24} {each.reason}")
    for number, feature in enumerate(view.features, start=1):
        came = f" (for {', '.join(feature.needed_by)})" if feature.needed_by else ""
        print(f"{number:3}. {feature.importance:6}  {feature.title}{came}")
    note(f"{len(view.features)} chosen, effort {view.effort}")
