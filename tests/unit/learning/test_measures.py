"""Schedule, ability, item statistics and statements, against published figures and hand counts."""

import csv
import json
import math
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest
from tests.conftest import need, shared_folder

from evigate.learning import ability, schedule, xapi
from evigate.learning.ability import Ability, ItemParameters
from evigate.learning.items.payloads import McqItem, Option
from evigate.learning.statistics import (
    Answered,
    class_summary,
    drift,
    item_statistics,
    mastery,
    reliability,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def learning_data() -> Path:
    folder = shared_folder() / "data" / "learning"
    need("the outside sets of learning", is_there=folder.is_dir())
    return folder


# Schedule ------------------------------------------------------------------------------


def test_a_schedule_is_a_pure_function_of_its_reviews() -> None:
    state = schedule.new_state()
    first = schedule.review(state, 3, NOW)
    assert state == schedule.new_state()
    assert first == schedule.review(json.loads(json.dumps(state)), 3, NOW)
    assert first.due > NOW and not first.lapsed
    again = schedule.review(first.state, 3, first.due)
    learnt = schedule.review(again.state, 3, again.due)
    assert learnt.due - again.due > again.due - first.due >= timedelta(days=1)
    assert schedule.review(learnt.state, 1, learnt.due).lapsed
    assert not schedule.review(learnt.state, 2, learnt.due).lapsed


def test_recall_falls_to_nine_in_ten_at_the_stability() -> None:
    state = schedule.review(schedule.new_state(), 4, NOW).state
    days = [0.0, state["stability"], 10 * state["stability"]]
    fresh, there, late = schedule.curve(state, days)
    assert (fresh, there) == (1.0, pytest.approx(0.9))
    assert late < there
    assert schedule.retrievability(state, NOW + timedelta(days=7)) == pytest.approx(
        schedule.curve(state, [7])[0]
    )
    assert schedule.retrievability(schedule.new_state(), NOW) == 0.0
    assert schedule.curve(schedule.new_state(), [1, 2]) == [0.0, 0.0]


def test_moments_without_a_zone_are_refused_and_other_zones_are_the_same_moment() -> None:
    with pytest.raises(ValueError, match="time zone"):
        schedule.review(schedule.new_state(), 3, NOW.replace(tzinfo=None))
    east = NOW.astimezone(timezone(timedelta(hours=9)))
    assert schedule.review(schedule.new_state(), 3, east) == schedule.review(
        schedule.new_state(), 3, NOW
    )


@pytest.mark.parametrize(
    ("score", "is_correct", "latency", "expected", "hint", "rating"),
    [
        (0.0, False, 100, 10_000, False, 1),
        (0.9, False, None, None, False, 1),
        (1.0, True, None, None, False, 3),
        (1.0, True, 10_000, 10_000, False, 3),
        (1.0, True, 1_000, 10_000, False, 4),
        (1.0, True, 1_000, 10_000, True, 2),
        (1.0, True, 40_000, 10_000, False, 2),
        (1.0, True, 40_000, 0, False, 3),
        (0.6, True, 1_000, 10_000, False, 2),
        (0.4, None, None, None, False, 1),
        (0.6, None, 1_000, 10_000, False, 2),
        (0.9, None, 1_000, 10_000, False, 3),
    ],
)
def test_ratings(
    score: float,
    is_correct: bool | None,
    latency: int | None,
    expected: int | None,
    hint: bool,
    rating: int,
) -> None:
    assert schedule.rating_of(score, is_correct, latency, expected, hint) == rating


# Ability -------------------------------------------------------------------------------


def lsat(number: int) -> list[tuple[int, str, bool]]:
    answers, learner = [], 0
    for row in csv.DictReader((learning_data() / "irt" / f"lsat{number}_patterns.csv").open()):
        for _ in range(int(row["freq"])):
            answers += [(learner, name, row[name] == "1") for name in row if name != "freq"]
            learner += 1
    return answers


def test_lsat7_comes_back_as_mirt_has_it() -> None:
    items = list(ability.fit(lsat(7), {}).items.values())
    slopes, intercepts = [one.a for one in items], [-one.a * one.b for one in items]
    assert slopes == pytest.approx([0.988, 1.081, 1.706, 0.7651, 0.7358], abs=0.0016)
    assert intercepts == pytest.approx([1.8561, 0.808, 1.8043, 0.486, 1.8545], abs=0.0016)


def test_lsat6_comes_back_as_ltm_has_it() -> None:
    found = ability.fit(lsat(6), {})
    assert found.log_likelihood == pytest.approx(-2466.65, abs=0.01)
    assert [one.b for one in found.items.values()] == pytest.approx(
        [-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], abs=0.0025
    )
    assert set(found.n.values()) == {1000}
    assert all(0.1 < (one.se_a or 0) < 0.4 for one in found.items.values())
    # Who got all right is abler than who got none, and neither is beyond what five items tell.
    thetas = sorted(one.theta for one in found.abilities.values())
    assert -2.5 < thetas[0] < 0 < thetas[-1] < 1.5


def test_few_answers_stay_near_the_prior_and_none_fit_nothing() -> None:
    prior = ability.prior_parameters(0.9)
    found = ability.fit([("x", "i", True), ("y", "i", True)], {"i": prior}).items["i"]
    assert prior.b - 2 < found.b < prior.b and 0.9 < found.a < 1.1
    assert found.se_b is not None and 1.0 < found.se_b < 1.5
    empty = ability.fit([], {})
    assert (empty.items, empty.abilities, empty.n) == ({}, {}, {})
    everyone_right = ability.fit([(n, "i", True) for n in range(50)], {}).items["i"]
    assert math.isfinite(everyone_right.a) and math.isfinite(everyone_right.b)


def test_a_pair_that_repeats_counts_once() -> None:
    prior = {"i": ability.prior_parameters(0.5)}
    once = ability.fit([("x", "i", True), ("y", "i", False)], prior)
    assert ability.fit([("x", "i", True), ("y", "i", False), ("x", "i", False)], prior) == once


def test_information_is_greatest_at_the_difficulty() -> None:
    item = ItemParameters(1.5, 0.5, None, None)
    # At b the chance is a half: a^2 / 4.
    assert ability.information(0.5, item) == pytest.approx(1.5**2 / 4)
    assert ability.information(0.5, item) > ability.information(1.5, item)
    assert ability.information(1e6, item) == 0.0


def test_answers_move_the_ability_and_narrow_it() -> None:
    item = ItemParameters(1.0, 0.0, None, None)
    right, wrong = ability.update(0.0, 1.0, item, True), ability.update(0.0, 1.0, item, False)
    assert right.theta == pytest.approx(-wrong.theta) and right.theta > 0
    assert right.se == pytest.approx(wrong.se) and right.se < 1
    # One answer after the other comes close to all at once.
    now = Ability(0.0, 1.0)
    for is_correct in (True, True, False, True):
        now = ability.update(now.theta, now.se, item, is_correct)
    whole = ability.estimate([(item, each) for each in (True, True, False, True)])
    assert now.theta == pytest.approx(whole.theta, abs=0.03)
    assert now.se == pytest.approx(whole.se, abs=0.03)
    assert ability.estimate([]) == Ability(
        pytest.approx(0.0, abs=1e-9), pytest.approx(1.0, abs=1e-3)
    )


def test_the_next_item_is_among_the_best_and_not_always_the_same() -> None:
    candidates = [(n, ItemParameters(1.0, n / 10, None, None), 0) for n in range(30)]
    chosen = [ability.choose(0.0, candidates, seed=seed) for seed in range(200)]
    assert chosen == [ability.choose(0.0, candidates, seed=seed) for seed in range(200)]
    assert set(chosen) == {0, 1, 2, 3, 4}
    worn = [(n, each, 1000 if n == 0 else 0) for n, each, _ in candidates]
    assert [ability.choose(0.0, worn, seed=seed) for seed in range(200)].count(0) < 5
    with pytest.raises(ValueError, match="nothing"):
        ability.choose(0.0, [], seed=1)


def test_a_difficulty_follows_the_answers_between_fits() -> None:
    item = ItemParameters(1.0, 0.0, 0.1, 0.1)
    missed = ability.update_item(item, 0.0, False, n=0)
    assert missed.b == pytest.approx(0.2)
    assert abs(ability.update_item(item, 0.0, False, n=1000).b) < 0.01
    assert [ability.standing(n) for n in (9, 10, 199, 200)] == ["none", "counts", "counts", "model"]


# Statistics ----------------------------------------------------------------------------


def test_sat12_has_one_wrong_key() -> None:
    folder = learning_data() / "irt"
    keys = json.loads((folder / "sat12_key.json").read_text())["key"]
    names = [f"i{number}" for number in range(1, 33)]
    answers = [
        Answered(learner, name, row[name] == str(key), row[name], None, NOW)
        for learner, row in enumerate(csv.DictReader((folder / "sat12_raw_options.csv").open()))
        for name, key in zip(names, keys, strict=True)
    ]
    found = item_statistics(
        answers,
        {n: str(k) for n, k in zip(names, keys, strict=True)},
        dict.fromkeys(names, "12345"),
    )
    flagged = {n: f for n, one in found.items() for f in one.flags if f.code == "mis_keyed"}
    assert list(flagged) == ["i32"]
    assert "Option 3" in flagged["i32"].message
    assert found["i32"].options["5"].rpbis == pytest.approx(0.037, abs=0.001)
    assert found["i32"].options["3"].rpbis == pytest.approx(0.203, abs=0.001)


def answered(
    learner: int,
    item: str,
    is_correct: bool | None,
    *,
    choice: str | None = None,
    day: int = 0,
    ms: int | None = None,
) -> Answered[int, str]:
    return Answered(learner, item, is_correct, choice, ms, NOW + timedelta(days=day))


def test_statistics_by_hand() -> None:
    # Ten learners; the five abler ones are right on both items, the others wrong on both.
    answers = [
        answered(n, item, n < 5, choice="A" if n < 5 else "B", ms=n)
        for n in range(10)
        for item in "xy"
    ]
    # A second answer, and one that was not graded, change nothing.
    answers += [answered(0, "x", False, day=1), answered(99, "x", None)]
    found = item_statistics(answers, {"x": "A", "y": "A"}, {"x": "ABC", "y": "ABC"})
    assert (found["x"].n, found["x"].p, found["x"].median_latency_ms) == (10, 0.5, 4)
    assert found["x"].rpbis == pytest.approx(1.0)
    assert found["x"].options["B"].rpbis == pytest.approx(-1.0)
    assert (found["x"].options["C"].n, found["x"].options["C"].rpbis) == (0, None)
    # KR-20 of two items that agree wholly: 2 / 1 * (1 - 0.5 / 1) = 1.
    assert reliability(answers) == pytest.approx(1.0)


def test_nine_answers_say_nothing() -> None:
    found = item_statistics([answered(n, "x", True) for n in range(9)], {"x": None}, {})["x"]
    assert (found.n, found.p, found.rpbis, found.flags) == (9, None, None, ())


def test_dead_distractors_and_backward_items_are_flagged() -> None:
    answers = []
    for n in range(40):
        able = n < 20
        answers += [answered(n, item, able) for item in ("u", "v")]
        answers.append(answered(n, "x", not able, choice="B" if able else "A"))
    found = item_statistics(answers, {"x": "A", "u": None, "v": None}, {"x": "ABC"})["x"]
    codes = [flag.code for flag in found.flags]
    assert codes == ["negative_discrimination", "mis_keyed", "dead_distractor"]
    assert "Option C is chosen by 0 of 40" in found.flags[-1].message


def test_a_change_is_drift_only_beyond_luck() -> None:
    def year(right_before: int, right_since: int, item: str) -> list[Answered[int, str]]:
        before = [answered(n, item, n < right_before) for n in range(100)]
        return before + [answered(200 + n, item, n < right_since, day=300) for n in range(100)]

    answers = [*year(50, 85, "leaked"), *year(50, 57, "same"), *year(50, 50, "equal")]
    found = drift(answers, NOW + timedelta(days=100))
    assert list(found) == ["leaked"]
    assert (found["leaked"].before, found["leaked"].since) == (0.5, 0.85)


def test_mastery_counts_the_newest_answers_and_shrinks_few() -> None:
    four = [answered(1, item, True) for item in "abcd"]
    learnt = [answered(1, "e", False), answered(1, "e", True, day=1)]
    empty, one, mastered = mastery({"none": [], "one": four[:1], "all": [*four, *learnt]})
    assert (empty.n, empty.share, empty.is_mastered) == (0, 0.5, False)
    # (1 + 1) / (1 + 2), and far from sure.
    assert one.share == pytest.approx(2 / 3) and not one.is_mastered
    assert mastered.share == pytest.approx(6 / 7) and mastered.is_mastered
    assert mastered.low < mastered.share < mastered.high
    summary = class_summary([(empty, mastered), (one,)])
    assert [(each.objective, each.learners, each.mastered) for each in summary] == [
        ("none", 0, 0),
        ("all", 1, 1),
        ("one", 1, 0),
    ]


# Statements ----------------------------------------------------------------------------


def told(**changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "actor_account": ("https://evigate.example", "u-1"),
        "activity_id": "urn:uuid:1",
        "activity_name": "What makes ATP?",
        "activity_type": xapi.INTERACTION,
        "result": {"success": True, "score": {"scaled": 1.0}},
        "timestamp": NOW,
        "registration": UUID(int=7),
    }
    return xapi.statement("answered", **{**values, **changes})  # type: ignore[arg-type]


def test_a_statement_has_the_parts_that_xapi_asks_for() -> None:
    made = told()
    assert made["actor"] == {
        "objectType": "Agent",
        "account": {"homePage": "https://evigate.example", "name": "u-1"},
    }
    assert made["verb"] == {
        "id": "http://adlnet.gov/expapi/verbs/answered",
        "display": {"en": "answered"},
    }
    assert made["timestamp"] == "2026-03-01T12:00:00.000Z"
    assert made["context"] == {"registration": str(UUID(int=7))}
    assert json.loads(json.dumps(made)) == made


def test_the_same_happening_is_the_same_statement() -> None:
    assert told() == told()
    assert told()["id"] != told(registration=UUID(int=8))["id"]
    assert told(id=UUID(int=9))["id"] == str(UUID(int=9))


@pytest.mark.parametrize(
    "changes",
    [
        {"result": {"score": {"scaled": 1.5}}},
        {"result": {"grade": 1}},
        {"timestamp": NOW.replace(tzinfo=None)},
    ],
)
def test_what_xapi_would_refuse_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"xAPI|scaled|time zone"):
        told(**changes)


def test_an_interaction_says_the_options_and_not_the_key() -> None:
    item = McqItem(stem="Q", options=tuple(Option(id=i, text=f"t{i}") for i in "ABC"), key="B")
    made = xapi.interaction_of(item)
    assert made["interactionType"] == "choice"
    assert [each["id"] for each in made["choices"]] == ["A", "B", "C"]
    assert "correctResponsesPattern" not in made


def test_an_item_that_tells_nothing_apart_is_not_called_backward() -> None:
    # 60 learners, half able; of each half 15 are right, but one able learner fewer: r near -0.03.
    answers = []
    for n in range(60):
        able = n < 30
        answers += [answered(n, item, able) for item in ("u", "v")]
        is_right = n % 2 == 0 and n != 0
        answers.append(answered(n, "x", is_right, choice="A" if is_right else "B"))
    found = item_statistics(answers, {"x": "A", "u": None, "v": None}, {"x": "AB"})["x"]
    assert found.rpbis is not None and -0.1 < found.rpbis < 0
    assert found.flags == ()
