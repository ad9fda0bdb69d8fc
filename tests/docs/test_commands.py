"""Every command answers a program too, and says what it does."""

import subprocess
import sys
from importlib import metadata
from typing import Any

import typer
from tests.conftest import REPOSITORY
from typer.testing import CliRunner

from evigate.cli.main import build_app

# These run until they are stopped; what they do is told by events and by the API.
LASTING = {("serve",), ("worker",), ("mcp",)}


def commands(group: Any, trail: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    found = []
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found += commands(command, (*trail, name))
        else:
            found.append(((*trail, name), command))
    return found


def test_every_command_has_help_and_json() -> None:
    found = commands(typer.main.get_command(build_app()))
    assert len(found) >= 30
    for trail, command in found:
        assert command.help, f"{trail} says nothing of itself"
        options = {option for parameter in command.params for option in parameter.opts}
        assert "--json" in options or trail in LASTING, f"{trail} has no --json"
        for parameter in command.params:
            if parameter.name not in ("as_json", "token_id", "job_id"):
                assert parameter.help, f"{trail}: {parameter.name} is not described"


def test_the_version_is_the_installed_one() -> None:
    told = CliRunner().invoke(build_app(), ["--version"])
    assert (told.exit_code, told.output) == (0, f"evigate {metadata.version('evigate')}\n")


def test_the_page_of_codes_names_them_all() -> None:
    """To accept a change: .venv/bin/python scripts/make_reference.py."""
    sys.path.insert(0, str(REPOSITORY / "scripts"))
    from make_reference import TARGET, codes_page

    assert TARGET.read_text() == codes_page()


def test_the_package_itself_is_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "evigate", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.split()[:1]) == (0, ["evigate"])
