"""Files in object storage, mirrored by etag and read as local ones, so SQL needs no network.

A mirrored file is named by its address and etag: what is there is never fetched again, and a
changed object gets a new name.
"""

import fnmatch
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import SourceKind, SourceVersion, VersionKind
from evigate.engine.sources.context import plain_name
from evigate.engine.sources.errors import E_SOURCE_EMPTY, E_SOURCE_TARGET, E_SOURCE_UNREACHABLE
from evigate.engine.sources.files import FILES_MAX, is_of
from evigate.kernel.storage import CloudBucket, CloudObject, open_bucket

GLOB = "*?["


def find_objects(
    url: str, kind: SourceKind, options: Mapping[str, Any], credentials: Mapping[str, str]
) -> list[CloudObject]:
    """Return the objects of a URL: one, those below a folder, or those that a glob matches.

    Raises:
        E_SOURCE_EMPTY: there are none.
        E_SOURCE_UNREACHABLE: the store does not answer or refuses.
    """
    bucket, path = _bucket(url, options, credentials)
    try:
        found = _matching(bucket, path, kind)
    except EvigateError as error:
        raise EvigateError(E_SOURCE_UNREACHABLE, f"{url!r}: {error.message}") from error
    if not found:
        raise EvigateError(E_SOURCE_EMPTY, f"{url!r} matches no object.")
    if len(found) > FILES_MAX:
        raise EvigateError(E_SOURCE_TARGET, f"{url!r} matches more than {FILES_MAX} objects.")
    return found


def version_of_objects(objects: Sequence[CloudObject]) -> SourceVersion:
    """Return the version that the objects' paths and etags make."""
    lines = "\n".join(f"{item.path}\0{item.etag}" for item in objects)
    return SourceVersion(VersionKind.ETAG, hashlib.sha256(lines.encode()).hexdigest())


def mirror(
    url: str,
    objects: Sequence[CloudObject],
    options: Mapping[str, Any],
    credentials: Mapping[str, str],
    folder: Path,
) -> list[Path]:
    """Return local files with the objects' bytes, fetching those that are not there.

    Raises:
        E_SOURCE_UNREACHABLE: an object cannot be fetched.
    """
    bucket, _ = _bucket(url, options, credentials)
    return [_fetch(bucket, url, item, folder / "mirror") for item in objects]


def _matching(bucket: CloudBucket, path: str, kind: SourceKind) -> list[CloudObject]:
    if any(mark in path for mark in GLOB):
        prefix = path[: min(path.index(mark) for mark in GLOB if mark in path)]
        return [item for item in bucket.list(prefix) if fnmatch.fnmatchcase(item.path, path)]
    single = bucket.head(path) if path and not path.endswith("/") else None
    if single is not None:
        return [single]
    below = bucket.list(path.rstrip("/") + "/" if path else "")
    return [item for item in below if is_of(item.path.rpartition("/")[2], kind)]


def _bucket(
    url: str, options: Mapping[str, Any], credentials: Mapping[str, str]
) -> tuple[CloudBucket, str]:
    scheme, _, rest = url.partition("://")
    bucket, _, path = rest.partition("/")
    if not bucket or urlsplit(url).query:
        raise EvigateError(E_SOURCE_TARGET, f"{url!r} is no address of objects.")
    opened = open_bucket(
        scheme,
        bucket,
        endpoint_url=options.get("endpoint"),
        region=options.get("region"),
        is_anonymous=bool(options.get("anonymous")),
        credentials=credentials,
    )
    return opened, path


def _fetch(bucket: CloudBucket, url: str, item: CloudObject, folder: Path) -> Path:
    root = url.partition("://")[2].partition("/")[0]
    seed = hashlib.sha256(f"{root}\0{item.path}\0{item.etag}".encode()).hexdigest()
    target = folder / f"{seed[:32]}-{plain_name(item.path.rpartition('/')[2])}"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{uuid4().hex}"
    try:
        with partial.open("xb") as file:
            for chunk in bucket.chunks(item.path):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)
    except EvigateError as error:
        raise EvigateError(E_SOURCE_UNREACHABLE, f"{url!r}: {error.message}") from error
    finally:
        partial.unlink(missing_ok=True)
    return target
