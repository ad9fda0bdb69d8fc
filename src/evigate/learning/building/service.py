"""The verbs on builds: start one, follow it, stop it, list them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.agents import AgentService
from evigate.base.errors import E_BUG, EvigateError
from evigate.base.ids import RunId
from evigate.base.subject import Subject
from evigate.evidence import list_chunks
from evigate.gate.evaluate import Evaluator
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import StreamKey
from evigate.kernel.events.telling import RUN_STREAM
from evigate.kernel.jobs import enqueue
from evigate.kernel.runs import Run, RunStatus, create_run, get_run, request_cancel, set_job
from evigate.learning.building.build import Build
from evigate.learning.building.cost import Cost, estimate
from evigate.learning.building.options import BuildOptions
from evigate.learning.errors import E_BUILD_NOT_FOUND, E_BUILD_NOT_PAUSED, E_MODULE_EMPTY
from evigate.learning.modules import ModuleService
from evigate.learning.permissions import READ, WRITE

_queries = load_queries(__package__)

BUILD = "learning.build"


@dataclass(frozen=True, slots=True)
class BuildView:
    """A build in a list: its life cycle, what it was told, what it brought.

    `is_paused`: it waits for a person, since a model's run met a limit: `waits_for`.
    """

    id: UUID
    status: str
    input: dict[str, Any]
    output: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    error_code: str | None
    error_message: str | None
    is_paused: bool
    waits_for: UUID | None


class BuildService:
    """Builds of every tenant."""

    def __init__(
        self, modules: ModuleService, evaluator: Evaluator, agents: AgentService | None = None
    ) -> None:
        self._agents = agents
        self._modules = modules
        self._evaluator = evaluator
        self._database: Database = modules.database

    async def start(self, subject: Subject, module_id: UUID, options: BuildOptions) -> RunId:
        """Leave a job that builds the module's bank; return the run's id.

        Two builds of one module wait for each other.

        Raises:
            EvigateError[E_MODULE_NOT_FOUND | E_MODULE_EMPTY]
        """
        require(subject, WRITE)
        module = await self._modules.get(subject, str(module_id))
        if not module.documents:
            message = f"The module {module.title!r} has no documents."
            raise EvigateError(E_MODULE_EMPTY, message)
        async with self._database.tx(subject) as tx:
            input_ = {"module_id": str(module_id), "options": options.to_json()}
            run_id = await create_run(tx, BUILD, input_)
            await self._leave_job(tx, run_id, str(module_id))
        return run_id

    async def estimate(self, subject: Subject, module_id: UUID, options: BuildOptions) -> Cost:
        """Return what a build would ask models for, and cost at most; nothing where none is chosen.

        Raises:
            EvigateError[E_MODULE_NOT_FOUND]
        """
        require(subject, WRITE)
        await self._modules.get(subject, str(module_id))
        async with self._database.tx(subject) as tx:
            chunks = await list_chunks(tx, module_id=module_id)
        if self._agents is None:
            return Cost(0, 0, 0, 0, {})
        return await estimate(self._agents, subject, chunks, options)

    async def resume(self, subject: Subject, run_id: UUID) -> None:
        """Take up a build that waits, from where it stands; what a model answered is kept.

        Raises:
            EvigateError[E_BUILD_NOT_FOUND]
            EvigateError[E_BUILD_NOT_PAUSED]: it does not wait.
        """
        require(subject, WRITE)
        async with self._database.tx(subject) as tx:
            run = await self._need(tx, run_id)
            if run.status is not RunStatus.QUEUED or not run.attempts:
                message = f"The build {str(run_id)!r} is {run.status} and does not wait."
                raise EvigateError(E_BUILD_NOT_PAUSED, message)
            await self._leave_job(tx, run.id, str(run.input["module_id"]))

    async def _leave_job(self, tx: Tx, run_id: RunId, module_id: str) -> None:
        arguments = {"run_id": str(run_id)}
        job_id = await enqueue(tx, BUILD, arguments, lock=f"build:{module_id}")
        await set_job(tx, run_id, job_id)

    async def get(self, subject: Subject, run_id: UUID) -> Run:
        """Return a build's run.

        Raises:
            EvigateError[E_BUILD_NOT_FOUND]: this tenant has none such.
        """
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return await self._need(tx, run_id)

    async def view(self, subject: Subject, run_id: UUID) -> BuildView:
        """Return a build as lists show it; raises as `get`."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            rows = await _queries.list_builds(tx.connection, run_id=run_id, module_id=None, limit=1)
        if not rows:
            raise _no_build(run_id)
        return BuildView(**rows[0])

    async def list_builds(
        self, subject: Subject, module_id: UUID | None = None, *, limit: int = 20
    ) -> list[BuildView]:
        """Return builds, newest first."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            rows = await _queries.list_builds(
                tx.connection,
                run_id=None,
                module_id=str(module_id) if module_id else None,
                limit=limit,
            )
        return [BuildView(**row) for row in rows]

    async def cancel(self, subject: Subject, run_id: UUID) -> bool:
        """Ask a build to stop; what it judged so far stays. False when it has ended."""
        require(subject, WRITE)
        async with self._database.tx(subject) as tx:
            run = await self._need(tx, run_id)
            is_heard = await request_cancel(tx, run_id)
            if is_heard and run.status is RunStatus.QUEUED and run.attempts:
                # It waits, so nobody else would hear it.
                await self._leave_job(tx, run.id, str(run.input["module_id"]))
        return is_heard

    async def stream_of(self, subject: Subject, run_id: UUID) -> StreamKey:
        """Return the event stream of a build, for whoever may see it."""
        await self.get(subject, run_id)
        assert subject.tenant_id is not None
        return StreamKey(subject.tenant_id, RUN_STREAM, run_id)

    async def walk(self, subject: Subject, arguments: Mapping[str, Any]) -> None:
        """Do a build's job."""
        run_id = UUID(str(arguments["run_id"]))
        await Build(self._modules, self._evaluator, self._agents, subject, run_id).walk()

    async def give_up(
        self, subject: Subject, arguments: Mapping[str, Any], error: BaseException
    ) -> None:
        """End a build whose job was tried as often as allowed."""
        if not isinstance(error, EvigateError):
            error = EvigateError(E_BUG, f"The build broke: {type(error).__name__}.")
        run_id = UUID(str(arguments["run_id"]))
        await Build(self._modules, self._evaluator, self._agents, subject, run_id).end(error)

    async def _need(self, tx: Tx, run_id: UUID) -> Run:
        run = await get_run(tx, run_id)
        if run is None or run.kind != BUILD:
            raise _no_build(run_id)
        return run


def _no_build(run_id: UUID) -> EvigateError:
    return EvigateError(E_BUILD_NOT_FOUND, f"There is no build {str(run_id)!r}.")
