"""Death at every step of publish, refresh, compact and publish-to-topic leaves the old or the new."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import KEY_TEXT, REPOSITORY, Cluster

PROGRAM = Path(__file__).parent / "faults.py"


@pytest.mark.timeout(600)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("journey", "stride", "steps_min"),
    [
        ("publish", 3, 8),
        ("refresh", 3, 8),
        ("compact", 4, 8),
        ("topic", 1, 2),
        ("names", 7, 3),
        ("drop", 7, 3),
    ],
)
def test_death_at_each_step_leaves_the_old_version_or_the_new(
    cluster: Cluster, tmp_path: Path, journey: str, stride: int, steps_min: int
) -> None:
    name = cluster.copy()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("EVIGATE_")},
        "EVIGATE_DATABASE_URL": cluster.server.url(name),
        "EVIGATE_KEY": KEY_TEXT,
    }
    try:
        done = subprocess.run(
            [sys.executable, str(PROGRAM), journey, str(tmp_path), str(stride)],
            cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=590, check=False,
        )  # fmt: skip
    finally:
        cluster.drop(name)
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["steps"] >= steps_min
    assert "old" in report["found"] and report["found"][-1] == "new"
