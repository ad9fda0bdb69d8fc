"""How rows were parted, read from sentences of many papers' making."""

import pytest
from tests.unit.papers.plan.hand_papers import paper

from evigate.papers.plan.models import ProtocolKind
from evigate.papers.plan.protocol_reading import ReadProtocol, read_protocol
from evigate.papers.plan.text import read_sentences


def read(text: str) -> ReadProtocol:
    return read_protocol(read_sentences(paper(text)), seeds=[1, 2])


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("The data were partitioned: 70% for training phase, and 30% for the testing phase.", 0.3),
        ("The dataset was partitioned by 70% (training phase) / 30% (testing phase).", 0.3),
        ("We use a conventional partitioning of 70/30, training and testing.", 0.3),
        ("We use an 80:20 split of the rows.", 0.2),
        ("An 80-20 train-test split was used.", 0.2),
        ("A training set (75%) and a test set (25%) were drawn.", 0.25),
        ("We randomly hold 10% of the rows for testing.", 0.1),
        ("A random 90% of the rows was used for training.", 0.1),
        ("Two-thirds of the rows were used for training.", 0.333333),
    ],
)
def test_a_stated_share_of_test_rows_is_found_and_quoted(text: str, share: float) -> None:
    found = read(text)
    assert found.protocol.kind is ProtocolKind.HOLDOUT
    assert found.protocol.test_size == pytest.approx(share)
    assert found.citations[0].quote in text
    assert not [a for a in found.assumptions if a.field == "protocol.test_size"]


@pytest.mark.parametrize(
    ("text", "folds"),
    [
        ("We report 10-fold cross validation accuracy.", 10),
        ("Ten-fold cross-validation was used.", 10),
        ("Numbers are from cross-validation with 5 folds.", 5),
        ("We used 5 fold CV.", 5),
    ],
)
def test_folds_are_found(text: str, folds: int) -> None:
    assert read(text).protocol.folds == folds


def test_leave_one_out_is_found() -> None:
    assert read("Errors are leave-one-out.").protocol.kind is ProtocolKind.LEAVE_ONE_OUT


@pytest.mark.parametrize(
    "text",
    [
        "In future work, 10-fold cross validation should be used.",
        "Parameters were tuned by 5-fold cross-validation.",
        "[7] used 10-fold cross-validation on the same data.",
        "A technique such as k-fold cross validation must be used.",
        "Nothing is said here.",
    ],
)
def test_wishes_tuning_and_others_work_are_no_protocol(text: str) -> None:
    found = read(text)
    assert found.protocol.kind is ProtocolKind.HOLDOUT
    assert [a.value for a in found.assumptions if a.field == "protocol.test_size"] == ["0.3"]
    assert not found.citations


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The dataset was standardized.", "standardize"),
        ("We applied StandardScaler().fit_transform() to it.", "standardize"),
        ("Features were z-score normalized.", "standardize"),
        ("Inputs have zero mean and unit variance.", "standardize"),
        ("Features were scaled to the range [0, 1].", "minmax"),
        ("We use min-max scaling.", "minmax"),
    ],
)
def test_scaling_is_found_and_where_its_constants_come_from_is_assumed(
    text: str, name: str
) -> None:
    found = read(text)
    assert [step.name for step in found.protocol.preprocessing] == [name]
    assert "protocol.preprocessing.fit_on" in [a.field for a in found.assumptions]


def test_repeats_and_strata_are_found() -> None:
    found = read("Results are averaged over ten random splits. We use stratified sampling.")
    assert found.protocol.repeats == 10
    assert found.protocol.is_stratified


def test_text_after_the_references_is_not_read() -> None:
    found = read("We classify.\nReferences\n[1] X. 10-fold cross-validation was used.")
    assert found.protocol.kind is ProtocolKind.HOLDOUT


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("We hold out 20% of the data for testing.", 0.2),
        ("For the final comparison 25% of the rows were set aside as a test set.", 0.25),
        ("We reserve 10% of the examples for testing.", 0.1),
        ("Thus 40% of the samples were held out for evaluation.", 0.4),
        ("We keep 80% of the rows for training.", 0.2),
    ],
)
def test_a_share_that_is_held_out_is_read_in_other_words(text: str, share: float) -> None:
    assert read(text).protocol.test_size == pytest.approx(share)


@pytest.mark.parametrize(
    "text",
    [
        "All results use leave-one-out cross validation on z-scored features.",
        "Inputs were rescaled to unit variance.",
        "Features have zero mean and unit variance.",
        "We standardize by z-scoring each attribute.",
    ],
)
def test_standardizing_is_read_in_other_words(text: str) -> None:
    assert [step.name for step in read(text).protocol.preprocessing] == ["standardize"]
