"""Stores: a module's documents as passages that can be searched and cited.

A store's passages are one source of the engine's, with an embedding and a lexical table. Indexing
again reads only what is new: passages are named by document, page and text, so one that stayed is
neither embedded nor indexed again.
"""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pyarrow as pa
from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.base.ids import DocumentId, ModuleId, new_uuid
from evigate.base.subject import Subject
from evigate.engine.core import Core
from evigate.engine.engine import Engine
from evigate.evidence.chunks import chunk_document
from evigate.evidence.errors import (
    E_DOCUMENT_MISSING,
    E_STORE_AMBIGUOUS,
    E_STORE_EMPTY,
    E_STORE_MISSING,
)
from evigate.evidence.models import Answer, Document, Hit, Purpose, Store
from evigate.evidence.parsing.models import ParsedDocument
from evigate.evidence.parsing.pdf import read_pdf, render_page
from evigate.evidence.parsing.text import SUFFIXES, read_text
from evigate.evidence.permissions import DELETE, READ, WRITE
from evigate.evidence.service import refresh_version, register_blob
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import audit
from evigate.kernel.storage import Storage

_queries = load_queries(__package__)

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("document_id", pa.string(), nullable=False),
        pa.field("page", pa.int32(), nullable=False),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("boxes", pa.list_(pa.list_(pa.float32()))),
    ]
)
MEDIA_TYPE = {"pdf": "application/pdf", "text": "text/plain"}
PAGE_SCALE_MAX = 3.0
PARSED_MAX = 8
# Words that Lucene's English analyser leaves out, and question words: marking them says nothing.
STOP_WORDS = frozenset(
    """a an and are as at be but by for if in into is it no not of on or such that the their then
    there these they this to was will with which what who whom whose when where why how had has have
    does did do can could would should""".split()  # noqa: SIM905  a word list is read as one
)

Progress = Callable[[int, int | None], None]


