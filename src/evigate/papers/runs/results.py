"""Read what a notebook wrote: metrics.json, bounded and checked, into frozen values."""

import json
import math
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evigate.papers.runs.models import Observation, SeriesPoint

COUNT_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Results:
    """The parts of metrics.json; empty where the file or the part is missing or malformed."""

    metrics: dict[str, float] = field(default_factory=dict)
    observations: tuple[Observation, ...] = ()
    series: tuple[SeriesPoint, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _rows(raw: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = raw.get(name)
    if not isinstance(rows, list):
        return []
    return [
        row for row in rows[:COUNT_MAX] if isinstance(row, dict) and _is_number(row.get("value"))
    ]


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _observation(row: dict[str, Any]) -> Observation:
    return Observation(
        model_id=str(row.get("model_id") or ""),
        metric=str(row.get("metric") or ""),
        split=str(row.get("split") or "test"),
        seed=_whole(row.get("seed")),
        value=float(row["value"]),
        test_rows=_whole(row.get("test_rows")),
    )


def _point(row: dict[str, Any]) -> SeriesPoint:
    return SeriesPoint(
        model_id=str(row.get("model_id") or ""),
        metric=str(row.get("metric") or ""),
        split=str(row.get("split") or "train"),
        seed=_whole(row.get("seed")),
        step=_whole(row.get("step")) or 0,
        value=float(row["value"]),
    )


def parse_results(document: object) -> Results:
    """
    Read a metrics.json document.

    Both forms are taken: {"metrics": {...}, ...} and the seed's flat {"accuracy": 0.98}. Values
    that are not finite numbers are left out.
    """
    if not isinstance(document, dict):
        return Results()
    nested = document.get("metrics")
    flat = nested if isinstance(nested, dict) else document
    failures = document.get("failures")
    return Results(
        metrics={str(name): float(v) for name, v in flat.items() if _is_number(v)},
        observations=tuple(_observation(row) for row in _rows(document, "observations")),
        series=tuple(_point(row) for row in _rows(document, "series")),
        failures={str(k): str(v)[:1000] for k, v in failures.items()}
        if isinstance(failures, dict)
        else {},
        raw=document,
    )


def read_results(work: Path, *, size_max: int) -> Results:
    """
    Read `metrics.json` in the run's folder; empty if there is none, or none that can be trusted.

    A symbolic link, a file that is no plain file and a file larger than `size_max` bytes are not
    read: the notebook chose them.
    """
    try:
        descriptor = os.open(work / "metrics.json", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return Results()
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return Results()
        content = file.read(size_max + 1)
    if len(content) > size_max:
        return Results()
    try:
        return parse_results(json.loads(content, parse_constant=lambda name: None))
    except (ValueError, RecursionError):
        return Results()
