"""Health: what a running house does at this moment, for whoever keeps it.

The doctor looks at what is installed; this looks at what runs: the database's answer, the queue and
who works on it, how far live readers are behind, what budgets have left. What belongs to the whole
installation is told to its operator alone; an owner sees the tenant's own.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from evigate.base.clock import monotonic_s
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot.doctor import Check, check_up
from evigate.boot.house import House
from evigate.kernel.access import require
from evigate.kernel.budgets import Budget, list_budgets
from evigate.kernel.db import Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.jobs import list_jobs
from evigate.kernel.realtime import MANAGE
from evigate.kernel.realtime.service import Standing

log = structlog.get_logger(__name__)

SLOW_MS = 250.0
WAITED_S = 60.0
LAG_MAX, DROP_RATE_MAX = 500, 0.05
WARNED_AT = 0.8
TOLD_EACH_S = 15.0
JOBS_LOOKED_AT = 200
# These the doctor knows; of the rest the running house knows more.
FROM_DOCTOR = ("Data folder", "Storage", "Sandbox", "Engine")
# What was put off for later does not wait yet.
QUEUE = """
SELECT count(*) FILTER (WHERE q.status = 'todo') AS waiting,
  count(*) FILTER (WHERE q.status = 'doing') AS working,
  count(*) FILTER (WHERE q.status = 'failed') AS failed,
  coalesce(extract(epoch FROM now() - min(q.since) FILTER (WHERE q.status = 'todo')), 0)::float
    AS late_s
FROM (
  SELECT j.status, coalesce(j.scheduled_at, (SELECT min(e.at)
      FROM procrastinate.procrastinate_events e WHERE e.job_id = j.id)) AS since
  FROM procrastinate.procrastinate_jobs j
  WHERE j.status IN ('todo', 'doing', 'failed') AND coalesce(j.scheduled_at, now()) <= now()) q
"""
WORKERS = (
    "SELECT count(*) AS n FROM procrastinate.procrastinate_workers"
    " WHERE last_heartbeat > now() - interval '1 minute'"
)


@dataclass(frozen=True, slots=True)
class Burn:
    """A budget and how much of it is used; `share` counts what is set aside too."""

    name: str
    unit: str
    spent: int
    reserved: int
    limit_amount: int
    share: float


@dataclass(frozen=True, slots=True)
class Health:
    """What was looked at, the worst first in its state; connections and budgets with it."""

    checks: tuple[Check, ...]
    realtime: Standing
    budgets: tuple[Burn, ...]

    @property
    def status(self) -> str:
        """Return the worst of the states."""
        found = {each.status for each in self.checks}
        return next((each for each in ("failed", "warning") if each in found), "ok")

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "status": self.status,
            "checks": [each.to_json() for each in self.checks],
            "connections": {
                **asdict(self.realtime.totals),
                "drop_rate": self.realtime.totals.drop_rate,
            },
            "budgets": [asdict(each) for each in self.budgets],
        }


async def health_of(house: House, subject: Subject) -> Health:
    """
    Look at what runs and return what was found.

    Raises:
        EvigateError[E_DENIED]: only an owner looks.
    """
    require(subject, MANAGE)
    checks: list[Check] = []
    if await house.is_home(subject):
        checks += await _running(house)
        found = await check_up(house.settings)
        checks += [each for each in found if each.name in FROM_DOCTOR]
    else:
        checks.append(await _own_jobs(house, subject))
    standing = await house.realtime.standing(subject)
    async with house.database.tx(subject) as tx:
        burns = tuple(_burn(each) for each in await list_budgets(tx))
    checks += [_live(house, standing), _budgets(burns)]
    return Health(tuple(checks), standing, burns)


async def tell_health(house: House) -> None:
    """Tell an operator's open pages when the house runs another way than before, for ever."""
    before: dict[str, str] | None = None
    while True:
        try:
            now: dict[str, str] = {each.name: each.status for each in await _running(house)}
            if before is not None and now != before:
                async with house.database.tx(await house.operator()) as tx:
                    event = NewEvent("health_changed", {"states": now})
                    assert tx.subject.tenant_id is not None
                    await append_events(tx, "system", tx.subject.tenant_id, [event])
            before = now
        except Exception as error:
            log.warning("health_not_told", error=type(error).__name__)
        await asyncio.sleep(TOLD_EACH_S)


