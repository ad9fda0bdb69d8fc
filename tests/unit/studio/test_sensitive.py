"""Which data a text says it keeps that need protection, and which words only look like it."""

import pytest

from evigate.studio import fields
from evigate.studio.extraction import extract


def sensitive(text: str) -> list[str]:
    return [
        str(each.value) for each in extract(text).claims if each.field_path == fields.SENSITIVE_DATA
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Staff record pregnancies and sick leave.", "health"),
        ("Cooks see the dietary needs of each guest.", "health"),
        ("The app opens with a fingerprint and keeps voice samples.", "biometric"),
        ("Members pay with PayPal or card.", "payment card"),
        ("Clerks check driving licences.", "identity documents"),
        ("The board sees who is in arrears.", "payroll and bank"),
        ("Runs of drivers leave GPS traces.", "location"),
        ("Some of the players are under age.", "children"),
        ("It stores user names and passwords for the router.", "user names and passwords"),
        ("A password vault for small offices.", "password"),
        ("Door codes are visible to the caretaker alone.", "Door codes"),
        ("Users log their mood each evening.", "mood"),
        ("Coaches enter test scores and dates of birth.", "dates of birth"),
        ("The form asks for a surname and a mobile number.", "mobile number"),
        ("Tailors keep customers' measurements.", "customers' measurements"),
        ("Volunteers may see pictures of residents.", "pictures of residents"),
        ("It keeps everything about the tenants in one place.", "everything about the tenants"),
        ("Nobody may learn who voted for whom.", "personal data"),
        ("Members' debts at the bar are listed.", "members' debts"),
        ("Tenant emails are masked.", "tenant emails"),
        ("Home addresses must be gone after the tour.", "home addresses"),
    ],
)
def test_data_that_are_kept_of_somebody_are_sensitive(text: str, value: str) -> None:
    assert value.casefold() in [each.casefold() for each in sensitive(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Phone numbers are never recorded.", "phone numbers: not stored"),
        ("The shop never sees the card details.", "card details: not stored"),
    ],
)
def test_what_is_said_not_to_be_stored_is_claimed_as_that(text: str, value: str) -> None:
    assert value in sensitive(text)


@pytest.mark.parametrize(
    "text",
    [
        "It must not contain any patient data.",
        "We do not want to store anything about people.",
        "It works without personal data.",
    ],
)
def test_a_text_may_say_that_there_are_none(text: str) -> None:
    assert sensitive(text) == ["none"]


@pytest.mark.parametrize(
    "text",
    [
        "No password needed.",
        "Users log in with a name and a password.",
        "I forgot my password again.",
        "Designers arrange a mood board.",
        "Botanists grade the find.",
        "The game shows player names and scores.",
        "Readers look up the author's name.",
        "Fans join on a private link.",
        "A minor change needs no review.",
        "Runners beat their personal record.",
        "A sleep timer ends playback.",
        "Members borrow books by card number.",
        "Parts have a storage location.",
        "Pin a note to the board.",
        "Managers address these questions.",
        "A delivery takes under 15 minutes.",
        "Engineers look after the medical equipment.",
        "Warehouse staff confirm the stock movements.",
    ],
)
def test_harmless_words_are_not_sensitive(text: str) -> None:
    assert sensitive(text) == []


def test_shown_to_some_is_kept_and_not_denied() -> None:
    assert sensitive("The crew must not see each other's wages.") == ["payroll and bank"]
    assert sensitive("Personal data must not be shared with anyone.") == ["personal data"]
    assert sensitive("No customer data may leave the house.") == ["customer data"]
