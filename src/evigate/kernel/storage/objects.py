"""The one file that knows the object-store library: named bytes, local or on S3.

Above this file there are paths, bytes and `EvigateError`; below it there are two kinds of store.
Local writes do not go through the library, because it does not sync them (see `durable.py`).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import AzureStore, GCSStore, LocalStore, S3Store

from evigate.base.errors import E_SETTINGS_INVALID, EvigateError
from evigate.kernel.storage.durable import write_durably
from evigate.kernel.storage.errors import E_BLOB_MISSING, E_STORAGE_UNAVAILABLE

CHUNK_BYTES = 1 << 20
LIST_PAGE_COUNT = 1000
RETRY_COUNT = 3
RETRY_TIMEOUT = timedelta(seconds=20)
REQUEST_TIMEOUT = timedelta(seconds=60)
CONNECT_TIMEOUT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """An object's path below the store's root, its length and when it was last written."""

    path: str
    size_bytes: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """Named bytes; `root` is the local directory, None on S3."""

    backend: Any
    root: Path | None

    async def write(self, path: str, data: bytes) -> None:
        """Make `path` hold `data`, whole and durable, replacing what was there."""
        with _translated(path, is_writing=True):
            if self.root is None:
                await obstore.put_async(self.backend, path, data, use_multipart=False)
            else:
                await asyncio.to_thread(write_durably, self.root, path, data)

    async def read(self, path: str) -> bytes:
        """Return the bytes at `path`; E_BLOB_MISSING if there are none."""
        with _translated(path):
            result = await obstore.get_async(self.backend, path)
            return bytes(await result.bytes_async())

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """Yield the bytes at `path` in order, in pieces of about `CHUNK_BYTES`."""
        with _translated(path):
            result = await obstore.get_async(self.backend, path)
            async for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(chunk)

    async def facts(self, path: str) -> ObjectFacts | None:
        """Return what is known of `path` without reading it; None if it is not there."""
        try:
            with _translated(path):
                return _facts(await obstore.head_async(self.backend, path))
        except EvigateError as error:
            if error.code is E_BLOB_MISSING:
                return None
            raise

    async def delete(self, path: str) -> None:
        """Remove `path`; removing what is not there is fine."""
        try:
            with _translated(path):
                await obstore.delete_async(self.backend, path)
        except EvigateError as error:
            if error.code is not E_BLOB_MISSING:
                raise

    async def list(self, prefix: str) -> AsyncIterator[ObjectFacts]:
        """Yield every object whose path lies below `prefix`, in no particular order."""
        with _translated(prefix):
            pages = obstore.list(self.backend, prefix=prefix, chunk_size=LIST_PAGE_COUNT)
            async for page in pages:
                for meta in page:
                    yield _facts(meta)


def open_objects(
    url: str,
    *,
    endpoint_url: str | None = None,
    region: str | None = None,
    access_key_id: str | None = None,
    secret_access_key: str | None = None,
) -> ObjectStore:
    """Open "file:///directory" (created if absent) or "s3://bucket/prefix".

    Args:
        url: where the bytes live.
        endpoint_url: an S3-compatible server; plain http is allowed only if it says so.
        region, access_key_id, secret_access_key: S3 only; absent ones come from the machine's
            own identity, as every S3 client has it.

    Raises:
        E_SETTINGS_INVALID: the URL is of another scheme, names no bucket, or no absolute path.
        E_STORAGE_UNAVAILABLE: the local directory cannot be created.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.strip("/"):
        root = Path(unquote(parts.path))
        with _translated(url):
            root.mkdir(parents=True, exist_ok=True)
            return ObjectStore(LocalStore(root), root)
    if parts.scheme == "s3" and parts.netloc:
        given = {
            "endpoint": endpoint_url,
            "region": region,
            "access_key_id": access_key_id,
            "secret_access_key": secret_access_key,
        }
        store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            virtual_hosted_style_request=endpoint_url is None,
            client_options={
                "allow_http": (endpoint_url or "").startswith("http://"),
                "timeout": REQUEST_TIMEOUT,
                "connect_timeout": CONNECT_TIMEOUT,
            },
            retry_config={"max_retries": RETRY_COUNT, "retry_timeout": RETRY_TIMEOUT},
            **{name: value for name, value in given.items() if value is not None},
        )
        return ObjectStore(store, None)
    raise EvigateError(
        E_SETTINGS_INVALID,
        f"The storage URL of scheme {parts.scheme!r} is neither file:///directory nor s3://bucket.",
    )


