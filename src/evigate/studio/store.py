"""The studio's SQL: a session is read whole and written where it changed."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.studio.objective import Objective, objective_of
from evigate.studio.session.evolve import claim_of, message_of, need_of, summary_of, task_of
from evigate.studio.session.memory import memory_of
from evigate.studio.session.models import Session

_queries = load_queries(__package__)
_PARTS = ("needs", "messages", "claims", "tasks", "summaries")
# An objective's row never changes, so what was read of one holds for good.
OBJECTIVES_KEPT = 100
_objectives: OrderedDict[UUID, Objective] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Project:
    """A project with how far its discovery is."""

    id: UUID
    name: str
    status: str
    phase: str
    module_id: UUID
    created_at: datetime
    session_id: UUID
    domain: str
    completeness: float
    session_phase: str
    turn: int
    approved_name: str | None
    open_tasks: int


async def ensure_objective(tx: Tx, objective: Objective) -> tuple[UUID, Objective]:
    """Return the active objective of a kind; the given one is stored where there is none yet."""
    await _queries.insert_objective(
        tx.connection,
        id=new_uuid(),
        context_type=objective.context_type,
        version=objective.version,
        display_name=objective.display_name,
        config=Jsonb(objective.to_json()),
    )
    row = await _queries.active_objective(tx.connection, context_type=objective.context_type)
    return row["id"], _objective(row)


async def get_objective(tx: Tx, objective_id: UUID) -> Objective:
    """Return the objective that a session holds on to."""
    known = _objectives.get(objective_id)
    if known is None:
        known = _objective(await _queries.get_objective(tx.connection, id=objective_id))
        _objectives[objective_id] = known
        while len(_objectives) > OBJECTIVES_KEPT:
            _objectives.popitem(last=False)
    return known


async def insert_project(
    tx: Tx, *, project_id: UUID, module_id: UUID, name: str, session: Session
) -> None:
    """Add a project with its session, which has said nothing yet."""
    await _queries.insert_project(tx.connection, id=project_id, module_id=module_id, name=name)
    await _queries.insert_session(
        tx.connection,
        id=session.id,
        project_id=project_id,
        objective_id=session.objective_id,
        level=session.level,
    )


async def list_projects(
    tx: Tx,
    *,
    project_id: UUID | None = None,
    seen: Sequence[UUID] | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Project]:
    """Return projects, newest first, of those `seen` where given; `before` goes on after a page."""
    rows = await _queries.list_projects(
        tx.connection,
        id=project_id,
        seen=None if seen is None else list(seen),
        before=before,
        limit=limit,
    )
    return [Project(**row) for row in rows]


async def lock_session(tx: Tx, project_id: UUID) -> bool:
    """Wait until nobody else is changing the project's session; False where there is none."""
    return await _queries.lock_session(tx.connection, project_id=project_id) is not None


async def load_session(tx: Tx, project_id: UUID) -> Session | None:
    """Return a project's session with all that belongs to it."""
    row = await _queries.get_session(tx.connection, project_id=project_id)
    if row is None:
        return None
    parts = {name: row.pop(name) or [] for name in _PARTS}
    needs = [need_of(each) for each in parts["needs"]]
    claims = [claim_of(each) for each in parts["claims"]]
    tasks = [task_of(each) for each in parts["tasks"]]
    return Session(
        **row,
        needs={each.key: each for each in needs},
        messages=tuple(message_of(each) for each in parts["messages"]),
        claims={each.id: each for each in claims},
        tasks={each.id: each for each in tasks},
        summaries=tuple(summary_of(each) for each in parts["summaries"]),
    )


async def save_session(tx: Tx, before: Session, after: Session) -> None:
    """Write what differs between two states of a session."""
    scalars = ("id", "phase", "level", "turn", "version", "completeness", "domain", "asked_key")
    documents = {
        "facts": Jsonb(after.facts),
        "industry": Jsonb(after.industry) if after.industry else None,
        "approval": Jsonb(after.approval) if after.approval else None,
        "working_memory": Jsonb(memory_of(after)),
    }
    await _queries.update_session(
        tx.connection, **{name: getattr(after, name) for name in scalars}, **documents
    )
    await _put(tx, _queries.put_needs, after, _changed(before.needs, after.needs))
    await _put(tx, _queries.put_messages, after, after.messages[len(before.messages) :])
    await _put(tx, _queries.put_claims, after, _changed(before.claims, after.claims))
    await _put(tx, _queries.put_tasks, after, _changed(before.tasks, after.tasks))
    await _put(tx, _queries.put_summaries, after, after.summaries[len(before.summaries) :])


async def find_begun(tx: Tx, idempotency_key: str, *, seen: Sequence[UUID] | None) -> UUID | None:
    """Return the newest project whose first words were said under a key, among those seen."""
    row = await _queries.find_begun(
        tx.connection,
        idempotency_key=idempotency_key,
        seen=None if seen is None else list(seen),
    )
    return None if row is None else row["project_id"]


async def find_said(tx: Tx, session_id: UUID, idempotency_key: str) -> str | None:
    """Return what was said under a key before; None where nothing was."""
    row = await _queries.find_message(
        tx.connection, session_id=session_id, idempotency_key=idempotency_key
    )
    return None if row is None else str(row["content"])


def _objective(row: Mapping[str, Any]) -> Objective:
    return objective_of(row["context_type"], row["version"], row["display_name"], row["config"])


def _changed(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> list[Any]:
    return [each for key, each in after.items() if before.get(key) is not each]


async def _put(tx: Tx, query: Any, session: Session, values: Sequence[Any]) -> None:
    if values:
        rows = [
            {each.name: _json(getattr(value, each.name)) for each in fields(value)}
            for value in values
        ]
        await query(tx.connection, session_id=session.id, rows=Jsonb(rows))


def _json(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
