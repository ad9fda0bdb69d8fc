"""The page of one module: what it teaches, what it holds, its bank, its coverage and its files."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import add_url, read_upload
from evigate.evidence.permissions import DELETE as DELETE_DOCUMENT
from evigate.gate import Artifact, list_artifacts
from evigate.gate.views import words_of
from evigate.kernel.access import may
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Draw
from evigate.learning.bank.exchange import Imported
from evigate.learning.building.options import ITEMS_MAX
from evigate.learning.errors import E_MODULE_CYCLE, E_OBJECTIVE_NOT_FOUND
from evigate.learning.modules import Module
from evigate.learning.pages_build import build_context
from evigate.learning.pages_passage import passage_routes
from evigate.learning.pages_shared import (
    KIND_CHOICES,
    STATUS_BADGES,
    crumbs,
    kind_title,
    said,
    see,
    tabs,
    texts,
)
from evigate.learning.pages_text import text_routes
from evigate.learning.permissions import DELETE, WATCH, WRITE
from evigate.learning.pictures import coverage_map, draw_tree
from evigate.learning.service import LearningService

FILES_MAX = 50
OVERVIEWS_MAX = 60
BUILDS_SHOWN = 5
STATUSES = ("APPROVED", "PENDING_EVAL", "REJECTED", "RETIRED")
EXPORTS = (
    ("qti", "QTI 3"),
    ("gift", "GIFT"),
    ("moodle", "Moodle XML"),
    ("anki", "Anki"),
    ("csv", "CSV"),
    ("json", "JSON"),
)
IMPORTS = (("qti", "QTI 3"), ("gift", "GIFT"), ("json", "JSON"))


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows of a form that was just sent."""

    error_files: Sequence[str] = ()
    error_url: str | None = None
    url: str = ""
    error_build: str | None = None
    error_import: str | None = None
    error_requires: str | None = None
    imported: Imported | None = field(default=None)


class _Page:
    """Draws the page of a module, with what came of a form that was just sent."""

    def __init__(self, service: LearningService, draw: Draw) -> None:
        self.service, self.draw = service, draw

    async def show(
        self, request: Request, visitor: Visitor, module_id: UUID, shown: Shown, status: int = 200
    ) -> Response:
        context = await module_context(self.service, visitor.subject, module_id, shown)
        return await self.draw(request, "module", context, active="learning", status=status)


