"""Answers of our own, hand-labelled: what was asked is taken, and what was not said of it is not.

Each answer is put to a session as the reply to one question: off-topic, "I don't know", a question
back, a refusal, a correction, half an answer, two facts in one, what belongs to another need. See
ORIGIN.md for how they were written and what was measured when.
"""

import json
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from evigate.studio.extraction import extract
from evigate.studio.project_discovery import PROJECT_DISCOVERY
from evigate.studio.session.evolve import begin
from evigate.studio.session.models import Claim
from evigate.studio.session.turns import Turn

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "answers.jsonl").read_text(encoding="utf-8").splitlines()
]
FLOORS = {"tuned": 0.94, "held_out": 0.87}
NO_ANSWERS = ("dont_know", "counter_question", "refusal", "off_topic")


def taken(row: dict[str, Any]) -> list[Claim]:
    """Return the claims that the answer makes in a session that knows nothing else."""
    numbers = count(1)

    def new_id() -> UUID:
        return UUID(int=next(numbers))

    started = {
        "id": str(new_id()),
        "project_id": str(new_id()),
        "objective_id": str(new_id()),
        "level": "novice",
        "needs": [each.key for each in PROJECT_DISCOVERY.obligations],
    }
    first = Turn(begin(started), PROJECT_DISCOVERY, new_id)
    first.say("We need something new.", (), source="test")
    turn = Turn(first.session, PROJECT_DISCOVERY, new_id)
    found = extract(row["text"])
    turn.say(row["text"], found.claims, source="test", domain=found.domain, key=row["asked"])
    said = [each for each in turn.session.messages if each.role == "user"][-1]
    return [
        each
        for each in turn.session.claims.values()
        if each.message_id == said.id and each.status in {"accepted", "disputed"}
    ]


def is_right(row: dict[str, Any], claims: list[Claim]) -> bool:
    own = [each for each in claims if each.field_path == row["asked"]]
    is_taken = not own if row["taken"] is None else bool(own) and row["taken"] in told(own)
    others = [
        needle in told([each for each in claims if each.field_path == path])
        for path, needle in row["others"]
    ]
    return is_taken and all(others) and not {c.field_path for c in claims} & set(row["never"])


def told(claims: list[Claim]) -> str:
    return json.dumps([[each.value, each.quote] for each in claims], ensure_ascii=False).lower()


@pytest.mark.parametrize("half", sorted(FLOORS))
def test_an_answer_is_taken_for_what_it_says(half: str) -> None:
    right = [is_right(row, taken(row)) for row in ROWS if row["half"] == half]
    assert len(right) == 69
    assert sum(right) / len(right) >= FLOORS[half]


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["kind"] in NO_ANSWERS], ids=lambda row: row["text"]
)
def test_what_is_no_answer_makes_no_claim_of_what_was_asked(row: dict[str, Any]) -> None:
    assert not [each for each in taken(row) if each.field_path == row["asked"]]
