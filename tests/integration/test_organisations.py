"""Organisations: one owner always, grants that go with the membership, two tenants, races."""

import asyncio
from uuid import UUID

import psycopg
import pytest

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.events import read_events
from evigate.kernel.organisations import MANAGE, OWN, EngagementStatus

IDEA = "Customers phone our two salons to book and we lose appointments. Budget about 20k."


async def join(house: House, owner: Subject, email: str, role: str = "editor") -> Subject:
    user_id = await house.tenancy.add_member(owner, email, role)
    return Subject(owner.tenant_id, f"user:{user_id}", role, user_id)


async def founded(house: House, owner: Subject) -> UUID:
    return (await house.organisations.create(owner, "agency", "The Agency")).organisation.id


async def audited(house: House, subject: Subject) -> list[str]:
    assert subject.tenant_id is not None
    async with house.database.tx(subject) as tx:
        return [each.type for each in await read_events(tx, "audit", subject.tenant_id)]


async def roles_in(house: House, owner: Subject, organisation_id: UUID) -> dict[str, str]:
    view = await house.organisations.show(owner, organisation_id)
    return {each.email: each.role for each in view.members}


async def test_an_organisation_is_seen_by_its_members_and_the_tenants_owner_alone(
    house: House, owner: Subject, stranger: Subject
) -> None:
    found = await founded(house, owner)
    ann = await join(house, owner, "ann@home.test")
    bob = await join(house, owner, "bob@home.test", "viewer")
    await house.organisations.keep_member(owner, found, " Ann@home.test", "member")
    assert [each.id for each in await house.organisations.list(ann)] == [found]
    assert (await house.organisations.show(ann, found)).may.isdisjoint({MANAGE, OWN})
    for hidden_from in (bob, stranger):
        assert await house.organisations.list(hidden_from) == []
        with pytest.raises(EvigateError, match="E_ORGANISATION_NOT_FOUND"):
            await house.organisations.show(hidden_from, found)
    # A member sees that it is there, so what a member may not do is refused, not hidden.
    for verb in (
        house.organisations.keep_member(ann, found, "bob@home.test", "member"),
        house.organisations.delete(ann, found),
    ):
        with pytest.raises(EvigateError, match=r"E_DENIED: .*no role and no policy allows it"):
            await verb
    with pytest.raises(EvigateError, match="E_ORGANISATION_NOT_FOUND"):
        await house.organisations.delete(bob, found)
    await house.organisations.keep_member(owner, found, "ann@home.test", "admin")
    await house.organisations.keep_member(ann, found, "bob@home.test", "member")
    assert await roles_in(house, owner, found) == {
        house.settings.owner_email: "owner",
        "ann@home.test": "admin",
        "bob@home.test": "member",
    }
    with pytest.raises(EvigateError, match="E_DENIED"):
        await house.organisations.transfer(ann, found, ann.user_id)  # type: ignore[arg-type]


async def test_a_slug_is_a_tenants_own(house: House, owner: Subject, stranger: Subject) -> None:
    await founded(house, owner)
    with pytest.raises(EvigateError, match="E_ORGANISATION_EXISTS"):
        await founded(house, owner)
    await founded(house, stranger)
    for slug in ("x", "-x", "Agency", "a b", "", "a" * 64):
        with pytest.raises(EvigateError, match="E_ORGANISATION_INVALID"):
            await house.organisations.create(owner, slug, "Another")
    viewer = await join(house, owner, "v@home.test", "viewer")
    with pytest.raises(EvigateError, match="E_DENIED"):
        await house.organisations.create(viewer, "mine", "Mine")


async def test_the_owner_neither_goes_nor_is_demoted_before_somebody_else_is_one(
    house: House, owner: Subject
) -> None:
    found, ann = await founded(house, owner), await join(house, owner, "ann@home.test", "owner")
    organisations = house.organisations
    assert owner.user_id is not None and ann.user_id is not None
    mine = house.settings.owner_email
    for verb in (
        organisations.remove_member(owner, found, owner.user_id),
        organisations.keep_member(owner, found, mine, "member"),
    ):
        with pytest.raises(EvigateError, match="E_ORGANISATION_OWNER"):
            await verb
    # Nor by leaving the tenant.
    with pytest.raises(EvigateError, match=r"E_MEMBER_BOUND: .*owns an organisation"):
        await house.tenancy.remove_member(ann, mine)
    with pytest.raises(EvigateError, match="E_ORGANISATION_MEMBER"):
        await organisations.transfer(owner, found, ann.user_id)
    await organisations.keep_member(owner, found, "ann@home.test", "member")
    view = await organisations.transfer(owner, found, ann.user_id)
    assert view.organisation.owner == "ann@home.test"
    assert await roles_in(house, owner, found) == {mine: "admin", "ann@home.test": "owner"}
    await organisations.remove_member(ann, found, owner.user_id)
    assert await roles_in(house, owner, found) == {"ann@home.test": "owner"}


