"""What a parsed document is, whatever it was before: pages of text, in blocks, with places.

Coordinates are PDF points (1/72 inch) with the origin at the *top left* of the upright page, so a
box can be drawn over a rendered page by scaling alone. Spans count characters of their page's text.
"""

from dataclasses import dataclass
from typing import Literal

DocumentKind = Literal["pdf", "docx", "pptx", "html", "markdown", "epub", "text"]
BlockKind = Literal["heading", "paragraph", "list_item", "table", "caption", "code", "furniture"]
MarkKind = Literal["bold", "italic"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from the top left; `x0 <= x1` and `y0 <= y1`."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without white space, as printed, with its place and type size."""

    text: str
    box: Box
    size: float
    is_bold: bool = False
    is_italic: bool = False
    is_underlined: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of the page's text, `start` to `end`, that is set off in type."""

    kind: MarkKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page's text, `start` to `end`, that is one thing to a reader.

    `path` names the headings that it stands under, outermost first; a heading's own is its last.
    `level` is a heading's (1 is the highest) or a list item's depth (from 1), else 0. `marks` are
    in order and lie inside. "furniture" is what belongs to the sheet and not to the text: running
    heads and page numbers.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    path: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `number` counts from 1; `text` is in reading order, the words in the same order.

    `text` is what quotes are checked against: white space is single spaces and newlines, soft
    hyphens at line ends are undone, ligatures and minus signs are plain characters. Formats without
    pages have a slide, a chapter or what lies between page breaks for one; their words have no
    place, so `words` is empty and the sizes are 0. `blocks` are in order, do not overlap, and hold
    all of the text but white space; a page that was not looked at for blocks has none.
    """

    number: int
    width: float
    height: float
    text: str
    words: tuple[Word, ...]
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A term and its meaning, as the document itself pairs them; the span holds both."""

    term: str
    meaning: str
    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document as text with places, and what it says of itself (None where not printed).

    `warnings` are sentences for whoever added it: what was read with doubt or left out.
    """

    pages: tuple[Page, ...]
    title: str | None
    authors: tuple[str, ...]
    arxiv_id: str | None
    arxiv_version: int | None
    doi: str | None
    kind: DocumentKind = "pdf"
    glossary: tuple[GlossaryEntry, ...] = ()
    warnings: tuple[str, ...] = ()
