"""Printed numbers: value digit for digit, unit, and what is not part of the value."""

from decimal import Decimal

import pytest

from evigate.papers.claims.numbers import parse_cell, parse_number, parts_of_cell


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("99.038449585420729%", "99.038449585420729"),
        ("120,000", "120000"),
        (".912", "0.912"),
        ("1e-3", "0.001"),
        ("-0.12", "-0.12"),
        ("67.9 ± 0.5", "67.9"),
        ("64.7 (26s)", "64.7"),
        ("23.3 ∗", "23.3"),
        ("79.9 †", "79.9"),
        ("≈99.04%", "99.04"),
        ("(87.2)", "87.2"),
        ("50", "50"),
    ],
)
def test_values(printed: str, value: str) -> None:
    number = parse_number(printed)
    assert number is not None
    assert number.value == Decimal(value)


@pytest.mark.parametrize(
    "printed", ["SVM", "1 GPU", "224x224", "3h 24m", "10k,40k", "2.9x", "1-NN"]
)
def test_texts_that_are_no_numbers(printed: str) -> None:
    assert parse_number(printed) is None
    assert parse_cell(printed) is None


@pytest.mark.parametrize("printed", ["-", "–", "N/A", "n/a", "None"])
def test_blanks_hold_no_values(printed: str) -> None:
    assert parse_cell(printed) == []


def test_percent_scale_sign_and_decimals_are_kept() -> None:
    percent, millions, gain = (parse_number(text) for text in ("93.750%", "38.6M", "+1.3"))
    assert percent is not None
    assert millions is not None
    assert gain is not None
    assert (percent.is_percent, percent.decimals) == (True, 3)
    assert millions.scale == "M"
    assert gain.has_sign


def test_arrows_mark_differences() -> None:
    number = parse_number("↑0.8")
    assert number is not None
    assert number.has_sign


def test_parts_keep_their_places() -> None:
    parts = parts_of_cell("86.6/-")
    assert [part.value if part else None for part in parts] == [Decimal("86.6"), None]
