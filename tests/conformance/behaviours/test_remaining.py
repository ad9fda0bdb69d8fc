"""Behaviours of the list that had no test of their own elsewhere."""

import asyncio
import random
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.integration.engine.conftest import documents

from evigate.base.errors import EvigateError
from evigate.engine.core import Core
from evigate.engine.engine import Engine
from evigate.engine.tables.state import Freshness, Verified

EVENT = pa.schema([("n", pa.int64())])


def refused(code: str, call: Any, *args: Any, **options: Any) -> None:
    with pytest.raises(EvigateError) as refusal:
        call(*args, **options)
    assert refusal.value.code.name == code, refusal.value


def points(db: Engine, name: str, keys: list[str]) -> None:
    vectors = np.eye(len(keys), dtype=np.float32)
    db.tables.import_vectors(name, pa.table({"id": keys, "vector": list(vectors)}))


# Tenancy ---------------------------------------------------------------------------------------


def test_an_ambient_tenant_nests_and_is_restored_by_exception_too(
    db: Engine, other: Engine
) -> None:
    refused("E_TENANT_MISSING", db.current)
    with db.ambient():
        with pytest.raises(KeyError), other.ambient():
            assert db.current().tenant_id == other.tenant_id
            raise KeyError
        assert other.current().tenant_id == db.tenant_id
        with other.ambient():
            assert db.current().tenant_id == other.tenant_id
        assert other.current().tenant_id == db.tenant_id
    refused("E_TENANT_MISSING", db.current)


async def test_an_ambient_tenant_is_its_tasks_and_its_threads_alone(
    db: Engine, other: Engine
) -> None:
    async def look(engine: Engine) -> set[object]:
        seen = set()
        for _ in range(50):
            with engine.ambient():
                await asyncio.sleep(0)
                seen.add(db.current().tenant_id)
        return seen

    found = await asyncio.gather(*(look(each) for each in (db, other) * 4))
    assert found == [{each.tenant_id} for each in (db, other) * 4]
    told: list[object] = []

    def in_thread() -> None:
        try:
            told.append(db.current())
        except EvigateError as error:
            told.append(error.code.name)

    with db.ambient():
        thread = threading.Thread(target=in_thread)
        thread.start()
        thread.join()
    assert told == ["E_TENANT_MISSING"]


def test_a_stream_stays_its_tenants_after_the_block_that_opened_it(
    db: Engine, other: Engine
) -> None:
    for engine, start in ((db, 0), (other, 100)):
        engine.topics.register("events", EVENT)
        engine.topics.publish("events", [{"n": n} for n in range(start, start + 5)])
    with db.ambient():
        stream = other.current().topics.subscribe("events", replay_only=True)
    with other.ambient():
        assert stream.read_all()["n"].to_pylist() == [0, 1, 2, 3, 4]


def test_a_sources_tenant_column_holds_after_the_engine_is_opened_again(
    db: Engine, core: Core, tmp_path: Path
) -> None:
    path = tmp_path / "shared.parquet"
    owners = [str(db.tenant_id)] * 6 + ["00000000-0000-4000-8000-000000000000"] * 4
    pq.write_table(pa.table({"id": range(10), "tenant": owners}), path)
    db.sources.add("shared", str(path), key="id", tenant_column="tenant")
    again = Core(
        core.database.urls, core._key, core.options, tenant_of=lambda subject, _: subject
    ).open()
    try:
        engine = Engine(again, db.subject)
        assert engine.sources.describe("shared").tenant_column == "tenant"
        assert engine.sql("SELECT count(*) AS n FROM shared")["n"].to_pylist() == [6]
    finally:
        again.close()


def test_an_edge_to_another_tenants_row_gathers_and_spreads_nothing(
    db: Engine, other: Engine
) -> None:
    for engine, keys in ((db, ["a", "b"]), (other, ["b", "x", "y"])):
        points(engine, "p", keys)
        links = pa.table({"src": ["a", "b", "b"], "dst": ["x", "y", "a"]})
        engine.sources.add("links", links)
        engine.derive.propagate("p", "links", name="z", hops=1, restart=0.0, weighting="uniform")
    mine = np.array(db.tables.read("z")["vector"].to_pylist())
    assert mine.tolist() == [[0, 1], [1, 0]]
    assert db.tables.read("z").num_rows == 2


