"""Runs: a notebook's bytes in, what it measured out, and nothing else in between gets away.

The only room that starts processes for other people's code. Everything a notebook says comes in
through one parser; everything it may touch is given to it by name.
"""

from evigate.papers.runs.events import EVENT_TYPES, RunEvent, parse_event
from evigate.papers.runs.execute import execute_notebook
from evigate.papers.runs.executors import Executor, LocalExecutor
from evigate.papers.runs.models import (
    Observation,
    RunOutcome,
    RunStatus,
    SeriesPoint,
)
from evigate.papers.runs.ray_executor import RayExecutor
from evigate.papers.runs.results import Results, parse_results

__all__ = [
    "EVENT_TYPES",
    "Executor",
    "LocalExecutor",
    "Observation",
    "RayExecutor",
    "Results",
    "RunEvent",
    "RunOutcome",
    "RunStatus",
    "SeriesPoint",
    "execute_notebook",
    "parse_event",
    "parse_results",
]
