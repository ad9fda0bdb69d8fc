"""What each row and column of a table stands for: metric, data set, method, split or setting.

The hard part of reading a result is not the number but what it measures. Each label is looked up;
then the table as a whole decides which axis holds methods, and what the labels leave open is
filled from the caption, the sentences that point to the table, and the paper.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Generic, TypeVar

from evigate.papers.claims.context import PaperContext, lists_datasets, resolve_dataset
from evigate.papers.claims.lexicon import (
    Dataset,
    Metric,
    MetricMention,
    as_summaries,
    dataset_of_list,
    datasets_in_label,
    is_setting,
    is_split,
    metric_named,
    metrics_in,
    names_method,
    split_in,
)
from evigate.papers.claims.numbers import parse_cell
from evigate.papers.claims.ownership import OwnNames, is_cited, says_ours
from evigate.papers.claims.tables import Heading, Table

_NOT_RESULTS = re.compile(
    r"statistic|distribution (?:of|per)|hyper-?\s?parameter|architectur|configuration|"
    r"\bnotations?\b|examples? (?:of|from)|"
    r"samples? generated|summary of (?:the )?data\s?sets?|data\s?sets? (?:used|and|details)|"
    r"training details|description of|details of|run-?time|training time|inference time|speed|"
    r"neighbors|evaluation sets",
    re.I,
)
# Numbers about data or about a fitted model, even where the caption names a metric as well.
_ABOUT_MODELS = re.compile(
    r"statistic|distribution (?:of|per)|hyper|descriptive|\bp-?values?\b|\b[tF]-tests?\b|"
    r"regression coefficients|estimated coefficients|coefficients of (?!determination)|"
    r"importances?\b|\bloadings?\b|eigenvalues?|correlation matri|correlations between",
    re.I,
)
_METHOD_CORNER = re.compile(
    r"(?:methods?|models?|algorithms?|systems?|approach|classifiers?)\b", re.I
)
_SUMMARY = re.compile(
    r"^(?:[#№]?\s?(?:of )?(?:wins?|losses|ties)\b|(?:\w+\.?\s+){0,2}rank(?:ing)?s?\b|"
    r"(?:adj(?:usted|\.)?\s)?[pq][ -]?values?\b|"
    r"(?:%\s?|relative |absolute |percent(?:age)? )?"
    r"(?:decrease|increase|improvement|gain|difference|diff\.?|reduction|change)s?\b)",
    re.I,
)
# Captions tell what models were trained on; results on that split are labelled in the table.
_TRAINING_SET = re.compile(
    r"\b(?:train(?:ing|ed)?|resubstitution|apparent)\b(?: sets?| splits?| data| errors?)?", re.I
)
_CONFUSION = re.compile(
    r"\bconfusion\b|\bcontingency table|\bpredicted\b.*\bactual\b|\bactual\b.*\bpredicted\b", re.I
)
_CONFUSED_LABEL = re.compile(
    r"^(?:predicted|actual|true class|true label|observed class|classified as)\b", re.I
)
_CLASS_CORNER = re.compile(
    r"^(?:class(?:es)?|labels?|category|categories|species|cultivars?|digits?)"
    r"(?: (?:names?|labels?))?$",
    re.I,
)
_OVER_CLASSES = re.compile(
    r"^(?:(?:macro|micro|weighted)[ -]?(?:avg|average|mean)|avg\.? ?/ ?total|weighted avg)\.?$",
    re.I,
)
_FOLD_CORNER = re.compile(
    r"^(?:cv )?(?:folds?|runs?|trials?|repetitions?|splits?|iterations?|partitions?)"
    r"(?: (?:no|number|#|id)\.?)?$|^#$",
    re.I,
)
_COUNTS = re.compile(r"\bnumber of\b|\bcounts? of\b", re.I)
_AGGREGATE = re.compile(r"^(?:avg|average|mean|overall|total|all|macro avg|score)\.?$", re.I)


T = TypeVar("T", covariant=True)


class Axis(StrEnum):
    """Where a table keeps its methods."""

    ROWS = "rows"
    COLUMNS = "columns"


class Source(StrEnum):
    """Where a metric or data set was read; the nearer, the surer."""

    LABEL = "label"
    CAPTION = "caption"
    MENTION = "mention"
    PAPER = "paper"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Role:
    """What one row or column label says."""

    text: str
    metrics: tuple[MetricMention, ...]
    dataset: Dataset | None
    is_exact: bool
    split: str | None
    is_setting: bool
    is_aggregate: bool

    @property
    def is_metric(self) -> bool:
        """Whether the label names a metric."""
        return bool(self.metrics)


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value with where it was read."""

    value: T | None
    source: Source


