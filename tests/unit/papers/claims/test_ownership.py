"""Whose method a row is: coined names, citations, groups and compared methods."""

import pytest

from evigate.papers.claims.ownership import (
    Comparison,
    OwnNames,
    own_flags,
    own_names,
    uncited_names,
)

NOTHING = Comparison("", "")


def flags(
    labels: list[str],
    names: OwnNames | None = None,
    groups: list[str | None] | None = None,
    comparison: Comparison = NOTHING,
    caption: str = "",
) -> list[bool]:
    known = names or OwnNames(frozenset())
    signs = own_flags(labels, groups or [None] * len(labels), known, comparison, caption)
    return [sign.is_own for sign in signs]


@pytest.mark.parametrize(
    ("title", "text", "label"),
    [
        ("ZigNet: Learning in Zigzags", "", "ZigNet-B (large)"),
        ("Zigzag Transformer: Seeing Corners", "it zags", "Zigzag-T"),
        ("Learning with Dense Corner Networks", "a Dense Corner Network (DCNet)", "DCNet (k = 12)"),
        ("Better Words", "We call them WoBe, and they are good.", "WoBe + baseline"),
        ("Better Words", "our proposed WoBe model", "WoBelarge"),
        ("ZIG2 TECHNICAL REPORT", "Zig2 is a model. We train Zig2.", "Zig2-72B"),
        ("Words", "This report introduces the Zig2 series of models.", "Zig2-7B-Instruct"),
    ],
)
def test_names_that_a_paper_coins(title: str, text: str, label: str) -> None:
    assert own_names(title, text, text).match(label)


@pytest.mark.parametrize(
    ("title", "text", "label"),
    [
        ("Better Words", "We propose LSTM cells for words.", "LSTM"),
        ("Better Words", "We present BERT (Devlin et al., 2019) in a new light.", "BERT"),
        ("Corner Networks for ImageNet", "We use ImageNet.", "ImageNet"),
        ("Better Words", "a recurrent neural network (RNN)", "RNN"),
    ],
)
def test_names_that_belong_to_others(title: str, text: str, label: str) -> None:
    assert not own_names(title, text, text).match(label)


def test_a_citation_outweighs_a_coined_name() -> None:
    names = OwnNames(frozenset({"zignet"}))
    assert flags(["ZigNet [3]", "ZigNet", "Other"], names) == [False, True, False]


def test_the_uncited_rows_of_a_table_that_cites_are_own() -> None:
    labels = ["CNN-rand", "RAE (Socher et al., 2011)", "DCNN [12]", "CNN-static"]
    assert flags(labels) == [True, False, False, True]


def test_a_table_in_which_nothing_is_cited_is_all_own() -> None:
    assert flags(["GRU-SVM", "Linear Regression", "MLP"]) == [True, True, True]


def test_groups_speak_for_their_rows() -> None:
    groups: list[str | None] = ["Published methods", "Published methods", "Our methods"]
    assert flags(["One", "Two", "Three"], groups=groups) == [False, False, True]


def test_an_ablation_row_belongs_to_the_model_above_it() -> None:
    labels = ["Our model", "- attention", "w/o dropout", "Baseline"]
    assert flags(labels) == [True, True, True, False]


def test_ablations_above_the_method_they_vary_are_own_too() -> None:
    names = OwnNames(frozenset({"zignet"}))
    assert flags(["Other", "w/o expansion", "ZigNet"], names) == [False, True, True]


def test_compared_methods_are_those_their_section_introduces() -> None:
    comparison = Comparison("bag-of-words. word2vec embeddings. lstm.", "characters are quantised.")
    names = OwnNames(frozenset(), frozenset({"character", "convolutional"}))
    labels = ["BoW", "Lg. w2v Conv.", "Lg. Conv.", "LSTM"]
    caption = "Table 4: Errors. \u201cw2v\u201d is an abbreviation for \u201cword2vec\u201d."
    assert flags(labels, names, comparison=comparison, caption=caption) == [
        False,
        False,
        True,
        False,
    ]