async def _running(house: House) -> list[Check]:
    return [await _database(house), await _queue(house)]


async def _database(house: House) -> Check:
    started = monotonic_s()
    try:
        async with house.database.maintenance("health") as tx:
            row = await _row(
                tx,
                "SELECT count(*) AS n, current_setting('max_connections')::int AS most"
                " FROM pg_stat_activity WHERE datname = current_database()",
            )
    except EvigateError as error:
        return Check("Database", "failed", error.message, error.remediation)
    took_ms = 1000 * (monotonic_s() - started)
    detail = f"answers in {took_ms:.0f} ms; {row['n']} of {row['most']} connections are used"
    if took_ms > SLOW_MS or row["n"] > WARNED_AT * row["most"]:
        return Check("Database", "warning", detail, "Look at what else the machine does.")
    return Check("Database", "ok", detail)


async def _queue(house: House) -> Check:
    async with house.database.maintenance("health") as tx:
        row = await _row(tx, QUEUE)
        workers = (await _row(tx, WORKERS))["n"]
    detail = (
        f"{row['waiting']} to do, {row['working']} under way, {row['failed']} failed;"
        f" {workers} {'worker was' if workers == 1 else 'workers were'} seen in the last minute"
    )
    if not workers and row["waiting"]:
        remedy = "Start one: evigate worker, or evigate serve without --no-worker."
        return Check("Worker queue", "failed", detail, remedy)
    if row["waiting"] and row["late_s"] > WAITED_S:
        late = f"{detail}; the first has waited {row['late_s']:.0f} s"
        return Check("Worker queue", "warning", late, "Start another worker.")
    if row["failed"]:
        return Check(
            "Worker queue", "warning", detail, "Read them: evigate jobs list --status failed."
        )
    return Check("Worker queue", "ok", detail)


async def _own_jobs(house: House, subject: Subject) -> Check:
    async with house.database.tx(subject) as tx:
        jobs = await list_jobs(tx, limit=JOBS_LOOKED_AT)
    counts = {
        name: sum(1 for e in jobs if e.status == name) for name in ("todo", "doing", "failed")
    }
    detail = (
        f"of the newest {len(jobs)}: {counts['todo']} to do, {counts['doing']} under way,"
        f" {counts['failed']} failed"
    )
    return Check("Jobs", "warning" if counts["failed"] else "ok", detail)


def _live(house: House, standing: Standing) -> Check:
    totals = standing.totals
    rate = totals.drop_rate
    detail = (
        f"{totals.open} open, {totals.lately} in a day, the furthest behind by {totals.lag_max}"
        f" events; {'none' if rate is None else f'{rate:.1%}'} dropped, {totals.revoked} revoked"
    )
    if totals.lag_max > LAG_MAX or (rate or 0) > DROP_RATE_MAX:
        return Check("Live connections", "warning", detail, "Look at who is behind, below.")
    return Check("Live connections", "ok", detail)


def _burn(budget: Budget) -> Burn:
    used = budget.spent + budget.reserved
    share = used / budget.limit_amount if budget.limit_amount else 1.0
    return Burn(budget.name, budget.unit, budget.spent, budget.reserved, budget.limit_amount, share)


def _budgets(burns: Sequence[Burn]) -> Check:
    near = [each for each in burns if each.share >= WARNED_AT]
    if not burns:
        return Check("Budgets", "ok", "none is set: nothing is limited")
    if near:
        named = ", ".join(f"{each.name} {each.share:.0%}" for each in near)
        return Check("Budgets", "warning", f"nearly used: {named}", "Raise them, or use less.")
    return Check("Budgets", "ok", f"{len(burns)} are set, none of them four fifths used")


async def _row(tx: Tx, query: str) -> dict[str, Any]:
    cursor = await tx.connection.execute(query)
    row = await cursor.fetchone()
    assert row is not None
    return dict(row)