async def test_the_database_itself_refuses_to_be_without_an_owner_or_with_two(
    house: House, owner: Subject
) -> None:
    found, ann = await founded(house, owner), await join(house, owner, "ann@home.test")
    await house.organisations.keep_member(owner, found, "ann@home.test", "member")
    for statement, refusal in (
        ("DELETE FROM kernel.organisation_members WHERE role = 'owner'", "ForeignKeyViolation"),
        ("UPDATE kernel.organisation_members SET role = 'admin'", "ForeignKeyViolation"),
        ("UPDATE kernel.organisation_members SET role = 'owner'", "UniqueViolation"),
    ):
        with pytest.raises(getattr(psycopg.errors, refusal)):
            async with house.database.tx(ann) as tx:
                await tx.connection.execute(statement)


async def test_of_a_transfer_and_a_removal_at_once_one_wins_and_an_owner_stays(
    house: House, owner: Subject
) -> None:
    found, ann = await founded(house, owner), await join(house, owner, "ann@home.test", "owner")
    organisations = house.organisations
    assert owner.user_id is not None and ann.user_id is not None
    for _ in range(4):
        await organisations.keep_member(owner, found, "ann@home.test", "member")
        outcomes = await asyncio.gather(
            organisations.transfer(owner, found, ann.user_id),
            organisations.remove_member(owner, found, ann.user_id),
            return_exceptions=True,
        )
        refused = [each for each in outcomes if isinstance(each, BaseException)]
        assert len(refused) == 1 and isinstance(refused[0], EvigateError), outcomes
        assert refused[0].code.name in ("E_ORGANISATION_OWNER", "E_ORGANISATION_MEMBER")
        roles = await roles_in(house, owner, found)
        assert sorted(roles.values()).count("owner") == 1
        if roles.get("ann@home.test") == "owner":
            await organisations.transfer(owner, found, owner.user_id)


async def test_who_goes_loses_what_came_through_the_organisation_and_nothing_else(
    house: House, owner: Subject
) -> None:
    found, eva = await founded(house, owner), await join(house, owner, "eva@home.test", "viewer")
    assert eva.user_id is not None
    await house.organisations.keep_member(owner, found, "eva@home.test", "member")
    through = await house.policies.grant(
        owner, "client", eva.user_id, scope=f"organisation:{found}"
    )
    own = await house.policies.grant(owner, "client", eva.user_id, scope="project:1")
    revoked = await house.organisations.remove_member(owner, found, eva.user_id)
    assert revoked == (through,)
    assert [each.id for each in await house.policies.list_grants(owner)] == [own]
    told = await audited(house, owner)
    assert told[-2:] == ["organisation_member_removed", "grant_revoked"]
    assert told.count("organisation_member_kept") == 1


async def test_a_rename_on_an_old_version_is_refused_with_both_names(
    house: House, owner: Subject
) -> None:
    found = await founded(house, owner)
    outcomes = await asyncio.gather(
        house.organisations.rename(owner, found, "One", version=1),
        house.organisations.rename(owner, found, "Two", version=1),
        return_exceptions=True,
    )
    (refused,) = [each for each in outcomes if isinstance(each, EvigateError)]
    assert refused.code.name == "E_ORGANISATION_CHANGED"
    assert {refused.detail["yours"], refused.detail["present"]} == {"One", "Two"}


async def test_an_organisation_with_active_engagements_is_not_dissolved(
    house: House, owner: Subject
) -> None:
    found = await founded(house, owner)
    project = (await house.studio.create(owner, IDEA)).project
    resource = f"project:{project.id}"
    _, token = await house.engagements.invite(
        owner, found, "kim@client.test", resource=resource, role="client"
    )
    await house.invitations.accept(token, user_agent=None)
    with pytest.raises(
        EvigateError, match=r"E_ORGANISATION_ENGAGED: .*kim@client.test in "
    ) as refusal:
        await house.organisations.delete(owner, found)
    assert refusal.value.detail["active"] == [f"kim@client.test in {project.name}"]
    with pytest.raises(EvigateError, match=r"E_MEMBER_BOUND: .*engaged"):
        await house.tenancy.remove_member(owner, "kim@client.test")
    (engaged,) = (await house.organisations.show(owner, found)).engagements
    await house.engagements.change(owner, found, engaged.id, EngagementStatus.COMPLETED)
    await house.organisations.delete(owner, found)
    assert await house.organisations.list(owner) == []
    await house.tenancy.remove_member(owner, "kim@client.test")
