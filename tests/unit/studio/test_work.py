"""Work and people as rules read them: where a job ends, and who is only counted."""

import pytest

from evigate.studio import fields
from evigate.studio.extraction.extract import extract


def said(text: str, field: str) -> list[str]:
    return [str(each.value) for each in extract(text).claims if each.field_path == field]


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("Volunteers check tools out and in and note damage.", "check tools out"),
        ("We want the foreman to record each crate in the field, even without signal.",
         "record each crate in the field"),
    ],
)  # fmt: skip
def test_a_job_ends_before_words_that_only_lead_on(text: str, job: str) -> None:
    assert job in said(text, fields.JOBS)


@pytest.mark.parametrize("number", ["forty", "seventy", "twelve", "nine"])
def test_a_number_of_people_is_no_kind_of_people(number: str) -> None:
    text = f"A laboratory receives orders from {number} dentists. Dentists place an order online."
    assert said(text, fields.PRIMARY_USER) == ["dentist"]
    assert f"{number} dentist" not in said(text, fields.CORE_ENTITIES)


def test_how_much_is_no_thing() -> None:
    text = "Members pay less than other guests. A charity sees only what it claimed."
    assert not {"less", "what"} & set(said(text, fields.CORE_ENTITIES))


def test_limits_among_what_is_needed_are_no_work() -> None:
    text = (
        "I need online booking with reminders, a weekly list for the cook, two salons now, ten next"
        " year, live in three months, budget about 20k."
    )
    assert said(text, fields.JOBS) == ["online booking with reminders", "weekly list for the cook"]


@pytest.mark.parametrize(
    ("text", "of", "values"),
    [
        (
            "A parcel has the states registered, in transit, delivered and lost.",
            "parcel states",
            ["registered", "in transit", "delivered", "lost"],
        ),
        (
            "Every order goes through the stages draft, approved, shipped.",
            "order states",
            ["draft", "approved", "shipped"],
        ),
    ],
)
def test_the_states_of_a_thing_are_its_own(text: str, of: str, values: list[str]) -> None:
    (found,) = [c.value for c in extract(text).claims if c.field_path == fields.ENUMERATIONS]
    assert found == {"of": of, "values": values}
