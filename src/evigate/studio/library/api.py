"""The library's routes: entries, a bundle of them, industries, and what it makes of a text."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Query, Response, UploadFile

from evigate.base.subject import Subject
from evigate.evidence import read_upload
from evigate.kernel.http import API, Doors, responses_of
from evigate.studio.library.bundles import BUNDLE_MAX_BYTES
from evigate.studio.library.errors import (
    E_LIBRARY_INVALID,
    E_LIBRARY_NOT_FOUND,
    E_LIBRARY_STALE,
)
from evigate.studio.library.industries import industries
from evigate.studio.library.reading import domains_of, read_idea
from evigate.studio.library.schemas import (
    EntryIn,
    EntryOut,
    FindingOut,
    IdeaIn,
    ImportedOut,
    IndustryOut,
    ItemOut,
    MatchOut,
    QuestionOut,
    ReadingOut,
)
from evigate.studio.library.service import LibraryService

INDUSTRIES_SHOWN = 20
INDUSTRIES_MAX = 100


def library_router(service: LibraryService, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1 before the studio's own."""
    routes = APIRouter(prefix=f"{API}/studio/library", tags=["library"])
    subject_of = Depends(doors.subject)
    _whole_routes(routes, service, subject_of)
    _reading_routes(routes, service, subject_of)
    _entry_routes(routes, service, subject_of)
    return routes


def _whole_routes(routes: APIRouter, service: LibraryService, subject_of: Any) -> None:
    @routes.get("", responses=responses_of(E_LIBRARY_NOT_FOUND))
    async def list_entries(
        subject: Annotated[Subject, subject_of],
        kind: str | None = None,
        words: Annotated[str, Query(max_length=200)] = "",
        own_only: bool = False,
    ) -> list[ItemOut]:
        """List the entries that hold for the tenant."""
        found = await service.list_items(subject, kind=kind, words=words, own_only=own_only)
        return [ItemOut.of(each) for each in found]

    @routes.get("/check")
    async def check(subject: Annotated[Subject, subject_of]) -> list[FindingOut]:
        """List what is wrong between the entries; empty when nothing is."""
        return [FindingOut.of(each) for each in await service.check(subject)]

    @routes.get("/export", response_class=Response)
    async def export(subject: Annotated[Subject, subject_of], own_only: bool = False) -> Response:
        """Download the library as a zip of YAML."""
        content = await service.export(subject, own_only=own_only)
        named = {"content-disposition": 'attachment; filename="library.zip"'}
        return Response(content, media_type="application/zip", headers=named)

    @routes.post("/import", responses=responses_of(E_LIBRARY_INVALID))
    async def bring_in(
        subject: Annotated[Subject, subject_of],
        file: Annotated[UploadFile, File()],
        is_rehearsal: bool = False,
    ) -> ImportedOut:
        """Write the entries of a zip that differ, all or none; a rehearsal writes nothing."""
        content = await read_upload(file, BUNDLE_MAX_BYTES)
        return ImportedOut.of(await service.bring_in(subject, content, is_rehearsal=is_rehearsal))


def _reading_routes(routes: APIRouter, service: LibraryService, subject_of: Any) -> None:
    @routes.get("/industries")
    async def search(
        subject: Annotated[Subject, subject_of],
        query: Annotated[str, Query(max_length=200)],
        limit: Annotated[int, Query(ge=1, le=INDUSTRIES_MAX)] = INDUSTRIES_SHOWN,
    ) -> list[IndustryOut]:
        """Search NAICS 2022 by words, trade words or digits."""
        library = await service.library(subject)
        return [
            IndustryOut.of(each, domains_of(each.code, library))
            for each in industries().search(query, limit=limit)
        ]

    @routes.post("/read")
    async def read(body: IdeaIn, subject: Annotated[Subject, subject_of]) -> ReadingOut:
        """Read a text by the library, without keeping it."""
        library = await service.library(subject)
        found = read_idea(body.text, library, answers=body.answers)
        return ReadingOut(
            domains=[MatchOut.of(each) for each in found.domains],
            industries=[
                IndustryOut.of(each, domains_of(each.code, library)) for each in found.industries
            ],
            features=[MatchOut.of(each) for each in found.features],
            patterns=[MatchOut.of(each) for each in found.patterns],
            integrations=[MatchOut.of(each) for each in found.integrations],
            questions=[QuestionOut.of(each) for each in found.questions],
        )


def _entry_routes(routes: APIRouter, service: LibraryService, subject_of: Any) -> None:
    @routes.get("/{kind}/{key}", responses=responses_of(E_LIBRARY_NOT_FOUND))
    async def show(kind: str, key: str, subject: Annotated[Subject, subject_of]) -> EntryOut:
        """Get an entry as it holds for the tenant, with its text and versions."""
        return EntryOut.of_entry(await service.show(subject, kind, key))

    @routes.put(
        "/{kind}/{key}",
        responses=responses_of(E_LIBRARY_INVALID, E_LIBRARY_NOT_FOUND, E_LIBRARY_STALE),
    )
    async def write(
        kind: str, key: str, body: EntryIn, subject: Annotated[Subject, subject_of]
    ) -> EntryOut:
        """Write the tenant's own entry; 409 with both texts where somebody wrote it meanwhile."""
        found = await service.write(subject, kind, key, body.text, version_seen=body.version_seen)
        return EntryOut.of_entry(found)

    @routes.delete(
        "/{kind}/{key}",
        status_code=204,
        responses=responses_of(E_LIBRARY_INVALID, E_LIBRARY_NOT_FOUND, E_LIBRARY_STALE),
    )
    async def withdraw(
        kind: str,
        key: str,
        version_seen: Annotated[int, Query(ge=1)],
        subject: Annotated[Subject, subject_of],
    ) -> None:
        """Take the tenant's own entry back; the packaged one holds again."""
        await service.withdraw(subject, kind, key, version_seen=version_seen)
