"""Attacks from a notebook, at every sandbox level: all fail, are named, and the next run works."""

import asyncio
import os
import socket
from pathlib import Path

import pytest
from tests.conftest import need
from tests.integration.papers_runs.helpers import notebook, run

from evigate.kernel.sandbox import RunLimits, SandboxLevel, probe_level
from evigate.papers.runs import RunStatus

MIB = 1024 * 1024


def tried(action: str) -> str:
    """Return a cell that tries something and writes down what came of it."""
    return f"""
try:
    result = {action}
except BaseException as error:
    result = "refused: " + type(error).__name__
else:
    result = "allowed"
print("RESULT", result)
"""


def level_or_skip(level: SandboxLevel) -> SandboxLevel:
    fault = probe_level(level)
    need(f"the sandbox level {level.value} ({fault})", is_there=fault is None)
    return level


@pytest.mark.parametrize("level", list(SandboxLevel))
async def test_what_is_tried_fails_and_is_named(level: SandboxLevel, tmp_path: Path) -> None:
    level_or_skip(level)
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "key").write_text("the sealing key")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "db"))
    server.listen()
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    cells = [
        "import os, socket, subprocess",
        tried(f"open({str(tmp_path / 'key')!r}).read()"),
        tried(f"socket.socket(socket.AF_UNIX).connect({str(tmp_path / 'db')!r})"),
        tried(f"socket.create_connection(('127.0.0.1', {port}), timeout=2)"),
        tried("os.fork() or os._exit(0)"),
        tried("subprocess.run(['/bin/sh', '-c', 'echo x'], check=True)"),
        tried(f"os.kill({os.getpid()}, 0)"),
        tried("os.kill(os.getppid(), 9) if os.getppid() > 1 else 1 / 0"),
        tried(f"open({str(tmp_path / 'mark')!r}, 'w')"),
        tried("open('/dev/shm/fill', 'wb').write(bytes(64 * 1024))"),
        tried("open('/usr/lib/evigate-probe', 'w')"),
    ]
    try:
        outcome, _ = await run(notebook(*cells), work, limits=RunLimits(level=level))
    finally:
        server.close()
        listener.close()
    assert outcome.status is RunStatus.SUCCEEDED, outcome.error_message
    results = [line for line in outcome.log.splitlines() if line.startswith("RESULT")]
    assert len(results) == len(cells) - 1
    assert [each for each in results if "allowed" in each] == []
    assert not (tmp_path / "mark").exists()
    named = {finding.code for finding in outcome.findings}
    assert named == {
        "SANDBOX_NETWORK",
        "SANDBOX_PROCESS",
        "SANDBOX_READ_OUTSIDE",
        "SANDBOX_SIGNAL",
        "SANDBOX_WRITE_OUTSIDE",
    }
    assert all(finding.what and finding.count >= 1 for finding in outcome.findings)


FILL_MANY = """
number = 0
while True:
    open(f"part-{number}", "wb").write(bytes(4 * 1024 * 1024))
    number += 1
"""
FILL_NAMES = """
number = 0
while True:
    open(f"name-{number}", "w").close()
    number += 1
"""
FORTY_GIB = "blocks = [bytearray(1024**3) for _ in range(40)]"
OUTPUT = "while True: print('x' * 1000)"
BOMB = """
import os
while True:
    try:
        os.fork()
    except OSError:
        break
1 / 0
"""


@pytest.mark.parametrize(
    ("cell", "budget_s", "code", "finding"),
    [
        (FILL_MANY, 90, "E_RUN_DISK", "SANDBOX_DISK"),
        (FILL_NAMES, 90, "E_RUN_DISK", "SANDBOX_DISK"),
        (FORTY_GIB, 90, "E_RUN_MEMORY", "SANDBOX_MEMORY"),
        (OUTPUT, 8, "E_RUN_TIMEOUT", "SANDBOX_OUTPUT"),
        (BOMB, 90, "E_RUN_FAILED", "SANDBOX_PROCESS"),
    ],
    ids=["disk", "names", "memory", "output", "forks"],
)
async def test_what_is_used_up_ends_the_run_by_name(
    cell: str, budget_s: float, code: str, finding: str, tmp_path: Path
) -> None:
    limits = RunLimits(disk_bytes=64 * MIB, disk_names=2_000)
    outcome, heard = await run(notebook(cell), tmp_path, limits=limits, budget_s=budget_s)
    assert outcome.error_code == code
    assert finding in {each.code for each in outcome.findings}
    assert heard.of("error")[0]["code"] == code
    assert outcome.peak_memory_bytes and outcome.cpu_s and outcome.cpu_s > 0
    held = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert held < 1024 * MIB
    assert len(outcome.log) < 3 * MIB
    # Whoever ran it lives, and runs the next.
    next_one = tmp_path / "next"
    next_one.mkdir()
    after, _ = await run(notebook("print(6 * 7)"), next_one)
    assert after.log == "42\n" and after.findings == ()


async def test_several_runs_at_once_do_not_meet(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        folder.mkdir()
    cell = "open('mine', 'w').write('x'); import os; print(sorted(os.listdir('.')), os.getcwd())"
    found = await asyncio.gather(*(run(notebook(cell), folder) for folder in folders))
    for folder, (outcome, _) in zip(folders, found, strict=True):
        assert outcome.status is RunStatus.SUCCEEDED
        assert str(folder) in outcome.log and "mine" in outcome.log


async def test_a_gpu_is_left_to_the_notebook_where_that_is_allowed(tmp_path: Path) -> None:
    cell = "import os\nclass M:\n    def to(self, d): print(d, os.environ.get('CUDA_VISIBLE_DEVICES'))\nM().to('cuda')"
    refused, _ = await run(notebook(cell), tmp_path)
    assert refused.error_code == "E_GPU_REQUESTED"
    allowed, _ = await run(notebook(cell), tmp_path, limits=RunLimits(is_gpu_allowed=True))
    assert allowed.status is RunStatus.SUCCEEDED and allowed.log == "cuda None\n"
