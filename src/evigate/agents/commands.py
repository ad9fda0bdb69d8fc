"""The room's commands: `evigate agents …`."""

import json
from typing import Annotated, Any
from uuid import UUID

import typer

from evigate.agents.policy import OnLimit
from evigate.agents.schemas import AgentBudgetOut, AgentOut, AgentRunDetail, AgentRunOut, ChoiceIn
from evigate.agents.service import AgentService
from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.console import Console, Session, note, print_json

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
AgentName = Annotated[str, typer.Argument(help="An agent's name; `evigate agents list` has all.")]
RunId = Annotated[UUID, typer.Argument(help="A run's id; `evigate agents runs` has them.")]
MICROS = 1_000_000


def agents_app(console: Console[AgentService]) -> typer.Typer:
    """Return `evigate agents`."""
    app = typer.Typer(no_args_is_help=True, help="Agents: who does their work, and their runs.")
    _choice_commands(app, console)
    _budget_command(app, console)
    _run_commands(app, console)
    return app


def _choice_commands(app: typer.Typer, console: Console[AgentService]) -> None:
    @app.command("list")
    def list_agents(as_json: Json = False) -> None:
        """List the agents and who does their work."""
        states = console.run(lambda session: session.service.states(session.subject))
        if as_json:
            return print_json([AgentOut.of(state).model_dump(mode="json") for state in states])
        for state in states:
            why = f"; built-in for now: {state.obstacle}" if state.obstacle else ""
            note(f"{state.agent.name}  {state.selection.label}{why}")
            if state.agent.description:
                note(f"    {state.agent.description}")
        return None

    @app.command()
    def choose(
        agent: AgentName,
        provider: Annotated[
            str | None,
            typer.Option(help="anthropic, openai, openai_compatible or local; none is built-in."),
        ] = None,
        model: Annotated[str | None, typer.Option(help="The model's name, or a GGUF file.")] = None,
        base_url: Annotated[str | None, typer.Option(help="A server's address.")] = None,
        secret: Annotated[str | None, typer.Option(help="The sealed key's name.")] = None,
        params: Annotated[
            str, typer.Option(help='Parameters as JSON, as in {"temperature": 0}.')
        ] = "{}",
        price_in: Annotated[
            float | None, typer.Option(min=0, help="Price of a million tokens in.")
        ] = None,
        price_out: Annotated[
            float | None, typer.Option(min=0, help="Price of a million tokens out.")
        ] = None,
        on_limit: Annotated[str, typer.Option(help="pause, fail or warn.")] = "pause",
        limits: Annotated[
            str, typer.Option(help='Caps on a run as JSON, as in {"turns": 6}.')
        ] = "{}",
        as_json: Json = False,
    ) -> None:
        """Choose a model for an agent, or the built-in implementation again."""
        wanted = ChoiceIn(
            implementation="model" if provider else "builtin",
            provider=provider,
            model=model,
            base_url=base_url,
            secret=secret,
            params=_object(params, "--params"),
            price_input_micros=None if price_in is None else round(price_in * MICROS),
            price_output_micros=None if price_out is None else round(price_out * MICROS),
            on_limit=_word(on_limit),
            limits=_object(limits, "--limits"),
        )

        async def work(session: Session[AgentService]) -> AgentOut:
            await session.service.choose(session.subject, wanted.selection(agent))
            states = await session.service.states(session.subject)
            return AgentOut.of(next(each for each in states if each.agent.name == agent))

        _tell_choice(console.run(work), as_json=as_json)

    @app.command()
    def test(agent: AgentName, as_json: Json = False) -> None:
        """Have what was chosen for an agent say a word back; exits with 1 if it does not answer."""
        result = console.run(lambda session: session.service.test(session.subject, agent))
        if as_json:
            print_json({"run_id": str(result.run_id), **result.to_json()})
        else:
            if result.fallback_reason:
                note(f"The model did not answer: {result.fallback_reason}")
            usage = result.usage
            note(f"{result.producer} answered in {usage.duration_ms:.0f} ms, {usage.calls} calls.")
        if result.fallback_reason:
            raise typer.Exit(1)


