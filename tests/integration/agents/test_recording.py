"""Recorded runs, played back: the same bytes, the same result, and nobody asked."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.agents.conftest import PASSAGES, PROMPT, Lab

from evigate.agents.choosing import Recordings
from evigate.agents.errors import E_RECORDING_DAMAGED, E_RECORDING_MISSING
from evigate.agents.providers.scripted import says, uses
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.budgets import list_budgets, set_budget

GOOD = json.dumps({"title": "Zelle – 細胞", "points": ["ATP"]}, ensure_ascii=False)
BAD = json.dumps({"title": "Cells"})
LINES = (uses(("look", '{"word": "a"}')), says(BAD), says(BAD), says(GOOD, tokens=9))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.json")}


async def record(lab: Lab, owner: Subject, folder: Path, mode: str = "record") -> object:
    lab.recordings = Recordings(folder, mode)  # type: ignore[arg-type]
    service = lab.service(*(LINES if mode == "record" else ()))
    return await service.run(owner, "lab.summary", {"topic": "x"}, PASSAGES, prompt=PROMPT)


async def test_a_run_is_played_back_byte_for_byte(lab: Lab, owner: Subject, tmp_path: Path) -> None:
    await lab.choose(owner)
    first = await record(lab, owner, tmp_path / "a")
    again = await record(lab, owner, tmp_path / "b")
    assert len(files(tmp_path / "a")) == 4
    assert {name: strip(data) for name, data in files(tmp_path / "a").items()} == {
        name: strip(data) for name, data in files(tmp_path / "b").items()
    }
    replayed = await record(lab, owner, tmp_path / "a", "replay")
    assert lab.script.asked == []
    assert replayed.output == first.output == again.output
    assert replayed.usage.is_replayed and not first.usage.is_replayed
    assert replayed.usage.cost_micros == 0
    kinds = [await lab.types(owner, each.run_id) for each in (first, replayed)]
    assert kinds[0] == kinds[1]
    turns = [await model_turns(lab, owner, each.run_id) for each in (first, replayed)]
    assert turns[0] == turns[1]
    # Playing it back into a recorder writes the very bytes that were read.
    before = files(tmp_path / "a")
    lab.recordings = Recordings(tmp_path / "c", "record")
    from evigate.agents.recording import Replayer

    service = lab.service(provider=Unmarked(Replayer(tmp_path / "a")))
    await service.run(owner, "lab.summary", {"topic": "x"}, PASSAGES, prompt=PROMPT)
    assert files(tmp_path / "c") == before


class Unmarked:
    """A player whose answers do not say that they are played."""

    def __init__(self, inner: object) -> None:
        self._inner = inner

    async def exchange(self, request: object, *, timeout_s: float) -> object:
        reply = await self._inner.exchange(request, timeout_s=timeout_s)
        return replace(reply, is_replayed=False)

    async def close(self) -> None:
        pass


def strip(data: bytes) -> dict[str, object]:
    values = json.loads(data)
    del values["reply"]["duration_ms"]
    return values


async def model_turns(lab: Lab, owner: Subject, run_id: object) -> list[object]:
    view = await lab.service().show(owner, run_id)
    return [e.payload["reply"]["turn"] for e in view.events if e.type == "model_turn"]


async def test_what_was_not_recorded_is_refused(lab: Lab, owner: Subject, tmp_path: Path) -> None:
    await lab.choose(owner)
    await record(lab, owner, tmp_path)
    lab.recordings = Recordings(tmp_path, "replay")
    with pytest.raises(EvigateError) as refusal:
        await lab.service().run(owner, "lab.summary", {"topic": "y"}, PASSAGES, prompt=PROMPT)
    assert refusal.value.code is E_RECORDING_MISSING
    [line, *_] = await lab.service().list_runs(owner)
    assert line.status == "failed"


async def test_a_recording_that_was_changed_is_refused(
    lab: Lab, owner: Subject, tmp_path: Path
) -> None:
    await lab.choose(owner)
    await record(lab, owner, tmp_path)
    for path in tmp_path.glob("*.json"):
        path.write_bytes(path.read_bytes().replace(b'"topic', b'"other'))
        path.write_bytes(path.read_bytes().replace(b"The input", b"An input"))
    with pytest.raises(EvigateError) as refusal:
        await record(lab, owner, tmp_path, "replay")
    assert refusal.value.code is E_RECORDING_DAMAGED


async def test_replaying_takes_nothing_from_a_budget(
    lab: Lab, owner: Subject, tmp_path: Path
) -> None:
    await lab.choose(owner)
    await record(lab, owner, tmp_path)
    async with lab.house.database.tx(owner) as tx:
        await set_budget(tx, "agents.tokens", unit="tokens", limit_amount=100_000)
    await record(lab, owner, tmp_path, "replay")
    async with lab.house.database.tx(owner) as tx:
        [found] = await list_budgets(tx)
    assert (found.spent, found.reserved) == (0, 0)
