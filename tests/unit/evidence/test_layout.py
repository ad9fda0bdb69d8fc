"""Characters to words and text, on layouts made by hand."""

from evigate.evidence.parsing.layout import Char, compose_page, pieces_of, vocabulary


def line(text: str, x: float = 0.0, baseline: float = 100.0, size: float = 10.0) -> list[Char]:
    """Set a line in a font whose every character is half an em wide."""
    step = size / 2
    chars = []
    for index, char in enumerate(text):
        at = x + step * index
        chars.append(Char(char) if char == " " else Char(char, at, at + step, baseline, size))
    return chars


def text_of(chars: list[Char]) -> str:
    pieces = pieces_of(chars)
    return compose_page(1, 600, 800, pieces, vocabulary([pieces])).text


def test_spaces_and_line_ends_part_words() -> None:
    chars = [*line("two words"), Char("\n"), *line("next", baseline=112)]
    assert text_of(chars) == "two words\nnext"


def test_a_wide_gap_parts_words_that_no_space_parts() -> None:
    # 12 points between "a" and "b" in 10-point type, more than half an em.
    assert text_of([*line("a"), *line("b", x=17)]) == "a b"


def test_a_hyphen_at_a_line_end_goes_when_the_word_stands_whole_elsewhere() -> None:
    chars = [
        *line("performance"),
        Char("\n"),
        *line("perfor", baseline=112),
        Char("\ufffe"),
        *line("mance", baseline=124),
    ]
    assert text_of(chars) == "performance\nperformance"


def test_a_hyphen_at_a_line_end_stays_when_the_compound_stands_elsewhere() -> None:
    chars = [
        *line("self-attention"),
        Char("\n"),
        *line("self", baseline=112),
        Char("\ufffe"),
        *line("attention", baseline=124),
    ]
    assert text_of(chars) == "self-attention\nself-attention"


def test_a_broken_compound_of_names_keeps_its_hyphen() -> None:
    chars = [*line("Mask"), Char("\ufffe"), *line("RCNN", baseline=112)]
    assert text_of(chars) == "Mask-RCNN"


def test_the_words_of_a_page_are_its_text_without_white_space() -> None:
    chars = [*line("one perfor"), Char("\ufffe"), *line("mance two", baseline=112)]
    pieces = pieces_of(chars)
    page = compose_page(1, 600, 800, pieces, set())
    assert page.text == "one performance\ntwo"
    assert [word.text for word in page.words] == ["one", "perfor", "mance", "two"]


def test_small_raised_type_after_a_digit_is_a_word_of_its_own() -> None:
    raised = Char("2", 20, 23, 96.0, 6.0)
    assert text_of([*line("93.5"), raised]) == "93.5 2"


def test_lowered_type_after_a_letter_stays_with_its_word() -> None:
    lowered = Char("1", 5, 8, 102.0, 6.0)
    assert text_of([*line("F"), lowered]) == "F1"


def test_an_accent_of_its_own_is_set_on_its_letter() -> None:
    # TeX sets "Bj", a space, the accent, and the letter under it.
    accent = Char("\u00a8", 10.5, 14, 100.0, 10.0)
    chars = [*line("Bj"), Char(" "), accent, *line("ork", x=10)]
    assert text_of(chars) == "Bj\u00f6rk"
