"""Rows by position, by key and by condition."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Source
from evigate.engine.sources import reading, snapshot
from evigate.engine.sources.context import SourceContext
from evigate.engine.sources.reading import relation_of
from evigate.engine.sources.rows import open_rows, scan
from evigate.engine.sources.snapshot import drop_snapshots, snapshot_folder

Add = Callable[..., Source]
COUNT = 150_000  # three batches of the snapshot
TABLE = pa.table(
    {
        "id": [f"k{number}" for number in range(COUNT)],
        "year": np.arange(COUNT) % 100,
        "v": pa.FixedSizeListArray.from_arrays(np.arange(COUNT * 2, dtype=np.float32), 2),
    }
)


def test_take_gives_rows_in_the_order_asked_for(add: Add, context: SourceContext) -> None:
    store = open_rows(add(TABLE, key="id"), context)
    asked = np.array([149_999, 0, 70_000, -1, 0, 65_536])
    found = store.take(asked, ["year", "id"])
    assert found.column_names == ["year", "id"]
    assert found["id"].to_pylist() == ["k149999", "k0", "k70000", None, "k0", "k65536"]
    assert store.take(np.array([1]))["v"].to_pylist() == [[2.0, 3.0]]
    assert store.take(np.array([], np.int64)).num_rows == 0
    assert store.count == COUNT and len(store.keys) == COUNT
    with pytest.raises(IndexError):
        store.take(np.array([COUNT]))
    with pytest.raises(EvigateError, match="'nope'"):
        store.take(asked, ["nope"])


@pytest.mark.parametrize("count", [2, 32, 33, 500])
def test_few_rows_and_many_are_taken_alike(add: Add, context: SourceContext, count: int) -> None:
    store = open_rows(add(TABLE, key="id"), context)
    asked = np.random.default_rng(count).integers(0, COUNT, count)
    asked[:2] = 149_999, 3
    asked[-1] = asked[0]
    for columns in (None, ["v", "id"]):
        found = store.take(asked, columns)
        expected = TABLE.take(pa.array(asked)).select(columns or TABLE.column_names)
        assert found.equals(expected.cast(found.schema))
        assert all(column.num_chunks == 1 for column in found.columns)


def test_keys_lead_to_positions(add: Add, context: SourceContext) -> None:
    store = open_rows(add(TABLE, key="id"), context)
    assert store.positions_of(pa.array(["k7", "no", "k149999"])).tolist() == [7, -1, 149_999]


def test_without_a_key_positions_are_keys(add: Add, context: SourceContext) -> None:
    store = open_rows(add(TABLE.slice(0, 10)), context)
    assert store.positions_of(pa.array([9, 10])).tolist() == [9, -1]


def test_conditions_select_positions(add: Add, context: SourceContext) -> None:
    store = open_rows(add(TABLE, key="id"), context)
    found = store.select("year < $y AND id LIKE $p", {"y": 2, "p": "k10%"})
    expected = [
        number for number in range(COUNT) if number % 100 < 2 and str(number).startswith("10")
    ]
    assert found.tolist() == expected
    assert store.select("year < $y AND id LIKE $p", {"y": 2, "p": "k10%"}).tolist() == expected
    assert len(store.select("year < $y AND id LIKE $p", {"y": 3, "p": "k10%"})) > len(expected)
    assert store.select("year > 1000 -- nothing").tolist() == []
    assert len(store.select("year IS NULL OR random() >= 0")) == COUNT


@pytest.mark.parametrize(
    "predicate",
    [
        "",
        "year <",
        "nope = 1",
        "1 = 1) UNION SELECT 1 -- ",
        "true) GROUP BY (1",
        "year = 1; SELECT 1",
        "year IN (SELECT 1)",
        "EXISTS (SELECT * FROM read_text('/etc/hostname'))",
        "(SELECT true FROM 'x.parquet')",
        "getenv('HOME') = 'x'",
        "year = $missing",
        "true) LIMIT (1",
        "true ORDER BY 1",
        "id::INTEGER = 5",
    ],
)
def test_conditions_that_are_not_just_that_are_refused(
    predicate: str, add: Add, context: SourceContext
) -> None:
    store = open_rows(add(TABLE.slice(0, 5), key="id"), context)
    with pytest.raises(EvigateError) as caught:
        store.select(predicate)
    assert caught.value.code.name.startswith("E_SQL_"), caught.value


def test_the_tenant_column_holds_in_every_way_in(add: Add, context: SourceContext) -> None:
    table = pa.table({"id": [1, 2, 1, 3], "owner": ["t1", "t1", "t2", None], "n": [10, 20, 30, 40]})
    source = add(table, key="id", tenant_column="owner")
    assert source.row_count == 2
    other = replace(context, tenant="t2")
    for who, ids in ((context, [1, 2]), (other, [1]), (replace(context, tenant="t3"), [])):
        assert scan(source, who, columns=["id"]).read_all()["id"].to_pylist() == ids
        store = open_rows(source, who)
        assert store.count == len(ids)
        assert len(store.select("n > 0")) == len(ids)
        body = relation_of(source, who).body
        assert reading.query(who, body, "SELECT count(*) AS c FROM {rows}")["c"].to_pylist() == [
            len(ids)
        ]


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_a_callers_filter_never_meets_a_row_of_another_tenant(
    kind: str, add: Add, context: SourceContext, tmp_path: Path
) -> None:
    # A filter that fails shows what it failed on, so it must not run before the tenant's.
    count = 50_000
    table = pa.table(
        {
            "owner": ["t1" if number % 10 == 1 else "t2" for number in range(count)],
            "text": ["5" if number % 10 == 1 else f"secret {number}" for number in range(count)],
        }
    )
    target: object = table
    if kind == "arrow":
        target = tmp_path / "rows.arrow"
        feather.write_feather(table, str(target), compression="uncompressed")
    source = add(target, tenant_column="owner")
    body = relation_of(source, context).body
    for text in (
        "SELECT count(*) AS c FROM {rows} s WHERE s.text::INTEGER > 0",
        "SELECT count(*) AS c FROM {rows} s WHERE CASE WHEN s.text = '5' THEN true ELSE error(s.text) END",
    ):
        assert reading.query(context, body, text)["c"].to_pylist() == [count // 10]
    plan = reading.query(context, body, "EXPLAIN SELECT * FROM {rows} s WHERE s.text::INTEGER > 0")
    shown = plan.column(1)[0].as_py()
    assert shown.index("CAST") < shown.index("LIMIT") < shown.index("owner")


@pytest.mark.parametrize(("tenant", "count"), [("7", 2), ("07", 0), ("x", 0), ("-1", 1)])
def test_a_tenant_column_of_numbers_matches_as_text(
    tenant: str, count: int, add: Add, context: SourceContext
) -> None:
    source = add(pa.table({"id": [1, 2, 3], "owner": [7, 7, -1]}), tenant_column="owner")
    assert scan(source, replace(context, tenant=tenant)).read_all().num_rows == count


def test_a_snapshot_outlives_a_change_but_is_not_made_of_one(
    add: Add, context: SourceContext, tmp_path: Path
) -> None:
    file = tmp_path / "rows.parquet"
    pq.write_table(TABLE.slice(0, 10), file)
    source, late = add(file, key="id"), add(file, key="id")
    store = open_rows(source, context)
    pq.write_table(TABLE.slice(0, 5), file)
    assert store.take(np.array([9]))["id"].to_pylist() == ["k9"]
    assert open_rows(source, context).count == 10
    with pytest.raises(EvigateError) as caught:
        open_rows(late, context)
    assert caught.value.code.name == "E_SOURCE_CHANGED"


def test_a_crash_while_building_leaves_no_snapshot(
    add: Add, context: SourceContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = add(TABLE.slice(0, 10), key="id")

    def die(partial: Path, target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "_publish", die)
        with pytest.raises(KeyboardInterrupt):
            open_rows(source, context)
    assert not snapshot_folder(source, context).exists()
    assert open_rows(source, context).count == 10


def test_builders_at_the_same_time_agree(add: Add, context: SourceContext) -> None:
    source = add(TABLE, key="id")
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(open_rows(source, context).count))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [COUNT] * 4
    assert len(list(snapshot_folder(source, context).parent.iterdir())) == 1


def test_snapshots_are_dropped(add: Add, context: SourceContext) -> None:
    source = add(TABLE.slice(0, 10), key="id")
    store = open_rows(source, context)
    assert drop_snapshots(source, context, keep_current=True) == 0
    assert drop_snapshots(source, context) == 1
    assert store.take(np.array([3]))["id"].to_pylist() == ["k3"]


def test_scan_streams_the_rows_in_order(add: Add, context: SourceContext) -> None:
    source = add(TABLE, key="id")
    batches = list(scan(source, context, columns=["year", "id"], batch_rows=10_000))
    assert {batch.num_rows for batch in batches} <= {10_000, 65_536 % 10_000, 0} | set(
        range(10_001)
    )
    ids = [key for batch in batches for key in batch["id"].to_pylist()]
    assert ids == TABLE["id"].to_pylist()
