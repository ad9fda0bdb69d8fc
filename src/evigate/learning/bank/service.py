"""The verbs on the bank: put drafts in, list and search, look at one, edit, write, retire.

An item's content is an artifact of the gate; a row beside it holds what lists and search need. An
edit is a new version that has to pass by itself, and takes the old one's place when it does.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from pydantic import ValidationError

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.ids import ArtifactId, new_uuid
from evigate.base.subject import Subject
from evigate.evidence import evidence_version
from evigate.gate import (
    Artifact,
    GenerationRun,
    NewArtifact,
    NewCitation,
    create_artifact,
    get_artifact,
    list_citations,
    record_generation,
    retire,
)
from evigate.gate.evaluate import Evaluator, Judged
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.runs import RunStatus, create_run, finish_run, start_run
from evigate.learning.bank.models import (
    BankItem,
    BankSummary,
    CoveredChunk,
    FullItem,
    ItemFilter,
    Origin,
    QuotedSpan,
    Resting,
)
from evigate.learning.errors import E_ITEM_INVALID, E_ITEM_NOT_FOUND
from evigate.learning.generate import Cited, DraftItem
from evigate.learning.items.kinds import answer_of, parse, question_of
from evigate.learning.items.payloads import (
    MODELS,
    QUESTION_KINDS,
    SCHEMA_VERSION,
    Difficulty,
)
from evigate.learning.permissions import DELETE, READ, WRITE

_queries = load_queries(__package__)

SEARCH_WORDS_MAX = 8
PAGE_SIZE_MAX = 500
PRIORS: Mapping[Difficulty, float] = {"introductory": 0.25, "intermediate": 0.5, "advanced": 0.8}


class BankService:
    """Banks of every tenant."""

    def __init__(self, database: Database, evaluator: Evaluator) -> None:
        self.database = database
        self.evaluator = evaluator

    async def list_items(
        self, subject: Subject, chosen: ItemFilter, *, limit: int = 50, offset: int = 0
    ) -> list[BankItem]:
        """Return items, newest first."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            rows = await _queries.list_items(
                tx.connection,
                module_id=chosen.module_id,
                status=chosen.status,
                kind=chosen.kind,
                difficulty=chosen.difficulty,
                tag=chosen.tag,
                objective_id=chosen.objective_id,
                is_flagged=chosen.is_flagged,
                words=_patterns(chosen.text),
                limit=min(limit, PAGE_SIZE_MAX),
                offset=offset,
            )
        return [BankItem(**row) for row in rows]

    async def get(self, subject: Subject, item_id: UUID) -> FullItem:
        """Return an item with its content and its sources.

        Raises:
            EvigateError[E_ITEM_NOT_FOUND]: this tenant has none such.
        """
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            item = await self._need(tx, item_id)
            artifact = await get_artifact(tx, item_id)
            citations = (await list_citations(tx, [item_id]))[item_id]
        return FullItem(item, artifact.artifact_payload or {}, citations)

    async def summary(self, subject: Subject, module_id: UUID) -> BankSummary:
        """Return a module's bank in numbers."""
        require(subject, READ)
        counts: dict[str, dict[str, int]] = {}
        async with self.database.tx(subject) as tx:
            for row in await _queries.count_items(tx.connection, module_id=module_id):
                counts.setdefault(row["kind"], {})[row["status"]] = row["n"]
            missed = await _queries.why_rejected(tx.connection, module_id=module_id)
        return BankSummary(counts, {row["eval_type"]: row["n"] for row in missed})

    async def tags(self, subject: Subject, module_id: UUID) -> list[tuple[str, int]]:
        """Return the module's tags with how many items bear each, most first."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            rows = await _queries.list_tags(tx.connection, module_id=module_id)
        return [(row["tag"], row["n"]) for row in rows]

    async def coverage(self, subject: Subject, module_id: UUID) -> list[CoveredChunk]:
        """Return each passage of the module's documents with how many items rest on it."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            rows = await _queries.chunk_coverage(tx.connection, module_id=module_id)
        return [CoveredChunk(**row) for row in rows]

    async def quotes_in(self, subject: Subject, chunk_ids: Sequence[UUID]) -> list[QuotedSpan]:
        """Return what items rest on in these passages, passage by passage, from the left."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            rows = await _queries.quotes_in(tx.connection, chunk_ids=list(chunk_ids))
        return [QuotedSpan(**row) for row in rows]

    async def resting_on(self, subject: Subject, module_id: UUID, chunk_id: UUID) -> list[Resting]:
        """Return the items that rest on a passage, approved ones first; one row for each quote."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            rows = await _queries.items_of_chunk(
                tx.connection, module_id=module_id, chunk_id=chunk_id
            )
        return [Resting(**row) for row in rows]

    async def write(
        self,
        subject: Subject,
        module_id: UUID,
        kind: str,
        payload: Mapping[str, Any],
        citations: Sequence[NewCitation],
        *,
        tags: Sequence[str] = (),
        difficulty: Difficulty = "intermediate",
    ) -> Judged:
        """Put in an item that a person wrote; it is judged like any other.

        Raises:
            EvigateError[E_ITEM_INVALID]: the payload does not hold to its kind.
        """
        require(subject, WRITE)
        draft = _written(kind, payload, citations, tags=tags, difficulty=difficulty)
        return await self._judge_new(subject, module_id, draft, "written", None)

    async def edit(
        self,
        subject: Subject,
        item_id: UUID,
        payload: Mapping[str, Any],
        *,
        citations: Sequence[NewCitation] | None = None,
        tags: Sequence[str] | None = None,
        difficulty: Difficulty | None = None,
    ) -> Judged:
        """Make a new version of an item; where it passes, it takes the old one's place.

        Raises:
            EvigateError[E_ITEM_NOT_FOUND | E_ITEM_INVALID]
        """
        require(subject, WRITE)
        async with self.database.tx(subject) as tx:
            item = await self._need(tx, item_id)
            old = await get_artifact(tx, item_id)
            kept = (await list_citations(tx, [item_id]))[item_id]
        if citations is None:
            citations = [
                NewCitation(each.document_id, each.quote, each.chunk_sha256, each.page)
                for each in kept
            ]
        draft = _written(
            item.kind,
            payload,
            citations,
            tags=item.tags if tags is None else tags,
            difficulty=difficulty or cast("Difficulty", item.difficulty or "intermediate"),
        )
        return await self._judge_new(subject, item.module_id, draft, "written", old)

    async def retire(self, subject: Subject, item_id: UUID, reason: str) -> None:
        """Take an item out of the bank for good; attempts on it stay as they are."""
        require(subject, DELETE)
        async with self.database.tx(subject) as tx:
            await self._need(tx, item_id)
            await retire(tx, item_id, reason)

    async def _judge_new(
        self,
        subject: Subject,
        module_id: UUID,
        draft: DraftItem,
        origin: Origin,
        old: Artifact | None,
    ) -> Judged:
        async with self.database.tx(subject) as tx:
            run_id = await create_run(tx, "learning.write", {"kind": draft.kind})
            await start_run(tx, run_id)
            author = GenerationRun("person", "1", subject.actor, "")
            await record_generation(tx, run_id, module_id, author)
            item_id = await add_item(tx, run_id, module_id, draft, origin=origin, old=old)
            await finish_run(tx, run_id, RunStatus.SUCCEEDED, output={"artifact": str(item_id)})
        [judged] = await self.evaluator.evaluate(subject, [item_id])
        return judged

    async def _need(self, tx: Tx, item_id: UUID) -> BankItem:
        row = await _queries.get_item(tx.connection, id=item_id)
        if row is None:
            raise EvigateError(E_ITEM_NOT_FOUND, f"There is no item {str(item_id)!r}.")
        return BankItem(**row)


