"""What a kit asks of a specification and does not find becomes tasks, once each."""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.studio.features.service import STREAM
from evigate.studio.kits.folder import Kit
from evigate.studio.kits.rendering import missing_inputs
from evigate.studio.kits.runs.models import Execution
from evigate.studio.kits.runs.store import open_inputs
from evigate.studio.tasks.models import Target, TaskDraft
from evigate.studio.tasks.store import insert_task
from evigate.studio.tasks.store import queries as task_queries

ASKS = "kit-input"
TASKS_MAX = 20


async def leave_inputs(
    tx: Tx, execution: Execution, kit: Kit, spec: Mapping[str, Any]
) -> list[str]:
    """
    Make a task for each thing that a kit lacks, and end those whose thing is there by now.

    Returns:
        What is lacking as `where: what`, in the schema's order; empty if nothing is.
    """
    lacking = missing_inputs(kit, spec)
    wanted = {f"{execution.kit_id}:{where}"[:500]: what for where, what in lacking[:TASKS_MAX]}
    before = await open_inputs(tx, execution.project_id, execution.kit_id)
    for target, task_id in before.items():
        if target not in wanted:
            result = Jsonb({"settled": "the specification has it"})
            await task_queries.close_task(
                tx.connection, id=task_id, status="completed", result=result
            )
            await _tell(tx, execution, task_id)
    for target, what in wanted.items():
        if target not in before:
            task_id = new_uuid()
            await insert_task(tx, task_id, execution.project_id, _draft(kit, target, what))
            await _tell(tx, execution, task_id)
    return [f"{where}: {what}" for where, what in lacking]


def _draft(kit: Kit, target: str, what: str) -> TaskDraft:
    where = target.partition(":")[2]
    return TaskDraft(
        kind="PROVIDE",
        title=f"{kit.manifest.name} needs {where or 'more'} in the specification"[:500],
        description=f"{what}. Compile the specification again with it, then start the kit again.",
        component_key=ASKS,
        targets=(Target(kind="kit_input", target=target),),
    )


async def _tell(tx: Tx, execution: Execution, task_id: Any) -> None:
    event = NewEvent("task_changed", {"task_id": str(task_id)})
    await append_events(tx, STREAM, execution.project_id, [event])
