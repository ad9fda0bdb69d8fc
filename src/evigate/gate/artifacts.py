"""The verbs on artifacts: make a draft, look at it and at what it rests on, take it out of use."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.base.ids import ArtifactId, new_uuid
from evigate.gate.errors import E_ARTIFACT_NOT_FOUND, refusals
from evigate.gate.models import (
    Artifact,
    ArtifactStatus,
    CitationRow,
    GenerationRun,
    NewArtifact,
    NewCitation,
    Version,
)
from evigate.gate.permissions import DECIDE, EVALUATE, READ
from evigate.kernel.access import require
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.events import audit

_queries = load_queries(__package__)


async def record_generation(tx: Tx, run_id: UUID, module_id: UUID, run: GenerationRun) -> None:
    """Say who drafts in a run, with what; again changes nothing."""
    await _queries.insert_generation_run(
        tx.connection,
        id=run_id,
        module_id=module_id,
        agent_name=run.agent_name,
        agent_version=run.agent_version,
        model=run.model,
        model_params=Jsonb(dict(run.model_params)),
        prompt_id=run.prompt_id,
        store_name=run.store_name,
        metadata_filter=Jsonb(dict(run.metadata_filter)),
    )


async def finish_generation(
    tx: Tx, run_id: UUID, output: Mapping[str, Any], usage: Mapping[str, Any]
) -> None:
    """Write what a drafting run brought and what it used."""
    await _queries.finish_generation_run(
        tx.connection, id=run_id, output=Jsonb(dict(output)), usage=Jsonb(dict(usage))
    )


async def create_artifact(tx: Tx, draft: NewArtifact) -> ArtifactId:
    """Add a draft, waiting to be judged, and return its id.

    The same content from the same run is the same artifact, so a repeated step adds nothing.
    """
    row = await _queries.create_artifact(
        tx.connection,
        id=new_uuid(),
        module_id=draft.module_id,
        kind=draft.kind,
        key=draft.key,
        schema_version=draft.schema_version,
        payload=None if draft.payload is None else Jsonb(dict(draft.payload)),
        blob_sha256=draft.blob_sha256,
        content_hash=draft.content_hash,
        grounding=Jsonb(dict(draft.grounding)),
        evidence_version=draft.evidence_version,
        run_id=draft.run_id,
        citations=_citations(draft.citations),
        difficulty=draft.difficulty,
        tags=list(draft.tags),
        supersedes=draft.supersedes,
        producer=draft.producer,
    )
    return ArtifactId(row["id"])


async def get_artifact(tx: Tx, artifact_id: UUID) -> Artifact:
    """Return the artifact.

    Raises:
        EvigateError[E_ARTIFACT_NOT_FOUND]: this tenant has none such.
    """
    require(tx.subject, READ)
    row = await _queries.get_artifact(tx.connection, id=artifact_id)
    if row is None:
        raise missing(artifact_id)
    return _artifact(row)


async def list_artifacts(
    tx: Tx,
    *,
    module_id: UUID | None = None,
    status: ArtifactStatus | None = None,
    kind: str | None = None,
    run_id: UUID | None = None,
    limit: int = 50,
) -> list[Artifact]:
    """Return artifacts, newest first."""
    require(tx.subject, READ)
    rows = await _queries.list_artifacts(
        tx.connection, module_id=module_id, status=status, kind=kind, run_id=run_id, limit=limit
    )
    return [_artifact(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Content:
    """What an artifact says; the payload is None where the content is a blob."""

    key: str
    payload: dict[str, Any] | None


async def contents_of(tx: Tx, artifact_ids: Sequence[UUID]) -> dict[UUID, Content]:
    """Return what artifacts say; one that this tenant has not is left out."""
    require(tx.subject, READ)
    rows = await _queries.artifact_payloads(tx.connection, ids=list(artifact_ids))
    return {row["id"]: Content(row["key"], row["artifact_payload"]) for row in rows}


async def list_citations(tx: Tx, artifact_ids: Sequence[UUID]) -> dict[UUID, list[CitationRow]]:
    """Return each artifact's quotes in their order, with the chunk each stands in today."""
    require(tx.subject, READ)
    return await citations_of(tx, artifact_ids)


