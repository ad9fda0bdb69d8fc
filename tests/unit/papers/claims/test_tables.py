"""Tables out of words: layouts of many styles, set by hand in real PDFs."""

from tests.conftest import DEMO_PAPER
from tests.unit.evidence.minimal_pdf import Text, make_pdf

from evigate.evidence import read_pdf
from evigate.papers.claims import Table, find_tables


def row(y: float, *cells: tuple[float, str], size: float = 9.0) -> list[Text]:
    return [Text(x, y, words, size) for x, words in cells]


def tables_in(*rows: list[Text], sideways: bool = False) -> list[Table]:
    texts = [text for texts in rows for text in texts]
    return find_tables(read_pdf(make_pdf([texts], sideways=sideways)))


def grid(table: Table) -> dict[tuple[str, str], str]:
    return {
        (table.rows[cell.row].text, table.columns[cell.column].text): cell.text
        for cell in table.cells
    }


CAPTION = row(100, (72, "Table 1: Test accuracy of all models on two data sets."))
HEADER = row(120, (72, "Model"), (200, "Cora"), (260, "Pubmed"))


def test_rows_and_columns_without_any_rulings() -> None:
    tables = tables_in(
        CAPTION,
        HEADER,
        row(134, (72, "Plain SVM [3]"), (202, "59.5"), (265, "70.7")),
        row(148, (72, "Graph net (ours)"), (202, "81.5"), (265, "-")),
    )
    assert len(tables) == 1
    assert tables[0].label == "Table 1"
    assert tables[0].caption.startswith("Table 1: Test accuracy")
    assert tables[0].corner == "Model"
    assert grid(tables[0]) == {
        ("Plain SVM [3]", "Cora"): "59.5",
        ("Plain SVM [3]", "Pubmed"): "70.7",
        ("Graph net (ours)", "Cora"): "81.5",
        ("Graph net (ours)", "Pubmed"): "-",
    }


def test_a_caption_below_its_table() -> None:
    tables = tables_in(
        HEADER,
        row(134, (72, "SVM"), (202, "59.5"), (265, "70.7")),
        row(148, (72, "GCN"), (202, "81.5"), (265, "79.0")),
        row(170, (72, "Table 4. Test accuracy of all models on two data sets.")),
    )
    assert [table.label for table in tables] == ["Table 4"]
    assert grid(tables[0])["GCN", "Pubmed"] == "79.0"


def test_bodies_go_to_the_captions_on_the_side_the_paper_uses() -> None:
    # The last table has rows on one side only, which shows that captions stand above.
    tables = tables_in(
        row(100, (72, "Table 1: First results.")),
        row(120, (72, "Model"), (200, "Cora"), (260, "Pubmed")),
        row(132, (72, "SVM"), (202, "59.5"), (265, "70.7")),
        row(150, (72, "Table 2: Second results.")),
        row(170, (72, "Model"), (200, "MR"), (260, "SST")),
        row(182, (72, "SVM"), (202, "77.1"), (265, "80.2")),
    )
    assert grid(tables[0]) == {("SVM", "Cora"): "59.5", ("SVM", "Pubmed"): "70.7"}
    assert grid(tables[1]) == {("SVM", "MR"): "77.1", ("SVM", "SST"): "80.2"}


def test_a_sentence_that_begins_with_a_table_number_is_no_caption() -> None:
    tables = tables_in(
        row(100, (72, "Table 1 shows that the model is better than others in all cases")),
        row(112, (72, "and 93.5 95.2 97.1 are its values.")),
    )
    assert tables == []


def test_header_levels_are_joined_over_their_groups() -> None:
    tables = tables_in(
        row(100, (72, "Table 1: Results.")),
        row(120, (225, "SQuAD"), (355, "TriviaQA")),
        row(132, (72, "Model"), (205, "EM"), (265, "F1"), (340, "EM"), (400, "F1")),
        row(144, (72, "One"), (202, "62.5"), (262, "71.0"), (337, "40.4"), (397, "51.1")),
        row(156, (72, "Two"), (202, "64.7"), (262, "73.7"), (337, "43.2"), (397, "46.9")),
    )
    assert [column.parts for column in tables[0].columns] == [
        ("SQuAD", "EM"),
        ("SQuAD", "F1"),
        ("TriviaQA", "EM"),
        ("TriviaQA", "F1"),
    ]


