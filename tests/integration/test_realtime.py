"""Live connections: who may no longer see gets nothing, nothing is lost or told twice, all is counted."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import Request
from tests.conftest import api_client

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.realtime import Heartbeat
from evigate.kernel.realtime.service import REPLAY_MAX
from evigate.studio.watching import PROJECT_STREAM, project_channel, sees_project

IDEA = "Customers phone our two salons to book and we lose appointments. Budget about 20k."


class Reader:
    """A client of one stream: what it was sent, and how it leaves."""

    def __init__(self) -> None:
        self.text = ""
        self.left = asyncio.Event()
        self.grew = asyncio.Event()
        self.takes = asyncio.Event()
        self.takes.set()

    async def send(self, message: Any) -> None:
        await self.takes.wait()
        self.text += message.get("body", b"").decode()
        self.grew.set()

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def until(self, pattern: str) -> None:
        async with asyncio.timeout(10):
            while not re.search(pattern, self.text):
                self.grew.clear()
                await self.grew.wait()

    @property
    def ids(self) -> list[int]:
        return [int(each) for each in re.findall(r"^id: (\d+)$", self.text, re.M)]


@asynccontextmanager
async def following(
    house: House, subject: Subject, project: Any, *, after: int = 0, agent: str = "test"
) -> AsyncIterator[Reader]:
    """Follow a project's channel with a token of the subject's, as its route does."""
    _, token = await house.tenancy.create_token(subject, "live")
    headers = {"authorization": f"Bearer {token}", "user-agent": agent}
    if after:
        headers["last-event-id"] = str(after)
    raw = [(key.encode(), value.encode()) for key, value in headers.items()]
    request = Request(
        {"type": "http", "headers": raw, "query_string": b"", "method": "GET", "path": "/"}
    )
    channel = project_channel(subject, project)
    response = await house.realtime.follow(
        request, subject, channel, sees_project(house.guard, project)
    )
    reader = Reader()
    task = asyncio.create_task(response({"type": "http"}, reader.receive, reader.send))  # type: ignore[arg-type]
    try:
        yield reader
    finally:
        reader.left.set()
        await task


async def tell(house: House, subject: Subject, project: Any, count: int = 1) -> None:
    """Let a project's stream grow, and wake its readers as the listener would."""
    async with house.database.tx(subject) as tx:
        events = [NewEvent("design_chosen", {"n": n}) for n in range(count)]
        seq = await append_events(tx, PROJECT_STREAM, project, events)
    house.live.wake(str(project_channel(subject, project).stream), seq)


async def head(house: House, subject: Subject, project: Any) -> int:
    async with house.database.tx(subject) as tx:
        row = await (
            await tx.connection.execute(
                "SELECT coalesce(max(last_seq), 0) AS n FROM kernel.streams WHERE kind = %s AND id = %s",
                (PROJECT_STREAM, project),
            )
        ).fetchone()
        assert row is not None
        return int(row["n"])


async def colleague(house: House, owner: Subject, name: str = "eva") -> Subject:
    user_id = await house.tenancy.add_member(owner, f"{name}@home.test", "editor")
    return Subject(owner.tenant_id, f"user:{user_id}", "editor", user_id)


async def test_who_was_revoked_gets_nothing_more(house: House, owner: Subject) -> None:
    project = (await house.studio.create(owner, IDEA)).project.id
    eva = await colleague(house, owner)
    begin = await head(house, owner, project)
    async with following(house, eva, project) as reader:
        await tell(house, owner, project)
        await reader.until(r'"n":0')
        assert reader.ids[-1] == begin + 1
        await house.tenancy.remove_member(owner, "eva@home.test")
        before = reader.text
        await tell(house, owner, project)
        async with asyncio.timeout(10):
            while house.live.subscriber_count:
                await asyncio.sleep(0.01)
        assert reader.text == before
    await house.realtime.flush()
    (line,) = (await house.realtime.standing(owner, is_open=False)).connections
    assert (line.end_reason, line.message_count) == ("revoked", begin + 1)


