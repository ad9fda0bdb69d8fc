"""The pages of editing claims: one form for a claim that is there and for one that is added."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.papers.editing import ClaimEdit, NewClaim, snapshot
from evigate.papers.models import Claim, Paper
from evigate.papers.pages_papers import claim_label
from evigate.papers.service import PapersService

_CHANGED = ("dataset", "split", "metric", "value", "units", "method", "is_own_method", "page")
Field = Annotated[str, Form(max_length=300)]
Long = Annotated[str, Form(max_length=2000)]
_EDITS_SHOWN = 50


class _Typed:
    """What a person typed into the form."""

    def __init__(
        self,
        metric: Field = "",
        value: Field = "",
        page: Field = "",
        quote: Long = "",
        dataset: Field = "",
        split: Field = "",
        units: Field = "",
        method: Field = "",
        own: Field = "",
        reason: Long = "",
    ) -> None:
        self.metric, self.value, self.page, self.quote = metric, value, page, quote
        self.dataset, self.split, self.units, self.method = dataset, split, units, method
        self.own, self.reason = own, reason

    def new_claim(self) -> NewClaim:
        """Return the claim; an empty field says that the paper does not.

        Raises:
            EvigateError[E_INVALID]: metric or quote are empty, number or page are none.
        """
        if not self.metric.strip() or not self.quote.strip():
            raise EvigateError(E_INVALID, "A claim has a metric and a quote.")
        try:
            value, page = Decimal(self.value.strip()), int(self.page)
        except (InvalidOperation, ValueError):
            raise EvigateError(E_INVALID, "Number and page must be numbers.") from None
        if not value.is_finite():
            raise EvigateError(E_INVALID, "Number and page must be numbers.")
        return NewClaim(
            metric=self.metric.strip(),
            value=value,
            page=page,
            quote=self.quote.strip(),
            dataset=self.dataset.strip() or None,
            split=self.split.strip() or None,
            units=self.units.strip() or None,
            method=self.method.strip() or None,
            is_own_method=self.own == "yes",
        )

    def shown(self) -> dict[str, Any]:
        """Return the fields to show again."""
        return {**vars(self), "is_own_method": self.own == "yes", "own_reason": None}


class _Page:
    """Draws the form of a claim, and keeps what was sent."""

    def __init__(self, service: PapersService, draw: Draw) -> None:
        self.service, self.draw = service, draw

    async def form(
        self,
        request: Request,
        visitor: Visitor,
        paper_id: UUID,
        claim_id: UUID | None,
        claim: Mapping[str, Any],
        error: EvigateError | None = None,
    ) -> Response:
        context = form_context(
            await self.service.get_paper(visitor.subject, paper_id),
            claim_id,
            claim,
            await self.service.list_edits(visitor.subject, paper_id, limit=_EDITS_SHOWN),
            error,
            await self.service.list_rejected(visitor.subject, paper_id),
        )
        status = 200 if error is None else error.code.status
        return await self.draw(request, "claim_edit", context, active="papers", status=status)

    async def save(
        self,
        request: Request,
        visitor: Visitor,
        paper_id: UUID,
        claim_id: UUID | None,
        typed: _Typed,
    ) -> Response:
        subject, reason = visitor.subject, typed.reason
        await self.service.get_paper(subject, paper_id)
        try:
            new = typed.new_claim()
            if claim_id is None:
                await self.service.add_claim(subject, paper_id, new, reason)
            else:
                changes = {name: getattr(new, name) for name in NewClaim.__dataclass_fields__}
                await self.service.correct_claim(subject, paper_id, claim_id, changes, reason)
        except EvigateError as error:
            if error.code.status == 404:
                raise
            return await self.form(request, visitor, paper_id, claim_id, typed.shown(), error)
        return RedirectResponse(f"/papers/{paper_id}", status_code=303)


def claim_pages(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    """Add the pages of editing claims."""
    visitor_of = Depends(doors.visitor)
    page = _Page(service, draw)
    _form_pages(routes, page, visitor_of)
    _saving_routes(routes, page, visitor_of)
    _rejecting_routes(routes, service, visitor_of)


def _form_pages(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/papers/{paper_id}/claims/new")
    async def new_claim(
        request: Request, paper_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        return await page.form(request, visitor, paper_id, None, _Typed().shown())

    @routes.get("/papers/{paper_id}/claims/{claim_id}")
    async def claim_page(
        request: Request, paper_id: UUID, claim_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        claim = await page.service.get_claim(visitor.subject, paper_id, claim_id)
        return await page.form(request, visitor, paper_id, claim_id, snapshot(claim.draft))


def _saving_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.post("/papers/{paper_id}/claims/new")
    async def add_claim(
        request: Request,
        paper_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        typed: Annotated[_Typed, Depends()],
    ) -> Response:
        return await page.save(request, visitor, paper_id, None, typed)

    @routes.post("/papers/{paper_id}/claims/{claim_id}")
    async def correct_claim(
        request: Request,
        paper_id: UUID,
        claim_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        typed: Annotated[_Typed, Depends()],
    ) -> Response:
        return await page.save(request, visitor, paper_id, claim_id, typed)


def _rejecting_routes(routes: APIRouter, service: PapersService, visitor_of: Any) -> None:
    @routes.post("/papers/{paper_id}/claims/{claim_id}/reject")
    async def reject_claim(
        paper_id: UUID, claim_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        await service.reject_claim(visitor.subject, paper_id, claim_id)
        return RedirectResponse(f"/papers/{paper_id}", status_code=303)

    @routes.post("/papers/{paper_id}/claims/{claim_id}/restore")
    async def restore_claim(
        paper_id: UUID, claim_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        await service.restore_claim(visitor.subject, paper_id, claim_id)
        return RedirectResponse(f"/papers/{paper_id}#claim-{claim_id}", status_code=303)


def form_context(
    paper: Paper,
    claim_id: UUID | None,
    claim: Mapping[str, Any],
    edits: Sequence[ClaimEdit],
    error: EvigateError | None,
    rejected: Sequence[Claim] = (),
) -> dict[str, Any]:
    """Return the form's context; without an id it adds a claim, and shows the rejected ones."""
    place = f"/papers/{paper.id}/claims/{claim_id or 'new'}"
    return {
        "title": "Correct a claim" if claim_id else "Add a claim",
        "paper": {"title": paper.title, "href": f"/papers/{paper.id}"},
        "claim": claim,
        "action_href": place,
        "reject_href": f"{place}/reject" if claim_id else None,
        "error": f"{error.message} {error.remediation}" if error else None,
        "rejected": [
            {"label": claim_label(each), "href": f"/papers/{paper.id}/claims/{each.id}/restore"}
            for each in (rejected if claim_id is None else ())
        ],
        "edits": [_edit(edit) for edit in edits if claim_id is None or edit.claim_id == claim_id],
    }


def _edit(edit: ClaimEdit) -> dict[str, Any]:
    before, after = edit.before or {}, edit.after or {}
    return {
        "kind": edit.kind.value,
        "reason": edit.reason,
        "created_by": edit.created_by,
        "created_at": edit.created_at,
        "changes": [
            {"name": name.replace("_", " "), "before": before.get(name), "after": after.get(name)}
            for name in _CHANGED
            if before.get(name) != after.get(name)
        ],
    }
