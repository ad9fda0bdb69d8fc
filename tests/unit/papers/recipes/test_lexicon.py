"""Names of methods and metrics as papers print them."""

import pytest

from evigate.papers.datasets import DataKind, Task
from evigate.papers.recipes import METRICS, RECIPES, find_metric, match_method


@pytest.mark.parametrize(
    ("name", "recipe", "settings"),
    [
        ("L1-NN", "nearest_neighbours", {"n_neighbors": 1, "metric": "manhattan"}),
        ("L2-NN", "nearest_neighbours", {"n_neighbors": 1, "metric": "euclidean"}),
        ("5-NN", "nearest_neighbours", {"n_neighbors": 5}),
        ("k-NN (k=3)", "nearest_neighbours", {"n_neighbors": 3}),
        ("K-nearest neighbours", "nearest_neighbours", {}),
        ("Softmax Regression", "softmax_regression", {}),
        ("multinomial logistic regression (ours)", "softmax_regression", {}),
        ("Logistic Regression [3]", "logistic_regression", {}),
        ("Linear Regression", "linear_regression_classifier", {}),
        ("MLP 500-500-500", "multilayer_perceptron", {"hidden_layers": (500, 500, 500)}),
        ("Support Vector Machine (SVM)", "kernel_svm", {}),
        ("SVM (RBF kernel, C=10)", "kernel_svm", {"kernel": "rbf", "C": 10.0}),
        ("linear SVM", "linear_svm", {}),
        ("GRU-SVM", "gru_svm", {}),
        ("Decision Tree J48", "decision_tree", {"criterion": "entropy"}),
        ("Gaussian NB", "gaussian_naive_bayes", {}),
        ("Multinomial Naïve Bayes", "multinomial_naive_bayes", {}),
        ("Random Forest [12]", "random_forest", {}),
        ("AdaBoost.M1", "adaboost", {}),
        ("QDA", "quadratic_discriminant", {}),
    ],
)
def test_a_name_means_its_recipe(name: str, recipe: str, settings: dict[str, object]) -> None:
    match = match_method(name, Task.CLASSIFICATION)
    assert (match.recipe, dict(match.settings)) == (recipe, settings)


@pytest.mark.parametrize("name", ["CNN-SVM", "PSO-SVM", "BERT", "LSTM", "fuzzy k-NN", "Lasso"])
def test_a_variant_or_an_unknown_method_has_no_recipe_but_a_reason(name: str) -> None:
    match = match_method(name, Task.CLASSIFICATION)
    assert match.recipe is None
    assert match.reason


def test_the_papers_own_abbreviation_decides() -> None:
    meaning = {"NN": "neural network"}
    match = match_method("NN", Task.CLASSIFICATION, expansions=meaning)
    assert match.recipe == "multilayer_perceptron"
    assert match_method("NN", Task.CLASSIFICATION).recipe == "nearest_neighbours"


def test_regression_methods_are_meant_on_regression_data() -> None:
    assert match_method("Linear Regression", Task.REGRESSION).recipe == "ordinary_least_squares"
    assert match_method("SVR", Task.REGRESSION).recipe == "support_vector_regressor"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Test Accuracy (%)", "accuracy"),
        ("Acc.", "accuracy"),
        ("error rate", "error_rate"),
        ("Recall", "tpr"),
        ("Sensitivity (TPR)", "tpr"),
        ("Specificity", "tnr"),
        ("FPR", "fpr"),
        ("F1-score", "f1"),
        ("F-measure", "f1"),
        ("AUC-ROC", "auc"),
        ("R²", "r2"),
        ("RMSE", "rmse"),
    ],
)
def test_a_metric_is_found_by_its_usual_names(name: str, key: str) -> None:
    metric = find_metric(name)
    assert metric is not None
    assert metric.key == key


@pytest.mark.parametrize("name", ["Data points", "Epochs", "Training time", "BLEU", ""])
def test_other_numbers_are_no_metric(name: str) -> None:
    assert find_metric(name) is None


def test_names_are_unique_and_swaps_are_mutual() -> None:
    assert len({recipe.name for recipe in RECIPES}) == len(RECIPES)
    by_key = {metric.key: metric for metric in METRICS}
    for metric in METRICS:
        if metric.swapped:
            assert by_key[metric.swapped].swapped == metric.key


def test_an_abbreviation_within_a_longer_name_is_still_part_of_that_name() -> None:
    paper = {"CNN": "convolutional neural networks", "NN": "neural net of nets", "LR": "a ratio"}

    def recipe_of(name: str) -> str | None:
        kind = DataKind.TEXT
        return match_method(name, Task.CLASSIFICATION, kind=kind, expansions=paper).recipe

    assert recipe_of("CNN-rand") == "text_cnn"
    # Alone it is what the paper says, known to us or not.
    assert recipe_of("CNN") is None and recipe_of("LR") is None