async def test_what_was_missed_is_replayed_once_or_the_page_is_told_to_reload(
    house: House, owner: Subject
) -> None:
    project = (await house.studio.create(owner, IDEA)).project.id
    await tell(house, owner, project, 20)
    now = await head(house, owner, project)
    async with following(house, owner, project, after=now - 15) as reader:
        await tell(house, owner, project, 3)
        await reader.until(rf"id: {now + 3}\n")
        assert reader.ids == list(range(now - 14, now + 4))
        assert "event: reload" not in reader.text
    # An offset that this stream never had, and one that lies further back than is told.
    await tell(house, owner, project, REPLAY_MAX)
    far = await head(house, owner, project)
    for after in (far + 99, 1):
        async with following(house, owner, project, after=after) as reader:
            await reader.until("event: reload")
            await tell(house, owner, project)
            await reader.until("event: design_chosen")
            present = await head(house, owner, project)
            assert reader.ids == [present - 1, present], "it goes on from the present"


async def test_who_is_there_is_told_to_all_of_them(house: House, owner: Subject) -> None:
    project = (await house.studio.create(owner, IDEA)).project.id
    eva = await colleague(house, owner)
    async with following(house, owner, project) as mine:
        await house.realtime.flush()
        await mine.until("event: presence")
        async with following(house, eva, project):
            await house.realtime.flush()
            await mine.until(str(eva.user_id))
            found = await house.realtime.present(owner, project)
            assert {each.id for each in found} == {owner.user_id, eva.user_id}
        before = mine.text
        await house.realtime.flush()
        told = await asyncio.wait_for(_next_presence(mine, before), 10)
        assert [each["id"] for each in told["people"]] == [str(owner.user_id)]
        # Nobody came or went: nothing is told.
        quiet = mine.text
        await house.realtime.flush()
        assert mine.text == quiet
    await house.realtime.flush()
    assert await house.realtime.present(owner, project) == []


async def _next_presence(reader: Reader, before: str) -> dict[str, Any]:
    while (new := reader.text[len(before) :]).count("event: presence") == 0:
        reader.grew.clear()
        await reader.grew.wait()
    found = re.findall(r"event: presence\ndata: (.*)", new)
    value: dict[str, Any] = json.loads(found[-1])
    return value


async def test_a_slow_client_is_dropped_counted_and_resumes(house: House, owner: Subject) -> None:
    project = (await house.studio.create(owner, IDEA)).project.id
    await house.realtime.set_heartbeat(owner, Heartbeat("project", 1000, 1001))
    house.live.heartbeat_s = house.live.stall_s = 0.2
    begin = await head(house, owner, project)
    async with following(house, owner, project, after=begin) as reader:
        await tell(house, owner, project)
        await reader.until('"n":0')
        reader.takes.clear()
        await tell(house, owner, project)
        async with asyncio.timeout(10):
            while house.live.subscriber_count:
                await asyncio.sleep(0.05)
        assert reader.ids == [begin + 1]
    await house.realtime.flush()
    standing = await house.realtime.standing(owner, is_open=False)
    assert [each.end_reason for each in standing.connections] == ["dropped"]
    assert standing.totals.drop_rate == 1.0
    async with following(house, owner, project, after=begin + 1) as reader:
        await reader.until('"n":0')
        assert reader.ids == [begin + 2]


