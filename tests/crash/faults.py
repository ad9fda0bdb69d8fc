"""Run one verb of the engine and die by SIGKILL at its n-th step, for every n until it gets through.

Called by `test_engine_faults.py` as a program. A step is a sync or a rename of a file, a statement
of the database, or a commit (before and after it). Everything is loaded first, then each attempt is
a fork with connections of its own; after each death a fresh process looks at what is left.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

import evigate
from evigate.base.errors import EvigateError
from evigate.engine import derived, searching  # noqa: F401  loaded before the forks
from evigate.engine.engine import Engine
from evigate.engine.tables.state import Verified

STEPS_MAX = 400
SCHEMA = pa.schema([("n", pa.int64()), ("body", pa.string())])


class Steps:
    """Counts steps and kills the process before the n-th."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.count = fatal, 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **options: Any) -> Any:
            self.step()
            return call(*args, **options)

        return stepped

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **options: Any) -> Any:
            self.step()
            done = call(*args, **options)
            self.step()
            return done

        return stepped

    def install(self) -> None:
        for owner, name in ((os, "fsync"), (os, "replace"), (os, "rename"), (shutil, "rmtree")):
            setattr(owner, name, self.before(getattr(owner, name)))
        Path.unlink = self.before(Path.unlink)  # type: ignore[method-assign]
        psycopg.Connection.execute = self.before(psycopg.Connection.execute)  # type: ignore[method-assign]
        psycopg.Transaction.__exit__ = self.around(psycopg.Transaction.__exit__)  # type: ignore[method-assign]


def table(count: int, start: int = 0, mark: str = "") -> pa.Table:
    numbers = range(start, start + count)
    return pa.table(
        {"id": [f"d{n}" for n in numbers], "text": [f"words {n} {mark}" for n in numbers]}
    )


@contextmanager
def opened(folder: str) -> Iterator[Engine]:
    with evigate.connect(folder) as engine:
        yield engine


# Each journey: what is there before, the verb, and what must hold whether it happened or not.


def before_publish(db: Engine, name: str, folder: Path) -> None:
    db.sources.add(name, table(700), key="id")


def do_publish(db: Engine, name: str, folder: Path) -> None:
    db.embed(name, columns=["text"], model="wordllama")


def after_publish(db: Engine, name: str, folder: Path) -> str:
    names = [each.name for each in db.tables.list()]
    if f"{name}_vectors" not in names:
        return "old"
    whole(db, f"{name}_vectors", 700, version=1)
    return "new"


def before_refresh(db: Engine, name: str, folder: Path) -> None:
    path = folder / f"{name}.parquet"
    pq.write_table(table(40), path)
    db.sources.add(name, str(path), key="id")
    db.embed(name, columns=["text"], model="wordllama")
    pq.write_table(pa.concat_tables([table(10, mark="new"), table(40, start=15)]), path)
    db.sources.refresh(name)


def do_refresh(db: Engine, name: str, folder: Path) -> None:
    db.embed(name, columns=["text"], model="wordllama")


def after_refresh(db: Engine, name: str, folder: Path) -> str:
    made = db.tables.describe(f"{name}_vectors")
    if made.current_version == 1:
        whole(db, made.name, 40, version=1)
        return "old"
    whole(db, made.name, 50, version=2)
    whole(db, made.name, 40, version=1)
    return "new"


def before_compact(db: Engine, name: str, folder: Path) -> None:
    before_refresh(db, name, folder)
    do_refresh(db, name, folder)


def do_compact(db: Engine, name: str, folder: Path) -> None:
    if db.tables.describe(f"{name}_vectors").current_version == 2:
        db.tables.compact(f"{name}_vectors")
    db.tables.expire(f"{name}_vectors", before=3)


def after_compact(db: Engine, name: str, folder: Path) -> str:
    made = db.tables.describe(f"{name}_vectors")
    for version in made.versions:
        whole(db, made.name, 40 if version.version == 1 else 50, version=version.version)
    is_done = [each.version for each in made.versions] == [3]
    return "new" if is_done else "old"


def before_topic(db: Engine, name: str, folder: Path) -> None:
    db.topics.register(name, SCHEMA)
    db.topics.publish(name, {"n": 0, "body": "first"})


def do_topic(db: Engine, name: str, folder: Path) -> None:
    held = db.topics.describe(name).next_offset
    if held == 1:
        db.topics.publish(name, pa.table({"n": range(1, 20_001), "body": ["x"] * 20_000}, SCHEMA))


def after_topic(db: Engine, name: str, folder: Path) -> str:
    found = db.topics.subscribe(name, replay_only=True).read_all()
    assert found["_offset"].to_pylist() == list(range(found.num_rows)), "a gap"
    assert found["n"].to_pylist() == list(range(found.num_rows)), "a row is lost"
    assert found.num_rows in (1, 20_001), found.num_rows
    return "old" if found.num_rows == 1 else "new"


def before_names(db: Engine, name: str, folder: Path) -> None:
    """Nothing is there."""


def do_names(db: Engine, name: str, folder: Path) -> None:
    if f"{name}_t" not in [each.name for each in db.topics.list()]:
        db.topics.register(f"{name}_t", SCHEMA)
    if f"{name}_m" not in [each.name for each in db.mutable.list()]:
        db.mutable.create(f"{name}_m", SCHEMA, primary_key="n")


