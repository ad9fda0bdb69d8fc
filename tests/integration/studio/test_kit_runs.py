"""Runs of kits: planned, approved, applied once, read back; and what the database refuses."""

import asyncio
import io
import zipfile
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from tests.integration.studio.kit_projects import NOTES, brought, ran, specified, walk

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.gate import retire
from evigate.studio.kits.errors import E_KIT_NOT_FOUND
from evigate.studio.kits.runs.packages import files_of
from evigate.studio.tasks.models import InboxFilter


async def rows(house: House, subject: Subject, query: str, *values: Any) -> list[dict[str, Any]]:
    async with house.database.tx(subject) as tx:
        cursor = await tx.connection.execute(query, values)  # type: ignore[arg-type]
        return [dict(each) for each in await cursor.fetchall()] if cursor.description else []


async def test_a_service_is_planned_approved_applied_and_its_tests_pass_in_the_sandbox(
    house: House, owner: Subject, stranger: Subject
) -> None:
    project, kits = await specified(house, owner), house.kits
    dry = await kits.start(owner, project, "python-service", is_dry=True)
    assert (dry.status, dry.phase) == ("pending", "SPEC")
    dry = await walk(house, owner, dry)
    assert (dry.status, dry.phase, dry.bundle_sha256) == ("completed", "VALIDATE", None)
    page = await kits.show(owner, project, dry.run_id)
    assert page.plan is not None and page.plan.count("create") == len(page.plan.items) > 20
    assert {each.status for each in page.outputs} == {"valid"} and page.applied == ()

    done = await ran(house, owner, project, "python-service")
    assert (done.status, done.phase, done.error_code) == ("completed", "VERIFY", None), (
        done.error_message, done.log)  # fmt: skip
    assert "passed" in done.log and "$ python -m pytest -q" in done.log
    page = await kits.show(owner, project, done.run_id)
    assert page.plan is not None and page.plan.approved_by == owner.actor
    assert "@" in str(page.plan.approved_name)
    assert set(page.applied) == {each.path for each in page.plan.items}
    name, zipped = await kits.bundle(owner, project, done.run_id)
    assert name == "python-service-1.0.0.zip" and sha256_hex(zipped) == done.bundle_sha256
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        assert "service/app.py" in archive.namelist()

    # The same again changes nothing, and its bundle has the same bytes.
    again = await ran(house, owner, project, "python-service")
    assert (again.status, again.bundle_sha256) == ("completed", done.bundle_sha256)
    assert (await kits.show(owner, project, again.run_id)).applied == ()
    assert await kits.difference(owner, project, again.run_id) == []

    with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
        await kits.show(stranger, project, done.run_id)
    for table in ("kits", "kit_executions", "kit_plans", "kit_plan_items", "kit_approvals",
                  "kit_outputs", "kit_items", "kit_bundles"):  # fmt: skip
        assert await rows(house, owner, f"SELECT * FROM studio.{table}")
        assert await rows(house, stranger, f"SELECT * FROM studio.{table}") == []
    (seen, *_) = await rows(
        house, owner, "SELECT * FROM praetor.kit_executions ORDER BY created_at DESC"
    )
    assert (seen["status"], seen["kit_id"]) == ("completed", "python-service")
    assert seen["outputs_valid"] == seen["output_count"] > 20
    assert seen["input_snapshot"]["specification"]["version"] == "1.0.0"
    assert len(await rows(house, owner, "SELECT * FROM praetor.kit_execution_outputs")) > 60