async def test_channels_that_nobody_follows_come_to_rest_and_wake_again(
    house: House, owner: Subject, stranger: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = (await house.studio.create(owner, IDEA)).project.id
    monkeypatch.setattr("evigate.kernel.realtime.service.IDLE_S", 0.0)
    async with following(house, owner, project, agent="Lynx"):
        await tell(house, owner, project)
        await house.realtime.flush()
        standing = await house.realtime.standing(owner)
        (channel,), (line,) = standing.channels, standing.connections
        assert (channel.is_active, channel.open) == (True, 1)
        assert line.client_info == {"agent": "Lynx"} and line.end_reason is None
        for view in ("channels", "connection_stats", "events_log"):
            assert await rows(house, owner, f"SELECT * FROM praetor.realtime_{view}")
            assert await rows(house, stranger, f"SELECT * FROM praetor.realtime_{view}") == []
    await house.realtime.flush()
    other = (await house.studio.create(owner, IDEA)).project.id
    async with following(house, owner, other):
        await house.realtime.flush()
        found = {each.name: each for each in (await house.realtime.standing(owner)).channels}
        assert [each.is_active for each in found.values()].count(True) == 1
        assert not found[channel.name].is_active
    async with following(house, owner, project):
        await house.realtime.flush()
        found = {each.name: each for each in (await house.realtime.standing(owner)).channels}
        assert found[channel.name].is_active
    with pytest.raises(EvigateError):
        await house.realtime.standing(await colleague(house, owner))


async def rows(house: House, subject: Subject, query: str) -> list[dict[str, Any]]:
    async with house.database.tx(subject) as tx:
        found = await (await tx.connection.execute(query)).fetchall()  # type: ignore[arg-type]
        return [dict(each) for each in found]


async def test_a_connection_that_nobody_counts_any_more_is_given_up(
    house: House, owner: Subject
) -> None:
    """As after a process that died: its row says open, and nobody takes anything."""
    project = (await house.studio.create(owner, IDEA)).project.id
    async with following(house, owner, project):
        await house.realtime.flush()
        async with house.database.tx(owner) as tx:
            await tx.connection.execute(
                "UPDATE kernel.connections SET last_heartbeat_at = now() - interval '91 seconds'"
            )
        assert await house.realtime.present(owner, project) == []
        (line,) = (await house.realtime.standing(owner, is_open=False)).connections
        assert line.end_reason == "lost"


async def test_heartbeats_are_the_seeds_until_an_owner_sets_others(
    house: House, owner: Subject, client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    query = "SELECT channel_type, heartbeat_interval_ms, timeout_ms FROM praetor.realtime_heartbeat_config"
    found = await rows(house, owner, query)
    assert {tuple(each.values())[1:] for each in found} == {(30_000, 90_000)} and len(found) == 5
    base = "/api/v1/operations/heartbeats"
    wanted = {"heartbeat_interval_ms": 5000, "timeout_ms": 20_000}
    assert (await client.put(f"{base}/project", json=wanted)).status_code == 204
    refused = await client.put(
        f"{base}/user", json={"heartbeat_interval_ms": 9000, "timeout_ms": 9000}
    )
    assert refused.status_code == 422
    seen = (await client.get("/api/v1/operations/connections")).json()["heartbeats"]
    assert {e["channel_type"]: e["timeout_ms"] for e in seen}["project"] == 20_000
    others = (await other_client.get("/api/v1/operations/connections")).json()["heartbeats"]
    assert {each["timeout_ms"] for each in others} == {90_000}


async def test_health_says_what_runs_and_what_does_not(
    house: House, owner: Subject, stranger: Subject, client: httpx.AsyncClient
) -> None:
    found = (await client.get("/api/v1/operations/health")).json()
    names = [each["name"] for each in found["checks"]]
    assert names == [
        "Database", "Worker queue", "Data folder", "Storage", "Sandbox", "Engine",
        "Live connections", "Budgets",
    ]  # fmt: skip
    states = {each["name"]: each for each in found["checks"]}
    assert states["Budgets"]["detail"].startswith("none is set")
    project = (await house.studio.create(owner, IDEA)).project.id
    await house.studio.research.ask(owner, project, "market_research", "dogs")
    await client.put("/api/v1/budgets/agents.tokens", json={"unit": "tokens", "limit_amount": 0})
    found = (await client.get("/api/v1/operations/health")).json()
    states = {each["name"]: each for each in found["checks"]}
    # A job waits and nobody works: that is said, and is no small thing.
    assert states["Worker queue"]["status"] == "failed" == found["status"]
    assert states["Budgets"]["status"] == "warning"
    async with api_client(house, stranger) as other:
        theirs = (await other.get("/api/v1/operations/health")).json()
        assert "Database" not in [each["name"] for each in theirs["checks"]]
        assert theirs["budgets"] == []
    async with api_client(house, await colleague(house, owner)) as eva:
        assert (await eva.get("/api/v1/operations/health")).status_code == 403
