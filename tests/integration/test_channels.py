"""Every live stream asks again whether it may go on, and each type of channel has something to tell."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from tests.conftest import app_of
from tests.fixtures.papers import wine_paper
from tests.integration.test_engagements import customer, id_of, project
from tests.integration.test_organisations import founded
from tests.integration.test_pages import browser
from tests.integration.test_realtime import Reader, colleague

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.health import tell_health
from evigate.kernel.db import Tx
from evigate.kernel.events.telling import RUN_STREAM, tell
from evigate.kernel.jobs import Worker, enqueue, list_jobs, retry_job
from evigate.kernel.jobs.queue import JobSpec
from evigate.learning.building.options import BuildOptions
from evigate.papers.intake import Source
from evigate.papers.options import ReproduceOptions


@pytest.fixture
async def awake(house: House) -> AsyncIterator[House]:
    """The house with its listener, so that what is committed wakes its readers."""
    listening = asyncio.create_task(house.follow_events())
    yield house
    listening.cancel()
    await asyncio.wait([listening])


@asynccontextmanager
async def following(house: House, subject: Subject, path: str) -> AsyncIterator[Reader]:
    """Follow a route of the API, signed in as in a browser."""
    async with browser(house, subject) as page:
        cookies = "; ".join(f"{key}={value}" for key, value in page.cookies.items())
    where, _, query = path.partition("?")
    scope = {
        "type": "http", "method": "GET", "path": f"/api/v1{where}", "query_string": query.encode(),
        "headers": [(b"cookie", cookies.encode()), (b"host", b"test")], "scheme": "http",
        "root_path": "", "http_version": "1.1", "server": ("test", 80), "client": ("test", 1),
    }  # fmt: skip
    reader = Reader()
    began = False

    async def receive() -> dict[str, object]:
        nonlocal began
        if not began:
            began = True
            return {"type": "http.request", "body": b"", "more_body": False}
        return await reader.receive()

    task = asyncio.create_task(app_of(house)(scope, receive, reader.send))  # type: ignore[arg-type]
    try:
        yield reader
    finally:
        reader.left.set()
        await task


async def ended(house: House) -> None:
    async with asyncio.timeout(10):
        while house.live.subscriber_count:
            await asyncio.sleep(0.01)


async def started(house: House, owner: Subject, room: str) -> str:
    """Start a run in a room and return the path of its stream."""
    if room == "papers":
        paper = await house.papers.ingest(owner, wine_paper(), Source("wine.pdf"))
        run = await house.papers.reproduce(owner, ReproduceOptions(seeds=1), paper_id=paper.id)
        return f"/runs/{run}/events"
    module = await house.learning.modules.create(owner, "The heart")
    store = await house.stores.get(owner, str(module.store_id))
    await house.stores.add(owner, store, b"# Heart\n\nThe heart has four chambers.\n", "heart.md")
    run = await house.learning.builds.start(owner, module.id, BuildOptions())
    return f"/builds/{run}/events"


@pytest.mark.parametrize("room", ["papers", "learning"])
async def test_a_run_tells_nothing_more_to_who_was_removed(
    awake: House, owner: Subject, stranger: Subject, room: str
) -> None:
    path = await started(awake, owner, room)
    eva = await colleague(awake, owner)
    async with following(awake, stranger, path) as nobody:
        await nobody.until("NOT_FOUND")
    async with following(awake, eva, path) as reader:
        await reader.until("retry:")
        async with awake.database.tx(owner) as tx:
            await _tell_run(tx, path, "begun")
        await reader.until("begun")
        await awake.tenancy.remove_member(owner, "eva@home.test")
        async with awake.database.tx(owner) as tx:
            await _tell_run(tx, path, "for members alone")
        await ended(awake)
        assert "for members alone" not in reader.text
    await awake.realtime.flush()
    lines = (await awake.realtime.standing(owner, is_open=False)).connections
    assert [(each.channel_type, each.end_reason) for each in lines] == [("session", "revoked")]


async def _tell_run(tx: Tx, path: str, message: str) -> None:
    await tell(tx, RUN_STREAM, UUID(path.split("/")[2]), "stage_update", stage="x", message=message)


async def test_a_customer_is_seen_and_sees_who_is_there(awake: House, owner: Subject) -> None:
    agency, resource = await founded(awake, owner), await project(awake, owner)
    kim = await customer(awake, owner, agency, resource)
    place = id_of(resource)
    async with (
        following(awake, owner, f"/studio/projects/{place}/events/plan") as mine,
        following(awake, kim, f"/portal/projects/{place}/events") as theirs,
    ):
        for each in (mine, theirs):
            await each.until("retry:")
        await awake.realtime.flush()
        for each in (mine, theirs):
            await each.until(str(kim.user_id))
            assert str(owner.user_id) in each.text
            assert "@" not in each.text.partition("event: presence")[2], "no address is shown"


async def test_an_organisations_people_are_told_of_invitations(
    awake: House, owner: Subject, stranger: Subject
) -> None:
    agency, resource = await founded(awake, owner), await project(awake, owner)
    path = f"/organisations/{agency}/events"
    async with following(awake, stranger, path) as nobody:
        await nobody.until("E_ORGANISATION_NOT_FOUND")
    async with following(awake, owner, f"{path}?after=0") as reader:
        await reader.until('"what":"organisations"')
        await customer(awake, owner, agency, resource)
        await reader.until('"what":"invitations"')
        await reader.until('"what":"engagements"')
    await awake.realtime.flush()
    (line,) = (await awake.realtime.standing(owner, is_open=False)).connections
    assert line.channel_type == "organization"
    # What one organisation is told, another's people are not.
    other = (await awake.organisations.create(owner, "second", "Second")).organisation.id
    async with following(awake, owner, f"/organisations/{other}/events?after=0") as reader:
        await reader.until('"what":"organisations"')
        assert "engagements" not in reader.text


async def test_an_owner_is_told_of_jobs_invitations_and_health(
    awake: House, owner: Subject, stranger: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(subject: Subject, arguments: object) -> None:
        raise RuntimeError("broken on purpose")

    eva = await colleague(awake, owner)
    async with following(awake, eva, "/operations/events") as nobody:
        await nobody.until("E_DENIED")
    async with (
        following(awake, owner, "/operations/events?after=0") as reader,
        following(awake, stranger, "/operations/events?after=0") as other,
    ):
        await awake.invitations.invite(owner, "lea@home.test", "viewer")
        await reader.until("people_changed")
        async with awake.database.tx(owner) as tx:
            await enqueue(tx, "test.breaks", {})
        stop = asyncio.Event()
        worker = Worker(awake.urls.queue, [JobSpec("test.breaks", breaks, max_attempts=1)])
        working = asyncio.create_task(worker.run(stop=stop))
        await reader.until('"status":"failed"')
        stop.set()
        await working
        # Nobody works now. A job that is sent again waits, and that is told of too.
        monkeypatch.setattr("evigate.boot.health.TOLD_EACH_S", 0.05)
        telling = asyncio.create_task(tell_health(awake))
        await asyncio.sleep(1)
        async with awake.database.tx(owner) as tx:
            (job,) = await list_jobs(tx, status="failed")
            assert await retry_job(tx, job.id)
        await reader.until('"status":"todo"')
        await reader.until('"Worker queue":"failed"')
        telling.cancel()
        assert "event:" not in other.text, "another tenant's jobs are not told of"
