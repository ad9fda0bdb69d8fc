"""The pages of organisations: the list, and one with its people, customers and invitations.

A form that is refused is drawn again with the reason above it; a change is refused by the verb, so
the page only hides what cannot work.
"""

from collections.abc import Awaitable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from evigate.base.clock import utc_now
from evigate.base.errors import E_DENIED, EvigateError, Kind
from evigate.boot import House
from evigate.kernel.access import may
from evigate.kernel.http import Visitor
from evigate.kernel.organisations import MANAGE, OWN, EngagementStatus
from evigate.kernel.organisations.permissions import CREATE
from evigate.kernel.pages import Pages
from evigate.studio.permissions import PROJECT
from evigate.web.channels import follow_organisation
from evigate.web.entering import see
from evigate.web.members_pages import base_url

PROJECTS_OFFERED = 200
Short = Annotated[str, Form(max_length=320)]
# What a person can mend in the form; anything else is a page of its own.
MENDED_IN_THE_FORM = (Kind.INVALID, Kind.CONFLICT, Kind.NOT_FOUND, Kind.DENIED)


def organisation_pages(routes: APIRouter, house: House, pages: Pages) -> None:
    """Add the pages."""
    shown = _Shown(house, pages)
    visitor_of = Depends(house.doors.visitor)
    _list_routes(routes, shown, visitor_of)
    _people_routes(routes, shown, visitor_of)
    _invitation_routes(routes, shown, visitor_of)
    _engagement_routes(routes, shown, visitor_of)


class _Shown:
    """Drawing an organisation, as it is and after a form."""

    def __init__(self, house: House, pages: Pages) -> None:
        self.house = house
        self._pages = pages

    async def list(
        self, request: Request, visitor: Visitor, error: EvigateError | None = None, **form: str
    ) -> Response:
        context = {
            "organisations": await self.house.organisations.list(visitor.subject),
            "may_create": may(visitor.subject, CREATE),
            "form": {"slug": "", "name": "", **form},
            "error": error,
        }
        return await self._draw(request, "organisations", context, error)

    async def one(
        self,
        request: Request,
        visitor: Visitor,
        organisation_id: UUID,
        error: EvigateError | None = None,
        invitation: dict[str, str] | None = None,
    ) -> Response:
        view = await self.house.organisations.show(visitor.subject, organisation_id)
        now = utc_now()
        projects = await self.house.studio.list_projects(visitor.subject, limit=PROJECTS_OFFERED)
        things = [(PROJECT.resource(each.id), each.name) for each in projects]
        context: dict[str, Any] = {
            "watch": await follow_organisation(self.house, visitor.subject, organisation_id),
            "view": view,
            "may_manage": MANAGE in view.may,
            "may_own": OWN in view.may,
            "waiting": [
                (each, each.status(now))
                for each in view.invitations
                if each.status(now) in ("pending", "expired")
            ],
            "things": things,
            "titles": dict(things),
            "invitation": invitation,
            "error": error,
        }
        return await self._draw(request, "organisation", context, error)

    async def after(
        self, request: Request, visitor: Visitor, organisation_id: UUID, change: Awaitable[object]
    ) -> Response:
        """Return to the organisation when a change is made, or draw it with the refusal."""
        try:
            await change
        except EvigateError as error:
            if error.code.kind not in MENDED_IN_THE_FORM:
                raise
            # Who may not see it at all is told so by drawing it.
            return await self.one(request, visitor, organisation_id, error)
        return see(f"/organisations/{organisation_id}")

    async def _draw(
        self, request: Request, name: str, context: dict[str, Any], error: EvigateError | None
    ) -> Response:
        status = error.code.status if error else 200
        return await self._pages.draw(request, name, context, active="settings", status=status)