def test_no_sql_reaches_the_catalog_or_the_audit(db: Engine) -> None:
    db.sources.add("docs", documents(4), key="id")
    db.index("docs", ["title"])
    db.search("docs", "wing")
    db.audit.flush()
    db.mutable.create("words", EVENT, primary_key="n")
    for name in ("engine.search_audit", "search_audit", "engine.sources", "kernel.tenants"):
        with pytest.raises(EvigateError):
            db.sql(f"SELECT * FROM {name}")
        with pytest.raises(EvigateError):
            db.mutable.execute(f"DELETE FROM {name}")
    assert db.audit.verify().records == 1


def test_a_name_is_given_once(db: Engine, other: Engine) -> None:
    schema = pa.schema([("id", pa.int64())])
    vectors = pa.table({"id": ["a"], "vector": [[1.0, 2.0]]})
    for code, make in {
        "E_SOURCE_EXISTS": lambda engine: engine.sources.add("s", documents(2), key="id"),
        "E_TABLE_EXISTS": lambda engine: engine.tables.import_vectors("t", vectors),
        "E_TOPIC_EXISTS": lambda engine: engine.topics.register("e", EVENT),
        "E_MUTABLE_EXISTS": lambda engine: engine.mutable.create("m", schema, primary_key="id"),
        "E_CHANNEL_EXISTS": lambda engine: engine.channels.declare("c", priority=9, columns={}),
    }.items():
        make(db)
        refused(code, make, db)
        make(other)
        refused(code, make, other)


# Topics ----------------------------------------------------------------------------------------


def test_two_subscribers_each_get_everything_and_a_slow_one_loses_nothing(db: Engine) -> None:
    db.topics.register("events", EVENT)
    count = 600
    found: dict[str, list[int]] = {"quick": [], "slow": []}

    def read(name: str, pause_s: float) -> None:
        for batch in db.topics.subscribe("events", timeout_s=20):
            found[name].extend(batch.column("_offset").to_pylist())
            time.sleep(pause_s)
            if len(found[name]) >= count:
                return

    threads = [
        threading.Thread(target=read, args=("quick", 0.0)),
        threading.Thread(target=read, args=("slow", 0.01)),
    ]
    for thread in threads:
        thread.start()
    for n in range(0, count, 3):
        db.topics.publish("events", [{"n": n + at} for at in range(3)])
    for thread in threads:
        thread.join(30)
    assert found == {"quick": list(range(count)), "slow": list(range(count))}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_consumers_do_no_message_is_skipped(db: Engine, seed: int) -> None:
    """Publish, take, acknowledge, refuse and let run out at random: each is done once in the end."""
    chance = random.Random(seed)
    db.topics.register("events", EVENT, attempts_max=1000)
    published, done = 0, []
    held: dict[str, list[int]] = {"a": [], "b": []}
    for _ in range(60):
        who = chance.choice("ab")
        match chance.choice(["publish", "take", "take", "acknowledge", "refuse", "forget"]):
            case "publish":
                count = chance.randint(1, 4)
                assert (
                    db.topics.publish("events", [{"n": published + at} for at in range(count)])
                    == published
                )
                published += count
            case "take":
                lease_s = chance.choice([0.001, 30.0])
                taken = db.topics.consume(
                    "events", "g", consumer=who, limit=chance.randint(1, 5), lease_s=lease_s
                )["_offset"].to_pylist()
                time.sleep(0.002)
                held = {each: [o for o in mine if o not in taken] for each, mine in held.items()}
                if lease_s > 1:
                    held[who] += taken
            case "acknowledge" if held[who]:
                db.topics.acknowledge("events", "g", held[who], consumer=who)
                done += held[who]
                held[who] = []
            case "refuse" if held[who]:
                db.topics.refuse("events", "g", held[who], reason="no", consumer=who)
                held[who] = []
    for who, offsets in held.items():
        if offsets:
            db.topics.acknowledge("events", "g", offsets, consumer=who)
            done += offsets
    while rest := db.topics.consume("events", "g", limit=100)["_offset"].to_pylist():
        db.topics.acknowledge("events", "g", rest)
        done += rest
    assert sorted(done) == list(range(published))
    (group,) = db.topics.groups("events") if published else (None,)
    assert group is None or group.next_offset == published


# Tables ----------------------------------------------------------------------------------------


