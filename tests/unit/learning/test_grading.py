"""Grading: closed items by key, blanks by value and spelling, free answers with a verdict or none."""

import random
import string
import time

import pytest
from tests.conftest import slowness

from evigate.base.errors import EvigateError
from evigate.learning.grading import Grade, grade
from evigate.learning.items.payloads import (
    ClozeItem,
    Flashcard,
    MatchingItem,
    McqItem,
    Option,
    OrderingItem,
    Pair,
    RubricLine,
    ShortAnswerItem,
    Step,
    StudyPlan,
    StudyStep,
    TrueFalseItem,
)

MCQ = McqItem(
    stem="What makes ATP?",
    options=tuple(
        Option(id=i, text=t)
        for i, t in zip("ABC", ("Mitochondrion", "Nucleus", "Wall"), strict=True)
    ),
    key="A",
)
FALSE = TrueFalseItem(stem="Plants eat.", key=False, correction="Plants make their food.")
ORDER = OrderingItem(
    stem="Order.",
    steps=tuple(Step(id=i, text=t) for i, t in zip("ABC", ("two", "one", "three"), strict=True)),
    key=("B", "A", "C"),
)
MATCH = MatchingItem(
    stem="Match.",
    pairs=tuple(
        Pair(id=i, left=left, right=f"{left}!") for i, left in zip("ABC", "xyz", strict=True)
    ),
)
SHORT = ShortAnswerItem(
    stem="Why do leaves look green?",
    key="Chlorophyll absorbs red and blue light and reflects green light.",
    rubric=(
        RubricLine(text="Chlorophyll absorbs red and blue light.", points=2),
        RubricLine(text="Green light is reflected.", points=1),
    ),
)


def cloze(key: str, *accepted: str) -> ClozeItem:
    return ClozeItem(stem="It is _____.", key=key, accepted=accepted)


def test_an_option_a_truth_and_a_card_are_graded_exactly() -> None:
    assert grade(MCQ, "A", []).is_correct is True
    wrong = grade(MCQ, "B", [])
    assert (wrong.score, wrong.is_correct, wrong.graded_by) == (0.0, False, "key")
    assert "Mitochondrion" in wrong.reason
    assert grade(FALSE, False, []).is_correct is True
    assert "Plants make their food." in grade(FALSE, True, []).reason
    card = Flashcard(front="ATP", back="energy")
    rated = [grade(card, {"rating": rating}, []) for rating in (1, 2, 3, 4)]
    assert [each.is_correct for each in rated] == [False, True, True, True]
    assert {each.graded_by for each in rated} == {"self"}


def test_order_and_pairs_give_credit_in_part() -> None:
    assert grade(ORDER, ["B", "A", "C"], []).score == 1.0
    # One neighbour swapped: two of the three pairs still stand in order.
    swapped = grade(ORDER, ["A", "B", "C"], [])
    assert (swapped.score, swapped.is_correct) == (pytest.approx(2 / 3), False)
    assert grade(ORDER, ["C", "A", "B"], []).score == 0.0
    assert grade(MATCH, {"A": "A", "B": "B", "C": "C"}, []).is_correct is True
    part = grade(MATCH, {"A": "A", "B": "C"}, [])
    assert part.score == pytest.approx(1 / 3)
    assert [line.earned for line in part.lines] == [1, 0, 0]


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        (MCQ, "D"),
        (MCQ, 1),
        (MCQ, ["A"]),
        (MCQ, {"A": 1}),
        (MCQ, None),
        (FALSE, "false"),
        (FALSE, 0),
        (ORDER, ["A", "B"]),
        (ORDER, ["A", "A", "B"]),
        (ORDER, "BAC"),
        (ORDER, [1, 2, 3]),
        (ORDER, [["A"], "B", "C"]),
        (MATCH, ["A"]),
        (MATCH, {"A": "Z"}),
        (MATCH, {"A": ["A"]}),
        (MATCH, {"A": None}),
        (SHORT, 5),
        (SHORT, "x" * 10_001),
        (cloze("x"), None),
        (Flashcard(front="a", back="b"), {"rating": 5}),
        (Flashcard(front="a", back="b"), {"rating": True}),
        (Flashcard(front="a", back="b"), {"rating": [1]}),
        (StudyPlan(steps=(StudyStep(title="a", minutes=1),)), "a"),
    ],
)
def test_an_answer_of_another_shape_is_refused(item: MCQ, answer: object) -> None:  # type: ignore[valid-type]
    with pytest.raises(EvigateError) as raised:
        grade(item, answer, [])
    assert raised.value.code.name == "E_ANSWER_INVALID"


