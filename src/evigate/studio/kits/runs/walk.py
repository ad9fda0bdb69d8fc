"""One run of a kit: from what it asks for to a bundle that was read back, phase by phase.

Each phase, and in APPLY each item, is a step that is done once (`kernel.runs.StepRunner`), so a
worker that is killed leaves a whole step or none and the next one goes on. PLAN is made anew each
time until it is approved as it is then; from APPLY on it holds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import orjson

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db import Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.events.telling import RUN_STREAM, tell, tell_end
from evigate.kernel.runs import (
    E_RUN_CANCELLED,
    RunStatus,
    StepRunner,
    finish_run,
    park_run,
    start_run,
)
from evigate.kernel.sandbox import strongest_level
from evigate.kernel.storage import BlobRef
from evigate.studio.features.service import STREAM
from evigate.studio.kits.errors import E_KIT_INPUT, E_KIT_OUTPUTS, E_KIT_SPECIFICATION, E_KIT_TOOL
from evigate.studio.kits.folder import Kit, load_kit
from evigate.studio.kits.manifest import Phase
from evigate.studio.kits.rendering import Bundle, render_kit
from evigate.studio.kits.runs.applying import Applying
from evigate.studio.kits.runs.checking import check_needs, no_credential, outputs_of
from evigate.studio.kits.runs.discovering import implications_of, read_platform
from evigate.studio.kits.runs.inputs import leave_inputs
from evigate.studio.kits.runs.means import Means, secret_name
from evigate.studio.kits.runs.models import Execution, KitPlan, Status, plan_between
from evigate.studio.kits.runs.packages import hashes_of, unpacked
from evigate.studio.kits.runs.regenerating import Mended, mendable, regenerate, with_mended
from evigate.studio.kits.runs.store import (
    active_credential,
    bundle_before,
    end_execution,
    find_execution,
    get_discovery,
    get_specification,
    insert_outputs,
    is_cancelled,
    keep_plan,
    load_plan,
    lock_execution,
    put_discovery,
    set_phase,
    set_plan,
)

FAILED_TOLD = 50
Computed = TypeVar("Computed")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A run with its kit and specification, read once a walk."""

    execution: Execution
    kit: Kit
    spec: Mapping[str, Any]
    is_approved: bool


