"""The plan's form: the seed's documents enter unchanged, and faults are named."""

import copy
import json
from typing import Any

import pytest

from evigate.base.errors import EvigateError
from evigate.papers.plan import complete_plan, parse_plan

# The document that the seed's own validator accepts.
SEED_PLAN: dict[str, Any] = json.loads(
    """{"version":"1.1","dataset":{"name":"wine","split":"loo","filters":[],"notes":null},
    "model":{"name":"lda","variant":null,"parameters":{},"size_category":"tiny"},
    "config":{"framework":"sklearn","seed":42,"epochs":1,"batch_size":1,"learning_rate":0.001,
    "optimizer":"none"},"metrics":[{"name":"accuracy","split":"loo","goal":98.9,"tolerance":0.5,
    "direction":"maximize"}],"visualizations":["confusion_matrix"],
    "explain":["load","fit","evaluate"],"justifications":{"dataset":{"quote":"a","citation":"p.1"},
    "model":{"quote":"b","citation":"Table 1"},"config":{"quote":"c","citation":"Sec. 3"}},
    "estimated_runtime_minutes":0.1,"license_compliant":true,
    "policy":{"budget_minutes":5,"max_retries":1}}"""
)


def changed(path: str, value: object) -> dict[str, Any]:
    document = copy.deepcopy(SEED_PLAN)
    *parents, last = path.split(".")
    place: Any = document
    for key in parents:
        place = place[int(key)] if key.isdigit() else place[key]
    place[last] = value
    return document


def test_a_seed_plan_is_taken_and_its_keys_come_out_unchanged() -> None:
    out = parse_plan(SEED_PLAN).to_json()
    for key, value in SEED_PLAN.items():
        if isinstance(value, dict):
            assert {k: out[key][k] for k in value} == value
        elif key != "metrics":
            assert out[key] == value


def test_a_key_that_1_1_does_not_know_is_kept() -> None:
    assert parse_plan(changed("dataset.origin", "UCI")).to_json()["dataset"]["origin"] == "UCI"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", "1.0"),
        ("config.epochs", 21),
        ("config.epochs", 0),
        ("config.learning_rate", 0),
        ("config.seed", -1),
        ("metrics", []),
        ("policy.budget_minutes", 21),
        ("policy.max_retries", 4),
        ("estimated_runtime_minutes", 0),
        ("visualizations", [" "]),
        ("justifications.model.quote", ""),
        ("metrics.0.direction", "up"),
        ("models", [{"id": "a", "typo": 1}]),
    ],
)
def test_a_fault_is_named_by_its_place(path: str, value: object) -> None:
    with pytest.raises(EvigateError) as caught:
        parse_plan(changed(path, value))
    assert caught.value.code.name == "E_PLAN_SCHEMA_INVALID"
    places = [fault["place"] for fault in caught.value.detail["errors"]]
    assert any(place.startswith(path.split(".")[0]) for place in places)


def test_a_plain_plan_is_completed_from_its_names() -> None:
    plan = complete_plan(parse_plan(SEED_PLAN))
    assert plan.protocol is not None
    assert plan.protocol.kind == "leave_one_out"
    assert [(m.recipe, m.dataset) for m in plan.models] == [("linear_discriminant", "wine")]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("dataset.name", "MNIST", "E_PLAN_NO_ALLOWED_DATASETS"),
        ("dataset.name", "ImageNet", "E_PLAN_NO_ALLOWED_DATASETS"),
        ("dataset.name", "made up", "E_PLAN_NO_ALLOWED_DATASETS"),
        ("model.name", "transformer", "E_PLAN_NO_RECIPE"),
    ],
)
def test_what_cannot_be_run_is_refused_by_code(path: str, value: str, code: str) -> None:
    with pytest.raises(EvigateError) as caught:
        complete_plan(parse_plan(changed(path, value)))
    assert caught.value.code.name == code
