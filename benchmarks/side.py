"""One side in one process: build its store, or open it and answer every query once.

    python side.py SIDE TASK STEP FOLDER [--rows N]

TASK is a collection's name or `large`, STEP `build` or `ask`. The last line printed is JSON: times
in ms, CPU time a query with that of other threads of the process, and quality (nDCG@10, or
recall@10). What the process loads before the first query counts as `cold_ms`, the data of the
benchmark itself does not.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from data import COLLECTIONS, Collection, Large, recall

QUERIES = 200


def side_of(name: str) -> Any:
    """Return a side by its name."""
    if name.startswith("evigate"):
        from ours import SIDES as OURS

        return OURS[name]
    from peers import SIDES

    return SIDES[name]


def ask(side: Any, task: str, folder: Path, rows: int) -> dict[str, Any]:
    """Open the store, answer each query twice and time the second pass."""
    if task in COLLECTIONS:
        data = Collection.load(task)
        count, opened = len(data.queries), side.hybrid
        begun = time.perf_counter()
        answer = opened(folder, data)
    else:
        large = Large.make(rows, QUERIES)
        count = QUERIES
        begun = time.perf_counter()
        answer = side.nearest(folder, large)
    answer(0)
    cold_ms = (time.perf_counter() - begun) * 1e3
    answers = [answer(number) for number in range(count)]
    times = []
    cpu = time.process_time()
    for number in range(count):
        begun = time.perf_counter()
        answer(number)
        times.append((time.perf_counter() - begun) * 1e3)
    cpu_ms = (time.process_time() - cpu) * 1e3 / count
    times.sort()
    quality = data.ndcg(answers) if task in COLLECTIONS else recall(large.nearest(), answers)
    return {
        "p50_ms": statistics.median(times),
        "p95_ms": times[int(0.95 * count)],
        "cpu_ms": cpu_ms,
        "cold_ms": cold_ms,
        "quality": quality,
    }


def build(side: Any, task: str, folder: Path, rows: int) -> dict[str, Any]:
    """Write the store; return how long it took and how large it is."""
    begun, cpu = time.perf_counter(), time.process_time()
    if task in COLLECTIONS:
        side.build_collection(folder, Collection.load(task))
    else:
        side.build_large(folder, Large.make(rows, QUERIES))
    wall_s, cpu_s = time.perf_counter() - begun, time.process_time() - cpu
    return {"build_s": wall_s, "build_cpu_s": cpu_s}


def main() -> None:
    """Do one step and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("side")
    parser.add_argument("task")
    parser.add_argument("step", choices=["build", "ask"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    given = parser.parse_args()
    step = build if given.step == "build" else ask
    found = step(side_of(given.side), given.task, given.folder, given.rows)
    sys.stdout.write("\n" + json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
