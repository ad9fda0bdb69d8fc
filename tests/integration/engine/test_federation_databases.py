"""Databases as sources: two servers and two embedded ones, alone and joined with files."""

import socket
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import psycopg
import pyarrow as pa
import pytest
from psycopg.sql import SQL, Identifier
from tests.conftest import Cluster, need

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Source, VersionKind
from evigate.engine.federation import duck as duck_module
from evigate.engine.federation.duck import Duck
from evigate.engine.federation.relations import Relation
from evigate.engine.federation.session import SqlSession
from evigate.engine.sources.context import SourceContext
from evigate.engine.sources.probe import probe
from evigate.engine.sources.reading import changed, relation_of
from evigate.engine.sources.rows import open_rows, scan

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
MARIADB = ("127.0.0.1", 3306)
ROWS = [(1, "one", "t1", 1.5), (2, "it's", "t2", 2.5), (3, None, "t1", 3.5)]
Run = Callable[[str], None]


class Kept:
    """A source with the context that reads it, its credentials in it."""

    def __init__(self, context: SourceContext, target: Any, **named: Any) -> None:
        facts = probe(named.pop("name", "docs"), target, context=context, **named)
        self.context = replace(context, credentials=facts.credentials)
        self.source = Source(
            uuid4(), facts.name, facts.kind, facts.uri, facts.options, facts.schema,
            facts.key_column, facts.tenant_column, None, facts.version, facts.row_count,
            MOMENT, MOMENT,
        )  # fmt: skip

    def relation(self) -> Relation:
        return relation_of(self.source, self.context)


class Sources:
    """A catalog of sources."""

    def __init__(self, *kept: Kept) -> None:
        self.kept = {item.source.name: item for item in kept}

    def resolve(self, name: str) -> Relation | None:
        return self.kept[name].relation() if name in self.kept else None

    def names(self) -> list[str]:
        return list(self.kept)

    def describe(self) -> list[Relation]:
        return [item.relation() for item in self.kept.values()]


class Place:
    """A database with a table of ROWS: where it is, and a way to change it."""

    def __init__(self, dsn: str, run: Run) -> None:
        self.dsn = dsn
        self.run = run


CREATE = (
    "CREATE TABLE things (id bigint PRIMARY KEY, word varchar(20), owner varchar(20), "
    "score double precision)"
)
INSERT = "INSERT INTO things VALUES (1,'one','t1',1.5),(2,'it''s','t2',2.5),(3,NULL,'t1',3.5)"


@pytest.fixture(scope="module")
def duck() -> Iterator[Duck]:
    opened = Duck(threads=2)
    yield opened
    opened.close()


@pytest.fixture
def context(duck: Duck, tmp_path: Path) -> SourceContext:
    return SourceContext("t1", tmp_path / "tenant", duck)


@pytest.fixture
def postgres(cluster: Cluster) -> Iterator[Place]:
    name = f"far_{uuid4().hex[:12]}"
    url = cluster.server.url(name)
    with psycopg.connect(cluster.server.url(), autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))

    def run(text: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(text.encode())

    run(CREATE)
    run(INSERT)
    parts = psycopg.conninfo.conninfo_to_dict(url)
    user, password = parts["user"], parts.get("password") or "none"
    dsn = f"postgresql://{user}:{password}@{parts['host']}:{parts.get('port', 5432)}/{name}"
    yield Place(f"{dsn}?table=things", run)
    with psycopg.connect(cluster.server.url(), autocommit=True) as connection:
        drop = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(drop.format(Identifier(name)))


@pytest.fixture
def mysql() -> Iterator[Place]:
    with socket.socket() as probe_socket:
        probe_socket.settimeout(1)
        need("a MariaDB server", is_there=probe_socket.connect_ex(MARIADB) == 0)
    import pymysql

    name = f"far_{uuid4().hex[:12]}"

    def run(text: str, database: str | None = name) -> None:
        connection = pymysql.connect(
            host=MARIADB[0], port=MARIADB[1], user="root", password="", database=database
        )
        try:
            with connection.cursor() as cursor:
                cursor.execute(text)
            connection.commit()
        finally:
            connection.close()

    run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4", None)
    run(CREATE)
    run(INSERT)
    yield Place(f"mysql://root@{MARIADB[0]}:{MARIADB[1]}/{name}?table=things", run)
    run(f"DROP DATABASE {name}", None)


@pytest.fixture
def sqlite(tmp_path: Path) -> Place:
    file = tmp_path / "far.sqlite"

    def run(text: str) -> None:
        connection = sqlite3.connect(file)
        connection.execute(text)
        connection.commit()
        connection.close()

    run(CREATE)
    run(INSERT)
    return Place(f"sqlite:///{file}?table=things", run)


@pytest.fixture
def duckdb(tmp_path: Path) -> Place:
    file = tmp_path / "far.duckdb"

    def run(text: str) -> None:
        with duck_module.duckdb.connect(str(file)) as connection:
            connection.execute(text)

    run(CREATE)
    run(INSERT)
    return Place(f"duckdb:///{file}?table=things", run)


@pytest.fixture(params=["postgres", "mysql", "sqlite", "duckdb"])
def place(request: pytest.FixtureRequest) -> Place:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Place)
    return found


