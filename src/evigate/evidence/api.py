"""The routes of stores: make, fill, index, search, and show a page."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Query, Response, UploadFile
from pydantic import BaseModel, Field

from evigate.base.subject import Subject
from evigate.evidence.errors import (
    E_DOCUMENT_DAMAGED,
    E_DOCUMENT_ENCRYPTED,
    E_DOCUMENT_MISSING,
    E_DOCUMENT_NO_TEXT,
    E_DOCUMENT_TOO_LARGE,
    E_DOCUMENT_UNSAFE,
    E_FILE_TOO_LARGE,
    E_STORE_EMPTY,
    E_STORE_MISSING,
    E_UNSUPPORTED_MEDIA_TYPE,
)
from evigate.evidence.imports import ADDRESS_REFUSALS, add_url
from evigate.evidence.schemas import AddressIn, AnswerOut, DocumentOut, StoreOut
from evigate.evidence.stores import StoreService
from evigate.evidence.uploads import read_upload
from evigate.kernel.http import API, Doors, PageOf, responses_of

QUESTION_CHARACTERS_MAX = 2_000
ModeName = Literal["vector", "lexical", "hybrid"]


class NewStore(BaseModel):
    """A store to make."""

    title: str = Field(min_length=1, max_length=500)


def evidence_router(service: StoreService, doors: Doors, *, upload_max_bytes: int) -> APIRouter:
    """Return the room's routes."""
    routes = APIRouter(prefix=API, tags=["evidence"])
    subject_of = Depends(doors.subject)
    _store_routes(routes, service, subject_of, upload_max_bytes)
    _search_routes(routes, service, subject_of)
    return routes


def _store_routes(
    routes: APIRouter, service: StoreService, subject_of: Any, upload_max_bytes: int
) -> None:
    @routes.get("/stores")
    async def list_stores(subject: Annotated[Subject, subject_of]) -> PageOf[StoreOut]:
        """List the stores, newest first."""
        stores = await service.list_stores(subject)
        return PageOf(items=[StoreOut.of(store) for store in stores])

    @routes.post("/stores", status_code=201)
    async def create(body: NewStore, subject: Annotated[Subject, subject_of]) -> StoreOut:
        """Make an empty store."""
        return StoreOut.of(await service.create(subject, body.title))

    @routes.get("/stores/{store_id}/documents", responses=responses_of(E_STORE_MISSING))
    async def documents(
        store_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[DocumentOut]:
        """List a store's documents, oldest first."""
        store = await service.get(subject, str(store_id))
        found = await service.documents(subject, store)
        return PageOf(items=[DocumentOut.of(document) for document in found])

    @routes.post(
        "/stores/{store_id}/documents",
        status_code=201,
        responses=responses_of(
            E_STORE_MISSING,
            E_UNSUPPORTED_MEDIA_TYPE,
            E_FILE_TOO_LARGE,
            E_DOCUMENT_NO_TEXT,
            E_DOCUMENT_ENCRYPTED,
            E_DOCUMENT_DAMAGED,
            E_DOCUMENT_TOO_LARGE,
            E_DOCUMENT_UNSAFE,
        ),
    )
    async def add(
        store_id: UUID,
        subject: Annotated[Subject, subject_of],
        file: Annotated[UploadFile, File()],
    ) -> DocumentOut:
        """Add a document, or replace the one of its name; index the store afterwards."""
        store = await service.get(subject, str(store_id))
        data = await read_upload(file, upload_max_bytes)
        return DocumentOut.of(await service.add(subject, store, data, file.filename or "file"))

    @routes.post(
        "/stores/{store_id}/addresses",
        status_code=201,
        responses=responses_of(E_STORE_MISSING, *ADDRESS_REFUSALS),
    )
    async def add_address(
        store_id: UUID, body: AddressIn, subject: Annotated[Subject, subject_of]
    ) -> DocumentOut:
        """Add what a web address serves, or replace what it served before."""
        store = await service.get(subject, str(store_id))
        found = await add_url(service, subject, store, body.url, max_bytes=upload_max_bytes)
        return DocumentOut.of(found)

    @routes.delete(
        "/documents/{document_id}", status_code=204, responses=responses_of(E_DOCUMENT_MISSING)
    )
    async def remove(document_id: UUID, subject: Annotated[Subject, subject_of]) -> None:
        """Take a document out of its store."""
        await service.remove(subject, document_id)


def _search_routes(routes: APIRouter, service: StoreService, subject_of: Any) -> None:
    @routes.post("/stores/{store_id}/index", responses=responses_of(E_STORE_MISSING, E_STORE_EMPTY))
    async def index(store_id: UUID, subject: Annotated[Subject, subject_of]) -> StoreOut:
        """Make every document of a store searchable; answers when it is done."""
        store = await service.get(subject, str(store_id))
        await service.index(subject, store)
        return StoreOut.of(await service.get(subject, str(store_id)))

    @routes.get("/stores/{store_id}/search", responses=responses_of(E_STORE_MISSING, E_STORE_EMPTY))
    async def search(
        store_id: UUID,
        subject: Annotated[Subject, subject_of],
        q: Annotated[str, Query(min_length=1, max_length=QUESTION_CHARACTERS_MAX)],
        k: Annotated[int, Query(ge=1, le=100)] = 10,
        mode: ModeName | None = None,
    ) -> AnswerOut:
        """Find the passages that answer a question, each with its place and what found it."""
        store = await service.get(subject, str(store_id))
        return AnswerOut.of(await service.search(subject, store, q, k=k, mode=mode))

    @routes.get(
        "/documents/{document_id}/pages/{number}.png",
        response_class=Response,
        responses={
            **responses_of(E_DOCUMENT_MISSING),
            200: {"content": {"image/png": {}}},
        },
    )
    async def page(
        document_id: UUID,
        number: int,
        subject: Annotated[Subject, subject_of],
        scale: Annotated[float, Query(ge=0.5, le=3.0)] = 1.5,
    ) -> Response:
        """Get a page of a PDF as a picture."""
        image = await service.page_image(subject, document_id, number, scale=scale)
        headers = {"cache-control": "private, max-age=3600"}
        return Response(image, media_type="image/png", headers=headers)
