"""The studio's pages: projects, the conversation with what is known beside it, what came of it.

All of it works without script: a message is a form, a card's choices are its buttons, and the words
behind a value show when it is pointed at or reached by the keyboard.
"""

from collections.abc import Awaitable, Collection
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import Code, EvigateError
from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Badge, Draw
from evigate.studio import example
from evigate.studio.errors import E_EDIT_STALE, E_MESSAGE_INVALID, E_NEED_REQUIRED
from evigate.studio.permissions import ANSWER, WRITE
from evigate.studio.research.models import QUERY_CHARACTERS_MAX, Kind
from evigate.studio.service import Discovery, StudioService
from evigate.studio.session.turns import MESSAGE_CHARACTERS_MAX
from evigate.studio.standing import NeedStatus
from evigate.studio.tasks.service import TaskService
from evigate.studio.views import grouped, noted_by_leaf, view_of
from evigate.studio.watching import watch

TEMPLATES = Path(__file__).resolve().parent / "templates"
PROJECTS_SHOWN = 50
REASON_CHARACTERS_MAX = 2000
# Words that were not taken are shown again with why.
UNHEARD = {E_MESSAGE_INVALID, E_EDIT_STALE}
BADGES = {
    NeedStatus.SATISFIED: Badge("Known", "good", "check"),
    NeedStatus.PARTIAL: Badge("In part", "fair", "half"),
    NeedStatus.PENDING: Badge("Open", "neutral", "ring"),
    NeedStatus.DEFERRED: Badge("Put off", "busy", "dash"),
    NeedStatus.SKIPPED: Badge("Left out", "neutral", "dash"),
}

RESEARCH_BADGES = {
    "pending": Badge("Waiting", "neutral", "ring"),
    "running": Badge("Looking", "busy", "half"),
    "completed": Badge("Done", "good", "check"),
    "failed": Badge("Failed", "poor", "cross"),
}
RESEARCH_KINDS = {
    "integration_research": "Systems to connect",
    "tech_feasibility": "Known ways to build it",
    "domain_research": "Your trade",
    "market_research": "Your industry",
    "competitive_analysis": "Systems that do a part of it",
}


class _Page:
    """Draws the conversation with what is known beside it, and why something was refused."""

    def __init__(self, service: StudioService, tasks: TaskService, draw: Draw) -> None:
        self.service, self.tasks, self.draw = service, tasks, draw

    async def show(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        *,
        text: str = "",
        error: EvigateError | None = None,
    ) -> Response:
        subject, service = visitor.subject, self.service
        seen = await watch(service.guard, subject, project_id)
        found = await service.show(subject, project_id)
        research = await service.research.list_tasks(subject, project_id)
        context = {
            **discovery_context(found),
            "watch": seen,
            "open_tasks": await self.tasks.open_about(subject, project_id, "need"),
            "text": text,
            "error": error,
            "research": research,
            "research_kinds": RESEARCH_KINDS,
            "research_badges": RESEARCH_BADGES,
        }
        status = error.code.status if error else 200
        return await self.draw(request, "studio_chat", context, active="studio", status=status)

    async def after(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        work: Awaitable[Any],
        told: Collection[Code],
        text: str = "",
    ) -> Response:
        """Do what a form asks, and go on; one of the refusals to tell is told on the page."""
        try:
            await work
        except EvigateError as error:
            if error.code not in told:
                raise
            return await self.show(request, visitor, project_id, text=text, error=error)
        return _see(project_id)


def studio_pages(service: StudioService, tasks: TaskService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)
    _list_routes(routes, service, visitor_of, draw)
    page = _Page(service, tasks, draw)
    _chat_routes(routes, page, visitor_of)
    _mending_routes(routes, page, visitor_of)
    _need_routes(routes, page, visitor_of)
    _output_page(routes, page, visitor_of)
    _change_routes(routes, service, visitor_of)
    return routes


