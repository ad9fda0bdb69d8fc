"""Which label belongs to which row: wrapped lines, group lines, and labels that span rows.

A label that spans several rows is set either beside the first of them or in the middle, where it
may fall between two baselines; both habits are read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from evigate.papers.claims.grid import Column, Fragment, Row, column_index, current_is_open

_WRAP_EM = 1.25
_LABEL_ABOVE_EM = 1.4


@dataclass(frozen=True, slots=True)
class Frame:
    """Columns of a table, how many at the left are labels, and the labels of each value column."""

    columns: list[Column]
    stub: int
    stub_of: Mapping[int, list[int]]


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A row that holds values, with its label by label column and the line that heads it."""

    row: Row
    group: str | None
    labels: Mapping[int, str]
    is_bold: bool


@dataclass(frozen=True, slots=True)
class _Label:
    """A label set at a height, in row units: 2.5 is between the rows 2 and 3."""

    position: float
    text: str


def label_rows(body: Sequence[Row], frame: Frame) -> list[BodyRow]:
    """Attach labels to the rows that hold values.

    A line that holds only a label continues the label above if that is left open, belongs to the
    row below if that has none, spans the rows around it if it stands between their baselines, and
    otherwise heads the rows below it as their group.
    """
    pitch = _usual_pitch([row for row in body if _cells(row, frame)])
    result: list[BodyRow] = []
    floating: dict[int, list[_Label]] = {}
    group: str | None = None
    pending: str | None = None
    for index, row in enumerate(body):
        labels = _labels(row, frame)
        if not _cells(row, frame) or (not row.has_values and len(row.fragments) == 1):
            if _is_between(body, index, frame, pitch):
                for column, text in labels.items():
                    floating.setdefault(column, []).append(_Label(len(result) - 0.5, text))
            elif result and _is_wrapped(result[-1], row):
                result[-1] = _extended(result[-1], labels or {0: row.text})
            elif _labels_next(body, index, frame) or _is_open(row):
                pending = f"{pending} {row.text}" if pending else row.text
            else:
                group = row.text
            continue
        if pending:
            labels[0] = f"{pending} {labels[0]}" if labels.get(0) else pending
            pending = None
        bold = any(w.is_bold for f in row.fragments[:1] for w in f.words)
        result.append(BodyRow(row, group, labels, bold and bool(labels)))
    return _spread(result, floating, frame.stub)


def _labels(row: Row, frame: Frame) -> dict[int, str]:
    label_columns = {column for stub in frame.stub_of.values() for column in stub}
    labels: dict[int, str] = {}
    for fragment in row.fragments:
        index = column_index(frame.columns, fragment)
        if index in label_columns and not _spills(fragment, frame.columns, index):
            labels[index] = f"{labels[index]} {fragment.text}" if index in labels else fragment.text
    return labels


def _cells(row: Row, frame: Frame) -> int:
    label_columns = {column for stub in frame.stub_of.values() for column in stub}
    count = 0
    for fragment in row.fragments:
        index = column_index(frame.columns, fragment)
        count += index not in label_columns or _spills(fragment, frame.columns, index)
    return count


def _spills(fragment: Fragment, columns: Sequence[Column], index: int) -> bool:
    return index + 1 < len(columns) and fragment.x0 > columns[index].x1


def _usual_pitch(rows: Sequence[Row]) -> float:
    steps = sorted(b.baseline - a.baseline for a, b in pairwise(rows))
    return steps[len(steps) // 4] if steps else 0.0


def _is_between(body: Sequence[Row], index: int, frame: Frame, pitch: float) -> bool:
    """Say whether a label line stands between two neighbouring rows of values."""
    row = body[index]
    after = next((r for r in body[index + 1 :] if _cells(r, frame)), None)
    before = next((r for r in reversed(body[:index]) if _cells(r, frame)), None)
    if after is None or before is None or pitch <= 0:
        return False
    is_one_step = after.baseline - before.baseline < 1.35 * pitch
    return is_one_step and row.baseline - before.baseline < 0.85 * pitch


def _is_wrapped(previous: BodyRow, row: Row) -> bool:
    is_open = _is_open(previous.row)
    close = row.baseline - previous.row.baseline < _WRAP_EM * row.size
    starts_low = row.text[:1].islower() or row.text[:1] in "([+&"
    return close and (is_open or starts_low) and len(row.fragments) == 1


def _is_open(row: Row) -> bool:
    """Say whether a row's label cannot end here: a bracket is open, or it ends in a comma."""
    first = row.fragments[0]
    return current_is_open(first.words) or first.text[-1:] in ",-+&"


def _extended(previous: BodyRow, labels: Mapping[int, str]) -> BodyRow:
    joined = dict(previous.labels)
    for index, text in labels.items():
        joined[index] = f"{joined[index]} {text}" if index in joined else text
    return replace(previous, labels=joined)


def _labels_next(body: Sequence[Row], position: int, frame: Frame) -> bool:
    """Say whether a label line belongs to the next row, which has values but no label."""
    if position + 1 >= len(body):
        return False
    here, after = body[position], body[position + 1]
    if not after.has_values or after.baseline - here.baseline > _LABEL_ABOVE_EM * here.size:
        return False
    return all(column_index(frame.columns, f) >= frame.stub for f in after.fragments)


def _spread(
    rows: list[BodyRow], floating: Mapping[int, Sequence[_Label]], stub: int
) -> list[BodyRow]:
    for column in range(stub):
        printed = [
            _Label(float(index), row.labels[column])
            for index, row in enumerate(rows)
            if row.labels.get(column)
        ]
        between = list(floating.get(column, ()))
        labels = sorted([*printed, *between], key=lambda label: label.position)
        if not labels or len(printed) == len(rows) or (column > 0 and not between):
            continue
        is_centred = bool(between) or labels[0].position > 0
        spans = _centred_spans(labels, len(rows)) if is_centred else _topped_spans(labels)
        for index, row in enumerate(rows):
            text = next(
                (label.text for label, first, last in spans if first <= index <= last), None
            )
            if text and not row.labels.get(column):
                rows[index] = replace(row, labels={**row.labels, column: text})
    return rows


def _topped_spans(labels: Sequence[_Label]) -> list[tuple[_Label, int, int]]:
    starts = [int(label.position) for label in labels]
    ends = [*(start - 1 for start in starts[1:]), 10**6]
    return list(zip(labels, starts, ends, strict=True))


def _centred_spans(labels: Sequence[_Label], count: int) -> list[tuple[_Label, int, int]]:
    """Give each label as many rows below its middle as it has above, from the top down."""
    spans: list[tuple[_Label, int, int]] = []
    start = 0
    for index, label in enumerate(labels):
        following = labels[index + 1].position if index + 1 < len(labels) else float(count)
        end = min(int(2 * label.position) - start, int(following - 0.5), count - 1)
        end = max(end, int(label.position))
        spans.append((label, start, end))
        start = end + 1
    return spans