def test_labels_that_wrap_and_lines_that_group() -> None:
    tables = tables_in(
        CAPTION,
        HEADER,
        row(134, (72, "Without graphs")),
        row(146, (72, "A model with a long name (Author,")),
        row(157, (72, "2014)"), (202, "59.5"), (265, "70.7")),
        row(171, (72, "With graphs")),
        row(183, (72, "Short"), (202, "81.5"), (265, "79.0")),
        row(195, (72, "Shorter"), (202, "80.5"), (265, "77.0")),
    )
    rows = [(heading.group, heading.text) for heading in tables[0].rows]
    assert rows[1:] == [("With graphs", "Short"), ("With graphs", "Shorter")]
    assert rows[0][1].endswith("A model with a long name (Author, 2014)")


def test_a_label_set_in_the_middle_of_its_rows_spans_them() -> None:
    tables = tables_in(
        row(100, (72, "Table 1: Accuracy.")),
        row(120, (72, "Depth"), (130, "Skip"), (200, "Cora")),
        row(134, (130, "no"), (202, "59.5")),
        row(140, (72, "fifty")),
        row(146, (130, "yes"), (202, "60.5")),
        row(158, (130, "no"), (202, "61.5")),
        row(164, (72, "hundred")),
        row(170, (130, "yes"), (202, "62.5")),
    )
    assert [heading.parts for heading in tables[0].rows] == [
        ("fifty", "no"),
        ("fifty", "yes"),
        ("hundred", "no"),
        ("hundred", "yes"),
    ]


def test_two_tables_side_by_side_in_two_columns_keep_apart() -> None:
    left = [
        row(100, (72, "Table 1: Left results.")),
        row(116, (72, "Model"), (160, "Cora")),
        row(128, (72, "SVM"), (162, "59.5")),
        row(140, (72, "GCN"), (162, "81.5")),
    ]
    right = [
        row(100, (320, "Table 2: Right results.")),
        row(116, (320, "Model"), (420, "MR")),
        row(128, (320, "SVM"), (422, "77.1")),
        row(140, (320, "CNN"), (422, "81.0")),
    ]
    tables = tables_in(*left, *right)
    assert [table.label for table in tables] == ["Table 1", "Table 2"]
    assert grid(tables[0]) == {("SVM", "Cora"): "59.5", ("GCN", "Cora"): "81.5"}
    assert grid(tables[1]) == {("SVM", "MR"): "77.1", ("CNN", "MR"): "81.0"}


def test_two_halves_of_one_table_have_labels_of_their_own() -> None:
    tables = tables_in(
        row(100, (72, "Table 2: Test error rates (%).")),
        row(116, (72, "Model"), (160, "Test"), (220, "Model"), (310, "Test")),
        row(128, (72, "CoVe"), (162, "8.2"), (220, "TBCNN"), (312, "4.0")),
        row(140, (72, "Ours"), (162, "4.6"), (220, "Ours"), (312, "3.6")),
    )
    cells = [(tables[0].rows[cell.row].text, cell.text) for cell in tables[0].cells]
    assert cells == [("CoVe", "8.2"), ("TBCNN", "4.0"), ("Ours", "4.6"), ("Ours", "3.6")]


