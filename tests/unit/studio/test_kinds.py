"""Lists of states and kinds without a heading, and rows of work or praise that look like them."""

import pytest

from evigate.studio import fields
from evigate.studio.extraction import extract


def lists(text: str) -> list[list[str]]:
    return [
        each.value["values"]
        for each in extract(text).claims
        if each.field_path == fields.ENUMERATIONS
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Tools are divided into hand, power and garden tools.", ["hand", "power", "garden tools"]),
        (
            "Clerks sort the post into letters, parcels and flyers.",
            ["letters", "parcels", "flyers"],
        ),
        ("Let me mark a room as clean, dirty or in repair.", ["clean", "dirty", "in repair"]),
        ("A word counts as new, shaky or known.", ["new", "shaky", "known"]),
        (
            "The cook sets each order to taken, cooking, waiting for pickup, gone.",
            ["taken", "cooking", "waiting for pickup", "gone"],
        ),
        ("A ticket moves from open to checked to closed.", ["open", "checked", "closed"]),
        (
            "Songs lie in one of three boxes: want to learn, learning, learned.",
            ["want to learn", "learning", "learned"],
        ),
        ("Tickets go through new, in progress, done.", ["new", "in progress", "done"]),
        ("Choose between easy, normal and tough.", ["easy", "normal", "tough"]),
        ("The lamp turns green, yellow or red.", ["green", "yellow", "red"]),
        ("Rooms can be free, taken or being cleaned.", ["free", "taken", "being cleaned"]),
        ("Four tower types: ice, spark, mortar, net.", ["ice", "spark", "mortar", "net"]),
        ("A book has the status in use, lent or lost.", ["in use", "lent", "lost"]),
        ("A claim is filed, checked, granted, paid.", ["filed", "checked", "granted", "paid"]),
        ("We note every barrel: filled, tapped, sold.", ["filled", "tapped", "sold"]),
        ("The hard routes - ice, rock, night - count double.", ["ice", "rock", "night"]),
        ("Each jar says 'mine', 'yours' or 'please take'.", ["mine", "yours", "please take"]),
        (
            "Users file costs under kinds such as rent, food and travel, and set a limit.",
            ["rent", "food", "travel"],
        ),
    ],
)
def test_a_list_is_found_without_a_heading(text: str, values: list[str]) -> None:
    assert values in lists(text)


@pytest.mark.parametrize(
    "text",
    [
        "Editors sort texts into folders, write summaries and send them.",
        "The app is fast, simple, cheap.",
        "Move files to a folder, archive them and notify the owner.",
        "We set the price to two euros.",
        "Organise a text into chapters and scenes.",
        "She works as a nurse.",
        "Visitors go through halls, stairs and gardens.",
        "Trains go from Ulm to Bonn to Rome.",
        "From Monday to Friday we open.",
        "The status of orders, invoices and payments is shown.",
        "It is there: come, look, buy.",
    ],
)
def test_a_row_of_work_is_no_list_of_kinds(text: str) -> None:
    assert lists(text) == []


def test_kinds_may_stand_before_their_noun_and_deeds_may_not() -> None:
    assert ["small", "medium", "large"] in lists("Customers take small, medium or large bags.")
    assert lists("Clerks edit, print or delete notes.") == []
