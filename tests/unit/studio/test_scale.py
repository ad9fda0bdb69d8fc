"""How much is to come, wherever the number stands; a rule for entries is no load."""

import pytest

from evigate.studio import fields
from evigate.studio.extraction import extract


def scale(text: str) -> list[str]:
    return [each.quote for each in extract(text).claims if each.field_path == fields.EXPECTED_SCALE]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Lists of up to 3,000 names are possible.", "up to 3,000 names"),
        ("The archive holds about 7,500 slides.", "about 7,500 slides"),
        ("Over 900 songs are stored.", "Over 900 songs"),
        ("There are nine boats.", "nine boats"),
        ("We run six kilns.", "six kilns"),
        ("We keep eighty head of cattle.", "eighty head"),
        ("We own 200 sets of costumes.", "200 sets"),
        ("We expect 500+ users.", "500+ users"),
        ("Drivers (about 40) confirm the tour.", "Drivers (about 40"),
        ("A practice of eight that treats horses.", "A practice of eight"),
        ("Volunteers, thirty of them, share the shifts.", "thirty of them"),
        ("It is for the five of us.", "five of us"),
        ("Hundreds of members log in.", "Hundreds of members"),
        ("Several vans are supported.", "Several vans are supported"),
        ("It handles any number of shops.", "handles any number of shops"),
    ],
)
def test_a_load_is_found_wherever_its_number_stands(text: str, quote: str) -> None:
    assert quote in scale(text)


@pytest.mark.parametrize(
    "text",
    [
        "A title has up to 60 characters.",
        "Players have three lives.",
        "Dozens of hours are lost.",
        "It was founded in the villages (1984).",
        "One of them is late.",
        "It fits on one page.",
        "Enter the codes (2) twice.",
        "Fill at least 25 gaps.",
    ],
)
def test_a_rule_for_entries_is_no_load(text: str) -> None:
    assert scale(text) == []


def test_a_part_of_what_was_counted_is_not_counted_again() -> None:
    assert scale("We have twelve boats, two of them broken.") == ["twelve boats"]
