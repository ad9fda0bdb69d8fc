"""Drawing a page for a request: the template, its own context, and the shell around it.

Rooms get `Pages` handed in and call `draw`; so the shell is known in one place, and a room knows
neither who is signed in nor which version runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from starlette.routing import Match

from evigate.base.ids import TenantId
from evigate.base.subject import Subject
from evigate.kernel.db import Database, load_queries
from evigate.kernel.http import Doors, Visitor

# Pages show a tenant's things: no proxy keeps them, nor the browser for whoever sits there next.
PAGE_HEADERS = {"Cache-Control": "no-store"}

_queries = load_queries(__package__)


class Draw(Protocol):
    """How a room draws a page."""

    async def __call__(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        *,
        active: str | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        """Return the page; `active` names the entry of the main navigation it belongs to."""


@dataclass(frozen=True, slots=True)
class Tenancy:
    """A tenant as the shell shows it; `is_home` is the one that the machine's operator runs."""

    name: str
    is_home: bool


class Pages:
    """The drawing of pages, one object for the house."""

    def __init__(
        self,
        environment: Environment,
        database: Database,
        doors: Doors,
        *,
        version: str,
        data_dir: Path,
        home_slug: str,
    ) -> None:
        self._environment = environment
        self._database = database
        self._doors = doors
        self._version = version
        self._data_dir = data_dir
        self._home_slug = home_slug
        # A tenant's name and slug never change, and there are few of them.
        self._tenants: dict[TenantId, Tenancy] = {}

    async def draw(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        *,
        active: str | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        """Return the page of a template; see `Draw`."""
        visitor = await self._doors.visitor_or_none(request)
        shell = {
            "version": self._version,
            "data_dir": str(self._data_dir),
            "active": active,
            # A guest's forms lie at addresses that are secrets, and their answers look all alike.
            "page": None if visitor is None else page_of(request),
            "account": None if visitor is None else await self._account(visitor),
        }
        html = self._environment.get_template(f"{template}.html").render(
            shell=shell, csrf_token=visitor.csrf_token if visitor else "", **context
        )
        return HTMLResponse(html, status_code=status, headers=PAGE_HEADERS)

    async def visitor_of(self, request: Request) -> Visitor | None:
        """Return who asks for a page, or None."""
        return await self._doors.visitor_or_none(request)

    async def tenant_of(self, subject: Subject) -> Tenancy:
        """Return the subject's tenant as pages show it."""
        assert subject.tenant_id is not None
        if subject.tenant_id not in self._tenants:
            async with self._database.tx(subject) as tx:
                row = await _queries.own_tenant(tx.connection)
            assert row is not None
            found = Tenancy(row["name"], row["slug"] == self._home_slug)
            self._tenants[subject.tenant_id] = found
        return self._tenants[subject.tenant_id]

    async def _account(self, visitor: Visitor) -> dict[str, Any]:
        tenant = await self.tenant_of(visitor.subject)
        role = visitor.subject.role
        return {
            "email": visitor.account.email,
            "tenant": tenant.name,
            "role": role,
            "is_operator": tenant.is_home and role == "owner",
        }


def page_of(request: Request) -> str | None:
    """Return where the page that answers a form is to be had again; None for what was asked for.

    A form's address lies under its page's: the longest part of it that can be asked for.
    """
    path = request.url.path
    while request.method != "GET" and path:
        scope = {**request.scope, "method": "GET", "path": path}
        if any(each.matches(scope)[0] is Match.FULL for each in request.app.routes):
            return path
        path = path.rpartition("/")[0]
    return None
