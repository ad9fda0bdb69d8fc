"""The verbs on runs: start a journey, run a plan again, follow, cancel, read what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.base.ids import RunId
from evigate.base.subject import Subject
from evigate.evidence import register_blob
from evigate.gate import DECIDE, get_artifact
from evigate.gate.models import ArtifactStatus
from evigate.kernel.access import require
from evigate.kernel.db import Tx
from evigate.kernel.events import StreamKey, audit
from evigate.kernel.events.telling import NOTEBOOK_STREAM, RUN_STREAM, tell, tell_end
from evigate.kernel.jobs import cancel_job
from evigate.kernel.runs import (
    Run,
    RunStatus,
    Step,
    create_run,
    finish_run,
    get_run,
    list_steps,
    request_cancel,
)
from evigate.papers import store
from evigate.papers.environments import Lock, parse_lock
from evigate.papers.errors import (
    E_ENVIRONMENT_INVALID,
    E_PLAN_NOT_MATERIALIZED,
    E_RUN_CANCELLED,
    E_RUN_NOT_FOUND,
)
from evigate.papers.intake import PDF_MEDIA_TYPE, Source, check_size
from evigate.papers.models import (
    Asset,
    Eval,
    NotebookRun,
    PlanRecord,
    Reproduction,
    SeriesPoint,
)
from evigate.papers.options import ReproduceOptions
from evigate.papers.permissions import READ, RUN
from evigate.papers.plan.models import parse_plan
from evigate.papers.verbs_papers import need_paper
from evigate.papers.verbs_plans import REPRODUCE, PlanVerbs, enqueue_journey, need_plan

NOTEBOOK = "papers.notebook"
UNFAILED = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.SUCCEEDED)


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with what belongs to it; `notebook` is there for a notebook run."""

    run: Run
    steps: list[Step]
    notebook: NotebookRun | None
    reproduction: Reproduction | None


