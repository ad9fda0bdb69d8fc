"""Conditions against 100 cases of a MongoDB-like matcher; see the README beside this file."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evigate.base.errors import EvigateError
from evigate.kernel.conditions import evaluate, parse_condition

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "mongo.json").read_text())
# Of these the language has no operator, or asks for an array where the suite takes one value.
REFUSED = {number for number, case in enumerate(CASES) if "$where" in json.dumps(case["query"])} | {
    54,
    60,
}
# Nothing lies above or below null, which the suite answers with nothing at all.
NEVER = {28, 36}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("number", sorted(set(range(len(CASES))) - REFUSED - NEVER))
def test_the_suites_matches_are_ours(number: int) -> None:
    case = CASES[number]
    condition = parse_condition(case["query"])
    found = [each for each in case["input"] if evaluate(condition, each, now=NOW).result]
    assert found == case["expected"]


@pytest.mark.parametrize("number", sorted(REFUSED | NEVER))
def test_what_is_not_of_the_language_is_refused_when_it_is_written(number: int) -> None:
    with pytest.raises(EvigateError) as refusal:
        parse_condition(CASES[number]["query"])
    assert refusal.value.code.name == "E_CONDITION_INVALID"
    assert refusal.value.detail["at"].startswith("/")


def test_every_case_is_counted() -> None:
    assert (len(CASES), len(REFUSED), len(NEVER)) == (100, 4, 2)
