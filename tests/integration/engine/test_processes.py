"""Several real processes on one folder with its embedded database: at work, in conflict, killed.

Each is a Python that connects with `evigate.connect` and runs what it is sent, a line of JSON each
way; the folder is theirs alone, and whichever comes first starts the database for all.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import REPOSITORY, slowness

CHILD = """
import json, sys, threading, time
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
import evigate
from evigate.base.errors import EvigateError

began = time.perf_counter()
db = evigate.connect(sys.argv[1])
print(json.dumps({"value": time.perf_counter() - began}), flush=True)
names = dict(globals())
for line in sys.stdin:
    names["found"] = None
    try:
        exec(json.loads(line), names)
        answer = {"value": names["found"]}
    except EvigateError as error:
        answer = {"code": error.code.name, "message": error.message}
    except Exception as error:
        answer = {"code": type(error).__name__, "message": repr(error)}
    print(json.dumps(answer, default=str), flush=True)
db.close()
"""


class Refusal(Exception):
    """What a process's engine refused: the code's name, then the message."""


class Worker:
    """A process with an engine of the folder."""

    def __init__(self, folder: Path, program: str = CHILD) -> None:
        environment = {key: v for key, v in os.environ.items() if not key.startswith("EVIGATE_")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY, env=environment,
        )  # fmt: skip
        self.connect_s: float = self.answer()

    def send(self, code: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(textwrap.dedent(code)) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """Return what the code called `found`, or raise what the engine refused."""
        assert self.process.stdout is not None
        while True:
            line = self.process.stdout.readline()
            assert line, f"the process ended with {self.process.wait()}"
            if line.startswith("{"):
                break
        said = json.loads(line)
        if "code" in said:
            raise Refusal(said["code"], said["message"])
        return said["value"]

    def run(self, code: str) -> Any:
        self.send(code)
        return self.answer()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> None:
        """Let it leave by itself; a killed one has left."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the database's own user can reach, whoever runs the tests."""
    made = Path(tempfile.mkdtemp(prefix="evigate-test-"))
    made.chmod(0o755)
    yield made / "lab"
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def workers(folder: Path) -> Iterator[list[Worker]]:
    """Two processes; a test that kills one puts another in its place."""
    made = [Worker(folder), Worker(folder)]
    yield made
    for each in made:
        each.end()


def write(path: Path, count: int, mark: str) -> None:
    table = pa.table(
        {"id": [f"d{n}" for n in range(count)], "text": [f"{mark} words {n}" for n in range(count)]}
    )
    partial = path.with_suffix(".partial")
    pq.write_table(table, partial)
    partial.replace(path)


WHOLE = """
report = db.tables.verify({name!r})
strange = [f.kind for f in db.tables.reconcile(grace_s=0) if f.kind not in ("stray", "checkpoint")]
found = [report.verdict.value, db.tables.read({name!r}).num_rows, strange]
"""


def test_what_one_makes_the_other_has_at_once(workers: list[Worker]) -> None:
    first, second = workers
    first.run("""
        db.sources.add("twin", pa.table({"id": ["a", "b"], "text": ["wing", "pasta"]}), key="id")
        db.embed("twin", ["text"], model="wordllama")
        db.mutable.create("words", pa.schema([("id", pa.int64()), ("w", pa.string())]), primary_key="id")
        db.topics.register("events", {"n": "int64"})
    """)
    assert second.run('found = db.search("twin", "wing", k=1)["id"].to_pylist()') == ["a"]
    for number, worker in enumerate(workers):
        worker.run(f'db.mutable.insert("words", {{"id": {number}, "w": "x"}})')
        worker.run(f'db.topics.publish("events", {{"n": {number}}})')
    for worker in workers:
        assert worker.run(
            'found = db.mutable.scan("words", order_by=["id"])["id"].to_pylist()'
        ) == [
            0,
            1,
        ]
        assert worker.run(
            'found = db.topics.subscribe("events", replay_only=True).read_all()["_offset"].to_pylist()'
        ) == [0, 1]
        assert (
            worker.run('found = db.sql("SELECT count(*) AS n FROM words, twin")["n"][0].as_py()')
            == 4
        )
    second.run('db.sources.remove("twin", cascade=True)')
    # What is gone is known as soon as the note of it has been heard.
    first.run("time.sleep(0.5)")
    with pytest.raises(Refusal, match="E_SOURCE_MISSING"):
        first.run('db.search("twin", "wing")')