class StoreService:
    """Stores of every tenant."""

    def __init__(self, database: Database, storage: Storage, engine: Core) -> None:
        self._database = database
        self._storage = storage
        self._engine = engine
        self._parsed: OrderedDict[str, ParsedDocument] = OrderedDict()

    async def create(self, subject: Subject, title: str, purpose: Purpose = "project") -> Store:
        """Make an empty store, with the module it belongs to."""
        require(subject, WRITE)
        module_id, store_id = ModuleId(new_uuid()), new_uuid()
        async with self._database.tx(subject) as tx:
            await _queries.insert_module(
                tx.connection, id=module_id, title=title[:500], purpose=purpose
            )
            await _queries.insert_store(
                tx.connection, id=store_id, module_id=module_id, store_name=f"vs_{store_id.hex}"
            )
            await audit(tx, "store_created", store_id=str(store_id))
        return await self.get(subject, str(store_id))

    async def list_stores(self, subject: Subject) -> list[Store]:
        """Return the tenant's stores, newest first."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return [Store(**row) for row in await _queries.list_stores(tx.connection)]

    async def get(self, subject: Subject, name: str) -> Store:
        """Return a store by its id, its name, its module's id or its title.

        Raises:
            EvigateError[E_STORE_MISSING]: the tenant has none such.
            EvigateError[E_STORE_AMBIGUOUS]: several have the title.
        """
        stores = await self.list_stores(subject)
        exact = [s for s in stores if name in (str(s.id), s.store_name, str(s.module_id))]
        found = exact or [s for s in stores if s.title.casefold() == name.casefold()]
        if not found:
            raise EvigateError(E_STORE_MISSING, f"There is no store {name!r}.")
        if len(found) > 1:
            raise EvigateError(E_STORE_AMBIGUOUS, f"{len(found)} stores are titled {name!r}.")
        return found[0]

    async def documents(self, subject: Subject, store: Store) -> list[Document]:
        """Return a store's documents, oldest first."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            rows = await _queries.list_documents(tx.connection, store_id=store.id)
        return [Document(**row) for row in rows]

    async def document(self, subject: Subject, document_id: UUID) -> Document:
        """Return one document.

        Raises:
            EvigateError[E_DOCUMENT_MISSING]: the tenant has none such.
        """
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            row = await _queries.get_document(tx.connection, id=document_id)
        if row is None:
            raise EvigateError(E_DOCUMENT_MISSING, f"There is no document {str(document_id)!r}.")
        return Document(**row)

    async def add(self, subject: Subject, store: Store, data: bytes, file_name: str) -> Document:
        """Add a PDF or a text to a store; the same bytes again are the same document.

        Raises:
            EvigateError: it cannot be read; nothing is kept.
        """
        require(subject, WRITE)
        parsed = await asyncio.to_thread(_parse, data, file_name)
        assert subject.tenant_id is not None
        blob = await self._storage.put(subject.tenant_id, data)
        kind = "pdf" if _is_pdf(data) else "text"
        async with self._database.tx(subject) as tx:
            await register_blob(tx, blob, MEDIA_TYPE[kind])
            await _queries.insert_document_once(
                tx.connection,
                id=DocumentId(new_uuid()),
                module_id=store.module_id,
                store_id=store.id,
                title=parsed.title,
                source_uri=f"sha256:{blob.digest}",
                sha256=blob.digest,
                metadata=Jsonb({"kind": kind, "pages": len(parsed.pages)}),
                file_name=file_name,
            )
            await refresh_version(tx, store.id)
        found = await self.documents(subject, store)
        return next(each for each in found if each.sha256 == blob.digest)

    async def remove(self, subject: Subject, document_id: UUID) -> None:
        """Take a document out of its store; its passages go at the next indexing, which follows."""
        require(subject, DELETE)
        document = await self.document(subject, document_id)
        async with self._database.tx(subject) as tx:
            await _queries.delete_document(tx.connection, id=document_id)
            await refresh_version(tx, document.store_id)
        store = await self.get(subject, str(document.store_id))
        if store.documents:
            await self.index(subject, store)
        else:
            await asyncio.to_thread(self._drop_source, subject, store)

    def _drop_source(self, subject: Subject, store: Store) -> None:
        engine = Engine(self._engine, subject)
        if source_of(store) in engine.core.catalog(subject).sources:
            engine.sources.remove(source_of(store), cascade=True)

    async def index(
        self, subject: Subject, store: Store, *, on_progress: Progress | None = None
    ) -> int:
        """Make every document of a store searchable; return how many passages there are.

        Raises:
            EvigateError[E_STORE_EMPTY]: it has no document with text.
        """
        require(subject, WRITE)
        documents = await self.documents(subject, store)
        rows: list[dict[str, Any]] = []
        for document in documents:
            parsed = await self._read(subject, document)
            rows += await asyncio.to_thread(_rows, document, parsed)
        if not rows:
            raise EvigateError(E_STORE_EMPTY, f"The store {store.title!r} has no text.")
        await asyncio.to_thread(self._index, subject, store, rows, on_progress)
        async with self._database.tx(subject) as tx:
            await self._mark(tx, store, documents)
        return len(rows)

    def _index(
        self,
        subject: Subject,
        store: Store,
        rows: list[dict[str, Any]],
        on_progress: Progress | None,
    ) -> None:
        engine = Engine(self._engine, subject)
        table = pa.Table.from_pylist(rows, SCHEMA)
        name = source_of(store)
        engine.sources.add(name, table, key="id", replace=True)
        engine.index(name, columns=["text"])
        engine.embed(name, columns=["text"], on_progress=on_progress)

    async def _mark(self, tx: Tx, store: Store, documents: Sequence[Document]) -> None:
        ids = [document.id for document in documents]
        await _queries.mark_indexed(tx.connection, store_id=store.id, ids=ids)

    async def search(
        self, subject: Subject, store: Store, question: str, *, k: int = 10, mode: str | None = None
    ) -> Answer:
        """Return the passages of a store that answer a question, best first.

        Args:
            mode: vector, lexical or hybrid, which is the default.

        Raises:
            EvigateError[E_STORE_EMPTY]: nothing of it is indexed.
        """
        require(subject, READ)
        if not store.indexed:
            raise EvigateError(E_STORE_EMPTY, f"Nothing of the store {store.title!r} is indexed.")
        labels = {str(d.id): d.label for d in await self.documents(subject, store)}
        began = time.perf_counter()
        found = await asyncio.to_thread(
            Engine(self._engine, subject).search, source_of(store), question, k=k, mode=mode
        )
        duration_ms = (time.perf_counter() - began) * 1000
        words = words_of(question)
        hits = tuple(
            _hit(row, labels, words) for row in found.rows() if row["document_id"] in labels
        )
        return Answer(
            store, question, mode or "hybrid", hits, found.notes, found.query_id, duration_ms
        )

    async def page_image(
        self, subject: Subject, document_id: UUID, number: int, *, scale: float = 1.5
    ) -> bytes:
        """Return a page of a PDF as PNG; `number` counts from 1."""
        document = await self.document(subject, document_id)
        data = await self._bytes(subject, document)
        if not _is_pdf(data):
            message = f"The document {document.label!r} has no pages to show."
            raise EvigateError(E_DOCUMENT_MISSING, message)
        return await asyncio.to_thread(
            render_page, data, number, scale=max(0.5, min(scale, PAGE_SCALE_MAX))
        )

    async def pages(self, subject: Subject, document: Document) -> list[tuple[float, float]]:
        """Return each page's width and height in points; zeros for a text."""
        parsed = await self._read(subject, document)
        return [(page.width, page.height) for page in parsed.pages]

    async def _read(self, subject: Subject, document: Document) -> ParsedDocument:
        known = self._parsed.get(document.sha256)
        if known is None:
            data = await self._bytes(subject, document)
            known = await asyncio.to_thread(_parse, data, document.file_name or "")
            self._parsed[document.sha256] = known
            while len(self._parsed) > PARSED_MAX:
                self._parsed.popitem(last=False)
        return known

    async def _bytes(self, subject: Subject, document: Document) -> bytes:
        assert subject.tenant_id is not None
        return await self._storage.get(subject.tenant_id, document.sha256)


