"""Agents at the doors: settings, routes, commands, pages; and what the installation's keys serve."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.conformance.providers.fake_server import KEY, Scene, serving
from tests.conftest import KEY_TEXT, app_of
from tests.integration.agents.conftest import Lab
from tests.integration.test_pages import browser, csrf
from typer.testing import CliRunner

from evigate.agents import Implementation, Selection
from evigate.agents.providers.scripted import says, uses
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House, load_settings
from evigate.cli.main import build_app

GOOD = json.dumps({"title": "Cells", "points": ["ATP"]})
HOSTILE = "<script>alert('x')</script>"


def test_keys_come_from_the_environment_under_either_name() -> None:
    assert load_settings({}).model_keys == {}
    shared = load_settings({"ANTHROPIC_API_KEY": "a", "OPENAI_API_KEY": ""})
    assert shared.model_keys == {"anthropic": "a"}
    own = load_settings({"ANTHROPIC_API_KEY": "a", "EVIGATE_ANTHROPIC_API_KEY": "b"})
    assert own.model_keys == {"anthropic": "b"}


async def test_the_houses_keys_serve_its_own_tenant_at_the_providers_own_address(
    house: House, owner: Subject, stranger: Subject
) -> None:
    agents = house.agents
    agents.choosing._host_keys = {"openai": KEY}
    for subject in (owner, stranger):
        await agents.choose(
            subject, Selection("probe", Implementation.MODEL, provider="openai", model="m")
        )
    mine, theirs = await agents.states(owner), await agents.states(stranger)
    assert next(s for s in mine if s.agent.name == "probe").obstacle is None
    assert "no key" in str(next(s for s in theirs if s.agent.name == "probe").obstacle)
    elsewhere = Selection(
        "probe",
        Implementation.MODEL,
        provider="openai",
        model="m",
        base_url="http://127.0.0.1:1/v1",
    )
    await agents.choose(owner, elsewhere)
    state = next(s for s in await agents.states(owner) if s.agent.name == "probe")
    assert "no key" in str(state.obstacle)
    with pytest.raises(EvigateError, match="Only the tenant that runs this house"):
        await agents.choose(stranger, elsewhere)
    local = Selection("probe", Implementation.MODEL, provider="local", model="/etc/passwd")
    with pytest.raises(EvigateError, match="Only the tenant that runs this house"):
        await agents.choose(stranger, local)


async def test_a_model_is_chosen_and_tested_over_http(
    house: House, owner: Subject, client: httpx.AsyncClient
) -> None:
    async with house.database.tx(owner) as tx:
        await house.vault.write(tx, "mine", KEY)
    async with serving(Scene(output='{"word": "evigate"}'), Scene(status=400)) as server:
        body = {
            "implementation": "model",
            "provider": "openai_compatible",
            "model": "m-1",
            "base_url": f"{server.url}/v1",
            "secret": "mine",
            "price_input_micros": 1_000_000,
            "price_output_micros": 1_000_000,
        }
        chosen = await client.put("/api/v1/agents/probe", json=body)
        assert chosen.status_code == 200 and chosen.json()["obstacle"] is None
        told = (await client.post("/api/v1/agents/probe/test")).json()
        assert (told["producer"], told["fallback_reason"]) == ("openai_compatible:m-1", None)
        assert told["usage"]["cost_micros"] == 150
        failed = (await client.post("/api/v1/agents/probe/test")).json()
        assert "E_AGENT_REJECTED" in failed["fallback_reason"]
        assert failed["producer"].startswith("builtin:")
    assert server.faults == []
    log = (await client.get(f"/api/v1/agent-runs/{told['run_id']}")).json()
    assert [each["type"] for each in log["events"]] == [
        "run_started", "call_reserved", "model_turn", "run_finished",
    ]  # fmt: skip
    assert KEY not in json.dumps(log)


async def test_routes_show_a_tenant_its_own(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    told = (await client.post("/api/v1/agents/probe/test")).json()
    runs = (await client.get("/api/v1/agent-runs")).json()["items"]
    assert [each["id"] for each in runs] == [told["run_id"]]
    assert (await other_client.get("/api/v1/agent-runs")).json()["items"] == []
    for method, path in (("GET", ""), ("POST", "/resume")):
        answer = await other_client.request(method, f"/api/v1/agent-runs/{told['run_id']}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "E_AGENT_RUN_NOT_FOUND")
    set_ = await client.put("/api/v1/agent-budgets/tokens", json={"limit_amount": 500})
    assert set_.json()["items"][0]["limit_amount"] == 500
    assert (await other_client.get("/api/v1/agent-budgets")).json()["items"] == []
    bad = {"implementation": "model", "provider": "nobody", "model": "m"}
    answer = await client.put("/api/v1/agents/probe", json=bad)
    assert (answer.status_code, answer.json()["code"]) == (422, "E_AGENT_CHOICE")


async def test_runs_come_a_page_at_a_time(client: httpx.AsyncClient) -> None:
    for _ in range(3):
        await client.post("/api/v1/agents/probe/test")
    first = (await client.get("/api/v1/agent-runs", params={"limit": 2})).json()
    rest = (
        await client.get("/api/v1/agent-runs", params={"limit": 2, "before": first["next"]})
    ).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


async def test_the_pages_say_who_does_the_work(house: House, owner: Subject) -> None:
    async with browser(house, owner) as client:
        page = await client.get("/settings/agents")
        assert page.status_code == 200 and "No runs yet" in page.text
        assert "probe" in page.text and "Built-in" in page.text
        answer = await client.post("/settings/agents/probe/test", data=csrf(house, client))
        assert "builtin:probe@1 answered" in answer.text
        assert "/settings/agents/runs/" in (await client.get("/settings/agents")).text
        form = {**csrf(house, client), "unit": "tokens", "limit_amount": "5000"}
        assert (await client.post("/settings/agents/budget", data=form)).status_code == 303
        assert "0 of 5000 used" in (await client.get("/settings/agents")).text
        form = {**csrf(house, client), "provider": "anthropic", "model": HOSTILE}
        assert (await client.post("/settings/agents/probe", data=form)).status_code == 303
        page = await client.get("/settings/agents")
        assert "Built-in for now: E_AGENT_CREDENTIALS" in page.text
        assert HOSTILE not in page.text
        assert "/settings/agents" in (await client.get("/settings")).text


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"provider": "anthropic"}, "A model needs its name"),
        ({"provider": "anthropic", "model": "m", "params": "{"}, "parameters are no JSON"),
        ({"provider": "anthropic", "model": "m", "limits": "[]"}, "limits are no JSON object"),
        ({"provider": "anthropic", "model": "m", "price_in": "1"}, "both halves"),
        ({"provider": "anthropic", "model": "m", "price_in": "x", "price_out": "1"}, "no number"),
        ({"provider": "anthropic", "model": "m", "price_in": "nan", "price_out": "1"}, "no number"),
        ({"on_limit": "explode"}, "is no on limit"),
    ],
)
async def test_a_wrong_form_comes_back_with_what_was_typed(
    house: House, owner: Subject, form: dict[str, str], message: str
) -> None:
    async with browser(house, owner) as client:
        answer = await client.post("/settings/agents/probe", data={**csrf(house, client), **form})
        assert answer.status_code == 422
        assert message in answer.text.replace("&#39;", "'")


async def test_a_waiting_run_is_approved_on_its_page(
    house: House, owner: Subject, stranger: Subject, lab: Lab
) -> None:
    await lab.choose(owner)
    house.agents = lab.service(uses(("send", json.dumps({"word": HOSTILE}))), says(GOOD))
    with pytest.raises(EvigateError) as paused:
        await house.agents.run(owner, "lab.summary", {"topic": HOSTILE})
    href = f"/settings/agents/runs/{paused.value.detail['run_id']}"
    call = f"{href}/tools/{paused.value.detail['call_id']}"
    async with browser(house, stranger) as client:
        form = {**csrf(house, client), "decision": "approve"}
        assert (await client.get(href)).status_code == 404
        assert (await client.post(call, data=form)).status_code == 404
    async with browser(house, owner) as client:
        page = (await client.get(href)).text
        assert "It wants to use send" in page and HOSTILE not in page
        form = {**csrf(house, client), "decision": "approve"}
        assert (await client.post(call, data=form)).status_code == 303
        assert "Resume" in (await client.get(href)).text
        resumed = await client.post(f"{href}/resume", data=csrf(house, client))
        assert resumed.status_code == 303
        page = (await client.get(href)).text
        assert "scripted:m-1" in page and "Resume" not in page
    assert [word for _, word in lab.world.sent] == [HOSTILE]


async def test_a_viewer_looks_and_changes_nothing(house: House, owner: Subject) -> None:
    _, token = await house.tenancy.create_token(owner, "viewer", role="viewer")
    transport = httpx.ASGITransport(app=app_of(house), raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as c:
        assert (await c.get("/settings/agents")).status_code == 200
        assert (await c.get("/api/v1/agents")).status_code == 200
        assert (await c.post("/api/v1/agents/probe/test")).status_code == 403
        body = {"implementation": "builtin"}
        assert (await c.put("/api/v1/agents/probe", json=body)).status_code == 403


async def test_the_commands_answer_a_program(
    house: House, owner: Subject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [
        name for name in os.environ if name.startswith(("EVIGATE_", "ANTHROPIC", "OPENAI"))
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EVIGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("EVIGATE_KEY", KEY_TEXT)
    monkeypatch.setenv("EVIGATE_DATABASE_URL", house.urls.owner)

    async def run(*arguments: str, code: str | None = None, status: int = 0) -> Any:
        done = await asyncio.to_thread(CliRunner().invoke, build_app(), list(arguments))
        if code is not None:
            assert isinstance(done.exception, EvigateError)
            assert done.exception.code.name == code
            return None
        assert done.exit_code == status, (done.output, done.exception)
        return json.loads(done.stdout) if "--json" in arguments else done.stderr

    listed = await run("agents", "list", "--json")
    assert {each["name"]: each["implementation"] for each in listed}["probe"] == "builtin"
    told = await run("agents", "test", "probe", "--json")
    assert told["producer"] == "builtin:probe@1"
    options = ("--provider", "anthropic", "--model", "m", "--price-in", "3", "--price-out", "15")
    chosen = await run("agents", "choose", "probe", *options, "--json")
    assert (chosen["price_input_micros"], chosen["price_output_micros"]) == (3_000_000, 15_000_000)
    assert "no key" in chosen["obstacle"]
    assert "built-in for now" in await run("agents", "list")
    told = await run("agents", "test", "probe", "--json", status=1)
    assert "no key" in told["fallback_reason"]
    runs = await run("agents", "runs", "--json")
    assert len(runs) == 2 and runs[0]["id"] == told["run_id"]
    shown = await run("agents", "show", told["run_id"], "--json")
    assert [each["type"] for each in shown["events"]] == [
        "run_started",
        "fell_back",
        "run_finished",
    ]
    budget = await run("agents", "budget", "tokens", "9000", "--json")
    assert budget[0]["limit_amount"] == 9000
    assert "9000" in await run("agents", "budget")
    assert "run_finished" in await run("agents", "show", told["run_id"])
    await run("agents", "test", "nobody", code="E_AGENT_UNKNOWN")
    wrong = ("agents", "choose", "probe", "--provider", "x", "--model", "m")
    await run(*wrong, code="E_AGENT_CHOICE")
    await run("agents", "choose", "probe", "--params", "[", code="E_INVALID")
    await run("agents", "choose", "probe", "--on-limit", "explode", code="E_INVALID")
    assert "built-in" in await run("agents", "choose", "probe")
