"""Customers: invited by a link, engaged in one project, and everything else is not there."""

import asyncio
import json
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.conftest import api_client
from tests.integration.test_organisations import IDEA, audited, founded, join
from tests.integration.test_pages import SAME_ORIGIN, browser, csrf
from typer.testing import CliRunner

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.cli.main import build_app
from evigate.kernel.organisations import EngagementStatus
from evigate.kernel.policies import Role
from evigate.studio.session.conflicts import shown

KIM = "kim@client.test"


async def project(house: House, subject: Subject, text: str = IDEA) -> str:
    return f"project:{(await house.studio.create(subject, text)).project.id}"


def id_of(resource: str) -> UUID:
    return UUID(resource.partition(":")[2])


async def customer(
    house: House, owner: Subject, organisation: UUID, resource: str, email: str = KIM
) -> Subject:
    _, token = await house.engagements.invite(
        owner, organisation, email, resource=resource, role="client"
    )
    return (await house.invitations.accept(token, user_agent=None)).subject


async def test_an_invitation_makes_a_customer_a_grant_and_a_session_at_once(
    house: House, owner: Subject
) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    first, old = await house.engagements.invite(
        owner, agency, "Kim@client.test", resource=resource, role="client", message="Welcome"
    )
    again, token = await house.engagements.invite(
        owner, agency, KIM, resource=resource, role="client"
    )
    assert again.id == first.id and len(token) > 40
    with pytest.raises(EvigateError, match="E_INVITATION_INVALID"):
        await house.invitations.accept(old, user_agent=None)
    offer = await house.invitations.find_offer(token)
    assert (offer.organisation, offer.email, offer.role) == ("The Agency", KIM, "customer")
    accepted = await house.invitations.accept(token, user_agent=None)
    assert accepted.subject.role == "customer" and accepted.session is not None
    (held,) = await house.policies.list_grants(owner)
    assert (held.email, held.role, held.scope, held.organisation_id) == (
        KIM, "client", resource, agency
    )  # fmt: skip
    (place,) = await house.portal.places(accepted.subject)
    assert (place.resource, place.status) == (resource, EngagementStatus.ACTIVE)
    told = await audited(house, owner)
    assert told[-3:] == ["invitation_accepted", "customer_engaged", "signed_in"]
    (row,) = (await house.organisations.show(owner, agency)).invitations
    assert row.status(utc_now()) == "accepted"


async def test_of_many_who_accept_at_once_one_does(house: House, owner: Subject) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    _, token = await house.engagements.invite(owner, agency, KIM, resource=resource, role="client")
    outcomes = await asyncio.gather(
        *(house.invitations.accept(token, user_agent=None) for _ in range(4)),
        return_exceptions=True,
    )
    refused = [each for each in outcomes if isinstance(each, EvigateError)]
    assert [each.code.name for each in refused] == ["E_INVITATION_INVALID"] * 3
    assert len((await house.organisations.show(owner, agency)).engagements) == 1


async def test_an_invitation_that_ended_is_worth_nothing_however_it_ended(
    house: House, owner: Subject
) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    await house.policies.keep_role(owner, Role(None, "guest", "", ("studio:read",)))
    tokens = {}
    for name, role in (("revoked", "client"), ("late", "client"), ("roleless", "guest")):
        made, tokens[name] = await house.engagements.invite(
            owner, agency, f"{name}@client.test", resource=resource, role=role
        )
        if name == "revoked":
            await house.engagements.revoke_invitation(owner, agency, made.id)
            with pytest.raises(EvigateError, match="E_INVITATION_NOT_FOUND"):
                await house.engagements.revoke_invitation(owner, agency, made.id)
    (guest,) = [each for each in await house.policies.list_roles(owner) if each.name == "guest"]
    assert guest.id is not None
    await house.policies.remove_role(owner, guest.id)
    with psycopg.connect(house.urls.owner) as connection:
        connection.execute("SET ROLE service_role")
        connection.execute(
            "UPDATE kernel.invitations SET expires_at = now() - interval '1 second'"
            " WHERE email = 'late@client.test'"
        )
        connection.commit()
    pages = set()
    async with browser(house, None) as visitor:
        for token in (*tokens.values(), "evg_never"):
            for answer in (
                await visitor.get(f"/invitations/{token}"),
                await visitor.post(f"/invitations/{token}", headers=SAME_ORIGIN),
            ):
                assert answer.status_code == 401
                pages.add(answer.text)
    assert len(pages) == 1, "the pages tell how an invitation ended"
    waiting = (await house.organisations.show(owner, agency)).invitations
    assert {each.email for each in waiting if each.customer_role is None} == {
        "roleless@client.test"
    }
    _, renewed = await house.engagements.invite(
        owner, agency, "roleless@client.test", resource=resource, role="client"
    )
    assert (await house.invitations.accept(renewed, user_agent=None)).session


