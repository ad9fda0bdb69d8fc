"""The commands of docs/learning.md are run, in their order."""

import re
import shlex
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY
from typer.testing import CliRunner

from evigate.boot import Settings
from evigate.cli.main import build_app

PAGE = (REPOSITORY / "docs" / "learning.md").read_text()


def test_the_commands_do_what_they_say(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVIGATE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("EVIGATE_DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("EVIGATE_KEY", str(settings.key))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(REPOSITORY / "examples")
    commands = re.findall(r"^\$ evigate (.+)$", PAGE, re.M)
    assert len(commands) >= 10
    said = {}
    for command in commands:
        done = CliRunner().invoke(build_app(), shlex.split(command), catch_exceptions=False)
        assert done.exit_code == 0, f"{command}: {done.output}"
        said[command] = done.output
    built = next(text for command, text in said.items() if command.startswith("learning build"))
    approved = re.search(r"(\d+) items approved", built)
    assert approved is not None and int(approved[1]) >= 30
    assert (tmp_path / "consciousness.zip").stat().st_size > 10_000