async def test_the_database_lets_nothing_be_applied_that_nobody_approved(
    house: House, owner: Subject
) -> None:
    project = await specified(house, owner)
    kit_id = await brought(house, owner)
    waiting = await walk(house, owner, await house.kits.start(owner, project, kit_id))
    run, digest = waiting.run_id, waiting.plan_digest
    assert waiting.is_waiting and (waiting.status, waiting.phase) == ("running", "PLAN")
    plan = (await house.kits.show(owner, project, run)).plan
    assert plan is not None
    item = next(each for each in plan.items if each.path == "README.md")
    apply = (
        "INSERT INTO studio.kit_items (project_id, run_id, path, digest, sha256)"
        " VALUES (%s, %s, %s, %s, %s)"
    )
    values = (project, run, item.path, digest, item.sha256_after)
    refused: list[tuple[str, tuple[Any, ...]]] = [
        (apply, values),
        ("UPDATE studio.kit_executions SET phase = 'APPLY', is_waiting = false WHERE run_id = %s", (run,)),
        ("UPDATE studio.kit_executions SET phase = 'VERIFY', is_waiting = false WHERE run_id = %s", (run,)),
        ("INSERT INTO studio.kit_approvals (project_id, run_id, digest) VALUES (%s, %s, %s)", (project, run, "0" * 64)),
        ("UPDATE studio.kit_plan_items SET action = 'no-op' WHERE run_id = %s", (run,)),
        ("DELETE FROM studio.kit_plans WHERE run_id = %s", (run,)),
    ]  # fmt: skip
    for query, given in refused:
        with pytest.raises((psycopg.errors.InsufficientPrivilege,
                            psycopg.errors.ObjectNotInPrerequisiteState)):  # fmt: skip
            await rows(house, owner, query, *given)
    job = replace(owner, actor="job:studio.kit", role="worker", user_id=None)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="by a person"):
        await rows(house, job, "INSERT INTO studio.kit_approvals (project_id, run_id, digest)"
                   " VALUES (%s, %s, %s)", project, run, digest)  # fmt: skip
    with pytest.raises(EvigateError, match="E_KIT_PLAN_STALE"):
        await house.kits.approve(owner, project, run, "0" * 64)

    # Walking again without an approval waits again, and writes nothing.
    waiting = await walk(house, owner, waiting)
    assert waiting.is_waiting and waiting.bundle_sha256 is None
    assert digest is not None
    await house.kits.approve(owner, project, run, digest)
    # An approval opens applying to the run alone, and for what the plan says.
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await rows(house, owner, apply, *values)
    done = await walk(house, owner, waiting)
    assert done.status == "completed"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await rows(house, owner, apply, *values)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
        await rows(
            house,
            owner,
            "UPDATE studio.kit_executions SET status = 'failed', error_code = 'x' WHERE run_id = %s",
            run,
        )


async def test_a_plan_that_changed_since_its_approval_is_asked_about_again(
    house: House, owner: Subject
) -> None:
    project, kits = await specified(house, owner), house.kits
    kit_id = await brought(house, owner)
    first = await walk(house, owner, await kits.start(owner, project, kit_id))
    assert first.plan_digest is not None
    await kits.approve(owner, project, first.run_id, first.plan_digest)
    # Before its job begins, another run of the kit makes a bundle: there is less to create now.
    await ran(house, owner, project, kit_id)
    first = await walk(house, owner, first)
    page = await kits.show(owner, project, first.run_id)
    assert first.is_waiting and page.plan is not None and page.plan.approved_by is None
    assert page.plan.count("no-op") == len(page.plan.items)
    await kits.approve(owner, project, first.run_id, page.plan.digest)
    assert (await walk(house, owner, first)).status == "completed"

    # Another version of the kit changes files, and the difference is told.
    texts = {**NOTES, "kit.yaml": NOTES["kit.yaml"].replace("1.0.0", "1.1.0"),
             "readme.liquid": "# {{ spec.name }}, newly\n"}  # fmt: skip
    await brought(house, owner, texts)
    newer = await walk(house, owner, await kits.start(owner, project, kit_id))
    assert newer.kit_version == "1.1.0"
    assert await kits.difference(owner, project, newer.run_id) == [
        ("README.md", "update", ["@@ -1 +1 @@", "-# Salons", "+# Salons, newly"])
    ]