def _list_routes(routes: APIRouter, service: StudioService, visitor_of: Any, draw: Draw) -> None:
    async def page(
        request: Request,
        visitor: Visitor,
        *,
        text: str = "",
        error: str | None = None,
        status: int = 200,
    ) -> Response:
        projects = await service.list_projects(visitor.subject, limit=PROJECTS_SHOWN)
        context = {
            "projects": projects,
            "may_write": may(visitor.subject, WRITE),
            "text": text,
            "error": error,
            "longest": MESSAGE_CHARACTERS_MAX,
            "example": {"name": example.NAME, "text": example.TEXT},
        }
        return await draw(request, "studio_list", context, active="studio", status=status)

    @routes.get("/studio")
    async def projects(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await page(request, visitor)

    @routes.post("/studio")
    async def create(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        text: Annotated[str, Form()] = "",
        name: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        try:
            words = plain_lines(text)
            found = await service.create(visitor.subject, words, name=name.strip() or None)
        except EvigateError as error:
            if error.code is not E_MESSAGE_INVALID:
                raise
            said = f"{error.message} {error.remediation}"
            return await page(request, visitor, text=text, error=said, status=error.code.status)
        return _see(found.project.id)


def _chat_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/studio/{project_id}")
    async def chat(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page.show(request, visitor, project_id)

    @routes.post("/studio/{project_id}")
    async def say(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        turn_seen: Annotated[int, Form(ge=0)],
        text: Annotated[str, Form()] = "",
        choice: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        words = plain_lines(text) if text.strip() else ", ".join(choice or [])
        work = page.service.say(visitor.subject, project_id, words, turn_seen=turn_seen)
        return await page.after(request, visitor, project_id, work, UNHEARD, text=words)


def _mending_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.post("/studio/{project_id}/messages/{message_id}")
    async def revise(
        project_id: UUID,
        message_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        text: Annotated[str, Form()] = "",
    ) -> Response:
        words = plain_lines(text)
        work = page.service.revise(visitor.subject, project_id, message_id, words)
        return await page.after(request, visitor, project_id, work, UNHEARD)

    @routes.post("/studio/{project_id}/claims/{claim_id}")
    async def correct(
        project_id: UUID,
        claim_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        text: Annotated[str, Form()],
    ) -> Response:
        words = plain_lines(text)
        work = page.service.correct(visitor.subject, project_id, claim_id, words)
        return await page.after(request, visitor, project_id, work, UNHEARD)


def _need_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    service = page.service
    act = {"confirm": service.confirm, "defer": service.defer, "reopen": service.reopen}

    @routes.post("/studio/{project_id}/needs")
    async def change(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        key: Annotated[str, Form(max_length=200)],
        action: Annotated[str, Form(pattern="^(confirm|defer|reopen|skip)$")],
        reason: Annotated[str, Form(max_length=REASON_CHARACTERS_MAX)] = "",
    ) -> Response:
        if action == "skip":
            work = service.skip(visitor.subject, project_id, key, reason)
        else:
            work = act[action](visitor.subject, project_id, key)
        return await page.after(request, visitor, project_id, work, {E_NEED_REQUIRED})


def _output_page(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    service = page.service

    @routes.get("/studio/{project_id}/output")
    async def output(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        seen = await watch(service.guard, visitor.subject, project_id)
        found = await service.show(visitor.subject, project_id)
        context = {**discovery_context(found), "watch": seen}
        context["noted"] = noted_by_leaf(context["view"].noted)
        return await page.draw(request, "studio_output", context, active="studio")


def _change_routes(routes: APIRouter, service: StudioService, visitor_of: Any) -> None:
    @routes.post("/studio/{project_id}/tasks/{task_id}")
    async def submit(
        project_id: UUID,
        task_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        text: Annotated[str, Form()],
    ) -> Response:
        await service.submit_task(visitor.subject, project_id, task_id, plain_lines(text))
        return _see(project_id)

    @routes.post("/studio/{project_id}/research")
    async def ask_research(
        project_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        task_type: Annotated[Kind, Form()],
        query: Annotated[str, Form(max_length=QUERY_CHARACTERS_MAX, pattern=r"\S")],
    ) -> Response:
        await service.research.ask(visitor.subject, project_id, task_type, query)
        return RedirectResponse(f"/studio/{project_id}#research", status_code=303)

    @routes.post("/studio/{project_id}/research/{task_id}/retry")
    async def retry_research(
        project_id: UUID, task_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        await service.research.retry(visitor.subject, task_id)
        return RedirectResponse(f"/studio/{project_id}#research", status_code=303)

    @routes.post("/studio/{project_id}/industry")
    async def choose_industry(
        project_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        code: Annotated[str, Form(pattern="^[0-9]{2,6}$")],
    ) -> Response:
        await service.choose_industry(visitor.subject, project_id, code)
        return _see(project_id)

    @routes.post("/studio/{project_id}/approve")
    async def approve(project_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await service.approve(visitor.subject, project_id)
        return RedirectResponse(f"/studio/{project_id}/output", status_code=303)

    @routes.post("/studio/{project_id}/close")
    async def close(project_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await service.close(visitor.subject, project_id)
        return RedirectResponse(f"/studio/{project_id}/output", status_code=303)

    @routes.post("/studio/{project_id}/reopen")
    async def reopen(project_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await service.take_up(visitor.subject, project_id)
        return _see(project_id)


def discovery_context(found: Discovery) -> dict[str, Any]:
    """Return what the pages of a discovery are drawn from."""
    view = view_of(found)
    asked = view.messages[-1] if view.messages and view.messages[-1].role == "agent" else None
    needs = {each.key: each for each in view.needs}
    details = [each for each in view.needs if each.is_detail]
    return {
        "view": view,
        "sections": grouped(view),
        "badges": BADGES,
        "asked": asked,
        "asked_need": needs.get(asked.need_key) if asked and asked.need_key else None,
        "details_known": sum(each.status is NeedStatus.SATISFIED for each in details),
        "details_count": len(details),
        "percent": round(100 * view.completeness),
        "tasks": [each for each in view.tasks if each.status == "pending"],
        "may_write": WRITE in found.may and view.phase != "closed",
        "may_answer": ANSWER in found.may and view.phase != "closed",
        "may_give": ANSWER in found.may,
        "may_reopen": WRITE in found.may and view.phase == "closed",
        "longest": MESSAGE_CHARACTERS_MAX,
        "reason_longest": REASON_CHARACTERS_MAX,
    }


def _see(project_id: UUID) -> RedirectResponse:
    return RedirectResponse(f"/studio/{project_id}#say", status_code=303)


def plain_lines(text: str) -> str:
    """Return a form's text with line ends of one character, as offsets count them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
