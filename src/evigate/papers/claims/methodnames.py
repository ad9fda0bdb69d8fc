"""What the method of a cell is called: its label, less what is no part of the name.

A label may hold a citation, the data set or a footnote mark; and where rows are classes, folds or
values of a setting, the method is named in the caption or the title.
"""

import re

from evigate.papers.claims.lexicon import (
    Dataset,
    classical_methods_in,
    dataset_named,
    names_method,
    split_in,
)
from evigate.papers.claims.linking import Axis, Reading
from evigate.papers.claims.numbers import parse_number

_CITATION = re.compile(r"\s*(?:\([^()]*(?:19|20)\d{2}[^()]*\)|\[[\d,\s–-]+\])")
_MARKS = re.compile(r"[*†‡∗§¶⋆♯#]+$")
_CHOICE_CORNER = re.compile(
    r"^(?:kernel|distance|norm|(?:split(?:ting)? )?criterion|penalty|activation|solver|prior)"
    r"(?: (?:function|type|metric|measure))?s?$",
    re.I,
)


def method_name(
    reading: Reading, row: int, column: int, dataset: Dataset | None, title: str
) -> str | None:
    """Return the name of a cell's method without citations, splits, data sets and marks.

    Args:
        reading: the table and what its labels stand for.
        row: the cell's row.
        column: the cell's column.
        dataset: the cell's data set, whose name is no part of a method's.
        title: the paper's, which may name the only method.

    Returns:
        The label's words; with a setting's value in brackets, as "k-NN (k = 3)", where the other
        labels are values of it. None if nothing names a method.
    """
    table = reading.table
    if reading.methods is Axis.COLUMNS:
        heading = table.columns[column]
        parts = [part for part in heading.parts if not split_in(part) or len(part.split()) > 2]
        name = _joined(parts, dataset)
        return _with_setting(name, reading, table.rows[row].text) if name else None
    heading = table.rows[row]
    if reading.rows_are_classes:
        return _told_method(reading, title)
    if len(heading.parts) == 1 and _is_swept(reading, heading.text):
        return _with_setting(_told_method(reading, title), reading, heading.text)
    if len(heading.parts) == 1 and _CHOICE_CORNER.match(table.corner):
        told = None if names_method(heading.text) else _told_method(reading, title)
        return f"{told} ({heading.text})" if told else heading.text
    parts = list(heading.parts)
    if reading.rows_are_datasets:
        parts = [part for part in parts if part != table.rows[0].text]
    return _joined(parts, dataset)


def _joined(parts: list[str], dataset: Dataset | None) -> str | None:
    if len(parts) > 1 and dataset is not None:
        parts = [part for part in parts if part != dataset.name and dataset_named(part) != dataset]
    cleaned = [_MARKS.sub("", _CITATION.sub("", part)).strip() for part in parts]
    return " ".join(part for part in cleaned if part) or None


def _is_swept(reading: Reading, label: str) -> bool:
    """Say whether a row is one value of the setting that the corner names."""
    return reading.corner.is_setting and parse_number(label) is not None


def _with_setting(name: str | None, reading: Reading, label: str) -> str | None:
    if name is None or not _is_swept(reading, label):
        return name
    return f"{name} ({reading.table.corner} = {label})"


def _told_method(reading: Reading, title: str) -> str | None:
    """Return the one textbook method that the caption names, or else the title; or None."""
    for text in (reading.table.caption, title):
        named = {text[start:end] for start, end in classical_methods_in(text)}
        if named:
            return named.pop() if len(named) == 1 else None
    return None