async def test_under_another_address_it_is_taken_up_only_when_asked(
    house: House, owner: Subject
) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    other = await project(house, owner, "A shop for bicycles, live in May.")
    lee = await customer(house, owner, agency, other, "lee@client.test")
    _, token = await house.engagements.invite(owner, agency, KIM, resource=resource, role="client")
    async with browser(house, lee) as page:
        asked = await page.get(f"/invitations/{token}")
        assert "lee@client.test" in asked.text and KIM in asked.text
        unsure = await page.post(f"/invitations/{token}", headers=SAME_ORIGIN)
        assert unsure.status_code == 409
        assert len(await house.portal.places(lee)) == 1
        taken = await page.post(f"/invitations/{token}", headers=SAME_ORIGIN, data={"who": "mine"})
        assert (taken.status_code, taken.headers["location"]) == (303, "/portal")
        # The same form again: it was this very person, so it is no failure.
        again = await page.post(f"/invitations/{token}", headers=SAME_ORIGIN, data={"who": "mine"})
        assert (again.status_code, again.headers["location"]) == (303, "/account")
    assert {each.resource for each in await house.portal.places(lee)} == {resource, other}
    members = {each.email for each in await house.tenancy.list_members(owner)}
    assert KIM not in members and "lee@client.test" in members


async def test_a_customer_sees_one_project_and_nothing_else_is_there(
    house: House, owner: Subject, stranger: Subject
) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    hidden = id_of(await project(house, owner, "A shop for bicycles, live in May."))
    foreign = id_of(await project(house, stranger))
    kim = await customer(house, owner, agency, resource)
    async with browser(house, kim) as page:
        seen = await page.get(f"/portal/{id_of(resource)}")
        assert seen.status_code == 200 and 'id="say"' in seen.text
        there = (await page.get("/nowhere")).text
        for path in ("/papers", "/studio", "/settings", "/organisations", f"/organisations/{agency}",
                     f"/studio/{id_of(resource)}", "/learning", "/settings/access", "/practice",
                     "/portals", "/doctor", "/runs"):  # fmt: skip
            answer = await page.get(path)
            assert (answer.status_code, answer.text) == (404, there), path
        for path in ("papers", "studio/projects", f"studio/projects/{id_of(resource)}", "members",
                     "organisations", "access/policies", "tokens", "stores", "reviews"):  # fmt: skip
            assert (await page.get(f"/api/v1/{path}")).status_code == 404, path
        for project_id in (hidden, foreign, agency):
            answer = await page.get(f"/portal/{project_id}")
            assert answer.status_code == 404
            answer = await page.post(f"/portal/{project_id}", data={
                **csrf(house, page), "turn_seen": "1", "text": "hello"})  # fmt: skip
            assert answer.status_code == 404
        sent = await page.post("/settings/tokens", data={**csrf(house, page), "name": "mine"})
        assert sent.status_code == 404
    assert await house.portal.places(stranger) == []
    for subject in (kim, stranger):
        for project_id in (hidden, foreign) if subject is kim else (id_of(resource), hidden):
            with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
                await house.portal.show(subject, project_id)
            with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
                await house.studio.show(subject, project_id)
    assert [each.id for each in await house.studio.list_projects(kim)] == [id_of(resource)]


