"""A server's engine from Python: the same verbs, the same answers, the same errors; two tenants."""

import asyncio
import inspect
import threading
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.integration.engine.conftest import documents

import evigate
from evigate.base.errors import E_DENIED, E_INVALID, E_UNAUTHENTICATED, EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.engine import member_of
from evigate.client import remote
from evigate.client.remote import RemoteEngine
from evigate.engine.core import Core
from evigate.engine.engine import Engine, all_verbs
from evigate.engine.errors import E_SOURCE_MISSING, E_TENANT_MISSING
from evigate.engine.results import Result
from evigate.engine.server.calls import Calls, ServerLimits
from evigate.engine.server.errors import (
    E_MESSAGE_TOO_LARGE,
    E_SERVER_BUSY,
    E_SERVER_SHARE,
    E_SERVER_STREAMS,
    E_SERVER_TIMEOUT,
    E_SERVER_UNREACHABLE,
    E_VERB_LOCAL,
)
from evigate.engine.server.flight import FlightDoor, Listen
from evigate.engine.sources.errors import E_SOURCE_TARGET
from evigate.engine.verbs import Answer


@pytest.fixture
def door(core: Core, house: House) -> Iterator[FlightDoor]:
    core.tenant_of = lambda subject, name: member_of(core.database, subject, name, home="home")
    calls = Calls(core)
    made = FlightDoor(calls, Listen())
    yield made
    made.shutdown()
    calls.close()


@pytest.fixture
async def token(house: House, owner: Subject) -> str:
    return (await house.tenancy.create_token(owner, "remote"))[1]


@pytest.fixture
async def other_token(house: House, stranger: Subject) -> str:
    return (await house.tenancy.create_token(stranger, "remote"))[1]


@pytest.fixture
def far(door: FlightDoor, token: str) -> Iterator[RemoteEngine]:
    with evigate.connect(door.address, token=token) as engine:
        yield engine


def limited(door: FlightDoor, **limits: Any) -> None:
    door._calls.limits = ServerLimits(**limits)


def test_every_verb_is_there_with_the_signature_that_it_has_in_process(far: RemoteEngine) -> None:
    for verb in all_verbs().values():
        method: Any = far
        for part in verb.name.split("."):
            method = getattr(method, part)
        assert callable(method)
        found, wanted = inspect.signature(method), verb.signature
        assert list(found.parameters) == list(wanted.parameters), verb.name
        for name, parameter in wanted.parameters.items():
            assert found.parameters[name].default == parameter.default, f"{verb.name}: {name}"
            assert found.parameters[name].kind == parameter.kind, f"{verb.name}: {name}"


def test_what_cannot_travel_says_so(far: RemoteEngine) -> None:
    for verb in all_verbs().values():
        if verb.answer is not Answer.LOCAL or verb.name in ("as_tenant", "search_batch"):
            continue
        method: Any = far
        for part in verb.name.split("."):
            method = getattr(method, part)
        given = [None for each in verb.signature.parameters.values() if each.default is each.empty]
        kinds = [each.kind for each in verb.signature.parameters.values()]
        if inspect.Parameter.KEYWORD_ONLY not in kinds or len(given) < 2:
            with pytest.raises(EvigateError) as caught:
                method(*given)
            assert caught.value.code is E_VERB_LOCAL


