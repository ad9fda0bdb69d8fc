"""Papers on small classical data: their data sets, metrics and layouts, expected by hand."""

from decimal import Decimal

import pytest
from tests.unit.evidence.minimal_pdf import Text, make_pdf

from evigate.evidence import read_pdf
from evigate.papers.claims import extract_claims
from evigate.papers.claims.lexicon import dataset_named, datasets_in_text, metrics_in
from evigate.papers.datasets import REGISTRY, DatasetEntry, Loader, resolve
from evigate.papers.models import ClaimDraft

COLUMN = 90
LEFT = 72


def paper(
    caption: str,
    *rows: tuple[str, ...],
    title: str = "A Study of Classifiers",
    abstract: str = "We look at things.",
) -> list[ClaimDraft]:
    """Read the claims of a page with a title, an abstract and a table of evenly set columns."""
    texts = [
        Text(LEFT, 60, title, 18),
        Text(LEFT, 100, "Abstract", 10),
        Text(LEFT, 116, abstract, 10),
        Text(LEFT, 140, "1 Results", 10, is_bold=True),
        Text(LEFT, 156, "Much has been said of it.", 10),
        Text(LEFT, 200, caption, 9),
    ]
    for index, cells in enumerate(rows):
        y = 216 + 12 * index
        texts += [Text(LEFT + COLUMN * i, y, cell, 9) for i, cell in enumerate(cells) if cell]
    return extract_claims(read_pdf(make_pdf([texts])))


def values(claims: list[ClaimDraft]) -> set[tuple[str | None, str, str | None, str]]:
    return {(c.dataset, c.metric, c.method, str(c.value)) for c in claims}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Accuracy of the classifiers on Iris.", ["Iris"]),
        ("We use the iris dataset and the wine data.", ["Iris", "Wine"]),
        ("We cluster Iris, Wine and Glass with k-means.", ["Iris", "Wine", "Glass"]),
        ("the sonar, glass and vehicle data sets", ["Sonar", "Glass", "Vehicle"]),
        ("the breast cancer data set", ["Wisconsin Diagnostic Breast Cancer"]),
        ("the diabetes data of Efron et al.", ["Diabetes"]),
        ("Results on the Pima Indians Diabetes data", ["Pima Indians Diabetes"]),
        ("the UCI heart data set", ["Heart Disease"]),
        ("Table 1: Wine.", ["Wine"]),
        ("They drank wine and drove a car.", []),
        ("Wine was drunk. Glass was broken.", []),
        ("An Adult Patient of the Heart Hospital", []),
        ("the MNIST handwritten digits data set", ["MNIST"]),
    ],
)
def test_classical_data_sets_in_sentences(text: str, names: list[str]) -> None:
    assert [mention.dataset.name for mention in datasets_in_text(text)] == names


def test_a_name_in_the_caption_wins_over_a_word_of_the_title() -> None:
    claims = paper(
        "Table 1: Accuracy of the classifiers on Iris.",
        ("Method", "Accuracy"),
        ("k-NN", "96.0%"),
        ("LDA", "98.0%"),
        title="Two Simple Classifiers on Flowers",
    )
    assert values(claims) == {
        ("Iris", "accuracy", "k-NN", "96.0"),
        ("Iris", "accuracy", "LDA", "98.0"),
    }


def test_the_flower_of_the_title_is_no_other_data_set() -> None:
    claims = paper(
        "Table 1: Accuracy of the classifiers.",
        ("Method", "Accuracy"),
        ("k-NN", "96.0%"),
        ("LDA", "98.0%"),
        title="Two Simple Classifiers on Iris Flowers",
        abstract="We compare methods on the Iris dataset.",
    )
    assert values(claims) == {
        ("Iris", "accuracy", "k-NN", "96.0"),
        ("Iris", "accuracy", "LDA", "98.0"),
    }


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("R2", "R2"),
        ("R²", "R2"),
        ("Adj. R²", "adjusted R2"),
        ("RMSE", "RMSE"),
        ("Mean squared error", "MSE"),
        ("MAPE (%)", "MAPE"),
        ("Log-likelihood", "log-likelihood"),
        ("AIC", "AIC"),
        ("Kappa", "kappa"),
        ("κ", "kappa"),
        ("MCC", "Matthews correlation"),
        ("G-mean", "G-mean"),
        ("Balanced accuracy", "balanced accuracy"),
        ("Sens.", "sensitivity"),
        ("ROC area", "AUC"),
        ("Adjusted Rand index", "ARI"),
        ("Purity", "purity"),
        ("Silhouette", "silhouette"),
        ("TP rate", "TPR"),
        ("ROUGE-1 R2", "ROUGE"),
    ],
)
def test_metrics_of_classical_papers(label: str, name: str) -> None:
    assert metrics_in(label)[-1].metric.name == name


