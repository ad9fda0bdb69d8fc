"""Amounts, deadlines and singulars as people write them; expected values read off by hand."""

import pytest

from evigate.language.deadlines import deadlines
from evigate.language.money import amounts
from evigate.language.plurals import singular


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("EUR 35,000", "35000", "EUR"),
        ("35.000 EUR", "35000", "EUR"),
        ("€1.2m", "1200000", "EUR"),
        ("£8,000", "8000", "GBP"),
        ("5 grand", "5000", ""),
        ("1’200.50 CHF", "1200.50", "CHF"),
        ("3,000 dollars", "3000", "USD"),
    ],
)
def test_an_amount_is_read(text: str, amount: str, currency: str) -> None:
    (found,) = amounts(f"about {text} or so")
    assert found.text == text
    assert float(found.amount) == float(amount)
    assert found.currency == currency


def test_a_bare_number_is_money_only_when_money_was_asked_for() -> None:
    assert amounts("20k and 12 %") == ()
    assert [str(each.amount) for each in amounts("about 20k", is_asked=True)] == ["20000"]


@pytest.mark.parametrize(
    ("text", "shape", "date", "count", "unit"),
    [
        ("go-live: 1 September 2027", "aim", "2027-09-01", "", ""),
        ("live in three months", "aim", "", "3", "month"),
        ("by 31.12.2026", "by", "2026-12-31", "", ""),
        ("within 6 weeks", "within", "", "6", "week"),
        ("by the end of the year", "by", "", "", ""),
        ("before Easter", "by", "", "", ""),
        ("from January 2027", "on", "2027-01", "", ""),
    ],
)
def test_a_deadline_is_read(text: str, shape: str, date: str, count: str, unit: str) -> None:
    (found,) = deadlines(f"It is {text}, please.")
    assert (found.text, found.shape) == (text, shape)
    assert (found.date, found.count, found.unit) == (date, count, unit)


@pytest.mark.parametrize("text", ["they may book", "in the morning", "48 hours before the start"])
def test_what_is_no_deadline_is_left(text: str) -> None:
    assert deadlines(text) == ()


@pytest.mark.parametrize(
    ("plural", "one"),
    [("classes", "class"), ("categories", "category"), ("diagnoses", "diagnosis"), ("boxes", "box"),
     ("people", "person"), ("status", "status"), ("notes", "note"), ("bus", "bus")],
)  # fmt: skip
def test_a_plural_has_its_singular(plural: str, one: str) -> None:
    assert singular(plural) == one