def module_page_routes(
    routes: APIRouter, service: LearningService, visitor_of: Any, draw: Draw, upload_max_bytes: int
) -> None:
    """Add the page of a module and what its forms do."""
    page = _Page(service, draw)

    @routes.get("/learning/{module_id}")
    async def module_page(
        module_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page.show(request, visitor, module_id, Shown())

    _import_routes(routes, page, visitor_of, upload_max_bytes)
    _adding_routes(routes, page, visitor_of, upload_max_bytes)
    _about_routes(routes, page, visitor_of)
    _change_routes(routes, service, visitor_of)
    _objective_routes(routes, service, visitor_of)
    passage_routes(routes, service, visitor_of, draw)
    text_routes(routes, service, visitor_of, draw)


def _import_routes(routes: APIRouter, page: _Page, visitor_of: Any, upload_max_bytes: int) -> None:
    @routes.post("/learning/{module_id}/import")
    async def import_(
        module_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        format: Annotated[str, Form(pattern="^(qti|gift|json)$")],
        file: Annotated[UploadFile, File()],
    ) -> Response:
        try:
            data = await read_upload(file, upload_max_bytes)
            exchange = page.service.exchange
            found = await exchange.import_(visitor.subject, module_id, format, data)
        except EvigateError as error:
            if error.code.status >= 500 or error.code.status == 404:
                raise
            shown = Shown(error_import=said(error))
            return await page.show(request, visitor, module_id, shown, error.code.status)
        return await page.show(request, visitor, module_id, Shown(imported=found))


def _adding_routes(routes: APIRouter, page: _Page, visitor_of: Any, upload_max_bytes: int) -> None:
    service = page.service

    @routes.post("/learning/{module_id}/documents")
    async def add_documents(
        module_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        files: Annotated[list[UploadFile], File()],
    ) -> Response:
        module = await service.modules.get(visitor.subject, str(module_id))
        problems = await add_files(service, visitor.subject, module, files, upload_max_bytes)
        if problems:
            return await page.show(request, visitor, module_id, Shown(error_files=problems), 422)
        return see(f"/learning/{module_id}#documents")

    @routes.post("/learning/{module_id}/addresses")
    async def add_address(
        module_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        url: Annotated[str, Form(max_length=4_000)] = "",
    ) -> Response:
        module = await service.modules.get(visitor.subject, str(module_id))
        store = await service.stores.get(visitor.subject, str(module.store_id))
        try:
            await add_url(service.stores, visitor.subject, store, url.strip())
        except EvigateError as error:
            shown = Shown(error_url=said(error), url=url)
            return await page.show(request, visitor, module_id, shown, error.code.status)
        return see(f"/learning/{module_id}#documents")


def _about_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    modules = page.service.modules

    @routes.post("/learning/{module_id}/about")
    async def about(
        module_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        title: Annotated[str, Form(min_length=1, max_length=500)],
        description: Annotated[str, Form(max_length=5_000)] = "",
        subject: Annotated[str, Form(max_length=200)] = "",
        requires: Annotated[list[UUID] | None, Form()] = None,
    ) -> Response:
        try:
            await modules.set_requires(visitor.subject, module_id, requires or [])
        except EvigateError as error:
            if error.code is not E_MODULE_CYCLE:
                raise
            shown = Shown(error_requires=said(error))
            return await page.show(request, visitor, module_id, shown, error.code.status)
        await modules.update(
            visitor.subject,
            module_id,
            title=title.strip() or None,
            description=description,
            about=subject,
        )
        return see(f"/learning/{module_id}")


def _change_routes(routes: APIRouter, service: LearningService, visitor_of: Any) -> None:
    modules = service.modules

    @routes.post("/learning/{module_id}/archive")
    async def archive(
        module_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        is_archived: Annotated[bool, Form()] = True,
    ) -> Response:
        await modules.archive(visitor.subject, module_id, is_archived=is_archived)
        return see("/learning" if is_archived else f"/learning/{module_id}")

    @routes.post("/learning/{module_id}/documents/{document_id}/remove")
    async def remove_document(
        module_id: UUID, document_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        await modules.get(visitor.subject, str(module_id))
        await service.stores.remove(visitor.subject, document_id)
        return see(f"/learning/{module_id}#documents")


def _objective_routes(routes: APIRouter, service: LearningService, visitor_of: Any) -> None:
    modules = service.modules

    @routes.post("/learning/{module_id}/objectives")
    async def add_objectives(
        module_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        text: Annotated[str, Form(max_length=20_000)] = "",
    ) -> Response:
        await modules.get(visitor.subject, str(module_id))
        if lines := texts([text]):
            await modules.add_objectives(visitor.subject, module_id, lines)
        return see(f"/learning/{module_id}#objectives")

    @routes.post("/learning/{module_id}/objectives/{objective_id}/move")
    async def move_objective(
        module_id: UUID,
        objective_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        direction: Annotated[str, Form(pattern="^(up|down)$")],
    ) -> Response:
        found = await modules.objectives(visitor.subject, module_id)
        order = [each.id for each in moved(found, objective_id, direction)]
        await modules.order_objectives(visitor.subject, order)
        return see(f"/learning/{module_id}#objectives")

    @routes.post("/learning/{module_id}/objectives/{objective_id}/remove")
    async def remove_objective(
        module_id: UUID, objective_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        found = await modules.objectives(visitor.subject, module_id)
        if objective_id not in {each.id for each in found}:
            message = f"The module has no objective {str(objective_id)!r}."
            raise EvigateError(E_OBJECTIVE_NOT_FOUND, message)
        await modules.remove_objective(visitor.subject, objective_id)
        return see(f"/learning/{module_id}#objectives")


async def add_files(
    service: LearningService,
    subject: Subject,
    module: Module,
    files: Sequence[UploadFile],
    upload_max_bytes: int,
) -> list[str]:
    """Add files to a module, each by itself; return what is wrong with those that were not read."""
    store = await service.stores.get(subject, str(module.store_id))
    problems = []
    for file in files[:FILES_MAX]:
        try:
            data = await read_upload(file, upload_max_bytes)
            await service.stores.add(subject, store, data, file.filename or "file")
        except EvigateError as error:
            problems.append(f"{file.filename}: {said(error)}")
    problems += [f"{file.filename}: only {FILES_MAX} files at once." for file in files[FILES_MAX:]]
    return problems


def moved(several: Sequence[Any], wanted: UUID, direction: str) -> list[Any]:
    """Return the sequence with one element a place up or down; as it is where that cannot be."""
    found = list(several)
    at = next((number for number, each in enumerate(found) if each.id == wanted), None)
    if at is None:
        return found
    to = at - 1 if direction == "up" else at + 1
    if 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
    return found


async def module_context(
    service: LearningService, subject: Subject, module_id: UUID, shown: Shown
) -> dict[str, Any]:
    """Return a module's context; a build under way is part of it."""
    modules, bank = service.modules, service.bank
    module = await modules.get(subject, str(module_id))
    others = [m for m in await modules.list_modules(subject) if m.id != module_id]
    builds = await service.builds.list_builds(subject, module_id, limit=BUILDS_SHOWN)
    summary = await bank.summary(subject, module_id)
    objectives = await modules.objectives(subject, module_id)
    coverage = await bank.coverage(subject, module_id)
    documents = await _documents(service, subject, module)
    overviews = await _overviews(service, subject, module_id)
    labels = {each["id"]: each["title"] for each in documents}
    return {
        "module": module,
        "base": f"/learning/{module_id}",
        "trail": crumbs(("Learning", "/learning"), (module.title, None)),
        "tabs": tabs(module_id, "module", may_watch=may(subject, WATCH)),
        "others": others,
        "documents": documents,
        "objectives": objectives,
        "kinds": KIND_CHOICES,
        "items_max": ITEMS_MAX,
        "build": await build_context(service, subject, module_id, builds),
        "bank": _bank_table(summary.counts, f"/learning/{module_id}/items"),
        "missed": [(words_of(name), count) for name, count in summary.missed.items()],
        "coverage": await asyncio.to_thread(
            coverage_map, coverage, labels, f"/learning/{module_id}"
        ),
        "topics": [
            {"status": STATUS_BADGES[each.status.value], **_payload(each)}
            for each in overviews["learning.section_topics"]
        ],
        "trees": [
            {"status": STATUS_BADGES[each.status.value], **draw_tree(_payload(each)["nodes"])}
            for each in overviews["learning.taxonomy"]
        ],
        "plans": [
            {"status": STATUS_BADGES[each.status.value], **_payload(each)}
            for each in overviews["learning.study_plan"]
        ],
        "exports": [
            {"label": label, "href": f"/api/v1/modules/{module_id}/export?format={name}"}
            for name, label in EXPORTS
        ],
        "imports": IMPORTS,
        "shown": shown,
        "may_write": may(subject, WRITE),
        "may_delete": may(subject, DELETE),
        "may_remove": may(subject, DELETE_DOCUMENT),
    }


async def _documents(
    service: LearningService, subject: Subject, module: Module
) -> list[dict[str, Any]]:
    store = await service.stores.get(subject, str(module.store_id))
    return [
        {
            "id": document.id,
            "title": document.label,
            "href": f"/stores/{store.id}/documents/{document.id}",
            "text_href": f"/learning/{module.id}/text/{document.id}",
            "kind": document.kind,
            "pages": document.page_count,
            "revision": document.revision,
            "warnings": document.warnings,
            "created_at": document.created_at,
        }
        for document in await service.stores.documents(subject, store)
    ]


async def _overviews(
    service: LearningService, subject: Subject, module_id: UUID
) -> dict[str, list[Artifact]]:
    """Return topics, concept maps and study plans in use or waiting, one a document."""
    found: dict[str, list[Artifact]] = {}
    async with service.database.tx(subject) as tx:
        for kind in ("learning.section_topics", "learning.taxonomy", "learning.study_plan"):
            newest: dict[str, Artifact] = {}
            rows = await list_artifacts(tx, module_id=module_id, kind=kind, limit=OVERVIEWS_MAX)
            for each in rows:
                if each.status.value in ("APPROVED", "PENDING_EVAL"):
                    newest.setdefault(each.key, each)
            found[kind] = sorted(newest.values(), key=lambda each: each.id.int)
    return found


def _payload(artifact: Artifact) -> dict[str, Any]:
    return artifact.artifact_payload or {}


def _bank_table(counts: dict[str, dict[str, int]], href: str) -> list[dict[str, Any]]:
    """Return a row a kind with its numbers by status and where each number is listed."""
    return [
        {
            "title": kind_title(kind),
            "href": f"{href}?kind={kind}",
            "cells": [
                {
                    "count": by_status.get(status, 0),
                    "href": f"{href}?kind={kind}&status={status}",
                    "label": STATUS_BADGES[status].label,
                }
                for status in STATUSES
            ],
        }
        for kind, by_status in counts.items()
    ]
