"""The tools that coding agents list and call: the official client, over HTTP and standard input."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx2
import jsonschema
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from tests.integration.studio.kit_projects import brought, specified

from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.boot.console import working
from evigate.web import create_app
from evigate.web.tools.catalog import ROUTES

IDEA = "Customers phone our two salons to book and we lose appointments. Budget about 20k."


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    """Where the house's tools are, served on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(house), log_level="warning", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def agent(
    house: House, subject: Subject, address: str, mode: Any, *, role: str | None = None
) -> AsyncIterator[Client]:
    _, token = await house.tenancy.create_token(subject, "agent", role=role)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        transport = streamable_http_client(address, http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


async def value(client: Client, name: str, /, **arguments: Any) -> dict[str, Any]:
    """Call a tool that must succeed and return what it gave."""
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


async def refusal(client: Client, name: str, /, **arguments: Any) -> str:
    """Call a tool that must be refused and return the code."""
    result = await client.call_tool(name, arguments)
    assert result.is_error and result.structured_content is not None
    return str(result.structured_content["code"])


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_an_agent_lists_the_tools_and_works_on_a_project(
    house: House, owner: Subject, stranger: Subject, address: str, mode: str
) -> None:
    async with agent(house, owner, address, mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == list(ROUTES)
        for tool in tools.values():
            jsonschema.Draft202012Validator.check_schema(tool.input_schema)
            assert tool.description, tool.name
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint == (ROUTES[tool.name][0] == "GET")
        assert set(tools["show_project"].input_schema["required"]) == {"project_id"}
        made = await value(client, "create_project", text=IDEA, name="Salons")
        project = made["project_id"]
        shown = await value(client, "show_project", project_id=project)
        assert "two salons" in str(shown)
        task = await value(
            client, "create_task", project_id=project, kind="PROVIDE", title="Give the price list"
        )
        task_id = task["id"]
        listed = await value(client, "list_tasks", state="pending")
        assert task_id in str(listed)
        given = {"text": "Wash 20, cut 35"}
        done = await value(client, "submit_task", task_id=task_id, data=given)
        assert done["state"] == "completed"

        assert await refusal(client, "show_project", project_id=str(uuid4())) == (
            "E_PROJECT_NOT_FOUND"
        )
        assert await refusal(client, "show_project") == "E_INVALID"
        assert await refusal(client, "create_project", text=IDEA, colour="red") == "E_INVALID"
        assert (await client.call_tool("drop_tables", {})).is_error

    async with agent(house, stranger, address, mode) as client:
        assert (await value(client, "list_projects"))["items"] == []
        code = await refusal(client, "show_project", project_id=project)
        assert code == "E_PROJECT_NOT_FOUND", "as one that is not there"
        assert task_id not in str(await value(client, "list_tasks"))


async def until(client: Client, wanted: str, **ids: str) -> dict[str, Any]:
    """Return a kit's run once it waits for what is wanted, or its status is that."""
    for _ in range(1200):
        found = await value(client, "show_kit_run", **ids)
        if wanted in (found["run"]["waits_for"], found["run"]["status"]):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"the run is {found['run']}")


async def test_an_agent_runs_a_kit_and_only_an_owner_lets_it_apply(
    house: House, owner: Subject, stranger: Subject, address: str
) -> None:
    project = str(await specified(house, owner))
    await brought(house, owner)
    async with working(house), agent(house, owner, address, "auto") as client:
        assert "notes" in {each["kit_id"] for each in (await value(client, "list_kits"))["items"]}
        dry = await value(client, "start_kit_run", project_id=project, kit_id="notes", is_dry=True)
        ids = {"project_id": project, "run_id": dry["id"]}
        assert (await until(client, "completed", **ids))["outputs"]
        assert await refusal(client, "approve_kit_plan", **ids, plan="0" * 64) == "E_KIT_STATE"

        real = await value(client, "start_kit_run", project_id=project, kit_id="notes")
        ids["run_id"] = real["id"]
        waiting = await until(client, "approval", **ids)
        lines = await value(client, "compare_kit_run", **ids)
        assert "README.md" in {each["path"] for each in lines["items"]}
        assert await refusal(client, "approve_kit_plan", **ids, plan="0" * 64) == (
            "E_KIT_PLAN_STALE"
        )
        plan = waiting["run"]["plan"]
        for other, role, code in (
            (owner, "viewer", "E_DENIED"),
            (stranger, None, "E_PROJECT_NOT_FOUND"),
        ):
            async with agent(house, other, address, "auto", role=role) as someone:
                assert await refusal(someone, "approve_kit_plan", **ids, plan=plan) == code
        await value(client, "approve_kit_plan", **ids, plan=plan)
        await until(client, "completed", **ids)
        assert await refusal(client, "cancel_kit_run", **ids) == "E_KIT_STATE"
        runs = (await value(client, "list_kit_runs", project_id=project))["items"]
        assert {each["id"] for each in runs} == {dry["id"], real["id"]}
        scored = await value(client, "show_convergence", project_id=project)
        assert 0 < scored["score"] <= 100 and scored["kit"] == "python-service"


async def test_a_viewers_token_reads_and_changes_nothing(
    house: House, owner: Subject, address: str
) -> None:
    _, token = await house.tenancy.create_token(owner, "reader", role="viewer")
    headers = {"authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        assert (await value(client, "list_projects"))["items"] == []
        assert await refusal(client, "create_project", text=IDEA) == "E_DENIED"


async def test_without_a_token_there_are_no_tools(address: str) -> None:
    async with httpx2.AsyncClient() as http:
        question = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        for headers in ({}, {"authorization": "Bearer evg_nothing"}):
            answer = await http.post(address, json=question, headers=headers)
            assert answer.status_code == 401
            assert answer.json()["code"] == "E_UNAUTHENTICATED"


async def test_the_command_serves_one_agent_and_leaves_no_token(
    house: House, owner: Subject, settings: Settings
) -> None:
    environment = {key: each for key, each in os.environ.items() if not key.startswith("EVIGATE_")}
    given = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from evigate.cli.main import main; main()", "mcp"],
        env={
            **environment,
            "EVIGATE_DATA_DIR": str(settings.data_dir),
            "EVIGATE_KEY": str(settings.key),
            "EVIGATE_DATABASE_URL": str(settings.database_url),
        },
    )
    async with Client(given) as client:
        assert "submit_task" in {tool.name for tool in (await client.list_tools()).tools}
        made = await value(client, "create_project", text=IDEA, name="Salons")
        assert made
    tokens = await house.tenancy.list_tokens(owner)
    assert [each.revoked_at is None for each in tokens if each.name == "evigate mcp"] == [False]
