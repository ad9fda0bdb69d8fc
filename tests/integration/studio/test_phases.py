"""Phases over a real database: gates over facts, two who advance at once, going back, two tenants."""

import asyncio
from typing import Any

import httpx
import pytest
from tests.integration.studio.projects import GROOMING, discovered, in_features

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.studio.phases.models import Phase
from evigate.studio.phases.views import standing_view

PROJECTS = "/api/v1/studio/projects"


async def test_a_phase_is_left_only_through_its_gate(house: House, owner: Subject) -> None:
    begun = await house.studio.create(owner, GROOMING)
    with pytest.raises(EvigateError, match="E_GATE_CLOSED") as refusal:
        await house.phases.advance(owner, begun.project.id, version_seen=0)
    unmet = {each["key"]: each for each in refusal.value.detail["unmet"]}
    assert unmet["required"]["found"] == ["How success is measured"]
    standing = await house.phases.show(owner, begun.project.id)
    assert (standing.phase, standing.version) == (Phase.DISCOVERY, 0)
    steps = standing.gate.items[0].trace
    assert steps[0].path == "discovery.completeness" and steps[0].result is False

    done = await discovered(house, owner)
    waiting = standing_view(await house.phases.show(owner, done.project.id))
    assert waiting.next_action == "Go on to features."
    standing = await house.phases.advance(owner, done.project.id, version_seen=0)
    assert (standing.phase, standing.version) == (Phase.FEATURE_SELECTION, 1)
    passes = [(str(each.phase), each.number, each.outcome) for each in standing.passes]
    assert passes == [
        ("CREATED", 1, "completed"),
        ("DISCOVERY", 1, "completed"),
        ("FEATURE_SELECTION", 1, None),
    ]
    for each in standing.passes[:-1]:
        assert each.completed_at is not None and each.started_at <= each.completed_at


async def test_of_two_who_advance_at_once_one_is_told_what_the_other_did(
    house: House, owner: Subject
) -> None:
    project = (await discovered(house, owner)).project.id
    moves = [house.phases.advance(owner, project, version_seen=0) for _ in range(2)]
    ends: list[Any] = await asyncio.gather(*moves, return_exceptions=True)
    (refused,) = [each for each in ends if isinstance(each, EvigateError)]
    assert refused.code.name == "E_PHASE_STALE"
    assert refused.detail == {
        "yours": "FEATURE_SELECTION",
        "present": "FEATURE_SELECTION",
        "version": 1,
    }
    standing = await house.phases.show(owner, project)
    assert (standing.phase, standing.version) == (Phase.FEATURE_SELECTION, 1)


async def test_going_back_opens_another_pass_and_wants_a_reason(
    house: House, owner: Subject
) -> None:
    project = await in_features(house, owner)
    for phase, reason in ((Phase.DISCOVERY, " "), (Phase.PLANNING, "no"), (Phase.CREATED, "no")):
        with pytest.raises(EvigateError, match="E_PHASE_INVALID"):
            await house.phases.back(owner, project, phase, reason, version_seen=1)
    standing, stale = await house.phases.back(
        owner, project, Phase.DISCOVERY, "the budget changed", version_seen=1
    )
    assert stale == [] and standing.phase is Phase.DISCOVERY
    last = standing.passes[-1]
    assert (last.phase, last.number, last.outcome) == (Phase.DISCOVERY, 2, None)
    assert [each.reason for each in standing.passes if each.outcome == "left"] == [
        "the budget changed"
    ]
    with pytest.raises(EvigateError, match="E_PHASE_INVALID"):
        await house.phases.skip(owner, project, "nothing to see", version_seen=2)


async def test_phases_by_http(
    house: House, owner: Subject, client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    project = (await discovered(house, owner)).project.id
    base = f"{PROJECTS}/{project}"
    view = (await client.get(f"{base}/phase")).json()
    assert (view["phase"], view["is_open"], view["next_phase"]) == (
        "DISCOVERY", True, "FEATURE_SELECTION"
    )  # fmt: skip
    gates = (await client.get(f"{base}/gates")).json()
    assert [each["phase"] for each in gates] == [str(phase) for phase in Phase]
    assert "skip the phase" in gates[5]["items"][0]["remedy"]
    moved = await client.post(f"{base}/phase/advance", json={"version_seen": 0})
    assert moved.json()["phase"] == "FEATURE_SELECTION"
    late = await client.post(f"{base}/phase/advance", json={"version_seen": 0})
    assert (late.status_code, late.json()["code"]) == (409, "E_PHASE_STALE")
    assert late.json()["extra"]["present"] == "FEATURE_SELECTION"
    back = {"version_seen": 1, "phase": "DISCOVERY", "reason": "again"}
    assert (await client.post(f"{base}/phase/back", json=back)).json()["phase"] == "DISCOVERY"

    for method, path, body in (
        ("GET", "phase", None),
        ("GET", "gates", None),
        ("POST", "phase/advance", {"version_seen": 2}),
        ("POST", "phase/back", back),
        ("POST", "phase/skip", {"version_seen": 2, "reason": "x"}),
    ):
        answer = await other_client.request(method, f"{base}/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "E_PROJECT_NOT_FOUND"), path
