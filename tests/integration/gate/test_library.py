"""The library's rows: every rule has a judge, every kind a suite, and what a sound item gets."""

from tests.unit.gate.drafts import item

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.gate.checks import BUILTIN_CHECKS, EvalType
from evigate.gate.recalibrate import list_judges
from evigate.gate.suites import charges, find_suite, list_suites
from evigate.learning.items.payloads import MODELS


async def test_every_kind_has_a_suite_that_can_be_met(house: House, owner: Subject) -> None:
    async with house.database.tx(owner) as tx:
        in_charge = await charges(tx)
        suites = {suite.id: suite for suite in await list_suites(tx)}
    assert in_charge.keys() >= {*MODELS, "paper.plan", "paper.notebook"}
    for suite in suites.values():
        kinds = [rule.eval_type for rule in suite.rules]
        assert kinds and len(set(kinds)) == len(kinds)
        assert set(kinds) <= {*BUILTIN_CHECKS, "HUMAN_REVIEW"}
        assert any(rule.hard_fail and rule.weight for rule in suite.rules)


async def test_each_built_in_judge_is_known_and_gates_by_what_was_measured(
    house: House, owner: Subject
) -> None:
    async with house.database.tx(owner) as tx:
        judges = {(each.name, each.version): each for each in await list_judges(tx)}
    for check in BUILTIN_CHECKS.values():
        judge = judges[check.name, check.version]
        # Nobody has measured whether a hierarchy is right; its rule only advises.
        assert judge.may_gate == (check.eval_type is not EvalType.HIERARCHY_CORRECTNESS), judge


async def test_a_sound_item_passes_every_rule_of_its_suite(house: House, owner: Subject) -> None:
    async with house.database.tx(owner) as tx:
        suite = await find_suite(tx, "mcq")
    for rule in suite.rules:
        check = BUILTIN_CHECKS[EvalType(rule.eval_type)]
        found = check.score(item(), rule.params)
        assert found.score is not None, (rule.eval_type, found)
        assert rule.min_score is None or found.score >= rule.min_score, (rule, found)
        assert rule.max_score is None or found.score <= rule.max_score, (rule, found)
