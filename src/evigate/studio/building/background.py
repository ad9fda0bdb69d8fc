"""One build in the background: each stage of the walk is a step that is done once.

A worker that is killed leaves whole stages; the next one goes on behind the last, and the stage
that was under way looks what is there. What each stage told is kept as the step's output.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.events.telling import RUN_STREAM, tell, tell_end
from evigate.kernel.runs import (
    E_RUN_CANCELLED,
    RunStatus,
    StepRunner,
    finish_run,
    get_run,
    list_steps,
    start_run,
)
from evigate.studio.building.models import Built, Step, plain_built, plain_step, read_step
from evigate.studio.building.walk import Rooms, Walk
from evigate.studio.features.service import STREAM
from evigate.studio.kits.folder import Kit, load_kit
from evigate.studio.kits.runs.packages import unpacked

PERCENT = {
    "discover": 10, "choose_features": 20, "plan": 35, "blueprint": 45, "look": 50, "make": 100,
}  # fmt: skip


class BackgroundBuild:
    """One run of a build."""

    def __init__(self, database: Database, rooms: Rooms, subject: Subject, run_id: UUID) -> None:
        self._database = database
        self._rooms = rooms
        self._subject = subject
        self._id = run_id
        self._steps = StepRunner(database, subject, run_id)
        self._told: list[Step] = []

    async def walk(self) -> None:
        """
        Go to the end.

        Raises:
            EvigateError: what a stage refuses, or E_RUN_CANCELLED; the run stays open.
        """
        async with self._database.tx(self._subject) as tx:
            run = await get_run(tx, self._id)
            if run is None or not await start_run(tx, self._id):
                return
        project, kit_id = UUID(run.input["project_id"]), str(run.input["kit_id"])
        walk = Walk(self._rooms, self._subject, self._told.append, project=project)
        for name, stage in (
            ("discover", walk.discover),
            ("choose_features", walk.choose_features),
            ("plan", walk.plan),
            ("blueprint", walk.blueprint),
            ("look", walk.look),
        ):
            await self._stage(project, name, stage)

        async def specify_and_make() -> Built:
            found = await walk.specify()
            made = await walk.make(found, await self._kit(kit_id), self._is_stopped)
            await self._refuse_stopped()
            return await walk.hand_over(found, made, kit_id)

        output = await self._stage(project, "make", specify_and_make)
        async with self._database.tx(self._subject) as tx:
            summary = {k: v for k, v in output["built"].items() if k != "steps"}
            await finish_run(tx, self._id, RunStatus.SUCCEEDED, output=summary)
            await tell_end(tx, RUN_STREAM, self._id, "run_complete", score=summary["score"])
            await self._changed(tx, project)

    async def _stage(
        self, project: UUID, name: str, work: Callable[[], Awaitable[Built | object]]
    ) -> Mapping[str, Any]:
        """Do a stage once, and tell what it came to."""

        async def compute() -> Built | object:
            self._told.clear()
            return await work()

        async def record(tx: Tx, done: Built | object) -> Mapping[str, Any]:
            told = [plain_step(each) for each in self._told]
            said = "; ".join(f"{each.title}: {each.said}" for each in self._told)
            await tell(tx, RUN_STREAM, self._id, "progress", percent=PERCENT[name], message=said)
            await self._changed(tx, project)
            built = plain_built(done) if isinstance(done, Built) else None
            return {"steps": told, "built": built}

        return await self._steps.run(name, compute, record)

    async def _kit(self, kit_id: str) -> Kit:
        catalog = self._rooms.kits.catalog
        async with self._database.tx(self._subject) as tx:
            kept = await catalog.ready(tx, kit_id, None, is_dry=True)
        assert self._subject.tenant_id is not None
        data = await self._rooms.kits.means.storage.get(
            self._subject.tenant_id, kept.package_sha256
        )
        return await asyncio.to_thread(load_kit, unpacked(data))

    async def _is_stopped(self) -> bool:
        async with self._database.tx(self._subject) as tx:
            run = await get_run(tx, self._id)
        return run is None or run.cancel_requested_at is not None

    async def _refuse_stopped(self) -> None:
        if await self._is_stopped():
            raise EvigateError(E_RUN_CANCELLED, "The build was cancelled.")

    async def _changed(self, tx: Tx, project: UUID) -> None:
        told = {"run_id": str(self._id)}
        await append_events(tx, STREAM, project, [NewEvent("build_changed", told)])


async def told_so_far(tx: Tx, run_id: UUID) -> list[Step]:
    """Return what the finished stages of a build told, in order."""
    found = await list_steps(tx, run_id)
    return [
        read_step(raw)
        for each in sorted(found, key=lambda one: one.position)
        for raw in (each.output or {}).get("steps", ())
    ]
