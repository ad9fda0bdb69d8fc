"""Kits over a project by command and by route: brought, started, looked at, approved, taken along."""

import asyncio
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.studio.kit_projects import NOTES, brought, ran, specified, walk
from typer.testing import CliRunner

from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.cli.main import build_app
from evigate.studio.kits.runs.packages import packed

STUDIO = "/api/v1/studio"


async def test_a_kit_by_command(
    house: House,
    owner: Subject,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    project = str(await specified(house, owner))
    for name in ("data_dir", "key", "database_url"):
        monkeypatch.setenv(f"EVIGATE_{name.upper()}", str(getattr(settings, name)))
    folder = tmp_path / "notes"
    folder.mkdir()
    for path, text in NOTES.items():
        (folder / path).write_text(text)

    async def run(*words: str, code: int = 0, given: str | None = None, plain: bool = False) -> Any:
        def call() -> Any:
            asked = ["kits", *words, *([] if plain else ["--json"])]
            found = CliRunner().invoke(build_app(), asked, input=given)
            assert found.exit_code == code, (words, found.output, found.exception)
            if code == 1:
                return str(found.exception)
            return found.stdout if plain else json.loads(found.stdout)

        return await asyncio.to_thread(call)

    (head,) = await run("import", str(folder))
    assert (head["kit_id"], head["status"]) == ("notes", "draft")
    assert "E_KIT_STATE: notes 1.0.0 is draft" in await run("start", project, "notes", code=1)
    dry = await run("start", project, "notes", "--dry")
    assert (dry["run"]["status"], dry["run"]["phase"]) == ("completed", "VALIDATE")
    assert (await run("activate", head["id"]))[0]["status"] == "active"
    assert [each["kit_id"] for each in await run("own")] == ["notes"]

    shown = await run("start", project, "notes")
    ids = (project, shown["run"]["id"])
    assert shown["run"]["waits_for"] == "approval" and shown["outputs"] == []
    assert "+ README.md" in await run("plan", *ids, plain=True)
    assert {each["action"] for each in await run("diff", *ids)} == {"create"}
    assert "E_KIT_PLAN_STALE" in await run("approve", *ids, "--plan", "0" * 64, code=1)
    done = await run("approve", *ids, "--plan", shown["plan"]["digest"])
    assert (done["run"]["status"], done["run"]["phase"]) == ("completed", "VERIFY")
    assert {each["status"] for each in await run("outputs", *ids)} == {"valid"}
    assert (await run("log", *ids))["log"] == ""
    written = await run("bundle", *ids, "--into", str(tmp_path))
    assert zipfile.is_zipfile(written["path"])
    assert "waits" not in await run("runs", project, plain=True)
    waiting = await run("start", project, "notes")
    assert (await run("cancel", project, waiting["run"]["id"]))["status"] == "cancelled"

    assert await run("credentials", "list", project) == []
    asked = ("contract-drift", "service")
    given = await run(
        "credentials", "set", project, *asked, "--base-url", "http://127.0.0.1:9", given="sk-1\n"
    )
    assert given["status"] == "active" and "sk-1" not in json.dumps(given)
    told = await run("credentials", "check", project, *asked, code=6)
    assert "not a public address" in told["problem"]
    assert await run("discovered", project, "contract-drift") is None
    assert await run("credentials", "revoke", project, *asked) == {"revoked": "service"}
    assert (await run("deprecate", head["id"]))[0]["status"] == "deprecated"
    assert "is deprecated" in await run("start", project, "notes", code=1)


async def test_a_kit_by_route_with_two_tenants(
    house: House,
    owner: Subject,
    client: httpx.AsyncClient,
    other_client: httpx.AsyncClient,
) -> None:
    project = await specified(house, owner)
    base = f"{STUDIO}/projects/{project}/kits"
    file = {"file": ("notes.zip", packed(NOTES))}
    told = await client.post(f"{STUDIO}/kits", files=file)
    assert (told.status_code, told.json()["status"]) == (201, "draft")
    kit = told.json()["id"]
    assert (await other_client.get(f"{STUDIO}/kits")).json() == [
        each for each in (await client.get(f"{STUDIO}/kits")).json() if each["origin"] == "shipped"
    ]
    moved = await other_client.post(f"{STUDIO}/kits/{kit}/status", json={"status": "active"})
    assert (moved.status_code, moved.json()["code"]) == (404, "E_KIT_NOT_FOUND")
    moved = await client.post(f"{STUDIO}/kits/{kit}/status", json={"status": "active"})
    assert moved.json()["status"] == "active"

    started = await client.post(f"{base}/runs", json={"kit_id": "notes"})
    assert (started.status_code, started.json()["status"]) == (202, "pending")
    run = f"{base}/runs/{started.json()['id']}"
    execution = (await house.kits.runs(owner, project))[0]
    await walk(house, owner, execution)
    page = (await client.get(run)).json()
    assert page["run"]["waits_for"] == "approval" and page["plan"]["counts"]["create"] > 3
    digest = page["plan"]["digest"]
    stale = await client.post(f"{run}/approve", json={"plan": "0" * 64})
    assert (stale.status_code, stale.json()["code"]) == (409, "E_KIT_PLAN_STALE")
    refused = await other_client.post(f"{run}/approve", json={"plan": digest})
    assert (refused.status_code, refused.json()["code"]) == (404, "E_PROJECT_NOT_FOUND")
    assert (await client.post(f"{run}/approve", json={"plan": digest})).status_code == 200
    assert (await client.post(f"{run}/approve", json={"plan": digest})).status_code == 200, "again"
    await walk(house, owner, execution)
    page = (await client.get(run)).json()
    assert page["run"]["status"] == "completed" and all(
        each["is_applied"] for each in page["plan"]["items"]
    )
    assert (await client.get(f"{run}/diff")).json()[0]["path"] == "README.md"
    bundle = await client.get(f"{run}/bundle")
    assert 'filename="notes-1.0.0.zip"' in bundle.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as archive:
        assert archive.read("README.md") == b"# Salons\n"
    async with client.stream("GET", f"{run}/events") as events:
        text = ""
        async for part in events.aiter_text():
            text += part
            if "run_complete" in text:
                break
    assert text.count("event: kit_item") == len(page["plan"]["items"])
    assert text.index("kit_phase") < text.index("kit_item")
    ended = await client.post(f"{run}/cancel")
    assert (ended.status_code, ended.json()["code"]) == (409, "E_KIT_STATE")
    assert [each["id"] for each in (await client.get(f"{base}/runs")).json()] == [
        started.json()["id"]
    ]

    credential = f"{base}/contract-drift/credentials/service"
    sent = {"value": "sk-1", "base_url": "https://api.example.com"}
    kept = await client.put(credential, json=sent)
    assert kept.status_code == 200 and "sk-1" not in kept.text
    assert "sk-1" not in (await client.get(f"{base}/credentials")).text
    for method, path, body in (
        ("GET", f"{base}/runs", None), ("POST", f"{base}/runs", {"kit_id": "notes"}),
        ("GET", run, None), ("GET", f"{run}/diff", None), ("GET", f"{run}/bundle", None),
        ("POST", f"{run}/cancel", None), ("GET", f"{run}/events", None),
        ("GET", f"{base}/credentials", None), ("PUT", credential, sent),
        ("POST", f"{credential}/check", None), ("DELETE", credential, None),
        ("GET", f"{base}/contract-drift/discovery", None),
        ("DELETE", f"{base}/contract-drift/discovery", None),
    ):  # fmt: skip
        told = await other_client.request(method, path, json=body)
        assert (told.status_code, told.json()["code"]) == (404, "E_PROJECT_NOT_FOUND"), path
    assert (await client.delete(credential)).status_code == 204


async def test_what_is_brought_is_checked_whole(
    house: House, owner: Subject, client: httpx.AsyncClient
) -> None:
    async def bring(code: str, **changed: str) -> None:
        texts = {**NOTES, **{name.replace("_", "."): text for name, text in changed.items()}}
        told = await client.post(f"{STUDIO}/kits", files={"file": ("a.zip", packed(texts))})
        assert told.json().get("code") == code, told.text

    await bring("E_KIT_TEMPLATE", readme_liquid="{% if %}")
    await bring("E_KIT_INVALID", kit_yaml="id: [")
    await bring("E_KIT_INVALID", basic_yaml="name: x\nspec: {}\nexpect: {files: [a]}\n")
    await bring("E_KIT_OUTSIDE", kit_yaml=NOTES["kit.yaml"].replace("README.md", "../README.md"))
    await bring("E_KIT_EXISTS", kit_yaml=NOTES["kit.yaml"].replace("notes", "handbook"))
    told = await client.post(f"{STUDIO}/kits", files={"file": ("a.zip", b"no zip")})
    assert told.json()["code"] == "E_KIT_INVALID"
    outside = io.BytesIO()
    with zipfile.ZipFile(outside, "w") as archive:
        archive.writestr("../kit.yaml", NOTES["kit.yaml"])
    told = await client.post(f"{STUDIO}/kits", files={"file": ("a.zip", outside.getvalue())})
    assert told.json()["code"] == "E_KIT_OUTSIDE"
    await brought(house, owner)
    await bring("E_KIT_EXISTS", readme_liquid="other")


async def test_a_kit_that_tries_something_in_its_tests_ends_by_that_name(
    house: House, owner: Subject
) -> None:
    project = await specified(house, owner)
    attack = NOTES["kit.yaml"].replace("id: notes", "id: thief").replace(
        "tests:", 'verify: {run: ["python steal.py"], timeout_s: 30}\ntests:'
    ).replace(
        "outputs:", "outputs:\n  - {id: steal, path: steal.py, template: steal.liquid, type: python}"
    )  # fmt: skip
    await brought(
        house, owner, {**NOTES, "kit.yaml": attack, "steal.liquid": "open('/etc/shadow').read()\n"}
    )
    done = await ran(house, owner, project, "thief")
    assert (done.status, done.phase, done.error_code) == ("failed", "VERIFY", "E_KIT_SECRETS")
    assert "tried /etc/shadow" in str(done.error_message)
    path = NOTES["kit.yaml"].replace("id: notes", "id: climber").replace(
        "entities/{{ entity.key }}", "{% assign up = '..' %}{{ up }}/{{ entity.key }}"
    )  # fmt: skip
    fixture = "name: none\nspec: {name: x, entities: []}\nexpect: {files: [README.md]}\n"
    await brought(house, owner, {**NOTES, "kit.yaml": path, "basic.yaml": fixture})
    ended = await walk(house, owner, await house.kits.start(owner, project, "climber", is_dry=True))
    assert (ended.status, ended.phase, ended.error_code) == ("failed", "PLAN", "E_KIT_OUTSIDE")
    loop = "{% for i in (1..1000000) %}x{% endfor %}"
    endless = (
        NOTES["kit.yaml"].replace("id: notes", "id: endless").replace("tests: [basic.yaml]\n", "")
    )
    await brought(house, owner, {**NOTES, "kit.yaml": endless, "readme.liquid": loop})
    ended = await walk(house, owner, await house.kits.start(owner, project, "endless"))
    assert (ended.status, ended.phase, ended.error_code) == ("failed", "PLAN", "E_KIT_ENDLESS")
