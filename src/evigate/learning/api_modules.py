"""The routes of modules, what they teach, their documents and their builds."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Query, Request, Response, UploadFile

from evigate.base.subject import Subject
from evigate.evidence import add_url, read_upload
from evigate.evidence.errors import E_FILE_TOO_LARGE, E_UNSUPPORTED_MEDIA_TYPE
from evigate.evidence.imports import ADDRESS_REFUSALS
from evigate.evidence.schemas import AddressIn, DocumentOut
from evigate.kernel.http import EventStream, PageOf, responses_of
from evigate.kernel.realtime import Realtime
from evigate.learning.building.cost import Cost
from evigate.learning.building.options import ITEMS_MAX, BuildOptions
from evigate.learning.building.service import BuildView
from evigate.learning.errors import (
    E_BUILD_NOT_FOUND,
    E_BUILD_NOT_PAUSED,
    E_MODULE_CYCLE,
    E_MODULE_EMPTY,
    E_MODULE_NOT_FOUND,
    E_OBJECTIVE_NOT_FOUND,
)
from evigate.learning.modules import Module, Objective
from evigate.learning.schemas import (
    BuildIn,
    ModuleChange,
    NewModule,
    NewObjectives,
    StartedOut,
)
from evigate.learning.service import LearningService


def module_routes(
    routes: APIRouter, service: LearningService, subject_of: Any, upload_max_bytes: int
) -> None:
    """Add the routes of modules."""
    modules = service.modules

    @routes.get("/modules")
    async def list_modules(
        subject: Annotated[Subject, subject_of], is_archived: bool = False
    ) -> PageOf[Module]:
        """List modules in their order."""
        return PageOf(items=await modules.list_modules(subject, is_archived=is_archived))

    @routes.post("/modules", status_code=201)
    async def create(body: NewModule, subject: Annotated[Subject, subject_of]) -> Module:
        """Make a module with an empty store of documents."""
        return await modules.create(
            subject, body.title, description=body.description, about=body.subject
        )

    @routes.get("/modules/{module_id}", responses=responses_of(E_MODULE_NOT_FOUND))
    async def get(module_id: UUID, subject: Annotated[Subject, subject_of]) -> Module:
        """Get a module."""
        return await modules.get(subject, str(module_id))

    @routes.patch(
        "/modules/{module_id}", responses=responses_of(E_MODULE_NOT_FOUND, E_MODULE_CYCLE)
    )
    async def change(
        module_id: UUID, body: ModuleChange, subject: Annotated[Subject, subject_of]
    ) -> Module:
        """Change a module: its words, its place in order, what comes before it."""
        if body.requires is not None:
            await modules.set_requires(subject, module_id, body.requires)
        if body.is_archived is not None:
            await modules.archive(subject, module_id, is_archived=body.is_archived)
        return await modules.update(
            subject,
            module_id,
            title=body.title,
            description=body.description,
            about=body.subject,
            position=body.position,
            grades=body.grades,
        )

    @routes.post(
        "/modules/{module_id}/documents",
        status_code=201,
        responses=responses_of(E_MODULE_NOT_FOUND, E_UNSUPPORTED_MEDIA_TYPE, E_FILE_TOO_LARGE),
    )
    async def add_document(
        module_id: UUID,
        subject: Annotated[Subject, subject_of],
        file: Annotated[UploadFile, File()],
    ) -> DocumentOut:
        """Add a document; one of the same name is replaced, and items that cited it follow."""
        module = await modules.get(subject, str(module_id))
        store = await service.stores.get(subject, str(module.store_id))
        data = await read_upload(file, upload_max_bytes)
        found = await service.stores.add(subject, store, data, file.filename or "file")
        return DocumentOut.of(found)

    @routes.post(
        "/modules/{module_id}/addresses",
        status_code=201,
        responses=responses_of(E_MODULE_NOT_FOUND, *ADDRESS_REFUSALS),
    )
    async def add_address(
        module_id: UUID, body: AddressIn, subject: Annotated[Subject, subject_of]
    ) -> DocumentOut:
        """Add what a web address serves, or replace what it served before."""
        module = await modules.get(subject, str(module_id))
        store = await service.stores.get(subject, str(module.store_id))
        return DocumentOut.of(await add_url(service.stores, subject, store, body.url))

    _add_objectives(routes, service, subject_of)


def _add_objectives(routes: APIRouter, service: LearningService, subject_of: Any) -> None:
    modules = service.modules

    @routes.get("/modules/{module_id}/objectives", responses=responses_of(E_MODULE_NOT_FOUND))
    async def objectives(
        module_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[Objective]:
        """List what a module teaches, in order."""
        return PageOf(items=await modules.objectives(subject, module_id))

    @routes.post(
        "/modules/{module_id}/objectives",
        status_code=201,
        responses=responses_of(E_MODULE_NOT_FOUND),
    )
    async def add_objectives(
        module_id: UUID, body: NewObjectives, subject: Annotated[Subject, subject_of]
    ) -> PageOf[Objective]:
        """Add objectives at the end."""
        return PageOf(items=await modules.add_objectives(subject, module_id, body.texts))

    @routes.delete(
        "/objectives/{objective_id}",
        status_code=204,
        responses=responses_of(E_OBJECTIVE_NOT_FOUND),
    )
    async def remove_objective(objective_id: UUID, subject: Annotated[Subject, subject_of]) -> None:
        """Take an objective away."""
        await modules.remove_objective(subject, objective_id)


def build_routes(
    routes: APIRouter, service: LearningService, subject_of: Any, realtime: Realtime
) -> None:
    """Add the routes of builds."""
    builds = service.builds

    @routes.post(
        "/modules/{module_id}/builds",
        status_code=202,
        responses=responses_of(E_MODULE_NOT_FOUND, E_MODULE_EMPTY),
    )
    async def start(
        module_id: UUID, body: BuildIn, subject: Annotated[Subject, subject_of]
    ) -> StartedOut:
        """Draft and judge items from the module's documents."""
        options = BuildOptions(
            items=body.items, kinds=tuple(body.kinds), objectives=tuple(body.objectives)
        )
        return StartedOut(run_id=await builds.start(subject, module_id, options))

    @routes.get("/modules/{module_id}/builds/estimate", responses=responses_of(E_MODULE_NOT_FOUND))
    async def estimate(
        module_id: UUID,
        subject: Annotated[Subject, subject_of],
        items: Annotated[int, Query(ge=1, le=ITEMS_MAX)] = 120,
    ) -> Cost:
        """Say what a build would ask models for, and what that costs at most."""
        return await builds.estimate(subject, module_id, BuildOptions(items=items))

    @routes.get("/builds")
    async def list_builds(
        subject: Annotated[Subject, subject_of],
        module_id: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 20,
    ) -> PageOf[BuildView]:
        """List builds, newest first."""
        return PageOf(items=await builds.list_builds(subject, module_id, limit=limit))

    @routes.get("/builds/{run_id}", responses=responses_of(E_BUILD_NOT_FOUND))
    async def get_build(run_id: UUID, subject: Annotated[Subject, subject_of]) -> BuildView:
        """Get a build with what it brought."""
        return await builds.view(subject, run_id)

    @routes.post("/builds/{run_id}/cancel", responses=responses_of(E_BUILD_NOT_FOUND))
    async def cancel(run_id: UUID, subject: Annotated[Subject, subject_of]) -> BuildView:
        """Ask a build to stop; what it judged stays."""
        await builds.cancel(subject, run_id)
        return await builds.view(subject, run_id)

    @routes.post(
        "/builds/{run_id}/resume", responses=responses_of(E_BUILD_NOT_FOUND, E_BUILD_NOT_PAUSED)
    )
    async def resume(run_id: UUID, subject: Annotated[Subject, subject_of]) -> BuildView:
        """Take up a build that waits for a limit to be raised; no model is asked twice."""
        await builds.resume(subject, run_id)
        return await builds.view(subject, run_id)

    @routes.get(
        "/builds/{run_id}/events",
        status_code=200,
        response_class=EventStream,
        responses={
            200: {"content": {"text/event-stream": {}}},
            **responses_of(E_BUILD_NOT_FOUND),
        },
    )
    async def events(
        run_id: UUID, request: Request, subject: Annotated[Subject, subject_of]
    ) -> Response:
        """Follow a build, from its beginning or from `Last-Event-ID`."""
        return await realtime.follow_stream(
            request, subject, lambda now: builds.stream_of(now, run_id)
        )
