"""The routes of organisations: their people, the customers they invite and engage."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from evigate.base.errors import E_DENIED
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.http import PageOf, responses_of
from evigate.kernel.organisations import EngagementStatus, OrganisationView
from evigate.kernel.organisations.errors import (
    E_CUSTOMER_NOT_FOUND,
    E_ENGAGEMENT_EXISTS,
    E_ENGAGEMENT_NOT_FOUND,
    E_ENGAGEMENT_STATUS,
    E_ORGANISATION_CHANGED,
    E_ORGANISATION_ENGAGED,
    E_ORGANISATION_EXISTS,
    E_ORGANISATION_INVALID,
    E_ORGANISATION_MEMBER,
    E_ORGANISATION_NOT_FOUND,
    E_ORGANISATION_OWNER,
    E_RESOURCE_NOT_FOUND,
)
from evigate.kernel.policies.errors import E_POLICY_NOT_FOUND
from evigate.kernel.tenancy.errors import (
    E_INVITATION_NOT_FOUND,
    E_MEMBER_EXISTS,
    E_MEMBER_INVALID,
)
from evigate.web.members_api import InvitationOut
from evigate.web.wire import Wire

Address = Annotated[str, Field(max_length=320, examples=["kim@client.test"])]
Resource = Annotated[str, Field(max_length=200, examples=["project:0190"])]


class OrganisationIn(Wire):
    """An organisation to found."""

    slug: str = Field(max_length=63, examples=["agency"])
    name: str = Field(max_length=200, examples=["The Agency"])


class NameIn(Wire):
    """Another name; `version` is that of the organisation that was read."""

    name: str = Field(max_length=200)
    version: int


class ListedOut(Wire):
    """An organisation as a list shows it."""

    id: UUID
    slug: str
    name: str
    owner: str
    version: int
    created_at: datetime
    members: int
    active_engagements: int


class PersonIn(Wire):
    """A member of the tenant's, to be let in or given another role."""

    email: Address
    role: Literal["admin", "member"] = "member"


class PersonOut(Wire):
    """A person of an organisation's."""

    user_id: UUID
    email: str
    role: str
    joined_at: datetime


class TransferIn(Wire):
    """Who is to own the organisation."""

    user_id: UUID


class CustomerIn(Wire):
    """A customer, the thing it is about, and the role held there."""

    email: Address
    resource: Resource
    role: str = Field(default="client", max_length=63)


class CustomerInvitationIn(CustomerIn):
    """A customer to invite."""

    message: str = Field(default="", max_length=2_000)


class CustomerInvitationOut(InvitationOut):
    """A customer invited; `customer_role` is null where the role is gone."""

    resource: str
    customer_role: str | None


class NewCustomerInvitationOut(CustomerInvitationOut):
    """The same with the path that takes it up, shown this once."""

    path: str = Field(examples=["/invitations/evg_..."])


class StatusIn(Wire):
    """Where an engagement goes."""

    status: EngagementStatus


class ReassignIn(Wire):
    """Which customer takes an engagement over."""

    email: Address


class EngagementOut(Wire):
    """A customer engaged in a thing."""

    id: UUID
    user_id: UUID
    email: str
    resource: str
    title: str | None
    role: str | None
    status: EngagementStatus
    created_at: datetime


class OrganisationOut(Wire):
    """An organisation with all that the caller may see of it."""

    organisation: ListedOut
    members: list[PersonOut]
    engagements: list[EngagementOut]
    invitations: list[CustomerInvitationOut]
    roles: list[str]
    may: list[str]

    @classmethod
    def of(cls, found: OrganisationView) -> "OrganisationOut":
        """Return an organisation as it is sent."""
        return cls(
            organisation=ListedOut.model_validate(found.organisation),
            members=[PersonOut.model_validate(each) for each in found.members],
            engagements=[EngagementOut.model_validate(each) for each in found.engagements],
            invitations=[CustomerInvitationOut.of(each) for each in found.invitations],
            roles=found.roles,
            may=sorted(each.name for each in found.may),
        )


CHANGED = (E_ORGANISATION_NOT_FOUND, E_DENIED)
OFFERED = (*CHANGED, E_ORGANISATION_INVALID, E_POLICY_NOT_FOUND, E_RESOURCE_NOT_FOUND)


def organisation_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    """Add the routes of organisations."""
    _organisation_routes(routes, house, subject_of)
    _person_routes(routes, house, subject_of)
    _invitation_routes(routes, house, subject_of)
    _engagement_routes(routes, house, subject_of)


