"""Ephemeral sessions: private, and gone at their close, their time-out, and after a kill -9."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject, nobody
from evigate.boot import House
from evigate.engine.federation.duck import Duck
from evigate.engine.federation.errors import E_SQL_UNKNOWN_RELATION
from evigate.engine.federation.relations import Relation
from evigate.engine.federation.session import SqlSession
from evigate.engine.mutable.errors import E_MUTABLE_MISSING, E_MUTABLE_SQL
from evigate.engine.mutable.relation import relation
from evigate.engine.mutable.service import MutableService
from evigate.engine.sessions import errors
from evigate.engine.sessions.names import LayeredCatalog
from evigate.engine.sessions.service import SessionService
from evigate.engine.sessions.sweep import sweep_sessions
from evigate.kernel.db import SyncDatabase

SCHEMA = pa.schema([("id", pa.int64()), ("v", pa.string())])
ROWS = [{"id": n, "v": f"v{n}"} for n in range(5)]


class Tenants:
    """The tenant's mutable tables, as names for SQL."""

    def __init__(self, mutables: MutableService, subject: Subject) -> None:
        self.mutables, self.subject = mutables, subject

    def resolve(self, name: str) -> Relation | None:
        return relation(self.mutables, self.subject, name)

    def names(self) -> list[str]:
        return [table.name for table in self.mutables.names.tables(self.subject)]

    def describe(self) -> list[Relation]:
        return []


@pytest.fixture
def mutables(database: SyncDatabase) -> MutableService:
    return MutableService(database)


@pytest.fixture
def sessions(database: SyncDatabase, mutables: MutableService) -> Iterator[SessionService]:
    duck = Duck()
    service = SessionService(
        database,
        mutables,
        lambda subject, own: SqlSession(duck, LayeredCatalog(own, Tenants(mutables, subject))),
    )
    yield service
    service.close()
    duck.close()


def physical(database: SyncDatabase) -> int:
    """How many tables there are behind all names, of every tenant."""
    return int(
        ask(database, "SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'engine_rows'")
    )


def ask(database: SyncDatabase, query: Any) -> Any:
    with database.maintenance("test") as tx:
        row = tx.connection.execute(query).fetchone()
        assert row is not None
        return row["n"]


def events(database: SyncDatabase) -> list[str]:
    query = "SELECT array_agg(type ORDER BY recorded_at, seq) AS n FROM kernel.events WHERE stream_kind = 'engine_session'"
    return ask(database, query) or []


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


def refused(code: Any, call: Any, *args: Any, **options: Any) -> None:
    with pytest.raises(EvigateError) as refusal:
        call(*args, **options)
    assert refusal.value.code is code


def test_a_sessions_tables_are_its_own_and_go_at_its_end(
    sessions: SessionService,
    mutables: MutableService,
    database: SyncDatabase,
    owner: Subject,
    stranger: Subject,
) -> None:
    mutables.names.create(owner, "t", SCHEMA, primary_key="id")
    mutables.handle(owner).insert("t", {"id": 100, "v": "the tenant's"})
    with sessions.open(owner) as one, sessions.open(owner) as two:
        one.create_table("t", SCHEMA, primary_key="id", indexes=[{"name": "i", "columns": ["v"]}])
        assert one.insert("t", ROWS) == 5 and one.count("t") == 5
        assert one.sql(
            "SELECT count(*) AS n FROM {t} WHERE v <> '{t}' AND id < $1", [3]
        ).to_pylist() == [{"n": 3}]
        refused(E_MUTABLE_MISSING, two.count, "t")
        refused(E_MUTABLE_MISSING, two.sql, "SELECT * FROM {t}")
        two.create_table("mine", SCHEMA, primary_key="id")
        refused(E_MUTABLE_MISSING, mutables.handle(owner).count, "mine")
        refused(E_MUTABLE_MISSING, mutables.handle(stranger).execute, "SELECT * FROM mine")
        refused(E_MUTABLE_MISSING, one.execute, "DELETE FROM mine")
        refused(E_SQL_UNKNOWN_RELATION, one.sql, "SELECT * FROM mine")
        refused(E_MUTABLE_SQL, one.execute, "DROP TABLE {t}")
        # What is not the session's is the tenant's.
        assert two.sql("SELECT v FROM T")["v"].to_pylist() == ["the tenant's"]
        assert two.execute("INSERT INTO {mine} SELECT * FROM t RETURNING id")["id"].to_pylist() == [
            100
        ]
        assert [table.name for table in mutables.names.tables(owner)] == ["t"]
        assert (one.tables(), two.tables()) == (["t"], ["mine"])
        assert physical(database) == 3
    assert physical(database) == 1 and mutables.handle(owner).count("t") == 1
    one.close()
    refused(errors.E_SESSION_CLOSED, one.count, "t")
    refused(errors.E_SESSION_CLOSED, one.create_table, "u", SCHEMA, primary_key="id")
    assert events(database) == ["session.opened"] * 2 + ["session.closed"] * 2


