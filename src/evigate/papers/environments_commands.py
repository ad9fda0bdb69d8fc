"""Commands on runs' environments, added to `evigate runs`."""

from typing import Annotated
from uuid import UUID

import typer

from evigate.kernel.console import Console, Session, note, print_json
from evigate.papers.environments import Difference
from evigate.papers.environments.verbs import EnvironmentView
from evigate.papers.follow import follow_run
from evigate.papers.service import PapersService

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
RunIdArgument = Annotated[UUID, typer.Argument(help="The run's id.")]


def add_environment_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    """Add rebuild and rerun to `evigate runs`."""

    @app.command()
    def rebuild(
        run_id: RunIdArgument,
        look: Annotated[
            bool, typer.Option("--look", help="Say what differs, and build nothing.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Rebuild a run's environment from its lock with uv, after saying what differs."""

        async def work(session: Session[PapersService]) -> EnvironmentView:
            service, subject = session.service, session.subject
            view = await service.environment(subject, run_id)
            if look:
                return view
            note(f"{len(view.differences)} things are otherwise here than in the run")
            build = await service.rebuild(subject, run_id)
            async with session.working():
                await follow_run(service, subject, build, note)
            return await service.environment(subject, run_id)

        view = console.run(work)
        if as_json:
            print_json(view.to_json())
        else:
            _print(view)
        if not look and (view.build is None or view.build.error_code):
            raise typer.Exit(8)

    @app.command()
    def rerun(
        run_id: RunIdArgument,
        environment: Annotated[
            UUID | None, typer.Option(help="Run in this run's environment, rebuilt if need be.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Start a run like an earlier one."""
        journey = console.run(lambda s: s.service.rerun(s.subject, run_id, environment=environment))
        if as_json:
            print_json({"run_id": str(journey)})
        else:
            note(f"run {journey} is queued: `evigate runs follow {journey}`")


def _print(view: EnvironmentView) -> None:
    print(f"Python {view.lock.python}, {len(view.lock.packages)} distributions")
    if not view.differences:
        print("the same is installed here")
    for each in view.differences:
        print(f"  {_line(each)}")
    if view.build is not None and view.build.error_message:
        print(f"{view.build.error_code}: {view.build.error_message}")
    elif view.is_built:
        left = (view.build.output or {}).get("remaining", []) if view.build else []
        print("rebuilt" + (", with these left:" if left else ""))
        for found in left:
            print(f"  {_line(Difference(**found))}")


def _line(each: Difference) -> str:
    return f"{each.name}: {each.locked or '-'} in the run, {each.present or 'not'} here"
