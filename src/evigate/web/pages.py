"""The house's own pages: the way in and out, settings, tokens, the check-up, the API reference."""

import time
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Form, Request
from fastapi.responses import Response

from evigate.base.clock import utc_now
from evigate.base.errors import E_DENIED, EvigateError
from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.boot.doctor import check_up
from evigate.kernel.access import may
from evigate.kernel.http import SESSION_COOKIE, Visitor, join
from evigate.kernel.pages import Pages, Throttle
from evigate.kernel.tenancy.errors import E_PASSWORD_WEAK, E_SIGN_IN_REFUSED
from evigate.kernel.tenancy.service import MANAGE_MEMBERS
from evigate.web.channels import follow_system
from evigate.web.entering import (
    HOME,
    enter,
    landing,
    require_same_origin,
    safe_next,
    see,
)
from evigate.web.health_pages import health_pages
from evigate.web.members_pages import invitation_pages, member_pages, pending_invitations
from evigate.web.organisations_pages import organisation_pages
from evigate.web.policies_pages import policy_pages
from evigate.web.reference import reference_context
from evigate.web.roles_pages import role_pages
from evigate.web.workspace_pages import workspace_page

TEMPLATES = Path(__file__).resolve().parent / "templates"
TOKEN_NAME_MAX = 100
ROLES = ("learner", "viewer", "editor", "owner")
MASKED = "••••••"
SECRETS = frozenset(
    {
        "key",
        "storage_access_key_id",
        "storage_secret_access_key",
        "database_url",
        "xapi_password",
        "anthropic_api_key",
        "openai_api_key",
    }
)


def house_pages(house: House, pages: Pages, app: FastAPI) -> APIRouter:
    """Return the pages that belong to no room."""
    routes = APIRouter(include_in_schema=False)
    workspace_page(routes, house, pages)
    _sign_in_routes(routes, house, pages)
    _link_routes(routes, house, pages)
    invitation_pages(routes, house, pages)
    _account_routes(routes, house, pages)
    _open_routes(routes, pages, app)
    members_only = house.doors.pages()
    _settings_routes(members_only, house, pages)
    member_pages(members_only, house, pages, settings_page)
    _token_routes(members_only, house, pages)
    policy_pages(members_only, house, pages)
    role_pages(members_only, house, pages)
    organisation_pages(members_only, house, pages)
    health_pages(members_only, house, pages)
    return join(routes, members_only)


def _sign_in_routes(routes: APIRouter, house: House, pages: Pages) -> None:
    throttle = Throttle()

    async def form(
        request: Request, next_: str | None, email: str = "", error: str | None = None
    ) -> dict[str, Any]:
        return {"form": {"email": email, "error": error}, "next": safe_next(next_)}

    @routes.get("/sign-in")
    async def sign_in_page(request: Request, next: str | None = None) -> Response:
        visitor = await house.doors.visitor_or_none(request)
        if visitor is not None:
            return see(landing(visitor.subject.role, safe_next(next)))
        return await pages.draw(request, "sign_in", await form(request, next))

    @routes.post("/sign-in")
    async def sign_in(
        request: Request,
        email: Annotated[str, Form(max_length=320)],
        password: Annotated[str, Form(max_length=2000)],
        next: Annotated[str, Form(max_length=2000)] = "",
    ) -> Response:
        require_same_origin(request)
        address = request.client.host if request.client else ""
        throttle.check(address, time.monotonic())
        agent = request.headers.get("user-agent")
        try:
            session = await house.tenancy.sign_in(email, password, user_agent=agent)
        except EvigateError as error:
            if error.code is not E_SIGN_IN_REFUSED:
                raise
            throttle.note_failure(address, time.monotonic())
            context = await form(request, next, email, error.message)
            return await pages.draw(request, "sign_in", context, status=error.code.status)
        return await enter(house, request, session, safe_next(next))

    @routes.post("/sign-out")
    async def sign_out(
        request: Request, visitor: Annotated[Visitor, Depends(house.doors.visitor)]
    ) -> Response:
        if session := request.cookies.get(SESSION_COOKIE):
            await house.tenancy.sign_out(visitor.subject, session)
        response = see("/sign-in")
        response.delete_cookie(SESSION_COOKIE, path="/")
        return response


def _link_routes(routes: APIRouter, house: House, pages: Pages) -> None:
    """Add the one-time link. Looking at it uses nothing up: mail scanners and previews fetch links,
    and a link that a robot has used is worthless to the person; so a button redeems it.
    """

    @routes.get("/sign-in/{token}")
    async def link_page(request: Request, token: str) -> Response:
        return await pages.draw(request, "sign_in_link", {"action_href": f"/sign-in/{token}"})

    @routes.post("/sign-in/{token}")
    async def redeem(request: Request, token: str) -> Response:
        require_same_origin(request)
        agent = request.headers.get("user-agent")
        session = await house.tenancy.redeem_link(token, user_agent=agent)
        return await enter(house, request, session, HOME)


