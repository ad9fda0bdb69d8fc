"""What a parsed document is, whatever it was before: pages of words with places.

Coordinates are PDF points (1/72 inch) with the origin at the *top left* of the upright page, so a
box can be drawn over a rendered page by scaling alone.
"""

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `number` counts from 1; `text` is in reading order, the words in the same order.

    `text` is what quotes are checked against: white space is single spaces and newlines, soft
    hyphens at line ends are undone, ligatures and minus signs are plain characters.
    """

    number: int
    width: float
    height: float
    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document as text with places, and what it says of itself (None where not printed)."""

    pages: tuple[Page, ...]
    title: str | None
    authors: tuple[str, ...]
    arxiv_id: str | None
    arxiv_version: int | None
    doi: str | None
