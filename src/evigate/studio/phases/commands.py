"""The commands of phases: `evigate studio phase|gates|advance|back|skip-phase`.

A person at a prompt decides on what is there now, so a command reads the version first; a script
that looked earlier says which version it saw.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from evigate.kernel.console import Console, Session, note, print_json
from evigate.studio.phases.models import Phase
from evigate.studio.phases.service import PhaseService
from evigate.studio.phases.views import StandingView, standing_view

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]
Seen = Annotated[int | None, typer.Option("--version-seen", help="Refuse if it is another by now.")]
Why = Annotated[str, typer.Option("--reason", help="Why.")]
Work = Callable[[Session[PhaseService], int], Awaitable[StandingView]]


def add_phase_commands(app: typer.Typer, console: Console[PhaseService]) -> None:
    """Add the commands to `evigate studio`."""
    _look_commands(app, console)
    _move_commands(app, console)


def _look_commands(app: typer.Typer, console: Console[PhaseService]) -> None:
    @app.command()
    def phase(project: ProjectId, as_json: Json = False) -> None:
        """Show where a project stands and what to do next."""
        _print(console.run(lambda s: _shown(s, project)), as_json=as_json)

    @app.command()
    def gates(project: ProjectId, as_json: Json = False) -> None:
        """Show every phase's checklist."""
        view = console.run(lambda s: _shown(s, project))
        if as_json:
            print_json([asdict(each) for each in view.gates])
            return
        for gate in view.gates:
            print(gate.phase)
            for item in gate.items:
                print(f"  {'✔' if item.is_met else '·'} {item.title}")
                for named in item.found:
                    print(f"      {named}")


def _move_commands(app: typer.Typer, console: Console[PhaseService]) -> None:
    def move(project: UUID, seen: int | None, work: Work, *, as_json: bool) -> None:
        async def whole(session: Session[PhaseService]) -> StandingView:
            present = await session.service.show(session.subject, project)
            return await work(session, present.version if seen is None else seen)

        _print(console.run(whole), as_json=as_json)

    @app.command()
    def advance(project: ProjectId, seen: Seen = None, as_json: Json = False) -> None:
        """Go on to the next phase."""

        async def work(s: Session[PhaseService], version: int) -> StandingView:
            return standing_view(await s.service.advance(s.subject, project, version_seen=version))

        move(project, seen, work, as_json=as_json)

    @app.command()
    def back(
        project: ProjectId,
        phase: Annotated[Phase, typer.Argument(help="An earlier phase.")],
        reason: Why,
        seen: Seen = None,
        as_json: Json = False,
    ) -> None:
        """Go back to an earlier phase; prints what is stale now."""

        async def work(s: Session[PhaseService], version: int) -> StandingView:
            found, stale = await s.service.back(
                s.subject, project, phase, reason, version_seen=version
            )
            return standing_view(found, stale)

        move(project, seen, work, as_json=as_json)

    @app.command("skip-phase")
    def skip_phase(
        project: ProjectId, reason: Why, seen: Seen = None, as_json: Json = False
    ) -> None:
        """Leave the present phase out, where that is allowed."""

        async def work(s: Session[PhaseService], version: int) -> StandingView:
            return standing_view(
                await s.service.skip(s.subject, project, reason, version_seen=version)
            )

        move(project, seen, work, as_json=as_json)


async def _shown(session: Session[PhaseService], project: UUID) -> StandingView:
    return standing_view(await session.service.show(session.subject, project))


def _print(view: StandingView, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(view))
        return
    print(f"{view.name}\n{view.phase}, version {view.version}")
    for blocker in view.blockers:
        print(f"  · {blocker}")
    for each in view.stale:
        print(f"  stale: {each.title} ({each.was})")
    note(view.next_action)
