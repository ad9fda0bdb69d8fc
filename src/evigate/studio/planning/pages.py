"""The planning page: questions by feature, what is filled in, patterns, blueprint; and health.

All of it works without script and by the keyboard: each question is a form whose buttons are its
ways out. While a plan is made, the page follows the run's events.
"""

from collections.abc import Awaitable
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.gate.errors import E_ARTIFACT_STATE
from evigate.gate.permissions import DECIDE
from evigate.kernel.access import may
from evigate.kernel.events import read_events
from evigate.kernel.events.telling import RUN_STREAM
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Badge, Draw
from evigate.kernel.runs import Run
from evigate.studio.permissions import may_write
from evigate.studio.phases.service import PhaseService
from evigate.studio.planning.api import artifact_view
from evigate.studio.planning.artifacts import Name, PlanningArtifacts
from evigate.studio.planning.errors import CODES, E_QUESTION_PLAN_NOT_FOUND
from evigate.studio.planning.models import HIGH
from evigate.studio.planning.service import REASON_CHARACTERS, PlanService
from evigate.studio.planning.values import CHARACTERS_MAX
from evigate.studio.planning.views import mistake_view, plan_view
from evigate.studio.watching import watch

TEMPLATES = Path(__file__).resolve().parent / "templates"
TOLD = frozenset({*CODES, E_ARTIFACT_STATE})
NAMES: dict[Name, str] = {"blueprint": "Blueprint", "implementation_plan": "Implementation plan"}
BADGES = {
    "draft": Badge("Draft", "neutral", "ring"),
    "in_review": Badge("In review", "busy", "half"),
    "approved": Badge("Approved", "good", "check"),
    "rejected": Badge("Rejected", "poor", "cross"),
    "detected": Badge("Proposed", "neutral", "ring"),
    "applied": Badge("Applied", "good", "check"),
    "dismissed": Badge("Dismissed", "neutral", "dash"),
    "high": Badge("Sure", "good", "check"),
    "medium": Badge("Likely", "fair", "half"),
    "low": Badge("A hint", "neutral", "ring"),
}
Seen = Annotated[int | None, Form(ge=1)]


class _Page:
    """Draws the planning page, with why something was refused."""

    def __init__(
        self, plans: PlanService, desk: PlanningArtifacts, phases: PhaseService, draw: Draw
    ) -> None:
        self.plans, self.desk, self.phases, self.draw = plans, desk, phases, draw

    async def show(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        *,
        error: EvigateError | None = None,
    ) -> Response:
        subject = visitor.subject
        seen = await watch(self.plans.guard, subject, project_id)
        standing = await self.phases.show(subject, project_id)
        run = await self.plans.run(subject, project_id)
        plan = None
        try:
            plan = await self.plans.show(subject, project_id)
        except EvigateError as missing:
            if missing.code is not E_QUESTION_PLAN_NOT_FOUND:
                raise
        made = {
            name: await self.desk.show(subject, project_id, name) if plan else None
            for name in NAMES
        }
        context = {
            "watch": seen,
            "project_id": project_id,
            "name": standing.name,
            "view": plan_view(plan) if plan else None,
            "running": await self._running(visitor, project_id, run),
            "failed": run.error_message if run and run.status.value == "failed" else None,
            "artifacts": [
                {"name": name, "title": title, "found": found and artifact_view(found)}
                for (name, title), found in zip(NAMES.items(), made.values(), strict=True)
            ],
            "badges": BADGES,
            "sure": round(HIGH * 100),
            "may_write": await may_write(self.plans.guard, subject, project_id),
            "may_decide": may(subject, DECIDE),
            "error": error,
            "longest": CHARACTERS_MAX,
            "reason_longest": REASON_CHARACTERS,
        }
        status = error.code.status if error else 200
        return await self.draw(request, "question_plan", context, active="studio", status=status)

    async def _running(
        self, visitor: Visitor, project_id: UUID, run: Run | None
    ) -> dict[str, Any] | None:
        if run is None or run.status.is_end:
            return None
        async with self.plans.database.tx(visitor.subject) as tx:
            events = await read_events(tx, RUN_STREAM, run.id)
        last = next((each for each in reversed(events) if "percent" in each.payload), None)
        return {
            "events_href": f"/api/v1/studio/projects/{project_id}/plan/events",
            "last_seq": events[-1].seq if events else 0,
            "percent": last.payload["percent"] if last else None,
            "message": last.payload["message"] if last else "Waiting for a worker",
        }

    async def after(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        work: Awaitable[Any],
        *,
        anchor: str = "",
    ) -> Response:
        """Do what a form asks, and go to what it was about; a refusal is told on the page."""
        try:
            await work
        except EvigateError as error:
            if error.code not in TOLD or error.code is E_QUESTION_PLAN_NOT_FOUND:
                raise
            return await self.show(request, visitor, project_id, error=error)
        return RedirectResponse(f"/studio/{project_id}/plan{anchor}", status_code=303)


