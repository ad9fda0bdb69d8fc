"""Hostile names and words through every verb that takes one: each is refused, typed, by name."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.integration.engine.conftest import documents

import evigate
from evigate.base.errors import EvigateError, Kind
from evigate.engine.engine import Engine

SCHEMA = pa.schema([("id", pa.int64()), ("word", pa.string())])
VECTORS = pa.table({"id": ["d0000", "d0001"], "vector": [[1.0, 0.0], [0.0, 1.0]]})
JUDGMENTS = pa.table({"query_id": ["q"], "query_text": ["wing"], "relevant_id": ["d0000"]})

# No name of anything may be one of these.
HOSTILE = (
    "",
    "  ",
    "a b",
    "a;drop table x",
    'a"b',
    "a'b",
    "../up",
    "x\x00",
    "\ud800",
    "naïve\n",
    "%s",
    "{}",
    "$1",
    "-a",
    "a" * 300,
)
# Nor may a name that SQL must take for a relation.
IN_SQL = ("a.b", "a-b", "1a", "a" * 64, "select", "information_schema", "evigate_x", "PG_CATALOG")
# No word of a closed set is one of these.
WORDS = ("", "USE", "nope", "f32 ", "\x00")

Call = Callable[[Engine, str], Any]

MAKES: dict[str, Call] = {
    "sources.add": lambda db, name: db.sources.add(name, documents(), key="id"),
    "embed": lambda db, name: db.embed("docs", ["title"], model="wordllama", name=name),
    "index": lambda db, name: db.index("docs", ["title"], name=name),
    "tables.import_vectors": lambda db, name: db.tables.import_vectors(name, VECTORS),
    "tables.rename": lambda db, name: db.tables.rename("vecs", name),
    "derive.neighbor_graph": lambda db, name: db.derive.neighbor_graph("vecs", name=name, k=1),
    "topics.register": lambda db, name: db.topics.register(name, SCHEMA),
    "mutable.create": lambda db, name: db.mutable.create(name, SCHEMA, primary_key="id"),
}
MAKES_OTHERS: dict[str, Call] = {
    "channels.declare": lambda db, name: db.channels.declare(name, priority=9, columns={}),
    "channels.add_columns": lambda db, name: db.channels.add_columns("mine", {name: "Utf8"}),
    "models.add": lambda db, name: db.models.add("wordllama", name=name),
    "models.add_callable": lambda db, name: db.models.add_callable(name, len, dimensions=2),
}
NAMES: dict[str, Call] = {
    "sources.describe": lambda db, name: db.sources.describe(name),
    "sources.refresh": lambda db, name: db.sources.refresh(name),
    "sources.remove": lambda db, name: db.sources.remove(name),
    "embed source": lambda db, name: db.embed(name, ["title"]),
    "embed column": lambda db, name: db.embed("docs", [name]),
    "index source": lambda db, name: db.index(name, ["title"]),
    "search": lambda db, name: db.search(name, "wing"),
    "search table": lambda db, name: db.search("docs", "wing", table=name),
    "search text_table": lambda db, name: db.search("docs", "wing", text_table=name),
    "search select": lambda db, name: db.search("docs", "wing", select=[name]),
    "search row_key": lambda db, name: db.search("docs", row_key=name, table="vecs"),
    "search rerank": lambda db, name: db.search("docs", "wing", rerank=name),
    "infer": lambda db, name: db.infer(name, "docs", columns=["title"]),
    "tables.describe": lambda db, name: db.tables.describe(name),
    "tables.read": lambda db, name: db.tables.read(name),
    "tables.rename from": lambda db, name: db.tables.rename(name, "other"),
    "tables.drop": lambda db, name: db.tables.drop(name),
    "tables.compact": lambda db, name: db.tables.compact(name),
    "tables.verify": lambda db, name: db.tables.verify(name),
    "tables.recompute": lambda db, name: db.tables.recompute(name),
    "tables.import_vectors key": lambda db, name: db.tables.import_vectors("v", VECTORS, key=name),
    "topics.describe": lambda db, name: db.topics.describe(name),
    "topics.drop": lambda db, name: db.topics.drop(name),
    "topics.publish": lambda db, name: db.topics.publish(name, {"id": 1, "word": "x"}),
    "topics.subscribe": lambda db, name: db.topics.subscribe(name),
    "topics.consume": lambda db, name: db.topics.consume(name, "g"),
    "topics.trim": lambda db, name: db.topics.trim(name),
    "mutable.describe": lambda db, name: db.mutable.describe(name),
    "mutable.insert": lambda db, name: db.mutable.insert(name, {"id": 1}),
    "mutable.get": lambda db, name: db.mutable.get(name, 1),
    "mutable.scan": lambda db, name: db.mutable.scan(name),
    "mutable.scan column": lambda db, name: db.mutable.scan("words", columns=[name]),
    "mutable.scan order": lambda db, name: db.mutable.scan("words", order_by=[name]),
    "mutable.update column": lambda db, name: db.mutable.update("words", {name: 1}, "id = 1"),
    "mutable.drop": lambda db, name: db.mutable.drop(name),
    "models.describe": lambda db, name: db.models.describe(name),
    "models.remove": lambda db, name: db.models.remove(name),
    "derive.neighbor_graph table": lambda db, name: db.derive.neighbor_graph(name, name="g", k=1),
    "evals.retrieval": lambda db, name: db.evals.retrieval(name, JUDGMENTS, k=1),
}
CHOICES: dict[str, Call] = {
    "embed precision": lambda db, word: db.embed("docs", ["title"], precision=word, name="v"),
    "embed metric": lambda db, word: db.embed("docs", ["title"], metric=word, name="v"),
    "embed cache": lambda db, word: db.embed("docs", ["title"], cache=word, name="v"),
    "index analyzer": lambda db, word: db.index("docs", ["title"], analyzer=word, name="w"),
    "search mode": lambda db, word: db.search("docs", "wing", mode=word),
    "search fusion": lambda db, word: db.search("docs", "wing", fusion={"method": word}),
    "tables.list": lambda db, word: db.tables.list(kind=word),
    "tables.import_vectors": lambda db, word: db.tables.import_vectors(
        "v", VECTORS, precision=word
    ),
    "tables.recompute": lambda db, word: db.tables.recompute("words_of", cascade=word),
    "topics.register": lambda db, word: db.topics.register("t", SCHEMA, broker=word),
    "topics.register type": lambda db, word: db.topics.register("t", {"a": word}),
    "topics.consume": lambda db, word: db.topics.consume("events", "g" * 101 + word),
    "derive cache": lambda db, word: db.derive.neighbor_graph("vecs", name="g", k=1, cache=word),
    "channels.declare": lambda db, word: db.channels.declare("c", priority=9, columns={"c": word}),
    "models.add task": lambda db, word: db.models.add("wordllama", name="m", task=word),
}


@pytest.fixture
def filled(db: Engine) -> Engine:
    db.sources.add("docs", documents(), key="id")
    db.index("docs", ["title"], name="words_of")
    db.tables.import_vectors("vecs", VECTORS, source="docs")
    db.topics.register("events", SCHEMA)
    db.mutable.create("words", SCHEMA, primary_key="id")
    db.channels.declare("mine", priority=8, columns={"mine_x": "Utf8"})
    return db


def state(db: Engine) -> list[Any]:
    return [
        [each.name for each in db.sources.list()],
        [(each.name, each.current_version) for each in db.tables.list()],
        [each.name for each in db.topics.list()],
        [each.name for each in db.mutable.list()],
        db.channels.list(),
        [each["name"] for each in db.models.list()],
        sorted(path.name for path in (db.core.root / str(db.tenant_id)).iterdir()),
    ]


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        (MAKES, (*HOSTILE, *IN_SQL)),
        (MAKES_OTHERS, HOSTILE),
        (NAMES, HOSTILE),
        (CHOICES, WORDS),
    ],
    ids=["names given", "other names given", "names looked for", "words chosen"],
)
def test_a_hostile_word_is_refused_and_changes_nothing(
    filled: Engine, calls: dict[str, Call], words: tuple[str, ...]
) -> None:
    before = state(filled)
    faults = []
    for what, call in calls.items():
        for word in words:
            try:
                call(filled, word)
                faults.append(f"{what}: {word!r} was taken")
            except EvigateError as error:
                if error.code.kind in (Kind.BUG, Kind.UNAVAILABLE) or not error.message:
                    faults.append(f"{what}: {word!r} gave {error!r}")
            except Exception as error:
                faults.append(f"{what}: {word!r} gave {error!r}")
    assert not faults, "\n".join(ascii(fault) for fault in faults)
    assert state(filled) == before


def test_the_refusal_says_which_word_it_was_and_which_there_are(filled: Engine) -> None:
    with pytest.raises(EvigateError) as refusal:
        filled.embed("docs", ["title"], precision="f64")
    assert "'f64'" in refusal.value.message and "'bf16'" in refusal.value.message
    with pytest.raises(EvigateError) as refusal:
        filled.search("docs\x00", "wing")
    assert "'source'" in refusal.value.message and r"docs\x00" in refusal.value.message


@pytest.mark.parametrize("k", [-1, 10**12])
def test_a_number_out_of_bounds_is_refused(filled: Engine, k: int) -> None:
    for call in (
        lambda: filled.search("docs", "wing", k=k),
        lambda: filled.derive.neighbor_graph("vecs", name="g", k=k),
        lambda: filled.tables.read("vecs", version=k),
        lambda: filled.evals.retrieval("docs", JUDGMENTS, k=k),
    ):
        with pytest.raises(EvigateError):
            call()


NUMBERS: dict[str, Callable[[Engine, Any], Any]] = {
    "search oversample": lambda db, n: db.search("docs", "wing", oversample=n),
    "search expansion": lambda db, n: db.search("docs", "wing", expansion=n),
    "search weights": lambda db, n: db.search("docs", "wing", weights={"title": n}),
    "search fusion": lambda db, n: db.search(
        "docs", "wing", fusion={"method": "rrf", "damping": n}
    ),
    "embed connectivity": lambda db, n: db.embed("docs", ["title"], name="v", connectivity=n),
    "embed expansion_add": lambda db, n: db.embed("docs", ["title"], name="v", expansion_add=n),
    "topics.register rows": lambda db, n: db.topics.register("t", SCHEMA, retention_rows=n),
    "topics.register attempts": lambda db, n: db.topics.register("t", SCHEMA, attempts_max=n),
    "topics.consume": lambda db, n: db.topics.consume("events", "g", from_offset=n, limit=n),
    "topics.consume lease": lambda db, n: db.topics.consume("events", "g", lease_s=n),
    "channels.declare": lambda db, n: db.channels.declare("c", priority=n, columns={}),
    "models.add_callable": lambda db, n: db.models.add_callable("m", len, dimensions=n),
    "sql": lambda db, n: db.sql("SELECT 1", timeout_s=n),
}


@pytest.mark.parametrize("number", [10**30, 2**63, float("nan"), float("inf")])
def test_what_is_no_number_is_refused_and_the_audit_goes_on(filled: Engine, number: Any) -> None:
    before = state(filled)
    for what, call in NUMBERS.items():
        with pytest.raises(EvigateError) as refusal:
            call(filled, number)
            pytest.fail(f"{what} took {number}")
        assert refusal.value.code.name == "E_INVALID", (what, refusal.value)
    for call in (
        lambda: filled.topics.register("t", SCHEMA, attempts_max=0),
        lambda: filled.topics.register("t", SCHEMA, retention_rows=-1),
        lambda: filled.topics.consume("events", "g", from_offset=-1),
        lambda: filled.channels.declare("c", priority=2**40, columns={}),
        lambda: filled.embed("docs", ["title"], name="v", connectivity=-1),
    ):
        with pytest.raises(EvigateError):
            call()
    assert state(filled) == before
    # A parameter may be anything; what cannot be written as it is, is written as a text.
    odd = {"x": float("nan"), "y": "half \x00 \ud800", "z": b"bytes"}
    filled.search(
        "docs", "wing", mode="lexical", where="year > $x OR year < $x", params={"x": odd["x"]}
    )
    filled.core.audit.note(filled.subject, odd)
    filled.audit.flush()
    assert filled.audit.verify().records == 2


def test_a_record_that_cannot_be_written_holds_up_no_other_tenants(
    filled: Engine, other: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = filled.core.audit
    write = service._write
    service.note(filled.subject, {"n": 1})
    service.note(other.subject, {"n": 2})

    def failing(entries: Any) -> None:
        if entries[0].subject == filled.subject:
            raise ValueError("not this one")
        write(entries)

    monkeypatch.setattr(service, "_write", failing)
    with pytest.raises(ValueError, match="not this one"):
        service.flush()
    monkeypatch.undo()
    service.flush()
    assert filled.audit.verify().records == 1
    assert other.audit.verify().records == 1


@pytest.mark.parametrize(
    "target",
    ["", "  ", "file://", "http://x", "postgresql://u@h/d", "a\x00b", "{file}", "{file}/x"],
)
def test_a_target_that_is_no_folder_is_refused_and_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EvigateError) as refusal:
        evigate.connect(target.format(file=tmp_path / "file"))
    assert refusal.value.code.name == "E_INVALID"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("nonsense", "E_SETTINGS_INVALID"),
        ("postgresql://u:hush@h:port/d", "E_DATABASE_UNAVAILABLE"),
        ("postgresql://u:hush@127.0.0.1:1/d", "E_DATABASE_UNAVAILABLE"),
    ],
)
def test_a_house_whose_database_is_not_there_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, code: str
) -> None:
    monkeypatch.setenv("EVIGATE_DATABASE_URL", url)
    with pytest.raises(EvigateError) as refusal:
        evigate.connect(tmp_path / "lab")
    assert refusal.value.code.name == code
    assert "hush" not in str(refusal.value)


def test_words_of_a_closed_set_are_values_that_travel(filled: Engine) -> None:
    """An enum that refuses by raising its own error must still be copied and read like any other."""
    table = filled.core.catalog(filled.subject).tables["vecs"]
    assert pickle.loads(pickle.dumps(table.kind)) is table.kind
    assert [each.name for each in filled.tables.list(kind="external")] == ["vecs"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("torn.parquet", b"PAR1 and no more"),
        ("empty.parquet", b""),
        ("torn.avro", b"Obj\x01\x00"),
        ("torn.arrow", b"ARROW1\x00\x00"),
        ("torn.json", b'[{"id": 1'),
    ],
)
def test_a_file_that_is_none_is_named(
    db: Engine, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(EvigateError) as refusal:
        db.sources.add("docs", str(path), key="id")
    assert name in refusal.value.message
    assert refusal.value.code.kind is Kind.INVALID
    assert db.sources.list() == []


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://nobody:hush@127.0.0.1:1/none?table=t",
        "mysql://nobody:hush@127.0.0.1:1/none?table=t",
    ],
)
def test_a_database_that_does_not_answer_is_named(db: Engine, address: str) -> None:
    with pytest.raises(EvigateError) as refusal:
        db.sources.add("far", address, key="id")
    assert refusal.value.code.kind is Kind.UPSTREAM, refusal.value
    assert "'far'" in refusal.value.message or "127.0.0.1" in refusal.value.message
    assert "hush" not in str(refusal.value)
    assert db.sources.list() == []
