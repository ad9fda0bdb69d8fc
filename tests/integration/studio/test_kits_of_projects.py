"""A project's specification becomes files: shown from a draft, written once it is approved."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.studio.projects import answered
from typer.testing import CliRunner

from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.cli.main import build_app


async def test_an_approved_specification_becomes_a_service_whose_tests_pass(
    house: House, owner: Subject, settings: Settings, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    project = (await answered(house, owner)).project_id
    await house.specifications.compile(owner, project)
    for name in ("data_dir", "key", "database_url"):
        monkeypatch.setenv(f"EVIGATE_{name.upper()}", str(getattr(settings, name)))
    into = tmp_path / "service"

    async def run(*more: str, code: int = 0) -> Any:
        words = ["kits", "run", "python-service", "--into", str(into), "--json", *more]
        found = await asyncio.to_thread(CliRunner().invoke, build_app(), words)
        assert found.exit_code == code, (found.output, found.exception)
        return str(found.exception) if code else json.loads(found.stdout)

    assert "Name a file by --spec or a project" in await run(code=1)
    shown = await run("--project", str(project))
    assert {each["status"] for each in shown["outputs"]} == {"valid"}
    assert {each["action"] for each in shown["items"]} == {"create"}
    early = ("--project", str(project), "--apply", shown["plan"])
    assert "is draft" in await run(*early, code=1)
    assert not into.exists()
    await house.specifications.submit(owner, project)
    await house.specifications.approve(owner, project, "as we agreed")
    assert "The plan is now" in await run("--project", str(project), "--apply", "other", code=1)
    done = await run(*early)
    assert done["changed"] == len(shown["items"]) and done["bundle"] == shown["bundle"]

    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=into, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout[-3000:]
    guards = (into / "service" / "permissions.py").read_text()
    assert '"site_id": "site_id"' in guards, "staff see their own salon only"


async def test_a_projects_score_is_told_by_every_door_to_those_who_may_see_it(
    house: House, owner: Subject, settings: Settings, client: httpx.AsyncClient,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    project = (await answered(house, owner)).project_id
    address = f"/api/v1/studio/projects/{project}/convergence"
    assert (await client.get(address)).json()["code"] == "E_SPECIFICATION_NOT_FOUND"
    await house.specifications.compile(owner, project)
    told = (await client.get(address)).json()
    assert 60 <= told["score"] < 100 and told["kit"] == "python-service"
    assert {each["kind"]: each["found"] == each["total"] for each in told["kinds"]}["call"]
    for wrong in ("nothing-such", "handbook-x"):
        assert (await client.get(address, params={"kit": wrong})).status_code == 404
    assert (await client.get(address, params={"kit": "../kits"})).status_code == 422
    for name in ("data_dir", "key", "database_url"):
        monkeypatch.setenv(f"EVIGATE_{name.upper()}", str(getattr(settings, name)))
    words = ["kits", "score", "python-service", "--project", str(project), "--json"]
    done = await asyncio.to_thread(CliRunner().invoke, build_app(), words)
    assert json.loads(done.stdout)["missing"] == told["missing"]
    empty = ["--bundle", str(tmp_path)]
    done = await asyncio.to_thread(CliRunner().invoke, build_app(), [*words, *empty])
    assert json.loads(done.stdout)["score"] == 0