def test_the_quickstart_runs_against_a_server_as_in_process(far: RemoteEngine, db: Engine) -> None:
    assert far.sources.add("docs", documents(40), key="id").row_count == 40
    assert far.sources.describe("docs") == db.sources.describe("docs")
    steps: list[tuple[int, int | None]] = []
    done = far.embed("docs", ["title", "text"], on_progress=lambda *step: steps.append(step))
    assert (done.row_count, type(done).__name__) == (40, "Refreshed")
    assert steps
    assert steps[-1][0] == 40
    far.index("docs", columns=["title", "text"])
    question = {"k": 5, "mode": "hybrid", "where": "year >= 1950"}
    hits, here = (
        far.search("docs", "slipstream over a wing", **question),
        db.search("docs", "slipstream over a wing", **question),
    )
    assert isinstance(hits, Result)
    assert hits["id"] == here["id"]
    assert hits.schema.equals(here.schema)
    assert hits.query_id is not None
    assert "<table>" in hits._repr_html_()
    text = "SELECT count(*) AS n FROM docs WHERE year > $year"
    assert far.sql(text, year=1950).rows() == db.sql(text, year=1950).rows()
    model = far.tables.describe("docs_vectors").model
    vector = np.asarray(far.models.encode(model, "wing"))
    assert (
        far.search("docs", vector, k=1, mode="vector")["id"]
        == far.search("docs", "wing", k=1, mode="vector")["id"]
    )
    assert far.tables.describe("docs_vectors") == db.tables.describe("docs_vectors")
    assert "docs_words" in far._repr_html_()
    assert [
        each["id"].to_pylist() for each in far.search_batch("docs", ["wing", "shell"], k=2)
    ] == [each["id"].to_pylist() for each in db.search_batch("docs", ["wing", "shell"], k=2)]
    assert far.audit.recent(limit=1)[0].query_id is not None


def test_errors_are_those_of_the_verb(far: RemoteEngine, db: Engine) -> None:
    with pytest.raises(EvigateError) as near:
        db.sources.describe("nothing")
    with pytest.raises(EvigateError) as caught:
        far.sources.describe("nothing")
    assert caught.value.code is E_SOURCE_MISSING
    assert caught.value.message == near.value.message
    assert caught.value.remediation == near.value.remediation
    with pytest.raises(EvigateError, match="'k'"):
        far.search("docs", "x", k="many")
    with pytest.raises(EvigateError) as caught:
        far.sources.add("f", lambda: 1)
    assert caught.value.code is E_INVALID
    with pytest.raises(TypeError):
        far.search()


def test_large_tables_go_ahead_of_their_call(
    far: RemoteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "INLINE_BYTES", 10)
    monkeypatch.setattr(remote, "PIECE_BYTES", 1000)
    assert far.sources.add("docs", documents(500), key="id").row_count == 500
    vectors = pa.table({"id": ["a", "b"], "vector": [[1.0, 0.0], [0.0, 1.0]]})
    assert far.tables.import_vectors("v", vectors).row_count == 2


def test_a_topic_is_followed_from_afar(far: RemoteEngine) -> None:
    far.topics.register("t", pa.schema([("n", pa.int64())]))
    assert far.topics.publish("t", [{"n": 1}, {"n": 2}]) == 0
    seen: list[int] = []
    with far.topics.subscribe("t") as live:
        for batch in live:
            seen += batch["n"].to_pylist()
            if seen == [1, 2]:
                far.topics.publish("t", pa.table({"n": [3]}))
            if 3 in seen:
                break
    assert seen == [1, 2, 3]

    async def follow() -> list[int]:
        found: list[int] = []
        async for batch in far.topics.subscribe("t", from_offset=1, replay_only=True):
            found += batch["n"].to_pylist()
        return found

    assert asyncio.run(follow()) == [2, 3]


async def test_a_reader_that_leaves_frees_its_place(door: FlightDoor, far: RemoteEngine) -> None:
    def work() -> None:
        limited(door, streams_max=1)
        far.topics.register("t", {"n": "int64"})
        quiet = far.topics.subscribe("t")
        with pytest.raises(EvigateError) as caught:
            far.sql_stream("SELECT 1")
        assert caught.value.code is E_SERVER_STREAMS
        quiet.close()
        left = threading.Event()
        for _ in range(40):
            if not door._watched:
                break
            left.wait(0.1)
        assert far.sql_stream("SELECT 1 AS one").read_all().to_pylist() == [{"one": 1}]

    await asyncio.to_thread(work)


def test_sql_streams_and_is_cancelled(far: RemoteEngine) -> None:
    with far.sql_stream("SELECT * FROM range(100000)", batch_rows=1000) as stream:
        assert stream.schema.names == ["range"]
        assert stream.read_all().num_rows == 100_000
    threading.Timer(0.3, lambda: far.cancel("slow")).start()
    with pytest.raises(EvigateError) as caught:
        far.sql("SELECT count(*) FROM range(100000000000) t(i) WHERE i % 7 = 3", query_id="slow")
    assert caught.value.code.name == "E_SQL_CANCELLED"


