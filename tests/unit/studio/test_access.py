"""Who may see or do what, said without the word for a role."""

import pytest

from evigate.studio import fields
from evigate.studio.batch import first_reading


def rights(text: str) -> list[str]:
    return [e.quote for e in first_reading(text).claims if e.field_path == fields.ROLES_AND_ACCESS]


@pytest.mark.parametrize(
    "text",
    [
        "A guardian confirms each booking.",
        "Neighbours are told of an alarm but cannot change the schedule.",
        "Weights are visible to the trainer and the rider, nobody else.",
        "Interns can upload files but not open them.",
        "The janitors may only tick off rooms.",
        "Grades are for the head teacher only.",
        "No one may alter a reading afterwards.",
        "The bidder's name is hidden from the jury until the vote.",
        "Volunteers have no business seeing bank data.",
        "Never show a donor's address to a collector.",
        "The treasurer signs off every payment.",
        "Each sailor sees when his own licence ends.",
        "Drawings may be opened by the engraver only.",
    ],
)
def test_who_may_do_what_is_claimed(text: str) -> None:
    assert rights(text)


@pytest.mark.parametrize(
    "text",
    [
        "A role-playing game with forty monsters.",
        "We give private lessons in two rooms.",
        "It works by keyboard only.",
        "Friends see who owes whom.",
        "It proposes a list that cooks can edit.",
        "An Access database that only runs on one computer.",
        "The phone app asks for no location permission.",
    ],
)
def test_what_says_nothing_of_rights_is_not(text: str) -> None:
    assert rights(text) == []