def test_bounds(sessions: SessionService, owner: Subject) -> None:
    refused(errors.E_SESSION_TENANT, sessions.open, nobody())
    refused(errors.E_SESSION_TIMEOUT, sessions.open, owner, timeout_s=0)
    refused(errors.E_SESSION_TIMEOUT, sessions.open, owner, timeout_s=float("nan"))


def test_a_session_ends_at_its_time(
    sessions: SessionService, database: SyncDatabase, owner: Subject
) -> None:
    late = sessions.open(owner, timeout_s=60)
    late.create_table("t", SCHEMA, primary_key="id")
    soon = sessions.open(owner, timeout_s=0.2)
    soon.create_table("t", SCHEMA, primary_key="id")
    wait_for(lambda: physical(database) == 1)
    refused(errors.E_SESSION_CLOSED, soon.insert, "t", ROWS)
    assert late.insert("t", ROWS) == 5
    assert events(database) == ["session.opened", "session.opened", "session.timed_out"]
    # Another process's sweep leaves what lives alone.
    assert sweep_sessions(database) == 0 and late.count("t") == 5


def test_a_busy_table_delays_the_end_of_its_session_alone(
    sessions: SessionService, database: SyncDatabase, mutables: MutableService, owner: Subject
) -> None:
    session = sessions.open(owner, timeout_s=0.3)
    session.create_table("t", SCHEMA, primary_key="id")
    table = mutables.names.get(owner, "t", session.id)
    with database.tx(owner) as tx:
        tx.connection.execute(f'SELECT * FROM engine_rows."{table.physical}"'.encode())
        begun = threading.Event()
        timer = threading.Timer(0.6, begun.set)
        timer.start()
        begun.wait()
        assert physical(database) == 1
    wait_for(lambda: physical(database) == 0)


CHILD = """
import sys, time
from uuid import UUID
import pyarrow as pa
from evigate.base.subject import Subject
from evigate.engine.federation.duck import Duck
from evigate.engine.federation.session import SqlSession
from evigate.engine.mutable.service import MutableService
from evigate.engine.sessions.service import SessionService
from evigate.kernel.db import DatabaseUrls, SyncDatabase
owner, app, queue, tenant, what = sys.argv[1:]
subject = Subject(UUID(tenant), "user:child", "owner")
database = SyncDatabase(DatabaseUrls(owner, app, queue))
database.open()
mutables = MutableService(database)
schema = pa.schema([("id", pa.int64()), ("v", pa.string())])
rows = pa.table({"id": range(1000), "v": ["x"] * 1000})
if what == "session":
    made = SessionService(database, mutables, lambda subject, own: SqlSession(Duck(), own))
    session = made.open(subject)
    session.create_table("t", schema, primary_key="id")
    session.insert("t", rows)
    print("ready", flush=True)
    time.sleep(60)
handle = mutables.handle(subject)
print("ready", flush=True)
while True:
    mutables.names.create(subject, "t", schema, primary_key="id")
    handle.insert("t", rows)
    handle.execute("UPDATE t SET v = 'y'; DELETE FROM t WHERE id >= 500")
    mutables.names.drop(subject, "t")
"""


def start_child(house: House, owner: Subject, what: str) -> "subprocess.Popen[str]":
    urls = house.urls
    arguments = [urls.owner, urls.app, urls.queue, str(owner.tenant_id), what]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None and child.stdout.readline() == "ready\n"
    return child


def end_child(child: "subprocess.Popen[str]") -> None:
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert child.stdout is not None
    child.stdout.close()


def test_a_killed_process_leaves_no_session(
    house: House, database: SyncDatabase, owner: Subject, stranger: Subject
) -> None:
    child = start_child(house, owner, "session")
    assert physical(database) == 1
    assert sweep_sessions(database) == 0  # it lives
    end_child(child)
    wait_for(lambda: sweep_sessions(database) == 1)
    assert physical(database) == 0
    assert ask(database, "SELECT count(*) AS n FROM engine.mutable_tables") == 0
    assert events(database) == ["session.opened", "session.swept"]


def test_a_killed_writer_leaves_all_or_nothing(
    house: House, database: SyncDatabase, mutables: MutableService, owner: Subject
) -> None:
    for delay_s in (0.05, 0.15):
        child = start_child(house, owner, "writer")
        time.sleep(delay_s)
        end_child(child)
        busy = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'evigate-engine' AND state <> 'idle' AND pid <> pg_backend_pid()"
        wait_for(lambda: ask(database, busy) == 0)  # noqa: B023
        names = ask(database, "SELECT count(*) AS n FROM engine.mutable_tables")
        assert physical(database) == names
        if names:
            mutables.names.forget(owner)
            found = mutables.handle(owner).execute("SELECT v, count(*) AS n FROM t GROUP BY v")
            assert found.to_pylist() in ([], [{"v": "x", "n": 1000}], [{"v": "y", "n": 500}])
            mutables.names.drop(owner, "t")
        assert ask(database, "SELECT count(*) AS n FROM engine.mutable_changes") == 0
