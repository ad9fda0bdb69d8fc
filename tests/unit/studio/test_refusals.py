"""What is refused by what is not done: it is out of scope, and nothing reads it as wanted."""

import pytest

from evigate.studio.batch import first_reading

WANTED = ("features[]", "integrationsNeeded[]", "sensitiveData", "coreEntities[]", "primaryUser")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("An app for runners without storing health data.", "health data"),
        ("A survey tool without collecting personal data.", "personal data"),
        ("We run a bakery. We do not take card payments.", "card payments"),
        ("A raffle. We will never store card numbers.", "card numbers"),
        ("The tool lists rooms. It won't collect locations.", "locations"),
        ("A rescue centre. We never publish release locations.", "release locations"),
        ("A plan for shifts that excludes payroll.", "payroll"),
        ("A school site. Neither children nor parents log in.", "children"),
        ("Without asking for an email, visitors can vote.", "email"),
    ],
)
def test_what_is_not_done_is_out_of_scope(text: str, refused: str) -> None:
    claims = first_reading(text).claims
    out = [str(each.value) for each in claims if each.field_path.endswith("outOfScope[]")]
    assert refused in out
    wanted = [each for each in claims if each.field_path.endswith(WANTED)]
    assert [each.quote for each in wanted if refused in each.quote] == []


@pytest.mark.parametrize(
    "text",
    [
        "A tool that sorts photos without losing quality.",
        "Customers do not keep appointments and we lose money.",
        "Staff book rooms without calling the office.",
        "Machine translation must never be used without the consent of the client.",
    ],
)
def test_how_well_and_what_goes_wrong_are_no_refusals(text: str) -> None:
    claims = first_reading(text).claims
    assert [each for each in claims if each.field_path.endswith("outOfScope[]")] == []


def test_an_idea_of_a_file_gets_the_trade_that_the_library_knows() -> None:
    assert first_reading("Our barber shop needs reminders and a list of regulars.").domain != (
        "general"
    )
