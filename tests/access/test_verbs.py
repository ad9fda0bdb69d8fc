"""Every verb of the engine against another tenant's things: they do not exist.

There is one case for each verb, by its full name, and a verb without one fails. To add a verb, add
a line to `CASES`, and to `fill` what it might reach:

- `hidden(code, call)`: `call(db, name)` fails the same on what another tenant has as on what never
  was: the same code, the same words.
- `nothing(call)`: what another tenant made adds nothing to the answer.
- `own(call)`: `call(db)` makes a thing of a name that another tenant has; it is made, and theirs
  stays as it is.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.integration.engine.conftest import documents

import evigate
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.engine import member_of
from evigate.engine.core import Core, EngineOptions
from evigate.engine.engine import Engine, all_verbs
from evigate.engine.server.calls import Calls
from evigate.engine.server.flight import FlightDoor, Listen
from evigate.engine.verbs import Answer

NEVER = "never"
SCHEMA = pa.schema([pa.field("id", pa.int64(), nullable=False), ("word", pa.string())])
VECTORS = pa.table(
    {"id": ["d0000", "d0001", "d0002"], "vector": [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]]}
)
JUDGMENTS = pa.table({"query_id": ["q"], "query_text": ["wing"], "relevant_id": ["d0000"]})
NEVER_ID = "0193b1f2-7d3e-7c1a-9f00-5a3c6f1e2d4b"


def embed_twos(texts: list[str]) -> Any:
    return [[1.0, 0.5] for _ in texts]


@dataclass
class World:
    """What there is: the owner of things, who asks for them, and who makes their like.

    `ids` are names of the owner's things that it did not choose.
    """

    mine: Engine
    theirs: Engine
    third: Engine
    ids: dict[str, str]


Case = Callable[[World], None]


def fill(db: Engine) -> dict[str, str]:
    """Make one thing of every kind."""
    db.sources.add("docs", documents(8), key="id")
    db.sources.add("links", pa.table({"src": ["d0000", "d0001"], "dst": ["d0001", "d0002"]}))
    db.index("docs", ["title"])
    db.tables.import_vectors("vecs", VECTORS, source="docs")
    db.derive.neighbor_graph("vecs", name="graph", k=1, exact=True)
    db.models.add_callable("twos", embed_twos, dimensions=2)
    db.topics.register("events", {"n": "int64"}, attempts_max=1)
    db.topics.publish("events", [{"n": 1}, {"n": 2}])
    db.topics.consume("events", "g", limit=1)
    db.topics.refuse("events", "g", [0], reason="no")
    db.mutable.create("words", SCHEMA, primary_key="id", order_column="id")
    db.mutable.insert("words", {"id": 1, "word": "hush"})
    db.channels.declare("mine", priority=70, columns={"mine_x": "Float64"})
    hits = db.search("docs", "wing", mode="lexical")
    db.audit.flush()
    run = db.evals.retrieval("docs", JUDGMENTS, k=2, mode="lexical")
    function = f"{db.tenant_id}/twos"
    columns = {"anchor": "src", "positive": "dst"}
    job = db.train.adapter("links", name="tuned", base_model="twos", epochs=1, columns=columns)
    assert db.jobs.wait(str(job.id), timeout_s=30).status == "completed"
    return {
        "query": str(hits.query_id),
        "run": str(run.id),
        "function": function,
        "job": str(job.id),
    }


def shown(db: Engine) -> list[Any]:
    """Return all of a tenant's things, to see that nothing became of them."""
    return [
        [each.name for each in db.sources.list()],
        [(each.name, each.current_version) for each in db.tables.list()],
        [(each.name, each.next_offset) for each in db.topics.list()],
        [(each.name, each.next_offset) for each in db.topics.groups("events")],
        db.topics.dead_letters("events", "g"),
        db.mutable.scan("words").rows(),
        db.channels.list(),
        [each.id for each in db.evals.list()],
        [each["name"] for each in db.models.list()],
        db.jobs.list(),
        db.audit.verify().is_whole,
    ]


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    try:
        found = call()
        if hasattr(found, "read_all"):
            found.read_all()
    except EvigateError as error:
        return error.code.name, error.message
    pytest.fail("it was answered")


