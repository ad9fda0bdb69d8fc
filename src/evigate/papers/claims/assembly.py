"""From the rows of one grid to a labelled table: header, label columns, cells."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from evigate.evidence import Box
from evigate.papers.claims.grid import Column, Fragment, Row, column_index, columns_of
from evigate.papers.claims.headers import header_levels
from evigate.papers.claims.lexicon import metrics_in, squeeze
from evigate.papers.claims.lines import Caption
from evigate.papers.claims.numbers import is_blank, parse_cell
from evigate.papers.claims.regions import Region
from evigate.papers.claims.rowlabels import BodyRow, Frame, label_rows
from evigate.papers.claims.table import Cell, Heading, Table

_VALUE_SHARE = 0.5
_SPARSE_SHARE = 0.4


def build_table(
    region: Region, rows: Sequence[Row], subcaptions: Sequence[Caption]
) -> Table | None:
    """Make one table of the rows of one grid, or None where they make no table.

    Args:
        region: the caption and where it stands.
        rows: header and body, top first.
        subcaptions: lines such as "(a) …" that belong to the grid or to parts of it.
    """
    columns = _with_spanning_labels(columns_of(rows), rows)
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


def _with_spanning_labels(columns: list[Column], rows: Sequence[Row]) -> list[Column]:
    """Add the column left of all others that only labels between the rows stand in."""
    if not columns:
        return columns
    lone = [row.fragments[0] for row in rows if len(row.fragments) == 1]
    left = [fragment for fragment in lone if fragment.x1 < columns[0].x0]
    if len(left) < 2:
        return columns
    return [Column(min(f.x0 for f in left), max(f.x1 for f in left)), *columns]


def _is_body(row: Row, columns: Sequence[Column]) -> bool:
    return row.has_numbers and len(row.fragments) >= 2 and bool(columns)


def _stub_width(columns: Sequence[Column], body: Sequence[Row]) -> int:
    """Count the columns at the left that label rows: those of words, or else the first.

    A column left of one of words is a label too if few rows fill it, as labels that span rows do.
    """
    values = [0] * len(columns)
    filled = [0] * len(columns)
    for row in body:
        if not row.has_values or len(row.fragments) < 2:
            continue
        for fragment in row.fragments:
            index = column_index(columns, fragment)
            filled[index] += 1
            values[index] += fragment.is_value
    rows = sum(1 for row in body if row.has_values and len(row.fragments) >= 2)
    is_label = [
        values[i] < _VALUE_SHARE * max(filled[i], 1) or filled[i] < _SPARSE_SHARE * rows
        for i in range(len(columns))
    ]
    width = next((i for i, label in enumerate(is_label) if not label), len(columns))
    while width > 1 and values[width - 1] >= _VALUE_SHARE * max(filled[width - 1], 1):
        width -= 1
    return min(max(width, 1), len(columns) - 1)


def _is_numeric_header(body: Sequence[Row], columns: Sequence[Column], stub: int) -> bool:
    """Say whether the first row is a header of round numbers, such as 1% 10% or 1000 2000 4000.

    A row of rounded counts (392k 363k 108k) over others is one. Else it has whole numbers and no
    label, and they rise from left to right or stand over decimal values; a labelled row counts
    only if it holds percentages that do both.
    """
    first, rest = body[0], [row for row in body[1:] if row.has_numbers]
    label = [f for f in first.fragments if column_index(columns, f) < stub]
    cells = [f for f in first.fragments if column_index(columns, f) >= stub]
    if not rest or len(cells) < 2:
        return False
    if all(_is_count(f) for f in cells) and not any(_is_count(f) for f in rest[0].fragments):
        return True
    if any("." in f.text or not f.is_number for f in cells):
        return False
    values = [number.value for f in cells for number in (parse_cell(f.text) or [])]
    rising = all(a < b for a, b in pairwise(values))
    later = [f for row in rest for f in row.fragments if column_index(columns, f) >= stub]
    decimals = [f for f in later if f.is_number and "." in f.text]
    is_mostly_decimal = len(decimals) > 0.7 * len([f for f in later if f.is_number])
    if label:
        return is_mostly_decimal and rising and all(f.text.endswith("%") for f in cells)
    rest_labelled = any(column_index(columns, f) < stub for f in rest[0].fragments)
    return is_mostly_decimal or (rising and rest_labelled)


def _is_count(fragment: Fragment) -> bool:
    """Say whether a fragment is a rounded count such as "67k", or a dash for none."""
    numbers = parse_cell(fragment.text)
    return numbers is not None and all(number.scale is not None for number in numbers)


def _stub_of(
    columns: Sequence[Column], stub: int, levels: Sequence[Sequence[str]]
) -> dict[int, list[int]]:
    """Give each column right of the stub its label columns; a repeated corner restarts them."""
    corner = squeeze(" ".join(levels[0])) if stub else ""
    current = list(range(stub))
    result: dict[int, list[int]] = {}
    for index in range(stub, len(columns)):
        if corner and squeeze(" ".join(levels[index])) == corner:
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
    subcaptions: Sequence[Caption],
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
            first = printed[0] if printed else None
            cells.append(
                Cell(
                    row,
                    place[index],
                    fragment.text,
                    fragment.box,
                    is_bold=first is not None and first.is_bold,
                    is_underlined=first is not None and first.is_underlined,
                    words=fragment.words,
                )
            )
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


def _subcaption_of(column: Column, subcaptions: Sequence[Caption]) -> str | None:
    over = [c for c in subcaptions if c.box.x0 <= column.x1 and c.box.x1 >= column.x0]
    if not over:
        over = sorted(subcaptions, key=lambda c: abs(c.box.x0 - column.x0))[:1]
    return over[0].text if over else None
