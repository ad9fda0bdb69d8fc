"""Notebooks on Ray: the same outcome as here, events as they come, and a clear error without it."""

import asyncio
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.integration.papers_runs.helpers import Heard, notebook
from tests.integration.papers_runs.test_execute import EMIT

from evigate.base.errors import EvigateError
from evigate.kernel.sandbox import RunLimits
from evigate.papers.runs import LocalExecutor, RayExecutor, RunOutcome, RunStatus

HAS_RAY = find_spec("ray") is not None
CELL = """
import json, os, random
random.seed(int(os.environ["EVIGATE_SEED"]))
found = open(os.environ["EVIGATE_DATA"] + "/set/one.txt").read()
emit("metric_update", metric="loss", value=0.5, split="train", step=1)
json.dump({"metrics": {"a": random.random(), "b": len(found)}}, open("metrics.json", "w"))
print("told")
"""


async def ran(executor: Any, folder: Path, cell: str, **more: Any) -> tuple[RunOutcome, Heard]:
    heard = Heard()
    (folder / "work").mkdir(exist_ok=True)
    given = {"cancelled": None, "data": None, "interpreter": None, "budget_s": 90.0, **more}
    outcome = await executor.run(
        notebook(EMIT, cell),
        workdir=folder / "work",
        seed=7,
        on_event=heard,
        limits=RunLimits(),
        **given,
    )
    return outcome, heard


@pytest.mark.skipif(HAS_RAY, reason="the extra is here")
async def test_without_the_extra_the_error_names_it(tmp_path: Path) -> None:
    with pytest.raises(EvigateError) as caught:
        await ran(RayExecutor("local"), tmp_path, "1")
    assert caught.value.code.name == "E_EXECUTOR_UNAVAILABLE"
    assert "evigate[ray]" in caught.value.message


@pytest.mark.skipif(not HAS_RAY, reason="the extra `ray` is not here")
@pytest.mark.filterwarnings("ignore")
async def test_a_run_on_ray_is_the_run_that_it_would_be_here(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "set").mkdir(parents=True)
    (data / "set" / "one.txt").write_text("twelve bytes")
    ray = RayExecutor("local")
    there, told_there = await ran(ray, tmp_path, CELL, data=data)
    here, told_here = await ran(LocalExecutor(), tmp_path, CELL, data=data)
    assert there.status is RunStatus.SUCCEEDED, there.error_message
    assert there.metrics == here.metrics and there.metrics["b"] == 12
    assert there.executed_notebook and there.sandbox_level is here.sandbox_level
    assert [kind for _, kind, _ in told_there.events] == [k for _, k, _ in told_here.events]

    # A wish to stop reaches the node; a notebook that fails is an outcome, not an exception.
    stop = asyncio.Event()
    waiting = asyncio.create_task(ran(ray, tmp_path, "import time; time.sleep(60)", cancelled=stop))
    await asyncio.sleep(4)
    stop.set()
    outcome, _ = await asyncio.wait_for(waiting, 30)
    assert outcome.status is RunStatus.CANCELLED
    failed, _ = await ran(ray, tmp_path, "1 / 0")
    assert failed.error_code == "E_RUN_FAILED"
    away, _ = await ran(ray, tmp_path, "import socket; socket.create_connection(('1.2.3.4', 80))")
    assert away.status is RunStatus.FAILED
