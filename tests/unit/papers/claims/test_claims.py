"""Claims of a paper: what each says, where it stands, and whose it is."""

import json
from decimal import Decimal

import pytest
from tests.conftest import DEMO_PAPER
from tests.unit.evidence.minimal_pdf import Text, make_pdf

from evigate.evidence import ParsedDocument, find_quote, quote_is_on_page, read_pdf
from evigate.papers.claims import claims_jsonl, extract_claims
from evigate.papers.claims.lexicon import task_of
from evigate.papers.models import ClaimDraft


@pytest.fixture(scope="module")
def demo() -> ParsedDocument:
    return read_pdf(DEMO_PAPER.read_bytes())


@pytest.fixture(scope="module")
def demo_claims(demo: ParsedDocument) -> list[ClaimDraft]:
    return extract_claims(demo)


def row(y: float, *cells: tuple[float, str]) -> list[Text]:
    return [Text(x, y, words, 9) for x, words in cells]


def claims_of(
    *rows: list[Text], title: str = "A Study", abstract: str = "We look at things."
) -> list[ClaimDraft]:
    front = [
        Text(72, 60, title, 18),
        Text(72, 100, "Abstract", 10),
        Text(72, 116, abstract, 10),
        Text(72, 140, "1 Introduction", 10, is_bold=True),
        Text(72, 156, "Much has been said of it.", 10),
    ]
    return extract_claims(read_pdf(make_pdf([front, [t for texts in rows for t in texts]])))


def said(claims: list[ClaimDraft]) -> set[tuple[str | None, str, Decimal, str | None, bool]]:
    return {(c.dataset, c.metric, c.value, c.method, c.is_own_method) for c in claims}


DEMO_ACCURACY = {
    "GRU-SVM": "93.75",
    "Linear Regression": "96.09375",
    "MLP": "99.038449585420729",
    "L1-NN": "93.567252",
    "L2-NN": "94.736844",
    "Softmax Regression": "97.65625",
    "SVM": "96.09375",
}


@pytest.mark.parametrize(("method", "printed"), DEMO_ACCURACY.items())
def test_accuracies_of_the_demo_paper(
    demo_claims: list[ClaimDraft], method: str, printed: str
) -> None:
    claim = next(
        c for c in demo_claims if c.cell and c.cell.row == "Accuracy" and c.method == method
    )
    assert str(claim.value) == printed
    assert claim.units == "%"
    assert claim.metric == "accuracy"
    assert claim.dataset == "Wisconsin Diagnostic Breast Cancer"
    assert claim.page == 4
    assert claim.source_citation == "Table 2, p.4"
    assert claim.is_own_method
    assert claim.quote.startswith("Accuracy 93.75% 96.09375%")


def test_a_rate_printed_as_plain_zero_is_in_percent_like_its_row(
    demo_claims: list[ClaimDraft],
) -> None:
    claim = next(c for c in demo_claims if c.cell and c.cell.row == "FNR" and c.method == "GRU-SVM")
    assert (claim.value, claim.units) == (Decimal(0), "%")


def test_settings_and_counts_of_the_demo_paper_are_no_claims(
    demo_claims: list[ClaimDraft],
) -> None:
    rows = {claim.cell.row for claim in demo_claims if claim.cell}
    assert rows == {"Accuracy", "FPR", "FNR", "TPR", "TNR"}


def test_every_claim_stands_where_it_says(
    demo: ParsedDocument, demo_claims: list[ClaimDraft]
) -> None:
    assert len(demo_claims) >= 35
    for claim in demo_claims:
        page = demo.pages[claim.page - 1]
        assert quote_is_on_page(page, claim.quote)
        around = find_quote(page, claim.quote)
        assert around is not None
        assert around.y0 - 1 <= claim.box.y0 <= claim.box.y1 <= around.y1 + 1
        assert 0.0 < claim.confidence < 1.0


def test_the_abstract_claims_a_value_for_the_method_it_names(
    demo_claims: list[ClaimDraft],
) -> None:
    claim = next(c for c in demo_claims if c.source_citation == "Abstract, p.1")
    assert (claim.value, claim.units, claim.metric) == (Decimal("99.04"), "%", "accuracy")
    assert claim.method == "MLP"
    assert claim.split == "test"


def test_a_sentence_that_rounds_a_tables_number_adds_nothing(
    demo_claims: list[ClaimDraft],
) -> None:
    """Section 3 repeats 99.04, 96.09 and 94.74 of Table 2; 89.28 is printed nowhere else."""
    in_text = {(str(c.value), c.source_citation) for c in demo_claims if c.cell is None}
    assert in_text == {("99.04", "Abstract, p.1"), ("89.28", "Section 3, p.3")}


def test_claims_come_surest_first_and_the_same_each_time(
    demo: ParsedDocument, demo_claims: list[ClaimDraft]
) -> None:
    confidences = [claim.confidence for claim in demo_claims]
    assert confidences == sorted(confidences, reverse=True)
    assert len(set(confidences)) > 1
    assert extract_claims(demo) == demo_claims


