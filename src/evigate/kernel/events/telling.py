"""What a run tells while it runs: events gathered for a moment, then appended together.

A notebook may print hundreds of lines a second, and each would be a transaction. A flush every
fifth of a second keeps a screen live and the database idle.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from evigate.base.subject import Subject
from evigate.kernel.db import Database, Tx
from evigate.kernel.events.log import NewEvent, append_events

RUN_STREAM = "run"
NOTEBOOK_STREAM = "notebook_run"
FLUSH_INTERVAL_S = 0.2


async def tell(tx: Tx, stream: str, run_id: UUID, type_: str, /, **payload: Any) -> None:
    """Append one event to a run's stream, in the transaction of what it tells of."""
    await append_events(tx, stream, run_id, [NewEvent(type_, payload)])


async def tell_end(tx: Tx, stream: str, run_id: UUID, stage: str, /, **payload: Any) -> None:
    """Append a run's last event and close its stream."""
    events = [NewEvent("stage_update", {"stage": stage, **payload})]
    if stage == "run_error":
        message = {"message": payload.get("message"), "code": payload.get("code")}
        events.insert(0, NewEvent("error", message))
    await append_events(tx, stream, run_id, events, close=True)


class Telling:
    """A buffer in front of one stream; `tell` never waits for the database."""

    def __init__(self, database: Database, subject: Subject, stream: str, run_id: UUID) -> None:
        self._database = database
        self._subject = subject
        self._stream = stream
        self._run_id = run_id
        self._waiting: list[NewEvent] = []

    def tell(self, type_: str, payload: Mapping[str, Any]) -> None:
        """Put an event in line."""
        self._waiting.append(NewEvent(type_, payload))

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator["Telling"]:
        """Flush now and then while the block runs, and once at its end."""
        task = asyncio.create_task(self._flow())
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await self._flush()

    async def _flow(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_INTERVAL_S)
            await asyncio.shield(self._flush())

    async def _flush(self) -> None:
        events, self._waiting = self._waiting, []
        if events:
            async with self._database.tx(self._subject) as tx:
                await append_events(tx, self._stream, self._run_id, events)
