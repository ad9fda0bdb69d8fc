"""The PDF reader; with the writer (`pdf_pages`), the only file that knows pypdfium2.

pdfium is not safe to call from two threads, so every call happens under one lock, which is given
up between pages: who looks at a page need not wait for a book to be read. A page is turned
upright by its dominant writing direction, which is its /Rotate entry for ordinary pages and the
table's own direction for a table set sideways; `read_pdf` and `render_page` agree on it.
"""

import ctypes
import io
import math
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from evigate.base.errors import E_NOT_FOUND, EvigateError
from evigate.evidence.errors import (
    E_PDF_DAMAGED,
    E_PDF_ENCRYPTED,
    E_PDF_NO_TEXT,
    E_PDF_PAGE_TOO_LARGE,
    E_PDF_TOO_LONG,
    E_UNSUPPORTED_MEDIA_TYPE,
)
from evigate.evidence.parsing.frontmatter import read_front_matter
from evigate.evidence.parsing.layout import (
    SOFT_HYPHENS,
    Char,
    Piece,
    compose_page,
    pieces_of,
    plain_text,
    vocabulary,
)
from evigate.evidence.parsing.models import Box, ParsedDocument
from evigate.evidence.parsing.structure import with_blocks
from evigate.evidence.parsing.underlines import THICKNESS_MAX, with_underlines

PDFIUM_LOCK = threading.RLock()
# The header may be preceded by junk, and the end mark followed by some: readers accept 1024 bytes
# (PDF 1.7, appendix H, notes 13 and 18); mailers and proxies add more at the end.
_HEADER_WINDOW = 1024
_TRAILER_WINDOW = 4096
_SCANNED_WORDS_PER_PAGE = 15
_NO_TEXT = (
    "The PDF has no text: its pages are pictures, or empty, and text recognition (OCR) is not "
    "built in."
)
Progress = Callable[[int, int | None], None]
# A sheet of A0 at three pixels a point has 72 million.
_PIXELS_MAX = 80_000_000
_MIN_CHARS_FOR_DIRECTION = 20
_MAX_CHARS_PER_PAGE = 200_000
_MAX_OBJECTS_PER_PAGE = 20_000
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|medi(?!um)|cmbx|\bBX|(?:TB|-B|\.B|-Bd)$", re.I)
_BOLD_WEIGHT = 600
_ITALIC_NAME = re.compile(r"italic|oblique|kursiv|cmti|cmsl|(?:-It|TI|\.I)$", re.I)


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    angle: int
    is_bold: bool
    is_italic: bool


@dataclass(frozen=True, slots=True)
class _RawPage:
    width: float
    height: float
    pieces: list[Piece]
    aside: str


def read_pdf(
    data: bytes, *, max_pages: int = 400, on_progress: Progress | None = None
) -> ParsedDocument:
    """Read the words of a PDF with their places, and what its first page says of itself.

    Args:
        data: the whole file.
        max_pages: longer documents are refused before any page is read.
        on_progress: told after each page how many were read, and of how many.

    Returns:
        Every page in order, an empty one included; words in the reading order of the file.
        Text set across the page's own direction (stamps, axis labels) is left out.

    Raises:
        EvigateError[E_UNSUPPORTED_MEDIA_TYPE]: the bytes are not a PDF, whatever the name says.
        EvigateError[E_PDF_ENCRYPTED]: a password is needed.
        EvigateError[E_PDF_DAMAGED]: cut short, or not readable.
        EvigateError[E_PDF_TOO_LONG]: more than `max_pages` pages.
        EvigateError[E_PDF_NO_TEXT]: the pages are pictures.
    """
    with _opened(data) as document:
        count = len(document)
        if count > max_pages:
            message = f"The PDF has {count} pages; the limit is {max_pages}."
            raise EvigateError(E_PDF_TOO_LONG, message)
        raw_pages = []
        for index in range(count):
            raw_pages.append(_read_page(document, index))
            if on_progress is not None:
                on_progress(index + 1, count)
        if not any(page.pieces for page in raw_pages) or _is_scanned(document, raw_pages):
            raise EvigateError(E_PDF_NO_TEXT, _NO_TEXT)
        with PDFIUM_LOCK:
            metadata = document.get_metadata_dict()
    known = vocabulary(page.pieces for page in raw_pages)
    pages = with_blocks(
        [
            compose_page(number, page.width, page.height, page.pieces, known)
            for number, page in enumerate(raw_pages, start=1)
        ]
    )
    front = read_front_matter(pages, metadata, aside=raw_pages[0].aside)
    return ParsedDocument(
        pages, front.title, front.authors, front.arxiv_id, front.arxiv_version, front.doi
    )


