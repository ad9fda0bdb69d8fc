"""The verbs on environments: look at a run's, rebuild it, run in it."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from evigate.base.errors import E_BUG, EvigateError
from evigate.base.ids import RunId
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.events.telling import RUN_STREAM, Telling, tell, tell_end
from evigate.kernel.jobs import enqueue
from evigate.kernel.runs import Run, RunStatus, create_run, finish_run, get_run, set_job, start_run
from evigate.kernel.sandbox import present_interpreter
from evigate.papers import store
from evigate.papers.environments.building import BuildReport, ensure_environment, is_built
from evigate.papers.environments.models import Difference, Lock, differences, parse_lock
from evigate.papers.models import NotebookRun
from evigate.papers.notebook import lock_of
from evigate.papers.permissions import READ, RUN
from evigate.papers.verbs_runs import RunVerbs, need_run

ENVIRONMENT = "papers.environment"


@dataclass(frozen=True, slots=True)
class EnvironmentView:
    """A run's environment: its lock, what is otherwise here, and its newest rebuilding."""

    run: NotebookRun
    lock: Lock
    differences: tuple[Difference, ...]
    is_built: bool
    build: Run | None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        build = self.build
        return {
            "run_id": str(self.run.id),
            "python": self.lock.python,
            "platform": self.lock.platform,
            "packages": [
                {"name": name, "version": each.version}
                for name, each in sorted(self.lock.packages.items())
            ],
            "differences": [asdict(each) for each in self.differences],
            "is_built": self.is_built,
            "build": None
            if build is None
            else {
                "run_id": str(build.id),
                "status": build.status.value,
                "error_code": build.error_code,
                "error_message": build.error_message,
                "remaining": (build.output or {}).get("remaining", []),
            },
        }


class EnvironmentVerbs(RunVerbs):
    """What can be done with the environment that a run left the lock of."""

    @property
    def environments_dir(self) -> Path:
        """The folder of rebuilt environments, one each lock, of all tenants: they hold no data."""
        return self.work_dir.parent / "environments"

    async def environment(self, subject: Subject, run_id: UUID) -> EnvironmentView:
        """Return a run's environment beside the present one; a journey stands for its run.

        Raises:
            EvigateError[E_RUN_NOT_FOUND]: this tenant has none such.
            EvigateError[E_ENVIRONMENT_INVALID]: the run has left no lock.
        """
        require(subject, READ)
        run, lock = await self.lock_of_run(subject, run_id)
        found = await asyncio.to_thread(self._beside, lock)
        async with self.database.tx(subject) as tx:
            build_id = await store.newest_child(tx, run.id, ENVIRONMENT)
            build = None if build_id is None else await get_run(tx, build_id)
        return EnvironmentView(run, lock, found, is_built(self.environments_dir, lock), build)

    @staticmethod
    def _beside(lock: Lock) -> tuple[Difference, ...]:
        present = lock_of(list(lock.packages), present_interpreter())
        return differences(lock, parse_lock(present))

    async def rebuild(self, subject: Subject, run_id: UUID) -> RunId:
        """Have a run's environment built by a worker; returns the building's run.

        One that is still under way is returned as it is.

        Raises: as `environment`.
        """
        require(subject, RUN)
        view = await self.environment(subject, run_id)
        if view.build is not None and not view.build.status.is_end:
            return RunId(view.build.id)
        async with self.database.tx(subject) as tx:
            input_ = {"run_id": str(view.run.id), "lock": view.lock.key}
            build = await create_run(tx, ENVIRONMENT, input_, parent_id=view.run.id)
            await tell(tx, RUN_STREAM, build, "stage_update", stage="queued", run_id=str(build))
            job = await enqueue(tx, ENVIRONMENT, {"run_id": str(build)}, lock=f"run:{build}")
            await set_job(tx, build, job)
        return build

    async def build_environment(self, subject: Subject, build_id: UUID) -> None:
        """Do the job "papers.environment": build, and end the building's run with what came of it.

        A version that cannot be had ends it with the code; trying again would not mend that.
        """
        async with self.database.tx(subject) as tx:
            if not await start_run(tx, build_id):
                return
            run = await need_run(tx, build_id)
        telling = Telling(self.database, subject, RUN_STREAM, build_id)
        try:
            async with telling.flowing():
                report = await self.ready_environment(subject, UUID(run.input["run_id"]), telling)
        except EvigateError as error:
            await self.end_building(subject, build_id, error)
            return
        output = {"remaining": [asdict(each) for each in report.remaining]}
        async with self.database.tx(subject) as tx:
            if await finish_run(tx, build_id, RunStatus.SUCCEEDED, output=output):
                await tell_end(tx, RUN_STREAM, build_id, "run_complete", **output)

    async def end_building(self, subject: Subject, build_id: UUID, error: BaseException) -> None:
        """End a building that failed, with its code."""
        if not isinstance(error, EvigateError):
            error = EvigateError(E_BUG, f"The building broke: {type(error).__name__}.")
        facts = {"code": error.code.name, "message": error.message}
        async with self.database.tx(subject) as tx:
            ended = await finish_run(
                tx,
                build_id,
                RunStatus.FAILED,
                error_code=error.code.name,
                error_message=error.message,
            )
            if ended:
                await tell_end(tx, RUN_STREAM, build_id, "run_error", **facts)

    async def ready_environment(
        self, subject: Subject, run_id: UUID, telling: Telling
    ) -> BuildReport:
        """Return the environment of a run, built first where it is not there.

        Raises: as `ensure_environment`, and as `environment`.
        """
        _, lock = await self.lock_of_run(subject, run_id)
        loop = asyncio.get_running_loop()

        def say(text: str) -> None:
            facts: Mapping[str, Any] = {"stage": "environment", "message": text}
            loop.call_soon_threadsafe(telling.tell, "stage_update", facts)

        return await asyncio.to_thread(ensure_environment, self.environments_dir, lock, say)
