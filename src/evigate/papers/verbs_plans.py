"""The verbs on plans and their notebooks: draft, record, materialize, approve."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from evigate.agents import AgentService
from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import ParsedDocument, register_blob
from evigate.gate import (
    DECIDE,
    Artifact,
    NewArtifact,
    approve,
    create_artifact,
    get_artifact,
    reject,
)
from evigate.gate.prompts import active_prompt
from evigate.kernel.access import may, require
from evigate.kernel.db import Tx
from evigate.kernel.events.telling import RUN_STREAM, tell
from evigate.kernel.jobs import enqueue
from evigate.kernel.runs import (
    RunStatus,
    create_run,
    finish_run,
    set_job,
)
from evigate.kernel.storage import BlobRef
from evigate.papers import store
from evigate.papers.claims import find_tables
from evigate.papers.datasets import using_catalog
from evigate.papers.errors import (
    E_PLAN_ASSET_MISSING,
    E_PLAN_NOT_FOUND,
    E_PLAN_NOT_MATERIALIZED,
)
from evigate.papers.models import (
    Asset,
    Claim,
    ClaimDraft,
    Paper,
    PlanRecord,
)
from evigate.papers.notebook import build_notebook, environment_hash, requirements_txt
from evigate.papers.options import ReproduceOptions
from evigate.papers.permissions import READ, WRITE
from evigate.papers.plan.draft import draft_plan
from evigate.papers.plan.models import Plan, parse_plan
from evigate.papers.plan.obstacles import find_obstacles, find_unmatched
from evigate.papers.recipe_writer import PROMPT, is_model_chosen, write_recipes
from evigate.papers.recipes import Recipe
from evigate.papers.verbs_datasets import DatasetVerbs
from evigate.papers.verbs_papers import need_paper

REPRODUCE = "papers.reproduce"
Stage = Literal["plan", "notebook"]


@dataclass(frozen=True, slots=True)
class Materialized:
    """A notebook's stored bytes, its requirements, and the hash of what is installed."""

    notebook: BlobRef
    requirements: BlobRef
    env_hash: str


