"""Upkeep: what a house does by itself once a day, and an operator may do by hand.

A crash between writing a file and committing its row leaves a stray file; deleting a paper leaves
files that no row names. The sweep removes both, once they are old enough that no verb still under
way can be about to name them. Tasks that are due are told of.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import structlog

from evigate.base.subject import Subject, job_subject
from evigate.boot.house import House
from evigate.kernel.jobs import JobSpec

REMINDERS = "studio.task_reminders"
STRAY_AGE = timedelta(days=1)
KEPT = "SELECT sha256 FROM kernel.blobs WHERE tenant_id = %s"

log = structlog.get_logger(__name__)


async def sweep_blobs(house: House, *, older_than: timedelta = STRAY_AGE) -> int:
    """Remove every tenant's stray files and return how many there were."""
    removed = 0
    for tenant in await house.tenancy.list_tenants():
        async with house.database.maintenance("sweep") as tx:
            rows = await (await tx.connection.execute(KEPT, (tenant.id,))).fetchall()
        keep = {str(row["sha256"]) for row in rows}
        removed += await house.storage.sweep(tenant.id, keep, older_than)
    return removed


def upkeep_jobs(house: House) -> tuple[JobSpec, ...]:
    """Return the daily jobs."""

    async def partitions(subject: Subject, arguments: Mapping[str, Any]) -> None:
        async with house.database.tx(subject) as tx:
            await tx.connection.execute("SELECT kernel.ensure_event_partitions(now())")

    async def sweep(subject: Subject, arguments: Mapping[str, Any]) -> None:
        log.info("blobs_swept", count=await sweep_blobs(house))

    async def remind(subject: Subject, arguments: Mapping[str, Any]) -> None:
        for tenant in await house.tenancy.list_tenants():
            told = await house.tasks.remind(job_subject(tenant.id, REMINDERS), date.today())
            if told:
                log.info("tasks_reminded", tenant_id=str(tenant.id), count=told)

    return (
        JobSpec(REMINDERS, remind, cron="5 6 * * *"),
        JobSpec("kernel.event_partitions", partitions, cron="17 3 * * *"),
        JobSpec("kernel.sweep_blobs", sweep, cron="41 3 * * *"),
    )
