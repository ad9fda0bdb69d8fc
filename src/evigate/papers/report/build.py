"""Gathering a report from what the journey left in the database."""

from collections.abc import Sequence
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.runs import get_run, list_steps
from evigate.papers import store
from evigate.papers.compare import ProtocolDifference, differences_of
from evigate.papers.datasets import using_catalog
from evigate.papers.errors import E_REPORT_NO_RUNS, E_RUN_NOT_FOUND
from evigate.papers.models import GapRecord, PlanRecord
from evigate.papers.permissions import READ
from evigate.papers.plan.editing import Sensitivity
from evigate.papers.plan.models import parse_plan
from evigate.papers.report.models import Report, ReportRow
from evigate.papers.verbs_versions import VersionVerbs


async def build_report(service: VersionVerbs, subject: Subject, run_id: UUID) -> Report:
    """Return the report of a journey, named by its own id or its notebook run's.

    Raises:
        EvigateError[E_RUN_NOT_FOUND]: this tenant has none such.
        EvigateError[E_REPORT_NO_RUNS]: it has not come to its verdicts yet.
    """
    require(subject, READ)
    async with service.database.tx(subject) as tx:
        journey = await store.get_reproduction(tx, run_id)
        journey = journey or await store.find_reproduction_of_run(tx, run_id)
        if journey is None or await get_run(tx, journey.id) is None:
            raise EvigateError(E_RUN_NOT_FOUND, f"There is no run {str(run_id)!r}.")
        steps = {step.name: step for step in await list_steps(tx, journey.id)}
        if journey.paper_id is None or "gaps" not in steps or steps["gaps"].output is None:
            raise EvigateError(E_REPORT_NO_RUNS, "The run has not come to its verdicts yet.")
        paper = await store.get_paper(tx, journey.paper_id)
        assert paper is not None
        claims = {claim.id: claim for claim in await store.list_claims(tx, paper.id)}
        gaps = await store.list_gaps(tx, journey.id)
        plan = None if journey.plan_id is None else await store.get_plan(tx, journey.plan_id)
        run = None if journey.run_id is None else await store.get_notebook_run(tx, journey.run_id)
    planned = steps["plan"].output or {}
    tried = [] if plan is None else await service.sensitivity(subject, plan.id)
    with using_catalog(await service.catalog(subject)):
        rows = tuple(
            ReportRow(claims[gap.claim_id], gap, _differences(gap, plan, tried)) for gap in gaps
        )
    return Report(journey.id, paper, plan, run, rows, planned.get("reason"))


def _differences(
    gap: GapRecord, plan: PlanRecord | None, tried: Sequence[Sensitivity]
) -> tuple[ProtocolDifference, ...]:
    """Return what differed, for a number that was measured and did not come out as claimed."""
    if plan is None or gap.observed is None or gap.verdict == "reproduced":
        return ()
    document = parse_plan(plan.plan_json)
    claim_id = str(gap.claim_id)
    planned = next((each for each in document.claims if each.claim_id == claim_id), None)
    dataset = planned.dataset if planned else None
    return tuple(
        differences_of(document, gap.notebook_cell, dataset, claim_id=claim_id, sensitivity=tried)
    )
