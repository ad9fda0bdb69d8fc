"""The audit: every search leaves a record; a changed, missing, moved or cut one is found."""

import threading

import psycopg
import pytest
from tests.integration.engine.conftest import documents

from evigate.base.errors import EvigateError
from evigate.boot import House
from evigate.engine.engine import Engine


def searched(db: Engine, count: int = 5) -> None:
    db.sources.add("docs", documents(10), key="id")
    db.index("docs", columns=["title"])
    for n in range(count):
        db.search("docs", f"wing {n}", k=2)


def test_each_search_is_recorded_with_what_it_ran_over(db: Engine) -> None:
    searched(db, 3)
    hits = db.search("docs", "boundary layer", k=3, where="year > 1900")
    record = db.audit.get(str(hits.query_id)).record
    assert record["query"] == "boundary layer"
    assert record["keys"] == hits["id"].to_pylist()
    assert record["tables"] == {"docs_words": {"version": 1, "model": None}}
    assert record["where"] == "year > 1900"
    assert record["actor"].startswith("user:")
    assert [each.seq for each in db.audit.recent(limit=10)] == [4, 3, 2, 1]
    verdict = db.audit.verify()
    assert (verdict.is_whole, verdict.records) == (True, 4)


def test_records_are_written_without_being_asked_for(db: Engine, house: House) -> None:
    searched(db, 2)
    written = threading.Event()
    for _ in range(100):
        with psycopg.connect(house.urls.owner, options="-c role=service_role") as connection:
            row = connection.execute("SELECT count(*) FROM engine.search_audit").fetchone()
        if row == (2,):
            break
        written.wait(0.05)
    assert row == (2,)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "UPDATE engine.search_audit SET record = record || '{\"k\": 9}' WHERE seq = 3",
            "3 was changed",
        ),
        ("DELETE FROM engine.search_audit WHERE seq = 3", "3 to 3 are missing"),
        ("DELETE FROM engine.search_audit WHERE seq = 1", "1 to 1 are missing"),
        ("DELETE FROM engine.search_audit WHERE seq = 5", "5 to 5 are missing"),
        ("DELETE FROM engine.search_audit", "1 to 5 are missing"),
        ("DELETE FROM engine.search_audit_heads", "head is missing"),
        ("UPDATE engine.search_audit_heads SET seq = 4", "head was changed"),
        (
            "UPDATE engine.search_audit a SET record = b.record FROM engine.search_audit b"
            " WHERE a.seq = 2 AND b.seq = 4",
            "2 was changed",
        ),
    ],
)
def test_tampering_by_whoever_owns_the_database_is_found(
    db: Engine, house: House, statement: str, problem: str
) -> None:
    searched(db)
    assert db.audit.verify().is_whole
    with psycopg.connect(
        house.urls.owner, options="-c role=service_role", autocommit=True
    ) as owner:
        owner.execute(statement)
    verdict = db.audit.verify()
    assert not verdict.is_whole
    assert any(problem in each for each in verdict.problems), verdict.problems


def test_the_app_role_can_neither_change_nor_delete_a_record(db: Engine) -> None:
    searched(db)
    db.audit.flush()
    for statement in ("UPDATE engine.search_audit SET seq = 9", "DELETE FROM engine.search_audit"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            db.core.database.tx(db.subject) as tx,
        ):
            tx.connection.execute(statement)


def test_two_tenants_have_chains_of_their_own(db: Engine, other: Engine) -> None:
    searched(db, 3)
    searched(other, 2)
    assert db.audit.verify().records == 3
    assert other.audit.verify().records == 2
    mine = db.audit.recent(limit=1)[0]
    with pytest.raises(EvigateError) as refusal:
        other.audit.get(str(mine.query_id))
    assert refusal.value.code.name == "E_AUDIT_RECORD"


def test_threads_and_processes_write_one_chain(db: Engine) -> None:
    searched(db, 1)
    from evigate.engine.audit.service import AuditService

    elsewhere = AuditService(db.core.database, db.core.derive)

    def search() -> None:
        for n in range(10):
            db.search("docs", f"shell {n}", k=1)
            elsewhere.note(db.subject, {"n": n})
            elsewhere.flush()

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elsewhere.close()
    verdict = db.audit.verify()
    assert (verdict.is_whole, verdict.records) == (True, 61), verdict.problems
