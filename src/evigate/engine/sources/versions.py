"""What content local files have, told cheaply when nothing has changed.

A file's SHA-256 is remembered under its path, size, change time and inode. A file that changed
less than `SETTLED_S` ago is hashed again the next time, because a clock's tick can hide a write.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import SourceVersion, VersionKind
from evigate.engine.sources.errors import E_SOURCE_EMPTY

CHUNK_BYTES = 1 << 20
SETTLED_S = 2.0


def version_of_files(files: Sequence[Path], folder: Path) -> SourceVersion:
    """Return the digest of the files' names and bytes, in order.

    Raises:
        E_SOURCE_EMPTY: a file is gone.
    """
    digests = [(file.name, _digest(file, folder / "digests")) for file in files]
    lines = "\n".join(f"{name}\0{digest}" for name, digest in digests)
    value = digests[0][1] if len(digests) == 1 else hashlib.sha256(lines.encode()).hexdigest()
    return SourceVersion(VersionKind.DIGEST, value)


def with_logs(file: Path) -> list[Path]:
    """Return a database's file and the write-ahead log beside it, which holds its newest rows."""
    logs = [file.with_name(file.name + suffix) for suffix in ("-wal", ".wal")]
    return [file, *(log for log in logs if log.is_file() and log.stat().st_size)]


def hash_file(file: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _digest(file: Path, folder: Path) -> str:
    try:
        stat = file.stat()
        seen = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
        note = folder / hashlib.sha256(str(file).encode()).hexdigest()
        known = _read(note)
        if known and known.get("seen") == seen:
            return str(known["digest"])
        digest = hash_file(file)
    except OSError as error:
        raise EvigateError(E_SOURCE_EMPTY, f"{str(file)!r} cannot be read.") from error
    if utc_now().timestamp() - stat.st_mtime > SETTLED_S:
        _remember(note, {"seen": seen, "digest": digest})
    return digest


def _read(note: Path) -> dict[str, object] | None:
    try:
        known = json.loads(note.read_text())
    except (OSError, ValueError):
        return None
    return known if isinstance(known, dict) else None


def _remember(note: Path, known: dict[str, object]) -> None:
    """A lost note costs a hash, so it is not synced."""
    note.parent.mkdir(parents=True, exist_ok=True)
    partial = note.with_name(f".{uuid4().hex}")
    partial.write_text(json.dumps(known))
    os.replace(partial, note)
