"""The verbs on papers, claims, plans and runs: permission, transaction, store, events, jobs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from evigate.base.canonical import content_hash, sha256_hex
from evigate.base.errors import EvigateError
from evigate.base.ids import RunId
from evigate.base.subject import Subject
from evigate.evidence import delete_module, register_blob, render_page
from evigate.gate import DECIDE, Artifact, NewArtifact, approve, create_artifact, get_artifact
from evigate.gate.models import ArtifactStatus
from evigate.kernel.access import EVERY_ROLE, WRITERS, Permission, require
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import StreamKey, audit
from evigate.kernel.jobs import cancel_job, enqueue
from evigate.kernel.runs import (
    Run,
    RunStatus,
    Step,
    create_run,
    finish_run,
    get_run,
    list_steps,
    request_cancel,
    set_job,
)
from evigate.kernel.storage import BlobRef, Storage
from evigate.papers import store
from evigate.papers.claims import extract_claims, find_tables
from evigate.papers.errors import (
    E_PAPER_NOT_FOUND,
    E_PLAN_ASSET_MISSING,
    E_PLAN_NOT_FOUND,
    E_PLAN_NOT_MATERIALIZED,
    E_RUN_CANCELLED,
    E_RUN_NOT_FOUND,
)
from evigate.papers.intake import PDF_MEDIA_TYPE, Library, Source, check_size, record_paper
from evigate.papers.models import (
    Asset,
    Claim,
    Eval,
    NotebookRun,
    Paper,
    PlanRecord,
    Reproduction,
    SeriesPoint,
)
from evigate.papers.notebook import build_notebook, environment_hash, requirements_txt
from evigate.papers.options import ReproduceOptions
from evigate.papers.plan.draft import draft_plan
from evigate.papers.plan.models import Plan, parse_plan
from evigate.papers.progress import NOTEBOOK_STREAM, RUN_STREAM, tell, tell_end

READ = Permission("papers.read", EVERY_ROLE)
WRITE = Permission("papers.write", WRITERS)
RUN = Permission("papers.run", WRITERS)
DELETE = Permission("papers.delete", frozenset({"owner"}))
PERMISSIONS = (READ, WRITE, RUN, DELETE)

REPRODUCE = "papers.reproduce"
NOTEBOOK = "papers.notebook"
PAGE_SCALE_MAX = 3.0


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper in a list: how many claims it has and how its newest reproduction stands."""

    paper: Paper
    claim_count: int
    reproduction_id: UUID | None
    reproduction_status: str | None
    summary: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with what belongs to it; `notebook` is there for a notebook run."""

    run: Run
    steps: list[Step]
    notebook: NotebookRun | None
    reproduction: Reproduction | None


class PapersService:
    """The room's verbs."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        *,
        upload_max_bytes: int,
        run_memory_bytes: int,
        work_dir: Path,
    ) -> None:
        self.database = database
        self.storage = storage
        self.upload_max_bytes = upload_max_bytes
        self.run_memory_bytes = run_memory_bytes
        self.work_dir = work_dir
        self.library = Library()

    # Papers ----------------------------------------------------------------------------

    async def ingest(self, subject: Subject, data: bytes, source: Source) -> Paper:
        """Take in a PDF and return its paper; the same bytes again return the same paper.

        Raises:
            EvigateError: too large, not a PDF, damaged, encrypted, or without text.
        """
        require(subject, WRITE)
        check_size(len(data), self.upload_max_bytes)
        document = await self.library.parse(data)
        assert subject.tenant_id is not None
        blob = await self.storage.put(subject.tenant_id, data)
        async with self.database.tx(subject) as tx:
            return await record_paper(tx, document, blob, source)

    async def list_papers(
        self, subject: Subject, *, before: UUID | None = None, limit: int = 50
    ) -> list[PaperLine]:
        """Return papers, newest first."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            papers = await store.list_papers(tx, before=before, limit=limit)
            ids = [paper.id for paper in papers]
            counts = await store.claim_counts(tx, ids)
            latest = await store.latest_reproductions(tx, ids)
        return [
            PaperLine(
                paper,
                counts.get(paper.id, 0),
                latest.get(paper.id, {}).get("id"),
                latest.get(paper.id, {}).get("status"),
                latest.get(paper.id, {}).get("summary"),
            )
            for paper in papers
        ]

    async def get_paper(self, subject: Subject, paper_id: UUID) -> Paper:
        """Return the paper.

        Raises:
            EvigateError[E_PAPER_NOT_FOUND]: this tenant has none such.
        """
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            return await _paper(tx, paper_id)

    async def delete_paper(self, subject: Subject, paper_id: UUID) -> None:
        """Remove a paper with its claims, plans, runs and reports."""
        require(subject, DELETE)
        async with self.database.tx(subject) as tx:
            paper = await _paper(tx, paper_id)
            await store.delete_journeys(tx, paper_id)
            await delete_module(tx, paper.module_id)
            await audit(tx, "paper_deleted", paper_id=str(paper_id), sha256=paper.pdf_sha256)

    async def pdf_of(self, subject: Subject, paper_id: UUID) -> bytes:
        """Return the PDF's bytes."""
        paper = await self.get_paper(subject, paper_id)
        assert subject.tenant_id is not None
        return await self.storage.get(subject.tenant_id, paper.pdf_sha256)

    async def page_image(
        self, subject: Subject, paper_id: UUID, number: int, *, scale: float = 1.5
    ) -> bytes:
        """Return a page as PNG, rendered now; `number` counts from 1."""
        paper = await self.get_paper(subject, paper_id)
        if not 1 <= number <= paper.page_count:
            raise EvigateError(E_PAPER_NOT_FOUND, f"The paper has no page {number}.")
        data = await self.pdf_of(subject, paper_id)
        return await asyncio.to_thread(
            render_page, data, number, scale=max(0.5, min(scale, PAGE_SCALE_MAX))
        )

    async def page_sizes(self, subject: Subject, paper_id: UUID) -> list[tuple[float, float]]:
        """Return each page's width and height in points, first page first."""
        document = await self.library.parse(await self.pdf_of(subject, paper_id))
        return [(page.width, page.height) for page in document.pages]

    # Claims ----------------------------------------------------------------------------

    async def list_claims(self, subject: Subject, paper_id: UUID) -> list[Claim]:
        """Return the paper's claims in the order they stand in it."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await _paper(tx, paper_id)
            return await store.list_claims(tx, paper_id)

    async def extract(self, subject: Subject, paper_id: UUID) -> list[Claim]:
        """Find the paper's claims, unless that was done before; plans and verdicts refer to them."""
        require(subject, WRITE)
        claims = await self.list_claims(subject, paper_id)
        if claims:
            return claims
        document = await self.library.parse(await self.pdf_of(subject, paper_id))
        drafts = await asyncio.to_thread(extract_claims, document)
        async with self.database.tx(subject) as tx:
            if not await store.list_claims(tx, paper_id):
                await store.replace_claims(tx, paper_id, drafts)
            return await store.list_claims(tx, paper_id)

    # Plans -----------------------------------------------------------------------------

    async def draft_plan(self, subject: Subject, paper_id: UUID, options: ReproduceOptions) -> Plan:
        """Draft a plan from the paper's own words; nothing is written.

        Raises:
            EvigateError[E_PLAN_NO_ALLOWED_DATASETS]: no claim is on data that can be had.
            EvigateError[E_PLAN_NO_RECIPE]: no method of a claim can be run.
        """
        require(subject, READ)
        claims = await self.list_claims(subject, paper_id)
        document = await self.library.parse(await self.pdf_of(subject, paper_id))
        return await asyncio.to_thread(
            lambda: draft_plan(
                document,
                [(str(claim.id), claim.draft) for claim in claims],
                find_tables(document),
                seeds=options.seeds,
                budget_minutes=options.budget_minutes,
                base_seed=options.base_seed,
            )
        )

    async def record_plan(self, tx: Tx, paper_id: UUID, plan: Plan, run_id: UUID) -> PlanRecord:
        """Write a plan's row and its artifact, waiting for an owner's decision."""
        require(tx.subject, WRITE)
        paper = await _paper(tx, paper_id)
        document = plan.to_json()
        artifact_id = await create_artifact(
            tx,
            NewArtifact(
                module_id=paper.module_id,
                kind="paper.plan",
                key="plan",
                schema_version=plan.version,
                content_hash=content_hash(document),
                evidence_version=paper.pdf_sha256,
                run_id=run_id,
                payload=document,
                grounding={"citations": [each.model_dump() for each in plan.citations]},
            ),
        )
        plan_id = await store.insert_plan(
            tx, paper_id, document, plan.policy.budget_minutes, artifact_id
        )
        return await _plan(tx, plan_id)

    async def get_plan(self, subject: Subject, plan_id: UUID) -> PlanRecord:
        """Return the plan.

        Raises:
            EvigateError[E_PLAN_NOT_FOUND]: this tenant has none such.
        """
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            return await _plan(tx, plan_id)

    async def list_plans(self, subject: Subject, paper_id: UUID) -> list[PlanRecord]:
        """Return the paper's plans, newest first."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await _paper(tx, paper_id)
            return await store.list_plans(tx, paper_id)

    async def artifacts_of_plan(
        self, subject: Subject, plan_id: UUID
    ) -> tuple[Artifact | None, Artifact | None]:
        """Return the plan's own artifact and its notebook's, with their decisions."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            plan = await _plan(tx, plan_id)
            ids = (plan.plan_artifact_id, plan.notebook_artifact_id)
            own, notebook = [None if each is None else await get_artifact(tx, each) for each in ids]
            return own, notebook

    async def materialize(
        self, subject: Subject, plan_id: UUID, run_id: UUID | None = None
    ) -> PlanRecord:
        """Make the plan's notebook and requirements; the same plan gives the same bytes."""
        require(subject, WRITE)
        async with self.database.tx(subject) as tx:
            plan = await _plan(tx, plan_id)
            paper = await _paper(tx, plan.paper_id)
        made = await self.build_notebook(subject, plan, paper)
        async with self.database.tx(subject) as tx:
            if run_id is None:
                run_id = await create_run(tx, "papers.materialize", {"plan_id": str(plan_id)})
                await finish_run(tx, run_id, RunStatus.SUCCEEDED)
            return await self.record_notebook(tx, plan, paper, made, run_id)

    async def build_notebook(
        self, subject: Subject, plan: PlanRecord, paper: Paper
    ) -> "Materialized":
        """Build the notebook's bytes and store them; no row is written."""
        document = parse_plan(plan.plan_json)
        notebook, requirements, env_hash = await asyncio.to_thread(
            lambda: (
                build_notebook(
                    document, paper_title=paper.title, plan_hash=content_hash(plan.plan_json)
                ),
                requirements_txt(document).encode(),
                environment_hash(document),
            )
        )
        assert subject.tenant_id is not None
        return Materialized(
            await self.storage.put(subject.tenant_id, notebook),
            await self.storage.put(subject.tenant_id, requirements),
            env_hash,
        )

    async def record_notebook(
        self, tx: Tx, plan: PlanRecord, paper: Paper, made: "Materialized", run_id: UUID
    ) -> PlanRecord:
        """Write the notebook's rows and its artifact, waiting for an owner's decision."""
        require(tx.subject, WRITE)
        await register_blob(tx, made.notebook, "application/x-ipynb+json")
        await register_blob(tx, made.requirements, "text/plain")
        artifact_id = await create_artifact(
            tx,
            NewArtifact(
                module_id=paper.module_id,
                kind="paper.notebook",
                key=str(plan.id),
                schema_version="nbformat 4.5",
                content_hash=made.notebook.digest,
                evidence_version=paper.pdf_sha256,
                run_id=run_id,
                blob_sha256=made.notebook.digest,
                grounding={"plan_hash": content_hash(plan.plan_json), "env_hash": made.env_hash},
            ),
        )
        await store.put_asset(
            tx, "notebook", f"plans/{plan.id}/notebook.ipynb", made.notebook, plan_id=plan.id
        )
        await store.put_asset(
            tx,
            "requirements",
            f"plans/{plan.id}/requirements.txt",
            made.requirements,
            plan_id=plan.id,
        )
        await store.set_materialized(tx, plan.id, made.env_hash, artifact_id)
        return await _plan(tx, plan.id)

    async def assets_of_plan(self, subject: Subject, plan_id: UUID) -> dict[str, Asset]:
        """Return the plan's files by kind.

        Raises:
            EvigateError[E_PLAN_ASSET_MISSING]: the notebook was not made yet.
        """
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await _plan(tx, plan_id)
            assets = await store.list_assets(tx, plan_id=plan_id)
        missing = sorted({"notebook", "requirements"} - set(assets))
        if missing:
            message = f"The plan has no {' and no '.join(missing)} yet."
            raise EvigateError(E_PLAN_ASSET_MISSING, message, detail={"missing": missing})
        return assets

    async def blob(self, subject: Subject, digest: str) -> bytes:
        """Return a stored file's bytes, within the subject's tenant."""
        require(subject, READ)
        assert subject.tenant_id is not None
        return await self.storage.get(subject.tenant_id, digest)

    async def approve_plan(self, subject: Subject, plan_id: UUID, reason: str) -> None:
        """Approve the plan; journeys that waited for it go on."""
        await self._approve(subject, plan_id, reason, is_notebook=False)

    async def approve_notebook(self, subject: Subject, plan_id: UUID, reason: str) -> None:
        """Approve the plan's notebook; journeys that waited for it go on.

        Raises:
            EvigateError[E_PLAN_NOT_MATERIALIZED]: there is no notebook yet.
        """
        await self._approve(subject, plan_id, reason, is_notebook=True)

    async def _approve(
        self, subject: Subject, plan_id: UUID, reason: str, *, is_notebook: bool
    ) -> None:
        require(subject, DECIDE)
        async with self.database.tx(subject) as tx:
            plan = await _plan(tx, plan_id)
            artifact_id = plan.notebook_artifact_id if is_notebook else plan.plan_artifact_id
            if artifact_id is None:
                raise EvigateError(E_PLAN_NOT_MATERIALIZED, "The plan has no notebook yet.")
            await approve(tx, artifact_id, reason)
            for run_id in await store.waiting_reproductions(tx, plan_id):
                await _enqueue(tx, run_id)

    # Runs ------------------------------------------------------------------------------

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
                await _paper(tx, paper_id)
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
        """Return the newest journey that succeeded with these very bytes and options, if any."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            paper = await store.find_paper(tx, sha256_hex(data))
            if paper is None:
                return None
            for journey in await store.list_reproductions(tx, paper_id=paper.id):
                run = await _run(tx, journey.id)
                is_same = run.input["options"] == options.to_json()
                if is_same and run.status is RunStatus.SUCCEEDED:
                    return journey.id
        return None

    async def run_plan(
        self, subject: Subject, plan_id: UUID, *, seed: int | None = None
    ) -> tuple[RunId, RunId]:
        """Run an approved notebook again; returns the notebook run's id and the journey's.

        Raises:
            EvigateError[E_PLAN_NOT_MATERIALIZED]: there is no approved notebook.
        """
        require(subject, RUN)
        async with self.database.tx(subject) as tx:
            plan = await _plan(tx, plan_id)
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
                },
                paper_id=plan.paper_id,
                plan_id=plan_id,
            )
            run_id = await self.create_notebook_run(tx, journey, plan, options)
            return run_id, journey

    async def rerun(self, subject: Subject, run_id: UUID) -> RunId:
        """Start a run like an earlier one and return its journey's id."""
        require(subject, RUN)
        view = await self.get_run(subject, run_id)
        if view.notebook is not None:
            _, journey = await self.run_plan(
                subject, view.notebook.plan_id, seed=view.notebook.seed
            )
            return journey
        input_ = {**view.run.input, "approver": None}
        options = {**input_.get("options", {}), "is_preapproved": False}
        paper_id = view.reproduction.paper_id if view.reproduction else None
        async with self.database.tx(subject) as tx:
            return await self._start(tx, {**input_, "options": options}, paper_id=paper_id)

    async def create_notebook_run(
        self, tx: Tx, journey: UUID, plan: PlanRecord, options: ReproduceOptions
    ) -> RunId:
        """Add the queued notebook run of a journey."""
        input_ = {"plan_id": str(plan.id), "seed": options.base_seed}
        run_id = await create_run(tx, NOTEBOOK, input_, parent_id=journey)
        await store.insert_notebook_run(
            tx, run_id, plan, seed=options.base_seed, seeds_count=options.seeds
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
            run = await _run(tx, run_id)
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
            return [(each, await _run(tx, each.id)) for each in found]

    async def stream_of(self, subject: Subject, run_id: UUID) -> StreamKey:
        """Return the event stream of a run, for whoever may see the run."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            run = await _run(tx, run_id)
        assert subject.tenant_id is not None
        kind = NOTEBOOK_STREAM if run.kind == NOTEBOOK else RUN_STREAM
        return StreamKey(subject.tenant_id, kind, run_id)

    async def list_series(
        self, subject: Subject, run_id: UUID, metric: str | None = None
    ) -> list[SeriesPoint]:
        """Return a notebook run's metric values."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await _run(tx, run_id)
            return await store.list_series(tx, run_id, metric)

    async def list_evals(self, subject: Subject, run_id: UUID) -> list[Eval]:
        """Return a notebook run's comparisons."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await _run(tx, run_id)
            return await store.list_evals(tx, run_id)

    async def assets_of_run(self, subject: Subject, run_id: UUID) -> dict[str, Asset]:
        """Return a notebook run's files by kind; empty before it has ended."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await _run(tx, run_id)
            return await store.list_assets(tx, run_id=run_id)

    async def cancel(self, subject: Subject, run_id: UUID) -> Run:
        """Ask a run to stop; one that waits ends at once, one under way within seconds."""
        require(subject, RUN)
        async with self.database.tx(subject) as tx:
            run = await _run(tx, run_id)
            if run.kind == NOTEBOOK and run.parent_id is not None:
                run = await _run(tx, run.parent_id)
            if await request_cancel(tx, run.id):
                await audit(tx, "run_cancel_requested", run_id=str(run.id))
                if run.status is RunStatus.QUEUED:
                    await self._end_waiting(tx, run)
            return await _run(tx, run_id)

    async def _end_waiting(self, tx: Tx, run: Run) -> None:
        if run.job_id is not None:
            await cancel_job(tx, run.job_id)
        journey = await store.get_reproduction(tx, run.id)
        for stream, each in (
            (NOTEBOOK_STREAM, journey.run_id if journey else None),
            (RUN_STREAM, run.id),
        ):
            if each is not None:
                message = "The run was cancelled before it began."
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
        await _enqueue(tx, run_id)
        return run_id


@dataclass(frozen=True, slots=True)
class Materialized:
    """A notebook's stored bytes, its requirements, and the hash of what is installed."""

    notebook: BlobRef
    requirements: BlobRef
    env_hash: str


async def _enqueue(tx: Tx, run_id: UUID) -> None:
    """Give a journey to the workers; two of them never work on one journey at once."""
    job_id = await enqueue(tx, REPRODUCE, {"run_id": str(run_id)}, lock=f"run:{run_id}")
    await set_job(tx, run_id, job_id)


async def _paper(tx: Tx, paper_id: UUID) -> Paper:
    paper = await store.get_paper(tx, paper_id)
    if paper is None:
        raise EvigateError(E_PAPER_NOT_FOUND, f"There is no paper {str(paper_id)!r}.")
    return paper


async def _plan(tx: Tx, plan_id: UUID) -> PlanRecord:
    plan = await store.get_plan(tx, plan_id)
    if plan is None:
        raise EvigateError(E_PLAN_NOT_FOUND, f"There is no plan {str(plan_id)!r}.")
    return plan


async def _run(tx: Tx, run_id: UUID) -> Run:
    run = await get_run(tx, run_id)
    if run is None:
        raise EvigateError(E_RUN_NOT_FOUND, f"There is no run {str(run_id)!r}.")
    return run
