"""Numbers, moments, durations, sizes and badges as people read them."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from evigate.kernel.pages import badges, formatting


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (Decimal("97.60"), "97.60"),
        ("0.9", "0.9"),
        (0.97660818, "0.9766"),
        (-0.5, "−0.5"),
        (0.0, "0"),
        (-0.0, "0"),
        (12345.6, "12346"),
        (0.00001234, "1.234e-05"),
        (41, "41"),
    ],
)
def test_a_number_is_shown_as_printed_or_with_four_digits(value: object, shown: str) -> None:
    assert formatting.number(value) == shown  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "like", "shown"),
    [
        (97.1, Decimal("97.66"), "+97.10"),
        (Decimal("0.9766081871345029"), "0.98", "+0.98"),
        (-0.04, Decimal("96.0"), "0.0"),
        (-2.25, Decimal("96"), "−2"),
        (97.0588, Decimal("99.038449585420729"), "+97.0588"),
        (None, Decimal("96"), "–"),
    ],
)
def test_an_observed_number_has_the_claims_decimals(
    value: float | None, like: Decimal, shown: str
) -> None:
    assert formatting.number(value, is_signed=True, like=like) == shown


def test_a_moment_is_in_utc_whatever_its_zone() -> None:
    east = timezone(timedelta(hours=2))
    assert formatting.moment(datetime(2026, 1, 2, 1, 30, tzinfo=east)) == "2026-01-01 23:30 UTC"
    assert formatting.moment(datetime(2026, 1, 2, 3, 4, 59, tzinfo=UTC)) == "2026-01-02 03:04 UTC"
    assert formatting.moment(None) == "–"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "–"), (0.84, "0.8 s"), (41.3, "41 s"), (187, "3 min 07 s"), (7320, "2 h 02 min")],
)
def test_a_duration_has_the_units_that_matter(seconds: float | None, shown: str) -> None:
    assert formatting.duration(seconds) == shown


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [
        (None, "–"),
        (999, "999 bytes"),
        (1500, "1.5 kB"),
        (15_728_640, "15.7 MB"),
        (2e12, "2000.0 GB"),
    ],
)
def test_a_size_is_decimal(size_bytes: int | None, shown: str) -> None:
    assert formatting.size(size_bytes) == shown


def test_an_unknown_status_is_shown_by_name() -> None:
    assert badges.status("on_hold") == badges.Badge("On hold", "neutral", "dash")
    assert badges.status("failed").tone == "poor"
