"""The routes that move projects."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, File, Response, UploadFile

from evigate.base.errors import E_DENIED
from evigate.base.subject import Subject
from evigate.evidence import read_upload
from evigate.kernel.http import API, Doors, responses_of
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.moving.errors import E_PROJECT_BUSY, E_PROJECT_FILE_INVALID, E_PROJECT_THERE
from evigate.studio.moving.folder import ALL_BYTES_MAX
from evigate.studio.moving.service import Brought, MovingService

ZIP = "application/zip"


@dataclass(frozen=True, slots=True)
class BroughtView:
    """A project that came in; `left_out` are documents that could not be read, with why.

    `stays` is what of it stayed in the house that it came from, with why.
    """

    project_id: UUID
    name: str
    rows: int
    documents: int
    left_out: list[str]
    stays: list[str]


def brought_view(found: Brought) -> BroughtView:
    """Return an import as it is shown."""
    return BroughtView(
        found.project_id,
        found.name,
        found.rows,
        found.documents,
        list(found.left_out),
        list(found.stays),
    )


def moving_router(service: MovingService, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["studio"])
    subject_of: Any = Depends(doors.subject)

    @routes.get(
        "/projects/{project_id}/file",
        response_class=Response,
        responses={
            200: {"content": {ZIP: {}}},
            **responses_of(E_PROJECT_NOT_FOUND, E_PROJECT_BUSY, E_DENIED),
        },
    )
    async def export(project_id: UUID, subject: Annotated[Subject, subject_of]) -> Response:
        """Download all of a project as one zip, without secrets."""
        data = await service.export(subject, project_id)
        named = {"content-disposition": f'attachment; filename="project-{project_id}.zip"'}
        return Response(data, media_type=ZIP, headers=named)

    @routes.post(
        "/projects/file",
        status_code=201,
        responses=responses_of(E_DENIED, E_PROJECT_FILE_INVALID, E_PROJECT_THERE),
    )
    async def bring(
        subject: Annotated[Subject, subject_of], file: Annotated[UploadFile, File()]
    ) -> BroughtView:
        """Import a project out of such a zip; its ids, versions, approvals and events stay."""
        content = await read_upload(file, ALL_BYTES_MAX)
        return brought_view(await service.bring(subject, content))

    return routes
