"""Documents written by the libraries that know them, small enough to read in a test."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import docx
import pptx
from pptx.util import Inches

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)


def word_file() -> bytes:
    """A Word document of two pages: headings, a bold term, a list, a table, a caption."""
    document = docx.Document()
    document.add_heading("Cells", 0)
    document.add_heading("Membranes", 1)
    paragraph = document.add_paragraph("The ")
    paragraph.add_run("membrane").bold = True
    paragraph.add_run(" keeps the cell together. It is thin.")
    document.add_paragraph("Lipids make most of it.", style="List Bullet")
    table = document.add_table(2, 2)
    for row, cells in enumerate((("Part", "Share"), ("Lipid", "half"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_paragraph("Figure 1: a membrane", style="Caption")
    document.add_page_break()
    document.add_heading("Transport", 2)
    document.add_paragraph("Water passes through pores.")
    return _saved(document)


def slide_deck() -> bytes:
    """Two slides: one with a list, a table and notes, one with a title alone."""
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Photosynthesis"
    slide.placeholders[1].text = "Light is caught\nSugar is made"
    shape = slide.shapes.add_table(1, 2, Inches(1), Inches(6), Inches(4), Inches(1))
    shape.table.cell(0, 0).text, shape.table.cell(0, 1).text = "Input", "Output"
    slide.notes_slide.notes_text_frame.text = "Chlorophyll absorbs red light."
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Respiration"
    return _saved(deck)


def book(chapters: Sequence[str], *, extra: Mapping[str, str] | None = None) -> bytes:
    """An EPUB whose spine runs against the order of its files; one item is its contents."""
    items = "".join(
        f'<item id="c{n}" href="c%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A Book</dc:title>'
        "<dc:creator>A. Writer</dc:creator></metadata><manifest>"
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        f'{items}</manifest><spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    pages = {f"OPS/c {n}.xhtml": text for n, text in reversed(list(enumerate(chapters)))}
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": package,
            "OPS/nav.xhtml": "<html><body><p>Contents</p></body></html>",
            **pages,
            **(extra or {}),
        }
    )


def packed(entries: Mapping[str, str | bytes]) -> bytes:
    """A zip of these entries, in order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return buffer.getvalue()


def repacked(data: bytes, changes: Mapping[str, bytes]) -> bytes:
    """A zip with some entries changed or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        entries: dict[str, str | bytes] = {name: file.read(name) for name in file.namelist()}
    return packed({**entries, **changes})


def _saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()