def test_methods_in_rows_and_data_sets_in_columns() -> None:
    claims = claims_of(
        row(100, (72, "Table 2: Classification accuracy (in percent).")),
        row(116, (72, "Method"), (200, "Cora"), (260, "Pubmed"), (320, "Params")),
        row(128, (72, "Planetoid [29]"), (200, "75.7"), (260, "77.2"), (320, "1.1M")),
        row(140, (72, "GCN (ours)"), (200, "81.5 ± 0.5"), (260, "79.0"), (320, "0.9M")),
    )
    assert said(claims) == {
        ("Cora", "accuracy", Decimal("75.7"), "Planetoid", False),
        ("Pubmed", "accuracy", Decimal("77.2"), "Planetoid", False),
        ("Cora", "accuracy", Decimal("81.5"), "GCN (ours)", True),
        ("Pubmed", "accuracy", Decimal("79.0"), "GCN (ours)", True),
    }
    assert {claim.units for claim in claims} == {"%"}


def test_metrics_in_columns_and_the_data_set_in_the_caption() -> None:
    claims = claims_of(
        row(100, (72, "Table 1: Single models on the WikiText-103 test set.")),
        row(116, (72, "Model"), (200, "Test PPL"), (270, "Hardware")),
        row(128, (72, "LSTM-1024 (Grave et al., 2016)"), (215, "48.7"), (270, "1 GPU")),
        row(140, (72, "GCNN-14"), (215, "37.2"), (270, "4 GPUs")),
    )
    assert said(claims) == {
        ("WikiText-103", "perplexity", Decimal("48.7"), "LSTM-1024", False),
        ("WikiText-103", "perplexity", Decimal("37.2"), "GCNN-14", True),
    }
    assert {(claim.units, claim.split) for claim in claims} == {(None, "test")}


def test_data_sets_in_rows_and_methods_in_columns() -> None:
    claims = claims_of(
        row(100, (72, "Table 1: Error rates on time series.")),
        row(116, (72, "Dataset"), (180, "DTW"), (240, "FCN (ours)")),
        row(128, (72, "Adiac"), (180, "0.396"), (245, "0.143")),
        row(140, (72, "Unheard Of"), (180, "0.367"), (245, "0.250")),
    )
    assert said(claims) == {
        ("Adiac", "error rate", Decimal("0.396"), "DTW", False),
        ("Adiac", "error rate", Decimal("0.143"), "FCN (ours)", True),
        ("Unheard Of", "error rate", Decimal("0.367"), "DTW", False),
        ("Unheard Of", "error rate", Decimal("0.250"), "FCN (ours)", True),
    }
    assert {claim.units for claim in claims} == {None}, "fractions are not percentages"


def test_cells_of_two_values_take_the_metrics_of_their_label() -> None:
    claims = claims_of(
        row(100, (72, "Table 1: Results on SQuAD.")),
        row(116, (72, "Model"), (200, "EM / F1")),
        row(128, (72, "One (ours)"), (200, "73.6 / 82.7")),
        row(140, (72, "Two [4]"), (200, "N/A")),
    )
    assert said(claims) == {
        ("SQuAD1.1", "EM", Decimal("73.6"), "One (ours)", True),
        ("SQuAD1.1", "F1", Decimal("82.7"), "One (ours)", True),
    }


def test_short_names_are_those_of_the_paper_itself() -> None:
    claims = claims_of(
        row(100, (72, "Table 1: Statistics of the data sets.")),
        row(116, (72, "Dataset"), (200, "Classes")),
        row(128, (72, "Zebra Review Polarity"), (200, "2")),
        row(140, (72, "Zebra Review Full"), (200, "5")),
        row(180, (72, "Table 2: Test accuracy of all models.")),
        row(196, (72, "Model"), (200, "Zeb. P."), (260, "Zeb. F.")),
        row(208, (72, "Bag of words"), (200, "91.5"), (260, "58.0")),
        row(220, (72, "Our model"), (200, "95.7"), (260, "63.9")),
    )
    assert {claim.dataset for claim in claims} == {"Zebra Review Polarity", "Zebra Review Full"}
    assert {claim.cell.column for claim in claims if claim.cell} == {"Zeb. P.", "Zeb. F."}


def test_differences_and_statistics_are_no_claims() -> None:
    claims = claims_of(
        row(100, (72, "Table 1: Statistics of the data sets.")),
        row(116, (72, "Dataset"), (200, "Test"), (260, "Classes")),
        row(128, (72, "Cora"), (200, "1,000"), (260, "7")),
        row(160, (72, "Table 2: Ablation on Cora, accuracy.")),
        row(176, (72, "Model"), (200, "Accuracy"), (270, "Delta")),
        row(188, (72, "Full model"), (200, "81.5"), (270, "-")),
        row(200, (72, "- dropout"), (200, "79.1"), (270, "-2.4")),
    )
    assert {claim.value for claim in claims} == {Decimal("81.5"), Decimal("79.1")}


