"""The verbs on papers and their claims: take in, look at, render, delete, extract."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from evigate.agents import AgentService
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import delete_module, render_page
from evigate.gate.prompts import active_prompt
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import audit
from evigate.kernel.sandbox import RunLimits
from evigate.kernel.storage import Storage
from evigate.papers import store
from evigate.papers.by_model import CLAIM_READER, is_model_chosen, read_by_model
from evigate.papers.claims import extract_claims
from evigate.papers.editing import Linker, apply_linker
from evigate.papers.editing import store as edits
from evigate.papers.errors import (
    E_PAPER_NOT_FOUND,
)
from evigate.papers.intake import Library, Source, check_size, record_paper
from evigate.papers.models import (
    Claim,
    Paper,
)
from evigate.papers.permissions import DELETE, READ, WRITE
from evigate.papers.runs import Executor, LocalExecutor

PAGE_SCALE_MAX = 3.0


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper in a list: how many claims it has and how its newest reproduction stands."""

    paper: Paper
    claim_count: int
    reproduction_id: UUID | None
    reproduction_status: str | None
    summary: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class FoundClaims:
    """A paper's claims, and what was dropped while they were found, a sentence each."""

    claims: list[Claim]
    notes: tuple[str, ...] = ()


class PaperVerbs:
    """What can be done with a paper and its claims."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        *,
        upload_max_bytes: int,
        run_memory_bytes: int,
        work_dir: Path,
        claim_confidence_min: float = 0.0,
        agents: AgentService | None = None,
        is_gpu_allowed: bool = False,
        executor: Executor | None = None,
    ) -> None:
        self.database = database
        self.storage = storage
        self.upload_max_bytes = upload_max_bytes
        self.run_limits = RunLimits(memory_bytes=run_memory_bytes, is_gpu_allowed=is_gpu_allowed)
        self.executor: Executor = executor or LocalExecutor()
        self.work_dir = work_dir
        self.agents = agents
        self.claim_confidence_min = claim_confidence_min
        self.library = Library()

    async def ingest(self, subject: Subject, data: bytes, source: Source) -> Paper:
        """Take in a PDF and return its paper; the same bytes again return the same paper.

        Raises:
            EvigateError: too large, not a PDF, damaged, encrypted, or without text.
        """
        require(subject, WRITE)
        check_size(len(data), self.upload_max_bytes)
        document = await self.library.parse(data)
        assert subject.tenant_id is not None
        blob = await self.storage.put(subject.tenant_id, data)
        async with self.database.tx(subject) as tx:
            return await record_paper(tx, document, blob, source)

    async def list_papers(
        self, subject: Subject, *, before: UUID | None = None, limit: int = 50
    ) -> list[PaperLine]:
        """Return papers, newest first."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            papers = await store.list_papers(tx, before=before, limit=limit)
            ids = [paper.id for paper in papers]
            counts = await store.claim_counts(tx, ids)
            latest = await store.latest_reproductions(tx, ids)
        return [
            PaperLine(
                paper,
                counts.get(paper.id, 0),
                latest.get(paper.id, {}).get("id"),
                latest.get(paper.id, {}).get("status"),
                latest.get(paper.id, {}).get("summary"),
            )
            for paper in papers
        ]

    async def get_paper(self, subject: Subject, paper_id: UUID) -> Paper:
        """Return the paper.

        Raises:
            EvigateError[E_PAPER_NOT_FOUND]: this tenant has none such.
        """
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            return await need_paper(tx, paper_id)

    async def delete_paper(self, subject: Subject, paper_id: UUID) -> None:
        """Remove a paper with its claims, plans, runs and reports."""
        require(subject, DELETE)
        async with self.database.tx(subject) as tx:
            paper = await need_paper(tx, paper_id)
            digests = await store.digests_of_paper(tx, paper_id)
            journeys = await store.journeys_of_paper(tx, paper_id)
            await delete_module(tx, paper.module_id)
            await store.remove_journeys(tx, journeys)
            await store.forget_blobs(tx, digests)
            await audit(tx, "paper_deleted", paper_id=str(paper_id), sha256=paper.pdf_sha256)

    async def pdf_of(self, subject: Subject, paper_id: UUID) -> bytes:
        """Return the PDF's bytes."""
        paper = await self.get_paper(subject, paper_id)
        assert subject.tenant_id is not None
        return await self.storage.get(subject.tenant_id, paper.pdf_sha256)

    async def page_image(
        self, subject: Subject, paper_id: UUID, number: int, *, scale: float = 1.5
    ) -> bytes:
        """Return a page as PNG, rendered now; `number` counts from 1."""
        paper = await self.get_paper(subject, paper_id)
        if not 1 <= number <= paper.page_count:
            raise EvigateError(E_PAPER_NOT_FOUND, f"The paper has no page {number}.")
        data = await self.pdf_of(subject, paper_id)
        return await asyncio.to_thread(
            render_page, data, number, scale=max(0.5, min(scale, PAGE_SCALE_MAX))
        )

    async def page_sizes(self, subject: Subject, paper_id: UUID) -> list[tuple[float, float]]:
        """Return each page's width and height in points, first page first."""
        document = await self.library.parse(await self.pdf_of(subject, paper_id))
        return [(page.width, page.height) for page in document.pages]

    async def list_claims(self, subject: Subject, paper_id: UUID) -> list[Claim]:
        """Return the paper's claims in the order they stand in it."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            await need_paper(tx, paper_id)
            return await store.list_claims(tx, paper_id)

    async def extract(self, subject: Subject, paper_id: UUID) -> list[Claim]:
        """Find the paper's claims, once: plans and verdicts refer to them."""
        return (await self.find_claims(subject, paper_id)).claims

    async def find_claims(self, subject: Subject, paper_id: UUID) -> FoundClaims:
        """Find the paper's claims, once, and say what was dropped on the way.

        What was learnt from the tenant's edits is applied to what the extractor finds. Where the
        tenant gave the claim reader to a model, that reads, behind the same verification.
        """
        require(subject, WRITE)
        async with self.database.tx(subject) as tx:
            await need_paper(tx, paper_id)
            if await store.has_claims(tx, paper_id):
                return FoundClaims(await store.list_claims(tx, paper_id))
            learnt = await edits.newest_linker(tx)
            prompt = await active_prompt(tx, CLAIM_READER.prompt_name)
        document = await self.library.parse(await self.pdf_of(subject, paper_id))
        drafts = await asyncio.to_thread(extract_claims, document)
        if learnt is not None:
            drafts = apply_linker(drafts, Linker.of(learnt.learned))
        origin, notes = "extracted", tuple[str, ...]()
        if self.agents is not None and await is_model_chosen(self.agents, subject):
            read = await read_by_model(self.agents, subject, document, drafts, prompt)
            origin, notes, drafts = "model", read.notes, list(read.claims)
        async with self.database.tx(subject) as tx:
            if not await store.has_claims(tx, paper_id):
                await store.replace_claims(tx, paper_id, drafts, origin=origin)
            return FoundClaims(await store.list_claims(tx, paper_id), notes)


async def need_paper(tx: Tx, paper_id: UUID) -> Paper:
    """Return the paper, or raise E_PAPER_NOT_FOUND where this tenant has none such."""
    paper = await store.get_paper(tx, paper_id)
    if paper is None:
        raise EvigateError(E_PAPER_NOT_FOUND, f"There is no paper {str(paper_id)!r}.")
    return paper
