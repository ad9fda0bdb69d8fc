"""Making anew what is out of date: each after what it rests on, by a job that can be watched.

A person asks for it; what comes of it are drafts, which a person approves as any other. What only a
person can make anew, a kit's bundle, is named as waiting. A step that cannot be done says why, and
the rest goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.base.errors import E_BUG, EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.jobs import enqueue
from evigate.kernel.policies import Guard
from evigate.kernel.runs import (
    E_RUN_CANCELLED,
    RunStatus,
    StepRunner,
    create_run,
    finish_run,
    get_run,
    list_steps,
    set_job,
    start_run,
)
from evigate.studio.context.cascade import in_order
from evigate.studio.context.errors import E_CONTEXT_CURRENT
from evigate.studio.context.models import Held
from evigate.studio.context.service import ContextService
from evigate.studio.features.service import STREAM
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.store import get_project, lock_project
from evigate.studio.planning.artifacts import KIND_OF, PlanningArtifacts
from evigate.studio.specification.service import SpecificationService

RENEWAL = "studio.renewal"
SPECIFICATION = "specification"
WAITS = "A person approves what a kit writes: run the kit again once the specification is approved."
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class RenewalStep:
    """One thing to make anew; `outcome` is made, waits or failed, empty before it was its turn."""

    name: str
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is or was made anew, in order, and how far that is."""

    id: UUID
    status: RunStatus
    steps: tuple[RenewalStep, ...]
    created_at: datetime
    error: str | None

    @property
    def done(self) -> int:
        """Return how many steps had their turn."""
        return sum(1 for each in self.steps if each.outcome)


def maker_of(key: str) -> str | None:
    """Return what a piece is made by: "specification", "blueprint", "bundle/KIT"; None if read."""
    kind, _, name = key.partition("/")
    if kind == "planning":
        return name
    if kind == "bundle":
        return f"bundle/{name.partition('/')[0]}"
    return SPECIFICATION if kind in ("requirement", "tests", "record", "calls", "spec") else None


def out_of_date(held: Sequence[Held]) -> list[str]:
    """Return the makers of what is out of date, each after those that it rests on; ties by name."""
    stale = {maker_of(each.piece.key) for each in held if each.stale_since is not None} - {None}
    links: dict[str, set[str]] = {}
    for each in held:
        if (maker := maker_of(each.piece.key)) is not None:
            on = {maker_of(key) for key in each.piece.links} - {None, maker}
            links.setdefault(maker, set()).update(str(name) for name in on)
    return in_order({str(each) for each in stale}, links)


