"""The page on access is run: every command, in order, against one database."""

import json
import re
import shlex

import pytest
from tests.conftest import REPOSITORY
from typer.testing import CliRunner

from evigate.boot import Settings
from evigate.cli.main import build_app

PAGE = (REPOSITORY / "docs" / "access.md").read_text()


def test_every_command_of_the_page_runs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("EVIGATE_DATA_DIR", str(settings.data_dir)),
        ("EVIGATE_KEY", settings.key),
        ("EVIGATE_DATABASE_URL", settings.database_url),
    ):
        monkeypatch.setenv(name, str(value))
    lines = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.S)).splitlines()
    assert len(lines) > 10
    project = ""
    for line in lines:
        program, *words = shlex.split(line.replace("$PROJECT", project))
        assert program == "evigate"
        done = CliRunner().invoke(build_app(), [*words, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, f"{line}: {done.output}"
        found = json.loads(done.stdout)
        if words[:2] == ["studio", "new"]:
            project = found["project_id"]
        if words[:2] == ["access", "explain"]:
            assert found["decision"]["is_allowed"] is True
