"""Notebooks of a few cells, and a run that keeps its events with the moment each came."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from evigate.kernel.sandbox import RunLimits
from evigate.papers.runs import RunOutcome, execute_notebook


def notebook(*cells: str) -> bytes:
    """Return a notebook of code cells."""
    nodes = new_notebook(cells=[new_code_cell(source) for source in cells])
    return nbformat.writes(nodes).encode()


@dataclass
class Heard:
    """The events of a run as (seconds since the epoch, type, payload)."""

    events: list[tuple[float, str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, kind: str, payload: dict[str, Any]) -> None:
        json.dumps(payload, allow_nan=False)
        self.events.append((time.time(), kind, payload))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [payload for _, name, payload in self.events if name == kind]

    def lines(self) -> list[str]:
        return [payload["text"] for payload in self.of("log_line")]


async def run(
    content: bytes,
    work: Path,
    *,
    budget_s: float = 60,
    limits: RunLimits | None = None,
    **more: Any,
) -> tuple[RunOutcome, Heard]:
    """Run a notebook in `work` and return its outcome with what was heard."""
    heard = Heard()
    outcome = await execute_notebook(
        content,
        workdir=work,
        budget_s=budget_s,
        seed=42,
        on_event=heard,
        limits=limits,
        **more,
    )
    return outcome, heard