def _organisation_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    service = house.organisations

    @routes.get("/organisations")
    async def list_organisations(subject: Annotated[Subject, subject_of]) -> PageOf[ListedOut]:
        """List the organisations that one belongs to, or all for the tenant's owner, by name."""
        found = await service.list(subject)
        return PageOf(items=[ListedOut.model_validate(each) for each in found])

    @routes.post(
        "/organisations",
        status_code=201,
        responses=responses_of(E_ORGANISATION_INVALID, E_ORGANISATION_EXISTS, E_DENIED),
    )
    async def found_organisation(
        body: OrganisationIn, subject: Annotated[Subject, subject_of]
    ) -> OrganisationOut:
        """Found an organisation; the caller owns it."""
        return OrganisationOut.of(await service.create(subject, body.slug, body.name))

    @routes.get("/organisations/{organisation_id}", responses=responses_of(*CHANGED))
    async def show_organisation(
        organisation_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> OrganisationOut:
        """Get an organisation with its people and engagements."""
        return OrganisationOut.of(await service.show(subject, organisation_id))

    @routes.patch(
        "/organisations/{organisation_id}",
        responses=responses_of(*CHANGED, E_ORGANISATION_INVALID, E_ORGANISATION_CHANGED),
    )
    async def rename_organisation(
        organisation_id: UUID, body: NameIn, subject: Annotated[Subject, subject_of]
    ) -> OrganisationOut:
        """Give it another name; 409 with both where somebody did meanwhile."""
        found = await service.rename(subject, organisation_id, body.name, version=body.version)
        return OrganisationOut.of(found)

    @routes.delete(
        "/organisations/{organisation_id}",
        status_code=204,
        responses=responses_of(*CHANGED, E_ORGANISATION_ENGAGED),
    )
    async def delete_organisation(
        organisation_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Dissolve it; refused with the list while engagements are active."""
        await service.delete(subject, organisation_id)

    @routes.post(
        "/organisations/{organisation_id}/transfer",
        responses=responses_of(*CHANGED, E_ORGANISATION_MEMBER),
    )
    async def transfer(
        organisation_id: UUID, body: TransferIn, subject: Annotated[Subject, subject_of]
    ) -> OrganisationOut:
        """Hand it over to one of its members."""
        return OrganisationOut.of(await service.transfer(subject, organisation_id, body.user_id))


def _person_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    people = "/organisations/{organisation_id}/members"

    @routes.post(
        people,
        responses=responses_of(
            *CHANGED, E_ORGANISATION_INVALID, E_ORGANISATION_MEMBER, E_ORGANISATION_OWNER
        ),
    )
    async def keep_person(
        organisation_id: UUID, body: PersonIn, subject: Annotated[Subject, subject_of]
    ) -> OrganisationOut:
        """Let a member of the tenant in, or give another role."""
        found = await house.organisations.keep_member(
            subject, organisation_id, body.email, body.role
        )
        return OrganisationOut.of(found)

    @routes.delete(
        f"{people}/{{user_id}}",
        status_code=204,
        responses=responses_of(*CHANGED, E_ORGANISATION_MEMBER, E_ORGANISATION_OWNER),
    )
    async def remove_person(
        organisation_id: UUID, user_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Take a member out, with every grant that came through the organisation."""
        await house.organisations.remove_member(subject, organisation_id, user_id)


def _invitation_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    invitations = "/organisations/{organisation_id}/invitations"

    @routes.post(
        invitations,
        status_code=201,
        responses=responses_of(*OFFERED, E_MEMBER_INVALID, E_MEMBER_EXISTS),
    )
    async def invite_customer(
        organisation_id: UUID,
        body: CustomerInvitationIn,
        subject: Annotated[Subject, subject_of],
    ) -> NewCustomerInvitationOut:
        """Invite a customer, or renew the invitation that waits; the path is shown this once."""
        found, token = await house.engagements.invite(
            subject,
            organisation_id,
            body.email,
            resource=body.resource,
            role=body.role,
            message=body.message,
        )
        sent = CustomerInvitationOut.of(found).model_dump()
        return NewCustomerInvitationOut(**sent, path=f"/invitations/{token}")

    @routes.delete(
        f"{invitations}/{{invitation_id}}",
        status_code=204,
        responses=responses_of(*CHANGED, E_INVITATION_NOT_FOUND),
    )
    async def revoke_customer_invitation(
        organisation_id: UUID, invitation_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Make an invitation that waits worth nothing."""
        await house.engagements.revoke_invitation(subject, organisation_id, invitation_id)


def _engagement_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    engagements = "/organisations/{organisation_id}/engagements"

    @routes.post(
        engagements,
        status_code=201,
        responses=responses_of(*OFFERED, E_CUSTOMER_NOT_FOUND, E_ENGAGEMENT_EXISTS),
    )
    async def engage(
        organisation_id: UUID, body: CustomerIn, subject: Annotated[Subject, subject_of]
    ) -> EngagementOut:
        """Engage a customer in a thing."""
        found = await house.engagements.engage(
            subject, organisation_id, body.email, resource=body.resource, role=body.role
        )
        return EngagementOut.model_validate(found)

    @routes.patch(
        f"{engagements}/{{engagement_id}}",
        responses=responses_of(*CHANGED, E_ENGAGEMENT_NOT_FOUND, E_ENGAGEMENT_STATUS),
    )
    async def change_engagement(
        organisation_id: UUID,
        engagement_id: UUID,
        body: StatusIn,
        subject: Annotated[Subject, subject_of],
    ) -> EngagementOut:
        """Complete, archive or reopen it; 409 with both where it cannot go there."""
        found = await house.engagements.change(subject, organisation_id, engagement_id, body.status)
        return EngagementOut.model_validate(found)

    @routes.post(
        f"{engagements}/{{engagement_id}}/reassign",
        responses=responses_of(
            *CHANGED, E_ENGAGEMENT_NOT_FOUND, E_ENGAGEMENT_EXISTS, E_CUSTOMER_NOT_FOUND
        ),
    )
    async def reassign_engagement(
        organisation_id: UUID,
        engagement_id: UUID,
        body: ReassignIn,
        subject: Annotated[Subject, subject_of],
    ) -> EngagementOut:
        """Put another customer in its place."""
        found = await house.engagements.reassign(
            subject, organisation_id, engagement_id, body.email
        )
        return EngagementOut.model_validate(found)

    @routes.delete(
        f"{engagements}/{{engagement_id}}",
        status_code=204,
        responses=responses_of(*CHANGED, E_ENGAGEMENT_NOT_FOUND, E_ENGAGEMENT_STATUS),
    )
    async def remove_engagement(
        organisation_id: UUID, engagement_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Forget one that is over."""
        await house.engagements.remove(subject, organisation_id, engagement_id)
