"""Rows and columns out of words: the geometry of a table body, without what its words mean.

Words on one baseline make a row; words set close make a fragment; x-ranges that the rows keep
free part the columns. Only widths measured in type sizes are used, never rulings or colours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from evigate.evidence import Box, Word
from evigate.papers.claims.lines import Line, baseline_of, is_value
from evigate.papers.claims.numbers import is_blank, is_range, parse_cell

_WORD_GAP_EM = 0.55
_VALUE_GAP_EM = 0.34
_BRACKET_GAP_EM = 1.0
_SIGN_GAP_EM = 0.4
_SMALL = 0.8
_JUMP_EM = 2.5
# Rows that may cross a column boundary (cells spanning columns) before it stops being one.
_CROSSING_SHARE = 0.08
_GLUE = frozenset({"/", "±", "+/-", "+-", "|", "~"})


@dataclass(frozen=True)
class Fragment:
    """Neighbouring words of one row that belong to one cell, or to part of one."""

    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def x0(self) -> float:
        return min(word.box.x0 for word in self.words)

    @cached_property
    def x1(self) -> float:
        return max(word.box.x1 for word in self.words)

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @cached_property
    def box(self) -> Box:
        return Box(
            self.x0,
            min(word.box.y0 for word in self.words),
            self.x1,
            max(word.box.y1 for word in self.words),
        )

    @cached_property
    def is_value(self) -> bool:
        """Whether the text is a number, several parted by "/", or a dash for none."""
        if is_blank(self.text):
            return is_value(self.text)
        return bool(parse_cell(self.text)) or is_range(self.text)

    @cached_property
    def is_number(self) -> bool:
        return bool(parse_cell(self.text))


@dataclass(frozen=True)
class Row:
    """The fragments on one baseline, left to right."""

    baseline: float
    size: float
    fragments: tuple[Fragment, ...]

    @cached_property
    def has_values(self) -> bool:
        return any(fragment.is_value for fragment in self.fragments)

    @cached_property
    def has_numbers(self) -> bool:
        return any(fragment.is_number for fragment in self.fragments)

    @cached_property
    def text(self) -> str:
        return " ".join(fragment.text for fragment in self.fragments)


@dataclass(frozen=True, slots=True)
class Column:
    """An x-range that cells keep to."""

    x0: float
    x1: float

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2


def split_blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Cut a body where the file jumps back up: parts that stand side by side come one by one."""
    blocks: list[list[Line]] = []
    lowest = 0.0
    for line in lines:
        if not blocks or line.baseline < lowest - _JUMP_EM * line.size:
            blocks.append([line])
            lowest = line.baseline
        else:
            blocks[-1].append(line)
            lowest = max(lowest, line.baseline)
    return blocks


def merge_level_blocks(blocks: Sequence[list[Line]]) -> list[list[Line]]:
    """Join blocks whose lines stand on the same baselines: one table read as one."""
    merged: list[list[Line]] = []
    for block in blocks:
        partner = next((other for other in merged if _are_level(other, block)), None)
        if partner is None:
            merged.append(list(block))
        else:
            partner.extend(block)
    return merged


