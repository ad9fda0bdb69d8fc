"""A run's life: events as they happen, budgets, cancelling, caps, and what is kept at the end."""

import asyncio
import time
from pathlib import Path

import nbformat
import pytest
from tests.conftest import slowness
from tests.integration.papers_runs.helpers import notebook, run

from evigate.base.errors import EvigateError
from evigate.kernel.sandbox import RunLimits
from evigate.papers.runs import RunStatus

EMIT = """
from IPython.display import publish_display_data
def emit(kind, **fields):
    event = {"type": kind, **fields}
    publish_display_data({"application/vnd.evigate.event+json": event, "text/plain": kind})
"""


def wait_for(path: Path) -> None:
    """Wait until a file is there; the run's own budget ends the wait if it never comes."""
    deadline = time.monotonic() + 30
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


async def test_events_come_within_a_second_of_being_sent_while_the_cell_runs(
    tmp_path: Path,
) -> None:
    cell = """
import time
emit("metric_update", metric="loss", value=0.5, split="train", step=3, sent=time.time())
print("a line", time.time(), flush=True)
time.sleep(2.5)
emit("sample_pred", id=0, true=1, pred=0, extra="kept")
emit("nonsense")
"""
    outcome, heard = await run(notebook(EMIT, cell), tmp_path)
    assert outcome.status is RunStatus.SUCCEEDED
    came, _, metric = next(event for event in heard.events if event[1] == "metric_update")
    assert came - metric["sent"] < 1
    assert (metric["step"], metric["value"]) == (3, 0.5)
    came, _, line = next(e for e in heard.events if e[1] == "log_line" and "a line" in e[2]["text"])
    assert came - float(line["text"].split()[-1]) < 1
    assert heard.of("sample_pred") == [{"id": 0, "true": 1, "pred": 0, "extra": "kept"}]
    assert any("none of the six" in line for line in heard.lines())
    assert outcome.event_count == len(heard.events)


async def test_the_executed_notebook_holds_outputs_but_not_events(tmp_path: Path) -> None:
    content = notebook(EMIT, "print('one')\nprint('two')\nemit('progress', percent=5)\n6 * 7")
    outcome, _ = await run(content, tmp_path)
    executed = nbformat.reads(outcome.executed_notebook.decode(), as_version=4)
    nbformat.validate(executed)
    outputs = executed.cells[1].outputs
    assert [output.output_type for output in outputs] == ["stream", "execute_result"]
    assert outputs[0].text == "one\ntwo\n"
    assert [cell.execution_count for cell in executed.cells] == [1, 2]
    assert outcome.log == "one\ntwo\n"
    assert outcome.peak_memory_bytes is not None
    assert outcome.peak_memory_bytes > 10_000_000


async def test_an_output_that_no_notebook_can_hold_is_left_out_and_said(tmp_path: Path) -> None:
    cell = """
from IPython import get_ipython
session = get_ipython().kernel.session
for content in ({"data": {"no mime": 1}, "metadata": {}}, {"data": [1], "metadata": 3}, {}):
    session.send(get_ipython().kernel.iopub_socket, "display_data", content,
                 parent=get_ipython().kernel.get_parent())
print("still here")
"""
    outcome, _ = await run(notebook(cell), tmp_path)
    assert outcome.status is RunStatus.SUCCEEDED
    executed = nbformat.reads(outcome.executed_notebook.decode(), as_version=4)
    nbformat.validate(executed)
    text = "".join(each.text for each in executed.cells[0].outputs)
    assert "no notebook can hold" in text and "still here" in text


async def test_a_failing_cell_ends_the_run_and_is_named(tmp_path: Path) -> None:
    cells = ("open('metrics.json', 'w').write('{\"accuracy\": 0.5}')", "1 / 0", "print('never')")
    outcome, heard = await run(notebook(*cells), tmp_path)
    assert (outcome.status, outcome.error_code) == (RunStatus.FAILED, "E_RUN_FAILED")
    assert "Cell 2" in (outcome.error_message or "")
    assert "ZeroDivisionError" in outcome.log
    assert "never" not in outcome.log
    assert outcome.metrics == {"accuracy": 0.5}
    assert [kind for _, kind, _ in heard.events[-2:]] == ["error", "stage_update"]


