"""The second half of the dog groomer's story: from a plan to a service that runs, by keyboard.

What was left open in the plan is answered by its owner; then looks, specification, kit and bundle
are walked in the browser, and the service is started from the bundle and asked over HTTP.
"""

import asyncio
import json
import socket
import sys
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from openapi_spec_validator import validate
from playwright.async_api import Page, expect

from evigate.base.subject import Subject
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press

LONG_MS = 120_000
STARTED_S = 30
_TOKENS = """
import json, sys
from pathlib import Path
from service.database import Database
from service.users import add_user
database = Database(Path(sys.argv[1]))
database.migrate()
print(json.dumps([add_user(database, role, **of) for role, of in json.loads(sys.argv[2])]))
"""


async def answer_the_rest(site: Site, owner: Subject, project: UUID) -> None:
    """Answer what is required and still open, as its owner says."""
    plans = site.house.plans
    for each in (await plans.show(owner, project)).questions:
        if each.is_required and each.is_open:
            given = each.options[0] if each.options else "as the owner says"
            await plans.answer(owner, project, each.key, given)


async def to_an_approved_specification(page: Page, project: UUID) -> str:
    """Approve the blueprint, choose looks, compile, submit and approve; return what it counts."""
    await page.goto(f"/studio/{project}/plan")
    for step in ("Draft", "Submit", "Approve"):
        await press(page.get_by_role("button", name=f"{step}: Blueprint"))
        await page.wait_for_load_state()
    await expect(page.get_by_text("pinned").first).to_be_visible()
    await press(page.get_by_role("link", name="Where it stands"))
    await press(page.get_by_role("button", name="Go on to planning"))
    await press(page.get_by_role("button", name="Go on to looks"))
    await press(page.get_by_role("link", name="Looks", exact=True))
    await press(page.get_by_role("button", name="Choose Garden"))
    await expect(page.get_by_role("heading", name="Chosen: garden")).to_be_visible()
    await press(page.get_by_role("link", name="Where it stands"))
    await press(page.get_by_role("button", name="Go on to specification"))
    await press(page.get_by_role("link", name="Specification", exact=True))
    await press(page.get_by_role("button", name="Compile it", exact=True))
    await expect(page.get_by_text("each with the words that ask for it")).to_be_visible()
    counted = await page.get_by_text("each with the words that ask for it").inner_text()
    await press(page.get_by_role("button", name="Submit for review"))
    await page.get_by_label("Why").fill("as we agreed")
    await press(page.get_by_role("button", name="Approve"))
    await expect(page.get_by_text("pinned by its approval")).to_be_visible()
    await look(page)
    return counted


async def to_a_bundle(page: Page, project: UUID, into: Path) -> str:
    """Run the service's kit, approve its plan, and take the bundle along; return its score."""
    await press(page.get_by_role("link", name="Kits", exact=True))
    await press(page.get_by_role("button", name="Start Python service", exact=True))
    await expect(page.get_by_text("Waits for an approval")).to_be_visible(timeout=LONG_MS)
    await press(page.get_by_role("button", name="Approve this plan"))
    await expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    async with page.expect_download() as downloading:
        await press(page.get_by_role("link", name="Download the bundle"))
    archive = into.with_suffix(".zip")
    await (await downloading.value).save_as(archive)
    with zipfile.ZipFile(archive) as bundle:
        bundle.extractall(into)
    await page.goto(f"/studio/{project}/convergence")
    return await page.get_by_text("of 100").first.inner_text()


@asynccontextmanager
async def served(folder: Path, database: Path) -> AsyncIterator[str]:
    """Start the service of a bundle as its README says, and end it again."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    words = ["-m", "uvicorn", "--factory", "service.app:serve", "--port", str(port)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=folder, env={"SERVICE_DATABASE": str(database)}
    )
    base = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=base) as client:
            async with asyncio.timeout(STARTED_S):
                while not await _answers(client):
                    await asyncio.sleep(0.1)
        yield base
    finally:
        process.terminate()
        await process.wait()


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/openapi.json")).is_success
    except httpx.TransportError:
        return False


async def tokens(
    folder: Path, database: Path, users: list[tuple[str, dict[str, str]]]
) -> list[str]:
    """Make users of the service, and return their tokens."""
    words = ["-c", _TOKENS, str(database), json.dumps(users)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return list(json.loads(said))


async def ask_the_service(folder: Path) -> None:
    """Hold the running service to its contract, its guards and its machines, over HTTP."""
    database = folder / "service.sqlite"
    (boss,) = await tokens(folder, database, [("owner", {})])
    async with (
        served(folder, database) as base,
        httpx.AsyncClient(base_url=f"{base}/api") as client,
    ):
        validate((await client.get(f"{base}/openapi.json")).json())
        validate(json.loads((folder / "openapi.json").read_text()))
        assert (await client.get("/appointments")).status_code == 401
        as_boss = {"Authorization": f"Bearer {boss}"}
        made = [
            (await client.post("/sites", json=_site(name), headers=as_boss)).json()
            for name in ("North", "South")
        ]
        (eva,) = await tokens(folder, database, [("front-desk", {"site_id": made[0]["id"]})])
        await _guards(client, {"Authorization": f"Bearer {eva}"}, made)
        await _machine(client, as_boss, made[0]["id"])


def _site(name: str) -> dict[str, Any]:
    hours, zone = "Mo-Sa 9-18", "Europe/Berlin"
    return {"name": name, "phone": "+49 30 1234567", "address": "1 High Street",
            "time_zone": zone, "opening_hours": hours}  # fmt: skip


async def _guards(
    client: httpx.AsyncClient, as_eva: dict[str, str], sites: list[dict[str, Any]]
) -> None:
    """Eva sees her own salon and not the other, however she asks."""
    listed = (await client.get("/sites", headers=as_eva)).json()
    assert [each["name"] for each in listed["items"]] == ["North"]
    own, other = (f"/sites/{each['id']}" for each in sites)
    assert (await client.get(own, headers=as_eva)).status_code == 200
    refused = await client.get(other, headers=as_eva)
    assert (refused.status_code, refused.json()["code"]) == (404, "NOT_THERE")
    for path in (own, other):
        changed = await client.patch(path, json={"name": "Mine"}, headers=as_eva)
        assert changed.status_code in (403, 404)


async def _machine(client: httpx.AsyncClient, as_boss: dict[str, str], site: str) -> None:
    """A step that the state has not is refused, and one that it has is taken."""
    refused = await client.post(f"/sites/{site}/closed", headers=as_boss)
    assert refused.status_code == 409, refused.text
    opened = await client.post(f"/sites/{site}/open", headers=as_boss)
    assert opened.status_code == 200 and opened.json()["state"] == "open"
