"""What success is measured by: numbers that are aimed at, and none that are only told."""

import pytest

from evigate.studio import fields
from evigate.studio.batch import first_reading


def measures(text: str) -> list[str]:
    return [e.quote for e in first_reading(text).claims if e.field_path == fields.MEASURES]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The tool is meant to lower the number of cold calls.", "lower the number of cold calls"),
        ("A PDF is rendered in under three seconds.", "in under three seconds"),
        ("At least 98% of plates read correctly.", "At least 98% of plates"),
        (
            "We want to learn of leaks within ten minutes instead of two days.",
            "instead of two days",
        ),
        ("The goal is that pupils reach fifty signs per minute.", "reach fifty signs"),
        ("The map must feel instant on an old phone.", "must feel instant"),
        ("QueueBee shortens the waiting time at counters. It is an app.", "shortens the waiting"),
        ("We want lost keys down from 12% to below 3%.", "from 12% to below 3%"),
        ("An import must not exceed four seconds.", "not exceed four seconds"),
        ("If the queue gets shorter by half we're happy.", "we're happy"),
        ("I'd like the round done in an hour rather than a day.", "rather than a day"),
        ("They give up if it takes more than two minutes a form.", "more than two minutes"),
        ("The council expects at least 90 visits per week.", "at least 90 visits per week"),
        ("It should render at 60 fps.", "60 fps"),
        ("Target: faults closed within 14 days in 90% of cases.", "closed within 14 days"),
        ("The register needs 99.5% availability.", "99.5% availability"),
        ("A caller should get a slot within ten minutes.", "within ten minutes"),
        ("First response within 2 hours for all tickets.", "within 2 hours"),
    ],
)
def test_what_is_aimed_at_is_a_measure(text: str, said: str) -> None:
    assert any(said in each for each in measures(text))


@pytest.mark.parametrize(
    "text",
    [
        "We sell less than ten boxes a week at the moment.",
        "A reminder is sent ten minutes before the lesson.",
        "Plants are shown on the map in a second window.",
        "The video lasts up to two minutes. Photos older than 30 days are hidden.",
        "Contractors shall comment within ten working days.",
        "We grow cut roses on three fields. Last year the turnover dropped by half.",
        "The tool warns when the stock falls below ten bottles.",
        "A puzzle with increasing difficulty and 40 levels.",
        "They must accept a job within two hours.",
        "Finding the key takes an hour if she is ill.",
        "Each van carries less than 300 kg per trip.",
    ],
)
def test_a_number_that_is_only_told_is_none(text: str) -> None:
    assert measures(text) == []