def test_one_searches_while_the_other_embeds(workers: list[Worker], tmp_path: Path) -> None:
    """Each answer is wholly of one version, and the new one is seen by whoever searches next."""
    first, second = workers
    path = tmp_path / "docs.parquet"
    write(path, 60, "old")
    first.run(f'db.sources.add("seen", {str(path)!r}, key="id")')
    first.run('db.embed("seen", ["text"], model="wordllama")')
    second.run("""
        answers, stop = [], threading.Event()
        def look():
            while not stop.is_set():
                answers.append(db.search("seen", "words 7", k=60, select=["text"])["text"].to_pylist())
        thread = threading.Thread(target=look)
        thread.start()
    """)
    for mark in ("new", "newer"):
        write(path, 60, mark)
        assert first.run('found = db.embed("seen", ["text"], model="wordllama").inferred') == 60
    seen = second.run('found = db.search("seen", "words 7", k=60)["text"].to_pylist()')
    assert {text.split()[0] for text in seen} == {"newer"}
    answers = second.run("""
        while thread.is_alive() and len(answers) <= 10:
            time.sleep(0.02)
        stop.set()
        thread.join()
        found = answers
    """)
    assert len(answers) > 10
    assert {len(set(answer)) for answer in answers} == {60}
    assert second.run('found = db.tables.describe("seen_vectors").current_version') == 3


@pytest.mark.parametrize("is_new", [True, False], ids=["a new table", "a new version"])
def test_two_that_embed_one_table_conflict_and_lose_nothing(
    workers: list[Worker], tmp_path: Path, is_new: bool
) -> None:
    name = f"race{int(is_new)}"
    path = tmp_path / "docs.parquet"
    write(path, 600, "old")
    workers[0].run(f"db.sources.add({name!r}, {str(path)!r}, key='id')")
    embed = f'found = db.embed({name!r}, ["text"], model="wordllama").row_count'
    if not is_new:
        assert workers[0].run(embed) == 600
        write(path, 700, "new")
    for worker in workers:
        worker.send(embed)
    outcomes = []
    for worker in workers:
        try:
            outcomes.append(worker.answer())
        except Refusal as refusal:
            outcomes.append(refusal.args[0])
    count = 600 if is_new else 700
    assert count in outcomes
    assert set(outcomes) <= {count, "E_TABLE_CONFLICT", "E_TABLE_EXISTS"}
    for worker in workers:
        assert worker.run(embed) == count
        assert worker.run(WHOLE.format(name=f"{name}_vectors")) == ["match", count, []]
        hits = worker.run(f'found = db.search({name!r}, "words 5", k=700)["id"].to_pylist()')
        assert len(set(hits)) == count


def test_writers_of_two_processes_lose_no_row(workers: list[Worker]) -> None:
    workers[0].run("""
        schema = pa.schema([("id", pa.int64()), ("n", pa.int64())])
        db.mutable.create("counted", schema, primary_key="id")
        db.mutable.insert("counted", {"id": 0, "n": 0})
        db.topics.register("shared", {"n": "int64"})
    """)
    for worker in workers:
        worker.send("""
            for n in range(40):
                db.topics.publish("shared", {"n": n})
                while True:
                    try:
                        with db.mutable.transaction() as work:
                            old = work.get("counted", 0)["n"]
                            work.update("counted", {"n": old + 1}, "id = 0")
                        break
                    except EvigateError as error:
                        assert error.code.name == "E_ROW_CONFLICT", error
        """)
    for worker in workers:
        worker.answer()
    assert workers[0].run('found = db.mutable.get("counted", 0)["n"]') == 80
    offsets = workers[1].run(
        'found = db.topics.subscribe("shared", replay_only=True).read_all()["_offset"].to_pylist()'
    )
    assert offsets == list(range(80))


def test_one_is_killed_and_the_other_goes_on(
    workers: list[Worker], folder: Path, tmp_path: Path
) -> None:
    """Killed in the middle of an embedding, the one that started the database first of all."""
    path = tmp_path / "docs.parquet"
    write(path, 3000, "some")
    workers[0].run(f'db.sources.add("cut", {str(path)!r}, key="id")')
    workers[0].send("""
        def step(done, total):
            if done:
                print("embedding", flush=True)
                time.sleep(60)
        db.embed("cut", ["text"], model="wordllama", on_progress=step)
    """)
    output = workers[0].process.stdout
    assert output is not None and output.readline() == "embedding\n"
    workers[0].kill()
    survivor = workers[1]
    assert survivor.run("found = [t.name for t in db.tables.list() if t.source == 'cut']") == []
    done = survivor.run(
        'r = db.embed("cut", ["text"], model="wordllama"); found = [r.row_count, r.adopted > 0]'
    )
    assert done[0] == 3000
    assert survivor.run(WHOLE.format(name="cut_vectors")) == ["match", 3000, []]
    workers[0] = Worker(folder)
    assert workers[0].run(
        'found = db.search("cut", "words 5", k=3)["id"].to_pylist()'
    ) == survivor.run('found = db.search("cut", "words 5", k=3)["id"].to_pylist()')


