"""Zip files from strangers: measured before anything in them is read, and again while it is.

DOCX, PPTX and EPUB are zips. A few kilobytes of zip can say, or turn out, to be terabytes; an XML
part can name entities that grow without end. Both are refused here, before a parser sees a byte.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from evigate.base.errors import EvigateError
from evigate.evidence.errors import (
    E_DOCUMENT_DAMAGED,
    E_DOCUMENT_ENCRYPTED,
    E_DOCUMENT_TOO_LARGE,
    E_DOCUMENT_UNSAFE,
)

ENTRIES_MAX = 10_000
BYTES_MAX = 400 * 2**20
XML_BYTES_MAX = 100 * 2**20
# Repetitive XML packs 1 to 50, a bomb's zeros 1 to 1,000; what is small may pack as it likes.
RATIO_MAX = 150
RATIO_FREE_BYTES = 8 * 2**20
_PIECE_BYTES = 1 << 20
_IS_XML = re.compile(r"\.(?:xml|rels|opf|ncx|xhtml|html|htm|vml)$", re.I)


class Archive:
    """A zip whose every entry was unpacked once and found to be what it says, within bounds.

    Raises, when made:
        EvigateError[E_DOCUMENT_DAMAGED]: cut short, or contradicts itself.
        EvigateError[E_DOCUMENT_ENCRYPTED]: entries ask for a password.
        EvigateError[E_DOCUMENT_TOO_LARGE]: more entries or bytes than a document may have.
        EvigateError[E_DOCUMENT_UNSAFE]: XML that declares entities of its own.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
            raise EvigateError(E_DOCUMENT_DAMAGED, _CUT_SHORT) from error
        self._entries = {entry.filename: entry for entry in self._zip.infolist()}
        self._check_stated(len(data))
        self._check_unpacked(len(data))

    @property
    def names(self) -> list[str]:
        """The entries' names, in the order of the file."""
        return list(self._entries)

    def read(self, name: str) -> bytes | None:
        """Return an entry's bytes; None if there is none of that name."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        return b"".join(self._pieces(entry))

    def _check_stated(self, packed: int) -> None:
        entries = self._zip.infolist()
        if len(entries) > ENTRIES_MAX:
            message = f"The file packs {len(entries):,} files; the limit is {ENTRIES_MAX:,}."
            raise EvigateError(E_DOCUMENT_TOO_LARGE, message)
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise EvigateError(E_DOCUMENT_ENCRYPTED, "The file asks for a password.")
        _check_size(sum(entry.file_size for entry in entries), packed)
        for entry in entries:
            if _IS_XML.search(entry.filename):
                _check_xml_size(entry.filename, entry.file_size)

    def _check_unpacked(self, packed: int) -> None:
        """Unpack all, because what an entry says of its size is only said."""
        total = 0
        for entry in self._zip.infolist():
            is_xml = bool(_IS_XML.search(entry.filename))
            tail = b""
            for piece in self._pieces(entry):
                total += len(piece)
                _check_size(total, packed)
                if is_xml:
                    # A declaration may lie across two pieces; zeros hide one in UTF-16.
                    tail = tail[-32:] + piece.replace(b"\0", b"")
                    _check_entities(entry.filename, tail)

    def _pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            with self._zip.open(entry) as file:
                while piece := file.read(_PIECE_BYTES):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise EvigateError(E_DOCUMENT_DAMAGED, _CUT_SHORT) from error
        except RuntimeError as error:  # an unknown packing, or a password that was not stated
            message = f"The entry {entry.filename!r} is packed in a way that cannot be read."
            raise EvigateError(E_DOCUMENT_DAMAGED, message) from error


_CUT_SHORT = "The file is cut short or damaged: it cannot be unpacked."


def _check_size(unpacked: int, packed: int) -> None:
    if unpacked > BYTES_MAX:
        message = f"The file unpacks to more than {BYTES_MAX // 2**20} MiB."
        raise EvigateError(E_DOCUMENT_TOO_LARGE, message)
    if unpacked > RATIO_FREE_BYTES and unpacked > RATIO_MAX * packed:
        message = f"The file unpacks to more than {RATIO_MAX} times its size, as no document does."
        raise EvigateError(E_DOCUMENT_TOO_LARGE, message)


def _check_xml_size(name: str, size: int) -> None:
    if size > XML_BYTES_MAX:
        message = f"The part {name!r} has more than {XML_BYTES_MAX // 2**20} MiB of text."
        raise EvigateError(E_DOCUMENT_TOO_LARGE, message)


def _check_entities(name: str, data: bytes) -> None:
    if b"<!ENTITY" in data:
        message = f"The part {name!r} declares entities of its own, which no document needs."
        raise EvigateError(E_DOCUMENT_UNSAFE, message)
