"""The journey of a tenant's data: a source, its tables, searches and SQL, and what changes do."""

import contextlib
import sqlite3
import threading
from pathlib import Path

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.integration.engine.conftest import documents

from evigate.base.errors import EvigateError
from evigate.boot import House
from evigate.engine.core import Core
from evigate.engine.engine import Engine

COLUMNS = ["title", "text"]
FAST = "wordllama"


def filled(db: Engine, target: object, *, lexical: bool = True) -> None:
    db.sources.add("docs", target, key="id")
    db.embed("docs", columns=COLUMNS, model=FAST)
    if lexical:
        db.index("docs", columns=COLUMNS)


def refused(code: str, call: object, *args: object, **options: object) -> EvigateError:
    with pytest.raises(EvigateError) as refusal:
        call(*args, **options)  # type: ignore[operator]
    assert refusal.value.code.name == code, refusal.value
    return refusal.value


def test_the_quickstart_as_it_is_written(db: Engine) -> None:
    db.sources.add("docs", documents(), key="id")
    db.embed("docs", columns=COLUMNS, model=FAST)
    db.index("docs", columns=COLUMNS)
    hits = db.search("docs", "slipstream over a wing", k=10, mode="hybrid", where="year >= 1940")
    assert isinstance(hits, pa.Table)
    assert hits["id"].to_pylist()[0] == "d0000"
    assert hits["retrieved_by"].to_pylist()[0] == ["vector", "bm25"]
    assert hits["score"].to_pylist() == sorted(hits["score"].to_pylist(), reverse=True)
    assert {"title", "text", "year"} <= set(hits.column_names)
    found = db.sql(
        "SELECT s.title, h.score FROM hybrid('docs', $q, 10) h JOIN docs s USING (id)"
        " ORDER BY h.score DESC",
        q="boundary layer",
    ).to_pandas()
    assert found["title"][0] == "Boundary layer of a flat plate 1"
    assert "<table>" in hits._repr_html_() and "Slipstream" in hits._repr_html_()
    assert "docs_vectors" in db._repr_html_()


