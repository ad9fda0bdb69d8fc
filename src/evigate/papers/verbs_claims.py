"""The verbs of editing claims: correct, add, reject, look back, and learn from it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.evidence import ParsedDocument
from evigate.gate import reopen
from evigate.kernel.access import require
from evigate.kernel.db import Tx
from evigate.kernel.events import audit
from evigate.papers.editing import (
    ClaimEdit,
    EditKind,
    LinkerRecord,
    NewClaim,
    learn,
    place_claim,
    snapshot,
)
from evigate.papers.editing import store as edits
from evigate.papers.errors import E_CLAIM_NOT_FOUND
from evigate.papers.models import Claim, ClaimDraft
from evigate.papers.permissions import READ, WRITE
from evigate.papers.verbs_papers import PaperVerbs, need_paper

REASON_LENGTH_MAX = 1000
BY_A_PERSON = "a person said so"
_PLACED = ("value", "page", "quote")


class ClaimVerbs(PaperVerbs):
    """What a person can do to claims."""

    async def get_claim(self, subject: Subject, paper_id: UUID, claim_id: UUID) -> Claim:
        """Return a claim that is not rejected.

        Raises:
            EvigateError[E_CLAIM_NOT_FOUND]: the paper has none such, or it was rejected.
        """
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            return await _need_claim(tx, paper_id, claim_id)

    async def correct_claim(
        self,
        subject: Subject,
        paper_id: UUID,
        claim_id: UUID,
        changes: Mapping[str, Any],
        reason: str = "",
    ) -> Claim:
        """Change fields of a claim, named as in `NewClaim`; the rest stays.

        Raises:
            EvigateError[E_CLAIM_NOT_FOUND | E_CLAIM_NOT_CITED | E_INVALID]
        """
        require(subject, WRITE)
        _check_reason(reason)
        document = await self._document(subject, paper_id)
        async with self.database.tx(subject) as tx:
            claim = await _need_claim(tx, paper_id, claim_id)
            draft = await asyncio.to_thread(_corrected, document, claim.draft, changes)
            if draft == claim.draft:
                raise EvigateError(E_INVALID, "Nothing of the claim is changed.")
            before, after = snapshot(claim.draft), snapshot(draft)
            await edits.update_claim(tx, claim_id, draft)
            await edits.insert_edit(
                tx, EditKind.CORRECT, paper_id, claim_id, reason=reason, before=before, after=after
            )
            await audit(tx, "claim_corrected", paper_id=str(paper_id), claim_id=str(claim_id))
            await _reopen_plans(tx, paper_id, claim_id, "was corrected")
            return await _need_claim(tx, paper_id, claim_id)

    async def add_claim(
        self, subject: Subject, paper_id: UUID, new: NewClaim, reason: str = ""
    ) -> Claim:
        """Add a claim that the paper prints and nobody found.

        Raises:
            EvigateError[E_PAPER_NOT_FOUND | E_CLAIM_NOT_CITED | E_INVALID]
        """
        require(subject, WRITE)
        _check_reason(reason)
        document = await self._document(subject, paper_id)
        draft = await asyncio.to_thread(place_claim, document, new)
        async with self.database.tx(subject) as tx:
            claim_id = await edits.insert_claim(tx, paper_id, draft)
            await edits.insert_edit(
                tx,
                EditKind.ADD,
                paper_id,
                claim_id,
                reason=reason,
                before=None,
                after=snapshot(draft),
            )
            await audit(tx, "claim_added", paper_id=str(paper_id), claim_id=str(claim_id))
            return await _need_claim(tx, paper_id, claim_id)

    async def reject_claim(
        self, subject: Subject, paper_id: UUID, claim_id: UUID, reason: str = ""
    ) -> None:
        """Take a claim out of lists, plans and reports; its row, verdicts and edits stay.

        Raises:
            EvigateError[E_CLAIM_NOT_FOUND]
        """
        require(subject, WRITE)
        _check_reason(reason)
        async with self.database.tx(subject) as tx:
            claim = await _need_claim(tx, paper_id, claim_id)
            await edits.reject_claim(tx, claim_id)
            await edits.insert_edit(
                tx,
                EditKind.REJECT,
                paper_id,
                claim_id,
                reason=reason,
                before=snapshot(claim.draft),
                after=None,
            )
            await audit(tx, "claim_rejected", paper_id=str(paper_id), claim_id=str(claim_id))
            await _reopen_plans(tx, paper_id, claim_id, "was rejected")

    async def restore_claim(
        self, subject: Subject, paper_id: UUID, claim_id: UUID, reason: str = ""
    ) -> Claim:
        """Take a rejection back; plans that name the claim need an approval again.

        Raises:
            EvigateError[E_CLAIM_NOT_FOUND]: the paper has no rejected claim of this id.
        """
        require(subject, WRITE)
        _check_reason(reason)
        async with self.database.tx(subject) as tx:
            await need_paper(tx, paper_id)
            claim = await edits.get_rejected(tx, paper_id, claim_id)
            if claim is None:
                message = f"The paper has no rejected claim {str(claim_id)!r}."
                raise EvigateError(E_CLAIM_NOT_FOUND, message)
            await edits.restore_claim(tx, claim_id)
            same = snapshot(claim.draft)
            await edits.insert_edit(
                tx, EditKind.RESTORE, paper_id, claim_id, reason=reason, before=same, after=same
            )
            await audit(tx, "claim_restored", paper_id=str(paper_id), claim_id=str(claim_id))
            await _reopen_plans(tx, paper_id, claim_id, "was restored")
            return await _need_claim(tx, paper_id, claim_id)

    async def list_rejected(self, subject: Subject, paper_id: UUID) -> list[Claim]:
        """Return a paper's rejected claims in the order they stand in it."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await need_paper(tx, paper_id)
            return await edits.list_rejected(tx, paper_id)

    async def list_edits(
        self, subject: Subject, paper_id: UUID, *, limit: int = 200
    ) -> list[ClaimEdit]:
        """Return the edits of a paper's claims, newest first."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await need_paper(tx, paper_id)
            return await edits.list_edits(tx, paper_id=paper_id, limit=limit)

    async def retrain_linker(self, subject: Subject) -> LinkerRecord:
        """Learn anew from all edits of the tenant; papers taken in from now on use it."""
        require(subject, WRITE)
        async with self.database.tx(subject) as tx:
            known = await edits.list_edits(tx)
            linker = learn(reversed(known))
            await edits.insert_linker(tx, linker.to_json(), len(known))
            await audit(tx, "linker_retrained", edits=len(known))
            record = await edits.newest_linker(tx)
        assert record is not None
        return record

    async def current_linker(self, subject: Subject) -> LinkerRecord | None:
        """Return what was learnt last, or None where nothing was."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            return await edits.newest_linker(tx)

    async def _document(self, subject: Subject, paper_id: UUID) -> ParsedDocument:
        return await self.library.parse(await self.pdf_of(subject, paper_id))