def test_parts_with_captions_of_their_own() -> None:
    tables = tables_in(
        row(116, (72, "Model"), (160, "AP")),
        row(128, (72, "SVM"), (160, "38.9")),
        row(140, (72, "CNN"), (160, "41.1")),
        row(156, (72, "(a) short schedule")),
        row(116, (300, "Model"), (390, "AP")),
        row(128, (300, "SVM"), (390, "40.6")),
        row(140, (300, "CNN"), (390, "42.2")),
        row(156, (300, "(b) long schedule")),
        row(172, (72, "Table 5. Detection on COCO with two schedules of training.")),
    )
    found = {
        (table.subcaptions[cell.column], table.rows[cell.row].text): cell.text
        for table in tables
        for cell in table.cells
    }
    assert found == {
        ("(a) short schedule", "SVM"): "38.9",
        ("(a) short schedule", "CNN"): "41.1",
        ("(b) long schedule", "SVM"): "40.6",
        ("(b) long schedule", "CNN"): "42.2",
    }


def test_a_setting_set_once_in_the_middle_is_shared_by_all() -> None:
    tables = tables_in(
        row(100, (72, "Table 7: Hyper-parameters of all models.")),
        row(116, (72, "Parameter"), (170, "Small"), (300, "Large")),
        row(128, (72, "Dropout"), (175, "0.1"), (305, "0.2")),
        row(140, (72, "Epochs"), (240, "300")),
    )
    assert grid(tables[0])["Epochs", "Small"] == "300"
    assert grid(tables[0])["Epochs", "Large"] == "300"
    assert grid(tables[0])["Dropout", "Large"] == "0.2"


def test_a_table_set_sideways() -> None:
    rows = [
        CAPTION,
        HEADER,
        row(134, (72, "SVM"), (202, "59.5"), (265, "70.7")),
        row(148, (72, "GCN"), (202, "81.5"), (265, "79.0")),
    ]
    assert grid(tables_in(*rows, sideways=True)[0]) == grid(tables_in(*rows)[0])


def test_a_roman_caption_over_its_title() -> None:
    tables = tables_in(
        row(100, (150, "TABLE II")),
        row(111, (90, "ACCURACY OF ALL MODELS")),
        HEADER,
        row(134, (72, "SVM"), (202, "59.5"), (265, "70.7")),
        row(148, (72, "GCN"), (202, "81.5"), (265, "79.0")),
    )
    assert tables[0].label == "Table II"
    assert tables[0].caption == "TABLE II ACCURACY OF ALL MODELS"


def test_paragraphs_beside_a_table_are_not_rows() -> None:
    prose = "this is running text of the paper that tells of 12 things and 30 others in a line"
    tables = tables_in(
        row(60, (72, prose)),
        row(72, (72, prose)),
        CAPTION,
        HEADER,
        row(134, (72, "SVM"), (202, "59.5"), (265, "70.7")),
        row(148, (72, "GCN"), (202, "81.5"), (265, "79.0")),
        row(172, (72, prose)),
        row(184, (72, prose)),
    )
    assert [heading.text for heading in tables[0].rows] == ["SVM", "GCN"]


def test_cells_have_boxes_around_their_words() -> None:
    table = tables_in(
        CAPTION,
        HEADER,
        row(134, (72, "SVM"), (202, "59.5"), (265, "70.7")),
        row(148, (72, "GCN"), (202, "81.5"), (265, "79.0")),
    )[0]
    cell = table.cell(1, 0)
    assert cell is not None
    assert cell.text == "81.5"
    assert 201 < cell.box.x0 < cell.box.x1 < 222
    assert cell.box.y0 < 148 < cell.box.y1
    assert table.cell(1, 5) is None


def test_hyper_parameters_of_the_demo_paper() -> None:
    table = find_tables(read_pdf(DEMO_PAPER.read_bytes()))[0]
    assert table.label == "Table 1"
    assert [column.text for column in table.columns] == [
        "GRU-SVM",
        "Linear Regression",
        "MLP",
        "Nearest Neighbor",
        "Softmax Regression",
        "SVM",
    ]
    assert [heading.text for heading in table.rows] == [
        "Batch Size",
        "Cell Size",
        "Dropout Rate",
        "Epochs",
        "Learning Rate",
        "Norm",
        "SVM C",
    ]
    cells = grid(table)
    assert cells["Learning Rate", "MLP"] == "1e-2"
    assert cells["Norm", "Nearest Neighbor"] == "L1, L2"
    assert cells["SVM C", "SVM"] == "5"