def hidden(code: str, call: Callable[[Engine, str], Any], name: str, never: str = NEVER) -> Case:
    def case(world: World) -> None:
        target = world.ids.get(name, name)
        found = refused(lambda: call(world.theirs, target))
        unknown = refused(lambda: call(world.theirs, never))
        assert found[0] == unknown[0] == code, f"{found} and {unknown}"
        words = found[1].replace(target, never)
        assert words == unknown[1], f"{words!r} and {unknown[1]!r}"

    return case


def nothing(call: Callable[[Engine], Any], expected: Any = None) -> Case:
    def case(world: World) -> None:
        found = call(world.theirs)
        text = repr(found)
        assert found == expected if expected is not None else not found, text

    return case


def own(call: Callable[[Engine], Any]) -> Case:
    def case(world: World) -> None:
        before = shown(world.mine)
        call(world.third)
        assert shown(world.mine) == before

    return case


def no_source(call: Callable[[Engine, str], Any]) -> Case:
    return hidden("E_SOURCE_MISSING", call, "docs")


def no_table(call: Callable[[Engine, str], Any], name: str = "vecs") -> Case:
    return hidden("E_TABLE_MISSING", call, name)


def no_topic(call: Callable[[Engine, str], Any]) -> Case:
    return hidden("E_TOPIC_MISSING", call, "events")


def no_rows(call: Callable[[Engine, str], Any]) -> Case:
    return hidden("E_MUTABLE_MISSING", call, "words")


def no_run(call: Callable[[Engine, str], Any]) -> Case:
    return hidden("E_EVAL_MISSING", call, "run", NEVER_ID)


def no_model(call: Callable[[Engine, str], Any]) -> Case:
    return hidden("E_MODEL_MISSING", call, "tuned")


def no_job(call: Callable[[Engine, str], Any]) -> Case:
    return hidden("E_JOB_MISSING", call, "job", NEVER_ID)


def no_relation(call: Callable[[Engine, str], Any], name: str = "docs") -> Case:
    return hidden("E_SQL_UNKNOWN_RELATION", call, name)


def session_of(db: Engine, name: str) -> Any:
    with db.sessions.open() as session:
        return session.sql(f"SELECT * FROM {name}")


def statement_of(world: World) -> None:
    """A statement that runs under a name is ended by its own tenant alone."""
    with world.mine.sql_stream("SELECT * FROM range(1000000)", query_id="q1") as stream:
        assert not world.theirs.cancel("q1")
        assert not world.theirs.cancel(NEVER)
        assert stream.read_next_batch().num_rows
        assert world.mine.cancel("q1")


def in_transaction(db: Engine, name: str) -> None:
    with db.mutable.transaction() as transaction:
        transaction.insert(name, {"id": 9, "word": "x"})


def contributed(db: Engine, name: str) -> Any:
    rows = pa.table({"id": ["a"], "mine_x": [1.0]})
    return db.channels.contribute(pa.table({"id": ["a"]}), name, rows)