def source_of(store: Store) -> str:
    """Return the name of a store's source in the engine."""
    return f"evidence_{store.id.hex}"


def words_of(text: str) -> list[str]:
    """Return the words of a question that are worth marking, in lower case, each once."""
    found = (word.casefold() for word in re.findall(r"[^\W_]+", text))
    return list(dict.fromkeys(word for word in found if word not in STOP_WORDS))


def _is_pdf(data: bytes) -> bool:
    return data[:1024].lstrip().startswith(b"%PDF-")


def _parse(data: bytes, file_name: str) -> ParsedDocument:
    if _is_pdf(data) or not file_name.lower().endswith(SUFFIXES):
        return read_pdf(data)
    return read_text(data, file_name)


def _rows(document: Document, parsed: ParsedDocument) -> list[dict[str, Any]]:
    return list(_each_row(document, parsed))


def _each_row(document: Document, parsed: ParsedDocument) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for chunk in chunk_document(parsed):
        stem = f"{document.id}:{chunk.digest[:16]}"
        seen[stem] = seen.get(stem, 0) + 1
        yield {
            "id": stem if seen[stem] == 1 else f"{stem}.{seen[stem]}",
            "document_id": str(document.id),
            "page": chunk.page,
            "start": chunk.start,
            "end": chunk.end,
            "text": chunk.text,
            "boxes": [[box.x0, box.y0, box.x1, box.y1] for box in chunk.boxes],
        }


def _hit(row: Mapping[str, Any], labels: Mapping[str, str], words: Sequence[str]) -> Hit:
    text = row["text"].casefold()
    return Hit(
        chunk_id=row["id"],
        document_id=UUID(row["document_id"]),
        document=labels[row["document_id"]],
        page=row["page"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        boxes=tuple(tuple(box) for box in row["boxes"] or ()),
        score=row["score"],
        retrieved_by=tuple(row["retrieved_by"]),
        similarity=row["similarity"],
        bm25_score=row["bm25_score"],
        bm25_rank=row["bm25_rank"],
        words=tuple(word for word in words if word in text),
    )
