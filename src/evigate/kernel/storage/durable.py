"""Writing a file so that it is whole or absent, whatever dies and whenever.

Apart from the object stores because the library behind them does not sync local files. The bytes
go to a file of their own in `PARTIAL_DIRECTORY`, are synced, and are renamed into place; then the
directories that name them are synced. A kill leaves at most a partial file, which no reader lists.
"""

import os
from pathlib import Path
from uuid import uuid4

PARTIAL_DIRECTORY = ".partial"


def write_durably(root: Path, relative: str, data: bytes) -> None:
    """Make `root/relative` hold exactly `data`, replacing what was there.

    Returns once the bytes and their name are on disk. Concurrent writers of one path are safe: one
    of their whole files wins.

    Raises:
        OSError: the disk is full, or the directory may not be written; no partial file is left.
    """
    target = root / relative
    partial = root / PARTIAL_DIRECTORY / uuid4().hex
    for directory in (partial.parent, target.parent):
        make_directory(directory)
    try:
        _write_synced(partial, data)
        os.replace(partial, target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_directory(target.parent)


def remove_partials(root: Path, *, before_s: float) -> int:
    """Delete partial files last written before the POSIX time `before_s`; return how many."""
    count = 0
    for partial in (root / PARTIAL_DIRECTORY).glob("*"):
        if partial.stat().st_mtime < before_s:
            partial.unlink(missing_ok=True)
            count += 1
    return count


def _write_synced(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def make_directory(directory: Path) -> None:
    """Create a directory and its ancestors, each one's name synced in its parent."""
    if directory.is_dir():
        return
    make_directory(directory.parent)
    directory.mkdir(exist_ok=True)
    sync_directory(directory.parent)


def sync_directory(directory: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
