"""The pages of kits: the tenant's kits; a project's, with runs and credentials; one run.

All of it works without script and by the keyboard. A run's page follows it: with script it is drawn
anew as its phases begin, without it is renewed every few seconds while something runs.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.evidence import read_upload
from evigate.evidence.errors import E_FILE_TOO_LARGE
from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Badge, Draw
from evigate.studio.kits.errors import CODES
from evigate.studio.kits.folder import BYTES_MAX
from evigate.studio.kits.permissions import KIT_APPROVE, KIT_WRITE
from evigate.studio.kits.runs.credentials import VALUE_CHARACTERS
from evigate.studio.kits.runs.models import Execution, KitHead, OutputRow, PlanItem
from evigate.studio.kits.runs.packages import unpacked
from evigate.studio.kits.runs.service import KitRunService, RunPage
from evigate.studio.kits.runs.views import credential_view, kit_view, page_view, run_view, steps_of
from evigate.studio.permissions import PROJECT, READ, may_write, on_project
from evigate.studio.phases.store import get_project
from evigate.studio.watching import watch

TEMPLATES = Path(__file__).resolve().parent / "templates"
TOLD = frozenset({*CODES, E_FILE_TOO_LARGE})
BADGES = {
    "pending": Badge("Waiting for a worker", "neutral", "ring"),
    "running": Badge("Running", "busy", "half"),
    "waiting": Badge("Waits for an approval", "fair", "half"),
    "completed": Badge("Completed", "good", "check"),
    "partial": Badge("Partial", "fair", "half"),
    "failed": Badge("Failed", "poor", "cross"),
    "cancelled": Badge("Cancelled", "neutral", "dash"),
    "valid": Badge("Valid", "good", "check"),
    "warnings": Badge("Warnings", "fair", "half"),
    "draft": Badge("Draft", "neutral", "ring"),
    "active": Badge("Active", "good", "check"),
    "deprecated": Badge("Deprecated", "neutral", "dash"),
    "expired": Badge("Expired", "poor", "cross"),
    "revoked": Badge("Revoked", "neutral", "dash"),
}
STEP_MARKS = {"done": "check", "now": "half", "stopped": "cross", "to come": "ring"}
STEP_LOOKS = {"done": "done", "now": "now", "stopped": "now", "to come": "ahead"}
Value = Annotated[str, Form(max_length=VALUE_CHARACTERS)]
Short = Annotated[str, Form(max_length=500)]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A line of the file tree: a folder, or a file with what becomes of it and how it checked."""

    name: str
    depth: int
    path: str
    item: PlanItem | None
    output: OutputRow | None


def tree_of(items: Sequence[PlanItem], outputs: Sequence[OutputRow]) -> list[Leaf]:
    """Return the files of a plan and of what failed as a tree, folders before what is in them."""
    checked = {each.path: each for each in outputs}
    planned = {each.path: each for each in items}
    leaves: list[Leaf] = []
    seen: set[str] = set()
    for path in sorted({*checked, *planned}, key=lambda each: each.split("/")):
        parts = path.split("/")
        for depth in range(len(parts) - 1):
            folder = "/".join(parts[: depth + 1])
            if folder not in seen:
                seen.add(folder)
                leaves.append(Leaf(f"{parts[depth]}/", depth, folder, None, None))
        leaves.append(Leaf(parts[-1], len(parts) - 1, path, planned.get(path), checked.get(path)))
    return leaves


class _Page:
    """Draws the pages of kits."""

    def __init__(self, service: KitRunService, draw: Draw) -> None:
        self.service, self.draw = service, draw

    async def catalog(
        self, request: Request, visitor: Visitor, *, error: EvigateError | None = None
    ) -> Response:
        kits = [kit_view(each) for each in await self.service.catalog.list(visitor.subject)]
        context = {
            "kits": kits,
            "badges": BADGES,
            "may_bring": may(visitor.subject, KIT_WRITE),
            "error": error,
        }
        status = error.code.status if error else 200
        return await self.draw(request, "kits", context, active="studio", status=status)

    async def project(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        *,
        error: EvigateError | None = None,
    ) -> Response:
        subject, service = visitor.subject, self.service
        seen = await watch(service.guard, subject, project_id)
        kits = _startable(await service.catalog.list(subject))
        found = await service.credentials.list(subject, project_id)
        context = {
            "watch": seen,
            "project_id": project_id,
            "name": await self.name(visitor, project_id),
            "kits": [kit_view(each) for each in kits],
            "runs": [run_view(each) for each in await service.runs(subject, project_id)],
            "credentials": [credential_view(each) for each in found],
            "asks": [(kit.kit_id, each) for kit in kits for each in kit.credentials],
            "badges": BADGES,
            "may_write": await may_write(service.guard, subject, project_id),
            "may_keep": may(subject, KIT_WRITE),
            "longest": VALUE_CHARACTERS,
            "error": error,
        }
        status = error.code.status if error else 200
        return await self.draw(request, "kits_project", context, active="studio", status=status)

    async def run(
        self,
        request: Request,
        visitor: Visitor,
        project_id: UUID,
        run_id: UUID,
        *,
        error: EvigateError | None = None,
    ) -> Response:
        subject, service = visitor.subject, self.service
        seen = await watch(service.guard, subject, project_id)
        page = await service.show(subject, project_id, run_id)
        async with service.guard.enter(subject, READ, PROJECT, project_id) as entry:
            may_approve = entry.may(KIT_APPROVE)
        context = {
            "watch": seen,
            "project_id": project_id,
            "name": await self.name(visitor, project_id),
            **await self._run_context(visitor, page),
            "badges": BADGES,
            "marks": STEP_MARKS,
            "looks": STEP_LOOKS,
            "may_write": await may_write(service.guard, subject, project_id),
            "may_approve": may_approve,
            "error": error,
        }
        status = error.code.status if error else 200
        return await self.draw(request, "kit_run", context, active="studio", status=status)

    async def _run_context(self, visitor: Visitor, page: RunPage) -> Mapping[str, Any]:
        run = page.execution
        manifest = await self.service.manifest_of(visitor.subject, run)
        ids = (run.project_id, run.run_id)
        found = await self.service.difference(visitor.subject, *ids)
        return {
            "view": page_view(page),
            "is_running": not run.is_end and not run.is_waiting,
            "badge": BADGES[_standing(run)],
            "steps": steps_of(run, manifest.phases),
            "tree": tree_of(page.plan.items if page.plan else (), page.outputs),
            "diff": [{"path": p, "action": action, "lines": ls} for p, action, ls in found],
        }

    async def name(self, visitor: Visitor, project_id: UUID) -> str:
        """Return the project's name."""
        async with on_project(self.service.guard, visitor.subject, READ, project_id) as tx:
            return str((await get_project(tx, project_id))["name"])