def planning_pages(
    plans: PlanService,
    desk: PlanningArtifacts,
    phases: PhaseService,
    doors: Doors,
    draw: Draw,
) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)
    page = _Page(plans, desk, phases, draw)
    _plan_routes(routes, page, visitor_of)
    _question_routes(routes, page, visitor_of)
    _artifact_routes(routes, page, visitor_of)
    return routes


def _plan_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/studio/{project_id}/plan")
    async def show(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page.show(request, visitor, project_id)

    @routes.post("/studio/{project_id}/plan")
    async def generate(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        work = page.plans.generate(visitor.subject, project_id)
        return await page.after(request, visitor, project_id, work)

    @routes.post("/studio/{project_id}/plan/accept")
    async def accept_all(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        work = page.plans.accept_all(visitor.subject, project_id)
        return await page.after(request, visitor, project_id, work)

    @routes.post("/studio/{project_id}/plan/patterns/{pattern_key}")
    async def decide(
        project_id: UUID,
        pattern_key: str,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        decision: Annotated[Literal["apply", "dismiss", "undo"], Form()],
    ) -> Response:
        work = page.plans.decide_pattern(visitor.subject, project_id, pattern_key, decision)
        return await page.after(request, visitor, project_id, work, anchor="#patterns")

    @routes.get("/studio/{project_id}/health")
    async def health(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        standing = await page.phases.show(visitor.subject, project_id)
        found = await page.plans.mistakes(visitor.subject)
        context = {
            "project_id": project_id,
            "name": standing.name,
            "mistakes": [mistake_view(each) for each in found],
        }
        return await page.draw(request, "health", context, active="studio")


def _question_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.post("/studio/{project_id}/plan/questions/{key}")
    async def change(
        project_id: UUID,
        key: str,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        action: Annotated[Literal["answer", "accept", "reject", "skip", "reopen", "ask"], Form()],
        value: Annotated[list[str] | None, Form()] = None,
        reason: Annotated[str, Form()] = "",
        version_seen: Seen = None,
    ) -> Response:
        plans, subject = page.plans, visitor.subject
        work: Awaitable[Any]
        if action == "answer":
            given: Any = value[0] if value and len(value) == 1 else value or ""
            work = plans.answer(subject, project_id, key, given, version_seen=version_seen)
        elif action == "skip":
            work = plans.skip(subject, project_id, key, reason, version_seen=version_seen)
        elif action == "ask":
            work = plans.ask(subject, project_id, key)
        else:
            act = {"accept": plans.accept, "reject": plans.reject, "reopen": plans.reopen}
            work = act[action](subject, project_id, key, version_seen=version_seen)
        return await page.after(request, visitor, project_id, work, anchor=f"#q-{key}")


def _artifact_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.post("/studio/{project_id}/plan/{name}")
    async def change(
        project_id: UUID,
        name: Name,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        action: Annotated[Literal["draft", "submit", "approve", "reject"], Form()],
        reason: Annotated[str, Form(max_length=REASON_CHARACTERS)] = "",
    ) -> Response:
        desk, subject = page.desk, visitor.subject
        work: Awaitable[Any]
        if action in ("approve", "reject"):
            decide = desk.approve if action == "approve" else desk.reject
            work = decide(subject, project_id, name, reason.strip() or "an owner decided")
        else:
            work = (desk.draft if action == "draft" else desk.submit)(subject, project_id, name)
        return await page.after(request, visitor, project_id, work, anchor="#artifacts")
