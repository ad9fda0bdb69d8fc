"""The routes of storyboards: P2N's two under /explain/kid, and those to list and read them."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.http import API, PAGE_SIZE, PAGE_SIZE_MAX, Doors, PageOf, responses_of
from evigate.kernel.storage import SignedUrls
from evigate.papers.api_shared import REPORT_TTL_S, linker
from evigate.papers.errors import E_EXTRACT_NO_CLAIMS, E_PAPER_NOT_FOUND
from evigate.papers.models import Asset
from evigate.papers.schemas_storyboards import (
    ExplainedOut,
    ExplainIn,
    RefreshedOut,
    StoryboardLineOut,
    StoryboardOut,
)
from evigate.papers.storyboards import StoryboardService, StoryboardView
from evigate.papers.storyboards.errors import (
    E_STORY_GENERATION_FAILED,
    E_STORY_NO_RUN,
    E_STORY_NOT_FOUND,
)
from evigate.papers.storyboards.picture import draw


def storyboards_router(
    service: StoryboardService, doors: Doors, signed_urls: SignedUrls
) -> APIRouter:
    """Return the routes of storyboards, to be mounted under /api/v1."""
    routes = APIRouter(prefix=API, tags=["storyboards"])
    subject_of = Depends(doors.subject)

    def signed(subject: Subject, view: StoryboardView) -> str:
        link = linker(signed_urls, subject, utc_now(), REPORT_TTL_S)
        row = view.row
        return link(Asset("storyboard", row.storage_path, 0, row.content_hash))

    _telling_routes(routes, service, subject_of, signed)
    _reading_routes(routes, service, subject_of)
    return routes


def _telling_routes(
    routes: APIRouter, service: StoryboardService, subject_of: Any, signed: Any
) -> None:
    @routes.post(
        "/explain/kid",
        status_code=201,
        responses=responses_of(E_PAPER_NOT_FOUND, E_EXTRACT_NO_CLAIMS, E_STORY_GENERATION_FAILED),
    )
    async def explain(body: ExplainIn, subject: Annotated[Subject, subject_of]) -> ExplainedOut:
        """Tell a paper in 5 to 7 pages for children; telling it again changes nothing."""
        view = await service.explain(subject, body.paper_id)
        return ExplainedOut(
            storyboard_id=view.row.id,
            paper_id=view.row.paper_id,
            pages_count=len(view.story.pages),
            status=view.row.status,
            signed_url=signed(subject, view),
            expires_at=utc_now() + timedelta(seconds=REPORT_TTL_S),
        )

    @routes.post(
        "/explain/kid/{storyboard_id}/refresh",
        responses=responses_of(E_STORY_NOT_FOUND, E_STORY_NO_RUN, E_STORY_GENERATION_FAILED),
    )
    async def refresh(storyboard_id: UUID, subject: Annotated[Subject, subject_of]) -> RefreshedOut:
        """Bring a storyboard up to the paper's newest run; again changes nothing."""
        view = await service.refresh(subject, storyboard_id)
        return RefreshedOut(
            storyboard_id=view.row.id,
            run_id=view.row.run_id,
            scoreboard=view.story.scoreboard,
            status=view.row.status,
            signed_url=signed(subject, view),
        )


def _reading_routes(routes: APIRouter, service: StoryboardService, subject_of: Any) -> None:
    @routes.get("/storyboards")
    async def list_storyboards(
        subject: Annotated[Subject, subject_of],
        paper_id: UUID | None = None,
        before: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE,
    ) -> PageOf[StoryboardLineOut]:
        """List storyboards, newest first."""
        views = await service.list_stories(
            subject, paper_id=paper_id, before=before, limit=limit + 1
        )
        items: list[BaseModel] = [StoryboardLineOut.of(view) for view in views]
        return PageOf.cut(items, [view.row.id for view in views], limit=limit)  # type: ignore[arg-type]

    @routes.get("/storyboards/{storyboard_id}", responses=responses_of(E_STORY_NOT_FOUND))
    async def get_storyboard(
        storyboard_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> StoryboardOut:
        """Get a storyboard with its pages."""
        return StoryboardOut.of(await service.get(subject, storyboard_id))

    @routes.get(
        "/storyboards/{storyboard_id}/pages/{number}.svg",
        response_class=Response,
        responses={
            200: {"content": {"image/svg+xml": {}}},
            **responses_of(E_STORY_NOT_FOUND),
        },
    )
    async def picture(
        storyboard_id: UUID, number: int, subject: Annotated[Subject, subject_of]
    ) -> Response:
        """Get a page's drawing."""
        view = await service.get(subject, storyboard_id)
        page = next((each for each in view.story.pages if each.page_number == number), None)
        if page is None:
            raise EvigateError(E_STORY_NOT_FOUND, f"The storyboard has no page {number}.")
        return Response(draw(page.drawing, page.alt_text), media_type="image/svg+xml")
