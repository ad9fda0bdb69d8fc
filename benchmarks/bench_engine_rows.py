"""Mutable tables against bare psycopg, and the same table with and without its policy.

The yard-stick is a table of the same columns and index in the same database, without policy and
trigger, read and written by psycopg as one would by hand. Rounds alternate between ours and theirs;
a figure is the median of the ratios of rounds that follow on each other (theirs / ours in time, so
1.0 is as fast and 0.5 takes twice as long).

    python benchmarks/bench_engine_rows.py [--json FILE] [--rounds 15]

Prints a table, and writes JSON to the file if one is given. Starts a database of its own.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pyarrow as pa
from psycopg.rows import dict_row

from evigate.base.ids import TenantId
from evigate.base.subject import Subject
from evigate.boot import Settings
from evigate.boot.database import start_database
from evigate.engine.mutable.handle import Handle
from evigate.engine.mutable.service import MutableService
from evigate.kernel.db import DatabaseUrls, Migrator, SyncDatabase
from evigate.kernel.secrets import SealingKey

ROWS = 50_000
POINTS = 300
SINGLES = 60
MANY = 20_000
SCHEMA = pa.schema(
    [("id", pa.int64()), ("kind", pa.int32()), ("score", pa.float64()), ("body", pa.string())]
)


@dataclass
class Line:
    """One comparison; times in ms for the whole of a round."""

    name: str
    ours_ms: float
    theirs_ms: float
    ratio: float
    goal: float | None

    @property
    def verdict(self) -> str:
        """Return met, missed, or "-" where there is no goal."""
        if self.goal is None:
            return "-"
        return "met" if self.ratio >= self.goal else "missed"


def timed(work: Callable[[], Any]) -> float:
    """Return how many ms a piece of work takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def compare(
    name: str, ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int, goal: float | None
) -> Line:
    """Return the median of alternating rounds; which side begins alternates too."""
    ours(), theirs()
    left, right = [], []
    for number in range(rounds):
        for is_ours in (True, False) if number % 2 else (False, True):
            (left if is_ours else right).append(timed(ours if is_ours else theirs))
    ratio = statistics.median(b / a for a, b in zip(left, right, strict=True))
    return Line(name, statistics.median(left), statistics.median(right), ratio, goal)


def rows(first: int, count: int) -> pa.Table:
    """Return generated rows of about 120 bytes."""
    numbers = range(first, first + count)
    return pa.table(
        {
            "id": list(numbers),
            "kind": [n % 100 for n in numbers],
            "score": [(n * 7919 % 10_007) / 10_007 for n in numbers],
            "body": [f"row {n} " * 8 for n in numbers],
        },
        schema=SCHEMA,
    )


