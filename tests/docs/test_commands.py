"""Every command answers a program too, and says what it does."""

import subprocess
import sys
from importlib import metadata
from typing import Any

import typer
from tests.conftest import REPOSITORY
from typer.testing import CliRunner

from evigate.cli.main import build_app
from evigate.cli.rooms import ENTRIES

# These run until they are stopped; what they do is told by events and by the API.
LASTING = {("serve",), ("worker",), ("mcp",)}


def first_line(command: Any) -> str:
    return " ".join((command.help or "").strip().split("\n\n")[0].split())


def commands(group: Any, trail: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    found = []
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found += commands(command, (*trail, name))
        else:
            found.append(((*trail, name), command))
    return found


def test_every_command_has_help_and_json() -> None:
    found = []
    for entry in ENTRIES:
        command = entry.command()
        has_more = hasattr(command, "commands")
        found += commands(command, (entry.name,)) if has_more else [((entry.name,), command)]
    assert len(found) >= 30
    for trail, command in found:
        assert command.help, f"{trail} says nothing of itself"
        options = {option for parameter in command.params for option in parameter.opts}
        assert "--json" in options or trail in LASTING, f"{trail} has no --json"
        for parameter in command.params:
            if parameter.name not in ("as_json", "token_id", "job_id"):
                assert parameter.help, f"{trail}: {parameter.name} is not described"


def test_the_list_of_commands_says_of_each_what_it_says_of_itself() -> None:
    assert list(typer.main.get_command(build_app()).commands) == [entry.name for entry in ENTRIES]  # type: ignore[attr-defined]
    for entry in ENTRIES:
        assert (first_line(entry.command()), entry.command().name) == (entry.help, entry.name)


def test_help_and_mistakes_load_no_room() -> None:
    asked = (
        "import sys, contextlib\n"
        "from evigate.cli.main import build_app\n"
        "for words in (['--help'], ['--version'], ['no-such-thing']):\n"
        "    with contextlib.suppress(SystemExit):\n"
        "        build_app()(words)\n"
        "rooms = {name for name in sys.modules if name.split('.')[:2] in "
        "[['evigate', room] for room in 'engine gate learning papers studio web'.split()]}\n"
        "print(sorted(rooms))\n"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "No such command 'no-such-thing'" in done.stderr


def test_the_version_is_the_installed_one() -> None:
    told = CliRunner().invoke(build_app(), ["--version"])
    assert (told.exit_code, told.output) == (0, f"evigate {metadata.version('evigate')}\n")


def test_the_page_of_codes_names_them_all() -> None:
    """To accept a change: .venv/bin/python scripts/make_reference.py."""
    sys.path.insert(0, str(REPOSITORY / "scripts"))
    from make_reference import TARGET, codes_page

    assert TARGET.read_text() == codes_page()


def test_the_package_runs_as_the_command() -> None:
    asked = [sys.executable, "-m", "evigate", "--version"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert told.stdout.startswith("evigate ")
