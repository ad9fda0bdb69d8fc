"""Which lines of a page are the body of which table: growth outward from each caption.

Rulings are not consulted, because booktabs tables have next to none. A body is the unbroken run
of table-like lines beside a caption; whether bodies stand above or below their captions is a habit
of the paper, learnt from the captions that have a body on one side only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evigate.papers.claims.lexicon import metrics_in
from evigate.papers.claims.lines import (
    CONTINUED,
    Caption,
    Line,
    captions_of,
    is_float_caption,
    is_value,
    looks_prose,
    looks_tabular,
    subcaptions_of,
)

_CAPTION_GAP_EM = 5.0
_ROW_GAP_EM = 3.2
_HEADER_GAP_EM = 2.4
_HEADER_MARGIN_EM = 8.0
_MAX_LINES = 400
_BARE_ROWS_MIN = 3
_BARE_GAP_EM = 1.2
# What stands in citations for the name of a table that has none.
UNTITLED = "Untitled table"
_HEADING = re.compile(r"^(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.? +[A-Z][A-Za-z]+[A-Za-z ,:-]*$")


@dataclass(frozen=True, slots=True)
class Side:
    """A candidate body: its lines in the order of the file, and how many values it prints."""

    lines: tuple[Line, ...]
    values: int


@dataclass(frozen=True, slots=True)
class PageCaptions:
    """What one page offers to the search: its lines, captions and usual text width."""

    number: int
    lines: Sequence[Line]
    captions: Sequence[Caption]
    subcaptions: Sequence[Caption]
    text_width: float


@dataclass(frozen=True, slots=True)
class Region:
    """A caption with the lines of its table."""

    page: int
    caption: Caption
    lines: tuple[Line, ...]


def survey(number: int, lines: Sequence[Line]) -> PageCaptions:
    """Prepare one page for the search."""
    widths = sorted(
        line.box.x1 - line.box.x0
        for line in lines
        if len(line.words) >= 6 and not looks_tabular(line)
    )
    width = widths[int(len(widths) * 0.6)] if widths else 400.0
    return PageCaptions(number, lines, captions_of(lines), subcaptions_of(lines), width)


def find_regions(pages: Sequence[PageCaptions]) -> list[Region]:
    """Assign table bodies to captions, over a whole document.

    Returns:
        Regions in page order; a caption without a body (a figure's, or a table of words) is left
        out. No line belongs to two regions.
    """
    above_first = _bodies_stand_above(pages)
    regions: list[Region] = []
    first: dict[str, str] = {}
    for page in pages:
        taken: set[int] = {line.index for caption in page.captions for line in caption.lines}
        for caption in page.captions:
            side = _choose(page, caption, taken, above_first=above_first)
            if side is not None:
                taken.update(line.index for line in side.lines)
                text = first.setdefault(caption.label, caption.text)
                # A part that goes on is of what the first part's caption says.
                if CONTINUED.search(caption.text[:60]) and text != caption.text:
                    caption = replace(caption, text=f"{text} {caption.text}")
                regions.append(Region(page.number, caption, side.lines))
        regions.extend(_uncaptioned(page, taken))
    return regions


def _uncaptioned(page: PageCaptions, taken: set[int]) -> list[Region]:
    """
    Find tables that no caption names: a header that names a metric, and rows of values below it.

    Stricter than beside a caption, because figures' axes and lists look like tables too: at least
    `_BARE_ROWS_MIN` rows right below one another, each a label with as many values as the next.
    """
    found: list[Region] = []
    for line in page.lines:
        if line.index in taken or not _is_bare_header(line):
            continue
        rows: list[Line] = []
        for other in page.lines[line.index + 1 :]:
            above = rows[-1] if rows else line
            near = 0 < other.baseline - above.baseline <= _ROW_GAP_EM * other.size
            if other.index in taken or not near or not _is_bare_row(other, rows):
                break
            rows.append(other)
        if len(rows) >= _BARE_ROWS_MIN:
            taken.update(each.index for each in (line, *rows))
            caption = Caption(UNTITLED, line.text, (line,))
            found.append(Region(page.number, caption, (line, *rows)))
    return found


def _is_bare_header(line: Line) -> bool:
    return (
        line.numeric_words == 0
        and line.widest_gap_em > _BARE_GAP_EM
        and not is_float_caption(line)
        and bool(metrics_in(line.text))
    )


def _is_bare_row(line: Line, rows: Sequence[Line]) -> bool:
    has_label = not is_value(line.words[0].text)
    is_alike = not rows or line.numeric_words == rows[0].numeric_words
    return has_label and is_alike and line.numeric_words >= 1 and looks_tabular(line)


def _bodies_stand_above(pages: Sequence[PageCaptions]) -> bool:
    votes = 0
    for page in pages:
        taken = {line.index for caption in page.captions for line in caption.lines}
        for caption in page.captions:
            above = _grow(page, caption, taken, step=-1).values
            below = _grow(page, caption, taken, step=1).values
            if bool(above) != bool(below):
                votes += 1 if above else -1
    return votes > 0


def _choose(
    page: PageCaptions, caption: Caption, taken: set[int], *, above_first: bool
) -> Side | None:
    steps = (-1, 1) if above_first else (1, -1)
    sides = [_grow(page, caption, taken, step=step) for step in steps]
    preferred, other = sides
    if preferred.values >= 2:
        return preferred
    return other if other.values >= 2 else None


def _grow(page: PageCaptions, caption: Caption, taken: set[int], *, step: int) -> Side:
    edge = caption.lines[0] if step < 0 else caption.lines[-1]
    accepted: list[Line] = []
    index = edge.index + step
    while 0 <= index < len(page.lines) and len(accepted) < _MAX_LINES:
        line = page.lines[index]
        if index in taken or not _belongs(page, caption, accepted, line, step=step):
            break
        accepted.append(line)
        index += step
    accepted = _trimmed(accepted, page, from_end=step)
    if step < 0:
        accepted.reverse()
    return Side(tuple(accepted), sum(line.numeric_words for line in accepted))


def _belongs(
    page: PageCaptions, caption: Caption, accepted: Sequence[Line], line: Line, *, step: int
) -> bool:
    if is_float_caption(line) or _is_heading(line):
        return False
    is_part = any(line in caption.lines for caption in page.subcaptions)
    is_prose = looks_prose(line, page.text_width) and not is_part
    if is_prose and not _heads_rows(page, line, accepted, step=step):
        return False
    above = line.box.y1 <= caption.box.y0 + 0.5 * line.size
    below = line.box.y0 >= caption.box.y1 - 0.5 * line.size
    if not (above if step < 0 else below):
        return False
    if not accepted:
        edge = caption.box.y0 - line.box.y1 if step < 0 else line.box.y0 - caption.box.y1
        return edge <= _CAPTION_GAP_EM * line.size
    limit = _ROW_GAP_EM * max(line.size, accepted[-1].size)
    near = [line, *_ahead(page, line, step)]
    return any(abs(a.baseline - b.baseline) <= limit for a in near for b in accepted)


def _ahead(page: PageCaptions, line: Line, step: int) -> list[Line]:
    """Return the next lines if they are of the same height on the page as this one.

    Labels that span rows are set before the rows they stand beside, so one may seem far off.
    """
    following = [
        page.lines[i]
        for i in range(line.index + step, line.index + 4 * step, step)
        if 0 <= i < len(page.lines)
    ]
    close = [other for other in following if abs(other.baseline - line.baseline) < 4 * line.size]
    return [other for other in close if looks_tabular(other) or len(other.words) <= 2]


def _heads_rows(page: PageCaptions, line: Line, accepted: Sequence[Line], *, step: int) -> bool:
    """Say whether a line of words is a group line inside the table: short, with rows beyond it."""
    beyond = line.index + step
    if not accepted or not 0 <= beyond < len(page.lines):
        return False
    following, last = page.lines[beyond], accepted[-1]
    width = max(item.box.x1 for item in accepted) - min(item.box.x0 for item in accepted)
    return (
        line.box.x1 - line.box.x0 < 0.8 * width
        and line.box.x0 >= min(item.box.x0 for item in accepted) - line.size
        and following.numeric_words >= 2
        and looks_tabular(following)
        and abs(following.baseline - line.baseline) < 2 * line.size
        and abs(last.baseline - line.baseline) < 2 * line.size
    )


def _is_heading(line: Line) -> bool:
    emphatic = line.text.isupper() or all(word.is_bold for word in line.words)
    return (
        emphatic
        and line.words[0].box.x1 < line.words[-1].box.x0
        and bool(_HEADING.match(line.text))
    )


def _trimmed(lines: list[Line], page: PageCaptions, *, from_end: int) -> list[Line]:
    """Drop lines at the far end that no row of values reaches: headings, page headers."""
    last = max((i for i, line in enumerate(lines) if line.numeric_words), default=-1)
    if last < 0:
        return []
    kept = lines[: last + 1]
    if from_end < 0:
        kept.extend(_header_above(kept, lines[last + 1 :], page))
    return kept


def _header_above(rows: Sequence[Line], rest: Sequence[Line], page: PageCaptions) -> list[Line]:
    header: list[Line] = []
    top = min(line.baseline for line in rows)
    left = min(line.box.x0 for line in rows)
    right = max(line.box.x1 for line in rows)
    for line in rest:
        margin = _HEADER_MARGIN_EM * line.size
        far = top - line.baseline > _HEADER_GAP_EM * line.size
        outside = line.box.x0 < left - margin or line.box.x1 > right + margin
        if far or outside or _ends_paragraph(line, page):
            break
        header.append(line)
        top = min(top, line.baseline)
    return header


def _ends_paragraph(line: Line, page: PageCaptions) -> bool:
    """Say whether a line is the short last line of running text: prose goes before it."""
    if line.index == 0:
        return False
    before = page.lines[line.index - 1]
    pitch = line.baseline - before.baseline
    return looks_prose(before, page.text_width) and 0 < pitch < 1.7 * line.size