def test_a_coined_name_is_the_authors_own_in_every_table() -> None:
    claims = claims_of(
        row(100, (72, "Table 1: Accuracy on Cora.")),
        row(116, (72, "Model"), (200, "Accuracy")),
        row(128, (72, "BERT"), (200, "80.1")),
        row(140, (72, "ZigNet-large"), (200, "83.3")),
        title="ZigNet: Learning in Zigzags",
    )
    assert {(c.method, c.is_own_method) for c in claims} == {
        ("BERT", False),
        ("ZigNet-large", True),
    }


def test_rows_that_vary_one_another_are_methods_though_the_corner_says_data_sets() -> None:
    claims = claims_of(
        row(100, (72, "Table 1: Accuracy in long contexts.")),
        row(116, (72, "Datasets"), (200, "NeedleRow"), (290, "LongRow")),
        row(128, (72, "ChatElse-9B"), (205, "56.6"), (295, "46.4")),
        row(140, (72, "Zig2-7B"), (205, "87.1"), (295, "61.8")),
        row(152, (72, "+ YARN"), (205, "92.0"), (295, "62.4")),
        title="ZIG2 TECHNICAL REPORT",
        abstract="This report introduces the Zig2 series of models. Zig2 is good.",
    )
    assert {(c.method, c.is_own_method) for c in claims} == {
        ("ChatElse-9B", False),
        ("Zig2-7B", True),
        ("+ YARN", True),
    }


def test_a_data_set_of_the_papers_own_is_known_by_what_is_said_of_it() -> None:
    claims = claims_of(
        row(80, (72, "We develop ZagQuery, a benchmark of questions. It is hard.")),
        row(100, (72, "Table 1: Recall on ZagQuery.")),
        row(116, (72, "Model"), (200, "Recall")),
        row(128, (72, "Our model"), (200, "0.783")),
        row(140, (72, "Else [4]"), (200, "0.741")),
    )
    assert {c.dataset for c in claims} == {"ZagQuery"}


def test_quantities_in_units_and_values_of_significance_are_no_claims() -> None:
    claims = claims_of(
        row(100, (72, "Table 1: Accuracy and growth after five weeks.")),
        row(116, (72, "Group"), (180, "Accuracy"), (250, "Width (um)"), (330, "q-value")),
        row(128, (72, "One"), (185, "0.91"), (255, "0.41"), (335, "0.02")),
        row(140, (72, "Two"), (185, "0.93"), (255, "0.14"), (335, "0.04")),
    )
    assert {c.value for c in claims} == {Decimal("0.91"), Decimal("0.93")}


def test_a_row_that_is_a_value_of_a_symbol_says_which() -> None:
    claims = claims_of(
        row(100, (72, "Table 1: Recall of the crawler.")),
        row(116, (72, "a"), (200, "Recall")),
        row(128, (72, "0.5"), (200, "0.722")),
        row(140, (72, "1.0"), (200, "0.771")),
    )
    assert {c.method for c in claims} == {"a = 0.5", "a = 1.0"}


def test_sentences_with_a_number_beside_a_metric() -> None:
    claims = claims_of(
        row(100, (72, "Our model reaches an accuracy of 88.1% on SST-2 and a BLEU score of 28.4.")),
        row(112, (72, "It improves accuracy by 2.5% over the baseline of Smith (2017).")),
        row(124, (72, "We use a dropout of 0.5 and train for 30.5 hours.")),
    )
    assert {(c.metric, c.value, c.units) for c in claims} == {
        ("accuracy", Decimal("88.1"), "%"),
        ("BLEU", Decimal("28.4"), None),
    }
    accuracy = next(c for c in claims if c.metric == "accuracy")
    assert accuracy.dataset == "SST-2 Binary classification"
    assert accuracy.page == 2


def test_a_paper_without_numbers_has_no_claims() -> None:
    assert claims_of(row(100, (72, "Nothing is measured here."))) == []


def test_json_lines_print_the_digits_of_the_paper(demo_claims: list[ClaimDraft]) -> None:
    lines = list(claims_jsonl("1711.07831", demo_claims))
    assert len(lines) == len(demo_claims)
    line = next(text for text in lines if '"MLP"' in text and '"Accuracy"' in text)
    assert '"value": 99.038449585420729,' in line
    value = json.loads(line)
    assert list(value) == [
        "paper",
        "dataset",
        "metric",
        "value",
        "task",
        "split",
        "row",
        "column",
        "table",
        "page",
        "own_method",
        "quote",
        "bbox",
        "method",
        "units",
        "confidence",
        "source_citation",
    ]
    assert (value["paper"], value["table"], value["page"]) == ("1711.07831", "Table 2", 4)
    assert len(value["bbox"]) == 4


def test_the_task_is_what_a_data_set_is_mostly_used_for() -> None:
    assert task_of("SQuAD1.1") == "Question Answering"
    assert task_of("a data set nobody knows") is None
    assert task_of(None) is None
