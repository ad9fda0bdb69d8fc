"""Kits that reach a platform: sealed credentials, what is read and kept, what a revocation stops."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from tests.integration.studio.kit_projects import NOTES, brought, specified, walk
from tests.integration.studio.test_kit_runs import rows

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.studio.kits.runs.walk import KitWalk

KIT, NEED = "contract-drift", "service"
SECRET = "sk-live-7f3a9d"


class Platform(BaseHTTPRequestHandler):
    """A service that answers whoever has the key; it remembers what it was asked."""

    asked: ClassVar[list[tuple[str, str | None]]] = []
    document: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        sent = self.headers.get("Authorization")
        self.asked.append((self.path, sent))
        is_known = sent == f"Bearer {SECRET}"
        body = json.dumps(self.document).encode() if is_known else b"no"
        self.send_response(200 if is_known else 401)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def platform(house: House) -> Iterator[str]:
    """A service on this machine, which the house may reach for the test's time."""
    Platform.asked = []
    Platform.document = {
        "openapi": "3.1.0",
        "info": {"title": "Salons", "version": "7"},
        "paths": {"/appointments": {"get": {"summary": "All"}}, "/secret": {"post": {}}},
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), Platform)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    house.kits.means = replace(house.kits.means, rule=lambda address, port: True)
    house.kits.credentials.means = house.kits.means
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


async def test_a_platform_is_read_with_a_sealed_credential_and_the_reading_is_kept(
    house: House, owner: Subject, stranger: Subject, platform: str
) -> None:
    project, kits = await specified(house, owner), house.kits
    desk = kits.credentials
    ended = await walk(house, owner, await kits.start(owner, project, KIT, is_dry=True))
    assert (ended.status, ended.phase, ended.error_code) == ("failed", "CHECK", "E_KIT_CREDENTIAL")

    for url in ("ftp://x", "http://u:p@x", "nothing", "https://x?y=1"):
        with pytest.raises(EvigateError, match="E_KIT_CREDENTIAL"):
            await desk.give(owner, project, KIT, NEED, SECRET, base_url=url)
    with pytest.raises(EvigateError, match="asks for no credential 'other' but service"):
        await desk.give(owner, project, KIT, "other", SECRET, base_url=platform)
    editor = replace(owner, role="editor", user_id=None)
    with pytest.raises(EvigateError, match="E_DENIED"):
        await desk.give(editor, project, KIT, NEED, SECRET, base_url=platform)
    await desk.give(owner, project, KIT, NEED, "wrong", base_url=platform)
    found, problem = await desk.check(owner, project, KIT, NEED)
    assert found.last_check_status == "failed" and "status 401" in problem
    rotated = await desk.give(owner, project, KIT, NEED, SECRET, base_url=platform)
    found, problem = await desk.check(owner, project, KIT, NEED)
    assert (found.last_check_status, problem) == ("succeeded", "")
    assert [(each.id == rotated.id, each.status) for each in await desk.list(owner, project)] == [
        (True, "active"),
        (False, "revoked"),
    ]

    Platform.asked.clear()
    first = await walk(house, owner, await kits.start(owner, project, KIT))
    assert first.is_waiting and first.plan_digest is not None
    assert Platform.asked == [("/openapi.json", f"Bearer {SECRET}")]
    read = await desk.discovery(owner, project, KIT)
    assert read is not None and read.existing_state["title"] == "Salons"
    assert "POST /secret is there and not specified" in read.implications
    await kits.approve(owner, project, first.run_id, first.plan_digest)
    done = await walk(house, owner, first)
    assert (done.status, len(Platform.asked)) == ("completed", 1)
    # What was read still holds, until it is said not to, or is too old.
    await walk(house, owner, await kits.start(owner, project, KIT, is_dry=True))
    assert len(Platform.asked) == 1
    assert await desk.forget(owner, project, KIT)
    await walk(house, owner, await kits.start(owner, project, KIT, is_dry=True))
    assert len(Platform.asked) == 2
    await asyncio.to_thread(_age, house)
    await walk(house, owner, await kits.start(owner, project, KIT, is_dry=True))
    assert len(Platform.asked) == 3

    # The value is nowhere but sealed, and another tenant sees nothing at all.
    for table in ("kernel.runs", "kernel.run_steps", "kernel.events", "kernel.secrets",
                  "studio.kit_executions", "studio.kit_credentials", "studio.kit_discoveries",
                  "praetor.kit_credentials", "praetor.kit_executions", "praetor.kit_discover_cache"):  # fmt: skip
        kept = await rows(house, owner, f"SELECT t::text AS row FROM {table} t")
        assert kept and SECRET not in str(kept), table
        if "kit" in table:
            assert await rows(house, stranger, f"SELECT * FROM {table}") == []
    for verb in (desk.list(stranger, project), desk.discovery(stranger, project, KIT)):
        with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
            await verb

    await desk.revoke(owner, project, KIT, NEED)
    assert await rows(house, owner, "SELECT * FROM kernel.secrets WHERE name LIKE 'kit.%%'") == []
    with pytest.raises(EvigateError, match="E_KIT_CREDENTIAL"):
        await desk.revoke(owner, project, KIT, NEED)