async def test_what_a_kit_lacks_is_asked_for_and_what_cannot_be_made_is_named(
    house: House, owner: Subject
) -> None:
    project, kits = await specified(house, owner), house.kits
    schema = '{"type": "object", "required": ["tide_table"]}'
    lacking = {**NOTES, "input.json": schema, "basic.yaml": "name: none\nspec: {}\nexpect: {error: E_KIT_INPUT}\n",
               "kit.yaml": NOTES["kit.yaml"].replace("outputs:", "inputs: {schema: input.json}\noutputs:").replace("id: notes", "id: tides")}  # fmt: skip
    await brought(house, owner, lacking)
    ended = await walk(house, owner, await kits.start(owner, project, "tides"))
    assert (ended.status, ended.phase, ended.error_code) == ("failed", "SPEC", "E_KIT_INPUT")
    asked = [t for t in await house.tasks.inbox(owner, InboxFilter(project_id=project))
             if t.component_key == "kit-input"]  # fmt: skip
    assert [(t.kind, t.state) for t in asked] == [("PROVIDE", "pending")]
    await walk(house, owner, await kits.start(owner, project, "tides"))
    again = [t for t in await house.tasks.inbox(owner, InboxFilter(project_id=project))
             if t.component_key == "kit-input"]  # fmt: skip
    assert [t.id for t in again] == [t.id for t in asked], "asked once"

    broken = {**NOTES, "basic.yaml": "name: one\nspec: {name: x, entities: []}\nexpect: {files: [README.md]}\n",
              "entity.liquid": '{"key": {{ entity.key }} }\n',
              "kit.yaml": NOTES["kit.yaml"].replace("id: notes", "id: half")}  # fmt: skip
    await brought(house, owner, broken)
    shown = await walk(house, owner, await kits.start(owner, project, "half"))
    told = (await kits.show(owner, project, shown.run_id)).unmade
    assert told and "it is no JSON" in told[0], "whoever approves is told before"
    done = await ran(house, owner, project, "half")
    assert (done.status, done.error_code) == ("partial", "E_KIT_OUTPUTS")
    page = await kits.show(owner, project, done.run_id)
    failed = [each for each in page.outputs if each.status == "failed"]
    assert failed and all(each.sha256 is None and each.errors for each in failed)
    assert "it is no JSON" in failed[0].problems[0]["message"]
    assert page.applied == ("README.md",)


async def test_a_run_is_cancelled_before_and_while_it_waits(house: House, owner: Subject) -> None:
    project, kits = await specified(house, owner), house.kits
    kit_id = await brought(house, owner)
    pending = await kits.start(owner, project, kit_id)
    assert (await kits.cancel(owner, project, pending.run_id)).status == "cancelled"
    assert (await walk(house, owner, pending)).status == "cancelled"
    waiting = await walk(house, owner, await kits.start(owner, project, kit_id))
    ended = await kits.cancel(owner, project, waiting.run_id)
    assert (ended.status, ended.error_code) == ("cancelled", "E_RUN_CANCELLED")
    assert waiting.plan_digest is not None
    with pytest.raises(EvigateError, match="E_KIT_STATE"):
        await kits.approve(owner, project, waiting.run_id, waiting.plan_digest)
    with pytest.raises(EvigateError, match="E_KIT_STATE"):
        await kits.cancel(owner, project, waiting.run_id)
    assert await rows(house, owner, "SELECT 1 FROM studio.kit_items") == []


