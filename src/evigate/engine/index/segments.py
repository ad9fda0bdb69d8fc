"""Opening a segment of either kind, or saying precisely why it cannot be opened."""

from pathlib import Path

from evigate.engine.index.lexical import LexicalSegment, open_lexical
from evigate.engine.index.manifest import MANIFEST_NAME, check_files, corrupt, read_manifest
from evigate.engine.index.vectors import VectorSegment, open_vectors


def open_segment(folder: Path, *, verify: bool = False) -> VectorSegment | LexicalSegment:
    """
    Map a segment; nothing of its size is read, unless `verify` asks for every file's digest.

    Raises:
        EvigateError[E_SEGMENT_CORRUPT]: a file is missing, of another length, or unreadable; with
            `verify`, of other bytes. The message and `detail` name it.
        EvigateError[E_SEGMENT_FORMAT]: a newer Evigate wrote it.
        EvigateError[E_SEGMENT_LIBRARY]: another version of an index library wrote it.
    """
    manifest = read_manifest(folder)
    check_files(folder, manifest, verify=verify)
    if manifest.kind == "vector":
        return open_vectors(folder, manifest)
    if manifest.kind == "lexical":
        return open_lexical(folder, manifest)
    raise corrupt(folder, MANIFEST_NAME, f"names an unknown kind {manifest.kind!r}")