def test_r2_beside_errors_is_the_coefficient_of_determination() -> None:
    claims = paper(
        "Table 1: Test results of the regression models on Diabetes.",
        ("Model", "RMSE", "R2"),
        ("Ridge", "53.78", "0.49"),
    )
    assert values(claims) == {
        ("Diabetes", "RMSE", "Ridge", "53.78"),
        ("Diabetes", "R2", "Ridge", "0.49"),
    }
    assert {claim.units for claim in claims} == {None}


def test_r2_beside_other_summary_scores_is_one_of_them() -> None:
    claims = paper(
        "Table 1: Results on CNN/DailyMail.",
        ("Model", "R1", "R2", "RL"),
        ("One", "41.2", "18.7", "38.0"),
    )
    assert {(claim.metric, claim.value) for claim in claims} == {
        ("ROUGE-1", Decimal("41.2")),
        ("ROUGE-2", Decimal("18.7")),
        ("ROUGE-L", Decimal("38.0")),
    }


def test_unnamed_columns_and_percent_signs_of_other_metrics() -> None:
    # 0.991 is no percentage, though the caption speaks of 95% intervals.
    claims = paper(
        "Table 1: Results with 95% confidence intervals on Iris.",
        ("Model", "Accuracy (%)", "AUC", "95% CI"),
        ("SVM", "96.5 [94.1, 97.2]", "0.991", "[0.98, 0.99]"),
        ("LDA", "95.6 [93.0, 97.0]", "0.989", "[0.97, 0.99]"),
    )
    assert {(c.metric, str(c.value), c.units) for c in claims} == {
        ("accuracy", "96.5", "%"),
        ("accuracy", "95.6", "%"),
        ("AUC", "0.991", None),
        ("AUC", "0.989", None),
    }


def test_metrics_in_rows_with_fractions_that_begin_with_a_point() -> None:
    claims = paper(
        "Table 1: Results on the digits data set.",
        ("Metric", "SVM", "k-NN"),
        ("Accuracy", ".983", ".987"),
        ("Kappa", ".981", ".986"),
        ("Foo", ".5", ".6"),
    )
    assert values(claims) == {
        ("Digits", "accuracy", "SVM", "0.983"),
        ("Digits", "accuracy", "k-NN", "0.987"),
        ("Digits", "kappa", "SVM", "0.981"),
        ("Digits", "kappa", "k-NN", "0.986"),
    }
    assert {claim.units for claim in claims} == {None}


def test_deviations_in_brackets_and_error_rates_in_percent() -> None:
    claims = paper(
        "Table 1: Mean error rate in percent (standard error in parentheses).",
        ("Technique", "Vowel", "Sonar"),
        ("LDA", "44.1 (0.5)", "26.2(1.3)"),
        ("Nearest neighbours", "1.4 (0.2)", "17.8(1.1)"),
    )
    assert values(claims) == {
        ("Vowel", "error rate", "LDA", "44.1"),
        ("Sonar", "error rate", "LDA", "26.2"),
        ("Vowel", "error rate", "Nearest neighbours", "1.4"),
        ("Sonar", "error rate", "Nearest neighbours", "17.8"),
    }
    assert {claim.units for claim in claims} == {"%"}


def test_two_metrics_under_data_sets_set_flush_left() -> None:
    claims = paper(
        "Table 1: Results with 10-fold cross-validation.",
        ("", "Iris", "", "Wine"),
        ("Method", "Acc.", "F1", "Acc.", "F1"),
        ("k-NN", "95.3", "95.2", "96.1", "96.0"),
        ("SVM", "97.3", "97.4", "98.3", "98.2"),
    )
    assert values(claims) == {
        ("Iris", "accuracy", "k-NN", "95.3"),
        ("Iris", "F1", "k-NN", "95.2"),
        ("Wine", "accuracy", "k-NN", "96.1"),
        ("Wine", "F1", "k-NN", "96.0"),
        ("Iris", "accuracy", "SVM", "97.3"),
        ("Iris", "F1", "SVM", "97.4"),
        ("Wine", "accuracy", "SVM", "98.3"),
        ("Wine", "F1", "SVM", "98.2"),
    }
    assert {claim.split for claim in claims} == {None}, "cross-validation is no validation set"


