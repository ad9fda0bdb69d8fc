"""The specification of a planned project: compiled, approved, out of date, superseded; and its doors."""

import asyncio
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.integration.studio.projects import answered, discovered, planned
from typer.testing import CliRunner

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.cli.main import build_app
from evigate.gate import approve
from evigate.studio.phases.models import Phase

PROJECTS = "/api/v1/studio/projects"
FOLDER = b"# Salons\n\n## Requirements\n\n### Requirement: Queue\n\nWalk-in customers SHALL see the queue.\n"


def zipped(path: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(path, data)
    return buffer.getvalue()


async def rows(house: House, subject: Subject, query: str) -> list[dict[str, Any]]:
    async with house.database.tx(subject) as tx:
        found = await (await tx.connection.execute(query)).fetchall()  # type: ignore[arg-type]
        return [dict(each) for each in found]


async def test_from_a_plan_to_an_approved_specification_and_beyond(
    house: House, owner: Subject, stranger: Subject
) -> None:
    project, desk = (await answered(house, owner)).project_id, house.specifications
    first = await desk.compile(owner, project)
    assert (first.head.version, first.head.status, first.blockers) == ("1.0.0", "draft", ())
    assert all(each["sources"] for each in first.payload["requirements"])
    assert (await desk.compile(owner, project)).head.id == first.head.id

    # What a claim bears is told before it is taken back, and nothing is changed by asking.
    access = next(
        source["id"]
        for each in first.payload["requirements"]
        if each["id"] == "AC-STAFF-SEE-ONLY-OWN-SALON"
        for source in each["sources"]
    )
    told = await desk.impact(owner, project, access, text=None)
    assert "AC-STAFF-SEE-ONLY-OWN-SALON" in {each["id"] for each in told.removed}
    assert (await desk.versions(owner, project))[0].is_current
    with pytest.raises(EvigateError, match="E_SPECIFICATION_INVALID"):
        await desk.impact(owner, project, first.head.id, text=None)

    await desk.comment(owner, project, "Which card?", about="FR-CARD-PAYMENTS-1")
    with pytest.raises(EvigateError, match="no requirement 'FR-GONE'"):
        await desk.comment(owner, project, "?", about="FR-GONE")
    assert (await desk.submit(owner, project)).head.status == "in_review"
    approved = await desk.approve(owner, project, "as we agreed")
    assert approved.head.pinned_hash == first.head.content_hash

    # The last phase asks for exactly that.
    await house.planning_artifacts.draft(owner, project, "blueprint")
    await house.planning_artifacts.submit(owner, project, "blueprint")
    await house.planning_artifacts.approve(owner, project, "blueprint", "yes")
    await house.phases.advance(owner, project, version_seen=3)
    standing = await house.phases.skip(owner, project, "it has no looks yet", version_seen=4)
    assert standing.phase is Phase.SPECIFICATION and standing.gate.is_open

    # Another word for the places: only what speaks of them changes, and keeps its id.
    discovery = await house.studio.show(owner, project)
    said = next(each for each in discovery.session.messages if each.role == "user")
    await house.studio.revise(owner, project, said.id, said.content.replace("salon", "branch"))
    assert not (await desk.show(owner, project)).head.is_current
    assert not (await house.phases.show(owner, project)).gate.is_open
    with pytest.raises(EvigateError, match="changed since"):
        await desk.submit(owner, project)
    second = await desk.compile(owner, project)
    assert (second.head.version, second.head.status) == ("1.1.0", "draft")
    old, new, found = await desk.diff(owner, project, None, None)
    assert old is not None and (old.version, new.version) == ("1.0.0", "1.1.0")
    assert (found.added, found.removed, found.endpoints_removed) == ((), (), ())
    before = {each["id"]: each for each in first.payload["requirements"]}
    for each in found.changed:
        words = json.dumps([before[each.id]["text"], before[each.id]["sources"]])
        assert "salon" in words, each.id
    assert "AC-STAFF-SEE-ONLY-OWN-SALON" in {each.id for each in found.changed}
    kept = await desk.show(owner, project, "1.0.0")
    assert (kept.head.status, kept.payload) == ("approved", first.payload)
    assert "@" in (await desk.comments(owner, project, "1.0.0"))[0].author_name
    assert [each.body for each in await desk.comments(owner, project, "1.0.0")] == [
        "FR-CARD-PAYMENTS-1: Which card?"
    ]

    # Going back lists it among what rests on what may change, and leaves its approval.
    _, stale = await house.phases.back(
        owner, project, Phase.PLANNING, "one more question", version_seen=5
    )
    assert "studio.specification" in {each.kind for each in stale}
    assert (await desk.show(owner, project, "1.0.0")).head.status == "approved"

    (seen, *_) = await rows(
        house, owner, "SELECT * FROM praetor.compiled_specs ORDER BY compiled_at"
    )
    assert (seen["version"], seen["format"], seen["spec"]) == ("1.0.0", "v2", first.payload)
    assert seen["inputs_snapshot"]["name"] == "Salons"
    assert seen["validation_result"]["status"] == "approved"
    for table in ("studio.specifications", "studio.specification_states", "praetor.compiled_specs"):
        assert await rows(house, stranger, f"SELECT * FROM {table}") == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await rows(house, owner, "UPDATE studio.specifications SET version = '9.0.0'")


async def test_nothing_that_a_finding_blocks_is_approved_by_any_door(
    house: House, owner: Subject
) -> None:
    """The plan has open questions that are required, so its specification is a draft."""
    project, desk = (await planned(house, owner)).project_id, house.specifications
    with pytest.raises(EvigateError, match="no specification yet"):
        await desk.show(owner, project)
    drafted = await desk.compile(owner, project, style="gherkin")
    assert {each.rule for each in drafted.blockers} == {"SPECIFICATION.OPEN"}
    assert drafted.payload["requirements"][0]["text"].startswith("Given ")
    with pytest.raises(EvigateError, match="E_SPECIFICATION_BLOCKED"):
        await desk.submit(owner, project)
    await house.evaluator.evaluate(owner, [drafted.head.id])
    with pytest.raises(EvigateError, match="blocking finding"):
        async with house.database.tx(owner) as tx:
            await approve(tx, drafted.head.id, "by another door")


async def test_a_specification_by_http(
    house: House, owner: Subject, client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    project = (await answered(house, owner)).project_id
    base = f"{PROJECTS}/{project}/spec"
    missing = await client.get(base)
    assert (missing.status_code, missing.json()["code"]) == (404, "E_SPECIFICATION_NOT_FOUND")
    made = await client.post(base, json={"style": "ears"})
    assert made.status_code == 201 and made.json()["head"]["version"] == "1.0.0"
    document = made.json()["specification"]
    assert [e["version"] for e in (await client.get(f"{base}/versions")).json()] == ["1.0.0"]
    lines = (await client.get(f"{base}/requirements", params={"feature": "deposits"})).json()
    assert [each["id"] for each in lines if each["kind"] == "functional"] == [
        "FR-DEPOSITS-1",
        "FR-DEPOSITS-2",
    ]
    assert all(each["quotes"] for each in lines)
    one = (await client.get(f"{base}/requirements/FR-DEPOSITS-1")).json()
    assert one["tests"][0]["steps"].startswith("Given a 30 % deposit") and one["endpoints"]
    gone = await client.get(f"{base}/requirements/FR-GONE")
    assert (gone.status_code, gone.json()["code"]) == (404, "E_SPECIFICATION_NOT_FOUND")
    diff = (await client.get(f"{base}/diff")).json()
    assert len(diff["added"]) == len(document["requirements"]) and diff["before"] is None
    claim = next(s for s in document["requirements"][0]["sources"] if s["kind"] == "claim")["id"]
    impact = await client.post(f"{base}/impact", json={"claim_id": claim})
    assert impact.json()["part"] == "major"
    for layout in ("markdown", "spec-kit", "openspec", "docx"):
        one = await client.get(f"{base}/export", params={"layout": layout})
        two = await client.get(f"{base}/export", params={"layout": layout})
        assert one.status_code == 200 and one.content == two.content
    said = {"body": "Why?", "about": document["requirements"][0]["id"]}
    assert (await client.post(f"{base}/comments", json=said)).status_code == 201
    (comment,) = (await client.get(f"{base}/comments")).json()
    assert (comment["about"], comment["body"]) == (said["about"], "Why?")
    assert (await client.post(f"{base}/submit")).json()["head"]["status"] == "in_review"
    decided = await client.post(f"{base}/decide", json={"decision": "reject", "reason": "too long"})
    assert decided.json()["head"]["status"] == "rejected"

    # What another tool's folder states waits, and is said once it is accepted.
    file = {"file": ("folder.zip", zipped("openspec/specs/queue/spec.md", FOLDER))}
    for _ in range(2):
        brought = await client.post(f"{base}/statements", files=file)
        assert brought.status_code == 201 and len(brought.json()) == 1
    (statement,) = (await client.get(f"{base}/statements")).json()
    assert (statement["status"], statement["quote"]) == (
        "pending",
        "Walk-in customers SHALL see the queue.",
    )
    decide = f"{base}/statements/{statement['id']}"
    assert (await client.post(decide, json={"decision": "accepted"})).json()["status"] == "accepted"
    again = await client.post(decide, json={"decision": "rejected"})
    assert (again.status_code, again.json()["code"]) == (404, "E_STATEMENT_NOT_FOUND")
    discovery = await house.studio.show(owner, project)
    last = [each for each in discovery.session.messages if each.role == "user"][-1]
    assert last.content == statement["quote"]
    quoted = [c for c in discovery.session.claims.values() if c.message_id == last.id]
    assert quoted and all(last.content[c.quote_start : c.quote_end] == c.quote for c in quoted)
    no_zip = await client.post(f"{base}/statements", files={"file": ("a.zip", b"no")})
    assert (no_zip.status_code, no_zip.json()["code"]) == (422, "E_STATEMENTS_INVALID")

    for method, path, sent in (
        ("POST", "", {}),
        ("GET", "", None),
        ("GET", "/versions", None),
        ("GET", "/requirements", None),
        ("GET", "/requirements/FR-DEPOSITS-1", None),
        ("GET", "/diff", None),
        ("GET", "/export", None),
        ("POST", "/impact", {"claim_id": claim}),
        ("POST", "/submit", None),
        ("POST", "/decide", {"decision": "approve", "reason": "x"}),
        ("GET", "/comments", None),
        ("POST", "/comments", {"body": "x"}),
        ("GET", "/statements", None),
        ("POST", f"/statements/{statement['id']}", {"decision": "accepted"}),
    ):
        told = await other_client.request(method, f"{base}{path}", json=sent)
        assert (told.status_code, told.json()["code"]) == (404, "E_PROJECT_NOT_FOUND"), path
    told = await other_client.post(f"{base}/statements", files=file)
    assert told.status_code == 404


async def test_a_specification_by_command(
    house: House,
    owner: Subject,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    bare = str((await discovered(house, owner)).project.id)
    project = str((await answered(house, owner)).project_id)
    for name, value in (
        ("EVIGATE_DATA_DIR", str(settings.data_dir)),
        ("EVIGATE_KEY", settings.key),
        ("EVIGATE_DATABASE_URL", settings.database_url),
    ):
        monkeypatch.setenv(name, str(value))

    async def run(*words: str, code: int = 0, as_json: bool = True) -> Any:
        def call() -> Any:
            asked = ["studio", "spec", *words, *(["--json"] if as_json else [])]
            found = CliRunner().invoke(build_app(), asked)
            assert found.exit_code == code, (words, found.output, found.exception)
            if code:
                return str(found.exception)
            return json.loads(found.stdout) if as_json else found.stdout

        return await asyncio.to_thread(call)

    assert "E_BOARD_NOT_FOUND" in await run("compile", bare, code=1)
    made = await run("compile", project)
    ids = {each["id"]: each for each in made["specification"]["requirements"]}
    assert "FR-ONLINE-BOOKING-1" in ids
    assert "said: “online booking" in await run("show", project, as_json=False)
    assert (await run("versions", project))[0]["version"] == "1.0.0"
    assert (await run("diff", project))["part"] == "minor"
    claim = ids["BR-RUN-IPHONES"]["sources"][0]["id"]
    told = await run("impact", project, claim, as_json=False)
    assert told.startswith("- BR-")
    written = await run("export", project, str(tmp_path), "--layout", "openspec")
    assert zipfile.is_zipfile(written["path"])
    assert (await run("comment", project, "Which card?"))["body"] == "Which card?"
    assert (await run("submit", project))["head"]["status"] == "in_review"
    done = await run("approve", project, "--reason", "as we agreed")
    assert done["head"]["pinned_hash"] == made["head"]["content_hash"]
    folder = tmp_path / "folder.zip"
    folder.write_bytes(zipped("specs/001-queue/spec.md", b"- **FR-001**: System MUST show a queue"))
    (statement,) = await run("import", project, str(folder))
    assert statement["title"] == "FR-001"
    assert (await run("statement", project, statement["id"], "rejected"))[0]["status"] == "rejected"
    assert len(await run("statements", project)) == 1
