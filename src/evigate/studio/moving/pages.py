"""The page that brings a project in."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, UploadFile
from fastapi.responses import Response

from evigate.base.errors import EvigateError
from evigate.evidence import read_upload
from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.studio.moving.api import BroughtView, brought_view
from evigate.studio.moving.errors import CODES
from evigate.studio.moving.folder import ALL_BYTES_MAX
from evigate.studio.moving.service import MovingService
from evigate.studio.permissions import PROJECT_IMPORT

TEMPLATES = Path(__file__).resolve().parent / "templates"


def moving_pages(service: MovingService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of: Any = Depends(doors.visitor)

    async def page(
        request: Request,
        visitor: Visitor,
        *,
        brought: BroughtView | None = None,
        error: EvigateError | None = None,
    ) -> Response:
        is_owner = may(visitor.subject, PROJECT_IMPORT)
        context = {"brought": brought, "may_import": is_owner, "error": error}
        status = error.code.status if error else 200
        return await draw(request, "project_import", context, active="studio", status=status)

    @routes.get("/studio/import")
    async def show(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await page(request, visitor)

    @routes.post("/studio/import")
    async def bring(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        file: Annotated[UploadFile, File()],
    ) -> Response:
        content = await read_upload(file, ALL_BYTES_MAX)
        try:
            found = await service.bring(visitor.subject, content)
        except EvigateError as error:
            if error.code not in CODES:
                raise
            return await page(request, visitor, error=error)
        return await page(request, visitor, brought=brought_view(found))

    return routes