def test_a_table_is_read_where_it_is(place: Place, context: SourceContext) -> None:
    kept = Kept(context, place.dsn, key="id")
    assert kept.source.row_count == 3
    assert "none" not in kept.source.uri and "password" not in str(kept.source.options)
    found = scan(kept.source, kept.context).read_all()
    assert [tuple(row.values()) for row in found.to_pylist()] == ROWS
    session = SqlSession(context.duck, Sources(kept))
    answer = session.sql("SELECT count(*) AS n, sum(score) AS s FROM docs WHERE id > $k", {"k": 1})
    assert answer.to_pylist() == [{"n": 2, "s": 6.0}]


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO things VALUES (4, 'four', 't1', 4.5)",
        "UPDATE things SET word = 'uno' WHERE id = 1",
        "UPDATE things SET word = '' WHERE id = 3",
        "DELETE FROM things WHERE id = 2",
    ],
)
def test_every_change_is_another_version(place: Place, change: str, context: SourceContext) -> None:
    kept = Kept(context, place.dsn, key="id")
    assert changed(kept.source, kept.context) == kept.source.version
    place.run(change)
    assert changed(kept.source, kept.context) != kept.source.version


def test_a_watermark_column_is_the_version(postgres: Place, context: SourceContext) -> None:
    kept = Kept(context, postgres.dsn, key="id", options={"watermark": "score"})
    assert kept.source.version.kind is VersionKind.WATERMARK
    postgres.run("UPDATE things SET word = 'uno' WHERE id = 1")
    assert changed(kept.source, kept.context) == kept.source.version
    postgres.run("UPDATE things SET score = 9 WHERE id = 1")
    assert changed(kept.source, kept.context) != kept.source.version
    with pytest.raises(EvigateError, match="'nope'"):
        Kept(context, postgres.dsn, options={"watermark": "nope"})


def test_rows_by_key_are_live_and_what_went_is_told(place: Place, context: SourceContext) -> None:
    kept = Kept(context, place.dsn, key="id")
    store = open_rows(kept.source, kept.context)
    assert store.keys.to_pylist() == [1, 2, 3]
    assert store.take(np.array([2, -1, 0]), ["word", "id"]).to_pylist() == [
        {"word": None, "id": 3},
        {"word": None, "id": None},
        {"word": "one", "id": 1},
    ]
    assert store.take(np.array([1]))["word"].to_pylist() == ["it's"]
    assert store.select("score > $s AND word IS NOT NULL", {"s": 1}).tolist() == [0, 1]
    place.run("DELETE FROM things WHERE id = 2")
    place.run("INSERT INTO things VALUES (9, 'new', 't1', 9)")
    assert store.positions_of(pa.array([1, 2, 3, 9])).tolist() == [0, -1, 2, -1]
    assert store.take(np.array([1, 0]))["id"].to_pylist() == [None, 1]
    assert store.select("score > 0").tolist() == [0, 2]
    assert scan(kept.source, kept.context).read_all()["id"].to_pylist() == [1, 3]


