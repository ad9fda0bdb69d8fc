"""Death at every step of a training: the job is taken up, done once, and its bytes are the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import KEY_TEXT, REPOSITORY, Cluster

PROGRAM = Path(__file__).parent / "train_faults.py"


@pytest.mark.timeout(600)
@pytest.mark.slow
@pytest.mark.parametrize(("kind", "stride", "steps_min"), [("adapter", 5, 8), ("predictor", 4, 4)])
def test_death_at_each_step_of_a_training_is_made_good(
    cluster: Cluster, tmp_path: Path, kind: str, stride: int, steps_min: int
) -> None:
    name = cluster.copy()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("EVIGATE_")},
        "EVIGATE_DATABASE_URL": cluster.server.url(name),
        "EVIGATE_KEY": KEY_TEXT,
        "PYTHONPATH": str(REPOSITORY),
    }
    try:
        done = subprocess.run(
            [sys.executable, str(PROGRAM), kind, str(tmp_path), str(stride)],
            cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=590, check=False,
        )  # fmt: skip
    finally:
        cluster.drop(name)
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["steps"] >= steps_min
    assert "old" in report["found"]
    assert report["found"][-1] == "new"
    # What nobody disturbed is the last; every other has its bytes.
    assert len(report["digests"]) == 1, report
    # On a busy machine a lease may end before its holder could renew it.
    assert max(report["attempts"]) in (2, 3)
    assert report["attempts"][-1] == 1
