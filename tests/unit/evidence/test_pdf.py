"""Reading PDFs: what a page says and where, and every way a file can be unfit."""

import io
import time

import pytest
from PIL import Image
from tests.conftest import DEMO_PAPER, slowness
from tests.unit.evidence.minimal_pdf import Text, make_pdf

from evigate.base.errors import E_NOT_FOUND, Code, EvigateError
from evigate.evidence import find_quote, quote_is_on_page, read_pdf, render_page
from evigate.evidence.errors import (
    E_PDF_DAMAGED,
    E_PDF_ENCRYPTED,
    E_PDF_NO_TEXT,
    E_PDF_TOO_LONG,
    E_UNSUPPORTED_MEDIA_TYPE,
)

HELLO = [Text(72, 100, "Hello upright world of words", 12)]


def code_of(data: bytes) -> Code:
    with pytest.raises(EvigateError) as caught:
        read_pdf(data)
    return caught.value.code


def test_html_named_pdf_is_not_a_pdf() -> None:
    assert code_of(b"<!DOCTYPE html><html><body>not here</body></html>") is E_UNSUPPORTED_MEDIA_TYPE


def test_zero_bytes_are_not_a_pdf() -> None:
    assert code_of(b"") is E_UNSUPPORTED_MEDIA_TYPE


