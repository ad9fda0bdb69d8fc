"""The room's routes: parse, call, render. Paths and codes are P2N's, with what it lacked beside."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from starlette.responses import StreamingResponse

from evigate.base.clock import utc_now
from evigate.base.errors import E_CONFLICT, E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.evidence import fetch_url
from evigate.evidence.errors import (
    E_FILE_TOO_LARGE,
    E_PDF_DAMAGED,
    E_PDF_ENCRYPTED,
    E_PDF_NO_TEXT,
    E_UNSUPPORTED_MEDIA_TYPE,
)
from evigate.evidence.fetch import E_FETCH_FAILED, E_FETCH_REFUSED
from evigate.kernel.http import (
    PAGE_SIZE,
    PAGE_SIZE_MAX,
    Doors,
    EventStream,
    Fanout,
    PageOf,
    WireEvent,
    parse_offset,
    responses_of,
)
from evigate.kernel.http.frames import encode_event
from evigate.kernel.runs import RunStatus, create_run, finish_run
from evigate.kernel.storage import SignedUrls
from evigate.papers.errors import (
    E_PAPER_NOT_FOUND,
    E_PLAN_ASSET_MISSING,
    E_PLAN_NO_ALLOWED_DATASETS,
    E_PLAN_NO_RECIPE,
    E_PLAN_NOT_FOUND,
    E_PLAN_NOT_MATERIALIZED,
    E_REPORT_NO_RUNS,
    E_RUN_NOT_FOUND,
)
from evigate.papers.intake import Source, check_size
from evigate.papers.models import Asset
from evigate.papers.options import ReproduceOptions
from evigate.papers.report import Report, build_report, report_html
from evigate.papers.schemas import (
    ApproveIn,
    ArtifactLinks,
    AssetsOut,
    CitationOut,
    ClaimOut,
    ClaimsOut,
    EvalOut,
    EvalsOut,
    IngestOut,
    MaterializeOut,
    NotebookRunOut,
    PaperOut,
    PlanIn,
    PlanOut,
    ReportOut,
    ReproduceIn,
    RunOut,
    SeriesOut,
    SeriesPointOut,
    StartedOut,
    VerifyOut,
)
from evigate.papers.service import PapersService

UPLOAD_CHUNK_BYTES = 64 * 1024
ASSETS_TTL_S = 120
REPORT_TTL_S = 3600
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "notebook": "application/x-ipynb+json",
    "requirements": "text/plain",
    "metrics": "application/json",
    "logs": "text/plain",
    "events": "application/jsonl",
}
BAD_PDF = (
    E_UNSUPPORTED_MEDIA_TYPE,
    E_FILE_TOO_LARGE,
    E_PDF_DAMAGED,
    E_PDF_ENCRYPTED,
    E_PDF_NO_TEXT,
)


async def read_upload(file: UploadFile, limit_bytes: int) -> bytes:
    """Read an upload, giving up as soon as it is over the limit.

    Raises:
        EvigateError[E_FILE_TOO_LARGE]
    """
    parts: list[bytes] = []
    size = 0
    while part := await file.read(UPLOAD_CHUNK_BYTES):
        size += len(part)
        check_size(size, limit_bytes)
        parts.append(part)
    return b"".join(parts)


def router(
    service: PapersService, doors: Doors, live: Fanout, signed_urls: SignedUrls
) -> APIRouter:
    """Return the room's routes, to be mounted under /api/v1."""
    routes = APIRouter()
    subject_of = Depends(doors.subject)
    _paper_routes(routes, service, subject_of)
    _plan_routes(routes, service, subject_of, signed_urls)
    _run_routes(routes, service, subject_of, live)
    _report_routes(routes, service, subject_of, signed_urls)
    return routes


