"""Steps that are done once: what makes a killed run resumable.

A step has two halves. `compute` may take long and touches nothing that lasts; `record` writes what
came of it, in one transaction with the step's own row. A crash before that commit repeats the step,
a crash after it does not, so a side effect happens exactly once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.runs.errors import E_RUN_CANCELLED

_queries = load_queries(__package__)

Computed = TypeVar("Computed")

# How soon a long computation hears that its run is to stop.
LISTENED_EACH_S = 1.0


class StepRunner:
    """Runs the steps of one run, in the order they are called."""

    def __init__(self, database: Database, subject: Subject, run_id: UUID) -> None:
        self._database = database
        self._subject = subject
        self._run_id = run_id
        self._position = 0

    async def run(
        self,
        name: str,
        compute: Callable[[], Awaitable[Computed]],
        record: Callable[[Tx, Computed], Awaitable[Mapping[str, Any]]],
    ) -> dict[str, Any]:
        """Do the step unless it is done already, and return its output (JSON values).

        Raises:
            EvigateError[E_RUN_CANCELLED]: someone asked for the run to stop.
            Whatever `compute` or `record` raises; the step then counts as not done.
        """
        position, self._position = self._position, self._position + 1
        async with self._database.tx(self._subject) as tx:
            await self._refuse_cancelled(tx)
            step = await _queries.get_step(tx.connection, run_id=self._run_id, name=name)
            if step is not None and step["status"] == "succeeded":
                return dict(step["output"])
            await _queries.begin_step(
                tx.connection, run_id=self._run_id, name=name, position=position
            )
        computed = await compute()
        async with self._database.tx(self._subject) as tx:
            await self._refuse_cancelled(tx)
            # Another worker may have taken the run for dead and finished the step meanwhile.
            step = await _queries.get_step(tx.connection, run_id=self._run_id, name=name)
            if step is not None and step["status"] == "succeeded":
                return dict(step["output"])
            output = dict(await record(tx, computed))
            await _queries.finish_step(
                tx.connection, run_id=self._run_id, name=name, output=Jsonb(output)
            )
        return output

    async def while_wanted(self, work: Coroutine[Any, Any, Computed]) -> Computed:
        """
        Return what long work returns, unless someone asks for the run to stop meanwhile.

        The work is then cancelled and waited for, so it must bear that at any point.

        Raises:
            EvigateError[E_RUN_CANCELLED]: someone asked for the run to stop.
        """
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({task}, timeout=LISTENED_EACH_S))[0]:
                async with self._database.tx(self._subject) as tx:
                    await self._refuse_cancelled(tx)
            return task.result()
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _refuse_cancelled(self, tx: Tx) -> None:
        run = await _queries.lock_run(tx.connection, id=self._run_id)
        if run is None or run["cancel_requested_at"] is not None:
            raise EvigateError(E_RUN_CANCELLED, "The run was cancelled.")
