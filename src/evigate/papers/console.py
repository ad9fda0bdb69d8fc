"""A run's console as it stands: log, metrics and stages, drawn from the events there are.

A journey and its notebook run write two streams; a person watches one console. The page draws both
and says after which event of each the live part goes on, so that nothing is lost or shown twice.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.events import Event, read_events
from evigate.kernel.events.telling import NOTEBOOK_STREAM, RUN_STREAM
from evigate.kernel.runs import Run, RunStatus, Step
from evigate.papers.permissions import READ
from evigate.papers.service import PapersService

LINES_MAX = 2000
POINTS_MAX = 120
CURVE_POINTS_MAX = 500
EVENTS_MAX = 20_000
STAGES = (
    ("ingest", "PDF"),
    ("claims", "Claims"),
    ("plan", "Plan"),
    ("notebook", "Notebook"),
    ("run", "Run"),
    ("gaps", "Verdicts"),
    ("report", "Report"),
)


@dataclass(frozen=True, slots=True)
class Streams:
    """A journey's events and its notebook run's, each oldest first."""

    journey: list[Event]
    notebook: list[Event]


async def read_streams(
    service: PapersService, subject: Subject, journey_id: UUID, notebook_run_id: UUID | None
) -> Streams:
    """Return the events of both streams, the newest `EVENTS_MAX` of each."""
    require(subject, READ)
    journey = await _read(service, subject, RUN_STREAM, journey_id)
    if notebook_run_id is None:
        return Streams(journey, [])
    return Streams(journey, await _read(service, subject, NOTEBOOK_STREAM, notebook_run_id))


async def _read(
    service: PapersService, subject: Subject, stream: str, stream_id: UUID
) -> list[Event]:
    found: deque[Event] = deque(maxlen=EVENTS_MAX)
    async with service.database.tx(subject) as tx:
        while page := await read_events(tx, stream, stream_id, after=found[-1].seq if found else 0):
            found.extend(page)
    return list(found)


def log_lines(streams: Streams) -> list[dict[str, str]]:
    """Return what a person should read of both streams, in the order it happened."""
    lines: deque[dict[str, str]] = deque(maxlen=LINES_MAX)
    for event in sorted([*streams.journey, *streams.notebook], key=lambda each: each.recorded_at):
        payload = event.payload
        if event.type == "log_line":
            lines.append({"level": str(payload.get("level", "info")), "text": str(payload["text"])})
        elif event.type == "stage_update" and payload.get("message"):
            # A run's end repeats the words of the error before it.
            if payload.get("stage") != "run_error":
                lines.append({"level": "stage", "text": str(payload["message"])})
        elif event.type == "error":
            text = ": ".join(str(payload[key]) for key in ("code", "message") if payload.get(key))
            line = {"level": "error", "text": text}
            # The journey tells of its notebook run's failure in the same words.
            if not lines or lines[-1] != line:
                lines.append(line)
    return list(lines)


def metric_rows(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return the latest of each metric, in the order they first appeared.

    A series is the course of the seed that runs at present; the next seed begins it anew.
    """
    rows: dict[str, dict[str, Any]] = {}
    for event in events:
        if event.type != "metric_update":
            continue
        found = event.payload
        method, split = found.get("method") or "", found.get("split") or ""
        key = f"{found['metric']}|{split}|{method}"
        seed = found.get("seed")
        row = rows.get(key)
        if row is None or row["seed"] != seed:
            label = " · ".join(filter(None, [method, str(found["metric"])]))
            row = {"key": key, "label": label, "split": split or None, "series": [], "seed": seed}
            rows[key] = row
        row["value"] = float(found["value"])
        row["series"] = [*row["series"], row["value"]][-POINTS_MAX:]
    return list(rows.values())


def curve_rows(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return the learning curves of the seeds that run at present, as they first appeared.

    A curve has its points as (step, value), the newest `CURVE_POINTS_MAX`, placed in a frame of 200
    by 80; `low` and `high` are its frame's values.
    """
    rows: dict[str, dict[str, Any]] = {}
    for event in events:
        found = event.payload
        if event.type != "metric_update" or not isinstance(found.get("step"), int):
            continue
        method, split = found.get("method") or "", found.get("split") or ""
        key = f"{found['metric']}|{split}|{method}"
        if key not in rows or rows[key]["seed"] != found.get("seed"):
            label = " · ".join(filter(None, [method, str(found["metric"]), split]))
            rows[key] = {"key": key, "label": label, "seed": found.get("seed"), "points": []}
        points = rows[key]["points"]
        points.append((found["step"], float(found["value"])))
        del points[:-CURVE_POINTS_MAX]
    return [{**row, **_frame(row["points"])} for row in rows.values()]


def _frame(points: Sequence[tuple[int, float]]) -> dict[str, Any]:
    steps, values = [step for step, _ in points], [value for _, value in points]
    first, last, low, high = min(steps), max(steps), min(values), max(values)
    placed = [
        f"{4 + 192 * (step - first) / ((last - first) or 1):.1f},"
        f"{76 - 72 * (value - low) / ((high - low) or 1):.1f}"
        for step, value in points
    ]
    return {"line": " ".join(placed), "low": low, "high": high, "last": points[-1]}


def progress_of(run: Run, events: Sequence[Event], notebook: Sequence[Event]) -> dict[str, Any]:
    """Return how far the run is: the notebook's own percentage while that runs."""
    told = next((each.payload for each in reversed(notebook) if each.type == "progress"), {})
    stages = (each.payload for each in reversed(events) if each.type == "stage_update")
    message = next((each["message"] for each in stages if each.get("message")), "Queued")
    if run.status.is_end:
        words = {RunStatus.SUCCEEDED: "Finished", RunStatus.CANCELLED: "Cancelled"}
        percent = 100.0 if run.status is RunStatus.SUCCEEDED else told.get("percent", 0.0)
        return {"percent": percent, "message": words.get(run.status, "Stopped")}
    is_running = bool(notebook) and not notebook[-1].is_last
    if is_running:
        return {"percent": told.get("percent"), "message": told.get("message") or message}
    return {"percent": None, "message": message}


def stage_rows(run: Run, steps: Sequence[Step], waiting_for: str | None) -> list[dict[str, Any]]:
    """Return the journey's stages with their states; what an owner must decide on is pending."""
    by_name: Mapping[str, Step] = {step.name: step for step in steps}
    rows = []
    for name, label in STAGES:
        step = by_name.get(name)
        status, duration = "not_begun", None
        if step is not None and step.completed_at is not None:
            status, duration = step.status, _seconds(step.started_at, step.completed_at)
        elif step is not None:
            status = run.status.value if run.status.is_end else "running"
        elif run.status.is_end:
            status = "skipped"
        if waiting_for == name:
            status, duration = "waiting", None
        rows.append({"name": name, "label": label, "status": status, "duration_s": duration})
    return rows


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
