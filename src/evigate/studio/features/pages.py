"""The board of features: by the keyboard alone, without script, a button for each decision."""

from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from evigate.base.errors import EvigateError
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Badge, Draw
from evigate.studio.features.errors import CODES, E_BOARD_NOT_FOUND
from evigate.studio.features.models import Board
from evigate.studio.features.service import TEXT_CHARACTERS, TITLE_CHARACTERS, FeatureService
from evigate.studio.features.views import board_view
from evigate.studio.permissions import may_write
from evigate.studio.phases.service import PhaseService
from evigate.studio.tasks.service import TaskService
from evigate.studio.watching import watch

TEMPLATES = Path(__file__).resolve().parent / "templates"
TOLD = frozenset(CODES)
RANKS = {"must": "Must", "should": "Should", "could": "Could"}
SEED_TYPES = {
    "jtbd_direct": "Job to be done",
    "pain_solver": "Pain",
    "dealbreaker": "Dealbreaker",
    "constraint_driven": "Constraint",
}
BADGES = {
    "critical": Badge("Critical", "poor", "cross"),
    "high": Badge("High", "fair", "half"),
    "medium": Badge("Medium", "neutral", "ring"),
    "low": Badge("Low", "neutral", "dash"),
}
Seen = Annotated[int | None, Form(ge=0)]


class _Page:
    """Draws the board; with what a change brought, or why it was refused."""

    def __init__(
        self, service: FeatureService, phases: PhaseService, tasks: TaskService, draw: Draw
    ) -> None:
        self.service, self._phases, self._tasks, self._draw = service, phases, tasks, draw

    async def show(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        *,
        board: Board | None = None,
        error: EvigateError | None = None,
        typed: dict[str, Any] | None = None,
    ) -> Response:
        seen = await watch(self.service.guard, visitor.subject, project_id)
        standing = await self._phases.show(visitor.subject, project_id)
        if board is None:
            try:
                board = await self.service.board(visitor.subject, project_id)
            except EvigateError as missing:
                if missing.code is not E_BOARD_NOT_FOUND:
                    raise
        context = {
            "watch": seen,
            "project_id": project_id,
            "name": standing.name,
            "view": board_view(board) if board else None,
            "ranks": RANKS,
            "seed_types": SEED_TYPES,
            "badges": BADGES,
            "may_write": await may_write(self.service.guard, visitor.subject, project_id),
            "open_tasks": await self._tasks.open_about(visitor.subject, project_id, "feature"),
            "error": error,
            "typed": {"title": "", "summary": "", **(typed or {})},
            "title_longest": TITLE_CHARACTERS,
            "longest": TEXT_CHARACTERS,
        }
        status = error.code.status if error else 200
        return await self._draw(request, "features", context, active="studio", status=status)

    async def after(
        self, request: Request, visitor: Visitor, project_id: UUID, work: Any, **typed: Any
    ) -> Response:
        """Do what a form asks, and draw what came of it; a refusal keeps what was typed."""
        try:
            board = await work
        except EvigateError as error:
            if error.code not in TOLD or error.code is E_BOARD_NOT_FOUND:
                raise
            return await self.show(request, visitor, project_id, error=error, typed=typed)
        return await self.show(request, visitor, project_id, board=board)


def features_pages(
    service: FeatureService, phases: PhaseService, tasks: TaskService, doors: Doors, draw: Draw
) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)
    page = _Page(service, phases, tasks, draw)
    _board_routes(routes, page, visitor_of)
    _feature_routes(routes, page, visitor_of)
    return routes


def _board_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/studio/{project_id}/features")
    async def show(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page.show(request, visitor, project_id)

    @routes.post("/studio/{project_id}/features")
    async def find(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        work = page.service.find(visitor.subject, project_id)
        return await page.after(request, visitor, project_id, work)

    @routes.post("/studio/{project_id}/features/custom")
    async def add(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        title: Annotated[str, Form()] = "",
        summary: Annotated[str, Form()] = "",
        importance: Annotated[Literal["must", "should", "could"], Form()] = "should",
        covers: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        work = page.service.add_custom(
            visitor.subject,
            project_id,
            title,
            summary=summary,
            importance=importance,
            covers=tuple(covers or ()),
        )
        return await page.after(request, visitor, project_id, work, title=title, summary=summary)

    @routes.post("/studio/{project_id}/features/seeds/{seed_key}")
    async def decide(
        project_id: UUID,
        seed_key: str,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        decision: Annotated[Literal["met", "dropped", "left", "open"], Form()],
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        said = None if decision == "open" else decision
        work = page.service.decide_seed(visitor.subject, project_id, seed_key, said, reason)
        return await page.after(request, visitor, project_id, work)


def _feature_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.post("/studio/{project_id}/features/{key}/select")
    async def select(
        project_id: UUID,
        key: str,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        importance: Annotated[Literal["must", "should", "could"] | None, Form()] = None,
        version_seen: Seen = None,
    ) -> Response:
        work = page.service.select(
            visitor.subject, project_id, key, importance=importance, version_seen=version_seen
        )
        return await page.after(request, visitor, project_id, work)

    @routes.post("/studio/{project_id}/features/{key}/deselect")
    async def deselect(
        project_id: UUID,
        key: str,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        version_seen: Seen = None,
    ) -> Response:
        work = page.service.deselect(visitor.subject, project_id, key, version_seen=version_seen)
        return await page.after(request, visitor, project_id, work)

    @routes.post("/studio/{project_id}/features/{key}/change")
    async def change(
        project_id: UUID,
        key: str,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        importance: Annotated[Literal["must", "should", "could"] | None, Form()] = None,
        notes: Annotated[str | None, Form()] = None,
        move: Annotated[Literal["up", "down"] | None, Form()] = None,
        version_seen: Seen = None,
    ) -> Response:
        work = page.service.change(
            visitor.subject,
            project_id,
            key,
            importance=importance,
            notes=notes,
            move=move,
            version_seen=version_seen,
        )
        return await page.after(request, visitor, project_id, work)