def test_a_paper_without_numbers_has_no_tables() -> None:
    assert tables_in(row(100, (72, "Only words stand here.")), row(112, (72, "And more."))) == []


def test_a_header_label_half_a_line_lower_spans_the_header() -> None:
    tables = tables_in(
        row(100, (72, "Table 1: Accuracy with few labels.")),
        row(120, (205, "Fine-tuned on")),
        row(125, (72, "Model"), (290, "Linear"), (345, "Full")),
        row(130, (190, "1%"), (225, "10%"), (257, "100%")),
        row(
            146,
            (72, "One"),
            (188, "57.9"),
            (224, "68.4"),
            (258, "76.3"),
            (294, "71.7"),
            (346, "76.6"),
        ),
        row(
            158,
            (72, "Two"),
            (188, "64.5"),
            (224, "72.1"),
            (258, "78.7"),
            (294, "74.6"),
            (346, "78.5"),
        ),
    )
    assert [column.parts for column in tables[0].columns] == [
        ("Fine-tuned on", "1%"),
        ("Fine-tuned on", "10%"),
        ("Fine-tuned on", "100%"),
        ("Linear",),
        ("Full",),
    ]
    assert [heading.text for heading in tables[0].rows] == ["One", "Two"]


def test_header_words_set_close_stand_over_their_own_columns() -> None:
    # In 9-point Helvetica the header words are a third of an em apart, each over its column.
    tables = tables_in(
        row(100, (72, "Table 6: Accuracy of three backbones.")),
        row(116, (72, "Backbone"), (200, "top-1"), (226.5, "top-5"), (253, "APbox")),
        row(128, (72, "Swin"), (201, "81.4"), (228, "95.6"), (256, "50.2")),
        row(140, (72, "ViT"), (201, "79.0"), (228, "94.2"), (256, "48.0")),
    )
    assert [column.text for column in tables[0].columns] == ["top-1", "top-5", "APbox"]


def test_a_row_of_counts_below_the_header_belongs_to_it() -> None:
    tables = tables_in(
        row(100, (72, "Table 1: Results on GLUE.")),
        row(116, (72, "System"), (200, "CoLA"), (260, "SST-2")),
        row(128, (200, "8.5k"), (260, "67k")),
        row(140, (72, "One"), (200, "60.5"), (260, "94.9")),
        row(152, (72, "Two"), (200, "65.3"), (260, "95.2")),
    )
    assert [heading.text for heading in tables[0].rows] == ["One", "Two"]


def test_part_captions_of_several_lines_are_not_rows() -> None:
    tables = tables_in(
        row(100, (72, "model"), (150, "top-1"), (190, "top-5")),
        row(111, (72, "baseline"), (152, "71.8"), (192, "89.7")),
        row(122, (72, "Gaussian"), (152, "72.5"), (192, "90.2")),
        row(136, (72, "(a) Instantiations: a block of")),
        row(146, (72, "different types is added to it.")),
        row(100, (300, "model"), (380, "top-1"), (420, "top-5")),
        row(111, (300, "baseline"), (382, "73.1"), (422, "91.0")),
        row(122, (300, "5-block"), (382, "75.1"), (422, "91.7")),
        row(136, (300, "(b) Deeper models: we compare")),
        row(146, (300, "few and many blocks added.")),
        row(166, (72, "Table 2. Ablations on Kinetics. We show classification accuracy (%).")),
    )
    found = {
        (table.subcaptions[cell.column], table.rows[cell.row].text): cell.text
        for table in tables
        for cell in table.cells
        if cell.column % 2 == 0
    }
    first = "(a) Instantiations: a block of different types is added to it."
    second = "(b) Deeper models: we compare few and many blocks added."
    assert found == {
        (first, "baseline"): "71.8",
        (first, "Gaussian"): "72.5",
        (second, "baseline"): "73.1",
        (second, "5-block"): "75.1",
    }
