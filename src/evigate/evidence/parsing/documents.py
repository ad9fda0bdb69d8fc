"""Any learning document as text with places: what it is decides who reads it, not its name."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO

from evigate.base.errors import EvigateError
from evigate.evidence.errors import (
    E_DOCUMENT_DAMAGED,
    E_DOCUMENT_ENCRYPTED,
    E_DOCUMENT_NO_TEXT,
    E_UNSUPPORTED_MEDIA_TYPE,
)
from evigate.evidence.parsing import markup
from evigate.evidence.parsing.books import CONTAINER, read_epub
from evigate.evidence.parsing.build import DOCUMENT_PAGES_MAX
from evigate.evidence.parsing.glossary import with_glossary
from evigate.evidence.parsing.markup import read_html
from evigate.evidence.parsing.models import DocumentKind, ParsedDocument
from evigate.evidence.parsing.notes import MARKDOWN_SUFFIXES, read_markdown, read_text
from evigate.evidence.parsing.pdf import Progress, read_pdf

# What a folder is searched for; a file named on its own may be called anything.
SUFFIXES = (
    *(".pdf", ".docx", ".pptx", ".epub", ".txt", ".text", ".rst"),
    *MARKDOWN_SUFFIXES,
    *markup.SUFFIXES,
)
HEAD_BYTES = 2_048
WORD_PART = "word/document.xml"
SLIDES_PART = "ppt/presentation.xml"
# Below this share of words in prose, a document is tables, and little can be asked about it.
PROSE_SHARE_MIN = 0.2

_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html\b)", re.I | re.S
)
_MARKS = b"\xef\xbb\xbf"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# What is often handed in and cannot be read, by its first bytes.
_OTHERS = {
    b"{\\rtf": "a rich text file (RTF); save it as DOCX",
    b"\x89PNG": "a picture; text recognition (OCR) is not built in",
    b"\xff\xd8\xff": "a picture; text recognition (OCR) is not built in",
    b"GIF8": "a picture; text recognition (OCR) is not built in",
    b"\x1f\x8b": "a packed file (gzip); unpack it first",
    b"7z\xbc\xaf": "a packed file (7z); unpack it first",
    b"Rar!": "a packed file (RAR); unpack it first",
}


def parse_document(
    data: bytes, file_name: str, *, on_progress: Progress | None = None
) -> ParsedDocument:
    """Read a document of any kind that is known.

    Args:
        data: the whole file.
        file_name: what it is called; it tells Markdown and HTML from plain text, no more.
        on_progress: told how many pages were read, and of how many where that is known.

    Raises:
        EvigateError[E_DOCUMENT_NO_TEXT]: it is empty, or nothing in it is text.
        EvigateError[E_PDF_NO_TEXT]: it is a scan.
        EvigateError[E_UNSUPPORTED_MEDIA_TYPE]: it is of no known kind.
        EvigateError: encrypted, damaged, too large or not safe; the message says which.
    """
    if not data.strip():
        raise EvigateError(E_DOCUMENT_NO_TEXT, f"The file {file_name!r} is empty.")
    kind = kind_of(data, file_name)
    match kind:
        case "pdf":
            found = read_pdf(data, max_pages=DOCUMENT_PAGES_MAX, on_progress=on_progress)
        case "docx":
            # The libraries of office files are slow to import: only who reads one waits for that.
            from evigate.evidence.parsing.word_files import read_docx

            found = read_docx(data)
        case "pptx":
            from evigate.evidence.parsing.slides import read_pptx

            found = read_pptx(data)
        case "epub":
            found = read_epub(data)
        case "html":
            found = read_html(data, file_name)
        case "markdown":
            found = read_markdown(data, file_name)
        case "text":
            found = read_text(data, file_name)
    return _warned(with_glossary(found))


def kind_of(data: bytes, file_name: str) -> DocumentKind:
    """Return what a file is, by its bytes; by its name only among kinds of text.

    Raises:
        EvigateError[E_UNSUPPORTED_MEDIA_TYPE]: a kind that is known and cannot be read.
        EvigateError[E_DOCUMENT_ENCRYPTED]: an office document with a password.
    """
    name = file_name.lower()
    if is_pdf(data):
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data, file_name)
    if data.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in data:
            raise EvigateError(E_DOCUMENT_ENCRYPTED, f"{file_name!r} asks for a password.")
        raise _unsupported(file_name, "an old Office file; save it as DOCX or PPTX")
    for mark, what in _OTHERS.items():
        if data.startswith(mark):
            raise _unsupported(file_name, what)
    if _HTML.match(data.removeprefix(_MARKS)[:HEAD_BYTES]) or name.endswith(markup.SUFFIXES):
        return "html"
    return "markdown" if name.endswith(MARKDOWN_SUFFIXES) else "text"


def is_pdf(data: bytes) -> bool:
    """Say whether the bytes begin like a PDF, which may be preceded by white space."""
    return data[:1024].lstrip().startswith(b"%PDF-")


def _kind_of_zip(data: bytes, file_name: str) -> DocumentKind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        message = f"{file_name!r} is cut short or damaged: it cannot be unpacked."
        raise EvigateError(E_DOCUMENT_DAMAGED, message) from error
    if WORD_PART in names:
        return "docx"
    if SLIDES_PART in names:
        return "pptx"
    if CONTAINER in names:
        return "epub"
    raise _unsupported(file_name, "a packed file that is no DOCX, PPTX or EPUB; unpack it first")


def _unsupported(file_name: str, what: str) -> EvigateError:
    return EvigateError(E_UNSUPPORTED_MEDIA_TYPE, f"{file_name!r} is {what}.")


def _warned(document: ParsedDocument) -> ParsedDocument:
    """Say in a document's warnings where there is little prose in it, or pages without text."""
    warnings = list(document.warnings)
    prose = words = empty = 0
    for page in document.pages:
        counts = [(b.kind, len(page.text[b.start : b.end].split())) for b in page.blocks]
        words += sum(count for _, count in counts)
        prose += sum(count for kind, count in counts if kind in ("paragraph", "list_item"))
        empty += not page.text.strip()
    if words and prose < PROSE_SHARE_MIN * words:
        share = 100 * prose // words
        warnings.append(
            f"Only {share}% of its words are in sentences; the rest is tables and such."
        )
    if empty:
        count = len(document.pages)
        warnings.append(f"{empty} of {count} pages have no text; pictures are not read.")
    return replace(document, warnings=tuple(warnings))