async def test_the_database_shows_a_customer_no_other_row(house: House, owner: Subject) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    await project(house, owner, "A shop for bicycles, live in May.")
    await customer(house, owner, agency, resource, "lee@client.test")
    kim = await customer(house, owner, agency, resource)
    counts = {}
    async with house.database.tx(kim) as tx:
        for table in ("studio.projects", "studio.sessions", "kernel.memberships", "kernel.users",
                      "kernel.engagements", "kernel.role_grants", "kernel.organisation_members",
                      "kernel.events", "evidence.modules", "kernel.invitations"):  # fmt: skip
            row = await (
                await tx.connection.execute(f"SELECT count(*) AS n FROM {table}")
            ).fetchone()
            counts[table] = row["n"] if row else None
        sessions = "SELECT count(DISTINCT session_id) AS n FROM studio.messages"
        row = await (await tx.connection.execute(sessions)).fetchone()
    assert row and row["n"] == 1
    assert counts == {
        "studio.projects": 1, "studio.sessions": 1, "kernel.memberships": 1, "kernel.users": 1,
        "kernel.engagements": 1, "kernel.role_grants": 1, "kernel.organisation_members": 0,
        "kernel.events": 0, "evidence.modules": 0, "kernel.invitations": 0,
    }  # fmt: skip


async def test_a_customer_answers_and_does_nothing_else(house: House, owner: Subject) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    kim = await customer(house, owner, agency, resource)
    mine = id_of(resource)
    before = await house.portal.show(kim, mine)
    assert before.asked is not None and before.may_answer
    await house.studio.defer(owner, mine, "constraints.timeline")
    after = await house.portal.answer(kim, mine, "Half as many no-shows as today")
    assert after.turn > before.turn and after.completeness > before.completeness
    (task,) = after.open_tasks
    done = await house.portal.submit_task(kim, mine, task.id, "in three months")
    assert done.open_tasks == [] and done.done_tasks[0].id == task.id
    view = await house.studio.show(owner, mine)
    claim = next(iter(view.session.claims.values()))
    for verb in (
        house.studio.correct(kim, mine, claim.id, "another"),
        house.studio.defer(kim, mine, "constraints.budget"),
        house.studio.close(kim, mine),
    ):
        with pytest.raises(EvigateError, match=r"E_DENIED: 'studio.write' is not allowed: no role"):
            await verb
    with pytest.raises(EvigateError, match="E_DENIED"):
        await house.studio.create(kim, IDEA)
    refused = await house.access.list_evaluations(owner, is_allowed=False)
    assert {(each.action, each.resource, each.user_id) for each in refused} == {
        ("studio:write", resource, kim.user_id)
    }


async def test_an_engagement_gives_while_it_is_active_alone(house: House, owner: Subject) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    kim = await customer(house, owner, agency, resource)
    lee = await customer(house, owner, agency, resource, "lee@client.test")
    view = await house.organisations.show(owner, agency)
    engaged = {each.email: each for each in view.engagements}
    mine = engaged[KIM].id
    with pytest.raises(EvigateError, match="E_ENGAGEMENT_STATUS") as refusal:
        await house.engagements.change(owner, agency, mine, EngagementStatus.ARCHIVED)
    assert refusal.value.detail == {"yours": "archived", "present": "active"}
    await house.engagements.change(owner, agency, mine, EngagementStatus.COMPLETED)
    with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
        await house.portal.show(kim, id_of(resource))
    (place,) = await house.portal.places(kim)
    assert place.status is EngagementStatus.COMPLETED and place.title
    assert (await house.portal.show(lee, id_of(resource))).may_answer
    await house.engagements.change(owner, agency, mine, EngagementStatus.ARCHIVED)
    assert await house.portal.places(kim) == []
    await house.engagements.change(owner, agency, mine, EngagementStatus.ACTIVE)
    assert (await house.portal.show(kim, id_of(resource))).may_answer
    # Handed to somebody else, it is that one's.
    other = await project(house, owner, "A shop for bicycles, live in May.")
    made = await house.engagements.engage(owner, agency, KIM, resource=other, role="client")
    with pytest.raises(EvigateError, match="E_ENGAGEMENT_EXISTS"):
        await house.engagements.engage(owner, agency, KIM, resource=other, role="client")
    await house.engagements.reassign(owner, agency, made.id, "lee@client.test")
    assert len(await house.portal.places(lee)) == 2
    with pytest.raises(EvigateError, match="E_PROJECT_NOT_FOUND"):
        await house.portal.show(kim, id_of(other))
    with pytest.raises(EvigateError, match="E_ENGAGEMENT_STATUS"):
        await house.engagements.remove(owner, agency, made.id)


