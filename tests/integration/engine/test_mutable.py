"""Mutable tables on a real database: round trips, faults, SQL, transactions, two tenants, kill -9."""

import datetime as dt
import json
import math
import threading
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.federation.duck import Duck
from evigate.engine.federation.relations import ArrowBody, Attachment, Relation, ScanBody
from evigate.engine.federation.session import SqlSession
from evigate.engine.mutable import errors, store
from evigate.engine.mutable.handle import Handle
from evigate.engine.mutable.relation import relation
from evigate.engine.mutable.service import MutableService
from evigate.kernel.db import SyncDatabase

SCHEMA = pa.schema([("id", pa.int64()), ("name", pa.string()), ("n", pa.int32())])


@pytest.fixture
def service(database: SyncDatabase) -> Iterator[MutableService]:
    yield MutableService(database)


@pytest.fixture
def mine(service: MutableService, owner: Subject) -> Handle:
    """The owner's operations, with a table `t` of (id, name, n)."""
    service.names.create(owner, "t", SCHEMA, primary_key="id", order_column="id")
    return service.handle(owner)


def refused(code: Any, call: Any, *args: Any, **options: Any) -> EvigateError:
    with pytest.raises(EvigateError) as refusal:
        call(*args, **options)
    assert refusal.value.code is code, refusal.value
    return refusal.value


def row(n: int) -> dict[str, Any]:
    return {"id": n, "name": f"n{n}", "n": n % 7}


def everything() -> pa.Table:
    """A table with a column of every type that is held, at the ends of their ranges, and nulls."""
    columns: dict[str, tuple[pa.DataType, list[Any]]] = {
        "k": (pa.int64(), [1, 2]),
        "bool": (pa.bool_(), [True, False]),
        "i8": (pa.int8(), [-128, 127]),
        "i16": (pa.int16(), [-(2**15), 2**15 - 1]),
        "i32": (pa.int32(), [-(2**31), 2**31 - 1]),
        "i64": (pa.int64(), [-(2**63), 2**63 - 1]),
        "u8": (pa.uint8(), [0, 255]),
        "u16": (pa.uint16(), [0, 2**16 - 1]),
        "u32": (pa.uint32(), [0, 2**32 - 1]),
        "u64": (pa.uint64(), [0, 2**64 - 1]),
        "f32": (pa.float32(), [1.1, -math.inf]),
        "f64": (pa.float64(), [0.1, 1e308]),
        "text": (pa.string(), ["", "ünï % $1 'q' \\ \n"]),
        "large": (pa.large_string(), ["a", "b"]),
        "bytes": (pa.binary(), [b"", b"\x00\xff"]),
        "fixed": (pa.binary(3), [b"abc", b"\x00\x01\x02"]),
        "day": (pa.date32(), [dt.date(1, 1, 1), dt.date(9999, 12, 31)]),
        "moment": (
            pa.timestamp("us"),
            [dt.datetime(1970, 1, 1), dt.datetime(2026, 1, 2, 3, 4, 5, 6)],
        ),
        "seconds": (pa.timestamp("s"), [dt.datetime(1900, 1, 1), dt.datetime(2030, 1, 1)]),
        "zoned": (
            pa.timestamp("us", "Europe/Berlin"),
            [
                dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
                dt.datetime(2026, 1, 1, 0, 0, 0, 7, tzinfo=dt.UTC),
            ],
        ),
        "time": (pa.time64("us"), [dt.time(0, 0), dt.time(23, 59, 59, 999999)]),
        "money": (pa.decimal128(38, 4), [Decimal("-1.0001"), Decimal("9" * 34 + ".9999")]),
        "wide": (pa.decimal256(60, 0), [Decimal("9" * 60), Decimal(0)]),
        "list": (pa.list_(pa.float64()), [[1.5, None, -0.0, math.inf], []]),
        "struct": (
            pa.struct(
                [("a", pa.int64()), ("b", pa.list_(pa.decimal128(10, 2))), ("c", pa.binary())]
            ),
            [
                {"a": 2**62 + 1, "b": [Decimal("1.20")], "c": b"\xff"},
                {"a": None, "b": None, "c": None},
            ],
        ),
        "when": (
            pa.list_(pa.timestamp("us", "UTC")),
            [[dt.datetime(2026, 1, 1, tzinfo=dt.UTC)], None],
        ),
        "map": (pa.map_(pa.string(), pa.int8()), [[("x", 1), ("y", None)], []]),
    }
    arrays = [
        pa.array([*values, None] if name != "k" else [*values, 3], kind)
        for name, (kind, values) in columns.items()
    ]
    return pa.table(arrays, names=list(columns))


