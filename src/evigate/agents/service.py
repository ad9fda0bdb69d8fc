"""The verbs on runs of agents: run, resume, approve, look, test. What other rooms call is `run`.

A run under a parent is done once for one input: asked for again, as by a job that is tried again,
it is resumed where it stands or its result returned.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import psycopg
import structlog
from pydantic import BaseModel, ValidationError

from evigate.agents import meter
from evigate.agents.choosing import AgentState, Choosing, Opened, Recordings, limits_of
from evigate.agents.errors import (
    E_AGENT_CHOICE,
    E_AGENT_INPUT,
    E_AGENT_PAUSED,
    E_AGENT_RUN_ENDED,
    E_AGENT_RUN_NOT_FOUND,
    E_AGENT_RUN_TAKEN,
    E_AGENT_TOOLS,
)
from evigate.agents.fencing import new_fence, task_text
from evigate.agents.hold import Hold
from evigate.agents.log import STREAM
from evigate.agents.messages import Passage, PromptText
from evigate.agents.meter import Taken
from evigate.agents.models import (
    KIND_PREFIX,
    Agent,
    AgentResult,
    Implementation,
    Selection,
    Task,
    result_of,
)
from evigate.agents.permissions import APPROVE, READ, RUN
from evigate.agents.policy import OnLimit, Price
from evigate.agents.providers import PROVIDERS, ProviderSpec
from evigate.agents.roster import PROBE, PROBE_PROMPT, Roster
from evigate.agents.runtime import Runtime
from evigate.agents.store import RunLine, events_of, list_lines, progress_of, run_under_parent
from evigate.agents.tools import Tool, toolbox
from evigate.base.canonical import content_hash
from evigate.base.errors import E_BUG, EvigateError, Kind
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.budgets import Budget, set_budget
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import Event, NewEvent, append_events, audit
from evigate.kernel.runs import (
    E_RUN_CANCELLED,
    Run,
    RunStatus,
    create_run,
    finish_run,
    get_run,
    start_run,
)
from evigate.kernel.secrets import Vault

CONTEXT_CHARACTERS_MAX = 2_000_000
PASSAGES_MAX = 500
TEST_WORD = "evigate"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with its log."""

    run: Run
    events: list[Event]