async def citations_of(tx: Tx, artifact_ids: Sequence[UUID]) -> dict[UUID, list[CitationRow]]:
    """Return quotes as `list_citations` does, for a room that has asked its own permission."""
    found: dict[UUID, list[CitationRow]] = {each: [] for each in artifact_ids}
    rows = await _queries.list_citations(tx.connection, artifact_ids=list(artifact_ids))
    for row in rows:
        found[row["artifact_id"]].append(CitationRow(**row))
    return found


async def list_versions(tx: Tx, artifact_id: UUID) -> list[Version]:
    """Return the versions of an artifact, oldest first."""
    require(tx.subject, READ)
    return [Version(**row) for row in await _queries.list_versions(tx.connection, id=artifact_id)]


async def why_not_approved(tx: Tx, artifact_id: UUID) -> str | None:
    """Return what stands between a draft and its approval; None where nothing does."""
    require(tx.subject, READ)
    why: str | None = await _queries.why_not_approved(tx.connection, id=artifact_id)
    return why


async def recite(tx: Tx, artifact_id: UUID, citations: Sequence[NewCitation]) -> None:
    """Give a waiting draft new evidence; what judged it on the old counts no more.

    Raises:
        EvigateError[E_ARTIFACT_NOT_FOUND | E_ARTIFACT_STATE]
    """
    require(tx.subject, EVALUATE)
    async with refusals(tx):
        evidence = await _queries.recite_artifact(
            tx.connection, id=artifact_id, citations=_citations(citations)
        )
    if evidence is None:
        raise missing(artifact_id)


async def recheck(tx: Tx, artifact_id: UUID) -> int:
    """Look again for the artifact's quotes; return how many are nowhere."""
    require(tx.subject, EVALUATE)
    stale: int = await _queries.recheck_artifact(tx.connection, id=artifact_id)
    return stale


async def list_stale(tx: Tx, module_id: UUID) -> list[UUID]:
    """Return the module's waiting drafts whose evidence changed."""
    require(tx.subject, READ)
    rows = await _queries.list_stale(tx.connection, module_id=module_id)
    return [row["id"] for row in rows]


async def retire(tx: Tx, artifact_id: UUID, reason: str) -> None:
    """Take the artifact out of use for good.

    Raises:
        EvigateError[E_ARTIFACT_NOT_FOUND | E_ARTIFACT_STATE | E_DENIED]
    """
    require(tx.subject, DECIDE)
    await move(tx, artifact_id, ArtifactStatus.RETIRED, reason)
    await audit(tx, "artifact_retired", artifact_id=str(artifact_id), reason=reason)


async def reopen(tx: Tx, artifact_id: UUID, reason: str) -> None:
    """Put an approved or rejected artifact back among those that wait; raises as `retire`."""
    require(tx.subject, EVALUATE)
    await move(tx, artifact_id, ArtifactStatus.PENDING_EVAL, reason)


async def withdraw(tx: Tx, artifact_id: UUID, reason: str) -> None:
    """Retire a draft whose evidence is gone; a job may, since nothing is left to decide."""
    require(tx.subject, EVALUATE)
    await move(tx, artifact_id, ArtifactStatus.RETIRED, reason)


async def move(tx: Tx, artifact_id: UUID, status: ArtifactStatus, reason: str) -> None:
    """Ask the database for a status; it refuses what the gate does not allow."""
    async with refusals(tx):
        moved = await _queries.decide_artifact(
            tx.connection, id=artifact_id, status=status, reason=reason
        )
    if moved is None:
        raise missing(artifact_id)


def missing(artifact_id: UUID) -> EvigateError:
    """Return the error for an artifact that this tenant has not."""
    return EvigateError(E_ARTIFACT_NOT_FOUND, f"There is no artifact {str(artifact_id)!r}.")


def _citations(citations: Sequence[NewCitation]) -> Jsonb:
    return Jsonb([{**asdict(each), "document_id": str(each.document_id)} for each in citations])


def _artifact(row: Mapping[str, Any]) -> Artifact:
    return Artifact(**{**row, "status": ArtifactStatus(row["status"])})