def _paper_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.post(
        "/papers/ingest",
        status_code=201,
        tags=["papers"],
        responses=responses_of(*BAD_PDF, E_FETCH_FAILED, E_FETCH_REFUSED, E_INVALID),
    )
    async def ingest(
        subject: Annotated[Subject, subject_of],
        file: Annotated[UploadFile | None, File()] = None,
        url: Annotated[str | None, Query(max_length=2000)] = None,
        title: Annotated[str | None, Query(max_length=300)] = None,
        form_url: Annotated[str | None, Form(alias="url", max_length=2000)] = None,
        form_title: Annotated[str | None, Form(alias="title", max_length=300)] = None,
    ) -> IngestOut:
        """Take in a PDF, as a file or from a public address."""
        address = form_url or url
        if (file is None) == (address is None):
            raise EvigateError(E_INVALID, "Send either a file or a url.")
        if file is not None:
            data = await read_upload(file, service.upload_max_bytes)
        else:
            data = await fetch_url(str(address), max_bytes=service.upload_max_bytes)
        name = file.filename if file is not None else None
        source = Source(name, None if file is not None else address, form_title or title)
        paper = await service.ingest(subject, data, source)
        return IngestOut(
            paper_id=paper.id,
            vector_store_id=paper.vector_store_id,
            storage_path=paper.pdf_storage_path,
        )

    @routes.get("/papers", tags=["papers"])
    async def list_papers(
        subject: Annotated[Subject, subject_of],
        before: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE,
    ) -> PageOf[PaperOut]:
        """List papers, newest first."""
        lines = await service.list_papers(subject, before=before, limit=limit + 1)
        items = [PaperOut.of(line.paper, line) for line in lines]
        return PageOf.cut(items, [line.paper.id for line in lines], limit=limit)

    @routes.get("/papers/{paper_id}", tags=["papers"], responses=responses_of(E_PAPER_NOT_FOUND))
    async def get_paper(paper_id: UUID, subject: Annotated[Subject, subject_of]) -> PaperOut:
        """Get a paper."""
        return PaperOut.of(await service.get_paper(subject, paper_id))

    @routes.delete(
        "/papers/{paper_id}",
        status_code=204,
        tags=["papers"],
        responses=responses_of(E_PAPER_NOT_FOUND),
    )
    async def delete_paper(paper_id: UUID, subject: Annotated[Subject, subject_of]) -> None:
        """Remove a paper with its claims, plans, runs and reports."""
        await service.delete_paper(subject, paper_id)

    @routes.get(
        "/papers/{paper_id}/verify", tags=["papers"], responses=responses_of(E_PAPER_NOT_FOUND)
    )
    async def verify(paper_id: UUID, subject: Annotated[Subject, subject_of]) -> VerifyOut:
        """Tell whether a paper's parts are in place."""
        paper = await service.get_paper(subject, paper_id)
        assert subject.tenant_id is not None
        present = await service.storage.exists(subject.tenant_id, paper.pdf_sha256)
        return VerifyOut(
            storage_path_present=present, vector_store_present=bool(paper.vector_store_id)
        )

    @routes.get(
        "/papers/{paper_id}/pages/{number}.png",
        tags=["papers"],
        response_class=Response,
        responses={
            200: {"content": {"image/png": {}}},
            **responses_of(E_PAPER_NOT_FOUND),
        },
    )
    async def page_image(
        paper_id: UUID,
        number: int,
        subject: Annotated[Subject, subject_of],
        scale: Annotated[float, Query(ge=0.5, le=3)] = 1.5,
    ) -> Response:
        """Get a page as a picture, rendered now."""
        image = await service.page_image(subject, paper_id, number, scale=scale)
        return Response(image, media_type="image/png", headers=_keep(3600))

    @routes.get(
        "/papers/{paper_id}/pdf",
        tags=["papers"],
        response_class=Response,
        responses={
            200: {"content": {"application/pdf": {}}},
            **responses_of(E_PAPER_NOT_FOUND),
        },
    )
    async def pdf(paper_id: UUID, subject: Annotated[Subject, subject_of]) -> Response:
        """Get the PDF itself."""
        data = await service.pdf_of(subject, paper_id)
        return Response(data, media_type="application/pdf", headers=_keep(3600))

    @routes.post(
        "/papers/{paper_id}/extract",
        tags=["claims"],
        response_class=StreamingResponse,
        responses={
            200: {"content": {"text/event-stream": {}}},
            **responses_of(E_PAPER_NOT_FOUND),
        },
    )
    async def extract(paper_id: UUID, subject: Annotated[Subject, subject_of]) -> StreamingResponse:
        """Find the paper's claims; the answer is a stream of events, the result among them."""
        await service.get_paper(subject, paper_id)
        return StreamingResponse(
            _extraction(service, subject, paper_id), media_type="text/event-stream"
        )

    @routes.get(
        "/papers/{paper_id}/claims", tags=["claims"], responses=responses_of(E_PAPER_NOT_FOUND)
    )
    async def list_claims(paper_id: UUID, subject: Annotated[Subject, subject_of]) -> ClaimsOut:
        """List a paper's claims in the order they stand in it."""
        claims = await service.list_claims(subject, paper_id)
        return ClaimsOut(
            paper_id=paper_id,
            claims_count=len(claims),
            claims=[ClaimOut.of(claim) for claim in claims],
        )


