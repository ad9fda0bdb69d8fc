"""The verbs of builds: from a paragraph into a folder, and over a project in the background.

Both walk the same way. In the background nothing is approved, for a job is no person, and nothing
is written: the kit's own run takes over where the bundle was made and tried. Whoever starts a build
again, after a stop or a failure, goes on with what is there.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from evigate.base.errors import E_BUG, EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import NewEvent, StreamKey, append_events
from evigate.kernel.events.telling import RUN_STREAM, tell_end
from evigate.kernel.jobs import enqueue
from evigate.kernel.policies import Guard
from evigate.kernel.runs import (
    E_RUN_CANCELLED,
    Run,
    RunStatus,
    create_run,
    finish_run,
    get_run,
    request_cancel,
    set_job,
)
from evigate.studio.building.background import BackgroundBuild, told_so_far
from evigate.studio.building.errors import E_BUILD_ENDED, E_BUILD_RUN_NOT_FOUND
from evigate.studio.building.models import BuildRun, Built, Tell
from evigate.studio.building.walk import Rooms, Walk
from evigate.studio.features.service import STREAM
from evigate.studio.kits.folder import Kit
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.store import get_project, lock_project

BUILD_RUN = "studio.build"
_queries = load_queries(__package__)


class BuildService:
    """Builds of every tenant."""

    def __init__(self, database: Database, guard: Guard, rooms: Rooms) -> None:
        self.guard = guard
        self._database = database
        self._rooms = rooms

    async def build(
        self,
        subject: Subject,
        text: str,
        kit: Kit,
        into: Path,
        *,
        name: str | None = None,
        is_approving: bool = False,
        tell: Tell = lambda _: None,
    ) -> Built:
        """
        Walk from a paragraph to a bundle; the same paragraph again goes on with its project.

        Args:
            is_approving: the caller approves what was read, the blueprint and the specification,
                as a person; only then is anything written into `into`.
            tell: called with each step as it ends.

        Raises:
            EvigateError[E_MESSAGE_INVALID | E_DENIED | E_KIT_INPUT | E_KIT_TARGET]
            EvigateError[E_BOARD_UNFINISHED]: a plan cannot be made; the detail says what lacks.
        """
        walk = Walk(self._rooms, subject, tell, is_approving=is_approving)
        await walk.begin(text, name)
        await walk.discover()
        await walk.choose_features()
        await walk.plan()
        await walk.blueprint()
        await walk.look()
        found = await walk.specify()
        return await walk.write(found, await walk.make(found, kit), into)

    # In the background -----------------------------------------------------------------

    async def start(self, subject: Subject, project_id: UUID, kit_id: str) -> BuildRun:
        """
        Leave a job that walks over a project; while one is under way, that one is returned.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_KIT_NOT_FOUND | E_KIT_STATE]
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            newest = next(iter(await self._list(tx, project_id)), None)
            if newest is not None and not newest.run.status.is_end:
                return newest
            await self._rooms.kits.catalog.ready(tx, kit_id, None, is_dry=True)
            given = {"project_id": str(project_id), "kit_id": kit_id}
            run_id = await create_run(tx, BUILD_RUN, given)
            arguments = {"run_id": str(run_id)}
            lock = f"build:{project_id}"
            await set_job(tx, run_id, await enqueue(tx, BUILD_RUN, arguments, lock=lock))
            await _changed(tx, project_id, run_id)
            return await self._find(tx, project_id, run_id)

    async def runs(self, subject: Subject, project_id: UUID) -> list[BuildRun]:
        """Return a project's builds in the background, newest first; raises E_PROJECT_NOT_FOUND."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            return await self._list(tx, project_id)

    async def show(self, subject: Subject, project_id: UUID, run_id: UUID) -> BuildRun:
        """Return a build with what it told so far.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_BUILD_RUN_NOT_FOUND]
        """
        async with on_project(self.guard, subject, READ, project_id) as tx:
            return await self._find(tx, project_id, run_id)

    async def cancel(self, subject: Subject, project_id: UUID, run_id: UUID) -> BuildRun:
        """
        Stop a build: at once where it has not begun, else at its next chance.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_BUILD_RUN_NOT_FOUND]
            EvigateError[E_BUILD_ENDED]: it has ended.
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            run = (await self._find(tx, project_id, run_id)).run
            if not await request_cancel(tx, run_id):
                raise EvigateError(E_BUILD_ENDED, f"The build is {run.status} already.")
        if run.status is RunStatus.QUEUED:
            error = EvigateError(E_RUN_CANCELLED, "The build was cancelled.")
            await end_build(self._database, subject, run, error)
        return await self.show(subject, project_id, run_id)

    async def stream_of(self, subject: Subject, project_id: UUID, run_id: UUID) -> StreamKey:
        """Return a build's event stream, for whoever may see it; raises as `show`."""
        await self.show(subject, project_id, run_id)
        assert subject.tenant_id is not None
        return StreamKey(subject.tenant_id, RUN_STREAM, run_id)

    async def walk(self, subject: Subject, arguments: Mapping[str, Any]) -> None:
        """Do a build's job."""
        run_id = UUID(str(arguments["run_id"]))
        work = BackgroundBuild(self._database, self._rooms, subject, run_id)
        try:
            await work.walk()
        except EvigateError as error:
            if error.code.is_retryable:
                raise
            await self.give_up(subject, arguments, error)

    async def give_up(
        self, subject: Subject, arguments: Mapping[str, Any], error: BaseException
    ) -> None:
        """End a build that failed, was stopped, or whose job was tried as often as allowed."""
        if not isinstance(error, EvigateError):
            error = EvigateError(E_BUG, f"The build broke: {type(error).__name__}.")
        async with self._database.tx(subject) as tx:
            run = await get_run(tx, UUID(str(arguments["run_id"])))
        if run is not None:
            await end_build(self._database, subject, run, error)

    async def _list(self, tx: Tx, project_id: UUID) -> list[BuildRun]:
        about = {"kind": BUILD_RUN, "project_id": str(project_id)}
        rows = await _queries.list_builds(tx.connection, **about)
        return [await self._find(tx, project_id, row["id"]) for row in rows]

    async def _find(self, tx: Tx, project_id: UUID, run_id: UUID) -> BuildRun:
        run = await get_run(tx, run_id)
        if run is None or run.kind != BUILD_RUN or run.input["project_id"] != str(project_id):
            message = f"The project has no build {str(run_id)!r}."
            raise EvigateError(E_BUILD_RUN_NOT_FOUND, message)
        return BuildRun(run, tuple(await told_so_far(tx, run_id)))


async def end_build(database: Database, subject: Subject, run: Run, error: EvigateError) -> None:
    """End a build with an error; one that was asked to stop is cancelled."""
    is_stopped = error.code is E_RUN_CANCELLED
    status = RunStatus.CANCELLED if is_stopped else RunStatus.FAILED
    code, message = error.code.name, error.message
    async with database.tx(subject) as tx:
        if await finish_run(tx, run.id, status, error_code=code, error_message=message):
            await tell_end(tx, RUN_STREAM, run.id, "run_error", code=code, message=message)
            await _changed(tx, UUID(run.input["project_id"]), run.id)


async def _changed(tx: Tx, project_id: UUID, run_id: UUID) -> None:
    told = {"run_id": str(run_id)}
    await append_events(tx, STREAM, project_id, [NewEvent("build_changed", told)])
