"""One process's work on one concert: the steps that may begin, until all are done or it must wait.

A step has three parts. Its tokens are set aside in one statement that refuses what a limit does not
leave, so agents side by side cannot pass it together. Its agent runs under the concert's run, which
is done once for one input whoever asks. Its output, what it used and a checkpoint are one
transaction. A process that dies between any two leaves a step that is done, or one that is not.
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from evigate.agents.concert import store
from evigate.agents.concert.models import Concert, ConcertStatus, Part, Step
from evigate.agents.concert.store import Reserved
from evigate.agents.errors import E_AGENT_LIMIT, E_AGENT_PAUSED, E_AGENT_RUN_TAKEN
from evigate.agents.fencing import SAMPLE_FENCE, task_text
from evigate.agents.messages import Passage
from evigate.agents.models import AgentResult, Implementation
from evigate.agents.policy import OnLimit, crossed, estimate_tokens
from evigate.agents.service import AgentService
from evigate.base.canonical import canonical_json
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.runs import RunStatus, finish_run, park_run

STREAM = "concert"
SIDE_BY_SIDE_MAX = 4
# A model may be asked for a repair and once more; what its own words around it take comes on top.
MODEL_CALLS, MODEL_TOKENS = 3, 2_000
LIMIT_REASON = "the limit on what it may use"


class Carrier:
    """Carries a concert on; `attempt` is the number under which its run was started."""

    def __init__(
        self,
        database: Database,
        agents: AgentService,
        subject: Subject,
        *,
        run_id: UUID,
        attempt: int,
    ) -> None:
        self._database, self._agents, self._subject = database, agents, subject
        self._run_id, self._attempt = run_id, attempt
        self._running: dict[asyncio.Task[None], str] = {}
        self._is_short = False

    async def carry(self) -> None:
        """Do what can be done; returns once all is done, or it waits, or was cancelled.

        Raises:
            EvigateError[E_AGENT_RUN_TAKEN]: another process carries it on.
            Whatever a step's agent raises, after those beside it are done.
        """
        try:
            while True:
                concert = await self._load()
                stops = concert.is_cancel_wanted or concert.is_pause_wanted
                if not stops:
                    await self._begin_steps(concert)
                if not self._running:
                    await self._settle(await self._load())
                    return
                done, _ = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    self._running.pop(task)
                self._is_short = False
                for task in done:
                    task.result()
        finally:
            await self._finish_running()

    async def _finish_running(self) -> None:
        """Wait for the steps beside one that failed: what they used is used."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _begin_steps(self, concert: Concert) -> None:
        names = set(self._running.values())
        for step in concert.steps:
            is_ready = set(step.after) <= set(concert.outputs)
            if step.name in concert.outputs or step.name in names or not is_ready:
                continue
            if len(self._running) >= SIDE_BY_SIDE_MAX or self._is_short:
                return
            reserved = await self._reserve(concert, step)
            if reserved is None:
                # What runs beside it may give some of its own back.
                self._is_short = True
                return
            task = asyncio.create_task(self._do(concert, step, reserved))
            self._running[task] = step.name

    async def _reserve(self, concert: Concert, step: Step) -> Reserved | None:
        wanted = await self._wanted(concert, step)
        is_open = concert.work.on_limit is OnLimit.WARN
        async with self._database.tx(self._subject) as tx:
            await self._check_hold(tx)
            if not await store.set_aside(tx, self._run_id, wanted, is_open=is_open):
                return None
            told = {"step": step.name, "agent": step.part.agent, "role": step.part.role}
            await append_events(tx, STREAM, self._run_id, [NewEvent("step_started", told)])
        return wanted

    async def _wanted(self, concert: Concert, step: Step) -> Reserved:
        agent = self._agents.roster.get(step.part.agent)
        async with self._database.tx(self._subject) as tx:
            chosen = await self._agents.choosing.selected(tx, agent)
        text = task_text(dict(step.part.input), _passages(concert, step), SAMPLE_FENCE)
        given, said = estimate_tokens(text), agent.limits.output_tokens
        if chosen.implementation is Implementation.BUILTIN:
            return Reserved(given + said, 0)
        given += estimate_tokens(step.part.prompt.text) + MODEL_TOKENS
        tokens = MODEL_CALLS * (given + said)
        price = chosen.price
        if price is None:
            if concert.spent.micros_limit is not None:
                message = f"Cost is limited, and the model of {agent.name!r} has no price."
                raise EvigateError(E_AGENT_LIMIT, message)
            return Reserved(tokens, 0)
        return Reserved(tokens, price.cost_micros(MODEL_CALLS * given, MODEL_CALLS * said))

    async def _do(self, concert: Concert, step: Step, reserved: Reserved) -> None:
        part = step.part
        try:
            result = await self._agents.run(
                self._subject,
                part.agent,
                part.input,
                _passages(concert, step),
                prompt=part.prompt,
                parent_id=self._run_id,
                limits={"tokens": reserved.tokens},
            )
        except BaseException:
            async with self._database.tx(self._subject) as tx:
                await store.give_back(tx, self._run_id, reserved)
            raise
        await self._record(step, reserved, result)

    async def _record(self, step: Step, reserved: Reserved, result: AgentResult[Any]) -> None:
        tokens = result.usage.input_tokens + result.usage.output_tokens
        async with self._database.tx(self._subject) as tx:
            await self._check_hold(tx)
            written = await store.record_step(
                tx,
                self._run_id,
                step.name,
                output_of(step.part, result),
                reserved=reserved,
                tokens=tokens,
                micros=result.usage.cost_micros,
            )
            if written is None:
                return
            concert = await self._load_in(tx)
            await store.add_checkpoint(tx, concert, written.current_step, step.name)
            told = {
                "step": step.name,
                "done": written.current_step,
                "of": len(concert.steps),
                "tokens": written.tokens_used,
                "tokens_limit": written.tokens_limit,
            }
            events = [NewEvent("step_finished", told)]
            before = written.tokens_used - tokens
            if crossed(before, written.tokens_used, written.tokens_limit):
                events.append(NewEvent("concert_warned", told))
            await append_events(tx, STREAM, self._run_id, events)

    async def _settle(self, concert: Concert) -> None:
        """Write how it stands when no step is under way."""
        async with self._database.tx(self._subject) as tx:
            await self._check_hold(tx)
            if concert.is_cancel_wanted:
                await cancelled(tx, self._run_id)
            elif not concert.pending:
                await self._complete(tx, concert)
            elif concert.is_pause_wanted:
                await self._pause(tx, "somebody asked for it")
            elif concert.work.on_limit is OnLimit.FAIL:
                message = f"The next step could pass {LIMIT_REASON}."
                await failed(tx, self._run_id, EvigateError(E_AGENT_LIMIT, message))
            else:
                await self._pause(tx, LIMIT_REASON)

    async def _complete(self, tx: Tx, concert: Concert) -> None:
        final = {"steps": [{"step": name, **said} for name, said in concert.outputs.items()]}
        await store.end(tx, self._run_id, ConcertStatus.COMPLETED, final=final)
        await finish_run(tx, self._run_id, RunStatus.SUCCEEDED, output=final)
        told = {"tokens": concert.spent.tokens, "steps": len(concert.steps)}
        event = NewEvent("concert_finished", told)
        await append_events(tx, STREAM, self._run_id, [event], close=True)

    async def _pause(self, tx: Tx, reason: str) -> None:
        await store.pause(tx, self._run_id, reason)
        await park_run(tx, self._run_id)
        event = NewEvent("concert_paused", {"reason": reason})
        await append_events(tx, STREAM, self._run_id, [event])

    async def _load(self) -> Concert:
        async with self._database.tx(self._subject) as tx:
            return await self._load_in(tx)

    async def _load_in(self, tx: Tx) -> Concert:
        found = await store.get_concert(tx, self._run_id)
        assert found is not None
        return found

    async def _check_hold(self, tx: Tx) -> None:
        if not await store.is_held(tx, self._run_id, self._attempt):
            raise EvigateError(E_AGENT_RUN_TAKEN, "The work is not this process's any more.")