async def _extraction(
    service: PapersService, subject: Subject, paper_id: UUID
) -> AsyncIterator[bytes]:
    seq = 0

    def frame(type_: str, **payload: Any) -> bytes:
        nonlocal seq
        seq += 1
        return encode_event(WireEvent(seq, type_, {"agent": "extractor", **payload}))

    yield frame("stage_update", stage="extract_start")
    try:
        claims = await service.extract(subject, paper_id)
    except EvigateError as error:
        yield frame(
            "error", code=error.code.name, message=error.message, remediation=error.remediation
        )
        return
    yield frame("stage_update", stage="persist_done", count=len(claims))
    found = [
        {
            "dataset": claim.draft.dataset,
            "split": claim.draft.split,
            "metric": claim.draft.metric,
            "value": float(claim.draft.value),
            "units": claim.draft.units,
            "citation": claim.draft.source_citation,
            "confidence": claim.draft.confidence,
        }
        for claim in claims
    ]
    yield frame("result", claims=found)
    yield frame("stage_update", stage="extract_complete")


def _plan_routes(
    routes: APIRouter, service: PapersService, subject_of: Any, signed_urls: SignedUrls
) -> None:
    @routes.post(
        "/papers/{paper_id}/plan",
        status_code=201,
        tags=["plans"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_PLAN_NO_ALLOWED_DATASETS, E_PLAN_NO_RECIPE),
    )
    async def make_plan(
        paper_id: UUID, body: PlanIn, subject: Annotated[Subject, subject_of]
    ) -> PlanOut:
        """Draft a plan from the paper's own words."""
        await service.extract(subject, paper_id)
        options = ReproduceOptions(seeds=body.seeds, budget_minutes=body.budget_minutes)
        plan = await service.draft_plan(subject, paper_id, options)
        async with service.database.tx(subject) as tx:
            run_id = await create_run(tx, "papers.plan", {"paper_id": str(paper_id)})
            await finish_run(tx, run_id, RunStatus.SUCCEEDED)
            return PlanOut.of(await service.record_plan(tx, paper_id, plan, run_id))

    @routes.get(
        "/papers/{paper_id}/plans", tags=["plans"], responses=responses_of(E_PAPER_NOT_FOUND)
    )
    async def list_plans(
        paper_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[PlanOut]:
        """List a paper's plans, newest first."""
        plans = await service.list_plans(subject, paper_id)
        return PageOf(items=[PlanOut.of(plan) for plan in plans])

    @routes.get("/plans/{plan_id}", tags=["plans"], responses=responses_of(E_PLAN_NOT_FOUND))
    async def get_plan(plan_id: UUID, subject: Annotated[Subject, subject_of]) -> PlanOut:
        """Get a plan."""
        return PlanOut.of(await service.get_plan(subject, plan_id))

    @routes.post(
        "/plans/{plan_id}/materialize", tags=["plans"], responses=responses_of(E_PLAN_NOT_FOUND)
    )
    async def materialize(plan_id: UUID, subject: Annotated[Subject, subject_of]) -> MaterializeOut:
        """Make the notebook and its requirements; the same plan gives the same bytes."""
        plan = await service.materialize(subject, plan_id)
        assets = await service.assets_of_plan(subject, plan_id)
        return MaterializeOut(
            notebook_asset_path=assets["notebook"].storage_path,
            env_asset_path=assets["requirements"].storage_path,
            env_hash=plan.env_hash or "",
        )

    @routes.post(
        "/plans/{plan_id}/approve",
        status_code=204,
        tags=["plans"],
        responses=responses_of(E_PLAN_NOT_FOUND, E_PLAN_NOT_MATERIALIZED, E_CONFLICT),
    )
    async def approve(
        plan_id: UUID, body: ApproveIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Approve the plan or its notebook, as an owner."""
        verb = service.approve_notebook if body.what == "notebook" else service.approve_plan
        await verb(subject, plan_id, body.reason)

    @routes.get(
        "/plans/{plan_id}/assets",
        tags=["plans"],
        responses=responses_of(E_PLAN_NOT_FOUND, E_PLAN_ASSET_MISSING),
    )
    async def plan_assets(plan_id: UUID, subject: Annotated[Subject, subject_of]) -> AssetsOut:
        """Get links to the notebook and its requirements, good for two minutes."""
        assets = await service.assets_of_plan(subject, plan_id)
        now = utc_now()
        link = _linker(signed_urls, subject, now, ASSETS_TTL_S)
        expires = datetime.fromtimestamp(int(now.timestamp()), UTC) + timedelta(
            seconds=ASSETS_TTL_S
        )
        return AssetsOut(
            notebook_signed_url=link(assets["notebook"]),
            env_signed_url=link(assets["requirements"]),
            expires_at=expires,
        )

    @routes.post(
        "/plans/{plan_id}/run",
        status_code=202,
        tags=["runs"],
        responses=responses_of(E_PLAN_NOT_FOUND, E_PLAN_NOT_MATERIALIZED),
    )
    async def run_plan(plan_id: UUID, subject: Annotated[Subject, subject_of]) -> StartedOut:
        """Run the plan's approved notebook."""
        run_id, journey = await service.run_plan(subject, plan_id)
        return StartedOut(run_id=run_id, reproduction_id=journey)


def _run_routes(routes: APIRouter, service: PapersService, subject_of: Any, live: Fanout) -> None:
    @routes.post(
        "/reproductions",
        status_code=202,
        tags=["runs"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_INVALID),
    )
    async def reproduce(body: ReproduceIn, subject: Annotated[Subject, subject_of]) -> StartedOut:
        """Start the whole journey, from PDF to report."""
        if (body.url is None) == (body.paper_id is None):
            raise EvigateError(E_INVALID, "Send either a url or a paper_id.")
        options = ReproduceOptions(
            seeds=body.seeds,
            budget_minutes=body.budget_minutes,
            is_preapproved=body.is_preapproved,
        )
        run_id = await service.reproduce(
            subject, options, source=Source(url=body.url), paper_id=body.paper_id
        )
        return StartedOut(run_id=run_id, reproduction_id=run_id)

    @routes.get("/runs", tags=["runs"])
    async def list_runs(
        subject: Annotated[Subject, subject_of],
        paper_id: UUID | None = None,
        before: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE,
    ) -> PageOf[NotebookRunOut]:
        """List notebook runs, newest first."""
        runs = await service.list_notebook_runs(
            subject, paper_id=paper_id, before=before, limit=limit + 1
        )
        items = [NotebookRunOut.of(run) for run in runs]
        return PageOf.cut(items, [run.id for run in runs], limit=limit)

    @routes.get("/runs/{run_id}", tags=["runs"], responses=responses_of(E_RUN_NOT_FOUND))
    async def get_run(run_id: UUID, subject: Annotated[Subject, subject_of]) -> RunOut:
        """Get a journey or a notebook run."""
        return RunOut.of(await service.get_run(subject, run_id))

    @routes.get(
        "/runs/{run_id}/events",
        status_code=200,
        tags=["runs"],
        response_class=EventStream,
        responses={
            200: {"content": {"text/event-stream": {}}},
            **responses_of(E_RUN_NOT_FOUND),
        },
    )
    async def run_events(
        run_id: UUID, request: Request, subject: Annotated[Subject, subject_of]
    ) -> Response:
        """Follow a run, from its beginning or from `Last-Event-ID`."""
        stream = await service.stream_of(subject, run_id)
        last = request.headers.get("last-event-id") or request.query_params.get("after")
        return EventStream(live.subscribe(str(stream), parse_offset(last)))

    @routes.post("/runs/{run_id}/cancel", tags=["runs"], responses=responses_of(E_RUN_NOT_FOUND))
    async def cancel(run_id: UUID, subject: Annotated[Subject, subject_of]) -> RunOut:
        """Ask a run to stop."""
        await service.cancel(subject, run_id)
        return RunOut.of(await service.get_run(subject, run_id))

    @routes.post(
        "/runs/{run_id}/rerun",
        status_code=202,
        tags=["runs"],
        responses=responses_of(E_RUN_NOT_FOUND, E_PLAN_NOT_MATERIALIZED),
    )
    async def rerun(run_id: UUID, subject: Annotated[Subject, subject_of]) -> StartedOut:
        """Start a run like an earlier one."""
        journey = await service.rerun(subject, run_id)
        return StartedOut(run_id=journey, reproduction_id=journey)

    @routes.get("/runs/{run_id}/series", tags=["runs"], responses=responses_of(E_RUN_NOT_FOUND))
    async def series(
        run_id: UUID, subject: Annotated[Subject, subject_of], metric: str | None = None
    ) -> SeriesOut:
        """Get a notebook run's metric values."""
        points = await service.list_series(subject, run_id, metric)
        return SeriesOut(run_id=run_id, points=[SeriesPointOut.of(point) for point in points])

    @routes.get("/runs/{run_id}/evals", tags=["runs"], responses=responses_of(E_RUN_NOT_FOUND))
    async def evals(run_id: UUID, subject: Annotated[Subject, subject_of]) -> EvalsOut:
        """Get a notebook run's comparisons."""
        found = await service.list_evals(subject, run_id)
        return EvalsOut(run_id=run_id, evals=[EvalOut.of(each) for each in found])


def _report_routes(
    routes: APIRouter, service: PapersService, subject_of: Any, signed_urls: SignedUrls
) -> None:
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
        link = _linker(signed_urls, subject, utc_now(), REPORT_TTL_S)
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
        return Response(found.to_csv(), media_type="text/csv", headers=_attach("report.csv"))

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
        return Response(html, media_type="text/html", headers=_attach("report.html"))


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


def _linker(
    signed_urls: SignedUrls, subject: Subject, now: datetime, ttl_s: int
) -> Callable[[Asset], str]:
    tenant_id = subject.tenant_id
    assert tenant_id is not None

    def link(asset: Asset) -> str:
        return signed_urls.sign(
            tenant_id,
            asset.checksum,
            filename=asset.storage_path.rsplit("/", 1)[-1],
            media_type=MEDIA_TYPES.get(asset.kind, "text/html"),
            now=now,
            ttl_s=ttl_s,
        )

    return link


def _keep(seconds: int) -> dict[str, str]:
    return {"Cache-Control": f"private, max-age={seconds}"}


def _attach(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
