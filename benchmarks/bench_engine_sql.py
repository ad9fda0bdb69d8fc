"""A federated join through the engine against bare DuckDB with the same extensions, in one run.

Data made in a temporary folder: 10M rows of Parquet, 200k of PostgreSQL (a server that is started
for it), 10k of SQLite, 200 of CSV; joined, filtered, grouped, top 20. Rounds alternate between ours
and bare; the figure is the median of the ratios of rounds that follow on each other, and the
answers must be equal. On a loaded machine, or where bare DuckDB itself spreads by more than 1.6,
the verdict is "none".

    python benchmarks/bench_engine_sql.py [--rows 10000000] [--rounds 15] [--json FILE]

Also measured: what our part costs (parse, check, rewrite) on a query that does nothing else, and
the row store's opening, `take` and `select` on a million rows.
"""

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

from evigate.boot import Settings
from evigate.boot.database import start_database
from evigate.engine.catalog.models import Source
from evigate.engine.federation.duck import Duck, _extension_path
from evigate.engine.federation.relations import Relation
from evigate.engine.federation.session import SqlSession
from evigate.engine.sources.context import SourceContext
from evigate.engine.sources.probe import probe
from evigate.engine.sources.reading import relation_of
from evigate.engine.sources.rows import open_rows
from evigate.kernel.secrets import SealingKey

GOAL = 1.2
SPREAD_MAX = 1.6
LOAD_MAX = 3.0
KEY_TEXT = "a2V5LWZvci10ZXN0cy1vbmx5LTMyLWJ5dGVzLWxvbmc="
QUERY = (
    "SELECT r.region, t.label, count(*) AS n, sum(e.amount) AS total FROM {events} e "
    "JOIN {users} u ON u.id = e.user_id JOIN {tiers} t ON t.id = u.tier "
    "JOIN {regions} r ON r.id = u.region WHERE u.active AND e.kind = 3 AND t.weight > 2 "
    "GROUP BY ALL ORDER BY total DESC, n, r.region, t.label LIMIT 20"
)


def make_files(folder: Path, rows: int) -> None:
    """Write the Parquet, SQLite and CSV parts."""
    random = np.random.default_rng(7)
    schema = pa.schema([("user_id", pa.int64()), ("kind", pa.int32()), ("amount", pa.int64())])
    with pq.ParquetWriter(folder / "events.parquet", schema, compression="zstd") as writer:
        for start in range(0, rows, 1_000_000):
            count = min(1_000_000, rows - start)
            writer.write_table(
                pa.table(
                    [
                        random.integers(0, 200_000, count),
                        random.integers(0, 10, count).astype(np.int32),
                        random.integers(0, 10_000, count),
                    ],
                    schema=schema,
                )
            )
    connection = sqlite3.connect(folder / "tiers.sqlite")
    connection.execute("CREATE TABLE tiers (id INTEGER PRIMARY KEY, label TEXT, weight INTEGER)")
    items = ((number, f"tier {number % 50}", number % 7) for number in range(10_000))
    connection.executemany("INSERT INTO tiers VALUES (?, ?, ?)", items)
    connection.commit()
    connection.close()
    lines = "".join(f"{number},region {number % 40}\n" for number in range(200))
    (folder / "regions.csv").write_text("id,region\n" + lines)


def fill_postgres(url: str) -> None:
    """Write the PostgreSQL part."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE users AS SELECT i::bigint AS id, (i * 7919 % 10000)::int AS tier, "
            "(i % 200)::int AS region, i % 4 <> 0 AS active FROM generate_series(0, 199999) i"
        )
        connection.execute("ANALYZE users")


def bare(folder: Path, url: str) -> Callable[[], pa.Table]:
    """The same statement in DuckDB by hand."""
    connection = duckdb.connect()
    for kind in ("postgres", "sqlite"):
        connection.execute(f"LOAD '{_extension_path(kind)}'")
    connection.execute(f"ATTACH '{url}' AS pg (TYPE postgres, READ_ONLY)")
    connection.execute(f"ATTACH '{folder}/tiers.sqlite' AS lite (TYPE sqlite, READ_ONLY)")
    text = QUERY.format(
        events=f"read_parquet('{folder}/events.parquet')",
        users="pg.public.users",
        tiers="lite.tiers",
        regions=f"read_csv('{folder}/regions.csv')",
    )
    return lambda: connection.execute(text).to_arrow_table()


class Catalog:
    """Sources by name."""

    def __init__(self, context: SourceContext, targets: Mapping[str, str]) -> None:
        self.kept = {name: keep(context, name, target) for name, target in targets.items()}

    def resolve(self, name: str) -> Relation | None:
        """Return the relation of a source."""
        return relation_of(*self.kept[name]) if name in self.kept else None

    def names(self) -> Sequence[str]:
        """Return the names."""
        return list(self.kept)

    def describe(self) -> Sequence[Relation]:
        """Return all."""
        return [relation_of(*item) for item in self.kept.values()]


def keep(
    context: SourceContext, name: str, target: Any, **named: Any
) -> tuple[Source, SourceContext]:
    """Probe a target; return it with the context that reads it."""
    facts = probe(name, target, context=context, **named)
    now = datetime.now(UTC)
    source = Source(
        uuid4(), facts.name, facts.kind, facts.uri, facts.options, facts.schema, facts.key_column,
        facts.tenant_column, None, facts.version, facts.row_count, now, now,
    )  # fmt: skip
    return source, replace(context, credentials=facts.credentials)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return seconds and the result."""
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def rounds(
    ours: Callable[[], pa.Table], theirs: Callable[[], pa.Table], count: int
) -> dict[str, Any]:
    """Alternate; return medians, the median of paired ratios, and the verdict."""
    if not ours().equals(theirs()):
        raise SystemExit("the answers differ")
    pairs = []
    for number in range(count):
        first, second = (ours, theirs) if number % 2 else (theirs, ours)
        a, b = timed(first)[0], timed(second)[0]
        pairs.append((a, b) if number % 2 else (b, a))
    mine, bare_s = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    ratio = statistics.median(a / b for a, b in pairs)
    spread = max(bare_s) / min(bare_s)
    is_quiet = spread <= SPREAD_MAX and os.getloadavg()[0] <= LOAD_MAX
    return {
        "ours_ms": round(statistics.median(mine) * 1e3, 1),
        "bare_ms": round(statistics.median(bare_s) * 1e3, 1),
        "ratio": round(ratio, 3),
        "spread": round(spread, 2),
        "load": round(os.getloadavg()[0], 2),
        "verdict": ("holds" if ratio <= GOAL else "fails") if is_quiet else "none",
    }


