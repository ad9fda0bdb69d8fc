"""The pages of the specification: the document, a comparison, what a change would do, the graph.

All of it works without script and by the keyboard; a quote shows where a requirement has the focus,
and each box of the graph is a link to the picture around it.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import read_upload
from evigate.gate.errors import E_ARTIFACT_STATE
from evigate.gate.permissions import DECIDE, REVIEW
from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Badge, Draw
from evigate.studio.errors import E_MESSAGE_INVALID
from evigate.studio.features.errors import E_BOARD_NOT_FOUND
from evigate.studio.permissions import READ as STUDIO_READ
from evigate.studio.permissions import may_write, on_project
from evigate.studio.phases.store import get_project
from evigate.studio.planning.errors import E_QUESTION_PLAN_NOT_FOUND
from evigate.studio.specification.api import VERSION
from evigate.studio.specification.checks import OPINION
from evigate.studio.specification.errors import CODES, E_SPECIFICATION_NOT_FOUND
from evigate.studio.specification.export_markdown import OVERVIEW, TITLES
from evigate.studio.specification.graph import BOX_HEIGHT, BOX_WIDTH, Graph
from evigate.studio.specification.importing import ALL_BYTES_MAX
from evigate.studio.specification.models import Style
from evigate.studio.specification.service import (
    CHANGE_CHARACTERS,
    COMMENT_CHARACTERS,
    SpecificationService,
)
from evigate.studio.specification.statements import StatementService
from evigate.studio.specification.views import (
    comment_view,
    difference_view,
    specification_view,
    statement_view,
    version_view,
)
from evigate.studio.watching import watch

TEMPLATES = Path(__file__).resolve().parent / "templates"
TOLD = frozenset(
    {*CODES, E_ARTIFACT_STATE, E_BOARD_NOT_FOUND, E_QUESTION_PLAN_NOT_FOUND, E_MESSAGE_INVALID}
)
BADGES = {
    "draft": Badge("Draft", "neutral", "ring"),
    "in_review": Badge("In review", "busy", "half"),
    "approved": Badge("Approved", "good", "check"),
    "rejected": Badge("Rejected", "poor", "cross"),
    "retired": Badge("Retired", "neutral", "dash"),
}
LAYOUTS = {
    "markdown": "Markdown and contracts",
    "docx": "Word document",
    "pdf": "PDF",
    "spec-kit": "spec-kit folder",
    "openspec": "OpenSpec folder",
}
REASON_CHARACTERS = 2000
# What reviewers found in a version, as their own page shows it; None where none looked.
Opinions = Callable[[Subject, UUID, str], Awaitable[Any]]
Picked = Annotated[str | None, Query(pattern=VERSION)]


class _Page:
    """Draws the pages of a project's specification."""

    def __init__(
        self,
        service: SpecificationService,
        statements: StatementService,
        draw: Draw,
        opinions: Opinions,
    ) -> None:
        self.service, self.statements, self.draw = service, statements, draw
        self.opinions = opinions

    async def show(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        *,
        version: str | None = None,
        error: EvigateError | None = None,
    ) -> Response:
        subject = visitor.subject
        seen = await watch(self.service.guard, subject, project_id)
        found = None
        try:
            found = await self.service.show(subject, project_id, version)
        except EvigateError as missing:
            if missing.code is not E_SPECIFICATION_NOT_FOUND or version is not None:
                raise
        payload = found.payload if found else None
        ids = {each["id"] for each in payload["requirements"]} if payload else set()
        said = await self.service.comments(subject, project_id, version) if found else []
        kept = await self.statements.list(subject, project_id)
        head = found.head.version if found else ""
        context = {
            "watch": seen,
            "project_id": project_id,
            "name": await self.name(visitor, project_id),
            "view": specification_view(project_id, found) if found else None,
            "spec": payload,
            "versions": [
                version_view(each) for each in await self.service.versions(subject, project_id)
            ],
            "kinds": TITLES,
            "overview": OVERVIEW,
            "layouts": LAYOUTS,
            "comments": [comment_view(each, ids) for each in said],
            "statements": [statement_view(each) for each in kept],
            "opinions": [
                each for each in (found.findings if found else ()) if each.rule.startswith(OPINION)
            ],
            "opinion": await self.opinions(subject, project_id, head) if found else None,
            "badges": BADGES,
            "may_write": await may_write(self.service.guard, subject, project_id),
            "may_review": may(subject, REVIEW),
            "may_decide": may(subject, DECIDE),
            "error": error,
            "longest": COMMENT_CHARACTERS,
            "reason_longest": REASON_CHARACTERS,
        }
        status = error.code.status if error else 200
        return await self.draw(request, "specification", context, active="studio", status=status)

    async def name(self, visitor: Visitor, project_id: UUID) -> str:
        """Return the project's name."""
        async with on_project(self.service.guard, visitor.subject, STUDIO_READ, project_id) as tx:
            return str((await get_project(tx, project_id))["name"])

    async def after(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        work: Awaitable[Any],
        *,
        anchor: str = "",
    ) -> Response:
        """Do what a form asks, and go back to the page; a refusal is told on it."""
        try:
            await work
        except EvigateError as error:
            if error.code not in TOLD:
                raise
            return await self.show(request, visitor, project_id, error=error)
        return RedirectResponse(f"/studio/{project_id}/spec{anchor}", status_code=303)


