"""A discovery over a real database: turns, contradictions, deferrals, edits, two tenants, replay."""

import itertools
from uuid import UUID, uuid4

import psycopg
import pytest

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.studio import fields
from evigate.studio.service import Discovery
from evigate.studio.session.conflicts import shown
from evigate.studio.standing import NeedStatus
from evigate.studio.views import view_of

GROOMING = (
    "We run a chain of dog-grooming salons. Customers phone to book, we lose appointments and"
    " no-shows cost us money. I need online booking with deposits by card and reminders, two salons"
    " now, ten next year, live in three months, budget about 20k. Staff must see only their own"
    " salon. Customer health notes are private."
)


def values(found: Discovery, key: str) -> list[str]:
    return [shown(each.value) for each in found.session.claims_of(key)]


async def test_one_paragraph_fills_half_of_what_must_be_known(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    session = found.session
    known = [each for each in session.needs.values() if each.status is NeedStatus.SATISFIED]
    assert len(known) >= 11
    assert session.domain == "service-booking"
    assert 0.4 < session.completeness < 0.8
    assert session.phase == "exploration"
    view = view_of(found)
    assert round(sum(each.share for each in view.needs), 2) == session.completeness
    # One question, the heaviest of what is least known, with a way out.
    asked = session.messages[-1]
    assert asked.role == "agent" and asked.need_key == fields.MEASURES
    assert asked.card is not None and len(asked.card["escapes"]) == 2
    for claim in session.claims.values():
        message = session.message(claim.message_id)
        assert message is not None
        assert message.content[claim.quote_start : claim.quote_end] == claim.quote


async def test_a_contradiction_is_asked_and_the_choice_is_a_decision(
    house: House, owner: Subject
) -> None:
    found = await house.studio.create(owner, GROOMING)
    found = await house.studio.say(owner, found.project.id, "Our budget is 35k, by the way.")
    asked = found.session.messages[-1]
    assert asked.need_key == fields.BUDGET
    assert asked.card is not None and asked.card["choices"][:2] == ["20k", "35k"]
    assert found.session.needs[fields.BUDGET].status is NeedStatus.PARTIAL
    found = await house.studio.say(owner, found.project.id, "35k")
    (claim,) = found.session.claims_of(fields.BUDGET)
    assert (claim.kind, claim.confidence, shown(claim.value)) == ("decision", 1.0, "35k")
    assert found.session.needs[fields.BUDGET].status is NeedStatus.SATISFIED


async def test_no_choice_twice_makes_a_task_to_decide(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    found = await house.studio.say(owner, project, "The budget is 35k.")
    found = await house.studio.say(owner, project, "Both, with a condition")
    assert found.session.messages[-1].need_key == fields.BUDGET
    found = await house.studio.say(owner, project, "Both, with a condition")
    (task,) = found.session.tasks.values()
    assert (task.kind, task.options) == ("DECIDE", ("20k", "35k"))
    assert found.session.needs[fields.BUDGET].status is NeedStatus.DEFERRED
    found = await house.studio.submit_task(owner, project, task.id, "25k at most")
    assert found.session.tasks[task.id].status == "completed"
    with pytest.raises(EvigateError, match="E_TASK_DONE"):
        await house.studio.submit_task(owner, project, task.id, "30k")


async def test_what_is_put_off_is_a_task_and_no_question_comes_a_fourth_time(
    house: House, owner: Subject
) -> None:
    found = await house.studio.create(owner, "an app")
    project = found.project.id
    found = await house.studio.say(owner, project, "decide later")
    (task,) = found.session.tasks.values()
    assert task.kind == "PROVIDE"
    assert found.session.needs[task.need_key].status is NeedStatus.DEFERRED
    for _ in range(70):
        if found.session.asked_key is None:
            break
        found = await house.studio.say(owner, project, "I don't know")
    asked = [each.content for each in found.session.messages if each.role == "agent"]
    assert found.session.phase == "closing"
    assert len(asked) == len(set(asked))
    assert all(each.attempts <= 3 for each in found.session.needs.values())
    assert found.session.completeness < 0.3
    ranges = [(each.turn_start, each.turn_end) for each in found.session.summaries]
    assert all(after[0] == before[1] + 1 for before, after in itertools.pairwise(ranges))
    assert await house.studio.replayed(owner, project) == found.session


async def test_an_edited_answer_gives_way_and_is_kept(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    found = await house.studio.say(owner, project, "Reduce no-shows by 50%")
    message = next(m for m in found.session.messages if m.content == "Reduce no-shows by 50%")
    found = await house.studio.revise(owner, project, message.id, "Reduce no-shows by 70%")
    assert any("70%" in each for each in values(found, fields.MEASURES))
    assert not any("50%" in each for each in values(found, fields.MEASURES))
    old = [c for c in found.session.claims.values() if c.message_id == message.id]
    assert old and all(each.status in {"superseded", "rejected"} for each in old)
    with pytest.raises(EvigateError) as caught:
        await house.studio.revise(owner, project, message.id, "Reduce no-shows by 90%")
    assert caught.value.code.name == "E_EDIT_STALE"
    assert caught.value.detail["yours"] == "Reduce no-shows by 90%"
    assert caught.value.detail["present"] == "Reduce no-shows by 70%"
    assert await house.studio.replayed(owner, project) == found.session


async def test_two_people_on_one_value_lose_nothing(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    (claim,) = found.session.claims_of(fields.TIMELINE)
    found = await house.studio.correct(owner, project, claim.id, "in four months")
    assert values(found, fields.TIMELINE) == ["in four months"]
    with pytest.raises(EvigateError) as caught:
        await house.studio.correct(owner, project, claim.id, "in five months")
    assert caught.value.code.status == 409
    assert caught.value.detail == {
        "yours": "in five months",
        "present": "in four months",
        "version": found.session.version,
    }
    with pytest.raises(EvigateError, match="E_EDIT_STALE"):
        await house.studio.say(owner, project, "hello", turn_seen=found.session.turn - 1)


async def test_an_objection_is_negotiated(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    (claim,) = found.session.claims_of(fields.PRIMARY_USER)
    found = await house.studio.dispute(owner, project, claim.id, "the groomers")
    assert found.session.messages[-1].card["choices"][:2] == ["customer", "the groomers"]  # type: ignore[index]
    found = await house.studio.say(owner, project, "the groomers")
    assert values(found, fields.PRIMARY_USER) == ["the groomers"]


async def test_wanting_what_was_refused_is_asked(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, "A task app for our team, no login please.")
    project = found.project.id
    assert values(found, fields.OUT_OF_SCOPE) == ["login"]
    found = await house.studio.say(
        owner, project, "Everyone signs in with a password: login first."
    )
    assert found.session.messages[-1].need_key == fields.OUT_OF_SCOPE
    found = await house.studio.say(owner, project, "without login")
    assert "login" in values(found, fields.OUT_OF_SCOPE)
    assert "login" not in values(found, fields.FEATURES)


@pytest.mark.parametrize("service", ["online payment", "text messages"])
async def test_wanting_a_service_that_was_refused_is_asked(
    house: House, owner: Subject, service: str
) -> None:
    found = await house.studio.create(owner, f"Members borrow tools from us. No {service}.")
    assert values(found, fields.OUT_OF_SCOPE) == [service]
    found = await house.studio.say(owner, found.project.id, f"We want to offer {service} soon.")
    assert found.session.messages[-1].need_key == fields.OUT_OF_SCOPE


async def test_the_same_key_says_it_once(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    first = await house.studio.say(owner, project, "Half the no-shows", idempotency_key="k1")
    again = await house.studio.say(owner, project, "Half the no-shows", idempotency_key="k1")
    assert again.session == first.session
    with pytest.raises(EvigateError, match="E_REPLY_REUSED"):
        await house.studio.say(owner, project, "other words", idempotency_key="k1")


async def test_a_required_need_is_waived_with_a_reason_and_comes_back(
    house: House, owner: Subject
) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    with pytest.raises(EvigateError, match="E_NEED_REQUIRED"):
        await house.studio.skip(owner, project, fields.MEASURES, " ")
    found = await house.studio.skip(owner, project, fields.MEASURES, "a pilot")
    need = found.session.needs[fields.MEASURES]
    assert (need.status, need.reason) == (NeedStatus.SKIPPED, "a pilot")
    found = await house.studio.reopen(owner, project, fields.MEASURES)
    assert found.session.needs[fields.MEASURES].status is NeedStatus.PENDING
    found = await house.studio.confirm(owner, project, fields.BUDGET)
    assert found.session.needs[fields.BUDGET].confidence == 1
    found = await house.studio.close(owner, project)
    with pytest.raises(EvigateError, match="E_DISCOVERY_CLOSED"):
        await house.studio.say(owner, project, "one more thing")
    assert await house.studio.replayed(owner, project) == found.session


async def test_a_task_is_given_after_the_end_and_the_end_can_be_taken_back(
    house: House, owner: Subject
) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    found = await house.studio.defer(owner, project, fields.EXISTING_SYSTEMS)
    (task,) = found.session.tasks.values()
    await house.studio.close(owner, project)
    found = await house.studio.submit_task(owner, project, task.id, "Square at the till")
    assert found.session.tasks[task.id].status == "completed"
    assert found.session.needs[fields.EXISTING_SYSTEMS].status is NeedStatus.SATISFIED
    assert (found.session.phase, found.session.asked_key) == ("closed", None)
    with pytest.raises(EvigateError, match="E_DISCOVERY_CLOSED"):
        await house.studio.say(owner, project, "one more thing")
    found = await house.studio.take_up(owner, project)
    assert found.session.phase != "closed" and found.session.approval is None
    turn = found.session.turn
    assert (await house.studio.take_up(owner, project)).session.turn == turn
    found = await house.studio.say(owner, project, "No loyalty points.", key=fields.OUT_OF_SCOPE)
    refused = [each.value for each in found.session.claims_of(fields.OUT_OF_SCOPE)]
    assert any("loyalty" in str(each) for each in refused)
    assert await house.studio.replayed(owner, project) == found.session


async def test_another_tenant_sees_nothing_and_changes_nothing(
    house: House, owner: Subject, stranger: Subject
) -> None:
    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    claim = next(iter(found.session.claims))
    assert await house.studio.list_projects(stranger) == []
    studio = house.studio
    for attempt in (
        studio.show(stranger, project),
        studio.say(stranger, project, "hello"),
        studio.correct(stranger, project, claim, "x"),
        studio.skip(stranger, project, fields.BUDGET, "x"),
        studio.submit_task(stranger, project, uuid4(), "x"),
        studio.close(stranger, project),
        studio.take_up(stranger, project),
    ):
        with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
            await attempt
    mine = await house.studio.create(stranger, "A shop for tea.")
    assert [each.id for each in await studio.list_projects(stranger)] == [mine.project.id]
    assert [each.id for each in await studio.list_projects(owner)] == [project]


async def test_the_database_refuses_a_quote_that_nobody_wrote(house: House, owner: Subject) -> None:
    found = await house.studio.create(owner, GROOMING)
    message = found.session.messages[0]
    row = (
        "INSERT INTO studio.claims (id, session_id, position, message_id, field_path, value, kind,"
        " source, confidence, quote, quote_start, quote_end, status) VALUES"
        " (%s, %s, 9999, %s, 'x', '1', 'fact', 'test', 0.5, %s, 0, %s, 'accepted')"
    )

    async def insert(quote: str) -> None:
        async with house.database.tx(owner) as tx:
            values = (uuid4(), found.session.id, message.id, quote, len(quote))
            await tx.connection.execute(row, values)

    await insert(GROOMING[:10])
    with pytest.raises(psycopg.errors.CheckViolation):
        await insert("We never said that")


async def test_people_meet_no_surprise_in_what_they_may_write(house: House, owner: Subject) -> None:
    for text in ("", "  \n", "x" * 20_001, "nul \x00 inside"):
        with pytest.raises(EvigateError, match="E_MESSAGE_INVALID"):
            await house.studio.create(owner, text)
    found = await house.studio.create(owner, "<script>alert('🐕')</script> für 12 Hunde")
    assert UUID(str(found.project.id))
    assert await house.studio.replayed(owner, found.project.id) == found.session


async def test_the_page_waives_asks_again_and_edits_what_was_said(
    house: House, owner: Subject
) -> None:
    from tests.integration.test_pages import browser, csrf

    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    first = found.session.messages[0].id
    key = fields.MEASURES
    async with browser(house, owner) as page:
        path = f"/studio/{project}"
        seen = (await page.get(path)).text
        assert "The problem: 80 percent sure" in seen
        waive = {**csrf(house, page), "key": key, "action": "skip"}
        refused = await page.post(f"{path}/needs", data={**waive, "reason": " "})
        assert refused.status_code == 409 and "waiving it wants a reason" in refused.text
        left = await page.post(f"{path}/needs", data={**waive, "reason": "Nobody measures it."})
        assert left.status_code == 303
        seen = (await page.get(path)).text
        assert "Nobody measures it." in seen and "Ask it again" in seen
        again = {**csrf(house, page), "key": key, "action": "reopen"}
        assert (await page.post(f"{path}/needs", data=again)).status_code == 303
        words = {**csrf(house, page), "text": "Our bakery sells bread. Budget about 30k."}
        edit = f"{path}/messages/{first}"
        assert (await page.post(edit, data=words)).status_code == 303
        late = await page.post(edit, data={**words, "text": "Our bakery sells cake."})
        assert late.status_code == 409 and "sells bread" in late.text
        assert (await page.post(edit, data={**words, "text": ""})).status_code == 422
    session = (await house.studio.show(owner, project)).session
    assert session.needs[key].status == "pending"
    (budget,) = session.claims_of(fields.BUDGET)
    assert budget.value["amount"] == 30000


async def test_who_changes_a_value_too_late_reads_both_on_the_page(
    house: House, owner: Subject
) -> None:
    from tests.integration.test_pages import browser, csrf

    found = await house.studio.create(owner, GROOMING)
    project = found.project.id
    (budget,) = found.session.claims_of(fields.BUDGET)
    await house.studio.correct(owner, project, budget.id, "31,000 euros")
    async with browser(house, owner) as page:
        path = f"/studio/{project}/claims/{budget.id}"
        late = await page.post(path, data={**csrf(house, page), "text": "28,000 euros"})
        assert late.status_code == 409
        assert "Yours: <q>28,000 euros</q>. Now: <q>31,000 euros</q>" in late.text
