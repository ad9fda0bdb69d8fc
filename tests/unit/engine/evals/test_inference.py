"""Measures of labels, spans and numbers against numbers worked out by hand."""

import numpy as np
import pyarrow as pa
import pytest

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import ModelTask
from evigate.engine.evals.inference import (
    Span,
    score_labels,
    score_numbers,
    score_spans,
    span_f1,
)
from evigate.engine.evals.labelling import Labelled, evaluate_labels


def test_one_class_given_to_everything() -> None:
    truth = ["physics", "physics", "biology", "biology", "biology"]
    found = score_labels(truth, ["physics"] * 5)
    assert found.accuracy == pytest.approx(0.4)
    assert found.macro_f1 == pytest.approx(0.285714, abs=5e-7)
    physics = found.classes["physics"]
    assert (physics.precision, physics.recall) == (pytest.approx(0.4), 1)
    assert physics.f1 == pytest.approx(0.571429, abs=5e-7)
    assert (physics.support, found.classes["biology"].f1) == (2, 0)
    # (2 x 0.571429 + 3 x 0) / 5
    assert found.weighted_f1 == pytest.approx(0.228571, abs=5e-7)


def test_a_row_without_an_answer_is_wrong_and_no_class() -> None:
    found = score_labels(["a", "b"], ["a", None])
    assert found.accuracy == 0.5
    assert set(found.classes) == {"a", "b"}
    assert found.classes["b"].recall == 0


def test_spans_match_by_their_place_and_label_alone() -> None:
    truth = [[Span(0, 4, "PER"), Span(8, 12, "ORG")], [Span(0, 3, "PER")]]
    given = [[Span(0, 4, "PER"), Span(8, 12, "PER")], []]
    found = score_spans(truth, given)
    # 1 of 2 given is right; 1 of 3 is found: F1 = 2/5.
    assert (found.precision, found.recall, found.f1) == (0.5, pytest.approx(1 / 3), 0.4)
    # PER: 1 right of 2 given and 2 true; ORG: none.
    assert found.macro_f1 == pytest.approx(0.25)
    assert found.classes["PER"].f1 == 0.5
    shifted = score_spans([[Span(0, 4, "PER")]], [[Span(0, 5, "PER")]])
    assert shifted.f1 == 0
    twice = score_spans([[Span(0, 4, "PER")]], [[Span(0, 4, "PER")] * 2])
    assert (twice.precision, twice.f1) == (1, 1)
    assert score_spans([[]], [[]]).f1 == 0
    assert span_f1([], []) == 1 and span_f1([], [Span(0, 1, "X")]) == 0


def test_errors_of_numbers() -> None:
    found = score_numbers(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 6.0]))
    assert found.mae == 1
    assert found.rmse == pytest.approx(np.sqrt(3))
    # 1 - 9/2
    assert found.r2 == pytest.approx(-3.5)
    assert score_numbers(np.array([2.0, 2.0]), np.array([2.0, 3.0])).r2 is None


def answers(status: list[str], **columns: list[object]) -> pa.Table:
    return pa.table({"_status": status, **columns})


def labelled(labels: list[object], cohorts: list[str] | None = None) -> Labelled:
    groups = cohorts or ["all"] * len(labels)
    ids = [f"r{n}" for n in range(len(labels))]
    return Labelled(ids, pa.table({"label": labels}), [{"group": each} for each in groups])


def test_a_classification_keeps_each_row_and_each_cohort() -> None:
    rows = labelled(["a", "b", "b", "a"], ["x", "x", "y", "y"])
    given = answers(["ok", "ok", "ok", "error"], label=["a", "a", "b", None])
    found = evaluate_labels(ModelTask.CLASSIFICATION, rows, given)
    assert found.summary.metrics["accuracy"] == 0.5
    assert [row.metrics["accuracy"] for row in found.rows] == [1, 0, 1, 0]
    assert found.details["failed_count"] == 1
    assert {each.value: each.summary.metrics["accuracy"] for each in found.cohorts} == {
        "x": 0.5,
        "y": 0.5,
    }
    assert found.cohorts[0].summary.intervals["accuracy"].upper == 1


def test_entities_may_stand_as_records_or_as_json() -> None:
    entity = {"text": "Ada", "label": "PER", "start": 0, "end": 3, "confidence": 0.5}
    other = {**entity, "text": "other words", "confidence": 0.9}
    given = answers(["ok", "ok"], entities=[[entity], []])
    as_json = labelled(['[{"start": 0, "end": 3, "label": "PER"}]', "[]"])
    as_records = labelled([[other], []])
    for rows in (as_json, as_records):
        found = evaluate_labels(ModelTask.NER, rows, given)
        assert found.summary.metrics["micro_f1"] == 1
        assert found.summary.metrics["f1"] == 1
    with pytest.raises(EvigateError, match="Row 0"):
        evaluate_labels(ModelTask.NER, labelled(["no json", "[]"]), given)


def test_a_regression_leaves_failed_rows_out() -> None:
    given = answers(["ok", "ok", "error"], value=[1.0, 4.0, None])
    found = evaluate_labels(ModelTask.REGRESSION, labelled([1.0, 2.0, 9.0]), given)
    assert found.summary.metrics["mae"] == 1
    assert found.rows[2].metrics["mae"] is None
    assert found.details["failed_count"] == 1


def test_what_cannot_be_scored_is_refused() -> None:
    given = answers(["error"], label=[None])
    for task, rows, code in (
        (ModelTask.CLASSIFICATION, labelled(["a"]), "E_EVAL_NOTHING"),
        (ModelTask.RERANK, labelled(["a"]), "E_EVAL_TASK"),
    ):
        with pytest.raises(EvigateError) as refusal:
            evaluate_labels(task, rows, given)
        assert refusal.value.code.name == code
    numbers = answers(["ok"], value=[1.0])
    with pytest.raises(EvigateError) as refusal:
        evaluate_labels(ModelTask.REGRESSION, labelled(["many"]), numbers)
    assert refusal.value.code.name == "E_EVAL_COLUMNS"
