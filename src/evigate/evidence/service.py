"""The verbs on modules and documents. They take the caller's transaction and hold no permission of
their own: a module is made by the product room that it hangs off.
"""

from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.canonical import content_hash
from evigate.base.ids import DocumentId, ModuleId, new_uuid
from evigate.evidence.models import ModuleOfOne, NewDocument, Purpose
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
    """Remove a module and all that hangs off it; False where this tenant has none such."""
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


async def refresh_version(tx: Tx, store_id: UUID) -> str:
    """Write and return a store's version: the content hash over its documents."""
    rows = await _queries.digests_of_store(tx.connection, store_id=store_id)
    version = content_hash([row["sha256"] for row in rows])
    await _queries.set_evidence_version(tx.connection, store_id=store_id, evidence_version=version)
    return version