def render_page(data: bytes, number: int, *, scale: float = 1.5) -> bytes:
    """Render one page, upright, as PNG.

    Args:
        data: the whole file.
        number: the page, from 1.
        scale: pixels per point; a word's box times `scale` is its place in the image.

    Raises:
        EvigateError: as `read_pdf`; E_NOT_FOUND for a page that is not there; E_PDF_PAGE_TOO_LARGE
            for one whose picture would have more than 80 million pixels.
    """
    with _opened(data) as document, PDFIUM_LOCK:
        if not 1 <= number <= len(document):
            raise EvigateError(
                E_NOT_FOUND, f"There is no page {number}; the PDF has {len(document)}."
            )
        page = _load_page(document, number - 1)
        text_page = page.get_textpage()
        turn = (_Reader(page, text_page).angle - page.get_rotation()) % 360
        # A page may call itself as large as a town; its picture would take the machine's memory.
        pixels = page.get_width() * page.get_height() * scale**2
        if not pixels <= _PIXELS_MAX:
            message = f"A picture of page {number} would have {pixels:,.0f} pixels."
            raise EvigateError(E_PDF_PAGE_TOO_LARGE, message)
        image = page.render(scale=scale, rotation=turn).to_pil()
        buffer = io.BytesIO()
        image.save(buffer, format="PNG")
        return buffer.getvalue()


