"""Gaps as JSON values and as CSV, for programs and for spreadsheets."""

import csv
import io
from dataclasses import asdict
from typing import Any

from evigate.papers.compare.models import Gap

_COLUMNS = (
    "claim_id",
    "method",
    "dataset",
    "split",
    "metric",
    "claimed",
    "observed",
    "units",
    "gap_abs",
    "gap_percent",
    "direction",
    "tolerance",
    "interval_low",
    "interval_high",
    "verdict",
    "reason",
    "recipe",
    "page",
    "source_citation",
    "quote",
)


def gap_json(gap: Gap) -> dict[str, Any]:
    """Return a gap as JSON values, under its fields' names."""
    return {**asdict(gap), "values": list(gap.values), "verdict": gap.verdict.value}


def _cell(value: object) -> object:
    """One CSV cell: nothing for None; text that a spreadsheet would run is disarmed."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    text = " ".join(str(value).split())
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def gaps_csv(gaps: list[Gap]) -> str:
    """
    Return gaps as CSV (RFC 4180, lines end in CR LF) with a heading line, in the given order.

    What is not known is an empty cell; numbers have at most ten significant digits.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_COLUMNS)
    for gap in gaps:
        fields = gap_json(gap)
        writer.writerow([_cell(fields[name]) for name in _COLUMNS])
    return buffer.getvalue()
