"""Goals, rights, safeguards, times and data in the less usual of the ways people say them."""

import pytest

from evigate.studio import fields
from evigate.studio.extraction import extract


def found(text: str, path: str) -> list[str]:
    return [each.quote for each in extract(text).claims if each.field_path == path]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (fields.MEASURES, "It would save us three evenings a month."),
        (fields.MEASURES, "We want the figures a week earlier."),
        (fields.MEASURES, "I want complaints down to one a month."),
        (fields.MEASURES, "The mean wait falls from 40 to 10 minutes."),
        (fields.MEASURES, "The owner gets the protocol within 12 hours."),
        (fields.MEASURES, "I'd like one letter a year instead of thirty notes."),
        (fields.MEASURES, "If the wrong parts went down by half I'd sleep again."),
        (fields.MEASURES, "Zero forgotten keys."),
        (fields.MEASURES, "75 percent of repairs finished within four days."),
        (fields.MEASURES, "The desk must see it the same minute."),
        (fields.ROLES_AND_ACCESS, "Subcontractors don't get access."),
        (fields.ROLES_AND_ACCESS, "The board keeps the last word."),
        (fields.ROLES_AND_ACCESS, "The apprentice must not be able to order."),
        (fields.ROLES_AND_ACCESS, "The owner has to agree first."),
        (fields.ROLES_AND_ACCESS, "Put an admin page behind basic auth."),
        (fields.DEALBREAKERS, "A signed sheet can no longer be altered."),
        (fields.DEALBREAKERS, "Everyone reads it in their own language."),
        (fields.DEALBREAKERS, "Nothing goes to a third party."),
        (fields.DEALBREAKERS, "It can't depend on the lift's network."),
        (fields.DEALBREAKERS, "Only the birth year may be stored."),
        (fields.TIMELINE, "A prototype by week 9."),
        (fields.TIMELINE, "It shall be completed at the end of the fiscal year."),
        (fields.TIMELINE, "I'd like a test run next Tuesday."),
        (fields.SENSITIVE_DATA, "We keep copies of their IDs for two years."),
        (fields.SENSITIVE_DATA, "It is about dying people."),
        (fields.SENSITIVE_DATA, "Members enter their expenses each evening."),
        (fields.BUDGET, "The grant gives us 9,500."),
    ],
)
def test_it_is_read_however_it_is_said(path: str, text: str) -> None:
    assert found(text, path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (fields.MEASURES, "We lost three evenings last month."),
        (fields.MEASURES, "The price fell from 40 to 10 last year."),
        (fields.MEASURES, "A booking can be cancelled within 12 hours."),
        (fields.ROLES_AND_ACCESS, "The lift does not get stuck any more."),
        (fields.ROLES_AND_ACCESS, "The page has the last ten words."),
        (fields.DEALBREAKERS, "They speak a language of their own."),
        (fields.TIMELINE, "The course runs for nine weeks a year."),
        (fields.SENSITIVE_DATA, "The dye is mixed by the litre."),
        (fields.BUDGET, "A granted leave ends at noon."),
    ],
)
def test_what_only_sounds_like_it_is_not(path: str, text: str) -> None:
    assert found(text, path) == []
