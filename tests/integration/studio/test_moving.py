"""A project out as one zip and in elsewhere: equal by every address, whole or not at all."""

import asyncio
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.conftest import Cluster
from tests.integration.studio.projects import answered, discovered
from tests.integration.studio.test_reviews import walked
from typer.testing import CliRunner

from evigate.agents.concert.models import Strategy
from evigate.base.canonical import canonical_json, sha256_hex
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.base.zips import zip_bytes
from evigate.boot import House, Settings
from evigate.boot.console import working
from evigate.cli.main import build_app
from evigate.studio.moving.folder import ADDED, what_stays
from evigate.studio.tasks.actions import FileUpload, FormField, FormSubmit
from evigate.studio.tasks.models import ActionDraft, TaskDraft

PROJECTS = "/api/v1/studio/projects"
SECRET = "sk_live_never_leaves_the_house"


async def rich(house: House, owner: Subject) -> UUID:
    """A project with something of everything that a project has."""
    async with working(house):
        project = (await answered(house, owner, has_worker=True)).project_id
        await house.studio.research.settled(owner, project)
    for name in ("blueprint", "implementation_plan"):
        await house.planning_artifacts.draft(owner, project, name)  # type: ignore[arg-type]
    await house.planning_artifacts.submit(owner, project, "blueprint")
    await house.planning_artifacts.approve(owner, project, "blueprint", "yes")
    await house.designs.choose(owner, project, "calm", accent="#5a2ca0")
    await house.specifications.compile(owner, project)
    await house.specifications.comment(owner, project, "Which card?", about="FR-CARD-PAYMENTS-1")
    await house.specifications.submit(owner, project)
    await house.specifications.approve(owner, project, "as we agreed")
    await house.feedback.give(owner, project, rating=4, comment="Good questions.")
    discovery = await house.studio.show(owner, project)
    said = next(each for each in discovery.session.messages if each.role == "user")
    await house.studio.revise(owner, project, said.id, said.content.replace("salon", "branch"))
    await house.specifications.compile(owner, project)
    await connected(house, owner, project)
    module = discovery.project.module_id
    store = await house.stores.get(owner, str(module))
    await house.stores.add(owner, store, b"# Prices\n\nA haircut is 40 euros.\n", "prices.md")
    review = await house.reviews.start(owner, project, Strategy.PARALLEL)
    await walked(house, owner, review)
    ended = await house.reviews.show(owner, project, review.kept.id)
    found = ended.came.findings[0]
    await house.reviews.dismiss(
        owner, project, review.kept.id, rule=found.rule, element=found.element, reason="As it is."
    )
    return project


async def connected(house: House, owner: Subject, project: UUID) -> None:
    """Give a secret and a file for a task."""
    field = FormField(name="api_key", label="Key", type="secret")
    actions = (
        ActionDraft(label="Credential", config=FormSubmit(fields=(field,))),
        ActionDraft(label="Contract", config=FileUpload(endings=("txt",))),
    )
    draft = TaskDraft(kind="CONNECT", title="Connect the cards", actions=actions)
    made = await house.tasks.create(owner, project, draft)
    credential, contract = made.actions
    given = {"api_key": SECRET}
    await house.tasks.submit(owner, made.task.id, given, action_id=credential.id)
    file = {"name": "fee.txt", "content": b"half the fee"}
    await house.tasks.submit(owner, made.task.id, file, action_id=contract.id)


async def addresses(client: httpx.AsyncClient) -> list[str]:
    """Every address that asks for a project and nothing else; what an agent read is a house's own."""
    paths = (await client.get("/api/v1/openapi.json")).json()["paths"]
    return [
        path
        for path, calls in paths.items()
        if "get" in calls and re.findall(r"{(\w+)}", path) == ["project_id"]
        and not path.endswith(("/file", "/export", "/stream", "/events")) and "/context" not in path
    ]  # fmt: skip


async def told(client: httpx.AsyncClient, path: str, project: UUID) -> tuple[int, Any]:
    answer = await client.get(path.replace("{project_id}", str(project)))
    return answer.status_code, answer.json()


