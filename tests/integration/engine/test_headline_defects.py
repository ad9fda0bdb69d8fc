"""The seven defects, and the absences, that jammi-ai 0.54 was measured to have: none is here.

Work is compared with work of the same run, interleaved, by medians, and tried again: the machine
may be busy. Bounds are far from what is usual and far from what the defect was.
"""

import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from psycopg import sql
from tests.integration.engine.conftest import documents

from evigate.base.errors import EvigateError
from evigate.engine.engine import Engine

WIDTH = 48
TRIES = 6
ROW = pa.schema([("id", pa.int64()), ("word", pa.string())])


def vectors(count: int, width: int = WIDTH) -> pa.Table:
    values = np.random.default_rng(7).normal(size=(count, width)).astype(np.float32)
    column = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), width)
    return pa.table({"id": [f"k{n}" for n in range(count)], "vector": column})


def rows(count: int) -> pa.Table:
    ids = [f"k{n}" for n in range(count)]
    return pa.table({"id": ids, "body": [f"the body of row {n}" for n in range(count)]})


def seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def holds(measure: Callable[[], float], is_good: Callable[[float], bool]) -> bool:
    """Whether a ratio is good in one of a few tries; noise makes it bad, a defect always."""
    return any(is_good(measure()) for _ in range(TRIES))


