"""Notebooks really executed: every recipe, the demo paper twice, hand-checked numbers."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import DEMO_PAPER
from tests.integration.papers_runs.helpers import Heard, run
from tests.unit.papers.notebook.test_build import CLASSIFIERS, REGRESSORS, plan_of
from tests.unit.papers.plan.test_models import SEED_PLAN

from evigate.evidence import read_pdf
from evigate.papers.claims import extract_claims, find_tables
from evigate.papers.compare import Verdict, compare
from evigate.papers.notebook import build_notebook
from evigate.papers.plan import Plan, draft_plan, find_ungrounded, parse_plan
from evigate.papers.runs import RunOutcome, RunStatus


async def execute(plan: Plan, work: Path) -> tuple[RunOutcome, Heard]:
    content = build_notebook(plan, paper_title="A paper", plan_hash="h")
    outcome, heard = await run(content, work, budget_s=120)
    assert outcome.status is RunStatus.SUCCEEDED, outcome.error_message
    return outcome, heard


@pytest.mark.parametrize(
    ("recipes", "dataset", "protocol"),
    [
        (CLASSIFIERS, "iris", {"kind": "holdout", "test_size": 0.3}),
        (
            [r for r in CLASSIFIERS if not r.needs_non_negative],
            "breast_cancer",
            {
                "kind": "holdout",
                "test_size": 0.3,
                "is_stratified": True,
                "preprocessing": [{"name": "standardize"}],
            },
        ),
        (REGRESSORS, "diabetes", {"kind": "holdout", "test_size": 0.2}),
    ],
    ids=["iris", "breast_cancer", "diabetes"],
)
async def test_every_recipe_runs_and_measures_every_metric(
    recipes: list[Any], dataset: str, protocol: dict[str, Any], tmp_path: Path
) -> None:
    # Slow on 400 rows, and refused on features that are sums of each other; both run on iris.
    only_iris = {"gaussian_process", "quadratic_discriminant"}
    chosen = [r for r in recipes if dataset == "iris" or r.name not in only_iris]
    # What an extra brings has tests of its own, in an environment of its own.
    chosen = [r for r in chosen if r.extra != "torch"]
    plan = plan_of(chosen, dataset, {**protocol, "seeds": [42]})
    outcome, _ = await execute(plan, tmp_path)
    assert outcome.failures == {}
    measured = {(o.model_id, o.metric) for o in outcome.observations}
    for recipe in chosen:
        metrics = {metric for model, metric in measured if model == recipe.name}
        wanted = {m.name for m in plan.metrics}
        # Without scores there is no area under a curve, and margins of several classes have none.
        assert wanted - metrics <= {"auc", "precision", "f1", "npv"}, recipe.name
    for o in outcome.observations:
        assert math.isfinite(o.value)
        if o.metric in ("accuracy", "tpr", "fpr", "auc", "f1"):
            assert 0 <= o.value <= 1


async def test_wine_by_linear_discriminants_leaves_two_of_178_wrong(tmp_path: Path) -> None:
    # Aeberhard et al. 1992 report 98.9 % leave-one-out: 176 of 178.
    outcome, heard = await execute(parse_plan(SEED_PLAN), tmp_path)
    assert [o.value for o in outcome.observations] == [176 / 178]
    assert outcome.metrics["accuracy"] == outcome.metrics["lda/accuracy"] == 176 / 178
    assert [u["value"] for u in heard.of("metric_update")] == [176 / 178]
    assert heard.of("progress")[-1]["percent"] == 100
    stages = [u["stage"] for u in heard.of("stage_update")]
    assert stages == [
        "run_start",
        "dataset_load",
        "train",
        "evaluate",
        "complete",
        "run_complete",
    ]


async def test_a_method_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    recipes = [r for r in CLASSIFIERS if r.name in ("multinomial_naive_bayes", "nearest_centroid")]
    protocol = {"kind": "holdout", "test_size": 0.3, "preprocessing": [{"name": "standardize"}]}
    outcome, heard = await execute(plan_of(recipes, "iris", protocol), tmp_path)
    assert list(outcome.failures) == ["multinomial_naive_bayes"]
    assert {o.model_id for o in outcome.observations} == {"nearest_centroid"}
    assert "multinomial_naive_bayes" in heard.of("error")[0]["message"]


def demo() -> tuple[list[tuple[str, Any]], Plan]:
    document = read_pdf(DEMO_PAPER.read_bytes())
    claims = [(f"c{index}", draft) for index, draft in enumerate(extract_claims(document))]
    plan = draft_plan(document, claims, find_tables(document), seeds=3, budget_minutes=20)
    assert find_ungrounded(plan, document) == []
    return claims, plan


def shortened(plan: Plan) -> Plan:
    document = plan.to_json()
    for model in document["models"]:
        if "steps" in model["parameters"]:
            model["parameters"]["steps"] = min(model["parameters"]["steps"], 25)
    return parse_plan(document)


def test_the_demo_paper_is_planned_with_its_own_settings() -> None:
    _, plan = demo()
    models = {model.method: model for model in plan.models}
    assert {name: model.recipe for name, model in models.items()} == {
        "GRU-SVM": "gru_svm",
        "Linear Regression": "linear_regression_classifier",
        "MLP": "multilayer_perceptron",
        "L1-NN": "nearest_neighbours",
        "L2-NN": "nearest_neighbours",
        "Softmax Regression": "softmax_regression",
        "SVM": "l2_svm",
    }
    mlp, svm, gru = (models[name].parameters for name in ("MLP", "SVM", "GRU-SVM"))
    assert (mlp["hidden_layers"], mlp["activation"]) == ([500, 500, 500], "relu")
    assert (mlp["learning_rate"], mlp["batch_size"], mlp["optimizer"]) == (0.01, 128, "sgd")
    assert (svm["C"], svm["learning_rate"], svm["optimizer"]) == (5, 0.001, "adam")
    assert (gru["cell_size"], gru["dropout"], gru["optimizer"]) == (128, 0.5, "adam")
    assert models["Linear Regression"].parameters["threshold"] == 0.5
    assert (models["L1-NN"].parameters["metric"], models["L2-NN"].parameters["metric"]) == (
        "manhattan",
        "euclidean",
    )
    assert plan.protocol is not None
    assert (plan.protocol.kind, plan.protocol.test_size) == ("holdout", 0.3)
    assert [step.name for step in plan.protocol.preprocessing] == ["standardize"]
    assert plan.datasets[0].positive_class == "benign"


async def test_two_runs_of_one_notebook_give_identical_metrics(tmp_path: Path) -> None:
    claims, plan = demo()
    short = shortened(plan)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    first, heard = await execute(short, tmp_path / "first")
    second, _ = await execute(short, tmp_path / "second")
    assert first.failures == {}
    files = [(tmp_path / name / "metrics.json").read_bytes() for name in ("first", "second")]
    assert files[0] == files[1]
    assert first.executed_notebook == second.executed_notebook
    gaps = compare(claims, short, first.observations)
    assert len(gaps) == len(claims)
    assert {gap.method for gap in gaps if gap.verdict is not Verdict.NOT_COMPARABLE} == {
        model.method for model in plan.models
    }
    told = heard.of("metric_update")
    assert max(u["step"] for u in told if u["metric"] == "loss") == 25
    # Whatever is trained step by step tells how well it does, not its loss alone.
    trained = [u for u in told if "step" in u]
    steps = [
        {(u["method"], u["step"]) for u in trained if u["metric"] == metric}
        for metric in ("loss", "accuracy")
    ]
    assert steps[0] <= steps[1]
    assert all(0 <= u["value"] <= 1 for u in trained if u["metric"] == "accuracy")


async def test_another_seed_gives_other_numbers_and_is_the_kernels(tmp_path: Path) -> None:
    document = json.loads(json.dumps(SEED_PLAN))
    document["dataset"]["split"] = "test"
    outcome, _ = await execute(parse_plan(document), tmp_path)
    assert [o.seed for o in outcome.observations] == [42, 43, 44]
    assert len({o.value for o in outcome.observations}) > 1
