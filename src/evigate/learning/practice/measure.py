"""What attempts say of items and learners: measured anew by a job, never told.

Only first answers count, since later ones are remembered. An item that attempts show to be bad goes
back to people: it leaves the bank with the reason, once for each new fault.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from evigate.base.clock import utc_now
from evigate.base.subject import Subject, job_subject
from evigate.gate import ArtifactStatus, get_artifact, open_review, reopen
from evigate.gate.evals import keep_findings
from evigate.gate.models import Fault
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.jobs import enqueue
from evigate.learning import ability
from evigate.learning.items.kinds import parse
from evigate.learning.items.payloads import McqItem, TrueFalseItem
from evigate.learning.permissions import WATCH
from evigate.learning.statistics import (
    Answered,
    ItemStatistics,
    drift,
    drift_flag,
    item_statistics,
)

_queries = load_queries(__package__)

MEASURE = "learning.measure"
MEASURE_DUE = "learning.measure_due"
MEASURE_EVERY = timedelta(minutes=10)
MODULES_MAX = 10_000
# The check that findings from attempts are of.
ATTEMPTS = "ATTEMPTS"
ANSWERS_MAX = 200_000
FIT_N_MIN = 200
# Faults of the item itself; that one distractor is idle is worth knowing and no reason to stop.
GRAVE_FLAGS = frozenset({"mis_keyed", "negative_discrimination", "drift"})


@dataclass(frozen=True, slots=True)
class MeasuredItem:
    """What attempts say of one item; parameters are there from 200 answers on."""

    id: UUID
    question: str
    kind: str
    status: str
    n: int
    p: float | None
    rpbis: float | None
    a: float | None
    b: float | None
    se_a: float | None
    se_b: float | None
    median_latency_ms: int | None
    options: dict[str, Any]
    flags: list[str]
    fitted_at: datetime


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measurement came to."""

    items: int
    answers: int
    sent_to_review: int


async def measure(database: Database, subject: Subject, module_id: UUID) -> Measured:
    """Measure a module's items from its learners' first answers, and keep what was found."""
    require(subject, WATCH)
    async with database.tx(subject) as tx:
        rows = await _queries.answered(
            tx.connection, module_id=module_id, user_id=None, limit=ANSWERS_MAX
        )
        first = [row for row in rows if row["is_first"] and row["is_correct"] is not None]
        payloads = await _payloads(tx, first)
        answers = [answered(row) for row in first]
        found = item_statistics(
            answers,
            {each: _key(item) for each, item in payloads.items()},
            {each: _options(item) for each, item in payloads.items()},
        )
        found = _with_drift(found, answers)
        parameters = await _fit(tx, module_id, first)
        known = await _queries.list_stats(tx.connection, module_id=module_id)
        before = {row["id"]: set(row["flags"]) for row in known}
        sent = 0
        for item_id, statistics in found.items():
            await _keep(tx, item_id, statistics, parameters.get(item_id))
            await keep_findings(tx, item_id, [ATTEMPTS], _faults(statistics))
            sent += await _object(tx, item_id, statistics, before.get(item_id, set()))
    return Measured(len(found), len(first), sent)


