"""The studio's verbs ask roles, grants and policies; a list shows what each of its rows would say."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import api_client

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.policies import Asked, PolicyDraft, Role
from evigate.studio.permissions import ANSWER, PROJECT, READ, WRITE
from evigate.studio.tasks.models import InboxFilter, TaskDraft

IDEA = "Customers phone our two salons to book and we lose appointments. Budget about 20k."
PERMISSIONS = (READ, ANSWER, WRITE)


async def person(house: House, owner: Subject, email: str, role: str) -> Subject:
    user_id = await house.tenancy.add_member(owner, email, role)
    return Subject(owner.tenant_id, f"user:{user_id}", role, user_id)


async def begin(house: House, subject: Subject, name: str = "Salons") -> UUID:
    return (await house.studio.create(subject, IDEA, name=name)).project.id


async def names(house: House, subject: Subject) -> list[str]:
    return [each.name for each in await house.studio.list_projects(subject)]


def draft(effect: str, *actions: str, on: str = "project:*", **rest: Any) -> PolicyDraft:
    name = rest.pop("name", f"{effect} {' '.join(actions)} {on}")
    return PolicyDraft(name, effect, actions, (on,), **rest)


async def test_a_grant_on_one_project_lets_a_viewer_answer_there_until_it_ends(
    house: House, owner: Subject
) -> None:
    one, other = await begin(house, owner), await begin(house, owner)
    vic = await person(house, owner, "vic@home.test", "viewer")
    for project in (one, other):
        with pytest.raises(
            EvigateError, match=r"E_DENIED: 'studio.answer' is not allowed: no role"
        ):
            await house.studio.say(vic, project, "Half as many no-shows")
    await house.policies.keep_role(owner, Role(None, "answerer", "", ("studio:answer",)))
    assert vic.user_id is not None
    end = utc_now() + timedelta(days=1)
    grant = await house.policies.grant(
        owner, "answerer", vic.user_id, scope=f"project:{one}", expires_at=end
    )
    found = await house.studio.say(vic, one, "Half as many no-shows")
    assert found.session.turn == 2 and found.may == {READ, ANSWER}
    for verb in (
        house.studio.say(vic, other, "Half as many no-shows"),
        house.studio.close(vic, one),
    ):
        with pytest.raises(EvigateError, match="E_DENIED"):
            await verb
    async with house.database.maintenance("test") as tx:
        await tx.connection.execute(
            "UPDATE kernel.role_grants SET created_at = now() - interval '2 s',"
            " expires_at = now() - interval '1 s' WHERE id = %s",
            (grant,),
        )
    with pytest.raises(EvigateError, match="E_DENIED"):
        await house.studio.say(vic, one, "Half as many no-shows")
    refused = await house.access.list_evaluations(owner, resource=f"project:{one}")
    assert [(each.action, each.is_allowed) for each in refused] == [
        ("studio:answer", False), ("studio:write", False), ("studio:answer", False)
    ]  # fmt: skip


async def test_a_policy_that_denies_reading_makes_a_project_not_there(
    house: House, owner: Subject, stranger: Subject
) -> None:
    mine, secret = await begin(house, owner), await begin(house, owner, "Secret")
    theirs = await begin(house, stranger, "Secret")
    ed = await person(house, owner, "ed@home.test", "editor")
    hidden = {"resource.name": "Secret", "user.role": {"$ne": "owner"}}
    kept = await house.policies.keep_policy(
        owner, draft("deny", "studio:*", conditions=hidden, name="Hide")
    )
    assert await names(house, ed) == ["Salons"]
    assert await names(house, owner) == ["Secret", "Salons"]
    assert [each.id for each in await house.studio.list_projects(stranger)] == [theirs]
    for verb in (
        house.studio.show(ed, secret),
        house.studio.say(ed, secret, "hello there"),
        house.studio.close(ed, secret),
        house.studio.replayed(ed, secret),
    ):
        with pytest.raises(EvigateError) as refusal:
            await verb
        never = f"There is no project '{secret}'."
        assert (refusal.value.code.name, refusal.value.message) == ("E_PROJECT_NOT_FOUND", never)
    assert (await house.studio.show(ed, mine)).may == set(PERMISSIONS)
    # What is kept of a policy is kept by its version: another one counts at once.
    changed = draft("deny", "studio:write", conditions=hidden, name="Hide")
    await house.policies.keep_policy(owner, changed, policy_id=kept.id, version=kept.version)
    assert (await house.studio.show(ed, secret)).may == {READ, ANSWER}
    with pytest.raises(EvigateError, match=r"E_DENIED: .*a policy says no"):
        await house.studio.close(ed, secret)
    await house.policies.remove_policy(owner, kept.id)
    assert await names(house, ed) == ["Secret", "Salons"]
    # Who may not read it does not write it either, whatever else is allowed.
    await house.policies.keep_policy(owner, draft("deny", "studio:read", conditions=hidden))
    with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
        await house.studio.close(ed, secret)


async def test_a_question_about_a_project_knows_it_as_its_verbs_do(
    house: House, owner: Subject
) -> None:
    secret = await begin(house, owner, "Secret")
    ed = await person(house, owner, "ed@home.test", "editor")
    assert ed.user_id is not None
    hidden = draft("deny", "studio:*", conditions={"resource.name": "Secret"}, priority=1)
    asked = Asked("studio:write", f"project:{secret}")
    tried = await house.access.explain(owner, asked, ed.user_id, draft=hidden)
    assert (tried.decision.is_allowed, tried.decision.deciding) == (False, ("draft",))
    kept = await house.access.explain(owner, asked, ed.user_id)
    assert kept.decision.is_allowed
    supposed = Asked("studio:write", f"project:{secret}", {"name": "Open"})
    assert (
        await house.access.explain(owner, supposed, ed.user_id, draft=hidden)
    ).decision.is_allowed


async def test_a_denial_without_an_answer_denies(house: House, owner: Subject) -> None:
    project = await begin(house, owner)
    ed = await person(house, owner, "ed@home.test", "editor")
    broken = {"resource.name": {"$in": {"$ref": "user.email"}}, "user.role": "editor"}
    await house.policies.keep_policy(owner, draft("deny", "studio:read", conditions=broken))
    assert await names(house, ed) == []
    with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
        await house.studio.show(ed, project)
    assert await names(house, owner) == ["Salons"]


async def test_ones_own_projects_alone(house: House, owner: Subject) -> None:
    ann = await person(house, owner, "ann@home.test", "editor")
    bob = await person(house, owner, "bob@home.test", "editor")
    await begin(house, ann, "Ann's")
    await begin(house, bob, "Bob's")
    own = {"resource.owner_id": {"$ne": {"$ref": "user.id"}}, "user.role": {"$ne": "owner"}}
    await house.policies.keep_policy(owner, draft("deny", "studio:*", conditions=own, priority=5))
    assert await names(house, ann) == ["Ann's"]
    assert await names(house, bob) == ["Bob's"]
    assert await names(house, owner) == ["Bob's", "Ann's"]


async def test_a_token_made_for_less_holds_no_more_than_it_was_made_for(
    house: House, owner: Subject
) -> None:
    project = await begin(house, owner)
    vic = await person(house, owner, "vic@home.test", "editor")
    await house.policies.keep_role(owner, Role(None, "answerer", "", ("studio:answer",)))
    assert vic.user_id is not None
    await house.policies.grant(owner, "answerer", vic.user_id, scope=f"project:{project}")
    _, token = await house.tenancy.create_token(vic, "looks", role="viewer")
    async with api_client(house, vic) as client:
        path = f"/api/v1/studio/projects/{project}"
        body = {"text": "Half as many no-shows"}
        assert (await client.post(f"{path}/messages", json=body)).status_code == 201
        client.headers["authorization"] = f"Bearer {token}"
        assert (await client.get(path)).status_code == 200
        refused = await client.post(f"{path}/messages", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "E_DENIED")


async def test_a_page_shows_no_form_that_would_be_refused(
    client: httpx.AsyncClient, house: House, owner: Subject
) -> None:
    from tests.integration.test_pages import browser

    project = await begin(house, owner)
    vic = await person(house, owner, "vic@home.test", "viewer")
    async with browser(house, vic) as page:
        seen = (await page.get(f"/studio/{project}")).text
        assert "Salons" in seen and 'id="say"' not in seen and "End the discovery" not in seen
    await house.policies.keep_policy(
        owner, draft("allow", "studio:answer", on=f"project:{project}")
    )
    async with browser(house, vic) as page:
        seen = (await page.get(f"/studio/{project}")).text
        assert 'id="say"' in seen and "End the discovery" not in seen
        assert "Find candidates" not in (await page.get(f"/studio/{project}/features")).text
    # What follows asks for this project too, and not for the role alone.
    await house.policies.keep_policy(owner, draft("allow", "studio:write", on=f"project:{project}"))
    async with browser(house, vic) as page:
        assert "Find candidates" in (await page.get(f"/studio/{project}/features")).text
        assert "Go on to" in (await page.get(f"/studio/{project}/phases")).text
        assert "Make the plan" in (await page.get(f"/studio/{project}/plan")).text


CONDITIONS = st.sampled_from(
    [
        None,
        {"resource.name": "P0"},
        {"resource.name": {"$in": ["P1", "P2"]}},
        {"resource.owner_id": {"$eq": {"$ref": "user.id"}}},
        {"resource.nothing": {"$exists": True}},
        {"resource.name": {"$in": {"$ref": "user.email"}}},  # no answer
        {"$or": [{"resource.name": {"$regex": "^P[02]$"}}, {"user.role": "viewer"}]},
        {"$nor": [{"resource.status": "active"}, {"resource.type": "paper"}]},
        {"resource.nothing": {"$gt": 3}},
    ]
)
POLICIES = st.lists(
    st.tuples(
        st.sampled_from(["allow", "deny"]),
        st.sampled_from(["studio:read", "studio:*", "*", "papers:read"]),
        st.sampled_from(["project:*", "*", "paper:*", 0, 1, 2]),
        CONDITIONS,
        st.integers(-1, 1),
    ),
    max_size=4,
)


async def test_a_list_holds_what_may_be_read_and_nothing_else(house: House, owner: Subject) -> None:
    """The filter that is compiled to SQL against the decision for each row, on random policies."""
    vic = await person(house, owner, "vic@home.test", "viewer")
    pat = await person(house, owner, "pat@home.test", "learner")
    ids = [await begin(house, owner if n else vic_editor, f"P{n}") for n, vic_editor in
           enumerate([await person(house, owner, "ed@home.test", "editor"), owner, owner])]  # fmt: skip
    await house.policies.keep_role(owner, Role(None, "reader", "", ("studio:read",)))
    assert pat.user_id is not None
    await house.policies.grant(owner, "reader", pat.user_id, scope=f"project:{ids[1]}")
    seen_some = 0

    async def agrees(several: list[Any]) -> None:
        nonlocal seen_some
        for kept in await house.policies.list_policies(owner):
            await house.policies.remove_policy(owner, kept.id)
        for number, (effect, action, on, condition, priority) in enumerate(several):
            thing = on if isinstance(on, str) else f"project:{ids[on]}"
            await house.policies.keep_policy(
                owner,
                PolicyDraft(str(number), effect, (action,), (thing,), condition, priority),
            )
        for subject in (owner, vic, pat):
            listed = {each.id for each in await house.studio.list_projects(subject)}
            allowed = set()
            async with house.database.tx(subject) as tx:
                for each in ids:
                    entry = await house.guard.look(tx, PROJECT, each)
                    allowed |= {each} if entry.may(READ) else set()
            assert listed == allowed, several
            seen_some += 0 < len(listed) < len(ids)

    @settings(
        max_examples=25, deadline=None, database=None, derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    @given(POLICIES)
    def gather(several: list[Any]) -> None:
        cases.append(several)

    cases: list[list[Any]] = []
    gather()
    for several in cases:
        await agrees(several)
    assert seen_some > 10


async def test_what_follows_a_discovery_asks_the_same(house: House, owner: Subject) -> None:
    """Phases, features, plans, what is drafted of them, and tasks."""
    seen, hidden = await begin(house, owner), await begin(house, owner)
    vic = await person(house, owner, "vic@home.test", "viewer")
    await house.policies.keep_policy(
        owner, draft("deny", "studio:*", on=f"project:{hidden}", priority=5)
    )
    looks = (house.phases.show, house.plans.run)
    for look in looks:
        await look(vic, seen)
        with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
            await look(vic, hidden)
    with pytest.raises(EvigateError, match="E_DENIED"):
        await house.phases.advance(vic, seen, version_seen=1)
    for verb in (house.features.find, house.plans.generate, house.features.board):
        with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
            await verb(vic, hidden)
    with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
        await house.planning_artifacts.draft(vic, hidden, "blueprint")
    task = TaskDraft(kind="PROVIDE", title="Hours?")
    mine = await house.tasks.create(owner, seen, task)
    await house.tasks.create(owner, seen, task.model_copy(update={"title": "Prices?"}))
    assert len(await house.tasks.inbox(vic, InboxFilter(project_id=seen))) == 2
    with pytest.raises(EvigateError, match="E_DENIED"):
        await house.tasks.submit(vic, mine.task.id, {"text": "9 to 5"})
    with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
        await house.tasks.create(vic, hidden, task)