class PlanVerbs(DatasetVerbs):
    """What can be done with a plan and its notebook."""

    # Who writes recipes where a tenant gave that to a model; None where there are no agents.
    agents: AgentService | None = None

    async def draft_plan(
        self,
        subject: Subject,
        paper_id: UUID,
        options: ReproduceOptions,
        *,
        wanted: Callable[[Claim], bool] | None = None,
    ) -> Plan:
        """Draft a plan from the paper's own words, for the claims wanted; nothing is written.

        Raises:
            EvigateError[E_PLAN_NO_ALLOWED_DATASETS]: no claim is on data that can be had.
            EvigateError[E_PLAN_NO_RECIPE]: no method of a claim can be run.
        """
        require(subject, READ)
        claims = await self.list_claims(subject, paper_id)
        if wanted is not None:
            claims = [claim for claim in claims if wanted(claim)]
        document = await self.library.parse(await self.pdf_of(subject, paper_id))
        drafts = [(str(claim.id), claim.draft) for claim in claims]
        with using_catalog(await self.catalog(subject)):
            written = await self._written(subject, document, drafts)
            return await asyncio.to_thread(
                lambda: draft_plan(
                    document,
                    drafts,
                    find_tables(document),
                    seeds=options.seeds,
                    budget_minutes=options.budget_minutes,
                    base_seed=options.base_seed,
                    written=written,
                )
            )

    async def find_obstacles(
        self, subject: Subject, paper_id: UUID, claims: Sequence[Claim]
    ) -> dict[str, str]:
        """Say by claim what stands in the way of measuring it; a claim without has no entry."""
        document = await self.library.parse(await self.pdf_of(subject, paper_id))
        drafts = [(str(claim.id), claim.draft) for claim in claims]
        with using_catalog(await self.catalog(subject)):
            return await asyncio.to_thread(find_obstacles, document, drafts)

    async def _written(
        self, subject: Subject, document: ParsedDocument, drafts: list[tuple[str, ClaimDraft]]
    ) -> dict[str, Recipe]:
        """Have a model write recipes for methods that ours do not fit, where one was chosen."""
        if self.agents is None or not may(subject, WRITE):
            return {}
        if not await is_model_chosen(self.agents, subject):
            return {}
        wanted = await asyncio.to_thread(find_unmatched, document, drafts)
        if not wanted:
            return {}
        async with self.database.tx(subject) as tx:
            prompt = await active_prompt(tx, PROMPT)
        return await write_recipes(self.agents, subject, document, wanted, prompt)

    async def record_plan(
        self,
        tx: Tx,
        paper_id: UUID,
        plan: Plan,
        run_id: UUID,
        *,
        previous: PlanRecord | None = None,
        variation: Mapping[str, Any] | None = None,
    ) -> PlanRecord:
        """Write a plan's row and its artifact, waiting for an owner's decision."""
        require(tx.subject, WRITE)
        paper = await need_paper(tx, paper_id)
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
            tx,
            paper_id,
            document,
            plan.policy.budget_minutes,
            artifact_id,
            previous=previous,
            variation=variation,
        )
        return await need_plan(tx, plan_id)

    async def get_plan(self, subject: Subject, plan_id: UUID) -> PlanRecord:
        """Return the plan.

        Raises:
            EvigateError[E_PLAN_NOT_FOUND]: this tenant has none such.
        """
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            return await need_plan(tx, plan_id)

    async def list_plans(self, subject: Subject, paper_id: UUID) -> list[PlanRecord]:
        """Return the paper's plans, newest first."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await need_paper(tx, paper_id)
            return await store.list_plans(tx, paper_id)

    async def artifacts_of_plan(
        self, subject: Subject, plan_id: UUID
    ) -> tuple[Artifact | None, Artifact | None]:
        """Return the plan's own artifact and its notebook's, with their decisions."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            plan = await need_plan(tx, plan_id)
            ids = (plan.plan_artifact_id, plan.notebook_artifact_id)
            own, notebook = [None if each is None else await get_artifact(tx, each) for each in ids]
            return own, notebook

    async def materialize(
        self, subject: Subject, plan_id: UUID, run_id: UUID | None = None
    ) -> PlanRecord:
        """Make the plan's notebook and requirements; the same plan gives the same bytes."""
        require(subject, WRITE)
        async with self.database.tx(subject) as tx:
            plan = await need_plan(tx, plan_id)
            paper = await need_paper(tx, plan.paper_id)
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
        with using_catalog(await self.catalog(subject)):
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
        return await need_plan(tx, plan.id)

    async def assets_of_plan(self, subject: Subject, plan_id: UUID) -> dict[str, Asset]:
        """Return the plan's files by kind.

        Raises:
            EvigateError[E_PLAN_ASSET_MISSING]: the notebook was not made yet.
        """
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await need_plan(tx, plan_id)
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

    async def approve(self, subject: Subject, plan_id: UUID, what: Stage, reason: str) -> None:
        """Approve the plan or its notebook; journeys that waited for it go on.

        Raises:
            EvigateError[E_PLAN_NOT_MATERIALIZED]: there is no notebook yet.
            EvigateError[E_ARTIFACT_STATE]: it was retired.
        """
        await self._decide(subject, plan_id, what, approve, reason)

    async def reject(self, subject: Subject, plan_id: UUID, what: Stage, reason: str) -> None:
        """Reject the plan or its notebook; journeys that waited for it end, with the reason.

        Raises: as `approve`.
        """
        await self._decide(subject, plan_id, what, reject, reason)

    async def _decide(
        self,
        subject: Subject,
        plan_id: UUID,
        what: Stage,
        decision: Callable[[Tx, UUID, str], Awaitable[None]],
        reason: str,
    ) -> None:
        require(subject, DECIDE)
        async with self.database.tx(subject) as tx:
            plan = await need_plan(tx, plan_id)
            is_notebook = what == "notebook"
            artifact_id = plan.notebook_artifact_id if is_notebook else plan.plan_artifact_id
            if artifact_id is None:
                raise EvigateError(E_PLAN_NOT_MATERIALIZED, "The plan has no notebook yet.")
            await decision(tx, artifact_id, reason)
            for run_id in await store.waiting_reproductions(tx, plan_id):
                await tell(tx, RUN_STREAM, run_id, "stage_update", stage="decided", what=what)
                await enqueue_journey(tx, run_id)


async def enqueue_journey(tx: Tx, run_id: UUID) -> None:
    """Give a journey to the workers; two of them never work on one journey at once.

    Tenants take turns: a journey steps back by as many places as its tenant has others open, so
    that one tenant's hundred runs do not keep another's first waiting.
    """
    priority = -await store.count_open_journeys(tx, run_id)
    job_id = await enqueue(
        tx, REPRODUCE, {"run_id": str(run_id)}, lock=f"run:{run_id}", priority=priority
    )
    await set_job(tx, run_id, job_id)


async def need_plan(tx: Tx, plan_id: UUID) -> PlanRecord:
    """Return the plan, or raise E_PLAN_NOT_FOUND where this tenant has none such."""
    plan = await store.get_plan(tx, plan_id)
    if plan is None:
        raise EvigateError(E_PLAN_NOT_FOUND, f"There is no plan {str(plan_id)!r}.")
    return plan