def test_limits_have_codes(door: FlightDoor, far: RemoteEngine) -> None:
    slow = "SELECT count(*) FROM range(100000000000) t(i) WHERE i % 7 = 3"
    limited(door, request_timeout_s=0.3)
    with pytest.raises(EvigateError) as caught:
        far.sql(slow)
    assert caught.value.code is E_SERVER_TIMEOUT
    limited(door, message_max_bytes=1000)
    with pytest.raises(EvigateError) as caught:
        far.topics.register("t" * 2000, {"n": "int64"})
    assert caught.value.code is E_MESSAGE_TOO_LARGE
    for limits, code in (
        ({"in_flight_max": 0}, E_SERVER_BUSY),
        ({"subject_in_flight_max": 0}, E_SERVER_SHARE),
    ):
        limited(door, **limits)
        with pytest.raises(EvigateError) as caught:
            far.sources.list()
        assert caught.value.code is code
        assert caught.value.code.is_retryable


def test_long_work_is_cancelled_by_its_caller(far: RemoteEngine) -> None:
    far.sources.add("docs", documents(20_000), key="id")
    with pytest.raises(EvigateError) as caught:
        far.embed("docs", ["text"], is_cancelled=lambda: True)
    assert "CANCELLED" in caught.value.code.name


def test_a_server_tells_nothing_of_its_files(far: RemoteEngine, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("id,word\n1,hush\n")
    with pytest.raises(EvigateError) as caught:
        far.sources.add("s", str(tmp_path / "secret.csv"))
    assert caught.value.code is E_SOURCE_TARGET
    with pytest.raises(EvigateError) as caught:
        far.models.add(f"onnx:{tmp_path}")
    assert caught.value.code is E_DENIED


def test_strangers_are_refused(door: FlightDoor) -> None:
    for token in (None, "", "nonsense"):
        with pytest.raises(EvigateError) as caught:
            evigate.connect(door.address, token=token)
        assert caught.value.code is E_UNAUTHENTICATED
    with pytest.raises(EvigateError) as caught:
        evigate.connect("grpc://127.0.0.1:1", token="t")
    assert caught.value.code is E_SERVER_UNREACHABLE


def test_two_tenants_in_threads_see_their_own(
    door: FlightDoor, token: str, other_token: str
) -> None:
    """120 queries each, on one server at once: 33 of them were another's in the engine before."""
    mine = evigate.connect(door.address, token=token)
    theirs = evigate.connect(door.address, token=other_token)
    mine.sources.add("docs", documents(6), key="id")
    theirs.sources.add("docs", documents(4), key="id")
    wrong: list[tuple[int, int]] = []

    def ask(engine: RemoteEngine, wanted: int) -> None:
        for _ in range(60):
            found = engine.sql("SELECT count(*) AS n FROM docs").rows()[0]["n"]
            if found != wanted:
                wrong.append((found, wanted))

    threads = [
        threading.Thread(target=ask, args=pair)
        for pair in ((mine, 6), (theirs, 4), (mine, 6), (theirs, 4))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    mine.close()
    theirs.close()


async def test_as_tenant_enters_only_where_one_belongs(
    door: FlightDoor, house: House, owner: Subject, stranger: Subject
) -> None:
    _, viewer = await house.tenancy.create_token(owner, "viewer", role="viewer")
    slug = "shared"
    tenant = await house.tenancy.create_tenant(slug, "Shared", owner_email="c@shared.test")
    member = await house.tenancy.operator(tenant)
    email = house.settings.owner_email
    await house.tenancy.add_member(member, email, "editor")

    def work() -> None:
        far = evigate.connect(door.address, token=viewer)
        with pytest.raises(EvigateError) as caught:
            far.as_tenant("other")
        assert caught.value.code is E_TENANT_MISSING
        with pytest.raises(EvigateError) as unknown:
            far.as_tenant("nowhere")
        assert unknown.value.message.replace("nowhere", "other") == caught.value.message
        inner = far.as_tenant(slug)
        assert inner.tenant_id == tenant.id
        assert inner.role == "viewer"
        assert inner.sources.list() == []
        # A viewer's token stays one, though its user owns this tenant.
        with pytest.raises(EvigateError) as caught:
            far.as_tenant(str(far.tenant_id)).sources.add("d", documents(1))
        assert caught.value.code is E_DENIED
        with far.ambient() as ambient, inner.ambient():
            assert ambient.current() is inner
        far.close()

    await asyncio.to_thread(work)


async def test_a_revoked_token_is_worthless_at_once(
    door: FlightDoor, house: House, owner: Subject
) -> None:
    token_id, text = await house.tenancy.create_token(owner, "short")
    far = await asyncio.to_thread(evigate.connect, door.address, token=text)
    assert await asyncio.to_thread(far.sources.list) == []
    await house.tenancy.revoke_token(owner, token_id)
    with pytest.raises(EvigateError) as caught:
        await asyncio.to_thread(far.sources.list)
    assert caught.value.code is E_UNAUTHENTICATED
    await asyncio.to_thread(far.close)


READS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("sources.list", ()),
    ("sources.describe", ("docs",)),
    ("models.list", ()),
    ("tables.list", ()),
    ("tables.describe", ("docs_words",)),
    ("tables.manifest", ("docs_words",)),
    ("tables.segments", ("docs_words",)),
    ("tables.verify", ("docs_words",)),
    ("tables.staleness", ("docs_words",)),
    ("tables.derives_from", ("docs_words",)),
    ("tables.recompute", ("docs_words",)),
    ("tables.reconcile", ()),
    ("topics.list", ()),
    ("topics.groups", ("t",)),
    ("topics.dead_letters", ("t", "g")),
    ("audit.recent", ()),
    ("audit.verify", ()),
    ("channels.list", ()),
    ("mutable.list", ()),
    ("mutable.describe", ("words",)),
    ("mutable.get", ("words", 1)),
    ("evals.list", ()),
)


def test_answers_are_equal_to_those_in_process(far: RemoteEngine, db: Engine) -> None:
    db.sources.add("docs", documents(9), key="id")
    db.index("docs", ["title"])
    db.search("docs", "wing")
    db.topics.register("t", {"n": "int64"}, attempts_max=1)
    db.topics.publish("t", [{"n": 1}, {"n": 2}])
    db.topics.consume("t", "g", limit=1)
    db.topics.refuse("t", "g", [0], reason="no")
    schema = pa.schema(
        [("id", pa.int64()), ("at", pa.timestamp("us", "UTC")), ("d", pa.decimal128(9, 2))]
    )
    far.mutable.create(
        "words", schema, primary_key="id", indexes=[{"name": "by_d", "columns": ["d"]}]
    )
    moment = datetime(2020, 1, 2, tzinfo=UTC)
    assert far.mutable.insert("words", {"id": 1, "at": moment, "d": Decimal("1.50")}) == 1
    judgments = pa.table({"query_id": ["q"], "query_text": ["wing"], "relevant_id": ["d0000"]})
    run = far.evals.retrieval("docs", judgments, k=2, mode="lexical")
    assert run == db.evals.get(str(run.id))
    for name, arguments in READS:
        near, wired = (_called(engine, name, arguments) for engine in (db, far))
        assert _listed(wired) == _listed(near), name
        assert type(wired).__name__ == type(near).__name__ or isinstance(near, tuple | list | dict)
    assert far.topics.consume("t", "g").rows() == [
        {**row, "_produced_at": row["_produced_at"]}
        for row in db.topics.subscribe("t", from_offset=1, replay_only=True).read_all().to_pylist()
    ]


def _called(engine: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    for part in name.split("."):
        engine = getattr(engine, part)
    return engine(*arguments)


def _listed(value: Any) -> Any:
    """Tuples and lists are alike on a wire."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _listed(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple | list):
        return [_listed(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _listed(each) for key, each in value.items()}
    return value
