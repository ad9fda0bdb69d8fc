"""The verbs of kits' runs: start, look, approve, cancel, take the bundle; and their job.

Starting leaves a job; a run that waits for an approval leaves none until a person gives it. What is
approved is one digest: the plan that was seen, and no other.
"""

import asyncio
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from evigate.base.errors import E_BUG, EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db import Tx
from evigate.kernel.events import NewEvent, StreamKey, append_events, audit, read_events
from evigate.kernel.events.telling import RUN_STREAM
from evigate.kernel.jobs import enqueue
from evigate.kernel.policies import Guard
from evigate.kernel.runs import E_RUN_CANCELLED, create_run, request_cancel, set_job
from evigate.studio.features.service import STREAM
from evigate.studio.kits.errors import (
    E_KIT_INVALID,
    E_KIT_PLAN_STALE,
    E_KIT_RUN_NOT_FOUND,
    E_KIT_SPECIFICATION,
    E_KIT_STATE,
)
from evigate.studio.kits.folder import MANIFEST
from evigate.studio.kits.manifest import Manifest, read_manifest
from evigate.studio.kits.permissions import KIT_APPROVE
from evigate.studio.kits.runs.catalog import Catalog
from evigate.studio.kits.runs.credentials import KitCredentials
from evigate.studio.kits.runs.means import Means
from evigate.studio.kits.runs.models import Execution, KeptKit, KitPlan, OutputRow
from evigate.studio.kits.runs.packages import files_of, unpacked
from evigate.studio.kits.runs.store import (
    applied_items,
    bundle_of,
    find_execution,
    insert_approval,
    insert_execution,
    list_executions,
    list_outputs,
    load_plan,
    lock_execution,
    pick_specification,
)
from evigate.studio.kits.runs.walk import KitWalk
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.store import get_project, lock_project
from evigate.studio.yamlfiles import parse_yaml

