"""The engine's page is run: every Python block, in order, in a folder far from the checkout."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "engine.md").read_text()


def test_the_page_opens_with_the_quickstart() -> None:
    first = re.findall(r"```python\n(.*?)```", PAGE, re.S)[0]
    assert PAGE.index("## Five minutes") < PAGE.index("## Sources")
    for verb in ("evigate.connect(", "sources.add(", "embed(", "index(", "search(", "sql("):
        assert verb in first


def test_every_block_runs(tmp_path: Path) -> None:
    program = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.S))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EVIGATE_")}
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", program],
        cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=590, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
