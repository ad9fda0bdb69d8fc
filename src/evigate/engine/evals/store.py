"""Rows of evals: runs and their queries, into the database and back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import orjson
from psycopg.types.json import Jsonb

from evigate.engine.evals.models import (
    MEASURE_ORDER,
    Cohort,
    EvalRun,
    EvalStatus,
    EvalType,
    Interval,
    Outcome,
    Plan,
    Scored,
    Summary,
)
from evigate.kernel.db import SyncTx, load_sync_queries

_queries = load_sync_queries(__package__)

PAGE_ROWS = 5_000


def insert_run(tx: SyncTx, run_id: UUID, plan: Plan) -> None:
    """Keep that a run has begun."""
    _queries.insert_run(
        tx.connection,
        id=run_id,
        type=plan.type.value,
        source_name=plan.source,
        golden_source=plan.golden_source,
        k=plan.k,
        config=Jsonb(dict(plan.config)),
    )


def abandon_runs(tx: SyncTx, error: Mapping[str, str], *, older_s: float) -> None:
    """Fail the runs that began so long ago and never ended."""
    _queries.abandon_runs(tx.connection, error=Jsonb(dict(error)), older_s=older_s)


def complete_run(tx: SyncTx, run_id: UUID, outcome: Outcome) -> None:
    """Keep what came of a run, and its rows."""
    intervals = {name: asdict(each) for name, each in outcome.summary.intervals.items()}
    _queries.complete_run(
        tx.connection,
        id=run_id,
        source_version=outcome.examined.source_version,
        table_name=outcome.examined.table,
        table_version=outcome.examined.table_version,
        model=outcome.examined.model,
        golden_digest=outcome.golden.digest,
        golden_size=outcome.golden.size,
        query_count=outcome.summary.count,
        metrics=Jsonb(dict(outcome.summary.metrics)),
        intervals=Jsonb(intervals),
        cohorts=Jsonb([asdict(each) for each in outcome.cohorts]),
        details=Jsonb(dict(outcome.details)),
    )
    for start in range(0, len(outcome.rows), PAGE_ROWS):
        part = outcome.rows[start : start + PAGE_ROWS]
        _queries.insert_rows(
            tx.connection,
            run_id=run_id,
            ordinals=list(range(start, start + len(part))),
            ids=[row.id for row in part],
            cohorts=[orjson.dumps(dict(row.cohorts)).decode() for row in part],
            metrics=[orjson.dumps(dict(row.metrics)).decode() for row in part],
        )


def fail_run(tx: SyncTx, run_id: UUID, error: Mapping[str, str]) -> None:
    """Keep why a run failed."""
    _queries.fail_run(tx.connection, id=run_id, error=Jsonb(dict(error)))


def get_run(tx: SyncTx, run_id: UUID) -> EvalRun | None:
    """Return a run, None where the tenant has none of that id."""
    row = _queries.get_run(tx.connection, id=run_id)
    return None if row is None else _run(row)


def list_runs(
    tx: SyncTx, *, type: str | None, source: str | None, before: UUID | None, limit: int
) -> list[EvalRun]:
    """Return runs, newest first."""
    rows = _queries.list_runs(
        tx.connection, type=type, source_name=source, before=before, limit=limit
    )
    return [_run(row) for row in rows]


def rows_of(tx: SyncTx, run_id: UUID) -> Iterator[Scored]:
    """Yield a run's rows by their id."""
    rows: Sequence[Mapping[str, Any]]
    rows = _queries.first_rows(tx.connection, run_id=run_id, limit=PAGE_ROWS)
    while rows:
        for row in rows:
            yield Scored(row["query_id"], _ordered(row["metrics"]), row["cohorts"])
        after = rows[-1]["query_id"]
        rows = _queries.rows_after(tx.connection, run_id=run_id, after=after, limit=PAGE_ROWS)


def delete_run(tx: SyncTx, run_id: UUID) -> bool:
    """Remove a run and its rows; return whether it was there."""
    return bool(_queries.delete_run(tx.connection, id=run_id))


def _run(row: Mapping[str, Any]) -> EvalRun:
    return EvalRun(
        id=row["id"],
        type=EvalType(row["type"]),
        status=EvalStatus(row["status"]),
        source=row["source_name"],
        source_version=row["source_version"],
        table=row["table_name"],
        table_version=row["table_version"],
        model=row["model"],
        golden_source=row["golden_source"],
        golden_digest=row["golden_digest"],
        golden_size=row["golden_size"],
        k=row["k"],
        config=row["config"],
        count=row["query_count"],
        metrics=None if row["metrics"] is None else _ordered(row["metrics"]),
        intervals=_intervals(row["intervals"] or {}),
        cohorts=[_cohort(each) for each in row["cohorts"] or ()],
        details=row["details"] or {},
        error=row["error"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        completed_at=row["completed_at"],
    )


def _intervals(given: Mapping[str, Any]) -> dict[str, Interval]:
    ends = _ordered(given)
    return {name: Interval(each["lower"], each["upper"]) for name, each in ends.items()}


def _ordered(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return measures in the order in which people read them; the database keeps none."""
    return {name: given[name] for name in sorted(given, key=_place)}


def _place(name: str) -> tuple[int, int, str]:
    last = len(MEASURE_ORDER)
    place = MEASURE_ORDER.index(name) if name in MEASURE_ORDER else last
    return place, len(name), name


def _cohort(given: Mapping[str, Any]) -> Cohort:
    summary = given["summary"]
    inner = Summary(
        summary["count"], _ordered(summary["metrics"]), _intervals(summary["intervals"])
    )
    return Cohort(given["column"], given["value"], inner)
