"""The pages of a plan and of its notebook, and the owner's decisions on both."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.subject import Subject
from evigate.gate import DECIDE, Artifact, ArtifactStatus
from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw, read_notebook
from evigate.papers.datasets import find_entry, using_catalog
from evigate.papers.models import Paper, PlanRecord
from evigate.papers.pages_papers import action
from evigate.papers.permissions import RUN, WRITE
from evigate.papers.plan.models import (
    ModelStatus,
    PlannedClaim,
    PlannedModel,
    Protocol,
    ProtocolKind,
    parse_plan,
)
from evigate.papers.service import PapersService
from evigate.papers.verbs_plans import Stage

NO_REMARK = "Approved on the page, without a remark."
STATUS_WORDS = {
    ArtifactStatus.PENDING_EVAL: "pending",
    ArtifactStatus.APPROVED: "approved",
    ArtifactStatus.REJECTED: "rejected",
    ArtifactStatus.RETIRED: "retired",
}
PROTOCOL_WORDS = {
    "holdout": "hold-out",
    "k_fold": "k-fold cross-validation",
    "leave_one_out": "leave-one-out",
    "resubstitution": "resubstitution",
}


def plan_routes(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    """Add the pages of plans."""
    _decision_routes(routes, service, doors, draw)
    _notebook_routes(routes, service, doors, draw)


def _decision_routes(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    visitor_of = Depends(doors.visitor)

    @routes.get("/plans/{plan_id}")
    async def plan(
        request: Request, plan_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        subject = visitor.subject
        record = await service.get_plan(subject, plan_id)
        paper = await service.get_paper(subject, record.paper_id)
        artifacts = await service.artifacts_of_plan(subject, plan_id)
        with using_catalog(await service.catalog(subject)):
            context = plan_context(paper, record, subject, *artifacts)
        return await draw(request, "plan", context, active="papers")

    @routes.post("/plans/{plan_id}/materialize")
    async def materialize(plan_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await service.materialize(visitor.subject, plan_id)
        return _see(f"/plans/{plan_id}/notebook")

    @routes.post("/plans/{plan_id}/decide")
    async def decide(
        plan_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        what: Annotated[Stage, Form()],
        decision: Annotated[Literal["approve", "reject"], Form()] = "approve",
        reason: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:
        subject = visitor.subject
        verb = service.reject if decision == "reject" else service.approve
        await verb(subject, plan_id, what, reason.strip() or NO_REMARK)
        record = await service.get_plan(subject, plan_id)
        found = await service.list_reproductions(subject, paper_id=record.paper_id)
        for journey, run in found:
            if journey.plan_id == plan_id and not run.status.is_end:
                return _see(f"/runs/{journey.id}")
        return _see(f"/plans/{plan_id}")

    @routes.post("/plans/{plan_id}/run")
    async def run(plan_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        _, journey = await service.run_plan(visitor.subject, plan_id)
        return _see(f"/runs/{journey}")


def _notebook_routes(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    visitor_of = Depends(doors.visitor)

    @routes.get("/plans/{plan_id}/notebook")
    async def notebook(
        request: Request, plan_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        subject = visitor.subject
        record = await service.get_plan(subject, plan_id)
        paper = await service.get_paper(subject, record.paper_id)
        _, artifact = await service.artifacts_of_plan(subject, plan_id)
        asset = (await service.assets_of_plan(subject, plan_id))["notebook"]
        document = orjson.loads(await service.blob(subject, asset.checksum))
        context = {
            "paper": {"title": paper.title, "href": f"/papers/{paper.id}"},
            "notebook": {
                "title": "Notebook",
                "status": _word(artifact),
                "is_executed": False,
                "created_at": artifact.created_at if artifact else record.updated_at,
                "digest": asset.checksum,
            },
            "cells": read_notebook(document),
            "decision": _decision(record, subject, artifact, "notebook"),
            "downloads": [
                {"label": "Notebook", "href": f"/plans/{plan_id}/notebook.ipynb"},
                {"label": "requirements.txt", "href": f"/plans/{plan_id}/requirements.txt"},
            ],
            "actions": [action("The plan", f"/plans/{plan_id}", method="get")],
        }
        return await draw(request, "notebook", context, active="papers")

    @routes.get("/plans/{plan_id}/{name}")
    async def download(
        plan_id: UUID, name: str, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        kinds = {"notebook.ipynb": "notebook", "requirements.txt": "requirements"}
        if name not in kinds:
            return Response(status_code=404)
        asset = (await service.assets_of_plan(visitor.subject, plan_id))[kinds[name]]
        data = await service.blob(visitor.subject, asset.checksum)
        return attachment(data, name)


def attachment(data: bytes | str, name: str) -> Response:
    """Return a file for keeping; never shown in the house's own origin."""
    return Response(
        data,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def plan_context(
    paper: Paper,
    record: PlanRecord,
    subject: Subject,
    own: Artifact | None,
    notebook: Artifact | None,
) -> dict[str, Any]:
    """Return a plan's context; every choice with the words it rests on or the reason for it."""
    plan = parse_plan(record.plan_json)
    paper_href = f"/papers/{paper.id}"
    return {
        "paper": {"title": paper.title, "href": paper_href},
        "plan": {
            "title": "Plan",
            "status": _word(own),
            "producer": "rules",
            "created_at": record.created_at,
            "budget_minutes": record.budget_minutes,
            "estimated_minutes": plan.estimated_runtime_minutes,
            "is_licence_compliant": plan.license_compliant,
        },
        "decision": _decision(record, subject, own, "plan")
        or _decision(record, subject, notebook, "notebook"),
        "decisions": [*_decided("Plan", own), *_decided("Notebook", notebook)],
        "actions": _actions(record, subject, own, notebook),
        "datasets": [_dataset(each.name, each.notes) for each in plan.datasets],
        "protocol": protocol_facts(plan.protocol) if plan.protocol else [],
        "models": [_model(m, plan.claims, paper_href) for m in plan.models if _is_run(m)],
        "left_out": _left_out(plan.models),
        "justifications": [
            {
                "topic": topic,
                "quote": each.quote,
                "citation": each.citation,
            }
            for topic, each in (
                ("Data set", plan.justifications.dataset),
                ("Method", plan.justifications.model),
                ("Settings", plan.justifications.config),
            )
        ],
        "assumptions": [each.model_dump() for each in plan.assumptions],
        "skipped": [
            {
                "label": _claim_label(each),
                "reason": each.reason or "–",
                "href": f"{paper_href}#claim-{each.claim_id}",
            }
            for each in plan.claims
            if each.status != "targeted"
        ],
    }


def protocol_facts(protocol: Protocol) -> list[tuple[str, Any]]:
    """Return how numbers are taken, as facts."""
    steps = ", ".join(f"{each.name} (fit on {each.fit_on})" for each in protocol.preprocessing)
    facts: list[tuple[str, Any]] = [("Split", PROTOCOL_WORDS[protocol.kind])]
    if protocol.test_size is not None:
        facts.append(("Test part", f"{protocol.test_size:.0%}"))
    if protocol.folds is not None:
        facts.append(("Folds", protocol.folds))
    if protocol.kind in (ProtocolKind.HOLDOUT, ProtocolKind.K_FOLD):
        facts.append(("Stratified", "yes" if protocol.is_stratified else "no"))
    return [
        *facts,
        ("Seeds", ", ".join(str(seed) for seed in protocol.seeds)),
        ("Repeats", protocol.repeats),
        ("Preprocessing", steps or "none"),
    ]


def _dataset(name: str, notes: str | None) -> dict[str, Any]:
    entry = find_entry(name)
    is_ready = entry is not None and entry.is_offline
    return {
        "title": entry.title if entry else name,
        "status": "ready" if is_ready else "missing",
        "rows": entry.rows if entry else None,
        "licence": entry.licence if entry else None,
        "source": entry.source if entry else None,
        "notes": notes,
        "href": None,
    }


def _is_run(model: PlannedModel) -> bool:
    return model.status is ModelStatus.RUNNABLE


def _left_out(models: Sequence[PlannedModel]) -> list[dict[str, Any]]:
    """Return the methods that are not run, each once with its reason and its data sets."""
    found: dict[tuple[str, str], list[str]] = {}
    for model in models:
        if not _is_run(model):
            key = (model.method, model.reason or "–")
            found.setdefault(key, []).extend([model.dataset] if model.dataset else [])
    return [
        {"method": method, "reason": reason, "datasets": datasets}
        for (method, reason), datasets in found.items()
    ]


def _model(model: PlannedModel, claims: list[PlannedClaim], paper_href: str) -> dict[str, Any]:
    measured = [each for each in claims if each.model_id == model.id and each.status == "targeted"]
    return {
        "id": model.id,
        "method": model.method,
        "dataset": model.dataset,
        "recipe": model.recipe,
        "status": model.status.value,
        "reason": model.reason,
        "parameters": _parameters(model, paper_href),
        "claims": [
            {
                "label": f"{each.metric} {each.value}{each.units or ''}",
                "href": f"{paper_href}#claim-{each.claim_id}",
            }
            for each in measured
        ],
    }


def _parameters(model: PlannedModel, paper_href: str) -> list[dict[str, Any]]:
    """Each setting with where it comes from: the paper's words, a choice of ours, the recipe."""
    cited = {each.field: each for each in model.citations}
    assumed = {each.field: each for each in model.assumptions}
    values = {name: str(value) for name, value in model.parameters.items()}
    stated = {each.field: each.value for each in model.citations}
    chosen = {each.field: each.value for each in model.assumptions}
    named = {**chosen, **stated, **values}
    rows = []
    for name, value in named.items():
        row: dict[str, Any] = {"name": name, "value": value, "origin": "default"}
        if citation := cited.get(name):
            row |= {"origin": "paper", "quote": citation.quote, "page": citation.page}
            row["href"] = f"{paper_href}#page-{citation.page}"
        elif choice := assumed.get(name):
            row |= {"origin": "assumed", "reason": choice.reason}
        rows.append(row)
    return rows


def _claim_label(claim: PlannedClaim) -> str:
    return f"{claim.method or 'Method not named'}, {claim.metric} {claim.value}{claim.units or ''}"


def _word(artifact: Artifact | None) -> str:
    return "draft" if artifact is None else STATUS_WORDS.get(artifact.status, "pending")


def _decision(
    record: PlanRecord, subject: Subject, artifact: Artifact | None, what: str
) -> dict[str, Any] | None:
    """Return what waits for an owner's decision; None where nothing does."""
    if artifact is None or artifact.status is not ArtifactStatus.PENDING_EVAL:
        return None
    return {
        "what": what,
        "href": f"/plans/{record.id}/decide",
        "read_href": f"/plans/{record.id}" + ("/notebook" if what == "notebook" else ""),
        "may_decide": may(subject, DECIDE),
    }


def _decided(label: str, artifact: Artifact | None) -> list[dict[str, Any]]:
    if artifact is None or artifact.approved_at is None:
        return []
    reason = artifact.decision_reason
    return [{"label": label, "reason": reason, "moment": artifact.approved_at}]


def _actions(
    record: PlanRecord, subject: Subject, own: Artifact | None, notebook: Artifact | None
) -> list[dict[str, Any]]:
    found = []
    is_approved = notebook is not None and notebook.status is ArtifactStatus.APPROVED
    if notebook is not None:
        if may(subject, RUN):
            why_not = None if is_approved else "An owner approves the notebook first."
            found.append(action("Run", f"/plans/{record.id}/run", tone="primary", reason=why_not))
        found.append(action("The notebook", f"/plans/{record.id}/notebook", method="get"))
    elif may(subject, WRITE) and own is not None and own.status is ArtifactStatus.APPROVED:
        found.append(
            action("Write the notebook", f"/plans/{record.id}/materialize", tone="primary")
        )
    found.append(action("Versions", f"/plans/{record.id}/versions", method="get"))
    return found


def _see(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)