def _list_routes(routes: APIRouter, shown: _Shown, visitor_of: Any) -> None:
    service = shown.house.organisations

    @routes.get("/organisations")
    async def organisations(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await shown.list(request, visitor)

    @routes.post("/organisations")
    async def found(
        request: Request, visitor: Annotated[Visitor, visitor_of], slug: Short, name: Short
    ) -> Response:
        try:
            made = await service.create(visitor.subject, slug.strip(), name)
        except EvigateError as error:
            if error.code is E_DENIED or error.code.kind not in MENDED_IN_THE_FORM:
                raise
            return await shown.list(request, visitor, error, slug=slug, name=name)
        return see(f"/organisations/{made.organisation.id}")

    @routes.get("/organisations/{organisation_id}")
    async def organisation(
        organisation_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await shown.one(request, visitor, organisation_id)

    @routes.post("/organisations/{organisation_id}/rename")
    async def rename(
        organisation_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        name: Short,
        version: Annotated[int, Form()],
    ) -> Response:
        change = service.rename(visitor.subject, organisation_id, name, version=version)
        return await shown.after(request, visitor, organisation_id, change)

    @routes.post("/organisations/{organisation_id}/delete")
    async def delete(
        organisation_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        try:
            await service.delete(visitor.subject, organisation_id)
        except EvigateError as error:
            if error.code.kind not in MENDED_IN_THE_FORM:
                raise
            return await shown.one(request, visitor, organisation_id, error)
        return see("/organisations")


def _people_routes(routes: APIRouter, shown: _Shown, visitor_of: Any) -> None:
    service = shown.house.organisations

    @routes.post("/organisations/{organisation_id}/members")
    async def keep(
        organisation_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        email: Short,
        role: Short,
    ) -> Response:
        change = service.keep_member(visitor.subject, organisation_id, email, role)
        return await shown.after(request, visitor, organisation_id, change)

    @routes.post("/organisations/{organisation_id}/members/remove")
    async def remove(
        organisation_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        user_id: Annotated[UUID, Form()],
    ) -> Response:
        change = service.remove_member(visitor.subject, organisation_id, user_id)
        return await shown.after(request, visitor, organisation_id, change)

    @routes.post("/organisations/{organisation_id}/transfer")
    async def transfer(
        organisation_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        user_id: Annotated[UUID, Form()],
    ) -> Response:
        change = service.transfer(visitor.subject, organisation_id, user_id)
        return await shown.after(request, visitor, organisation_id, change)


def _invitation_routes(routes: APIRouter, shown: _Shown, visitor_of: Any) -> None:
    house, service = shown.house, shown.house.engagements

    @routes.post("/organisations/{organisation_id}/invitations")
    async def invite(
        organisation_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        email: Short,
        resource: Short,
        role: Short,
        message: Annotated[str, Form(max_length=2_000)] = "",
    ) -> Response:
        offer = {"resource": resource, "role": role}
        try:
            found, token = await service.invite(
                visitor.subject, organisation_id, email, message=message, **offer
            )
        except EvigateError as error:
            if error.code.kind not in MENDED_IN_THE_FORM:
                raise
            return await shown.one(request, visitor, organisation_id, error)
        url = f"{base_url(house, request)}/invitations/{token}"
        made = {"email": found.email, "url": url}
        return await shown.one(request, visitor, organisation_id, invitation=made)

    @routes.post("/organisations/{organisation_id}/invitations/revoke")
    async def revoke(
        organisation_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        invitation_id: Annotated[UUID, Form()],
    ) -> Response:
        change = service.revoke_invitation(visitor.subject, organisation_id, invitation_id)
        return await shown.after(request, visitor, organisation_id, change)


def _engagement_routes(routes: APIRouter, shown: _Shown, visitor_of: Any) -> None:
    service = shown.house.engagements

    @routes.post("/organisations/{organisation_id}/engagements")
    async def engage(
        organisation_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        email: Short,
        resource: Short,
        role: Short,
    ) -> Response:
        change = service.engage(
            visitor.subject, organisation_id, email, resource=resource, role=role
        )
        return await shown.after(request, visitor, organisation_id, change)

    @routes.post("/organisations/{organisation_id}/engagements/{engagement_id}")
    async def change_status(
        organisation_id: UUID,
        engagement_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        status: Annotated[EngagementStatus, Form()],
    ) -> Response:
        change = service.change(visitor.subject, organisation_id, engagement_id, status)
        return await shown.after(request, visitor, organisation_id, change)

    @routes.post("/organisations/{organisation_id}/engagements/{engagement_id}/reassign")
    async def reassign(
        organisation_id: UUID,
        engagement_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        email: Short,
    ) -> Response:
        change = service.reassign(visitor.subject, organisation_id, engagement_id, email)
        return await shown.after(request, visitor, organisation_id, change)

    @routes.post("/organisations/{organisation_id}/engagements/{engagement_id}/remove")
    async def remove(
        organisation_id: UUID,
        engagement_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
    ) -> Response:
        change = service.remove(visitor.subject, organisation_id, engagement_id)
        return await shown.after(request, visitor, organisation_id, change)
