"""A table as labelled cells: what the finder gives to claims and to plans."""

from dataclasses import dataclass

from evigate.evidence import Box, Word


@dataclass(frozen=True, slots=True)
class Heading:
    """The label of a row or column: its parts, outermost first, and whether it is set bold."""

    parts: tuple[str, ...]
    group: str | None = None
    is_bold: bool = False

    @property
    def text(self) -> str:
        """The parts joined by a space; empty for an unlabelled row or column."""
        return " ".join(self.parts)


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell; `row` and `column` index the table's headings."""

    row: int
    column: int
    text: str
    box: Box
    is_bold: bool
    is_underlined: bool = False
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of cells under a caption.

    `columns` are the columns right of the row labels, `corner` the header over those labels, and
    `cells` every printed cell in reading order; a cell that prints nothing is absent.
    """

    label: str
    caption: str
    page: int
    box: Box
    corner: str
    columns: tuple[Heading, ...]
    rows: tuple[Heading, ...]
    cells: tuple[Cell, ...]
    subcaptions: tuple[str | None, ...] = ()

    def cell(self, row: int, column: int) -> Cell | None:
        """Return the cell at a place, or None where nothing is printed."""
        return next((c for c in self.cells if c.row == row and c.column == column), None)
