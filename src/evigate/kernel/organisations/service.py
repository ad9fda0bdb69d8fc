"""The verbs of organisations and their members.

That one owner stays is the database's to hold (migrations/versions/0040); these verbs turn its
refusal into words. Every change is in the tenant's audit trail.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import psycopg

from evigate.base.errors import E_UNAUTHENTICATED, EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.kernel.access import Permission, require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import audit
from evigate.kernel.organisations.engagements import Engagements, read_engagements
from evigate.kernel.organisations.errors import (
    E_ORGANISATION_CHANGED,
    E_ORGANISATION_ENGAGED,
    E_ORGANISATION_EXISTS,
    E_ORGANISATION_INVALID,
    E_ORGANISATION_MEMBER,
    E_ORGANISATION_OWNER,
)
from evigate.kernel.organisations.models import (
    DefaultRole,
    EngagementStatus,
    Listed,
    OrganisationMember,
    OrganisationView,
)
from evigate.kernel.organisations.permissions import (
    CREATE,
    MANAGE,
    ORGANISATION,
    OWN,
    READ,
    no_organisation,
)
from evigate.kernel.policies import Guard
from evigate.kernel.tenancy import CUSTOMER
from evigate.kernel.tenancy.invitations import read_invitations

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
NAME_CHARACTERS_MAX = 200
GIVEN_ROLES = ("admin", "member")

_queries = load_queries(__package__)


class Organisations:
    """Organisations of every tenant."""

    def __init__(
        self,
        database: Database,
        guard: Guard,
        engagements: Engagements,
        customer_role: DefaultRole,
    ) -> None:
        self._database = database
        self._guard = guard
        self._customer_role = customer_role
        self.engagements = engagements

    async def create(self, subject: Subject, slug: str, name: str) -> OrganisationView:
        """
        Found an organisation; who founds it owns it.

        Raises:
            EvigateError[E_ORGANISATION_INVALID]: no slug or no name that is one.
            EvigateError[E_ORGANISATION_EXISTS]: the slug is taken in this tenant.
        """
        require(subject, CREATE)
        if subject.user_id is None:
            raise EvigateError(E_UNAUTHENTICATED, "Only a member founds an organisation.")
        if not SLUG.fullmatch(slug):
            message = f"{slug!r} is no slug: use 2 to 63 of a-z, 0-9 and hyphens, no hyphen first."
            raise EvigateError(E_ORGANISATION_INVALID, message)
        organisation_id, named = new_uuid(), _checked_name(name)
        role = self._customer_role
        try:
            async with self._database.tx(subject) as tx:
                await _queries.ensure_role(
                    tx.connection,
                    id=new_uuid(),
                    name=role.name,
                    description=role.description,
                    capabilities=list(role.capabilities),
                )
                await _queries.add_organisation(
                    tx.connection,
                    id=organisation_id,
                    slug=slug,
                    name=named,
                    owner_id=subject.user_id,
                )
                await _put_member(tx, organisation_id, subject.user_id, "owner")
                await audit(tx, "organisation_created", organisation_id=str(organisation_id))
        except psycopg.errors.UniqueViolation as error:
            message = f"An organisation {slug!r} is there already."
            raise EvigateError(E_ORGANISATION_EXISTS, message) from error
        return await self.show(subject, organisation_id)

    async def list(self, subject: Subject) -> list[Listed]:
        """Return the organisations that the subject may see, by name."""
        async with self._database.tx(subject) as tx:
            seen = await self._guard.seen(tx, READ, ORGANISATION)
            rows = await _queries.list_organisations(tx.connection, id=None, seen=seen)
            return [Listed(**row) for row in rows]

    async def show(self, subject: Subject, organisation_id: UUID) -> OrganisationView:
        """
        Return an organisation with its members, engagements and, for who manages it, invitations.

        Raises:
            EvigateError[E_ORGANISATION_NOT_FOUND]
        """
        async with self._guard.enter(subject, READ, ORGANISATION, organisation_id) as entry:
            tx = entry.tx
            rows = await _queries.list_organisations(tx.connection, id=organisation_id, seen=None)
            may = frozenset(each for each in (READ, MANAGE, OWN) if entry.may(each))
            members = await _queries.list_members(tx.connection, organisation_id=organisation_id)
            return OrganisationView(
                Listed(**rows[0]),
                [OrganisationMember(**each) for each in members],
                await read_engagements(tx, organisation_id, self.engagements.kinds),
                await read_invitations(tx, organisation_id) if MANAGE in may else [],
                [each["name"] for each in await _queries.list_role_names(tx.connection)],
                may,
            )

    async def rename(
        self, subject: Subject, organisation_id: UUID, name: str, *, version: int
    ) -> OrganisationView:
        """
        Give an organisation another name, if its version is still the one given.

        Raises:
            EvigateError[E_ORGANISATION_NOT_FOUND | E_ORGANISATION_INVALID]
            EvigateError[E_ORGANISATION_CHANGED]: somebody changed it meanwhile; both are told.
        """
        named = _checked_name(name)
        async with self._changing(subject, MANAGE, organisation_id) as tx:
            values = {"id": organisation_id, "name": named, "version": version}
            if await _queries.rename(tx.connection, **values) is None:
                (now,) = await _queries.list_organisations(
                    tx.connection, id=organisation_id, seen=None
                )
                raise EvigateError(
                    E_ORGANISATION_CHANGED,
                    f"It is {now['name']!r} meanwhile, in version {now['version']}.",
                    detail={"yours": named, "present": now["name"], "version": now["version"]},
                )
            await audit(tx, "organisation_renamed", organisation_id=str(organisation_id))
        return await self.show(subject, organisation_id)

    async def delete(self, subject: Subject, organisation_id: UUID) -> None:
        """
        Dissolve an organisation, with its memberships, invitations and past engagements.

        Raises:
            EvigateError[E_ORGANISATION_NOT_FOUND]
            EvigateError[E_ORGANISATION_ENGAGED]: engagements are active; they are named.
        """
        async with self._changing(subject, OWN, organisation_id) as tx:
            await _queries.lock_organisation(tx.connection, id=organisation_id)
            found = await read_engagements(tx, organisation_id, self.engagements.kinds)
            active = [each for each in found if each.status is EngagementStatus.ACTIVE]
            if active:
                named = [f"{each.email} in {each.title or each.resource}" for each in active]
                message = f"Engagements are active: {', '.join(named)}."
                raise EvigateError(E_ORGANISATION_ENGAGED, message, detail={"active": named})
            await _queries.remove_engagements(
                tx.connection, organisation_id=organisation_id, id=None
            )
            await _queries.remove_organisation(tx.connection, id=organisation_id)
            await audit(tx, "organisation_deleted", organisation_id=str(organisation_id))

    async def keep_member(
        self, subject: Subject, organisation_id: UUID, email: str, role: str
    ) -> OrganisationView:
        """
        Let a member of the tenant into the organisation, or give another role there.

        Raises:
            EvigateError[E_ORGANISATION_NOT_FOUND]
            EvigateError[E_ORGANISATION_INVALID]: neither admin nor member; or a customer.
            EvigateError[E_ORGANISATION_MEMBER]: the tenant has no such member.
            EvigateError[E_ORGANISATION_OWNER]: that is the owner.
        """
        if role not in GIVEN_ROLES:
            message = f"{role!r} is neither admin nor member; an owner is made by handing over."
            raise EvigateError(E_ORGANISATION_INVALID, message)
        address = email.strip().lower()
        async with self._changing(subject, MANAGE, organisation_id) as tx:
            person = await _queries.find_person(tx.connection, email=address)
            if person is None:
                raise EvigateError(E_ORGANISATION_MEMBER, f"The tenant has no member {address!r}.")
            if person["role"] == CUSTOMER:
                message = f"{address!r} is a customer, and belongs to no organisation."
                raise EvigateError(E_ORGANISATION_INVALID, message)
            await _put_member(tx, organisation_id, person["user_id"], role)
            told = {"user_id": str(person["user_id"]), "role": role}
            await audit(
                tx, "organisation_member_kept", organisation_id=str(organisation_id), **told
            )
        return await self.show(subject, organisation_id)

    async def remove_member(
        self, subject: Subject, organisation_id: UUID, user_id: UUID
    ) -> tuple[UUID, ...]:
        """
        Take a member out, and every grant that came through the organisation; return the grants.

        Raises:
            EvigateError[E_ORGANISATION_NOT_FOUND | E_ORGANISATION_MEMBER]
            EvigateError[E_ORGANISATION_OWNER]: that is the owner.
        """
        async with self._changing(subject, MANAGE, organisation_id) as tx:
            values = {"organisation_id": organisation_id, "user_id": user_id}
            if await _queries.remove_member(tx.connection, **values) is None:
                raise _no_member(user_id)
            await _queries.check_references(tx.connection)
            told = {name: str(value) for name, value in values.items()}
            await audit(tx, "organisation_member_removed", **told)
            revoked = await _queries.revoke_grants(tx.connection, scope=None, **values)
            for each in revoked:
                await audit(tx, "grant_revoked", id=str(each["id"]), **told)
            return tuple(each["id"] for each in revoked)

    async def transfer(
        self, subject: Subject, organisation_id: UUID, user_id: UUID
    ) -> OrganisationView:
        """
        Hand the organisation over to one of its members; who owned it stays as an admin.

        Raises:
            EvigateError[E_ORGANISATION_NOT_FOUND | E_ORGANISATION_MEMBER]
        """
        async with self._changing(subject, OWN, organisation_id) as tx:
            await _queries.lock_organisation(tx.connection, id=organisation_id)
            await _queries.step_down(tx.connection, organisation_id=organisation_id)
            values = {"organisation_id": organisation_id, "user_id": user_id}
            if await _queries.step_up(tx.connection, **values) is None:
                raise _no_member(user_id)
            await _queries.set_owner(tx.connection, id=organisation_id, owner_id=user_id)
            await _queries.check_references(tx.connection)
            told = {name: str(value) for name, value in values.items()}
            await audit(tx, "organisation_transferred", **told)
        return await self.show(subject, organisation_id)

    @asynccontextmanager
    async def _changing(
        self, subject: Subject, permission: Permission, organisation_id: UUID
    ) -> AsyncIterator[Tx]:
        """Enter for a change; the database's refusal to be without an owner becomes a code."""
        try:
            async with self._guard.enter(
                subject, permission, ORGANISATION, organisation_id
            ) as entry:
                yield entry.tx
        except psycopg.errors.ForeignKeyViolation as error:
            if error.diag.constraint_name != "organisations_owner_fkey":
                raise no_organisation(organisation_id) from error
            message = "The owner neither goes nor changes while it is the owner."
            raise EvigateError(E_ORGANISATION_OWNER, message) from error


async def _put_member(tx: Tx, organisation_id: UUID, user_id: UUID, role: str) -> None:
    await _queries.put_member(
        tx.connection, organisation_id=organisation_id, user_id=user_id, role=role
    )
    await _queries.check_references(tx.connection)


def _checked_name(name: str) -> str:
    named = name.strip()
    if not 0 < len(named) <= NAME_CHARACTERS_MAX:
        message = "An organisation has a name of up to 200 characters."
        raise EvigateError(E_ORGANISATION_INVALID, message)
    return named


def _no_member(user_id: UUID) -> EvigateError:
    return EvigateError(E_ORGANISATION_MEMBER, f"The organisation has no member {str(user_id)!r}.")