@dataclass(frozen=True, slots=True)
class Reading:
    """A table with roles: which axis holds methods, and what the whole table shares."""

    table: Table
    methods: Axis
    columns: tuple[Role, ...]
    rows: tuple[Role, ...]
    corner: Role
    caption_metrics: tuple[MetricMention, ...]
    caption_dataset: Found[Dataset]
    caption_split: str | None
    rows_are_metrics: bool
    rows_are_datasets: bool
    columns_are_datasets: bool
    columns_are_metrics: bool
    rows_are_classes: bool
    rows_are_folds: bool


def reports_results(table: Table) -> bool:
    """Say whether a table reports results; statistics, settings and counts are no claims."""
    first = _first_sentence(table.caption)
    if _is_confusion_matrix(table, first) or _holds_counts_only(table, first):
        return False
    if _ABOUT_MODELS.search(first) and not _metric_labels(table):
        return False
    if not _NOT_RESULTS.search(first):
        return True
    return bool(metrics_in(first)) and not _ABOUT_MODELS.search(first)


def _metric_labels(table: Table) -> bool:
    headings = (*table.columns, *table.rows)
    return any(metrics_in(heading.text) for heading in headings)


def _is_confusion_matrix(table: Table, first: str) -> bool:
    """Say whether a table counts classes by classes."""
    labels = [table.corner, *(heading.text for heading in (*table.columns, *table.rows))]
    if any(metrics_in(label) for label in labels):
        return False
    rows = {heading.text.lower() for heading in table.rows}
    columns = {heading.text.lower() for heading in table.columns}
    is_square = len(rows) > 1 and rows <= columns and len(columns) <= len(rows) + 1
    says_so = any(_CONFUSED_LABEL.match(label) for label in labels)
    return bool(_CONFUSION.search(first)) or is_square or says_so


def _holds_counts_only(table: Table, first: str) -> bool:
    """Say whether all values are whole numbers, some over 100, and no label names a metric."""
    labels = [table.corner, *(heading.text for heading in (*table.columns, *table.rows))]
    texts = [first, *labels, *(text for text in table.subcaptions if text)]
    if any(metrics_in(text) or "%" in text or "percent" in text.lower() for text in texts):
        return False
    numbers = [number for cell in table.cells for number in parse_cell(cell.text) or ()]
    is_whole = not any(number.decimals or number.is_percent for number in numbers)
    return is_whole and any(number.value > 100 for number in numbers)


def read_role(heading: Heading, context: PaperContext) -> Role:
    """Look a row or column label up; inner parts win over the outer ones they stand under."""
    text = heading.text
    dataset: Dataset | None = None
    exact = False
    parts = [_without_metrics(part) for part in reversed(heading.parts)]
    joined = [f"{outer} {inner}" for inner, outer in pairwise(parts)]
    for part in (*joined, *parts):
        own = part if part in context.own_datasets else None
        dataset = dataset_of_list(own) if own else resolve_dataset(part, context.local_names)
        if dataset:
            exact = True
            break
    if dataset is None:
        mentions = datasets_in_label(text)
        dataset = mentions[-1].dataset if mentions else None
    metrics = tuple(m for m in metrics_in(text) if not (exact and dataset and m.printed == text))
    innermost = heading.parts[-1] if heading.parts else ""
    return Role(
        text=text,
        metrics=metrics,
        dataset=dataset,
        is_exact=exact,
        split=split_in(text),
        is_setting=not exact and (is_setting(text) or (not metrics and is_setting(innermost))),
        is_aggregate=bool(_AGGREGATE.match(innermost)),
    )