class KitWalk:
    """One run of a kit."""

    def __init__(self, means: Means, subject: Subject, run_id: UUID) -> None:
        self.means = means
        self.database = means.database
        self.subject = subject
        self.id = run_id
        self.steps = StepRunner(means.database, subject, run_id)

    async def walk(self) -> None:
        """
        Go on as far as the run may, to its end or to a person's approval.

        Raises:
            EvigateError: a failure that trying again may mend; the run stays open.
        """
        async with self.database.tx(self.subject) as tx:
            execution = await find_execution(tx, self.id)
            if execution is None or execution.is_end or not await start_run(tx, self.id):
                return
        try:
            await self._phases(await self._load(execution))
        except EvigateError as error:
            if error.code.is_retryable:
                raise
            await self.end(error)

    async def end(self, error: EvigateError) -> None:
        """End the run with an error; one that was asked to stop is cancelled."""
        await self._end("cancelled" if error.code is E_RUN_CANCELLED else "failed", error)

    async def _load(self, execution: Execution) -> Loaded:
        assert self.subject.tenant_id is not None
        data = await self.means.storage.get(self.subject.tenant_id, execution.package_sha256)
        kit = await asyncio.to_thread(load_kit, unpacked(data))
        async with self.database.tx(self.subject) as tx:
            found = await get_specification(tx, execution.artifact_id)
        return Loaded(execution, kit, found["payload"], found["status"] == "approved")

    async def _phases(self, loaded: Loaded) -> None:
        kit, execution = loaded.kit, loaded.execution
        # Asked each time: days may pass between a plan and its approval.
        if not (execution.is_dry or loaded.is_approved or execution.phase == "VERIFY"):
            message = f"Version {execution.specification_version} is not approved any more."
            raise EvigateError(E_KIT_SPECIFICATION, message)
        await self._spec(loaded)
        await self._check(loaded)
        existing = await self._discover(loaded)
        if execution.phase not in ("APPLY", "VERIFY"):
            await self.enter("PLAN")
        bundle = await asyncio.to_thread(render_kit, kit, loaded.spec, existing)
        bundle = await self._mended(bundle)
        plan = await self._plan(loaded, bundle, existing)
        if plan is None:
            return
        failed = await self._validate(loaded, bundle)
        error: EvigateError | None = None
        if failed:
            error = EvigateError(E_KIT_OUTPUTS, f"{failed} of the files could not be made.")
        if execution.is_dry or "APPLY" not in kit.manifest.phases:
            await self._end("partial" if error else "completed", error)
            return
        applying = Applying(self, loaded, bundle, plan)
        error = await applying.apply() or error
        wrong = await applying.verify()
        if wrong is not None and (wrong.code is not E_KIT_TOOL or error is None):
            error = wrong
        is_failed = wrong is not None and wrong.code is not E_KIT_TOOL
        await self._end("failed" if is_failed else "partial" if error else "completed", error)

    # SPEC, CHECK, DISCOVER -------------------------------------------------------------

    async def _spec(self, loaded: Loaded) -> None:
        async def record(tx: Tx, _: None) -> Mapping[str, Any]:
            lacking = await leave_inputs(tx, loaded.execution, loaded.kit, loaded.spec)
            return {"missing": lacking}

        done = await self.phase("SPEC", _nothing, record)
        if lacking := done["missing"]:
            message = f"The specification lacks {len(lacking)}: {'; '.join(lacking[:5])}."
            raise EvigateError(E_KIT_INPUT, message)

    async def _check(self, loaded: Loaded) -> None:
        execution, manifest = loaded.execution, loaded.kit.manifest

        async def compute() -> None:
            async with self.database.tx(self.subject) as tx:
                await check_needs(tx, execution, manifest)
            # Asked here so that a machine that keeps nothing in says so before any work.
            if manifest.verify.run and not execution.is_dry:
                await asyncio.to_thread(strongest_level)

        async def record(_tx: Tx, _: None) -> Mapping[str, Any]:
            return {"credentials": sorted(manifest.credentials)}

        await self.phase("CHECK", compute, record)

    async def _discover(self, loaded: Loaded) -> Mapping[str, Any] | None:
        wanted, execution = loaded.kit.manifest.discover, loaded.execution
        if wanted is None:
            return None
        ids = (execution.project_id, execution.kit_id)

        async def compute() -> tuple[Mapping[str, Any], Mapping[str, Any], bool]:
            async with self.database.tx(self.subject) as tx:
                found = await active_credential(tx, *ids, wanted.credential)
                if found is None:
                    raise no_credential(wanted.credential)
                fresh = await get_discovery(tx, *ids, fresh_of=found.connection)
                secret = await self.means.vault.read(tx, secret_name(found.id))
            if fresh is not None:
                return fresh.existing_state, found.connection, True
            state = await read_platform(found, secret, wanted.path, rule=self.means.rule)
            return state, found.connection, False

        async def record(
            tx: Tx, found: tuple[Mapping[str, Any], Mapping[str, Any], bool]
        ) -> Mapping[str, Any]:
            state, connection, is_cached = found
            implied = implications_of(loaded.spec, state)
            if not is_cached:
                await put_discovery(
                    tx,
                    *ids,
                    existing=state,
                    implications=implied,
                    connection=connection,
                    ttl_s=wanted.ttl_s,
                )
            return {"existing": {**state, "implications": implied}, "is_cached": is_cached}

        done = await self.phase("DISCOVER", compute, record)
        # What comes back from the database has its keys in another order, and a kit may write them.
        existing: Mapping[str, Any] = orjson.loads(
            orjson.dumps(done["existing"], option=orjson.OPT_SORT_KEYS)
        )
        return existing

    async def _mended(self, bundle: Bundle) -> Bundle:
        """Let a chosen model mend what rules did not, once a run: what it wrote is kept."""
        if not mendable(bundle):
            return bundle

        async def compute() -> list[Mended]:
            return await regenerate(self.means.agents, self.subject, bundle)

        async def record(_tx: Tx, found: list[Mended]) -> Mapping[str, Any]:
            return {"files": [each.plain() for each in found]}

        return with_mended(bundle, (await self.steps.run("mend", compute, record))["files"])

    # PLAN, VALIDATE --------------------------------------------------------------------

    async def _plan(
        self, loaded: Loaded, bundle: Bundle, existing: Mapping[str, Any] | None
    ) -> KitPlan | None:
        """Return the plan to go on with; None where it waits for a person."""
        execution = loaded.execution
        if execution.phase in ("APPLY", "VERIFY") and execution.plan_digest is not None:
            async with self.database.tx(self.subject) as tx:
                return await load_plan(tx, self.id, execution.plan_digest)
        zipped = await self.put(bundle.zipped())
        about = {
            "kit": execution.kit_digest,
            "specification": str(execution.artifact_id),
            "existing": content_hash(dict(existing)) if existing else "",
        }
        async with self.database.tx(self.subject) as tx:
            if await is_cancelled(tx, self.id):
                raise EvigateError(E_RUN_CANCELLED, "The run was cancelled.")
            await lock_execution(tx, self.id)
            before = await bundle_before(tx, execution)
            plan = plan_between(
                before["files"] if before else {},
                hashes_of(bundle.files),
                base_run_id=before["run_id"] if before else None,
                about=about,
            )
            kept = await load_plan(tx, self.id, plan.digest)
            if kept is None:
                await keep_plan(tx, execution, plan)
            is_approved = kept is not None and kept.approved_by is not None
            is_waiting = "APPLY" in loaded.kit.manifest.phases and not execution.is_dry
            is_waiting = is_waiting and not is_approved
            await set_plan(tx, self.id, plan.digest, zipped, is_waiting=is_waiting)
            if is_waiting:
                await park_run(tx, self.id)
            await self._told_plan(tx, execution, plan, bundle, is_waiting=is_waiting)
        return None if is_waiting else plan

    async def _told_plan(
        self, tx: Tx, execution: Execution, plan: KitPlan, bundle: Bundle, *, is_waiting: bool
    ) -> None:
        failed = [
            f"{each.path}: {next(p.message for p in each.problems if p.is_error)}"
            for each in bundle.made
            if each.status == "failed"
        ][:FAILED_TOLD]
        told = {"phase": "PLAN", "digest": plan.digest, "failed": failed, "is_waiting": is_waiting}
        await tell(tx, RUN_STREAM, self.id, "kit_phase", **told)
        await self._changed(tx, execution)

    async def _validate(self, loaded: Loaded, bundle: Bundle) -> int:
        """Return how many of the files could not be made."""
        rows = outputs_of(loaded.kit, bundle)
        failed = sum(each.status == "failed" for each in rows)

        async def record(tx: Tx, _: None) -> Mapping[str, Any]:
            await insert_outputs(tx, loaded.execution, rows)
            return {"failed": failed}

        await self.phase("VALIDATE", _nothing, record)
        if rows and failed == len(rows):
            first = next(each for each in bundle.made if each.status == "failed")
            message = f"None of {failed} files could be made; {first.path}:"
            raise EvigateError(E_KIT_OUTPUTS, f"{message} {first.problems[0].message}")
        return failed

    # What every phase does -------------------------------------------------------------

    async def phase(
        self,
        name: Phase,
        compute: Callable[[], Awaitable[Computed]],
        record: Callable[[Tx, Computed], Awaitable[Mapping[str, Any]]],
    ) -> dict[str, Any]:
        """Do a phase unless it is done, telling that it begins; return what came of it."""

        async def entered() -> Computed:
            await self.enter(name)
            return await compute()

        return await self.steps.run(name, entered, record)

    async def enter(self, name: Phase) -> None:
        """Write and tell that the run is in a phase."""
        async with self.database.tx(self.subject) as tx:
            await set_phase(tx, self.id, name)
            await tell(tx, RUN_STREAM, self.id, "kit_phase", phase=name)
            execution = await find_execution(tx, self.id)
            assert execution is not None
            await self._changed(tx, execution)

    async def put(self, data: bytes) -> BlobRef:
        """Store bytes for the run's tenant."""
        assert self.subject.tenant_id is not None
        return await self.means.storage.put(self.subject.tenant_id, data)

    async def is_stopped(self) -> bool:
        """Say whether somebody asked the run to stop."""
        async with self.database.tx(self.subject) as tx:
            return await is_cancelled(tx, self.id)

    async def _changed(self, tx: Tx, execution: Execution) -> None:
        event = NewEvent("kit_run_changed", {"run_id": str(self.id), "kit": execution.kit_id})
        await append_events(tx, STREAM, execution.project_id, [event])

    async def _end(self, status: Status, error: EvigateError | None) -> None:
        code, message = (error.code.name, error.message) if error else (None, None)
        ends = {"failed": RunStatus.FAILED, "cancelled": RunStatus.CANCELLED}
        run_status = ends.get(status, RunStatus.SUCCEEDED)
        is_error = run_status is not RunStatus.SUCCEEDED
        async with self.database.tx(self.subject) as tx:
            execution = await find_execution(tx, self.id)
            if execution is None or not await end_execution(tx, self.id, status, code, message):
                return
            await finish_run(
                tx,
                self.id,
                run_status,
                output=None if is_error else {"status": status},
                error_code=code if is_error else None,
                error_message=message if is_error else None,
            )
            await self._changed(tx, execution)
            stage = "run_error" if is_error else "run_complete"
            told = {"status": status, "code": code, "message": message}
            await tell_end(tx, RUN_STREAM, self.id, stage, **told)


async def _nothing() -> None:
    return None
