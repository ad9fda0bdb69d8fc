"""The studio by HTTP and by command: the same verbs, 409 with both values, 404 for another tenant."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.studio.test_discovery import GROOMING
from typer.testing import CliRunner

from evigate.boot import House, Settings
from evigate.cli.main import build_app
from evigate.studio import fields

IDEA = (
    "Customers phone our two salons to book and we lose appointments. Budget about 20k. No login."
)
STUDIO = "/api/v1/studio"


async def begun(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post(f"{STUDIO}/projects", json={"text": IDEA, "name": "Salons"})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def need(view: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in view["needs"] if each["key"] == key)
    return found


async def test_a_discovery_by_http(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    view = await begun(client)
    base = f"{STUDIO}/projects/{view['project_id']}"
    budget = need(view, "constraints.budget")
    (claim,) = budget["claims"]
    assert IDEA[claim["start"] : claim["end"]] == claim["quote"] == "20k"
    said = {"text": "We want 60% of bookings online", "turn_seen": view["turn"]}
    view = (await client.post(f"{base}/messages", json=said)).json()
    assert view["turn"] == 2 and view["messages"][-1]["role"] == "agent"
    late = await client.post(f"{base}/messages", json=said)
    assert late.status_code == 409
    assert late.json()["code"] == "E_EDIT_STALE"
    path = f"{base}/claims/{claim['id']}/correct"
    view = (await client.post(path, json={"text": "25k"})).json()
    assert [each["shown"] for each in need(view, "constraints.budget")["claims"]] == ["25k"]
    stale = await client.post(path, json={"text": "30k"})
    assert stale.status_code == 409
    assert {"yours", "present"} <= set(
        json.dumps(stale.json()).replace('"', " ").replace(":", " ").split()
    )
    body = {"key": "constraints.timeline", "action": "defer"}
    view = (await client.post(f"{base}/needs", json=body)).json()
    (task,) = view["tasks"]
    done = await client.post(f"{base}/tasks/{task['id']}/submit", json={"text": "in two months"})
    assert done.json()["tasks"][0]["status"] == "completed"
    listed = (await client.get(f"{STUDIO}/projects")).json()["items"]
    assert [each["name"] for each in listed] == ["Salons"]
    read = (await client.post(f"{STUDIO}/extract", json={"text": IDEA})).json()
    assert read["domain"] == "service-booking" and read["claims"]

    assert (await other_client.get(f"{STUDIO}/projects")).json()["items"] == []
    for method, where, sent in (
        ("GET", base, None),
        ("POST", f"{base}/messages", {"text": "hello"}),
        ("POST", path, {"text": "1k"}),
        ("POST", f"{base}/needs", body),
        ("POST", f"{base}/tasks/{task['id']}/submit", {"text": "x"}),
        ("POST", f"{base}/close", None),
    ):
        answer = await other_client.request(method, where, json=sent)
        assert answer.status_code == 404, (method, where, answer.text)
        assert answer.json()["code"] == "E_PROJECT_NOT_FOUND"


def test_a_discovery_by_command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("EVIGATE_DATA_DIR", str(settings.data_dir)),
        ("EVIGATE_KEY", settings.key),
        ("EVIGATE_DATABASE_URL", settings.database_url),
    ):
        monkeypatch.setenv(name, str(value))
    runner = CliRunner()

    def run(*words: str) -> Any:
        done = runner.invoke(build_app(), ["studio", *words, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    project = run("new", IDEA)["project_id"]
    run("answer", project, "constraints.timeline", "in two months")
    view = run("say", project, "I don't know")
    assert need(view, "constraints.timeline")["status"] == "satisfied"
    claim = need(view, "constraints.budget")["claims"][0]["id"]
    view = run("edit", project, claim, "22k")
    assert need(view, "constraints.budget")["claims"][0]["shown"] == "22k"
    assert run("show", project)["turn"] == 4
    assert [each["id"] for each in run("list")] == [project]
    assert run("tasks", project) == []


def test_the_trade_research_and_objectives_by_command(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EVIGATE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("EVIGATE_DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("EVIGATE_KEY", str(settings.key))
    runner = CliRunner()

    def run(*words: str) -> Any:
        done = runner.invoke(build_app(), ["studio", *words, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    made = run("new", GROOMING, "--objective", "idea_discovery")
    project = made["project_id"]
    assert {each["key"] for each in made["needs"] if not each["is_detail"]} < set(fields.ASKED)
    (origin,) = run("why", project, "details.deposit-taken")["origins"]
    assert origin["pool"] == "appointments" and origin["evidence"]
    assert run("industry", project, "541940")["industry"]["is_chosen"]
    researched = run("research", project, "--query", "card payments")
    assert {each["status"] for each in researched} == {"completed"}
    refused = runner.invoke(build_app(), ["studio", "approve", project])
    assert refused.exit_code != 0

    idea = next(
        each for each in run("objectives", "list") if each["context_type"] == "idea_discovery"
    )
    config, transcript = tmp_path / "idea.json", tmp_path / "said.txt"
    shown = runner.invoke(build_app(), ["studio", "objectives", "show", idea["id"]])
    config.write_text(shown.stdout, encoding="utf-8")
    edit = ("objectives", "edit", "idea_discovery", str(config), "--version", "1.1.0")
    kept = run(*edit)
    assert run("objectives", "activate", kept["id"])["is_active"]
    transcript.write_text(GROOMING + "\nI don't know\n", encoding="utf-8")
    tried = run("objectives", "try", kept["id"], str(transcript))
    assert len(tried["turns"]) == 2 and tried["missing"]


def test_extracting_many_ideas_goes_on_past_what_cannot_be_read(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "b", "text": IDEA}),
        "{not json",
        "",
        json.dumps({"id": 7, "txt": "no text"}),
        json.dumps([1, 2]),
        json.dumps({"id": "a", "text": "", "more": 1}),
        '{"id": "s", "text": "lone \\ud800 surrogate for 3 users"}',
    ]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    words = ["studio", "extract", "--in", str(source), "--out", str(target), "--json"]
    done = CliRunner().invoke(build_app(), words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) | {"out": ""} == {
        "ideas": 6, "failed": 3, "claims": json.loads(done.stdout)["claims"], "general": 2, "out": ""
    }  # fmt: skip
    answers = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [each["id"] for each in answers] == ["b", None, 7, None, "a", "s"]
    assert [("error" in each) for each in answers] == [False, True, True, True, False, False]
    first = answers[0]
    assert set(first) == {"id", "domain", "completeness", "claims"}
    assert set(first["claims"][0]) == {
        "field_path", "value", "kind", "confidence", "quote", "start", "end"
    }  # fmt: skip
    assert answers[4]["domain"] == "general" and answers[4]["claims"] == []


async def test_the_model_reader_is_listed_among_the_agents(house: House) -> None:
    owner = await house.operator()
    names = [state.agent.name for state in await house.agents.choosing.states(owner)]
    assert "requirement_reader" in names
