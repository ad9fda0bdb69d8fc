"""The routes of the tenant's people: members, their roles and links, and invitations."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from evigate.base.clock import utc_now
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.http import PageOf, responses_of
from evigate.kernel.tenancy import Invitation
from evigate.kernel.tenancy.errors import (
    E_INVITATION_NOT_FOUND,
    E_LAST_OWNER,
    E_MEMBER_EXISTS,
    E_MEMBER_INVALID,
    E_USER_NOT_FOUND,
)
from evigate.web.wire import Wire


class MemberOut(Wire):
    """A person of the tenant's."""

    user_id: UUID
    email: str
    display_name: str
    role: str


class MemberIn(Wire):
    """A person to let in."""

    email: str = Field(min_length=3, max_length=320, examples=["pupil@school.test"])
    role: Literal["owner", "editor", "viewer", "learner"] = "learner"


class MemberLinkIn(Wire):
    """Whom to sign in."""

    email: str = Field(min_length=3, max_length=320)


class LinkOut(Wire):
    """A path that signs a person in, once and within ten minutes."""

    path: str = Field(examples=["/sign-in/evg_..."])


class RoleIn(Wire):
    """Another role."""

    role: str = Field(examples=["owner", "editor", "viewer", "learner"])


class InvitationIn(Wire):
    """A place to offer."""

    email: str = Field(max_length=320, examples=["colleague@school.test"])
    role: str = Field(default="learner", examples=["owner", "editor", "viewer", "learner"])
    message: str = Field(default="", max_length=2_000)


class InvitationOut(Wire):
    """A place offered: pending, accepted, revoked or expired."""

    id: UUID
    email: str
    role: str
    message: str
    status: str
    invited_by: str
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, found: Invitation) -> Self:
        """Return an invitation as it is sent."""
        fields = {name: getattr(found, name) for name in cls.model_fields if name != "status"}
        return cls(**fields, status=found.status(utc_now()))


class NewInvitationOut(InvitationOut):
    """A new invitation with the path that takes it up, shown this once."""

    path: str = Field(examples=["/invitations/evg_..."])


def member_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    """Add the routes of members and of invitations."""

    @routes.get("/members")
    async def list_members(subject: Annotated[Subject, subject_of]) -> PageOf[MemberOut]:
        """List the tenant's people by address."""
        found = await house.tenancy.list_members(subject)
        return PageOf(items=[MemberOut.model_validate(each) for each in found])

    @routes.post("/members", status_code=204, responses=responses_of(E_MEMBER_INVALID))
    async def add_member(body: MemberIn, subject: Annotated[Subject, subject_of]) -> None:
        """Let a person in; whoever is in already keeps the role."""
        await house.tenancy.add_member(subject, body.email, body.role)

    @routes.post("/members/link", status_code=201, responses=responses_of(E_USER_NOT_FOUND))
    async def make_link(body: MemberLinkIn, subject: Annotated[Subject, subject_of]) -> LinkOut:
        """Get a link that signs a member in, once and within ten minutes."""
        token = await house.tenancy.make_link_for(subject, body.email)
        return LinkOut(path=f"/sign-in/{token}")

    @routes.patch(
        "/members/{user_id}",
        responses=responses_of(E_USER_NOT_FOUND, E_MEMBER_INVALID, E_LAST_OWNER),
    )
    async def change_role(
        user_id: UUID, body: RoleIn, subject: Annotated[Subject, subject_of]
    ) -> MemberOut:
        """Give a member another role, at once."""
        email = await house.tenancy.address_of(subject, user_id)
        await house.tenancy.change_role(subject, email, body.role)
        found = await house.tenancy.list_members(subject)
        return MemberOut.model_validate(next(each for each in found if each.user_id == user_id))

    @routes.delete(
        "/members/{user_id}",
        status_code=204,
        responses=responses_of(E_USER_NOT_FOUND, E_LAST_OWNER),
    )
    async def remove_member(user_id: UUID, subject: Annotated[Subject, subject_of]) -> None:
        """Take a member's place away, with their sessions and tokens here."""
        email = await house.tenancy.address_of(subject, user_id)
        await house.tenancy.remove_member(subject, email)

    _invitation_routes(routes, house, subject_of)


def _invitation_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    @routes.get("/invitations")
    async def list_invitations(subject: Annotated[Subject, subject_of]) -> PageOf[InvitationOut]:
        """List invitations, newest first, those that ended too."""
        found = await house.invitations.list(subject)
        return PageOf(items=[InvitationOut.of(each) for each in found])

    @routes.post(
        "/invitations", status_code=201, responses=responses_of(E_MEMBER_INVALID, E_MEMBER_EXISTS)
    )
    async def invite(
        body: InvitationIn, subject: Annotated[Subject, subject_of]
    ) -> NewInvitationOut:
        """Offer a place to an address, or renew the offer that waits."""
        found, token = await house.invitations.invite(subject, body.email, body.role, body.message)
        sent = InvitationOut.of(found).model_dump()
        return NewInvitationOut(**sent, path=f"/invitations/{token}")

    @routes.delete(
        "/invitations/{invitation_id}",
        status_code=204,
        responses=responses_of(E_INVITATION_NOT_FOUND),
    )
    async def revoke(invitation_id: UUID, subject: Annotated[Subject, subject_of]) -> None:
        """Make an invitation that waits worth nothing."""
        await house.invitations.revoke(subject, invitation_id)
