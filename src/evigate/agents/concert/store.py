"""The SQL of concerts: how far each is, what was set aside, checkpoints, what is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.agents.concert.memory import Remembered
from evigate.agents.concert.models import Concert, ConcertStatus, Spent, Step, Work
from evigate.agents.concert.strategies import steps_of
from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries

CHECKPOINT_DAYS = 30
LISTED_MAX = 50
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is set aside for a step."""

    tokens: int
    micros: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far it was after a step."""

    step_index: int
    step_name: str
    state: dict[str, Any]
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """What stands after a step was written: how many are done, and the tokens that were used."""

    current_step: int
    tokens_used: int
    tokens_limit: int | None


async def insert_concert(
    tx: Tx, run_id: UUID, work: Work, steps: Sequence[Step], about: tuple[str, UUID]
) -> None:
    """Add a concert to its run; `about` is a kind and an id."""
    agents = [{"name": e.part.agent, "role": e.part.role, "step": e.name} for e in steps]
    await _queries.insert_concert(
        tx.connection,
        run_id=run_id,
        strategy=work.strategy,
        agents=Jsonb(agents),
        total_steps=len(steps),
        tokens_limit=work.tokens_limit,
        micros_limit=work.micros_limit,
        on_limit=work.on_limit,
        about_kind=about[0],
        about_id=about[1],
    )


async def get_concert(tx: Tx, run_id: UUID) -> Concert | None:
    """Return a concert; None where this tenant has none such."""
    row = await _queries.get_concert(tx.connection, id=run_id)
    return None if row is None else _concert(row)


async def list_concerts(tx: Tx, about: tuple[str, UUID]) -> list[Concert]:
    """Return what was done about something, newest first, at most `LISTED_MAX`."""
    rows = await _queries.list_concerts(
        tx.connection, about_kind=about[0], about_id=about[1], limit=LISTED_MAX
    )
    found = [await get_concert(tx, row["id"]) for row in rows]
    return [each for each in found if each is not None]


def _concert(row: Mapping[str, Any]) -> Concert:
    values = dict(row)
    work = Work.of(values["work"])
    steps = steps_of(work)
    spent = Spent(
        tokens=values.pop("tokens_used"),
        reserved=values.pop("tokens_reserved"),
        micros=values.pop("micros_used"),
        tokens_limit=values.pop("tokens_limit"),
        micros_limit=values.pop("micros_limit"),
    )
    outputs = {each.name: values["outputs"][each.name] for each in steps
               if each.name in values["outputs"]}  # fmt: skip
    values |= {"status": ConcertStatus(values["status"]), "work": work, "outputs": outputs}
    return Concert(**values, steps=steps, spent=spent)


async def is_held(tx: Tx, run_id: UUID, attempt: int) -> bool:
    """Lock a concert; say whether the process of this attempt still carries it."""
    row = await _queries.lock_concert(tx.connection, id=run_id)
    return row is not None and row["status"] == "running" and row["attempts"] == attempt


async def lock_concert(tx: Tx, run_id: UUID) -> None:
    """Wait until nobody else writes how a concert stands."""
    await _queries.lock_concert(tx.connection, id=run_id)


async def begin(tx: Tx, run_id: UUID) -> None:
    """Mark as running; what a process that died had set aside is given back."""
    await _queries.begin(tx.connection, id=run_id)


async def set_aside(tx: Tx, run_id: UUID, wanted: Reserved, *, is_open: bool) -> bool:
    """Set aside what a step may use, if a limit leaves it; `is_open` does so past the limit."""
    done: int = await _queries.set_aside(
        tx.connection, id=run_id, tokens=wanted.tokens, micros=wanted.micros, is_open=is_open
    )
    return done > 0


async def give_back(tx: Tx, run_id: UUID, wanted: Reserved) -> None:
    """Give back what was set aside for a step that was not done."""
    await _queries.give_back(tx.connection, id=run_id, tokens=wanted.tokens, micros=wanted.micros)


async def record_step(
    tx: Tx,
    run_id: UUID,
    name: str,
    output: Mapping[str, Any],
    *,
    reserved: Reserved,
    tokens: int,
    micros: int | None,
) -> Recorded | None:
    """Write a step's output and what it used; None where it is written already."""
    row = await _queries.record_step(
        tx.connection,
        id=run_id,
        name=name,
        output=Jsonb(dict(output)),
        reserved=reserved.tokens,
        micros_reserved=reserved.micros,
        tokens=tokens,
        micros=micros,
    )
    return None if row is None else Recorded(**row)


async def add_checkpoint(tx: Tx, concert: Concert, index: int, name: str) -> None:
    """Write how far a concert is, after a step, and remove what has expired of all."""
    state = {
        "completedSteps": list(concert.outputs),
        "pendingSteps": list(concert.pending),
        "intermediateResults": dict(concert.outputs),
        "agentStates": {
            each.name: "completed" if each.name in concert.outputs else "pending"
            for each in concert.steps
        },
        "tokensUsed": concert.spent.tokens,
        "costIncurred": None if concert.spent.micros is None else concert.spent.micros / 1e6,
    }
    await _queries.sweep_checkpoints(tx.connection)
    await _queries.add_checkpoint(
        tx.connection,
        id=new_uuid(),
        run_id=concert.id,
        step_index=index,
        step_name=name,
        state=Jsonb(state),
        days=CHECKPOINT_DAYS,
    )


async def list_checkpoints(tx: Tx, run_id: UUID) -> list[Checkpoint]:
    """Return a concert's checkpoints that have not expired, oldest first."""
    rows = await _queries.list_checkpoints(tx.connection, id=run_id)
    return [Checkpoint(**row) for row in rows]


async def end(
    tx: Tx,
    run_id: UUID,
    status: ConcertStatus,
    *,
    final: Mapping[str, Any] | None = None,
    error: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """End a concert."""
    await _queries.end(
        tx.connection,
        id=run_id,
        status=status,
        final=None if final is None else Jsonb(dict(final)),
        error=None if error is None else Jsonb(dict(error)),
        reason=reason,
    )


async def pause(tx: Tx, run_id: UUID, reason: str) -> None:
    """Let a concert wait for a person."""
    await _queries.pause(tx.connection, id=run_id, reason=reason)


async def want_pause(tx: Tx, run_id: UUID) -> bool:
    """Ask a concert to wait after the steps that are under way; False where it does not run."""
    done: int = await _queries.want_pause(tx.connection, id=run_id)
    return done > 0


async def raise_limit(tx: Tx, run_id: UUID, tokens_limit: int | None) -> None:
    """Set how many tokens a concert may use in all."""
    await _queries.raise_limit(tx.connection, id=run_id, tokens_limit=tokens_limit)


async def list_memory(tx: Tx, session_id: UUID, agent: str) -> list[Remembered]:
    """Return what an agent remembers of a session, oldest first."""
    rows = await _queries.list_memory(tx.connection, session_id=session_id, agent=agent)
    return [Remembered(**row) for row in rows]


async def put_memory(tx: Tx, session_id: UUID, agent: str, messages: Sequence[Remembered]) -> None:
    """Write what an agent remembers of a session, in the place of what it did."""
    await _queries.forget_memory(tx.connection, session_id=session_id, agent=agent)
    for each in messages:
        await _queries.add_memory(
            tx.connection,
            id=new_uuid(),
            session_id=session_id,
            agent=agent,
            role=each.role,
            content=each.content,
            tokens=each.tokens,
            is_pinned=each.is_pinned,
            metadata=Jsonb(each.metadata),
        )
