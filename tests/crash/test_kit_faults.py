"""A kit's run that is killed in every phase ends as one that was not, and applies nothing twice."""

import json
import subprocess
import sys
from pathlib import Path

from evigate.boot import Settings

PROGRAM = Path(__file__).parent / "kit_faults.py"
PHASES = {"SPEC", "CHECK", "PLAN", "VALIDATE", "APPLY", "VERIFY"}


def test_a_killed_run_equals_one_that_was_not(settings: Settings, tmp_path: Path) -> None:
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
    assert set(told["deaths"]) == PHASES, "there was a death in every phase"
    assert told["early"] == [], "nothing is applied that nobody approved"
    assert told["with"] == told["without"]
    assert {count for _, count in told["with"]["told"]} == {1}, "each item was applied once"
    assert told["with"]["state"][:3] == ["completed", "VERIFY", None]
    assert len(told["with"]["applied"]) > 5 and "whole" in told["with"]["state"][3]