async def _need_claim(tx: Tx, paper_id: UUID, claim_id: UUID) -> Claim:
    await need_paper(tx, paper_id)
    claim = await edits.get_claim(tx, paper_id, claim_id)
    if claim is None:
        raise EvigateError(E_CLAIM_NOT_FOUND, f"The paper has no claim {str(claim_id)!r}.")
    return claim


async def _reopen_plans(tx: Tx, paper_id: UUID, claim_id: UUID, what: str) -> None:
    """Ask for a new approval of the plans and notebooks that were made for another claim."""
    for artifact_id in await edits.artifacts_on_claim(tx, paper_id, claim_id):
        await reopen(tx, artifact_id, f"the claim {claim_id} {what}")


def _corrected(
    document: ParsedDocument, draft: ClaimDraft, changes: Mapping[str, Any]
) -> ClaimDraft:
    """Return the draft with changes; placed anew only if its number or its place changes."""
    if changes.get("is_own_method", draft.is_own_method) != draft.is_own_method:
        draft = replace(draft, own_reason=BY_A_PERSON)
    if all(changes.get(name, getattr(draft, name)) == getattr(draft, name) for name in _PLACED):
        return replace(draft, **changes, confidence=1.0) if _differs(draft, changes) else draft
    names = NewClaim.__dataclass_fields__
    known = {name: getattr(draft, name) for name in names}
    placed = place_claim(document, NewClaim(**{**known, **changes}), draft.cell)
    return replace(placed, own_reason=draft.own_reason)


def _differs(draft: ClaimDraft, changes: Mapping[str, Any]) -> bool:
    return any(getattr(draft, name) != value for name, value in changes.items())


def _check_reason(reason: str) -> None:
    if len(reason) > REASON_LENGTH_MAX:
        message = f"The reason is longer than {REASON_LENGTH_MAX} characters."
        raise EvigateError(E_INVALID, message)
