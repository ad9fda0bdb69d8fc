"""Who is told by their work, and work that is told from the side of what it is done to."""

import pytest

from evigate.studio.extraction import extract
from evigate.studio.fields import JOBS, PRIMARY_USER, SECONDARY_USERS


def found(text: str, *paths: str) -> list[str]:
    return [str(each.value) for each in extract(text).claims if each.field_path in paths]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("We need a wall plan. The riggers book the hoist and the wrigglers sign it off.", "wriggler"),
        ("An app for the mill. The saggar weighs each batch and signs the sheet.", "saggar"),
        ("A list is wanted. Bell-ringers enter the tower, and the beadle confirms the hours.", "beadle"),
    ],
)  # fmt: skip
def test_whoever_does_what_only_people_do_is_a_person(text: str, person: str) -> None:
    assert person in found(text, PRIMARY_USER, SECONDARY_USERS)


@pytest.mark.parametrize(
    "text",
    [
        "We need a plan of the yard. The dashboard lists the loads and the panel marks the late ones.",
        "We want one page. Sensors record the level and the summary marks what is odd.",
        "We want a page. The submission enters the queue and every apple gives a point.",
        "A barcode reader is at hand. We want to scan parts. A text editor is not needed.",
    ],
)
def test_what_things_do_makes_nobody_a_person(text: str) -> None:
    names = " ".join(found(text, PRIMARY_USER, SECONDARY_USERS))
    things = {"dashboard", "panel", "sensor", "summary", "submission", "apple", "reader", "editor"}
    assert not things & set(names.split())


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Tenants of the north wing (212) shall report leaks.", "tenant"),
        ("Porters and nurses scan the bed before they leave.", "porter"),
        ("Employees of the foundry hand in suggestions at the gate.", "employee"),
    ],
)
def test_somebody_acts_past_brackets_places_and_companions(text: str, person: str) -> None:
    assert person in " ".join(found(text, PRIMARY_USER, SECONDARY_USERS))
    assert found(text, JOBS)


def test_an_organisation_that_only_orders_is_not_the_main_user() -> None:
    text = "The council expects a portal by May. Residents shall report broken lamps on it."
    assert found(text, PRIMARY_USER) == ["resident"]


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("A puzzle for people with no patience: three taps and it is over.", "person"),
        ("Build a lighthouse game where you light lamps at night.", "whoever uses it"),
    ],
)
def test_where_nobody_is_named_it_is_for_who_is_spoken_of(text: str, main: str) -> None:
    assert found(text, PRIMARY_USER) == [main]


@pytest.mark.parametrize(
    ("text", "work"),
    [
        ("A diary for rowers. Sessions can be exported to a spreadsheet.", "Sessions can be exported to a spreadsheet"),
        ("A card game. Undoing the last move is possible.", "Undoing the last move"),
        ("A recipe box. Importing recipes from another box is supported, and a list shows them.", "Importing recipes from another box"),
        ("We need a rota. The dispatcher gets a list each month.", "gets a list each month"),
        ("A diary meant for rowers. Each day they note the wind and weigh themselves.", "note the wind"),
        ("Welders climb masts. They'd fill in a sheet up there.", "fill in a sheet up there"),
        ("A submarine game. The player runs aft, plugs leaks, and snorkels past squids.", "plugs leaks"),
        ("Make a waitlist for a diner. Today the host shouts. Guests scan a tag; no-shows are marked.", "scan a tag"),
        ("We lose track of drums. I'd put the list up on Sunday.", "put the list up on Sunday"),
    ],
)  # fmt: skip
def test_work_is_told_by_what_can_be_done(text: str, work: str) -> None:
    assert work in found(text, JOBS)


@pytest.mark.parametrize(
    "text",
    [
        "A box for letters. Letters can only be opened by the warden.",
        "A box for letters. They cannot be opened.",
        "A shop. Stock is counted by hand every quarter.",
        "I teach the cello. I want a page for lessons.",
    ],
)
def test_what_is_barred_or_goes_on_today_is_no_work(text: str) -> None:
    assert not [
        each for each in found(text, JOBS) if "open" in each or "count" in each or "teach" in each
    ]
