"""Printed values become numbers, words or nothing; never the wrong number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigate.papers.plan.values import read_value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("1e-3", 0.001),
        ("1E-3", 0.001),
        ("1,000", 1000),
        ("12,345,678", 12_345_678),
        ("3%", 0.03),
        ("07", "07"),
        ("128", 128),
        ("0.5", 0.5),
        (".5", 0.5),
        ("-2", -2),
        ("−2", -2),
        ("N/A", None),
        ("n.a.", None),
        ("None", None),
        ("–", None),
        ("", None),
        ("true", True),
        ("500-500-500", (500, 500, 500)),
        ("(100, 50)", (100, 50)),
        ("500 - 500", (500, 500)),
        ("10^-4", 0.0001),
        ("5 × 10^-4", 0.0005),
        ("L1, L2", "L1, L2"),
        ("rbf", "rbf"),
    ],
)
def test_a_printed_value_is_read_as_meant(printed: str, value: object) -> None:
    read = read_value(printed)
    assert read == value
    assert type(read) is type(value)


@given(st.integers(min_value=0, max_value=10**12))
def test_thousands_commas_never_change_a_whole_number(number: int) -> None:
    assert read_value(f"{number:,}") == number


@given(st.floats(min_value=1e-9, max_value=1e9, allow_nan=False))
def test_exponents_and_decimals_agree(number: float) -> None:
    assert read_value(f"{number:e}") == pytest.approx(number, rel=1e-5)


@given(st.text(max_size=30))
def test_any_text_is_read_without_an_error(text: str) -> None:
    read_value(text)
