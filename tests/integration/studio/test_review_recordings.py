"""Reviewers that ask a model, recorded and played back: the same exchanges give the same review."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.integration.studio.test_reviews import reviewed, specified

from evigate.agents import Implementation, Recordings, Selection
from evigate.agents.concert.models import ConcertStatus, Strategy
from evigate.agents.messages import ModelReply, ModelRequest
from evigate.agents.providers.protocol import ProviderSpec
from evigate.agents.providers.scripted import Scripted, says
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.studio.reviews.reviewers import AGENTS

PIECE = re.compile(r"\[spec (requirement/[^\];]+)\]\n\n([^\n]+)")
FINDINGS = re.compile(r'"findings":(?=\[\{)')


def reads(request: ModelRequest) -> ModelReply:
    """Answer as a model that finds the first requirement wanting; as a lead, with what it was told."""
    turns = "\n".join(_texts(request.to_json()))
    found = PIECE.search(turns)
    if found is None:
        # A lead is given what the others found, and no requirement.
        told = [
            json.JSONDecoder().raw_decode(turns, at.end())[0] for at in FINDINGS.finditer(turns)
        ]
        return says(
            json.dumps({"findings": [each for part in told for each in part][:1], "stances": []})
        )
    element, words = found.groups()
    finding = {
        "rule": "MODEL_SAYS", "severity": "warning", "element": element, "message": "It is thin.",
        "fix": "Say more.", "quote": words[:60], "passage": element,
    }  # fmt: skip
    return says(json.dumps({"findings": [finding], "stances": []}))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in values for text in _texts(each)]


def plain(data: bytes) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(data)
    del values["reply"]["duration_ms"]
    return values


@pytest.mark.parametrize("strategy", [Strategy.DEBATE, Strategy.HIERARCHICAL])
async def test_a_recorded_review_is_played_back_byte_for_byte(
    house: House,
    owner: Subject,
    tmp_path: Path,
    strategy: Strategy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = await specified(house, owner)
    none = ProviderSpec("scripted", "A script", lambda opening: Scripted([]))
    house.agents.choosing.providers = {"scripted": none}
    for each in AGENTS:
        chosen = Selection(each.name, Implementation.MODEL, "scripted", "m-1")
        await house.agents.choose(owner, chosen)

    async def review(folder: str, mode: Any, lines: int) -> tuple[list[Any], Scripted]:
        script = Scripted([reads] * lines)
        spec = ProviderSpec("scripted", "A script", lambda opening: script)
        house.agents.choosing.providers = {"scripted": spec}
        monkeypatch.setattr(
            house.agents.choosing, "_recordings", Recordings(tmp_path / folder, mode)
        )
        done = await reviewed(house, owner, project, strategy)
        assert done.concert.status is ConcertStatus.COMPLETED, done.concert.error
        # What is remembered is part of what is read next; here each reads as the first did.
        async with house.database.tx(owner) as tx:
            await tx.connection.execute("DELETE FROM agents.memory")
        steps = done.concert.outputs
        told = [(name, e["output"], e["producer"], e["tokens"]) for name, e in steps.items()]
        return [sorted(told), done.came.findings], script

    (first, script) = await review("a", "record", 99)
    asked = len(script.asked)
    assert asked == len(first[0]), "each step asked once"
    assert {each.rule for each in first[1]} == {"MODEL_SAYS"}
    files = {path.name: path.read_bytes() for path in (tmp_path / "a").glob("*.json")}
    assert len(files) == asked
    again, _ = await review("b", "record", 99)
    twice = {path.name: plain(path.read_bytes()) for path in (tmp_path / "b").glob("*.json")}
    assert again == first and twice == {name: plain(data) for name, data in files.items()}
    played, away = await review("a", "replay", 0)
    assert played == first and away.asked == []
    assert {p.name: p.read_bytes() for p in (tmp_path / "a").glob("*.json")} == files
