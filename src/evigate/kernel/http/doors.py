"""Who asks: a session's cookie or a bearer token becomes an account, once a request.

An unsafe request that rests on a cookie must show the session's CSRF token, in a form field or a
header; the token is derived from the session, so nothing is stored. A bearer token needs none,
since no browser sends it by itself.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from evigate.base.errors import E_DENIED, E_UNAUTHENTICATED, EvigateError
from evigate.base.subject import Subject
from evigate.kernel.tenancy import Account, TenancyService

SESSION_COOKIE = "evigate_session"
CSRF_FIELD = "csrf_token"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SESSION_LIFETIME_S = 14 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in caller of one request; `csrf_token` is "" for bearers, who need none."""

    account: Account
    csrf_token: str

    @property
    def subject(self) -> Subject:
        """As whom service verbs are called."""
        return self.account.subject


class Doors:
    """The dependencies that routes take their caller from."""

    def __init__(
        self,
        tenancy: TenancyService,
        csrf_key: bytes,
        *,
        confined: Mapping[str, tuple[str, ...]] | None = None,
        guests: Collection[str] = (),
    ) -> None:
        """
        Args:
            confined: the paths that alone are there for a role, with all below them.
            guests: roles for which members' pages are not there.
        """
        self.tenancy = tenancy
        self._csrf_key = csrf_key
        self._confined = confined or {}
        self._guests = frozenset(guests)

    def pages(self) -> APIRouter:
        """Return a router for members' pages: no part of the API, and not there for guests."""
        return APIRouter(include_in_schema=False, dependencies=[Depends(self._no_guest)])

    async def _no_guest(self, request: Request) -> None:
        visitor = await self.visitor_or_none(request)
        if visitor is not None and visitor.subject.role in self._guests:
            raise HTTPException(404, "There is nothing here.")

    async def visitor(self, request: Request) -> Visitor:
        """Return who asks; the dependency of every route that is not open to strangers.

        Raises:
            EvigateError[E_UNAUTHENTICATED]: nobody, or a proof that proves nothing.
            EvigateError[E_DENIED]: an unsafe request without the session's CSRF token.
            HTTPException: 404, for a role that this path is not there for.
        """
        visitor = await self.visitor_or_none(request)
        if visitor is None:
            raise EvigateError(E_UNAUTHENTICATED, "Nobody is signed in.")
        paths = self._confined.get(visitor.subject.role or "")
        if paths and not f"{request.url.path}/".startswith(tuple(f"{each}/" for each in paths)):
            raise HTTPException(404)
        if visitor.csrf_token and request.method not in SAFE_METHODS:
            await self._check_csrf(request, visitor.csrf_token)
        return visitor

    async def subject(self, request: Request) -> Subject:
        """Return as whom to act; see `visitor`."""
        return (await self.visitor(request)).subject

    async def still(self, request: Request) -> Subject | None:
        """Return as whom a request that goes on may act now; None once its proof proves nothing."""
        visitor = await self._look_up(request)
        return None if visitor is None else visitor.subject

    async def visitor_or_none(self, request: Request) -> Visitor | None:
        """Return who asks, or None; looks the proof up once a request."""
        if not hasattr(request.state, "visitor"):
            request.state.visitor = await self._look_up(request)
        found: Visitor | None = request.state.visitor
        return found

    async def _look_up(self, request: Request) -> Visitor | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            account = await self.tenancy.account_of_token(token.strip())
            return None if account is None else Visitor(account, "")
        session = request.cookies.get(SESSION_COOKIE)
        if not session:
            return None
        account = await self.tenancy.account_of_session(session)
        return None if account is None else Visitor(account, self.csrf_token(session))

    def csrf_token(self, session: str) -> str:
        """Return the token that a session's forms carry."""
        return hmac.new(self._csrf_key, session.encode(), hashlib.sha256).hexdigest()

    async def _check_csrf(self, request: Request, expected: str) -> None:
        given = request.headers.get(CSRF_HEADER)
        kind = request.headers.get("content-type", "")
        if given is None and kind.startswith(("application/x-www-form", "multipart/form-data")):
            field = (await request.form()).get(CSRF_FIELD)
            given = field if isinstance(field, str) else None
        if given is None or not hmac.compare_digest(given.encode(), expected.encode()):
            message = "The request lacks this session's CSRF token."
            raise EvigateError(E_DENIED, message, remediation="Reload the page and try again.")

    def set_session(self, response: Response, token: str, *, is_secure: bool) -> None:
        """Give the browser its session, hidden from scripts and from other sites."""
        response.set_cookie(
            SESSION_COOKIE,
            token,
            max_age=SESSION_LIFETIME_S,
            httponly=True,
            samesite="lax",
            secure=is_secure,
            path="/",
        )
