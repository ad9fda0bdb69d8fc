"""All SQL of the room: rows in, models out, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import ClaimId, PaperId, PlanId, RunId, new_uuid
from evigate.evidence import Box, ModuleOfOne, ParsedDocument
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.storage import BlobRef
from evigate.papers.models import (
    Asset,
    Claim,
    ClaimDraft,
    Eval,
    GapRecord,
    NotebookRun,
    Paper,
    PlanRecord,
    Reproduction,
    SeriesPoint,
    TableCell,
)

SERIES_LIMIT = 20_000

_queries = load_queries(__package__)

# Papers --------------------------------------------------------------------------------------


async def insert_paper(
    tx: Tx,
    document: ParsedDocument,
    module: ModuleOfOne,
    sha256: str,
    *,
    title: str,
    source_url: str | None,
) -> PaperId:
    """Add a paper's row; its module and document must be there."""
    paper_id = PaperId(new_uuid())
    await _queries.insert_paper(
        tx.connection,
        id=paper_id,
        title=title,
        authors=list(document.authors),
        source_url=source_url,
        doi=document.doi,
        arxiv_id=document.arxiv_id,
        arxiv_version=document.arxiv_version,
        pdf_storage_path=f"papers/{sha256}.pdf",
        vector_store_id=module.store_name,
        pdf_sha256=sha256,
        page_count=len(document.pages),
        module_id=module.module_id,
        document_id=module.document_id,
        created_by=tx.subject.user_id,
    )
    return paper_id


async def get_paper(tx: Tx, paper_id: UUID) -> Paper | None:
    """Return the paper, or None where this tenant has none such."""
    row = await _queries.get_paper(tx.connection, id=paper_id)
    return None if row is None else Paper(**row)


async def find_paper(tx: Tx, sha256: str) -> Paper | None:
    """Return the paper with these very bytes, if there is one."""
    row = await _queries.find_paper(tx.connection, pdf_sha256=sha256)
    return None if row is None else Paper(**row)


async def list_papers(tx: Tx, *, before: UUID | None, limit: int) -> list[Paper]:
    """Return papers, newest first."""
    rows = await _queries.list_papers(tx.connection, before=before, limit=limit)
    return [Paper(**row) for row in rows]


async def journeys_of_paper(tx: Tx, paper_id: UUID) -> list[UUID]:
    """Return the paper's journeys."""
    rows = await _queries.journeys_of_paper(tx.connection, paper_id=paper_id)
    return [row["id"] for row in rows]


async def remove_journeys(tx: Tx, ids: Sequence[UUID]) -> None:
    """Remove journeys with their runs and steps; what they drafted has to be gone before."""
    await _queries.remove_journeys(tx.connection, ids=list(ids))


async def digests_of_paper(tx: Tx, paper_id: UUID) -> list[str]:
    """Return the digests of all files that hang off the paper."""
    rows = await _queries.digests_of_paper(tx.connection, paper_id=paper_id)
    return [row["sha256"] for row in rows]


async def forget_blobs(tx: Tx, digests: Sequence[str]) -> None:
    """Stop naming files that nothing refers to any more; the sweep then removes them."""
    await _queries.forget_blobs(tx.connection, digests=list(digests))


