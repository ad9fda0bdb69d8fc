"""What folders of other tools state: requirements of OpenSpec and spec-kit, letter by letter.

Pure. A zip is read within bounds and never unpacked to disk; of each requirement its statement is
quoted with its place in the file, so that what a person accepts is what stands there.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from evigate.base.errors import EvigateError
from evigate.studio.specification.errors import E_STATEMENTS_INVALID

Layout = Literal["openspec", "spec-kit"]
FILES_MAX, FILE_BYTES_MAX, ALL_BYTES_MAX, STATEMENTS_MAX = 2_000, 1_000_000, 20_000_000, 5_000
QUOTE_CHARACTERS = 8_000
_OPENSPEC_FILE = re.compile(r"(?:^|/)specs/[^/]+/spec\.md$")
_SPEC_KIT_FILE = re.compile(r"(?:^|/)specs/\d+-[^/]+/spec\.md$")
# What an archived change asked for stands in specs/ already, as far as it was wanted.
_ARCHIVED = re.compile(r"(?:^|/)changes/archive/")
_SECTION = re.compile(r"^## [ \t]*(?P<name>.*?)[ \t]*$", re.M)
_REMOVED = "REMOVED"
_REQUIREMENT = re.compile(r"^### Requirement:[ \t]*(?P<title>.+?)[ \t]*$", re.M)
_HEADING = re.compile(r"^#{1,4} ", re.M)
_SPEC_KIT_LINE = re.compile(
    r"^[ \t]*[-*][ \t]+\*\*(?P<id>(?:FR|SC|NFR)-\d+[a-z]?)\*\*:?[ \t]*(?P<text>\S.*?)[ \t]*$", re.M
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A requirement of a file: `quote` is the file's text from `start` to `end`."""

    path: str
    title: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What a folder states, and in which layout."""

    layout: Layout
    statements: tuple[Statement, ...]


def read_folder(data: bytes) -> Imported:
    """
    Return what a zipped folder states, by file and place.

    Raises:
        EvigateError[E_STATEMENTS_INVALID]: it is no zip, too large, or holds neither layout.
    """
    files = _texts(data)
    kit = {path: text for path, text in files.items() if _SPEC_KIT_FILE.search(path)}
    if any(_SPEC_KIT_LINE.search(text) for text in kit.values()):
        return _bounded("spec-kit", [s for path in sorted(kit) for s in spec_kit(path, kit[path])])
    spec = {
        path: text
        for path, text in files.items()
        if _OPENSPEC_FILE.search(path) and not _ARCHIVED.search(path)
    }
    found = [s for path in sorted(spec) for s in openspec(path, spec[path])]
    if not found:
        raise _invalid("no specs/NAME/spec.md in it states a requirement")
    return _bounded("openspec", found)


def openspec(path: str, text: str) -> Iterator[Statement]:
    """Yield each requirement of an OpenSpec file: what stands between its heading and the next.

    What a change removes is no requirement.
    """
    sections = [(each.start(), each["name"]) for each in _SECTION.finditer(text)]
    for match in _REQUIREMENT.finditer(text):
        within = [name for start, name in sections if start < match.start()]
        if within and within[-1].upper().startswith(_REMOVED):
            continue
        following = _HEADING.search(text, match.end())
        found = _trimmed(text, match.end(), following.start() if following else len(text))
        if found is not None:
            start, end = found
            yield Statement(path, match["title"], text[start:end], start, end)


def spec_kit(path: str, text: str) -> Iterator[Statement]:
    """Yield each numbered line of a spec-kit file, such as **FR-001**: System MUST …"""
    for match in _SPEC_KIT_LINE.finditer(text):
        start, end = match.span("text")
        yield Statement(path, match["id"], text[start:end], start, end)


def _texts(data: bytes) -> Mapping[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [each for each in archive.infolist() if each.filename.endswith(".md")]
            if len(entries) > FILES_MAX or sum(e.file_size for e in entries) > ALL_BYTES_MAX:
                raise _invalid(
                    f"more than {FILES_MAX:,} files or {ALL_BYTES_MAX:,} bytes are in it"
                )
            return {each.filename: _text(archive, each) for each in entries}
    except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
        raise _invalid("it is no zip that can be read") from error


def _text(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    with archive.open(entry) as file:
        # What an entry says of its size is the sender's word; no more than the bound is read.
        data = file.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise _invalid(f"{entry.filename!r} is larger than {FILE_BYTES_MAX:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _invalid(f"{entry.filename!r} is not UTF-8") from error
    if "\x00" in text:
        raise _invalid(f"{entry.filename!r} is no text")
    return text


def _bounded(layout: Layout, found: list[Statement]) -> Imported:
    if len(found) > STATEMENTS_MAX:
        raise _invalid(f"it states {len(found):,} requirements; {STATEMENTS_MAX:,} are allowed")
    return Imported(layout, tuple(found))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    end = min(end, start + QUOTE_CHARACTERS)
    return (start, end) if start < end else None


def _invalid(what: str) -> EvigateError:
    return EvigateError(E_STATEMENTS_INVALID, f"The folder cannot be read: {what}.")
