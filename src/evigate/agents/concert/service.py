"""The verbs on concerts: start, carry on, pause, resume, cancel, look; and what agents remember.

Starting writes the work and its steps; carrying does them, in a job of the room that asked. What is
interrupted by a death, a limit or a person is carried on where it stood.
"""

from collections.abc import Sequence
from uuid import UUID

import psycopg
import structlog

from evigate.agents.concert import store
from evigate.agents.concert.carrying import STREAM, Carrier, cancelled, failed, is_waiting
from evigate.agents.concert.memory import Remembered, compact
from evigate.agents.concert.models import Concert, ConcertStatus, Work
from evigate.agents.concert.store import Checkpoint
from evigate.agents.concert.strategies import steps_of
from evigate.agents.errors import (
    E_AGENT_RUN_TAKEN,
    E_CONCERT_INVALID,
    E_CONCERT_NOT_FOUND,
    E_CONCERT_STATUS,
)
from evigate.agents.permissions import READ, RUN
from evigate.agents.service import AgentService
from evigate.base.errors import E_BUG, EvigateError, Kind
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.runs import create_run, get_run, park_run, request_cancel, start_run

KIND = "concerts.work"
MEMORY_TOKENS_MAX = 4_000
About = tuple[str, UUID]

log = structlog.get_logger(__name__)


