"""Every GET of the studio, of organisations and of access, with the ids of another tenant: not there.

The addresses come from the table of routes, so that a new route is asked the day it is added; one
whose address names something unknown here fails until `IDS` says what stands there.
"""

import asyncio
import re
from typing import Any
from uuid import UUID

import httpx
from tests.access.test_matrix import routes_of
from tests.integration.studio.kit_projects import brought, ran
from tests.integration.studio.projects import answered
from tests.integration.studio.test_library import TEA
from tests.integration.test_pages import browser

from evigate.agents.concert.models import Strategy
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.policies import PolicyDraft
from evigate.studio.context.models import Request
from evigate.studio.kits.runs.store import put_discovery
from evigate.studio.objectives.packaged import IDEA_DISCOVERY
from evigate.studio.tasks.actions import FileUpload
from evigate.studio.tasks.models import ActionDraft, TaskDraft

ROOMS = re.compile(
    r"(/api/v1)?/(studio|tasks|inbox|portal|organisations|access|members|settings/access)(/|$)"
)
NEVER = "0193b1f2-7d3e-7c1a-9f00-5a3c6f1e2d4b"
KEY = "tea-round"
KIT = "contract-drift"
# What of an address is no id: what may stand there is the same for everybody.
WORDS = {
    "part": "plan",
    "kind": "features",
    "name": "blueprint",
    "requirement_id": "FR-ONLINE-BOOKING-1",
    "kit_id": KIT,
    "credential_id": "service",
}
# An event stream never ends; that it began says that it is there.
BEGUN_S = 0.5
BEGUN = 200


async def a_kits_run(house: House, owner: Subject, project: UUID) -> UUID:
    """Approve the specification, and run a kit to its bundle; read a platform, or as if."""
    head = (await house.specifications.show(owner, project)).head
    await house.specifications.submit(owner, project)
    await house.specifications.approve(owner, project, "as we agreed")
    assert head.blockers == 0
    await brought(house, owner)
    done = await ran(house, owner, project, "notes")
    async with house.database.tx(owner) as tx:
        kept = {"existing": {}, "implications": [], "connection": {}, "ttl_s": 60}
        await put_discovery(tx, project, KIT, **kept)  # type: ignore[arg-type]
    return done.run_id


async def fill(house: House, owner: Subject) -> tuple[dict[str, str], Subject]:
    """Make one of everything that an address names; return their ids, and a customer."""
    plan = await answered(house, owner)
    await house.planning_artifacts.draft(owner, plan.project_id, "blueprint")
    await house.specifications.compile(owner, plan.project_id)
    given = await house.contexts.assemble(owner, plan.project_id, Request("agent", "coding"))
    review = await house.reviews.start(owner, plan.project_id, Strategy.PARALLEL)
    run_id = await a_kits_run(house, owner, plan.project_id)
    upload = ActionDraft(label="The list", config=FileUpload())
    asked = TaskDraft(kind="PROVIDE", title="Prices?", actions=(upload,))
    task = (await house.tasks.create(owner, plan.project_id, asked)).task
    prices = {"name": "prices.txt", "content": b"Wash 20"}
    done = await house.tasks.submit(owner, task.id, prices)
    await house.library.write(owner, "features", KEY, TEA, version_seen=0)
    kept = await house.studio.objectives.write(
        owner, "idea_discovery", "1.1.0", "Short", IDEA_DISCOVERY.to_json()
    )
    agency = (await house.organisations.create(owner, "agency", "The Agency")).organisation.id
    _, token = await house.engagements.invite(
        owner, agency, "kim@client.test", resource=f"project:{plan.project_id}", role="client"
    )
    kim = (await house.invitations.accept(token, user_agent=None)).subject
    denied = PolicyDraft("Nobody", "deny", ("papers:read",), ("paper:none",))
    policy = await house.policies.keep_policy(owner, denied)
    ids = {
        "project_id": plan.project_id,
        "task_id": task.id,
        "digest": done.submissions[0].data["digest"],
        "key": KEY,
        "objective_id": kept.id,
        "organisation_id": agency,
        "policy_id": policy.id,
        "request_id": given.request_id,
        "review_id": review.kept.id,
        "run_id": run_id,
        "build_id": (await house.builds.start(owner, plan.project_id, "handbook")).run.id,
    }
    return {name: str(each) for name, each in ids.items()}, kim


def addressed(path: str, ids: dict[str, str]) -> str:
    """Return a route's address; a key of a question is one of the plan's."""
    if path.endswith(("/context/piece", "/context/impact")):
        return path.format(**{**ids, **WORDS}) + "?key=said/001"
    if path.endswith("/plan/questions/{key}/answers"):
        ids = {**ids, "key": "msg-reminder-when" if ids["key"] == KEY else ids["key"]}
    return path.format(**{**ids, **WORDS})


async def ask(client: httpx.AsyncClient, address: str) -> tuple[int, str]:
    try:
        async with asyncio.timeout(BEGUN_S if "/events" in address else None):
            answer = await client.get(address)
    except TimeoutError:
        return BEGUN, ""
    return answer.status_code, answer.text


def nameless(text: str, ids: dict[str, str]) -> str:
    """Return a refusal without the ids that it was asked with, nor its own."""
    for each in (*ids.values(), "msg-reminder-when"):
        text = text.replace(each, "?")
    # A digest is told by its beginning; ids that were made together begin alike.
    text = text.replace(ids["digest"][:12], "?")
    return re.sub(r'"request_id":"[^"]*"|csrf_token" value="[^"]*"', "", text)


async def test_what_another_tenant_has_is_not_there_by_any_address(
    house: House, owner: Subject, stranger: Subject
) -> None:
    paths = [
        path
        for method, path in routes_of(house)
        if method == "GET" and "{" in path and ROOMS.match(path)
    ]
    ids, kim = await fill(house, owner)
    unknown = {name for path in paths for name in re.findall(r"{(\w+)", path)} - {*ids, *WORDS}
    assert not unknown, f"say in `fill` what stands for {', '.join(sorted(unknown))}"
    never = dict.fromkeys(ids, NEVER)
    faults: list[Any] = []
    async with browser(house, owner) as mine, browser(house, kim) as customer:
        for path in paths:
            whose = customer if "/portal/" in path else mine
            status, text = await ask(whose, addressed(path, ids))
            if status != 200:
                faults.append((path, "to its own tenant", status, text[:300]))
    async with browser(house, stranger) as other:
        for path in paths:
            status, text = await ask(other, addressed(path, ids))
            unheard, text_never = await ask(other, addressed(path, never))
            if (status, unheard) != (404, 404):
                faults.append((path, "to another tenant", status, unheard))
            elif nameless(text, ids) != nameless(text_never, never):
                faults.append((path, "differs from what never was", text[:300], text_never[:300]))
    assert not faults, "\n".join(map(str, faults))
    assert len(paths) > 25
