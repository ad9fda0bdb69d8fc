"""Topics against the table that one would make by hand, in the same database and the same minute.

The yard-stick is a table of the message's columns with a numbered key and a time, written and read
by psycopg on a connection at hand; both commit durably (synchronous_commit is the server's). Ours
goes through `db.topics`. Latency is from the call of `publish` to the batch in the subscriber's
hands, another thread of the process.

    python benchmarks/bench_engine_topics.py [--json FILE] [--rounds 7]
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent))

from lines import Line, alternate, rates, show

SINGLES = 300
BATCH = 20_000
PUBLISHERS = 50
EACH = 10
LATENCIES = 300
BODY = "x" * 300
SCHEMA = pa.schema([("k", pa.int64()), ("body", pa.string())])
TABLE = "CREATE TABLE bare.messages (id bigserial PRIMARY KEY, k bigint, body text, produced_at timestamptz NOT NULL DEFAULT now())"  # noqa: E501
INSERT = "INSERT INTO bare.messages (k, body) VALUES (%s, %s)"
PAGE = "SELECT id, k, body, produced_at FROM bare.messages WHERE id > %s ORDER BY id LIMIT 10000"


class Bench:
    """A topic and a table of the same messages."""

    def __init__(self, db: Any, rounds: int) -> None:
        self.db = db
        self.rounds = rounds
        self.bare = psycopg.connect(db.core.database.urls.owner, autocommit=True)
        self.bare.execute("CREATE SCHEMA bare")
        self.bare.execute(TABLE.encode())
        self.db.topics.register("events", SCHEMA)
        self.one = {"k": 1, "body": BODY}
        self.batch = pa.table({"k": list(range(BATCH)), "body": [BODY] * BATCH}, SCHEMA)
        self.tuples = [(number, BODY) for number in range(BATCH)]

    def insert(self, count: int) -> None:
        """Insert rows one by one, each a commit."""
        for _ in range(count):
            self.bare.execute(INSERT, (1, BODY), prepare=True)

    def publish(self, count: int) -> None:
        """Publish messages one by one."""
        for _ in range(count):
            self.db.topics.publish("events", self.one)

    def singles(self) -> Line:
        """One message, one commit."""
        sides = alternate(lambda: self.publish(SINGLES), lambda: self.insert(SINGLES), self.rounds)
        counts = (SINGLES, SINGLES)
        return rates("topics", "publish one, durable", "bare insert", sides, counts, least=0.8)

    def publishers(self) -> Line:
        """Many threads publish at once."""

        def ours() -> None:
            threads = [
                threading.Thread(target=self.publish, args=(EACH,)) for _ in range(PUBLISHERS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        sides = alternate(ours, lambda: self.insert(SINGLES), self.rounds)
        counts = (PUBLISHERS * EACH, SINGLES)
        name = f"{PUBLISHERS} publishers at once"
        return rates("topics", name, "bare insert, one connection", sides, counts, least=None)

    def copies(self) -> Line:
        """20,000 messages at once against COPY of rows at hand."""

        def copy() -> None:
            text = "COPY bare.messages (k, body) FROM STDIN"
            with self.bare.cursor() as cursor, cursor.copy(text) as stream:
                for row in self.tuples:
                    stream.write_row(row)

        sides = alternate(lambda: self.db.topics.publish("events", self.batch), copy, self.rounds)
        name = f"publish {BATCH:,} at once"
        return rates("topics", name, "bare COPY", sides, (BATCH, BATCH), least=0.7)

    def replay(self) -> Line:
        """Everything from the first offset, singles and batches, against paging by key."""
        found: dict[str, int] = {}

        def ours() -> None:
            found["ours"] = self.db.topics.subscribe("events", replay_only=True).read_all().num_rows

        def theirs() -> None:
            last = count = 0
            while rows := self.bare.execute(PAGE, (last,), prepare=True).fetchall():
                count, last = count + len(rows), rows[-1][0]
            found["theirs"] = count

        sides = alternate(ours, theirs, self.rounds)
        counts = (found["ours"], found["theirs"])
        return rates("topics", "replay", "bare paging", sides, counts, least=0.7, unit="rows/s")

    def latency(self) -> Line:
        """From the call of publish to the subscriber."""
        got = threading.Event()
        times: list[float] = []
        sent = [0.0]
        subscription = self.db.topics.subscribe("events", from_offset=None, timeout_s=20.0)

        def read() -> None:
            for _ in subscription:
                times.append((time.perf_counter() - sent[0]) * 1e3)
                got.set()

        reader = threading.Thread(target=read)
        reader.start()
        time.sleep(0.3)
        bare = []
        for _ in range(LATENCIES):
            got.clear()
            sent[0] = time.perf_counter()
            self.db.topics.publish("events", self.one)
            assert got.wait(5)
            begun = time.perf_counter()
            self.insert(1)
            bare.append((time.perf_counter() - begun) * 1e3)
        subscription.close()
        reader.join()
        ours, theirs = statistics.median(times), statistics.median(bare)
        return Line(
            "topics", "publish to subscriber, p50", "bare insert, p50", ours, theirs, "ms",
            ours / theirs, "at most 1 ms", ours <= 1.0,
            load=os.getloadavg()[0],
            quality=f"p99 {statistics.quantiles(times, n=100)[98]:.2f} ms",
        )  # fmt: skip


def measure(db: Any, rounds: int) -> list[Line]:
    """Return every line."""
    bench = Bench(db, rounds)
    try:
        return [
            bench.singles(), bench.publishers(), bench.copies(), bench.replay(), bench.latency()
        ]  # fmt: skip
    finally:
        bench.bare.close()


def main() -> None:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    import evigate

    with tempfile.TemporaryDirectory(prefix="evigate-bench-") as name:
        Path(name).chmod(0o755)
        with evigate.connect(Path(name) / "lab") as db:
            lines = measure(db, given.rounds)
    for line in lines:
        sys.stdout.write(show(line) + "\n")
    if given.json:
        given.json.write_text(json.dumps({"lines": [line.value() for line in lines]}, indent=1))


if __name__ == "__main__":
    main()
