"""Stores: a module's documents as passages that can be searched and cited.

A store's passages are one source of the engine's, with an embedding and a lexical table. Indexing
again reads only what is new: passages are named by document, page and text, so one that stayed is
neither embedded nor indexed again.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.base.ids import ModuleId, new_uuid
from evigate.base.subject import Subject
from evigate.base.threads import in_thread
from evigate.engine.core import Core
from evigate.engine.engine import Engine
from evigate.evidence.chunks import CHUNKER_VERSION, chunk_document
from evigate.evidence.errors import (
    E_DOCUMENT_MISSING,
    E_STORE_AMBIGUOUS,
    E_STORE_EMPTY,
    E_STORE_MISSING,
)
from evigate.evidence.models import Answer, Document, Hit, NewDocument, Purpose, Store
from evigate.evidence.parsing.documents import is_pdf, parse_document
from evigate.evidence.parsing.models import DocumentKind, ParsedDocument
from evigate.evidence.parsing.pdf import Progress, page_sizes, render_page
from evigate.evidence.passages import get_chunks, list_chunks
from evigate.evidence.permissions import DELETE, READ, WRITE
from evigate.evidence.rows import SCHEMA, hit_of, index_rows, placed, words_of
from evigate.evidence.service import cut_again, put_document, register_blob, remove_document
from evigate.evidence.uploads import plain_name
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import audit
from evigate.kernel.storage import Storage

_queries = load_queries(__package__)

_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: dict[DocumentKind, str] = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "html": "text/html",
    "markdown": "text/markdown",
    "epub": "application/epub+zip",
    "text": "text/plain",
}
PAGE_SCALE_MAX = 3.0
# Parsed documents kept for who looks at one page after the other; long ones are too heavy to keep.
PARSED_MAX = 4
PARSED_CHARACTERS_MAX = 2_000_000
CHANGED_SINCE = "Some passages changed since the last indexing and are left out; index again."


async def add_store(tx: Tx, title: str, purpose: Purpose) -> tuple[ModuleId, UUID]:
    """Make a module with an empty store, as part of what else the transaction makes."""
    module_id, store_id = ModuleId(new_uuid()), new_uuid()
    await _queries.insert_module(tx.connection, id=module_id, title=title[:500], purpose=purpose)
    await _queries.insert_store(
        tx.connection, id=store_id, module_id=module_id, store_name=f"vs_{store_id.hex}"
    )
    await audit(tx, "store_created", store_id=str(store_id))
    return module_id, store_id


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
        async with self._database.tx(subject) as tx:
            _, store_id = await add_store(tx, title, purpose)
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

    async def add(
        self,
        subject: Subject,
        store: Store,
        data: bytes,
        file_name: str,
        *,
        source_uri: str | None = None,
        on_progress: Progress | None = None,
    ) -> Document:
        """Add a document to a store, or replace the one of the same name by other bytes.

        The same bytes again are the same document. What is replaced keeps its id; its new text can
        be searched after the next indexing.

        Args:
            source_uri: the document's name in its module; else a paper's is its content, and any
                other document's the file's name.

        Raises:
            EvigateError: it cannot be read; nothing is kept.
        """
        require(subject, WRITE)
        file_name = plain_name(file_name)
        parsed = await in_thread(
            lambda report: parse_document(data, file_name, on_progress=report), on_progress
        )
        chunks = await asyncio.to_thread(chunk_document, parsed)
        assert subject.tenant_id is not None
        blob = await self._storage.put(subject.tenant_id, data)
        uri = source_uri or default_uri(store.purpose, file_name, blob.digest)
        document = NewDocument(
            title=parsed.title,
            source_uri=uri,
            sha256=blob.digest,
            file_name=file_name,
            metadata=noted(parsed),
        )
        async with self._database.tx(subject) as tx:
            await register_blob(tx, blob, MEDIA_TYPES[parsed.kind])
            put = await put_document(
                tx,
                module_id=store.module_id,
                store_id=store.id,
                document=document,
                chunks=chunks,
            )
            if put.outcome != "unchanged":
                await audit(tx, f"document_{put.outcome}", document_id=str(put.document_id))
        self._keep(blob.digest, parsed)
        return await self.document(subject, put.document_id)

    async def remove(self, subject: Subject, document_id: UUID) -> None:
        """Take a document and its chunks away; its passages leave the index, which follows."""
        require(subject, DELETE)
        document = await self.document(subject, document_id)
        async with self._database.tx(subject) as tx:
            await remove_document(tx, document_id)
            await audit(tx, "document_removed", document_id=str(document_id))
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
        for document in documents:
            await self._ensure_chunks(subject, document)
        async with self._database.tx(subject) as tx:
            rows = index_rows(await list_chunks(tx, module_id=store.module_id))
        if not rows:
            raise EvigateError(E_STORE_EMPTY, f"The store {store.title!r} has no text.")
        await in_thread(lambda report: self._index(subject, store, rows, report), on_progress)
        async with self._database.tx(subject) as tx:
            await self._mark(tx, store, documents)
        return len(rows)

    async def _ensure_chunks(self, subject: Subject, document: Document) -> None:
        """Cut a document that was added before chunks were rows, or were cut as they are now."""
        if document.metadata.get("chunker") == CHUNKER_VERSION:
            return
        parsed = await self._read(subject, document)
        chunks = await asyncio.to_thread(chunk_document, parsed)
        async with self._database.tx(subject) as tx:
            await cut_again(tx, document, noted(parsed), chunks)

    def _index(
        self,
        subject: Subject,
        store: Store,
        rows: list[dict[str, Any]],
        on_progress: Progress,
    ) -> None:
        engine = Engine(self._engine, subject)
        table = pa.Table.from_pylist(rows, SCHEMA)
        name = source_of(store)
        engine.sources.add(name, table, key="id", replace=True)
        engine.index(name, columns=["text"])
        engine.embed(name, columns=["text"], on_progress=on_progress)

    async def _mark(self, tx: Tx, store: Store, documents: Sequence[Document]) -> None:
        await _queries.mark_indexed(
            tx.connection,
            store_id=store.id,
            ids=[document.id for document in documents],
            revisions=[document.revision for document in documents],
        )

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
        found_hits = [
            hit_of(row, labels, words) for row in found.rows() if row["document_id"] in labels
        ]
        hits = await self._as_they_stand(subject, found_hits)
        notes = found.notes if len(hits) == len(found_hits) else (*found.notes, CHANGED_SINCE)
        return Answer(store, question, mode or "hybrid", hits, notes, found.query_id, duration_ms)

    async def _as_they_stand(self, subject: Subject, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Return the hits whose passages are still in their documents, in their places of now."""
        ids = [UUID(hit.chunk_id) for hit in hits if ":" not in hit.chunk_id]
        async with self._database.tx(subject) as tx:
            known = {str(chunk.id): chunk for chunk in await get_chunks(tx, ids)}
        standing = (placed(hit, known) for hit in hits)
        return tuple(hit for hit in standing if hit is not None)

    async def page_image(
        self, subject: Subject, document_id: UUID, number: int, *, scale: float = 1.5
    ) -> bytes:
        """Return a page of a PDF as PNG; `number` counts from 1."""
        document = await self.document(subject, document_id)
        data = await self._bytes(subject, document)
        if not is_pdf(data):
            message = f"The document {document.label!r} has no pages to show."
            raise EvigateError(E_DOCUMENT_MISSING, message)
        return await asyncio.to_thread(
            render_page, data, number, scale=max(0.5, min(scale, PAGE_SCALE_MAX))
        )

    async def page_sizes(
        self, subject: Subject, document: Document, numbers: Sequence[int]
    ) -> dict[int, tuple[float, float]]:
        """Return the width and height in points of pages of a PDF; none for other documents."""
        data = await self._bytes(subject, document)
        if not is_pdf(data):
            return {}
        return await asyncio.to_thread(page_sizes, data, numbers)

    async def read(
        self, subject: Subject, document_id: UUID, *, on_progress: Progress | None = None
    ) -> ParsedDocument:
        """Return a document as it is read: pages, blocks, headings.

        Raises:
            EvigateError[E_DOCUMENT_MISSING]: the tenant has none such.
        """
        return await self._read(subject, await self.document(subject, document_id), on_progress)

    async def _read(
        self, subject: Subject, document: Document, on_progress: Progress | None = None
    ) -> ParsedDocument:
        known = self._parsed.get(document.sha256)
        if known is not None:
            return known
        data = await self._bytes(subject, document)
        name = document.file_name or ""
        parsed = await in_thread(
            lambda report: parse_document(data, name, on_progress=report), on_progress
        )
        self._keep(document.sha256, parsed)
        return parsed

    def _keep(self, digest: str, parsed: ParsedDocument) -> None:
        """Keep what was read for a while, unless it is a book: it is soon asked for again."""
        if sum(len(page.text) for page in parsed.pages) <= PARSED_CHARACTERS_MAX:
            self._parsed[digest] = parsed
            while len(self._parsed) > PARSED_MAX:
                self._parsed.popitem(last=False)

    async def _bytes(self, subject: Subject, document: Document) -> bytes:
        assert subject.tenant_id is not None
        return await self._storage.get(subject.tenant_id, document.sha256)


def source_of(store: Store) -> str:
    """Return the name of a store's source in the engine."""
    return f"evidence_{store.id.hex}"


def default_uri(purpose: str, file_name: str, digest: str) -> str:
    """Return what names a document in its module where the caller does not say.

    A paper is its bytes. Learning material and notes are revised, so a file's name stands for
    whatever was last taken in under it.
    """
    return f"sha256:{digest}" if purpose == "paper" else f"file:{file_name}"


def noted(parsed: ParsedDocument) -> dict[str, Any]:
    """Return what a document's row notes of how it was read."""
    return {
        "kind": parsed.kind,
        "pages": len(parsed.pages),
        "warnings": list(parsed.warnings),
    }
