"""The page of an artifact: what it says, where it comes from, what judged it, what became of it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.gate import views
from evigate.gate.artifacts import contents_of, get_artifact, list_versions, reopen, retire
from evigate.gate.desk import Gate
from evigate.gate.kinds import diff_payloads
from evigate.gate.lineage import lineage
from evigate.gate.lineage_picture import BOX_HEIGHT, BOX_WIDTH, draw_lineage
from evigate.gate.models import Artifact, ArtifactStatus
from evigate.gate.pages_shared import judged, names_of
from evigate.gate.permissions import DECIDE, EVALUATE, REVIEW
from evigate.gate.reviews import list_review_tasks, open_review
from evigate.kernel.access import may
from evigate.kernel.db import Tx
from evigate.kernel.events import read_events
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.kernel.tenancy import TenancyService

REASON_MAX = 1000
CHANGES_SHOWN = 200


def artifact_page(
    routes: APIRouter, gate: Gate, tenancy: TenancyService, doors: Doors, draw: Draw
) -> None:
    """Add the page of an artifact, and what can be done there."""
    visitor_of = Depends(doors.visitor)

    @routes.get("/artifacts/{artifact_id}")
    async def page(
        request: Request,
        artifact_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        against: UUID | None = None,
    ) -> Response:
        subject = visitor.subject
        names = await names_of(tenancy, subject)
        async with gate.database.tx(subject) as tx:
            artifact = await get_artifact(tx, artifact_id)
            shown = await judged(tx, gate, artifact, names)
            contents = await contents_of(tx, [artifact_id])
            versions = await list_versions(tx, artifact_id)
            tasks = await list_review_tasks(tx, artifact_id=artifact_id, limit=1)
            context = shown | {
                "title": views.title_of(gate.kinds, artifact.kind, contents.get(artifact_id)),
                "history": [
                    views.event_row(each, names)
                    for each in await read_events(tx, "artifact", artifact_id)
                ],
                "versions": [
                    {"each": each, "status": views.status_word(each.status)}
                    for each in reversed(versions)
                ],
                "picture": draw_lineage(await lineage(tx, artifact_id)),
                "diff": await _diff(tx, gate, artifact, against),
            }
        context |= {
            "review_href": f"/reviews/{tasks[0].id}" if tasks else None,
            "box": {"width": BOX_WIDTH, "height": BOX_HEIGHT},
            "may_ask": may(subject, EVALUATE) and artifact.status is ArtifactStatus.PENDING_EVAL,
            "may_retire": may(subject, DECIDE) and artifact.status is not ArtifactStatus.RETIRED,
            "may_reopen": may(subject, EVALUATE)
            and artifact.status in (ArtifactStatus.APPROVED, ArtifactStatus.REJECTED),
            "may_review": may(subject, REVIEW),
        }
        return await draw(request, "artifact", context, active="reviews")

    _moving(routes, gate, doors)


async def _diff(
    tx: Tx, gate: Gate, artifact: Artifact, against: UUID | None
) -> dict[str, Any] | None:
    """Return what changed from another version, or from the one before; None without one."""
    other_id = against or artifact.supersedes
    if other_id is None:
        return None
    other = await get_artifact(tx, other_id)
    kind = gate.kinds.find(artifact.kind)
    differ = kind.diff if kind else diff_payloads
    changes = differ(other.artifact_payload or {}, artifact.artifact_payload or {})
    return {
        "version": other.version,
        "changes": changes[:CHANGES_SHOWN],
        "is_cut": len(changes) > CHANGES_SHOWN,
    }


def _moving(routes: APIRouter, gate: Gate, doors: Doors) -> None:
    visitor_of = Depends(doors.visitor)
    reason_of = Form(min_length=1, max_length=REASON_MAX)

    @routes.post("/artifacts/{artifact_id}/retire")
    async def retire_artifact(
        artifact_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        reason: Annotated[str, reason_of],
    ) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            await retire(tx, artifact_id, reason)
        return RedirectResponse(f"/artifacts/{artifact_id}", status_code=303)

    @routes.post("/artifacts/{artifact_id}/reopen")
    async def reopen_artifact(
        artifact_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        reason: Annotated[str, reason_of],
    ) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            await reopen(tx, artifact_id, reason)
        return RedirectResponse(f"/artifacts/{artifact_id}", status_code=303)

    @routes.post("/artifacts/{artifact_id}/review")
    async def ask(
        artifact_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        reason: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        async with gate.database.tx(visitor.subject) as tx:
            task_id = await open_review(tx, artifact_id, reason or "asked for")
        return RedirectResponse(f"/reviews/{task_id}", status_code=303)
