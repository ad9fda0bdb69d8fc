"""Files in and out: approved items leave, whatever enters is judged like any other draft.

An imported item rarely names its source, so the module's own text is searched for sentences that
bear it out; an item that none does cannot be approved, and a person sees why.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from evigate.base.ids import ArtifactId
from evigate.base.subject import Subject
from evigate.evidence import list_chunks
from evigate.gate import GenerationRun, NewCitation, record_generation
from evigate.gate.evaluate import Evaluator
from evigate.gate.reevaluate import Passages, find_support
from evigate.kernel.access import require
from evigate.kernel.db import Database
from evigate.kernel.runs import RunStatus, create_run, finish_run, start_run
from evigate.learning.bank.models import FullItem, ItemFilter
from evigate.learning.bank.service import PRIORS, BankService, add_item
from evigate.learning.exchange import Cited as ExchangeCited
from evigate.learning.exchange import ExchangeItem, Unread, Written, read, write
from evigate.learning.generate import Cited, DraftItem
from evigate.learning.items.kinds import claims_of, parse
from evigate.learning.items.payloads import Difficulty
from evigate.learning.modules import ModuleService
from evigate.learning.permissions import READ, WRITE

EXPORTED_MAX = 20_000
PAGE = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: items by their standing at the gate, and what could not be read."""

    run_id: UUID
    items: int
    approved: int
    waiting: int
    rejected: int
    without_evidence: int
    problems: tuple[Unread, ...]


class ExchangeService:
    """Imports and exports of every tenant."""

    def __init__(
        self, database: Database, modules: ModuleService, bank: BankService, evaluator: Evaluator
    ) -> None:
        self._database = database
        self._modules = modules
        self._bank = bank
        self._evaluator = evaluator

    async def export(self, subject: Subject, module_id: UUID, format_: str) -> Written:
        """Return the module's approved items as a file, and what the format cannot hold.

        Raises:
            EvigateError[E_MODULE_NOT_FOUND]
        """
        require(subject, READ)
        module = await self._modules.get(subject, str(module_id))
        chosen = ItemFilter(module_id=module_id, status="APPROVED")
        items: list[ExchangeItem] = []
        while len(items) < EXPORTED_MAX:
            page = await self._bank.list_items(subject, chosen, limit=PAGE, offset=len(items))
            if not page:
                break
            items += [_exported(await self._bank.get(subject, each.id)) for each in page]
        return await asyncio.to_thread(write, format_, items, title=module.title)

    async def import_(
        self, subject: Subject, module_id: UUID, format_: str, data: bytes
    ) -> Imported:
        """Put a file's items before the gate.

        Raises:
            EvigateError[E_MODULE_NOT_FOUND]
            EvigateError[E_EXCHANGE_FORMAT]: the file is not of the format.
            EvigateError[E_EXCHANGE_LIMIT]: it holds too much.
        """
        require(subject, WRITE)
        module = await self._modules.get(subject, str(module_id))
        found = await asyncio.to_thread(read, format_, data)
        async with self._database.tx(subject) as tx:
            passages = Passages.of(await list_chunks(tx, module_id=module_id))
        drafts = await asyncio.to_thread(lambda: [_draft(each, passages) for each in found.items])
        async with self._database.tx(subject) as tx:
            run_id = await create_run(tx, "learning.import", {"format": format_})
            await start_run(tx, run_id)
            author = GenerationRun("import", "1", format_, module.store_name)
            await record_generation(tx, run_id, module_id, author)
            ids = [
                await add_item(tx, run_id, module_id, draft, origin="imported", producer=format_)
                for draft in drafts
            ]
            await finish_run(tx, run_id, RunStatus.SUCCEEDED, output={"items": len(ids)})
        without = sum(not draft.citations for draft in drafts)
        return await self._judge(subject, run_id, ids, without, found.problems)

    async def _judge(
        self,
        subject: Subject,
        run_id: UUID,
        ids: Sequence[ArtifactId],
        without: int,
        problems: tuple[Unread, ...],
    ) -> Imported:
        judged = await self._evaluator.evaluate(subject, list(dict.fromkeys(ids)))
        statuses = [each.outcome.artifact_status.value for each in judged]
        return Imported(
            run_id=run_id,
            items=len(judged),
            approved=statuses.count("APPROVED"),
            waiting=statuses.count("PENDING_EVAL"),
            rejected=statuses.count("REJECTED"),
            without_evidence=without,
            problems=problems,
        )


def _exported(full: FullItem) -> ExchangeItem:
    return ExchangeItem(
        kind=full.item.kind,
        payload=parse(full.item.kind, full.payload),
        tags=tuple(full.item.tags),
        difficulty=cast("Difficulty | None", full.item.difficulty),
        citations=tuple(
            ExchangeCited(each.quote, each.page, each.document or "") for each in full.citations
        ),
        identifier=str(full.item.id),
    )


def _draft(item: ExchangeItem, passages: Passages) -> DraftItem:
    """Return an imported item as a draft, with sentences of the module that bear it out."""
    support: list[NewCitation] = []
    for claim in claims_of(item.payload):
        found = find_support(claim, passages)
        if found is not None and found not in support:
            support.append(found)
    difficulty: Difficulty = item.difficulty or "intermediate"
    return DraftItem(
        kind=item.kind,
        payload=item.payload,
        citations=tuple(
            Cited(each.document_id, each.chunk_sha256, each.page, each.quote) for each in support
        ),
        difficulty=difficulty,
        difficulty_prior=PRIORS[difficulty],
        tags=item.tags,
        concept=item.payload.concept,
        key=f"imported:{item.identifier}",
        quality=0.0,
    )
