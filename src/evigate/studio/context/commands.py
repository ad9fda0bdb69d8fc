"""The commands of the context: `evigate studio context …`."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from evigate.kernel.console import Console, Session, note, print_json
from evigate.studio.context.models import Profile, Request
from evigate.studio.context.renewing import Renewal, RenewalService
from evigate.studio.context.service import ContextService
from evigate.studio.context.views import (
    asked_view,
    change_view,
    context_view,
    piece_view,
    profile_view,
    renewal_view,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]


class Target(StrEnum):
    """What a budget is for."""

    PHASE = "phase"
    AGENT = "agent"
    WORKFLOW = "workflow"


def context_app(console: Console[ContextService], renewals: Console[RenewalService]) -> typer.Typer:
    """Return `evigate studio context`."""
    app = typer.Typer(no_args_is_help=True, help="What an agent is given to read of a project.")
    _assemble_command(app, console)
    _inspect_commands(app, console)
    _renewal_commands(app, renewals)
    _budget_commands(app, console)
    return app


def _renewal_commands(app: typer.Typer, console: Console[RenewalService]) -> None:
    @app.command()
    def renew(project: ProjectId, as_json: Json = False) -> None:
        """Make anew what is out of date, each after what it rests on; a job does it."""
        _told(console.run(lambda s: s.service.start(s.subject, project)), as_json)

    @app.command()
    def renewal(project: ProjectId, as_json: Json = False) -> None:
        """Tell how far it is to make anew what was out of date."""
        found = console.run(lambda s: s.service.show(s.subject, project))
        if found is not None:
            _told(found, as_json)
        elif as_json:
            print_json(None)
        else:
            note("Nobody asked for that yet.")


def _told(found: Renewal, as_json: bool) -> None:
    if as_json:
        print_json(asdict(renewal_view(found)))
        return
    for each in found.steps:
        print(f"{each.outcome or 'not yet':8} {each.name}  {each.detail}")
    note(f"{found.done} of {len(found.steps)}: {found.status}. {found.error or ''}".rstrip())


def _assemble_command(app: typer.Typer, console: Console[ContextService]) -> None:
    @app.command()
    def assemble(
        project: ProjectId,
        query: Annotated[str, typer.Option(help="What it is about.")] = "",
        target_type: Annotated[Target, typer.Option(help="Whose budget holds.")] = Target.AGENT,
        target: Annotated[str, typer.Option(help="The agent, phase or workflow.")] = "coding",
        key: Annotated[list[str] | None, typer.Option(help="A piece that goes first.")] = None,
        max_tokens: Annotated[int | None, typer.Option(help="Give fewer than the budget.")] = None,
        as_json: Json = False,
    ) -> None:
        """Assemble a context and print it; what is not in it is told beside."""
        asked = Request(target_type.value, target, query, tuple(key or ()), max_tokens)
        made = context_view(console.run(lambda s: s.service.assemble(s.subject, project, asked)))
        if as_json:
            print_json(asdict(made))
            return
        print(made.text, end="")
        hit = ", from the cache" if made.is_hit else ""
        note(f"{made.tokens} of {made.room} tokens{hit}.")
        for line in made.lines:
            if line.state != "whole":
                note(f"  {line.state:4} {line.key}: {line.why}")


def _inspect_commands(app: typer.Typer, console: Console[ContextService]) -> None:
    @app.command()
    def pieces(project: ProjectId, as_json: Json = False) -> None:
        """List what the project has to be read, with tokens and what is out of date."""
        found = [piece_view(e) for e in console.run(lambda s: s.service.pieces(s.subject, project))]
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            old = "  out of date" if each.stale_since else ""
            print(f"{each.tokens:7} {each.kind:8} {each.key}{old}")

    @app.command()
    def inspect(
        project: ProjectId,
        request: Annotated[UUID | None, typer.Argument(help="A request; else all lately.")] = None,
        as_json: Json = False,
    ) -> None:
        """Tell what agents were given lately, or of one request what was left out and why."""
        if request is None:
            lately = [
                asked_view(each)
                for each in console.run(lambda s: s.service.requests(s.subject, project))
            ]
            if as_json:
                print_json([asdict(each) for each in lately])
                return
            for each in lately:
                told = f"{each.given} given, {each.cut} cut, {each.out} left out"
                print(f"{each.id} {each.target_type}:{each.target} {each.tokens} tokens, {told}")
            return
        found = console.run(lambda s: s.service.request(s.subject, project, request))
        if as_json:
            print_json({**asdict(asked_view(found)), "lines": [asdict(e) for e in found.lines]})
            return
        for line in found.lines:
            print(f"{line.state:5} {line.tokens:7} {line.key}: {line.why}")

    @app.command()
    def impact(
        project: ProjectId,
        key: Annotated[str, typer.Argument(help="A piece's key.")],
        as_json: Json = False,
    ) -> None:
        """List what a change of a piece would reach, each after what it rests on."""
        found = console.run(lambda s: s.service.impact(s.subject, project, key))
        if as_json:
            print_json([asdict(piece_view(each)) for each in found])
            return
        for each in found:
            print(f"{each.piece.kind:8} {each.piece.key}")

    @app.command()
    def changes(project: ProjectId, as_json: Json = False) -> None:
        """List what changed lately and how far it reached, newest first."""
        found = [
            change_view(each)
            for each in console.run(lambda s: s.service.changes(s.subject, project))
        ]
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            print(f"{each.created_at:%Y-%m-%d %H:%M} {each.event_type} {each.key}"
                  f" reaches {len(each.affected)}")  # fmt: skip


def _budget_commands(app: typer.Typer, console: Console[ContextService]) -> None:
    @app.command()
    def budgets(as_json: Json = False) -> None:
        """List how much is given for phases, agents and workflows."""
        found = [profile_view(e) for e in console.run(lambda s: s.service.budgets(s.subject))]
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            own = "  set here" if each.is_own else ""
            print(f"{each.target_type}:{each.target} {each.max_tokens} tokens,"
                  f" {each.reserved_tokens} kept back{own}")  # fmt: skip

    @app.command("set-budget")
    def set_budget(
        target_type: Annotated[Target, typer.Argument(help="phase, agent or workflow.")],
        target: Annotated[str, typer.Argument(help="Which one.")],
        max_tokens: Annotated[int, typer.Argument(help="The most, with what is kept back.")],
        reserved: Annotated[int, typer.Option(help="Kept back for the agent's own words.")] = 0,
        priority: Annotated[int, typer.Option(help="1 to 10.")] = 5,
        as_json: Json = False,
    ) -> None:
        """Set a budget in the place of the shipped one; the kinds' ranks stay as they are."""

        async def work(s: Session[ContextService]) -> Profile:
            found = {(e.target_type, e.target): e for e in await s.service.budgets(s.subject)}
            before = found.get((target_type.value, target))
            kinds = before.kinds if before else {}
            wanted = Profile(target_type.value, target, max_tokens, reserved, priority, kinds)
            return await s.service.set_budget(s.subject, wanted)

        made = profile_view(console.run(work))
        if as_json:
            print_json(asdict(made))
        else:
            note(f"{made.target_type}:{made.target} has {made.room} tokens of room.")

    @app.command("reset-budget")
    def reset_budget(
        target_type: Annotated[Target, typer.Argument(help="phase, agent or workflow.")],
        target: Annotated[str, typer.Argument(help="Which one.")],
        as_json: Json = False,
    ) -> None:
        """Go back to the shipped budget."""
        made = profile_view(
            console.run(lambda s: s.service.reset_budget(s.subject, target_type.value, target))
        )
        if as_json:
            print_json(asdict(made))
        else:
            note(f"{made.target_type}:{made.target} has {made.room} tokens of room.")
