"""A project's context: assembled within its budget, kept, missed after any change, at every door."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.integration.studio.kit_projects import brought, ran, specified
from tests.integration.studio.projects import GROOMING, answered
from typer.testing import CliRunner

from evigate.agents import Implementation, Selection, estimate_tokens
from evigate.agents.providers.protocol import ProviderSpec
from evigate.agents.providers.scripted import Scripted, says
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject, job_subject
from evigate.boot import House, Settings
from evigate.cli.main import build_app
from evigate.studio.context.errors import E_CONTEXT_BUDGET, E_CONTEXT_NOT_FOUND
from evigate.studio.context.models import Profile, Request
from evigate.studio.context.renewing import RENEWAL, out_of_date
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.reader import NAME


async def rows(house: House, subject: Subject, query: str) -> list[dict[str, Any]]:
    async with house.database.tx(subject) as tx:
        found = await (await tx.connection.execute(query)).fetchall()  # type: ignore[arg-type]
        return [dict(each) for each in found]


async def test_an_unchanged_request_is_a_hit_and_any_change_a_miss(
    house: House, owner: Subject
) -> None:
    project = (await house.studio.create(owner, GROOMING)).project.id
    asked = Request("agent", "coding", "reminders against no-shows")
    first = await house.contexts.assemble(owner, project, asked)
    again = await house.contexts.assemble(owner, project, asked)
    assert (first.is_hit, again.is_hit, again.text) == (False, True, first.text)
    assert "no-shows cost us money" in first.text and not first.is_exceeded
    other = await house.contexts.assemble(owner, project, Request("agent", "coding", "deposits"))
    assert not other.is_hit and other.cache_key != first.cache_key
    await house.studio.say(owner, project, "Half the no-shows")
    said = await house.contexts.assemble(owner, project, asked)
    assert not said.is_hit and "Half the no-shows" in said.text
    await house.contexts.set_budget(owner, Profile("agent", "coding", 400, 100))
    small = await house.contexts.assemble(owner, project, asked)
    assert not small.is_hit and small.is_exceeded
    assert estimate_tokens(small.text) == small.tokens <= small.room == 300
    assert {each.state for each in small.lines} >= {"out"}
    await house.contexts.reset_budget(owner, "agent", "coding")
    back = await house.contexts.assemble(owner, project, asked)
    assert back.is_hit and back.text == said.text
    kept = await house.contexts.requests(owner, project)
    assert [each.is_hit for each in kept] == [True, False, False, False, True, False]
    shown = await house.contexts.request(owner, project, kept[1].id)
    assert shown.lines == small.lines


async def test_what_did_not_change_writes_nothing_and_a_change_reaches_what_rests_on_it(
    house: House, owner: Subject
) -> None:
    project = (await answered(house, owner)).project_id
    await house.planning_artifacts.draft(owner, project, "blueprint")
    await house.specifications.compile(owner, project)
    pieces = {each.piece.key: each for each in await house.contexts.pieces(owner, project)}
    kinds = {each.piece.kind for each in pieces.values()}
    assert kinds == {"spec", "doc", "schema", "test", "plan", "research"}
    assert not any(each.stale_since for each in pieces.values())
    changes = await house.contexts.changes(owner, project)
    before = await rows(house, owner, "SELECT count(*) AS n FROM studio.context_changes")
    assert {each.event_type for each in changes} == {"created"}
    await house.contexts.pieces(owner, project)
    assert await rows(house, owner, "SELECT count(*) AS n FROM studio.context_changes") == before

    reached = [
        e.piece.key for e in await house.contexts.impact(owner, project, "feature/reminders")
    ]
    requirement = next(key for key in reached if key.startswith("requirement/FR-REMINDERS"))
    tests = f"tests/{requirement.partition('/')[2]}"
    assert reached.index(requirement) < reached.index(tests)
    assert "planning/blueprint" in reached

    board = await house.features.board(owner, project)
    seen = next(each for each in board.features if each.key == "reminders")
    await house.features.change(
        owner, project, "reminders", notes="By text message.", version_seen=seen.version
    )
    now = {each.piece.key: each for each in await house.contexts.pieces(owner, project)}
    newest = (await house.contexts.changes(owner, project))[0]
    assert (newest.key, newest.event_type, newest.is_cascade) == (
        "feature/reminders",
        "updated",
        True,
    )
    assert list(newest.affected) == reached
    # What was compiled of it is out of date until it is compiled again; what is read live is not.
    assert now[requirement].stale_since is not None
    assert not any(each.stale_since for key, each in now.items() if key.startswith("decided/"))
    await house.specifications.compile(owner, project)
    fresh = {each.piece.key: each for each in await house.contexts.pieces(owner, project)}
    assert fresh[requirement].stale_since is None


async def test_what_is_out_of_date_is_made_anew_in_order_once_and_drafts_stay_drafts(
    house: House, owner: Subject, stranger: Subject, client: httpx.AsyncClient
) -> None:
    project = await specified(house, owner)
    await house.planning_artifacts.draft(owner, project, "blueprint")
    kit = await brought(house, owner)
    assert (await ran(house, owner, project, kit)).status == "completed"
    held = {each.piece.key: each for each in await house.contexts.pieces(owner, project)}
    made = [key for key in held if key.startswith("bundle/notes/")]
    assert "bundle/notes/README.md" in made and len(made) > 1
    assert not any(each.stale_since for each in held.values())
    # A bundle's file of a record rests on it, and is in what a coding agent is given of it.
    record = next(key for key in made if "/entities/" in key)
    entity = record.rpartition("/")[2].partition(".")[0]
    assert held[record].piece.links == {f"record/{entity}": "references"} | (
        {f"calls/{entity}": "references"} if f"calls/{entity}" in held else {}
    )
    asked = Request("agent", "coding", keys=(record,))
    given = await house.contexts.assemble(owner, project, asked)
    assert f'"key": "{entity}"' in given.text
    with pytest.raises(EvigateError, match="Nothing of the project is out of date"):
        await house.renewals.start(owner, project)

    board = await house.features.board(owner, project)
    seen = next(each for each in board.features if each.key == "reminders")
    await house.features.change(
        owner, project, "reminders", notes="By text message.", version_seen=seen.version
    )
    now = await house.contexts.pieces(owner, project)
    assert out_of_date(now) == ["specification", "bundle/notes"]
    assert (await house.contexts.assemble(owner, project, asked)).is_hit is False
    base = f"/api/v1/studio/projects/{project}/context/renewal"
    assert (await client.get(base)).json() is None
    begun = await client.post(base)
    assert (begun.status_code, begun.json()["status"], begun.json()["done"]) == (202, "queued", 0)
    again = await house.renewals.start(owner, project)
    assert str(again.id) == begun.json()["id"], "one at a time"
    with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
        await house.renewals.start(stranger, project)
    assert owner.tenant_id is not None
    work = {"run_id": str(again.id), "project_id": str(project)}
    for _ in range(2):
        await house.renewals.walk(job_subject(owner.tenant_id, RENEWAL), work)
    done = (await client.get(base)).json()
    assert done["status"] == "succeeded"
    assert [(each["name"], each["outcome"]) for each in done["steps"]] == [
        ("specification", "made"),
        ("bundle/notes", "waits"),
    ]
    newest = await house.specifications.show(owner, project)
    assert newest.head.status == "draft" and newest.head.is_current
    told = await rows(
        house,
        owner,
        "SELECT payload FROM kernel.events WHERE type = 'renewal_changed' ORDER BY seq",
    )
    assert [each["payload"]["done"] for each in told] == [0, 1, 2, 2]
    left = await house.contexts.pieces(owner, project)
    assert out_of_date(left) == ["bundle/notes"], "its plan waits for a person"


async def test_a_piece_comes_with_what_it_needs(house: House, owner: Subject) -> None:
    project = (await answered(house, owner)).project_id
    found = await house.specifications.compile(owner, project)
    each = next(r for r in found.payload["requirements"] if r["traces"]["entities"])
    key = f"tests/{each['id']}"
    made = await house.contexts.assemble(owner, project, Request("agent", "coding", keys=(key,)))
    states = {line.key: line.state for line in made.lines}
    assert states[key] == states[f"requirement/{each['id']}"] == "whole"
    assert all(states[f"record/{e}"] == "whole" for e in each["traces"]["entities"])
    assert made.text.index(f"requirement/{each['id']}]") < made.text.index(f"{key}]")


async def test_every_door_gives_the_same_and_another_tenant_nothing(
    house: House,
    owner: Subject,
    stranger: Subject,
    client: httpx.AsyncClient,
    other_client: httpx.AsyncClient,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = (await house.studio.create(owner, GROOMING)).project.id
    base = f"/api/v1/studio/projects/{project}/context"
    made = (await client.post(base, json={"query": "deposits"})).json()
    assert made["lines"] and made["tokens"] <= made["room"]
    listed = (await client.get(base)).json()
    assert {each["key"] for each in listed} == {each["key"] for each in made["lines"]}
    piece = (await client.get(f"{base}/piece", params={"key": "said/001"})).json()
    assert GROOMING in piece["text"]
    reached = (await client.get(f"{base}/impact", params={"key": "said/001"})).json()
    assert "known/output" in [each["key"] for each in reached]
    lost = await client.get(f"{base}/impact", params={"key": "gone"})
    assert (lost.status_code, lost.json()["code"]) == (404, "E_CONTEXT_NOT_FOUND")
    (asked,) = (await client.get(f"{base}/requests")).json()
    shown = (await client.get(f"{base}/requests/{asked['id']}")).json()
    assert shown["lines"] == made["lines"]
    for path in (base, f"{base}/requests", f"{base}/requests/{asked['id']}", f"{base}/changes"):
        assert (await other_client.get(path)).status_code == 404
    assert (await other_client.post(base, json={})).status_code == 404
    wanted = {"max_tokens": 100, "reserved_tokens": 100}
    refused = await client.put("/api/v1/studio/context/budgets/agent/coding", json=wanted)
    assert (refused.status_code, refused.json()["code"]) == (422, "E_CONTEXT_BUDGET")
    wanted = {"max_tokens": 500, "reserved_tokens": 100, "kinds": {"doc": 9}}
    kept = (await client.put("/api/v1/studio/context/budgets/agent/coding", json=wanted)).json()
    assert (kept["room"], kept["is_own"], kept["version"]) == (400, True, 1)
    theirs = (await other_client.get("/api/v1/studio/context/budgets")).json()
    assert not any(each["is_own"] for each in theirs)

    for name, value in (
        ("EVIGATE_DATA_DIR", str(settings.data_dir)),
        ("EVIGATE_KEY", settings.key),
        ("EVIGATE_DATABASE_URL", settings.database_url),
    ):
        monkeypatch.setenv(name, str(value))

    async def run(*words: str) -> Any:
        said = ["studio", "context", *words, "--json"]
        found = await asyncio.to_thread(CliRunner().invoke, build_app(), said)
        assert found.exit_code == 0, (words, found.output, found.exception)
        return json.loads(found.stdout)

    assert (await run("assemble", str(project), "--query", "deposits"))["room"] == 400
    assert len(await run("inspect", str(project))) == 2
    assert (await run("inspect", str(project), asked["id"]))["lines"] == made["lines"]
    assert [each["key"] for each in await run("pieces", str(project))] == [e["key"] for e in listed]
    assert await run("impact", str(project), "said/001")
    assert await run("changes", str(project))
    assert (await run("set-budget", "agent", "coding", "900"))["kinds"] == {"doc": 9}
    assert not (await run("reset-budget", "agent", "coding"))["is_own"]
    assert len(await run("budgets")) == 8


async def test_refusals_are_named(house: House, owner: Subject, stranger: Subject) -> None:
    project = (await house.studio.create(owner, GROOMING)).project.id
    for work, code in (
        (house.contexts.assemble(owner, uuid4(), Request("agent", "x")), E_PROJECT_NOT_FOUND),
        (house.contexts.assemble(stranger, project, Request("agent", "x")), E_PROJECT_NOT_FOUND),
        (
            house.contexts.assemble(owner, project, Request("agent", "x", "y" * 5000)),
            E_CONTEXT_BUDGET,
        ),
        (house.contexts.request(owner, project, uuid4()), E_CONTEXT_NOT_FOUND),
        (
            house.contexts.set_budget(
                owner, Profile("agent", "x", 9, kinds={"poem": 3}, reserved_tokens=0)
            ),
            E_CONTEXT_BUDGET,
        ),
    ):
        with pytest.raises(EvigateError) as refusal:
            await work  # type: ignore[misc]
        assert refusal.value.code is code


VIEWS = {
    "context_budget_profiles": 1, "context_artifacts": 5, "context_artifact_dependencies": 3,
    "context_assembly_cache": 1, "context_requests": 1, "pcs_change_events": 5,
}  # fmt: skip


async def test_the_tables_of_document_002_are_read_and_end_at_the_tenant(
    house: House, owner: Subject, stranger: Subject
) -> None:
    project = (await house.studio.create(owner, GROOMING)).project.id
    await house.contexts.set_budget(owner, Profile("phase", "DISCOVERY", 900, 100))
    made = await house.contexts.assemble(owner, project, Request("phase", "DISCOVERY", "salon"))
    for view, least in VIEWS.items():
        assert len(await rows(house, owner, f"SELECT * FROM praetor.{view}")) >= least, view
        assert await rows(house, stranger, f"SELECT * FROM praetor.{view}") == [], view
    (cache,) = await rows(house, owner, "SELECT * FROM praetor.context_assembly_cache")
    assert (cache["assembled_context"], cache["total_tokens"]) == (made.text, made.tokens)
    assert len(cache["artifact_ids"]) == sum(1 for each in made.lines if each.state != "out")


async def test_a_model_that_reads_a_message_is_given_what_is_known(
    house: House, owner: Subject
) -> None:
    project = (await house.studio.create(owner, GROOMING)).project.id
    script = Scripted([says('{"claims": []}')])
    spec = ProviderSpec("scripted", "A script", lambda opening: script)
    house.agents.choosing.providers = {"scripted": spec}
    chosen = Selection(NAME, Implementation.MODEL, "scripted", "m-1")
    await house.agents.choose(owner, chosen)
    await house.studio.say(owner, project, "Half the no-shows")
    (request,) = script.asked
    given = json.dumps(request.to_json()["turns"])
    assert "what is known of the project" in given and "## What was said, 1" in given
    (asked,) = await house.contexts.requests(owner, project)
    assert (asked.target_type, asked.target) == ("agent", NAME)
    assert asked.asked_by == owner.actor


async def test_an_uploaded_document_is_a_piece_cut_at_its_passages(
    house: House, owner: Subject
) -> None:
    project = (await house.studio.create(owner, GROOMING)).project
    store = await house.stores.get(owner, str(project.module_id))
    text = b"# Till\n\nThe till counts coins each night.\n\n# Shop\n\nThe shop opens at nine.\n"
    await house.stores.add(owner, store, text, "till.md")
    await house.stores.index(owner, store)
    held = {each.piece.title: each for each in await house.contexts.pieces(owner, project.id)}
    assert "till.md" in held, sorted(held)
    assert "The till counts coins each night." in held["till.md"].piece.content
    asked = Request("agent", "coding", keys=(held["till.md"].piece.key,))
    assert "counts coins" in (await house.contexts.assemble(owner, project.id, asked)).text
