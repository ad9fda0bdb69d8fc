"""Putting a whole folder in place at once: it is all there, or it is not there.

The files go into a sibling folder whose name starts with a dot; they and the folder are synced, and
one rename gives it its name. A kill leaves at most the dotted folder, which no reader lists.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from evigate.base.errors import EvigateError
from evigate.engine.index.errors import E_SEGMENT_EXISTS

STAGING_PREFIX = ".staging-"


@contextmanager
def staged_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder to write into; it becomes `folder` when the block ends well.

    A block that raises leaves nothing behind.

    Raises:
        EvigateError[E_SEGMENT_EXISTS]: something has that name already.
        OSError: the disk is full, or the parent may not be written.
    """
    if folder.exists():
        raise EvigateError(E_SEGMENT_EXISTS, f"Segment {folder.name!r} exists already.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = folder.parent / f"{STAGING_PREFIX}{uuid4().hex}"
    staging.mkdir()
    try:
        yield staging
        for path in staging.rglob("*"):
            sync(path)
        sync(staging)
        _rename(staging, folder)
        sync(folder.parent)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def sync(path: Path) -> None:
    """Make a file's or a folder's content durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rename(staging: Path, folder: Path) -> None:
    try:
        os.replace(staging, folder)
    except OSError as error:
        if folder.exists():
            raise EvigateError(
                E_SEGMENT_EXISTS, f"Segment {folder.name!r} exists already."
            ) from error
        raise
