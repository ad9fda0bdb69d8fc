"""Tasks through their verbs, routes and pages: waiting, giving once, whose they are, whose not."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.conftest import api_client
from tests.integration.test_pages import browser

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject, job_subject
from evigate.boot import House
from evigate.kernel.events import read_events
from evigate.studio import fields
from evigate.studio.tasks.actions import FileUpload, FormField, FormSubmit, SingleSelect, TextInput
from evigate.studio.tasks.models import ActionDraft, InboxFilter, Target, TaskDraft, TaskPage
from evigate.studio.watching import INBOX_STREAM

IDEA = "Customers phone our two salons to book and we lose appointments. Budget about 20k."
EVERYTHING = InboxFilter()


@pytest.fixture
async def project(house: House, owner: Subject) -> UUID:
    return (await house.studio.create(owner, IDEA, name="Salons")).project.id


async def make(house: House, owner: Subject, project: UUID, title: str, **rest: Any) -> TaskPage:
    draft = TaskDraft(kind=rest.pop("kind", "PROVIDE"), title=title, **rest)
    return await house.tasks.create(owner, project, draft)


def kinds(page: TaskPage) -> list[str]:
    return [each.kind for each in page.activity]


async def test_what_waits_is_blocked_until_the_other_is_done(
    house: House, owner: Subject, project: UUID
) -> None:
    first = await make(house, owner, project, "Give the price list")
    second = await make(
        house, owner, project, "Check it", waits_for=(first.task.id,), kind="REVIEW"
    )
    assert second.task.state == "blocked" and second.task.blockers == (first.task.id,)
    with pytest.raises(EvigateError, match=r"E_TASK_BLOCKED.*waits for 1 other"):
        await house.tasks.submit(owner, second.task.id, {"decision": "approve"})
    await house.tasks.start(owner, first.task.id)
    done = await house.tasks.submit(owner, first.task.id, {"text": "Wash 20, cut 35"})
    assert done.task.state == "completed"
    assert done.task.result == {"Your answer": {"text": "Wash 20, cut 35"}}
    assert kinds(done) == ["created", "started", "submitted", "completed"]
    freed = await house.tasks.show(owner, second.task.id)
    assert freed.task.state == "pending"
    assert kinds(freed) == ["created", "blocked", "unblocked"]


async def test_a_circle_is_refused_with_its_path(
    house: House, owner: Subject, project: UUID
) -> None:
    a, b, c = [(await make(house, owner, project, title)).task.id for title in "ABC"]
    await house.tasks.wait_for(owner, b, a)
    await house.tasks.wait_for(owner, c, b)
    with pytest.raises(EvigateError, match="C → B → A → C"):
        await house.tasks.wait_for(owner, a, c)
    await house.tasks.wait_no_more(owner, b, a)
    assert (await house.tasks.wait_for(owner, a, c)).task.blockers == (c,)


async def test_two_who_close_a_circle_at_once_do_not(
    house: House, owner: Subject, project: UUID
) -> None:
    a, b = [(await make(house, owner, project, title)).task.id for title in "AB"]
    both = await asyncio.gather(
        house.tasks.wait_for(owner, a, b),
        house.tasks.wait_for(owner, b, a),
        return_exceptions=True,
    )
    assert [type(each) for each in both].count(EvigateError) == 1


async def test_a_key_writes_once_and_stands_for_its_data(
    house: House, owner: Subject, project: UUID
) -> None:
    actions = (
        ActionDraft(label="Rule", config=SingleSelect(options=("half", "all"))),
        ActionDraft(label="Why", config=TextInput(), is_required=False),
    )
    task = await make(house, owner, project, "Refund rule?", kind="DECIDE", actions=actions)
    rule, why = task.actions
    with pytest.raises(EvigateError, match=r"Rule \(.*Why \("):
        await house.tasks.submit(owner, task.task.id, {"choice": "half"})
    several = await asyncio.gather(
        *(
            house.tasks.submit(
                owner, task.task.id, {"choice": "half"}, action_id=rule.id, idempotency_key="k"
            )
            for _ in range(4)
        )
    )
    assert {each.task.state for each in several} == {"completed"}
    assert {len(each.submissions) for each in several} == {1}
    with pytest.raises(EvigateError, match="E_REPLY_REUSED"):
        await house.tasks.submit(
            owner, task.task.id, {"choice": "all"}, action_id=rule.id, idempotency_key="k"
        )
    with pytest.raises(EvigateError, match="E_TASK_DONE"):
        await house.tasks.submit(owner, task.task.id, {"text": "x"}, action_id=why.id)


async def test_a_secret_goes_into_the_vault_and_a_file_comes_back(
    house: House, owner: Subject, stranger: Subject, project: UUID
) -> None:
    field = FormField(name="api_key", label="Key", type="secret")
    actions = (
        ActionDraft(label="Credential", config=FormSubmit(fields=(field,))),
        ActionDraft(label="Contract", config=FileUpload(endings=("txt",))),
    )
    made = await make(house, owner, project, "Connect the cards", kind="CONNECT", actions=actions)
    credential, contract = made.actions
    after = await house.tasks.submit(
        owner, made.task.id, {"api_key": "canary-51"}, action_id=credential.id
    )
    assert after.task.state == "in_progress"
    assert after.submissions[0].bindings == ({"secret": f"task.{made.task.id}.api_key"},)
    async with house.database.tx(owner) as tx:
        assert await house.vault.read(tx, f"task.{made.task.id}.api_key") == "canary-51"
        cursor = await tx.connection.execute(
            "SELECT count(*) AS found FROM studio.task_submissions s WHERE s::text LIKE '%canary%'"
        )
        row = await cursor.fetchone()
        assert row is not None and row["found"] == 0
    content = {"name": "fee.txt", "content": b"half the fee"}
    done = await house.tasks.submit(owner, made.task.id, content, action_id=contract.id)
    assert done.task.state == "completed"
    digest = done.submissions[1].data["digest"]
    assert await house.tasks.file(owner, made.task.id, digest) == ("fee.txt", b"half the fee")
    with pytest.raises(EvigateError, match="E_TASK_NOT_FOUND"):
        await house.tasks.file(stranger, made.task.id, digest)


async def test_the_inbox_is_by_person_and_role(
    house: House, owner: Subject, stranger: Subject, project: UUID
) -> None:
    user_id = await house.tenancy.add_member(owner, "eva@home.test", "editor")
    eva = Subject(owner.tenant_id, f"user:{user_id}", "editor", user_id)
    await make(house, owner, project, "Eva's", assignee_id=user_id)
    await make(house, owner, project, "an editor's", assignee_role="editor")
    await make(house, owner, project, "an owner's", assignee_role="owner")
    about = Target(kind="feature", target="deposits")
    free = await make(house, owner, project, "anybody's", targets=(about,))
    mine = replace(EVERYTHING, mine=True, project_id=project)

    async def titles(subject: Subject, wanted: InboxFilter) -> set[str]:
        found = await house.tasks.inbox(subject, wanted)
        return {each.title for each in found if each.need_key is None}

    assert await titles(eva, mine) == {"Eva's", "an editor's", "anybody's"}
    assert await titles(owner, mine) == {"an owner's", "anybody's"}
    assert await titles(owner, replace(EVERYTHING, target=about)) == {"anybody's"}
    assert await titles(stranger, EVERYTHING) == set()
    await house.tasks.cancel(owner, free.task.id, "nobody needs it")
    assert await titles(eva, mine) == {"Eva's", "an editor's"}
    assert await titles(owner, replace(EVERYTHING, state="cancelled")) == {"anybody's"}
    page = await house.tasks.inbox(owner, replace(EVERYTHING, limit=2))
    rest = await house.tasks.inbox(owner, replace(EVERYTHING, before=page[-1].id))
    every = await house.tasks.inbox(owner, EVERYTHING)
    assert [each.id for each in [*page, *rest]] == [each.id for each in every]


async def test_two_who_assign_at_once_learn_of_each_other(
    house: House, owner: Subject, project: UUID
) -> None:
    task = (await make(house, owner, project, "Whose?")).task
    await house.tasks.assign(owner, task.id, version=1, assignee_role="editor")
    with pytest.raises(EvigateError) as caught:
        await house.tasks.assign(owner, task.id, version=1, assignee_id=owner.user_id)
    assert caught.value.code.name == "E_TASK_STALE"
    assert caught.value.detail["present"]["assignee_role"] == "editor"
    assert caught.value.detail["yours"]["assignee_id"] == str(owner.user_id)
    with pytest.raises(EvigateError, match="is no member here"):
        await house.tasks.assign(owner, task.id, version=2, assignee_id=UUID(int=5))


async def test_a_task_of_the_conversation_is_answered_there(
    house: House, owner: Subject, project: UUID
) -> None:
    key = "constraints.timeline"
    await house.studio.defer(owner, project, key)
    (task,) = await house.tasks.inbox(owner, replace(EVERYTHING, project_id=project))
    assert (task.kind, task.need_key) == ("PROVIDE", key)
    with pytest.raises(EvigateError, match="E_TASK_IS_SAID"):
        await house.tasks.cancel(owner, task.id, "no")
    done = await house.tasks.submit(owner, task.id, {"text": "Live in three months"})
    assert done.task.state == "completed"
    assert kinds(done) == ["created", "completed"]
    session = (await house.studio.show(owner, project)).session
    assert session.claims_of(key)
    assert await house.studio.replayed(owner, project) == session


async def test_a_task_whose_need_changed_is_looked_at_again(
    house: House, owner: Subject, project: UUID
) -> None:
    about = Target(kind="need", target="constraints.timeline")
    made = await make(house, owner, project, "Book the builders", targets=(about,))
    await house.tasks.submit(owner, made.task.id, {"text": "booked for March"})
    await house.studio.say(owner, project, "It must be live in three months.")
    found = await house.tasks.inbox(owner, replace(EVERYTHING, kind="REVIEW"))
    assert [each.title for each in found] == ["Look again: Book the builders"]
    done = await house.tasks.submit(owner, found[0].id, {"decision": "approve"})
    assert done.task.state == "completed"


async def test_over_http_and_not_for_others(
    client: httpx.AsyncClient, house: House, stranger: Subject, project: UUID
) -> None:
    made = await client.post(
        f"/api/v1/studio/projects/{project}/tasks",
        json={"kind": "PROVIDE", "title": "Hours?", "due_on": "2026-12-01"},
    )
    assert made.status_code == 201, made.text
    task = made.json()
    path = f"/api/v1/studio/tasks/{task['id']}"
    body = {"data": {"text": "9 to 5"}}
    for _ in range(2):
        given = await client.post(
            f"{path}/submissions", json=body, headers={"Idempotency-Key": "once"}
        )
        assert given.status_code == 200 and len(given.json()["submissions"]) == 1
    other = await client.post(
        f"{path}/submissions", json={"data": {"text": "no"}}, headers={"Idempotency-Key": "once"}
    )
    assert (other.status_code, other.json()["code"]) == (422, "E_REPLY_REUSED")
    listed = await client.get("/api/v1/studio/tasks", params={"due_by": "2026-12-01"})
    assert [each["id"] for each in listed.json()["items"]] == [task["id"]]
    async with api_client(house, stranger) as theirs:
        for method, tail in (("GET", ""), ("POST", "/start"), ("PUT", f"/waits/{task['id']}")):
            answer = await theirs.request(method, f"{path}{tail}")
            assert (answer.status_code, answer.json()["code"]) == (404, "E_TASK_NOT_FOUND")
        assert (await theirs.get("/api/v1/studio/tasks")).json()["items"] == []


async def test_what_is_due_is_told_once_before_and_once_when_late(
    house: House, owner: Subject, stranger: Subject, project: UUID
) -> None:
    due = date(2027, 3, 1)
    task = (await make(house, owner, project, "Prices", due_on=due)).task.id
    await make(house, owner, project, "Hours")
    assert owner.tenant_id is not None
    upkeep = job_subject(owner.tenant_id, "studio.task_reminders")
    told = [
        await house.tasks.remind(upkeep, due + timedelta(days=n)) for n in (-2, -1, -1, 0, 1, 5)
    ]
    assert told == [0, 1, 0, 0, 1, 0]
    page = await house.tasks.show(owner, task)
    assert [e.details["is_late"] for e in page.activity if e.kind == "reminded"] == [False, True]
    async with house.database.tx(owner) as tx:
        events = await read_events(tx, INBOX_STREAM, owner.tenant_id)
        assert {(each.type, str(each.payload)) for each in events} == {("task_changed", "{}")}
    async with house.database.tx(stranger) as tx:
        assert await read_events(tx, INBOX_STREAM, owner.tenant_id) == []


async def test_pages_tell_how_many_tasks_are_about_a_thing_and_follow_them(
    house: House, owner: Subject, project: UUID
) -> None:
    about = (Target(kind="feature", target="online-booking"),)
    for title in ("Prices", "Hours"):
        await make(house, owner, project, title, targets=about)
    need = (Target(kind="need", target=fields.MEASURES),)
    await make(house, owner, project, "Goal?", targets=need)
    assert await house.tasks.open_about(owner, project, "feature") == {"online-booking": 2}
    await house.features.find(owner, project)
    await house.features.select(owner, project, "online-booking")
    async with browser(house, owner) as page:
        board = (await page.get(f"/studio/{project}/features")).text
        assert "2 open tasks" in board
        assert "1 open task<" in (await page.get(f"/studio/{project}")).text
        listed = (await page.get(f"/inbox?project={project}&about=feature:online-booking")).text
        assert "Prices" in listed and "Hours" in listed and "Goal?" not in listed
        assert "/api/v1/studio/tasks/events?after=" in listed
        home = (await page.get("/")).text
        assert "Goal?" in home and "Salons" in home and "No papers yet." in home
    async with browser(house) as visitor:
        assert (await visitor.get("/")).headers["location"] == "/sign-in"


async def test_a_customer_may_be_asked_for_a_secret(house: House, owner: Subject) -> None:
    project = (await house.studio.create(owner, IDEA, name="Salons")).project.id
    field = FormField(name="api_key", label="Key", type="secret")
    action = ActionDraft(label="Key", config=FormSubmit(fields=(field,)))
    asked = await make(house, owner, project, "Your key?", kind="CONNECT", actions=(action,))
    agency = (await house.organisations.create(owner, "agency", "The Agency")).organisation.id
    _, token = await house.engagements.invite(
        owner, agency, "kim@client.test", resource=f"project:{project}", role="client"
    )
    kim = (await house.invitations.accept(token, user_agent=None)).subject
    done = await house.tasks.submit(kim, asked.task.id, {"api_key": "sk-canary"})
    assert done.task.state == "completed" and "canary" not in str(done)
    name = f"task.{asked.task.id}.api_key"
    async with house.database.tx(owner) as tx:
        assert await house.vault.read(tx, name) == "sk-canary"
    with pytest.raises(EvigateError, match="E_DENIED"):
        async with house.database.tx(kim) as tx:
            await house.vault.list(tx)
