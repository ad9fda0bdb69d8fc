"""Word documents (DOCX): the one file that knows python-docx, which parses without entities.

A page is what lies between page breaks, those that the author set and those that Word noted when
it last laid the text out.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from evigate.base.errors import EvigateError
from evigate.evidence.errors import E_DOCUMENT_DAMAGED
from evigate.evidence.parsing.archive import Archive
from evigate.evidence.parsing.build import DocumentBuilder, Run
from evigate.evidence.parsing.models import ParsedDocument

_P, _TBL, _TR, _TC = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_R, _T, _BR, _DELETED = qn("w:r"), qn("w:t"), qn("w:br"), qn("w:del")
_BREAK_NOTED, _BREAK_BEFORE = qn("w:lastRenderedPageBreak"), qn("w:pageBreakBefore")
_BOXES, _FALLBACK = (
    qn("w:txbxContent"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_SPACES = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_HEADING = re.compile(r"^(?:heading|überschrift|titre|título|titolo|kop|rubrik)\s*(\d)$", re.I)
_CODE = re.compile(r"\b(?:code|listing|preformatted|source)\b", re.I)


def read_docx(data: bytes) -> ParsedDocument:
    """Read a Word document: text in order, text boxes after the paragraph they hang on.

    Text that was deleted with changes tracked is left out; headers, footers and notes are too.

    Raises:
        EvigateError: not safe to unpack, damaged, or without text.
    """
    Archive(data)
    try:
        document = docx.Document(io.BytesIO(data))
    except Exception as error:  # the library lets its parsers' errors through, of any class
        raise EvigateError(E_DOCUMENT_DAMAGED, "The Word document cannot be opened.") from error
    builder = DocumentBuilder()
    builder.begin_page()
    reader = _Reader(document, builder)
    reader.read(document.element.body)
    return builder.finish("docx", title=document.core_properties.title or reader.title)


class _Reader:
    def __init__(self, document: Any, builder: DocumentBuilder) -> None:
        self._document = document
        self._builder = builder
        self.title: str | None = None

    def read(self, root: Any) -> None:
        """Add what a body, a cell or a text box holds."""
        for element in _parts(root):
            if element.tag == _TBL:
                self._table(element)
            else:
                self._paragraph(element)

    def _paragraph(self, element: Any) -> None:
        paragraph = Paragraph(element, self._document)
        runs, breaks = _runs(paragraph)
        if (breaks or _breaks_before(element)) and not self._builder.is_page_empty:
            self._builder.begin_page()
        name = _style_name(paragraph)
        level = _heading_level(paragraph, name)
        if name.lower() == "title" and self.title is None:
            self.title = "".join(run.text for run in runs)
        if level:
            self._builder.add("heading", runs, level)
        elif name.lower() == "caption":
            self._builder.add("caption", runs)
        elif _CODE.search(name):
            self._builder.add("code", runs)
        elif (depth := _list_depth(element, name)) > 0:
            self._builder.add("list_item", runs, depth)
        else:
            self._builder.add("paragraph", runs)
        for box in element.iter(_BOXES):
            if not _is_under(box, _FALLBACK, element) and not _is_under(box, _BOXES, element):
                self.read(box)

    def _table(self, table: Any) -> None:
        self._builder.add_table(
            ["".join(_cell_text(cell)) for cell in row.iter(_TC) if not _is_under(cell, _TC, row)]
            for row in table.iterchildren(_TR)
        )


def _parts(root: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order, those in content controls and tracked moves too."""
    waiting = list(reversed(root))
    while waiting:
        element = waiting.pop()
        if element.tag in (_P, _TBL):
            yield element
        elif element.tag != _DELETED:
            waiting.extend(reversed(element))


def _runs(paragraph: Paragraph) -> tuple[list[Run], bool]:
    """Return a paragraph's text in runs, and whether a page break comes before any of it."""
    runs: list[Run] = []
    breaks = False
    styles: dict[Any, tuple[bool, bool]] = {}
    for each in paragraph._p.iter(_T, _MATH_TEXT, _BREAK_NOTED, *_SPACES):
        holder = next((up for up in each.iterancestors() if up.tag in (_R, _P, _BOXES)), None)
        if _is_under(each, _BOXES, paragraph._p) or _is_under(each, _DELETED, paragraph._p):
            continue
        is_page = each.tag == _BREAK_NOTED or each.get(qn("w:type")) == "page"
        if is_page:
            breaks = breaks or not any(run.text.strip() for run in runs)
            continue
        if holder not in styles:
            styles[holder] = _type_of(holder)
        runs.append(Run(_SPACES.get(each.tag) or each.text or "", *styles[holder]))
    return runs, breaks


def _type_of(run: Any) -> tuple[bool, bool]:
    """Return whether a run is set bold and italic by its own properties."""
    found = []
    for name in ("w:b", "w:i"):
        switch = run.find(f"{qn('w:rPr')}/{qn(name)}") if run is not None else None
        found.append(switch is not None and switch.get(qn("w:val")) not in ("0", "false", "off"))
    return found[0], found[1]


def _breaks_before(element: Any) -> bool:
    return element.find(f"{qn('w:pPr')}/{_BREAK_BEFORE}") is not None


def _style_name(paragraph: Paragraph) -> str:
    style = paragraph.style
    return (style.name or "") if style is not None else ""


def _heading_level(paragraph: Paragraph, name: str) -> int:
    """Return a heading's level by its style's name or outline level; 0 for other text."""
    if name.lower() == "title":
        return 1
    found = _HEADING.match(name)
    if found:
        return int(found[1])
    sources = [paragraph._p.pPr]
    style, seen = paragraph.style, 0
    # A style may say that it is based on itself; no real chain is this long.
    while style is not None and seen < 10:
        sources.append(style.element.pPr)
        style, seen = style.base_style, seen + 1
    for properties in sources:
        outline = None if properties is None else properties.find(qn("w:outlineLvl"))
        if outline is not None:
            level = int(outline.get(qn("w:val"), "9"))
            return level + 1 if level < 9 else 0
    return 0


def _list_depth(element: Any, name: str) -> int:
    level = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:ilvl')}")
    if level is not None:
        return int(level.get(qn("w:val"), "0")) + 1
    found = re.match(r"^list (?:bullet|number|paragraph)?\s*(\d)?", name, re.I)
    return int(found[1] or 1) if found else 0


def _cell_text(cell: Any) -> Iterator[str]:
    for paragraph in cell.iter(_P):
        for each in paragraph.iter(_T, _MATH_TEXT, *_SPACES):
            yield " " if each.tag in _SPACES else each.text or ""
        yield " "


def _is_under(element: Any, tag: str, root: Any) -> bool:
    for up in element.iterancestors():
        if up is root:
            return False
        if up.tag == tag:
            return True
    return False
