"""Blobs of tenants: the verbs that everyone above uses, whatever holds the bytes.

Paths are `{tenant}/{digest[:2]}/{digest}`, so that a tenant's blobs can be listed, copied and
deleted alone, and so that no tenant learns from a digest what another has stored.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Set
from datetime import timedelta

from evigate.base.canonical import sha256_hex
from evigate.base.clock import Clock, utc_now
from evigate.base.errors import EvigateError
from evigate.base.ids import TenantId
from evigate.kernel.storage.durable import remove_partials
from evigate.kernel.storage.errors import (
    E_BLOB_CORRUPT,
    E_BLOB_MISSING,
    E_BLOB_TOO_LARGE,
    E_SWEEP_TOO_EAGER,
)
from evigate.kernel.storage.models import DIGEST_PATTERN, BlobRef, StoredBlob
from evigate.kernel.storage.objects import ObjectFacts, ObjectStore, open_objects

MAX_BLOB_BYTES = 512 << 20
# A blob that is put again within this time keeps its date; later, it is written afresh, so that a
# sweep between the second put and its row's commit cannot take it for a stray.
REFRESH_AFTER = timedelta(hours=1)
# Hashing this much takes about a millisecond; more goes to a thread.
HASH_INLINE_BYTES = 1 << 20


class Storage:
    """Content-addressed blobs of many tenants in one store; safe to share between tasks."""

    def __init__(
        self,
        objects: ObjectStore,
        *,
        clock: Clock = utc_now,
        max_blob_bytes: int = MAX_BLOB_BYTES,
        refresh_after: timedelta = REFRESH_AFTER,
    ) -> None:
        self._objects = objects
        self._clock = clock
        self._max_blob_bytes = max_blob_bytes
        self._refresh_after = refresh_after

    @classmethod
    def open(
        cls,
        url: str,
        *,
        endpoint_url: str | None = None,
        region: str | None = None,
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        clock: Clock = utc_now,
        max_blob_bytes: int = MAX_BLOB_BYTES,
        refresh_after: timedelta = REFRESH_AFTER,
    ) -> "Storage":
        """Open "file:///directory" or "s3://bucket/prefix"; see `open_objects` for the rest."""
        objects = open_objects(
            url,
            endpoint_url=endpoint_url,
            region=region,
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
        )
        return cls(objects, clock=clock, max_blob_bytes=max_blob_bytes, refresh_after=refresh_after)

    async def put(self, tenant_id: TenantId, data: bytes) -> BlobRef:
        """Store bytes and return their address once they are whole and durable.

        Putting what is there already changes nothing but, after the refresh window, its date.

        Raises:
            E_BLOB_TOO_LARGE: there are more bytes than the store's limit.
            E_STORAGE_UNAVAILABLE: the bytes could not be written; nothing half-written is seen.
        """
        if len(data) > self._max_blob_bytes:
            raise EvigateError(
                E_BLOB_TOO_LARGE,
                f"The blob has {len(data)} bytes; the limit is {self._max_blob_bytes}.",
            )
        ref = BlobRef(await _digest(data), len(data))
        path = _path(tenant_id, ref.digest)
        if not self._is_fresh(await self._objects.facts(path), ref):
            await self._objects.write(path, data)
        return ref

    def _is_fresh(self, present: ObjectFacts | None, ref: BlobRef) -> bool:
        if present is None or present.size_bytes != ref.size_bytes:
            return False
        return self._clock() - present.modified_at < self._refresh_after

    async def get(self, tenant_id: TenantId, digest: str) -> bytes:
        """Return a blob's bytes, proven to be those that were put.

        Raises:
            E_BLOB_MISSING: this tenant has no such blob.
            E_BLOB_CORRUPT: the stored bytes have another digest.
        """
        data = await self._objects.read(_path(tenant_id, digest))
        if await _digest(data) != digest:
            raise _corrupt(digest)
        return data

    async def stream(self, tenant_id: TenantId, digest: str) -> AsyncIterator[bytes]:
        """Yield a blob's bytes in order, in pieces.

        The last piece is held back until the digest is proven, so a reader who got every byte got
        the right ones.

        Raises:
            E_BLOB_MISSING, E_BLOB_CORRUPT: as `get`; the second only before the last piece.
        """
        hasher = hashlib.sha256()
        held = b""
        async for chunk in self._objects.stream(_path(tenant_id, digest)):
            if held:
                yield held
            hasher.update(chunk)
            held = chunk
        if hasher.hexdigest() != digest:
            raise _corrupt(digest)
        if held:
            yield held

    async def exists(self, tenant_id: TenantId, digest: str) -> bool:
        """Say whether this tenant has the blob; its bytes are not read."""
        if not DIGEST_PATTERN.fullmatch(digest):
            return False
        return await self._objects.facts(_path(tenant_id, digest)) is not None

    async def delete(self, tenant_id: TenantId, digest: str) -> None:
        """Remove a blob; removing what is not there is fine."""
        await self._objects.delete(_path(tenant_id, digest))

    async def list(self, tenant_id: TenantId) -> AsyncIterator[StoredBlob]:
        """Yield every blob of a tenant, in no particular order; foreign files are passed over."""
        async for facts in self._objects.list(f"{tenant_id}/"):
            digest = facts.path.rpartition("/")[2]
            is_blob = DIGEST_PATTERN.fullmatch(digest) is not None
            if is_blob and facts.path == _path(tenant_id, digest):
                yield StoredBlob(digest, facts.size_bytes, facts.modified_at)

    async def sweep(self, tenant_id: TenantId, keep: Set[str], older_than: timedelta) -> int:
        """Remove the tenant's blobs that no row points at.

        Args:
            tenant_id: whose blobs.
            keep: digests that rows point at, read after the last put that matters.
            older_than: only blobs last put longer ago than this are taken; must exceed the refresh
                window, or a blob put again just now could be lost before its row is committed.

        Returns:
            How many blobs were removed; half-written files of killed processes go too, uncounted.

        Raises:
            E_SWEEP_TOO_EAGER: `older_than` is not longer than the refresh window.
        """
        if older_than <= self._refresh_after:
            raise EvigateError(
                E_SWEEP_TOO_EAGER,
                f"A sweep of blobs older than {older_than} is within {self._refresh_after}.",
            )
        before = self._clock() - older_than
        strays = [
            blob.digest
            async for blob in self.list(tenant_id)
            if blob.digest not in keep and blob.modified_at < before
        ]
        for digest in strays:
            await self.delete(tenant_id, digest)
        if self._objects.root is not None:
            await asyncio.to_thread(
                remove_partials, self._objects.root, before_s=before.timestamp()
            )
        return len(strays)


def _path(tenant_id: TenantId, digest: str) -> str:
    if not DIGEST_PATTERN.fullmatch(digest):
        raise EvigateError(E_BLOB_MISSING, f"{digest!r} is not the digest of any blob.")
    return f"{tenant_id}/{digest[:2]}/{digest}"


async def _digest(data: bytes) -> str:
    if len(data) <= HASH_INLINE_BYTES:
        return sha256_hex(data)
    return await asyncio.to_thread(sha256_hex, data)


def _corrupt(digest: str) -> EvigateError:
    return EvigateError(E_BLOB_CORRUPT, f"The bytes stored as {digest!r} have another digest.")
