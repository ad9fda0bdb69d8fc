"""Running a plan's approved notebook: events logged as it runs, its results in one commit."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from evigate.base.subject import Subject
from evigate.base.zips import zip_bytes
from evigate.evidence import register_blob
from evigate.kernel.budgets import RUN_SECONDS, reserve, settle
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import read_events, reopen_stream
from evigate.kernel.events.telling import NOTEBOOK_STREAM, Telling, tell_end
from evigate.kernel.runs import RunStatus, finish_run, get_run, start_run
from evigate.kernel.storage import BlobRef
from evigate.papers import store
from evigate.papers.datasets import using_catalog
from evigate.papers.models import PlanRecord
from evigate.papers.notebook import environment_hash, environment_lock
from evigate.papers.plan.models import parse_plan
from evigate.papers.runs import Observation, RunOutcome
from evigate.papers.runs import SeriesPoint as CurvePoint
from evigate.papers.service import PapersService

CANCEL_POLL_S = 0.5
ENDS = frozenset({"run_complete", "run_error"})


@dataclass(frozen=True, slots=True)
class Executed:
    """A run's outcome and the stored files that it left."""

    outcome: RunOutcome
    files: Mapping[str, tuple[str, BlobRef, str]]
    environment_hash: str
    executor: str


async def execute(
    service: PapersService, subject: Subject, journey: UUID, run_id: UUID, plan: PlanRecord
) -> Executed:
    """Run the notebook and store its files; only events are written to the database.

    Raises:
        EvigateError[E_BUDGET_EXHAUSTED]: the tenant has not enough run time left.
        EvigateError[E_SANDBOX_UNAVAILABLE]: no sandbox works on this machine.
        EvigateError[E_ENVIRONMENT_UNAVAILABLE]: the environment asked for cannot be built.
    """
    assert subject.tenant_id is not None
    assets = await service.assets_of_plan(subject, plan.id)
    notebook = await service.storage.get(subject.tenant_id, assets["notebook"].checksum)
    budget_s = plan.budget_minutes * 60
    async with service.database.tx(subject) as tx:
        await reserve(tx, RUN_SECONDS, run_id, budget_s)
        await reopen_stream(tx, NOTEBOOK_STREAM, run_id)
        await start_run(tx, run_id)
        run = await store.get_notebook_run(tx, run_id)
        asked = await get_run(tx, journey)
    assert run is not None and asked is not None
    telling = Telling(service.database, subject, NOTEBOOK_STREAM, run_id)

    def on_event(type_: str, payload: dict[str, Any]) -> None:
        # The end is told together with the results, when they are safe.
        if not (type_ == "stage_update" and payload.get("stage") in ENDS):
            telling.tell(type_, payload)

    document = parse_plan(plan.plan_json)
    with (
        fresh_folder(service.work_dir / str(run_id)) as workdir,
        fresh_folder(service.work_dir / f"{run_id}.data") as folder,
    ):
        data = await service.prepare_data(subject, document, folder)
        async with telling.flowing(), _watched(service.database, subject, journey) as cancelled:
            interpreter = None
            if chosen := asked.input.get("environment"):
                ready = await service.ready_environment(subject, UUID(chosen), telling)
                interpreter = ready.interpreter
            outcome = await service.executor.run(
                notebook,
                workdir=workdir,
                budget_s=budget_s,
                seed=run.seed,
                on_event=on_event,
                cancelled=cancelled,
                limits=service.run_limits,
                data=data,
                interpreter=interpreter,
            )
    # The plan's data sets are found in the tenant's catalogue, those of its own folder among them.
    with using_catalog(await service.catalog(subject)):
        lock = environment_lock(document, interpreter)
        digest = environment_hash(document, interpreter)
    files = await _keep_files(service, subject, run_id, outcome, orjson.dumps(lock))
    return Executed(outcome, files, digest, service.executor.name)


