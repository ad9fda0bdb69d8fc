"""The page of the context: what there is to read, what an agent was given, what a change reaches.

Without script: asking is a form that goes to the record of what was given; a piece is a link to
what rests on it.
"""

from collections.abc import Awaitable
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.studio.context.errors import CODES
from evigate.studio.context.models import Profile, TargetType
from evigate.studio.context.models import Request as Wanted
from evigate.studio.context.renewing import RenewalService, out_of_date
from evigate.studio.context.service import KEYS_MAX, QUERY_CHARACTERS, ContextService
from evigate.studio.context.views import (
    asked_view,
    change_view,
    piece_view,
    profile_view,
    renewal_view,
)
from evigate.studio.permissions import CONTEXT_WRITE, READ, may_write, on_project
from evigate.studio.phases.store import get_project
from evigate.studio.watching import watch

TEMPLATES = Path(__file__).resolve().parent / "templates"
Text = Annotated[str, Form(max_length=QUERY_CHARACTERS)]


class _Page:
    """Draws the context of a project."""

    def __init__(self, service: ContextService, renewals: RenewalService, draw: Draw) -> None:
        self.service, self.renewals, self.draw = service, renewals, draw

    async def show(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        *,
        request_id: UUID | None = None,
        piece: str = "",
        error: EvigateError | None = None,
    ) -> Response:
        subject, service = visitor.subject, self.service
        seen = await watch(service.guard, subject, project_id)
        async with on_project(service.guard, subject, READ, project_id) as tx:
            name = str((await get_project(tx, project_id))["name"])
        held = await service.pieces(subject, project_id)
        asked = await service.request(subject, project_id, request_id) if request_id else None
        reached = await service.impact(subject, project_id, piece) if piece else []
        chosen = next((each for each in held if each.piece.key == piece), None)
        renewal = await self.renewals.show(subject, project_id)
        context = {
            "watch": seen,
            "outdated": out_of_date(held),
            "renewal": renewal_view(renewal) if renewal else None,
            "may_write": await may_write(service.guard, subject, project_id),
            "project_id": project_id,
            "name": name,
            "pieces": [piece_view(each) for each in held],
            "asked": asked_view(asked) if asked else None,
            "lines": asked.lines if asked else (),
            "piece": piece_view(chosen) if chosen else None,
            "text": chosen.piece.content if chosen else "",
            "reached": [piece_view(each) for each in reached],
            "lately": [asked_view(e) for e in await service.requests(subject, project_id)][:20],
            "changes": [change_view(e) for e in await service.changes(subject, project_id)][:20],
            "budgets": [profile_view(each) for each in await service.budgets(subject)],
            "may_set": may(subject, CONTEXT_WRITE),
            "error": error,
        }
        status = error.code.status if error else 200
        return await self.draw(request, "context", context, active="studio", status=status)

    async def after(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        work: Awaitable[Any],
        anchor: str,
    ) -> Response:
        """Do what a form asks, and go to what it was about; a refusal is told on the page."""
        try:
            await work
        except EvigateError as error:
            if error.code not in CODES:
                raise
            return await self.show(request, visitor, project_id, error=error)
        return RedirectResponse(f"/studio/{project_id}/context{anchor}", status_code=303)


def context_pages(
    service: ContextService, renewals: RenewalService, doors: Doors, draw: Draw
) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of: Any = Depends(doors.visitor)
    page = _Page(service, renewals, draw)
    _look_routes(routes, page, visitor_of)
    _asking_routes(routes, page, visitor_of)
    _budget_routes(routes, page, visitor_of)
    return routes


def _look_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/studio/{project_id}/context")
    async def show(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        piece: Annotated[str, Query(max_length=500)] = "",
    ) -> Response:
        return await page.show(request, visitor, project_id, piece=piece)

    @routes.get("/studio/{project_id}/context/requests/{request_id}")
    async def inspect(
        project_id: UUID,
        request_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
    ) -> Response:
        return await page.show(request, visitor, project_id, request_id=request_id)


def _asking_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.post("/studio/{project_id}/context")
    async def assemble(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        budget: Annotated[str, Form(max_length=120)],
        query: Text = "",
        keys: Text = "",
    ) -> Response:
        asked = _wanted(budget, query, keys)
        try:
            made = await page.service.assemble(visitor.subject, project_id, asked)
        except EvigateError as error:
            if error.code not in CODES:
                raise
            return await page.show(request, visitor, project_id, error=error)
        where = f"/studio/{project_id}/context/requests/{made.request_id}#given"
        return RedirectResponse(where, status_code=303)

    @routes.post("/studio/{project_id}/context/renewal")
    async def renew(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        work = page.renewals.start(visitor.subject, project_id)
        return await page.after(request, visitor, project_id, work, "#renewal")


def _budget_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.post("/studio/{project_id}/context/budgets")
    async def set_budget(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        target_type: Annotated[TargetType, Form()],
        target: Annotated[str, Form(min_length=1, max_length=100)],
        max_tokens: Annotated[int, Form(ge=1, le=1_000_000)],
        reserved_tokens: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
        action: Annotated[Literal["set", "reset"], Form()] = "set",
    ) -> Response:
        service, subject = page.service, visitor.subject
        before = await _budget_of(service, subject, target_type, target)
        kinds, priority = (before.kinds, before.priority) if before else ({}, 5)
        wanted = Profile(target_type, target, max_tokens, reserved_tokens, priority, kinds)
        if action == "reset":
            work = service.reset_budget(subject, target_type, target)
        else:
            work = service.set_budget(subject, wanted)
        return await page.after(request, visitor, project_id, work, "#budgets")


def _wanted(budget: str, query: str, keys: str) -> Wanted:
    """Return what a form asks for; keys are parted by commas or spaces."""
    kind, _, target = budget.partition(":")
    target_type: Any = kind if kind in ("phase", "agent", "workflow") else "ad_hoc"
    named = tuple(keys.replace(",", " ").split())[:KEYS_MAX]
    return Wanted(target_type, target or "default", query.strip(), named)


async def _budget_of(
    service: ContextService, subject: Subject, target_type: TargetType, target: str
) -> Profile | None:
    found = {(e.target_type, e.target): e for e in await service.budgets(subject)}
    return found.get((target_type, target))