def page_sizes(data: bytes, numbers: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Return the upright width and height of pages, in points; pages not there are left out."""
    with _opened(data) as document, PDFIUM_LOCK:
        found = {}
        for number in numbers:
            if 1 <= number <= len(document):
                page = _load_page(document, number - 1)
                reader = _Reader(page, page.get_textpage())
                found[number] = (round(reader.width, 2), round(reader.height, 2))
        return found


@contextmanager
def _opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    if b"%PDF-" not in data[:_HEADER_WINDOW]:
        found = "an empty file" if not data else "a file of another kind"
        raise EvigateError(E_UNSUPPORTED_MEDIA_TYPE, f"This is not a PDF but {found}.")
    if b"%%EOF" not in data[-_TRAILER_WINDOW:]:
        raise EvigateError(E_PDF_DAMAGED, "The PDF is cut short: its end mark is missing.")
    with PDFIUM_LOCK:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            if error.err_code == raw.FPDF_ERR_PASSWORD:
                raise EvigateError(E_PDF_ENCRYPTED, "The PDF asks for a password.") from error
            raise EvigateError(E_PDF_DAMAGED, "The PDF cannot be opened.") from error
    try:
        if len(document) == 0:
            raise EvigateError(E_PDF_DAMAGED, "The PDF has no pages.")
        yield document
    finally:
        with PDFIUM_LOCK:
            document.close()


def _load_page(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    try:
        return document[index]
    except pdfium.PdfiumError as error:
        raise EvigateError(E_PDF_DAMAGED, f"Page {index + 1} of the PDF is unreadable.") from error


def _is_scanned(document: pdfium.PdfDocument, pages: Sequence[_RawPage]) -> bool:
    """Say whether most pages are pictures with at most a stamp of text on them."""
    sparse = [i for i, page in enumerate(pages) if len(page.pieces) < _SCANNED_WORDS_PER_PAGE]
    if 2 * len(sparse) <= len(pages):
        return False
    with PDFIUM_LOCK:
        pictures = sum(_has_page_picture(document[index]) for index in sparse)
    return 2 * pictures > len(pages)


def _has_page_picture(page: pdfium.PdfPage) -> bool:
    area = page.get_width() * page.get_height()
    for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = image.get_bounds()
        if (right - left) * (top - bottom) > 0.5 * area:
            return True
    return False


def _read_page(document: pdfium.PdfDocument, index: int) -> _RawPage:
    with PDFIUM_LOCK:
        page = _load_page(document, index)
        text_page = page.get_textpage()
        try:
            reader = _Reader(page, text_page)
            upright, aside = reader.read()
            strokes = reader.strokes(page)
        finally:
            text_page.close()
            page.close()
    pieces = with_underlines(pieces_of(upright), strokes)
    return _RawPage(reader.width, reader.height, pieces, aside)


class _Reader:
    """Walks the characters of one page; the caller holds the lock and keeps the page open."""

    def __init__(self, page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> None:
        self._handle = text_page.raw
        self._styles: dict[int, _Style] = {}
        self._fonts: dict[int, tuple[bool, bool]] = {}
        count = min(max(raw.FPDFText_CountChars(self._handle), 0), _MAX_CHARS_PER_PAGE)
        self._style_of = [self._style(index) for index in range(count)]
        self.angle = self._dominant_angle(page.get_rotation())
        self._left, self._bottom, right, top = page.get_cropbox()
        self._user_width, self._user_height = right - self._left, top - self._bottom
        sideways = self.angle in (90, 270)
        self.width = self._user_height if sideways else self._user_width
        self.height = self._user_width if sideways else self._user_height
        self._upright = self._turn()

    def _style(self, index: int) -> _Style | None:
        handle = raw.FPDFText_GetTextObject(self._handle, index)
        address = ctypes.cast(handle, ctypes.c_void_p).value
        if not address:
            return None
        style = self._styles.get(address)
        if style is None:
            matrix = raw.FS_MATRIX()
            raw.FPDFText_GetMatrix(self._handle, index, matrix)
            angle = round(math.degrees(math.atan2(matrix.b, matrix.a)) / 90) * 90 % 360
            size = self._size(index, math.hypot(matrix.c, matrix.d) or 1.0, angle)
            style = _Style(size, angle, *self._type_of(handle, index))
            self._styles[address] = style
        return style

    def _size(self, index: int, scale: float, angle: int) -> float:
        """Return the type size; bitmap fonts state any number, so their boxes are believed."""
        stated: float = abs(raw.FPDFText_GetFontSize(self._handle, index) * scale)
        rect = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self._handle, index, rect)
        sideways = angle in (90, 270)
        height: float = abs(rect.right - rect.left if sideways else rect.top - rect.bottom)
        is_credible = height == 0 or 0.4 < stated / height < 2.5
        return stated if is_credible else height

    def _type_of(self, handle: object, index: int) -> tuple[bool, bool]:
        """Return whether a text object is set bold and italic."""
        font = raw.FPDFTextObj_GetFont(handle)
        address = ctypes.cast(font, ctypes.c_void_p).value
        if not address:
            return False, False
        found = self._fonts.get(address)
        if found is None:
            name = ctypes.create_string_buffer(256)
            raw.FPDFFont_GetBaseFontName(font, name, 256)
            text = name.value.decode("latin-1").rpartition("+")[2]
            weight = raw.FPDFText_GetFontWeight(self._handle, index)
            is_bold = bool(_BOLD_NAME.search(text)) or weight >= _BOLD_WEIGHT
            found = is_bold, bool(_ITALIC_NAME.search(text))
            self._fonts[address] = found
        return found

    def _dominant_angle(self, page_rotation: int) -> int:
        angles = Counter(style.angle for style in self._style_of if style is not None)
        total = sum(angles.values())
        if total < _MIN_CHARS_FOR_DIRECTION:
            return page_rotation
        angle, count = angles.most_common(1)[0]
        return angle if 2 * count > total else page_rotation

    def _turn(self) -> Callable[[float, float], tuple[float, float]]:
        width, height = self._user_width, self._user_height
        return {
            0: lambda x, y: (x, height - y),
            90: lambda x, y: (y, x),
            180: lambda x, y: (width - x, y),
            270: lambda x, y: (height - y, width - x),
        }[self.angle]

    def read(self) -> tuple[list[Char], str]:
        """Return the upright characters in order, and the text that runs another way."""
        chars: list[Char] = []
        aside: list[str] = []
        rect = raw.FS_RECTF()
        origin_x, origin_y = ctypes.c_double(), ctypes.c_double()
        for index, style in enumerate(self._style_of):
            code = raw.FPDFText_GetUnicode(self._handle, index)
            # Half of a surrogate pair is no character, and no database would store it.
            text = "" if not code or 0xD800 <= code <= 0xDFFF else chr(code)
            if text == "\r" or not text:
                continue
            if style is None or text.isspace() or text in SOFT_HYPHENS:
                is_break = text in SOFT_HYPHENS or text == "\n" or text.isspace()
                if is_break:
                    chars.append(Char(text if text in SOFT_HYPHENS or text == "\n" else " "))
                continue
            text = plain_text(text)
            if style.angle != self.angle:
                aside.append(text)
                continue
            raw.FPDFText_GetLooseCharBox(self._handle, index, rect)
            raw.FPDFText_GetCharOrigin(self._handle, index, origin_x, origin_y)
            chars.extend(self._char(text, style, rect, origin_x.value, origin_y.value))
        return chars, "".join(aside)

    def strokes(self, page: pdfium.PdfPage) -> list[Box]:
        """Return the thin lines that run along the text; of a page full of lines, the first."""
        found: list[Box] = []
        sides = [ctypes.c_float() for _ in range(4)]
        for index in range(min(raw.FPDFPage_CountObjects(page.raw), _MAX_OBJECTS_PER_PAGE)):
            handle = raw.FPDFPage_GetObject(page.raw, index)
            if raw.FPDFPageObj_GetType(handle) != raw.FPDF_PAGEOBJ_PATH:
                continue
            if not raw.FPDFPageObj_GetBounds(handle, *sides):
                continue
            left, bottom, right, top = (side.value for side in sides)
            ax, ay = self._upright(left - self._left, bottom - self._bottom)
            bx, by = self._upright(right - self._left, top - self._bottom)
            box = Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
            if box.y1 - box.y0 <= THICKNESS_MAX < box.x1 - box.x0:
                found.append(box)
        return found

    def _char(
        self, text: str, style: _Style, rect: raw.FS_RECTF, origin_x: float, origin_y: float
    ) -> Iterator[Char]:
        if not text or text.isspace():
            yield Char(" ")
            return
        ax, _ = self._upright(rect.left - self._left, rect.bottom - self._bottom)
        bx, _ = self._upright(rect.right - self._left, rect.top - self._bottom)
        _, base = self._upright(origin_x - self._left, origin_y - self._bottom)
        yield Char(text, min(ax, bx), max(ax, bx), base, style.size, style.is_bold, style.is_italic)
