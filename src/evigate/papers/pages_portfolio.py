"""The pages over several papers or runs: portfolio, leaderboard, two runs, two versions."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import E_INVALID, EvigateError
from evigate.evidence import read_upload
from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.papers.between import BetweenVerbs
from evigate.papers.compare.models import Verdict
from evigate.papers.compare.rankings import by_verdict
from evigate.papers.intake import Source
from evigate.papers.pages_papers import claim_label
from evigate.papers.permissions import DELETE, WRITE
from evigate.papers.portfolio import PortfolioFilter
from evigate.papers.portfolio.export import EXPORTS, export_portfolio
from evigate.papers.portfolio.models import GROUPS
from evigate.papers.portfolio.shown import newest_report

ROWS_SHOWN = 200
CURVES_SHOWN = 60


def portfolio_pages(
    service: BetweenVerbs, doors: Doors, draw: Draw, upload_max_bytes: int
) -> APIRouter:
    """Return these pages."""
    routes = doors.pages()
    _portfolio_page(routes, service, doors, draw)
    _leaderboard_pages(routes, service, doors, draw)
    _between_pages(routes, service, doors, draw, upload_max_bytes)
    _retention_page(routes, service, doors, draw)
    return routes


def chosen_filter(
    metric: str = "", dataset: str = "", year: str = "", verdict: str = "", own_only: str = ""
) -> PortfolioFilter:
    """Return the filter that the page's form asks for; what it does not know lets all through."""
    return PortfolioFilter(
        metric or None,
        dataset or None,
        int(year) if year.isdecimal() else None,
        verdict or None,
        own_only == "true",
    )


def _portfolio_page(routes: APIRouter, service: BetweenVerbs, doors: Doors, draw: Draw) -> None:
    visitor_of = Depends(doors.visitor)

    @routes.get("/portfolio")
    async def portfolio(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        chosen: Annotated[PortfolioFilter, Depends(chosen_filter)],
    ) -> Response:
        found = await service.portfolio(visitor.subject, chosen)
        query = urlencode({k: v for k, v in request.query_params.items() if v})
        suffix = f"?{query}" if query else ""
        labels = {"csv": "CSV", "json": "JSON", "html": "HTML", "zip": "RO-Crate"}
        context = {
            "portfolio": found,
            "groups": [(name, found.by(name)) for name in GROUPS],
            "chosen": chosen,
            "exports": [
                {"label": labels[form], "href": f"/portfolio.{form}{suffix}"} for form in EXPORTS
            ],
            "rows": sorted(found.rows, key=lambda row: row.verdict == Verdict.NOT_COMPARABLE)[
                :ROWS_SHOWN
            ],
            "more": max(0, len(found.rows) - ROWS_SHOWN),
        }
        return await draw(request, "portfolio", context, active="papers")

    @routes.get("/portfolio.{form}")
    async def portfolio_file(
        form: str,
        visitor: Annotated[Visitor, visitor_of],
        chosen: Annotated[PortfolioFilter, Depends(chosen_filter)],
    ) -> Response:
        if form not in EXPORTS:
            return Response(status_code=404)
        media_type, name = EXPORTS[form]
        found = await service.portfolio(visitor.subject, chosen)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(export_portfolio(found, form), media_type=media_type, headers=headers)