def test_every_type_comes_back_exactly_by_each_way_in(
    service: MutableService, owner: Subject
) -> None:
    table = everything()
    service.names.create(owner, "all_types", table.schema, primary_key="k")
    handle = service.handle(owner)
    assert handle.insert("all_types", table) == 3
    found = handle.scan("all_types", order_by=["k"])
    assert found.equals(table.cast(found.schema))
    zero = found["list"].to_pylist()[0][2]
    assert math.copysign(1, zero) == -1
    assert handle.get("all_types", 1) == table.to_pylist()[0]
    # 300 rows are copied rather than sent as values; dictionaries are fitted to the types.
    many = pa.concat_tables([table.slice(1, 1)] * 300).set_column(0, "k", pa.array(range(10, 310)))
    assert handle.insert("all_types", many) == 300
    assert handle.scan("all_types", where="k >= 10", order_by="k").equals(many.cast(found.schema))
    assert handle.insert("all_types", [{**table.to_pylist()[1], "k": 400}]) == 1
    assert handle.get("all_types", 400) == {**table.to_pylist()[1], "k": 400}
    back = handle.execute("SELECT * FROM all_types WHERE k = 2")
    assert back.equals(table.slice(1, 1).cast(back.schema))
    assert back.schema.types == found.schema.types


def test_json_and_uuid_come_back(service: MutableService, owner: Subject) -> None:
    schema = pa.schema([("id", pa.uuid()), ("doc", pa.json_())])
    service.names.create(owner, "docs", schema, primary_key="id")
    handle = service.handle(owner)
    key = uuid.uuid4()
    text = '{"a": [1, 1.10, null, "ü"], "b": 12345678901234567890123}'
    handle.insert("docs", {"id": key, "doc": text})
    assert handle.get("docs", key) == {"id": key, "doc": text}
    handle.insert("docs", [{"id": uuid.uuid4(), "doc": {"x": n}} for n in range(300)])
    found = handle.scan("docs", where="doc ->> 'x' = '7'")
    assert found.schema.types == schema.types
    assert json.loads(found["doc"].to_pylist()[0]) == {"x": 7}
    refused(errors.E_ROW_TYPE, handle.insert, "docs", {"id": uuid.uuid4(), "doc": "{"})


def test_rows_are_changed_by_key_and_by_condition(mine: Handle) -> None:
    assert mine.insert("t", [row(n) for n in range(10)]) == 10
    assert mine.get("t", 3) == row(3) and mine.get("t", {"id": 99}) is None
    assert (
        mine.insert("t", [{"id": 3, "name": "new"}, {"id": 50, "name": "x"}], is_upsert=True) == 2
    )
    assert mine.get("t", 3) == {"id": 3, "name": "new", "n": 3}
    assert mine.update("t", {"n": 100}, "id IN ($a, $b) AND name LIKE 'n_'", {"a": 1, "b": 3}) == 1
    assert mine.delete("t", "n < ? AND id > ?", [3, 4]) == 3  # 7, 8 and 9 have 0, 1 and 2
    assert mine.count("t") == 8 and mine.count("t", "n IS NULL") == 1
    assert mine.get_many("t", [50, 99, 1])["id"].to_pylist() == [50, 1]
    found = mine.scan("t", columns=["name"], where="id < 5", order_by=["-id"], limit=2)
    assert found.to_pydict() == {"name": ["n4", "new"]}
    assert mine.scan("t", limit=0).schema.names == ["id", "name", "n"]


