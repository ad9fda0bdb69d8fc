"""Plans drafted from hand-made papers: what is read, what is assumed, what is refused."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.unit.papers.plan.hand_papers import IRIS_PAGE, claim, paper, table

from evigate.base.errors import EvigateError
from evigate.papers.models import TableCell
from evigate.papers.plan import Plan, draft_plan, find_ungrounded, parse_plan, schedule
from evigate.papers.plan.editing import variable_fields
from evigate.papers.plan.models import Assumption, PlannedModel, Protocol, ProtocolKind
from evigate.papers.plan.obstacles import find_obstacles
from evigate.papers.plan.own_protocols import OwnProtocols, shared_protocol
from evigate.papers.plan.protocol_reading import ReadProtocol

SETTINGS = table(
    "Setting",
    ["MLP", "Softmax Regression"],
    {
        "Learning Rate": ["1e-2", "1e-3"],
        "Batch Size": ["32", "16"],
        "Epochs": ["40", "1,000"],
        "Dropout Rate": ["0.25", "N/A"],
        "Hidden layers": ["64-32", "N/A"],
    },
)
SETTINGS_PAGE = """
We use the Iris dataset. It was standardized. 80% of the rows were used for training and 20% for
testing. The softmax regression was trained with dropout 0.9.
Setting MLP Softmax Regression
Learning Rate 1e-2 1e-3
Batch Size 32 16
Epochs 40 1,000
Dropout Rate 0.25 N/A
Hidden layers 64-32 N/A
Table 1 lists results.
"""


def iris_plan() -> Plan:
    claims = [
        ("a", claim("96.0", method="k-NN")),
        ("b", claim("95.3", method="Random Forest")),
        ("c", claim("97.3", method="SVM")),
        ("d", claim("94.0", method="CNN-SVM")),
        ("e", claim("93.0", method="Decision Tree", is_own=False)),
        ("f", claim("12", method="k-NN", metric="training time", units="s")),
        ("g", claim("96", method=None)),
        ("h", claim("90", method="k-NN", dataset="Flowers of our garden")),
    ]
    return draft_plan(paper(IRIS_PAGE), claims, [], seeds=2, budget_minutes=5, base_seed=7)


def model(plan: Plan, method: str) -> PlannedModel:
    return next(m for m in plan.models if m.method == method)


def test_settings_come_from_sentences_about_the_method_in_its_own_paper() -> None:
    plan = iris_plan()
    knn, forest, svm = (model(plan, name) for name in ("k-NN", "Random Forest", "SVM"))
    assert (knn.recipe, knn.parameters["n_neighbors"]) == ("nearest_neighbours", 7)
    assert forest.parameters["n_estimators"] == 30
    assert forest.parameters["max_depth"] == 4
    assert (svm.recipe, svm.parameters["kernel"], svm.parameters["C"]) == ("kernel_svm", "poly", 10)


def test_the_protocol_of_the_measured_numbers_is_taken() -> None:
    protocol = iris_plan().protocol
    assert protocol is not None
    assert (protocol.folds, protocol.is_stratified, protocol.seeds) == (10, True, [7, 8])
    assert [step.name for step in protocol.preprocessing] == ["minmax"]


def test_every_claim_stays_in_the_plan_with_a_reason_if_it_is_not_measured() -> None:
    reasons = {c.claim_id: c.reason for c in iris_plan().claims}
    assert list(reasons) == list("abcdefgh")
    assert [key for key, reason in reasons.items() if reason is None] == ["a", "b", "c", "g"]
    assert "'cnn'" in (reasons["d"] or "")
    assert "other work" in (reasons["e"] or "")
    assert "training time" in (reasons["f"] or "")
    assert "nothing is made up" in (reasons["h"] or "")


def test_a_claim_without_a_method_gets_that_of_the_number_it_rounds() -> None:
    restated = next(c for c in iris_plan().claims if c.claim_id == "g")
    assert restated.method == "k-NN"


def test_an_unknown_variant_is_skipped_with_a_reason() -> None:
    skipped = model(iris_plan(), "CNN-SVM")
    assert (skipped.status, skipped.recipe) == ("skipped", None)


def test_what_the_paper_does_not_say_is_an_assumption_and_never_a_citation() -> None:
    forest = model(iris_plan(), "Random Forest")
    assert {c.field for c in forest.citations} == {"n_estimators", "max_depth"}
    assert [a.field for a in forest.assumptions] == ["criterion"]


def test_a_table_of_settings_wins_over_sentences_and_its_blanks_mean_none() -> None:
    claims = [("a", claim("90", method="MLP")), ("b", claim("80", method="Softmax Regression"))]
    plan = draft_plan(paper(SETTINGS_PAGE), claims, [SETTINGS], seeds=1, budget_minutes=5)
    mlp, softmax = model(plan, "MLP"), model(plan, "Softmax Regression")
    assert mlp.parameters["hidden_layers"] == [64, 32]
    assert (mlp.parameters["dropout"], mlp.parameters["learning_rate"]) == (0.25, 0.01)
    # 120 training rows in batches of 32 are 4 steps an epoch, 40 times; of 16, 8 and 1,000 times.
    assert (mlp.parameters["steps"], softmax.parameters["steps"]) == (160, 8000)
    assert "dropout" not in softmax.parameters


def test_rows_seen_decide_what_an_epoch_is() -> None:
    seen = table(
        "Parameter",
        ["Softmax Regression"],
        {
            "Learning Rate": ["0.1"],
            "Batch Size": ["10"],
            "Epochs": ["300"],
            "Data points": ["3000"],
        },
    )
    page = (
        "We use the Iris dataset.\nBatch Size 10\nEpochs 300\nData points 3000\nLearning Rate 0.1"
    )
    claims = [("a", claim("90", method="Softmax Regression", quote="We use the Iris dataset."))]
    plan = draft_plan(paper(page), claims, [seen], seeds=1, budget_minutes=5)
    assert plan.models[0].parameters["steps"] == 300
    assert any("read as such" in a.reason for a in plan.models[0].assumptions)


def test_a_plan_of_sets_with_a_test_part_of_their_own_assumes_no_share_to_test_on() -> None:
    stated = Protocol(kind=ProtocolKind.HOLDOUT, test_size=0.3, seeds=[7, 8])
    fixed = Protocol(kind=ProtocolKind.FIXED_SPLIT, seeds=[7, 8])
    assumed = [
        Assumption(field=name, value="x", reason="not stated")
        for name in ("protocol.test_size", "protocol.is_stratified", "protocol.preprocessing")
    ]
    read, own = ReadProtocol(stated, [], assumed), OwnProtocols({"cora": fixed, "trec": fixed})
    taken, left = shared_protocol(read, own, ["cora", "trec"])
    assert (taken.protocol, left.protocols) == (fixed, {})
    assert [each.field for each in taken.assumptions] == ["protocol.preprocessing"]
    assert shared_protocol(read, own, ["cora", "iris"]) == (read, own), "iris takes the stated one"


def test_only_what_a_parting_takes_may_be_varied() -> None:
    plan = iris_plan().model_dump(mode="json")
    assert "protocol.folds" in variable_fields(plan)
    assert "protocol.test_size" not in variable_fields(plan)
    plan["protocol"] |= {"kind": "fixed_split", "test_size": None}
    assert [f for f in variable_fields(plan) if f.startswith("protocol.")] == [
        "protocol.preprocessing"
    ]


def test_every_quote_stands_on_its_page() -> None:
    assert find_ungrounded(iris_plan(), paper(IRIS_PAGE)) == []


def test_a_quote_that_is_not_on_the_page_is_found() -> None:
    wrong = find_ungrounded(iris_plan(), paper("Another text altogether."))
    assert "justifications.dataset" in wrong


def test_the_same_paper_gives_the_same_plan_and_it_survives_json() -> None:
    first, second = iris_plan(), iris_plan()
    assert first == second
    assert parse_plan(first.to_json()) == first


def test_the_positive_class_follows_from_rates_printed_with_many_digits() -> None:
    # 171 test rows: 100/107 and 60/64, so that 107 rows are positive, and 62.7 % are benign.
    page = (
        "We use the WDBC data set. 70% were used for training and 30% for testing. Results follow."
    )
    quote = "Results follow."
    claims = [
        ("a", claim("93.457944", method="1-NN", metric="TPR", dataset="WDBC", quote=quote)),
        ("b", claim("93.75", method="1-NN", metric="TNR", dataset="WDBC", quote=quote)),
    ]
    plan = draft_plan(paper(page), claims, [], seeds=1, budget_minutes=5)
    assert plan.datasets[0].positive_class == "benign"
    assert "107 positive and 64 negative" in next(
        a.reason for a in plan.assumptions if a.field == "positive_class"
    )


def test_a_paper_without_known_data_ends_with_an_honest_count() -> None:
    claims = [(str(n), claim("50", method="SVM", dataset="CIFAR-10")) for n in range(12)]
    with pytest.raises(EvigateError) as caught:
        draft_plan(paper("We use CIFAR-10."), claims, [], seeds=1, budget_minutes=5)
    assert caught.value.code.name == "E_PLAN_NO_ALLOWED_DATASETS"
    assert caught.value.message.startswith(
        "12 claims found, none on a data set that can be had offline and used: most often, "
    )


def test_a_set_named_in_passing_is_not_that_of_claims_in_a_paper_on_other_data() -> None:
    claims = [
        ("a", claim("90", method="k-NN", dataset="Flowers of our garden")),
        ("b", claim("91", method="k-NN", dataset="Flowers of our garden")),
        ("c", claim("92", method="k-NN", dataset=None)),
    ]
    found = find_obstacles(paper("We search as others do on the Iris data set."), claims)
    assert found["c"].startswith("the claim names no data set")
    alone = find_obstacles(paper("We search as others do on the Iris data set."), claims[2:])
    assert "c" not in alone, "the only set that is named"


def test_each_claim_of_a_paper_without_a_plan_has_its_own_obstacle() -> None:
    claims = [
        ("a", claim("90", method="k-NN", dataset="Flowers of our garden")),
        ("b", claim("91", method="Their net", dataset="Flowers of our garden", is_own=False)),
    ]
    found = find_obstacles(paper("Our garden is green."), claims)
    assert "'Flowers of our garden' is in no list of data sets" in found["a"]
    assert found["b"] == "the paper reports it of other work, not of its own runs"


def test_a_paper_whose_methods_have_no_recipe_says_so() -> None:
    with pytest.raises(EvigateError) as caught:
        draft_plan(
            paper("Iris dataset."),
            [("a", claim("9", method="BERT"))],
            [],
            seeds=1,
            budget_minutes=5,
        )
    assert caught.value.code.name == "E_PLAN_NO_RECIPE"


def test_a_budget_beyond_the_seeds_is_clamped_and_said() -> None:
    claims = [("a", claim("96.0", method="k-NN"))]
    plan = draft_plan(paper(IRIS_PAGE), claims, [], seeds=1, budget_minutes=120)
    assert plan.policy.budget_minutes == 20
    assert "policy.budget_minutes" in [a.field for a in plan.assumptions]


def test_goals_are_the_claims_as_printed() -> None:
    goals = {m.claim_id: m.goal for m in iris_plan().metrics}
    assert goals["a"] == float(Decimal("96.0"))


def test_compared_methods_are_run_if_the_papers_own_cannot_be() -> None:
    claims = [
        ("own", claim("99", method="DeepFancyNet")),
        ("run", claim("96.0", method="k-NN", is_own=False)),
        ("cited", claim("95.0", method="Random Forest [4]", is_own=False)),
    ]
    plan = draft_plan(paper(IRIS_PAGE), claims, [], seeds=1, budget_minutes=5)
    targeted = [c.claim_id for c in plan.claims if c.status == "targeted"]
    assert targeted == ["run"]
    assert "compared methods" in [a.value for a in plan.assumptions]
    assert "compared methods" not in [a.value for a in iris_plan().assumptions]


def test_compared_methods_are_run_if_the_papers_own_does_not_fit_the_budget(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule, "TRAINING_S_MAX", 0.02)
    page = (
        "We use the Iris dataset. 30% of the rows are held out for testing. Table 1 lists results."
    )
    claims = [
        ("own", claim("99", method="GRU-SVM")),
        ("run", claim("96.0", method="k-NN", is_own=False)),
    ]
    plan = draft_plan(paper(page), claims, [], seeds=1, budget_minutes=1)
    status = {each.claim_id: (each.status.value, each.reason) for each in plan.claims}
    assert status["run"] == ("targeted", None)
    assert "does not fit the budget" in str(status["own"])


def test_an_ungrounded_reading_becomes_an_assumption() -> None:
    # The method's name is printed nowhere, so nobody may be told that the page says "k = 1".
    plan = draft_plan(
        paper(IRIS_PAGE),
        [("a", claim("96.0", method="Manhattan 1-NN"))],
        [],
        seeds=1,
        budget_minutes=5,
    )
    (neighbours,) = plan.models
    assert neighbours.parameters["metric"] == "manhattan"
    assert "metric" not in [c.field for c in neighbours.citations]
    assert "metric" in [a.field for a in neighbours.assumptions]


def test_a_sentence_about_another_data_set_is_not_measured_on_this_one() -> None:
    quote = "Table 1 lists results."
    claims = [
        ("a", claim("96.0", method="k-NN", quote=quote)),
        ("b", claim("97.0", method="k-NN", quote="On the Wine data set it reaches 97.0%.")),
    ]
    page = IRIS_PAGE.replace(quote, f"{quote} On the Wine data set it reaches 97.0%.")
    plan = draft_plan(paper(page), claims, [], seeds=1, budget_minutes=5)
    reasons = {c.claim_id: c.reason for c in plan.claims}
    assert reasons["a"] is None
    assert "Wine recognition" in (reasons["b"] or "")


def test_a_sentence_that_goes_on_with_it_is_about_the_same_method() -> None:
    page = """
