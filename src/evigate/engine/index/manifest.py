"""A segment's manifest: which files it has, what made them, and how to know that they are whole.

`segment.json` is read before any other file of a segment. It carries a digest of itself, so a
manifest that was touched is told from one that is only unknown. Sizes are compared at each opening;
digests of whole files on request, because hashing a large segment takes longer than searching it.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from evigate.base.canonical import canonical_json, content_hash
from evigate.base.errors import EvigateError
from evigate.engine.index.errors import E_SEGMENT_CORRUPT, E_SEGMENT_FORMAT, E_SEGMENT_LIBRARY

FORMAT = 1
MANIFEST_NAME = "segment.json"
READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file's length and SHA-256 in lower-case hex."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SegmentManifest:
    """What a segment is: `kind` vector or lexical, `count` rows, `library` with exact version.

    `dimensions`, `metric` and `precision` are None for a lexical segment; `library` is None where
    plain arrays serve. `options` hold what the kind's reader needs, JSON values only.
    """

    kind: str
    count: int
    dimensions: int | None
    metric: str | None
    precision: str | None
    library: str | None
    files: Mapping[str, FileFacts]
    created_at: str
    options: Mapping[str, Any] = field(default_factory=dict)
    format: int = FORMAT


def manifest_bytes(manifest: SegmentManifest) -> bytes:
    """Return the manifest as canonical JSON, with the digest of its other fields."""
    body = asdict(manifest)
    return canonical_json({**body, "digest": content_hash(body)})


def read_manifest(folder: Path) -> SegmentManifest:
    """Read a segment's manifest and check it against its own digest.

    Raises:
        EvigateError[E_SEGMENT_CORRUPT]: it is missing, does not parse, or was changed.
        EvigateError[E_SEGMENT_FORMAT]: a newer Evigate wrote it.
    """
    try:
        body = json.loads((folder / MANIFEST_NAME).read_bytes())
        written_format = int(body["format"])
        digest = body.pop("digest")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise corrupt(folder, MANIFEST_NAME, "cannot be read") from error
    if written_format > FORMAT:
        raise EvigateError(
            E_SEGMENT_FORMAT,
            f"Segment {folder.name!r} has format {written_format}; this Evigate reads {FORMAT}.",
        )
    if content_hash(body) != digest:
        raise corrupt(folder, MANIFEST_NAME, "does not match its own digest")
    files = {name: FileFacts(**facts) for name, facts in body.pop("files").items()}
    return SegmentManifest(files=files, **body)


def check_files(folder: Path, manifest: SegmentManifest, *, verify: bool) -> None:
    """Check that each file is there at its length, and with `verify` that its bytes are the same.

    Raises:
        EvigateError[E_SEGMENT_CORRUPT]: naming the first file that differs.
    """
    for name, facts in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise corrupt(folder, name, "is missing")
        size_bytes = path.stat().st_size
        if size_bytes != facts.size_bytes:
            raise corrupt(folder, name, f"has {size_bytes} bytes instead of {facts.size_bytes}")
        if verify and file_facts(path) != facts:
            raise corrupt(folder, name, "does not match its digest")


def check_library(folder: Path, manifest: SegmentManifest, installed: str) -> None:
    """Raise E_SEGMENT_LIBRARY unless exactly the installed library version wrote the segment."""
    if manifest.library != installed:
        raise EvigateError(
            E_SEGMENT_LIBRARY,
            f"Segment {folder.name!r} was written by {manifest.library!r}; {installed!r} is here.",
        )


def file_facts(path: Path) -> FileFacts:
    """Return a file's length and digest, reading it in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(READ_BYTES):
            digest.update(piece)
    return FileFacts(path.stat().st_size, digest.hexdigest())


def folder_facts(folder: Path, *, without: Collection[str] = ()) -> dict[str, FileFacts]:
    """Return the facts of each file below a folder, by relative name, but for those named."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name: file_facts(folder / name) for name in sorted(names - set(without))}


def corrupt(folder: Path, name: str, what: str) -> EvigateError:
    """Return the error that names a segment's broken file."""
    return EvigateError(
        E_SEGMENT_CORRUPT,
        f"File {name!r} of segment {folder.name!r} {what}.",
        detail={"segment": folder.name, "file": name},
    )