async def test_nobody_gives_what_they_do_not_hold(
    house: House, owner: Subject, stranger: Subject
) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    foreign = await project(house, stranger)
    vic = await join(house, owner, "vic@home.test", "viewer")
    await house.organisations.keep_member(owner, agency, "vic@home.test", "admin")
    await house.policies.keep_role(owner, Role(None, "onlooker", "", ("studio:read",)))
    await house.policies.keep_role(owner, Role(None, "all", "", ("studio:*",)))
    for role, wanted in (("client", "studio:answer"), ("all", "studio:answer")):
        with pytest.raises(EvigateError, match=f"E_DENIED: .*allows '{wanted}'"):
            await house.engagements.invite(vic, agency, KIM, resource=resource, role=role)
    await house.engagements.invite(vic, agency, KIM, resource=resource, role="onlooker")
    for named in (foreign, "project:0193b1f2-7d3e-7c1a-9f00-5a3c6f1e2d4b"):
        with pytest.raises(EvigateError, match="E_RESOURCE_NOT_FOUND"):
            await house.engagements.invite(owner, agency, KIM, resource=named, role="client")
    for named in ("project:x", "paper:1", "nothing"):
        with pytest.raises(EvigateError, match="E_ORGANISATION_INVALID"):
            await house.engagements.invite(owner, agency, KIM, resource=named, role="client")
    with pytest.raises(EvigateError, match="E_POLICY_NOT_FOUND"):
        await house.engagements.invite(owner, agency, KIM, resource=resource, role="editor")
    with pytest.raises(EvigateError, match="E_MEMBER_EXISTS"):
        await house.engagements.invite(
            owner, agency, "vic@home.test", resource=resource, role="client"
        )
    with pytest.raises(EvigateError, match="E_CUSTOMER_NOT_FOUND"):
        await house.engagements.engage(
            owner, agency, "vic@home.test", resource=resource, role="client"
        )
    with pytest.raises(EvigateError, match="E_ORGANISATION_NOT_FOUND"):
        await house.engagements.invite(stranger, agency, KIM, resource=foreign, role="client")
    with pytest.raises(EvigateError, match="is no role of a member"):
        await house.tenancy.add_member(owner, KIM, "customer")


async def test_the_whole_of_it_over_http(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient, house: House, owner: Subject
) -> None:
    base = "/api/v1/organisations"
    made = await client.post(base, json={"slug": "agency", "name": "The Agency"})
    assert made.status_code == 201, made.text
    agency = made.json()["organisation"]["id"]
    resource = await project(house, owner)
    offer = {"email": KIM, "resource": resource, "message": "Come in"}
    invited = (await client.post(f"{base}/{agency}/invitations", json=offer)).json()
    assert invited["customer_role"] == "client" and invited["path"].startswith("/invitations/evg_")
    token = invited["path"].rpartition("/")[2]
    kim = (await house.invitations.accept(token, user_agent=None)).subject
    view: dict[str, Any] = (await client.get(f"{base}/{agency}")).json()
    assert token not in json.dumps(view)
    (engagement,) = view["engagements"]
    assert (engagement["email"], engagement["status"]) == (KIM, "active")
    ann = await join(house, owner, "ann@home.test")
    await client.post(f"{base}/{agency}/members", json={"email": "ann@home.test", "role": "admin"})
    one = f"{base}/{agency}/engagements/{engagement['id']}"
    for method, path, body in (
        ("GET", f"{base}/{agency}", None),
        ("PATCH", f"{base}/{agency}", {"name": "Ours", "version": 1}),
        ("DELETE", f"{base}/{agency}", None),
        ("POST", f"{base}/{agency}/transfer", {"user_id": str(ann.user_id)}),
        ("POST", f"{base}/{agency}/members", {"email": "b@other.test"}),
        ("DELETE", f"{base}/{agency}/members/{ann.user_id}", None),
        ("POST", f"{base}/{agency}/invitations", offer),
        ("DELETE", f"{base}/{agency}/invitations/{invited['id']}", None),
        ("POST", f"{base}/{agency}/engagements", offer | {"message": None}),
        ("PATCH", one, {"status": "completed"}),
        ("POST", f"{one}/reassign", {"email": KIM}),
        ("DELETE", one, None),
    ):
        if body and "message" in body and body["message"] is None:
            body = {name: value for name, value in body.items() if name != "message"}
        answer = await other_client.request(method, path, json=body)
        assert answer.status_code == 404, (method, path, answer.text)
        assert answer.json()["code"] == "E_ORGANISATION_NOT_FOUND"
    assert (await other_client.get(base)).json()["items"] == []
    engaged = await client.delete(f"{base}/{agency}")
    assert (engaged.status_code, engaged.json()["code"]) == (409, "E_ORGANISATION_ENGAGED")
    stale = await client.patch(f"{base}/{agency}", json={"name": "Ours", "version": 7})
    assert stale.json()["detail"] or stale.json()["message"]
    assert (await client.patch(one, json={"status": "completed"})).json()["status"] == "completed"
    assert (await client.delete(one)).status_code == 204
    assert (await client.delete(f"{base}/{agency}/members/{ann.user_id}")).status_code == 204
    assert (await client.delete(f"{base}/{agency}")).status_code == 204
    assert kim.role == "customer"


