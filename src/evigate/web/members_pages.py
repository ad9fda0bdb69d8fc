"""The forms of members and invitations on the settings page, and the page that takes one up."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.access import may
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Pages
from evigate.kernel.tenancy import CUSTOMER, MEMBER_ROLES, Invitation, Offer
from evigate.kernel.tenancy.errors import (
    E_INVITATION_INVALID,
    E_INVITATION_NOT_FOUND,
    E_LAST_OWNER,
    E_MEMBER_EXISTS,
    E_MEMBER_INVALID,
)
from evigate.kernel.tenancy.service import MANAGE_MEMBERS
from evigate.web.entering import enter, landing, require_same_origin, see

DrawSettings = Callable[..., Awaitable[Response]]
SHOWN_BESIDE_THE_FORM = (E_MEMBER_INVALID, E_MEMBER_EXISTS, E_LAST_OWNER)


async def pending_invitations(house: House, subject: Subject) -> list[Invitation]:
    """Return the invitations that wait or are too old, for who may see them."""
    if not may(subject, MANAGE_MEMBERS):
        return []
    now = utc_now()
    found = await house.invitations.list(subject)
    waiting = [each for each in found if each.status(now) in ("pending", "expired")]
    # A customer's is shown where the organisation is.
    return [each for each in waiting if each.role in MEMBER_ROLES]


def member_pages(
    routes: APIRouter, house: House, pages: Pages, draw_settings: DrawSettings
) -> None:
    """Add the forms of members and invitations."""
    visitor_of = Depends(house.doors.visitor)

    async def refused(
        request: Request, visitor: Visitor, error: EvigateError, email: str
    ) -> Response:
        if error.code not in SHOWN_BESIDE_THE_FORM:
            raise error
        form = {"error_new": None, "error_email": error.message, "email": email}
        status = error.code.status
        return await draw_settings(request, visitor, house, pages, status, form=form)

    @routes.post("/settings/members/role")
    async def change_role(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        email: Annotated[str, Form(max_length=320)],
        role: Annotated[str, Form(max_length=20)],
    ) -> Response:
        try:
            await house.tenancy.change_role(visitor.subject, email, role)
        except EvigateError as error:
            return await refused(request, visitor, error, "")
        return see("/settings#members")

    @routes.post("/settings/members/remove")
    async def remove(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        email: Annotated[str, Form(max_length=320)],
    ) -> Response:
        try:
            await house.tenancy.remove_member(visitor.subject, email)
        except EvigateError as error:
            return await refused(request, visitor, error, "")
        return see("/settings#members")

    @routes.post("/settings/members/link")
    async def make_link(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        email: Annotated[str, Form(max_length=320)],
    ) -> Response:
        token = await house.tenancy.make_link_for(visitor.subject, email)
        link = {"email": email, "url": f"{base_url(house, request)}/sign-in/{token}"}
        return await draw_settings(request, visitor, house, pages, link=link)

    @routes.post("/settings/invitations")
    async def invite(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        email: Annotated[str, Form(max_length=320)],
        role: Annotated[str, Form(max_length=20)],
        message: Annotated[str, Form(max_length=2_000)] = "",
    ) -> Response:
        try:
            found, token = await house.invitations.invite(visitor.subject, email, role, message)
        except EvigateError as error:
            return await refused(request, visitor, error, email)
        shown = {"email": found.email, "url": f"{base_url(house, request)}/invitations/{token}"}
        return await draw_settings(request, visitor, house, pages, invitation=shown)

    @routes.post("/settings/invitations/revoke")
    async def revoke(
        visitor: Annotated[Visitor, visitor_of], invitation_id: Annotated[UUID, Form()]
    ) -> Response:
        try:
            await house.invitations.revoke(visitor.subject, invitation_id)
        except EvigateError as error:
            # Somebody took it up or revoked it meanwhile; the list says so.
            if error.code is not E_INVITATION_NOT_FOUND:
                raise
        return see("/settings#members")


def invitation_pages(routes: APIRouter, house: House, pages: Pages) -> None:
    """Add the page of an invitation; looking at it uses nothing up, a button takes it up."""

    async def gone(request: Request) -> Response:
        return await shown(request, None, status=E_INVITATION_INVALID.status)

    async def shown(
        request: Request, offer: Offer | None, *, is_member: bool = False, status: int = 200
    ) -> Response:
        context: dict[str, Any] = {
            "offer": offer,
            "action_href": request.url.path if offer else None,
            "is_member": is_member,
            "other_email": await other_email(request, offer) if offer else None,
        }
        return await pages.draw(request, "invitation", context, status=status)

    async def other_email(request: Request, offer: Offer) -> str | None:
        """Return the address of who is signed in here, if it is not the one that is invited."""
        visitor = await house.doors.visitor_or_none(request)
        if visitor is None or visitor.subject.tenant_id != offer.tenant_id:
            return None
        return None if visitor.account.email == offer.email else visitor.account.email

    @routes.get("/invitations/{token}")
    async def show(request: Request, token: str) -> Response:
        try:
            return await shown(request, await house.invitations.find_offer(token))
        except EvigateError:
            return await gone(request)

    @routes.post("/invitations/{token}")
    async def accept(
        request: Request, token: str, who: Annotated[str, Form(max_length=20)] = ""
    ) -> Response:
        require_same_origin(request)
        visitor = await house.doors.visitor_or_none(request)
        try:
            offer = await house.invitations.find_offer(token)
            is_asked = await other_email(request, offer) is not None
            answers = ("invited", "mine") if offer.role == CUSTOMER else ("invited",)
            if is_asked and who not in answers:
                return await shown(request, offer, status=409)
            as_member = visitor.subject if visitor and is_asked and who == "mine" else None
            agent = request.headers.get("user-agent")
            accepted = await house.invitations.accept(token, user_agent=agent, as_member=as_member)
        except EvigateError as error:
            if error.code is not E_INVITATION_INVALID:
                raise
            # A form that was sent twice: the first time took it up, for this very person.
            if visitor and await house.invitations.was_taken_by(token, visitor.subject):
                return see(landing(visitor.subject.role, "/account"))
            return await gone(request)
        if accepted.session is not None:
            return await enter(house, request, accepted.session, "/account")
        if visitor is not None and visitor.subject.user_id == accepted.subject.user_id:
            return see("/portal" if accepted.resource else "/account")
        return await shown(request, None, is_member=True)


def base_url(house: House, request: Request) -> str:
    """Return the address of the house as whoever asks knows it, without a slash at the end."""
    return (house.settings.public_url or str(request.base_url)).rstrip("/")