@pytest.mark.parametrize(
    ("key", "answer", "is_right"),
    [
        ("Mitochondrion", "the mitochondrion", True),
        ("mitochondrion", "mitocondrion", True),
        ("mitochondrion", "Mitochondrions.", True),
        ("mitochondrion", "chloroplast", False),
        # Both are words, one letter apart.
        ("affect", "effect", False),
        ("meiosis", "mitosis", False),
        ("cat", "cot", False),
        ("résumé", "resume", True),
        ("sea floor", "seafloor", True),
        ("5 km", "5,000 metres", True),
        ("5 km", "five kilometers", True),
        ("5 km", "5 miles", False),
        ("5 km", "6 km", False),
        ("1,000", "1000", True),
        ("twelve", "12", True),
        ("-5", "5", False),
        ("1914", "1915", False),
        ("50 %", "fifty percent", True),
        ("C++", "C", False),
        ("4 July 1776", "July 4, 1776", True),
        ("12 years", "12 years of war", False),
        ("increase", "decrease", False),
        ("hypertonic", "hypotonic", False),
        ("abduction", "adduction", False),
        ("endothermic", "exothermic", False),
        ("hyperkalemia", "hypokalemia", False),
        ("sulfate", "sulfite", False),
        ("prokaryotic", "eukaryotic", False),
        ("not soluble", "soluble", False),
        ("λ", "λ", True),
        ("!", "?", False),
    ],
)
def test_a_blank_takes_the_same_word_or_value_and_no_other(
    key: str, answer: str, is_right: bool
) -> None:
    given = grade(cloze(key), answer, [])
    assert given.is_correct is is_right, given.reason


def test_a_slip_and_another_form_are_said() -> None:
    slip = grade(cloze("photosynthesis"), "photosinthesis", [])
    assert "spelling" in slip.reason and slip.confidence < 1
    assert "another form" in grade(cloze("cell"), "cells", []).reason
    assert grade(cloze("Na", "sodium"), "Sodium", []).is_correct is True


def test_a_free_answer_that_says_the_key_scores_above_one_that_does_not() -> None:
    full = grade(
        SHORT, "Chlorophyll absorbs the red and blue light but reflects the green light", []
    )
    part = grade(SHORT, "green light is reflected", [])
    off = grade(SHORT, "Because the sun is hot and plants need water", [])
    assert full.score > part.score > off.score
    assert full.is_correct is True and off.is_correct is not True
    assert [line.earned for line in part.lines] == [0, 1]
    assert part.lines[1].matched == "green light is reflected"


def test_an_answer_that_denies_the_key_earns_nothing_for_the_line() -> None:
    denied = grade(SHORT, "Chlorophyll does not absorb red and blue light", [])
    assert denied.is_correct is not True
    assert denied.lines[0].earned == 0
    assert "contrary" in denied.reason


@pytest.mark.parametrize("answer", ["I don't know", "no idea", "?", " "])
def test_no_answer_is_wrong(answer: str) -> None:
    assert grade(SHORT, answer, []).is_correct is False


def test_the_question_given_back_is_never_right() -> None:
    assert grade(SHORT, SHORT.stem, []).is_correct is not True


def test_opposites_the_other_way_round_are_never_right() -> None:
    key = "Water moves from low to high solute concentration."
    item = ShortAnswerItem(stem="What is osmosis?", key=key, rubric=(RubricLine(text=key),))
    assert grade(item, "water moves from low to high solute concentration", []).is_correct is True
    turned = grade(item, "Water moves from high to low solute concentration.", [])
    assert turned.is_correct is not True and turned.lines[0].earned == 0


def test_the_key_itself_is_right_and_earns_every_line() -> None:
    given = grade(SHORT, "chlorophyll absorbs red and blue light, and reflects green light", [])
    assert (given.score, given.is_correct) == (1.0, True)
    assert sum(line.earned for line in given.lines) == 3


def test_the_reason_names_what_was_not_found() -> None:
    given = grade(SHORT, "They reflect green", [])
    assert "absorbs" in given.reason and "blue" in given.reason


def test_the_longest_answer_of_noise_is_graded_quickly() -> None:
    noise = random.Random(3)
    text = " ".join("".join(noise.choices(string.ascii_lowercase, k=9)) for _ in range(999))
    passages = [
        " ".join("".join(noise.choices(string.ascii_lowercase, k=9)) for _ in range(200))
    ] * 5
    grade(SHORT, "warm", [])
    start = time.process_time()
    given: Grade = grade(SHORT, text, passages)
    assert given.is_correct is not True
    assert time.process_time() - start < 3 * slowness()  # .6 s with a core of its own
