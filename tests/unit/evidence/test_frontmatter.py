"""Title and authors of small papers: what stands where decides, not what it looks like."""

from tests.unit.evidence.minimal_pdf import Text, make_pdf

from evigate.evidence import ParsedDocument, read_pdf


def read(*texts: Text) -> ParsedDocument:
    return read_pdf(make_pdf([list(texts)]))


def test_a_title_of_one_short_word_is_the_largest_type() -> None:
    document = read(
        Text(72, 80, "Two", 17),
        Text(72, 110, "Ada Lovelace", 10),
        Text(72, 130, "Abstract", 10),
        Text(72, 145, "We compare classifiers of flowers by what they get wrong.", 10),
    )
    assert document.title == "Two"
    assert document.authors == ("Ada Lovelace",)


def test_a_large_initial_of_a_paragraph_is_no_title() -> None:
    document = read(
        Text(72, 80, "Notes on Flowers", 14),
        Text(72, 120, "It", 30),
        Text(100, 120, "was said of flowers that they differ.", 10),
    )
    assert document.title == "Notes on Flowers"


def test_methods_in_a_table_are_no_authors() -> None:
    document = read(
        Text(72, 80, "Two Simple Classifiers", 17),
        Text(72, 110, "1 Results", 10),
        Text(72, 130, "Table 1: Accuracy.", 10),
        Text(72, 145, "Naive Bayes", 10),
        Text(200, 145, "95.3", 10),
        Text(72, 160, "Random Forest, Extra Trees", 10),
    )
    assert document.authors == ()


def test_running_text_without_a_heading_ends_the_authors() -> None:
    document = read(
        Text(72, 80, "Two Simple Classifiers", 17),
        Text(72, 110, "Ada Lovelace and Charles Babbage", 10),
        Text(72, 122, "University of London", 10),
        Text(72, 150, "We compare some classifiers of flowers and of wines, namely", 10),
        Text(72, 162, "Naive Bayes, Nearest Neighbor", 10),
    )
    assert document.authors == ("Ada Lovelace", "Charles Babbage")


def test_numbered_affiliations_do_not_end_the_authors() -> None:
    document = read(
        Text(72, 80, "Two Simple Classifiers", 17),
        Text(72, 110, "Ada Lovelace", 10),
        Text(72, 122, "1 University of London", 10),
        Text(72, 140, "Charles Babbage", 10),
        Text(72, 152, "2 Institute of Engines", 10),
        Text(72, 180, "Keywords: flowers, Naive Bayes", 10),
    )
    assert document.authors == ("Ada Lovelace", "Charles Babbage")


def test_a_name_in_a_drawing_is_no_title_though_it_is_larger() -> None:
    document = read(
        Text(72, 80, "Zig: An Agent for Broad Search of Papers", 14),
        Text(72, 110, "Ada Lovelace", 10),
        Text(150, 300, "Paper Search", 20),
        Text(72, 340, "Abstract", 10),
        Text(72, 355, "We introduce Zig, which searches for papers and reads them.", 10),
    )
    assert document.title == "Zig: An Agent for Broad Search of Papers"
    assert document.authors == ("Ada Lovelace",)


def test_a_banner_of_a_journal_is_no_title() -> None:
    document = read(
        Text(72, 60, "Accepted Manuscript", 18),
        Text(72, 90, "The influence of gaps on fractures", 14),
        Text(72, 130, "Abstract", 10),
    )
    assert document.title == "The influence of gaps on fractures"


def test_a_page_of_one_size_has_its_first_line_for_a_title() -> None:
    rows = [Text(72, 80 + 12 * n, f"Gene{n} 0.4{n} 1.2E-0{n}", 10) for n in range(9)]
    assert read(Text(72, 66, "Genes and their values", 10), *rows).title == "Genes and their values"
