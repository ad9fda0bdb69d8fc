"""Which header words stand over which columns, for headers of one level or several.

A header cell over one column is centred or flush with it; one over a group is centred over the
group. Both readings of a header row are tried, and the better aligned one wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from evigate.evidence import Word
from evigate.papers.claims.grid import Column, Fragment, Row

_UNCOVERED_COST = 0.5
# A header counts as centred within this many points, or this share of a column pitch.
_CENTRED_PT = 3.0
_CENTRED_SHARE = 0.3
_HALF_LINE_EM = 0.85
# How far from its column, in column pitches, a header word may be and still be taken for its own.
_ALIGNED_SHARE = 0.18


@dataclass(frozen=True, slots=True)
class _Span:
    first: int
    last: int


def header_levels(rows: Sequence[Row], columns: Sequence[Column], stub: int) -> list[list[str]]:
    """Assign header rows to columns.

    Args:
        rows: the header rows, top first.
        columns: all columns of the table, left to right, as the body shapes them.
        stub: how many columns at the left hold row labels.

    Returns:
        For each column the texts over it, top first; empty where nothing stands over it.
    """
    if not rows:
        return [[] for _ in columns]
    lowest = _split_row(rows[-1], columns, may_be_flush=True)
    texts = [fragment.text for fragment in lowest.fragments]
    # Labels that come again and again (Dev Test Dev Test) stand under groups, whose names may
    # well have several words.
    is_repeated = len(set(texts)) < len(texts)
    upper_rows = [
        row if is_repeated else _split_row(row, columns, may_be_flush=False) for row in rows[:-1]
    ]
    widened = _widened(lowest, columns)
    levels: list[list[str]] = [[] for _ in columns]
    rows = [*upper_rows, lowest]
    for depth, row in enumerate(rows):
        free = _open_columns(rows, depth, widened)
        offered = [widened[index] for index in free]
        labels = sum(index < stub for index in free)
        upper = depth < len(rows) - 1
        for fragment, span in _assign(row, offered, labels, is_repeated=upper and is_repeated):
            for index in free[span.first : span.last + 1]:
                levels[index].append(fragment.text)
    return levels


def _open_columns(rows: Sequence[Row], depth: int, columns: Sequence[Column]) -> list[int]:
    """Return the columns that the words of a header row may stand over.

    A label set half a line lower than the row is one that spans header lines, so its column is
    not under anything else.
    """
    row = rows[depth]
    closed = {
        _single(fragment, columns).first
        for lower in rows[depth + 1 :]
        if lower.baseline - row.baseline < _HALF_LINE_EM * row.size
        for fragment in lower.fragments
    }
    free = [index for index in range(len(columns)) if index not in closed]
    return free or list(range(len(columns)))


def _split_row(row: Row, columns: Sequence[Column], *, may_be_flush: bool) -> Row:
    """Cut header words that stand as close as in running text but each over its own column."""
    parts: list[Fragment] = []
    for fragment in row.fragments:
        parts.extend(_split_fragment(fragment, columns, may_be_flush=may_be_flush))
    return Row(row.baseline, row.size, tuple(parts))


def _split_fragment(
    fragment: Fragment, columns: Sequence[Column], *, may_be_flush: bool
) -> list[Fragment]:
    over = [i for i, c in enumerate(columns) if c.x0 < fragment.x1 and fragment.x0 < c.x1]
    if len(over) < 2 or len(fragment.words) < 2:
        return [fragment]
    runs: dict[int, list[Word]] = {}
    for word in fragment.words:
        centre = (word.box.x0 + word.box.x1) / 2
        nearest = min(over, key=lambda i: abs(columns[i].centre - centre))
        runs.setdefault(nearest, []).append(word)
    if len(runs) < len(over):
        return [fragment]
    pitch = min(columns[b].centre - columns[a].centre for a, b in pairwise(over))
    pieces = {index: Fragment(tuple(words)) for index, words in runs.items()}
    aligned = all(
        _misalignment(piece, columns[index], may_be_flush=may_be_flush) <= _ALIGNED_SHARE * pitch
        for index, piece in pieces.items()
    )
    return [pieces[index] for index in sorted(pieces)] if aligned else [fragment]


def _misalignment(piece: Fragment, column: Column, *, may_be_flush: bool) -> float:
    centred = abs(piece.centre - column.centre)
    if not may_be_flush:
        return centred
    return min(centred, abs(piece.x0 - column.x0), abs(piece.x1 - column.x1))


def _widened(row: Row, columns: Sequence[Column]) -> list[Column]:
    """Stretch columns by the lowest header row, whose words are often wider than the values."""
    result = list(columns)
    for fragment in row.fragments if len(row.fragments) > 1 else ():
        over = [
            i for i, c in enumerate(columns) if c.x0 - 1 < fragment.x1 and fragment.x0 < c.x1 + 1
        ]
        if len(over) == 1:
            column = result[over[0]]
            result[over[0]] = Column(min(column.x0, fragment.x0), max(column.x1, fragment.x1))
    return result


def _assign(
    row: Row, columns: Sequence[Column], stub: int, *, is_repeated: bool
) -> list[tuple[Fragment, _Span]]:
    singles = {id(f): _single(f, columns) for f in row.fragments}
    over_values = [f for f in row.fragments if singles[id(f)].first >= stub]
    even = _even_groups(over_values, columns, stub) if is_repeated else None
    if even is not None:
        singles.update({id(f): span for f, span in zip(over_values, even, strict=True)})
        return [(fragment, singles[id(fragment)]) for fragment in row.fragments]
    if len(over_values) < len(columns) - stub and over_values:
        groups = _best_groups(over_values, columns, stub)
        taken = [singles[id(f)].first for f in over_values]
        is_clash = len(set(taken)) < len(taken)
        for fragment, span in zip(over_values, groups, strict=True):
            if is_clash or _spans(fragment, span, columns, is_repeated=is_repeated):
                singles[id(fragment)] = span
    return [(fragment, singles[id(fragment)]) for fragment in row.fragments]


def _even_groups(
    fragments: Sequence[Fragment], columns: Sequence[Column], stub: int
) -> list[_Span] | None:
    """Give each header an equal share of the columns if each stands over its own share.

    That is how groups with the same labels below are read when set flush left, not centred.
    """
    count = len(columns) - stub
    if len(fragments) < 2 or count % len(fragments) or count == len(fragments):
        return None
    size = count // len(fragments)
    spans = [_Span(first, first + size - 1) for first in range(stub, len(columns), size)]
    for fragment, span in zip(fragments, spans, strict=True):
        left, right = columns[span.first].x0, columns[span.last].x1
        if not left - _CENTRED_PT <= fragment.centre <= right + _CENTRED_PT:
            return None
    return spans


def _spans(
    fragment: Fragment, span: _Span, columns: Sequence[Column], *, is_repeated: bool
) -> bool:
    """Say whether a header stands over a group: centred on it, and not just on one column of it.

    Where the middle column of a group has the same centre as the group, the header must be wider
    than that column, or the labels below must come again and again, as those of groups do.
    """
    if span.first == span.last:
        return False
    centres = [column.centre for column in columns[span.first : span.last + 1]]
    pitch = min(b - a for a, b in pairwise(centres))
    off_group = abs(fragment.centre - (columns[span.first].x0 + columns[span.last].x1) / 2)
    off_single = min(abs(fragment.centre - centre) for centre in centres)
    if off_group > max(_CENTRED_PT, _CENTRED_SHARE * pitch):
        return False
    return off_single > off_group + 0.25 * pitch or is_repeated or _sticks_out(fragment, columns)


def _single(fragment: Fragment, columns: Sequence[Column]) -> _Span:
    def distance(index: int) -> tuple[float, float]:
        column = columns[index]
        overlap = min(column.x1, fragment.x1) - max(column.x0, fragment.x0)
        return (-max(overlap, 0.0), abs(column.centre - fragment.centre))

    best = min(range(len(columns)), key=distance)
    return _Span(best, best)


def _sticks_out(fragment: Fragment, columns: Sequence[Column]) -> bool:
    column = columns[_single(fragment, columns).first]
    return fragment.x1 - fragment.x0 > 1.3 * (column.x1 - column.x0)


def _best_groups(
    fragments: Sequence[Fragment], columns: Sequence[Column], stub: int
) -> list[_Span]:
    """Cut the value columns into consecutive runs, one a fragment, as well centred as can be.

    Columns may stay uncovered at a small cost each, so that a full cover wins between equals.
    """
    count = len(columns)
    best: dict[tuple[int, int], tuple[float, list[_Span]]] = {(0, stub): (0.0, [])}
    for position, fragment in enumerate(fragments):
        for start in range(stub, count + 1):
            state = best.get((position, start))
            if state is None:
                continue
            cost, spans = state
            for first in range(start, count):
                interior = 2 if position else 1
                skipped = (first - start) * interior * _UNCOVERED_COST
                for last in range(first, count):
                    span = _Span(first, last)
                    total = cost + skipped + _span_cost(fragment, columns, span)
                    key = (position + 1, last + 1)
                    if key not in best or total < best[key][0]:
                        best[key] = (total, [*spans, span])
    ends = [
        (cost + (count - end) * _UNCOVERED_COST, spans)
        for (position, end), (cost, spans) in best.items()
        if position == len(fragments)
    ]
    return min(ends, key=lambda item: item[0])[1]


def _span_cost(fragment: Fragment, columns: Sequence[Column], span: _Span) -> float:
    left, right = columns[span.first].x0, columns[span.last].x1
    sticks_out = max(0.0, left - fragment.x0) + max(0.0, fragment.x1 - right)
    return abs(fragment.centre - (left + right) / 2) + 0.5 * sticks_out
