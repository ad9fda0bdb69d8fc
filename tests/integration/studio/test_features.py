"""The board over a real database: seeds with words, candidates with reasons, closure, exclusions."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.integration.studio.projects import discovered, in_features

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.studio.features.models import Board, Chosen
from evigate.studio.phases.models import Phase

PROJECTS = "/api/v1/studio/projects"


def chosen(board: Board, key: str) -> Chosen:
    return next(each for each in board.selected if each.key == key)


async def decide_all(house: House, owner: Subject, project: UUID) -> None:
    board = await house.features.board(owner, project)
    for seed in board.undecided():
        await house.features.decide_seed(owner, project, seed.key, "met", "it is a promise")


async def test_every_seed_has_its_claim_and_its_words(house: House, owner: Subject) -> None:
    found = await discovered(house, owner)
    board = await house.features.find(owner, found.project.id)
    by_type = {seed.seed_type: seed.priority for seed in board.seeds}
    assert by_type["dealbreaker"] == "critical"
    assert (by_type["jtbd_direct"], by_type["pain_solver"]) == ("high", "high")
    assert "constraint_driven" in by_type
    for seed in board.seeds:
        claim = found.session.claims[seed.claim_id]
        assert (claim.quote, claim.field_path) == (seed.quote, seed.source_field)
    named = [each.feature_name for each in board.seeds]
    assert "Staff must see only their own salon" in named and "we lose appointments" in named


async def test_candidates_say_how_sure_and_why_and_what_was_refused_is_none(
    house: House, owner: Subject
) -> None:
    project = await in_features(house, owner)
    board = await house.features.find(owner, project)
    found = {each.key: each for each in board.candidates}
    assert {"online-booking", "deposits", "reminders", "roles-permissions"} <= set(found)
    assert "shopping-cart" not in found and "checkout" not in found
    for each in found.values():
        assert 0.3 <= each.score <= 1 and each.reason
        assert "jtbd" not in each.reason and "constraint driven" not in each.reason
    assert "online booking" in found["online-booking"].signals_matched
    assert found["roles-permissions"].importance == "must"
    assert [e.score for e in board.candidates] == sorted(e.score for e in found.values())[::-1]
    again = await house.features.find(owner, project)
    assert again.curation.candidate_set_id == board.curation.candidate_set_id


async def test_what_a_feature_needs_comes_along_and_goes_with_it(
    house: House, owner: Subject
) -> None:
    project = await in_features(house, owner)
    await house.features.find(owner, project)
    board = await house.features.select(owner, project, "online-booking", importance="must")
    keys = {each.key for each in board.selected}
    assert keys == {
        "online-booking", "availability-rules", "appointment-calendar", "staff-accounts"
    }  # fmt: skip
    assert any(notice.startswith("Staff accounts came along") for notice in board.notices)
    assert chosen(board, "staff-accounts").needed_by == ("Appointment calendar",)
    with pytest.raises(EvigateError, match="E_FEATURE_NEEDED") as refusal:
        await house.features.deselect(owner, project, "staff-accounts")
    assert refusal.value.detail["needed_by"] == ["Appointment calendar"]
    board = await house.features.deselect(owner, project, "online-booking")
    assert board.selected == () and len(board.notices) == 3


async def test_two_that_exclude_each_other_are_refused_by_both_names(
    house: House, owner: Subject
) -> None:
    project = await in_features(house, owner)
    await house.features.find(owner, project)
    await house.features.select(owner, project, "guest-only-access")
    with pytest.raises(EvigateError, match="E_FEATURE_EXCLUDED") as refusal:
        await house.features.select(owner, project, "loyalty-points")
    assert set(refusal.value.detail["excluded"]) == {"Customer accounts", "No accounts"}
    board = await house.features.board(owner, project)
    assert [each.key for each in board.selected] == ["guest-only-access"]


async def test_two_who_change_one_feature_lose_nothing(house: House, owner: Subject) -> None:
    project = await in_features(house, owner)
    await house.features.find(owner, project)
    board = await house.features.select(owner, project, "reminders")
    seen = chosen(board, "reminders").version
    await house.features.change(
        owner, project, "reminders", notes="by text message", version_seen=seen
    )
    with pytest.raises(EvigateError, match="E_FEATURE_STALE") as refusal:
        await house.features.change(
            owner, project, "reminders", notes="by e-mail", version_seen=seen
        )
    assert refusal.value.detail["yours"] == "by e-mail"
    assert "by text message" in refusal.value.detail["present"]


async def test_the_gate_wants_critical_seeds_decided(house: House, owner: Subject) -> None:
    project = await in_features(house, owner)
    await house.features.find(owner, project)
    await house.features.select(owner, project, "online-booking")
    with pytest.raises(EvigateError, match="E_GATE_CLOSED") as refusal:
        await house.phases.advance(owner, project, version_seen=1)
    (unmet,) = refusal.value.detail["unmet"]
    assert unmet["key"] == "critical" and "No online shop" in unmet["found"]
    board = await house.features.add_custom(
        owner,
        project,
        "Own salon only",
        covers=tuple(
            s.key
            for s in (await house.features.board(owner, project)).undecided()
            if s.feature_name.startswith("Staff must")
        ),
    )
    assert "Staff must see only their own salon" not in [s.feature_name for s in board.undecided()]
    await decide_all(house, owner, project)
    standing = await house.phases.advance(owner, project, version_seen=1)
    assert standing.phase is Phase.PLAN_GENERATION


async def test_a_discovery_that_goes_on_shows_what_it_changes(house: House, owner: Subject) -> None:
    project = await in_features(house, owner)
    board = await house.features.find(owner, project)
    assert board.change is None
    await house.studio.say(owner, project, "Groomers must never see each other's wages.")
    board = await house.features.board(owner, project)
    assert board.change is not None
    assert any("wages" in name for name in board.change.added)
    first = board.curation.candidate_set_id
    board = await house.features.find(owner, project)
    assert board.change is None and board.curation.candidate_set_id != first
    async with house.database.tx(owner) as tx:
        rows = await tx.connection.execute(
            "SELECT count(*) FILTER (WHERE superseded_at IS NULL) AS live, count(*) AS n"
            " FROM studio.feature_seeds"
        )
        counts: Any = await rows.fetchone()
    assert counts["live"] == len(board.seeds) < counts["n"]


async def test_going_back_to_the_discovery_makes_the_board_stale(
    house: House, owner: Subject
) -> None:
    project = await in_features(house, owner)
    await house.features.find(owner, project)
    _, stale = await house.phases.back(
        owner, project, Phase.DISCOVERY, "there is more to say", version_seen=1
    )
    assert [(each.kind, each.was) for each in stale] == [("curation", "ready")]
    board = await house.features.board(owner, project)
    assert "there is more to say" in str(board.curation.stale_reason)
    board = await house.features.find(owner, project)
    assert board.curation.stale_reason is None


async def test_the_board_by_http(
    house: House, owner: Subject, client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    base = f"{PROJECTS}/{await in_features(house, owner)}/features"
    assert (await client.get(base)).json()["code"] == "E_BOARD_NOT_FOUND"
    board = (await client.post(f"{base}/candidates")).json()
    assert board["candidates"][0]["score"] >= board["candidates"][-1]["score"]
    board = (await client.post(f"{base}/reminders/select", json={"importance": "must"})).json()
    assert [each["key"] for each in board["features"]] == ["reminders"]
    changed = await client.patch(f"{base}/reminders", json={"notes": "two", "importance": "could"})
    assert changed.json()["features"][0]["notes"] == "two"
    custom = {"title": "Groomer commission report", "depends": ["reports-export"]}
    board = (await client.post(f"{base}/custom", json=custom)).json()
    assert [each["key"] for each in board["features"]] == [
        "reminders", "reports-export", "groomer-commission-report"
    ]  # fmt: skip
    seed = board["seeds"][0]["key"]
    decided = await client.post(f"{base}/seeds/{seed}", json={"decision": "met", "reason": "so"})
    assert decided.json()["seeds"][0]["decision"] == "met"
    refused = await client.post(f"{base}/custom", json={"title": "Reminders"})
    assert (refused.status_code, refused.json()["code"]) == (422, "E_FEATURE_INVALID")

    for method, path, body in (
        ("GET", "", None),
        ("POST", "/candidates", None),
        ("POST", "/reminders/select", {}),
        ("POST", "/reminders/deselect", {}),
        ("PATCH", "/reminders", {"notes": "x"}),
        ("POST", "/custom", {"title": "x"}),
        ("POST", f"/seeds/{seed}", {"decision": "met", "reason": "x"}),
    ):
        answer = await other_client.request(method, base + path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "E_PROJECT_NOT_FOUND"), path