def test_plain_words_name_data_sets_in_a_list_of_data_sets() -> None:
    claims = paper(
        "Table 1: Accuracies.",
        ("Dataset", "Size", "kNN", "SVM"),
        ("iris", "150", "0.95", "0.97"),
        ("heart", "270", "0.81", "0.84"),
    )
    assert values(claims) == {
        ("Iris", "accuracy", "kNN", "0.95"),
        ("Iris", "accuracy", "SVM", "0.97"),
        ("Heart Disease", "accuracy", "kNN", "0.81"),
        ("Heart Disease", "accuracy", "SVM", "0.84"),
    }


NO_RESULTS = {
    "a confusion matrix": (
        "Table 1: Results of LDA, accuracy by class.",
        ("", "setosa", "versicolor"),
        ("setosa", "50", "0"),
        ("versicolor", "2", "48"),
    ),
    "predicted by actual": (
        "Table 1: Outcome for LDA on Iris.",
        ("Actual", "Predicted yes", "Predicted no"),
        ("yes", "50", "0"),
        ("no", "3", "97"),
    ),
    "instances and attributes": (
        "Table 1: Problems whose accuracy we study.",
        ("Name", "#Inst.", "#Attr.", "#Cl."),
        ("Iris", "150", "4", "3"),
        ("Wine", "178", "13", "3"),
    ),
    "sizes without the usual words": (
        "Table 1: The problems.",
        ("Name", "Plants", "Traits"),
        ("Iris", "150", "4"),
        ("Wine", "178", "13"),
    ),
}


@pytest.mark.parametrize("kind", NO_RESULTS)
def test_tables_that_report_no_results(kind: str) -> None:
    caption, *rows = NO_RESULTS[kind]
    assert isinstance(caption, str)
    table = [row for row in rows if isinstance(row, tuple)]
    assert paper(caption, *table, abstract="We study the accuracy of LDA on Iris.") == []


def test_only_the_averages_of_a_classification_report_are_claims() -> None:
    claims = paper(
        "Table 2: Classification report of the random forest on Wine.",
        ("", "Precision", "Recall", "F1-score", "Support"),
        ("class_0", "1.00", "0.98", "0.99", "59"),
        ("class_1", "0.97", "0.99", "0.98", "71"),
        ("accuracy", "", "", "0.96", "178"),
        ("macro avg", "0.95", "0.94", "0.93", "178"),
    )
    assert values(claims) == {
        ("Wine", "accuracy", "random forest", "0.96"),
        ("Wine", "precision", "random forest", "0.95"),
        ("Wine", "recall", "random forest", "0.94"),
        ("Wine", "F1", "random forest", "0.93"),
    }


def test_only_the_mean_over_folds_is_a_claim() -> None:
    claims = paper(
        "Table 1: Accuracy (%) on Glass in each fold.",
        ("Fold", "CART", "RF"),
        ("1", "70.1", "78.2"),
        ("2", "66.2", "75.0"),
        ("Mean", "68.2", "76.6"),
        ("Std", "2.8", "2.3"),
    )
    assert values(claims) == {
        ("Glass", "accuracy", "CART", "68.2"),
        ("Glass", "accuracy", "RF", "76.6"),
    }


def test_values_of_a_setting_belong_to_the_method_of_the_caption() -> None:
    claims = paper(
        "Table 1: Test accuracy of k-NN on Iris for several k.",
        ("k", "Accuracy"),
        ("1", "0.947"),
        ("3", "0.953"),
    )
    assert values(claims) == {
        ("Iris", "accuracy", "k-NN (k = 1)", "0.947"),
        ("Iris", "accuracy", "k-NN (k = 3)", "0.953"),
    }


def test_kernels_in_rows_are_of_the_machine_in_the_title() -> None:
    claims = paper(
        "Table 1: Accuracy (%) on Ionosphere.",
        ("Kernel", "Accuracy"),
        ("Linear", "87.5"),
        ("RBF", "94.3"),
        title="A Study of SVM Kernels",
    )
    assert {claim.method for claim in claims} == {"SVM (Linear)", "SVM (RBF)"}


