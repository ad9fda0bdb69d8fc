"""Measures that are limits, and what is said to be somebody else's."""

import pytest

from evigate.studio import fields
from evigate.studio.extraction import extract


def counts(text: str) -> list[dict[str, object]]:
    return [each.value for each in extract(text).claims if each.field_path == fields.COUNTS]


@pytest.mark.parametrize(
    ("text", "count", "of", "rest"),
    [
        ("Staff ask for leave, max 25 days/yr.", 25, "days", {"per": "year", "bound": "max"}),
        ("Farms sell to kitchens within 50 km.", 50, "km", {"bound": "within"}),
        ("Guests cancel up to 24 hours before.", 24, "hours", {"bound": "up to"}),
        ("It measures every 15 minutes.", 15, "minutes", {"bound": "every"}),
    ],
)
def test_a_limit_is_kept_with_its_measure(
    text: str, count: int, of: str, rest: dict[str, str]
) -> None:
    found = next(each for each in counts(text) if each["count"] == count)
    assert {"of": of, **rest}.items() <= found.items()
    entities = [c.value for c in extract(text).claims if c.field_path == fields.CORE_ENTITIES]
    assert of not in entities and "min" not in entities


def test_a_delivery_date_is_no_limit() -> None:
    assert counts("We need it within 10 days. It takes 3 weeks.") == []
    assert counts("Reports have to be answered within 2 working days.") == []


def test_what_is_not_our_business_is_not_wanted() -> None:
    found = extract("Farmers sell to restaurants. Delivery is not our business.")
    assert "Delivery" in [c.value for c in found.claims if c.field_path == fields.OUT_OF_SCOPE]
    wanted = [c for c in found.claims if c.field_path in (fields.FEATURES, fields.CORE_ENTITIES)]
    assert all("deliver" not in str(each.value).lower() for each in wanted)
