"""Choosing, planning and answering that are killed anywhere equal the same without a death."""

import json
import subprocess
import sys
from pathlib import Path

from evigate.boot import Settings

PROGRAM = Path(__file__).parent / "planning_faults.py"


def test_killed_planning_equals_planning_that_was_not(settings: Settings, tmp_path: Path) -> None:
    url = settings.database_url
    assert url is not None
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path), url, str(settings.key)],
        capture_output=True,
        text=True,
        timeout=590,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert all(told["deaths"][name] >= 1 for name in ("choose", "plan", "answer", "draft"))
    assert sum(told["deaths"].values()) >= 15
    assert told["with"] == told["without"]
