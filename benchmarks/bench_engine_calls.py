"""The verb `search` on a large table: batches, threads and filters, through the engine's verbs.

The table is 100,000 x 384 generated vectors with a column to filter by. A batch of 100 is
compared with 100 calls, two threads with one. A filter at .1, 1, 10 and 50 % of the rows is
compared with the better of what one would write by hand at that share: a gather of the rows that
pass, or a walk of the bare graph deep enough for recall .95. By hand it is asked a hundred times;
ours by a hundred calls of `search`, and by one of `search_batch`. The ways by hand read the same
columns from a table in memory, check nothing and write no audit. Predicates repeat, as filters do;
theirs is resolved beforehand.

    python benchmarks/bench_engine_calls.py [--folder STORE] [--rows 100000] [--rounds 5]
        [--json FILE]

STORE is a folder that `side.py evigate large build` filled; without one it is made.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent))

from data import DIMENSIONS, K, Large, recall
from lines import Line, Timing, alternate, rates, show
from ours import Evigate, connect, expansion_of

SHARES = (0.001, 0.01, 0.1, 0.5)
QUERIES = 100
Answer = Callable[[int], Sequence[Any]]


def each(answer: Answer) -> Callable[[], None]:
    """Return a round: every query once."""

    def run() -> None:
        for number in range(QUERIES):
            answer(number)

    return run


class Bench:
    """The store, the same table in memory, and the bare graph over the store's own file."""

    def __init__(self, folder: Path, rows: int, rounds: int) -> None:
        from usearch.index import Index

        self.large = Large.make(rows, QUERIES)
        self.rounds = rounds
        self.db = connect(folder)
        self.table = pa.table(self.large.columns())
        graphs = list(folder.rglob("graph.usearch"))
        self.graph = None
        if graphs:
            self.graph = Index(ndim=DIMENSIONS, metric="cos", dtype="bf16")
            self.graph.view(str(graphs[0]))
            self.graph.expansion_search = expansion_of(folder)

    def ours(self, number: int, **more: Any) -> Sequence[int]:
        """Return the row numbers of one search."""
        query = self.large.queries[number]
        found: Sequence[int] = self.db.search("docs", vector=query, k=K, **more)["id"].to_pylist()
        return found

    def batch(self) -> Line:
        """Compare one call with a hundred queries with a hundred calls."""
        queries = list(self.large.queries)
        sides = alternate(
            lambda: self.db.search_batch("docs", queries, k=K), each(self.ours), self.rounds
        )
        found = [hits["id"].to_pylist() for hits in self.db.search_batch("docs", queries, k=K)]
        quality = f"recall {recall(self.large.nearest(), found):.3f}"
        counts = (QUERIES, QUERIES)
        name, theirs = "batch of 100 queries", "100 calls of ours"
        return rates("vector", name, theirs, sides, counts, least=3.0, quality=quality)

    def threads(self) -> Line:
        """Compare two threads that answer every query with one that does."""

        def two() -> None:
            threads = [threading.Thread(target=each(self.ours)) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        sides = alternate(two, each(self.ours), self.rounds)
        counts = (2 * QUERIES, QUERIES)
        return rates("vector", "2 threads", "1 thread of ours", sides, counts, least=1.6)

    def filtered(self, share: float) -> list[Line]:
        """Compare a filter, by calls and as a batch, with the better way of doing it by hand."""
        limit = round(share * 1000)
        truth = self.large.nearest(limit)

        asked: dict[str, Any] = {"where": '"group" < $limit', "params": {"limit": limit}}
        queries = list(self.large.queries)

        def ours(number: int) -> Sequence[int]:
            return self.ours(number, **asked)

        def at_once() -> list[Sequence[int]]:
            every = self.db.search_batch("docs", queries, k=K, **asked)
            return [hits["id"].to_pylist() for hits in every]

        ways = self._by_hand(limit, truth)
        times = {name: _median(alternate(each(way), each(way), 1)[0]) for name, way in ways.items()}
        name = min(times, key=lambda name: times[name])
        theirs = recall(truth, [ways[name](number) for number in range(QUERIES)])
        lines = []
        for title, run, found in (
            (f"filter {share:.1%}", each(ours), [ours(number) for number in range(QUERIES)]),
            (f"filter {share:.1%}, batch of 100", at_once, at_once()),
        ):
            sides = alternate(run, each(ways[name]), self.rounds)
            right = recall(truth, found)
            quality = f"recall {right:.3f} / {theirs:.3f}"
            line = rates(
                "filtered", title, f"by hand: {name}", sides, (QUERIES, QUERIES),
                least=0.8, quality=quality,
            )  # fmt: skip
            line.is_met = bool(line.is_met) and right >= 0.95
            lines.append(line)
        return lines

    def _by_hand(self, limit: int, truth: Sequence[set[int]]) -> dict[str, Answer]:
        large = self.large
        mask = large.group < limit
        allowed = np.flatnonzero(mask)

        def read(rows: Any) -> Sequence[int]:
            found: Sequence[int] = self.table.take(pa.array(rows)).column("id").to_pylist()
            return found

        def gather(number: int) -> Sequence[int]:
            scores = np.vecdot(large.vectors[allowed], large.queries[number])
            top = np.argpartition(-scores, K)[:K]
            return read(allowed[top[np.argsort(-scores[top])]])

        ways: dict[str, Answer] = {"gather": gather}
        for factor in (1, 2, 4, 8, 16) if self.graph is not None else ():
            fetch = max(self.graph.expansion_search, int(factor * K * len(mask) / len(allowed)))

            def walk(number: int, fetch: int = fetch) -> Sequence[int]:
                rows = self.graph.search(large.queries[number], fetch, threads=1).keys
                return read(rows[mask[rows]][:K].astype(np.int64))

            if fetch >= len(mask) / 10:
                break
            if recall(truth, [walk(number) for number in range(QUERIES)]) >= 0.95:
                ways["walk"] = walk
                break
        return ways


def _median(times: Sequence[Timing]) -> float:
    return statistics.median(each.wall for each in times)


def main() -> None:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="evigate-bench-") as name:
        folder = given.folder or Path(name)
        folder.chmod(0o755)
        if given.folder is None:
            Evigate().build_large(folder, Large.make(given.rows, QUERIES))
        bench = Bench(folder, given.rows, given.rounds)
        with bench.db:
            lines = [bench.batch(), bench.threads()]
            lines += [line for share in SHARES for line in bench.filtered(share)]
    for line in lines:
        sys.stdout.write(show(line) + "\n")
    if given.json:
        facts = {"load": os.getloadavg()[0], "lines": [line.value() for line in lines]}
        given.json.write_text(json.dumps(facts, indent=1))


if __name__ == "__main__":
    main()
