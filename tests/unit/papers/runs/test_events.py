"""The six events: what a notebook sends is read or refused, and nothing is lost on the way."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigate.papers.runs import parse_event, parse_results
from evigate.papers.runs.gpu import requests_gpu

VALID: list[dict[str, Any]] = [
    {"type": "stage_update", "stage": "train", "epoch": 1, "of": 5, "dataset": "iris", "seed": 3},
    {"type": "progress", "percent": 12.5, "stage": "train"},
    {"type": "log_line", "text": "hello", "level": "warning"},
    {"type": "metric_update", "metric": "loss", "value": 0.5, "split": "train", "step": 7},
    {"type": "sample_pred", "id": 3, "true": 1, "pred": 0, "label": 7},
    {"type": "error", "message": "no", "code": "E_RUN_FAILED"},
]


@pytest.mark.parametrize("event", VALID, ids=lambda event: event["type"])
def test_every_key_of_an_event_survives_the_round_trip(event: dict[str, Any]) -> None:
    parsed = parse_event(json.loads(json.dumps(event)))
    assert parsed is not None
    assert {"type": parsed.type, **parsed.payload} == event


def test_the_seeds_own_spelling_is_read() -> None:
    parsed = parse_event({"event": "metric_update", "metric": "accuracy", "value": 0.98})
    assert parsed is not None
    assert (parsed.type, parsed.payload) == ("metric_update", {"metric": "accuracy", "value": 0.98})
    line = parse_event({"event": "log_line", "message": "hello"})
    assert line is not None
    assert line.payload == {"text": "hello", "level": "info"}


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        "progress",
        {},
        {"type": "result"},
        {"type": "progress", "percent": 101},
        {"type": "progress", "percent": "12"},
        {"type": "metric_update", "metric": "loss", "value": math.nan},
        {"type": "metric_update", "metric": "loss", "value": True},
        {"type": "metric_update", "value": 1},
        {"type": "stage_update"},
        {"type": "log_line", "text": "x" * 20_000},
    ],
)
def test_what_is_no_event_is_refused(event: object) -> None:
    assert parse_event(event) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(json_values)
def test_no_json_breaks_the_parsers(document: object) -> None:
    parse_results(document)
    event = parse_event(document)
    assert event is None or json.dumps(event.payload, allow_nan=False)


def test_both_forms_of_metrics_are_read() -> None:
    assert parse_results({"accuracy": 0.9, "note": "x"}).metrics == {"accuracy": 0.9}
    nested = parse_results(
        {
            "metrics": {"accuracy": 0.9, "broken": None},
            "observations": [
                {
                    "model_id": "a",
                    "metric": "accuracy",
                    "split": "test",
                    "seed": 1,
                    "value": 0.9,
                    "test_rows": 30,
                },
                {"model_id": "a", "metric": "auc", "value": None},
            ],
            "series": [
                {"model_id": "a", "metric": "loss", "split": "train", "step": 3, "value": 1}
            ],
            "failures": {"b": "broke"},
        }
    )
    assert nested.metrics == {"accuracy": 0.9}
    assert [(o.metric, o.value, o.test_rows) for o in nested.observations] == [
        ("accuracy", 0.9, 30)
    ]
    assert [(p.step, p.value) for p in nested.series] == [(3, 1.0)]
    assert nested.failures == {"b": "broke"}


@pytest.mark.parametrize(
    "source",
    [
        'model.to("cuda")',
        "x = x.cuda()",
        'torch.device("cuda:0")',
        'f(device="cuda")',
        'import os\nos.environ["CUDA_VISIBLE_DEVICES"] = "0"',
    ],
)
def test_asking_for_a_gpu_is_noticed(source: str) -> None:
    assert requests_gpu(source)


@pytest.mark.parametrize(
    "source",
    [
        'os.environ["CUDA_VISIBLE_DEVICES"] = "-1"',
        'print("cuda")',
        'torch.device("cpu")',
        "cuda = torch.cuda.is_available()",
        "this is not python",
    ],
)
def test_naming_cuda_is_not_asking_for_it(source: str) -> None:
    assert not requests_gpu(source)
