"""Tables of a paper as labelled cells: what `find_tables` gives to claims and to plans.

A table here is one grid. A float that stacks several grids under one caption gives several
tables with the same label; parts that stand side by side on the same rows give one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evigate.evidence import Box, ParsedDocument, Word
from evigate.papers.claims.grid import (
    Column,
    Fragment,
    Row,
    column_index,
    columns_of,
    merge_level_blocks,
    rows_of,
    split_blocks,
)
from evigate.papers.claims.headers import header_levels
from evigate.papers.claims.lexicon import metrics_in
from evigate.papers.claims.lines import Line, lines_of
from evigate.papers.claims.numbers import is_blank, parse_cell
from evigate.papers.claims.regions import Region, find_regions, survey
from evigate.papers.claims.rowlabels import BodyRow, Frame, label_rows

_SUBCAPTION = re.compile(r"^\((?P<letter>[a-z])\)\s+\S")
_VALUE_SHARE = 0.5


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


def find_tables(document: ParsedDocument) -> list[Table]:
    """Find the captioned tables of a document that hold at least one number.

    Returns:
        Tables in page order. Row labels that span lines are joined, header levels are joined
        top-down, and a body line without values is the `group` of the rows below it.
    """
    surveys = [survey(page.number, lines_of(page)) for page in document.pages]
    tables: list[Table] = []
    for region in find_regions(surveys):
        tables.extend(_tables_of(region))
    return tables


def _tables_of(region: Region) -> list[Table]:
    blocks = _split_at_subcaptions(split_blocks(region.lines))
    tables: list[Table] = []
    for block in merge_level_blocks(blocks):
        subcaptions = [line for line in block if _SUBCAPTION.match(line.text)]
        rows = rows_of([line for line in block if not _SUBCAPTION.match(line.text)])
        for section in _sections(rows):
            table = _build(region, section, subcaptions)
            if table is not None:
                tables.append(table)
    return tables


def _split_at_subcaptions(blocks: Sequence[list[Line]]) -> list[list[Line]]:
    """Cut where "(a) …" lines end parts (or begin them, if one stands first)."""
    result: list[list[Line]] = []
    for block in blocks:
        leads = bool(_SUBCAPTION.match(block[0].text))
        current: list[Line] = []
        for line in block:
            is_mark = bool(_SUBCAPTION.match(line.text))
            if is_mark and leads and current:
                result.append(current)
                current = []
            current.append(line)
            if is_mark and not leads:
                result.append(current)
                current = []
        if current:
            result.append(current)
    return result


def _sections(rows: Sequence[Row]) -> list[list[Row]]:
    """Cut where a header comes again in the middle, with the spanning rows just above it."""
    sections: list[list[Row]] = [[]]
    first_label: str | None = None
    for row in rows:
        body_seen = any(r.has_numbers for r in sections[-1])
        if not body_seen and not row.has_numbers and len(row.fragments) > 1:
            first_label = first_label or _key(row.fragments[0].text)
        is_header = (
            body_seen
            and not row.has_values
            and len(row.fragments) >= 2
            and first_label is not None
            and _key(row.fragments[0].text) == first_label
        )
        if is_header:
            carried: list[Row] = []
            while sections[-1] and not sections[-1][-1].has_values and len(carried) < 2:
                carried.insert(0, sections[-1].pop())
            sections.append(carried)
        sections[-1].append(row)
    return [section for section in sections if any(row.has_numbers for row in section)]


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def _build(region: Region, rows: Sequence[Row], subcaptions: Sequence[Line]) -> Table | None:
    columns = columns_of(rows)
    first_body = next((i for i, row in enumerate(rows) if _is_body(row, columns)), None)
    if first_body is None or len(columns) < 2:
        return None
    header, body = list(rows[:first_body]), list(rows[first_body:])
    while len(header) > 1 and _is_group_line(header, body):
        body.insert(0, header.pop())
    stub = _stub_width(columns, body)
    while len(body) > 2 and _is_numeric_header(body, columns, stub):
        header.append(body.pop(0))
    levels = header_levels(header, columns, stub)
    if stub == 1 and metrics_in(" ".join(levels[0])) and _is_numeric(columns, body):
        stub = 0
    frame = Frame(columns, stub, _stub_of(columns, stub, levels))
    labelled = label_rows(body, frame)
    if not labelled:
        return None
    return _assemble(region, frame, header, levels, labelled, subcaptions)


def _is_numeric(columns: Sequence[Column], body: Sequence[Row]) -> bool:
    """Say whether the first column holds values only, so that it may be results, not labels."""
    first = [f for row in body for f in row.fragments if column_index(columns, f) == 0]
    return bool(first) and all(fragment.is_number for fragment in first)


def _is_group_line(header: Sequence[Row], body: Sequence[Row]) -> bool:
    """Say whether the last header line is a group line, set like others further down."""
    last, above = header[-1], header[:-1]
    if len(last.fragments) != 1 or all(len(row.fragments) < 2 for row in above):
        return False
    fragment = last.fragments[0]
    others = [row.fragments[0] for row in body if len(row.fragments) == 1 and not row.has_values]
    return any(
        abs(other.centre - fragment.centre) < 3 or abs(other.x0 - fragment.x0) < 1
        for other in others
    )


def _is_body(row: Row, columns: Sequence[Column]) -> bool:
    return row.has_numbers and len(row.fragments) >= 2 and bool(columns)


def _stub_width(columns: Sequence[Column], body: Sequence[Row]) -> int:
    """Count the columns at the left that label rows: those of words, or else the first."""
    values = [0] * len(columns)
    filled = [0] * len(columns)
    for row in body:
        if not row.has_values or len(row.fragments) < 2:
            continue
        for fragment in row.fragments:
            index = column_index(columns, fragment)
            filled[index] += 1
            values[index] += fragment.is_value
    width = 0
    while width < len(columns) - 1 and values[width] < _VALUE_SHARE * max(filled[width], 1):
        width += 1
    return max(width, 1)


def _is_numeric_header(body: Sequence[Row], columns: Sequence[Column], stub: int) -> bool:
    """Say whether the first row is a header of round numbers (1%, 10%) over decimal values."""
    first, rest = body[0], [row for row in body[1:] if row.has_numbers]
    label = [f for f in first.fragments if column_index(columns, f) < stub]
    cells = [f for f in first.fragments if column_index(columns, f) >= stub]
    if not rest or not cells or (label and len(cells) < 2):
        return False
    if any("." in f.text or not f.is_number for f in cells):
        return False
    decimals = [
        "." in f.text
        for row in rest
        for f in row.fragments
        if f.is_number and column_index(columns, f) >= stub
    ]
    is_mostly_decimal = sum(decimals) > 0.7 * len(decimals)
    if label:
        return (
            is_mostly_decimal
            and len(set(f.text for f in cells)) == len(cells)
            and all(f.text.endswith("%") for f in cells)
        )
    return is_mostly_decimal


def _stub_of(
    columns: Sequence[Column], stub: int, levels: Sequence[Sequence[str]]
) -> dict[int, list[int]]:
    """Give each column right of the stub its label columns; a repeated corner restarts them."""
    corner = _key(" ".join(levels[0])) if stub else ""
    current = list(range(stub))
    result: dict[int, list[int]] = {}
    for index in range(stub, len(columns)):
        if corner and _key(" ".join(levels[index])) == corner:
            current = [index]
            continue
        result[index] = current
    return result


def _assemble(
    region: Region,
    frame: Frame,
    header: Sequence[Row],
    levels: Sequence[Sequence[str]],
    labelled: Sequence[BodyRow],
    subcaptions: Sequence[Line],
) -> Table | None:
    value_columns = sorted(frame.stub_of)
    place = {index: i for i, index in enumerate(value_columns)}
    headings = tuple(Heading(tuple(levels[index])) for index in value_columns)
    stubs = sorted({tuple(stub) for stub in frame.stub_of.values()})
    rows: list[Heading] = []
    cells: list[Cell] = []
    for body_row in labelled:
        for stub in stubs:
            found = _row_cells(body_row, frame, stub, place, len(rows))
            if not found:
                continue
            parts = tuple(body_row.labels[i] for i in stub if body_row.labels.get(i))
            rows.append(Heading(parts, body_row.group, body_row.is_bold))
            cells.extend(found)
    if not any(parse_cell(cell.text) for cell in cells):
        return None
    corner = " ".join(text for index in range(frame.stub) for text in levels[index])
    headings, cells = _without_spanning_columns(headings, cells)
    return Table(
        region.caption.label,
        region.caption.text,
        region.page,
        _around(cells),
        corner,
        headings,
        tuple(rows),
        tuple(cells),
        tuple(_subcaption_of(frame.columns[i], subcaptions) for i in value_columns),
    )


def _without_spanning_columns(
    headings: tuple[Heading, ...], cells: list[Cell]
) -> tuple[tuple[Heading, ...], list[Cell]]:
    """Turn an unlabelled column, filled only where all others are empty, into cells of them all.

    That is how a setting shared by all models is set: once, in the middle of its row.
    """
    for column, heading in enumerate(headings):
        mine = {cell.row for cell in cells if cell.column == column}
        others = {cell.row for cell in cells if cell.column != column}
        if heading.text or not mine or mine & others or not others:
            continue
        shared = [cell for cell in cells if cell.column == column]
        kept = [cell for cell in cells if cell.column != column]
        spread = [
            replace(cell, column=index)
            for cell in shared
            for index in range(len(headings))
            if index != column
        ]
        return headings, sorted([*kept, *spread], key=lambda cell: (cell.row, cell.column))
    return headings, cells


def _row_cells(
    body_row: BodyRow, frame: Frame, stub: Sequence[int], place: dict[int, int], row: int
) -> list[Cell]:
    by_column: dict[int, list[Fragment]] = {}
    for fragment in body_row.row.fragments:
        index = column_index(frame.columns, fragment)
        if index in place and tuple(frame.stub_of[index]) == tuple(stub):
            by_column.setdefault(index, []).append(fragment)
    cells: list[Cell] = []
    for index, fragments in sorted(by_column.items()):
        for fragment in fragments if all(f.is_value for f in fragments) else [_glued(fragments)]:
            printed = [word for word in fragment.words if not is_blank(word.text)]
            bold = bool(printed) and printed[0].is_bold
            cells.append(Cell(row, place[index], fragment.text, fragment.box, bold, fragment.words))
    return cells


def _glued(fragments: Sequence[Fragment]) -> Fragment:
    return Fragment(tuple(word for fragment in fragments for word in fragment.words))


def _around(cells: Sequence[Cell]) -> Box:
    return Box(
        min(cell.box.x0 for cell in cells),
        min(cell.box.y0 for cell in cells),
        max(cell.box.x1 for cell in cells),
        max(cell.box.y1 for cell in cells),
    )


def _subcaption_of(column: Column, subcaptions: Sequence[Line]) -> str | None:
    over = [line for line in subcaptions if line.box.x0 <= column.x1 and line.box.x1 >= column.x0]
    if not over:
        over = sorted(subcaptions, key=lambda line: abs(line.box.x0 - column.x0))[:1]
    return over[0].text if over else None