def test_whole_numbers_of_errors_are_counts() -> None:
    claims = paper(
        "Table 1: Errors on the 150 Iris plants.",
        ("Method", "Errors", "Error rate (%)"),
        ("LDA", "3", "2.0"),
        ("1-NN", "6", "4.0"),
    )
    assert {(c.metric, str(c.value), c.units) for c in claims} == {
        ("error count", "3", None),
        ("error count", "6", None),
        ("error rate", "2.0", "%"),
        ("error rate", "4.0", "%"),
    }


def test_counts_of_a_total_are_no_values() -> None:
    claims = paper(
        "Table 1: Classified plants of Iris.",
        ("Method", "Correct", "Accuracy"),
        ("LDA", "147/150", "98.0%"),
        ("1-NN", "144/150", "96.0%"),
    )
    assert {str(claim.value) for claim in claims} == {"98.0", "96.0"}


def test_large_criteria_are_values_not_counts() -> None:
    claims = paper(
        "Table 1: Models of the Boston housing data.",
        ("Model", "MSE", "AIC"),
        ("OLS", "21.9", "3026"),
        ("Lasso", "23.4", "3040"),
    )
    assert ("Boston Housing", "AIC", "OLS", "3026") in values(claims)


def test_data_sets_in_a_column_of_their_own_are_no_part_of_the_method() -> None:
    claims = paper(
        "Table 1: Test results.",
        ("Data set", "Classifier", "Accuracy"),
        ("Iris", "k-NN", "0.953"),
        ("", "SVM", "0.967"),
        ("Wine", "k-NN", "0.961"),
        ("", "SVM", "0.983"),
    )
    assert values(claims) == {
        ("Iris", "accuracy", "k-NN", "0.953"),
        ("Iris", "accuracy", "SVM", "0.967"),
        ("Wine", "accuracy", "k-NN", "0.961"),
        ("Wine", "accuracy", "SVM", "0.983"),
    }


def test_a_setting_with_an_equals_sign_is_no_data_set() -> None:
    # "C = 10" spells C10, which is short for CIFAR-10.
    claims = paper(
        "Table 1: Best parameters and accuracy on Iris.",
        ("Method", "Parameters", "Accuracy (%)"),
        ("SVM", "C = 10", "97.3"),
        ("k-NN", "k = 5", "96.7"),
    )
    assert values(claims) == {
        ("Iris", "accuracy", "SVM C = 10", "97.3"),
        ("Iris", "accuracy", "k-NN k = 5", "96.7"),
    }


def test_the_size_of_the_training_set_is_a_setting_of_each_method() -> None:
    claims = paper(
        "Table 1: Accuracy (%) on Iris by size of the training set.",
        ("Training size", "LDA", "QDA"),
        ("30", "94.1", "92.0"),
        ("60", "96.5", "95.8"),
    )
    assert {(c.method, c.split) for c in claims} == {
        ("LDA (Training size = 30)", None),
        ("LDA (Training size = 60)", None),
        ("QDA (Training size = 30)", None),
        ("QDA (Training size = 60)", None),
    }


def test_resubstitution_is_on_the_training_set_and_cross_validation_is_not() -> None:
    claims = paper(
        "Table 1: Resubstitution and leave-one-out error rates on Wine.",
        ("Rule", "Resubstitution", "Leave-one-out"),
        ("LDA", "0.000", "0.011"),
        ("QDA", "0.006", "0.007"),
    )
    assert {(str(c.value), c.split) for c in claims} == {
        ("0.000", "train"),
        ("0.006", "train"),
        ("0.011", None),
        ("0.007", None),
    }


def test_decreases_and_ranks_are_no_results() -> None:
    claims = paper(
        "Table 1: Missclassification rates (percent).",
        ("Data Set", "Single tree", "Bagged tree", "Decrease"),
        ("waveform", "29.0", "19.4", "33%"),
        ("ionosphere", "11.2", "8.6", "23%"),
        ("Avg. rank", "2.0", "1.0", ""),
    )
    assert values(claims) == {
        ("Waveform", "error rate", "Single tree", "29.0"),
        ("Waveform", "error rate", "Bagged tree", "19.4"),
        ("Ionosphere", "error rate", "Single tree", "11.2"),
        ("Ionosphere", "error rate", "Bagged tree", "8.6"),
    }


