"""A product told of in a paragraph: what it is for, what it refuses, and what is no limit."""

import pytest

from evigate.studio.extraction import extract
from evigate.studio.fields import (
    BUDGET,
    CORE_PROBLEM,
    DEALBREAKERS,
    JOBS,
    MEASURES,
    OUT_OF_SCOPE,
    ROLES_AND_ACCESS,
    SECONDARY_USERS,
)


def values(text: str, field_path: str) -> list[str]:
    return [str(each.value) for each in extract(text).claims if each.field_path == field_path]


def test_a_verb_that_agrees_with_the_product_ends_what_is_refused() -> None:
    text = "It does not require an internet connection and stores all data locally."
    assert values(text, OUT_OF_SCOPE) == [] and values(text, DEALBREAKERS) == [
        "does not require an internet connection"
    ]
    told = "The platform neither charges fees nor shows advertising."
    assert values(told, OUT_OF_SCOPE) == ["charges fees", "shows advertising"]
    several = "The app does not need accounts or payments."
    assert values(several, OUT_OF_SCOPE) == ["accounts", "payments"]


@pytest.mark.parametrize(
    ("text", "field_path"),
    [
        ("A puzzle game in which players must connect dots without crossing lines.", DEALBREAKERS),
        ("The game features 50 levels with increasing difficulty and a hint system.", MEASURES),
        ("An organizer that lets users save recipes and plan meals for up to 7 days.", MEASURES),
        ("Charts are drawn so that users can see where their money goes.", ROLES_AND_ACCESS),
        ("Managers approve orders over $500.", BUDGET),
        ("A recipe organizer that lets users tag recipes.", SECONDARY_USERS),
    ],
)
def test_what_only_sounds_like_it_is_none(text: str, field_path: str) -> None:
    assert values(text, field_path) == []


@pytest.mark.parametrize(
    ("text", "field_path", "value"),
    [
        ("Patient data must never leave the clinic.", DEALBREAKERS, "Patient data must never"),
        ("Cut no-shows by 20 % within a year.", MEASURES, "Cut no-shows by 20 %"),
        ("Staff may only see their own salon.", ROLES_AND_ACCESS, "Staff may only see"),
        ("Keep it under $20,000.", BUDGET, "20000"),
        ("An event organizer wants to sell tickets.", JOBS, "sell tickets"),
    ],
)
def test_what_is_meant_stays(text: str, field_path: str, value: str) -> None:
    assert value in " ".join(values(text, field_path))


def test_a_name_is_no_work_and_the_first_sentence_says_what_it_is_for() -> None:
    text = "File Renamer is a utility that batch renames files and can undo the last step."
    assert not any("Renamer" in each for each in values(text, JOBS))
    (found,) = values(
        "A weather dashboard displaying forecasts and alerts for farmers.", CORE_PROBLEM
    )
    assert found.startswith("A weather dashboard")
    assert values("hello", CORE_PROBLEM) == []