def test_a_third_connects_to_what_is_there(workers: list[Worker], folder: Path) -> None:
    workers[0].run("""
        db.sources.add("cold", pa.table({"id": ["a", "b"], "text": ["wing", "pasta"]}), key="id")
        db.embed("cold", ["text"], model="wordllama")
    """)
    third = Worker(folder)
    try:
        # The bound of the issue is a second on a machine that does nothing else.
        assert third.connect_s < 10 * slowness()
        assert third.run('found = db.search("cold", "wing", k=2)["id"].to_pylist()') == ["a", "b"]
        assert third.run("found = str(db.tenant_id)") == workers[0].run("found = str(db.tenant_id)")
    finally:
        third.end()
    assert workers[1].run('found = db.sql("SELECT count(*) AS n FROM cold")["n"][0].as_py()') == 2


def test_the_database_killed_is_typed_and_comes_back(workers: list[Worker], folder: Path) -> None:
    workers[0].run("""
        db.sources.add("kept", pa.table({"id": ["a", "b"], "text": ["wing", "pasta"]}), key="id")
        db.embed("kept", ["text"], model="wordllama")
        db.mutable.create("rows", pa.schema([("id", pa.int64())]), primary_key="id")
        db.mutable.insert("rows", {"id": 1})
    """)
    pidfile = next(folder.glob("postgres/cluster/postmaster.pid"))
    pid = pidfile.read_text().splitlines()[0]
    os.kill(int(pid), signal.SIGKILL)
    for worker in workers:
        # What ran when its parent was killed may answer once more, so the new server is waited for.
        codes = worker.run(f"""
            codes, end = set(), time.monotonic() + 60
            while found is None and time.monotonic() < end:
                try:
                    with open({str(pidfile)!r}) as file:
                        is_new = file.readline().strip() not in ("", {pid!r})
                    db.mutable.upsert("rows", {{"id": 2}})
                    found = sorted(codes) if is_new else None
                except FileNotFoundError:
                    pass
                except EvigateError as error:
                    assert error.code.is_retryable, error
                    codes.add(error.code.name)
                time.sleep(0.02)
        """)
        assert codes is not None, "it never came back"
        assert set(codes) <= {"E_DATABASE_UNAVAILABLE"}
    for worker in workers:
        assert worker.run('found = db.mutable.count("rows")') == 2
        assert worker.run('found = db.search("kept", "wing", k=1)["id"].to_pylist()') == ["a"]


LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
"""


def test_a_file_that_cannot_grow_is_told_and_nothing_half_is_left(
    workers: list[Worker], folder: Path, tmp_path: Path
) -> None:
    """A process that may write no file beyond 200 kB stands for a disk that is full."""
    path = tmp_path / "docs.parquet"
    words = [
        " ".join(f"w{n * 31 % 9973 * at % 99991:x}" for at in range(1, 30)) for n in range(4000)
    ]
    pq.write_table(pa.table({"id": [f"d{n}" for n in range(4000)], "text": words}), path)
    workers[0].run(f'db.sources.add("brim", {str(path)!r}, key="id")')
    limited = Worker(folder, CHILD.replace("began =", LIMITED + "began ="))
    refusals = []
    try:
        for code in (
            'db.embed("brim", ["text"], model="wordllama", name="brim_v")',
            'db.index("brim", ["text"], name="brim_w")',
            """db.tables.import_vectors("brim_i", pa.table({"id": [f"d{n}" for n in range(4000)],
                "vector": list(np.random.default_rng(1).normal(size=(4000, 64)))}), source="brim")""",
            """db.sources.add("brim_m", pa.table({"id": range(50_000),
                "x": np.random.default_rng(1).normal(size=50_000)}), key="id")""",
        ):
            with pytest.raises(Refusal) as refusal:
                limited.run(code)
                pytest.fail(f"it was done: {code}")
            refusals.append((code[:12], *refusal.value.args))
    finally:
        limited.end()
    assert {code for _, code, _ in refusals} == {"E_DISK_FULL"}, refusals
    assert (
        workers[1].run("found = [t.name for t in db.tables.list() if t.name[:4] == 'brim']") == []
    )
    assert workers[1].run(
        "found = [s.name for s in db.sources.list() if s.name[:4] == 'brim']"
    ) == ["brim"]
    assert workers[1].run('found = db.embed("brim", ["text"], model="wordllama").row_count') == 4000
    assert workers[1].run(WHOLE.format(name="brim_vectors")) == ["match", 4000, []]
