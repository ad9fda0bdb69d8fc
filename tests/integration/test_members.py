"""Members and invitations: roles, the last owner, places of several tenants, tokens taken up once."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest
from tests.integration.test_pages import SAME_ORIGIN, browser, csrf

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.tenancy import Accepted

PASSWORD = "correct horse battery"


async def session_of(house: House, subject: Subject, email: str) -> Subject:
    token = await house.tenancy.make_link_for(subject, email)
    account = await house.tenancy.account_of_session(
        await house.tenancy.redeem_link(token, user_agent=None)
    )
    assert account is not None
    return account.subject


async def test_a_role_changes_at_once_and_a_member_who_goes_takes_sessions_and_tokens_along(
    house: House, owner: Subject
) -> None:
    tenancy = house.tenancy
    await tenancy.add_member(owner, "ann@home.test", "editor")
    session = await tenancy.redeem_link(
        await tenancy.make_link_for(owner, "ann@home.test"), user_agent=None
    )
    before = await tenancy.account_of_session(session)
    assert before is not None and before.subject.role == "editor"
    _, token = await tenancy.create_token(before.subject, "ann's")
    await tenancy.change_role(owner, " Ann@home.test", "viewer")
    after = await tenancy.account_of_session(session)
    assert after is not None and after.subject.role == "viewer"
    await tenancy.remove_member(owner, "ann@home.test")
    assert await tenancy.account_of_session(session) is None
    assert await tenancy.account_of_token(token) is None
    for verb in (
        tenancy.remove_member(owner, "ann@home.test"),
        tenancy.change_role(owner, "x@y.z", "owner"),
    ):
        with pytest.raises(EvigateError, match="E_USER_NOT_FOUND"):
            await verb


async def test_a_token_is_never_more_than_its_owner_is_now(house: House, owner: Subject) -> None:
    bo = await join(house, owner, "bo@home.test", "editor")
    _, token = await house.tenancy.create_token(bo, "bo's", role="editor")
    await house.tenancy.change_role(owner, "bo@home.test", "viewer")
    account = await house.tenancy.account_of_token(token)
    assert account is not None and account.subject.role == "viewer"


async def join(house: House, owner: Subject, email: str, role: str) -> Subject:
    user_id = await house.tenancy.add_member(owner, email, role)
    return Subject(owner.tenant_id, f"user:{user_id}", role, user_id)


async def test_the_last_owner_cannot_go_and_two_cannot_go_at_once(
    house: House, owner: Subject
) -> None:
    tenancy, mine = house.tenancy, house.settings.owner_email
    for verb in (tenancy.remove_member(owner, mine), tenancy.change_role(owner, mine, "viewer")):
        with pytest.raises(EvigateError, match="E_LAST_OWNER"):
            await verb
    for _ in range(5):
        await tenancy.add_member(owner, "two@home.test", "owner")
        both = await asyncio.gather(
            tenancy.remove_member(owner, mine),
            tenancy.remove_member(owner, "two@home.test"),
            return_exceptions=True,
        )
        assert sum(isinstance(each, EvigateError) for each in both) == 1
        owners = [m for m in await tenancy.list_members(owner) if m.role == "owner"]
        assert len(owners) == 1
        if owners[0].email != mine:
            await tenancy.add_member(owner, mine, "owner")
            await tenancy.remove_member(owner, "two@home.test")


async def test_only_an_owner_changes_who_is_in(house: House, owner: Subject) -> None:
    for role in ("editor", "viewer", "learner"):
        member = await join(house, owner, f"{role}@home.test", role)
        for verb in (
            house.tenancy.change_role(member, f"{role}@home.test", "owner"),
            house.tenancy.remove_member(member, "owner@localhost"),
            house.invitations.invite(member, "friend@home.test", "owner"),
            house.invitations.list(member),
        ):
            with pytest.raises(EvigateError, match="E_DENIED"):
                await verb


async def test_a_place_in_one_tenant_opens_no_other(
    house: House, owner: Subject, stranger: Subject
) -> None:
    """Who lets a person in may sign the person in, so that must be worth nothing elsewhere."""
    victim = await join(house, owner, "victim@home.test", "owner")
    await house.tenancy.set_password(victim, PASSWORD)
    await house.tenancy.add_member(stranger, "victim@home.test", "editor")
    posing = await session_of(house, stranger, "victim@home.test")
    assert posing.tenant_id == stranger.tenant_id
    await house.tenancy.set_password(posing, "another horse battery")
    session = await house.tenancy.sign_in("victim@home.test", PASSWORD, user_agent=None)
    account = await house.tenancy.account_of_session(session)
    assert account is not None and account.subject.tenant_id == owner.tenant_id
    session = await house.tenancy.sign_in(
        "victim@home.test", "another horse battery", user_agent=None
    )
    account = await house.tenancy.account_of_session(session)
    assert account is not None and account.subject.tenant_id == stranger.tenant_id
    with pytest.raises(EvigateError, match="There is no tenant"):
        house.engine.tenant_of(posing, str(owner.tenant_id))


async def test_an_invitation_is_taken_up_once(
    house: House, owner: Subject, stranger: Subject
) -> None:
    offers = house.invitations
    first, old = await offers.invite(owner, "New@home.test", "learner", "Welcome")
    renewed, token = await offers.invite(owner, "new@home.test", "viewer")
    assert renewed.id == first.id and token != old
    with pytest.raises(EvigateError, match="E_INVITATION_INVALID"):
        await offers.find_offer(old)
    offer = await offers.find_offer(token)
    assert (offer.tenant, offer.email, offer.role, offer.message) == (
        "Home",
        "new@home.test",
        "viewer",
        "",
    )
    assert await offers.list(stranger) == []
    with pytest.raises(EvigateError, match="E_INVITATION_NOT_FOUND"):
        await offers.revoke(stranger, first.id)
    both = await asyncio.gather(
        *(offers.accept(token, user_agent=None) for _ in range(2)), return_exceptions=True
    )
    [accepted] = [each for each in both if isinstance(each, Accepted)]
    assert accepted.session is not None
    account = await house.tenancy.account_of_session(accepted.session)
    assert account is not None and (account.email, account.subject.role) == (
        "new@home.test",
        "viewer",
    )
    [row] = await offers.list(owner)
    assert row.status(utc_now()) == "accepted"
    with pytest.raises(EvigateError, match="E_MEMBER_EXISTS"):
        await offers.invite(owner, "new@home.test", "owner")


async def test_an_invitation_ends_by_revoking_and_by_age_and_its_token_is_kept_hashed(
    house: House, owner: Subject
) -> None:
    offers = house.invitations
    revoked, token = await offers.invite(owner, "a@home.test", "editor")
    await offers.revoke(owner, revoked.id)
    _, late = await offers.invite(owner, "b@home.test", "editor")
    with psycopg.connect(house.urls.owner) as connection:
        connection.execute("SET ROLE service_role")
        stored = connection.execute(
            "SELECT string_agg(i::text, '') FROM kernel.invitations i"
        ).fetchone()
        assert stored is not None and token not in stored[0] and late not in stored[0]
        connection.execute(
            "UPDATE kernel.invitations SET expires_at = now() - interval '1 second' WHERE email = 'b@home.test'"
        )
        connection.commit()
    for worthless in (token, late, "evg_nothing", ""):
        for verb in (offers.find_offer(worthless), offers.accept(worthless, user_agent=None)):
            with pytest.raises(EvigateError, match="E_INVITATION_INVALID"):
                await verb
    found = {each.email: each for each in await offers.list(owner)}
    assert found["a@home.test"].status(utc_now()) == "revoked"
    assert found["b@home.test"].status(utc_now()) == "expired"
    again, _ = await offers.invite(owner, "b@home.test", "editor")
    assert again.expires_at > utc_now() + timedelta(days=6)


async def test_whoever_is_in_already_is_not_signed_in_by_an_invitation(
    house: House, owner: Subject
) -> None:
    _, token = await house.invitations.invite(owner, "boss@home.test", "viewer")
    await house.tenancy.add_member(owner, "boss@home.test", "owner")
    assert (await house.invitations.accept(token, user_agent=None)).session is None
    roles = {each.email: each.role for each in await house.tenancy.list_members(owner)}
    assert roles["boss@home.test"] == "owner"


async def test_members_and_invitations_over_http(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    made = await client.post("/api/v1/invitations", json={"email": "x@home.test", "role": "editor"})
    assert made.status_code == 201 and made.json()["path"].startswith("/invitations/evg_")
    listed: list[dict[str, Any]] = (await client.get("/api/v1/invitations")).json()["items"]
    assert [(each["email"], each["status"]) for each in listed] == [("x@home.test", "pending")]
    assert "path" not in listed[0] and "evg_" not in str(listed)
    assert (await other_client.get("/api/v1/invitations")).json()["items"] == []
    path = f"/api/v1/invitations/{made.json()['id']}"
    assert (await other_client.delete(path)).json()["code"] == "E_INVITATION_NOT_FOUND"
    assert (await client.delete(path)).status_code == 204
    assert (await client.delete(path)).status_code == 404
    await client.post("/api/v1/members", json={"email": "y@home.test", "role": "viewer"})
    members = (await client.get("/api/v1/members")).json()["items"]
    [member] = [each for each in members if each["email"] == "y@home.test"]
    [mine] = [each for each in members if each["email"] != "y@home.test"]
    path = f"/api/v1/members/{member['user_id']}"
    for method, body in (("PATCH", {"role": "editor"}), ("DELETE", None)):
        hidden = await other_client.request(method, path, json=body)
        assert (hidden.status_code, hidden.json()["code"]) == (404, "E_USER_NOT_FOUND")
    assert (await client.patch(path, json={"role": "editor"})).json()["role"] == "editor"
    assert (await client.patch(path, json={"role": "king"})).json()["code"] == "E_MEMBER_INVALID"
    own = f"/api/v1/members/{mine['user_id']}"
    assert (await client.delete(own)).json()["code"] == "E_LAST_OWNER"
    assert (await client.delete(path)).status_code == 204


async def test_an_invitations_page_lets_its_holder_in_and_a_look_uses_nothing_up(
    house: House, owner: Subject
) -> None:
    _, token = await house.invitations.invite(owner, "pat@home.test", "editor", "Come <in>")
    async with browser(house, None) as guest:
        for _ in range(2):
            page = await guest.get(f"/invitations/{token}")
            assert page.status_code == 200
            assert "pat@home.test" in page.text and "Come &lt;in&gt;" in page.text
        taken = await guest.post(f"/invitations/{token}", headers=SAME_ORIGIN)
        assert taken.headers["location"] == "/account"
        assert "pat@home.test" in (await guest.get("/account")).text
    async with browser(house, None) as late:
        assert (await late.get(f"/invitations/{token}")).status_code == 401
        used = await late.post(f"/invitations/{token}", headers=SAME_ORIGIN)
        assert used.status_code == 401 and "worth nothing" in used.text


async def test_the_settings_page_invites_changes_and_removes(house: House, owner: Subject) -> None:
    async with browser(house, owner) as page:

        async def send(path: str, **fields: str) -> httpx.Response:
            return await page.post(f"/settings/{path}", data={**csrf(house, page), **fields})

        invited = await send("invitations", email="kim@home.test", role="viewer")
        assert "/invitations/evg_" in invited.text and "kim@home.test" in invited.text
        assert "evg_" not in (await page.get("/settings")).text
        [waiting] = await house.invitations.list(owner)
        await send("invitations/revoke", invitation_id=str(waiting.id))
        assert (await house.invitations.list(owner))[0].status(utc_now()) == "revoked"
        await house.tenancy.add_member(owner, "kim@home.test", "viewer")
        await send("members/role", email="kim@home.test", role="editor")
        kept = await send("members/remove", email="owner@localhost")
        assert kept.status_code == 409 and "last owner" in kept.text
        await send("members/remove", email="kim@home.test")
    assert [each.email for each in await house.tenancy.list_members(owner)] == ["owner@localhost"]