def test_the_tenant_column_holds_in_databases(place: Place, context: SourceContext) -> None:
    kept = Kept(context, place.dsn, key="id", tenant_column="owner")
    assert kept.source.row_count == 2
    other = replace(kept.context, tenant="t2")
    for who, ids in ((kept.context, [1, 3]), (other, [2]), (replace(other, tenant="t"), [])):
        store = open_rows(kept.source, who)
        assert store.keys.to_pylist() == ids
        assert store.take(np.arange(len(ids)))["id"].to_pylist() == ids
        assert len(store.select("id > 0")) == len(ids)
        assert scan(kept.source, who).read_all()["id"].to_pylist() == ids
    session = SqlSession(context.duck, Sources(kept))
    assert session.sql("SELECT id FROM docs WHERE true OR owner = 't2' ORDER BY id")[
        "id"
    ].to_pylist() == [1, 3]


def test_a_servers_collation_does_not_widen_a_tenant(place: Place, context: SourceContext) -> None:
    place.run("UPDATE things SET owner = 'T1' WHERE id = 3")
    kept = Kept(context, place.dsn, key="id", tenant_column="owner")
    assert scan(kept.source, kept.context).read_all()["id"].to_pylist() == [1]
    session = SqlSession(context.duck, Sources(kept))
    assert session.sql("SELECT id FROM docs")["id"].to_pylist() == [1]


def test_a_tenant_column_of_uuids(postgres: Place, context: SourceContext) -> None:
    mine, theirs = UUID(int=1), UUID(int=2)
    postgres.run("CREATE TABLE owned (id int, owner uuid)")
    postgres.run(f"INSERT INTO owned VALUES (1, '{mine}'), (2, '{theirs}'), (3, NULL)")
    dsn = postgres.dsn.replace("things", "owned")
    who = replace(context, tenant=str(mine))
    kept = Kept(who, dsn, key="id", tenant_column="owner")
    assert scan(kept.source, kept.context).read_all()["id"].to_pylist() == [1]
    stranger = replace(kept.context, tenant="not-a-uuid")
    assert scan(kept.source, stranger).read_all().num_rows == 0


def test_one_statement_joins_them_all(
    postgres: Place, mysql: Place, sqlite: Place, duckdb: Place, context: SourceContext
) -> None:
    table = pa.table({"id": [1, 2, 3], "extra": ["x", "y", "z"]})
    file = context.folder.parent / "rows.csv"
    file.write_text("id,note\n1,first\n3,third\n")
    named = {"p": postgres.dsn, "m": mysql.dsn, "s": sqlite.dsn, "d": duckdb.dsn}
    kept = [Kept(context, dsn, name=name, key="id") for name, dsn in named.items()]
    kept += [Kept(context, table, name="t"), Kept(context, file, name="c")]
    found = SqlSession(context.duck, Sources(*kept)).sql(
        "SELECT id, p.word AS word, m.score + s.score + d.score AS total, t.extra AS extra, "
        "c.note AS note FROM p JOIN m USING (id) JOIN s USING (id) JOIN d USING (id) "
        "JOIN t USING (id) JOIN c USING (id) ORDER BY id"
    )
    assert found.to_pylist() == [
        {"id": 1, "word": "one", "total": 4.5, "extra": "x", "note": "first"},
        {"id": 3, "word": None, "total": 10.5, "extra": "z", "note": "third"},
    ]


def test_nothing_is_written(place: Place, context: SourceContext) -> None:
    kept = Kept(context, place.dsn)
    session = SqlSession(context.duck, Sources(kept))
    for text in (
        "DELETE FROM docs",
        "UPDATE docs SET id = 1",
        "INSERT INTO docs SELECT * FROM docs",
    ):
        with pytest.raises(EvigateError):
            session.sql(text)
    attachment = kept.relation().body.attachment  # type: ignore[union-attr]
    assert attachment is not None
    with context.duck.attached(attachment) as name:
        schema = kept.source.options.get("schema") or "main"
        with pytest.raises(EvigateError, match="read-only"):
            context.duck.table(f'DELETE FROM {name}."{schema}".things')