def test_threads_of_two_tenants_on_one_handle_see_their_own_rows(db: Engine, other: Engine) -> None:
    """There: 33 of 120 queries were answered with the other tenant's rows."""
    tenants = {str(db.tenant_id): 4, str(other.tenant_id): 6}
    for tenant, count in tenants.items():
        handle = db.as_tenant(tenant)
        handle.sources.add("docs", documents(count), key="id")
        handle.mutable.create("words", ROW, primary_key="id")
        handle.mutable.insert("words", [{"id": n, "word": tenant} for n in range(count)])
        handle.topics.register("events", ROW)
        handle.topics.publish("events", [{"id": n, "word": tenant} for n in range(count)])
    seen: list[tuple[str, list[int], set[str]]] = []

    def look(tenant: str) -> None:
        for _ in range(30):
            mine = db.as_tenant(tenant)
            joined = mine.sql("SELECT w.word FROM words w, docs d LIMIT 50")["word"].to_pylist()
            counts = [
                mine.sql("SELECT count(*) AS n FROM docs")["n"][0].as_py(),
                mine.mutable.count("words"),
                mine.topics.subscribe("events", replay_only=True).read_all().num_rows,
                len(joined) // tenants[tenant],
            ]
            seen.append((tenant, counts, set(joined)))

    threads = [threading.Thread(target=look, args=(each,)) for each in tenants for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 120
    for tenant, counts, words in seen:
        assert counts == [tenants[tenant]] * 4
        assert words == {tenant}


def test_k_rows_come_when_the_source_lost_rows(db: Engine, tmp_path: Path) -> None:
    """There: of 50 rows 10 were lost, and k = 10 gave 6 rows, k = 1 none."""
    path = tmp_path / "docs.parquet"
    pq.write_table(rows(50), path)
    db.sources.add("docs", str(path), key="id")
    given = vectors(50)
    db.tables.import_vectors("vecs", given, source="docs")
    query = given["vector"][0].as_py()
    ranked = db.search("docs", query, k=50)["id"].to_pylist()
    lost = ranked[:10]
    kept = rows(50).filter(pa.array([key not in lost for key in rows(50)["id"].to_pylist()]))
    pq.write_table(kept, path)
    db.sources.refresh("docs")
    for k in (1, 10, 40, 50):
        hits = db.search("docs", query, k=k)
        assert hits["id"].to_pylist() == ranked[10 : 10 + k]
        assert {key for key, _ in hits.gone} == set(lost)


def test_a_search_costs_the_same_in_a_source_fifty_times_as_large(db: Engine) -> None:
    """There: 5.5 ms at 2,000 rows, 36 ms at 100,000: each search read the source."""
    query = np.random.default_rng(1).normal(size=WIDTH).astype(np.float32)
    for count in (2_000, 100_000):
        db.sources.add(f"s{count}", rows(count), key="id")
        db.tables.import_vectors(f"v{count}", vectors(2_000), source=f"s{count}")
        assert db.search(f"s{count}", query, k=10)["body"].null_count == 0

    def growth() -> float:
        times: dict[int, list[float]] = {2_000: [], 100_000: []}
        for _ in range(40):
            for count, found in times.items():
                found.append(seconds(lambda at=count: db.search(f"s{at}", query, k=10)))
        return statistics.median(times[100_000]) / statistics.median(times[2_000])

    assert holds(growth, lambda ratio: ratio < 1.5)


def test_a_search_grows_far_less_than_its_vectors(db: Engine) -> None:
    query = np.random.default_rng(1).normal(size=WIDTH).astype(np.float32)
    for count in (2_000, 50_000):
        db.sources.add(f"s{count}", rows(count), key="id")
        db.tables.import_vectors(f"v{count}", vectors(count), source=f"s{count}")
        db.search(f"s{count}", query, k=10)

    def growth() -> float:
        times: dict[int, list[float]] = {2_000: [], 50_000: []}
        for _ in range(40):
            for count, found in times.items():
                found.append(seconds(lambda at=count: db.search(f"s{at}", query, k=10)))
        return statistics.median(times[50_000]) / statistics.median(times[2_000])

    # 25 times the vectors: about 3.6 times the time where all of them are scored.
    assert holds(growth, lambda ratio: ratio < 10)


def test_four_threads_answer_no_less_than_one(db: Engine) -> None:
    """There: 30 queries a second from one thread, 20 from four."""
    count, width = 20_000, 256
    db.sources.add("docs", rows(count), key="id")
    db.tables.import_vectors("vecs", vectors(count, width), source="docs")
    queries = np.random.default_rng(3).normal(size=(60, width)).astype(np.float32)
    db.search("docs", queries[0], k=10)

    def ask(some: Any) -> None:
        for query in some:
            db.search("docs", query, k=10, exact=True)

    def of_threads(number: int) -> float:
        threads = [
            threading.Thread(target=ask, args=(part,)) for part in np.array_split(queries, number)
        ]

        def work() -> None:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        return len(queries) / seconds(work)

    def gain() -> float:
        pairs = [(of_threads(1), of_threads(4)) for _ in range(3)]
        return statistics.median(four / one for one, four in pairs)

    assert holds(gain, lambda ratio: ratio > 0.9)


def test_twenty_thousand_rows_are_published_as_one_cheap_write(db: Engine) -> None:
    """There: 7.65 s, what 2,900 single publishes took."""
    db.topics.register("events", ROW)
    many = pa.table({"id": range(20_000), "word": ["x"] * 20_000}, ROW)
    db.topics.publish("events", many)

    def cost() -> float:
        batch = seconds(lambda: db.topics.publish("events", many))
        singles = seconds(
            lambda: [db.topics.publish("events", {"id": n, "word": "x"}) for n in range(100)]
        )
        return batch / singles

    assert holds(cost, lambda ratio: ratio < 1.0)
    held = db.topics.describe("events").next_offset
    offsets = db.topics.subscribe("events", replay_only=True).read_all()["_offset"]
    assert offsets.to_pylist() == list(range(held))


def test_a_point_read_of_a_mutable_table_reads_its_row_alone(db: Engine) -> None:
    """There: 33 ms of 10,000 rows, all of which were read for one. The database counts its blocks."""
    count, reads = 10_000, 20
    db.mutable.create("words", ROW, primary_key="id")
    words = [f"word {n} and what is said of it" for n in range(count)]
    db.mutable.insert("words", pa.table({"id": range(count), "word": words}, ROW))
    physical = db.core.mutables.names.get(db.subject, "words").physical
    with db.core.database.maintenance("test") as tx:
        # The database's own housekeeping reads whole tables, and would be counted as ours.
        quiet = sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = false)")
        tx.connection.execute(quiet.format(sql.Identifier("engine_rows", physical)))

    def read() -> dict[str, int]:
        """What the database has counted, once each backend has told what it did."""
        time.sleep(1.2)
        db.mutable.get("words", 0)
        db.sql("SELECT word FROM words WHERE id = 0")
        with db.core.database.maintenance("test") as tx:
            found = tx.connection.execute(
                "SELECT s.seq_tup_read AS scanned, i.heap_blks_hit + i.heap_blks_read AS blocks,"
                " pg_relation_size(s.relid) / 8192 AS pages"
                " FROM pg_stat_all_tables s JOIN pg_statio_all_tables i USING (relid)"
                " WHERE s.relname = %s",
                (physical,),
            ).fetchone()
        assert found is not None
        return {name: int(value) for name, value in found.items()}

    read()
    before = read()
    for n in range(reads):
        assert db.mutable.get("words", n * 31) == {"id": n * 31, "word": words[n * 31]}
        assert db.sql("SELECT word FROM words WHERE id = $n", n=n * 31).num_rows == 1
        assert db.mutable.scan("words", where="id = $n", params={"n": n * 31}).num_rows == 1
    read()
    after = read()
    assert after["pages"] > 50
    assert after["scanned"] == before["scanned"]
    assert 2 * reads <= after["blocks"] - before["blocks"] < 8 * reads