def test_names_without_citation_among_cited_ones_are_own_in_other_tables() -> None:
    labels = ["BoW (Zhang et al., 2015)", "VDCNN (Conneau et al., 2016)", "fastText, h = 10"]
    names = OwnNames(uncited_names(labels, OwnNames(frozenset())))
    assert flags(["SVM+TF", "CNN", "fastText"], names) == [False, False, True]


def test_common_kinds_of_models_are_nobodys_name() -> None:
    labels = ["CNN-rand", "RAE (Socher et al., 2011)", "DCNN [12]"]
    assert uncited_names(labels, OwnNames(frozenset())) == frozenset()


def test_a_caption_that_cites_a_label_marks_its_row() -> None:
    caption = "Table 2: Results. RAE: recursive autoencoders (Socher et al., 2011). Best in bold."
    assert flags(["ZNB-uni", "RAE"], caption=caption) == [True, False]


COMPARISON_PAPER = OwnNames(frozenset(), is_comparison=True)


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("A Comparison of Four Classifiers", "We compare four classifiers on Iris.", True),
        ("SVM, LDA and AdaBoost on Small Data", "AdaBoost was run for 50 rounds.", True),
        ("Better Trees", "We propose a split rule.", False),
        ("Better Trees", "Our new method beats the others.", False),
        ("A Novel Kernel", "It is compared with others.", False),
    ],
)
def test_a_paper_that_proposes_nothing_compares(title: str, text: str, expected: bool) -> None:
    assert own_names(title, text, text).is_comparison is expected


def test_textbook_methods_in_a_title_are_not_coined() -> None:
    names = own_names("Comparing AdaBoost and QDA on Wine", "", "We present QDA and AdaBoost.")
    assert flags(["Naive Bayes", "QDA", "AdaBoost"], names) == [True, True, True]


def test_a_random_forest_is_no_random_guess() -> None:
    assert flags(["ZigNet (ours)", "Random Forest", "Random"]) == [True, False, False]
    assert flags(["k-NN", "Random Forest", "Majority voting"]) == [True, True, True]
    assert flags(["k-NN", "Random Forest", "Random"]) == [True, True, False]


def test_all_that_a_comparison_ran_is_own_its_baselines_too() -> None:
    labels = ["Baseline (majority class)", "LDA", "Random Forest"]
    assert flags(labels, COMPARISON_PAPER) == [True, True, True]


def test_numbers_that_a_comparison_takes_from_print_are_not_own() -> None:
    labels = ["LDA", "Best published", "Polat et al. (2007)"]
    assert flags(labels, COMPARISON_PAPER) == [True, False, False]


def test_a_comparison_may_cite_who_made_each_method() -> None:
    assert flags(["C4.5 [3]", "SVM [7]", "k-NN [1]"], COMPARISON_PAPER) == [True, True, True]
    assert flags(["Polat [3]", "Ster [7]"], COMPARISON_PAPER) == [False, False]


@pytest.mark.parametrize(
    ("label", "group", "is_own", "sign"),
    [
        ("Ours (big)", None, True, "it says 'Ours'"),
        ("ZigNet", None, True, "the paper coins the name"),
        ("SVM [3]", None, False, "it carries a citation"),
        ("Majority baseline", None, False, "it says 'Majority'"),
        ("RNN", "Prior work", False, "it stands under 'Prior work'"),
        ("RNN", "This work", True, "it stands under 'This work'"),
        ("RNN", None, False, "other rows of the table are marked as own"),
        ("RAE", None, False, "the caption explains it by a citation"),
    ],
)
def test_each_row_says_by_which_sign_it_was_judged(
    label: str, group: str | None, is_own: bool, sign: str
) -> None:
    names = OwnNames(frozenset({"zignet"}))
    caption = "Results. RAE: recursive autoencoders (Socher et al., 2011)."
    labels, groups = [label, "ZigNet"], [group, None]
    found = own_flags(labels, groups, names, NOTHING, caption)[0]
    assert (found.is_own, found.reason) == (is_own, sign)


def test_lines_of_dashes_are_read_in_time() -> None:
    text = "Contents " + "- " * 400 + "-" * 4000 + " 7"
    assert own_names("Better Words", text, text).names == frozenset()
