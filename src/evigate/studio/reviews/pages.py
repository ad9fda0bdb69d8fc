"""The pages of reviews: which there were, and one of them with its progress and its findings.

Without script a page is drawn anew by its address; with it, each step that ends redraws it.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.agents.concert.models import Strategy
from evigate.agents.errors import E_CONCERT_INVALID, E_CONCERT_STATUS
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Badge, Draw
from evigate.kernel.realtime import Followed
from evigate.studio.permissions import READ, may_write, on_project
from evigate.studio.phases.store import get_project
from evigate.studio.reviews.errors import CODES
from evigate.studio.reviews.service import ReviewService
from evigate.studio.reviews.views import ReviewView, review_view
from evigate.studio.specification.errors import E_SPECIFICATION_NOT_FOUND
from evigate.studio.watching import watch

TEMPLATES = Path(__file__).resolve().parent / "templates"
TOLD = frozenset({*CODES, E_CONCERT_INVALID, E_CONCERT_STATUS, E_SPECIFICATION_NOT_FOUND})
BADGES = {
    "pending": Badge("Waits for a worker", "neutral", "ring"),
    "running": Badge("Under way", "busy", "half"),
    "paused": Badge("Paused", "fair", "dash"),
    "completed": Badge("Done", "good", "check"),
    "failed": Badge("Failed", "poor", "cross"),
    "cancelled": Badge("Cancelled", "neutral", "dash"),
}
STRATEGIES = {
    "parallel": "Side by side: all five at once",
    "sequential": "In turn: each reads those before",
    "hierarchical": "By section, under leads",
    "debate": "Debate: wording against testability",
}
TYPES = (
    "step_finished concert_paused concert_resumed concert_finished concert_failed concert_cancelled"
)
Tokens = Annotated[str, Form(max_length=12, pattern=r"^\d*$")]


class _Page:
    """Draws the pages of a project's reviews."""

    def __init__(self, service: ReviewService, draw: Draw) -> None:
        self.service, self.draw = service, draw

    async def show(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        review_id: UUID | None = None,
        *,
        error: EvigateError | None = None,
    ) -> Response:
        subject, service = visitor.subject, self.service
        seen: Any = await watch(service.guard, subject, project_id)
        async with on_project(service.guard, subject, READ, project_id) as tx:
            name = str((await get_project(tx, project_id))["name"])
        one = None
        if review_id is not None:
            one = review_view(await service.show(subject, project_id, review_id))
            href = f"/api/v1/studio/projects/{project_id}/reviews/{review_id}/events"
            is_over = one.status in ("completed", "failed", "cancelled")
            hrefs = seen.hrefs if is_over else (*seen.hrefs, href)
            seen = Followed(hrefs, f"{seen.types} {TYPES}")
        found = await service.list_reviews(subject, project_id)
        context = {
            "watch": seen,
            "project_id": project_id,
            "name": name,
            "review": one,
            "reviews": [review_view(each) for each in found],
            "badges": BADGES,
            "strategies": STRATEGIES,
            "may_write": await may_write(service.guard, subject, project_id),
            "error": error,
        }
        status = error.code.status if error else 200
        return await self.draw(request, "reviews", context, active="studio", status=status)

    async def after(
        self, request: Request, visitor: Visitor, project_id: UUID, review_id: UUID, work: Any
    ) -> Response:
        """Do what a form asks, and go back to the review; a refusal is told on it."""
        try:
            await work
        except EvigateError as error:
            if error.code not in TOLD:
                raise
            return await self.show(request, visitor, project_id, review_id, error=error)
        return RedirectResponse(f"/studio/{project_id}/reviews/{review_id}", status_code=303)


def opinions_of(service: ReviewService) -> Callable[[Subject, UUID, str], Awaitable[Any]]:
    """Return what looks up the newest review of a version that is done; it finds None for none."""

    async def newest(subject: Subject, project_id: UUID, version: str) -> ReviewView | None:
        for each in await service.list_reviews(subject, project_id):
            if each.kept.specification == version and each.kept.settled_at is not None:
                return review_view(each)
        return None

    return newest


def reviews_pages(service: ReviewService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of: Any = Depends(doors.visitor)
    page = _Page(service, draw)
    _look_routes(routes, page, visitor_of)
    _change_routes(routes, page, visitor_of)
    return routes


def _look_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/studio/{project_id}/reviews")
    async def list_reviews(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page.show(request, visitor, project_id)

    @routes.get("/studio/{project_id}/reviews/{review_id}")
    async def show(
        project_id: UUID,
        review_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
    ) -> Response:
        return await page.show(request, visitor, project_id, review_id)


def _change_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    service = page.service

    @routes.post("/studio/{project_id}/reviews")
    async def start(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        strategy: Annotated[Literal["parallel", "sequential", "hierarchical", "debate"], Form()],
        tokens_limit: Tokens = "",
    ) -> Response:
        limit = int(tokens_limit) if tokens_limit else None
        try:
            made = await service.start(
                visitor.subject, project_id, Strategy(strategy), tokens_limit=limit
            )
        except EvigateError as error:
            if error.code not in TOLD:
                raise
            return await page.show(request, visitor, project_id, error=error)
        return RedirectResponse(f"/studio/{project_id}/reviews/{made.kept.id}", status_code=303)

    @routes.post("/studio/{project_id}/reviews/{review_id}")
    async def change(
        project_id: UUID,
        review_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        action: Annotated[Literal["pause", "resume", "cancel", "dismiss"], Form()],
        tokens_limit: Tokens = "",
        rule: Annotated[str, Form(max_length=40)] = "",
        element: Annotated[str, Form(max_length=600)] = "",
        reason: Annotated[str, Form(max_length=2000)] = "",
    ) -> Response:
        subject = visitor.subject
        work: Awaitable[Any]
        if action == "resume":
            limit = int(tokens_limit) if tokens_limit else None
            work = service.resume(subject, project_id, review_id, tokens_limit=limit)
        elif action == "dismiss":
            work = service.dismiss(
                subject,
                project_id,
                review_id,
                rule=rule,
                element=element,
                reason=reason.strip() or "a person says so",
            )
        else:
            verb = service.pause if action == "pause" else service.cancel
            work = verb(subject, project_id, review_id)
        return await page.after(request, visitor, project_id, review_id, work)