async def cancelled(tx: Tx, run_id: UUID) -> None:
    """End a concert that somebody cancelled."""
    message = "Somebody cancelled it."
    await store.end(tx, run_id, ConcertStatus.CANCELLED, reason=message)
    await finish_run(
        tx, run_id, RunStatus.CANCELLED, error_code="E_RUN_CANCELLED", error_message=message
    )
    await append_events(tx, STREAM, run_id, [NewEvent("concert_cancelled", {})], close=True)


async def failed(tx: Tx, run_id: UUID, error: EvigateError) -> None:
    """End a concert that cannot go on."""
    told = {"code": error.code.name, "message": error.message}
    await store.end(tx, run_id, ConcertStatus.FAILED, error=told)
    await finish_run(
        tx, run_id, RunStatus.FAILED, error_code=error.code.name, error_message=error.message
    )
    await append_events(tx, STREAM, run_id, [NewEvent("concert_failed", told)], close=True)


def output_of(part: Part, result: AgentResult[Any]) -> dict[str, Any]:
    """Return what is kept of a step: nothing that differs between two runs of the same work."""
    values = result.to_json()
    return {
        "agent": part.agent,
        "role": part.role,
        "group": part.group,
        "output": values["output"],
        "claims": values["claims"],
        "dropped": values["dropped"],
        "producer": values["producer"],
        "fallback_reason": values["fallback_reason"],
        "tokens": result.usage.input_tokens + result.usage.output_tokens,
    }


def _passages(concert: Concert, step: Step) -> list[Passage]:
    """Return what a step's agent reads: its passages, then what those before it said."""
    wanted = set(step.part.passages)
    given = [each for each in concert.work.passages if not wanted or each.id in wanted]
    said = [
        Passage(f"step:{name}", _said(concert.outputs[name]), concert.outputs[name]["role"])
        for name in step.after
    ]
    return given + said


def _said(output: Mapping[str, Any]) -> str:
    told = {name: output[name] for name in ("agent", "role", "group", "output")}
    return canonical_json(told).decode()


def is_waiting(error: EvigateError) -> bool:
    """Say whether an error tells of a step that waits for a person."""
    return error.code is E_AGENT_PAUSED
