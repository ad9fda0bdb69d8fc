"""The SQL of phases: a project with its facts, its passes, and what going back makes stale."""

from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.gate import reopen
from evigate.kernel.db import Tx, load_queries
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.phases.models import Pass, Phase, StaleThing

SPECIFICATION = "studio.specification"
_queries = load_queries(__package__)


async def get_project(tx: Tx, project_id: UUID) -> dict[str, Any]:
    """Return a project's row.

    Raises:
        EvigateError[E_PROJECT_NOT_FOUND]: this tenant has none such.
    """
    row = await _queries.get_project(tx.connection, id=project_id)
    if row is None:
        raise EvigateError(E_PROJECT_NOT_FOUND, f"There is no project {str(project_id)!r}.")
    return dict(row)


async def lock_project(tx: Tx, project_id: UUID) -> None:
    """Wait until nobody else changes what is planned for the project; raises as `get_project`."""
    if await _queries.lock_project(tx.connection, id=project_id) is None:
        raise EvigateError(E_PROJECT_NOT_FOUND, f"There is no project {str(project_id)!r}.")


async def project_facts(tx: Tx, project_id: UUID) -> dict[str, Any]:
    """Return what is true of a project now, for the gates' conditions."""
    facts: dict[str, Any] = await _queries.project_facts(tx.connection, id=project_id)
    return facts


async def list_passes(tx: Tx, project_id: UUID) -> tuple[Pass, ...]:
    """Return a project's passes, oldest first."""
    rows = await _queries.list_passes(tx.connection, project_id=project_id)
    return tuple(Pass(**{**row, "phase": Phase(row["phase"])}) for row in rows)


async def move_project(
    tx: Tx, project_id: UUID, phase: Phase, *, version: int, outcome: str, reason: str = ""
) -> bool:
    """Close the present pass and open one of `phase`; False where the version is another by now."""
    moved = await _queries.move_project(
        tx.connection, id=project_id, phase=phase.value, version=version
    )
    if not moved:
        return False
    await _queries.close_pass(tx.connection, project_id=project_id, outcome=outcome, reason=reason)
    await _queries.open_pass(tx.connection, project_id=project_id, phase=phase.value)
    return True


async def mark_stale(tx: Tx, project_id: UUID, phase: Phase, reason: str) -> list[StaleThing]:
    """Mark what phases after `phase` made as stale, and return it in the order of the phases.

    An approved artifact goes back among those that wait, since what it rests on may change; an
    approved specification stays readable, and holds no more once that has changed.
    """
    found: list[StaleThing] = []
    if phase.place < Phase.FEATURE_SELECTION.place:
        rows = await _queries.stale_curation(tx.connection, project_id=project_id, reason=reason)
        found += [StaleThing("curation", **row) for row in rows]
    if phase.place < Phase.PLANNING.place:
        rows = await _queries.stale_plan(tx.connection, project_id=project_id, reason=reason)
        found += [StaleThing("question_plan", **row) for row in rows]
    if phase.place <= Phase.PLANNING.place:
        for row in await _queries.planning_artifacts(tx.connection, project_id=project_id):
            if row["was"] == "APPROVED" and row["kind"] != SPECIFICATION:
                await reopen(tx, row["id"], reason)
            found.append(StaleThing(**row))
    return found
