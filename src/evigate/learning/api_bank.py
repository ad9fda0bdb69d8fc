"""The routes of the bank: items, their coverage of the text, and files in and out."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, File, Query, Response, UploadFile

from evigate.base.subject import Subject
from evigate.evidence import read_upload
from evigate.gate import NewCitation
from evigate.gate.evaluate import Judged
from evigate.kernel.http import PageOf, responses_of
from evigate.learning.bank.exchange import Imported
from evigate.learning.bank.models import (
    BankItem,
    BankSummary,
    CoveredChunk,
    FullItem,
    ItemFilter,
)
from evigate.learning.errors import (
    E_EXCHANGE_FORMAT,
    E_EXCHANGE_LIMIT,
    E_ITEM_INVALID,
    E_ITEM_NOT_FOUND,
    E_MODULE_NOT_FOUND,
)
from evigate.learning.schemas import CitationIn, ItemChange, ItemIn, JudgedOut, ReasonIn
from evigate.learning.service import LearningService

ExportFormat = Literal["qti", "gift", "moodle", "anki", "csv", "json"]
ImportFormat = Literal["qti", "gift", "json"]


def bank_routes(
    routes: APIRouter, service: LearningService, subject_of: Any, upload_max_bytes: int
) -> None:
    """Add the routes of the bank."""
    _add_reading(routes, service, subject_of)
    _add_writing(routes, service, subject_of)
    _add_files(routes, service, subject_of, upload_max_bytes)


def _add_reading(routes: APIRouter, service: LearningService, subject_of: Any) -> None:
    bank = service.bank

    @routes.get("/items")
    async def list_items(
        subject: Annotated[Subject, subject_of],
        module_id: UUID | None = None,
        status: Literal["PENDING_EVAL", "APPROVED", "REJECTED", "RETIRED"] | None = None,
        kind: str | None = None,
        difficulty: str | None = None,
        tag: str | None = None,
        objective_id: UUID | None = None,
        is_flagged: bool | None = None,
        q: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> PageOf[BankItem]:
        """List and search items, newest first."""
        chosen = ItemFilter(module_id, status, kind, difficulty, tag, objective_id, is_flagged, q)
        return PageOf(items=await bank.list_items(subject, chosen, limit=limit, offset=offset))

    @routes.get("/items/{item_id}", responses=responses_of(E_ITEM_NOT_FOUND))
    async def get_item(item_id: UUID, subject: Annotated[Subject, subject_of]) -> FullItem:
        """Get an item with its content and the passages it rests on."""
        return await bank.get(subject, item_id)

    @routes.get("/modules/{module_id}/bank", responses=responses_of(E_MODULE_NOT_FOUND))
    async def summary(module_id: UUID, subject: Annotated[Subject, subject_of]) -> BankSummary:
        """Get a module's bank in numbers."""
        await service.modules.get(subject, str(module_id))
        return await bank.summary(subject, module_id)

    @routes.get("/modules/{module_id}/coverage", responses=responses_of(E_MODULE_NOT_FOUND))
    async def coverage(
        module_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[CoveredChunk]:
        """Get each passage of the module's documents with how many items rest on it."""
        await service.modules.get(subject, str(module_id))
        return PageOf(items=await bank.coverage(subject, module_id))


def _add_writing(routes: APIRouter, service: LearningService, subject_of: Any) -> None:
    bank = service.bank

    @routes.post(
        "/modules/{module_id}/items",
        status_code=201,
        responses=responses_of(E_MODULE_NOT_FOUND, E_ITEM_INVALID),
    )
    async def write(
        module_id: UUID, body: ItemIn, subject: Annotated[Subject, subject_of]
    ) -> JudgedOut:
        """Put in an item that a person wrote; it is judged like any other."""
        await service.modules.get(subject, str(module_id))
        judged = await bank.write(
            subject,
            module_id,
            body.kind,
            body.payload,
            _citations(body.citations),
            tags=body.tags,
            difficulty=body.difficulty,
        )
        return judged_out(judged)

    @routes.put("/items/{item_id}", responses=responses_of(E_ITEM_NOT_FOUND, E_ITEM_INVALID))
    async def edit(
        item_id: UUID, body: ItemChange, subject: Annotated[Subject, subject_of]
    ) -> JudgedOut:
        """Make a new version of an item; it takes the old one's place once it passes."""
        judged = await bank.edit(
            subject,
            item_id,
            body.payload,
            citations=None if body.citations is None else _citations(body.citations),
            tags=body.tags,
            difficulty=body.difficulty,
        )
        return judged_out(judged)

    @routes.post(
        "/items/{item_id}/retire", status_code=204, responses=responses_of(E_ITEM_NOT_FOUND)
    )
    async def retire(
        item_id: UUID, body: ReasonIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Take an item out of the bank for good."""
        await bank.retire(subject, item_id, body.reason)


def _add_files(
    routes: APIRouter, service: LearningService, subject_of: Any, upload_max_bytes: int
) -> None:
    @routes.get(
        "/modules/{module_id}/export",
        response_class=Response,
        responses={
            200: {"content": {"application/octet-stream": {}}},
            **responses_of(E_MODULE_NOT_FOUND),
        },
    )
    async def export(
        module_id: UUID, subject: Annotated[Subject, subject_of], format: ExportFormat = "json"
    ) -> Response:
        """Get the module's approved items as a file; a header counts those it cannot hold."""
        written = await service.exchange.export(subject, module_id, format)
        left_out = sum(each.count for each in written.left_out)
        headers = {
            "content-disposition": f'attachment; filename="{written.file_name}"',
            "x-evigate-left-out": str(left_out),
        }
        return Response(written.data, media_type=written.media_type, headers=headers)

    @routes.post(
        "/modules/{module_id}/import",
        status_code=201,
        responses=responses_of(E_MODULE_NOT_FOUND, E_EXCHANGE_FORMAT, E_EXCHANGE_LIMIT),
    )
    async def import_items(
        module_id: UUID,
        subject: Annotated[Subject, subject_of],
        file: Annotated[UploadFile, File()],
        format: ImportFormat,
    ) -> Imported:
        """Put a file's items before the gate; what cannot be read is told of, line by line."""
        data = await read_upload(file, upload_max_bytes)
        return await service.exchange.import_(subject, module_id, format, data)


def judged_out(judged: Judged) -> JudgedOut:
    """Return what judging came to, as it is sent."""
    outcome = judged.outcome
    score = outcome.overall_score
    return JudgedOut(
        id=judged.artifact_id,
        status=outcome.artifact_status,
        overall_pass=outcome.overall_pass,
        overall_score=None if score is None else float(score),
        needs_review=outcome.needs_review,
    )


def _citations(given: list[CitationIn]) -> list[NewCitation]:
    return [NewCitation(each.document_id, each.quote, "", each.page) for each in given]
