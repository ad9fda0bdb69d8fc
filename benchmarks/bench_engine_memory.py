"""How much memory a large table takes to build, open, search and compact, against its index's size.

Each stage is a process of its own. Peak and anonymous memory are read from the kernel: pages of the
mapped index count as resident while they are in the cache, anonymous ones are the process's own.
The database server's processes are not counted.

    python benchmarks/bench_engine_memory.py [--rows 1000000] [--json FILE]

A million rows of 384 numbers take 1.5 GB of vectors, and many minutes to index twice.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent))

from data import DIMENSIONS, K, generated

BATCH = 50_000
QUERIES = 100


class Memory:
    """Watches this process: resident and anonymous bytes at their highest since `begin`."""

    def __init__(self) -> None:
        self.peak = {"VmRSS": 0, "RssAnon": 0}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            for line in Path("/proc/self/status").read_text().splitlines():
                name, _, value = line.partition(":")
                if name in self.peak:
                    self.peak[name] = max(self.peak[name], int(value.split()[0]) * 1024)

    def end(self) -> dict[str, int]:
        """Stop and return the peaks, in bytes."""
        self._stop.set()
        self._thread.join()
        return {"peak_bytes": self.peak["VmRSS"], "anonymous_bytes": self.peak["RssAnon"]}


def batches(count: int) -> Iterator[pa.RecordBatch]:
    """Yield generated rows: a key and a vector."""
    kind = pa.list_(pa.float32(), DIMENSIONS)
    for start in range(0, count, BATCH):
        size = min(BATCH, count - start)
        vectors, _ = generated(size, 0, start)
        ids = pa.array(np.arange(start, start + size))
        flat = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), type=kind)
        yield pa.record_batch([ids, flat], names=["id", "vector"])


def build(db: Any, count: int) -> None:
    """Register the rows and import their vectors, as streams."""
    numbers = np.arange(count)
    db.sources.add("docs", pa.table({"id": numbers, "group": numbers % 1000}), key="id")
    schema = next(batches(1)).schema
    reader = pa.RecordBatchReader.from_batches(schema, batches(count))
    db.tables.import_vectors("docs_vectors", reader, source="docs")


def search(db: Any, count: int) -> dict[str, Any]:
    """Search vector by vector, some with a filter; return the first's and the median's time."""
    _, queries = generated(0, QUERIES)
    times = []
    for number, query in enumerate(queries):
        where = None if number % 4 != 3 else '"group" < 10'
        begun = time.perf_counter()
        hits = db.search("docs", vector=query, k=K, where=where)
        times.append(time.perf_counter() - begun)
        assert hits.num_rows == K
    truth = [
        set(db.search("docs", vector=q, k=K, exact=True)["id"].to_pylist()) for q in queries[:20]
    ]
    found = [set(db.search("docs", vector=q, k=K)["id"].to_pylist()) for q in queries[:20]]
    share = sum(len(a & b) for a, b in zip(truth, found, strict=True)) / (20 * K)
    return {"first_ms": times[0] * 1e3, "p50_ms": float(np.median(times)) * 1e3, "recall": share}


def stage(folder: Path, name: str, count: int) -> dict[str, Any]:
    """Run one stage in this process."""
    begun = time.perf_counter()
    import evigate

    imported_s = time.perf_counter() - begun
    begun = time.perf_counter()
    with evigate.connect(folder / "lab") as db:
        connected_s = time.perf_counter() - begun
        memory = Memory()
        begun = time.perf_counter()
        found: dict[str, Any] = {}
        if name == "build":
            build(db, count)
        elif name == "compact":
            db.tables.compact("docs_vectors")
        else:
            found = search(db, count)
        found |= {"wall_s": time.perf_counter() - begun, **memory.end()}
    return found | {"import_s": imported_s, "connect_s": connected_s}


def index_bytes(folder: Path) -> int:
    """Return the size of the largest segment's files."""
    sizes = [
        sum(file.stat().st_size for file in rows.parent.iterdir())
        for rows in folder.rglob("vectors.f32")
    ]
    return max(sizes)


def main() -> None:
    """Run the stages one after the other, print and write what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--stage")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.stage:
        sys.stdout.write(json.dumps(stage(given.folder, given.stage, given.rows)) + "\n")
        return
    result: dict[str, Any] = {"rows": given.rows, "load": os.getloadavg()[0], "stages": {}}
    with tempfile.TemporaryDirectory(prefix="evigate-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for each in ("build", "search", "compact", "search again"):
            command = [sys.executable, __file__, "--rows", str(given.rows), "--folder", name]
            done = subprocess.run(
                [*command, "--stage", each.split()[0]], capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise SystemExit(f"{each}: {done.stderr[-2000:]}")
            facts = json.loads(done.stdout.splitlines()[-1])
            result["index_bytes"] = index_bytes(folder)
            facts["peak_ratio"] = facts["peak_bytes"] / result["index_bytes"]
            facts["anonymous_ratio"] = facts["anonymous_bytes"] / result["index_bytes"]
            result["stages"][each] = facts
            sys.stdout.write(f"{each}: {json.dumps(facts)}\n")
            sys.stdout.flush()
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
