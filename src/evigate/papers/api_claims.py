"""The routes of editing claims."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter

from evigate.base.errors import E_INVALID
from evigate.base.subject import Subject
from evigate.kernel.http import responses_of
from evigate.papers.errors import E_CLAIM_NOT_CITED, E_CLAIM_NOT_FOUND, E_PAPER_NOT_FOUND
from evigate.papers.schemas import ClaimOut, ClaimsOut
from evigate.papers.schemas_claims import (
    ClaimIn,
    ClaimPatch,
    EditOut,
    EditsOut,
    LinkerOut,
    RejectIn,
)
from evigate.papers.service import PapersService


def claim_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    """Add the routes of editing claims."""
    _writing_routes(routes, service, subject_of)
    _rejecting_routes(routes, service, subject_of)
    _history_routes(routes, service, subject_of)
    _linker_routes(routes, service, subject_of)


def _writing_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.post(
        "/papers/{paper_id}/claims",
        status_code=201,
        tags=["claims"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_CLAIM_NOT_CITED, E_INVALID),
    )
    async def add_claim(
        paper_id: UUID, body: ClaimIn, subject: Annotated[Subject, subject_of]
    ) -> ClaimOut:
        """Add a claim that the paper prints and that was not found."""
        claim = await service.add_claim(subject, paper_id, body.new_claim(), body.reason)
        return ClaimOut.of(claim)

    @routes.patch(
        "/papers/{paper_id}/claims/{claim_id}",
        tags=["claims"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_CLAIM_NOT_FOUND, E_CLAIM_NOT_CITED, E_INVALID),
    )
    async def correct_claim(
        paper_id: UUID, claim_id: UUID, body: ClaimPatch, subject: Annotated[Subject, subject_of]
    ) -> ClaimOut:
        """Correct a claim; what it was stays among its edits."""
        claim = await service.correct_claim(
            subject, paper_id, claim_id, body.changes(), body.reason
        )
        return ClaimOut.of(claim)


def _rejecting_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.post(
        "/papers/{paper_id}/claims/{claim_id}/reject",
        status_code=204,
        tags=["claims"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_CLAIM_NOT_FOUND),
    )
    async def reject_claim(
        paper_id: UUID, claim_id: UUID, body: RejectIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Reject a claim: it leaves lists, plans and reports, and its history stays."""
        await service.reject_claim(subject, paper_id, claim_id, body.reason)

    @routes.get(
        "/papers/{paper_id}/rejected-claims",
        tags=["claims"],
        responses=responses_of(E_PAPER_NOT_FOUND),
    )
    async def list_rejected(paper_id: UUID, subject: Annotated[Subject, subject_of]) -> ClaimsOut:
        """List a paper's rejected claims."""
        found = await service.list_rejected(subject, paper_id)
        claims = [ClaimOut.of(claim) for claim in found]
        return ClaimsOut(paper_id=paper_id, claims_count=len(claims), claims=claims)

    @routes.post(
        "/papers/{paper_id}/claims/{claim_id}/restore",
        tags=["claims"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_CLAIM_NOT_FOUND),
    )
    async def restore_claim(
        paper_id: UUID, claim_id: UUID, body: RejectIn, subject: Annotated[Subject, subject_of]
    ) -> ClaimOut:
        """Restore a rejected claim; plans that name it need an approval again."""
        return ClaimOut.of(await service.restore_claim(subject, paper_id, claim_id, body.reason))


def _history_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.get(
        "/papers/{paper_id}/claim-edits",
        tags=["claims"],
        responses=responses_of(E_PAPER_NOT_FOUND),
    )
    async def list_edits(paper_id: UUID, subject: Annotated[Subject, subject_of]) -> EditsOut:
        """List what people did to a paper's claims, newest first."""
        found = await service.list_edits(subject, paper_id)
        return EditsOut(paper_id=paper_id, edits=[EditOut.of(edit) for edit in found])


def _linker_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.get("/papers-linker", tags=["claims"])
    async def current_linker(subject: Annotated[Subject, subject_of]) -> LinkerOut:
        """Get what was learnt from the tenant's edits."""
        return LinkerOut.of(await service.current_linker(subject))

    @routes.post("/papers-linker/retrain", status_code=201, tags=["claims"])
    async def retrain_linker(subject: Annotated[Subject, subject_of]) -> LinkerOut:
        """Learn anew from all edits; papers taken in from now on use it."""
        return LinkerOut.of(await service.retrain_linker(subject))
