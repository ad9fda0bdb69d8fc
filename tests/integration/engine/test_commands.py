"""`evigate engine`: a session as a person types it, a program reads it, and Ctrl-C."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.engine.commands import engine_app
from evigate.engine.engine import Engine, all_verbs
from evigate.engine.verbs import Answer
from evigate.kernel.console import Session

DOCUMENTS = '{"id": "a", "title": "Wing flow", "year": 1950}\n{"id": "b", "title": "Thin shell", "year": 1960}\n'


class HouseHere:
    """The console of an open house: commands run in a loop of their own, as they do in a process."""

    def __init__(self, house: House, subject: Subject) -> None:
        self._house, self._subject = house, subject

    def run(self, work: Any) -> Any:
        return asyncio.run(work(Session(self._house.engine, self._subject, lambda: None)))


class Typed:
    """Types commands and reads what they print."""

    def __init__(self, house: House, subject: Subject) -> None:
        self._app = engine_app(HouseHere(house, subject))  # type: ignore[arg-type]

    def __call__(self, *words: str, given: str = "") -> str:
        done = CliRunner().invoke(self._app, words, input=given)
        if done.exception is not None:
            raise done.exception
        return done.stdout

    def json(self, *words: str, given: str = "") -> Any:
        return json.loads(self(*words, "--json", given=given))


@pytest.fixture
def typed(house: House, owner: Subject) -> Typed:
    return Typed(house, owner)


def test_each_verb_that_may_travel_is_a_command(typed: Typed) -> None:
    group = typer.main.get_command(typed._app)
    found = set()
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {name} if inner is None else {f"{name}.{each}" for each in inner}
    wanted = {
        each.name.replace("_", "-")
        for each in all_verbs().values()
        if each.answer is not Answer.LOCAL
    }
    assert found == wanted


async def test_a_session_at_the_command_line(typed: Typed, tmp_path: Path) -> None:
    def work() -> None:
        place = tmp_path / "docs.jsonl"
        place.write_text(DOCUMENTS)
        assert typed.json("sources", "add", "docs", str(place), "--key", "id")["row_count"] == 2
        assert "docs" in typed("sources", "list")
        typed("index", "docs", "--columns", "title")
        assert typed.json("embed", "docs", "--columns", "title")["row_count"] == 2
        hits = typed.json("search", "docs", "wing", "--mode", "lexical", "--k", "1")
        assert [each["id"] for each in hits] == ["a"]
        shown = typed("search", "docs", "wing", "--select", "title", "--select", "year")
        assert "Wing flow" in shown
        text = "SELECT id FROM docs WHERE year > $y"
        assert typed.json("sql", text, "--params", '{"y": 1955}') == [{"id": "b"}]
        assert typed.json("tables", "describe", "docs_words")["kind"] == "lexical"
        assert typed.json("sources", "remove", "docs", "--cascade") is None
        assert typed.json("sources", "list") == []

    await asyncio.to_thread(work)


async def test_rows_are_changed_at_the_command_line(typed: Typed) -> None:
    def work() -> None:
        schema = '{"id": "int64", "word": "string"}'
        typed("mutable", "create", "words", schema, "--primary-key", "id")
        given = '{"id": 1, "word": "one"}\n{"id": 2, "word": "two"}\n'
        assert typed.json("mutable", "insert", "words", "-", given=given) == 2
        assert typed.json("mutable", "get", "words", "2") == {"id": 2, "word": "two"}
        assert typed.json("mutable", "update", "words", '{"word": "zwei"}', "id = 2") == 1
        rows = typed.json("mutable", "scan", "words", "--order-by", "-id", "--limit", "1")
        assert rows == [{"id": 2, "word": "zwei"}]

    await asyncio.to_thread(work)


async def test_messages_come_from_standard_input_and_go_out_as_lines(typed: Typed) -> None:
    def work() -> None:
        typed("topics", "register", "t", '{"n": "int64"}')
        assert typed.json("topics", "publish", "t", "-", given='{"n": 1}\n{"n": 2}\n') == 0
        lines = typed("topics", "subscribe", "t", "--replay-only").splitlines()
        assert [json.loads(line)["n"] for line in lines] == [1, 2]

    await asyncio.to_thread(work)


async def test_what_is_typed_wrongly_is_named(typed: Typed) -> None:
    def work() -> None:
        with pytest.raises(EvigateError, match="E_SOURCE_MISSING"):
            typed("sources", "describe", "none")
        with pytest.raises(EvigateError, match="not JSON"):
            typed("topics", "register", "t", "{n}")
        with pytest.raises(EvigateError, match="There is no file"):
            typed("topics", "publish", "t", "nowhere.jsonl")
        with pytest.raises(EvigateError, match="'line 2' is not JSON"):
            typed("topics", "publish", "t", "-", given='{"n": 1}\n{n}\n')

    await asyncio.to_thread(work)


def test_ctrl_c_ends_a_subscription(house: House, owner: Subject) -> None:
    engine = Engine(house.engine, owner)
    engine.topics.register("t", {"n": "int64"})
    engine.topics.publish("t", {"n": 7})
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EVIGATE_")}
    environment = {
        **clean,
        "EVIGATE_DATA_DIR": str(house.settings.data_dir),
        "EVIGATE_DATABASE_URL": str(house.settings.database_url),
        "EVIGATE_KEY": str(house.settings.key),
    }
    program = str(Path(sys.executable).with_name("evigate"))
    with subprocess.Popen(
        [program, "engine", "topics", "subscribe", "t"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever starts the tests in the background has them inherit a deaf ear for Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as following:
        try:
            assert following.stdout is not None
            assert json.loads(following.stdout.readline())["n"] == 7
            following.send_signal(signal.SIGINT)
            _, said = following.communicate(timeout=30)
        finally:
            following.kill()
    assert (following.returncode, "Traceback" in said) == (130, False), said