async def test_an_imported_kit_stays_what_was_tested_and_reads_as_a_definition(
    house: House, owner: Subject, stranger: Subject
) -> None:
    await brought(house, owner)
    (seen,) = await rows(house, owner, "SELECT * FROM praetor.kit_definitions")
    assert (seen["kit_id"], seen["display_name"], seen["kit_type"]) == ("notes", "Notes", "file")
    assert (seen["status"], seen["output_count"]) == ("active", 2)
    assert seen["supported_phases"] == ["SPEC", "CHECK", "PLAN", "VALIDATE", "APPLY", "VERIFY"]
    assert await rows(house, stranger, "SELECT * FROM praetor.kit_definitions") == []
    for change in ("digest = repeat('0', 64)", "origin = 'shipped'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await rows(house, owner, f"UPDATE studio.kits SET {change}")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
        await rows(house, owner, "UPDATE studio.kits SET status = 'draft'")
    viewer = replace(owner, role="viewer", user_id=None)
    with pytest.raises(EvigateError, match="E_DENIED"):
        await house.kits.catalog.bring(viewer, NOTES)


async def test_a_specification_that_is_approved_no_longer_is_not_applied(
    house: House, owner: Subject
) -> None:
    project = await specified(house, owner)
    kit_id = await brought(house, owner)
    waiting = await walk(house, owner, await house.kits.start(owner, project, kit_id))
    approved = await walk(house, owner, await house.kits.start(owner, project, kit_id))
    assert waiting.plan_digest is not None and approved.plan_digest is not None
    await house.kits.approve(owner, project, approved.run_id, approved.plan_digest)
    async with house.database.tx(owner) as tx:
        await retire(tx, waiting.artifact_id, "a law changed")
    with pytest.raises(EvigateError, match="E_KIT_SPECIFICATION"):
        await house.kits.approve(owner, project, waiting.run_id, waiting.plan_digest)
    ended = await walk(house, owner, approved)
    assert (ended.status, ended.error_code) == ("failed", "E_KIT_SPECIFICATION")
    assert ended.bundle_sha256 is None
    with pytest.raises(EvigateError, match="E_KIT_SPECIFICATION"):
        await house.kits.start(owner, project, kit_id)


async def test_a_run_is_cancelled_while_its_tests_run_and_they_are_killed(
    house: House, owner: Subject
) -> None:
    project = await specified(house, owner)
    slow = NOTES["kit.yaml"].replace("id: notes", "id: slow").replace(
        "tests:", 'verify: {run: ["python wait.py"], timeout_s: 300}\ntests:'
    ).replace(
        "outputs:", "outputs:\n  - {id: wait, path: wait.py, template: wait.liquid, type: python}"
    )  # fmt: skip
    text = "import time\n\ntime.sleep(300)\n"
    await brought(house, owner, {**NOTES, "kit.yaml": slow, "wait.liquid": text})
    waiting = await walk(house, owner, await house.kits.start(owner, project, "slow"))
    assert waiting.plan_digest is not None
    await house.kits.approve(owner, project, waiting.run_id, waiting.plan_digest)
    walking = asyncio.create_task(walk(house, owner, waiting))
    while (await house.kits.runs(owner, project))[0].phase != "VERIFY":
        await asyncio.sleep(0.05)
    asked = await house.kits.cancel(owner, project, waiting.run_id)
    assert asked.status == "running", "it ends at its next chance"
    ended = await asyncio.wait_for(walking, 30)
    assert (ended.status, ended.phase, ended.error_code) == (
        "cancelled",
        "VERIFY",
        "E_RUN_CANCELLED",
    )
    assert ended.bundle_sha256 is not None, "what was applied before is there"


async def test_a_composite_is_run_as_one_and_its_childrens_tests_pass(
    house: House, owner: Subject
) -> None:
    project = await specified(house, owner)
    done = await ran(house, owner, project, "product")
    assert (done.status, done.error_code) == ("completed", None), (done.error_message, done.log)
    assert done.log.count(" passed") == 3
    page = await house.kits.show(owner, project, done.run_id)
    types = {each.output_id: each.file_type for each in page.outputs}
    assert types["python-service.app"] == "python"
    assert {each.status for each in page.outputs} == {"valid"}
    _, zipped = await house.kits.bundle(owner, project, done.run_id)
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        folders = {name.partition("/")[0] for name in archive.namelist()}
    assert {"service", "client", "handbook", "prototype"} <= folders


WHOLE = """id: whole
name: Whole
version: 1.0.0
type: composite
children: [{kit: notes, into: notes}, {kit: openapi-client, into: client}]
outputs: [{id: readme, path: README.md, template: readme.liquid, type: markdown}]
"""


async def test_a_composite_keeps_the_imported_kits_that_it_was_made_of(
    house: House, owner: Subject, stranger: Subject
) -> None:
    project = await specified(house, owner)
    files = {"kit.yaml": WHOLE, "readme.liquid": "# {{ spec.name }}\n"}
    with pytest.raises(EvigateError) as refused:
        await house.kits.catalog.bring(owner, files)
    assert refused.value.code is E_KIT_NOT_FOUND and "notes" in refused.value.message
    await brought(house, owner)
    await brought(house, owner, files)
    with pytest.raises(EvigateError) as refused:
        await house.kits.catalog.bring(stranger, files)
    assert refused.value.code is E_KIT_NOT_FOUND, "another tenant's kit is nobody's child"

    # A newer version of the child changes nothing for the composite that was kept before.
    newer = {**NOTES, "readme.liquid": "another\n"}
    await brought(house, owner, newer, **{"version: 1.0.0": "version: 1.1.0"})
    run = await ran(house, owner, project, "whole")
    assert run.status == "completed", run.error_message
    paths = {each.path for each in (await house.kits.show(owner, project, run.run_id)).outputs}
    assert {"README.md", "notes/README.md", "client/pyproject.toml"} <= paths
    _, data = await house.kits.bundle(owner, project, run.run_id)
    assert files_of(data)["notes/README.md"].startswith(b"# ")
