"""The pages of roles, of who holds them and what is known of members, and of who may do something.

A form that is refused is drawn again with what was typed and the reason above it.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.boot import House
from evigate.kernel.access import may
from evigate.kernel.http import Visitor
from evigate.kernel.organisations import KINDS as ORGANISATION_KINDS
from evigate.kernel.pages import Pages
from evigate.kernel.policies import MANAGE, Answered, Asked, Role
from evigate.kernel.policies.errors import (
    E_POLICY_CHANGED,
    E_POLICY_EXISTS,
    E_POLICY_INVALID,
    E_POLICY_NOT_FOUND,
)
from evigate.studio.permissions import PROJECT
from evigate.web.entering import see
from evigate.web.policies_pages import object_of

SHOWN_BESIDE_THE_FORM = (E_POLICY_INVALID, E_POLICY_EXISTS, E_POLICY_CHANGED, E_POLICY_NOT_FOUND)
THINGS_OFFERED = 200
Short = Annotated[str, Form(max_length=320)]
Long = Annotated[str, Form(max_length=20_000)]
Word = Annotated[str, Query(max_length=320)]


@dataclass(frozen=True, slots=True)
class _Shown:
    """Drawing the three pages."""

    house: House
    pages: Pages

    async def roles(
        self, request: Request, visitor: Visitor, error: EvigateError | None = None, **form: Any
    ) -> Response:
        found = await self.house.policies.list_roles(visitor.subject)
        context = {
            "roles": [each for each in found if each.id is not None],
            "house_roles": [each.name for each in found if each.id is None],
            "capabilities": self.house.policies.capabilities(),
            "form": {"name": "", "description": "", "capabilities": "", **form},
        }
        return await self._draw(request, visitor, "access_roles", context, error)

    async def grants(
        self, request: Request, visitor: Visitor, error: EvigateError | None = None, **form: Any
    ) -> Response:
        subject, policies = visitor.subject, self.house.policies
        found = await policies.list_roles(subject)
        may_manage = may(subject, MANAGE)
        known = await policies.list_attributes(subject) if may_manage else {}
        projects = await self.house.studio.list_projects(subject, limit=THINGS_OFFERED)
        context = {
            "grants": await policies.list_grants(subject),
            "roles": [each.name for each in found if each.id is not None],
            "members": [
                {"user_id": each.user_id, "email": each.email,
                 "attributes": json.dumps(known.get(each.user_id, {}), indent=2)}
                for each in await self.house.tenancy.list_members(subject)
            ],
            "things": [(PROJECT.resource(each.id), each.name) for each in projects],
            "organisations": [
                (ORGANISATION_KINDS[0].resource(each.id), each.name)
                for each in await self.house.organisations.list(subject)
            ],
            "form": {"user_id": "", "role": "", "scope": "tenant", "until": "", **form},
            "now": utc_now(),
        }  # fmt: skip
        return await self._draw(request, visitor, "access_grants", context, error)

    async def who(
        self,
        request: Request,
        visitor: Visitor,
        form: dict[str, str],
        found: list[Answered] | None = None,
        error: EvigateError | None = None,
    ) -> Response:
        context = {
            "form": form,
            "found": found,
            "capabilities": self.house.policies.capabilities(),
        }
        return await self._draw(request, visitor, "access_who", context, error)

    async def _draw(
        self,
        request: Request,
        visitor: Visitor,
        name: str,
        context: dict[str, Any],
        error: EvigateError | None,
    ) -> Response:
        said = error.message if error else None
        full = {**context, "error": said, "may_manage": may(visitor.subject, MANAGE)}
        status = error.code.status if error else 200
        return await self.pages.draw(request, name, full, active="settings", status=status)


def role_pages(routes: APIRouter, house: House, pages: Pages) -> None:
    """Add the pages."""
    shown = _Shown(house, pages)
    visitor_of = Depends(house.doors.visitor)
    _role_routes(routes, shown, visitor_of)
    _grant_routes(routes, shown, visitor_of)
    _who_routes(routes, shown, visitor_of)


def _role_routes(routes: APIRouter, shown: _Shown, visitor_of: Any) -> None:
    policies = shown.house.policies

    @routes.get("/settings/access/roles")
    async def roles(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await shown.roles(request, visitor)

    @routes.post("/settings/access/roles")
    async def keep(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        role_id: Short = "",
        version: Annotated[int, Form()] = 0,
        name: Short = "",
        description: Long = "",
        capabilities: Long = "",
    ) -> Response:
        held = tuple(capabilities.split())
        try:
            kept_id = UUID(role_id) if role_id else None
            await policies.keep_role(
                visitor.subject, Role(kept_id, name.strip(), description, held, version)
            )
        except EvigateError as error:
            if error.code not in SHOWN_BESIDE_THE_FORM:
                raise
            typed = {"name": name, "description": description, "capabilities": capabilities}
            return await shown.roles(request, visitor, error, **typed)
        return see("/settings/access/roles")

    @routes.post("/settings/access/roles/{role_id}/remove")
    async def remove(role_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await policies.remove_role(visitor.subject, role_id)
        return see("/settings/access/roles")


def _grant_routes(routes: APIRouter, shown: _Shown, visitor_of: Any) -> None:
    policies = shown.house.policies

    @routes.get("/settings/access/grants")
    async def grants(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await shown.grants(request, visitor)

    @routes.post("/settings/access/grants")
    async def grant(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        user_id: Short = "",
        role: Short = "",
        scope: Short = "tenant",
        until: Short = "",
    ) -> Response:
        try:
            await policies.grant(
                visitor.subject, role, _member(user_id), scope=scope, expires_at=_moment(until)
            )
        except EvigateError as error:
            if error.code not in SHOWN_BESIDE_THE_FORM:
                raise
            typed = {"user_id": user_id, "role": role, "scope": scope, "until": until}
            return await shown.grants(request, visitor, error, **typed)
        return see("/settings/access/grants")

    @routes.post("/settings/access/grants/{grant_id}/revoke")
    async def revoke(grant_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await policies.revoke(visitor.subject, grant_id)
        return see("/settings/access/grants")

    @routes.post("/settings/access/attributes")
    async def attributes(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        user_id: Short = "",
        attributes: Long = "",
    ) -> Response:
        try:
            known = object_of(attributes, "What is known of a member")
            await policies.set_attributes(visitor.subject, _member(user_id), known)
        except EvigateError as error:
            if error.code not in SHOWN_BESIDE_THE_FORM:
                raise
            return await shown.grants(request, visitor, error)
        return see("/settings/access/grants#members")


def _who_routes(routes: APIRouter, shown: _Shown, visitor_of: Any) -> None:
    @routes.get("/settings/access/who-can")
    async def who(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        action: Word = "",
        resource: Word = "",
        attributes: Annotated[str, Query(max_length=5_000)] = "",
    ) -> Response:
        form = {"action": action, "resource": resource, "attributes": attributes}
        if not action and not resource:
            return await shown.who(request, visitor, form)
        try:
            known = object_of(attributes, "What is known of it")
            asked = Asked(action.strip(), resource.strip(), known)
            found = await shown.house.access.who_can(visitor.subject, asked)
        except EvigateError as error:
            if error.code not in SHOWN_BESIDE_THE_FORM:
                raise
            return await shown.who(request, visitor, form, error=error)
        return await shown.who(request, visitor, form, found)


def _member(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise EvigateError(E_POLICY_INVALID, "Choose a member.") from error


def _moment(text: str) -> datetime | None:
    """Return what a field of a form says of a time, which is in UTC; None for nothing."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        message = f"{text!r} is no time such as 2027-02-28T18:00."
        raise EvigateError(E_POLICY_INVALID, message) from error