def _standing(run: Execution) -> str:
    return "waiting" if run.is_waiting else run.status


def _startable(kits: Sequence[KitHead]) -> list[KitHead]:
    """Return what may be started, of each kit the version that would be taken."""
    found: dict[str, KitHead] = {}
    for each in kits:
        is_usable = each.status != "deprecated"
        if is_usable and (each.kit_id not in found or found[each.kit_id].status == "draft"):
            found[each.kit_id] = each
    return list(found.values())


def kits_pages(service: KitRunService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)
    page = _Page(service, draw)
    _catalog_pages(routes, page, visitor_of)
    _project_pages(routes, page, visitor_of)
    _run_pages(routes, page, visitor_of)
    return routes


def _catalog_pages(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    catalog = page.service.catalog

    async def after(request: Request, visitor: Visitor, work: Awaitable[Any]) -> Response:
        try:
            await work
        except EvigateError as error:
            if error.code not in TOLD:
                raise
            return await page.catalog(request, visitor, error=error)
        return RedirectResponse("/studio/kits", status_code=303)

    @routes.get("/studio/kits")
    async def kits(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await page.catalog(request, visitor)

    @routes.post("/studio/kits")
    async def bring(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        file: Annotated[UploadFile, File()],
    ) -> Response:
        async def work() -> None:
            await catalog.bring(visitor.subject, unpacked(await read_upload(file, BYTES_MAX)))

        return await after(request, visitor, work())

    @routes.post("/studio/kits/{kit_row_id}")
    async def move(
        kit_row_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        status: Annotated[Literal["active", "deprecated"], Form()],
    ) -> Response:
        return await after(request, visitor, catalog.move(visitor.subject, kit_row_id, status))


def _project_pages(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/studio/{project_id}/kits")
    async def show(
        project_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page.project(request, visitor, project_id)

    @routes.post("/studio/{project_id}/kits")
    async def start(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        kit_id: Annotated[str, Form(max_length=63)],
        how: Annotated[Literal["dry", "whole"], Form()],
    ) -> Response:
        try:
            run = await page.service.start(visitor.subject, project_id, kit_id, is_dry=how == "dry")
        except EvigateError as error:
            if error.code not in TOLD:
                raise
            return await page.project(request, visitor, project_id, error=error)
        return RedirectResponse(f"/studio/{project_id}/kits/{run.run_id}", status_code=303)

    @routes.post("/studio/{project_id}/kits/credentials")
    async def credential(
        project_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        asked: Annotated[str, Form(max_length=130)],
        action: Annotated[Literal["set", "check", "revoke"], Form()],
        value: Value = "",
        base_url: Short = "",
        header: Short = "",
    ) -> Response:
        desk, subject = page.service.credentials, visitor.subject
        kit_id, _, credential_id = asked.partition("/")
        ids = (subject, project_id, kit_id, credential_id)
        work: Awaitable[Any]
        if action == "set":
            work = desk.give(*ids, value, base_url=base_url, header=header)
        else:
            work = desk.check(*ids) if action == "check" else desk.revoke(*ids)
        try:
            await work
        except EvigateError as error:
            if error.code not in TOLD:
                raise
            return await page.project(request, visitor, project_id, error=error)
        return RedirectResponse(f"/studio/{project_id}/kits#credentials", status_code=303)


def _run_pages(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/studio/{project_id}/kits/{run_id}")
    async def show(
        project_id: UUID, run_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page.run(request, visitor, project_id, run_id)

    @routes.post("/studio/{project_id}/kits/{run_id}")
    async def change(
        project_id: UUID,
        run_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        action: Annotated[Literal["approve", "cancel"], Form()],
        plan: Annotated[str, Form(max_length=64)] = "",
    ) -> Response:
        ids = (visitor.subject, project_id, run_id)
        service = page.service
        work = service.cancel(*ids) if action == "cancel" else service.approve(*ids, plan)
        try:
            await work
        except EvigateError as error:
            if error.code not in TOLD:
                raise
            return await page.run(request, visitor, project_id, run_id, error=error)
        return RedirectResponse(f"/studio/{project_id}/kits/{run_id}", status_code=303)