def _with_drift(
    found: Mapping[UUID, ItemStatistics], answers: Sequence[Answered[UUID, UUID]]
) -> dict[UUID, ItemStatistics]:
    """Add a flag to items that changed from the earlier to the later half of the answers."""
    if not answers:
        return dict(found)
    middle = sorted(each.at for each in answers)[len(answers) // 2]
    changed = drift(answers, middle)
    return {
        item: replace(each, flags=(*each.flags, drift_flag(changed[item])))
        if item in changed
        else each
        for item, each in found.items()
    }


def _faults(found: ItemStatistics) -> list[Fault]:
    """Return what attempts object to, each code once: it names the finding from then on."""
    messages: dict[str, list[str]] = {}
    for flag in found.flags:
        messages.setdefault(flag.code, []).append(flag.message)
    return [
        Fault(
            ATTEMPTS,
            code,
            " ".join(said),
            fix="Look at the key and the options, then edit or retire the item.",
            severity="error" if code in GRAVE_FLAGS else "warning",
        )
        for code, said in messages.items()
    ]


async def ask_for_measure(tx: Tx, module_id: UUID) -> None:
    """Leave a job that measures the module a little later; one waits at most.

    So however many sessions end, a module is measured once in `MEASURE_EVERY`.
    """
    try:
        async with tx.connection.transaction():
            await enqueue(
                tx,
                MEASURE,
                {"module_id": str(module_id)},
                run_at=utc_now() + MEASURE_EVERY,
                lock=f"measure:{module_id}",
                unique_key=f"measure:{module_id}",
            )
    except psycopg.errors.UniqueViolation:
        # One waits already and will see these answers, too.
        return


async def ask_for_due(database: Database) -> int:
    """Leave a job for every module of every tenant that has answers nobody measured.

    Sessions that nobody ends are seen by this alone. Returns how many modules there were.
    """
    async with database.maintenance(MEASURE) as tx:
        rows = await _queries.modules_to_measure(tx.connection, limit=MODULES_MAX)
    for row in rows:
        async with database.tx(job_subject(row["tenant_id"], MEASURE_DUE)) as tx:
            await ask_for_measure(tx, row["module_id"])
    return len(rows)


async def list_measured(tx: Tx, module_id: UUID) -> list[MeasuredItem]:
    """Return what is known of a module's items, those with faults first."""
    require(tx.subject, WATCH)
    rows = await _queries.list_stats(tx.connection, module_id=module_id)
    return [MeasuredItem(**row) for row in rows]


async def _payloads(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> dict[UUID, Any]:
    kinds = {row["artifact_id"]: row["kind"] for row in rows}
    found = await _queries.payloads(tx.connection, ids=list(kinds))
    return {row["id"]: parse(kinds[row["id"]], row["payload"]) for row in found}


def answered(row: Mapping[str, Any]) -> Answered[UUID, UUID]:
    """Return a row of `answered` as the statistics take it."""
    return Answered(
        learner=row["user_id"],
        item=row["artifact_id"],
        is_correct=row["is_correct"],
        choice=row["choice"],
        latency_ms=row["latency_ms"],
        at=row["created_at"],
    )


def _key(item: Any) -> str | None:
    match item:
        case McqItem():
            return item.key
        case TrueFalseItem():
            return "true" if item.key else "false"
        case _:
            return None


def _options(item: Any) -> Sequence[str]:
    match item:
        case McqItem():
            return [option.id for option in item.options]
        case TrueFalseItem():
            return ["true", "false"]
        case _:
            return []


async def _fit(
    tx: Tx, module_id: UUID, rows: Sequence[Mapping[str, Any]]
) -> dict[UUID, ability.ItemParameters]:
    learners = {row["user_id"] for row in rows}
    if len(learners) < FIT_N_MIN:
        return {}
    priors = await _queries.priors(tx.connection, module_id=module_id)
    fit = ability.fit(
        [(row["user_id"], row["artifact_id"], row["is_correct"]) for row in rows],
        {row["id"]: ability.prior_parameters(row["difficulty_prior"]) for row in priors},
    )
    return {each: fit.items[each] for each, n in fit.n.items() if n >= FIT_N_MIN}


async def _keep(
    tx: Tx, item_id: UUID, found: ItemStatistics, fitted: ability.ItemParameters | None
) -> None:
    await _queries.upsert_stats(
        tx.connection,
        artifact_id=item_id,
        n=found.n,
        p=found.p,
        rpbis=found.rpbis,
        a=fitted.a if fitted else None,
        b=fitted.b if fitted else None,
        se_a=fitted.se_a if fitted else None,
        se_b=fitted.se_b if fitted else None,
        median_latency_ms=found.median_latency_ms,
        options=Jsonb({name: asdict(each) for name, each in found.options.items()}),
        flags=list(dict.fromkeys(flag.code for flag in found.flags)),
    )


async def _object(tx: Tx, item_id: UUID, found: ItemStatistics, before: set[str]) -> int:
    """Send an item back to people for a grave fault that is new; return whether it was sent."""
    new = [flag for flag in found.flags if flag.code in GRAVE_FLAGS and flag.code not in before]
    if not new:
        return 0
    artifact = await get_artifact(tx, item_id)
    if artifact.status is not ArtifactStatus.APPROVED:
        return 0
    reason = f"attempts object: {new[0].message}"
    await reopen(tx, item_id, reason)
    await open_review(tx, item_id, reason)
    return 1