KIT_RUN = "studio.kit"
DIFF_LINES_MAX = 2_000
# Plans are told before items are, so they are among the first.
EVENTS_READ = 200


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run with its plan, how its files checked, and what was applied so far.

    `unmade` are files that the plan has not because they cannot be made, each with its reason.
    """

    execution: Execution
    plan: KitPlan | None
    outputs: tuple[OutputRow, ...]
    unmade: tuple[str, ...]
    applied: tuple[str, ...]


class KitRunService:
    """Kits' runs of every tenant's projects."""

    def __init__(self, means: Means, guard: Guard) -> None:
        self.means = means
        self.guard = guard
        self.catalog = Catalog(means)
        self.credentials = KitCredentials(means, guard, self.catalog)

    # Starting and stopping -------------------------------------------------------------

    async def start(
        self,
        subject: Subject,
        project_id: UUID,
        kit_id: str,
        *,
        kit_version: str | None = None,
        specification: str | None = None,
        is_dry: bool = False,
    ) -> Execution:
        """
        Begin a run of a kit over a project's specification.

        Args:
            specification: its version; the newest where a dry run names none, else the newest that
                is approved.
            is_dry: ends with the plan and the files checked, and writes nothing.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_KIT_NOT_FOUND]
            EvigateError[E_KIT_STATE]: the kit may not be started so.
            EvigateError[E_KIT_SPECIFICATION]: there is none, or none that is approved.
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            kit = await self.catalog.ready(tx, kit_id, kit_version, is_dry=is_dry)
            found = await pick_specification(
                tx, project_id, specification, approved_first=not is_dry
            )
            if found is None:
                raise EvigateError(E_KIT_SPECIFICATION, "The project has no such specification.")
            if not is_dry and found["status"] != "approved":
                message = f"Version {found['version']} of the specification is {found['status']}."
                raise EvigateError(E_KIT_SPECIFICATION, message)
            run_id = await create_run(tx, KIT_RUN, _snapshot(project_id, kit, found, is_dry=is_dry))
            await insert_execution(tx, run_id, project_id, kit, found, is_dry=is_dry)
            await self._enqueue(tx, project_id, kit.kit_id, run_id)
            return await self._changed(tx, project_id, run_id)

    async def approve(
        self, subject: Subject, project_id: UUID, run_id: UUID, digest: str
    ) -> Execution:
        """
        Let a run apply the plan of a digest; approved again, it changes nothing.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_KIT_RUN_NOT_FOUND | E_DENIED]
            EvigateError[E_KIT_PLAN_STALE]: the plan is another by now.
            EvigateError[E_KIT_STATE]: the run waits for no approval.
            EvigateError[E_KIT_SPECIFICATION]: the specification is approved no longer.
        """
        async with on_project(self.guard, subject, KIT_APPROVE, project_id) as tx:
            execution = await _find(tx, project_id, run_id)
            await lock_execution(tx, run_id)
            execution = await _find(tx, project_id, run_id)
            plan = await load_plan(tx, run_id, digest)
            if plan is not None and plan.approved_by is not None:
                return execution
            if not execution.is_waiting:
                message = f"The run is {execution.status} in {execution.phase}; nothing is asked."
                raise EvigateError(E_KIT_STATE, message)
            if execution.plan_digest != digest:
                message = f"The plan is {execution.plan_digest} by now, not {digest}."
                raise EvigateError(E_KIT_PLAN_STALE, message)
            try:
                async with tx.connection.transaction():
                    await insert_approval(tx, project_id, run_id, digest)
            except psycopg.errors.InsufficientPrivilege as error:
                message = "The specification is not approved any more."
                raise EvigateError(E_KIT_SPECIFICATION, message) from error
            await audit(tx, "kit_plan_approved", run_id=str(run_id), digest=digest)
            await self._enqueue(tx, project_id, execution.kit_id, run_id)
            return await self._changed(tx, project_id, run_id)

    async def cancel(self, subject: Subject, project_id: UUID, run_id: UUID) -> Execution:
        """
        Stop a run: at once where it waits or has not begun, else at its next chance.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_KIT_RUN_NOT_FOUND]
            EvigateError[E_KIT_STATE]: it has ended.
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            execution = await _find(tx, project_id, run_id)
            if not await request_cancel(tx, run_id):
                raise EvigateError(E_KIT_STATE, f"The run is {execution.status} already.")
        if execution.is_waiting or execution.status == "pending":
            error = EvigateError(E_RUN_CANCELLED, "The run was cancelled.")
            await KitWalk(self.means, subject, run_id).end(error)
        return (await self.show(subject, project_id, run_id)).execution

    # Looking ---------------------------------------------------------------------------

    async def runs(self, subject: Subject, project_id: UUID) -> list[Execution]:
        """Return a project's runs, newest first; empty where none was begun.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
        """
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            return await list_executions(tx, project_id)

    async def show(self, subject: Subject, project_id: UUID, run_id: UUID) -> RunPage:
        """Return a run with all that belongs to it.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_KIT_RUN_NOT_FOUND]
        """
        async with on_project(self.guard, subject, READ, project_id, is_snapshot=True) as tx:
            execution = await _find(tx, project_id, run_id)
            digest = execution.plan_digest
            return RunPage(
                execution,
                await load_plan(tx, run_id, digest) if digest else None,
                tuple(await list_outputs(tx, run_id)),
                await _unmade(tx, run_id),
                tuple(await applied_items(tx, run_id)),
            )

    async def manifest_of(self, subject: Subject, execution: Execution) -> Manifest:
        """Return the manifest of the package that a run is of, whatever the kit is by now."""
        assert subject.tenant_id is not None
        data = await self.means.storage.get(subject.tenant_id, execution.package_sha256)
        raw = parse_yaml(unpacked(data)[MANIFEST], path=MANIFEST, code=E_KIT_INVALID)
        return read_manifest(raw, path=MANIFEST)

    async def stream_of(self, subject: Subject, project_id: UUID, run_id: UUID) -> StreamKey:
        """Return a run's event stream, for whoever may see it; raises as `show`."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await _find(tx, project_id, run_id)
        assert subject.tenant_id is not None
        return StreamKey(subject.tenant_id, RUN_STREAM, run_id)

    async def bundle(self, subject: Subject, project_id: UUID, run_id: UUID) -> tuple[str, bytes]:
        """
        Return a bundle's file name and its zip.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_KIT_RUN_NOT_FOUND]: or the run made no bundle.
        """
        execution = (await self.show(subject, project_id, run_id)).execution
        if execution.bundle_sha256 is None:
            message = f"The run made no bundle; it is {execution.status} in {execution.phase}."
            raise EvigateError(E_KIT_RUN_NOT_FOUND, message)
        assert subject.tenant_id is not None
        name = f"{execution.kit_id}-{execution.specification_version}.zip"
        return name, await self.means.storage.get(subject.tenant_id, execution.bundle_sha256)

    async def difference(
        self, subject: Subject, project_id: UUID, run_id: UUID
    ) -> list[tuple[str, str, list[str]]]:
        """
        Return what the plan changes: path, action and the lines of a unified diff, by path.

        Files that stay as they are are left out; a diff longer than `DIFF_LINES_MAX` is cut.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_KIT_RUN_NOT_FOUND]
        """
        page = await self.show(subject, project_id, run_id)
        plan, rendered = page.plan, page.execution.rendered_sha256
        if plan is None or rendered is None:
            return []
        assert subject.tenant_id is not None
        after = files_of(await self.means.storage.get(subject.tenant_id, rendered))
        before: dict[str, bytes] = {}
        if plan.base_run_id is not None:
            async with self.means.database.tx(subject) as tx:
                base = await bundle_of(tx, plan.base_run_id)
            if base is not None:
                before = files_of(await self.means.storage.get(subject.tenant_id, base["sha256"]))
        return await asyncio.to_thread(_differences, plan, before, after)

    # The job ---------------------------------------------------------------------------

    async def walk(self, subject: Subject, arguments: Mapping[str, Any]) -> None:
        """Do a run's job."""
        await KitWalk(self.means, subject, UUID(str(arguments["run_id"]))).walk()

    async def give_up(
        self, subject: Subject, arguments: Mapping[str, Any], error: BaseException
    ) -> None:
        """End a run whose job was tried as often as allowed."""
        if not isinstance(error, EvigateError):
            error = EvigateError(E_BUG, f"The run broke: {type(error).__name__}.")
        await KitWalk(self.means, subject, UUID(str(arguments["run_id"]))).end(error)

    async def _enqueue(self, tx: Tx, project_id: UUID, kit_id: str, run_id: UUID) -> None:
        lock = f"kit:{project_id}:{kit_id}"
        await set_job(tx, run_id, await enqueue(tx, KIT_RUN, {"run_id": str(run_id)}, lock=lock))

    async def _changed(self, tx: Tx, project_id: UUID, run_id: UUID) -> Execution:
        execution = await _find(tx, project_id, run_id)
        told = {"run_id": str(run_id), "kit": execution.kit_id}
        await append_events(tx, STREAM, project_id, [NewEvent("kit_run_changed", told)])
        return execution


