"""The synchronous side of the database: the same walls, bound connections, and listening."""

import asyncio
import threading
from collections.abc import Iterator

import psycopg
import pytest

from evigate.base.subject import Subject, nobody
from evigate.boot import House
from evigate.kernel.db import Listener, SyncDatabase

COUNT = "SELECT count(*) AS n FROM kernel.memberships"


@pytest.fixture
def database(house: House) -> Iterator[SyncDatabase]:
    opened = SyncDatabase(house.urls, size_max=2)
    opened.open()
    yield opened
    opened.close()


def count(database: SyncDatabase, subject: Subject) -> int:
    with database.read(subject) as tx:
        row = tx.connection.execute(COUNT).fetchone()
        assert row is not None
        return int(row["n"])


async def test_threads_of_two_tenants_share_connections_and_never_rows(
    database: SyncDatabase, owner: Subject, stranger: Subject
) -> None:
    wrong: list[str] = []

    def look(subject: Subject) -> None:
        for _ in range(40):
            with database.read(subject) as tx:
                rows = tx.connection.execute("SELECT tenant_id FROM kernel.memberships").fetchall()
                if {row["tenant_id"] for row in rows} != {subject.tenant_id}:
                    wrong.append(str(rows))

    threads = [threading.Thread(target=look, args=(each,)) for each in (owner, stranger) * 3]
    for thread in threads:
        thread.start()
    await asyncio.to_thread(lambda: [thread.join() for thread in threads])
    assert not wrong
    assert await asyncio.to_thread(count, database, nobody()) == 0


def test_a_failed_transaction_leaves_nothing_and_the_connection_serves_on(
    database: SyncDatabase, owner: Subject
) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable), database.tx(owner) as tx:
        tx.connection.execute("UPDATE kernel.users SET display_name = 'nobody'")
        tx.connection.execute("SELECT * FROM no_such_table")
    with database.read(owner) as tx:
        row = tx.connection.execute("SELECT display_name FROM kernel.users").fetchone()
    assert row is not None and row["display_name"] != "nobody"


def test_a_listener_hears_what_is_sent_and_starts_by_asking_to_look(house: House) -> None:
    heard: list[str] = []
    arrived = threading.Event()

    def note(payload: str) -> None:
        heard.append(payload)
        if payload in ("", "hello"):
            arrived.set()

    listener = Listener(house.urls, "test_channel", note)
    try:
        assert arrived.wait(5)
        arrived.clear()
        with psycopg.connect(house.urls.app, autocommit=True) as connection:
            connection.execute("SELECT pg_notify('test_channel', 'hello')")
        assert arrived.wait(5)
    finally:
        listener.close()
    assert heard == ["", "hello"]
    assert listener.is_hearing is False or not listener._thread.is_alive()