@dataclass(frozen=True, slots=True)
class FileMirror:
    """Files of ours, kept in object storage as well, for threads; paths as below the local root."""

    backend: Any

    def put(self, path: str, file: Path) -> None:
        """Copy a local file up; returns once the store has acknowledged it."""
        with _translated(path, is_writing=True), file.open("rb") as source:
            obstore.put(self.backend, path, source)

    def get(self, path: str, file: Path) -> None:
        """Copy an object down, whole or not at all.

        Raises:
            E_BLOB_MISSING: there is none.
        """
        partial = file.with_name(f".{file.name}.{uuid4().hex}")
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with _translated(path), partial.open("xb") as target:
                for chunk in obstore.get(self.backend, path).stream(min_chunk_size=CHUNK_BYTES):
                    target.write(bytes(chunk))
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)

    def names(self, prefix: str) -> list[str]:
        """Return the paths below a folder, in order."""
        with _translated(prefix, is_writing=True):
            pages = obstore.list(self.backend, prefix=prefix, chunk_size=LIST_PAGE_COUNT)
            return sorted(str(meta["path"]) for page in pages for meta in page)

    def delete(self, path: str) -> None:
        """Remove an object; one that is not there is fine."""
        try:
            with _translated(path):
                obstore.delete(self.backend, path)
        except EvigateError as error:
            if error.code is not E_BLOB_MISSING:
                raise


@dataclass(frozen=True, slots=True)
class CloudObject:
    """A foreign object: its path below the bucket, its length, its state as the server calls it."""

    path: str
    size_bytes: int
    etag: str


@dataclass(frozen=True, slots=True)
class CloudBucket:
    """Somebody's bucket, read only and without waiting on a loop."""

    backend: Any

    def list(self, prefix: str) -> list[CloudObject]:
        """Return the objects whose path begins with `prefix`, ordered by path.

        Raises:
            E_STORAGE_UNAVAILABLE: the bucket cannot be reached or may not be listed.
        """
        folder = prefix.rpartition("/")[0]
        with _translated(prefix, is_writing=True):
            pages = obstore.list(self.backend, prefix=folder or None, chunk_size=LIST_PAGE_COUNT)
            found = [_cloud_object(meta) for page in pages for meta in page]
        return sorted(
            (item for item in found if item.path.startswith(prefix)), key=lambda item: item.path
        )

    def head(self, path: str) -> CloudObject | None:
        """Return what is known of one object, None if it is not there."""
        try:
            with _translated(path):
                return _cloud_object(obstore.head(self.backend, path))
        except EvigateError as error:
            if error.code is E_BLOB_MISSING:
                return None
            raise

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield an object's bytes in order."""
        with _translated(path):
            for chunk in obstore.get(self.backend, path).stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(chunk)


def open_bucket(
    scheme: str,
    bucket: str,
    *,
    endpoint_url: str | None = None,
    region: str | None = None,
    is_anonymous: bool = False,
    credentials: Mapping[str, str] | None = None,
) -> CloudBucket:
    """Open a bucket (container) of S3 ("s3"), Google ("gs") or Azure ("az") for reading.

    Args:
        credentials: under the library's names (access_key_id, account_key, ...); absent ones come
            from the machine's own identity, unless `is_anonymous`.

    Raises:
        E_SETTINGS_INVALID: the scheme is another, or the library refuses an option.
    """
    kinds: Mapping[str, Any] = {"s3": S3Store, "gs": GCSStore, "az": AzureStore}
    if scheme not in kinds:
        raise EvigateError(E_SETTINGS_INVALID, f"There is no object storage {scheme!r}.")
    given: dict[str, Any] = dict(credentials or {})
    if endpoint_url:
        given["endpoint" if scheme != "gs" else "base_url"] = endpoint_url
    if region and scheme == "s3":
        given["region"] = region
    if is_anonymous:
        given["skip_signature"] = True
    if scheme == "s3":
        given["virtual_hosted_style_request"] = endpoint_url is None
    try:
        backend = kinds[scheme](
            bucket,
            client_options={
                "allow_http": (endpoint_url or "").startswith("http://"),
                "timeout": REQUEST_TIMEOUT,
                "connect_timeout": CONNECT_TIMEOUT,
            },
            retry_config={"max_retries": RETRY_COUNT, "retry_timeout": RETRY_TIMEOUT},
            **given,
        )
    except (BaseError, TypeError, ValueError) as error:
        raise EvigateError(
            E_SETTINGS_INVALID, f"The bucket {bucket!r} cannot be opened: its options are refused."
        ) from error
    return CloudBucket(backend)


def _cloud_object(meta: Any) -> CloudObject:
    """A server that tells no etag is taken by its time and length."""
    etag = meta.get("e_tag") or f"{meta['last_modified'].isoformat()}/{meta['size']}"
    return CloudObject(meta["path"], meta["size"], etag)


def _facts(meta: Any) -> ObjectFacts:
    return ObjectFacts(meta["path"], meta["size"], meta["last_modified"])


@contextmanager
def _translated(path: str, *, is_writing: bool = False) -> Iterator[None]:
    """Turn the library's and the system's failures into ours, the cause kept.

    What is not found while writing is the bucket, so that is not a missing blob.
    """
    try:
        yield
    except (BaseError, OSError) as error:
        if isinstance(error, NotFoundError | FileNotFoundError) and not is_writing:
            raise EvigateError(E_BLOB_MISSING, f"There is no blob at {path!r}.") from error
        raise EvigateError(
            E_STORAGE_UNAVAILABLE, f"Storage failed at {path!r}: {type(error).__name__}."
        ) from error
