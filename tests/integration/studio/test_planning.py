"""A plan over a real database: what is asked, what is filled in, answers that are never lost."""

from typing import Any

import pytest
from tests.integration.studio.projects import curated, generate, planned

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.runs import RunStatus
from evigate.studio.phases.models import Phase
from evigate.studio.planning.counting import stats_of
from evigate.studio.planning.models import Plan, PlanQuestion


def q(plan: Plan, key: str) -> PlanQuestion:
    found = plan.question(key)
    assert found is not None, key
    return found


async def test_a_plan_asks_what_the_features_call_for_and_fills_in_what_is_known(
    house: House, owner: Subject
) -> None:
    plan = await planned(house, owner)
    stats = stats_of(plan.questions)
    print(stats.line())
    assert 30 <= stats.total <= 80
    assert stats.prefilled >= 10 and stats.high >= 3
    assert stats.need_you + stats.high >= stats.total - stats.suppressed - 1
    assert q(plan, "msg-reminder-when").feature_keys == ("reminders",)
    assert q(plan, "groomer-commission-report--who").is_required
    for each in plan.questions:
        assert each.origins and each.why
        if each.prefill is not None:
            assert each.prefill.explanation and 0 <= each.prefill.confidence <= 0.95
            assert each.status == "prefilled"
    # What is needed first is asked first.
    keys = [each["key"] for each in plan.head.sections]
    assert keys.index("staff-accounts") < keys.index("appointment-calendar")
    run = await house.plans.run(owner, plan.project_id)
    assert run is not None and run.status is RunStatus.SUCCEEDED
    standing = await house.phases.advance(owner, plan.project_id, version_seen=2)
    assert standing.phase is Phase.PLANNING


async def test_what_is_filled_in_counts_only_once_a_person_takes_it(
    house: House, owner: Subject
) -> None:
    plan = await planned(house, owner)
    project = plan.project_id
    assert all(each.answer is None for each in plan.questions)
    sure = [e.key for e in plan.questions if e.prefill and e.prefill.confidence >= 0.85]
    plan, taken = await house.plans.accept_all(owner, project)
    assert taken == sure
    for key in sure:
        answer = q(plan, key).answer
        assert answer is not None and answer.source == "prefill_accepted"
        assert q(plan, key).status == "accepted"
    _, again = await house.plans.accept_all(owner, project)
    assert again == []
    assert stats_of(plan.questions).answered == len(sure)


async def test_answers_are_added_and_never_lost(house: House, owner: Subject) -> None:
    plan = await planned(house, owner)
    project, key = plan.project_id, "msg-reminder-when"
    seen = q(plan, key).version
    plan = await house.plans.answer(
        owner, project, key, "a day before", version_seen=seen, idempotency_key="k1"
    )
    again = await house.plans.answer(
        owner, project, key, "a day before", version_seen=seen, idempotency_key="k1"
    )
    assert q(again, key).answer == q(plan, key).answer
    with pytest.raises(EvigateError, match="E_QUESTION_ANSWER_REUSED"):
        await house.plans.answer(owner, project, key, "two days", idempotency_key="k1")
    with pytest.raises(EvigateError, match="E_QUESTION_STALE") as refusal:
        await house.plans.answer(owner, project, key, "an hour before", version_seen=seen)
    assert refusal.value.detail["yours"] == "an hour before"
    assert refusal.value.detail["present"] == "a day before"
    await house.plans.answer(owner, project, key, "two days before")
    history = await house.plans.history(owner, project, key)
    assert [(each.version, each.raw) for each in history] == [
        (1, "a day before"),
        (2, "two days before"),
    ]
    with pytest.raises(EvigateError, match="E_QUESTION_ANSWER_INVALID"):
        await house.plans.answer(owner, project, "deposit-taken", "sometimes")
    with pytest.raises(EvigateError, match="E_QUESTION_NOT_FOUND"):
        await house.plans.answer(owner, project, "no-such", "x")


async def test_a_required_question_is_left_out_with_a_reason_alone(
    house: House, owner: Subject
) -> None:
    plan = await planned(house, owner)
    project = plan.project_id
    with pytest.raises(EvigateError, match="E_QUESTION_STATE"):
        await house.plans.skip(owner, project, "deposit-taken")
    plan = await house.plans.skip(owner, project, "deposit-taken", "the bank decides")
    assert q(plan, "deposit-taken").status == "skipped"
    plan = await house.plans.skip(owner, project, "gen-languages")
    plan = await house.plans.reopen(owner, project, "gen-languages")
    assert q(plan, "gen-languages").is_open