def _without_metrics(part: str) -> str:
    """Cut bracketed metrics and split words off a label: "CoLA (Matthews corr.)" is CoLA."""
    text = part
    for inner in re.findall(r"\([^)]*\)", part):
        if metrics_in(inner) or split_in(inner) or "%" in inner:
            text = text.replace(inner, " ")
    for mention in reversed(metrics_in(text)):
        rest = (text[: mention.start] + " " + text[mention.end :]).strip(" .,:-")
        text = rest if rest else text
    words = text.split()
    while len(words) > 1 and (is_split(words[-1]) or words[-1] in "%.,-"):
        words.pop()
    while len(words) > 1 and is_split(words[0]):
        words.pop(0)
    return " ".join(words)


def read_table(table: Table, context: PaperContext, names: OwnNames) -> Reading:
    """Decide the axes of a table and what its caption says for all its cells."""
    columns = tuple(read_role(heading, context) for heading in table.columns)
    rows = tuple(read_role(heading, context) for heading in table.rows)
    corner = read_role(Heading((table.corner,)), context)
    caption_metrics = tuple(_caption_metrics(table))
    if _is_of_summaries([*columns, *rows], caption_metrics):
        columns, rows = _as_summaries(columns), _as_summaries(rows)
    row_metrics = _share(rows, lambda role: role.is_metric or role.is_setting or role.is_aggregate)
    column_metrics = _share(columns, lambda r: r.is_metric or r.is_setting)
    row_datasets = _share(rows, lambda role: role.is_exact)
    column_datasets = _share(columns, lambda role: role.is_exact)
    some_row_metric = any(role.is_metric for role in rows)
    rows_are_metrics = some_row_metric and row_metrics >= 0.5 and column_metrics < 0.5
    says_datasets = lists_datasets(table)
    rows_are_datasets = column_datasets < 0.5 and (row_datasets >= 0.5 or says_datasets)
    is_plain = column_metrics + column_datasets == 0 and not some_row_metric
    rows_are_classes = column_metrics >= 0.5 and _lists_classes(table)
    rows_are_folds = bool(_FOLD_CORNER.match(table.corner))
    columns_hold_methods = (
        (rows_are_metrics and not rows_are_classes)
        or (rows_are_folds and column_metrics + column_datasets == 0)
        or (rows_are_datasets and column_metrics < 0.5)
        or (is_plain and not _METHOD_CORNER.match(table.corner) and _columns_named(table, names))
    )
    return Reading(
        table=table,
        methods=Axis.COLUMNS if columns_hold_methods else Axis.ROWS,
        columns=columns,
        rows=rows,
        corner=corner,
        caption_metrics=caption_metrics,
        caption_dataset=_caption_dataset(table, context),
        caption_split=split_in(_TRAINING_SET.sub(" ", table.caption)),
        rows_are_metrics=rows_are_metrics and not rows_are_classes,
        rows_are_datasets=rows_are_datasets,
        columns_are_datasets=any(r.is_exact for r in columns) and not columns_hold_methods,
        columns_are_metrics=any(r.is_metric for r in columns),
        rows_are_classes=rows_are_classes,
        rows_are_folds=rows_are_folds,
    )


def _lists_classes(table: Table) -> bool:
    """Say whether the rows are the classes of one classifier, as in a classification report."""
    return bool(_CLASS_CORNER.match(table.corner)) or any(
        _OVER_CLASSES.match(heading.text) for heading in table.rows
    )


def is_over_rows(role: Role) -> bool:
    """Say whether a row sums up the classes or folds in the rows above it."""
    return role.is_aggregate or bool(_OVER_CLASSES.match(role.text))


def _is_of_summaries(roles: Sequence[Role], caption_metrics: Sequence[MetricMention]) -> bool:
    mentions = [*caption_metrics, *(mention for role in roles for mention in role.metrics)]
    return any(mention.metric.name == "ROUGE" for mention in mentions)


def _as_summaries(roles: Sequence[Role]) -> tuple[Role, ...]:
    return tuple(replace(role, metrics=tuple(as_summaries(role.metrics))) for role in roles)


