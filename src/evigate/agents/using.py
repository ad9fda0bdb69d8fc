"""Using a tool for a model: admitted first, done once, its answer written down as data.

What a tool may not do it answers as an error that the model sees; the run goes on. A tool that
writes does so in the transaction that records its use. One that acts outside is noted before it
begins: if the process dies meanwhile, nobody knows whether it took effect, and it is not repeated.
"""

import asyncio
from dataclasses import asdict
from typing import Any

import structlog

from evigate.agents.fencing import enclose
from evigate.agents.hold import Entry, Hold
from evigate.agents.messages import ToolCall, ToolResult
from evigate.agents.models import Task
from evigate.agents.tools import Effect, Tool, ToolUse, admit, as_content
from evigate.base.clock import monotonic_s
from evigate.base.errors import EvigateError

UNKNOWN_OUTCOME = (
    "This use was begun before an interruption. Whether it took effect is not known; it is not"
    " repeated."
)
REFUSED_BY_PERSON = "A person refused this use."
log = structlog.get_logger(__name__)


class User:
    """Uses one run's tools."""

    def __init__(self, hold: Hold, task: Task) -> None:
        self._hold = hold
        self._task = task

    async def use(self, call: ToolCall) -> None:
        """Use a tool, or say why not; the result is in the log either way.

        Raises:
            EvigateError[E_AGENT_PAUSED]: a person must approve it first.
        """
        try:
            tool, arguments = admit(call, self._task.tools, self._hold.subject)
        except EvigateError as error:
            log.warning("tool_refused", run_id=str(self._hold.run_id), code=error.code.name)
            await self._end(call, _told(error), is_error=True, code=error.code.name)
            return
        if tool.effect is Effect.WRITE:
            await self._write(call, tool, arguments)
        elif tool.effect is Effect.OUTSIDE:
            await self._act_outside(call, tool, arguments)
        else:
            await self._end(call, *await self._tried(call, tool, arguments))

    async def _write(self, call: ToolCall, tool: Tool, arguments: Any) -> None:
        async with self._hold.entry() as entry:
            started = monotonic_s()
            try:
                # A savepoint: what a failing tool began to write is taken back, the record stays.
                async with entry.tx.connection.transaction():
                    use = ToolUse(self._hold.subject, self._hold.run_id, self._key(call), entry.tx)
                    content, is_error = as_content(await tool.call(use, arguments)), False
            except EvigateError as error:
                content, is_error = _told(error), True
            self._note_end(entry, call, content, is_error, 1000 * (monotonic_s() - started))

    async def _act_outside(self, call: ToolCall, tool: Tool, arguments: Any) -> None:
        progress = self._hold.progress
        is_approved = progress.approvals.get(call.id, call.name in self._task.approved_tools)
        if call.id in progress.begun:
            await self._end(call, UNKNOWN_OUTCOME, is_error=True)
        elif call.id in progress.approvals and not is_approved:
            await self._end(call, REFUSED_BY_PERSON, is_error=True)
        elif not is_approved:
            await self._ask_approval(call)
        else:
            async with self._hold.entry() as entry:
                entry.note("tool_started", call_id=call.id, name=call.name)
            await self._end(call, *await self._tried(call, tool, arguments))

    async def _ask_approval(self, call: ToolCall) -> None:
        why = {"call_id": call.id, "tool": call.name}
        async with self._hold.entry() as entry:
            entry.note("approval_needed", **why, arguments=call.arguments)
            await self._hold.pause(entry, "approval", **why)
        raise self._hold.paused(f"{call.name!r} acts outside and needs approval", **why)

    async def _tried(self, call: ToolCall, tool: Tool, arguments: Any) -> tuple[str, bool, float]:
        """Return what a tool answered outside a transaction, whether it failed, and its time."""
        use = ToolUse(self._hold.subject, self._hold.run_id, self._key(call))
        started = monotonic_s()
        try:
            async with asyncio.timeout(self._task.limits.call_timeout_s):
                content, is_error = as_content(await tool.call(use, arguments)), False
        except EvigateError as error:
            content, is_error = _told(error), True
        except TimeoutError:
            content, is_error = "The tool did not answer in time.", True
        return content, is_error, 1000 * (monotonic_s() - started)

    async def _end(
        self,
        call: ToolCall,
        content: str,
        is_error: bool,
        duration_ms: float = 0.0,
        *,
        code: str | None = None,
    ) -> None:
        async with self._hold.entry() as entry:
            self._note_end(entry, call, content, is_error, duration_ms, code)

    def _note_end(
        self,
        entry: Entry,
        call: ToolCall,
        content: str,
        is_error: bool,
        duration_ms: float,
        code: str | None = None,
    ) -> None:
        # What a tool returns may be a document's words; they are data like the rest.
        shown = enclose(content, self._hold.progress.fence, "answer of the tool")
        result = ToolResult(call.id, call.name, shown, is_error)
        usage = {"duration_ms": round(duration_ms, 3)}
        entry.note("tool_finished", result=asdict(result), usage=usage, code=code)

    def _key(self, call: ToolCall) -> str:
        return f"{self._hold.run_id}:{call.id}"


def _told(error: EvigateError) -> str:
    return f"{error.code.name}: {error.message}"
