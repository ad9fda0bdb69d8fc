"""Customers: invited for one thing, engaged in several, each with a role; and their own list.

An engagement that is active is also a grant, written and taken away with it, so that whoever asks
for access asks in one place. Nobody gives what they do not hold on the thing themselves.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg

from evigate.base.errors import E_DENIED, E_UNAUTHENTICATED, EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.kernel.access import Permission, require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import audit
from evigate.kernel.organisations.errors import (
    E_CUSTOMER_NOT_FOUND,
    E_ENGAGEMENT_EXISTS,
    E_ENGAGEMENT_NOT_FOUND,
    E_ENGAGEMENT_STATUS,
    E_ORGANISATION_INVALID,
    E_RESOURCE_NOT_FOUND,
)
from evigate.kernel.organisations.models import Engagement, EngagementStatus, Place
from evigate.kernel.organisations.permissions import MANAGE, ORGANISATION, VISIT
from evigate.kernel.policies import Guard, Kind, covers, names_of
from evigate.kernel.policies.errors import E_POLICY_NOT_FOUND
from evigate.kernel.tenancy import Invitation
from evigate.kernel.tenancy.errors import E_MEMBER_EXISTS
from evigate.kernel.tenancy.invitations import end_invitation, write_invitation
from evigate.kernel.tenancy.models import CUSTOMER, Engaging
from evigate.kernel.tenancy.service import check_address

_queries = load_queries(__package__)


class Engagements:
    """Customers of every organisation."""

    def __init__(
        self,
        database: Database,
        guard: Guard,
        kinds: Sequence[Kind],
        permissions: Callable[[], Sequence[Permission]],
    ) -> None:
        self._database = database
        self._guard = guard
        self._permissions = permissions
        self.kinds = {each.name: each for each in kinds}

    async def invite(
        self,
        subject: Subject,
        organisation_id: UUID,
        email: str,
        *,
        resource: str,
        role: str,
        message: str = "",
    ) -> tuple[Invitation, str]:
        """
        Invite a customer; return the invitation and its token, shown this once.

        An address that an invitation of this organisation waits for is sent another in its place.

        Raises:
            EvigateError[E_ORGANISATION_NOT_FOUND | E_MEMBER_INVALID | E_POLICY_NOT_FOUND]
            EvigateError[E_MEMBER_EXISTS]: the address has a place here; engage it instead.
            EvigateError[E_RESOURCE_NOT_FOUND]: there is no such thing, or the inviter sees none.
            EvigateError[E_DENIED]: the role allows what the inviter may not do.
        """
        check_address(email)
        address = email.strip().lower()
        async with self._managing(subject, organisation_id) as tx:
            if await _queries.find_person(tx.connection, email=address) is not None:
                raise EvigateError(E_MEMBER_EXISTS, f"{address} has a place here already.")
            role_id = await self._offerable(tx, resource, role)
            engaging = Engaging(organisation_id, role_id, resource)
            return await write_invitation(tx, address, CUSTOMER, message, engaging)

    async def revoke_invitation(
        self, subject: Subject, organisation_id: UUID, invitation_id: UUID
    ) -> None:
        """
        Make an invitation of the organisation's that waits worth nothing.

        Raises:
            EvigateError[E_ORGANISATION_NOT_FOUND | E_INVITATION_NOT_FOUND]
        """
        async with self._managing(subject, organisation_id) as tx:
            await end_invitation(tx, invitation_id, organisation_id)

    async def engage(
        self, subject: Subject, organisation_id: UUID, email: str, *, resource: str, role: str
    ) -> Engagement:
        """
        Engage a customer in a thing.

        Raises:
            EvigateError[E_CUSTOMER_NOT_FOUND]: no customer has the address; invite it.
            EvigateError[E_ENGAGEMENT_EXISTS]: the organisation has engaged that customer there.
            The others of `invite`.
        """
        async with self._managing(subject, organisation_id) as tx:
            user_id = await _customer(tx, email)
            role_id = await self._offerable(tx, resource, role)
            engagement_id = new_uuid()
            await _queries.add_engagement(
                tx.connection,
                id=engagement_id,
                organisation_id=organisation_id,
                user_id=user_id,
                role_id=role_id,
                resource=resource,
            )
            made = await self._read(tx, organisation_id, engagement_id)
            await _give(tx, made)
            return made

    async def change(
        self,
        subject: Subject,
        organisation_id: UUID,
        engagement_id: UUID,
        status: EngagementStatus,
    ) -> Engagement:
        """
        Complete, archive or reopen an engagement; only an active one gives anything.

        Raises:
            EvigateError[E_ORGANISATION_NOT_FOUND | E_ENGAGEMENT_NOT_FOUND]
            EvigateError[E_ENGAGEMENT_STATUS]: it cannot go there from where it is; both are told.
        """
        async with self._managing(subject, organisation_id) as tx:
            before = await self._read(tx, organisation_id, engagement_id)
            if status not in before.next_statuses:
                message = f"The engagement is {before.status.value}, and cannot become {status}."
                told = {"yours": status.value, "present": before.status.value}
                raise EvigateError(E_ENGAGEMENT_STATUS, message, detail=told)
            await _queries.set_status(tx.connection, id=engagement_id, status=status.value)
            after = await self._read(tx, organisation_id, engagement_id)
            if status is EngagementStatus.ACTIVE:
                await _give(tx, after)
            elif before.status is EngagementStatus.ACTIVE:
                await _take(tx, before)
            told = {"engagement_id": str(engagement_id), "status": status.value}
            await audit(tx, "engagement_changed", **told)
            return after

    async def reassign(
        self, subject: Subject, organisation_id: UUID, engagement_id: UUID, email: str
    ) -> Engagement:
        """
        Put another customer in the place of an engagement's.

        Raises:
            EvigateError[E_ORGANISATION_NOT_FOUND | E_ENGAGEMENT_NOT_FOUND]
            EvigateError[E_CUSTOMER_NOT_FOUND | E_ENGAGEMENT_EXISTS]
        """
        async with self._managing(subject, organisation_id) as tx:
            before = await self._read(tx, organisation_id, engagement_id)
            user_id = await _customer(tx, email)
            await _queries.reassign(tx.connection, id=engagement_id, user_id=user_id)
            after = await self._read(tx, organisation_id, engagement_id)
            if before.status is EngagementStatus.ACTIVE:
                await _take(tx, before)
                await _give(tx, after)
            told = {"engagement_id": str(engagement_id), "user_id": str(user_id)}
            await audit(tx, "engagement_changed", **told)
            return after

    async def remove(self, subject: Subject, organisation_id: UUID, engagement_id: UUID) -> None:
        """
        Forget an engagement that is over.

        Raises:
            EvigateError[E_ORGANISATION_NOT_FOUND | E_ENGAGEMENT_NOT_FOUND]
            EvigateError[E_ENGAGEMENT_STATUS]: it is active.
        """
        async with self._managing(subject, organisation_id) as tx:
            found = await self._read(tx, organisation_id, engagement_id)
            if found.status is EngagementStatus.ACTIVE:
                raise EvigateError(E_ENGAGEMENT_STATUS, "The engagement is active.")
            await _queries.remove_engagements(
                tx.connection, organisation_id=organisation_id, id=engagement_id
            )
            await audit(tx, "engagement_removed", engagement_id=str(engagement_id))

    async def places(self, subject: Subject) -> list[Place]:
        """Return what the subject is engaged in, active first, the newest first; none archived."""
        require(subject, VISIT)
        if subject.user_id is None:
            raise EvigateError(E_UNAUTHENTICATED, "Only a person is engaged.")
        async with self._database.tx(subject) as tx:
            rows = await _queries.list_places(tx.connection, user_id=subject.user_id)
            titles = await _titles(tx, [each["resource"] for each in rows], self.kinds)
        return [
            Place(
                each["resource"],
                titles.get(each["resource"]),
                each["organisation"],
                EngagementStatus(each["status"]),
            )
            for each in rows
        ]

    @asynccontextmanager
    async def _managing(self, subject: Subject, organisation_id: UUID) -> AsyncIterator[Tx]:
        try:
            async with self._guard.enter(subject, MANAGE, ORGANISATION, organisation_id) as entry:
                yield entry.tx
        except psycopg.errors.UniqueViolation as error:
            message = "That customer is engaged there by this organisation already."
            raise EvigateError(E_ENGAGEMENT_EXISTS, message) from error

    async def _read(self, tx: Tx, organisation_id: UUID, engagement_id: UUID) -> Engagement:
        values = {"organisation_id": organisation_id, "id": engagement_id}
        if await _queries.lock_engagement(tx.connection, **values) is None:
            message = f"There is no engagement {str(engagement_id)!r}."
            raise EvigateError(E_ENGAGEMENT_NOT_FOUND, message)
        (found,) = await read_engagements(tx, organisation_id, self.kinds, engagement_id)
        return found

    async def _offerable(self, tx: Tx, resource: str, role: str) -> UUID:
        """Return a role by its name, if the subject may do all that it allows to the thing."""
        row = await _queries.find_role(tx.connection, name=role)
        if row is None:
            raise EvigateError(E_POLICY_NOT_FOUND, f"There is no role {role!r} of the tenant's.")
        kind, thing_id = self._parsed(resource)
        try:
            entry = await self._guard.look(tx, kind, thing_id)
        except EvigateError as error:
            raise _no_resource(resource) from error
        if not entry.may(kind.read):
            raise _no_resource(resource)
        for wanted in self._expanded(row["capabilities"]):
            if not entry.decide(wanted).is_allowed:
                message = f"The role {role!r} allows {wanted!r}, which you may not do there."
                raise EvigateError(E_DENIED, message)
        return UUID(str(row["id"]))

    def _expanded(self, patterns: Sequence[str]) -> list[str]:
        """Return what patterns allow: the house's actions by name, other patterns as they are."""
        actions = [each.name.replace(".", ":") for each in self._permissions()]
        found = []
        for pattern in patterns:
            found += [each for each in actions if covers(pattern, each)] or [pattern]
        return found

    def _parsed(self, resource: str) -> tuple[Kind, UUID]:
        for kind in self.kinds.values():
            if (id_ := kind.id_in(resource)) is not None:
                return kind, id_
        message = (
            f"{resource!r} names no thing: write KIND:ID, with one of {', '.join(self.kinds)}."
        )
        raise EvigateError(E_ORGANISATION_INVALID, message)


