"""Claims in sentences about textbook methods: which value is whose, in what metric, on what data."""

import pytest
from tests.unit.evidence.minimal_pdf import Text, make_pdf

from evigate.evidence import read_pdf
from evigate.papers.claims import extract_claims
from evigate.papers.models import ClaimDraft


def claims_of(*lines: str) -> list[ClaimDraft]:
    texts = [
        Text(72, 60, "Kernel Machines", 18),
        Text(72, 100, "Abstract", 10),
        Text(72, 116, "We study the Sonar data set in some detail here.", 10),
        Text(72, 140, "1 Results", 10),
    ]
    texts += [Text(72, 156 + 13 * index, line, 10) for index, line in enumerate(lines)]
    return extract_claims(read_pdf(make_pdf([texts])))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "SVM achieved an accuracy of 97.1% on the test set.",
            {("SVM", "accuracy", "97.1", "%", "Sonar", "test")},
        ),
        (
            "10-fold cross-validation accuracy was 0.965 for LDA and 0.971 for QDA.",
            {
                ("LDA", "accuracy", "0.965", None, "Sonar", None),
                ("QDA", "accuracy", "0.971", None, "Sonar", None),
            },
        ),
        (
            "The random forest obtained an AUC of 0.93 and an RMSE of 12.3.",
            {
                ("random forest", "AUC", "0.93", None, "Sonar", None),
                ("random forest", "RMSE", "12.3", None, "Sonar", None),
            },
        ),
        (
            "On the Wine data, LDA reached 98.9% accuracy, and QDA 99.4%.",
            {
                ("LDA", "accuracy", "98.9", "%", "Wine", None),
                ("QDA", "accuracy", "99.4", "%", "Wine", None),
            },
        ),
        (
            "The accuracies of LDA and QDA were 98.0% and 97.3%, respectively.",
            {
                ("LDA", "accuracy", "98.0", "%", "Sonar", None),
                ("QDA", "accuracy", "97.3", "%", "Sonar", None),
            },
        ),
        (
            "The best accuracy (96.7%) was obtained by k-NN on Iris.",
            {("k-NN", "accuracy", "96.7", "%", "Iris", None)},
        ),
        (
            "Ridge regression has a mean squared error of 2900.2 and R2 = 0.48.",
            {
                ("Ridge regression", "MSE", "2900.2", None, "Sonar", None),
                ("Ridge regression", "R2", "0.48", None, "Sonar", None),
            },
        ),
    ],
)
def test_values_beside_methods(sentence: str, expected: set[tuple[str | None, ...]]) -> None:
    found = {
        (c.method, c.metric, str(c.value), c.units, c.dataset, c.split) for c in claims_of(sentence)
    }
    assert found == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "We set k = 5 and C = 0.1 for an accuracy that is good.",
        "Accuracy improved by 2.5% over LDA.",
        "The accuracy depends on weka 3.8 and on Python 3.11 alike.",
    ],
)
def test_numbers_that_are_no_results(sentence: str) -> None:
    assert claims_of(sentence) == []


def test_a_quote_begins_after_the_heading_above_it() -> None:
    quote = "LDA achieved an accuracy of 97.1% on it."
    assert [claim.quote for claim in claims_of(quote)] == [quote]


@pytest.mark.parametrize(
    "sentence",
    [
        "Polat et al. [7] report an accuracy of 97.1% with SVM.",
        "The best published accuracy is 97.1% so far.",
    ],
)
def test_values_of_others_are_not_own(sentence: str) -> None:
    assert [claim.is_own_method for claim in claims_of(sentence)] == [False]


def test_several_differences_in_one_sentence_are_no_values() -> None:
    assert claims_of("It exceeds SVM by 30.4% in recall and 4.3% in precision.") == []