async def claim_counts(tx: Tx, paper_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many claims each paper has; a paper without any is absent."""
    rows = await _queries.count_claims(tx.connection, paper_ids=list(paper_ids))
    return {row["paper_id"]: row["count"] for row in rows}


async def latest_reproductions(tx: Tx, paper_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return each paper's newest reproduction as id, status and summary."""
    rows = await _queries.latest_reproductions(tx.connection, paper_ids=list(paper_ids))
    return {row["paper_id"]: row for row in rows}


# Claims --------------------------------------------------------------------------------------


async def replace_claims(
    tx: Tx, paper_id: UUID, drafts: Sequence[ClaimDraft], *, origin: str = "extracted"
) -> None:
    """Put these claims in the place of those the paper has, in the order they stand in it."""
    await _queries.delete_claims(tx.connection, paper_id=paper_id)
    if drafts:
        in_order = sorted(drafts, key=lambda each: (each.page, each.box.y0, each.box.x0))
        rows = [
            {**_claim_row(paper_id, position, draft), "origin": origin}
            for position, draft in enumerate(in_order)
        ]
        await _queries.insert_claims(tx.connection, rows)


def _claim_row(paper_id: UUID, position: int, draft: ClaimDraft) -> dict[str, Any]:
    place = {"id": new_uuid(), "paper_id": paper_id, "position": position}
    return {**place, **claim_values(draft)}


def claim_values(draft: ClaimDraft) -> dict[str, Any]:
    """Return a draft as the values of its columns."""
    box, cell = draft.box, draft.cell
    return {
        "dataset_name": draft.dataset,
        "split": draft.split,
        "metric_name": draft.metric,
        "metric_value": draft.value,
        "units": draft.units,
        "method_snippet": draft.method,
        "source_citation": draft.source_citation,
        "confidence": Decimal(str(round(draft.confidence, 4))),
        "is_own_method": draft.is_own_method,
        "own_reason": draft.own_reason,
        "page": draft.page,
        "bbox": [Decimal(str(round(side, 2))) for side in (box.x0, box.y0, box.x1, box.y1)],
        "quote": draft.quote,
        "table_label": cell.table if cell else None,
        "row_label": cell.row if cell else None,
        "column_label": cell.column if cell else None,
    }


async def has_claims(tx: Tx, paper_id: UUID) -> bool:
    """Say whether claims were ever found, rejected ones included."""
    row = await _queries.any_claim(tx.connection, paper_id=paper_id)
    return row is not None


async def list_claims(tx: Tx, paper_id: UUID) -> list[Claim]:
    """Return the paper's claims in the order they stand in it, rejected ones left out."""
    rows = await _queries.list_claims(tx.connection, paper_id=paper_id)
    return [claim_of(row) for row in rows]


def claim_of(row: Mapping[str, Any]) -> Claim:
    """Return the claim of a row."""
    x0, y0, x1, y1 = (float(side) for side in row["bbox"] or (0, 0, 0, 0))
    cell = None
    if row["table_label"] is not None:
        cell = TableCell(row["table_label"], row["row_label"] or "", row["column_label"] or "")
    draft = ClaimDraft(
        dataset=row["dataset_name"],
        split=row["split"],
        metric=row["metric_name"],
        value=row["metric_value"],
        units=row["units"],
        method=row["method_snippet"],
        is_own_method=row["is_own_method"],
        source_citation=row["source_citation"],
        page=row["page"] or 1,
        box=Box(x0, y0, x1, y1),
        quote=row["quote"] or "",
        confidence=float(row["confidence"]),
        cell=cell,
        own_reason=row["own_reason"],
    )
    return Claim(
        ClaimId(row["id"]), PaperId(row["paper_id"]), row["position"], draft, row["created_at"]
    )


# Plans ---------------------------------------------------------------------------------------


async def insert_plan(
    tx: Tx,
    paper_id: UUID,
    plan_json: Mapping[str, Any],
    budget_minutes: int,
    artifact_id: UUID,
    *,
    previous: PlanRecord | None = None,
    variation: Mapping[str, Any] | None = None,
) -> PlanId:
    """Add a plan in draft; `previous` is the version that it comes after.

    Raises:
        psycopg.errors.UniqueViolation: that version has a successor already.
    """
    plan_id = PlanId(new_uuid())
    await _queries.insert_plan(
        tx.connection,
        id=plan_id,
        paper_id=paper_id,
        version=str(plan_json["version"]),
        plan_json=Jsonb(dict(plan_json)),
        budget_minutes=budget_minutes,
        plan_artifact_id=artifact_id,
        previous_id=previous.id if previous else None,
        revision=previous.revision + 1 if previous else 1,
        variation=Jsonb(dict(variation)) if variation else None,
    )
    return plan_id


async def list_plan_versions(tx: Tx, plan_id: UUID, *, limit: int) -> list[PlanRecord]:
    """Return the versions of one plan, newest first, whichever of them is named."""
    rows = await _queries.list_plan_versions(tx.connection, id=plan_id, limit=limit)
    return [PlanRecord(**row) for row in rows]


async def list_variations(tx: Tx, plan_id: UUID, *, limit: int) -> list[dict[str, Any]]:
    """Return a plan's variations with their newest journeys, oldest first."""
    rows = await _queries.list_variations(tx.connection, id=plan_id, limit=limit)
    return [dict(row) for row in rows]


async def get_plan(tx: Tx, plan_id: UUID) -> PlanRecord | None:
    """Return the plan, or None where this tenant has none such."""
    row = await _queries.get_plan(tx.connection, id=plan_id)
    return None if row is None else PlanRecord(**row)


async def list_plans(tx: Tx, paper_id: UUID, *, limit: int = 50) -> list[PlanRecord]:
    """Return the paper's plans, newest first."""
    rows = await _queries.list_plans(tx.connection, paper_id=paper_id, limit=limit)
    return [PlanRecord(**row) for row in rows]


async def set_materialized(tx: Tx, plan_id: UUID, env_hash: str, artifact_id: UUID) -> None:
    """Mark the plan as ready, with the notebook that was made of it."""
    await _queries.set_materialized(
        tx.connection, id=plan_id, env_hash=env_hash, notebook_artifact_id=artifact_id
    )


# Runs ----------------------------------------------------------------------------------------


async def insert_notebook_run(
    tx: Tx,
    run_id: UUID,
    plan: PlanRecord,
    *,
    seed: int,
    seeds_count: int,
    batch_id: UUID | None = None,
) -> None:
    """Add the notebook run's row to a base run of the same id.

    Raises:
        psycopg.errors.ForeignKeyViolation: the plan's notebook is not approved.
    """
    await _queries.insert_notebook_run(
        tx.connection,
        id=run_id,
        plan_id=plan.id,
        paper_id=plan.paper_id,
        env_hash=plan.env_hash,
        seed=seed,
        seeds_count=seeds_count,
        artifact_id=plan.notebook_artifact_id,
        batch_id=batch_id,
    )


async def set_used(
    tx: Tx,
    run_id: UUID,
    *,
    sandbox_level: str | None,
    cpu_seconds: float | None,
    peak_memory_bytes: int | None,
    findings: Sequence[Mapping[str, Any]],
    executor: str,
    environment_hash: str,
) -> None:
    """Remember where the run was done, how it was walled in, what it used, and what it tried."""
    await _queries.set_used(
        tx.connection,
        id=run_id,
        sandbox_level=sandbox_level,
        cpu_seconds=None if cpu_seconds is None else Decimal(str(cpu_seconds)),
        peak_memory_bytes=peak_memory_bytes,
        findings=Jsonb([dict(each) for each in findings]),
        executor=executor,
        env_hash=environment_hash,
    )


async def newest_child(tx: Tx, run_id: UUID, kind: str) -> UUID | None:
    """Return the newest base run of a kind that hangs off another, or None."""
    row = await _queries.newest_child(tx.connection, parent_id=run_id, kind=kind)
    return None if row is None else row["id"]


async def get_notebook_run(tx: Tx, run_id: UUID) -> NotebookRun | None:
    """Return the notebook run, or None where this tenant has none such."""
    row = await _queries.get_notebook_run(tx.connection, id=run_id)
    return None if row is None else NotebookRun(**row)


async def list_notebook_runs(
    tx: Tx, *, paper_id: UUID | None = None, before: UUID | None = None, limit: int = 50
) -> list[NotebookRun]:
    """Return notebook runs, newest first."""
    rows = await _queries.list_notebook_runs(
        tx.connection, paper_id=paper_id, before=before, limit=limit
    )
    return [NotebookRun(**row) for row in rows]


async def upsert_series(tx: Tx, run_id: UUID, points: Sequence[Mapping[str, Any]]) -> None:
    """Write metric values; a value written again replaces the former."""
    if points:
        await _queries.upsert_series(
            tx.connection, [{"run_id": run_id, **dict(point)} for point in points]
        )


async def list_series(tx: Tx, run_id: UUID, metric: str | None = None) -> list[SeriesPoint]:
    """Return values by metric, split and step; final values last."""
    rows = await _queries.list_series(
        tx.connection, run_id=run_id, metric=metric, limit=SERIES_LIMIT
    )
    return [SeriesPoint(**row) for row in rows]


# Assets --------------------------------------------------------------------------------------


async def put_asset(
    tx: Tx,
    kind: str,
    storage_path: str,
    blob: BlobRef,
    *,
    paper_id: UUID | None = None,
    plan_id: UUID | None = None,
    run_id: UUID | None = None,
) -> None:
    """Link a stored file to exactly one parent, in the place of an older one of that kind."""
    place = {"kind": kind, "paper_id": paper_id, "plan_id": plan_id, "run_id": run_id}
    await _queries.drop_other_asset(tx.connection, checksum=blob.digest, **place)
    await _queries.add_asset(
        tx.connection,
        storage_path=storage_path,
        size_bytes=blob.size_bytes,
        checksum=blob.digest,
        **place,
    )


async def list_assets(
    tx: Tx,
    *,
    paper_id: UUID | None = None,
    plan_id: UUID | None = None,
    run_id: UUID | None = None,
) -> dict[str, Asset]:
    """Return a parent's files by kind."""
    rows = await _queries.list_assets(
        tx.connection, paper_id=paper_id, plan_id=plan_id, run_id=run_id
    )
    return {row["kind"]: Asset(**row) for row in rows}


# Reproductions and their verdicts ------------------------------------------------------------


async def insert_reproduction(tx: Tx, run_id: UUID) -> None:
    """Add the journey's row to a base run of the same id."""
    await _queries.insert_reproduction(tx.connection, id=run_id)


async def update_reproduction(
    tx: Tx,
    run_id: UUID,
    *,
    paper_id: UUID | None = None,
    plan_id: UUID | None = None,
    notebook_run_id: UUID | None = None,
    summary: Mapping[str, Any] | None = None,
) -> None:
    """Note what the journey has made so far; None leaves what is there."""
    await _queries.update_reproduction(
        tx.connection,
        id=run_id,
        paper_id=paper_id,
        plan_id=plan_id,
        run_id=notebook_run_id,
        summary=None if summary is None else Jsonb(dict(summary)),
    )


async def get_reproduction(tx: Tx, run_id: UUID) -> Reproduction | None:
    """Return the journey, or None where this tenant has none such."""
    row = await _queries.get_reproduction(tx.connection, id=run_id)
    return None if row is None else Reproduction(**row)


async def find_reproduction_of_run(tx: Tx, notebook_run_id: UUID) -> Reproduction | None:
    """Return the journey that a notebook run belongs to."""
    row = await _queries.find_reproduction_of_run(tx.connection, run_id=notebook_run_id)
    return None if row is None else Reproduction(**row)


async def list_reproductions(
    tx: Tx, *, paper_id: UUID | None = None, limit: int = 50
) -> list[Reproduction]:
    """Return journeys, newest first."""
    rows = await _queries.list_reproductions(tx.connection, paper_id=paper_id, limit=limit)
    return [Reproduction(**row) for row in rows]


async def count_open_journeys(tx: Tx, besides: UUID) -> int:
    """Return how many other journeys of the tenant wait or run."""
    count: int = await _queries.count_open_journeys(tx.connection, besides=besides)
    return count


async def waiting_reproductions(tx: Tx, plan_id: UUID) -> list[RunId]:
    """Return the journeys under way that use the plan."""
    rows = await _queries.waiting_reproductions(tx.connection, plan_id=plan_id)
    return [RunId(row["id"]) for row in rows]


async def insert_verdicts(
    tx: Tx, evals: Sequence[Mapping[str, Any]], gaps: Sequence[Mapping[str, Any]]
) -> None:
    """Write the numbers of the claims that were compared, and the verdict on every claim."""
    if evals:
        await _queries.insert_evals(tx.connection, list(evals))
    if gaps:
        await _queries.insert_gaps(tx.connection, list(gaps))


async def list_evals(tx: Tx, run_id: UUID) -> list[Eval]:
    """Return a notebook run's comparisons by metric."""
    return [Eval(**row) for row in await _queries.list_evals(tx.connection, run_id=run_id)]


async def list_gaps(tx: Tx, reproduction_id: UUID) -> list[GapRecord]:
    """Return the verdict on every claim, in the order the claims stand in the paper."""
    rows = await _queries.list_gaps(tx.connection, reproduction_id=reproduction_id)
    return [GapRecord(**row) for row in rows]