async def test_a_project_is_equal_elsewhere_by_every_address(
    house: House, owner: Subject, stranger: Subject, client: httpx.AsyncClient,
    other_client: httpx.AsyncClient,
) -> None:  # fmt: skip
    project = await rich(house, owner)
    data = await house.moving.export(owner, project)
    assert data == await house.moving.export(owner, project), "the same project, the same bytes"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert SECRET.encode() not in whole and SECRET.encode().hex().encode() not in whole
    with pytest.raises(EvigateError, match="E_PROJECT_THERE"):
        await house.moving.bring(owner, data)
    brought = await house.moving.bring(stranger, data)
    assert (brought.project_id, brought.documents, brought.left_out) == (project, 1, ())
    asked = await addresses(client)
    assert len(asked) >= 12, asked
    for path in asked:
        here, there = await told(client, path, project), await told(other_client, path, project)
        # An objective is each house's own; what it says is the same.
        assert plain(here) == plain(there), path
    assert (
        await house.studio.replayed(stranger, project)
        == (await house.studio.show(stranger, project)).session
    )
    (document,) = await house.stores.documents(
        stranger, await house.stores.get(stranger, str((await house.studio.show(
            stranger, project)).project.module_id))
    )  # fmt: skip
    assert document.file_name == "prices.md"

    # What reviewers remember came along: what was dismissed here is not said there.
    (there,) = await house.reviews.list_reviews(stranger, project)
    (gone,) = [each for each in there.came.findings if there.stands(each) == "waived"]
    again = await house.reviews.start(stranger, project, Strategy.SEQUENTIAL)
    said = (await walked(house, stranger, again)).came.findings
    assert said and (gone.rule, gone.element) not in {(e.rule, e.element) for e in said}
    # A review that is under way stays, and the file says so.
    await house.reviews.start(owner, project, Strategy.DEBATE)
    (stays,) = what_stays(await house.moving.export(owner, project))
    assert stays.startswith("1 reviews that are under way: ")

    # It lives on there, and what lives on here is not touched by it.
    await house.specifications.compile(stranger, project)
    await house.specifications.submit(stranger, project)
    assert (await house.specifications.approve(stranger, project, "ours")).head.version == "1.1.0"
    assert (await house.specifications.show(owner, project)).head.status == "draft"


def plain(told: tuple[int, Any]) -> str:
    return re.sub(r'"(?:objective_id|request_id)": "[^"]+"', "", json.dumps(told))


