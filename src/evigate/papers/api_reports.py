"""The routes of reports."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.http import (
    responses_of,
)
from evigate.kernel.storage import SignedUrls
from evigate.papers.api_shared import REPORT_TTL_S, attach, linker
from evigate.papers.errors import (
    E_PAPER_NOT_FOUND,
    E_REPORT_NO_RUNS,
)
from evigate.papers.models import Asset
from evigate.papers.report import Report, build_report, report_html
from evigate.papers.schemas import (
    ArtifactLinks,
    CitationOut,
    ReportOut,
)
from evigate.papers.service import PapersService


def report_routes(
    routes: APIRouter, service: PapersService, subject_of: Any, signed_urls: SignedUrls
) -> None:
    """Add the routes of reports."""

    async def newest(subject: Subject, paper_id: UUID) -> Report:
        await service.get_paper(subject, paper_id)
        for journey, _ in await service.list_reproductions(subject, paper_id=paper_id):
            if journey.summary is not None:
                return await build_report(service, subject, journey.id)
        raise EvigateError(E_REPORT_NO_RUNS, "No reproduction of this paper has come to its end.")

    @routes.get(
        "/papers/{paper_id}/report",
        tags=["reports"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_REPORT_NO_RUNS),
    )
    async def report(paper_id: UUID, subject: Annotated[Subject, subject_of]) -> ReportOut:
        """Get the newest report of a paper."""
        found = await newest(subject, paper_id)
        journey = await service.get_run(subject, found.reproduction_id)
        assets = {} if found.run is None else await service.assets_of_run(subject, found.run.id)
        link = linker(signed_urls, subject, utc_now(), REPORT_TTL_S)
        summary = (journey.reproduction.summary if journey.reproduction else None) or {}
        return _report_out(found, assets, link, summary.get("report_sha256"))

    @routes.get(
        "/papers/{paper_id}/report.csv",
        tags=["reports"],
        response_class=Response,
        responses={
            200: {"content": {"text/csv": {}}},
            **responses_of(E_PAPER_NOT_FOUND, E_REPORT_NO_RUNS),
        },
    )
    async def report_csv(paper_id: UUID, subject: Annotated[Subject, subject_of]) -> Response:
        """Get the newest report as CSV, one line a claim."""
        found = await newest(subject, paper_id)
        return Response(found.to_csv(), media_type="text/csv", headers=attach("report.csv"))

    @routes.get(
        "/papers/{paper_id}/report.html",
        tags=["reports"],
        response_class=Response,
        responses={
            200: {"content": {"text/html": {}}},
            **responses_of(E_PAPER_NOT_FOUND, E_REPORT_NO_RUNS),
        },
    )
    async def report_file(paper_id: UUID, subject: Annotated[Subject, subject_of]) -> Response:
        """Get the newest report as one file that needs nothing else."""
        found = await newest(subject, paper_id)
        html = await report_html(service, subject, found)
        return Response(html, media_type="text/html", headers=attach("report.html"))


def _report_out(
    report: Report, assets: dict[str, Asset], link: Callable[[Asset], str], digest: str | None
) -> ReportOut:
    first = next((row for row in report.rows if row.is_compared), None)
    urls = {kind: link(asset) for kind, asset in assets.items()}
    html = None if digest is None else link(Asset("report", "report.html", 0, digest))
    shown = [row for row in report.rows if row.is_compared]
    return ReportOut(
        paper_id=report.paper.id,
        run_id=report.run.id if report.run else None,
        reproduction_id=report.reproduction_id,
        headline=report.headline,
        verdicts=report.counts,
        metric_name=first.claim.draft.metric if first else None,
        claimed=float(first.claim.draft.value) if first else None,
        observed=float(first.gap.observed) if first and first.gap.observed is not None else None,
        gap_percent=(
            float(first.gap.gap_percent) if first and first.gap.gap_percent is not None else None
        ),
        citations=[
            CitationOut(
                source=row.claim.draft.source_citation, confidence=row.claim.draft.confidence
            )
            for row in shown
        ],
        artifacts=ArtifactLinks(
            metrics_url=urls.get("metrics"),
            events_url=urls.get("events"),
            logs_url=urls.get("logs"),
            notebook_url=urls.get("notebook"),
            report_url=html,
        ),
        rows=[row.to_json() for row in report.rows],
    )
