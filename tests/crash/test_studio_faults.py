"""A turn that is killed anywhere has not begun or is whole; said again, it is said once."""

import json
import subprocess
import sys
from pathlib import Path

from evigate.boot import Settings

PROGRAM = Path(__file__).parent / "studio_faults.py"
FIRST = "Customers phone our two salons to book and we lose appointments. Budget about 20k."
SAID = ("The budget is 35k.", "decide later", "at least 60% of bookings online")


def test_a_killed_turn_equals_one_that_was_not(settings: Settings, tmp_path: Path) -> None:
    url = settings.database_url
    assert url is not None
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path), url, str(settings.key), FIRST, *SAID],
        capture_output=True,
        text=True,
        timeout=590,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["deaths"] > 30
    # Deaths left the state before the turn, never one in between; the last ones came after it.
    assert set(told["turns_seen"]) <= {1, 2, 3, 4}
    assert told["with"] == told["without"]
