"""Notebooks: the same plan gives the same bytes, every cell is Python, nothing foreign gets in."""

import ast
import json
from typing import Any

import nbformat
import pytest
from tests.unit.papers.plan.test_models import SEED_PLAN, changed

from evigate.base.errors import EvigateError
from evigate.papers.datasets import REGISTRY, DataKind, Loader, Prepared, Task
from evigate.papers.notebook import build_notebook, environment_hash, requirements_txt
from evigate.papers.notebook.prose import dataset_section
from evigate.papers.plan import Plan, parse_plan
from evigate.papers.recipes import METRICS, RECIPES

ON_TABLES = [recipe for recipe in RECIPES if DataKind.TABLE in recipe.kinds]
CLASSIFIERS = [recipe for recipe in ON_TABLES if recipe.task is Task.CLASSIFICATION]
REGRESSORS = [recipe for recipe in ON_TABLES if recipe.task is Task.REGRESSION]


def plan_of(recipes: list[Any], dataset: str, protocol: dict[str, Any], **changes: Any) -> Plan:
    """A plan that runs all given recipes with few steps and asks for every metric of the task."""
    is_regression = recipes[0].task is Task.REGRESSION
    document = json.loads(json.dumps(SEED_PLAN)) | changes
    document["dataset"]["name"] = dataset
    document["datasets"] = [{"name": dataset}]
    document["protocol"] = {"seeds": [42, 43], **protocol}
    document["metrics"] = [
        {"name": metric.key, "split": "test"}
        for metric in METRICS
        if metric.is_regression == is_regression
    ]
    document["models"] = [
        {
            "id": recipe.name,
            "method": recipe.title,
            "dataset": dataset,
            "recipe": recipe.name,
            "parameters": {"steps": 20, "cell_size": 4}
            if recipe.name == "gru_svm"
            else {"steps": 20}
            if recipe.is_iterative
            else {},
            "status": "runnable",
        }
        for recipe in recipes
    ]
    return parse_plan(document)


PROTOCOLS: list[dict[str, Any]] = [
    {"kind": "holdout", "test_size": 0.3, "preprocessing": [{"name": "standardize"}]},
    {"kind": "holdout", "test_size": 0.25, "is_stratified": True, "repeats": 2},
    {"kind": "k_fold", "folds": 5, "preprocessing": [{"name": "minmax", "fit_on": "all"}]},
    {"kind": "k_fold", "folds": 5, "is_stratified": True},
    {"kind": "leave_one_out", "preprocessing": [{"name": "l2_normalize"}]},
    {"kind": "resubstitution"},
]


def code_cells(content: bytes) -> list[str]:
    notebook = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(notebook)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda p: p["kind"])
@pytest.mark.parametrize(
    ("recipes", "dataset"),
    [(CLASSIFIERS, "iris"), (CLASSIFIERS, "breast_cancer"), (REGRESSORS, "diabetes")],
)
def test_every_code_cell_is_python_for_every_recipe_and_protocol(
    recipes: list[Any], dataset: str, protocol: dict[str, Any]
) -> None:
    content = build_notebook(
        plan_of(recipes, dataset, protocol), paper_title="A paper", plan_hash="0" * 64
    )
    cells = code_cells(content)
    assert len(cells) > 10
    for source in cells:
        ast.parse(source)
        assert "evigate." not in source.replace("vnd.evigate.event", "")


def test_the_same_plan_gives_the_same_bytes() -> None:
    plan = parse_plan(SEED_PLAN)
    again = parse_plan(json.loads(json.dumps(plan.to_json())))
    first = build_notebook(plan, paper_title="A paper", plan_hash="h")
    assert first == build_notebook(again, paper_title="A paper", plan_hash="h")
    ids = [cell["id"] for cell in json.loads(first)["cells"]]
    assert len(set(ids)) == len(ids)


def test_another_plan_gives_other_bytes() -> None:
    one = build_notebook(parse_plan(SEED_PLAN), paper_title="A paper", plan_hash="h")
    two = build_notebook(
        parse_plan(changed("config.seed", 7)), paper_title="A paper", plan_hash="h"
    )
    assert one != two


@pytest.mark.parametrize(
    "title",
    ['"""; import os; os.system("x")', "<script>alert(1)</script>", "a | b\n# c", "`code` $x$ {y}"],
)
def test_a_paper_title_cannot_become_code_or_markup(title: str) -> None:
    content = build_notebook(parse_plan(SEED_PLAN), paper_title=title, plan_hash="h")
    assert all("os.system" not in source for source in code_cells(content))
    heading = json.loads(content)["cells"][0]["source"][0]
    assert "<script>" not in heading
    assert heading.startswith("# Rerunning “")