async def test_a_dropped_feature_takes_its_questions_and_leaves_their_answers(
    house: House, owner: Subject
) -> None:
    plan = await planned(house, owner)
    project = plan.project_id
    await house.plans.answer(owner, project, "msg-reminder-when", "a day before")
    await house.features.deselect(owner, project, "reminders")
    plan = await house.plans.show(owner, project)
    assert q(plan, "msg-reminder-when").status == "withdrawn"
    assert q(plan, "msg-reminder-when").answer is not None
    assert not plan.is_current
    with pytest.raises(EvigateError, match="E_QUESTION_STATE"):
        await house.plans.answer(owner, project, "msg-reminder-when", "two days")
    await house.features.select(owner, project, "reminders")
    plan = await house.plans.show(owner, project)
    assert q(plan, "msg-reminder-when").status == "answered" and plan.is_current


async def test_planning_again_carries_answers_over_and_shows_what_speaks_against_them(
    house: House, owner: Subject
) -> None:
    plan = await planned(house, owner)
    project = plan.project_id
    await house.plans.answer(owner, project, "msg-reminder-when", "a day before")
    await house.plans.answer(owner, project, "gen-devices", ["tablet"])
    await house.plans.reject(owner, project, "acc-own-only")
    await house.plans.skip(owner, project, "gen-languages")
    again = await generate(house, owner, project)
    assert again.head.number == plan.head.number + 1 and again.head.id != plan.head.id
    assert q(again, "msg-reminder-when").answer is not None
    assert q(again, "gen-languages").status == "skipped"
    assert q(again, "acc-own-only").status == "rejected"
    # Who answered otherwise than was offered has refused the offer, and is not asked again.
    assert not q(again, "gen-devices").has_conflict
    async with house.database.tx(owner) as tx:
        rows: Any = await tx.connection.execute(
            "SELECT status, count(*) AS n FROM studio.question_plans GROUP BY status"
        )
        assert {row["status"]: row["n"] for row in await rows.fetchall()} == {
            "superseded": 1, "in_progress": 1
        }  # fmt: skip


async def test_an_answer_reaches_questions_of_the_same_field_and_a_contradiction_is_shown(
    house: House, owner: Subject
) -> None:
    text = """key: own-systems
title: Our systems
questions:
  - {key: own-ledger, ask: "Which program writes the ledger?", kind: text, why: "It stays.", weight: 6,
     fills: constraints.existingSystems}
"""
    await house.library.write(owner, "pools", "own-systems", text, version_seen=0)
    plan = await planned(house, owner)
    project = plan.project_id
    one, other = q(plan, "own-ledger"), q(plan, "pay-books-where")
    await house.plans.answer(owner, project, other.key, "as it was before")
    plan = await house.plans.answer(owner, project, one.key, "quite otherwise")
    assert q(plan, other.key).has_conflict
    answer = q(plan, one.key).answer
    assert answer is not None and other.key in answer.processing_results["cascaded"]
    kept = await house.plans.reject(owner, project, other.key)
    assert not q(kept, other.key).has_conflict
    held = q(kept, other.key).answer
    assert held is not None and held.raw == "as it was before"


async def test_an_applied_pattern_hides_what_it_answers_and_gives_it_back(
    house: House, owner: Subject
) -> None:
    plan = await planned(house, owner)
    project = plan.project_id
    (pattern,) = [each for each in plan.patterns if each.pattern_key == "no-show-ladder"]
    assert pattern.confidence >= 0.85 and pattern.signals
    plan = await house.plans.decide_pattern(owner, project, "no-show-ladder", "apply")
    hidden = q(plan, "noshow-consequence")
    assert hidden.status == "suppressed" and hidden.prefill is not None
    assert hidden.prefill.value == "deposit becomes obligatory"
    again = await generate(house, owner, project)
    assert q(again, "noshow-consequence").status == "suppressed"
    with pytest.raises(EvigateError, match="E_PATTERN_STATE"):
        await house.plans.decide_pattern(owner, project, "no-show-ladder", "dismiss")
    plan = await house.plans.decide_pattern(owner, project, "no-show-ladder", "undo")
    assert q(plan, "noshow-consequence").status == "prefilled"
    await house.plans.decide_pattern(owner, project, "no-show-ladder", "dismiss")
    again = await generate(house, owner, project)
    (pattern,) = [each for each in again.patterns if each.pattern_key == "no-show-ladder"]
    assert pattern.status == "dismissed"
    offered = q(again, "noshow-consequence").prefill
    assert offered is None or offered.source != "pattern"


async def test_a_board_that_is_not_finished_is_not_planned(house: House, owner: Subject) -> None:
    project = await curated(house, owner)
    board = await house.features.board(owner, project)
    await house.features.decide_seed(
        owner, project, next(s.key for s in board.seeds if s.key in board.decisions), None
    )
    with pytest.raises(EvigateError, match="E_BOARD_UNFINISHED") as refusal:
        await house.plans.generate(owner, project)
    assert refusal.value.detail["unmet"] == ["critical"]