def test_rows_of_previous_work_are_not_own() -> None:
    claims = paper(
        "Table 3: Comparison with previous work on WDBC.",
        ("Reference", "Method", "Accuracy (%)"),
        ("Akay (2009)", "SVM", "99.51"),
        ("This study", "Random forest", "96.8"),
    )
    assert {(str(c.value), c.is_own_method) for c in claims} == {("99.51", False), ("96.8", True)}


def test_a_disease_in_the_title_is_no_data_set_if_the_abstract_names_one() -> None:
    claims = paper(
        "Table 1: Test accuracy.",
        ("Method", "Accuracy"),
        ("LDA", "77.1%"),
        ("QDA", "74.2%"),
        title="Prediction of Diabetes by Discriminants",
        abstract="We use the Pima Indians Diabetes data.",
    )
    assert {claim.dataset for claim in claims} == {"Pima Indians Diabetes"}


def test_measures_of_the_one_method_of_the_caption() -> None:
    claims = paper(
        "Table 1: Performance of logistic regression on the Titanic data.",
        ("Measure", "Value"),
        ("Accuracy", "0.812"),
        ("AUC", "0.86"),
    )
    assert values(claims) == {
        ("Titanic", "accuracy", "logistic regression", "0.812"),
        ("Titanic", "AUC", "logistic regression", "0.86"),
    }


def test_data_sets_by_metrics_are_of_the_method_of_the_title() -> None:
    claims = paper(
        "Table 1: Several data sets.",
        ("Dataset", "Accuracy", "Recall"),
        ("Iris", "0.927", "0.926"),
        ("Wine", "0.961", "0.965"),
        title="A Study of Nearest Centroid Classifiers",
    )
    assert {claim.method for claim in claims} == {"Nearest Centroid"}


def test_settings_in_columns_are_part_of_the_method() -> None:
    claims = paper(
        "Table 1: Accuracy of k-NN on Iris.",
        ("", "k = 1", "k = 3"),
        ("Euclidean", "0.953", "0.967"),
        ("Manhattan", "0.947", "0.960"),
    )
    assert {(claim.method, str(claim.value)) for claim in claims} == {
        ("k-NN (Euclidean, k = 1)", "0.953"),
        ("k-NN (Euclidean, k = 3)", "0.967"),
        ("k-NN (Manhattan, k = 1)", "0.947"),
        ("k-NN (Manhattan, k = 3)", "0.960"),
    }


ABOUT_MODELS = {
    "coefficients": (
        "Table 2: Regression coefficients of ridge.",
        ("Variable", "Coefficient", "Estimate"),
        ("age", "-0.5", "0.867"),
        ("bmi", "24.7", "0.001"),
    ),
    "importances": (
        "Table 2: Feature importances of the random forest.",
        ("Feature", "Importance"),
        ("Petal length", "0.44"),
        ("Petal width", "0.42"),
    ),
    "tests": (
        "Table 2: p-values of paired tests.",
        ("", "LDA", "SVM"),
        ("SVM", "0.12", "0.50"),
        ("RF", "0.03", "0.41"),
    ),
    "summary statistics": (
        "Table 1: Summary statistics of Iris.",
        ("", "Mean", "Std"),
        ("Sepal length", "5.84", "0.83"),
        ("Petal width", "1.20", "0.76"),
    ),
}


@pytest.mark.parametrize("kind", ABOUT_MODELS)
def test_tables_about_data_or_models_report_no_results(kind: str) -> None:
    caption, *rows = ABOUT_MODELS[kind]
    assert isinstance(caption, str)
    table = [row for row in rows if isinstance(row, tuple)]
    assert paper(caption, *table, abstract="We study the accuracy of trees on Iris.") == []


def test_coefficients_of_determination_are_results() -> None:
    claims = paper(
        "Table 1: Coefficients of determination on the diabetes data.",
        ("Data", "Ridge", "Lasso"),
        ("Diabetes", "0.49", "0.48"),
        ("Abalone", "0.52", "0.51"),
    )
    assert ("Diabetes", "R2", "Ridge", "0.49") in values(claims)


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.name)
def test_names_that_claims_give_lead_back_to_the_registry(entry: DatasetEntry) -> None:
    # What the lexicon calls a data set of the registry, the registry must know as the same one.
    for alias in entry.aliases:
        named = dataset_named(alias)
        resolved = resolve(named.name).entry if named else None
        assert resolved is None or resolved.name == entry.name, (alias, named)
        is_bundled = isinstance(entry.loader, Loader)
        assert resolved == entry or not is_bundled, (alias, named)
