"""kill -9 of the worker at each step, of the server, and of the embedded PostgreSQL: same result.

Everything here is a real process with a data directory of its own; nothing in the program knows
that it is being tested.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.conftest import KEY_TEXT
from tests.fixtures.papers import wine_paper

EVIGATE = str(Path(sys.executable).with_name("evigate"))
STEPS = ["ingest", "claims", "plan", "notebook", "run", "gaps", "report"]
WAIT_S = 90


class Installation:
    """A data directory, and the commands and processes that use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        clean = {k: v for k, v in os.environ.items() if not k.startswith("EVIGATE_")}
        self.environment = {**clean, "EVIGATE_DATA_DIR": str(folder), "EVIGATE_KEY": KEY_TEXT}
        self._started: list[subprocess.Popen[str]] = []

    def run(self, *arguments: str) -> Any:
        done = subprocess.run(
            [EVIGATE, *arguments, "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [EVIGATE, *arguments],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        self._started.append(process)
        return process

    def close(self) -> None:
        with contextlib.suppress(AssertionError):
            self.run("db", "stop")
        for process in self._started:
            if process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(20)
            if process.poll() is None:
                process.kill()
            if process.stderr is not None:
                process.stderr.close()


@pytest.fixture
def installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="evigate-crash-"))
    folder.chmod(0o755)
    made = Installation(folder)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


def kill(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def look(url: str, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, options="-c role=service_role") as connection:
        return connection.execute(query, values).fetchall()  # type: ignore[arg-type]


def wait_for(url: str, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Wait until the query returns rows, whatever becomes of the server meanwhile."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError):
            if rows := look(url, query, values):
                return rows
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for: {query} {values}")


def submit(installation: Installation) -> str:
    """Queue a journey without a worker and return its id."""
    from evigate.boot import House, load_settings
    from evigate.papers import ReproduceOptions, Source

    async def work() -> str:
        async with House.open(load_settings(installation.environment)) as house:
            options = ReproduceOptions(seeds=1, is_preapproved=True, budget_minutes=3)
            owner = await house.operator()
            data = wine_paper()
            return str(
                await house.papers.reproduce(owner, options, data=data, source=Source("w.pdf"))
            )

    return asyncio.run(work())


# Leave-one-out on the 178 wines has one answer: 176, 177 and 170 of them are classified rightly.
WINE_RESULT = {"LDA": 17600 / 178, "QDA": 17700 / 178, "1NN": 17000 / 178}


def check_result(installation: Installation, run_id: str) -> None:
    """The numbers and verdicts are those of a run that nothing disturbed."""
    found = {
        method: (seen, verdict) for method, _, _, seen, verdict in result_of(installation, run_id)
    }
    assert {method: seen for method, (seen, _) in found.items()} == pytest.approx(WINE_RESULT)
    assert {verdict for _, verdict in found.values()} == {"reproduced"}


def result_of(installation: Installation, run_id: str) -> list[tuple[Any, ...]]:
    report = installation.run("papers", "report", run_id)
    return sorted(
        (row["method"], row["metric"], row["claimed"], row["observed"], row["verdict"])
        for row in report["rows"]
    )


STAGE = (
    "SELECT 1 FROM kernel.events WHERE stream_kind = 'run' AND stream_id = %s"
    " AND type = 'stage_update' AND payload ->> 'stage' = %s"
)
ENDED = "SELECT status, error_message FROM kernel.runs WHERE id = %s AND completed_at IS NOT NULL"


def database_url(installation: Installation) -> str:
    return str(installation.run("db", "url")["url"])


@pytest.mark.timeout(600)
def test_a_worker_killed_at_each_step_loses_and_repeats_nothing(installation: Installation) -> None:
    calm = submit(installation)
    worker = installation.start("worker")
    url = database_url(installation)
    assert wait_for(url, ENDED, (calm,)) == [("succeeded", None)]
    kill(worker)
    run_id = submit(installation)
    for stage in STEPS:
        worker = installation.start("worker")
        url = database_url(installation)
        wait_for(url, STAGE, (run_id, stage))
        if stage == "run":
            # Well into the notebook, with a kernel of its own running.
            wait_for(
                url,
                "SELECT 1 FROM kernel.events e JOIN papers.reproductions r ON r.run_id = e.stream_id"
                " WHERE r.id = %s AND e.type = 'progress'",
                (run_id,),
            )
        kill(worker)
    worker = installation.start("worker")
    assert wait_for(database_url(installation), ENDED, (run_id,)) == [("succeeded", None)]

    steps = look(
        url,
        "SELECT name, status FROM kernel.run_steps WHERE run_id = %s ORDER BY position",
        (run_id,),
    )
    assert [name for name, _ in steps] == [*STEPS[:4], "queue", *STEPS[4:]]
    assert {status for _, status in steps} == {"succeeded"}
    once = "SELECT payload ->> 'stage', count(*) FROM kernel.events WHERE stream_id = %s AND payload ->> 'stage' LIKE '%%_done' GROUP BY 1"
    assert {count for _, count in look(url, once, (run_id,))} == {1}
    for table, expected in (
        ("papers.papers", 1),
        ("papers.runs", 2),
        ("papers.plans", 2),
        ("gate.artifacts", 4),
    ):
        assert look(url, f"SELECT count(*) FROM {table}") == [(expected,)], table
    assert result_of(installation, run_id) == result_of(installation, calm)
    check_result(installation, run_id)
    worker.terminate()
    worker.wait(30)


def test_the_embedded_postgres_killed_in_mid_run_comes_back(installation: Installation) -> None:
    run_id = submit(installation)
    server = installation.start("serve", "--port", "0")
    url = database_url(installation)
    wait_for(url, STAGE, (run_id, "run"))
    postmaster = next(installation.folder.glob("postgres/cluster/postmaster.pid"), None)
    assert postmaster is not None
    os.kill(int(postmaster.read_text().splitlines()[0]), signal.SIGKILL)
    assert wait_for(url, ENDED, (run_id,)) == [("succeeded", None)]
    check_result(installation, run_id)
    assert server.poll() is None, "the server ended with its database"
    server.terminate()
    assert server.wait(30) == 0


def test_the_server_killed_in_mid_run_leaves_its_work_to_the_next(
    installation: Installation,
) -> None:
    run_id = submit(installation)
    server = installation.start("serve", "--port", "0")
    url = database_url(installation)
    wait_for(url, STAGE, (run_id, "run"))
    kill(server)
    installation.start("serve", "--port", "0")
    assert wait_for(database_url(installation), ENDED, (run_id,)) == [("succeeded", None)]
    check_result(installation, run_id)


def test_a_printed_address_works_until_the_database_is_stopped(installation: Installation) -> None:
    url = database_url(installation)
    installation.run("papers", "list")
    assert look(url, "SELECT count(*) FROM kernel.tenants") == [(1,)]
    assert installation.run("db", "stop") == {"is_stopped": True}
    with pytest.raises(psycopg.OperationalError):
        look(url, "SELECT 1")


def test_the_last_process_to_leave_stops_the_database(installation: Installation) -> None:
    installation.run("papers", "list")
    assert not list(installation.folder.glob("postgres/cluster/postmaster.pid"))
    server = installation.start("serve", "--port", "0")
    line = server.stderr.readline() if server.stderr else ""
    assert "serves at" in line
    installation.run("papers", "list")
    assert list(installation.folder.glob("postgres/cluster/postmaster.pid")), (
        "stopped under the server"
    )
    server.terminate()
    assert server.wait(30) == 0
    assert not list(installation.folder.glob("postgres/cluster/postmaster.pid"))
