"""A project as a zip: written with the same bytes each time, read as a stranger's upload.

Pure. Three kinds of file and no other: `project.json`, which names the rest with their hashes,
`tables/NAME.json`, and `documents/SHA256` with the bytes of a document.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from evigate.base.canonical import canonical_json, sha256_hex
from evigate.base.errors import EvigateError
from evigate.base.zips import zip_bytes
from evigate.studio.moving.errors import E_PROJECT_FILE_INVALID

FORMAT = "evigate.project"
FORMAT_VERSION = 2
# What the first version did not hold.
ADDED = frozenset({
    "studio.context_artifacts", "studio.context_links", "studio.context_changes",
    "studio.context_requests", "agents.concerts", "agents.checkpoints", "agents.memory",
    "studio.reviews",
})  # fmt: skip
FILES_MAX = 2_000
STAYS_MAX = 20
FILE_BYTES_MAX = 200 * 2**20
ALL_BYTES_MAX = 500 * 2**20
HEAD = "project.json"
_NAME = re.compile(r"project\.json|tables/[a-z]+\.[a-z_]+\.json|documents/[0-9a-f]{64}")
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A document of a project: what it is called, and its bytes."""

    source_uri: str
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ProjectFolder:
    """All of a project: its rows by table, and its documents."""

    rows: Rows
    documents: tuple[DocumentFile, ...]
    # What of the project stays where it is, with why, in words.
    stays: tuple[str, ...] = ()


def written(folder: ProjectFolder) -> bytes:
    """Return a project as a zip; the same project gives the same bytes."""
    files = {f"tables/{name}.json": canonical_json(rows) for name, rows in folder.rows.items()}
    for each in folder.documents:
        files[f"documents/{sha256_hex(each.content)}"] = each.content
    listed = sorted(folder.documents, key=lambda each: each.source_uri)
    head = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "stays": list(folder.stays),
        "documents": [
            {"source_uri": d.source_uri, "file_name": d.file_name, "sha256": sha256_hex(d.content)}
            for d in listed
        ],
        "files": {name: sha256_hex(data) for name, data in sorted(files.items())},
    }
    return zip_bytes({HEAD: canonical_json(head), **files})


def read(data: bytes, tables: Sequence[str]) -> ProjectFolder:
    """
    Return the project of a zip.

    Args:
        tables: the names of the tables that there are; a zip names each of them and no other.

    Raises:
        EvigateError[E_PROJECT_FILE_INVALID]: it is no zip of this format, is too large, holds a
            file that has no place in it, or one that is not as it was written.
    """
    files = _unpacked(data)
    head = _json(files, HEAD)
    version = head.get("version") if isinstance(head, dict) else None
    if version not in (1, FORMAT_VERSION) or head.get("format") != FORMAT:
        raise _invalid("it is not of this format, or of another version")
    rest = {name: sha256_hex(content) for name, content in files.items() if name != HEAD}
    if head.get("files") != rest:
        raise _invalid("its files are not those that were written")
    named = [name for name in tables if version != 1 or name not in ADDED]
    if {name for name in rest if name.startswith("tables/")} != {f"tables/{n}.json" for n in named}:
        raise _invalid("its tables are not those of this version")
    rows = {name: _rows(files, f"tables/{name}.json") if name in named else [] for name in tables}
    stays = head.get("stays", [])
    if not isinstance(stays, list) or not all(isinstance(each, str) for each in stays):
        raise _invalid("what stays is no list of words")
    return ProjectFolder(rows, tuple(_documents(head, files)), tuple(stays[:STAYS_MAX]))


def what_stays(data: bytes) -> tuple[str, ...]:
    """Return what of a project stays where it is, as its own zip says."""
    return tuple(_json(_unpacked(data), HEAD)["stays"])


def _unpacked(data: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = ALL_BYTES_MAX
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > FILES_MAX:
                raise _invalid(f"it has more than {FILES_MAX:,} files")
            for entry in entries:
                if not _NAME.fullmatch(entry.filename) or entry.filename in found:
                    raise _invalid(f"{entry.filename[:100]!r} has no place in it")
                # What a zip says of its sizes is not believed: reading stops at the bound.
                with archive.open(entry) as source:
                    content = source.read(min(left, FILE_BYTES_MAX) + 1)
                if len(content) > min(left, FILE_BYTES_MAX):
                    raise _invalid("it is too large")
                left -= len(content)
                found[entry.filename] = content
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError) as error:
        raise _invalid("it is no zip") from error
    return found


def _json(files: Mapping[str, bytes], name: str) -> Any:
    try:
        return orjson.loads(files[name])
    except KeyError as error:
        raise _invalid(f"there is no {name}") from error
    except orjson.JSONDecodeError as error:
        raise _invalid(f"{name} is no JSON") from error


def _rows(files: Mapping[str, bytes], name: str) -> list[dict[str, Any]]:
    found = _json(files, name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _invalid(f"{name} is no list of rows")
    return found


def _documents(head: Mapping[str, Any], files: Mapping[str, bytes]) -> list[DocumentFile]:
    try:
        return [
            DocumentFile(
                str(each["source_uri"]),
                str(each["file_name"]),
                files[f"documents/{each['sha256']}"],
            )
            for each in head["documents"]
        ]
    except (KeyError, TypeError) as error:
        raise _invalid("a document that it names is not in it") from error


def _invalid(why: str) -> EvigateError:
    return EvigateError(E_PROJECT_FILE_INVALID, f"The file is no project: {why}.")
