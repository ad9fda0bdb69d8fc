"""The verbs on modules and documents. They take the caller's transaction and hold no permission of
their own: a module is made by the product room that it hangs off.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.ids import DocumentId, ModuleId, new_uuid
from evigate.evidence.chunks import CHUNKER_VERSION, Chunk
from evigate.evidence.errors import E_DOCUMENT_MISSING
from evigate.evidence.models import (
    ChunkChange,
    Document,
    ModuleOfOne,
    NewDocument,
    Purpose,
    PutDocument,
)
from evigate.evidence.passages import delete_chunks, write_chunks
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.storage import BlobRef

_queries = load_queries(__package__)


async def register_blob(tx: Tx, blob: BlobRef, media_type: str) -> None:
    """Point a row at stored bytes, so that the sweep keeps them; again changes nothing."""
    await _queries.insert_blob(
        tx.connection, sha256=blob.digest, size_bytes=blob.size_bytes, media_type=media_type
    )


async def create_module(tx: Tx, title: str, purpose: Purpose, document: NewDocument) -> ModuleOfOne:
    """Make a module with its store and first document, whose blob must be registered."""
    module_id, store_id = ModuleId(new_uuid()), new_uuid()
    store_name = f"vs_{store_id.hex}"
    await _queries.insert_module(tx.connection, id=module_id, title=title[:500], purpose=purpose)
    await _queries.insert_store(
        tx.connection, id=store_id, module_id=module_id, store_name=store_name
    )
    document_id = await _add_document(tx, module_id, store_id, document)
    version = await refresh_version(tx, store_id)
    return ModuleOfOne(module_id, store_id, store_name, document_id, version)


async def evidence_version(tx: Tx, module_id: UUID) -> str:
    """Return the content hash over the module's documents; "" for an unknown module."""
    version: str | None = await _queries.evidence_version(tx.connection, module_id=module_id)
    return version or ""


async def delete_module(tx: Tx, module_id: UUID) -> bool:
    """Remove a paper's module and all that hangs off it; False where this tenant has none such."""
    gone: int = await _queries.delete_module(tx.connection, id=module_id)
    return gone > 0


async def _add_document(
    tx: Tx, module_id: ModuleId, store_id: UUID, document: NewDocument
) -> DocumentId:
    document_id = DocumentId(new_uuid())
    await _queries.insert_document(
        tx.connection,
        id=document_id,
        module_id=module_id,
        store_id=store_id,
        title=document.title,
        source_uri=document.source_uri,
        sha256=document.sha256,
        metadata=Jsonb(document.metadata),
        file_name=document.file_name,
    )
    return document_id


async def put_document(
    tx: Tx, *, module_id: UUID, store_id: UUID, document: NewDocument, chunks: Sequence[Chunk]
) -> PutDocument:
    """Add a document with its chunks, or replace the one that its module knows by that name.

    The blob must be registered. The same bytes under the same `source_uri` change nothing.
    """
    document_id = DocumentId(new_uuid())
    made: int = await _queries.insert_document_once(
        tx.connection,
        id=document_id,
        module_id=module_id,
        store_id=store_id,
        **_columns(document),
        source_uri=document.source_uri,
    )
    if made:
        change = await write_chunks(tx, document_id=document_id, module_id=module_id, chunks=chunks)
        await refresh_version(tx, store_id)
        return PutDocument(document_id, revision=1, outcome="added", chunks=change)
    known = await _queries.lock_document_by_uri(
        tx.connection, module_id=module_id, source_uri=document.source_uri
    )
    return await replace_document(tx, known["id"], document, chunks)


async def replace_document(
    tx: Tx, document_id: UUID, document: NewDocument, chunks: Sequence[Chunk]
) -> PutDocument:
    """Give a document new bytes, and its chunks rows; its id and its `source_uri` stay.

    Rows of chunks that did not change are not touched. The document waits to be indexed again. The
    same bytes change nothing.

    Raises:
        EvigateError[E_DOCUMENT_MISSING]: the tenant has none such.
    """
    known = await _queries.lock_document(tx.connection, id=document_id)
    if known is None:
        raise EvigateError(E_DOCUMENT_MISSING, f"There is no document {str(document_id)!r}.")
    revision = known["revision"]
    if known["sha256"] == document.sha256:
        kept = ChunkChange(kept=len(chunks), removed=0, added=0)
        return PutDocument(document_id, revision=revision, outcome="unchanged", chunks=kept)
    await _queries.replace_document(tx.connection, id=document_id, **_columns(document))
    change = await write_chunks(
        tx, document_id=document_id, module_id=known["module_id"], chunks=chunks
    )
    await refresh_version(tx, known["store_id"])
    return PutDocument(document_id, revision=revision + 1, outcome="replaced", chunks=change)


async def cut_again(
    tx: Tx, document: Document, noted: dict[str, Any], chunks: Sequence[Chunk]
) -> ChunkChange:
    """Write the chunks of a document whose bytes did not change, and how it was read."""
    change = await write_chunks(
        tx, document_id=document.id, module_id=document.module_id, chunks=chunks
    )
    await _queries.set_metadata(
        tx.connection, id=document.id, metadata=Jsonb({**noted, "chunker": CHUNKER_VERSION})
    )
    return change


async def remove_document(tx: Tx, document_id: UUID) -> bool:
    """Take a document and its chunks away; False where this tenant has none such."""
    known = await _queries.lock_document(tx.connection, id=document_id)
    if known is None:
        return False
    await delete_chunks(tx, document_id=document_id)
    await _queries.delete_document(tx.connection, id=document_id)
    await refresh_version(tx, known["store_id"])
    return True


def _columns(document: NewDocument) -> dict[str, Any]:
    """Return what a document's bytes decide."""
    return {
        "title": document.title,
        "sha256": document.sha256,
        "metadata": Jsonb({**document.metadata, "chunker": CHUNKER_VERSION}),
        "file_name": document.file_name,
    }


async def refresh_version(tx: Tx, store_id: UUID) -> str:
    """Write and return a store's version: the content hash over its documents."""
    rows = await _queries.digests_of_store(tx.connection, store_id=store_id)
    version = content_hash([row["sha256"] for row in rows])
    await _queries.set_evidence_version(tx.connection, store_id=store_id, evidence_version=version)
    return version
