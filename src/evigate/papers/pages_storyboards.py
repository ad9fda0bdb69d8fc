"""The pages of storyboards, which learners see too; making one belongs to who writes papers."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from evigate.base.errors import EvigateError
from evigate.kernel.access import may
from evigate.kernel.http import PAGE_SIZE, Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.papers.pages_papers import action
from evigate.papers.permissions import READ, WRITE
from evigate.papers.storyboards import StoryboardService, StoryboardView
from evigate.papers.storyboards.errors import E_STORY_NO_RUN
from evigate.papers.storyboards.picture import draw as draw_picture

TEMPLATES = Path(__file__).resolve().parent / "storyboards" / "templates"
STATUS = {"APPROVED": "approved", "REJECTED": "rejected", "PENDING_EVAL": "waiting"}


def storyboards_pages(service: StoryboardService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages of storyboards."""
    routes = APIRouter(include_in_schema=False)
    visitor_of = Depends(doors.visitor)

    @routes.get("/stories")
    async def stories(
        request: Request, visitor: Annotated[Visitor, visitor_of], before: UUID | None = None
    ) -> Response:
        found = await service.list_stories(visitor.subject, before=before, limit=PAGE_SIZE + 1)
        shown = found[:PAGE_SIZE]
        context = {
            "stories": [_line(view) for view in shown],
            "may_write": may(visitor.subject, WRITE),
            "newer_href": "/stories" if before else None,
            "older_href": f"/stories?before={shown[-1].row.id}" if len(found) > PAGE_SIZE else None,
        }
        return await draw(request, "stories", context, active="stories")

    @routes.get("/stories/{storyboard_id}")
    async def story(
        request: Request, storyboard_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        view = await service.get(visitor.subject, storyboard_id)
        context = story_context(
            view,
            may_read_papers=may(visitor.subject, READ),
            may_write=may(visitor.subject, WRITE),
        )
        return await draw(request, "story", context, active="stories")

    @routes.post("/papers/{paper_id}/story")
    async def tell(paper_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        view = await service.explain(visitor.subject, paper_id)
        return RedirectResponse(f"/stories/{view.row.id}", status_code=303)

    @routes.post("/stories/{storyboard_id}/refresh")
    async def refresh(storyboard_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        try:
            await service.refresh(visitor.subject, storyboard_id)
        except EvigateError as error:
            # A story of a paper that was never run is told from its claims alone.
            if error.code is not E_STORY_NO_RUN:
                raise
            view = await service.get(visitor.subject, storyboard_id)
            await service.explain(visitor.subject, view.row.paper_id)
        return RedirectResponse(f"/stories/{storyboard_id}", status_code=303)

    return routes


def _line(view: StoryboardView) -> dict[str, Any]:
    return {
        "title": view.story.title,
        "href": f"/stories/{view.row.id}",
        "pages": len(view.story.pages),
        "status": STATUS.get(view.row.status, view.row.status.lower()),
        "updated_at": view.row.updated_at,
    }


def story_context(
    view: StoryboardView, *, may_read_papers: bool, may_write: bool
) -> dict[str, Any]:
    """Return the context of `story.html`."""
    row, story = view.row, view.story
    paper_href = f"/papers/{row.paper_id}" if may_read_papers else None
    return {
        "story": story,
        "paper_href": paper_href,
        "status": STATUS.get(row.status, row.status.lower()),
        "is_approved": row.status == "APPROVED",
        "reason": row.decision_reason,
        "may_write": may_write,
        "draft_href": f"/artifacts/{row.draft_artifact_id or row.artifact_id}",
        "has_draft": row.draft_artifact_id is not None,
        "producer": row.producer,
        "fallback": row.grounding.get("fallback"),
        # The drawing is made here of escaped parts and numbers.
        "pages": [
            {
                "page": page,
                "drawing": Markup(draw_picture(page.drawing, page.alt_text)),
                "claims": [
                    {"href": f"{paper_href}#claim-{each}", "label": f"number {n}"}
                    for n, each in enumerate(page.claim_ids, start=1)
                ]
                if paper_href
                else [],
            }
            for page in story.pages
        ],
        "actions": [action("Bring up to date", f"/stories/{row.id}/refresh")] if may_write else [],
    }
