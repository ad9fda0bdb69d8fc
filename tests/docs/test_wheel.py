"""The built wheel, installed alone into a clean environment, runs the quickstart."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY, need

UV = REPOSITORY / ".boot" / "bin" / "uv"
PAGE = (REPOSITORY / "docs" / "engine.md").read_text()


def run(*words: str | Path, cwd: Path, timeout_s: int = 280) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EVIGATE_")}
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd, env={**clean, "UV_NO_PROGRESS": "1"}, capture_output=True, text=True,
        timeout=timeout_s, check=False,
    )  # fmt: skip


@pytest.mark.timeout(600)
def test_the_wheel_runs_the_quickstart_outside_the_checkout(tmp_path: Path) -> None:
    need("uv, which `make setup` puts into .boot", is_there=UV.is_file())
    built = run(
        sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=REPOSITORY
    )
    assert built.returncode == 0, built.stderr[-2000:]
    (wheel,) = tmp_path.glob("evigate-*.whl")
    place = tmp_path / "clean"
    assert run(UV, "venv", "--python", sys.executable, place, cwd=tmp_path).returncode == 0
    python = place / "bin" / "python"
    installed = run(
        UV,
        "pip",
        "install",
        "--system-certs",
        "--python",
        python,
        wheel,
        cwd=tmp_path,
        timeout_s=500,
    )
    if installed.returncode:
        need(f"a package registry ({installed.stderr[-300:]})", is_there=False)
    listed = run(UV, "pip", "list", "--python", python, cwd=tmp_path).stdout
    assert not re.search(r"^(torch|sentence-transformers) ", listed, re.M), (
        "a plain install is light"
    )
    program = re.findall(r"```python\n(.*?)```", PAGE, re.S)[0]
    program += "\nassert hits['id'].to_pylist()[0] == 'a'\ndb.close()\n"
    done = run(python, "-c", program, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