def _age(house: House) -> None:
    import psycopg

    with psycopg.connect(house.urls.owner, autocommit=True) as connection:
        connection.execute(
            "UPDATE studio.kit_discoveries SET discovered_at = now() - interval '2 h', expires_at = now() - interval '1 h'"
        )


async def test_what_is_there_must_be_a_contract_and_a_credential_must_hold(
    house: House, owner: Subject, platform: str
) -> None:
    project, kits = await specified(house, owner), house.kits
    past = utc_now() - timedelta(seconds=1)
    with pytest.raises(EvigateError, match="expired already"):
        await kits.credentials.give(
            owner, project, KIT, NEED, SECRET, base_url=platform, expires_at=past
        )
    await kits.credentials.give(owner, project, KIT, NEED, SECRET, base_url=platform)
    Platform.document = {"hello": 1}
    ended = await walk(house, owner, await kits.start(owner, project, KIT))
    assert (ended.status, ended.phase, ended.error_code) == ("failed", "DISCOVER", "E_KIT_DISCOVER")
    assert "no OpenAPI document" in str(ended.error_message)
    assert SECRET not in str(ended.error_message)
    with pytest.raises(EvigateError, match="E_KIT_NOT_FOUND"):
        await kits.credentials.check(owner, project, "nowhere", NEED)
    # A kit of files has no platform, and its manifest cannot say that it has.
    with pytest.raises(EvigateError, match="DISCOVER is for kits of a platform"):
        wrong = NOTES["kit.yaml"].replace("CHECK, PLAN", "CHECK, DISCOVER, PLAN")
        await brought(house, owner, {**NOTES, "kit.yaml": wrong})
    # Nobody's own machine is reached unless the house says so.
    strict = House(house.settings, house.key, house.urls).kits.means.rule
    assert not strict("127.0.0.1", 80)


@asynccontextmanager
async def revoking_after(
    house: House, owner: Subject, project: Any, count: int
) -> AsyncIterator[None]:
    """Revoke the credential once so many items were applied."""
    put, done = KitWalk.put, 0

    async def counted(self: KitWalk, data: bytes) -> Any:
        nonlocal done
        ref = await put(self, data)
        done += 1
        # The plan's zip is the first that is stored in this walk.
        if done == 1 + count:
            await house.kits.credentials.revoke(owner, project, KIT, NEED)
        return ref

    KitWalk.put = counted  # type: ignore[method-assign]
    try:
        yield
    finally:
        KitWalk.put = put  # type: ignore[method-assign]


async def test_a_credential_revoked_while_files_are_applied_stops_there(
    house: House, owner: Subject, platform: str
) -> None:
    project, kits = await specified(house, owner), house.kits
    await kits.credentials.give(owner, project, KIT, NEED, SECRET, base_url=platform)
    waiting = await walk(house, owner, await kits.start(owner, project, KIT))
    assert waiting.plan_digest is not None
    await kits.approve(owner, project, waiting.run_id, waiting.plan_digest)
    async with revoking_after(house, owner, project, 2):
        done = await walk(house, owner, waiting)
    assert (done.status, done.error_code) == ("partial", "E_KIT_CREDENTIAL")
    page = await kits.show(owner, project, done.run_id)
    assert page.applied == ("DRIFT.md",), "what was applied before is kept"
    bundle = (await rows(house, owner, "SELECT files FROM studio.kit_bundles"))[0]
    assert list(bundle["files"]) == ["DRIFT.md"]