def row_store(context: SourceContext) -> dict[str, float]:
    """Time the row store of a million rows."""
    count = 1_000_000
    table = pa.table(
        {
            "id": [f"doc-{number}" for number in range(count)],
            "year": np.arange(count) % 100,
            "text": ["some words of a text"] * count,
        }
    )
    source, who = keep(context, "docs", table, key="id")
    build_s, _ = timed(lambda: open_rows(source, who))
    open_s, store = timed(lambda: open_rows(source, who))
    random = np.random.default_rng(7)
    takes = [timed(lambda: store.take(random.integers(0, count, 10)))[0] for _ in range(50)]
    keys = pa.array([f"doc-{number}" for number in random.integers(0, count, 10)])
    looks = [timed(lambda: store.positions_of(keys))[0] for _ in range(50)]
    picks = [timed(lambda n=n: store.select("year = $y", {"y": n}))[0] for n in range(10)]
    again = [timed(lambda: store.select("year = $y", {"y": 1}))[0] for _ in range(10)]
    named = {"take_10": takes, "keys_10": looks, "select_1pc": picks, "select_again": again}
    medians = {f"{name}_ms": statistics.median(times) * 1e3 for name, times in named.items()}
    found = {"build_ms": build_s * 1e3, "open_ms": open_s * 1e3, **medians}
    return {name: round(value, 3) for name, value in found.items()}


def nothing(session: SqlSession) -> float:
    """Return the median seconds of a statement that does nothing."""
    return statistics.median(timed(lambda: session.sql("SELECT 1"))[0] for _ in range(50))


def main() -> None:
    """Make the data, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="evigate-bench-"))
    folder.chmod(0o755)
    settings = Settings(data_dir=folder / "house", key=KEY_TEXT)
    settings.data_dir.mkdir(mode=0o755)
    key = SealingKey.load(settings.data_dir / "key", text=KEY_TEXT)
    server, _ = start_database(settings, key)
    assert server is not None
    duck = Duck(folder / "spill")
    try:
        url = server.url()
        make_files(folder, given.rows)
        fill_postgres(url)
        parts = psycopg.conninfo.conninfo_to_dict(url)
        user = f"{parts['user']}:{parts.get('password') or ''}"
        where = f"{parts['host']}:{parts.get('port', 5432)}/{parts['dbname']}"
        context = SourceContext("bench", folder / "tenant", duck)
        targets = {
            "events": str(folder / "events.parquet"),
            "users": f"postgresql://{user}@{where}?table=users",
            "tiers": f"sqlite:///{folder}/tiers.sqlite?table=tiers",
            "regions": str(folder / "regions.csv"),
        }
        session = SqlSession(duck, Catalog(context, targets))
        text = QUERY.format(**{name: name for name in targets})
        result: dict[str, Any] = {
            "rows": given.rows,
            "join": rounds(lambda: session.sql(text), bare(folder, url), given.rounds),
            "nothing_ms": round(
                statistics.median(timed(lambda: session.sql("SELECT 1"))[0] for _ in range(50))
                * 1e3,
                2,
            ),
            "row_store_1m": row_store(context),
        }
    finally:
        duck.close()
        server.close()
        shutil.rmtree(folder, ignore_errors=True)
    shown = json.dumps(result, indent=2)
    sys.stdout.write(shown + "\n")
    if given.json:
        given.json.write_text(shown + "\n")


if __name__ == "__main__":
    main()
