"""An inference eval: a model's labels, entities or numbers beside the true ones, row by row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import ModelTask
from evigate.engine.evals.columns import digest_of, filled, numbers_of, texts_of
from evigate.engine.evals.errors import E_EVAL_COLUMNS, E_EVAL_NOTHING, E_EVAL_ROWS, E_EVAL_TASK
from evigate.engine.evals.inference import Span, score_labels, score_numbers, score_spans, span_f1
from evigate.engine.evals.models import Examined, Metrics, Outcome, Scored
from evigate.engine.evals.summary import means_of, summarise

Measured = tuple[list[Metrics], Callable[[Sequence[int]], Metrics], dict[str, Any], list[Any]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Rows with their truth: `truth` is a table with `label`, as long as `ids` and `cohorts`."""

    ids: Sequence[str]
    truth: pa.Table
    cohorts: Sequence[Mapping[str, str]]


def evaluate_labels(
    task: ModelTask, rows: Labelled, given: pa.Table, *, examined: Examined | None = None
) -> Outcome:
    """
    Score a model's answers, a table as `infer` returns it, in the order of the labelled rows.

    A row that the model failed on is wrong in a classification, has no entities in NER, and is left
    out of the errors of a regression; `details` counts such rows, and holds each class's measures.

    Raises:
        EvigateError[E_EVAL_TASK]: the task has no labels.
        EvigateError[E_EVAL_COLUMNS | E_EVAL_ROWS]: the truth is not of the task's kind.
        EvigateError[E_EVAL_NOTHING]: there is no row, or the model failed on each one.
    """
    measures = {
        ModelTask.CLASSIFICATION: _labels,
        ModelTask.NER: _spans,
        ModelTask.REGRESSION: _numbers,
    }
    if task not in measures:
        raise EvigateError(E_EVAL_TASK, f"A model for {task.value} gives no labels to score.")
    failed = pc.sum(pc.not_equal(given.column("_status"), "ok")).as_py() or 0
    if not rows.ids or failed == len(rows.ids):
        message = "There are no labelled rows." if not rows.ids else "The model failed on each row."
        raise EvigateError(E_EVAL_NOTHING, message)
    metrics, aggregate, details, truth = measures[task](rows.truth, given)
    scored = [Scored(*each) for each in zip(rows.ids, metrics, rows.cohorts, strict=True)]
    summary, cohorts = summarise(scored, aggregate)
    golden = digest_of(zip(rows.ids, truth, strict=True))
    details["failed_count"] = failed
    return Outcome(examined or Examined(), golden, summary, cohorts, scored, details)


def _labels(truth: pa.Table, given: pa.Table) -> Measured:
    wanted = filled(texts_of(truth, "label"), "label")
    found = given.column("label").to_pylist()
    rows: list[Metrics] = [
        {"accuracy": float(one == two)} for one, two in zip(wanted, found, strict=True)
    ]

    def aggregate(chosen: Sequence[int]) -> Metrics:
        part = score_labels([wanted[n] for n in chosen], [found[n] for n in chosen])
        return {
            "accuracy": part.accuracy,
            "macro_f1": part.macro_f1,
            "weighted_f1": part.weighted_f1,
        }

    whole = score_labels(wanted, found)
    details = {"classes": {name: asdict(each) for name, each in whole.classes.items()}}
    return rows, aggregate, details, list(wanted)


def _spans(truth: pa.Table, given: pa.Table) -> Measured:
    wanted = [_entities(cell, row) for row, cell in enumerate(truth.column("label").to_pylist())]
    found = [_entities(cell, row) for row, cell in enumerate(given.column("entities").to_pylist())]
    rows: list[Metrics] = [{"f1": span_f1(*pair)} for pair in zip(wanted, found, strict=True)]

    def aggregate(chosen: Sequence[int]) -> Metrics:
        part = score_spans([wanted[n] for n in chosen], [found[n] for n in chosen])
        means = means_of([rows[n] for n in chosen])
        return {
            "precision": part.precision,
            "recall": part.recall,
            "micro_f1": part.f1,
            "macro_f1": part.macro_f1,
            # The mean over texts, which is what two runs are compared by.
            **means,
        }

    whole = score_spans(wanted, found)
    details = {"classes": {name: asdict(each) for name, each in whole.classes.items()}}
    return rows, aggregate, details, [[asdict(span) for span in sorted(set(row))] for row in wanted]


def _entities(cell: Any, row: int) -> list[Span]:
    """Return a cell's entities: a list of records, JSON of one, or nothing."""
    try:
        found = orjson.loads(cell) if isinstance(cell, str | bytes) else cell
        return [Span(int(e["start"]), int(e["end"]), str(e["label"])) for e in found or ()]
    except (orjson.JSONDecodeError, TypeError, KeyError, ValueError) as error:
        message = f"Row {row} has no list of entities with start, end and label."
        raise EvigateError(E_EVAL_ROWS, message) from error


def _numbers(truth: pa.Table, given: pa.Table) -> Measured:
    wanted = numbers_of(truth, "label")
    is_ok = np.asarray(pc.equal(given.column("_status"), "ok").to_numpy(zero_copy_only=False))
    cells = given.column("value").to_pylist()
    if any(isinstance(cell, list | dict) for cell in cells):
        raise EvigateError(E_EVAL_COLUMNS, "The model gives several values a row, not one.")
    found = np.array([float(cell) if ok else 0.0 for cell, ok in zip(cells, is_ok, strict=True)])
    errors = np.abs(found - wanted)
    rows: list[Metrics] = [
        {"mae": float(error) if ok else None, "squared_error": float(error**2) if ok else None}
        for error, ok in zip(errors, is_ok, strict=True)
    ]

    def aggregate(chosen: Sequence[int]) -> Metrics:
        usable = [n for n in chosen if is_ok[n]]
        if not usable:
            return {"mae": None, "rmse": None, "r2": None}
        return asdict(score_numbers(wanted[usable], found[usable]))

    return rows, aggregate, {}, wanted.tolist()
