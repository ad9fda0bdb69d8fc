"""The commands of planning: `evigate studio plan …` and `evigate studio mistakes`."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Literal
from uuid import UUID

import typer
from rich.console import Console as Screen
from rich.progress import Progress

from evigate.kernel.console import Console, Session, note, print_json
from evigate.kernel.events import read_events
from evigate.kernel.events.telling import RUN_STREAM
from evigate.kernel.runs import Run
from evigate.studio.planning.api import PlanningArtifactView, artifact_view, run_view
from evigate.studio.planning.artifacts import Name, PlanningArtifact, PlanningArtifacts
from evigate.studio.planning.models import HIGH, Plan
from evigate.studio.planning.service import PlanService
from evigate.studio.planning.views import PlanView, answer_view, mistake_view, plan_view

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]
Key = Annotated[str, typer.Argument(help="The question's key, as `show` names it.")]
Seen = Annotated[int | None, typer.Option("--version-seen", help="Refuse if it is another by now.")]
What = Annotated[Name, typer.Argument(help="Which of the two.")]
Why = Annotated[str, typer.Option("--reason", help="Why.")]
Work = Callable[[Session[PlanService]], Awaitable[Plan]]
LOOK_EVERY_S = 0.2


def plan_app(console: Console[PlanService], desk: Console[PlanningArtifacts]) -> typer.Typer:
    """Return `evigate studio plan`."""
    app = typer.Typer(no_args_is_help=True, help="The question plan, and what comes of it.")
    _plan_commands(app, console)
    _question_commands(app, console)
    _artifact_commands(app, desk)
    return app


def _plan_commands(app: typer.Typer, console: Console[PlanService]) -> None:
    @app.command()
    def generate(project: ProjectId, as_json: Json = False) -> None:
        """Make the plan, or make it again; answers are carried over."""

        async def work(session: Session[PlanService]) -> Run:
            await session.service.generate(session.subject, project)
            async with session.working():
                return await _followed(session, project)

        run = console.run(work)
        if as_json:
            print_json(asdict(run_view(run)))
        else:
            print((run.output or {}).get("line") or run.error_message)
        if run.status.value != "succeeded":
            raise typer.Exit(1)

    @app.command()
    def show(project: ProjectId, as_json: Json = False) -> None:
        """Show the questions by feature, with what is filled in."""
        _print(console, lambda s: s.service.show(s.subject, project), as_json=as_json)

    @app.command("accept-all")
    def accept_all(
        project: ProjectId,
        least: Annotated[float, typer.Option(min=0, max=1, help="How sure it must be.")] = HIGH,
        as_json: Json = False,
    ) -> None:
        """Take everything that is filled in surely enough."""

        async def work(session: Session[PlanService]) -> Plan:
            plan, taken = await session.service.accept_all(session.subject, project, least=least)
            note(f"{len(taken)} taken")
            return plan

        _print(console, work, as_json=as_json)

    @app.command()
    def pattern(
        project: ProjectId,
        key: Annotated[str, typer.Argument(help="The pattern's key, as `show` names it.")],
        decision: Annotated[
            Literal["apply", "dismiss", "undo"], typer.Argument(help="What to do with it.")
        ],
        as_json: Json = False,
    ) -> None:
        """Apply a pattern, dismiss it, or take either back."""
        _print(
            console,
            lambda s: s.service.decide_pattern(s.subject, project, key, decision),
            as_json=as_json,
        )

    @app.command()
    def mistakes(as_json: Json = False) -> None:
        """List the failures that recur, and how often what mends them worked."""
        found = [
            mistake_view(each) for each in console.run(lambda s: s.service.mistakes(s.subject))
        ]
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            print(f"{each.occurrences:4}  {each.kind:20} {each.strategy or '–':24} {each.place}")
        if not found:
            note("No mistakes so far.")


def _question_commands(app: typer.Typer, console: Console[PlanService]) -> None:
    @app.command()
    def answer(
        project: ProjectId,
        key: Key,
        value: Annotated[str, typer.Argument(help="The answer; entries of a list by ;")],
        notes: Annotated[str, typer.Option(help="What else is to be known.")] = "",
        seen: Seen = None,
        as_json: Json = False,
    ) -> None:
        """Answer a question, or answer it anew; earlier answers are kept."""
        _print(
            console,
            lambda s: s.service.answer(
                s.subject, project, key, value, notes=notes, version_seen=seen
            ),
            as_json=as_json,
        )

    @app.command()
    def answers(project: ProjectId, key: Key, as_json: Json = False) -> None:
        """List every answer to a question, oldest first."""
        found = console.run(lambda s: s.service.history(s.subject, project, key))
        if as_json:
            print_json([asdict(answer_view(each)) for each in found])
            return
        for each in found:
            print(f"{each.version}. {each.formatted}  ({each.source}, {each.answered_by})")

    @app.command()
    def question(
        project: ProjectId,
        key: Key,
        action: Annotated[
            Literal["accept", "reject", "skip", "reopen", "ask"], typer.Argument(help="What to do.")
        ],
        reason: Why = "",
        seen: Seen = None,
        as_json: Json = False,
    ) -> None:
        """Take or refuse what is filled in, leave out, ask again, or ask the customer by a task."""

        async def work(session: Session[PlanService]) -> Plan:
            service, subject = session.service, session.subject
            if action == "ask":
                return await service.ask(subject, project, key)
            if action == "skip":
                return await service.skip(subject, project, key, reason, version_seen=seen)
            act = {"accept": service.accept, "reject": service.reject, "reopen": service.reopen}
            return await act[action](subject, project, key, version_seen=seen)

        _print(console, work, as_json=as_json)


def _artifact_commands(app: typer.Typer, desk: Console[PlanningArtifacts]) -> None:
    @app.command()
    def draft(project: ProjectId, what: What, as_json: Json = False) -> None:
        """Draft a blueprint or an implementation plan."""
        found = desk.run(lambda s: s.service.draft(s.subject, project, what))
        _print_artifact(found, as_json=as_json)

    @app.command()
    def submit(project: ProjectId, what: What, as_json: Json = False) -> None:
        """Give the draft to whoever decides."""
        found = desk.run(lambda s: s.service.submit(s.subject, project, what))
        _print_artifact(found, as_json=as_json)

    @app.command()
    def approve(project: ProjectId, what: What, reason: Why, as_json: Json = False) -> None:
        """Approve what is in review; its content hash is pinned."""
        found = desk.run(lambda s: s.service.approve(s.subject, project, what, reason))
        _print_artifact(found, as_json=as_json)

    @app.command()
    def reject(project: ProjectId, what: What, reason: Why, as_json: Json = False) -> None:
        """Reject what is in review."""
        found = desk.run(lambda s: s.service.reject(s.subject, project, what, reason))
        _print_artifact(found, as_json=as_json)


async def _followed(session: Session[PlanService], project: UUID) -> Run:
    """Show a run's progress until it ends."""
    seen = 0
    with Progress(console=Screen(stderr=True), transient=True) as progress:
        task = progress.add_task("Waiting for a worker", total=100)
        while True:
            run = await session.service.run(session.subject, project)
            assert run is not None
            async with session.service.database.tx(session.subject) as tx:
                events = await read_events(tx, RUN_STREAM, run.id, after=seen)
            for event in events:
                seen = event.seq
                if "percent" in event.payload:
                    progress.update(
                        task,
                        completed=event.payload["percent"],
                        description=str(event.payload.get("message") or ""),
                    )
            if run.status.is_end:
                return run
            await asyncio.sleep(LOOK_EVERY_S)


def _print(console: Console[PlanService], work: Work, *, as_json: bool) -> None:
    view = plan_view(console.run(work))
    if as_json:
        print_json(asdict(view))
    else:
        _print_plan(view)


def _print_plan(view: PlanView) -> None:
    for section in view.sections:
        print(section.title)
        for each in section.questions:
            mark = "·" if each.is_open else "✔"
            print(f"  {mark}{'*' if each.is_required else ' '} {each.key:28} {each.ask}")
            if each.answer is not None:
                print(f"        {each.answer.shown}")
            elif each.prefill is not None:
                print(f"        {each.prefill.confidence:.0%} {each.prefill.shown}")
    for pattern in view.patterns:
        print(f"{pattern.status:9} {pattern.confidence:4.0%}  {pattern.pattern_key}")
    note(view.line)


def _print_artifact(found: PlanningArtifact, *, as_json: bool) -> None:
    view: PlanningArtifactView = artifact_view(found)
    if as_json:
        print_json(asdict(view))
        return
    print(f"{view.kind} version {view.version}: {view.status}")
    for each in view.findings:
        print(f"  {each.severity:8} {each.message}")