def _leaderboard_pages(routes: APIRouter, service: BetweenVerbs, doors: Doors, draw: Draw) -> None:
    visitor_of = Depends(doors.visitor)

    @routes.get("/papers/{paper_id}/leaderboard")
    async def leaderboard(
        request: Request, paper_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        report = await newest_report(service, visitor.subject, paper_id)
        board = await service.leaderboard(visitor.subject, report)
        context = {
            "paper": {"title": report.paper.title, "href": f"/papers/{paper_id}"},
            "report_href": f"/runs/{report.reproduction_id}/report",
            "board": board,
            "counts": by_verdict(board.rankings),
            "claims": [
                {"id": row.claim.id, "label": claim_label(row.claim)} for row in report.rows
            ],
            "may_write": may(visitor.subject, WRITE),
        }
        return await draw(request, "leaderboard", context, active="papers")

    @routes.post("/papers/{paper_id}/rankings")
    async def add(
        paper_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        better_id: Annotated[UUID, Form()],
        worse_id: Annotated[UUID, Form()],
    ) -> Response:
        await service.add_ranking(visitor.subject, paper_id, better_id, worse_id)
        return RedirectResponse(f"/papers/{paper_id}/leaderboard#rankings", status_code=303)

    @routes.post("/papers/{paper_id}/rankings/{ranking_id}/remove")
    async def remove(
        paper_id: UUID, ranking_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        await service.remove_ranking(visitor.subject, paper_id, ranking_id)
        return RedirectResponse(f"/papers/{paper_id}/leaderboard#rankings", status_code=303)


def _between_pages(
    routes: APIRouter, service: BetweenVerbs, doors: Doors, draw: Draw, upload_max_bytes: int
) -> None:
    visitor_of = Depends(doors.visitor)

    @routes.post("/runs/{run_id}/compare")
    async def choose(
        run_id: UUID, visitor: Annotated[Visitor, visitor_of], other: Annotated[UUID, Form()]
    ) -> Response:
        await service.compare_runs(visitor.subject, run_id, other)
        return RedirectResponse(f"/runs/{run_id}/compare/{other}", status_code=303)

    @routes.get("/runs/{run_id}/compare/{other_id}")
    async def compare(
        request: Request, run_id: UUID, other_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        found = await service.compare_runs(visitor.subject, run_id, other_id)
        paper = await service.get_paper(visitor.subject, found.after.paper_id)
        context = {
            "found": found,
            "paper": {"title": paper.title, "href": f"/papers/{paper.id}"},
            "before_href": f"/runs/{found.before.id}",
            "after_href": f"/runs/{found.after.id}",
            "curves": [
                _curve(each.name, each.before, each.after) for each in found.curves[:CURVES_SHOWN]
            ],
        }
        return await draw(request, "compare", context, active="runs")

    @routes.post("/papers/{paper_id}/versions")
    async def take_version(
        paper_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        file: Annotated[UploadFile, File()],
    ) -> Response:
        data = await read_upload(file, upload_max_bytes)
        paper, _ = await service.take_version(
            visitor.subject, paper_id, data, Source(file.filename)
        )
        return RedirectResponse(f"/papers/{paper_id}/changes/{paper.id}", status_code=303)

    @routes.get("/papers/{paper_id}/changes/{newer_id}")
    async def changes(
        request: Request, paper_id: UUID, newer_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        older = await service.get_paper(visitor.subject, paper_id)
        newer = await service.get_paper(visitor.subject, newer_id)
        found = await service.version_changes(visitor.subject, paper_id, newer_id)
        context = {
            "older": {"title": older.title, "href": f"/papers/{older.id}"},
            "newer": {"title": newer.title, "href": f"/papers/{newer.id}"},
            "changes": found,
            "counts": dict(Counter(each.kind for each in found)),
        }
        return await draw(request, "changes", context, active="papers")


def _retention_page(routes: APIRouter, service: BetweenVerbs, doors: Doors, draw: Draw) -> None:
    visitor_of = Depends(doors.visitor)

    async def page(
        request: Request, visitor: Visitor, error: EvigateError | None = None, swept: str = ""
    ) -> Response:
        context = {
            "kept": await service.retention(visitor.subject),
            "may_change": may(visitor.subject, DELETE),
            "error": f"{error.message} {error.remediation}" if error else None,
            "swept": swept,
        }
        status = error.code.status if error else 200
        return await draw(request, "retention", context, active="papers", status=status)

    @routes.get("/retention")
    async def retention(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        runs: Annotated[int | None, Query(ge=0)] = None,
        papers: Annotated[int | None, Query(ge=0)] = None,
    ) -> Response:
        swept = f"Removed {runs or 0} runs and {papers or 0} papers."
        is_told = runs is not None or papers is not None
        return await page(request, visitor, swept=swept if is_told else "")

    @routes.post("/retention")
    async def change(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        run_days: Annotated[str, Form(max_length=6)] = "",
        paper_days: Annotated[str, Form(max_length=6)] = "",
    ) -> Response:
        try:
            await service.set_retention(
                visitor.subject, run_days=_days(run_days), paper_days=_days(paper_days)
            )
        except EvigateError as error:
            return await page(request, visitor, error)
        return RedirectResponse("/retention", status_code=303)

    @routes.post("/retention/sweep")
    async def sweep(visitor: Annotated[Visitor, visitor_of]) -> Response:
        swept = await service.sweep_old(visitor.subject)
        query = urlencode({"runs": swept.runs, "papers": swept.papers})
        return RedirectResponse(f"/retention?{query}", status_code=303)


def _days(typed: str) -> int | None:
    """Read a field of days; empty keeps for ever.

    Raises:
        EvigateError[E_INVALID]: it is no whole number.
    """
    if not typed.strip():
        return None
    if not typed.strip().isdecimal():
        raise EvigateError(E_INVALID, f"{typed!r} is no number of days.")
    return int(typed)


Points = Sequence[tuple[int, float]]


def _curve(name: str, before: Points, after: Points) -> dict[str, Any]:
    """Place two curves in one frame of 200 by 80, steps across and values up."""
    steps = [step for step, _ in (*before, *after)]
    values = [value for _, value in (*before, *after)]
    first, last, low, high = min(steps), max(steps), min(values), max(values)

    def place(points: Points) -> str:
        return " ".join(
            f"{4 + 192 * (step - first) / ((last - first) or 1):.1f},"
            f"{76 - 72 * (value - low) / ((high - low) or 1):.1f}"
            for step, value in points
        )

    return {
        "name": name,
        "before": place(before),
        "after": place(after),
        "count": len({*steps}),
    }