def test_names_are_per_tenant_and_a_tenants_file_is_its_own(
    db: Engine, other: Engine, tmp_path: Path
) -> None:
    """There: names were taken for everybody, and any tenant could read another's file source."""
    path = tmp_path / "priv.parquet"
    pq.write_table(documents(5), path)
    db.sources.add("priv", str(path), key="id")
    db.mutable.create("words", ROW, primary_key="id")
    for text in (
        "SELECT count(*) FROM priv",
        "SELECT count(*) FROM priv.public.priv",
        "SELECT count(*) FROM main.priv",
        f"SELECT count(*) FROM '{path}'",
        f"SELECT count(*) FROM read_parquet('{path}')",
        "SELECT count(*) FROM words",
    ):
        with pytest.raises(EvigateError):
            other.sql(text)
    # The same names are free: nobody learns from a refusal what another tenant has.
    other.sources.add("priv", documents(2), key="id")
    other.mutable.create("words", ROW, primary_key="id")
    assert db.sql("SELECT count(*) AS n FROM priv")["n"].to_pylist() == [5]
    assert other.sql("SELECT count(*) AS n FROM priv")["n"].to_pylist() == [2]
    other.sources.remove("priv")
    other.mutable.drop("words")
    assert db.sources.describe("priv").row_count == 5
    assert db.mutable.count("words") == 0


def test_what_was_not_there_is_here(db: Engine) -> None:
    """There: no upsert, transaction, several statements, hybrid verb, or removal of a source."""
    db.mutable.create("words", ROW, primary_key="id")
    db.mutable.upsert("words", [{"id": 1, "word": "a"}, {"id": 2, "word": "b"}])
    db.mutable.upsert("words", {"id": 1, "word": "c"})
    assert db.mutable.get("words", 1) == {"id": 1, "word": "c"}
    with pytest.raises(EvigateError), db.mutable.transaction() as work:
        work.insert("words", {"id": 3, "word": "d"})
        work.insert("words", {"id": 1, "word": "twice"})
    assert db.mutable.count("words") == 2
    db.mutable.execute(
        "INSERT INTO words VALUES (3, 'd') ON CONFLICT (id) DO UPDATE SET word = 'e';"
        " UPDATE words SET word = 'z' WHERE id = 1; DELETE FROM words WHERE id = 2"
    )
    assert db.mutable.scan("words", order_by=["id"])["word"].to_pylist() == ["z", "d"]
    db.sources.add("docs", documents(10), key="id")
    db.embed("docs", ["title"], model="wordllama")
    db.index("docs", ["title"])
    hits = db.search("docs", "slipstream over a wing", k=3, mode="hybrid")
    assert hits["retrieved_by"][0].as_py() == ["vector", "bm25"]
    db.sources.remove("docs", cascade=True)
    assert db.sources.list() == [] and db.tables.list() == []
