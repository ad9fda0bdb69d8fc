"""The house as a whole: settings, doctor, export, OpenAPI, codes, and the plans of hot queries."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from tests.fixtures.papers import wine_paper

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House, Settings, load_settings
from evigate.boot.doctor import check_up
from evigate.boot.export import export_tenant
from evigate.boot.logs import configure_logs
from evigate.boot.registry import all_codes
from evigate.boot.upkeep import sweep_blobs
from evigate.kernel.events import NewEvent, append_events
from evigate.papers import Source
from evigate.web import create_app


def test_settings_come_from_the_environment_and_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('port = 9000\nhost = "0.0.0.0"\n')
    environment = {"EVIGATE_DATA_DIR": str(tmp_path), "EVIGATE_PORT": "9001", "PATH": "/bin"}
    settings = load_settings(environment)
    assert (settings.data_dir, settings.host, settings.port) == (tmp_path, "0.0.0.0", 9001)


@pytest.mark.parametrize(
    ("environment", "name"),
    [({"EVIGATE_PROT": "1"}, "EVIGATE_PROT"), ({"EVIGATE_PORT": "many"}, "EVIGATE_PORT")],
)
def test_a_wrong_setting_is_named(environment: dict[str, str], name: str) -> None:
    with pytest.raises(EvigateError, match="E_SETTINGS_INVALID") as refusal:
        load_settings(environment)
    assert name in refusal.value.message


async def test_the_doctor_looks_at_every_part(settings: Settings) -> None:
    checks = {check.name: check for check in await check_up(settings)}
    assert {"Python", "Data folder", "Database", "Storage", "Sandbox", "Models"} <= set(checks)
    assert all(check.status != "failed" for check in checks.values())
    broken = settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/none"})
    found = {check.name: check for check in await check_up(broken)}["Database"]
    assert found.status == "failed" and found.remediation


def test_the_worker_works_until_it_is_stopped(settings: Settings) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EVIGATE_")}
    environment = {
        **clean,
        "EVIGATE_DATA_DIR": str(settings.data_dir),
        "EVIGATE_DATABASE_URL": str(settings.database_url),
        "EVIGATE_KEY": str(settings.key),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "evigate", "worker"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever starts the tests in the background has them inherit a deaf ear for Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as worker:
        try:
            assert worker.stderr is not None
            said = next((line for line in worker.stderr if "working" in line), "")
            worker.send_signal(signal.SIGINT)
            _, rest = worker.communicate(timeout=30)
        finally:
            worker.kill()
    assert (said, worker.returncode) == ("working; Ctrl-C stops\n", 0), rest


async def test_export_holds_the_tenants_rows_and_files_and_no_secret(
    house: House, owner: Subject, stranger: Subject, tmp_path: Path
) -> None:
    paper = await house.papers.ingest(owner, wine_paper(), Source("wine.pdf"))
    await house.papers.extract(owner, paper.id)
    await house.papers.ingest(stranger, wine_paper(), Source("theirs.pdf"))
    _, token = await house.tenancy.create_token(owner, "t")
    folder = tmp_path / "export"
    counts = await export_tenant(house, owner, folder)
    assert counts["papers.papers"] == 1 and counts["papers.claims"] == 3
    rows = [json.loads(line) for line in (folder / "papers.papers.jsonl").open()]
    assert [row["id"] for row in rows] == [str(paper.id)]
    assert (folder / "blobs" / paper.pdf_sha256).read_bytes() == wine_paper()
    assert not any("api_tokens" in each.name for each in folder.iterdir())
    assert token not in "".join(each.read_text() for each in folder.glob("*.jsonl"))
    with pytest.raises(EvigateError, match="E_CONFLICT"):
        await export_tenant(house, owner, folder)


async def test_openapi_describes_every_route_with_its_problems(house: House) -> None:
    transport = httpx.ASGITransport(app=create_app(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        document: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
    operations = {
        (path, verb): operation
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
    }
    assert ("/api/v1/papers/ingest", "post") in operations
    for (path, verb), operation in operations.items():
        assert operation.get("description"), f"{verb} {path} is not described"
        if "{paper_id}" in path or "{run_id}" in path or "{plan_id}" in path:
            assert "404" in operation["responses"], f"{verb} {path} names no 404"
    problem = document["components"]["schemas"]["Problem"]
    assert {"code", "remediation", "detail"} <= set(problem["required"])
    example = operations["/api/v1/papers/ingest", "post"]["responses"]["415"]["content"]
    assert "E_UNSUPPORTED_MEDIA_TYPE" in example["application/problem+json"]["examples"]


def test_every_code_has_one_name_a_status_and_what_to_do() -> None:
    codes = all_codes()
    assert len(codes) >= 40
    for code in codes:
        assert code.name.startswith("E_") and 400 <= code.status < 600 and code.remediation


# Hot queries, as the tenant's role: each must go by an index, whatever the policy adds.

HOT = {
    "events after an offset": (
        "SELECT seq FROM kernel.events WHERE stream_kind = 'run' AND stream_id = %(id)s AND seq > 5"
        " ORDER BY seq LIMIT 100"
    ),
    "a run": "SELECT * FROM kernel.runs WHERE id = %(id)s",
    "papers, newest first": "SELECT id FROM papers.papers ORDER BY id DESC LIMIT 50",
    "claims of a paper": "SELECT id FROM papers.claims WHERE paper_id = %(id)s",
    "gaps of a journey": "SELECT id FROM papers.gaps WHERE reproduction_id = %(id)s",
    "series of a run": "SELECT id FROM papers.run_series WHERE run_id = %(id)s AND metric = 'm'",
}


async def test_hot_queries_go_by_an_index(house: House, owner: Subject) -> None:
    async with house.database.tx(owner) as tx:
        await append_events(tx, "run", owner.tenant_id, [NewEvent("log_line", {})] * 200)  # type: ignore[arg-type]
    async with house.database.tx(owner) as tx:
        await tx.connection.execute("SET LOCAL enable_seqscan = off")
        for name, query in HOT.items():
            rows = await (
                await tx.connection.execute(f"EXPLAIN {query}", {"id": owner.tenant_id})  # type: ignore[arg-type]
            ).fetchall()
            plan = "\n".join(str(row["QUERY PLAN"]) for row in rows)
            assert "Seq Scan" not in plan, f"{name}:\n{plan}"
            assert "tenant_id" in plan, f"{name} does not use the tenant's index:\n{plan}"


# The API of the house ---------------------------------------------------------------------------


async def test_a_program_can_do_what_the_command_line_can(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    api = "/api/v1"
    made = (await client.post(f"{api}/tokens", json={"name": "ci", "role": "viewer"})).json()
    names = [each["name"] for each in (await client.get(f"{api}/tokens")).json()["items"]]
    assert names == ["ci", "test"]
    assert made["token"] not in (await client.get(f"{api}/tokens")).text
    assert (await other_client.delete(f"{api}/tokens/{made['id']}")).status_code == 404
    assert (await client.delete(f"{api}/tokens/{made['id']}")).status_code == 204

    body = {"unit": "seconds", "limit_amount": 60}
    assert (await client.put(f"{api}/budgets/runs.seconds", json=body)).status_code == 204
    budgets = (await client.get(f"{api}/budgets")).json()["items"]
    assert [each["limit_amount"] for each in budgets] == [60]
    assert (await other_client.get(f"{api}/budgets")).json()["items"] == []

    assert (await client.put(f"{api}/secrets/a.key", json={"value": "hush"})).status_code == 204
    listed = await client.get(f"{api}/secrets")
    assert [each["name"] for each in listed.json()["items"]] == ["a.key"]
    assert "hush" not in listed.text
    assert (await other_client.get(f"{api}/secrets")).json()["items"] == []
    assert (await other_client.delete(f"{api}/secrets/a.key")).status_code == 404

    assert (await client.get(f"{api}/jobs")).json()["items"] == []
    assert (await client.post(f"{api}/jobs/1/retry")).status_code == 404
    checks = (await client.get(f"{api}/doctor")).json()
    assert {"Database", "Sandbox"} <= {each["name"] for each in checks}


async def test_a_spent_budget_ends_a_run_with_its_code(
    house: House, owner: Subject, client: httpx.AsyncClient
) -> None:
    import asyncio

    from evigate.boot.console import working
    from evigate.papers import ReproduceOptions

    body = {"unit": "seconds", "limit_amount": 1}
    await client.put("/api/v1/budgets/runs.seconds", json=body)
    options = ReproduceOptions(seeds=1, is_preapproved=True)
    run_id = await house.papers.reproduce(
        owner, options, data=wine_paper(), source=Source("wine.pdf")
    )
    async with working(house), asyncio.timeout(60):
        while True:
            run = (await client.get(f"/api/v1/runs/{run_id}")).json()
            if run["completed_at"]:
                break
            await asyncio.sleep(0.1)
    assert (run["status"], run["error_code"]) == ("failed", "E_BUDGET_EXHAUSTED")


# Upkeep -----------------------------------------------------------------------------------------


async def test_the_sweep_takes_stray_files_and_leaves_named_ones(
    house: House, owner: Subject, settings: Settings
) -> None:
    paper = await house.papers.ingest(owner, wine_paper(), Source("wine.pdf"))
    assert owner.tenant_id is not None
    stray = await house.storage.put(owner.tenant_id, b"written, and then the process died")
    young = await house.storage.put(owner.tenant_id, b"just written")
    two_days_ago = time.time() - 2 * 86400
    for path in (settings.data_dir / "blobs").rglob("*"):
        if path.is_file() and path.name != young.digest:
            os.utime(path, (two_days_ago, two_days_ago))
    assert await sweep_blobs(house) == 1
    left = {blob.digest async for blob in house.storage.list(owner.tenant_id)}
    assert left == {paper.pdf_sha256, young.digest}
    assert stray.digest not in left


async def test_a_deleted_papers_files_go_with_the_next_sweep(
    house: House, owner: Subject, stranger: Subject, settings: Settings
) -> None:
    paper = await house.papers.ingest(owner, wine_paper(), Source("wine.pdf"))
    theirs = await house.papers.ingest(stranger, wine_paper(), Source("wine.pdf"))
    await house.papers.delete_paper(owner, paper.id)
    two_days_ago = time.time() - 2 * 86400
    for path in (settings.data_dir / "blobs").rglob("*"):
        if path.is_file():
            os.utime(path, (two_days_ago, two_days_ago))
    assert await sweep_blobs(house) == 1
    assert await house.papers.pdf_of(stranger, theirs.id) == wine_paper()


@pytest.fixture
def logs_set_back() -> Iterator[None]:
    """Undo what configuring the process's logs did."""
    handlers = logging.getLogger().handlers[:]
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


async def test_a_request_leaves_one_line_without_its_secret(
    house: House, owner: Subject, capsys: pytest.CaptureFixture[str], logs_set_back: None
) -> None:
    configure_logs(house.settings.model_copy(update={"log_format": "json"}))
    link = await house.tenancy.make_link(owner)
    transport = httpx.ASGITransport(app=create_app(house), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        await client.get(f"/sign-in/{link}?next=/papers")
        missing = await client.get("/api/v1/papers", headers={"authorization": "Bearer evg_wrong"})
        await client.get("/health/live")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "{" in line]
    requests = [line for line in lines if line["event"] == "request_answered"]
    assert [(line["method"], line["status"]) for line in requests] == [("GET", 200), ("GET", 401)]
    assert link not in json.dumps(lines) and "evg_wrong" not in json.dumps(lines)
    assert missing.headers["x-request-id"] == missing.json()["request_id"]
    assert requests[1]["request_id"] == missing.json()["request_id"]
