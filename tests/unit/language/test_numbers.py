"""Quantities: one normal form for what is the same number, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigate.language.numbers import QuantityKind, quantities, unsupported


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000", [("number", "1000")]),
        ("one thousand", [("number", "1000")]),
        ("1,000 one thousand", [("number", "1000"), ("number", "1000")]),
        ("one hundred and twenty-three thousand", [("number", "123000")]),
        ("50 % or fifty percent", [("percent", "50"), ("percent", "50")]),
        ("$3.2 billion", [("money", "3200000000")]),
        ("July 4, 1776", [("date", "1776-07-04")]),
        ("the 4th of July 1776", [("date", "1776-07-04")]),
        ("1776-07-04", [("date", "1776-07-04")]),
        ("July 1776", [("date", "1776-07")]),
        ("the 1990s", [("decade", "1990")]),
        ("the 19th century", [("ordinal", "19")]),
        ("two-thirds", [("number", "0.666667")]),
        ("-5 degrees", [("number", "-5")]),
        ("3.140", [("number", "3.14")]),
        ("H2O and B12", []),
    ],
)
def test_normal_forms(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.kind.value, found.value) for found in quantities(text)] == expected


@pytest.mark.parametrize(
    ("claim", "evidence", "missing"),
    [
        ("It weighs 5 kg.", "It weighs five kilograms.", []),
        ("It weighs 5 kg.", "It weighs 5 miles.", ["5 kg"]),
        ("In 1776 they met.", "They met on 4 July 1776.", []),
        ("They met on 4 July 1776.", "They met in 1776.", ["4 July 1776"]),
        ("They met in July 1776.", "They met on July 4, 1776.", []),
        ("30% left.", "30 left.", ["30%"]),
        ("One of the first left.", "They left.", []),
        ("In 1920 it began.", "In 1930 it began.", ["1920"]),
    ],
)
def test_a_number_is_supported_by_the_same_number_only(
    claim: str, evidence: str, missing: list[str]
) -> None:
    assert [found.text for found in unsupported(claim, [evidence])] == missing


@given(st.integers(min_value=0, max_value=10**30))
def test_a_number_written_with_commas_is_the_same_number(value: int) -> None:
    [plain], [grouped] = quantities(f"{value}"), quantities(f"{value:,}")
    assert plain.value == grouped.value == str(value)
    assert plain.kind is QuantityKind.NUMBER


@given(st.text(max_size=200))
def test_quantities_stand_where_they_say(text: str) -> None:
    for found in quantities(text):
        assert text[found.start : found.end] == found.text
