"""The library in a conversation: facts, questions with their reasons, the industry, approval."""

import json

import httpx
import pytest
from tests.integration.studio.test_discovery import GROOMING

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.studio import fields
from evigate.studio.session.conflicts import shown
from evigate.studio.standing import NeedStatus
from evigate.studio.views import need_of, view_of

TAKEN = "details.deposit-taken"
AMOUNT = "details.deposit-amount"
TEA = """
key: tea-tasting
title: Tea tasting
when: {$or: [{domain: retail}, {domain: appointments}]}
questions:
  - {key: tea-water, ask: "How hard is the water at each place?", kind: text, why: "It changes the taste.", weight: 9}
"""


async def test_a_question_of_the_trade_says_why_it_is_asked(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    view = view_of(found)
    deposit = need_of(view, TAKEN)
    assert deposit.is_detail and not deposit.is_required and deposit.share == 0
    (origin,) = deposit.origins
    assert (origin.layer, origin.pool) == ("entity", "appointments")
    assert any('"dog-grooming"' in each or '"phone to book"' in each for each in origin.evidence)
    assert AMOUNT not in found.session.needs
    # What another need asks already comes to its origins, and is asked once.
    measures = need_of(view, fields.MEASURES)
    assert [each.id for each in measures.origins] == ["gen-success-number"]
    assert "details.gen-success-number" not in found.session.needs
    trades = [each.key for each in view.facts if each.kind == "domain"]
    assert trades == ["appointments"]


async def test_an_answer_brings_what_follows_and_nothing_goes_away(
    house: House, owner: Subject
) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    before = set(found.session.needs)
    found = await house.studio.say(owner, project, "always", key=TAKEN)
    assert before < set(found.session.needs)
    assert "always" in need_of(view_of(found), AMOUNT).origins[0].evidence[0]
    found = await house.studio.say(owner, project, "Actually, never", key=TAKEN)
    assert AMOUNT in found.session.needs
    assert await house.studio.replayed(owner, project) == found.session


async def test_another_deposit_is_negotiated_and_decided(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    await house.studio.say(owner, project, "always", key=TAKEN)
    await house.studio.say(owner, project, "20 % of the price", key=AMOUNT)
    found = await house.studio.say(owner, project, "Deposit 30 %")
    asked = found.session.messages[-1]
    assert asked.need_key == AMOUNT and asked.card is not None
    assert asked.card["choices"][:2] == ["20 % of the price", "Deposit 30 %"]
    found = await house.studio.say(owner, project, "Deposit 30 %")
    (claim,) = found.session.claims_of(AMOUNT)
    assert (claim.kind, shown(claim.value)) == ("decision", "Deposit 30 %")
    assert await house.studio.replayed(owner, project) == found.session


async def test_the_industry_has_alternatives_and_is_chosen(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    industry = found.session.industry
    assert industry is not None and industry["code"] == "812910"
    assert industry["quotes"] == ["dog-grooming"] and len(industry["alternatives"]) >= 3
    found = await house.studio.choose_industry(owner, project, "621111")
    assert found.session.industry is not None and found.session.industry["is_chosen"]
    assert {"appointments", "clinics"} <= set(found.session.facts["domain"])
    with pytest.raises(EvigateError, match="E_INDUSTRY_NOT_FOUND"):
        await house.studio.choose_industry(owner, project, "999999")
    assert await house.studio.replayed(owner, project) == found.session


async def test_what_came_of_it_is_approved_once_enough_is_known(
    house: House, owner: Subject
) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    with pytest.raises(EvigateError) as caught:
        await house.studio.approve(owner, project)
    assert caught.value.code.name == "E_DISCOVERY_INCOMPLETE"
    assert caught.value.detail["missing"] == ["How success is measured"]
    while not view_of(found).is_complete:
        asked = found.session.asked_key
        said = "Half the no-shows" if asked == fields.MEASURES else "In the browser, with Excel"
        found = await house.studio.say(owner, project, said if asked else "Yes, that is right")
    found = await house.studio.approve(owner, project)
    assert found.session.phase == "closed" and found.session.approval is not None
    assert found.session.approval["by"] == owner.actor
    assert await house.studio.replayed(owner, project) == found.session
    approval = view_of(await house.studio.show(owner, project)).approval
    people = await house.tenancy.list_members(owner)
    assert approval is not None and approval["name"] in {each.email for each in people}


async def test_an_own_pool_is_asked_of_its_tenant_alone(
    house: House, owner: Subject, stranger: Subject
) -> None:
    await house.library.write(owner, "pools", "tea-tasting", TEA, version_seen=0)
    mine = await house.studio.create(owner, GROOMING)
    theirs = await house.studio.create(stranger, GROOMING)
    assert "details.tea-water" in mine.session.needs
    assert "details.tea-water" not in theirs.session.needs
    # A question that came up stays as it was, though its entry goes.
    await house.library.withdraw(owner, "pools", "tea-tasting", version_seen=1)
    found = await house.studio.say(owner, mine.project.id, "Hard", key="details.tea-water")
    assert found.session.needs["details.tea-water"].status is NeedStatus.SATISFIED
    for attempt in (
        house.studio.choose_industry(stranger, mine.project.id, "812910"),
        house.studio.approve(stranger, mine.project.id),
    ):
        with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
            await attempt


async def test_the_doors_tell_why_and_take_the_industry(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    made = (await client.post("/api/v1/studio/projects", json={"text": GROOMING})).json()
    path = f"/api/v1/studio/projects/{made['project_id']}"
    need = next(each for each in made["needs"] if each["key"] == TAKEN)
    assert need["origins"][0]["why"].startswith("Deposits are the strongest lever")
    chosen = await client.post(f"{path}/industry", json={"code": "541940"})
    assert chosen.json()["industry"]["title"] == "Veterinary Services"
    early = await client.post(f"{path}/approve")
    assert early.status_code == 409 and "missing" in json.dumps(early.json())
    for verb, body in (("industry", {"code": "541940"}), ("approve", None)):
        assert (await other_client.post(f"{path}/{verb}", json=body)).status_code == 404
