"""A console drawn from events: what a person reads, in the order it happened."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from evigate.base.ids import RunId
from evigate.kernel.events import Event
from evigate.kernel.runs import Run, RunStatus, Step
from evigate.papers.console import (
    LINES_MAX,
    POINTS_MAX,
    Streams,
    log_lines,
    metric_rows,
    progress_of,
    stage_rows,
)

START = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def event(second: float, type_: str, *, is_last: bool = False, **payload: Any) -> Event:
    at = START + timedelta(seconds=second)
    return Event(round(second * 10) + 1, type_, "worker", payload, is_last, at)


def run(status: RunStatus) -> Run:
    return Run(
        id=RunId(UUID(int=1)), kind="papers.reproduce", parent_id=None, status=status, input={},
        output=None, attempts=1, job_id=None, created_by="", created_at=START, started_at=START,
        completed_at=None, cancel_requested_at=None, error_code=None, error_message=None,
    )  # fmt: skip


def step(name: str, *, is_done: bool) -> Step:
    end = START + timedelta(seconds=2) if is_done else None
    return Step(name, 0, "succeeded" if is_done else "running", 1, None, START, end)


def test_two_streams_are_one_log_in_the_order_of_time() -> None:
    streams = Streams(
        journey=[
            event(0, "stage_update", stage="run", message="Running"),
            event(5, "error", code="E_X", message="It broke."),
            event(6, "stage_update", stage="run_error", message="It broke."),
        ],
        notebook=[
            event(1, "log_line", text="epoch 1", level="warning"),
            event(2, "stage_update", stage="train"),
            event(3, "metric_update", metric="loss", value=1.0),
            event(4, "error", code="E_X", message="It broke."),
        ],
    )
    assert log_lines(streams) == [
        {"level": "stage", "text": "Running"},
        {"level": "warning", "text": "epoch 1"},
        {"level": "error", "text": "E_X: It broke."},
    ]


def test_a_long_log_keeps_its_end() -> None:
    lines = [event(index, "log_line", text=str(index)) for index in range(LINES_MAX + 5)]
    found = log_lines(Streams([], lines))
    assert len(found) == LINES_MAX and found[-1]["text"] == str(LINES_MAX + 4)


def test_a_metrics_course_is_that_of_the_seed_under_way() -> None:
    events = [
        event(0, "metric_update", metric="loss", split="train", method="mlp", seed=1, value=3.0),
        event(1, "metric_update", metric="loss", split="train", method="mlp", seed=1, value=2.0),
        event(2, "metric_update", metric="loss", split="train", method="mlp", seed=2, value=4.0),
        event(3, "metric_update", metric="loss", method="svm", value=1),
    ]
    first, second = metric_rows(events)
    assert (first["key"], first["label"]) == ("loss|train|mlp", "mlp · loss")
    assert (first["series"], first["value"], first["seed"]) == ([4.0], 4.0, 2)
    assert (second["key"], second["split"], second["series"]) == ("loss||svm", None, [1.0])
    many = [event(index, "metric_update", metric="a", value=index) for index in range(500)]
    assert len(metric_rows(many)[0]["series"]) == POINTS_MAX


@pytest.mark.parametrize(
    ("status", "is_over", "percent", "message"),
    [
        (RunStatus.RUNNING, False, 40.0, "half"),
        (RunStatus.RUNNING, True, None, "Comparing"),
        (RunStatus.SUCCEEDED, True, 100.0, "Finished"),
        (RunStatus.CANCELLED, True, 40.0, "Cancelled"),
        (RunStatus.FAILED, True, 40.0, "Stopped"),
    ],
)
def test_progress_is_the_notebooks_while_it_runs(
    status: RunStatus, is_over: bool, percent: float | None, message: str
) -> None:
    notebook = [
        event(0, "progress", percent=40.0, message="half"),
        event(1, "stage_update", stage="x", is_last=is_over),
    ]
    journey = [event(2, "stage_update", stage="gaps", message="Comparing")]
    found = progress_of(run(status), journey, notebook)
    assert found == {"percent": percent, "message": message}


def test_stages_say_how_far_a_run_came() -> None:
    steps = [step("ingest", is_done=True), step("claims", is_done=False)]
    running = stage_rows(run(RunStatus.RUNNING), steps, None)
    assert [row["status"] for row in running[:3]] == ["succeeded", "running", "not_begun"]
    assert running[0]["duration_s"] == 2.0
    failed = stage_rows(run(RunStatus.FAILED), steps, None)
    assert [row["status"] for row in failed[:3]] == ["succeeded", "failed", "skipped"]
    waiting = stage_rows(run(RunStatus.RUNNING), [step("plan", is_done=True)], "plan")
    assert waiting[2]["status"] == "waiting"