We use the Iris dataset. 3 Models
The MLP has two hidden layers of 64 units with tanh activation. It was trained with Adam.
The softmax regression was trained with momentum. It is linear.
MLP 0.001 64 50
Table 1 lists results.
"""
    rates = table(
        "Model", ["Learning rate", "Batch size", "Epochs"], {"MLP": ["0.001", "64", "50"]}
    )
    claims = [("a", claim("90", method="MLP")), ("b", claim("80", method="Softmax Regression"))]
    plan = draft_plan(paper(page), claims, [rates], seeds=1, budget_minutes=5)
    mlp, softmax = model(plan, "MLP"), model(plan, "Softmax Regression")
    assert mlp.parameters["hidden_layers"] == [64, 64]
    assert (mlp.parameters["activation"], mlp.parameters["optimizer"]) == ("tanh", "adam")
    assert (mlp.parameters["learning_rate"], mlp.parameters["batch_size"]) == (0.001, 64)
    assert softmax.parameters["optimizer"] == "momentum"
    assert softmax.parameters["learning_rate"] == 0.01


def test_a_metric_read_wrongly_is_found_again_by_the_label_of_its_column() -> None:
    page = "We use the diabetes data set. Table 1 lists results."
    draft = claim("0.48", method="Lasso", metric="ROUGE-2", dataset="diabetes", units=None)
    printed = replace(draft, cell=TableCell(table="Table 1", row="Lasso", column="R2"))
    plan = draft_plan(paper(page), [("a", printed)], [], seeds=1, budget_minutes=5)
    assert plan.claims[0].metric_key == "r2"
