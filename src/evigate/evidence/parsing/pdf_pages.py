"""Writing plain pages as a PDF: headings, paragraphs, lists, tables, and nothing else.

The letters are Helvetica, which every reader has; where a text needs others, the whole document is
set in DejaVu Sans, which comes with the plotting library and is embedded. The same blocks give the
same bytes. pdfium is not safe to call from two threads, so a document is made under its one lock.
"""

import ctypes
import hashlib
import importlib.util
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from evigate.evidence.parsing.pdf import PDFIUM_LOCK

# A4 in points, and what is left free at its edges.
WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 56.0
TEXT, SMALL, LEADING = 10.0, 8.0, 1.36
HEADINGS = (20.0, 14.0, 11.5)
INDENT, GAP = 14.0, 8.0
FACES = {"plain": "Helvetica", "bold": "Helvetica-Bold", "italic": "Helvetica-Oblique"}
FILES = {"plain": "DejaVuSans", "bold": "DejaVuSans-Bold", "italic": "DejaVuSans-Oblique"}
DATE = b"/CreationDate(D:20000101000000"
_DATE = re.compile(rb"/CreationDate\(D:\d{14}")
_ID = re.compile(rb"/ID\[<[0-9A-F]{32}><[0-9A-F]{32}>\]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 0 (the document's), 1 or 2."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs of text one after the other, each plain, bold or italic."""

    runs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head; its columns are of one width."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


PaperBlock = Heading | Paragraph | Bullets | Table


def pdf_of(blocks: Sequence[PaperBlock], footer: str) -> bytes:
    """
    Return blocks as a PDF on A4, with `footer` and the page's number on each page.

    Characters that neither face has are drawn as an empty box; no text is left out.
    """
    with PDFIUM_LOCK:
        writer = _Writer(all(_is_common(text) for text in [footer, *_texts(blocks)]), footer)
        for block in blocks:
            writer.add(block)
        return writer.finish()


def _texts(blocks: Sequence[PaperBlock]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading(text, _):
                yield text
            case Paragraph(runs):
                yield from (text for text, _ in runs)
            case Bullets(lines):
                yield from lines
            case Table(head, rows):
                yield from head
                for row in rows:
                    yield from row


def _is_common(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=3)
def _font_bytes(face: str) -> bytes:
    found = importlib.util.find_spec("matplotlib")
    assert found is not None and found.origin is not None
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    return (folder / f"{FILES[face]}.ttf").read_bytes()


class _Writer:
    """Puts words on pages from the top down; measured as pdfium draws them."""

    def __init__(self, is_common: bool, footer: str) -> None:
        self._document = pdfium.PdfDocument.new()
        self._is_common = is_common
        self._footer = footer
        self._fonts: dict[str, Any] = {}
        self._widths: dict[tuple[str, float, str], float] = {}
        self._kept: list[Any] = []
        self._page: Any = None
        self._count = 0
        self._y = 0.0
        self._next_page()

    def add(self, block: PaperBlock) -> None:
        """Draw one block below the last."""
        match block:
            case Heading(text, level):
                size = HEADINGS[level]
                # A heading stands with some lines of what follows it.
                self._room(size * LEADING + 4 * TEXT * LEADING)
                self._y -= GAP if level else 0
                self._flow(((text, "bold"),), size, MARGIN, WIDTH - MARGIN)
                self._y -= GAP / 2
            case Paragraph(runs):
                self._flow(runs, TEXT, MARGIN, WIDTH - MARGIN)
                self._y -= GAP / 2
            case Bullets(lines):
                for line in lines:
                    self._room(TEXT * LEADING)
                    self._draw("•", "plain", TEXT, MARGIN, self._y - TEXT)
                    self._flow(((line, "plain"),), TEXT, MARGIN + INDENT, WIDTH - MARGIN)
                self._y -= GAP / 2
            case Table(head, rows):
                self._row(head, "bold")
                for row in rows:
                    self._row(row, "plain")
                self._y -= GAP

    def finish(self) -> bytes:
        """Close the last page and return the document."""
        self._end_page()
        buffer = io.BytesIO()
        self._document.save(buffer)
        self._document.close()
        # pdfium dates a document by the clock; the same blocks are the same bytes on every day.
        data = _DATE.sub(DATE, buffer.getvalue())
        # pdfium names a document by chance; it is named by what is in it instead.
        nameless = _ID.sub(b"", data)
        name = hashlib.sha256(nameless).hexdigest()[:32].upper().encode()
        return _ID.sub(b"/ID[<" + name + b"><" + name + b">]", data)

    def _row(self, cells: Sequence[str], face: str) -> None:
        width = (WIDTH - 2 * MARGIN) / len(cells)
        lines = [list(self._lines(((cell, face),), SMALL, width - GAP)) for cell in cells]
        step = SMALL * LEADING
        for number in range(max(len(each) for each in lines)):
            self._room(step)
            for column, each in enumerate(lines):
                if number < len(each):
                    self._draw_line(each[number], SMALL, MARGIN + column * width)
            self._y -= step
        self._y -= 2

    def _flow(
        self, runs: Sequence[tuple[str, str]], size: float, left: float, right: float
    ) -> None:
        for line in self._lines(runs, size, right - left):
            self._room(size * LEADING)
            self._draw_line(line, size, left)
            self._y -= size * LEADING

    def _lines(
        self, runs: Sequence[tuple[str, str]], size: float, width: float
    ) -> Iterator[list[tuple[str, str, float]]]:
        """Yield lines of (word, face, place); a word that is too long is cut."""
        line: list[tuple[str, str, float]] = []
        at, blank = 0.0, 0.28 * size
        for text, face in runs:
            for word in self._words(text, face, size, width):
                long = self._width(word, face, size)
                if line and at + long > width:
                    yield line
                    line, at = [], 0.0
                line.append((word, face, at))
                at += long + blank
        if line:
            yield line

    def _words(self, text: str, face: str, size: float, width: float) -> Iterator[str]:
        for word in text.split():
            while self._width(word, face, size) > width and len(word) > 1:
                cut = next(
                    n for n in range(len(word) - 1, 0, -1)
                    if n == 1 or self._width(word[:n], face, size) <= width
                )  # fmt: skip
                yield word[:cut]
                word = word[cut:]
            yield word

    def _draw_line(self, line: Sequence[tuple[str, str, float]], size: float, left: float) -> None:
        for word, face, place in line:
            self._draw(f"{word} ", face, size, left + place, self._y - size)

    def _room(self, height: float) -> None:
        if self._y - height < MARGIN:
            self._next_page()

    def _next_page(self) -> None:
        self._end_page()
        self._page = self._document.new_page(WIDTH, HEIGHT)
        self._count += 1
        self._y = HEIGHT - MARGIN

    def _end_page(self) -> None:
        if self._page is not None:
            told = f"{self._footer}  ·  {self._count}"
            self._draw(told, "plain", SMALL, MARGIN, MARGIN / 2)
            self._page.gen_content()
            self._page.close()
            self._page = None

    def _draw(self, text: str, face: str, size: float, x: float, y: float) -> None:
        shape = self._shape(text, face, size)
        raw.FPDFPageObj_Transform(shape, 1, 0, 0, 1, x, y)
        raw.FPDFPage_InsertObject(self._page.raw, shape)

    def _width(self, text: str, face: str, size: float) -> float:
        key = (face, size, text)
        if key not in self._widths:
            shape = self._shape(text, face, size)
            left, bottom, right, top = (ctypes.c_float() for _ in range(4))
            raw.FPDFPageObj_GetBounds(shape, left, bottom, right, top)
            raw.FPDFPageObj_Destroy(shape)
            self._widths[key] = right.value
        return self._widths[key]

    def _shape(self, text: str, face: str, size: float) -> Any:
        shape = raw.FPDFPageObj_CreateTextObj(self._document.raw, self._font(face), size)
        data = ctypes.create_string_buffer((text + "\0").encode("utf-16-le"))
        raw.FPDFText_SetText(shape, ctypes.cast(data, ctypes.POINTER(ctypes.c_ushort)))
        return shape

    def _font(self, face: str) -> Any:
        if face not in self._fonts and self._is_common:
            name = FACES[face].encode()
            self._fonts[face] = raw.FPDFText_LoadStandardFont(self._document.raw, name)
        elif face not in self._fonts:
            data = _font_bytes(face)
            held = (ctypes.c_ubyte * len(data)).from_buffer_copy(data)
            self._kept.append(held)
            kind = raw.FPDF_FONT_TRUETYPE
            self._fonts[face] = raw.FPDFText_LoadFont(
                self._document.raw, held, len(data), kind, True
            )
        return self._fonts[face]