@pytest.mark.parametrize("value", [{"a": 1}, ["x"], [1.5]])
def test_a_setting_that_is_no_plain_value_is_refused(value: object) -> None:
    plan = plan_of(CLASSIFIERS[:1], "iris", PROTOCOLS[0])
    document = plan.to_json()
    document["models"][0]["parameters"] = {"learning_rate": value}
    with pytest.raises(EvigateError) as caught:
        build_notebook(parse_plan(document), paper_title="x", plan_hash="h")
    assert caught.value.code.name == "E_PLAN_SCHEMA_INVALID"


def test_a_setting_that_the_recipe_does_not_have_is_refused_by_name() -> None:
    document = plan_of(CLASSIFIERS[:1], "iris", PROTOCOLS[0]).to_json()
    document["models"][0]["parameters"] = {"colour": 1}
    with pytest.raises(EvigateError, match="'colour'"):
        build_notebook(parse_plan(document), paper_title="x", plan_hash="h")


def test_a_word_from_a_plan_enters_code_only_as_a_literal() -> None:
    document = plan_of(CLASSIFIERS[:1], "iris", PROTOCOLS[0]).to_json()
    evil = '"); import os; os.system("x'
    document["models"][0]["id"] = evil
    document["models"][0]["parameters"] = {"optimizer": evil}
    content = build_notebook(parse_plan(document), paper_title="x", plan_hash="h")
    for source in code_cells(content):
        names = {n.id for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name)}
        calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Attribute)]
        assert not [c for c in calls if c.attr == "system"]
        assert "evil" not in names


def test_the_environment_hash_follows_the_recipes_and_not_the_seed() -> None:
    lda = environment_hash(parse_plan(SEED_PLAN))
    assert lda == environment_hash(parse_plan(changed("config.seed", 7)))
    assert lda != environment_hash(parse_plan(changed("model.name", "qda")))
    assert len(lda) == 64


def test_requirements_pin_what_is_installed() -> None:
    import numpy
    import sklearn

    lines = requirements_txt(parse_plan(SEED_PLAN)).splitlines()
    assert f"numpy=={numpy.__version__}" in lines
    assert f"scikit-learn=={sklearn.__version__}" in lines
    assert all("==" in line for line in lines[1:])


def test_of_two_prints_of_one_number_the_longer_is_shown() -> None:
    document = plan_of(CLASSIFIERS[:1], "iris", PROTOCOLS[0]).to_json()
    shared = {
        "status": "targeted",
        "metric": "accuracy",
        "model_id": document["models"][0]["id"],
        "units": "%",
        "page": 1,
        "quote": "q",
        "source_citation": "Table 1",
    }
    document["claims"] = [
        {"claim_id": "a", "value": "99.04", **shared},
        {"claim_id": "b", "value": "99.038", **shared},
    ]
    content = build_notebook(parse_plan(document), paper_title="x", plan_hash="h")
    shown = next(source for source in code_cells(content) if source.startswith("CLAIMS"))
    assert "'value': 99.038" in shown
    assert "99.04" not in shown


def test_a_data_set_enters_the_code_under_the_registrys_name_alone() -> None:
    document = plan_of(CLASSIFIERS[:1], "breast_cancer", PROTOCOLS[0]).to_json()
    alias = "the WDBC (breast cancer) data set"
    for place in (document["dataset"], document["datasets"][0]):
        place["name"] = "WDBC"
    document["datasets"][0]["positive_class"] = "benign"
    document["models"][0]["dataset"] = "Breast Cancer Wisconsin (Diagnostic)"
    content = build_notebook(parse_plan(document), paper_title=alias, plan_hash="h")
    code = "\n".join(code_cells(content))
    assert "from sklearn.datasets import load_breast_cancer" in code
    assert "load_WDBC" not in code
    assert "positive='benign'" in code


def test_data_read_from_a_file_say_how_to_get_it_by_hand() -> None:
    plan = plan_of(CLASSIFIERS[:1], "breast_cancer", PROTOCOLS[0])
    prepared = next(each for each in REGISTRY if isinstance(each.loader, Prepared))
    said = dataset_section(prepared, plan)
    assert f"`data/{prepared.name}.npz`" in said
    assert f"`evigate papers datasets file {prepared.name}`" in said
    loaded = next(each for each in REGISTRY if isinstance(each.loader, Loader))
    assert ".npz" not in dataset_section(loaded, plan)
