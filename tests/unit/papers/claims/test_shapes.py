"""Shapes that tables of results are printed in, set as PDF and read back."""

import io
from collections.abc import Sequence
from decimal import Decimal

import pypdfium2
import pytest
from tests.fixtures.papers import make_paper

from evigate.evidence import read_pdf
from evigate.papers.claims import extract_claims
from evigate.papers.claims.numbers import parse_cell, parse_number

TEXT = (
    "Abstract",
    "We compare linear discriminant analysis (LDA) and nearest neighbours on Iris and Wine.",
    "2 Results",
    "Numbers are means over ten runs.",
)
CAPTION = "Table 1: Accuracy (%) on Iris and Wine."
HEADER = ("Method", "Iris", "Wine")
LDA = {("LDA", "Iris", "98.0"), ("LDA", "Wine", "98.9")}
BOTH = LDA | {("1NN", "Iris", "96.0"), ("1NN", "Wine", "95.5")}
Rows = Sequence[Sequence[str]]


def read(caption: str | None, table: Rows) -> set[tuple[str | None, str | None, str]]:
    document = read_pdf(make_paper("Linear Rules for Two Data Sets", TEXT, caption, table))
    return {(c.method, c.dataset, str(c.value)) for c in extract_claims(document)}


@pytest.mark.parametrize(
    "rows",
    [
        [("LDA", "98.0", "98.9"), ("1NN", "96.0", "95.5")],
        [("LDA", "98,0", "98,9"), ("1NN", "96,0", "95,5")],
        [("LDA", "98,0 %", "98,9 %"), ("1NN", "96,0 %", "95,5 %")],
        [("LDA", "98.0 ± 0.3", "98.9±0.2"), ("1NN", "96.0 +/- 0.4", "95.5 ± 0.1")],
        [("LDA", "98,0 ± 0,3", "98,9 ± 0,2"), ("1NN", "96,0 ± 0,4", "95,5 ± 0,1")],
        [("LDA", "98.0 (0.3)", "98.9 (0.2)"), ("1NN", "96.0 (0.4)", "95.5 (0.1)")],
        [("LDA", "98.0*", "98.9†"), ("1NN", "96.0", "95.5 b")],
        [("LDA", "98.0¹", "98.9²"), ("1NN", "96.0", "95.5")],
    ],
    ids=[
        "plain",
        "comma",
        "comma-percent",
        "spread",
        "comma-spread",
        "brackets",
        "marks",
        "raised",
    ],
)
def test_numbers_are_read_however_they_are_set(rows: Rows) -> None:
    assert read(CAPTION, [HEADER, *rows]) == BOTH


def test_a_range_is_no_one_number_and_the_cells_beside_it_are_read() -> None:
    rows = [("LDA", "97.5–98.5", "98.9"), ("1NN", "95.0-96.8", "95.5")]
    assert read(CAPTION, [HEADER, *rows]) == {("LDA", "Wine", "98.9"), ("1NN", "Wine", "95.5")}


def test_header_levels_name_data_set_and_metric() -> None:
    table = [("", "Iris", "", "Wine", ""), ("Method", "Acc.", "F1", "Acc.", "F1")]
    rows = [("LDA", "98.0", "97.8", "98.9", "98.7"), ("1NN", "96.0", "95.9", "95.5", "95.2")]
    found = read("Table 1: Results on Iris and Wine.", [*table, *rows])
    assert found >= BOTH and ("1NN", "Wine", "95.2") in found


@pytest.mark.parametrize("mark", ["(continued)", "(cont.)", "(cont’d)"])
def test_a_table_that_goes_on_means_what_its_first_part_says(mark: str) -> None:
    first = make_paper("Linear Rules", TEXT, CAPTION, [HEADER, ("LDA", "98.0", "98.9")])
    rows = [HEADER, ("1NN", "96.0", "95.5"), ("QDA", "97.0", "98.2")]
    second = make_paper("", (), f"Table 1 {mark}", rows)
    found = {
        (c.method, c.dataset, c.metric, str(c.value))
        for c in extract_claims(read_pdf(joined(first, second)))
    }
    expected = {(m, d, "accuracy", v) for m, d, v in BOTH}
    assert found >= expected | {("QDA", "Wine", "accuracy", "98.2")}


def joined(*parts: bytes) -> bytes:
    """Return PDFs one after the other, as one."""
    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        whole.import_pages(pypdfium2.PdfDocument(part))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def test_a_table_without_a_caption_is_read_by_a_header_that_names_a_metric() -> None:
    header = ("Method", "Iris accuracy (%)", "Wine accuracy (%)")
    rows = [("LDA", "98.0", "98.9"), ("1NN", "96.0", "95.5"), ("QDA", "97.3", "99.4")]
    assert read(None, [header, *rows]) >= BOTH
    # A header without a metric, two rows alone, and rows of other lengths are no table.
    assert read(None, [HEADER, *rows]) == set()
    assert read(None, [header, *rows[:2]]) == set()
    assert read(None, [header, rows[0], ("then", "words", "9"), rows[1], rows[2]]) == set()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("98,0", "98.0"),
        ("1.024,5", "1024.5"),
        ("0,123", "0.123"),
        ("1,024", "1024"),
        ("12,345.6", "12345.6"),
        ("95.5 b", "95.5"),
        ("95.5%²", "95.5"),
    ],
)
def test_commas_part_decimals_or_thousands(text: str, value: str) -> None:
    found = parse_number(text)
    assert found is not None and found.value == Decimal(value)


@pytest.mark.parametrize("text", ["97.5–98.5", "10-12", "0.1 to 0.3", "5% – 7%"])
def test_a_range_is_a_cell_without_a_value(text: str) -> None:
    assert parse_cell(text) == [] and parse_number(text) is None


@pytest.mark.parametrize(
    ("caption", "claim"),
    [
        ("Figure 3: LDA reaches an accuracy of 91.2% on Iris.", ("LDA", "Iris", "91.2")),
        ("Fig. 4. Test accuracy of 97.1% with LDA on Wine.", ("LDA", "Wine", "97.1")),
        ("Figure 5: Accuracy of LDA over ten folds of Iris.", None),
    ],
)
def test_the_caption_of_a_figure_is_read_as_a_sentence(
    caption: str, claim: tuple[str, str, str] | None
) -> None:
    document = read_pdf(make_paper("Linear Rules for Two Data Sets", (*TEXT, caption), None, ()))
    claims = extract_claims(document)
    assert [(c.method, c.dataset, str(c.value)) for c in claims] == ([claim] if claim else [])