async def test_a_project_moves_to_another_house_by_command(
    house: House, owner: Subject, settings: Settings, cluster: Cluster, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    project = (await discovered(house, owner)).project.id
    target = tmp_path / "salons.zip"

    async def run(at: Settings, *words: str) -> Any:
        for name in ("data_dir", "key", "database_url"):
            monkeypatch.setenv(f"EVIGATE_{name.upper()}", str(getattr(at, name)))
        words = ("studio", "project", *words, "--json")
        done = await asyncio.to_thread(CliRunner().invoke, build_app(), list(words))
        return str(done.exception) if done.exit_code else json.loads(done.stdout)

    assert (await run(settings, "export", str(project), str(target)))["bytes"] > 1000
    name = await asyncio.to_thread(cluster.copy)
    try:
        elsewhere = Settings(
            data_dir=tmp_path / "there", key=settings.key, database_url=cluster.server.url(name)
        )
        assert (await run(elsewhere, "import", str(target)))["project_id"] == str(project)
        assert "is here already" in await run(elsewhere, "import", str(target))
        async with House.open(elsewhere) as other:
            there = await other.operator()
            assert (await other.studio.show(there, project)).session.messages == (
                await house.studio.show(owner, project)
            ).session.messages
            assert await other.moving.export(there, project) != b""
    finally:
        await asyncio.to_thread(cluster.drop, name)


async def test_only_owners_import_and_only_writers_export(
    house: House, owner: Subject, client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    project = (await discovered(house, owner)).project.id
    data = await house.moving.export(owner, project)
    assert (await other_client.get(f"{PROJECTS}/{project}/file")).status_code == 404
    viewer, member = replace(owner, role="viewer"), replace(owner, role="editor")
    with pytest.raises(EvigateError):
        await house.moving.export(viewer, project)
    for each in (viewer, member):
        with pytest.raises(EvigateError, match="E_DENIED"):
            await house.moving.bring(each, data)
    sent = {"file": ("p.zip", data, "application/zip")}
    assert (await client.post(f"{PROJECTS}/file", files=sent)).json()["code"] == "E_PROJECT_THERE"
    found = await other_client.post(f"{PROJECTS}/file", files=sent)
    assert found.status_code == 201 and found.json()["project_id"] == str(project)


def changed(data: bytes, name: str, change: Callable[[Any], Any]) -> bytes:
    """Return a project's zip with a table changed, and its hash made right again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    path = f"tables/{name}.json"
    files[path] = canonical_json(change(json.loads(files[path])))
    head = json.loads(files["project.json"])
    head["files"][path] = sha256_hex(files[path])
    return zip_bytes({**files, "project.json": canonical_json(head)})


async def test_a_file_of_the_first_version_comes_in(
    house: House, owner: Subject, stranger: Subject
) -> None:
    project = (await discovered(house, owner)).project.id
    data = await house.moving.export(owner, project)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    head = {**json.loads(files["project.json"]), "version": 1}
    del head["stays"]
    for each in ADDED:
        del head["files"][f"tables/{each}.json"], files[f"tables/{each}.json"]
    old = zip_bytes({**files, "project.json": canonical_json(head)})
    brought = await house.moving.bring(stranger, old)
    assert (brought.project_id, brought.stays) == (project, ())


async def test_hostile_files_are_refused_and_leave_nothing(
    house: House, owner: Subject, stranger: Subject
) -> None:
    project = (await discovered(house, owner)).project.id
    other = (await discovered(house, stranger)).project.id
    data = await house.moving.export(owner, project)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.json", b" " * (210 * 2**20))
    named = [zip_bytes({"project.json": b"{}", name: b"x"})
             for name in ("../../etc/passwd", "/abs", "tables/a.b.json/../x", "documents/x")]  # fmt: skip
    hostile: list[tuple[bytes, str]] = [
        (b"no zip", "no zip"), (b"", "no zip"), (bomb.getvalue(), "too large"),
        *((each, "has no place") for each in named),
        (zip_bytes({"project.json": b"[]"}), "not of this format"),
        (zip_bytes({"project.json": b'{"format":"evigate.project","version":99}'}), "format"),
        (data[: len(data) // 2], "no zip"),
        # Rows of a stranger's project, of no project, or that were never let out.
        (changed(data, "studio.messages",
                 lambda rows: [{**rows[0], "session_id": str(UUID(int=5))}, *rows[1:]]), "."),
        (changed(data, "studio.projects", lambda rows: []), "exactly one"),
        (changed(data, "studio.projects", lambda rows: rows * 2), "exactly one"),
        (changed(data, "studio.phase_passes",
                 lambda rows: [{**each, "project_id": str(other)} for each in rows]), "."),
        (changed(data, "kernel.events",
                 lambda rows: [{**each, "stream_id": str(other)} for each in rows]), "."),
        (changed(data, "kernel.events",
                 lambda rows: [{**rows[0], "type": "no_such_type"}, *rows[1:]]), "."),
        (changed(data, "studio.claims",
                 lambda rows: [{**rows[0], "quote": "what nobody said"}, *rows[1:]]), "."),
        (changed(data, "studio.sessions", lambda rows: [{**rows[0], "turn": "many"}]), "."),
        (changed(data, "studio.sessions", lambda rows: [{**rows[0], "extra": 1}]), "not of it"),
        (changed(data, "kernel.runs", lambda rows: [{"id": str(UUID(int=9)), "kind": "a.b"}]), "."),
    ]  # fmt: skip
    before = await house.studio.list_projects(stranger)
    for place, (content, message) in enumerate(hostile):
        with pytest.raises(EvigateError, match=message) as caught:
            await house.moving.bring(stranger, content)
            pytest.fail(f"number {place} came in")
        assert caught.value.code.name == "E_PROJECT_FILE_INVALID", place
    assert await house.studio.list_projects(stranger) == before
    assert (await house.moving.bring(stranger, data)).project_id == project
