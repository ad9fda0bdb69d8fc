"""The page of all modules: cards in their order, and the form that makes one from files."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from evigate.kernel.access import may
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Draw
from evigate.learning.building.options import BuildOptions
from evigate.learning.modules import Module
from evigate.learning.pages_module import Shown, add_files, module_context, moved
from evigate.learning.pages_shared import see
from evigate.learning.permissions import WRITE
from evigate.learning.service import LearningService

TITLE_MAX = 500


def modules_routes(
    routes: APIRouter, service: LearningService, visitor_of: Any, draw: Draw, upload_max_bytes: int
) -> None:
    """Add the page of all modules and what its forms do."""
    modules = service.modules

    async def page(
        request: Request,
        visitor: Visitor,
        *,
        is_archived: bool = False,
        status: int = 200,
        **form: str,
    ) -> Response:
        found = await modules.list_modules(visitor.subject, is_archived=is_archived)
        context = {
            "modules": _cards(found),
            "is_archived": is_archived,
            "form": {"title": "", "error_title": None, "error_files": None, **form},
            "may_write": may(visitor.subject, WRITE),
        }
        return await draw(request, "modules_list", context, active="learning", status=status)

    @routes.get("/learning")
    async def list_page(
        request: Request, visitor: Annotated[Visitor, visitor_of], archived: bool = False
    ) -> Response:
        return await page(request, visitor, is_archived=archived)

    @routes.post("/learning")
    async def create(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        title: Annotated[str, Form(max_length=TITLE_MAX)] = "",
        files: Annotated[list[UploadFile] | None, File()] = None,
    ) -> Response:
        given = [each for each in files or [] if each.filename]
        name = title.strip() or _name_of(given)
        if not name:
            error = "Give it a title, or choose a file to name it after."
            return await page(request, visitor, status=422, error_title=error)
        module = await modules.create(visitor.subject, name[:TITLE_MAX])
        problems = await add_files(service, visitor.subject, module, given, upload_max_bytes)
        if len(given) > len(problems):
            await service.builds.start(visitor.subject, module.id, BuildOptions())
        if problems:
            shown = await module_context(
                service, visitor.subject, module.id, Shown(error_files=problems)
            )
            return await draw(request, "module", shown, active="learning", status=422)
        return see(f"/learning/{module.id}")

    @routes.post("/learning/{module_id}/move")
    async def move(
        module_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        direction: Annotated[str, Form(pattern="^(up|down)$")],
    ) -> Response:
        await modules.get(visitor.subject, str(module_id))
        found = await modules.list_modules(visitor.subject)
        for position, each in enumerate(moved(found, module_id, direction)):
            if each.position != position:
                await modules.update(visitor.subject, each.id, position=position)
        return see("/learning")


def _name_of(files: Sequence[UploadFile]) -> str:
    if not files:
        return ""
    stem = (files[0].filename or "").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return " ".join(stem.replace("-", " ").replace("_", " ").split()).capitalize()


def _cards(modules: Sequence[Module]) -> list[dict[str, Any]]:
    titles = {module.id: module.title for module in modules}
    return [
        {
            "id": module.id,
            "title": module.title,
            "description": module.description,
            "subject": module.subject,
            "href": f"/learning/{module.id}",
            "documents": module.documents,
            "approved": module.approved,
            "pending": module.pending,
            "rejected": module.rejected,
            "requires": [titles[each] for each in module.requires if each in titles],
            "is_archived": module.archived_at is not None,
            "is_first": number == 0,
            "is_last": number == len(modules) - 1,
        }
        for number, module in enumerate(modules)
    ]