def test_a_new_version_leaves_the_bytes_of_older_files_as_they_are(
    db: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "docs.parquet"
    pq.write_table(documents(20), path)
    db.sources.add("docs", str(path), key="id")
    db.embed("docs", ["title"], model="wordllama")
    db.index("docs", ["title"])

    def contents() -> dict[Path, bytes]:
        root = db.core.root / str(db.tenant_id) / "tables"
        return {each: each.read_bytes() for each in root.rglob("*") if each.is_file()}

    before = contents()
    pq.write_table(documents(24), path)
    assert db.embed("docs", ["title"], model="wordllama").inferred == 4
    assert db.index("docs", ["title"]).added == 4
    after = contents()
    assert len(before) > 4 and len(after) > len(before)
    assert {name: after.get(name) for name in before} == before


def test_each_recipe_gives_the_same_bytes_again(db: Engine) -> None:
    db.sources.add("docs", documents(30), key="id")
    keys = [f"d{n:04d}" for n in range(30)]
    db.sources.add("links", pa.table({"src": keys, "dst": [*keys[1:], keys[0]]}))
    recipes = {
        "docs_vectors": lambda: db.embed("docs", ["title"], model="wordllama"),
        "docs_words": lambda: db.index("docs", ["title"]),
        "graph": lambda: db.derive.neighbor_graph("docs_vectors", name="graph", k=3, exact=True),
        "spread": lambda: db.derive.propagate("docs_vectors", "links", name="spread"),
        "shape": lambda: db.derive.structure("links", name="shape", seed=3),
        "contexts": lambda: db.derive.context_set(
            "docs", name="contexts", k=3, value_columns=["year"], table="docs_vectors"
        ),
    }

    def made() -> dict[str, list[str]]:
        found = {}
        for name, make in recipes.items():
            assert make().cache == "computed"
            entries = db.tables.manifest(name)["entries"]
            found[name] = [each["file"]["sha256"] for each in entries]
        return found

    first = made()
    for name in reversed(recipes):
        db.tables.drop(name)
    assert made() == first
    for make in recipes.values():
        assert make().cache == "hit"
    assert [each.current_version for each in db.tables.list()] == [1] * len(recipes)
    assert db.tables.reconcile(grace_s=0) == []


def test_a_chain_is_followed_to_its_end_and_a_ring_is_refused(db: Engine) -> None:
    points(db, "t0", ["a", "b"])
    db.sources.add("links", pa.table({"src": ["a"], "dst": ["b"]}))
    depth = 25
    for n in range(depth):
        db.derive.propagate(f"t{n}", "links", name=f"t{n + 1}", hops=1)
    given = pa.table({"id": ["a", "b"], "vector": [[1.0, 0.5], [0.0, 1.0]]})
    db.tables.import_vectors("t0", given, replace=True)
    assert db.tables.staleness("t1").verdict is Freshness.STALE
    done = db.tables.recompute("t1", cascade="downstream")
    assert [each.table for each in done] == [f"t{n + 1}" for n in range(depth)]
    assert db.tables.staleness(f"t{depth}").verdict is Freshness.FRESH
    # A table may come to stand under the name of what it was made from.
    db.tables.drop("t1")
    db.tables.rename(f"t{depth}", "t1")
    refused("E_DEPENDENCY_CYCLE", db.tables.recompute, "t2", cascade="downstream")


def test_an_input_without_a_version_never_hits_and_cannot_be_judged(db: Engine) -> None:
    """A mutable table is read as it is at one instant; nobody can say later whether it still is."""
    points(db, "p", ["a", "b", "c"])
    schema = pa.schema([("src", pa.string()), ("dst", pa.string())])
    db.mutable.create("links", schema, primary_key=["src", "dst"])
    db.mutable.insert("links", {"src": "a", "dst": "b"})

    def spread() -> tuple[str, int]:
        done = db.derive.propagate("p", "links", name="z", hops=1)
        return done.cache, done.version

    assert [spread(), spread()] == [("computed", 1), ("computed", 2)]
    report = db.tables.staleness("z")
    assert (report.verdict, report.reasons) == (Freshness.UNDECIDABLE, [])
    assert db.tables.verify("z").verdict is Verified.MATCH_WITH_UNPINNED_INPUTS
    # What has changed for certain is said all the same.
    points_anew = pa.table({"id": ["a", "b"], "vector": [[1.0, 0.5], [0.0, 1.0]]})
    db.tables.import_vectors("p", points_anew, replace=True)
    assert db.tables.staleness("z").verdict is not Freshness.FRESH