CASES: dict[str, Case] = {
    "as_tenant": hidden("E_TENANT_MISSING", lambda db, name: db.as_tenant(name), "home"),
    "embed": no_source(lambda db, name: db.embed(name, ["title"])),
    "index": no_source(lambda db, name: db.index(name, ["title"])),
    "search": no_source(lambda db, name: db.search(name, "wing")),
    "search_batch": no_source(lambda db, name: db.search_batch(name, ["wing"])),
    "sql": no_relation(lambda db, name: db.sql(f"SELECT * FROM {name}")),
    "sql_stream": no_relation(lambda db, name: db.sql_stream(f"SELECT * FROM {name}")),
    "cancel": statement_of,
    "infer": hidden(
        "E_MODEL_MISSING", lambda db, name: db.infer(name, VECTORS, columns=["id"]), "twos"
    ),
    "sources.add": own(lambda db: db.sources.add("docs", documents(2), key="id")),
    "sources.list": nothing(lambda db: db.sources.list()),
    "sources.describe": no_source(lambda db, name: db.sources.describe(name)),
    "sources.refresh": no_source(lambda db, name: db.sources.refresh(name)),
    "sources.remove": no_source(lambda db, name: db.sources.remove(name, cascade=True)),
    "models.list": nothing(
        lambda db: [each for each in db.models.list() if each["name"] == "twos"]
    ),
    "models.describe": hidden("E_MODEL_MISSING", lambda db, name: db.models.describe(name), "twos"),
    "models.add": hidden(
        "E_MODEL_UNKNOWN", lambda db, name: db.models.add(f"callable:{name}"), "function"
    ),
    "models.add_callable": own(lambda db: db.models.add_callable("twos", embed_twos, dimensions=2)),
    "models.remove": hidden("E_MODEL_MISSING", lambda db, name: db.models.remove(name), "twos"),
    "models.preload": hidden("E_MODEL_MISSING", lambda db, name: db.models.preload(name), "twos"),
    "models.encode": hidden(
        "E_MODEL_MISSING", lambda db, name: db.models.encode(name, "x"), "twos"
    ),
    "tables.list": nothing(lambda db: db.tables.list()),
    "tables.describe": no_table(lambda db, name: db.tables.describe(name)),
    "tables.manifest": no_table(lambda db, name: db.tables.manifest(name)),
    "tables.read": no_table(lambda db, name: db.tables.read(name)),
    "tables.stream": no_table(lambda db, name: db.tables.stream(name)),
    "tables.segments": no_table(lambda db, name: db.tables.segments(name)),
    "tables.import_vectors": own(lambda db: db.tables.import_vectors("vecs", VECTORS)),
    "tables.compact": no_table(lambda db, name: db.tables.compact(name)),
    "tables.expire": no_table(lambda db, name: db.tables.expire(name, before=9)),
    "tables.verify": no_table(lambda db, name: db.tables.verify(name)),
    "tables.staleness": no_table(lambda db, name: db.tables.staleness(name)),
    "tables.derives_from": no_table(lambda db, name: db.tables.derives_from(name), "graph"),
    "tables.recompute": no_table(lambda db, name: db.tables.recompute(name), "graph"),
    "tables.reconcile": nothing(lambda db: db.tables.reconcile(apply=True, grace_s=0.0)),
    "tables.rename": no_table(lambda db, name: db.tables.rename(name, "other")),
    "tables.drop": no_table(lambda db, name: db.tables.drop(name)),
    "topics.register": own(lambda db: db.topics.register("events", {"m": "string"})),
    "topics.list": nothing(lambda db: db.topics.list()),
    "topics.describe": no_topic(lambda db, name: db.topics.describe(name)),
    "topics.drop": no_topic(lambda db, name: db.topics.drop(name)),
    "topics.publish": no_topic(lambda db, name: db.topics.publish(name, {"n": 1})),
    "topics.subscribe": no_topic(lambda db, name: db.topics.subscribe(name, replay_only=True)),
    "topics.consume": no_topic(lambda db, name: db.topics.consume(name, "g")),
    "topics.acknowledge": no_topic(lambda db, name: db.topics.acknowledge(name, "g", [1])),
    "topics.refuse": no_topic(lambda db, name: db.topics.refuse(name, "g", [1], reason="x")),
    "topics.groups": no_topic(lambda db, name: db.topics.groups(name)),
    "topics.dead_letters": no_topic(lambda db, name: db.topics.dead_letters(name, "g")),
    "topics.revive": no_topic(lambda db, name: db.topics.revive(name, "g", [0])),
    "topics.trim": no_topic(lambda db, name: db.topics.trim(name)),
    "audit.recent": nothing(lambda db: db.audit.recent()),
    "audit.get": hidden("E_AUDIT_RECORD", lambda db, name: db.audit.get(name), "query", NEVER_ID),
    "audit.verify": nothing(lambda db: db.audit.verify().records),
    "audit.flush": nothing(lambda db: db.audit.flush()),
    "channels.list": nothing(
        lambda db: [each for each in db.channels.list() if not each.is_built_in]
    ),
    "channels.declare": own(
        lambda db: db.channels.declare("mine", priority=1, columns={"mine_x": "Utf8"})
    ),
    "channels.add_columns": hidden(
        "E_CHANNEL_MISSING", lambda db, name: db.channels.add_columns(name, {"y": "Utf8"}), "mine"
    ),
    "channels.contribute": hidden("E_CHANNEL_MISSING", contributed, "mine"),
    "derive.neighbor_graph": no_table(lambda db, name: db.derive.neighbor_graph(name, name="g")),
    "derive.propagate": no_table(lambda db, name: db.derive.propagate(name, "links", name="p")),
    "derive.structure": hidden(
        "E_DERIVE_EDGES", lambda db, name: db.derive.structure(name, name="s"), "links"
    ),
    "derive.asof_join": hidden(
        "E_DERIVE_EDGES",
        lambda db, name: db.derive.asof_join(
            name, name, name="a", spine_time="year", facts_time="year"
        ),
        "docs",
    ),
    "derive.context": no_source(lambda db, name: db.derive.context(name, query="wing")),
    "derive.context_set": no_source(lambda db, name: db.derive.context_set(name, name="c")),
    "evals.retrieval": no_source(lambda db, name: db.evals.retrieval(name, JUDGMENTS)),
    "evals.inference": hidden(
        "E_MODEL_MISSING",
        lambda db, name: db.evals.inference(name, VECTORS, columns=["id"]),
        "twos",
    ),
    "evals.calibration": no_relation(lambda db, name: db.evals.calibration(name)),
    "evals.get": no_run(lambda db, name: db.evals.get(name)),
    # The asker's own refused runs are there; what was measured is another's.
    "evals.list": nothing(lambda db: [each for each in db.evals.list() if each.metrics]),
    "evals.per_query": no_run(lambda db, name: db.evals.per_query(name)),
    "evals.compare": no_run(lambda db, name: db.evals.compare([name, name])),
    "evals.compare_tables": no_source(
        lambda db, name: db.evals.compare_tables(name, JUDGMENTS, tables=["docs_words", "vecs"])
    ),
    "evals.remove": no_run(lambda db, name: db.evals.remove(name)),
    # These three compute on their arguments alone.
    "evals.conformalize": nothing(
        lambda db: db.evals.conformalize([[0.9, 0.1]] * 20, [0] * 20, [[0.9, 0.1]]).sets, [[0]]
    ),
    "evals.conformalize_interval": nothing(
        lambda db: db.evals.conformalize_interval([1.0] * 20, [1.0] * 20, [1.0]).lower, [1.0]
    ),
    "evals.conformalize_cqr": nothing(
        lambda db: (
            db.evals.conformalize_cqr([0.0] * 20, [1.0] * 20, [1.0] * 20, [0.0], [1.0]).upper
        ),
        [1.0],
    ),
    "mutable.create": own(lambda db: db.mutable.create("words", SCHEMA, primary_key="id")),
    "mutable.drop": no_rows(lambda db, name: db.mutable.drop(name)),
    "mutable.list": nothing(lambda db: db.mutable.list()),
    "mutable.describe": no_rows(lambda db, name: db.mutable.describe(name)),
    "mutable.version": no_rows(lambda db, name: db.mutable.version(name)),
    "mutable.insert": no_rows(lambda db, name: db.mutable.insert(name, {"id": 2, "word": "x"})),
    "mutable.upsert": no_rows(lambda db, name: db.mutable.upsert(name, {"id": 1, "word": "x"})),
    "mutable.update": no_rows(lambda db, name: db.mutable.update(name, {"word": "x"}, "id = 1")),
    "mutable.delete": no_rows(lambda db, name: db.mutable.delete(name, "id = 1")),
    "mutable.get": no_rows(lambda db, name: db.mutable.get(name, 1)),
    "mutable.get_many": no_rows(lambda db, name: db.mutable.get_many(name, [1])),
    "mutable.scan": no_rows(lambda db, name: db.mutable.scan(name)),
    "mutable.scan_after": no_rows(lambda db, name: db.mutable.scan_after(name, 0)),
    "mutable.count": no_rows(lambda db, name: db.mutable.count(name)),
    "mutable.execute": no_rows(lambda db, name: db.mutable.execute(f"DELETE FROM {name}")),
    "mutable.transaction": no_rows(in_transaction),
    "sessions.open": no_relation(session_of, "words"),
    "train.adapter": no_relation(lambda db, name: db.train.adapter(name, name="x"), "links"),
    "train.finetune": no_model(
        lambda db, name: db.train.finetune("links", name="x", base_model=name)
    ),
    "train.graph_pairs": no_relation(
        lambda db, name: db.train.graph_pairs(name, name="x"), "links"
    ),
    "train.predictor": no_source(lambda db, name: db.train.predictor(name, "year", name="x")),
    "train.predict": no_model(lambda db, name: db.train.predict(name, "docs")),
    "train.evaluate": no_model(lambda db, name: db.train.evaluate(name, "docs", "docs")),
    "train.promote": no_model(lambda db, name: db.train.promote(name)),
    "jobs.list": nothing(lambda db: db.jobs.list()),
    "jobs.get": no_job(lambda db, name: db.jobs.get(name)),
    "jobs.wait": no_job(lambda db, name: db.jobs.wait(name, timeout_s=1)),
    "jobs.cancel": no_job(lambda db, name: db.jobs.cancel(name)),
    "jobs.retry": no_job(lambda db, name: db.jobs.retry(name)),
    "jobs.hold": no_job(lambda db, name: db.jobs.hold(name)),
    "jobs.release": no_job(lambda db, name: db.jobs.release(name)),
    "jobs.prune": nothing(lambda db: db.jobs.prune(age_s=0).jobs, ()),
}