def specification_pages(
    service: SpecificationService,
    statements: StatementService,
    doors: Doors,
    draw: Draw,
    opinions: Opinions,
) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)
    page = _Page(service, statements, draw, opinions)
    _look_routes(routes, page, visitor_of)
    _compare_routes(routes, page, visitor_of)
    _change_routes(routes, page, visitor_of)
    return routes


def _look_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/studio/{project_id}/spec")
    async def show(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        version: Picked = None,
    ) -> Response:
        return await page.show(request, visitor, project_id, version=version)

    @routes.get("/studio/{project_id}/spec/trace")
    async def trace(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        at: Annotated[str, Query(max_length=300)] = "",
        version: Picked = None,
    ) -> Response:
        found = await page.service.show(visitor.subject, project_id, version)
        graph = Graph(found.payload)
        first = next((node for node in graph.nodes if node.startswith("requirement:")), "")
        picture = graph.picture(at or first)
        if picture is None and at:
            message = f"There is no part {at!r} in version {found.head.version}."
            raise EvigateError(E_SPECIFICATION_NOT_FOUND, message)
        here = (at or first).partition(":")[2]
        context = {
            "project_id": project_id,
            "name": found.name,
            "version": found.head.version,
            "picture": picture,
            "box": {"width": BOX_WIDTH, "height": BOX_HEIGHT},
            "requirement": next(
                (r for r in found.payload["requirements"] if r["id"] == here), None
            ),
            "test": next((t for t in found.payload["tests"] if t["id"] == here), None),
            "all": [node for node in graph.nodes.values() if node.kind == "requirement"],
        }
        return await page.draw(request, "specification_trace", context, active="studio")


def _compare_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/studio/{project_id}/spec/diff")
    async def diff(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        before: Picked = None,
        after: Picked = None,
    ) -> Response:
        subject = visitor.subject
        old, new, found = await page.service.diff(subject, project_id, before, after)
        versions = await page.service.versions(subject, project_id)
        context = {
            "project_id": project_id,
            "name": await page.name(visitor, project_id),
            "view": difference_view(old.version if old else None, new.version, found),
            "versions": [each.version for each in versions],
            "claim": None,
        }
        return await page.draw(request, "specification_diff", context, active="studio")

    @routes.get("/studio/{project_id}/spec/impact")
    async def impact(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        claim: UUID | None = None,
        text: Annotated[str, Query(max_length=CHANGE_CHARACTERS)] = "",
    ) -> Response:
        if claim is None:
            # Claims are named where they are quoted: on the specification's page.
            return await page.show(request, visitor, project_id)
        subject = visitor.subject
        found = await page.service.impact(subject, project_id, claim, text=text.strip() or None)
        newest = await page.service.show(subject, project_id)
        quote = next(
            (
                source["quote"]
                for each in newest.payload["requirements"]
                for source in each["sources"]
                if source["id"] == str(claim)
            ),
            "",
        )
        context = {
            "project_id": project_id,
            "name": newest.name,
            "view": difference_view(newest.head.version, "as if it were so", found),
            "versions": [],
            "claim": {"id": claim, "quote": quote, "text": text, "longest": CHANGE_CHARACTERS},
        }
        return await page.draw(request, "specification_diff", context, active="studio")


def _change_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.post("/studio/{project_id}/spec")
    async def change(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        action: Annotated[Literal["compile", "submit", "approve", "reject", "comment"], Form()],
        style: Annotated[Style | None, Form()] = None,
        reason: Annotated[str, Form(max_length=REASON_CHARACTERS)] = "",
        body: Annotated[str, Form(max_length=COMMENT_CHARACTERS)] = "",
        about: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        service, subject = page.service, visitor.subject
        work: Awaitable[Any]
        if action == "compile":
            work = service.compile(subject, project_id, style=style)
        elif action == "submit":
            work = service.submit(subject, project_id)
        elif action == "comment":
            work = service.comment(subject, project_id, body, about=about)
        else:
            decide = service.approve if action == "approve" else service.reject
            work = decide(subject, project_id, reason.strip() or "an owner decided")
        anchor = "#comments" if action == "comment" else ""
        return await page.after(request, visitor, project_id, work, anchor=anchor)

    @routes.post("/studio/{project_id}/spec/statements")
    async def bring_in(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        file: Annotated[UploadFile, File()],
    ) -> Response:
        content = await read_upload(file, ALL_BYTES_MAX)
        work = page.statements.bring_in(visitor.subject, project_id, content)
        return await page.after(request, visitor, project_id, work, anchor="#statements")

    @routes.post("/studio/{project_id}/spec/statements/{statement_id}")
    async def decide(
        project_id: UUID,
        statement_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        decision: Annotated[Literal["accepted", "rejected"], Form()],
    ) -> Response:
        work = page.statements.decide(visitor.subject, project_id, statement_id, decision)
        return await page.after(request, visitor, project_id, work, anchor="#statements")