class RunVerbs(PlanVerbs):
    """What can be done with a journey and its notebook run."""

    async def reproduce(
        self,
        subject: Subject,
        options: ReproduceOptions,
        *,
        data: bytes | None = None,
        source: Source | None = None,
        paper_id: UUID | None = None,
    ) -> RunId:
        """Start the whole journey as one durable run and return its id.

        Give `data` for a file, `source.url` for an address, or `paper_id` for a paper that is here.
        Bytes are checked for size at once and for being a PDF as the run's first step.

        Raises:
            EvigateError[E_DENIED]: approval beforehand by somebody who may not approve.
        """
        require(subject, RUN)
        if options.is_preapproved:
            require(subject, DECIDE)
        source = source or Source()
        digest = None if data is None else await self._keep_upload(subject, data)
        async with self.database.tx(subject) as tx:
            if paper_id is not None:
                await need_paper(tx, paper_id)
            input_ = {
                "options": options.to_json(),
                "approver": subject.actor if options.is_preapproved else None,
                "upload_sha256": digest,
                "file_name": source.file_name,
                "url": source.url,
                "title": source.title,
                "paper_id": None if paper_id is None else str(paper_id),
            }
            return await self._start(tx, input_, paper_id=paper_id)

    async def find_reproduction(
        self, subject: Subject, data: bytes, options: ReproduceOptions
    ) -> RunId | None:
        """Return the newest journey of these very bytes and options that has not failed."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            paper = await store.find_paper(tx, sha256_hex(data))
            if paper is None:
                return None
            for journey in await store.list_reproductions(tx, paper_id=paper.id):
                run = await need_run(tx, journey.id)
                is_same = run.input["options"] == options.to_json()
                if is_same and run.status in UNFAILED:
                    return journey.id
        return None

    async def run_plan(
        self,
        subject: Subject,
        plan_id: UUID,
        *,
        seed: int | None = None,
        batch_id: UUID | None = None,
        environment: UUID | None = None,
    ) -> tuple[RunId, RunId]:
        """Run an approved notebook again; returns the notebook run's id and the journey's.

        `environment` is a notebook run whose environment it is to run in; None is the present one.

        Raises:
            EvigateError[E_PLAN_NOT_MATERIALIZED]: there is no approved notebook.
        """
        require(subject, RUN)
        async with self.database.tx(subject) as tx:
            plan = await need_plan(tx, plan_id)
            if plan.notebook_artifact_id is None:
                raise EvigateError(E_PLAN_NOT_MATERIALIZED, "The plan has no notebook yet.")
            artifact = await get_artifact(tx, plan.notebook_artifact_id)
            if artifact.status is not ArtifactStatus.APPROVED:
                message = "The plan's notebook is not approved."
                raise EvigateError(
                    E_PLAN_NOT_MATERIALIZED, message, remediation="An owner approves it first."
                )
            protocol = parse_plan(plan.plan_json)
            options = ReproduceOptions(
                seeds=len(protocol.protocol.seeds) if protocol.protocol else 1,
                budget_minutes=protocol.policy.budget_minutes,
                base_seed=protocol.config.seed if seed is None else seed,
            )
            journey = await self._start(
                tx,
                {
                    "options": options.to_json(),
                    "paper_id": str(plan.paper_id),
                    "plan_id": str(plan_id),
                    "environment": None if environment is None else str(environment),
                },
                paper_id=plan.paper_id,
                plan_id=plan_id,
            )
            run_id = await self.create_notebook_run(tx, journey, plan, options, batch_id)
            return run_id, journey

    async def rerun(
        self, subject: Subject, run_id: UUID, *, environment: UUID | None = None
    ) -> RunId:
        """Start a run like an earlier one and return its journey's id.

        With an `environment`, the notebook alone is run again, in that run's environment; it is
        built first where it is not there. Without, in the one that is installed.

        Raises:
            EvigateError[E_RUN_NOT_FOUND]: this tenant has not both.
            EvigateError[E_ENVIRONMENT_INVALID]: `environment` has left no lock.
        """
        require(subject, RUN)
        view = await self.get_run(subject, run_id)
        if environment is not None:
            environment = (await self.lock_of_run(subject, environment))[0].id
            if view.notebook is None and view.reproduction and view.reproduction.run_id:
                view = await self.get_run(subject, view.reproduction.run_id)
        if view.notebook is not None:
            _, journey = await self.run_plan(
                subject, view.notebook.plan_id, seed=view.notebook.seed, environment=environment
            )
            return journey
        input_ = {**view.run.input, "approver": None}
        options = {**input_.get("options", {}), "is_preapproved": False}
        paper_id = view.reproduction.paper_id if view.reproduction else None
        async with self.database.tx(subject) as tx:
            return await self._start(tx, {**input_, "options": options}, paper_id=paper_id)

    async def lock_of_run(self, subject: Subject, run_id: UUID) -> tuple[NotebookRun, Lock]:
        """Return the notebook run that an id names and the lock that it left.

        Raises:
            EvigateError[E_RUN_NOT_FOUND]: this tenant has none such.
            EvigateError[E_ENVIRONMENT_INVALID]: the run has left no lock.
        """
        view = await self.get_run(subject, run_id)
        if view.notebook is None and view.reproduction and view.reproduction.run_id:
            view = await self.get_run(subject, view.reproduction.run_id)
        assets = await self.assets_of_run(subject, view.run.id) if view.notebook else {}
        if view.notebook is None or "environment" not in assets:
            message = f"The run {str(run_id)!r} has left no lock of an environment."
            raise EvigateError(E_ENVIRONMENT_INVALID, message)
        content = await self.blob(subject, assets["environment"].checksum)
        return view.notebook, parse_lock(orjson.loads(content))

    async def create_notebook_run(
        self,
        tx: Tx,
        journey: UUID,
        plan: PlanRecord,
        options: ReproduceOptions,
        batch_id: UUID | None = None,
    ) -> RunId:
        """Add the queued notebook run of a journey."""
        input_ = {"plan_id": str(plan.id), "seed": options.base_seed}
        run_id = await create_run(tx, NOTEBOOK, input_, parent_id=journey)
        await store.insert_notebook_run(
            tx,
            run_id,
            plan,
            seed=options.base_seed,
            seeds_count=options.seeds,
            batch_id=batch_id,
        )
        await store.update_reproduction(tx, journey, notebook_run_id=run_id)
        return run_id

    async def get_run(self, subject: Subject, run_id: UUID) -> RunView:
        """Return a journey or a notebook run with its steps.

        Raises:
            EvigateError[E_RUN_NOT_FOUND]: this tenant has none such.
        """
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            run = await need_run(tx, run_id)
            notebook = await store.get_notebook_run(tx, run_id)
            if notebook is None:
                journey = await store.get_reproduction(tx, run_id)
            else:
                journey = await store.find_reproduction_of_run(tx, run_id)
            return RunView(run, await list_steps(tx, run_id), notebook, journey)

    async def list_notebook_runs(
        self,
        subject: Subject,
        *,
        paper_id: UUID | None = None,
        before: UUID | None = None,
        limit: int = 50,
    ) -> list[NotebookRun]:
        """Return notebook runs, newest first."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            return await store.list_notebook_runs(tx, paper_id=paper_id, before=before, limit=limit)

    async def list_reproductions(
        self, subject: Subject, *, paper_id: UUID | None = None, limit: int = 50
    ) -> list[tuple[Reproduction, Run]]:
        """Return journeys with their base runs, newest first."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            found = await store.list_reproductions(tx, paper_id=paper_id, limit=limit)
            return [(each, await need_run(tx, each.id)) for each in found]

    async def stream_of(self, subject: Subject, run_id: UUID) -> StreamKey:
        """Return the event stream of a run, for whoever may see the run."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            run = await need_run(tx, run_id)
        assert subject.tenant_id is not None
        kind = NOTEBOOK_STREAM if run.kind == NOTEBOOK else RUN_STREAM
        return StreamKey(subject.tenant_id, kind, run_id)

    async def list_series(
        self, subject: Subject, run_id: UUID, metric: str | None = None
    ) -> list[SeriesPoint]:
        """Return a notebook run's metric values."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await need_run(tx, run_id)
            return await store.list_series(tx, run_id, metric)

    async def list_evals(self, subject: Subject, run_id: UUID) -> list[Eval]:
        """Return a notebook run's comparisons."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await need_run(tx, run_id)
            return await store.list_evals(tx, run_id)

    async def assets_of_run(self, subject: Subject, run_id: UUID) -> dict[str, Asset]:
        """Return a notebook run's files by kind; empty before it has ended."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await need_run(tx, run_id)
            return await store.list_assets(tx, run_id=run_id)

    async def cancel(self, subject: Subject, run_id: UUID) -> Run:
        """Ask a run to stop; one that waits ends at once, one under way within seconds."""
        require(subject, RUN)
        async with self.database.tx(subject) as tx:
            run = await need_run(tx, run_id)
            if run.kind == NOTEBOOK and run.parent_id is not None:
                run = await need_run(tx, run.parent_id)
            if await request_cancel(tx, run.id):
                await audit(tx, "run_cancel_requested", run_id=str(run.id))
                if run.status is RunStatus.QUEUED:
                    await self._end_waiting(tx, run)
            return await need_run(tx, run_id)

    async def _end_waiting(self, tx: Tx, run: Run) -> None:
        if run.job_id is not None:
            await cancel_job(tx, run.job_id)
        journey = await store.get_reproduction(tx, run.id)
        for stream, each in (
            (NOTEBOOK_STREAM, journey.run_id if journey else None),
            (RUN_STREAM, run.id),
        ):
            if each is not None:
                message = "The run was cancelled while it waited."
                ended = await finish_run(
                    tx,
                    each,
                    RunStatus.CANCELLED,
                    error_code=E_RUN_CANCELLED.name,
                    error_message=message,
                )
                if ended:
                    await tell_end(
                        tx, stream, each, "run_error", code=E_RUN_CANCELLED.name, message=message
                    )

    async def _keep_upload(self, subject: Subject, data: bytes) -> str:
        check_size(len(data), self.upload_max_bytes)
        assert subject.tenant_id is not None
        blob = await self.storage.put(subject.tenant_id, data)
        async with self.database.tx(subject) as tx:
            await register_blob(tx, blob, PDF_MEDIA_TYPE)
        return blob.digest

    async def _start(
        self,
        tx: Tx,
        input_: Mapping[str, Any],
        *,
        paper_id: UUID | None = None,
        plan_id: UUID | None = None,
    ) -> RunId:
        run_id = await create_run(tx, REPRODUCE, input_)
        await store.insert_reproduction(tx, run_id)
        await store.update_reproduction(tx, run_id, paper_id=paper_id, plan_id=plan_id)
        await tell(tx, RUN_STREAM, run_id, "stage_update", stage="queued", run_id=str(run_id))
        await audit(tx, "run_requested", run_id=str(run_id))
        await enqueue_journey(tx, run_id)
        return run_id


async def need_run(tx: Tx, run_id: UUID) -> Run:
    """Return the run, or raise E_RUN_NOT_FOUND where this tenant has none such."""
    run = await get_run(tx, run_id)
    if run is None:
        raise EvigateError(E_RUN_NOT_FOUND, f"There is no run {str(run_id)!r}.")
    return run
