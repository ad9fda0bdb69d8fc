"""The page of one item: as a learner sees it, what it rests on, what judged it, how it does."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import StoredChunk, list_chunks
from evigate.gate import DECIDE, CitationRow, approve, reject, why_not_approved
from evigate.gate.artifacts import list_versions
from evigate.gate.evals import list_eval_runs, list_results
from evigate.gate.models import EvalRun, Result, Version
from evigate.gate.views import words_of
from evigate.kernel.access import may
from evigate.kernel.db import Tx
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Draw
from evigate.learning.bank.models import FullItem
from evigate.learning.errors import E_ITEM_INVALID
from evigate.learning.item_form import (
    blank_hint,
    citation_fields,
    citations_of_form,
    fields_of,
    payload_of,
)
from evigate.learning.items.kinds import answer_of, parse
from evigate.learning.modules import Module
from evigate.learning.pages_items import (
    difficulty_of,
    documents_of,
    fields_sent,
    flags_of,
    tags_of,
)
from evigate.learning.pages_passage import chunk_href
from evigate.learning.pages_shared import (
    DIFFICULTIES,
    crumbs,
    kind_title,
    marked,
    percent,
    said,
    see,
    status_badge,
)
from evigate.learning.permissions import DELETE, WATCH, WRITE
from evigate.learning.pictures import characteristic, option_rows
from evigate.learning.practice.measure import FIT_N_MIN
from evigate.learning.practice.questions import ask
from evigate.learning.service import LearningService

REMARK = "Decided on the item's page."


def item_routes(routes: APIRouter, service: LearningService, visitor_of: Any, draw: Draw) -> None:
    """Add the page of an item and what its forms do."""

    @routes.get("/learning/items/{item_id}")
    async def item(
        item_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        judged: bool = False,
        is_editing: bool = False,
    ) -> Response:
        subject = visitor.subject
        context = await item_context(
            service, subject, item_id, is_judged=judged, is_editing=is_editing
        )
        return await draw(request, "item", context, active="learning")

    @routes.post("/learning/items/{item_id}/edit")
    async def edit(
        item_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        subject = visitor.subject
        full = await service.bank.get(subject, item_id)
        form = await fields_sent(request)
        payload = payload_of(full.item.kind, form, full.payload)
        try:
            done = await service.bank.edit(
                subject,
                item_id,
                payload,
                citations=citations_of_form(form, full.citations),
                tags=tags_of(form),
                difficulty=difficulty_of(form),
            )
        except EvigateError as error:
            if error.code is not E_ITEM_INVALID:
                raise
            context = await item_context(
                service, subject, item_id, typed=payload, error=said(error)
            )
            return await draw(request, "item", context, active="learning", status=422)
        return see(f"/learning/items/{done.artifact_id}?judged=true")

    @routes.post("/learning/items/{item_id}/retire")
    async def retire(
        item_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        reason: Annotated[str, Form(min_length=1, max_length=1_000)],
    ) -> Response:
        await service.bank.retire(visitor.subject, item_id, reason)
        return see(f"/learning/items/{item_id}")

    @routes.post("/learning/items/{item_id}/decide")
    async def decide(
        item_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        verdict: Annotated[str, Form(pattern="^(approve|reject)$")],
        reason: Annotated[str, Form(max_length=1_000)] = "",
    ) -> Response:
        await service.bank.get(visitor.subject, item_id)
        act = approve if verdict == "approve" else reject
        async with service.database.tx(visitor.subject) as tx:
            await act(tx, item_id, reason.strip() or REMARK)
        return see(f"/learning/items/{item_id}")


async def item_context(
    service: LearningService,
    subject: Subject,
    item_id: UUID,
    *,
    is_judged: bool = False,
    is_editing: bool = False,
    typed: dict[str, Any] | None = None,
    error: str | None = None,
) -> dict[str, Any]:
    """Return an item's context; `typed` is an edit that its model refused.

    With `is_editing` somebody came to edit it: the form is open.
    """
    full = await service.bank.get(subject, item_id)
    item = full.item
    module = await service.modules.get(subject, str(item.module_id))
    async with service.database.tx(subject) as tx:
        versions = await list_versions(tx, item_id)
        evals = [each for each in await list_eval_runs(tx, item_id) if not each.is_trial]
        results = await list_results(tx, evals[0].id) if evals else []
        why_not = await why_not_approved(tx, item_id) if item.status == "PENDING_EVAL" else None
        passages = await _passages(tx, module, full.citations)
    question = ask(item_id, item.kind, full.payload, session_id=item_id, number=1, of=1)
    return {
        "trail": crumbs(
            ("Learning", "/learning"),
            (module.title, f"/learning/{module.id}"),
            ("Items", f"/learning/{module.id}/items"),
            (kind_title(item.kind), None),
        ),
        "item": item,
        "base": f"/learning/items/{item_id}",
        "kind": item.kind,
        "kind_title": kind_title(item.kind),
        "status": status_badge(item.status),
        "flags": flags_of(item.flags),
        "question": question,
        "payload": full.payload,
        "key": answer_of(parse(item.kind, full.payload)),
        "passages": passages,
        "results": [_result(each) for each in results],
        "judgement": _judgement(evals),
        "why_not": why_not,
        "is_judged": is_judged,
        "versions": [_version(each, item_id) for each in versions],
        "statistics": await _statistics(service, subject, full),
        "fields": fields_of(item.kind, typed or full.payload),
        "citations": citation_fields(full.citations),
        "documents": await documents_of(service, subject, module.id),
        "difficulties": DIFFICULTIES,
        "difficulty": item.difficulty or "intermediate",
        "tags": ", ".join(item.tags),
        "blank_hint": blank_hint(),
        "error": error,
        "is_editing": is_editing,
        "may_write": may(subject, WRITE) and item.status != "RETIRED",
        "may_retire": may(subject, DELETE) and item.status in ("APPROVED", "PENDING_EVAL"),
        "may_decide": may(subject, DECIDE) and item.status == "PENDING_EVAL",
    }


async def _passages(
    tx: Tx, module: Module, citations: Sequence[CitationRow]
) -> list[dict[str, Any]]:
    found = []
    chunks: dict[tuple[UUID, str], StoredChunk] = {}
    for document_id in dict.fromkeys(row.document_id for row in citations):
        for each in await list_chunks(tx, document_id=document_id):
            chunks.setdefault((document_id, each.sha256), each)
    for key, rows in _by_passage(citations).items():
        row, chunk = rows[0], chunks.get(key[:2])
        spans = [(each.start_char, each.start_char + len(each.quote)) for each in rows]
        found.append(
            {
                "document": row.document or "A document that is gone",
                "page": row.page,
                "under": " › ".join(row.heading_path),
                "is_stale": row.state == "stale",
                "parts": marked(row.context, spans)
                if row.context
                else marked(row.quote, [(0, len(row.quote))]),
                "href": chunk_href(module, chunk) if chunk else None,
            }
        )
    return found


def _by_passage(
    citations: Sequence[CitationRow],
) -> dict[tuple[UUID, str, UUID | None], list[CitationRow]]:
    """Return the quotes by where they stand, in order; one whose passage is gone is by itself."""
    found: dict[tuple[UUID, str, UUID | None], list[CitationRow]] = {}
    for row in citations:
        own = None if row.context else row.id
        found.setdefault((row.document_id, row.chunk_sha256, own), []).append(row)
    return found


def _judgement(evals: Sequence[EvalRun]) -> dict[str, Any] | None:
    if not evals:
        return None
    newest = evals[0]
    return {
        "suite": f"{newest.suite_name} {newest.suite_version}",
        "score": newest.overall_score,
        "is_pass": newest.overall_pass,
        "at": newest.finished_at,
        "count": len(evals),
    }


def _result(result: Result) -> dict[str, Any]:
    outcome = {True: "ok", False: "failed", None: "skipped"}[result.passed]
    details = result.details
    return {
        "name": words_of(result.eval_type),
        "outcome": outcome,
        "score": None if result.score is None else f"{result.score:.2f}",
        "wanted": _bounds(result.min_score, result.max_score),
        "role": "hard" if result.hard_fail else "advice" if result.is_advisory else "weighed",
        "judge": f"{result.judge} {result.judge_version}",
        "reason": str(details["reason"]) if "reason" in details else "",
    }


def _bounds(low: Decimal | None, high: Decimal | None) -> str:
    if low is None and high is None:
        return "–"
    if low is None:
        return f"at most {high:.2f}"
    return f"at least {low:.2f}" if high is None else f"{low:.2f} to {high:.2f}"


def _version(version: Version, item_id: UUID) -> dict[str, Any]:
    return {
        "number": version.version,
        "href": None if version.id == item_id else f"/learning/items/{version.id}",
        "status": status_badge(version.status),
        "producer": version.producer,
        "created_at": version.created_at,
        "reason": version.decision_reason,
    }


async def _statistics(
    service: LearningService, subject: Subject, full: FullItem
) -> dict[str, Any] | None:
    """Return what attempts say of the item; None where they are not to be seen or not measured."""
    if not may(subject, WATCH) or not full.item.answers:
        return None
    measured = await service.measured(subject, full.item.module_id)
    found = next((each for each in measured if each.id == full.item.id), None)
    if found is None:
        return None
    options = {each["id"]: each["text"] for each in full.payload.get("options", ())}
    key = full.payload.get("key")
    if isinstance(key, bool):
        key = "true" if key else "false"
    return {
        "n": found.n,
        "p": percent(found.p),
        "rpbis": found.rpbis,
        "a": found.a,
        "b": found.b,
        "curve": characteristic(found.a, found.b),
        "fit_n_min": FIT_N_MIN,
        "latency_s": None if found.median_latency_ms is None else found.median_latency_ms / 1000,
        "fitted_at": found.fitted_at,
        "options": option_rows(found.options, options, str(key)),
    }
