"""The gate's routes: look at drafts and decisions, and take what was approved out of use.

Approving and rejecting stand with the room whose draft it is, since work may wait for the answer.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.subject import Subject
from evigate.gate.errors import E_ARTIFACT_NOT_FOUND, E_ARTIFACT_STATE
from evigate.gate.models import ArtifactStatus
from evigate.gate.service import get_artifact, list_artifacts, retire
from evigate.kernel.db import Database
from evigate.kernel.http import PAGE_SIZE, PAGE_SIZE_MAX, Doors, PageOf, responses_of


class ArtifactOut(BaseModel):
    """A draft with its decision; the content is its payload or the blob of that digest."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    module_id: UUID
    kind: str = Field(examples=["paper.notebook"])
    key: str
    version: int
    status: ArtifactStatus
    schema_version: str
    content_hash: str
    blob_sha256: str | None
    artifact_payload: dict[str, Any] | None
    grounding: dict[str, Any]
    evidence_version: str
    run_id: UUID
    decided_by: str | None
    decision_reason: str | None
    approved_at: datetime | None
    rejected_at: datetime | None
    created_at: datetime


class RetireIn(BaseModel):
    """Why an artifact is taken out of use."""

    reason: str = Field(min_length=1, max_length=1000)


def router(database: Database, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(tags=["gate"])
    subject_of = Depends(doors.subject)

    @routes.get("/artifacts")
    async def artifacts(
        subject: Annotated[Subject, subject_of],
        module_id: UUID | None = None,
        status: ArtifactStatus | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE,
    ) -> PageOf[ArtifactOut]:
        """List drafts and decisions, newest first."""
        async with database.tx(subject) as tx:
            found = await list_artifacts(tx, module_id=module_id, status=status, limit=limit)
        return PageOf(items=[ArtifactOut.model_validate(each) for each in found])

    @routes.get("/artifacts/{artifact_id}", responses=responses_of(E_ARTIFACT_NOT_FOUND))
    async def artifact(artifact_id: UUID, subject: Annotated[Subject, subject_of]) -> ArtifactOut:
        """Get a draft with its decision."""
        async with database.tx(subject) as tx:
            return ArtifactOut.model_validate(await get_artifact(tx, artifact_id))

    @routes.post(
        "/artifacts/{artifact_id}/retire",
        status_code=204,
        responses=responses_of(E_ARTIFACT_NOT_FOUND, E_ARTIFACT_STATE),
    )
    async def retire_artifact(
        artifact_id: UUID, body: RetireIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Take an artifact out of use for good."""
        async with database.tx(subject) as tx:
            await retire(tx, artifact_id, body.reason)

    return routes
