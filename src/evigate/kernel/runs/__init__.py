"""Runs: the one life cycle of everything that takes time, and the steps that need not be repeated.

What enters is a kind and its input; what leaves is a status, steps with their outputs, an error
with a code. Always true: a status moves queued -> running -> one of four ends; a finished step's
output stands and its work is not done again; a step's record commits with its side effects.
"""

from evigate.kernel.runs.errors import CODES, E_RUN_CANCELLED
from evigate.kernel.runs.models import Run, RunStatus, Step
from evigate.kernel.runs.service import (
    create_run,
    finish_run,
    get_run,
    list_runs,
    list_steps,
    park_run,
    request_cancel,
    set_job,
    start_run,
)
from evigate.kernel.runs.steps import StepRunner

__all__ = [
    "CODES",
    "E_RUN_CANCELLED",
    "Run",
    "RunStatus",
    "Step",
    "StepRunner",
    "create_run",
    "finish_run",
    "get_run",
    "list_runs",
    "list_steps",
    "park_run",
    "request_cancel",
    "set_job",
    "start_run",
]
