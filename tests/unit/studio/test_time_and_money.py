"""When it is to be there and what it may cost, as people say it; habits and prices are neither."""

import pytest

from evigate.studio import fields
from evigate.studio.extraction import extract


def quotes(text: str, field: str) -> list[str]:
    return [each.quote for each in extract(text).claims if each.field_path == field]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("We want it early March.", "early March"),
        ("Live by mid-May, please.", "Live by mid-May"),
        ("It should be ready within a fortnight.", "within a fortnight"),
        ("I want it running by Thursday.", "running by Thursday"),
        ("I'd show it to the trustees on the 12th.", "show it to the trustees on the 12th"),
        ("It should be ready in time for the spring fair.", "in time for the spring fair"),
        ("We need it before the harvest.", "before the harvest"),
        ("I'd like to try it out next month.", "next month"),
        ("We move into the new hall in March.", "in March"),
        ("Completion: 30 June 2027.", "Completion: 30 June 2027"),
        ("Duration: six months.", "Duration: six months"),
        ("The regatta is on 4 July.", "regatta is on 4 July"),
        ("The next one is 9 May.", "next one is 9 May"),
        ("The contract with the old provider ends in July.", "ends in July"),
        ("Our bookkeeper retires in June.", "bookkeeper retires in June"),
        ("Launch at the turn of the year.", "Launch at the turn of the year"),
        ("Go-live is planned for the second quarter.", "planned for the second quarter"),
        ("Delivered within six weeks after contract award.", "six weeks"),
    ],
)
def test_a_day_it_must_be_there_is_found_as_it_is_said(text: str, when: str) -> None:
    (found,) = quotes(text, fields.TIMELINE)
    assert when in found


@pytest.mark.parametrize(
    "text",
    [
        "Cancel until Thursday, money back.",
        "We are open on Friday.",
        "Orders placed by Friday are delivered on Monday.",
        "Players confirm before the match.",
        "We have three weeks of holiday.",
        "Parents reply by Tuesday.",
        "Dishes must be ready in time for dinner.",
        "The report shows the last quarter.",
        "Last season was in May.",
        "We move boxes in March.",
    ],
)
def test_a_habit_dates_nothing(text: str) -> None:
    assert quotes(text, fields.TIMELINE) == []


def test_a_fortnight_is_counted() -> None:
    (found,) = [
        each.value
        for each in extract("It must be live within a fortnight.").claims
        if each.field_path == fields.TIMELINE
    ]
    assert found["within"] == {"count": "1", "unit": "fortnight"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I could spend perhaps eighty pounds a year on it.", "eighty pounds"),
        ("The whole may cost five hundred euros at most.", "five hundred euros"),
        ("Our budget is two thousand.", "two thousand"),
        ("We've got a grant of 3k.", "3k"),
        ("The dean hinted at 4,000 from the innovation fund.", "4,000"),
        ("We'd pay around 12,000 for a first version.", "12,000"),
        ("The available funds amount to 60,000.", "60,000"),
        ("I've got nothing to spend on hosting.", "nothing to spend"),
    ],
)
def test_what_it_may_cost_is_found_in_words_too(text: str, words: str) -> None:
    assert quotes(text, fields.BUDGET) == [words]


@pytest.mark.parametrize(
    "text",
    [
        "We have two thousand members.",
        "A hundred orders a day come in.",
        "Members pay ten euros.",
        "Users set a budget of 200 euros for food.",
        "Applicants may ask for a grant of 2,000 euros.",
        "The foundation awards 300 grants a year.",
        "The clerk loses two thousand euros a year.",
    ],
)
def test_money_of_others_is_no_budget(text: str) -> None:
    assert quotes(text, fields.BUDGET) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A trial in two barns, Q3.", "Q3"),
        ("The end of the holidays would be perfect.", "The end of the holidays"),
        ("Pressing starts in the first week of October.", "first week of October"),
        ("We need it before the first snow.", "before the first snow"),
        ("We meet again in June and want to show it.", "June"),
    ],
)
def test_a_time_is_found_where_it_stands_by_itself(text: str, words: str) -> None:
    [quote] = quotes(text, fields.TIMELINE)
    assert words in quote


@pytest.mark.parametrize("text", ["We sold 40 in Q3 of last year.", "The rota covers spring and summer."])  # fmt: skip
def test_a_time_that_is_told_of_is_no_deadline(text: str) -> None:
    assert quotes(text, fields.TIMELINE) == []