def _columns_named(table: Table, names: OwnNames) -> bool:
    """Say whether methods that are cited, coined or widely known stand in columns and in no row."""

    def named(heading: Heading) -> bool:
        text = heading.text
        return is_cited(text) or says_ours(text) or names.match(text) or names_method(text)

    return any(named(column) for column in table.columns) and not any(
        named(row) for row in table.rows
    )


def _share(roles: Sequence[Role], test: Callable[[Role], bool]) -> float:
    return sum(1 for role in roles if test(role)) / len(roles) if roles else 0.0


def _caption_metrics(table: Table) -> list[MetricMention]:
    return [mention for mention in metrics_in(table.caption) if mention.printed.lower() != "rec"]


def _first_sentence(caption: str) -> str:
    body = re.sub(r"^\S+ \S+?[.:|]?\s", "", caption)
    return re.split(r"(?<=[a-z)\]%])\.\s+(?=[A-Z])", body)[0]


def _caption_dataset(table: Table, context: PaperContext) -> Found[Dataset]:
    """Find the data set of a whole table: caption, sentences that point to it, section, paper."""
    named = context.datasets_in(_first_sentence(table.caption))
    if len(named) == 1:
        return Found(named[0], Source.CAPTION)
    mentioned = [d for s in context.sentences_about(table.label) for d in context.datasets_in(s)]
    unique = {dataset.name: dataset for dataset in mentioned}
    if named:
        both = [dataset for dataset in named if dataset.name in unique]
        return Found((both or named)[0], Source.CAPTION)
    if len(unique) == 1:
        return Found(next(iter(unique.values())), Source.MENTION)
    section = context.section_about(table.label)
    titled = context.datasets_in(section.title) if section else []
    if len(titled) == 1:
        return Found(titled[0], Source.MENTION)
    if context.dataset is not None:
        return Found(context.dataset, Source.PAPER)
    others = [*context.datasets_in(table.caption), *unique.values()]
    return Found(others[0], Source.PAPER) if others else Found(None, Source.NONE)


def metric_of(
    reading: Reading, row: int, column: int, dataset: Dataset | None, context: PaperContext
) -> Found[MetricMention | Metric]:
    """Find the metric of a cell: its labels, then the caption, the text, and what is usual."""
    table = reading.table
    group = table.rows[row].group
    subcaption = table.subcaptions[column] if column < len(table.subcaptions) else None
    near = [reading.columns[column].metrics, reading.rows[row].metrics]
    if reading.methods is Axis.COLUMNS or reading.rows_are_classes:
        near.reverse()
    near.extend(tuple(metrics_in(text)) for text in (group, subcaption) if text)
    near.append(reading.corner.metrics)
    for mentions in near:
        if mentions:
            return Found(_counted(mentions[-1], reading, row, column), Source.LABEL)
    usual = dataset.metric if dataset else None
    for mention in reading.caption_metrics:
        if mention.metric.name == usual:
            return Found(mention, Source.CAPTION)
    if reading.caption_metrics:
        return Found(reading.caption_metrics[0], Source.CAPTION)
    if _COUNTS.search(f"{table.caption} {table.corner} {reading.columns[column].text}"):
        return Found(None, Source.NONE)
    for sentence in context.sentences_about(table.label):
        mentions = tuple(metrics_in(sentence))
        if mentions:
            same = [m for m in mentions if m.metric.name == usual]
            return Found((same or mentions)[0], Source.MENTION)
    if usual and (context.metric_counts.get(usual) or context.metric is None):
        return Found(metric_named(usual), Source.PAPER)
    return Found(context.metric, Source.PAPER if context.metric else Source.NONE)