async def add_item(
    tx: Tx,
    run_id: UUID,
    module_id: UUID,
    draft: DraftItem,
    *,
    origin: Origin,
    objective_id: UUID | None = None,
    old: Artifact | None = None,
    producer: str = "built-in",
) -> ArtifactId:
    """Put a draft before the gate; a question also gets the row that lists and search need."""
    require(tx.subject, WRITE)
    payload = draft.payload.model_dump(mode="json")
    artifact_id = await create_artifact(
        tx,
        NewArtifact(
            module_id=module_id,
            kind=draft.kind,
            key=old.key if old else draft.key,
            schema_version=SCHEMA_VERSION,
            content_hash=content_hash_of(draft),
            evidence_version=await evidence_version(tx, module_id),
            run_id=run_id,
            payload=payload,
            citations=tuple(
                NewCitation(each.document_id, each.quote, each.chunk_sha256, each.page)
                for each in draft.citations
            ),
            difficulty=draft.difficulty,
            tags=draft.tags,
            supersedes=old.id if old else None,
            producer=producer,
        ),
    )
    if draft.kind not in QUESTION_KINDS:
        return artifact_id
    await _queries.insert_item(
        tx.connection,
        artifact_id=artifact_id,
        module_id=module_id,
        kind=draft.kind,
        question=question_of(draft.payload),
        concept=draft.payload.concept,
        objective_id=objective_id,
        section=list(draft.payload.section),
        tags=list(draft.tags),
        difficulty=draft.difficulty,
        difficulty_prior=draft.difficulty_prior,
        page=draft.citations[0].page if draft.citations else None,
        search=_search_text(draft),
        origin=origin,
    )
    return artifact_id


def content_hash_of(draft: DraftItem) -> str:
    """Return the hash of what an item says and of the quotes it rests on."""
    payload = draft.payload.model_dump(mode="json")
    return content_hash([payload, [each.quote for each in draft.citations]])


def _written(
    kind: str,
    payload: Mapping[str, Any],
    citations: Sequence[NewCitation],
    *,
    tags: Sequence[str],
    difficulty: Difficulty,
) -> DraftItem:
    if kind not in MODELS:
        message = f"No kind of item is named {kind!r}; there are {', '.join(MODELS)}."
        raise EvigateError(E_ITEM_INVALID, message)
    try:
        item = parse(kind, payload)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the item"
        raise EvigateError(E_ITEM_INVALID, f"{where}: {first['msg']}.") from error
    return DraftItem(
        kind=kind,
        payload=item,
        citations=tuple(
            Cited(each.document_id, each.chunk_sha256, each.page, each.quote) for each in citations
        ),
        difficulty=difficulty,
        difficulty_prior=PRIORS[difficulty],
        tags=tuple(tags),
        concept=item.concept,
        key=f"written:{new_uuid()}",
        quality=0.0,
    )


def _search_text(draft: DraftItem) -> str:
    parts = [question_of(draft.payload), answer_of(draft.payload), draft.payload.concept]
    parts += [*draft.tags, *draft.payload.section]
    options = getattr(draft.payload, "options", ())
    return "\n".join([*parts, *(option.text for option in options)])


def _patterns(text: str) -> list[str]:
    words = text.split()[:SEARCH_WORDS_MAX]
    escaped = (re.sub(r"([\\%_])", r"\\\1", word) for word in words)
    # An item without words to look for matches everything.
    return [f"%{word}%" for word in escaped] or ["%"]