class RenewalService:
    """Renewals of every tenant's projects."""

    def __init__(
        self,
        database: Database,
        guard: Guard,
        contexts: ContextService,
        planning: PlanningArtifacts,
        specifications: SpecificationService,
    ) -> None:
        self.guard = guard
        self.contexts = contexts
        self._database = database
        self._planning = planning
        self._specifications = specifications

    async def start(self, subject: Subject, project_id: UUID) -> Renewal:
        """
        Leave a job that makes anew what is out of date; one that is under way is returned.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
            EvigateError[E_CONTEXT_CURRENT]: nothing is out of date.
        """
        steps = out_of_date(await self.contexts.pieces(subject, project_id))
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            present = await _newest(tx, project_id)
            if present is not None and not present.status.is_end:
                return present
            if not steps:
                raise EvigateError(E_CONTEXT_CURRENT, "Nothing of the project is out of date.")
            values = {"project_id": str(project_id), "steps": steps}
            run_id = await create_run(tx, RENEWAL, values)
            arguments = {"run_id": str(run_id), "project_id": str(project_id)}
            job_id = await enqueue(tx, RENEWAL, arguments, lock=f"renewal:{project_id}")
            await set_job(tx, run_id, job_id)
            await _tell(tx, project_id, run_id, 0, len(steps))
            begun = await _newest(tx, project_id)
        assert begun is not None
        return begun

    async def show(self, subject: Subject, project_id: UUID) -> Renewal | None:
        """Return the newest renewal, None where none was asked for; raises E_PROJECT_NOT_FOUND."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            return await _newest(tx, project_id)

    async def walk(self, subject: Subject, arguments: Mapping[str, Any]) -> None:
        """Do a renewal's job."""
        run_id, project_id = UUID(str(arguments["run_id"])), UUID(str(arguments["project_id"]))
        async with self._database.tx(subject) as tx:
            run = await get_run(tx, run_id)
            if run is None or not await start_run(tx, run_id):
                return
        names: list[str] = run.input["steps"]
        runner = StepRunner(self._database, subject, run_id)
        try:
            for place, name in enumerate(names, start=1):
                await self._step(runner, subject, run_id, project_id, name, place, len(names))
        except EvigateError as error:
            if error.code is not E_RUN_CANCELLED:
                raise
            await self._end(subject, run_id, project_id, RunStatus.CANCELLED, error)
        else:
            await self._end(subject, run_id, project_id, RunStatus.SUCCEEDED)

    async def give_up(
        self, subject: Subject, arguments: Mapping[str, Any], error: BaseException
    ) -> None:
        """End a renewal whose job was tried as often as allowed."""
        if not isinstance(error, EvigateError):
            error = EvigateError(E_BUG, f"Renewing broke: {type(error).__name__}.")
        run_id, project_id = UUID(str(arguments["run_id"])), UUID(str(arguments["project_id"]))
        await self._end(subject, run_id, project_id, RunStatus.FAILED, error)

    async def _step(
        self,
        runner: StepRunner,
        subject: Subject,
        run_id: UUID,
        project_id: UUID,
        name: str,
        place: int,
        count: int,
    ) -> None:
        async def made() -> dict[str, str]:
            try:
                return await self._made(subject, project_id, name)
            except EvigateError as error:
                if error.code.is_retryable:
                    raise
                return {"outcome": "failed", "detail": error.message}

        async def told(tx: Tx, came: dict[str, str]) -> dict[str, str]:
            await _tell(tx, project_id, run_id, place, count)
            return came

        await runner.run(name, made, told)

    async def _made(self, subject: Subject, project_id: UUID, name: str) -> dict[str, str]:
        if name.startswith("bundle/"):
            return {"outcome": "waits", "detail": WAITS}
        if name == SPECIFICATION:
            found = await self._specifications.compile(subject, project_id)
            return {"outcome": "made", "detail": f"version {found.head.version}"}
        assert name in KIND_OF
        drafted = await self._planning.draft(subject, project_id, name)  # type: ignore[arg-type]
        return {"outcome": "made", "detail": f"version {drafted.version}"}

    async def _end(
        self,
        subject: Subject,
        run_id: UUID,
        project_id: UUID,
        status: RunStatus,
        error: EvigateError | None = None,
    ) -> None:
        if status is RunStatus.SUCCEEDED:
            # What was made anew is looked at, so that it is told as current.
            await self.contexts.pieces(subject, project_id)
        async with self._database.tx(subject) as tx:
            code, message = (error.code.name, error.message) if error else (None, None)
            if await finish_run(tx, run_id, status, error_code=code, error_message=message):
                found = await _newest(tx, project_id)
                if found is not None:
                    await _tell(tx, project_id, run_id, found.done, len(found.steps))


async def _newest(tx: Tx, project_id: UUID) -> Renewal | None:
    run_id = await _queries.newest_renewal(tx.connection, kind=RENEWAL, project_id=str(project_id))
    run = await get_run(tx, run_id) if run_id else None
    if run is None:
        return None
    came = {each.name: each.output or {} for each in await list_steps(tx, run.id)}
    steps = tuple(
        RenewalStep(
            name, came.get(name, {}).get("outcome", ""), came.get(name, {}).get("detail", "")
        )
        for name in run.input["steps"]
    )
    return Renewal(run.id, run.status, steps, run.created_at, run.error_message)


async def _tell(tx: Tx, project_id: UUID, run_id: UUID, done: int, count: int) -> None:
    told = {"run": str(run_id), "done": done, "of": count}
    await append_events(tx, STREAM, project_id, [NewEvent("renewal_changed", told)])
