"""Claims out of read tables: one for each value that reports a result."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evigate.papers.claims.context import PaperContext
from evigate.papers.claims.lexicon import (
    Dataset,
    Metric,
    MetricMention,
    metric_named,
    metrics_in,
    names_method,
    split_in,
)
from evigate.papers.claims.lines import Line
from evigate.papers.claims.linking import (
    Axis,
    Found,
    Reading,
    Role,
    Source,
    dataset_of,
    is_over_rows,
    is_summary,
    metric_label,
    metric_of,
    read_table,
    reports_results,
)
from evigate.papers.claims.methodnames import method_name
from evigate.papers.claims.numbers import PrintedNumber, parts_of_cell
from evigate.papers.claims.ownership import (
    Comparison,
    Ownership,
    OwnNames,
    is_cited,
    own_flags,
)
from evigate.papers.claims.tables import Cell, Heading, Table
from evigate.papers.models import ClaimDraft, Direction, TableCell

_SURE_OF_METRIC = {
    Source.LABEL: 0.28,
    Source.CAPTION: 0.22,
    Source.MENTION: 0.12,
    Source.PAPER: 0.05,
    Source.NONE: 0.0,
}
_SURE_OF_DATASET = {
    Source.LABEL: 0.26,
    Source.CAPTION: 0.20,
    Source.MENTION: 0.14,
    Source.PAPER: 0.10,
    Source.NONE: 0.0,
}
_MAX_QUOTE = 400
_LEAST_TOTAL = 20
# "95%" in a caption is a level of confidence or a share of the data, not the unit of the values.
_SAYS_PERCENT = re.compile(r"(?<![\d.])(?<!\d\s)%|\bpercent(?:age)?s?\b", re.I)
# Units behind a quantity; single letters only with a power, because "(s)" is also a plural.
_PHYSICAL = re.compile(
    r"[(\[]\s?(?:(?:[nuµμmck]m|m)\s?\^?[23²³]|[nuµμmck]m|[kmuµμ]g|m[lL]|ms|secs?|min|hrs?|[kMG]?Hz|"
    r"[kMG]?Pa|k[JWN]|mV|°C|days|weeks|months|years|yrs?|[KMGT]i?B)\s?(?:/[\w^²³-]{1,6})?[)\]]"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """One value of one cell, with the role of its part where the cell holds several."""

    cell: Cell
    number: PrintedNumber
    part: int
    parts: int


def table_claims(
    table: Table,
    context: PaperContext,
    names: OwnNames,
    comparison: Comparison,
    lines: Sequence[Line],
) -> list[ClaimDraft]:
    """Make the claims of one table, in reading order; empty if it reports no results."""
    if not reports_results(table):
        return []
    reading = read_table(table, context, names)
    headings = table.rows if reading.methods is Axis.ROWS else table.columns
    groups = [heading.group for heading in headings]
    owns = own_flags(
        [heading.text for heading in headings], groups, names, comparison, table.caption
    )
    percent = _percent_families(reading, context)
    line_of = {id(word): line for line in lines for word in line.words}
    claims: list[ClaimDraft] = []
    for place in _places(table):
        claim = _claim(place, reading, context, owns, percent, line_of)
        if claim is not None:
            claims.append(claim)
    return claims


def _places(table: Table) -> Iterator[_Place]:
    for cell in table.cells:
        parts = parts_of_cell(cell.text)
        for index, number in enumerate(parts):
            if number is not None:
                yield _Place(cell, number, index, len(parts))


def _claim(
    place: _Place,
    reading: Reading,
    context: PaperContext,
    owns: Sequence[Ownership],
    percent: set[str],
    line_of: dict[int, Line],
) -> ClaimDraft | None:
    cell, number, table = place.cell, place.number, reading.table
    if _is_no_result(place, reading):
        return None
    dataset = dataset_of(reading, cell.row, cell.column, context)
    found = _part_metric(place, reading, dataset.value) or metric_of(
        reading, cell.row, cell.column, dataset.value, context
    )
    if found.value is None:
        return None
    family = found.value if isinstance(found.value, Metric) else found.value.metric
    if family.unit == "%" and (abs(number.value) > 100 or number.value < 0):
        return None
    method_at = cell.row if reading.methods is Axis.ROWS else cell.column
    return ClaimDraft(
        dataset=_dataset_name(dataset.value, place, reading),
        split=_split(place, reading),
        metric=metric_label(found.value),
        value=number.value,
        units=_units(number, family, percent),
        method=method_name(reading, cell.row, cell.column, dataset.value, context.title),
        is_own_method=owns[method_at].is_own,
        own_reason=owns[method_at].reason,
        source_citation=f"{table.label}, p.{table.page}",
        page=table.page,
        box=cell.box,
        quote=_quote(cell, line_of),
        confidence=_confidence(place, reading, found, dataset, is_own=owns[method_at].is_own),
        cell=TableCell(
            table.label, table.rows[cell.row].text, _column_label(table.columns[cell.column], table)
        ),
    )


def _column_label(heading: Heading, table: Table) -> str:
    return heading.text or table.corner


def _is_no_result(place: _Place, reading: Reading) -> bool:
    """Settings, counts, differences, and columns beside metric columns that name no metric."""
    number, cell = place.number, place.cell
    column, row = reading.columns[cell.column], reading.rows[cell.row]
    if number.scale or (number.has_sign and number.value >= 0):
        return True
    if is_summary(column) or is_summary(row):
        return True
    if column.is_setting or (reading.rows_are_metrics and row.is_setting):
        return True
    if (reading.rows_are_classes or reading.rows_are_folds) and not (
        is_over_rows(row) or row.metrics
    ):
        return True
    if _is_unnamed(column if reading.methods is Axis.ROWS else row, reading):
        return True
    if _counts_of_total(place, reading.table):
        return True
    is_other_column = (
        reading.methods is Axis.ROWS
        and reading.columns_are_metrics
        and not column.is_metric
        and not column.is_exact
        and not column.split
        and not column.is_aggregate
        and column.dataset is None
        and number.decimals == 0
    )
    in_own_units = any(m.metric.unit is None for m in (*column.metrics, *row.metrics))
    looks_like_count = number.value >= 1000 and number.decimals == 0 and not in_own_units
    return is_other_column or looks_like_count or _is_measured(column) or _is_measured(row)


def _is_measured(role: Role) -> bool:
    """Say whether a label names a quantity in a unit of its own, "Width (mm)", and no metric."""
    return not role.is_metric and _PHYSICAL.search(role.text) is not None


def _is_unnamed(role: Role, reading: Reading) -> bool:
    """Say whether a label among metrics names none, nor anything else that has results."""
    across = reading.methods is Axis.ROWS
    roles = reading.columns if across else reading.rows
    named = sum(other.is_metric for other in roles)
    among_metrics = reading.columns_are_metrics if across else reading.rows_are_metrics
    says_something = role.is_metric or role.is_exact or role.dataset or role.split
    is_method = names_method(role.text) or is_cited(role.text)
    return (
        among_metrics
        and 2 * named >= len(roles)
        and bool(role.text)
        and not says_something
        and not is_method
        and not role.is_aggregate
    )


def _counts_of_total(place: _Place, table: Table) -> bool:
    """Say whether a cell is "147/150": a count of a total that its whole column shares."""
    if place.parts != 2:
        return False
    column = [cell for cell in table.cells if cell.column == place.cell.column]
    pairs = [parts for cell in column if len(parts := parts_of_cell(cell.text)) == 2]
    totals = {parts[1].value for parts in pairs if parts[1] is not None}
    is_whole = all(part is not None and part.decimals == 0 for parts in pairs for part in parts)
    return is_whole and len(totals) == 1 and min(totals) >= _LEAST_TOTAL


def _part_metric(
    place: _Place, reading: Reading, dataset: Dataset | None
) -> Found[MetricMention | Metric] | None:
    """Find the metric of one part of "84.8/88.9".

    A label or caption that says "accuracy/F1" decides; else the habit of the data set's field.
    """
    if place.parts < 2:
        return None
    texts = (
        reading.columns[place.cell.column].text,
        reading.rows[place.cell.row].text,
        reading.corner.text,
        reading.table.caption,
    )
    for text in texts:
        for phrase in re.findall(r"[^()\[\],;]+", text):
            mentions = metrics_in(phrase)
            if "/" in phrase and len(mentions) == place.parts:
                return Found(mentions[place.part], Source.LABEL)
    if dataset is None or dataset.pair is None or place.parts != len(dataset.pair):
        return None
    part = _rank_of_part(place) if dataset.is_pair_ordered else place.part
    return Found(metric_named(dataset.pair[part]), Source.CAPTION)


def _rank_of_part(place: _Place) -> int:
    """Return 0 for the smaller part of a cell of two and 1 for the larger; by place if equal."""
    values = [number.value for number in parts_of_cell(place.cell.text) if number is not None]
    if len(values) < 2 or values[0] == values[1]:
        return place.part
    return int(values[place.part] > values[1 - place.part])


def _dataset_name(dataset: Dataset | None, place: _Place, reading: Reading) -> str | None:
    if dataset is None:
        return None
    if place.parts > 1:
        for text in (reading.rows[place.cell.row].text, reading.columns[place.cell.column].text):
            if re.search(r"\bm/mm\b|matched/mismatched|-m/-mm", text, re.I) and place.parts == 2:
                return f"{dataset.name} {'mismatched' if place.part else 'matched'}"
    return dataset.name


def _split(place: _Place, reading: Reading) -> str | None:
    column, row = reading.columns[place.cell.column], reading.rows[place.cell.row]
    table = reading.table
    corner = "" if reading.corner.is_setting else table.corner
    texts = [column.text, row.text, table.rows[place.cell.row].group or "", corner]
    if place.parts > 1:
        for text in texts:
            named = [split_in(part) for part in re.split(r"/", text)]
            if len(named) == place.parts and all(named):
                return named[place.part]
    return next((split for text in texts if (split := split_in(text))), reading.caption_split)


def _percent_families(reading: Reading, context: PaperContext) -> set[str]:
    """Return the metric families that this table prints in percent.

    Those with a "%" in a cell or label, and those usually in percent with a value above one.
    """
    said: set[str] = set()
    above_one: set[str] = set()
    families: dict[str, Metric] = {}
    table = reading.table
    for place in _places(table):
        if _is_no_result(place, reading):
            continue
        dataset = dataset_of(reading, place.cell.row, place.cell.column, context)
        metric = _part_metric(place, reading, dataset.value) or metric_of(
            reading, place.cell.row, place.cell.column, dataset.value, context
        )
        if metric.value is None:
            continue
        family = metric.value if isinstance(metric.value, Metric) else metric.value.metric
        families[family.name] = family
        labels = f"{reading.columns[place.cell.column].text} {reading.rows[place.cell.row].text}"
        if place.number.is_percent or (family.unit == "%" and _SAYS_PERCENT.search(labels)):
            said.add(family.name)
        if family.unit == "%" and place.number.value > 1:
            above_one.add(family.name)
    if _SAYS_PERCENT.search(f"{table.caption} {table.corner}"):
        # Beside accuracies in percent, an area under the curve of 0.99 is none; an error may be.
        usual = {name for name, family in families.items() if family.unit == "%"}
        low = {name for name in usual if families[name].direction is Direction.MINIMIZE}
        said |= usual if not above_one else low
    return said | above_one


def _units(number: PrintedNumber, family: Metric, percent: set[str]) -> str | None:
    if number.is_percent or family.name in percent:
        return "%"
    return None if family.unit == "%" else family.unit


def _quote(cell: Cell, line_of: dict[int, Line]) -> str:
    line = line_of.get(id(cell.words[0])) if cell.words else None
    if line is None or len(line.text) > _MAX_QUOTE:
        return cell.text
    return line.text


def _confidence(
    place: _Place,
    reading: Reading,
    metric: Found[MetricMention | Metric],
    dataset: Found[Dataset],
    *,
    is_own: bool,
) -> float:
    """Add up the evidence: where metric and data set were read, and how plain the cell is."""
    score = 0.20 + _SURE_OF_METRIC[metric.source] + _SURE_OF_DATASET[dataset.source]
    score += 0.06 if is_own else 0.0
    # Bold marks the best of a column, an underline the next: both are results that somebody claims.
    score += 0.05 if place.cell.is_bold else 0.03 if place.cell.is_underlined else 0.0
    known = dataset.value is not None and dataset.value.papers > 0
    score += 0.0 if known else -0.06
    label = reading.table.rows[place.cell.row].text
    score += 0.0 if label else -0.15
    score += -0.08 if place.number.decimals == 0 and not place.number.is_percent else 0.0
    score += (
        -0.08
        if re.search(r"ablation|appendix|effect of|variants", reading.table.caption, re.I)
        else 0.0
    )
    return round(min(max(score, 0.05), 0.98), 3)
