"""Asking a model: what a call may take is set aside first, what it took is settled after.

A reservation is committed before anything is sent. If the process dies while it waits, the next one
finds the reservation without an answer; the call may have been answered and billed, so it counts as
taken in full, and the question is asked again.
"""

import asyncio
from dataclasses import replace
from typing import Any

from evigate.agents import meter
from evigate.agents.errors import E_AGENT_LIMIT, E_AGENT_TIMEOUT
from evigate.agents.fencing import system_text
from evigate.agents.hold import Entry, Hold
from evigate.agents.messages import ModelReply, ModelRequest, ToolCall
from evigate.agents.meter import Taken
from evigate.agents.models import Task
from evigate.agents.policy import (
    LimitHit,
    OnLimit,
    Reservation,
    limit_hit,
    reservation,
    warnings,
)
from evigate.agents.providers import Provider
from evigate.agents.tools import offered
from evigate.base.clock import monotonic_s
from evigate.base.errors import EvigateError, Kind

# A run whose limits only warn ends all the same.
CALLS_MAX = 200
CALLS_IN_A_TURN_MAX = 32
# What is wrong on our side of the wire is no reason to answer with something else.
_FALLS_BACK = frozenset({Kind.UPSTREAM, Kind.UNAVAILABLE})


class Caller:
    """Makes one run's calls to its model."""

    def __init__(self, hold: Hold, task: Task, provider: Provider) -> None:
        self._hold = hold
        self._task = task
        self._provider = provider

    async def settle_lost(self) -> None:
        """Count a call that nobody saw the end of."""
        if (lost := self._hold.progress.open_call) is None:
            return
        async with self._hold.entry() as entry:
            wanted = Reservation(lost["tokens"], lost["micros"])
            entry.note("call_lost", usage=await self._settle_whole(entry, wanted))

    async def ask(self) -> None:
        """Make the next call and write down its answer, or why there is none.

        Raises:
            EvigateError[E_AGENT_PAUSED, E_AGENT_LIMIT]: the call would pass a limit.
        """
        request = self._request()
        wanted = reservation(request, self._task.selection.price)
        await self._reserve(wanted)
        started = monotonic_s()
        try:
            reply = await self._exchange(request)
        except EvigateError as error:
            if error.code.kind not in _FALLS_BACK:
                raise
            await self._note_failure(error, wanted, 1000 * (monotonic_s() - started))
            return
        await self._note_answer(reply)

    def _request(self) -> ModelRequest:
        task, progress = self._task, self._hold.progress
        return ModelRequest(
            model=str(task.selection.model),
            system=system_text(task.prompt.text, progress.fence, is_citing=task.agent.is_citing),
            turns=tuple(progress.turns),
            tools=tuple(offered(task.tools, self._hold.subject)),
            output_schema=task.agent.contract.schema(),
            params=dict(task.selection.params),
            output_tokens_max=task.limits.output_tokens,
            fence=progress.fence,
            attempt=progress.attempt,
        )

    async def _exchange(self, request: ModelRequest) -> ModelReply:
        timeout_s = self._task.limits.call_timeout_s
        started = monotonic_s()
        try:
            async with asyncio.timeout(timeout_s):
                reply = await self._provider.exchange(request, timeout_s=timeout_s)
        except TimeoutError as error:
            message = f"{self._task.selection.label} did not answer within {timeout_s:g} s."
            raise EvigateError(E_AGENT_TIMEOUT, message) from error
        if reply.is_replayed:
            return reply
        return replace(reply, duration_ms=round(1000 * (monotonic_s() - started), 3))

    async def _reserve(self, wanted: Reservation) -> None:
        """Set aside what the call may take, or do what the choice says at a limit."""
        run_id, progress = self._hold.run_id, self._hold.progress
        on_limit = self._task.selection.on_limit
        if progress.usage.calls >= CALLS_MAX:
            raise EvigateError(E_AGENT_LIMIT, f"A run may make {CALLS_MAX} calls at most.")
        async with self._hold.entry() as entry:
            hit = limit_hit(self._task.limits, progress.usage, wanted)
            hit = hit or await meter.hold(entry.tx, run_id, wanted)
            if hit is not None and on_limit is OnLimit.PAUSE:
                await self._hold.pause(entry, "limit", limit=hit.to_json())
            elif hit is None or on_limit is OnLimit.WARN:
                if hit is not None and (hit.name, True) not in progress.warned:
                    entry.note("limit_warned", **hit.to_json(), is_passed=True)
                entry.note("call_reserved", tokens=wanted.tokens, micros=wanted.micros)
        if hit is not None:
            self._refuse(hit, on_limit)

    def _refuse(self, hit: LimitHit, on_limit: OnLimit) -> None:
        if on_limit is OnLimit.PAUSE:
            raise self._hold.paused(str(hit), limit=hit.to_json())
        if on_limit is OnLimit.FAIL:
            raise EvigateError(E_AGENT_LIMIT, f"A limit is met. {hit}.", detail=hit.to_json())

    async def _note_answer(self, reply: ModelReply) -> None:
        price = self._task.selection.price
        tokens = reply.input_tokens + reply.output_tokens
        micros = 0 if reply.is_replayed else None
        if price is not None and not reply.is_replayed:
            micros = price.cost_micros(reply.input_tokens, reply.output_tokens)
        usage = {
            "input_tokens": reply.input_tokens,
            "output_tokens": reply.output_tokens,
            "cost_micros": micros,
            "duration_ms": reply.duration_ms,
            "calls": 1,
            "is_replayed": reply.is_replayed,
        }
        before = self._hold.progress.usage
        async with self._hold.entry() as entry:
            # What is replayed asked nobody, and takes nothing.
            taken = Taken(0, 0) if reply.is_replayed else Taken(tokens, micros)
            over = await meter.release(entry.tx, self._hold.run_id, taken)
            entry.note("model_turn", reply=self._named(reply).to_json(), usage=usage)
            after = before.plus(usage)
            for name in (*warnings(self._task.limits, before, after), *over):
                if (name, False) not in self._hold.progress.warned:
                    entry.note("limit_warned", name=name, is_passed=False)

    def _named(self, reply: ModelReply) -> ModelReply:
        """Return a reply whose calls have ids of ours: a model may give one twice."""
        number = self._hold.progress.usage.calls
        calls = tuple(
            ToolCall(f"c{number}_{index}", call.name[:200], call.arguments)
            for index, call in enumerate(reply.turn.calls[:CALLS_IN_A_TURN_MAX])
        )
        return replace(reply, turn=replace(reply.turn, calls=calls))

    async def _note_failure(
        self, error: EvigateError, wanted: Reservation, duration_ms: float
    ) -> None:
        """Write down that there is no answer; whether a call cost that timed out nobody knows."""
        async with self._hold.entry() as entry:
            if error.code is E_AGENT_TIMEOUT:
                usage = await self._settle_whole(entry, wanted)
            else:
                await meter.release(entry.tx, self._hold.run_id, Taken(0, 0))
                usage = {"calls": 1}
            usage["duration_ms"] = round(duration_ms, 3)
            reason = f"{error.code.name}: {error.message}"
            entry.note("call_failed", code=error.code.name, message=error.message, usage=usage)
            entry.note("fell_back", reason=reason)

    async def _settle_whole(self, entry: Entry, wanted: Reservation) -> dict[str, Any]:
        taken = Taken(wanted.tokens, wanted.micros)
        for name in await meter.release(entry.tx, self._hold.run_id, taken):
            entry.note("limit_warned", name=name, is_passed=False)
        return {"input_tokens": wanted.tokens, "cost_micros": wanted.micros, "calls": 1}
