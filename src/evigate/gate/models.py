"""An artifact and its states; the database's `gate.may_move` says which may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from evigate.base.ids import ArtifactId, ModuleId


class ArtifactStatus(StrEnum):
    """The learning bank's words; only what is approved may be used, and retired is the end."""

    PENDING_GENERATION = "PENDING_GENERATION"
    PENDING_EVAL = "PENDING_EVAL"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    RETIRED = "RETIRED"


@dataclass(frozen=True, slots=True)
class NewArtifact:
    """A draft: either a JSON payload or the digest of a stored blob."""

    module_id: UUID
    kind: str
    key: str
    schema_version: str
    content_hash: str
    evidence_version: str
    run_id: UUID
    payload: Mapping[str, Any] | None = None
    blob_sha256: str | None = None
    grounding: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A draft as the gate keeps it; `version` counts from 1 within its module, kind and key."""

    id: ArtifactId
    module_id: ModuleId
    kind: str
    key: str
    version: int
    status: ArtifactStatus
    schema_version: str
    artifact_payload: dict[str, Any] | None
    blob_sha256: str | None
    content_hash: str
    grounding: dict[str, Any]
    evidence_version: str
    run_id: UUID
    decided_by: str | None
    decision_reason: str | None
    approved_at: datetime | None
    rejected_at: datetime | None
    created_at: datetime
