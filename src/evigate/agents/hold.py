"""A run in this process's hands: every write to its log, and to what the log tells of, is here.

A run is held by whoever started it last. Another process that still works on it is told so at its
next write, and nothing of that write stands.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from evigate.agents.errors import E_AGENT_PAUSED, E_AGENT_RUN_TAKEN
from evigate.agents.log import STREAM, Progress
from evigate.agents.store import lock_run
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.runs import E_RUN_CANCELLED, RunStatus, park_run

LAST_EVENTS = frozenset({"run_finished", "run_failed"})


@dataclass(slots=True)
class Entry:
    """An open transaction on a run, and the events that it will append."""

    tx: Tx
    events: list[NewEvent]

    def note(self, type_: str, /, **payload: Any) -> None:
        """Put an event in line; it is appended when the block ends."""
        self.events.append(NewEvent(type_, payload))


class Hold:
    """One process's grip on one run; `attempt` is the number under which it was started."""

    def __init__(
        self,
        database: Database,
        subject: Subject,
        *,
        run_id: UUID,
        attempt: int,
        progress: Progress,
    ) -> None:
        self._database = database
        self.subject = subject
        self.run_id = run_id
        self._attempt = attempt
        self.progress = progress

    @asynccontextmanager
    async def entry(self) -> AsyncIterator[Entry]:
        """Open a transaction on the run; its events are believed once it has committed.

        Raises:
            EvigateError[E_AGENT_RUN_TAKEN]: another process has started it since, or it has ended.
            EvigateError[E_RUN_CANCELLED]: somebody asked for it to stop.
        """
        async with self._database.tx(self.subject) as tx:
            held = await lock_run(tx, self.run_id)
            if held is None or held.status != RunStatus.RUNNING or held.attempts != self._attempt:
                raise EvigateError(E_AGENT_RUN_TAKEN, "The run is not this process's any more.")
            if held.is_cancelled:
                raise EvigateError(E_RUN_CANCELLED, "The run was cancelled.")
            entry = Entry(tx, [])
            yield entry
            is_last = any(event.type in LAST_EVENTS for event in entry.events)
            if entry.events:
                await append_events(tx, STREAM, self.run_id, entry.events, close=is_last)
        for event in entry.events:
            self.progress.apply(event.type, event.payload)

    async def pause(self, entry: Entry, reason: str, **why: Any) -> None:
        """Put the run among those that wait for a person, in the entry's transaction."""
        entry.note("run_paused", reason=reason, **why)
        await park_run(entry.tx, self.run_id)

    def paused(self, reason: str, **why: Any) -> EvigateError:
        """Return what the caller is told of a run that waits."""
        detail = {"run_id": str(self.run_id), **why}
        return EvigateError(E_AGENT_PAUSED, f"The run waits: {reason}.", detail=detail)
