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
# "k = 3" over a column sets something; "Value" over one names nothing.
_ASSIGNED = re.compile(r"^[A-Za-zαγλσ]\w{0,12}\s?=\s?[\d.]+$")
_SYMBOL = re.compile(r"^[A-Za-zα-ω]$")
_NO_NAME = re.compile(r"^(?:values?|results?|scores?|performance|measured|estimates?)$", re.I)


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
        name = _joined(parts, dataset) or _told_method(reading, title)
        return _with_setting(name, reading, table.rows[row].text) if name else None
    heading = table.rows[row]
    if not heading.parts:
        return None
    if reading.rows_are_classes:
        return _told_method(reading, title)
    if len(heading.parts) == 1 and _is_swept(reading, heading.text):
        told = _told_method(reading, title)
        setting = f"{reading.table.corner} = {heading.text}"
        return _with_setting(told, reading, heading.text) if told else setting
    parts = list(heading.parts)
    if reading.rows_are_datasets:
        parts = [part for part in parts if part != table.rows[0].text]
    name = _joined(parts, dataset)
    return _told_with(name, reading, column, title)


def _told_with(name: str | None, reading: Reading, column: int, title: str) -> str | None:
    """Add to a row's label what the column sets ("k = 3"), and the method if the row is a choice.

    A choice is a kernel or a distance, or any row whose columns set something of one method.
    """
    label = reading.table.columns[column].text
    setting = label if _ASSIGNED.match(label) else None
    is_choice = bool(_CHOICE_CORNER.match(reading.table.corner)) or setting is not None
    if name is not None and not is_choice:
        return name
    told = None if name and names_method(name) else _told_method(reading, title)
    given = ", ".join(part for part in (name if told else None, setting) if part)
    base = told or name
    return f"{base} ({given})" if base and given else base


def _joined(parts: list[str], dataset: Dataset | None) -> str | None:
    """Join the parts of a label that name a method; None if there are none."""
    if dataset is not None:
        parts = [part for part in parts if part != dataset.name and dataset_named(part) != dataset]
    parts = [part for part in parts if not _NO_NAME.match(part)]
    cleaned = [_MARKS.sub("", _CITATION.sub("", part)).strip() for part in parts]
    return " ".join(part for part in cleaned if part) or None


def _is_swept(reading: Reading, label: str) -> bool:
    """Say whether a row is one value of the setting that the corner names."""
    is_setting = reading.corner.is_setting or _SYMBOL.match(reading.table.corner) is not None
    return is_setting and parse_number(label) is not None


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
