"""What a plan leaves to people: made once, answered into the plan with a quote, ended when settled."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from tests.integration.studio.projects import generate, in_features

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.studio.planning.leaving import leave_tasks
from evigate.studio.planning.models import Prefill
from evigate.studio.planning.store import load_plan, put_question
from evigate.studio.tasks.actions import FormSubmit, SingleSelect
from evigate.studio.tasks.models import InboxFilter, Task

WANTED = ("online-booking", "deposits", "reminders", "roles-permissions", "data-import")


async def tasks_of(house: House, owner: Subject, project: UUID, kind: str) -> list[Task]:
    wanted = InboxFilter(project_id=project, kind=kind)  # type: ignore[arg-type]
    found = await house.tasks.inbox(owner, wanted)
    return [each for each in found if each.need_key is None]


@pytest.fixture
async def project(house: House, owner: Subject) -> UUID:
    found = await in_features(house, owner)
    await house.features.find(owner, found)
    for key in WANTED:
        await house.features.select(owner, found, key)
    for seed in (await house.features.board(owner, found)).undecided():
        await house.features.decide_seed(owner, found, seed.key, "met", "it is a promise")
    await house.phases.advance(owner, found, version_seen=1)
    await generate(house, owner, found)
    return found


async def contradict(house: House, owner: Subject, project: UUID, key: str, value: Any) -> None:
    """Let something speak against a question's answer, as a cascade from another answer does."""
    async with house.database.tx(owner) as tx:
        plan = await load_plan(tx, project)
        question = plan.question(key)
        assert question is not None
        offer = Prefill(value, 0.95, "cascade", "You answered that elsewhere.")
        assert await put_question(tx, replace(question, prefill=offer))
        library = await house.library.library_in(tx)
        await leave_tasks(tx, await load_plan(tx, project), library)


async def test_a_plan_leaves_tasks_that_are_answered_into_it(
    house: House, owner: Subject, project: UUID
) -> None:
    # A system that was named is to be connected, with what one signs in with sealed.
    (connect,) = await tasks_of(house, owner, project, "CONNECT")
    assert connect.title == "Connect Google Calendar" and "“" in connect.description
    page = await house.tasks.show(owner, connect.id)
    assert [each.kind for each in page.targets] == ["integration"]
    assert isinstance(page.actions[0].config, FormSubmit) and not page.actions[0].is_required
    # What is to be imported has to be seen.
    (bring,) = await tasks_of(house, owner, project, "PROVIDE")
    assert "imported" in bring.title
    upload = {"name": "old.csv", "content": b"name,phone"}
    assert (await house.tasks.submit(owner, bring.id, upload)).task.state == "completed"

    # A question is left to the customer; the answer is the plan's and a claim with its words.
    key = "msg-reminder-when"
    await house.plans.ask(owner, project, key)
    await house.plans.ask(owner, project, key)
    (asked,) = [e for e in await tasks_of(house, owner, project, "PROVIDE") if e.is_open]
    assert asked.assignee_role == "customer"
    await house.tasks.submit(owner, asked.id, {"text": "The day before, at noon."})
    question = (await house.plans.show(owner, project)).question(key)
    assert question is not None and question.answer is not None
    assert question.answer.raw == "The day before, at noon."
    session = (await house.studio.show(owner, project)).session
    (claim,) = [c for c in session.claims.values() if c.field_path.endswith(key)]
    said = session.message(claim.message_id)
    assert said is not None and said.content[claim.quote_start : claim.quote_end] == claim.quote
    assert (claim.kind, claim.quote) == ("decision", "The day before, at noon.")
    assert await house.studio.replayed(owner, project) == session

    # Two answers that cannot both hold are a decision, once; taking one on the plan ends it.
    await contradict(house, owner, project, key, "two hours before")
    (decide,) = await tasks_of(house, owner, project, "DECIDE")
    action = (await house.tasks.show(owner, decide.id)).actions[0]
    assert isinstance(action.config, SingleSelect)
    assert action.config.options == ("The day before, at noon.", "two hours before")
    await contradict(house, owner, project, key, "two hours before")
    assert len(await tasks_of(house, owner, project, "DECIDE")) == 1
    await house.plans.accept(owner, project, key)
    assert (await house.tasks.show(owner, decide.id)).task.state == "completed"
    # And by the task itself.
    await contradict(house, owner, project, key, "an hour before")
    (again,) = [e for e in await tasks_of(house, owner, project, "DECIDE") if e.is_open]
    await house.tasks.submit(owner, again.id, {"choice": "an hour before"})
    question = (await house.plans.show(owner, project)).question(key)
    assert question is not None and question.answer is not None
    assert question.answer.raw == "an hour before" and not question.has_conflict
    with pytest.raises(EvigateError, match="E_QUESTION_STATE"):
        await house.plans.ask(owner, project, key)
    # What was connected or brought is not asked for again.
    assert len(await tasks_of(house, owner, project, "CONNECT")) == 1
