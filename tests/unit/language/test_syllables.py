"""Syllables, numbers as they are said, and the grade that follows; counted by hand."""

import pytest

from evigate.language.readability import flesch_kincaid
from evigate.language.syllables import said_number, syllable_count

COUNTED = {
    "cat": 1, "table": 2, "tables": 2, "computer": 3, "walked": 1, "wanted": 2, "people": 2,
    "machine": 2, "accuracy": 4, "network": 2, "data": 2, "number": 2, "picture": 2, "right": 1,
    "classifier": 4, "because": 2, "science": 2, "beautiful": 3, "GCN": 3, "W": 1, "UMW": 5,
    "somewhere": 2, "completely": 3, "ages": 2, "hopeful": 2, "it's": 1, "evaluation": 5,
}  # fmt: skip


@pytest.mark.parametrize("word", COUNTED)
def test_syllables_are_those_that_are_said(word: str) -> None:
    assert syllable_count(word) == COUNTED[word]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("0", "zero"),
        ("17", "seventeen"),
        ("81.5", "eighty one point five"),
        ("0.093", "zero point zero nine three"),
        ("1,797", "one thousand seven hundred ninety seven"),
        ("2000000", "two million"),
        ("120", "one hundred twenty"),
        ("9" * 13, " ".join(["nine"] * 13)),
    ],
)
def test_numbers_are_said_as_words(number: str, said: str) -> None:
    assert said_number(number) == said.split()


def test_the_grade_is_that_of_the_formula() -> None:
    # 6 words, 6 syllables, 1 sentence: .39 * 6 + 11.8 * 1 - 15.59 = -1.45.
    assert flesch_kincaid("The cat sat on the mat.").grade == -1.45
    # "It got eighty one point five." 6 words, 7 syllables: 2.34 + 13.7667 - 15.59 = 0.52.
    found = flesch_kincaid("It got 81.5.")
    assert (found.grade, found.word_count, found.sentence_count) == (0.52, 6, 1)
    assert flesch_kincaid("…").grade is None