class ConcertService:
    """Work of several agents, for a tenant at a time."""

    def __init__(self, database: Database, agents: AgentService) -> None:
        self._database = database
        self.agents = agents

    async def start(self, tx: Tx, work: Work, about: About) -> UUID:
        """
        Write a piece of work, to be carried by whoever is asked to; return its id.

        Raises:
            EvigateError[E_CONCERT_INVALID]: the parts do not fit the strategy, or a limit is none.
            EvigateError[E_AGENT_UNKNOWN]: no room registered one of the agents.
        """
        require(tx.subject, RUN)
        try:
            steps = steps_of(work)
        except ValueError as error:
            raise EvigateError(E_CONCERT_INVALID, f"The work cannot be: {error}.") from error
        for limit in (work.tokens_limit, work.micros_limit):
            if limit is not None and limit < 0:
                raise EvigateError(E_CONCERT_INVALID, f"{limit} is no limit.")
        for step in steps:
            self.agents.roster.get(step.part.agent)
        run_id = await create_run(tx, KIND, work.to_json())
        await store.insert_concert(tx, run_id, work, steps, about)
        told = {"strategy": work.strategy, "steps": [each.name for each in steps]}
        await append_events(tx, STREAM, run_id, [NewEvent("concert_started", told)])
        return run_id

    async def carry(self, subject: Subject, run_id: UUID) -> Concert:
        """
        Do what is to be done of a piece of work, and return how it stands then.

        What waits or has ended is left as it is. A step whose agent fails fails the whole, unless
        trying again may help: then the error is raised and it stands where it stood.

        Raises:
            EvigateError[E_CONCERT_NOT_FOUND]: this tenant has none such.
            EvigateError[E_AGENT_RUN_TAKEN]: another process carries it on.
        """
        require(subject, RUN)
        async with self._database.tx(subject) as tx:
            await store.lock_concert(tx, run_id)
            concert = await self.get_in(tx, run_id)
            if concert.status.is_end or concert.status is ConcertStatus.PAUSED:
                return concert
            await start_run(tx, run_id)
            await store.begin(tx, run_id)
            run = await get_run(tx, run_id)
            assert run is not None
        carrier = Carrier(self._database, self.agents, subject, run_id=run_id, attempt=run.attempts)
        try:
            await carrier.carry()
        except EvigateError as error:
            await self._stopped(subject, run_id, error)
        except psycopg.OperationalError:
            raise
        except Exception as error:
            log.error("concert_failed", run_id=str(run_id), error=repr(error))
            await self._stopped(subject, run_id, EvigateError(E_BUG, "It failed by our mistake."))
            raise
        async with self._database.tx(subject) as tx:
            return await self.get_in(tx, run_id)

    async def _stopped(self, subject: Subject, run_id: UUID, error: EvigateError) -> None:
        if error.code is E_AGENT_RUN_TAKEN or error.code.kind is Kind.UNAVAILABLE:
            raise error
        async with self._database.tx(subject) as tx:
            await store.lock_concert(tx, run_id)
            if not is_waiting(error):
                await failed(tx, run_id, error)
                return
            await store.pause(tx, run_id, error.message)
            await park_run(tx, run_id)
            event = NewEvent("concert_paused", {"reason": error.message})
            await append_events(tx, STREAM, run_id, [event])

    async def give_up(self, subject: Subject, run_id: UUID, error: EvigateError) -> None:
        """End a piece of work that was tried as often as allowed; one that has ended stays so."""
        require(subject, RUN)
        async with self._database.tx(subject) as tx:
            await store.lock_concert(tx, run_id)
            if not (await self.get_in(tx, run_id)).status.is_end:
                await failed(tx, run_id, error)

    async def pause(self, subject: Subject, run_id: UUID) -> Concert:
        """Let it wait once the steps under way are done.

        Raises:
            EvigateError[E_CONCERT_NOT_FOUND | E_CONCERT_STATUS]: not there; it does not run.
        """
        require(subject, RUN)
        async with self._database.tx(subject) as tx:
            await store.lock_concert(tx, run_id)
            concert = await self.get_in(tx, run_id)
            if not await store.want_pause(tx, run_id):
                raise _is(concert, "does not run")
            return await self.get_in(tx, run_id)

    async def resume(self, tx: Tx, run_id: UUID, *, tokens_limit: int | None = None) -> Concert:
        """Let it go on that waits, with another limit on tokens if given; carry it afterwards.

        Raises:
            EvigateError[E_CONCERT_NOT_FOUND | E_CONCERT_STATUS]: not there; it does not wait.
            EvigateError[E_CONCERT_INVALID]: the limit is less than what was used.
        """
        require(tx.subject, RUN)
        await store.lock_concert(tx, run_id)
        concert = await self.get_in(tx, run_id)
        if concert.status is not ConcertStatus.PAUSED:
            raise _is(concert, "does not wait")
        if tokens_limit is not None:
            if tokens_limit < concert.spent.tokens:
                message = f"{concert.spent.tokens:,} tokens were used; {tokens_limit:,} are fewer."
                raise EvigateError(E_CONCERT_INVALID, message)
            await store.raise_limit(tx, run_id, tokens_limit)
        await store.begin(tx, run_id)
        event = NewEvent("concert_resumed", {"tokens_limit": tokens_limit})
        await append_events(tx, STREAM, run_id, [event])
        return await self.get_in(tx, run_id)

    async def cancel(self, subject: Subject, run_id: UUID) -> Concert:
        """Let it end, at once where no step is under way; again changes nothing.

        Raises:
            EvigateError[E_CONCERT_NOT_FOUND | E_CONCERT_STATUS]: not there; it has ended.
        """
        async with self._database.tx(subject) as tx:
            return await self.cancel_in(tx, run_id)

    async def cancel_in(self, tx: Tx, run_id: UUID) -> Concert:
        """Let it end, in a transaction of the room that asked; see `cancel`."""
        require(tx.subject, RUN)
        await store.lock_concert(tx, run_id)
        concert = await self.get_in(tx, run_id)
        if concert.status is ConcertStatus.CANCELLED:
            return concert
        if concert.status.is_end:
            raise _is(concert, "has ended")
        await request_cancel(tx, run_id)
        if concert.status in (ConcertStatus.PENDING, ConcertStatus.PAUSED):
            await cancelled(tx, run_id)
        return await self.get_in(tx, run_id)

    async def show(self, subject: Subject, run_id: UUID) -> Concert:
        """Return a piece of work; raises E_CONCERT_NOT_FOUND."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return await self.get_in(tx, run_id)

    async def checkpoints(self, subject: Subject, run_id: UUID) -> list[Checkpoint]:
        """Return how far it was after each step, oldest first; raises E_CONCERT_NOT_FOUND."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            await self.get_in(tx, run_id)
            return await store.list_checkpoints(tx, run_id)

    async def list_about(self, subject: Subject, about: About) -> list[Concert]:
        """Return what was done about something, newest first."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return await store.list_concerts(tx, about)

    async def memory(self, subject: Subject, session_id: UUID, agent: str) -> list[Remembered]:
        """Return what an agent remembers of a session, oldest first; empty for nothing."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return await store.list_memory(tx, session_id, agent)

    async def remember(
        self, tx: Tx, session_id: UUID, agent: str, messages: Sequence[Remembered]
    ) -> list[Remembered]:
        """Add to what an agent remembers, the oldest giving way where it is too much."""
        require(tx.subject, RUN)
        before = await store.list_memory(tx, session_id, agent)
        after = compact([*before, *messages], MEMORY_TOKENS_MAX)
        await store.put_memory(tx, session_id, agent, after)
        return after

    async def get_in(self, tx: Tx, run_id: UUID) -> Concert:
        """Return a piece of work, in a transaction of the room that asked; see `show`."""
        found = await store.get_concert(tx, run_id)
        if found is None:
            raise EvigateError(E_CONCERT_NOT_FOUND, f"There is no work {str(run_id)!r}.")
        return found


def _is(concert: Concert, what: str) -> EvigateError:
    return EvigateError(E_CONCERT_STATUS, f"It {what}: it is {concert.status}.")
