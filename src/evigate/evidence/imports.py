"""Taking in many documents: what a folder holds, and what a web address serves.

One file that cannot be read does not keep the others out; it is told with its reason.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.evidence.errors import (
    E_DOCUMENT_DAMAGED,
    E_DOCUMENT_ENCRYPTED,
    E_DOCUMENT_NO_TEXT,
    E_DOCUMENT_TOO_LARGE,
    E_DOCUMENT_UNSAFE,
    E_FILE_TOO_LARGE,
    E_UNSUPPORTED_MEDIA_TYPE,
)
from evigate.evidence.fetch import (
    E_FETCH_FAILED,
    E_FETCH_REFUSED,
    E_FETCH_TOO_LARGE,
    AddressRule,
    fetch_url,
    is_public,
)
from evigate.evidence.models import Document, Store
from evigate.evidence.parsing.documents import SUFFIXES
from evigate.evidence.parsing.pdf import Progress
from evigate.evidence.stores import StoreService

FOLDER_FILES_MAX = 5_000
FILE_BYTES_MAX = 400 * 2**20
# What adding an address may be refused with, beside a store that is not there.
ADDRESS_REFUSALS = (
    E_FETCH_REFUSED,
    E_FETCH_FAILED,
    E_FETCH_TOO_LARGE,
    E_UNSUPPORTED_MEDIA_TYPE,
    E_DOCUMENT_NO_TEXT,
    E_DOCUMENT_ENCRYPTED,
    E_DOCUMENT_DAMAGED,
    E_DOCUMENT_TOO_LARGE,
    E_DOCUMENT_UNSAFE,
)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A file, and the document that it became or why it did not; `number` counts from 1."""

    name: str
    number: int
    total: int
    document: Document | None
    problem: EvigateError | None


def documents_in(folder: Path) -> list[Path]:
    """Return the files of a folder and its folders that look like documents, by path.

    Hidden files and folders are left out, and links are not followed.

    Raises:
        EvigateError[E_INVALID]: there is no such folder, nothing in it is a document, or too much.
    """
    if not folder.is_dir():
        raise EvigateError(E_INVALID, f"There is no folder {str(folder)!r}.")
    found = sorted(_files(folder))
    if not found:
        kinds = ", ".join(suffix.lstrip(".") for suffix in SUFFIXES)
        message = f"The folder {str(folder)!r} holds no documents ({kinds})."
        raise EvigateError(E_INVALID, message)
    if len(found) > FOLDER_FILES_MAX:
        message = f"The folder {str(folder)!r} holds {len(found):,} documents; the limit is "
        raise EvigateError(E_INVALID, f"{message}{FOLDER_FILES_MAX:,}.")
    return found


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            is_document = name.lower().endswith(SUFFIXES) and not name.startswith(".")
            if is_document and path.is_file() and not path.is_symlink():
                yield path


async def add_folder(
    service: StoreService, subject: Subject, store: Store, folder: Path
) -> AsyncIterator[TakenIn]:
    """Add a folder's documents one by one, each named by its path in the folder.

    Raises:
        EvigateError: as `documents_in`; what is wrong with one file is in what is yielded.
    """
    paths = documents_in(folder)
    for number, path in enumerate(paths, start=1):
        name = path.relative_to(folder).as_posix()
        try:
            document = await add_file(service, subject, store, path, source_uri=f"file:{name}")
        except EvigateError as error:
            yield TakenIn(name, number, len(paths), None, error)
        else:
            yield TakenIn(name, number, len(paths), document, None)


async def add_file(
    service: StoreService,
    subject: Subject,
    store: Store,
    path: Path,
    *,
    source_uri: str | None = None,
    on_progress: Progress | None = None,
) -> Document:
    """Add a file of this machine.

    Raises:
        EvigateError[E_FILE_TOO_LARGE]: it is larger than any document may be.
        EvigateError: it cannot be read; nothing is kept.
    """
    data = await asyncio.to_thread(_bytes_of, path)
    return await service.add(
        subject, store, data, path.name, source_uri=source_uri, on_progress=on_progress
    )


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            message = f"The file {path.name!r} is larger than {FILE_BYTES_MAX // 2**20} MiB."
            raise EvigateError(E_FILE_TOO_LARGE, message)
        return path.read_bytes()
    except OSError as error:
        message = f"The file {str(path)!r} cannot be read: {error.strerror}."
        raise EvigateError(E_INVALID, message) from error


async def add_url(
    service: StoreService,
    subject: Subject,
    store: Store,
    url: str,
    *,
    max_bytes: int = FILE_BYTES_MAX,
    rule: AddressRule = is_public,
) -> Document:
    """Add what a web address serves, named by the address; served anew, it is replaced.

    Raises:
        EvigateError: as `fetch_url`, or what is served cannot be read; nothing is kept.
    """
    address = urldefrag(url).url
    data = await fetch_url(address, max_bytes=max_bytes, rule=rule)
    parts = urlsplit(address)
    name = unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or "page"
    return await service.add(subject, store, data, name, source_uri=address)