def _budget_command(app: typer.Typer, console: Console[AgentService]) -> None:
    @app.command()
    def budget(
        unit: Annotated[
            str | None, typer.Argument(help="tokens or micros; none shows both.")
        ] = None,
        limit: Annotated[int | None, typer.Argument(min=0, help="The new limit.")] = None,
        as_json: Json = False,
    ) -> None:
        """Show or set what all agents of the tenant may take."""
        if (unit is None) != (limit is None):
            raise EvigateError(E_INVALID, "Give a unit and its limit, or neither.")

        async def work(session: Session[AgentService]) -> Any:
            if unit is not None and limit is not None:
                await session.service.set_budget(session.subject, unit, limit)
            return await session.service.budgets(session.subject)

        found = [AgentBudgetOut.of(each) for each in console.run(work)]
        if as_json:
            return print_json([each.model_dump(mode="json") for each in found])
        for each in found:
            note(
                f"{each.name}  {each.spent} of {each.limit_amount} spent, {each.reserved} reserved"
            )
        if not found:
            note("No budget is set: agents may take what they need.")
        return None


def _run_commands(app: typer.Typer, console: Console[AgentService]) -> None:
    @app.command()
    def runs(
        agent: Annotated[str | None, typer.Option(help="Only runs of this agent.")] = None,
        limit: Annotated[int, typer.Option(min=1, max=500, help="At most so many.")] = 50,
        as_json: Json = False,
    ) -> None:
        """List runs of agents, newest first."""
        lines = console.run(
            lambda session: session.service.list_runs(session.subject, agent=agent, limit=limit)
        )
        found = [AgentRunOut.of(line) for line in lines]
        if as_json:
            return print_json([each.model_dump(mode="json") for each in found])
        for each in found:
            status = "paused" if each.is_paused else each.status
            note(f"{each.id}  {each.agent}  {status}  {each.producer or each.error_code or ''}")
        return None

    @app.command()
    def show(run_id: RunId, as_json: Json = False) -> None:
        """Show a run with its log."""
        view = console.run(lambda session: session.service.show(session.subject, run_id))
        _tell_run(AgentRunDetail.of(view), as_json=as_json)

    @app.command()
    def resume(run_id: RunId, as_json: Json = False) -> None:
        """Carry on a run that waits or was interrupted."""

        async def work(session: Session[AgentService]) -> AgentRunDetail:
            await session.service.resume(session.subject, run_id)
            return AgentRunDetail.of(await session.service.show(session.subject, run_id))

        _tell_run(console.run(work), as_json=as_json)

    @app.command()
    def decide(
        run_id: RunId,
        call_id: Annotated[str, typer.Argument(help="The call that the run waits for.")],
        approve: Annotated[
            bool, typer.Option("--approve/--refuse", help="Whether it may.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Approve or refuse what a paused run wants to do outside."""

        async def work(session: Session[AgentService]) -> AgentRunDetail:
            await session.service.decide_tool(session.subject, run_id, call_id, is_approved=approve)
            return AgentRunDetail.of(await session.service.show(session.subject, run_id))

        _tell_run(console.run(work), as_json=as_json)


def _object(text: str, option: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise EvigateError(E_INVALID, f"{option} is not JSON: {error}.") from error
    if not isinstance(values, dict):
        raise EvigateError(E_INVALID, f"{option} is no JSON object.")
    return values


def _word(on_limit: str) -> Any:
    return OnLimit(on_limit).value


def _tell_choice(chosen: AgentOut, *, as_json: bool) -> None:
    if as_json:
        return print_json(chosen.model_dump(mode="json"))
    who = "built-in" if chosen.provider is None else f"{chosen.provider}:{chosen.model}"
    note(f"{chosen.name}: {who}")
    if chosen.obstacle:
        note(f"    Built-in for now: {chosen.obstacle}.")
    return None


def _tell_run(run: AgentRunDetail, *, as_json: bool) -> None:
    if as_json:
        return print_json(run.model_dump(mode="json"))
    note(f"{run.agent}  {run.status}")
    for event in run.events:
        note(f"{event.seq:4}  {event.recorded_at:%H:%M:%S}  {event.type}")
    return None