async def record(tx: Tx, run_id: UUID, executed: Executed) -> dict[str, Any]:
    """Write what a run left: its files, its metric values, its end; return a summary of it."""
    outcome = executed.outcome
    for kind, (path, blob, media_type) in executed.files.items():
        await register_blob(tx, blob, media_type)
        await store.put_asset(tx, kind, path, blob, run_id=run_id)
    await store.upsert_series(tx, run_id, _series_rows(outcome))
    await store.set_used(
        tx,
        run_id,
        sandbox_level=outcome.sandbox_level.value if outcome.sandbox_level else None,
        cpu_seconds=outcome.cpu_s,
        peak_memory_bytes=outcome.peak_memory_bytes,
        findings=[asdict(each) for each in outcome.findings],
        executor=executed.executor,
        environment_hash=executed.environment_hash,
    )
    await settle(tx, RUN_SECONDS, run_id, round(outcome.duration_s))
    await finish_run(
        tx,
        run_id,
        RunStatus(outcome.status.value),
        output={"duration_s": round(outcome.duration_s, 3)},
        error_code=outcome.error_code,
        error_message=outcome.error_message,
    )
    stage = "run_complete" if outcome.error_code is None else "run_error"
    await tell_end(
        tx,
        NOTEBOOK_STREAM,
        run_id,
        stage,
        code=outcome.error_code,
        message=outcome.error_message,
        duration_s=round(outcome.duration_s, 1),
    )
    return {
        "status": outcome.status.value,
        "error_code": outcome.error_code,
        "error_message": outcome.error_message,
        "sandbox": outcome.sandbox_level.value if outcome.sandbox_level else None,
        "duration_s": round(outcome.duration_s, 2),
        "failures": outcome.failures,
        "cpu_s": outcome.cpu_s,
        "peak_memory_bytes": outcome.peak_memory_bytes,
        "findings": [asdict(each) for each in outcome.findings],
    }


def _series_rows(outcome: RunOutcome) -> list[dict[str, Any]]:
    """Name each value by method, metric and seed, since a run holds several of each.

    A final value has no step; of two values with one name the later stands.
    """
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    points: tuple[Observation | CurvePoint, ...] = (*outcome.observations, *outcome.series)
    for point in points:
        step = point.step if isinstance(point, CurvePoint) else None
        name = series_name(point.model_id, point.metric, point.seed)
        value = Decimal(repr(point.value))
        rows[name, point.split, step] = {
            "metric": name,
            "split": point.split,
            "step": step,
            "value": value,
        }
    return list(rows.values())


def series_name(model_id: str, metric: str, seed: int | None) -> str:
    """Return the name under which a method's metric with one seed is kept."""
    return f"{model_id}/{metric}" if seed is None else f"{model_id}/{metric}@{seed}"


async def _keep_files(
    service: PapersService, subject: Subject, run_id: UUID, outcome: RunOutcome, lock: bytes
) -> dict[str, tuple[str, BlobRef, str]]:
    assert subject.tenant_id is not None
    contents = {
        "metrics": ("metrics.json", orjson.dumps(outcome.raw_metrics), "application/json"),
        "logs": ("logs.txt", outcome.log.encode(), "text/plain"),
        "events": ("events.jsonl", await _events(service, subject, run_id), "application/jsonl"),
        "notebook": ("executed.ipynb", outcome.executed_notebook, "application/x-ipynb+json"),
        "environment": ("environment.json", lock, "application/json"),
    }
    if outcome.plots:
        contents["plots"] = ("plots.zip", zip_bytes(outcome.plots), "application/zip")
    return {
        kind: (
            f"runs/{run_id}/{name}",
            await service.storage.put(subject.tenant_id, data),
            media_type,
        )
        for kind, (name, data, media_type) in contents.items()
    }


async def _events(service: PapersService, subject: Subject, run_id: UUID) -> bytes:
    """Return the run's events as JSON lines, as far as they are in the log."""
    lines: list[bytes] = []
    after = 0
    while True:
        async with service.database.tx(subject) as tx:
            page = await read_events(tx, NOTEBOOK_STREAM, run_id, after=after)
        if not page:
            return b"\n".join([*lines, b""])
        lines += [
            orjson.dumps({"seq": event.seq, "type": event.type, **event.payload}) for event in page
        ]
        after = page[-1].seq


@contextlib.contextmanager
def fresh_folder(path: Path) -> Any:
    """Give an empty folder and remove it afterwards, also one that a killed run left."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@asynccontextmanager
async def _watched(
    database: Database, subject: Subject, journey: UUID
) -> AsyncIterator[asyncio.Event]:
    """Give an event that is set once somebody asks for the journey to stop."""
    cancelled = asyncio.Event()

    async def look() -> None:
        while not cancelled.is_set():
            await asyncio.sleep(CANCEL_POLL_S)
            async with database.tx(subject) as tx:
                run = await get_run(tx, journey)
            if run is None or run.cancel_requested_at is not None:
                cancelled.set()

    task = asyncio.create_task(look())
    try:
        yield cancelled
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