class Bench:
    """The two tables, filled alike, and a connection of the app role to each."""

    def __init__(self, urls: DatabaseUrls, rounds: int) -> None:
        self.rounds = rounds
        tenant = TenantId(uuid4())
        with psycopg.connect(urls.owner) as admin:
            admin.execute(
                "INSERT INTO kernel.tenants (id, slug, name) VALUES (%s, 'bench', 'Bench')",
                (tenant,),
            )
        self.subject = Subject(tenant, "user:bench", "owner")
        self.database = SyncDatabase(urls)
        self.database.open()
        self.service = MutableService(self.database)
        index = {"name": "by_kind", "columns": ["kind"]}
        made = self.service.names.create(
            self.subject, "ours", SCHEMA, primary_key="id", indexes=[index], order_column="id"
        )
        self.handle: Handle = self.service.handle(self.subject)
        self.handle.insert("ours", rows(0, ROWS))
        self.place = f"engine_rows.{made.physical}"
        with psycopg.connect(urls.owner, autocommit=True) as admin:
            admin.execute("CREATE SCHEMA bare; GRANT USAGE ON SCHEMA bare TO evigate_app")
            admin.execute(f"CREATE TABLE bare.t (LIKE {self.place} INCLUDING ALL)".encode())
            admin.execute(f"INSERT INTO bare.t SELECT * FROM {self.place}".encode())
            admin.execute("GRANT ALL ON bare.t TO evigate_app")
            admin.execute("VACUUM ANALYZE bare.t")
            admin.execute(f"VACUUM ANALYZE {self.place}".encode())
        options = f"-c app.tenant_id={tenant}"
        self.bare = psycopg.connect(
            urls.app, autocommit=True, row_factory=dict_row, options=options
        )
        self.next_id = ROWS

    def close(self) -> None:
        """Close what is open."""
        self.bare.close()
        self.database.close()

    def points(self) -> Line:
        """One row by key: the verb against a prepared SELECT of a connection at hand."""
        keys = [n * 163 % ROWS for n in range(POINTS)]
        text = "SELECT id, kind, score, body FROM bare.t WHERE id = %s"

        def ours() -> None:
            for key in keys:
                assert self.handle.get("ours", key) is not None

        def theirs() -> None:
            for key in keys:
                assert self.bare.execute(text, (key,), prepare=True).fetchone() is not None

        return compare("point get", ours, theirs, self.rounds, 0.5)

    def singles(self) -> Line:
        """One row inserted and committed at a time."""
        text = "INSERT INTO bare.t (id, kind, score, body) VALUES (%s, %s, %s, %s)"

        def batch() -> list[dict[str, Any]]:
            self.next_id += SINGLES
            return rows(self.next_id - SINGLES, SINGLES).to_pylist()

        def ours() -> None:
            for row in batch():
                self.handle.insert("ours", row)

        def theirs() -> None:
            for row in batch():
                self.bare.execute(text, tuple(row.values()), prepare=True)

        return compare("insert one, commit", ours, theirs, self.rounds, None)

    def many(self) -> Line:
        """20,000 rows, checked against the schema and through a stage, against a bare COPY."""
        text = "COPY bare.t (id, kind, score, body) FROM STDIN (FORMAT BINARY)"

        def batch() -> pa.Table:
            self.next_id += MANY
            return rows(self.next_id - MANY, MANY)

        def theirs(given: pa.Table) -> None:
            with self.bare.cursor() as cursor, cursor.copy(text) as copy:
                copy.set_types(["int8", "int4", "float8", "text"])
                for row in zip(*(column.to_pylist() for column in given.columns), strict=True):
                    copy.write_row(row)

        left, right = [], []
        for _ in range(5):
            mine, yours = batch(), batch()
            left.append(timed(lambda: self.handle.insert("ours", mine)))  # noqa: B023
            right.append(timed(lambda: theirs(yours)))  # noqa: B023
        ratio = statistics.median(b / a for a, b in zip(left, right, strict=True))
        middle = statistics.median
        return Line("insert 20,000 (COPY)", middle(left), middle(right), ratio, None)

    def policy(self, name: str, text: str, times: int) -> Line:
        """One statement on the table with the policy and on the one without, by the same hand."""

        def run(place: str) -> None:
            query = text.replace("{t}", place).encode()
            for number in range(times):
                self.bare.execute(query, (number * 163 % ROWS,), prepare=True).fetchall()

        return compare(name, lambda: run(self.place), lambda: run("bare.t"), self.rounds, 1 / 1.1)

    def trigger(self, urls: DatabaseUrls) -> Line:
        """One row inserted with the version's trigger and without it, the policy on both."""
        with psycopg.connect(urls.owner, autocommit=True) as admin:
            admin.execute("CREATE TABLE bare.u (LIKE bare.t INCLUDING ALL)")
            admin.execute("ALTER TABLE bare.u ENABLE ROW LEVEL SECURITY")
            admin.execute(
                "CREATE POLICY p ON bare.u USING (tenant_id = (SELECT kernel.current_tenant()))"
            )
            admin.execute("GRANT ALL ON bare.u TO evigate_app")

        def run(place: str) -> None:
            query = f"INSERT INTO {place} (id, kind, score, body) VALUES (%s, 1, 1, 'x')".encode()
            for _ in range(SINGLES):
                self.bare.execute(query, (self.next_id,), prepare=True)
                self.next_id += 1

        return compare(
            "version's trigger on insert",
            lambda: run(self.place),
            lambda: run("bare.u"),
            self.rounds,
            None,
        )


def measure(bench: Bench, urls: DatabaseUrls) -> list[Line]:
    """Return every comparison; reads first, while both tables hold the same rows."""
    point = "SELECT id, kind, score, body FROM {t} WHERE id = %s"
    aggregate = "SELECT count(*), avg(score) FROM {t} WHERE kind = %s %% 100"
    whole = "SELECT kind, sum(score) FROM {t} WHERE id <> %s GROUP BY kind"
    top = "SELECT id, body FROM {t} WHERE id > %s ORDER BY id LIMIT 20"
    return [
        bench.points(),
        bench.policy("policy: point", point, POINTS),
        bench.policy("policy: aggregate, 500 rows", aggregate, 20),
        bench.policy("policy: aggregate, whole table", whole, 2),
        bench.policy("policy: top 20", top, POINTS),
        bench.singles(),
        bench.trigger(urls),
        bench.many(),
    ]


def main() -> None:
    """Run, print, and write JSON where asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        settings = Settings(data_dir=Path(folder))
        server, urls = start_database(settings, SealingKey.load(settings.data_dir / "key"))
        assert server is not None
        try:
            Migrator(urls).up()
            bench = Bench(urls, options.rounds)
            lines = measure(bench, urls)
            bench.close()
        finally:
            server.close()
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f}\n")
    for line in lines:
        sys.stdout.write(
            f"{line.name:32} ours {line.ours_ms:9.2f} ms  theirs {line.theirs_ms:9.2f} ms  "
            f"ratio {line.ratio:5.2f}  {line.verdict}\n"
        )
    if options.json:
        found = [{**asdict(line), "verdict": line.verdict} for line in lines]
        options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