def _account_routes(routes: APIRouter, house: House, pages: Pages) -> None:
    """Add the page of one's own account: all that a learner has of the settings."""
    visitor_of = Depends(house.doors.visitor)

    @routes.get("/account")
    async def account(
        request: Request, _: Annotated[Visitor, visitor_of], saved: bool = False
    ) -> Response:
        context = {"message": "The password is set." if saved else None, "error_new": None}
        return await pages.draw(request, "account", context, active="account")

    @routes.post("/account/password")
    async def set_password(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        new: Annotated[str, Form(max_length=2000)],
    ) -> Response:
        try:
            await house.tenancy.set_password(visitor.subject, new)
        except EvigateError as error:
            if error.code is not E_PASSWORD_WEAK:
                raise
            context = {"message": None, "error_new": error.message}
            status = error.code.status
            return await pages.draw(request, "account", context, active="account", status=status)
        return see("/account?saved=true")


async def settings_page(
    request: Request, visitor: Visitor, house: House, pages: Pages, status: int = 200, **shown: Any
) -> Response:
    """Draw the settings, with what a form of theirs has to say."""
    is_operator = await _is_operator(pages, visitor.subject)
    context = {
        "watch": await follow_system(house, visitor.subject, "people_changed"),
        "message": None,
        "link": None,
        "form": {"error_new": None, "error_email": None, "email": ""},
        "members": await house.tenancy.list_members(visitor.subject),
        "roles": ROLES,
        "invitations": await pending_invitations(house, visitor.subject),
        "invitation": None,
        "may_manage": may(visitor.subject, MANAGE_MEMBERS),
        "settings": settings_rows(house.settings) if is_operator else [],
        **shown,
    }
    return await pages.draw(request, "settings", context, active="settings", status=status)


def _settings_routes(routes: APIRouter, house: House, pages: Pages) -> None:
    visitor_of = Depends(house.doors.visitor)

    @routes.get("/settings")
    async def settings(
        request: Request, visitor: Annotated[Visitor, visitor_of], saved: bool = False
    ) -> Response:
        message = "The password is set." if saved else None
        return await settings_page(request, visitor, house, pages, message=message)

    @routes.post("/settings/password")
    async def set_password(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        new: Annotated[str, Form(max_length=2000)],
    ) -> Response:
        try:
            await house.tenancy.set_password(visitor.subject, new)
        except EvigateError as error:
            if error.code is not E_PASSWORD_WEAK:
                raise
            form = {"error_new": error.message, "error_email": None, "email": ""}
            status = error.code.status
            return await settings_page(request, visitor, house, pages, status, form=form)
        return see("/settings?saved=true")

    @routes.get("/doctor")
    async def doctor(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        if not await _is_operator(pages, visitor.subject):
            message = "The check-up is for an owner of the tenant that runs this house."
            raise EvigateError(E_DENIED, message)
        checks = await check_up(house.settings)
        context = {
            "checks": checks,
            "is_healthy": all(check.status != "failed" for check in checks),
            "checked_at": utc_now(),
        }
        return await pages.draw(request, "doctor", context, active="doctor")


def _token_routes(routes: APIRouter, house: House, pages: Pages) -> None:
    visitor_of = Depends(house.doors.visitor)

    async def tokens_page(
        request: Request,
        visitor: Visitor,
        *,
        new_token: str | None = None,
        error: str | None = None,
        status: int = 200,
    ) -> Response:
        tokens = await house.tenancy.list_tokens(visitor.subject)
        context = {
            "new_token": new_token,
            "tokens": [token for token in tokens if token.revoked_at is None],
            "form": {"name": "", "error": error},
        }
        return await pages.draw(request, "tokens", context, active="settings", status=status)

    @routes.get("/settings/tokens")
    async def tokens(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await tokens_page(request, visitor)

    @routes.post("/settings/tokens")
    async def make_token(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        name: Annotated[str, Form(max_length=TOKEN_NAME_MAX)] = "",
    ) -> Response:
        if not name.strip():
            return await tokens_page(request, visitor, error="Give it a name.", status=422)
        _, text = await house.tenancy.create_token(visitor.subject, name.strip())
        return await tokens_page(request, visitor, new_token=text)

    @routes.post("/settings/tokens/{token_id}/revoke")
    async def revoke(token_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await house.tenancy.revoke_token(visitor.subject, token_id)
        return see("/settings/tokens")


def _open_routes(routes: APIRouter, pages: Pages, app: FastAPI) -> None:
    @routes.get("/docs")
    async def reference(request: Request) -> Response:
        context = reference_context(app.openapi())
        return await pages.draw(request, "reference", context)


def settings_rows(settings: Settings) -> list[dict[str, Any]]:
    """Return every setting as the operator may see it: secrets masked, the rest as they are."""
    rows = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        is_default = value == field.default
        rows.append(
            {
                "name": f"EVIGATE_{name.upper()}",
                "value": MASKED if value is not None and name in SECRETS else value,
                "source": "default" if is_default else "given",
                "description": field.description or "",
            }
        )
    return rows


async def _is_operator(pages: Pages, subject: Subject) -> bool:
    return subject.role == "owner" and (await pages.tenant_of(subject)).is_home