def _are_level(first: Sequence[Line], second: Sequence[Line]) -> bool:
    mine = {round(line.baseline) for line in first}
    level = sum(
        1 for line in second if {round(line.baseline) + shift for shift in (-1, 0, 1)} & mine
    )
    left, right = sorted((first, second), key=lambda block: min(line.box.x0 for line in block))
    edge = max(line.box.x1 for line in left)
    return level >= 0.6 * len(second) and min(line.box.x0 for line in right) >= edge - 2


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """Cluster words by baseline; small raised or lowered type joins the row it hangs on."""
    words = [word for line in lines for word in line.words]
    if not words:
        return []
    sizes = sorted(word.size for word in words)
    usual = sizes[len(sizes) // 2]
    main = sorted((w for w in words if w.size >= _SMALL * usual), key=baseline_of)
    small = [w for w in words if w.size < _SMALL * usual]
    groups: list[list[Word]] = []
    for word in main:
        if groups and baseline_of(word) - baseline_of(groups[-1][0]) <= 0.35 * word.size:
            groups[-1].append(word)
        else:
            groups.append([word])
    for word in sorted(small, key=baseline_of):
        near = min(groups, key=lambda group: abs(baseline_of(group[0]) - baseline_of(word)))
        if abs(baseline_of(near[0]) - baseline_of(word)) <= 0.7 * near[0].size:
            near.append(word)
        else:
            groups.append([word])
    groups.sort(key=lambda group: baseline_of(group[0]))
    return [_row(group) for group in groups]


def _row(words: Sequence[Word]) -> Row:
    size = max(word.size for word in words)
    return Row(baseline_of(words[0]), size, tuple(_fragments(words, size)))


def _fragments(words: Sequence[Word], size: float) -> Iterable[Fragment]:
    ordered = sorted(words, key=lambda word: word.box.x0)
    current = [ordered[0]]
    for word in ordered[1:]:
        if _joins(current, word, size):
            current.append(word)
        else:
            yield Fragment(tuple(current))
            current = [word]
    yield Fragment(tuple(current))


def _joins(current: Sequence[Word], word: Word, size: float) -> bool:
    last = current[-1]
    gap = (word.box.x0 - max(item.box.x1 for item in current)) / size
    if last.text in _GLUE or word.text in _GLUE or word.text[:1] in "/±":
        return gap <= _BRACKET_GAP_EM
    if last.text.endswith("/"):
        return gap <= _BRACKET_GAP_EM
    if last.text in ("-", "–", "+") and word.text[:1].isdigit() and len(current) == 1:
        return gap <= _SIGN_GAP_EM
    is_number, follows_number = is_value(word.text), is_value(last.text)
    if word.size < _SMALL * last.size:
        return gap <= _VALUE_GAP_EM
    if is_number and follows_number:
        return word.text.startswith("(") and gap <= _WORD_GAP_EM
    if follows_number and word.text[:1] in "([":
        return gap <= _BRACKET_GAP_EM
    if is_number and not current_is_open(current):
        return gap <= _VALUE_GAP_EM
    return gap <= _WORD_GAP_EM


def current_is_open(words: Sequence[Word]) -> bool:
    """Say whether a bracket is still open at the end of `words`."""
    text = " ".join(word.text for word in words)
    return text.count("(") > text.count(")") or text.count("[") > text.count("]")


def columns_of(rows: Sequence[Row]) -> list[Column]:
    """Find the x-ranges that the rows' fragments keep to, left to right.

    Only rows that hold a value and at least two fragments are asked; a share of `_CROSSING_SHARE`
    of them may cross a boundary.
    """
    asked = [row for row in rows if row.has_values and len(row.fragments) >= 2]
    if not asked:
        return []
    events: list[tuple[float, int]] = []
    for row in asked:
        for fragment in row.fragments:
            events.append((fragment.x0, 1))
            events.append((fragment.x1, -1))
    events.sort()
    plain = _covered(events, allowed=0)
    columns = _covered(events, allowed=int(_CROSSING_SHARE * len(asked)))
    lone = [c for c in plain if all(c.x1 <= k.x0 or c.x0 >= k.x1 for k in columns)]
    return _without_slivers(sorted([*columns, *lone], key=lambda column: column.x0))


def _covered(events: Sequence[tuple[float, int]], *, allowed: int) -> list[Column]:
    """Return the x-ranges that more than `allowed` fragments cover."""
    columns: list[Column] = []
    depth, start = 0, None
    for x, change in events:
        depth += change
        if depth > allowed and start is None:
            start = x
        elif depth <= allowed and start is not None:
            columns.append(Column(start, x))
            start = None
    return columns


def _without_slivers(columns: Sequence[Column]) -> list[Column]:
    kept: list[Column] = []
    for column in columns:
        if kept and column.x0 - kept[-1].x1 < 0.5:
            kept[-1] = Column(kept[-1].x0, column.x1)
        else:
            kept.append(column)
    return kept


def column_index(columns: Sequence[Column], fragment: Fragment) -> int:
    """Return the column that shares most with the fragment, or the nearest one."""

    def distance(index: int) -> tuple[float, float]:
        column = columns[index]
        overlap = min(column.x1, fragment.x1) - max(column.x0, fragment.x0)
        return (-overlap, abs(column.centre - fragment.centre))

    return min(range(len(columns)), key=distance)
