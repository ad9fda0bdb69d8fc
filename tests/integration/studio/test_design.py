"""The looks of a project: chosen, refused, part of its gate and its specification."""

import asyncio
import json
from typing import Any

import httpx
import psycopg
import pytest
from tests.integration.studio.projects import answered
from typer.testing import CliRunner

from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.cli.main import build_app


async def rows(house: House, subject: Subject, query: str) -> list[dict[str, Any]]:
    async with house.database.tx(subject) as tx:
        found = await (await tx.connection.execute(query)).fetchall()  # type: ignore[arg-type]
        return [dict(each) for each in found]


async def test_a_board_is_chosen_by_every_door(
    house: House,
    owner: Subject,
    stranger: Subject,
    client: httpx.AsyncClient,
    other_client: httpx.AsyncClient,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = (await answered(house, owner)).project_id
    base = f"/api/v1/studio/projects/{project}/design"
    assert len((await client.get("/api/v1/studio/boards")).json()) == 6
    assert (await client.get(base)).json() == []
    facts = (await house.phases.show(owner, project)).facts
    assert facts["design"] == {"is_compiled": False}
    refused = await client.post(base, json={"board": "calm", "accent": "#ffee00"})
    assert (refused.status_code, refused.json()["code"]) == (422, "E_DESIGN_CONTRAST")
    gone = await client.post(base, json={"board": "gone"})
    assert (gone.status_code, gone.json()["code"]) == (404, "E_DESIGN_BOARD_NOT_FOUND")
    for _ in range(2):
        chosen = await client.post(base, json={"board": "calm", "accent": "#7A0000"})
        assert (chosen.status_code, chosen.json()["number"]) == (200, 1)
    assert all(each["is_met"] for each in chosen.json()["contrast"])
    assert (await house.phases.show(owner, project)).facts["design"] == {"is_compiled": True}

    for name, value in (
        ("EVIGATE_DATA_DIR", str(settings.data_dir)),
        ("EVIGATE_KEY", settings.key),
        ("EVIGATE_DATABASE_URL", settings.database_url),
    ):
        monkeypatch.setenv(name, str(value))

    async def run(*words: str) -> Any:
        asked = ["studio", "design", *words, "--json"]
        found = await asyncio.to_thread(CliRunner().invoke, build_app(), asked)
        assert found.exit_code == 0, (words, found.output, found.exception)
        return json.loads(found.stdout)

    assert [each["key"] for each in await run("boards")][:2] == ["calm", "desk"]
    assert (await run("choose", str(project), "desk"))["number"] == 2
    assert [each["board"] for each in await run("show", str(project))] == ["desk", "calm"]

    # The specification carries what holds, and is compiled anew where that changed.
    first = await house.specifications.compile(owner, project)
    assert first.payload["design"]["board"] == "desk"
    await house.designs.choose(owner, project, "paper")
    second = await house.specifications.compile(owner, project)
    assert (second.head.version, second.payload["design"]["board"]) == ("1.0.1", "paper")

    (seen,) = await rows(house, owner, "SELECT * FROM praetor.design_discovery_output")
    assert seen["design_preferences"]["stylePreferences"] == ["paper"]
    assert seen["compiled_design_system"]["css"].startswith(":root {")
    for table in ("studio.designs", "praetor.design_discovery_output"):
        assert await rows(house, stranger, f"SELECT * FROM {table}") == []
    assert (await other_client.get(base)).status_code == 404
    assert (await other_client.post(base, json={"board": "calm"})).status_code == 404
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await rows(house, owner, "DELETE FROM studio.designs")
    unread = "UPDATE studio.designs SET contrast = '[]'"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await rows(house, owner, unread)