def test_scan_after_is_strict_ordered_and_streams(
    mine: Handle, service: MutableService, owner: Subject
) -> None:
    mine.insert("t", pa.table({"id": range(20_000, 0, -1)}))
    reader = mine.scan_after("t", 17, columns=["name", "id"])
    first = reader.read_next_batch()
    assert first["id"].to_pylist()[:2] == [18, 19] and first.schema.names == ["name", "id"]
    assert first.num_rows < 19_983
    assert first["id"].to_pylist() + reader.read_all()["id"].to_pylist() == list(range(18, 20_001))
    assert mine.scan_after("t", 5, 3).read_all()["id"].to_pylist() == [6, 7, 8]
    assert mine.scan_after("t", 20_000).read_all().num_rows == 0
    schema = pa.schema([("a", pa.string()), ("at", pa.int64())])
    service.names.create(owner, "ties", schema, primary_key="a", order_column="at")
    mine.insert("ties", [{"a": f"{n:05}", "at": n // 9_000} for n in range(18_001)])
    read = mine.scan_after("ties", 0, columns=["a"]).read_all()["a"].to_pylist()
    assert read == [f"{n:05}" for n in range(9_000, 18_001)]
    service.names.create(owner, "plain", schema, primary_key="a")
    refused(errors.E_MUTABLE_SCHEMA, mine.scan_after, "plain", 0)


def test_faults_name_table_column_and_key(
    mine: Handle, service: MutableService, owner: Subject
) -> None:
    schema = pa.schema(
        [
            ("a", pa.int8()),
            ("b", pa.string()),
            pa.field("c", pa.int64(), False),
            ("f", pa.binary(2)),
        ]
    )
    index = {"name": "by_c", "columns": ["c"], "unique": True}
    service.names.create(owner, "two", schema, primary_key=["a", "b"], indexes=[index])
    good = {"a": 1, "b": "x", "c": 5, "f": b"ab"}
    mine.insert("two", good)
    refusal = refused(errors.E_ROW_DUPLICATE, mine.insert, "two", {**good, "c": 6})
    assert refusal.detail == {"table": "two", "columns": ["a", "b"], "key": {"a": 1, "b": "x"}}
    many = [{"a": n % 100, "b": f"y{n}", "c": n + 100} for n in range(300)]
    refusal = refused(
        errors.E_ROW_DUPLICATE, mine.insert, "two", [*many, {"a": 2, "b": "z", "c": 5}]
    )
    assert refusal.detail["key"] == {"c": 5}
    assert mine.count("two") == 1
    refusal = refused(
        errors.E_ROW_DUPLICATE, mine.insert, "two", [many[0], many[0]], is_upsert=True
    )
    assert refusal.detail["key"] == {"a": 0, "b": "y0"}
    refusal = refused(errors.E_ROW_NULL, mine.insert, "two", [{**good, "c": None}])
    assert refusal.detail == {"table": "two", "columns": ["c"]}
    assert refused(errors.E_ROW_NULL, mine.update, "two", {"c": None}, "a = 1").detail[
        "columns"
    ] == ["c"]
    assert refused(errors.E_ROW_TYPE, mine.insert, "two", {**good, "a": 300}).detail["columns"] == [
        "a"
    ]
    refusal = refused(errors.E_ROW_TYPE, mine.execute, "UPDATE two SET a = 300")
    assert refusal.detail == {"table": "two", "columns": ["a"]}
    refused(errors.E_ROW_TYPE, mine.execute, "UPDATE two SET f = 'abc'::bytea")
    refused(errors.E_ROW_TYPE, mine.insert, "two", {**good, "b": "zero\x00"})
    refused(errors.E_ROW_COLUMN, mine.insert, "two", {**good, "d": 1})
    refused(errors.E_ROW_COLUMN, mine.insert, "two", {**good, "tenant_id": owner.tenant_id})
    refused(errors.E_ROW_TYPE, mine.get, "two", 1)
    refused(errors.E_ROW_TYPE, mine.get, "two", ("one", "x"))
    refused(errors.E_MUTABLE_SQL, mine.scan, "two", where="a = 1; DROP TABLE two")
    refused(errors.E_MUTABLE_SQL, mine.scan, "two", where="nothing = 1")
    refused(errors.E_MUTABLE_PARAMETER, mine.scan, "two", where="a = $x")
    assert mine.count("two") == 1


def test_sql_cannot_write_what_arrow_cannot_hold(service: MutableService, owner: Subject) -> None:
    kinds = {
        "d": pa.date32(),
        "s": pa.timestamp("s"),
        "z": pa.timestamp("us", "UTC"),
        "m": pa.decimal128(9, 2),
    }
    schema = pa.schema([("k", pa.int64()), *kinds.items(), ("l", pa.list_(pa.int64()))])
    service.names.create(owner, "edges", schema, primary_key="k")
    handle = service.handle(owner)
    handle.execute("INSERT INTO edges (k, s) VALUES (1, '2026-01-01 00:00:00.4')")
    assert handle.get("edges", 1)["s"] == dt.datetime(2026, 1, 1)  # type: ignore[index]
    for name, value in (
        ("d", "infinity"),
        ("d", "10000-01-01"),
        ("s", "-infinity"),
        ("z", "infinity"),
        ("m", "NaN"),
    ):
        refusal = refused(
            errors.E_ROW_TYPE, handle.execute, f"UPDATE edges SET {name} = $1", [value]
        )
        assert refusal.detail["columns"] == [name], value
    handle.execute("""UPDATE edges SET l = '{"a": 1}'""")
    for call in (lambda: handle.get("edges", 1), lambda: handle.scan("edges")):
        assert refused(errors.E_ROW_TYPE, call).detail["columns"] == ["l"]
    handle.execute("UPDATE edges SET l = '[1, null]'")
    assert handle.scan("edges")["l"].to_pylist() == [[1, None]]


def test_names_are_a_tenants_own(
    service: MutableService, mine: Handle, owner: Subject, stranger: Subject
) -> None:
    other = pa.schema([("key", pa.string()), ("secret", pa.string())])
    theirs = service.handle(stranger)
    refused(errors.E_MUTABLE_MISSING, theirs.count, "t")
    refused(errors.E_MUTABLE_MISSING, theirs.execute, "DELETE FROM t")
    refused(errors.E_MUTABLE_MISSING, service.names.drop, stranger, "t")
    service.names.create(stranger, "t", other, primary_key="key")
    theirs.insert("t", {"key": "a", "secret": "s"})
    mine.insert("t", row(1))
    assert mine.scan("t").to_pylist() == [row(1)]
    assert [table.name for table in service.names.tables(stranger)] == ["t"]
    assert service.names.get(stranger, "t").id != service.names.get(owner, "t").id
    refused(errors.E_MUTABLE_EXISTS, service.names.create, owner, "T", SCHEMA, primary_key="id")
    service.names.create(stranger, "only_theirs", other, primary_key="key")
    refused(
        errors.E_MUTABLE_MISSING, mine.execute, "INSERT INTO t SELECT 1, secret, 1 FROM only_theirs"
    )
    service.names.drop(stranger, "t")
    assert mine.count("t") == 1


def test_the_wall_stands_without_our_code(
    service: MutableService, mine: Handle, owner: Subject, stranger: Subject, database: SyncDatabase
) -> None:
    """Whoever knows another tenant's physical table still reads nothing and writes nothing."""
    import psycopg
    from psycopg.sql import SQL, Identifier

    mine.insert("t", row(1))
    place = Identifier("engine_rows", service.names.get(owner, "t").physical)
    with database.read(stranger) as tx:
        assert tx.connection.execute(SQL("SELECT * FROM {}").format(place)).fetchall() == []
        assert tx.connection.execute(SQL("DELETE FROM {}").format(place)).rowcount == 0
        for tenant in (owner.tenant_id, stranger.tenant_id):
            with pytest.raises(
                (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation)
            ):
                tx.connection.execute(
                    SQL("INSERT INTO {} (id, tenant_id) VALUES (9, %s)").format(place), (tenant,)
                )
    with database.read(owner) as tx:
        for statement in (
            SQL("DROP TABLE {}"),
            SQL("TRUNCATE {}"),
            SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY"),
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                tx.connection.execute(statement.format(place))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            tx.connection.execute("CREATE TABLE engine_rows.x (a int)")


def test_sql_of_several_statements_is_one_transaction(
    mine: Handle, service: MutableService, owner: Subject
) -> None:
    service.names.create(
        owner, "log", pa.schema([("id", pa.int64()), ("Was", pa.string())]), primary_key="id"
    )
    found = mine.execute(
        "INSERT INTO t VALUES (1, 'a', 1), (2, 'b''%', 2); UPDATE t SET n = n + $by WHERE id = $id;"
        "INSERT INTO log SELECT id, name FROM t",
        {"by": 10, "id": 2},
    )
    assert found.to_pydict() == {"statement": [1, 2, 3], "count": [2, 1, 2]}
    upsert = "INSERT INTO t (id, name) VALUES (2, 'z'), (3, 'c') ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING *"
    found = mine.execute(upsert)
    assert found.to_pylist() == [{"id": 2, "name": "z", "n": 12}, {"id": 3, "name": "c", "n": None}]
    assert found.schema.types == SCHEMA.types
    refused(
        errors.E_ROW_DUPLICATE, mine.execute, "DELETE FROM log; INSERT INTO t (id) VALUES (9), (1)"
    )
    assert mine.count("log") == 2 and mine.count("t") == 3
    found = mine.execute(
        "DELETE FROM log USING t WHERE t.id = log.id AND t.n > 5 RETURNING was, t.n"
    )
    assert found.to_pydict() == {"Was": ["b'%"], "n": [12]}
    found = mine.execute("SELECT count(*) AS c, sum(n) AS s, avg(n) AS a, max(name) AS m FROM t")
    assert (
        found["c"].to_pylist() == [3]
        and found["s"].to_pylist() == [13]
        and found["m"].to_pylist() == ["z"]
    )
    found = mine.execute("WITH gone AS (DELETE FROM t WHERE id = 1 RETURNING *) SELECT * FROM gone")
    assert found.to_pylist() == [{"id": 1, "name": "a", "n": 1}]


ELSEWHERE = [
    "SELECT * FROM pg_authid",
    "SELECT * FROM kernel.users",
    "SELECT * FROM engine.mutable_tables",
    "WITH pg_authid AS (SELECT 1 AS x) SELECT rolname FROM pg_authid",
    "SELECT set_config('app.tenant_id', 'x', false)",
    "SELECT current_setting('app.tenant_id')",
    "SELECT pg_sleep(60)",
    "SELECT lo_import('/etc/passwd')",
    "SELECT pg_read_file('x')",
    "SELECT query_to_xml('select 1', true, true, '')",
    "SELECT nextval('x')",
    "SELECT dblink('x', 'y')",
    "SELECT 'kernel.users'::regclass",
    "SELECT tenant_id FROM t",
    "SELECT xmin FROM t",
    "INSERT INTO t (id, tenant_id) VALUES (1, gen_random_uuid())",
    "COPY t TO '/tmp/x'",
    "TRUNCATE t",
    "DROP TABLE t",
    "BEGIN",
    "SET ROLE postgres",
    "DO $$ BEGIN END $$",
    "SELECT * INTO x FROM t",
    "LOCK TABLE t",
    "EXPLAIN ANALYZE SELECT 1",
    "CALL f()",
    "CREATE TABLE x (a int)",
    "SELECT * FROM generate_series(1, 1000000000)",
    "SELECT repeat('x', 1000000000)",
    "",
]


def test_statements_that_reach_elsewhere_are_refused(mine: Handle) -> None:
    for statement in ELSEWHERE:
        with pytest.raises(EvigateError) as refusal:
            mine.execute(statement)
        found = refusal.value.code
        assert found in (errors.E_MUTABLE_SQL, errors.E_MUTABLE_MISSING), statement


def test_the_tenants_column_is_in_no_answer(mine: Handle) -> None:
    mine.insert("t", row(1))
    for statement in (
        "SELECT * FROM t",
        "SELECT x.* FROM t AS x, t AS y",
        "UPDATE t SET n = 1 RETURNING *",
        "UPDATE t AS u SET n = 1 RETURNING u.*",
        "WITH x AS (UPDATE t SET n = 1 RETURNING *) SELECT * FROM x",
    ):
        assert mine.execute(statement).column_names == ["id", "name", "n"], statement


def test_a_transaction_is_whole_and_a_refusal_leaves_the_rest(
    service: MutableService, mine: Handle, owner: Subject
) -> None:
    with pytest.raises(ZeroDivisionError), service.transaction(owner) as tx:
        tx.insert("t", [row(n) for n in range(500)])
        assert tx.count("t") == 500
        raise ZeroDivisionError
    assert mine.count("t") == 0
    with service.transaction(owner) as tx:
        tx.insert("t", row(1))
        refused(errors.E_ROW_DUPLICATE, tx.insert, "t", row(1))
        tx.insert("t", [row(n) for n in range(2, 400)])
        tx.insert("t", [row(n) for n in range(400, 800)])
        tx.execute("UPDATE t SET n = 0 WHERE id < 3")
        assert tx.get("t", 2) == {"id": 2, "name": "n2", "n": 0}
    assert mine.count("t") == 799


def test_a_lost_update_is_refused_and_may_be_tried_again(
    service: MutableService, mine: Handle, owner: Subject
) -> None:
    mine.insert("t", row(0))
    met = threading.Barrier(2, timeout=10)
    refusals: list[EvigateError] = []

    def add() -> None:
        for attempt in range(20):
            try:
                with service.transaction(owner) as tx:
                    found = tx.get("t", 0)
                    assert found is not None
                    if not attempt:
                        met.wait()
                    tx.update("t", {"n": found["n"] + 1}, "id = 0")
                return
            except EvigateError as error:
                refusals.append(error)

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refusals and {error.code for error in refusals} == {errors.E_ROW_CONFLICT}
    assert errors.E_ROW_CONFLICT.is_retryable
    assert mine.get("t", 0) == {"id": 0, "name": "n0", "n": 2}


def test_a_version_changes_with_every_committed_statement(
    service: MutableService, mine: Handle, owner: Subject
) -> None:
    seen = [service.version(owner, "t")]
    mine.insert("t", [row(n) for n in range(3)])
    seen.append(service.version(owner, "t"))
    with pytest.raises(ZeroDivisionError), service.transaction(owner) as tx:
        tx.delete("t", "true")
        raise ZeroDivisionError
    assert service.version(owner, "t") == seen[-1]
    mine.delete("t", "id = 1")
    seen.append(service.version(owner, "t"))
    mine.update("t", {"n": 5}, "id = 2")
    seen.append(service.version(owner, "t"))
    assert len(set(seen)) == 4
    for _ in range(70):
        mine.update("t", {"n": 5}, "id = 2")
    merged = service.version(owner, "t")
    assert merged not in seen and service.version(owner, "t") == merged
    with service.database.read(owner) as tx:
        left = tx.connection.execute("SELECT count(*) AS n FROM engine.mutable_changes").fetchone()
    assert left == {"n": 1}
    service.names.drop(owner, "t")
    service.names.create(owner, "t", SCHEMA, primary_key="id")
    assert service.version(owner, "t").partition(".")[0] != merged.partition(".")[0]


def test_writers_alone_keep_the_changes_few(
    service: MutableService, mine: Handle, owner: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MERGE_STATEMENTS", 20)
    for n in range(45):
        mine.insert("t", row(n))
    for n in range(45):
        mine.execute("UPDATE t SET n = 0 WHERE id = $1", [n])
    with service.database.read(owner) as tx:
        query = "SELECT count(*) AS n, sum(count)::int AS s FROM engine.mutable_changes"
        found = tx.connection.execute(query).fetchone()
    assert found is not None and found["n"] <= 20 and found["s"] == 90


def test_a_transaction_that_has_ended_does_nothing(
    service: MutableService, mine: Handle, owner: Subject
) -> None:
    with service.transaction(owner) as tx:
        reader = tx.scan_after("t", 0)
    refused(errors.E_MUTABLE_SQL, tx.insert, "t", row(1))
    refused(errors.E_MUTABLE_SQL, tx.execute, "DELETE FROM t")
    with pytest.raises(EvigateError):
        reader.read_all()
    assert mine.count("t") == 0


def test_a_table_made_again_elsewhere_is_found(
    service: MutableService, mine: Handle, owner: Subject, database: SyncDatabase
) -> None:
    mine.insert("t", row(1))
    elsewhere = MutableService(database)
    elsewhere.names.drop(owner, "t")
    refused(errors.E_MUTABLE_MISSING, mine.get, "t", 1)
    elsewhere.names.create(owner, "t", SCHEMA, primary_key="id")
    elsewhere.handle(owner).insert("t", row(2))
    assert mine.scan("t").to_pylist() == [row(2)]
    elsewhere.names.drop(owner, "t")
    elsewhere.names.create(owner, "t", SCHEMA, primary_key="id")
    assert mine.execute("SELECT * FROM t").num_rows == 0
    assert service.describe(owner, "t").row_count == 0


def test_of_many_creators_one_succeeds(service: MutableService, owner: Subject) -> None:
    outcomes: list[str] = []

    def create() -> None:
        try:
            service.names.create(owner, "one", SCHEMA, primary_key="id")
            outcomes.append("made")
        except EvigateError as error:
            outcomes.append(error.code.name)

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["E_MUTABLE_EXISTS"] * 5 + ["made"]
    with service.database.maintenance("test") as tx:
        made = tx.connection.execute(
            "SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'engine_rows'"
        ).fetchone()
    assert made == {"n": 1}


class Names:
    """A catalog of mutable tables alone."""

    def __init__(self, service: MutableService, subject: Subject) -> None:
        self.service, self.subject = service, subject

    def resolve(self, name: str) -> Relation | None:
        return relation(self.service, self.subject, name)

    def names(self) -> list[str]:
        return [table.name for table in self.service.names.tables(self.subject)]

    def describe(self) -> list[Relation]:
        return []


def test_sql_reads_a_thousand_new_rows_in_place_and_joins(
    service: MutableService, mine: Handle, owner: Subject, stranger: Subject
) -> None:
    duck = Duck()
    sql = SqlSession(duck, Names(service, owner)).sql
    assert sql("SELECT count(*) AS n FROM t")["n"].to_pylist() == [0]
    mine.insert("t", [row(n) for n in range(1000)])
    assert sql("SELECT count(*) AS n, sum(id) AS s FROM t").to_pylist() == [
        {"n": 1000, "s": 499_500}
    ]
    # Made after the database was attached, and again under the same name.
    weights = pa.schema([("name", pa.string()), ("w", pa.float64())])
    for factor in (1, 2):
        service.names.create(owner, "weights", weights, primary_key="name")
        mine.insert("weights", [{"name": f"n{n}", "w": n * factor} for n in range(10)])
        found = sql(
            "SELECT sum(w) AS w FROM t JOIN weights USING (name) WHERE id < $top", {"top": 4}
        )
        assert found["w"].to_pylist() == [6.0 * factor]
        service.names.drop(owner, "weights")
    with pytest.raises(EvigateError):
        sql("SELECT * FROM weights")
    body = relation(service, owner, "t")
    assert body is not None and isinstance(body.body, ScanBody)
    with pytest.raises(EvigateError):
        SqlSession(Duck(), Names(service, stranger)).sql("SELECT * FROM t")
    for statement in (
        "SELECT * FROM engine_rows.t",
        "SELECT * FROM pg_catalog.pg_authid",
        "SELECT * FROM postgres_query('t', 'SELECT 1')",
    ):
        with pytest.raises(EvigateError):
            sql(statement)
    # The connection itself is the tenant's: the other's table shows nothing through it.
    with duck.attached(replace_tenant(service, stranger, body.body)) as name:
        place = f"{name}.engine_rows.{service.names.get(owner, 't').physical}"
        assert duck.table(f"SELECT count(*) AS n FROM {place}")["n"].to_pylist() == [0]
    duck.close()


def replace_tenant(service: MutableService, subject: Subject, body: ScanBody) -> Attachment:
    service.names.create(subject, "own", SCHEMA, primary_key="id")
    found = relation(service, subject, "own")
    assert (
        found is not None and isinstance(found.body, ScanBody) and found.body.attachment is not None
    )
    assert found.body.attachment != body.attachment
    return found.body.attachment


def test_sql_sees_every_type(service: MutableService, owner: Subject) -> None:
    table = everything()
    nested = [name for name in table.column_names if pa.types.is_nested(table[name].type)]
    flat = table.drop_columns([*nested, "seconds", "time", "wide"])
    service.names.create(owner, "whole", table.schema, primary_key="k")
    service.names.create(owner, "flat", flat.schema, primary_key="k")
    service.handle(owner).insert("whole", table)
    service.handle(owner).insert("flat", flat)
    duck = Duck()
    sql = SqlSession(duck, Names(service, owner)).sql
    in_place, streamed = relation(service, owner, "flat"), relation(service, owner, "whole")
    assert in_place is not None and isinstance(in_place.body, ScanBody)
    assert streamed is not None and isinstance(streamed.body, ArrowBody)
    found = sql("SELECT * FROM flat ORDER BY k")
    assert found.to_pydict() == flat.to_pydict()
    columns = ", ".join(f'"{name}"' for name in ("k", "list", "struct", "time", "u64", "wide"))
    found = sql(f"SELECT {columns} FROM whole WHERE k < 3 ORDER BY k")
    assert found["list"].to_pylist()[0] == [1.5, None, -0.0, math.inf]
    assert found["wide"].to_pylist() == ["9" * 60, "0"]
    assert found["struct"].to_pylist() == table["struct"].to_pylist()[:2]
    duck.close()
