"""What is stated once in passing and has to be found: systems by name, rules of access, refusals."""

import pytest

from evigate.language.deadlines import deadlines
from evigate.studio import fields
from evigate.studio.extraction import extract
from evigate.studio.session.conflicts import shown


def values(text: str, field_path: str) -> list[str]:
    return [shown(each.value) for each in extract(text).claims if each.field_path == field_path]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We need an interface to Teamwerk.", ["Teamwerk"]),
        ("It has to be connected to Bookwise and to Paylane.", ["Bookwise", "Paylane"]),
        ("Sync with our PMS (Roomkeeper) and with Tablesort.", ["Roomkeeper", "Tablesort"]),
        ("The stock is in Lagerfux and stays there.", ["Lagerfux"]),
        ("Our ERP is Nordic Trade Suite.", ["Nordic Trade Suite"]),
        ("Login through Campuskey.", ["Campuskey"]),
        ("Keep Frontdesk for the time being.", ["Frontdesk"]),
    ],
)
def test_a_system_is_found_by_the_company_of_its_name(text: str, names: list[str]) -> None:
    assert set(names) <= set(values(text, fields.EXISTING_SYSTEMS))


@pytest.mark.parametrize(
    "text", ["Our data must stay in Norway.", "Courses are held in Munich.", "We meet in Porto."]
)
def test_a_place_is_no_system(text: str) -> None:
    assert values(text, fields.EXISTING_SYSTEMS) == []


@pytest.mark.parametrize(
    "text",
    [
        "Only the cook and the manager may change recipes.",
        "Only me and my partner edit.",
        "Nobody may be shown another guest's address.",
        "We don't want pupils to see the marks of others.",
        "Nothing should be visible to competitors.",
    ],
)
def test_who_is_kept_out_is_a_rule_of_access(text: str) -> None:
    assert values(text, fields.ROLES_AND_ACCESS)
    assert values(text, fields.OUT_OF_SCOPE) == []
    assert not any(each.startswith("see") for each in values(text, fields.JOBS))


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("We are not going to collect passport numbers.", "passport numbers"),
        ("Payment cards are not handled.", "Payment cards"),
        ("Medical records are not involved.", "Medical records"),
    ],
)
def test_what_is_not_handled_is_no_sensitive_data(text: str, refused: str) -> None:
    assert values(text, fields.OUT_OF_SCOPE) == [refused]
    assert values(text, fields.SENSITIVE_DATA) == []


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("Max. 250 euros a month for hosting.", "250 euros"),
        ("A prototype by autumn, with 12k.", "12k"),
        ("The whole cannot go over 22,000 euros.", "22,000 euros"),
    ],
)
def test_a_budget_is_found_however_short(text: str, budget: str) -> None:
    assert values(text, fields.BUDGET) == [budget]


def test_a_day_in_words_is_a_date_and_a_holiday_is_none() -> None:
    (when,) = deadlines("It must be open by the twelfth of September.")
    assert (when.date, when.text) == ("--09-12", "open by the twelfth of September")
    assert deadlines("When members go on holiday they tell nobody.") == ()


def test_a_service_is_nobody_and_a_list_of_work_is_said_once() -> None:
    text = "Guides have to record sightings, and print labels for the jars. Adyen for payments."
    people = values(text, fields.PRIMARY_USER) + values(text, fields.SECONDARY_USERS)
    assert people == ["guide"]
    work = values(text, fields.JOBS)
    assert "record sightings" in work and not any(", and" in each for each in work)


@pytest.mark.parametrize(
    "text",
    [
        "Nobody can reserve a bench longer than two hours.",
        "The foreman sees which order is late.",
        "The whole cannot go over 22,000 euros.",
    ],
)
def test_a_bound_or_what_is_shown_is_no_trouble(text: str) -> None:
    assert values(text, fields.PAIN_POINTS) == []


def test_what_nobody_sees_is_a_trouble() -> None:
    assert values("Nobody sees what is missing.", fields.PAIN_POINTS)


def test_spending_is_no_work() -> None:
    text = "Members can reserve a bench. We can afford up to 4,000 euros."
    assert values(text, fields.JOBS) == ["reserve a bench"]
