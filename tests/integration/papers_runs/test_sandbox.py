"""What a notebook can and cannot do, at every sandbox level that this machine has."""

import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from tests.conftest import need
from tests.integration.papers_runs.helpers import notebook, run

from evigate.kernel.sandbox import RunLimits, SandboxLevel, probe_level, strongest_level
from evigate.papers.runs import RunStatus

PROBES = """
import json, os, socket, subprocess, sys

def attempt(action):
    try:
        action()
    except BaseException as error:
        return type(error).__name__
    return "allowed"

outside = {outside!r}
result = {{
    "tcp": attempt(lambda: socket.create_connection(("198.51.100.1", 80), timeout=3)),
    "udp": attempt(
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("198.51.100.1", 53))
    ),
    "read_outside": attempt(lambda: open(outside + "/secret").read()),
    "write_outside": attempt(lambda: open(outside + "/written", "w").write("x")),
    "write_usr": attempt(lambda: open("/usr/evigate-probe", "w")),
    "shadow": attempt(lambda: open("/etc/shadow").read()),
    "parent_environment": attempt(lambda: open("/proc/{pid}/environ").read()),
    "kill_parent": attempt(lambda: os.kill({pid}, 0)),
    "library": attempt(lambda: open(os.__file__, "a")),
    "environment": dict(os.environ),
}}
json.dump(result, open("found.json", "w"))
"""


@pytest.mark.parametrize("level", list(SandboxLevel))
async def test_a_notebook_is_kept_in(level: SandboxLevel, tmp_path: Path) -> None:
    fault = probe_level(level)
    need(f"the sandbox level {level.value} ({fault})", is_there=fault is None)
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "secret").write_text("not for notebooks")
    cell = PROBES.format(outside=str(tmp_path), pid=os.getpid())
    outcome, heard = await run(notebook(cell), work, limits=RunLimits(level=level))
    assert outcome.status is RunStatus.SUCCEEDED, outcome.error_message
    assert outcome.sandbox_level is level
    assert heard.of("stage_update")[0] == {
        "stage": "run_start",
        "seed": 42,
        "sandbox": level.value,
    }
    found = json.loads((work / "found.json").read_text())
    environment = found.pop("environment")
    assert "allowed" not in found.values(), found
    assert not (tmp_path / "written").exists()
    assert environment["PYTHONHASHSEED"] == "0"
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["CUDA_VISIBLE_DEVICES"] == "-1"
    assert environment["HOME"] == str(work)
    known = set(environment) - {"PWD", "SHLVL", "_", "OLDPWD", "LC_CTYPE"}
    assert not {name for name in known if "EVIGATE" in name} - {"EVIGATE_SEED", "EVIGATE_DATA"}
    assert "PATH" in known
    assert len(known) < 35


async def test_memory_beyond_the_limit_is_named(tmp_path: Path) -> None:
    limits = RunLimits(memory_bytes=1024 * 1024 * 1024)
    cell = "block = bytearray(2 * 1024**3)"
    outcome, heard = await run(notebook(cell), tmp_path, limits=limits)
    assert (outcome.status, outcome.error_code) == (RunStatus.FAILED, "E_RUN_MEMORY")
    assert heard.of("error")[0]["code"] == "E_RUN_MEMORY"
    assert heard.of("stage_update")[-1] == {"stage": "run_error"}


async def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    limits = RunLimits(file_bytes=1024 * 1024)
    cell = "open('big', 'wb').write(bytes(4 * 1024**2))"
    outcome, _ = await run(notebook(cell), tmp_path, limits=limits)
    assert outcome.error_code == "E_RUN_FAILED"
    assert (tmp_path / "big").stat().st_size <= 1024 * 1024


CHILD = """
import asyncio, sys
from pathlib import Path
from evigate.kernel.sandbox import RunLimits, SandboxLevel
from tests.integration.papers_runs.helpers import notebook, run

def tell(kind, payload):
    if kind == "log_line":
        print("RUNNING", flush=True)

async def main():
    from evigate.papers.runs import execute_notebook
    cell = "import time, sys\\nprint('up', flush=True)\\nwhile True: time.sleep(1)"
    await execute_notebook(
        notebook(cell), workdir=Path(sys.argv[1]), budget_s=120, seed=1, on_event=tell,
        limits=RunLimits(level=SandboxLevel(sys.argv[2])),
    )

asyncio.run(main())
"""


def processes_naming(text: str) -> list[int]:
    """The processes whose command line or working folder names a text."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            )
            if text in command or text in os.readlink(folder / "cwd"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("level", list(SandboxLevel))
def test_killing_the_parent_leaves_no_kernel_behind(level: SandboxLevel, tmp_path: Path) -> None:
    need(f"the sandbox level {level.value}", is_there=probe_level(level) is None)
    repository = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), level.value],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": f"{repository}:{repository / 'src'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "RUNNING\n"
        assert len(processes_naming(str(tmp_path))) >= 2
        child.kill()
    deadline = time.monotonic() + 5
    while processes_naming(str(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_naming(str(tmp_path)) == []


AS_NOBODY = """
set -e
mkdir -p "$SPARE"
mount --bind "$HIDDEN" "$SPARE"
mount -t tmpfs -o mode=755 none "$TOP"
mkdir -p "$HIDDEN"
mount --bind "$SPARE" "$HIDDEN"
exec setpriv --reuid 65534 --regid 65534 --clear-groups "$PYTHON" -c "$CODE" "$WORK"
"""

NOBODY_CODE = """
import asyncio, os, sys
from pathlib import Path
from evigate.papers.runs import execute_notebook
from tests.integration.papers_runs.helpers import notebook

async def main():
    outcome = await execute_notebook(
        notebook("print(6 * 7)"), workdir=Path(sys.argv[1]), budget_s=60, seed=1,
        on_event=lambda kind, payload: None,
    )
    print(os.getuid(), outcome.status.value, outcome.sandbox_level.value, "42" in outcome.log)

asyncio.run(main())
"""


def test_an_ordinary_user_can_run_a_notebook(tmp_path: Path) -> None:
    need("root, to become another user", is_there=os.geteuid() == 0)
    work = Path("/tmp") / f"evg-nobody-{os.getpid()}"
    work.mkdir()
    os.chown(work, 65534, 65534)
    base = Path(sys.base_prefix).resolve()
    top = Path("/", *base.parts[1:2])
    repository = Path(__file__).parents[3]
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "SPARE": str(tmp_path / "spare"),
        "HIDDEN": str(base),
        "TOP": str(top),
        "PYTHON": sys.executable,
        "CODE": NOBODY_CODE,
        "WORK": str(work),
        "PYTHONPATH": f"{repository}:{repository / 'src'}",
        "HOME": "/tmp",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    # Where the interpreter is private to root, another user sees it through a mount of its own.
    is_private = top != Path("/usr") and not (top.stat().st_mode & 0o001)
    script = AS_NOBODY if is_private else textwrap.dedent(AS_NOBODY).strip().splitlines()[-1]
    try:
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", script],
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
    finally:
        for path in sorted(work.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        work.rmdir()
    need(f"a mount namespace ({done.stderr[-300:]})", is_there="mount:" not in done.stderr)
    assert done.stdout.split() == ["65534", "succeeded", strongest_level().value, "True"], (
        done.stderr
    )
