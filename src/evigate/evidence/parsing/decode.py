"""Bytes as text, where nothing says for certain how they were written."""

import codecs
import re
from dataclasses import dataclass

from evigate.base.errors import EvigateError
from evigate.evidence.errors import E_UNSUPPORTED_MEDIA_TYPE

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_DECLARED_WITHIN = 2_048
# Controls that no text has: all but tab, line ends, form feed, escape and the like.
_CONTROLS = re.compile("[\x00-\x06\x0e-\x1a\x1c-\x1f]")
# Western text has a foreign letter in ten at most; more of them is another script or no text.
_FOREIGN_SHARE_MAX = 0.2


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and a sentence about what was guessed in reading it, if anything was."""

    text: str
    warning: str | None = None


def decode_text(data: bytes, file_name: str, *, is_markup: bool = False) -> Decoded:
    """Read bytes as text: by their byte order mark, as UTF-8, as declared, else as Windows-1252.

    In a text that is UTF-8 but for some bytes, only those are read as Windows-1252.

    Args:
        is_markup: whether the text may declare its own encoding, as HTML and XML do.

    Raises:
        EvigateError[E_UNSUPPORTED_MEDIA_TYPE]: these bytes are no text, or of an unknown encoding.
    """
    text, warning = _decoded(data, file_name, is_markup=is_markup)
    if _CONTROLS.search(text):
        raise _no_text(file_name)
    return Decoded(text, warning)


def _decoded(data: bytes, file_name: str, *, is_markup: bool) -> tuple[str, str | None]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, file_name), None
    declared = _declared(data) if is_markup else None
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    if declared is not None and declared != "utf-8":
        return _strictly(data, declared, file_name), None
    text = data.decode("utf-8", errors="surrogateescape")
    foreign = sum("\udc80" <= char <= "\udcff" for char in text)
    if foreign > _FOREIGN_SHARE_MAX * len(text):
        raise _no_text(file_name)
    warning = (
        f"{foreign:,} of {len(data):,} bytes are not UTF-8 and were read as Windows-1252; "
        "save the file as UTF-8 if letters look wrong."
    )
    return re.sub("[\udc80-\udcff]+", _western, text), warning


def _western(found: re.Match[str]) -> str:
    raw = found[0].encode("utf-8", errors="surrogateescape")
    return raw.decode("cp1252", errors="replace")


def _strictly(data: bytes, encoding: str, file_name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_text(file_name) from error


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_DECLARED_WITHIN])
    try:
        return codecs.lookup(found[1].decode()).name if found else None
    except LookupError:
        return None


def _no_text(file_name: str) -> EvigateError:
    message = (
        f"{file_name!r} is no document that can be read: neither PDF, DOCX, PPTX nor EPUB, "
        "nor a text in UTF-8."
    )
    return EvigateError(E_UNSUPPORTED_MEDIA_TYPE, message)