async def _find(tx: Tx, project_id: UUID, run_id: UUID) -> Execution:
    found = await find_execution(tx, run_id, project_id=project_id)
    if found is None:
        raise EvigateError(E_KIT_RUN_NOT_FOUND, f"The project has no run {str(run_id)!r} of a kit.")
    return found


async def _unmade(tx: Tx, run_id: UUID) -> tuple[str, ...]:
    """Return what the run told with its newest plan that it cannot make."""
    found: tuple[str, ...] = ()
    for event in await read_events(tx, RUN_STREAM, run_id, limit=EVENTS_READ):
        if event.type == "kit_phase" and "failed" in event.payload:
            found = tuple(event.payload["failed"])
    return found


def _snapshot(
    project_id: UUID, kit: KeptKit, specification: Mapping[str, Any], *, is_dry: bool
) -> dict[str, Any]:
    """Return what a run is given, by reference; credentials are named by no more than their ids."""
    needs = kit.manifest.get("requires", {}).get("credentials", [])
    return {
        "project_id": str(project_id),
        "kit": {"id": kit.kit_id, "version": kit.version, "digest": kit.digest},
        "specification": {
            "artifact_id": str(specification["artifact_id"]),
            "version": specification["version"],
        },
        "credentials": [each["id"] for each in needs],
        "is_dry": is_dry,
    }


def _differences(
    plan: KitPlan, before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> list[tuple[str, str, list[str]]]:
    found: list[tuple[str, str, list[str]]] = []
    for item in plan.items:
        if item.action != "no-op":
            old = before.get(item.path, b"").decode(errors="replace").splitlines()
            new = after.get(item.path, b"").decode(errors="replace").splitlines()
            lines = list(difflib.unified_diff(old, new, lineterm="", n=3))[2:]
            found.append((item.path, item.action, lines[:DIFF_LINES_MAX]))
    return found
