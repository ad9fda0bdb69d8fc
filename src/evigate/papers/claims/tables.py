"""Find the tables of a paper.

A table here is one grid. A float that stacks several grids under one caption gives several
tables with the same label; parts that stand side by side on the same rows give one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evigate.evidence import ParsedDocument
from evigate.papers.claims.assembly import build_table
from evigate.papers.claims.grid import Row, merge_level_blocks, rows_of, split_blocks
from evigate.papers.claims.lexicon import squeeze
from evigate.papers.claims.lines import Caption, Line, lines_of
from evigate.papers.claims.regions import Region, find_regions, survey
from evigate.papers.claims.table import Cell, Heading, Table

__all__ = ["Cell", "Heading", "Layout", "Table", "find_tables", "read_layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of a document, and by page the printed lines that are theirs, not prose."""

    tables: tuple[Table, ...]
    lines: Mapping[int, frozenset[str]]


def find_tables(document: ParsedDocument) -> list[Table]:
    """Find the captioned tables of a document that hold at least one number.

    Returns:
        Tables in page order. Row labels that span lines are joined, header levels are joined
        top-down, and a body line without values is the `group` of the rows below it.
    """
    return list(read_layout(document).tables)


def read_layout(document: ParsedDocument) -> Layout:
    """Tell a document's tables from its prose; `find_tables` says what a table is."""
    surveys = [survey(page.number, lines_of(page)) for page in document.pages]
    parts = {page.number: page.subcaptions for page in surveys}
    tables: list[Table] = []
    lines: dict[int, set[str]] = {}
    for region in find_regions(surveys):
        tables.extend(_tables_of(region, parts[region.page]))
        own = (line.text for line in (*region.lines, *region.caption.lines))
        lines.setdefault(region.page, set()).update("".join(text.split()) for text in own)
    return Layout(tuple(tables), {page: frozenset(texts) for page, texts in lines.items()})


def _tables_of(region: Region, subcaptions: Sequence[Caption]) -> list[Table]:
    marks = {line.index: caption for caption in subcaptions for line in caption.lines}
    blocks = _split_at_subcaptions(split_blocks(region.lines), marks)
    tables: list[Table] = []
    for block in merge_level_blocks(blocks):
        mine = list(dict.fromkeys(marks[line.index] for line in block if line.index in marks))
        rows = rows_of([line for line in block if line.index not in marks])
        for section in _sections(rows):
            table = build_table(region, section, mine)
            if table is not None:
                tables.append(table)
    return tables


def _split_at_subcaptions(
    blocks: Sequence[list[Line]], marks: Mapping[int, Caption]
) -> list[list[Line]]:
    """Cut where "(a) …" lines end parts (or begin them, if one stands first)."""
    result: list[list[Line]] = []
    for block in blocks:
        leads = block[0].index in marks
        current: list[Line] = []
        for line in block:
            caption = marks.get(line.index)
            if caption and leads and current and line is caption.lines[0]:
                result.append(current)
                current = []
            current.append(line)
            if caption and not leads and line is caption.lines[-1]:
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
            first_label = first_label or squeeze(row.fragments[0].text)
        is_header = (
            body_seen
            and not row.has_values
            and len(row.fragments) >= 2
            and first_label is not None
            and squeeze(row.fragments[0].text) == first_label
        )
        if is_header:
            carried: list[Row] = []
            while sections[-1] and not sections[-1][-1].has_values and len(carried) < 2:
                carried.insert(0, sections[-1].pop())
            sections.append(carried)
        sections[-1].append(row)
    return [section for section in sections if any(row.has_numbers for row in section)]
