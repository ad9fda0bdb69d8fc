"""Access through its doors: roles, grants, policies, questions, two tenants, two editors."""

import asyncio
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests.conftest import KEY_TEXT, api_client
from tests.integration.test_pages import browser, csrf
from typer.testing import CliRunner

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.cli.main import build_app

API = "/api/v1/access"
OWN = {
    "name": "Staff see their own salon",
    "effect": "allow",
    "actions": ["visit:read"],
    "resources": ["visit:*"],
    "conditions": {"resource.salon_id": {"$eq": {"$ref": "user.salon_id"}}},
    "priority": 10,
}
ASKED = {"action": "visit:read", "resource": "visit:7", "resource_attributes": {"salon_id": "s1"}}
Client = httpx.AsyncClient


async def person(house: House, owner: Subject, address: str, role: str = "viewer") -> UUID:
    return await house.tenancy.add_member(owner, address, role)


async def answers(client: Client, path: str, body: dict[str, Any]) -> Any:
    answer = await client.post(f"{API}/{path}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def test_eva_sees_her_own_salon_alone(client: Client, house: House, owner: Subject) -> None:
    eva = str(await person(house, owner, "eva@salon.test"))
    put = await client.put(f"/api/v1/members/{eva}/attributes", json={"salon_id": "s1"})
    assert put.status_code == 204
    kept = await answers(client, "policies", OWN)
    assert kept["version"] == 1
    hers = await answers(client, "explain", {**ASKED, "user_id": eva})
    assert hers["decision"]["is_allowed"] and hers["decision"]["deciding"] == [kept["id"]]
    other = {**ASKED, "resource_attributes": {"salon_id": "s2"}, "user_id": eva}
    others = (await answers(client, "explain", other))["decision"]
    assert (others["is_allowed"], others["reason"]) == (False, "nothing_holds")
    step = others["considered"][0]["trace"][0]
    assert step["path"] == "resource.salon_id" and step["actual"] == ["s2"]
    assert step["result"] is False
    able = {each["email"]: each["decision"]["is_allowed"]
            for each in (await answers(client, "who-can", ASKED))["items"]}  # fmt: skip
    assert able["eva@salon.test"] and sum(able.values()) == 1


async def test_a_role_is_held_within_a_scope_until_it_ends(
    client: Client, house: House, owner: Subject
) -> None:
    ada = str(await person(house, owner, "ada@salon.test"))
    role = {"name": "stylist", "capabilities": ["visit:*"]}
    made = await answers(client, "roles", role)
    assert (await client.post(f"{API}/roles", json=role)).status_code == 409
    assert (await client.post(f"{API}/roles", json={**role, "name": "owner"})).status_code == 409
    granted = await answers(
        client, "grants", {"role": "stylist", "user_id": ada, "scope": "salon:1"}
    )
    within = {**ASKED, "user_id": ada, "scopes": ["salon:1"]}
    assert (await answers(client, "explain", within))["decision"]["is_allowed"]
    outside = {**within, "scopes": ["salon:2"]}
    assert not (await answers(client, "explain", outside))["decision"]["is_allowed"]
    soon = (utc_now() + timedelta(milliseconds=300)).isoformat()
    again = {"role": "stylist", "user_id": ada, "scope": "salon:1", "expires_at": soon}
    assert (await answers(client, "grants", again))["id"] == granted["id"]
    await asyncio.sleep(0.4)
    assert not (await answers(client, "explain", within))["decision"]["is_allowed"]
    past = {**again, "expires_at": "2020-01-01T00:00:00Z"}
    assert (await client.post(f"{API}/grants", json=past)).status_code == 422
    assert (await client.delete(f"{API}/grants/{granted['id']}")).status_code == 204
    assert (await client.delete(f"{API}/roles/{made['id']}")).status_code == 204
    assert (await client.delete(f"{API}/roles/{made['id']}")).status_code == 404


async def test_of_two_who_change_a_policy_one_is_told(client: Client) -> None:
    kept = await answers(client, "policies", OWN)
    place = f"{API}/policies/{kept['id']}"
    first = await client.put(place, json={**OWN, "priority": 20, "version": kept["version"]})
    assert first.status_code == 200 and first.json()["version"] == 2
    second = await client.put(place, json={**OWN, "priority": 30, "version": kept["version"]})
    assert second.status_code == 409 and second.json()["code"] == "E_POLICY_CHANGED"
    assert (await client.get(f"{API}/policies")).json()["items"][0]["priority"] == 20
    wrong = {**OWN, "name": "x", "conditions": {"$where": "1"}}
    refused = await client.post(f"{API}/policies", json=wrong)
    assert refused.status_code == 422 and refused.json()["code"] == "E_CONDITION_INVALID"


async def test_denials_are_written_down_and_looking_is_not(
    client: Client, house: House, owner: Subject
) -> None:
    deny = {**OWN, "effect": "deny", "conditions": None, "actions": ["visit:*"]}
    await answers(client, "policies", deny)
    assert not (await answers(client, "check", ASKED))["is_allowed"]
    assert (await answers(client, "check", {**ASKED, "action": "papers:read"}))["is_allowed"]
    assert (await answers(client, "check", {**ASKED, "action": "papers:write"}))["is_allowed"]
    written = (await client.get(f"{API}/evaluations")).json()["items"]
    assert [(each["action"], each["is_allowed"]) for each in written] == [
        ("papers:write", True),
        ("visit:read", False),
    ]
    assert (await client.post(f"{API}/check", json={**ASKED, "action": "*"})).status_code == 422


async def test_another_tenants_access_is_not_there(
    client: Client, house: House, owner: Subject, stranger: Subject
) -> None:
    kept = await answers(client, "policies", OWN)
    role = await answers(client, "roles", {"name": "stylist", "capabilities": ["visit:*"]})
    eva = str(await person(house, owner, "eva@salon.test"))
    granted = await answers(client, "grants", {"role": "stylist", "user_id": eva})
    await answers(client, "check", {**ASKED, "action": "visit:remove"})
    async with api_client(house, stranger) as other:
        for what in ("policies", "grants", "evaluations"):
            assert (await other.get(f"{API}/{what}")).json()["items"] == []
        roles = (await other.get(f"{API}/roles")).json()["items"]
        assert all(each["id"] is None for each in roles)
        for path in (f"policies/{kept['id']}", f"roles/{role['id']}", f"grants/{granted['id']}"):
            assert (await other.delete(f"{API}/{path}")).status_code == 404
        changed = await other.put(f"{API}/policies/{kept['id']}", json={**OWN, "version": 1})
        assert changed.status_code == 404
        asked = {**ASKED, "user_id": eva}
        assert (await other.post(f"{API}/explain", json=asked)).status_code == 404
        body = {"role": "stylist", "user_id": eva}
        assert (await other.post(f"{API}/grants", json=body)).status_code == 404
    assert len((await client.get(f"{API}/policies")).json()["items"]) == 1


async def test_a_viewer_may_not_look_into_access(house: House, owner: Subject) -> None:
    await person(house, owner, "vera@salon.test")
    viewer = Subject(owner.tenant_id, "user:x", "viewer", UUID(int=1))
    with pytest.raises(EvigateError, match="may not"):
        await house.policies.list_policies(viewer)
    with pytest.raises(EvigateError, match="no member"):
        await house.policies.set_attributes(owner, uuid4(), {"a": 1})
    with pytest.raises(EvigateError, match="house's to fill"):
        assert owner.user_id is not None
        await house.policies.set_attributes(owner, owner.user_id, {"role": "owner"})


async def test_a_policy_is_tried_before_it_is_kept_on_its_page(
    house: House, owner: Subject
) -> None:
    eva = await person(house, owner, "eva@salon.test")
    await house.policies.set_attributes(owner, eva, {"salon_id": "s1"})
    form = {
        "name": "Staff see their own salon",
        "effect": "allow",
        "actions": "visit:read",
        "resources": "visit:*",
        "conditions": json.dumps(OWN["conditions"]),
        "priority": "10",
        "is_enabled": "true",
        "user_id": str(eva),
        "action": "visit:read",
        "resource": "visit:7",
        "resource_attributes": '{"salon_id": "s2"}',
    }
    async with browser(house, owner) as client:
        token = csrf(house, client)
        place = "/settings/access/policies"
        tried = await client.post(place, data={**form, **token, "do": "try"})
        assert tried.status_code == 200 and "eva@salon.test: denied" in tried.text
        assert "resource.salon_id $eq" in tried.text
        assert await house.policies.list_policies(owner) == []
        wrong = await client.post(place, data={**form, **token, "do": "keep", "conditions": "{"})
        assert wrong.status_code == 422 and "no JSON" in wrong.text and "visit:*" in wrong.text
        kept = await client.post(place, data={**form, **token, "do": "keep"})
        assert kept.status_code == 303
        shown = await client.get("/settings/access")
        assert "Staff see their own salon" in shown.text and "papers:write" in shown.text
        found = (await house.policies.list_policies(owner))[0]
        assert (await client.get(f"{place}/{found.id}")).status_code == 200
        about = {"policy_id": str(found.id), "version": str(found.version), "priority": "20"}
        changed = await client.post(place, data={**form, **token, **about, "do": "keep"})
        assert changed.status_code == 303
        [now] = await house.policies.list_policies(owner)
        assert (now.id, now.version, now.draft.priority) == (found.id, found.version + 1, 20)
        odd = await client.post(place, data={**form, **token, "policy_id": "x", "do": "keep"})
        assert odd.status_code == 404
        removed = await client.post(f"{place}/{found.id}/remove", data=token)
        assert removed.status_code == 303 and await house.policies.list_policies(owner) == []


async def test_the_command_line_keeps_and_asks(
    house: House, owner: Subject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("EVIGATE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EVIGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("EVIGATE_KEY", KEY_TEXT)
    monkeypatch.setenv("EVIGATE_DATABASE_URL", house.urls.owner)

    async def run(*arguments: str) -> Any:
        done = await asyncio.to_thread(CliRunner().invoke, build_app(), ["access", *arguments])
        assert done.exit_code == 0, (done.output, done.exception)
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    eva = await person(house, owner, "eva@salon.test")
    await run("attributes", "eva@salon.test", '{"salon_id": "s1"}')
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(OWN))
    assert (await run("policy", str(file), "--json"))["version"] == 1
    assert (await run("policy", str(file), "--json"))["version"] == 2
    question = ("visit:read", "visit:7", "--resource", '{"salon_id": "s2"}')
    told = await run("explain", "eva@salon.test", *question)
    assert told.startswith("denied (nothing_holds)") and "resource.salon_id $eq" in told
    assert (await run("who-can", *question)).count("no ") == 2
    assert (await run("role", "stylist", "visit:*", "--json"))["name"] == "stylist"
    await run("grant", "eva@salon.test", "stylist", "--scope", "visit:7")
    assert (await run("explain", "eva@salon.test", *question)).startswith("allowed")
    grants = await run("grants", "--json")
    assert [each["user_id"] for each in grants] == [str(eva)]
    await run("revoke", grants[0]["id"])
    await run("check", *question)
    assert (await run("log", "--json"))[0]["reason"] == "nothing_holds"
    await run("remove-role", "stylist")
    await run("remove-policy", OWN["name"])
    assert await run("policies", "--json") == []
