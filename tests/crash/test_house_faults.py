"""Reviews, research, tasks, customers, an import and going back, killed anywhere, equal the same unkilled."""

import json
import subprocess
import sys
from pathlib import Path

from evigate.boot import Settings

PROGRAM = Path(__file__).parent / "house_faults.py"


def test_what_is_killed_on_the_way_is_done_once(settings: Settings, tmp_path: Path) -> None:
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
    assert len(told) == 7
    for name, found in told.items():
        assert found["deaths"] >= 2, name
        assert found["with"] == found["without"], name
