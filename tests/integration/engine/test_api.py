"""The engine over HTTP: every verb has a route; rows as JSON or Arrow; errors; health; metrics."""

import asyncio
import contextlib
from typing import Any

import httpx
import orjson
import pyarrow as pa
import uvicorn
from tests.conftest import app_of
from tests.integration.engine.conftest import documents

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.engine.api import ARROW
from evigate.engine.engine import all_verbs
from evigate.engine.server.calls import ServerLimits
from evigate.engine.server.codec import read_table, write_table
from evigate.engine.verbs import Answer

ROOT = "/api/v1/engine"


async def ask(client: httpx.AsyncClient, verb: str, **arguments: Any) -> Any:
    answer = await client.post(f"{ROOT}/{verb.replace('.', '/')}", json=arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def add_documents(client: httpx.AsyncClient, count: int = 20) -> None:
    rows = documents(count).to_pylist()
    await ask(client, "sources.add", name="docs", target=rows, key="id")


async def test_every_verb_has_a_route_with_its_arguments(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/api/v1/openapi.json")).json()["paths"]
    for verb in all_verbs().values():
        path = f"{ROOT}/{verb.name.replace('.', '/')}"
        assert (path in paths) == (verb.answer is not Answer.LOCAL), verb.name
    body = paths[f"{ROOT}/search"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    assert schema["required"] == ["source"]
    assert schema["properties"]["k"] == {"type": "integer", "default": 10}
    assert "predicate" in schema["properties"]["where"]["description"]


async def test_the_quickstart_in_json(client: httpx.AsyncClient) -> None:
    await add_documents(client)
    done = await ask(client, "index", source="docs", columns=["title", "text"])
    assert done["row_count"] == 20
    hits = await ask(client, "search", source="docs", query="slipstream wing", k=3)
    assert hits["row_count"] == 3
    assert hits["rows"][0]["title"].startswith("Slipstream")
    assert hits["gone"] == []
    text = "SELECT count(*) AS n FROM docs WHERE year > $y"
    assert (await ask(client, "sql", text=text, params={"y": 1950}))["rows"] == [{"n": 9}]
    assert (await ask(client, "sql", text="SELECT $z AS z", z=3))["rows"] == [{"z": 3}]
    assert await ask(client, "sources.remove", name="docs", cascade=True) is None


async def test_tables_travel_as_arrow(client: httpx.AsyncClient) -> None:
    arguments = orjson.dumps({"name": "docs", "key": "id"}).decode()
    answer = await client.post(
        f"{ROOT}/sources/add",
        params={"arguments": arguments},
        content=write_table(documents(7)),
        headers={"content-type": ARROW},
    )
    assert answer.json()["row_count"] == 7
    body, accept = {"text": "SELECT id, year FROM docs ORDER BY id"}, {"accept": ARROW}
    answer = await client.post(f"{ROOT}/sql", json=body, headers=accept)
    assert read_table(answer.content)["id"].to_pylist()[:2] == ["d0000", "d0001"]
    answer = await client.post(f"{ROOT}/sql_stream", json=body, headers=accept)
    assert read_table(answer.content).num_rows == 7
    answer = await client.post(
        f"{ROOT}/sources/list", content=b"x", headers={"content-type": ARROW}
    )
    assert answer.json()["code"] == "E_INVALID"
    answer = await client.post(f"{ROOT}/sources/add", content=b"x", headers={"content-type": ARROW})
    assert answer.json()["code"] == "E_WIRE_MALFORMED"


async def test_streams_are_json_lines(client: httpx.AsyncClient) -> None:
    await ask(client, "topics.register", name="t", schema={"n": "int64"})
    assert await ask(client, "topics.publish", name="t", rows=[{"n": 1}, {"n": 2}]) == 0
    body = {"name": "t", "replay_only": True}
    answer = await client.post(f"{ROOT}/topics/subscribe", json=body)
    assert [orjson.loads(line)["n"] for line in answer.text.splitlines()] == [1, 2]
    body = {
        "text": "SELECT CASE WHEN i < 9000 THEN 1 ELSE error('late') END AS x FROM range(90000) t(i)"
    }
    answer = await client.post(f"{ROOT}/sql_stream", json={**body, "batch_rows": 1000})
    lines = answer.text.splitlines()
    last = orjson.loads(lines[-1])
    assert last.get("problem", last)["code"].startswith("E_SQL")


async def test_a_subscription_is_live_and_ends_with_its_reader(
    house: House, owner: Subject, client: httpx.AsyncClient
) -> None:
    await ask(client, "topics.register", name="t", schema={"n": "int64"})
    server = uvicorn.Server(
        uvicorn.Config(app_of(house), port=0, log_level="error", lifespan="off")
    )
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    headers = {"authorization": client.headers["authorization"]}
    url = f"http://127.0.0.1:{port}{ROOT}/topics/subscribe"
    async with (
        httpx.AsyncClient(headers=headers, timeout=60) as reader,
        reader.stream("POST", url, json={"name": "t"}) as answer,
    ):
        lines = answer.aiter_lines()
        for n in (1, 2):
            await ask(client, "topics.publish", name="t", rows={"n": n})
            assert orjson.loads(await asyncio.wait_for(anext(lines), 30))["n"] == n
        assert len(house.calls._streams) == 1
    for _ in range(50):
        if not house.calls._streams:
            break
        await asyncio.sleep(0.05)
    assert not house.calls._open_streams.total()
    server.should_exit = True
    await serving


async def test_refusals_are_problems(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient, house: House
) -> None:
    await add_documents(client, 3)
    for verb, arguments, status, code in (
        ("sources.describe", {"name": "none"}, 404, "E_SOURCE_MISSING"),
        ("sources.describe", {}, 422, "E_INVALID"),
        ("sources.describe", {"name": "docs", "nome": 1}, 422, "E_INVALID"),
        ("search", {"source": "docs", "k": "many"}, 422, "E_INVALID"),
        (
            "sources.add",
            {"name": "x", "target": "/etc/passwd", "format": "csv"},
            422,
            "E_SOURCE_TARGET",
        ),
    ):
        answer = await client.post(f"{ROOT}/{verb.replace('.', '/')}", json=arguments)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    answer = await client.post(
        f"{ROOT}/sql", content=b"{", headers={"content-type": "application/json"}
    )
    assert answer.json()["code"] == "E_WIRE_MALFORMED"
    mine = await client.post(f"{ROOT}/sources/describe", json={"name": "never"})
    theirs = await other_client.post(f"{ROOT}/sources/describe", json={"name": "docs"})
    assert theirs.json()["detail"].replace("docs", "never") == mine.json()["detail"]
    assert await ask(other_client, "sources.list") == []
    house.calls.limits = ServerLimits(request_timeout_s=0.2)
    slow = "SELECT count(*) FROM range(100000000000) t(i) WHERE i % 7 = 3"
    answer = await client.post(f"{ROOT}/sql", json={"text": slow})
    assert (answer.status_code, answer.json()["code"]) == (504, "E_SERVER_TIMEOUT")


async def test_a_viewer_may_read_and_not_write(house: House, owner: Subject) -> None:
    _, token = await house.tenancy.create_token(owner, "viewer", role="viewer")
    transport = httpx.ASGITransport(app=app_of(house), raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers=headers
    ) as viewer:
        assert await ask(viewer, "sources.list") == []
        answer = await viewer.post(
            f"{ROOT}/topics/register", json={"name": "t", "schema": {"n": "int64"}}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "E_DENIED")


async def test_programs_see_health_and_counts_and_no_tenant(
    client: httpx.AsyncClient, owner: Subject
) -> None:
    await add_documents(client)
    await ask(client, "index", source="docs", columns=["title"])
    await ask(client, "search", source="docs", query="wing", mode="lexical")
    await client.post(f"{ROOT}/sources/describe", json={"name": "none"})
    await ask(client, "topics.register", name="t", schema=dict.fromkeys(("n", "m"), "int64"))
    await ask(client, "topics.publish", name="t", rows=[{"n": 1, "m": 1}, {"n": 2, "m": 2}])
    await ask(client, "topics.consume", name="t", group="g", limit=1)
    client.headers.pop("authorization")
    assert (await client.get("/health/ready")).json() == {"status": "ok"}
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    text = answer.text
    assert 'evigate_requests_total{code="ok",door="http",verb="search"} 1.0' in text
    assert 'code="E_SOURCE_MISSING",door="http",verb="sources.describe"} 1.0' in text
    assert 'evigate_searches_total{mode="lexical"} 1.0' in text
    assert 'evigate_request_seconds_count{verb="index"} 1.0' in text
    assert "evigate_requests_in_flight 0.0" in text
    assert "evigate_topics_lag_max 1.0" in text
    assert "evigate_models_loaded" in text
    assert "docs" not in text
    assert str(owner.tenant_id) not in text


async def test_the_engine_closed_is_not_ready(house: House) -> None:
    transport = httpx.ASGITransport(app=app_of(house), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as stranger:
        house.engine.close()
        answer = await stranger.get("/health/ready")
        assert (answer.status_code, answer.json()["code"]) == (409, "E_ENGINE_CLOSED")


def test_table_bytes_go_round() -> None:
    table = pa.table({"a": [1, None]})
    assert read_table(write_table(table)) == table