async def test_the_budget_is_for_the_whole_run(tmp_path: Path) -> None:
    begun = time.monotonic()
    cells = ["import time; time.sleep(2)"] * 20
    outcome, heard = await run(notebook(*cells), tmp_path, budget_s=4)
    assert (outcome.status, outcome.error_code) == (RunStatus.TIMEOUT, "E_RUN_TIMEOUT")
    assert time.monotonic() - begun < 6 * slowness()
    assert heard.of("error")[0]["code"] == "E_RUN_TIMEOUT"


@pytest.mark.parametrize("cell", ["while True: pass", "import time; time.sleep(600)"])
async def test_cancelling_ends_a_run_within_two_seconds(cell: str, tmp_path: Path) -> None:
    flag = asyncio.Event()
    (tmp_path / "work").mkdir()
    up = tmp_path / "work" / "up"
    task = asyncio.create_task(
        run(notebook("open('up', 'w')", cell), tmp_path / "work", cancelled=flag)
    )
    await asyncio.to_thread(wait_for, up)
    begun = time.monotonic()
    flag.set()
    outcome, heard = await task
    assert time.monotonic() - begun < 2 * slowness()
    assert (outcome.status, outcome.error_code) == (RunStatus.CANCELLED, "E_RUN_CANCELLED")
    assert heard.of("error")[0]["code"] == "E_RUN_CANCELLED"


async def test_a_kernel_that_ends_itself_is_a_failure(tmp_path: Path) -> None:
    outcome, _ = await run(notebook("import os; os._exit(7)"), tmp_path)
    assert (outcome.status, outcome.error_code) == (RunStatus.FAILED, "E_RUN_FAILED")
    assert "7" in (outcome.error_message or "")


async def test_asking_for_a_gpu_is_refused_before_the_start(tmp_path: Path) -> None:
    outcome, heard = await run(notebook("open('x', 'w')", "model.to('cuda')"), tmp_path)
    assert (outcome.status, outcome.error_code) == (RunStatus.FAILED, "E_GPU_REQUESTED")
    assert not (tmp_path / "x").exists()
    assert heard.of("error")[0]["code"] == "E_GPU_REQUESTED"


async def test_logs_and_events_are_capped_and_say_so(tmp_path: Path) -> None:
    limits = RunLimits(log_bytes=5_000, events_bytes=20_000, outputs_bytes=5_000)
    cell = "for number in range(2000): print('line', number, 'x' * 40)"
    outcome, heard = await run(notebook(cell), tmp_path, limits=limits)
    assert outcome.status is RunStatus.SUCCEEDED
    assert outcome.log.endswith("\n__TRUNCATED__\n")
    assert len(outcome.log.encode()) <= 5_000 + len("\n__TRUNCATED__\n")
    assert "too many events" in heard.lines()[-1]
    assert len(heard.events) < 400
    assert heard.of("stage_update")[-1] == {"stage": "run_complete"}
    assert len(outcome.executed_notebook) < 20_000


@pytest.mark.parametrize(
    "cell",
    [
        "import os; os.symlink('/etc/passwd', 'metrics.json')",
        "import os; os.mkfifo('metrics.json')",
        "open('metrics.json', 'w').write('[' * 100_000)",
        "open('metrics.json', 'w').write('{\"accuracy\": NaN}')",
    ],
)
async def test_metrics_that_cannot_be_trusted_are_not_read(cell: str, tmp_path: Path) -> None:
    outcome, _ = await run(notebook(cell), tmp_path)
    assert outcome.metrics == {}
    assert outcome.observations == ()


async def test_bytes_that_are_no_notebook_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvigateError) as caught:
        await run(b"not a notebook", tmp_path)
    assert caught.value.code.name == "E_RUN_FAILED"