def _counted(
    mention: MetricMention, reading: Reading, row: int, column: int
) -> MetricMention | Metric:
    """Read "Errors" over whole numbers beside a rate as a count, and a count in % as a rate."""
    rate, count = metric_named("error rate"), metric_named("error count")
    if mention.metric not in (rate, count) or rate is None or count is None:
        return mention
    table = reading.table
    across = reading.methods is Axis.ROWS
    cells = [c for c in table.cells if (c.column == column if across else c.row == row)]
    numbers = [number for cell in cells for number in parse_cell(cell.text) or ()]
    label = reading.columns[column].text if across else reading.rows[row].text
    says_percent = "%" in label or any(number.is_percent for number in numbers)
    is_whole = not says_percent and not any(number.decimals for number in numbers)
    if mention.metric is count:
        return count if is_whole else rate
    says_count = _COUNTS.search(f"{table.caption} {label}") is not None
    is_bare = mention.printed.lower() in {"error", "errors"}
    rated = any("%" in role.text or "rate" in role.text.lower() for role in reading.columns)
    return count if is_whole and is_bare and (says_count or (across and rated)) else mention


def is_summary(role: Role) -> bool:
    """Say whether a label sums up other rows or columns: wins, ranks, p-values."""
    return bool(_SUMMARY.match(role.text))


def dataset_of(reading: Reading, row: int, column: int, context: PaperContext) -> Found[Dataset]:
    """Find the data set of a cell: its labels, the lines that head it, the caption, the paper."""
    table = reading.table
    column_role, row_role = reading.columns[column], reading.rows[row]
    over_datasets = reading.columns_are_datasets and column_role.is_aggregate
    if over_datasets or (reading.rows_are_datasets and row_role.is_aggregate):
        return Found(None, Source.NONE)
    if reading.methods is Axis.ROWS and column_role.dataset:
        return Found(column_role.dataset, Source.LABEL)
    if row_role.dataset and (reading.rows_are_datasets or reading.methods is Axis.COLUMNS):
        return Found(row_role.dataset, Source.LABEL)
    if column_role.is_exact:
        return Found(column_role.dataset, Source.LABEL)
    if reading.rows_are_datasets and _names_unknown_dataset(row_role):
        return Found(dataset_of_list(row_role.text), Source.LABEL)
    if reading.columns_are_datasets and _names_unknown_dataset(column_role):
        return Found(dataset_of_list(column_role.text), Source.LABEL)
    subcaption = table.subcaptions[column] if column < len(table.subcaptions) else None
    for text in (subcaption, table.rows[row].group, reading.corner.text):
        mentions = datasets_in_label(text) if text else []
        if mentions:
            return Found(mentions[0].dataset, Source.LABEL)
    shared = reading.caption_dataset
    if reading.columns_are_datasets and shared.value in {c.dataset for c in reading.columns}:
        return Found(None, Source.NONE)
    return shared


def _names_unknown_dataset(role: Role) -> bool:
    return (
        bool(role.text) and not role.is_metric and not role.is_setting and not is_split(role.text)
    )


def metric_label(found: MetricMention | Metric) -> str:
    """Return a metric's name, keeping what sets a variant apart ("ROUGE-2", "AP50", "top-5")."""
    if isinstance(found, Metric):
        return found.name
    family, printed = found.metric.name, found.printed.strip()
    digits = re.search(r"\d+(?:\.\d+)?", printed)
    top = re.search(r"top\W?(\d+)", printed, re.I)
    if top:
        return f"top-{top.group(1)} {family}"
    if family == "ROUGE":
        variant = re.search(r"(\d|L|LSUM)$", printed, re.I)
        return f"ROUGE-{variant.group(1).upper()}" if variant else family
    if family in ("Hits", "recall", "precision", "NDCG") and digits:
        return f"{family}@{digits.group()}"
    if family == "BLEU" and digits:
        return f"BLEU-{digits.group()}"
    if family in ("AP", "mAP") and len(printed) > 2:
        return _average_precision(printed)
    return family


def _average_precision(printed: str) -> str:
    """Name a kind of average precision: of boxes or masks, at a threshold, by size."""
    squeezed = "".join(printed.split())
    kinds = {"box": "box", "bb": "box", "b": "box", "mask": "mask", "mk": "mask", "kp": "keypoint"}
    match = re.fullmatch(r"(m?AP)[_^]?(box|bb|b|mask|mk|kp|dp)?(\d+)?", squeezed, re.I)
    if not match:
        return printed
    kind = kinds.get((match[2] or "").lower(), match[2] or "")
    return f"{kind} {match[1]}{match[3] or ''}".strip()
