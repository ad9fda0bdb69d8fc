"""Papers on small classical data: their data sets, metrics and layouts, expected by hand."""

from decimal import Decimal

import pytest
from tests.unit.evidence.minimal_pdf import Text, make_pdf

from evigate.evidence import read_pdf
from evigate.papers.claims import extract_claims
from evigate.papers.claims.lexicon import datasets_in_text, metrics_in
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