def test_a_download_cut_short_is_damaged() -> None:
    whole = DEMO_PAPER.read_bytes()
    assert code_of(whole[: len(whole) // 2]) is E_PDF_DAMAGED


def test_a_header_and_an_end_with_nothing_between_is_damaged() -> None:
    assert code_of(b"%PDF-1.7\nnothing\n%%EOF\n") is E_PDF_DAMAGED


def test_a_password_is_asked_for() -> None:
    assert code_of(make_pdf([HELLO], password="secret")) is E_PDF_ENCRYPTED


def test_pictures_of_pages_hold_no_text() -> None:
    assert code_of(make_pdf([[], []], picture=True)) is E_PDF_NO_TEXT


def test_a_scan_with_a_stamp_on_it_holds_no_text() -> None:
    pages = [[Text(72, 780, "Scanned by X")], [], []]
    assert code_of(make_pdf(pages, picture=True)) is E_PDF_NO_TEXT


def test_a_short_page_without_pictures_is_text() -> None:
    assert read_pdf(make_pdf([HELLO])).pages[0].text == "Hello upright world of words"


def test_more_pages_than_allowed_are_refused() -> None:
    with pytest.raises(EvigateError) as caught:
        read_pdf(make_pdf([HELLO, HELLO, HELLO]), max_pages=2)
    assert caught.value.code is E_PDF_TOO_LONG


def test_three_hundred_pages_are_read_in_time() -> None:
    # A full page of text is about 50 lines of 12 words.
    page = [Text(72, 60 + 13 * n, "word " * 12 + str(n)) for n in range(50)]
    start = time.process_time()
    document = read_pdf(make_pdf([page] * 300))
    assert len(document.pages) == 300
    assert len(document.pages[299].words) == 50 * 13
    assert time.process_time() - start < 30 * slowness()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_reads_as_it_is_shown(turn: int) -> None:
    document = read_pdf(make_pdf([HELLO], width=500, height=300, rotate=turn))
    page = document.pages[0]
    assert (page.width, page.height) == (500, 300)
    assert page.text == "Hello upright world of words"
    first = page.words[0].box
    # Set at x 72 on a baseline at y 100: the box stands on it, three quarters of the type above.
    assert first.x0 == pytest.approx(72, abs=1.5)
    assert first.y0 == pytest.approx(100 - 9, abs=0.5)
    assert first.y1 == pytest.approx(100 + 3, abs=0.5)


def test_a_page_set_sideways_is_turned_upright_in_text_and_picture() -> None:
    data = make_pdf([HELLO], width=500, height=300, sideways=True)
    page = read_pdf(data).pages[0]
    assert (page.width, page.height) == (500, 300)
    assert page.words[0].box.x0 == pytest.approx(72, abs=1.5)
    image = Image.open(io.BytesIO(render_page(data, 1, scale=1)))
    assert image.size == (500, 300)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_word_is_drawn_where_its_box_says(turn: int) -> None:
    data = make_pdf([HELLO], width=500, height=300, rotate=turn)
    box = read_pdf(data).pages[0].words[0].box
    image = Image.open(io.BytesIO(render_page(data, 1, scale=2))).convert("L")
    inside = image.crop((int(2 * box.x0), int(2 * box.y0), int(2 * box.x1), int(2 * box.y1)))
    assert inside.getextrema()[0] < 100, "the word's ink is in its box"
    beside = image.crop((0, int(2 * box.y0), int(2 * box.x0) - 4, int(2 * box.y1)))
    assert beside.getextrema()[0] > 200, "left of the first word there is only paper"


def test_rendering_a_page_that_is_not_there() -> None:
    with pytest.raises(EvigateError) as caught:
        render_page(make_pdf([HELLO]), 2)
    assert caught.value.code is E_NOT_FOUND


def test_bold_type_is_told_apart() -> None:
    texts = [Text(72, 100, "plain"), Text(72, 120, "strong", is_bold=True)]
    words = read_pdf(make_pdf([texts])).pages[0].words
    assert [(word.text, word.is_bold) for word in words] == [("plain", False), ("strong", True)]


def test_a_raised_footnote_mark_is_no_digit_of_a_number() -> None:
    # Helvetica figures are .556 em wide, its full stop .278: the mark begins where "93.5" ends.
    texts = [Text(72, 100, "93.5", 10), Text(91.5, 96, "1", 6)]
    assert read_pdf(make_pdf([texts])).pages[0].text == "93.5 1"


def test_front_matter_of_the_demo_paper() -> None:
    document = read_pdf(DEMO_PAPER.read_bytes())
    assert document.title == (
        "On Breast Cancer Detection: An Application of Machine Learning Algorithms "
        "on the Wisconsin Diagnostic Dataset"
    )
    assert document.authors == ("Abien Fred M. Agarap",)
    assert len(document.pages) == 5


def test_title_and_stamp_are_read_where_metadata_lies() -> None:
    texts = [
        Text(100, 90, "A Printed Title of Some Length", 18),
        Text(100, 120, "Ada Lovelace, Charles Babbage", 11),
        Text(100, 150, "Abstract", 11),
        Text(100, 170, "We study engines. arXiv:1234.56789v2 is cited here.", 10),
        Text(100, 700, "doi: 10.1000/engine.1843.", 8),
    ]
    document = read_pdf(make_pdf([texts], title="Microsoft Word - draft_final.doc"))
    assert document.title == "A Printed Title of Some Length"
    assert document.authors == ("Ada Lovelace", "Charles Babbage")
    assert document.doi == "10.1000/engine.1843"
    assert document.arxiv_id is None, "a citation is not the paper's own id"


def test_words_broken_at_line_ends_are_whole_in_the_text() -> None:
    text = read_pdf(DEMO_PAPER.read_bytes()).pages[3].text
    assert "The mid-level performance of GRU-SVM" in " ".join(text.split())


def test_quotes_are_found_with_the_place_of_their_words() -> None:
    page = read_pdf(DEMO_PAPER.read_bytes()).pages[3]
    quote = "GRU-SVM with a test accuracy of 93.75% is"
    box = find_quote(page, quote)
    assert box is not None
    assert 306 < box.x0 < box.x1 < 560, "the quote stands in the right column"
    assert quote_is_on_page(page, "perfor-\nmance") is False
    assert quote_is_on_page(page, "mid-level   performance\nof GRU-SVM") is True
    assert find_quote(page, "accuracy of 93.76%") is None
    assert find_quote(page, "  ") is None


def test_every_page_text_is_its_words_in_order() -> None:
    for page in read_pdf(DEMO_PAPER.read_bytes()).pages:
        assert "".join(page.text.split()) == "".join(word.text for word in page.words)


def test_reading_twice_gives_the_same() -> None:
    data = DEMO_PAPER.read_bytes()
    assert read_pdf(data) == read_pdf(data)


@pytest.mark.parametrize("turn", [{}, {"rotate": 90}, {"sideways": True}], ids=str)
def test_a_stroke_as_long_as_its_word_underlines_it(turn: dict[str, int]) -> None:
    page = [
        Text(72, 100, "Accuracy on both sets of words", 12),
        Text(72, 130, "92.5", 12, underline=23.4),
        Text(172, 130, "94.1", 12),
        Text(72, 160, "Method", 12, underline=300),  # a rule of the table, not of the word
    ]
    words = read_pdf(make_pdf([page], **turn)).pages[0].words  # type: ignore[arg-type]
    assert [word.text for word in words if word.is_underlined] == ["92.5"]
