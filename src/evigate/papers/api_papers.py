"""The routes of papers and their claims."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from starlette.responses import StreamingResponse

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.evidence import fetch_url, read_upload
from evigate.evidence.fetch import E_FETCH_FAILED, E_FETCH_REFUSED
from evigate.kernel.http import (
    PAGE_SIZE,
    PAGE_SIZE_MAX,
    PageOf,
    WireEvent,
    responses_of,
)
from evigate.kernel.http.frames import encode_event
from evigate.papers.api_shared import BAD_PDF, keep
from evigate.papers.errors import (
    E_PAPER_NOT_FOUND,
)
from evigate.papers.intake import Source
from evigate.papers.schemas import (
    ClaimOut,
    ClaimsOut,
    IngestOut,
    PaperOut,
    VerifyOut,
)
from evigate.papers.service import PapersService


def paper_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    """Add the routes of papers and claims."""
    _add_files(routes, service, subject_of)
    _add_claims(routes, service, subject_of)

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


def _add_files(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
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
        return Response(image, media_type="image/png", headers=keep(3600))

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
        return Response(data, media_type="application/pdf", headers=keep(3600))


def _add_claims(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
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
    async def list_claims(
        paper_id: UUID,
        subject: Annotated[Subject, subject_of],
        min_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
    ) -> ClaimsOut:
        """List a paper's claims in the order they stand in it; the less sure ones on request."""
        least = service.claim_confidence_min if min_confidence is None else min_confidence
        found = await service.list_claims(subject, paper_id)
        claims = [claim for claim in found if claim.draft.confidence >= least]
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
        extraction = await service.find_claims(subject, paper_id)
    except EvigateError as error:
        yield frame(
            "error", code=error.code.name, message=error.message, remediation=error.remediation
        )
        return
    claims = extraction.claims
    for note in extraction.notes:
        yield frame("log_line", message=note)
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