@pytest.fixture
async def world(house: House, owner: Subject, stranger: Subject, tmp_path: Path) -> Any:
    third = await house.tenancy.create_tenant("third", "Third", owner_email="c@third.test")
    subjects = (owner, stranger, await house.tenancy.operator(third))
    made = Core(
        house.urls,
        house.key,
        EngineOptions(root=tmp_path / "engine"),
        tenant_of=lambda subject, name: member_of(made.database, subject, name, home="home"),
    ).open()
    engines = [Engine(made, subject) for subject in subjects]
    yield World(*engines, ids={})
    made.close()


def test_every_verb_has_a_case() -> None:
    missing = sorted(set(all_verbs()) - set(CASES))
    assert not missing, f"without a case in CASES: {', '.join(missing)}"
    gone = sorted(set(CASES) - set(all_verbs()))
    assert not gone, f"no longer a verb: {', '.join(gone)}"


def test_what_another_tenant_made_is_as_if_it_never_was(world: World) -> None:
    world.ids = fill(world.mine)
    before = shown(world.mine)
    faults = []
    for name, case in CASES.items():
        if name not in all_verbs():
            continue
        try:
            case(world)
        except (Exception, pytest.fail.Exception) as fault:
            faults.append(f"{name}: {type(fault).__name__} {fault}")
    assert not faults, "\n".join(faults)
    assert shown(world.mine) == before


async def test_nor_over_the_wire(world: World, house: House, stranger: Subject) -> None:
    """The same cases by the Flight door; what works in process only is refused there."""
    tokens = [
        (await house.tenancy.create_token(subject, "wire"))[1]
        for subject in (stranger, world.third.subject)
    ]

    def work() -> None:
        calls = Calls(world.mine.core)
        door = FlightDoor(calls, Listen())
        world.ids = fill(world.mine)
        before = shown(world.mine)
        world.theirs, world.third = (evigate.connect(door.address, token=each) for each in tokens)
        faults = []
        for verb in all_verbs().values():
            if verb.answer is Answer.LOCAL and verb.name != "as_tenant":
                continue
            try:
                CASES[verb.name](world)
            except (Exception, pytest.fail.Exception) as fault:
                faults.append(f"{verb.name}: {type(fault).__name__} {fault}")
        for engine in (world.theirs, world.third):
            engine.close()
        door.shutdown()
        calls.close()
        assert not faults, "\n".join(faults)
        assert shown(world.mine) == before

    await asyncio.to_thread(work)
