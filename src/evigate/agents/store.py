"""All SQL of the room, rows in and values out: a run's lock, what ran before, the choices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.agents.log import STREAM, Progress
from evigate.agents.models import Implementation, Selection
from evigate.agents.policy import OnLimit, Price
from evigate.base.ids import RunId
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.events import Event, read_events

EVENTS_PAGE = 500

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run as a list shows it; `is_paused` says that it waits for a person."""

    id: RunId
    agent: str
    status: str
    created_by: str
    created_at: datetime
    completed_at: datetime | None
    output: dict[str, Any] | None
    error_code: str | None
    error_message: str | None
    is_paused: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A run's row, locked for this transaction."""

    status: str
    attempts: int
    is_cancelled: bool


async def lock_run(tx: Tx, run_id: UUID) -> Held | None:
    """Lock a run's row and return it; None where this tenant has none such."""
    row = await _queries.lock_run(tx.connection, id=run_id)
    if row is None:
        return None
    return Held(row["status"], row["attempts"], row["cancel_requested_at"] is not None)


async def run_under_parent(tx: Tx, *, parent_id: UUID, kind: str, input_hash: str) -> UUID | None:
    """Return the run that did or does the same work for a parent; the parent's row is locked."""
    await _queries.lock_parent(tx.connection, id=parent_id)
    row = await _queries.run_under_parent(
        tx.connection, parent_id=parent_id, kind=kind, input_hash=input_hash
    )
    return None if row is None else row["id"]


async def list_lines(tx: Tx, *, kind: str | None, before: UUID | None, limit: int) -> list[RunLine]:
    """Return runs of agents, newest first."""
    rows = await _queries.list_runs(tx.connection, kind=kind, before=before, limit=limit)
    return [_line(row) for row in rows]


def _line(row: Mapping[str, Any]) -> RunLine:
    values = dict(row)
    is_paused = values.pop("attempts") > 0 and values["status"] == "queued"
    agent = values.pop("kind").partition(".")[2]
    return RunLine(agent=agent, is_paused=is_paused, **values)


async def events_of(tx: Tx, run_id: UUID) -> list[Event]:
    """Return a run's whole log, oldest first."""
    found: list[Event] = []
    while True:
        after = found[-1].seq if found else 0
        page = await read_events(tx, STREAM, run_id, after=after, limit=EVENTS_PAGE)
        found += page
        if len(page) < EVENTS_PAGE:
            return found


async def progress_of(tx: Tx, run_id: UUID) -> Progress:
    """Return where a run stands by its log."""
    progress = Progress()
    for event in await events_of(tx, run_id):
        progress.apply(event.type, event.payload)
    return progress


async def selections(tx: Tx) -> dict[str, Selection]:
    """Return the tenant's choices, by agent."""
    rows = await _queries.list_choices(tx.connection)
    return {row["agent"]: _selection(row) for row in rows}


async def selection_of(tx: Tx, agent: str) -> Selection:
    """Return the tenant's choice for an agent; the built-in one where none was made."""
    row = await _queries.get_choice(tx.connection, agent=agent)
    return Selection(agent) if row is None else _selection(row)


async def put_selection(tx: Tx, chosen: Selection) -> Selection:
    """Write a choice in the place of an older one."""
    price = chosen.price
    row = await _queries.put_choice(
        tx.connection,
        agent=chosen.agent,
        implementation=chosen.implementation,
        provider=chosen.provider,
        model=chosen.model,
        params=Jsonb(dict(chosen.params)),
        base_url=chosen.base_url,
        secret=chosen.secret,
        price_input_micros=None if price is None else price.input_micros,
        price_output_micros=None if price is None else price.output_micros,
        on_limit=chosen.on_limit,
        limits=Jsonb(dict(chosen.limits)),
    )
    return _selection(row)


def _selection(row: Mapping[str, Any]) -> Selection:
    values = dict(row)
    into, out = values.pop("price_input_micros"), values.pop("price_output_micros")
    return Selection(
        **{
            **values,
            "implementation": Implementation(values["implementation"]),
            "on_limit": OnLimit(values["on_limit"]),
            "price": None if into is None else Price(into, out),
        }
    )
