"""Files of tables: written whole or not at all, hashed as they are written, checked when read.

A file is written under a name that no reader knows, synced, and renamed; its name holds the
beginning of its digest, so that two writers of one content make one file and of two contents two.
"""

import errno
import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from evigate.base.errors import EvigateError
from evigate.engine.tables.errors import E_DISK_FULL, E_TABLE_DAMAGED
from evigate.kernel.storage import make_directory, sync_directory

PARTIAL_SUFFIX = ".partial"
ROW_GROUP_ROWS = 65_536
READ_ROWS = 8_192
HASH_CHUNK_BYTES = 1 << 20
# No block is left, or the quota or the limit of a file is reached.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class FileFact:
    """A file of a table: its name below the table's folder, digest, length and rows."""

    name: str
    sha256: str
    size_bytes: int
    rows: int


class _Hashing:
    """A binary file that hashes what passes through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.hash = hashlib.sha256()
        self.closed = False

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self.hash.update(view)
        self._file.write(view)
        return view.nbytes

    def flush(self) -> None:
        self._file.flush()

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self.closed = True


def write_file(folder: Path, stem: str, suffix: str, write: Callable[[Any], int]) -> FileFact:
    """Write one file durably and return what it is; `write` gets a binary file, returns its rows.

    Raises:
        EvigateError[E_DISK_FULL]: there is no room; nothing is left behind.
    """
    make_directory(folder)
    partial = folder / f"{uuid.uuid4().hex}{PARTIAL_SUFFIX}"
    try:
        with disk_errors(folder):
            with partial.open("xb") as file:
                hashing = _Hashing(file)
                rows = write(hashing)
                file.flush()
                os.fsync(file.fileno())
                size_bytes = file.tell()
            digest = hashing.hash.hexdigest()
            name = f"{stem}-{digest[:20]}{suffix}"
            os.replace(partial, folder / name)
            sync_directory(folder)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return FileFact(name, digest, size_bytes, rows)


def write_parquet(
    folder: Path, stem: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]
) -> FileFact:
    """Write batches as one Parquet file, holding one row group at a time; see `write_file`."""

    def write(file: Any) -> int:
        rows = 0
        with pq.ParquetWriter(pa.PythonFile(file, mode="w"), schema, compression="zstd") as writer:
            for group in _groups(schema, batches):
                writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
                rows += group.num_rows
        return rows

    return write_file(folder, stem, ".parquet", write)


def _groups(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= ROW_GROUP_ROWS:
            yield pa.Table.from_batches(held, schema)
            held, rows = [], 0
    if held:
        yield pa.Table.from_batches(held, schema)


def read_parquet(path: Path, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield a Parquet file's rows in order, a few thousand at a time.

    Raises:
        EvigateError[E_TABLE_DAMAGED]: it is missing or is no whole Parquet file.
    """
    with damaged_as(path), pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=READ_ROWS, columns=columns)


@contextmanager
def damaged_as(path: Path) -> Iterator[None]:
    """Say of a file that cannot be read that it is damaged, and which it is."""
    try:
        yield
    except (FileNotFoundError, pa.ArrowInvalid, pa.ArrowIOError) as error:
        message = f"The file {path.name!r} is missing or not whole: {error}."
        raise EvigateError(E_TABLE_DAMAGED, message) from error


@contextmanager
def disk_errors(folder: Path | None = None) -> Iterator[None]:
    """Say of a full disk that it is full, and of which folder where it is known."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            where = "" if folder is None else f" in {folder.name!r}"
            raise EvigateError(E_DISK_FULL, f"There is no room left to write{where}.") from error
        raise


def digest_of(path: Path) -> str:
    """Return a file's SHA-256, read in pieces.

    Raises:
        EvigateError[E_TABLE_DAMAGED]: there is no such file.
    """
    digest = hashlib.sha256()
    with damaged_as(path), path.open("rb") as file:
        while chunk := file.read(HASH_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
