"""Blueprints and implementation plans: from draft to a pinned approval, and never past a blocker."""

import pytest
from tests.integration.studio.projects import answered, planned

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.gate import approve
from evigate.gate.shapes import shape_errors
from evigate.studio.phases.models import Phase


async def test_a_blueprint_goes_from_draft_to_a_pinned_approval(
    house: House, owner: Subject
) -> None:
    plan = await answered(house, owner)
    project, desk = plan.project_id, house.planning_artifacts
    assert await desk.show(owner, project, "blueprint") is None
    drafted = await desk.draft(owner, project, "blueprint")
    assert (drafted.status, drafted.pinned_hash, drafted.blockers) == ("draft", None, ())
    assert (await desk.draft(owner, project, "blueprint")).id == drafted.id
    kind = house.kinds.get(drafted.kind)
    assert list(shape_errors(drafted.payload, kind.schema)) == []
    assert "Online booking" in kind.render(drafted.payload)
    submitted = await desk.submit(owner, project, "blueprint")
    assert submitted.status == "in_review"
    approved = await desk.approve(owner, project, "blueprint", "as we agreed")
    assert approved.status == "approved" and approved.is_current
    assert approved.pinned_hash == drafted.content_hash
    steps = await desk.draft(owner, project, "implementation_plan")
    assert steps.blockers == ()
    keys = [each["feature"] for each in steps.payload["steps"]]
    assert keys.index("staff-accounts") < keys.index("online-booking")
    assert steps.payload["effort"] == sum(each["effort"] for each in steps.payload["steps"])
    standing = await house.phases.advance(owner, project, version_seen=3)
    assert standing.phase is Phase.VISUAL_DISCOVERY
    standing = await house.phases.skip(owner, project, "it has no looks yet", version_seen=4)
    assert standing.phase is Phase.SPECIFICATION and not standing.gate.is_open
    _, stale = await house.phases.back(
        owner, project, Phase.PLAN_GENERATION, "one more feature", version_seen=5
    )
    assert ("question_plan", "completed") in [(each.kind, each.was) for each in stale] or (
        "question_plan", "in_progress"
    ) in [(each.kind, each.was) for each in stale]  # fmt: skip
    assert ("studio.blueprint", "APPROVED") in [(each.kind, each.was) for each in stale]
    again = await desk.show(owner, project, "blueprint")
    assert again is not None and again.pinned_hash is None and not again.is_current


async def test_nothing_with_a_blocking_finding_is_approved_by_any_door(
    house: House, owner: Subject
) -> None:
    plan = await planned(house, owner)
    project, desk = plan.project_id, house.planning_artifacts
    drafted = await desk.draft(owner, project, "blueprint")
    assert {each.rule for each in drafted.blockers} == {"PLANNING.OPEN"}
    with pytest.raises(EvigateError, match="E_PLANNING_BLOCKED"):
        await desk.submit(owner, project, "blueprint")
    await house.evaluator.evaluate(owner, [drafted.id])
    with pytest.raises(EvigateError, match="blocking finding"):
        async with house.database.tx(owner) as tx:
            await approve(tx, drafted.id, "by another door")
    found = await desk.show(owner, project, "blueprint")
    assert found is not None and found.status == "in_review"


async def test_an_answer_after_the_draft_asks_for_another_one(house: House, owner: Subject) -> None:
    plan = await answered(house, owner)
    project, desk = plan.project_id, house.planning_artifacts
    first = await desk.draft(owner, project, "blueprint")
    await house.plans.answer(owner, project, "deposit-taken", "never")
    with pytest.raises(EvigateError, match="Answers or features changed"):
        await desk.submit(owner, project, "blueprint")
    second = await desk.draft(owner, project, "blueprint")
    assert (second.version, second.id != first.id) == (2, True)
    await desk.submit(owner, project, "blueprint")
    rejected = await desk.reject(owner, project, "blueprint", "too much at once")
    assert (rejected.status, rejected.decision_reason) == ("rejected", "too much at once")
    assert (await desk.draft(owner, project, "blueprint")).version == 3
