"""The room's pages: parse, call, draw; after a change the browser is sent on to where it shows."""

from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.evidence import fetch_url, read_upload
from evigate.kernel.access import may
from evigate.kernel.http import PAGE_SIZE, Doors, Visitor, join
from evigate.kernel.pages import Draw
from evigate.papers import pages_papers as view
from evigate.papers.intake import Source
from evigate.papers.options import ReproduceOptions
from evigate.papers.pages_claims import claim_pages
from evigate.papers.pages_environments import environment_pages
from evigate.papers.pages_plans import plan_routes
from evigate.papers.pages_portfolio import portfolio_pages
from evigate.papers.pages_runs import run_routes
from evigate.papers.pages_versions import dataset_pages, version_pages
from evigate.papers.permissions import DELETE, WRITE
from evigate.papers.service import PapersService

TEMPLATES = Path(__file__).resolve().parent / "templates"


def see(path: str) -> RedirectResponse:
    """Send the browser on after a change, by GET."""
    return RedirectResponse(path, status_code=303)


def pages_router(service: PapersService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the room's pages."""
    routes = doors.pages()
    _intake_routes(routes, service, doors, draw)
    _paper_routes(routes, service, doors, draw)
    claim_pages(routes, service, doors, draw)
    dataset_pages(routes, service, doors, draw)
    version_pages(routes, service, doors, draw)
    plan_routes(routes, service, doors, draw)
    run_routes(routes, service, doors, draw)
    environment_pages(routes, service, doors, draw)
    join(routes, portfolio_pages(service, doors, draw, service.upload_max_bytes))
    return routes


def _intake_routes(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    visitor_of = Depends(doors.visitor)

    async def list_page(
        request: Request,
        visitor: Visitor,
        *,
        before: UUID | None = None,
        form: dict[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        lines = await service.list_papers(visitor.subject, before=before, limit=PAGE_SIZE + 1)
        context = view.list_context(
            lines, before=before, upload_max_bytes=service.upload_max_bytes, form=form
        )
        return await draw(request, "papers_list", context, active="papers", status=status)

    @routes.get("/papers")
    async def papers(
        request: Request, visitor: Annotated[Visitor, visitor_of], before: UUID | None = None
    ) -> Response:
        return await list_page(request, visitor, before=before)

    async def take_in(visitor: Visitor, data: bytes, source: Source) -> Response:
        paper = await service.ingest(visitor.subject, data, source)
        await service.extract(visitor.subject, paper.id)
        return see(f"/papers/{paper.id}")

    @routes.post("/papers")
    async def upload(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        file: Annotated[UploadFile, File()],
    ) -> Response:
        try:
            data = await read_upload(file, service.upload_max_bytes)
            return await take_in(visitor, data, Source(file.filename))
        except EvigateError as error:
            return await refuse(request, visitor, error, "error_file")

    @routes.post("/papers/from-url")
    async def from_url(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        url: Annotated[str, Form(max_length=2000)],
    ) -> Response:
        try:
            data = await fetch_url(url, max_bytes=service.upload_max_bytes)
            return await take_in(visitor, data, Source(url=url))
        except EvigateError as error:
            return await refuse(request, visitor, error, "error_url", url=url)

    async def refuse(
        request: Request, visitor: Visitor, error: EvigateError, field: str, **typed: str
    ) -> Response:
        """Show the form again with what was wrong beside the field."""
        form = {**typed, field: f"{error.message} {error.remediation}"}
        return await list_page(request, visitor, form=form, status=error.code.status)


async def _versions(
    service: PapersService, visitor: Visitor, paper_id: UUID
) -> dict[str, str | None]:
    """Return where a paper's neighbours among its versions are shown, and where to send a newer."""
    found = await service.versions(visitor.subject, paper_id)
    older = f"/papers/{found.older}/changes/{paper_id}" if found.older else None
    newer = f"/papers/{paper_id}/changes/{found.newer}" if found.newer else None
    may_add = may(visitor.subject, WRITE) and found.newer is None
    return {
        "older_href": older,
        "newer_href": newer,
        "upload_href": f"/papers/{paper_id}/versions" if may_add else None,
    }


def _paper_routes(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    visitor_of = Depends(doors.visitor)

    @routes.get("/papers/{paper_id}")
    async def paper(
        request: Request,
        paper_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        show: Annotated[Literal["sure", "all"], Query()] = "sure",
    ) -> Response:
        subject = visitor.subject
        least = 0.0 if show == "all" else service.claim_confidence_min
        claims = await service.list_claims(subject, paper_id)
        sure = [claim for claim in claims if claim.draft.confidence >= least]
        context = view.paper_context(
            await service.get_paper(subject, paper_id),
            sure,
            await service.page_sizes(subject, paper_id),
            await service.list_plans(subject, paper_id),
            await service.list_reproductions(subject, paper_id=paper_id),
            may_write=may(subject, WRITE),
            may_delete=may(subject, DELETE),
            hidden_count=len(claims) - len(sure),
        )
        context["versions"] = await _versions(service, visitor, paper_id)
        return await draw(request, "paper", context, active="papers")

    @routes.post("/papers/{paper_id}/claims")
    async def find_claims(paper_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await service.extract(visitor.subject, paper_id)
        return see(f"/papers/{paper_id}")

    @routes.post("/papers/{paper_id}/reproduce")
    async def reproduce(paper_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        run_id = await service.reproduce(visitor.subject, ReproduceOptions(), paper_id=paper_id)
        return see(f"/runs/{run_id}")

    @routes.get("/papers/{paper_id}/delete")
    async def confirm_delete(
        request: Request, paper_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        found = await service.get_paper(visitor.subject, paper_id)
        context = {
            "question": f"Delete “{found.title}”?",
            "consequences": "Its claims, plans, notebooks, runs and reports go with it.",
            "action_href": f"/papers/{paper_id}/delete",
            "action_label": "Delete the paper",
            "back_href": f"/papers/{paper_id}",
        }
        return await draw(request, "confirm", context, active="papers")

    @routes.post("/papers/{paper_id}/delete")
    async def delete(paper_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await service.delete_paper(visitor.subject, paper_id)
        return see("/papers")
