"""From a paragraph to a bundle with nobody beside it: ideas of many trades, drafts, going on.

The ideas were written before anything was built from them, and nothing is fitted to one.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.boot.console import working
from evigate.cli.main import build_app
from evigate.studio.building.models import UNATTENDED, Built
from evigate.studio.kits.folder import find_kit, load_kit, read_folder

IDEAS = Path(__file__).parents[2] / "fixtures" / "ideas"
QUICK = ("food-bank", "vineyard")
OTHERS = sorted({each.stem for each in IDEAS.glob("*.txt")} - set(QUICK))
SERVICE = load_kit(read_folder(find_kit("python-service")))


async def built(
    house: House, subject: Subject, idea: str, into: Path, *, is_approving: bool
) -> Built:
    text = (IDEAS / f"{idea}.txt").read_text()
    async with working(house):
        return await house.builds.build(
            subject, text, SERVICE, into, name=idea, is_approving=is_approving
        )


async def check(house: House, owner: Subject, idea: str, into: Path) -> Mapping[str, Any]:
    found = await built(house, owner, idea, into, is_approving=True)
    assert found.is_whole, (found.failed_parts, [each.told for each in found.proofs])
    assert [each.command for each in found.proofs][-1] == "python -m pytest -q"
    assert (found.status, found.written) == ("approved", found.files)
    payload = (await house.specifications.show(owner, found.project_id)).payload
    assert all(each["sources"] for each in payload["requirements"])
    assert await house.feedback.show(owner, found.project_id) == [], "nobody looked at an offer"
    told = {each["text"]: each["why"] for each in payload["assumptions"]}
    left = next(each.left for each in found.steps if each.key == "discovery")
    for title in left:
        assert told[f"It is built without knowing: {title}."] == UNATTENDED
    return payload


@pytest.mark.parametrize("idea", QUICK)
async def test_an_idea_becomes_a_service_whose_tests_pass(
    house: House, owner: Subject, tmp_path: Path, idea: str
) -> None:
    payload = await check(house, owner, idea, tmp_path / "service")
    assert len(payload["requirements"]) >= 10 and (tmp_path / "service" / "RUNBOOK.md").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("idea", OTHERS)
async def test_each_other_idea_becomes_a_service_whose_tests_pass(
    house: House, owner: Subject, tmp_path: Path, idea: str
) -> None:
    await check(house, owner, idea, tmp_path / "service")


async def test_without_an_approval_nothing_is_approved_or_written(
    house: House, owner: Subject, stranger: Subject, tmp_path: Path
) -> None:
    into = tmp_path / "service"
    found = await built(house, owner, "vineyard", into, is_approving=False)
    assert (found.status, found.written, found.is_whole) == ("draft", None, True)
    assert not into.exists()
    session = (await house.studio.show(owner, found.project_id)).session
    assert session.approval is None and session.phase != "closed"
    standing = await house.phases.show(owner, found.project_id)
    closed = {each.key: each for each in found.steps}[f"gate-{standing.phase.lower()}"]
    assert closed.left == tuple(each.title for each in standing.gate.items if not each.is_met)
    board = await house.features.board(owner, found.project_id)
    left = [key for key, each in board.decisions.items() if each.decision == "left"]
    payload = (await house.specifications.show(owner, found.project_id)).payload
    open_ = {each["key"]: each["is_blocking"] for each in payload["open_questions"]}
    assert left and all(open_[f"seed/{key}"] is False for key in left)

    # The same paragraph goes on with its project, for its own tenant alone; who approves, writes.
    again = await built(house, owner, "vineyard", into, is_approving=True)
    assert (again.project_id, again.status) == (found.project_id, "approved")
    assert again.written == again.files and len(await house.studio.list_projects(owner)) == 1
    assert (await built(house, owner, "vineyard", into, is_approving=True)).written == 0
    theirs = await built(house, stranger, "vineyard", tmp_path / "other", is_approving=False)
    assert theirs.project_id != found.project_id


async def test_a_bundle_that_fails_its_tests_says_which(
    house: House, owner: Subject, settings: Settings, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    kit = tmp_path / "kit"
    for path, text in SERVICE.files.items():
        (kit / path).parent.mkdir(parents=True, exist_ok=True)
        (kit / path).write_text(text)
    guards = kit / "templates" / "users.liquid"
    guards.write_text(guards.read_text().replace("raise Problem(401", "raise Problem(404"))
    for name in ("data_dir", "key", "database_url"):
        monkeypatch.setenv(f"EVIGATE_{name.upper()}", str(getattr(settings, name)))
    words = ["studio", "build", str(IDEAS / "vineyard.txt"), "--kit", str(kit), "--json"]
    words += ["--into", str(tmp_path / "service")]
    done = await asyncio.to_thread(CliRunner().invoke, build_app(), words)
    assert done.exit_code == 6, (done.output, done.exception)
    told = json.loads(done.stdout)
    assert told["is_whole"] is False and told["tests"][-1]["is_passed"] is False
    assert "test_guards.py" in told["tests"][-1]["told"]
    assert {each["key"]: each["outcome"] for each in told["steps"]}["tests"] == "failed"