def test_a_duckdb_file_is_free_for_its_writer(duckdb: Place, context: SourceContext) -> None:
    kept = Kept(context, duckdb.dsn, key="id")
    store = open_rows(kept.source, kept.context)
    store.take(np.array([0]))
    duckdb.run("UPDATE things SET word = 'uno' WHERE id = 1")
    assert store.take(np.array([0]))["word"].to_pylist() == ["uno"]


def test_a_view_in_a_duckdb_file_cannot_read_files(duckdb: Place, context: SourceContext) -> None:
    duckdb.run("CREATE VIEW sly AS SELECT * FROM read_text('/etc/hostname')")
    with pytest.raises(EvigateError) as caught:
        Kept(context, duckdb.dsn.replace("things", "sly"))
    assert caught.value.code.name == "E_SOURCE_TABLE"


def test_a_table_that_becomes_a_view_is_not_read(duckdb: Place, context: SourceContext) -> None:
    kept = Kept(context, duckdb.dsn, key="id")
    duckdb.run("DROP TABLE things")
    duckdb.run("CREATE VIEW things AS SELECT * FROM read_text('/etc/hostname')")
    with pytest.raises(EvigateError, match="no base table"):
        SqlSession(context.duck, Sources(kept)).sql("SELECT * FROM docs")
    with pytest.raises(EvigateError, match="no base table"):
        scan(kept.source, kept.context).read_all()


def test_one_dead_server_does_not_hinder_the_others(
    postgres: Place, sqlite: Place, duckdb: Place, cluster: Cluster, context: SourceContext
) -> None:
    dead = Kept(context, postgres.dsn)
    cluster.drop(postgres.dsn.partition("?")[0].rpartition("/")[2])
    for dsn in (sqlite.dsn, duckdb.dsn):
        kept = Kept(context, dsn, key="id")
        assert scan(kept.source, kept.context).read_all().num_rows == 3
        session = SqlSession(context.duck, Sources(kept))
        assert session.sql("SELECT count(*) AS n FROM docs")["n"].to_pylist() == [3]
    with pytest.raises(EvigateError) as caught:
        scan(dead.source, dead.context).read_all()
    assert caught.value.code.name == "E_SOURCE_UNREACHABLE"


def test_what_cannot_be_reached_is_said_without_the_password(context: SourceContext) -> None:
    for dsn in (
        "postgresql://me:hunter2@127.0.0.1:1/x?table=t",
        "mysql://me:hunter2@127.0.0.1:1/x?table=t",
    ):
        with pytest.raises(EvigateError) as caught:
            Kept(context, dsn)
        assert caught.value.code.name == "E_SOURCE_UNREACHABLE"
        assert "hunter2" not in str(caught.value) and "hunter2" not in repr(caught.value.__cause__)


def test_missing_tables_and_duplicate_keys_are_refused(
    place: Place, context: SourceContext
) -> None:
    with pytest.raises(EvigateError, match="'things'") as caught:
        Kept(context, place.dsn.replace("table=things", "table=nothing"))
    assert caught.value.code.name == "E_SOURCE_TABLE"
    place.run("UPDATE things SET owner = 't1'")
    with pytest.raises(EvigateError, match="such as 't1'"):
        Kept(context, place.dsn, key="owner")


def test_a_missing_extension_names_what_to_install(
    context: SourceContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fresh = Duck(threads=1)
    monkeypatch.setattr(duck_module.importlib.util, "find_spec", lambda name: None)
    try:
        with pytest.raises(EvigateError, match=r"evigate\[mysql\]") as caught:
            Kept(replace(context, duck=fresh), "mysql://root@127.0.0.1/test?table=t")
        assert caught.value.code.name == "E_SQL_EXTENSION"
    finally:
        fresh.close()