async def read_engagements(
    tx: Tx, organisation_id: UUID, kinds: Mapping[str, Kind], engagement_id: UUID | None = None
) -> list[Engagement]:
    """Return an organisation's engagements, or the one: active first, then by thing and address."""
    rows = await _queries.list_engagements(
        tx.connection, organisation_id=organisation_id, id=engagement_id
    )
    titles = await _titles(tx, [each["resource"] for each in rows], kinds)
    return [
        Engagement(
            **{**each, "status": EngagementStatus(each["status"])},
            title=titles.get(each["resource"]),
        )
        for each in rows
    ]


async def _titles(tx: Tx, resources: Sequence[str], kinds: Mapping[str, Kind]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for kind in kinds.values():
        several = [each for each in resources if each.startswith(f"{kind.name}:")]
        if several:
            ids = [UUID(each.partition(":")[2]) for each in several]
            found = await names_of(tx, kind, ids)
            titles |= {kind.resource(id_): name for id_, name in found.items()}
    return titles


async def _customer(tx: Tx, email: str) -> UUID:
    address = email.strip().lower()
    person: Mapping[str, Any] | None = await _queries.find_person(tx.connection, email=address)
    if person is None or person["role"] != CUSTOMER:
        raise EvigateError(E_CUSTOMER_NOT_FOUND, f"No customer has the address {address!r}.")
    return UUID(str(person["user_id"]))


async def _give(tx: Tx, engagement: Engagement) -> None:
    """Grant what an engagement gives; nothing where its role is gone."""
    told = {"user_id": str(engagement.user_id), "resource": engagement.resource}
    await audit(tx, "customer_engaged", **told)
    if engagement.role_id is not None:
        await _queries.add_grant(
            tx.connection,
            id=new_uuid(),
            role_id=engagement.role_id,
            user_id=engagement.user_id,
            scope=engagement.resource,
            organisation_id=engagement.organisation_id,
        )


async def _take(tx: Tx, engagement: Engagement) -> None:
    """Revoke what an engagement gave."""
    revoked = await _queries.revoke_grants(
        tx.connection,
        user_id=engagement.user_id,
        scope=engagement.resource,
        organisation_id=engagement.organisation_id,
    )
    for each in revoked:
        await audit(tx, "grant_revoked", id=str(each["id"]), user_id=str(engagement.user_id))


def _no_resource(resource: str) -> EvigateError:
    return EvigateError(E_RESOURCE_NOT_FOUND, f"There is no {resource!r} for you.")