def test_an_unchanged_source_is_a_hit_and_a_changed_row_is_embedded_alone(
    db: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "docs.parquet"
    table = documents(40)
    pq.write_table(table, path)
    filled(db, str(path))
    assert db.embed("docs", columns=COLUMNS, model=FAST).cache == "hit"
    titles = table["title"].to_pylist()
    titles[3] = "Ornithology of the northern gannet"
    changed = table.set_column(1, "title", pa.array(titles)).slice(1)
    pq.write_table(pa.concat_tables([changed, documents(2, start=100)]), path)
    done = db.embed("docs", columns=COLUMNS, model=FAST)
    assert (done.added, done.changed, done.deleted, done.unchanged) == (2, 1, 1, 38)
    assert done.inferred == 3
    assert done.row_count == 41
    words = db.index("docs", columns=COLUMNS)
    assert (words.added, words.changed, words.deleted) == (2, 1, 1)
    assert db.search("docs", "gannet", k=1)["id"].to_pylist() == ["d0003"]
    assert "d0000" not in db.search("docs", "slipstream", k=41)["id"].to_pylist()
    assert db.tables.read("docs_vectors", version=1).num_rows == 40
    assert db.tables.read("docs_vectors").num_rows == 41
    segments = db.tables.segments("docs_vectors")
    assert sorted(segment.row_count for segment in segments) == [3, 40]


def test_compaction_changes_files_and_no_answer_and_expiry_removes_the_old_ones(
    db: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "docs.parquet"
    pq.write_table(documents(30), path)
    filled(db, str(path))
    for start in (30, 35):
        pq.write_table(documents(30 + start - 25, start=start - 30), path)
        db.embed("docs", columns=COLUMNS, model=FAST)
    before = db.search("docs", "buckling of shells", k=8, mode="vector")
    done = db.tables.compact("docs_vectors")
    after = db.search("docs", "buckling of shells", k=8, mode="vector")
    assert after.equals(before.to_arrow())
    assert db.tables.expire("docs_vectors", before=done.version) == [1, 2, 3]
    assert [v.version for v in db.tables.describe("docs_vectors").versions] == [done.version]
    assert len(db.tables.segments("docs_vectors")) == 1
    table = db.core.tables.get(db.subject, "docs_vectors")
    names = {each.name.split("-")[0] for each in db.core.tables.folder(db.subject, table).iterdir()}
    assert names == {"rows", "manifest", "segment"}
    assert len(list(db.core.tables.folder(db.subject, table).iterdir())) == 3
    assert db.search("docs", "buckling of shells", k=8, mode="vector").equals(before.to_arrow())
    refused("E_VERSION_MISSING", db.tables.read, "docs_vectors", version=1)


def test_rows_gone_from_the_source_are_reported_and_k_live_ones_come(
    db: Engine, tmp_path: Path
) -> None:
    """The engine this one replaces returned 6 of 10, and none for k = 1."""
    path = tmp_path / "docs.parquet"
    pq.write_table(documents(50), path)
    filled(db, str(path), lexical=False)
    best = db.search("docs", "heat conduction", k=50)["id"].to_pylist()
    gone = set(best[:10])
    kept = documents(50).filter(
        pa.array([key not in gone for key in documents(50)["id"].to_pylist()])
    )
    pq.write_table(kept, path)
    db.sources.refresh("docs")
    for k in (1, 10, 40):
        hits = db.search("docs", "heat conduction", k=k)
        assert hits["id"].to_pylist() == best[10 : 10 + k]
        assert {key for key, _ in hits.gone} == gone
    assert db.search("docs", "heat conduction", k=45).num_rows == 40


def test_a_killed_build_goes_on_where_it_stopped(db: Engine) -> None:
    db.sources.add("docs", documents(2_000), key="id")
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls > 40

    with pytest.raises(EvigateError):
        db.embed("docs", columns=COLUMNS, model=FAST, is_cancelled=stop)
    assert db.tables.list() == []
    done = db.embed("docs", columns=COLUMNS, model=FAST)
    assert done.adopted >= 512
    assert done.adopted + done.inferred == 2_000
    assert done.row_count == 2_000
    parts = db.core.root / str(db.tenant_id) / "parts"
    assert not list(parts.rglob("*.parquet"))


def test_a_broken_segment_is_answered_for_and_rebuilt(db: Engine) -> None:
    filled(db, documents(30))
    before = db.search("docs", "boundary layer", k=5)
    assert before.notes == ()
    for name in ("docs_vectors", "docs_words"):
        (segment,) = db.tables.segments(name)
        table = db.core.tables.get(db.subject, name)
        folder = db.core.tables.folder(db.subject, table) / segment.path
        (folder / "segment.json").write_text("{}")
    db.core.searches._kept.clear()
    broken = db.search("docs", "boundary layer", k=5)
    assert len(broken.notes) == 2 and "table" in broken.notes[0]
    assert broken["id"].equals(before["id"])
    db.core.searches._pool.submit(lambda: None).result(timeout=30)
    healed = db.search("docs", "boundary layer", k=5)
    assert healed.notes == ()
    assert healed.equals(before.to_arrow())


def test_imported_vectors_are_searched_and_bad_ones_refused(db: Engine) -> None:
    db.sources.add("docs", documents(20), key="id")
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(20, 8)).astype(np.float32)
    given = pa.table({"id": documents(20)["id"], "vector": list(vectors)})
    made = db.tables.import_vectors("mine", given, source="docs")
    assert made.row_count == 20
    hits = db.search("docs", vectors[4], k=3, table="mine")
    assert hits["id"].to_pylist()[0] == "d0004"
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = np.argsort(-(unit @ unit[4]))[:3]
    assert hits["id"].to_pylist() == [f"d{n:04d}" for n in expected]
    path = db.core.root / "given.parquet"
    pq.write_table(given, path)
    db.sources.add("given", str(path))
    assert db.tables.import_vectors("from_file", "given", source="docs").row_count == 20
    assert db.search("docs", vectors[4], k=3, table="from_file").equals(hits.to_arrow())
    db.tables.drop("from_file")
    refused("E_SEARCH_NO_MODEL", db.search, "docs", "text", table="mine", mode="vector")
    refused("E_VECTOR_QUERY_INVALID", db.search, "docs", [1.0, 2.0], table="mine")
    vectors[3, 2] = np.nan
    bad = pa.table({"id": documents(20)["id"], "vector": list(vectors)})
    assert "'d0003'" in refused("E_VECTORS_INVALID", db.tables.import_vectors, "bad", bad).message
    short = pa.table({"id": ["a", "b"], "vector": [[1.0, 2.0], [1.0]]})
    assert "'b'" in refused("E_VECTORS_INVALID", db.tables.import_vectors, "bad", short).message
    refused("E_TABLE_EXISTS", db.tables.import_vectors, "mine", given, source="docs")
    twice = pa.table({"id": ["a", "a"], "vector": [[1.0, 2.0], [1.0, 3.0]]})
    refused("E_KEYS_INVALID", db.tables.import_vectors, "bad", twice)
    assert [table.name for table in db.tables.list()] == ["mine"]


def test_a_callable_is_a_model_and_its_faults_are_typed(db: Engine) -> None:
    db.sources.add("docs", documents(6), key="id")

    def lengths(texts: list[str]) -> list[list[float]]:
        return [[float(len(text)), 1.0, float(text.count("e"))] for text in texts]

    db.models.add_callable("lengths", lengths)
    done = db.embed("docs", columns=["title"], model="lengths", name="by_length")
    assert (done.row_count, db.tables.describe("by_length").dimensions) == (6, 3)
    assert db.search("docs", documents(6)["title"][2].as_py(), k=1, table="by_length")[
        "id"
    ].to_pylist() == ["d0002"]
    refused("E_MODEL_REFERENCED", db.models.remove, "lengths")
    refused("E_MODEL_MISSING", db.embed, "docs", columns=["title"], model="nope")
    golden = pa.table({"query_id": ["q"], "query_text": ["wing"], "relevant_id": ["d0000"]})
    run = db.evals.retrieval("docs", golden, k=2, table="by_length", mode="vector")
    db.tables.drop("by_length")
    assert "1 evals" in refused("E_MODEL_REFERENCED", db.models.remove, "lengths").message
    db.evals.remove(str(run.id))
    db.models.remove("lengths")
    assert [model["name"] for model in db.models.list()] == ["minilm", "wordllama"]


@pytest.mark.parametrize("columns", [[], ["nope"], ["vec"]])
def test_columns_that_hold_no_text_are_refused(db: Engine, columns: list[str]) -> None:
    table = documents(3).append_column("vec", pa.array([[1.0], [2.0], [3.0]]))
    db.sources.add("docs", table, key="id")
    refused("E_EMBED_COLUMNS", db.embed, "docs", columns=columns, model=FAST)


def test_a_source_without_a_key_and_empty_rows_are_said_to_be(db: Engine) -> None:
    db.sources.add("keyless", documents(3))
    refused("E_EMBED_KEY", db.embed, "keyless", columns=["title"], model=FAST)
    empty = pa.table({"id": ["a", "b"], "text": pa.array([None, "  "], pa.string())})
    db.sources.add("empty", empty, key="id")
    refused("E_EMBED_NOTHING", db.embed, "empty", columns=["text"], model=FAST)
    some = pa.table({"id": ["a", "b", "c"], "text": ["real words", None, ""]})
    db.sources.add("few", some, key="id")
    done = db.embed("few", columns=["text"], model=FAST)
    assert (done.row_count, done.failed) == (1, 2)
    assert set(done.failures) == {"b", "c"}


def test_two_tenants_have_one_name_and_nothing_in_common(db: Engine, other: Engine) -> None:
    filled(db, documents(5))
    assert other.sources.list() == [] and other.tables.list() == []
    refused("E_SOURCE_MISSING", other.search, "docs", "wing")
    refused("E_SQL_UNKNOWN_RELATION", other.sql, "SELECT * FROM docs")
    refused("E_SQL_UNKNOWN_RELATION", other.sql, "SELECT * FROM docs_vectors")
    filled(other, documents(3, start=50))
    assert set(db.search("docs", "wing", k=9)["id"].to_pylist()) == {f"d{n:04d}" for n in range(5)}
    assert set(other.search("docs", "wing", k=9)["id"].to_pylist()) == {"d0050", "d0051", "d0052"}
    assert other.sql("SELECT count(*) AS n FROM docs")["n"].to_pylist() == [3]
    assert db.as_tenant("other").sql("SELECT count(*) AS n FROM docs")["n"].to_pylist() == [3]


def test_threads_that_share_a_core_never_see_each_others_rows(db: Engine, other: Engine) -> None:
    """The engine this one replaces answered 33 of 120 such queries with the wrong tenant's rows."""
    filled(db, documents(5))
    filled(other, documents(5, start=50))
    wrong: list[object] = []

    def look(engine: Engine, prefix: str) -> None:
        for _ in range(30):
            hits = engine.search("docs", "boundary layer", k=5)["id"].to_pylist()
            rows = engine.sql("SELECT id FROM docs")["id"].to_pylist()
            with engine.ambient():
                mine = engine.current().sources.describe("docs").row_count
            if (
                len(hits) != 5
                or mine != 5
                or any(not key.startswith(prefix) for key in hits + rows)
            ):
                wrong.append((hits, rows))

    threads = [
        threading.Thread(target=look, args=each) for each in ((db, "d000"), (other, "d005")) * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_batch_answers_as_single_searches_do(db: Engine) -> None:
    filled(db, documents(60))
    queries = ["wing", "thermal conduction", "shells that buckle", "salt"]
    for mode in ("vector", "lexical", "hybrid"):
        together = db.search_batch("docs", queries, k=7, mode=mode)
        apart = [db.search("docs", query, k=7, mode=mode) for query in queries]
        for one, two in zip(together, apart, strict=True):
            assert one["id"].equals(two["id"])
            assert np.allclose(one["score"].to_numpy(), two["score"].to_numpy(), atol=1e-5)


def test_a_vector_or_a_row_alone_is_searched_by_vector_unless_told_otherwise(db: Engine) -> None:
    rows = documents(20)
    filled(db, rows)
    one = db.tables.read("docs_vectors")["vector"][0].as_py()
    assert db.search("docs", one, k=1)["retrieved_by"].to_pylist() == [["vector"]]
    second = rows["id"][1].as_py()
    assert db.search("docs", row_key=second, k=1)["retrieved_by"].to_pylist() == [["vector"]]
    by_text, by_vector = db.search_batch("docs", ["wing", one], k=1)
    assert by_text["retrieved_by"].to_pylist()[0] == ["vector", "bm25"]
    assert by_vector["retrieved_by"].to_pylist() == [["vector"]]
    with pytest.raises(EvigateError, match="given no text"):
        db.search("docs", one, k=1, mode="hybrid")


def test_a_table_in_use_keeps_its_source_and_cascade_lets_both_go(db: Engine) -> None:
    filled(db, documents(5))
    message = refused("E_SOURCE_REFERENCED", db.sources.remove, "docs").message
    assert "'docs_vectors'" in message and "'docs_words'" in message
    db.sources.remove("docs", cascade=True)
    assert db.sources.list() == [] and db.tables.list() == []


def test_two_writers_of_one_table_conflict_and_nothing_is_lost(db: Engine) -> None:
    filled(db, documents(20), lexical=False)
    table = db.core.tables.get(db.subject, "docs_vectors")
    parent = db.core.tables.version(db.subject, table)
    db.tables.compact("docs_vectors")
    from evigate.engine.tables.store import Draft

    manifest = db.core.tables.manifest(db.subject, table, parent.version)
    schema = db.core.tables.schema(db.subject, table)
    draft = Draft(schema, manifest.entries, manifest.row_count, parent.anchors)
    refused("E_TABLE_CONFLICT", db.core.tables.publish, db.subject, table, draft, parent=parent)
    assert db.tables.describe("docs_vectors").current_version == 2
    assert db.search("docs", "wing", k=20).num_rows == 20


def test_a_table_defined_otherwise_is_not_overwritten_by_chance(db: Engine) -> None:
    filled(db, documents(5), lexical=False)
    refused("E_TABLE_EXISTS", db.embed, "docs", columns=["title"], model=FAST)
    done = db.embed("docs", columns=["title"], model=FAST, replace=True)
    assert (done.version, done.inferred) == (2, 5)
    assert db.tables.describe("docs_vectors").definition["columns"] == ["title"]


def test_callers_of_a_server_name_only_files_below_its_roots(db: Engine, tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        pq.write_table(documents(3), folder / "d.parquet")
    (inside / "link.parquet").symlink_to(outside / "d.parquet")
    db.core.sources.roots = (inside,)
    db.sources.add("good", str(inside / "d.parquet"), key="id")
    for place in (
        outside / "d.parquet",
        inside / "link.parquet",
        inside / ".." / "out" / "d.parquet",
    ):
        with pytest.raises(EvigateError):
            db.sources.add("bad", str(place), key="id")
    db.sources.add("memory", documents(2), key="id")
    assert [source.name for source in db.sources.list()] == ["good", "memory"]


def test_what_a_source_left_behind_goes_with_it(db: Engine) -> None:
    filled(db, documents(5))
    folder = db.core.root / str(db.tenant_id) / "sources"

    def files() -> list[Path]:
        return [
            path
            for path in folder.rglob("*")
            if path.is_file() and path.suffix in (".parquet", ".arrow")
        ]

    first = {path for path in files() if "uploads" in path.parts}
    db.sources.add("twin", documents(5), key="id")
    db.sources.add("docs", documents(6), key="id", replace=True)
    assert first <= set(files()), "the twin is of the same file"
    db.sources.remove("twin")
    assert not first & set(files())
    db.sources.remove("docs", cascade=True)
    assert files() == []


def test_pictures_are_embedded_by_a_model_of_theirs(db: Engine) -> None:
    def brightness(pictures: list[bytes]) -> list[list[float]]:
        return [[float(sum(each)), 1.0] for each in pictures]

    pictures = [bytes([n] * 4) for n in range(1, 6)]
    table = pa.table(
        {"id": [f"p{n}" for n in range(5)], "image": pa.array([*pictures[:4], None], pa.binary())}
    )
    db.sources.add("shots", table, key="id")
    db.models.add_callable("bright", brightness, task="image_embedding", dimensions=2)
    done = db.embed("shots", columns=["image"], model="bright", metric="l2")
    assert (done.row_count, done.failed) == (4, 1)
    vector = db.core.models.encode_query(db.core.model(db.subject, "bright"), pictures[2])
    assert db.search("shots", vector, k=1)["id"].to_pylist() == ["p2"]
    assert db.embed("shots", columns=["image"], model="bright", metric="l2").cache == "hit"


# Names out of their alphabet's order and of different lengths: JSON in the database sorts its keys.
ODD = pa.table(
    {"id": ["1", "2", "3"], "title": ["Slipstream over a wing", "Boundary layer", "Heat in slabs"],
     "year": [1953, 1949, 1961], "a": [1.5, 2.5, 3.5]}
)  # fmt: skip


def written(kind: str, folder: Path) -> str:
    path = folder / f"odd.{kind}"
    if kind == "csv":
        ODD.to_pandas().to_csv(path, index=False)
    elif kind == "jsonl":
        ODD.to_pandas().to_json(path, orient="records", lines=True)
    elif kind == "json":
        ODD.to_pandas().to_json(path, orient="records")
    elif kind == "arrow":
        with pa.ipc.new_file(path, ODD.schema) as writer:
            writer.write_table(ODD)
    elif kind == "parquet":
        pq.write_table(ODD, path)
    else:
        with contextlib.closing(sqlite3.connect(path)) as made:
            ODD.to_pandas().to_sql("odd", made, index=False)
        return f"sqlite:///{path}?table=odd"
    return str(path)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json", "arrow", "parquet", "sqlite"])
def test_every_kind_of_source_is_read_searched_and_queried_from_the_catalog(
    db: Engine, core: Core, kind: str, tmp_path: Path
) -> None:
    db.sources.add("odd", written(kind, tmp_path), key="id", replace=True)
    core.catalogs.forget()
    again = Engine(core, db.subject)
    before = again.sources.describe("odd")
    assert again.sources.refresh("odd").version == before.version
    assert list(before.columns) == ODD.column_names
    again.index("odd", columns=["title"])
    hits = again.search("odd", "boundary", k=3)
    assert (str(hits["id"].to_pylist()[0]), hits["year"].to_pylist()) == ("2", [1949])
    found = again.sql("SELECT title, year, a FROM odd WHERE year > 1950 ORDER BY year")
    assert found["a"].to_pylist() == [1.5, 3.5]
    assert again.index("odd", columns=["title"]).cache == "hit"


def test_types_that_the_caller_said_stay_at_a_refresh(db: Engine, tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text("id,code\n1,007\n2,042\n")
    db.sources.add("codes", str(path), key="id", options={"columns": {"code": "VARCHAR"}})
    assert db.sql("SELECT code FROM codes ORDER BY id")["code"].to_pylist() == ["007", "042"]
    path.write_text("id,code\n1,007\n2,042\n3,100\n")
    db.sources.refresh("codes")
    assert db.sql("SELECT code FROM codes ORDER BY id")["code"].to_pylist() == ["007", "042", "100"]


def test_a_servers_table_has_one_version_until_it_changes(db: Engine, house: House) -> None:
    with psycopg.connect(house.urls.owner, autocommit=True) as owner:
        owner.execute(
            "CREATE TABLE public.odd (id int PRIMARY KEY, title text, year int, a float8)"
        )
        owner.execute(
            "INSERT INTO public.odd VALUES (1, 'Wing', 1953, 1.5), (2, 'Boundary layer', 1949, 2)"
        )
        db.sources.add("odd", f"{house.urls.owner}?table=odd", key="id")
        version = db.sources.describe("odd").version
        db.core.catalogs.forget()
        assert db.sources.refresh("odd").version == version
        db.index("odd", columns=["title"])
        assert db.index("odd", columns=["title"]).cache == "hit"
        assert db.search("odd", "boundary", k=1)["year"].to_pylist() == [1949]
        owner.execute("UPDATE public.odd SET title = 'Shells' WHERE id = 2")
        assert db.sources.refresh("odd").version != version
        done = db.index("odd", columns=["title"])
        assert (done.changed, done.unchanged) == (1, 1)
        assert "password" not in str(db.sources.describe("odd")).lower()
        assert house.urls.owner.split(":")[2].split("@")[0] not in str(db.sources.describe("odd"))