def test_the_whole_of_it_by_command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("EVIGATE_DATA_DIR", str(settings.data_dir)),
        ("EVIGATE_KEY", settings.key),
        ("EVIGATE_DATABASE_URL", settings.database_url),
    ):
        monkeypatch.setenv(name, str(value))

    def run(*words: str) -> Any:
        done = CliRunner().invoke(build_app(), [*words, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    assert run("orgs", "found", "agency", "--name", "The Agency")["organisation"]["members"] == 1
    resource = f"project:{run('studio', 'new', IDEA)['project_id']}"
    offer = run("orgs", "invite", "agency", KIM, resource)
    assert "/invitations/evg_" in offer["url"]
    assert [each["email"] for each in run("orgs", "show", "agency")["invitations"]] == [KIM]
    run("orgs", "revoke", "agency", offer["id"])
    run("members", "add", "ann@home.test", "--role", "editor")
    run("orgs", "member", "agency", "ann@home.test", "--role", "admin")
    owned = run("orgs", "transfer", "agency", "ann@home.test")
    assert owned["organisation"]["owner"] == "ann@home.test"
    with pytest.raises(EvigateError, match="E_ORGANISATION_OWNER"):
        run("orgs", "remove-member", "agency", "ann@home.test")
    assert run("orgs", "rename", "agency", "Ours")["organisation"]["name"] == "Ours"
    assert [each["slug"] for each in run("orgs", "list")] == ["agency"]
    run("orgs", "dissolve", "agency")
    assert run("orgs", "list") == []


async def test_a_customer_by_the_portals_routes(house: House, owner: Subject) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    kim = await customer(house, owner, agency, resource)
    async with browser(house, kim) as page:
        listed = (await page.get("/api/v1/portal/projects")).json()["items"]
        assert [each["resource"] for each in listed] == [resource]
        base = f"/api/v1/portal/projects/{id_of(resource)}"
        view = (await page.get(base)).json()
        assert view["may_answer"] and view["asked"]["role"] == "agent"
        headers = {"x-csrf-token": csrf(house, page)["csrf_token"]}
        body = {"text": "Half as many no-shows", "turn_seen": view["turn"]}
        said = await page.post(f"{base}/messages", json=body, headers=headers)
        assert said.status_code == 201 and said.json()["turn"] == view["turn"] + 1
        late = await page.post(f"{base}/messages", json=body, headers=headers)
        assert (late.status_code, late.json()["code"]) == (409, "E_EDIT_STALE")
    async with api_client(house, owner) as members:
        # A member who is engaged nowhere loses nothing, and has no projects in the portal.
        assert (await members.get("/api/v1/portal/projects")).json()["items"] == []
        assert (await members.get(base)).status_code == 404
        assert (await members.get(f"/api/v1/studio/projects/{id_of(resource)}")).status_code == 200


async def test_document_002_reads_all_of_it_under_its_own_names(
    house: House, owner: Subject, stranger: Subject
) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    kim = await customer(house, owner, agency, resource)
    await house.engagements.invite(
        owner, agency, "lee@client.test", resource=resource, role="client"
    )
    with pytest.raises(EvigateError, match="E_DENIED"):
        await house.studio.close(kim, id_of(resource))

    async def rows(subject: Subject, query: str) -> list[tuple[Any, ...]]:
        async with house.database.tx(subject) as tx:
            found = await (await tx.connection.execute(query)).fetchall()  # type: ignore[arg-type]
            return [tuple(each.values()) for each in found]

    for query, expected in (
        ("SELECT name, slug, owner_id FROM praetor.organizations",
         [("The Agency", "agency", owner.user_id)]),
        ("SELECT organization_id, user_id, role FROM praetor.organization_members",
         [(agency, owner.user_id, "owner")]),
        ("SELECT email, status, invited_by FROM praetor.customer_invitations ORDER BY email",
         [(KIM, "accepted", owner.user_id), ("lee@client.test", "pending", owner.user_id)]),
        ("SELECT project_id, customer_user_id, status FROM praetor.agency_projects",
         [(id_of(resource), kim.user_id, "active")]),
        ("SELECT name, capabilities FROM praetor.permission_roles",
         [("client", ["studio:read", "studio:answer"])]),
        ("SELECT user_id, scope_type, scope_id FROM praetor.role_assignments",
         [(kim.user_id, "project", id_of(resource))]),
        ("SELECT action, resource_id, result FROM praetor.policy_evaluations",
         [("studio:write", id_of(resource), "deny")]),
        ("SELECT event_type, actor_id FROM praetor.permission_audit_log"
         " WHERE event_type = 'access_denied'", [("access_denied", kim.user_id)]),
    ):  # fmt: skip
        assert await rows(owner, query) == expected, query
        assert await rows(stranger, query) == [], query


async def test_a_customer_decides_between_what_two_people_said(
    house: House, owner: Subject
) -> None:
    """The budget was said twice; which of them holds is the customer's to choose, on the page."""
    agency, resource = await founded(house, owner), await project(house, owner)
    mine = id_of(resource)
    kim = await customer(house, owner, agency, resource)
    await house.studio.say(owner, mine, "The budget is 35k.")
    for _ in range(2):
        await house.studio.say(owner, mine, "Both, with a condition")
    (task,) = (await house.portal.show(kim, mine)).open_tasks
    assert task.kind == "DECIDE" and len(task.options) > 1
    async with browser(house, kim) as page:
        path = f"/portal/{mine}/tasks/{task.id}"
        nothing = await page.post(path, data=csrf(house, page))
        assert nothing.status_code == 422 and task.title in nothing.text
        chosen = next(each for each in task.options if "35" in each)
        sent = await page.post(path, data={**csrf(house, page), "choice": chosen})
        assert sent.status_code == 303
        again = await page.post(path, data={**csrf(house, page), "choice": chosen})
        assert again.status_code == 409
    after = await house.portal.show(kim, mine)
    assert after.open_tasks == [] and [each.id for each in after.done_tasks] == [task.id]
    session = (await house.studio.show(owner, mine)).session
    holding = session.claims_of("constraints.budget", "accepted")
    assert [shown(each.value) for each in holding] == ["35k"]


async def test_a_customer_gives_what_a_task_waits_for_when_the_conversation_is_over(
    house: House, owner: Subject
) -> None:
    agency, resource = await founded(house, owner), await project(house, owner)
    mine = id_of(resource)
    kim = await customer(house, owner, agency, resource)
    await house.studio.defer(owner, mine, "constraints.budget")
    await house.studio.close(owner, mine)
    (task,) = (await house.portal.show(kim, mine)).open_tasks
    async with browser(house, kim) as page:
        drawn = (await page.get(f"/portal/{mine}")).text
        assert f'id="task-{task.id}"' in drawn and "field-say" not in drawn
        sent = await page.post(
            f"/portal/{mine}/tasks/{task.id}", data={**csrf(house, page), "text": "40k"}
        )
        assert sent.status_code == 303
        assert "<q>40k</q>" in (await page.get(f"/portal/{mine}")).text
    assert (await house.portal.show(kim, mine)).open_tasks == []
