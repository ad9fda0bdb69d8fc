"""The loop of one run: ask, use tools, judge the answer, until there is an output.

Each step is written to the run's log in the transaction of what it did, and the next step is
decided from the log alone. A process that dies leaves a log; the one that takes over reads it and
does the next step, so a paid answer is not asked for twice and a tool with an effect is not used
twice. An answer that breaks the contract is repaired once, then asked for anew once, and then the
built-in implementation answers and says so.
"""

import asyncio
import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evigate.agents.calling import Caller
from evigate.agents.contracts import Answer, Broken
from evigate.agents.fencing import SAMPLE_FENCE, enclose, task_text
from evigate.agents.hold import Hold
from evigate.agents.messages import ModelReply, Usage
from evigate.agents.models import AgentResult, Task, checked
from evigate.agents.policy import estimate_tokens
from evigate.agents.providers import Provider
from evigate.agents.using import User
from evigate.base.canonical import canonical_json
from evigate.base.clock import monotonic_s
from evigate.base.ids import RunId
from evigate.kernel.runs import RunStatus, finish_run

AFTER_BREACH = ("repair", "retry", "fall_back")
REPAIR = """Your answer was not accepted. What is wrong with it:

{errors}

Send the whole answer again, in the form that was asked for, with this put right."""


class Runtime:
    """Carries one run to its end; without a provider the built-in implementation does the work."""

    def __init__(self, hold: Hold, task: Task, provider: Provider | None) -> None:
        self._hold = hold
        self._task = task
        self._caller = None if provider is None else Caller(hold, task, provider)
        self._user = User(hold, task)

    async def drive(self) -> AgentResult[Any]:
        """Carry the run on from where its log stands, and return the result.

        Raises:
            EvigateError[E_AGENT_PAUSED]: it waits for a person; resume it afterwards.
            EvigateError[E_AGENT_LIMIT]: a limit was met, and the choice says to fail there.
            EvigateError[E_AGENT_RUN_TAKEN]: another process carries it on.
            EvigateError[E_RUN_CANCELLED]: somebody cancelled it.
        """
        progress = self._hold.progress
        if self._caller is not None:
            await self._caller.settle_lost()
        while True:
            if self._caller is None or progress.fallback_reason is not None:
                return await self._answer_builtin()
            if progress.pending:
                await self._user.use(progress.pending[0])
            elif progress.reply is None:
                await self._caller.ask()
            elif (done := await self._judge(progress.reply)) is not None:
                return done

    async def _judge(self, reply: ModelReply) -> AgentResult[Any] | None:
        """Return the result if the answer keeps the contract; else note what follows."""
        found = self._read(reply)
        if isinstance(found, Answer) and reply.finish != "refusal":
            return await self._finish(found, self._task.selection.label, self._hold.progress.usage)
        async with self._hold.entry() as entry:
            if reply.finish == "refusal" or isinstance(found, Answer):
                entry.note("fell_back", reason="the model refused to answer")
                return None
            after = AFTER_BREACH[min(self._hold.progress.attempt, len(AFTER_BREACH) - 1)]
            entry.note(
                "contract_broken", errors=list(found.errors), next=after, turn=self._repair(found)
            )
            if after == "fall_back":
                reason = f"the model's answers broke the contract: {found.errors[0]}"
                entry.note("fell_back", reason=reason)
        return None

    def _read(self, reply: ModelReply) -> Answer | Broken:
        agent = self._task.agent
        found = agent.contract.read(reply, self._task.context)
        if isinstance(found, Answer) and agent.faults is not None:
            wrong = agent.faults(self._task.input, found.output)
            return Broken(tuple(wrong)) if wrong else found
        return found

    def _repair(self, broken: Broken) -> str:
        # Errors name keys that the model made up, perhaps from a document.
        errors = enclose("\n".join(broken.errors), self._hold.progress.fence, "errors")
        return REPAIR.format(errors=errors)

    async def _answer_builtin(self) -> AgentResult[Any]:
        """Do the work here; it costs nothing, and its tokens are counted as a model's would be."""
        agent, task = self._task.agent, self._task
        started = monotonic_s()
        if inspect.iscoroutinefunction(agent.builtin):
            answer = await agent.builtin(task.input, task.context)
        else:
            answer = await asyncio.to_thread(_call_plain, task)
        answer = checked(agent, answer)
        text = task_text(task.input.model_dump(mode="json"), task.context, SAMPLE_FENCE)
        output = canonical_json(answer.output.model_dump(mode="json")).decode()
        usage = self._hold.progress.usage.plus(
            {
                "input_tokens": estimate_tokens(text),
                "output_tokens": estimate_tokens(output),
                "duration_ms": round(1000 * (monotonic_s() - started), 3),
            }
        )
        return await self._finish(answer, f"builtin:{agent.name}@{agent.version}", usage)

    async def _finish(self, answer: Answer, producer: str, usage: Usage) -> AgentResult[Any]:
        result = self._result(answer, producer, usage)
        values = result.to_json()
        async with self._hold.entry() as entry:
            told = {name: values[name] for name in ("producer", "fallback_reason", "usage")}
            entry.note("run_finished", **told, dropped=values["dropped"])
            await finish_run(entry.tx, self._hold.run_id, RunStatus.SUCCEEDED, output=values)
        return result

    def _result(self, answer: Answer, producer: str, usage: Usage) -> AgentResult[Any]:
        task = self._task
        is_builtin = producer.startswith("builtin:")
        params: Mapping[str, Any] = {} if is_builtin else task.selection.params
        return AgentResult(
            run_id=RunId(self._hold.run_id),
            output=answer.output,
            claims=answer.claims,
            dropped=answer.dropped,
            usage=replace(usage, duration_ms=round(usage.duration_ms, 3)),
            producer=producer,
            agent_version=task.agent.version,
            model="builtin" if is_builtin else str(task.selection.model),
            params=params,
            prompt=task.prompt,
            fallback_reason=self._hold.progress.fallback_reason,
        )


def _call_plain(task: Task) -> Any:
    return task.agent.builtin(task.input, task.context)
