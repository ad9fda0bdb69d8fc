"""The verbs: make a draft, decide on it, look at it. They take the caller's transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.base.ids import ArtifactId, new_uuid
from evigate.gate.errors import E_ARTIFACT_NOT_FOUND, E_ARTIFACT_STATE
from evigate.gate.models import Artifact, ArtifactStatus, NewArtifact
from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, Permission, require
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.events import audit

READ = Permission("gate.read", EVERY_ROLE)
DECIDE = Permission("gate.decide", OWNER_ONLY)
PERMISSIONS = (READ, DECIDE)

_queries = load_queries(__package__)


async def create_artifact(tx: Tx, draft: NewArtifact) -> ArtifactId:
    """Add a draft, waiting to be decided on, and return its id.

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
        raise _missing(artifact_id)
    return _artifact(row)


async def list_artifacts(
    tx: Tx,
    *,
    module_id: UUID | None = None,
    status: ArtifactStatus | None = None,
    limit: int = 50,
) -> list[Artifact]:
    """Return artifacts, newest first."""
    require(tx.subject, READ)
    rows = await _queries.list_artifacts(
        tx.connection, module_id=module_id, status=status, limit=limit
    )
    return [_artifact(row) for row in rows]


async def approve(tx: Tx, artifact_id: UUID, reason: str) -> None:
    """Let the artifact be used; approving twice changes nothing.

    Raises:
        EvigateError[E_ARTIFACT_NOT_FOUND | E_ARTIFACT_STATE | E_DENIED]
    """
    await _decide(tx, artifact_id, ArtifactStatus.APPROVED, reason)


async def reject(tx: Tx, artifact_id: UUID, reason: str) -> None:
    """Keep the artifact from being used; see `approve`."""
    await _decide(tx, artifact_id, ArtifactStatus.REJECTED, reason)


async def retire(tx: Tx, artifact_id: UUID, reason: str) -> None:
    """Take the artifact out of use for good; see `approve`."""
    await _decide(tx, artifact_id, ArtifactStatus.RETIRED, reason)


async def _decide(tx: Tx, artifact_id: UUID, status: ArtifactStatus, reason: str) -> None:
    require(tx.subject, DECIDE)
    try:
        async with tx.connection.transaction():
            moved = await _queries.decide_artifact(
                tx.connection, id=artifact_id, status=status, reason=reason
            )
    except psycopg.errors.ObjectNotInPrerequisiteState as error:
        raise EvigateError(E_ARTIFACT_STATE, str(error).splitlines()[0]) from error
    if moved is None:
        raise _missing(artifact_id)
    await audit(tx, f"artifact_{status.value.lower()}", artifact_id=str(artifact_id), reason=reason)


def _artifact(row: Mapping[str, Any]) -> Artifact:
    return Artifact(**{**row, "status": ArtifactStatus(row["status"])})


def _missing(artifact_id: UUID) -> EvigateError:
    return EvigateError(E_ARTIFACT_NOT_FOUND, f"There is no artifact {str(artifact_id)!r}.")