class AgentService:
    """Runs of agents, for a tenant at a time."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        agents: Iterable[Agent] = (),
        *,
        is_host: Callable[[Subject], Awaitable[bool]],
        providers: Mapping[str, ProviderSpec] = PROVIDERS,
        host_keys: Mapping[str, str] | None = None,
        recordings: Recordings | None = None,
    ) -> None:
        self._database = database
        self.roster = Roster(agents)
        self.choosing = Choosing(
            database,
            vault,
            self.roster,
            providers=providers,
            host_keys=host_keys or {},
            is_host=is_host,
            recordings=recordings,
        )

    async def run(
        self,
        subject: Subject,
        agent_name: str,
        input_: BaseModel | Mapping[str, Any],
        context: Sequence[Passage] = (),
        tools: Sequence[Tool] = (),
        prompt: PromptText = PromptText(""),
        *,
        parent_id: UUID | None = None,
        approved_tools: frozenset[str] = frozenset(),
        selection: Selection | None = None,
        limits: Mapping[str, Any] | None = None,
    ) -> AgentResult[Any]:
        """Have an agent do its work and return its typed output.

        Args:
            input_: of the agent's input model, or values for it.
            context: passages that claims may quote; their ids must differ.
            tools: beside those that the agent brings; names must differ.
            prompt: the text a model gets as its system text, filled in, with its version.
            parent_id: the run that this one is a part of; see the module.
            approved_tools: names of outside tools that somebody has approved for this run already.
            selection: who does the work this once, in the place of the tenant's choice; asks for
                the permission to choose.
            limits: caps that hold for this run, by name, in the place of those chosen.

        Raises:
            EvigateError[E_AGENT_INPUT]: the input does not fit, or there is too much of it.
            EvigateError[E_AGENT_PAUSED]: it waits; `detail` names the run. Resume it.
            EvigateError[E_AGENT_LIMIT]: a limit was met, where the choice says to fail.
            EvigateError[E_AGENT_PRICE]: cost is limited and the model has no price.
            EvigateError[E_AGENT_CHOICE]: what is to do the work cannot be.
        """
        require(subject, RUN)
        agent = self.roster.get(agent_name)
        if selection is not None:
            await self.choosing.check(subject, agent, selection)
        given = _checked_input(agent, input_)
        _check_context(context)
        box = toolbox((*agent.tools, *tools))
        async with self._database.tx(subject) as tx:
            selection = await self.choosing.selected(tx, agent, selection)
            values = {
                "agent": agent.name,
                "agent_version": agent.version,
                "input": given.model_dump(mode="json"),
                "context": [asdict(passage) for passage in context],
                "tools": sorted(box),
                "prompt": prompt.to_json(),
                "selection": _selection_json(selection),
                "approved_tools": sorted(approved_tools),
            }
            run_id = await self._known(tx, agent, values, parent_id)
            if run_id is None:
                run_id = await create_run(tx, agent.kind, values, parent_id=parent_id)
        return await self._carry(subject, run_id, tools, limits=limits)

    async def resume(
        self,
        subject: Subject,
        run_id: UUID,
        tools: Sequence[Tool] = (),
        *,
        limits: Mapping[str, Any] | None = None,
    ) -> AgentResult[Any]:
        """Carry a run on that was paused, or that a dead process left; return its result.

        Args:
            tools: those handed to `run`, beside the agent's own.
            limits: caps that hold for this run from now on, by name.

        Raises:
            EvigateError[E_AGENT_RUN_NOT_FOUND]: this tenant has no such run of an agent.
            EvigateError[E_AGENT_RUN_ENDED]: it has failed or was cancelled.
            EvigateError[E_AGENT_TOOLS]: a tool it was started with is not among these.
        """
        require(subject, RUN)
        return await self._carry(subject, run_id, tools, limits=limits)

    async def decide_tool(
        self, subject: Subject, run_id: UUID, call_id: str, *, is_approved: bool
    ) -> None:
        """Approve or refuse what a paused run wants to do outside; resume the run afterwards.

        Raises:
            EvigateError[E_AGENT_RUN_NOT_FOUND]: no such run waits for this decision.
        """
        require(subject, APPROVE)
        async with self._database.tx(subject) as tx:
            await self._get(tx, run_id)
            progress = await progress_of(tx, run_id)
            if call_id not in progress.asked or call_id in progress.approvals:
                message = f"The run does not wait for a decision on {call_id!r}."
                raise EvigateError(E_AGENT_RUN_NOT_FOUND, message)
            payload = {"call_id": call_id, "is_approved": is_approved, "by": subject.actor}
            await append_events(tx, STREAM, run_id, [NewEvent("approval_decided", payload)])
            await audit(tx, "agent_tool_decided", run_id=str(run_id), is_approved=is_approved)

    async def list_runs(
        self,
        subject: Subject,
        *,
        agent: str | None = None,
        before: UUID | None = None,
        limit: int = 50,
    ) -> list[RunLine]:
        """Return the tenant's runs, newest first."""
        require(subject, READ)
        kind = None if agent is None else KIND_PREFIX + agent
        async with self._database.tx(subject) as tx:
            return await list_lines(tx, kind=kind, before=before, limit=limit)

    async def show(self, subject: Subject, run_id: UUID) -> RunView:
        """Return a run with its log.

        Raises:
            EvigateError[E_AGENT_RUN_NOT_FOUND]: this tenant has no such run of an agent.
        """
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return RunView(await self._get(tx, run_id), await events_of(tx, run_id))

    async def states(self, subject: Subject) -> list[AgentState]:
        """Return every agent with who does its work; see `Choosing.states`."""
        return await self.choosing.states(subject)

    async def choose(self, subject: Subject, wanted: Selection) -> Selection:
        """Write who does an agent's work; see `Choosing.choose`."""
        return await self.choosing.choose(subject, wanted)

    async def budgets(self, subject: Subject) -> list[Budget]:
        """Return the tenant's budgets for agents; those that nobody set are not there."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return list((await meter.budgets_of(tx)).values())

    async def set_budget(self, subject: Subject, unit: str, limit_amount: int) -> None:
        """Limit what all of the tenant's agents may take, in "tokens" or "micros".

        Raises:
            EvigateError[E_AGENT_CHOICE]: the unit is neither.
        """
        name = next((name for name, each in meter.UNITS.items() if each == unit), None)
        if name is None:
            raise EvigateError(E_AGENT_CHOICE, f"Agents have no budget of {unit!r}.")
        async with self._database.tx(subject) as tx:
            await set_budget(tx, name, unit=unit, limit_amount=limit_amount)

    async def test(self, subject: Subject, agent_name: str) -> AgentResult[Any]:
        """Have what was chosen for an agent say a word back; it is a run, and costs like one."""
        require(subject, RUN)
        agent = self.roster.get(agent_name)
        async with self._database.tx(subject) as tx:
            selection = await self.choosing.selected(tx, agent)
            values = {
                "agent": PROBE.name,
                "agent_version": PROBE.version,
                "input": {"word": TEST_WORD},
                "context": [],
                "tools": [],
                "prompt": PROBE_PROMPT.to_json(),
                "selection": {**_selection_json(selection), "limits": {}},
                "approved_tools": [],
            }
            run_id = await create_run(tx, PROBE.kind, values)
        return await self._carry(subject, run_id, ())

    async def _known(
        self, tx: Tx, agent: Agent, values: Mapping[str, Any], parent_id: UUID | None
    ) -> UUID | None:
        if parent_id is None:
            return None
        input_hash = content_hash(dict(values))
        return await run_under_parent(
            tx, parent_id=parent_id, kind=agent.kind, input_hash=input_hash
        )

    async def _get(self, tx: Tx, run_id: UUID) -> Run:
        run = await get_run(tx, run_id)
        if run is None or not run.kind.startswith(KIND_PREFIX):
            raise EvigateError(E_AGENT_RUN_NOT_FOUND, f"There is no run {str(run_id)!r}.")
        return run

    async def _carry(
        self,
        subject: Subject,
        run_id: UUID,
        tools: Sequence[Tool],
        *,
        limits: Mapping[str, Any] | None = None,
    ) -> AgentResult[Any]:
        """Start or resume a run and drive it to its end."""
        async with self._database.tx(subject) as tx:
            run = await self._get(tx, run_id)
        agent = self.roster.get(run.input["agent"])
        prompt = PromptText.of(run.input["prompt"])
        if run.status is RunStatus.SUCCEEDED:
            return result_of(agent, run_id, run.output or {}, prompt)
        if run.status.is_end:
            message = f"The run has ended as {run.status}: {run.error_message}."
            raise EvigateError(E_AGENT_RUN_ENDED, message)
        selection = _selection_of(run.input["selection"])
        box = _restored(run, agent, tools)
        opened = await self.choosing.open(subject, selection)
        try:
            hold = await self._start(subject, run, opened, limits)
            more = hold.progress.overrides
            task = Task(
                agent=agent,
                input=agent.input.model_validate(run.input["input"]),
                context=tuple(Passage(**each) for each in run.input["context"]),
                tools=box,
                prompt=prompt,
                selection=selection,
                limits=limits_of(agent, selection, **more),
                approved_tools=frozenset(run.input["approved_tools"]),
            )
            return await self._driven(hold, task, opened)
        finally:
            if opened.provider is not None:
                await opened.provider.close()

    async def _start(
        self, subject: Subject, run: Run, opened: Opened, limits: Mapping[str, Any] | None
    ) -> Hold:
        """Take hold of a run; the first to do so writes how it begins."""
        async with self._database.tx(subject) as tx:
            if not await start_run(tx, run.id):
                raise EvigateError(E_AGENT_RUN_ENDED, "The run has ended.")
            started = await self._get(tx, run.id)
            progress = await progress_of(tx, run.id)
            events = []
            if not progress.fence:
                events.append(_first_event(run))
            if progress.is_paused or limits:
                events.append(NewEvent("run_resumed", {"limits": dict(limits or {})}))
            if opened.obstacle is not None and progress.fallback_reason is None:
                events.append(NewEvent("fell_back", {"reason": opened.obstacle}))
            if events:
                await append_events(tx, STREAM, run.id, events)
        for event in events:
            progress.apply(event.type, event.payload)
        return Hold(
            self._database, subject, run_id=run.id, attempt=started.attempts, progress=progress
        )

    async def _driven(self, hold: Hold, task: Task, opened: Opened) -> AgentResult[Any]:
        try:
            return await Runtime(hold, task, opened.provider).drive()
        except EvigateError as error:
            if error.code not in (E_AGENT_PAUSED, E_AGENT_RUN_TAKEN):
                await self._fail(hold, error)
            raise
        except psycopg.OperationalError:
            # The database is away: the run stands as its log says, and can be resumed.
            raise
        except Exception as error:
            log.error("agent_run_failed", run_id=str(hold.run_id), error=repr(error))
            await self._fail(hold, EvigateError(E_BUG, "The agent failed by our mistake."))
            raise

    async def _fail(self, hold: Hold, error: EvigateError) -> None:
        """End a run that cannot go on, and give back what it had set aside."""
        if error.code.kind is Kind.UNAVAILABLE:
            return
        is_cancelled = error.code is E_RUN_CANCELLED
        status = RunStatus.CANCELLED if is_cancelled else RunStatus.FAILED
        async with self._database.tx(hold.subject) as tx:
            await meter.release(tx, hold.run_id, Taken(0, 0))
            ended = await finish_run(
                tx, hold.run_id, status, error_code=error.code.name, error_message=error.message
            )
            if ended:
                payload = {"code": error.code.name, "message": error.message}
                event = NewEvent("run_failed", payload)
                await append_events(tx, STREAM, hold.run_id, [event], close=True)


def _first_event(run: Run) -> NewEvent:
    fence = new_fence()
    context = [Passage(**each) for each in run.input["context"]]
    selection = run.input["selection"]
    prompt = {name: run.input["prompt"][name] for name in ("id", "name", "version", "sha256")}
    payload = {
        "fence": fence,
        "turns": [task_text(run.input["input"], context, fence)],
        "agent": run.input["agent"],
        "agent_version": run.input["agent_version"],
        "implementation": selection["implementation"],
        "provider": selection["provider"],
        "model": selection["model"],
        "params": selection["params"],
        "prompt": prompt,
    }
    return NewEvent("run_started", payload)


def _checked_input(agent: Agent, input_: BaseModel | Mapping[str, Any]) -> BaseModel:
    if isinstance(input_, agent.input):
        return input_
    try:
        return agent.input.model_validate(input_)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        message = f"The input of {agent.name!r} does not fit: {place}: {first['msg']}."
        raise EvigateError(E_AGENT_INPUT, message) from error


def _check_context(context: Sequence[Passage]) -> None:
    if len(context) > PASSAGES_MAX:
        raise EvigateError(E_AGENT_INPUT, f"A run takes {PASSAGES_MAX} passages at most.")
    if sum(len(passage.text) for passage in context) > CONTEXT_CHARACTERS_MAX:
        message = f"The passages hold more than {CONTEXT_CHARACTERS_MAX} characters."
        raise EvigateError(E_AGENT_INPUT, message)
    if len({passage.id for passage in context}) < len(context):
        raise EvigateError(E_AGENT_INPUT, "Two passages have one id.")


def _restored(run: Run, agent: Agent, tools: Sequence[Tool]) -> dict[str, Tool]:
    """Return the tools that a run was started with."""
    box = toolbox((*agent.tools, *tools))
    missing = set(run.input["tools"]) - set(box)
    if missing:
        message = f"The run was started with a tool {sorted(missing)[0]!r}, which is not here."
        raise EvigateError(E_AGENT_TOOLS, message)
    return {name: box[name] for name in run.input["tools"]}


def _selection_json(selection: Selection) -> dict[str, Any]:
    values = asdict(selection)
    del values["updated_at"], values["updated_by"]
    return values


def _selection_of(values: Mapping[str, Any]) -> Selection:
    price = values["price"]
    return Selection(
        **{
            **values,
            "implementation": Implementation(values["implementation"]),
            "on_limit": OnLimit(values["on_limit"]),
            "price": None if price is None else Price(**price),
        }
    )
