"""The pages of a module's bank: the list with its search and filters, and writing a new item."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.gate.views import words_of
from evigate.kernel.access import may, require
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Draw
from evigate.learning.bank.models import BankItem, ItemFilter
from evigate.learning.errors import E_ITEM_INVALID
from evigate.learning.item_form import (
    blank_hint,
    citation_fields,
    citations_of_form,
    fields_of,
    payload_of,
)
from evigate.learning.items.payloads import QUESTION_KINDS
from evigate.learning.pages_shared import (
    DIFFICULTIES,
    KIND_CHOICES,
    STATUS_BADGES,
    crumbs,
    kind_title,
    percent,
    said,
    see,
    status_badge,
    tabs,
)
from evigate.learning.permissions import WATCH, WRITE
from evigate.learning.service import LearningService

ITEMS_SHOWN = 50
STATUS_CHOICES = ("APPROVED", "PENDING_EVAL", "REJECTED", "RETIRED")


def items_routes(routes: APIRouter, service: LearningService, visitor_of: Any, draw: Draw) -> None:
    """Add the pages of a module's items."""

    @routes.get("/learning/{module_id}/items")
    async def items(
        module_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        q: Annotated[str, Query(max_length=200)] = "",
        status: str = "",
        kind: str = "",
        difficulty: str = "",
        tag: str = "",
        objective: str = "",
        flagged: bool = False,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> Response:
        subject = visitor.subject
        asked = {
            "q": q.strip(),
            "status": status if status in STATUS_CHOICES else "",
            "kind": kind if kind in QUESTION_KINDS else "",
            "difficulty": difficulty if difficulty in DIFFICULTIES else "",
            "tag": tag,
            "objective": objective,
            "flagged": "true" if flagged else "",
        }
        context = await _list_context(service, subject, module_id, asked, offset)
        return await draw(request, "items", context, active="learning")

    _write_routes(routes, service, visitor_of, draw)


def _write_routes(routes: APIRouter, service: LearningService, visitor_of: Any, draw: Draw) -> None:
    @routes.get("/learning/{module_id}/items/new")
    async def new(
        module_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        kind: str = "learning.mcq_item",
    ) -> Response:
        require(visitor.subject, WRITE)
        wanted = kind if kind in QUESTION_KINDS else QUESTION_KINDS[0]
        context = await write_context(service, visitor.subject, module_id, wanted)
        return await draw(request, "item_new", context, active="learning")

    @routes.post("/learning/{module_id}/items/new")
    async def write(
        module_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        subject = visitor.subject
        await service.modules.get(subject, str(module_id))
        form = await fields_sent(request)
        kind = form.get("kind", "")
        payload = payload_of(kind, form, {})
        try:
            judged = await service.bank.write(
                subject,
                module_id,
                kind,
                payload,
                citations_of_form(form, ()),
                tags=tags_of(form),
                difficulty=difficulty_of(form),
            )
        except EvigateError as error:
            if error.code is not E_ITEM_INVALID or kind not in QUESTION_KINDS:
                raise
            context = await write_context(
                service, subject, module_id, kind, payload=payload, form=form, error=said(error)
            )
            return await draw(request, "item_new", context, active="learning", status=422)
        return see(f"/learning/items/{judged.artifact_id}?judged=true")


async def fields_sent(request: Request) -> dict[str, str]:
    """Return a form's text fields, the first of each name."""
    form = await request.form()
    found: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, value)
    return found


def tags_of(form: Mapping[str, str]) -> list[str]:
    """Return the tags of a form, where commas divide them."""
    tags = (each.strip() for each in form.get("tags", "").split(","))
    return list(dict.fromkeys(each for each in tags if each))


def difficulty_of(form: Mapping[str, str]) -> Any:
    """Return the difficulty of a form; the middle one where it names none."""
    found = form.get("difficulty", "")
    return found if found in DIFFICULTIES else "intermediate"


async def documents_of(
    service: LearningService, subject: Subject, module_id: UUID
) -> list[tuple[str, str]]:
    """Return a module's documents as choices."""
    module = await service.modules.get(subject, str(module_id))
    store = await service.stores.get(subject, str(module.store_id))
    found = await service.stores.documents(subject, store)
    return [(str(document.id), document.label) for document in found]


async def write_context(
    service: LearningService,
    subject: Subject,
    module_id: UUID,
    kind: str,
    *,
    payload: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
    error: str | None = None,
) -> dict[str, Any]:
    """Return the context of writing an item; `form` is what was typed before."""
    module = await service.modules.get(subject, str(module_id))
    given = form or {}
    typed = [
        {
            "quote": given.get(f"quote_{at}", ""),
            "document_id": given.get(f"document_{at}", ""),
            "page": given.get(f"page_{at}", "1"),
        }
        for at in range(len(citation_fields(())))
    ]
    return {
        "trail": crumbs(
            ("Learning", "/learning"),
            (module.title, f"/learning/{module_id}"),
            ("Items", f"/learning/{module_id}/items"),
            ("A new item", None),
        ),
        "base": f"/learning/{module_id}/items/new",
        "kind": kind,
        "kinds": KIND_CHOICES,
        "fields": fields_of(kind, payload or {}),
        "citations": typed,
        "documents": await documents_of(service, subject, module_id),
        "difficulties": DIFFICULTIES,
        "difficulty": difficulty_of(given),
        "tags": given.get("tags", ""),
        "blank_hint": blank_hint(),
        "error": error,
    }


async def _list_context(
    service: LearningService,
    subject: Subject,
    module_id: UUID,
    asked: Mapping[str, str],
    offset: int,
) -> dict[str, Any]:
    module = await service.modules.get(subject, str(module_id))
    objectives = await service.modules.objectives(subject, module_id)
    known = {str(each.id): each.id for each in objectives}
    chosen = ItemFilter(
        module_id=module_id,
        status=asked["status"] or None,
        kind=asked["kind"] or None,
        difficulty=asked["difficulty"] or None,
        tag=asked["tag"] or None,
        objective_id=known.get(asked["objective"]),
        is_flagged=True if asked["flagged"] else None,
        text=asked["q"],
    )
    found = await service.bank.list_items(subject, chosen, limit=ITEMS_SHOWN, offset=offset)
    total = found[0].total if found else 0
    base = f"/learning/{module_id}/items"
    return {
        "module": module,
        "base": base,
        "trail": crumbs(
            ("Learning", "/learning"), (module.title, f"/learning/{module_id}"), ("Items", None)
        ),
        "tabs": tabs(module_id, "items", may_watch=may(subject, WATCH)),
        "asked": asked,
        "is_asked": any(asked.values()),
        "items": [_line(each) for each in found],
        "total": total,
        "first": offset + 1,
        "last": offset + len(found),
        "newer_href": _page(base, asked, offset - ITEMS_SHOWN) if offset else None,
        "older_href": _page(base, asked, offset + ITEMS_SHOWN)
        if offset + len(found) < total
        else None,
        "statuses": [(name, STATUS_BADGES[name].label) for name in STATUS_CHOICES],
        "kinds": KIND_CHOICES,
        "difficulties": DIFFICULTIES,
        "tags": await service.bank.tags(subject, module_id),
        "objectives": objectives,
        "may_write": may(subject, WRITE),
    }


def _page(base: str, asked: Mapping[str, str], offset: int) -> str:
    given = {name: value for name, value in asked.items() if value}
    if offset > 0:
        given["offset"] = str(offset)
    return f"{base}?{urlencode(given)}" if given else base


def _line(item: BankItem) -> dict[str, Any]:
    return {
        "href": f"/learning/items/{item.id}",
        "question": item.question,
        "kind": kind_title(item.kind),
        "section": item.section[-1] if item.section else "",
        "tags": item.tags[:4],
        "difficulty": item.difficulty or "–",
        "page": item.page,
        "status": status_badge(item.status),
        "is_stale": item.stale_at is not None,
        "version": item.version,
        "answers": item.answers,
        "p": percent(item.p),
        "flags": flags_of(item.flags),
    }


def flags_of(flags: Sequence[str] | None) -> list[str]:
    """Return what attempts object to, in words."""
    return [words_of(each) for each in flags or ()]
