"""The pages of data sets and of a plan's versions: parse, call, draw."""

import json
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.gate import DECIDE
from evigate.kernel.access import may
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.papers.datasets import DatasetEntry, is_licence_compliant
from evigate.papers.datasets.resolve import FORBIDDEN_LICENCES
from evigate.papers.datasets_commands import read_claim
from evigate.papers.models import Claim
from evigate.papers.permissions import WRITE
from evigate.papers.plan.editing import Sensitivity, read_variation, variable_fields
from evigate.papers.service import PapersService
from evigate.papers.statements import Statement

SHOWN_MAX = 160


def _see(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)


def _told(error: EvigateError) -> str:
    return f"{error.message} {error.remediation}"


def dataset_pages(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    """Add the page of data sets."""
    visitor_of = Depends(doors.visitor)

    async def page(
        request: Request, visitor: Visitor, form: dict[str, str] | None = None, status: int = 200
    ) -> Response:
        catalog = await service.catalog(visitor.subject)
        is_owner = may(visitor.subject, DECIDE)
        context = {
            "datasets": [_dataset(entry, is_owner=is_owner) for entry in catalog.entries],
            "form": {"title": "", "source": "", "text": "", "claim": "", "error": None}
            | (form or {}),
            "may_write": may(visitor.subject, WRITE),
        }
        return await draw(request, "datasets", context, active="papers", status=status)

    @routes.get("/datasets")
    async def datasets(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await page(request, visitor)

    @routes.post("/datasets/claims")
    async def type_claim(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        title: Annotated[str, Form(max_length=300)],
        source: Annotated[str, Form(max_length=300)],
        claim: Annotated[str, Form(max_length=400)],
        text: Annotated[str, Form(max_length=8000)] = "",
    ) -> Response:
        try:
            statement = Statement(title, source, (read_claim(claim),), text)
            paper = await service.type_claims(visitor.subject, statement)
        except EvigateError as error:
            typed = {"title": title, "source": source, "text": text, "claim": claim}
            form = {**typed, "error": _told(error)}
            return await page(request, visitor, form, error.code.status)
        return _see(f"/papers/{paper.id}")

    @routes.post("/datasets/{name}/allow")
    async def allow(
        name: str,
        visitor: Annotated[Visitor, visitor_of],
        reason: Annotated[str, Form(max_length=1000)],
    ) -> Response:
        entry = await service.allow_dataset(visitor.subject, name, reason)
        return _see(f"/datasets#{entry.name}")


def _dataset(entry: DatasetEntry, *, is_owner: bool) -> dict[str, Any]:
    may_allow = is_owner and not is_licence_compliant(entry) and not entry.blocked_reason
    status = "offline" if entry.is_offline else "not here"
    return {
        "name": entry.name,
        "title": entry.title,
        "kind": entry.kind.value,
        "rows": entry.rows,
        "licence": entry.licence,
        "licence_reason": entry.licence_reason,
        "source": entry.source,
        "status": "blocked" if entry.blocked_reason else status,
        "sha256": entry.loader.sha256 if entry.loader else None,
        "may_allow": may_allow and entry.licence not in FORBIDDEN_LICENCES,
    }


def version_pages(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    """Add the page of a plan's versions."""
    visitor_of = Depends(doors.visitor)

    async def page(
        request: Request,
        visitor: Visitor,
        plan_id: UUID,
        form: dict[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        context = await _context(service, visitor, plan_id, form or {})
        return await draw(request, "plan_versions", context, active="papers", status=status)

    @routes.get("/plans/{plan_id}/versions")
    async def versions(
        request: Request, plan_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page(request, visitor, plan_id)

    @routes.post("/plans/{plan_id}/edit")
    async def edit(
        request: Request,
        plan_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        document: Annotated[str, Form(max_length=2_000_000)] = "",
        expected: Annotated[str, Form(max_length=64)] = "",
    ) -> Response:
        try:
            given = orjson.loads(document)
            made = await service.edit_plan(
                visitor.subject, plan_id, given, expected=expected or None
            )
        except orjson.JSONDecodeError as error:
            form = {"document": document, "error": f"This is not JSON: {error}."}
            return await page(request, visitor, plan_id, form, 400)
        except EvigateError as error:
            form = {"document": document, "error": _told(error)}
            return await page(request, visitor, plan_id, form, error.code.status)
        return _see(f"/plans/{made.id}")

    @routes.post("/plans/{plan_id}/vary")
    async def vary(
        request: Request,
        plan_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        assumption: Annotated[str, Form(max_length=400)] = "",
    ) -> Response:
        try:
            field, values = read_variation(assumption)
            await service.vary_plan(visitor.subject, plan_id, field, values)
        except EvigateError as error:
            form = {"variation": assumption, "variation_error": _told(error)}
            return await page(request, visitor, plan_id, form, error.code.status)
        return _see(f"/plans/{plan_id}/versions")


async def _context(
    service: PapersService, visitor: Visitor, plan_id: UUID, form: dict[str, str]
) -> dict[str, Any]:
    subject = visitor.subject
    plan = await service.get_plan(subject, plan_id)
    paper = await service.get_paper(subject, plan.paper_id)
    claims = await service.list_claims(subject, plan.paper_id)
    versions = []
    for each in await service.plan_versions(subject, plan_id):
        changes = await service.diff_plan(subject, each.id)
        versions.append(
            {
                "revision": each.revision,
                "href": f"/plans/{each.id}",
                "status": each.status,
                "moment": each.created_at,
                "changes": [
                    {"place": c.place, "before": _short(c.before), "after": _short(c.after)}
                    for c in changes
                ],
            }
        )
    document = json.dumps(plan.plan_json, indent=1, ensure_ascii=False)
    blank = {"error": None, "variation_error": None, "variation": "", "document": document}
    return {
        "paper": {"title": paper.title, "href": f"/papers/{paper.id}"},
        "plan": {
            "id": str(plan.id),
            "revision": plan.revision,
            "href": f"/plans/{plan.id}",
            "hash": content_hash(plan.plan_json),
        },
        "versions": versions,
        "sensitivity": [
            _sensitivity(each, claims) for each in await service.sensitivity(subject, plan_id)
        ],
        "fields": variable_fields(plan.plan_json),
        "form": blank | form,
        "may_write": may(subject, WRITE),
    }


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 1] + "…"


def _sensitivity(found: Sensitivity, claims: Sequence[Claim]) -> dict[str, Any]:
    rows = []
    for claim in claims:
        key, draft = str(claim.id), claim.draft
        observed = [tried.observed.get(key) for tried in found.tried]
        if all(value is None for value in observed):
            continue
        name = f"{draft.method or '?'}, {draft.metric} {draft.value}{draft.units or ''}"
        cells = [
            {"verdict": tried.verdicts.get(key), "observed": tried.observed.get(key)}
            for tried in found.tried
        ]
        points = [value for value in observed if value is not None]
        rows.append({"label": name, "cells": cells, "points": points})
    return {
        "field": found.field,
        "is_decisive": found.is_decisive,
        "values": [
            tried.value if tried.verdicts else f"{tried.value} ({tried.status or 'not run'})"
            for tried in found.tried
        ],
        "rows": rows,
    }