def after_names(db: Engine, name: str, folder: Path) -> str:
    """What has a name can be used; what has none has left nothing behind."""
    topics = [each.name for each in db.topics.list() if each.name.startswith(name + "_")]
    tables = [each.name for each in db.mutable.list() if each.name.startswith(name + "_")]
    for topic in topics:
        assert db.topics.describe(topic).next_offset == 0
    for each in tables:
        assert db.mutable.count(each) == 0
    assert stored(db) == len(db.mutable.list()), "a table without a name, or a name without one"
    return "new" if topics and tables else "old"


def before_drop(db: Engine, name: str, folder: Path) -> None:
    do_names(db, name, folder)
    db.topics.publish(f"{name}_t", {"n": 0, "body": "first"})
    db.mutable.insert(f"{name}_m", {"n": 1, "body": "row"})
    db.sources.add(name, table(5), key="id")
    db.index(name, ["text"])


def do_drop(db: Engine, name: str, folder: Path) -> None:
    db.topics.drop(f"{name}_t", if_exists=True)
    db.mutable.drop(f"{name}_m", if_exists=True)
    if f"{name}_words" in [each.name for each in db.tables.list()]:
        db.tables.drop(f"{name}_words")


def after_drop(db: Engine, name: str, folder: Path) -> str:
    """Each is there with all that it held, or is not there at all."""
    topics = [each.name for each in db.topics.list() if each.name.startswith(name + "_")]
    tables = [each.name for each in db.mutable.list() if each.name.startswith(name + "_")]
    indexed = [each.name for each in db.tables.list() if each.source == name]
    for topic in topics:
        assert db.topics.subscribe(topic, replay_only=True).read_all()["n"].to_pylist() == [0]
    for each in tables:
        assert db.mutable.get(each, 1) == {"n": 1, "body": "row"}
    for each in indexed:
        assert db.tables.verify(each).verdict is Verified.MATCH
        assert db.search(name, "words 3", k=1)["id"].to_pylist() == ["d3"]
    assert stored(db) == len(db.mutable.list())
    return "old" if topics or tables or indexed else "new"


def stored(db: Engine) -> int:
    """How many mutable tables the database has, named or not."""
    with db.core.database.maintenance("test") as tx:
        query = "SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'engine_rows'"
        row = tx.connection.execute(query).fetchone()
    assert row is not None
    return int(row["n"])


JOURNEYS = {
    "publish": (before_publish, do_publish, after_publish),
    "refresh": (before_refresh, do_refresh, after_refresh),
    "compact": (before_compact, do_compact, after_compact),
    "topic": (before_topic, do_topic, after_topic),
    "names": (before_names, do_names, after_names),
    "drop": (before_drop, do_drop, after_drop),
}


def whole(db: Engine, name: str, rows: int, *, version: int) -> None:
    report = db.tables.verify(name, version=version)
    assert report.verdict is Verified.MATCH, report
    assert db.tables.read(name, version=version).num_rows == rows, (name, version)
    source = name.removesuffix("_vectors")
    hits = db.search(source, "words 20", k=5, version=version)
    assert hits.num_rows == 5 and all("gone" in note for note in hits.notes), hits.notes


def walk(journey: str, folder: str, stride: int) -> dict[str, Any]:
    """Die at every step of a journey; return how many there were and how each was found."""
    before, do, after = JOURNEYS[journey]
    found: list[str] = []
    for fatal in range(1, STEPS_MAX, stride):
        name = f"{journey}{fatal}"
        apart(partial(prepared, folder, before, name))
        status = apart(partial(attempted, folder, do, name, fatal), is_fatal=True)
        found.append(apart(partial(looked, folder, do, after, name)) or "")
        if status == "through":
            return {"steps": len(found), "found": found}
    raise AssertionError("it never got through")


def prepared(folder: str, before: Callable[..., None], name: str) -> str:
    with opened(folder) as db:
        before(db, name, Path(folder))
    return ""


def attempted(folder: str, do: Callable[..., None], name: str, fatal: int) -> str:
    with opened(folder) as db:
        Steps(fatal).install()
        do(db, name, Path(folder))
        Steps(0).install()
        os._exit(0)


def looked(folder: str, do: Callable[..., None], after: Callable[..., str], name: str) -> str:
    """Look at what a death left, do the verb again, and put the house in order."""
    with opened(folder) as db:
        state = after(db, name, Path(folder))
        kinds = {each.kind for each in db.tables.reconcile(grace_s=0)}
        assert kinds <= {"stray", "checkpoint"}, kinds
        do(db, name, Path(folder))
        assert after(db, name, Path(folder)) == "new"
        db.tables.reconcile(apply=True, grace_s=0)
        assert db.tables.reconcile(grace_s=0) == []
        assert after(db, name, Path(folder)) == "new"
    return state


def apart(work: Callable[[], str], *, is_fatal: bool = False) -> str:
    """Do something in a fork and return what it said; a fork that was killed says "killed"."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code = 1
        try:
            said = work()
            os.write(writer, said.encode())
            code = 0
        except (EvigateError, AssertionError, Exception) as error:
            os.write(writer, f"FAILED {error!r}".encode())
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert is_fatal and os.WTERMSIG(status) == signal.SIGKILL, status
        return "killed"
    if said.startswith("FAILED") or os.WEXITSTATUS(status):
        raise AssertionError(f"{work}: {said}")
    return "through" if is_fatal else said


if __name__ == "__main__":
    print(json.dumps(walk(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
