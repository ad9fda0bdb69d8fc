"""The verbs on versions of plans: edit, compare, vary an assumption; and claims typed by hand."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.ids import RunId
from evigate.base.subject import Subject
from evigate.gate import DECIDE
from evigate.kernel.access import may, require
from evigate.kernel.db import Tx
from evigate.kernel.events import audit
from evigate.kernel.runs import RunStatus, create_run, finish_run
from evigate.papers import store
from evigate.papers.datasets import using_catalog
from evigate.papers.errors import E_PLAN_STALE
from evigate.papers.intake import Source
from evigate.papers.models import Paper, PlanRecord
from evigate.papers.options import ReproduceOptions
from evigate.papers.permissions import READ, RUN, WRITE
from evigate.papers.plan.complete import complete_plan, runnable_models
from evigate.papers.plan.editing import (
    Change,
    Sensitivity,
    Tried,
    diff_plans,
    set_assumption,
)
from evigate.papers.plan.grounding import check_plan
from evigate.papers.plan.models import Plan, parse_plan
from evigate.papers.statements import Statement, statement_claims, statement_pdf
from evigate.papers.verbs_plans import need_plan
from evigate.papers.verbs_runs import RunVerbs

VERSIONS_LIMIT = 100


class VersionVerbs(RunVerbs):
    """What can be done with a plan beside drafting and running it."""

    async def type_claims(self, subject: Subject, statement: Statement) -> Paper:
        """Take in claims typed by hand for a paper that is not here; the same again is the same.

        Raises:
            EvigateError[E_STATEMENT_INVALID]: it says too little, or too much.
        """
        require(subject, WRITE)
        data = await asyncio.to_thread(statement_pdf, statement)
        document = await self.library.parse(data)
        drafts = statement_claims(statement, document)
        paper = await self.ingest(subject, data, Source("statement.pdf", title=statement.title))
        async with self.database.tx(subject) as tx:
            if not await store.list_claims(tx, paper.id):
                await store.replace_claims(tx, paper.id, drafts)
                await audit(tx, "claims_typed", paper_id=str(paper.id), count=len(drafts))
        return paper

    async def edit_plan(
        self, subject: Subject, plan_id: UUID, document: object, *, expected: str | None = None
    ) -> PlanRecord:
        """Make a new version of a plan, which waits for an approval of its own.

        `expected` is the hash of the version that was edited. The quotes must stand in the paper,
        and the plan must be one that can be run.

        Raises:
            EvigateError[E_PLAN_STALE]: somebody else has edited that version meanwhile.
            EvigateError[E_PLAN_SCHEMA_INVALID | E_PLAN_GUARDRAIL_FAILED | E_PLAN_NO_RECIPE |
                E_PLAN_NO_ALLOWED_DATASETS]: the document is no plan that can be run.
        """
        require(subject, WRITE)
        plan = parse_plan(document)
        async with self.database.tx(subject) as tx:
            current = await need_plan(tx, plan_id)
        if expected is not None and expected != content_hash(current.plan_json):
            raise EvigateError(E_PLAN_STALE, "The plan is not the version that was edited.")
        await self._check(subject, current.paper_id, plan)
        async with self.database.tx(subject) as tx:
            return await self._add_version(tx, current, plan)

    async def _check(self, subject: Subject, paper_id: UUID, plan: Plan) -> None:
        parsed = await self.library.parse(await self.pdf_of(subject, paper_id))
        with using_catalog(await self.catalog(subject)):
            check_plan(plan, parsed)
            await asyncio.to_thread(lambda: runnable_models(complete_plan(plan)))

    async def _add_version(
        self,
        tx: Tx,
        current: PlanRecord,
        plan: Plan,
        *,
        variation: dict[str, Any] | None = None,
    ) -> PlanRecord:
        run_id = await create_run(tx, "papers.plan", {"paper_id": str(current.paper_id)})
        await finish_run(tx, run_id, RunStatus.SUCCEEDED)
        try:
            made = await self.record_plan(
                tx, current.paper_id, plan, run_id, previous=current, variation=variation
            )
        except psycopg.errors.UniqueViolation as error:
            message = "Somebody else has edited this version of the plan meanwhile."
            raise EvigateError(E_PLAN_STALE, message) from error
        facts = {"plan_id": str(made.id), "previous_id": str(current.id)}
        await audit(tx, "plan_edited", **facts, plan_hash=content_hash(made.plan_json))
        return made

    async def plan_versions(self, subject: Subject, plan_id: UUID) -> list[PlanRecord]:
        """Return all versions of a plan, newest first, whichever of them is named."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await need_plan(tx, plan_id)
            return await store.list_plan_versions(tx, plan_id, limit=VERSIONS_LIMIT)

    async def diff_plan(
        self, subject: Subject, plan_id: UUID, against: UUID | None = None
    ) -> list[Change]:
        """Return where a plan differs from another, or from the version before it."""
        plan = await self.get_plan(subject, plan_id)
        other_id = against or plan.previous_id
        if other_id is None:
            return []
        other = await self.get_plan(subject, other_id)
        return diff_plans(other.plan_json, plan.plan_json)

    async def vary_plan(
        self, subject: Subject, plan_id: UUID, field: str, values: Sequence[str]
    ) -> list[RunId]:
        """Run a plan once for each value of one assumption; returns the journeys' ids.

        An owner's asking approves the varied notebooks; those of anybody else wait for an owner.

        Raises:
            EvigateError[E_PLAN_NO_ASSUMPTION]: the plan has no such field.
        """
        require(subject, RUN)
        current = await self.get_plan(subject, plan_id)
        plans = [
            (value, parse_plan(set_assumption(current.plan_json, field, value))) for value in values
        ]
        for _, plan in plans:
            await self._check(subject, current.paper_id, plan)
        approver = subject.actor if may(subject, DECIDE) else None
        started = []
        for value, plan in plans:
            async with self.database.tx(subject) as tx:
                variation = {"field": field, "value": value}
                made = await self._add_version(tx, current, plan, variation=variation)
                started.append(await self._start_plan(tx, made, approver))
        return started

    async def _start_plan(self, tx: Tx, plan: PlanRecord, approver: str | None) -> RunId:
        document = parse_plan(plan.plan_json)
        options = ReproduceOptions(
            seeds=min(20, len(document.protocol.seeds)) if document.protocol else 1,
            budget_minutes=document.policy.budget_minutes,
            base_seed=document.config.seed,
            is_preapproved=approver is not None,
        )
        input_ = {
            "options": options.to_json(),
            "paper_id": str(plan.paper_id),
            "plan_id": str(plan.id),
            "approver": approver,
        }
        return await self._start(tx, input_, paper_id=plan.paper_id, plan_id=plan.id)

    async def sensitivity(self, subject: Subject, plan_id: UUID) -> list[Sensitivity]:
        """Return, for each assumption that was varied, what each value's newest run said."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await need_plan(tx, plan_id)
            rows = await store.list_variations(tx, plan_id, limit=VERSIONS_LIMIT)
            fields: dict[str, list[Tried]] = {}
            for row in rows:
                gaps = []
                if row["reproduction_id"] is not None:
                    gaps = await store.list_gaps(tx, row["reproduction_id"])
                tried = Tried(
                    value=str(row["variation"]["value"]),
                    status=row["status"],
                    plan_id=str(row["id"]),
                    run_id=str(row["reproduction_id"]) if row["reproduction_id"] else None,
                    verdicts={str(gap.claim_id): gap.verdict for gap in gaps},
                    observed={
                        str(gap.claim_id): float(gap.observed)
                        for gap in gaps
                        if gap.observed is not None
                    },
                )
                fields.setdefault(str(row["variation"]["field"]), []).append(tried)
        return [Sensitivity(field, tried) for field, tried in fields.items()]
