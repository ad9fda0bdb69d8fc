"""The README is run: its commands, its Python, its table of settings."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

from evigate.boot import Settings

README = (REPOSITORY / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A data folder of the test's own, which all commands share as they would in a session."""
    folder = tmp_path_factory.mktemp("readme")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("EVIGATE_")}
    return {**clean, "EVIGATE_DATA_DIR": str(folder / "data"), "OUT": str(folder)}


@pytest.mark.timeout(1_500)
def test_the_commands_do_what_they_say(environment: dict[str, str]) -> None:
    commands = [
        line.removeprefix("$ ")
        for block in blocks("console")
        for line in block.splitlines()
        if line.startswith("$ ")
    ]
    assert len(commands) >= 6
    for command in commands:
        words = shlex.split(command)
        assert words[0] == ".venv/bin/evigate"
        words[0] = str(Path(sys.executable).with_name("evigate"))
        # Folders that a command writes go to the test's own place.
        if words[-1] in ("report", "everything", "consciousness.gift"):
            words[-1] = f"{environment['OUT']}/{words[-1]}"
        done = subprocess.run(
            words,
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
    out = Path(environment["OUT"])
    assert (out / "report" / "report.html").stat().st_size > 10_000
    assert (out / "consciousness.gift").read_text().count("{") > 10
    assert (out / "everything" / "papers.claims.jsonl").stat().st_size > 1_000


def test_the_python_runs(environment: dict[str, str], tmp_path: Path) -> None:
    for source in blocks("python"):
        done = subprocess.run(
            [sys.executable, "-c", source],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr


def test_every_setting_is_in_the_readme_and_nothing_else() -> None:
    told = set(re.findall(r"`EVIGATE_([A-Z_]+)`", README))
    assert told == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        assert field.description, f"{name} has no description"


def test_every_path_in_the_readme_is_there() -> None:
    for path in re.findall(r"`((?:src|docs|examples)/[\w./-]+)`", README):
        assert (REPOSITORY / path).exists(), path
    for path in re.findall(r"!\[.*?\]\((.*?)\)", README):
        assert (REPOSITORY / path).exists(), path
