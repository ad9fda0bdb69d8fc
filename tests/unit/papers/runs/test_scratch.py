"""Scratch folders that a killed server left are swept, and no others."""

import os
import time
from pathlib import Path

from evigate.papers.runs.kernel import SCRATCH_AGE_S_MAX, SCRATCH_PREFIX, sweep_scratch


def test_only_old_folders_of_ours_are_swept(tmp_path: Path) -> None:
    names = [f"{SCRATCH_PREFIX}old", f"{SCRATCH_PREFIX}new", "someone-elses"]
    for name in names:
        (tmp_path / name / "inner").mkdir(parents=True)
    long_ago = time.time() - SCRATCH_AGE_S_MAX - 60
    for name in (names[0], names[2]):
        os.utime(tmp_path / name, (long_ago, long_ago))
    sweep_scratch(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[1:])
