"""What must hold without a "must": deleted, kept, never sent; and what is put off to later."""

import pytest

from evigate.studio import fields
from evigate.studio.batch import first_reading


def values(text: str, path: str) -> list[str]:
    return [str(e.value) for e in first_reading(text).claims if e.field_path == path]


@pytest.mark.parametrize(
    "text",
    [
        "Recordings are erased as soon as the lesson ends.",
        "The source folder is left unchanged.",
        "Fingerprints never leave the reader.",
        "Nothing is uploaded.",
        "The viewer runs without an internet connection.",
        "Locked layers are always skipped.",
        "It has to work on an old tablet too.",
        "The program does not rely on outside servers.",
        "Names are hidden whenever the list is printed.",
        "Keep visitor data no longer than ten days.",
        "The kiosk should refuse a card that was reported stolen.",
        "It mustn't use more than 200 MB of memory.",
        "Please don't show a child's surname to visitors.",
        "A song list free of violence, suitable for small children.",
        "All access shall be logged.",
        "Removing a grave shall require a second person.",
    ],
)
def test_what_must_hold_breaks_the_deal(text: str) -> None:
    assert values(text, fields.DEALBREAKERS)


@pytest.mark.parametrize(
    "text",
    [
        "Nobody can say where the drill is, so we buy another.",
        "If the river rises we must move all the boats.",
        "In this racing game the player has to avoid oil and must reach the line.",
        "She writes down what the next nurse must know.",
        "The cleaners never know which room is free.",
        "Create a bot. Right now it's sixty messages and nobody can count them.",
        "Jars are untouched, opened, empty or returned.",
        "Half of the seats aren't taken.",
    ],
)
def test_what_is_told_breaks_none(text: str) -> None:
    assert values(text, fields.DEALBREAKERS) == []


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("Printing is planned for a later release.", "Printing"),
        ("A viewer. 3D models are not supported.", "3D models"),
        ("Leave the newsletter for a second phase.", "newsletter"),
        ("Payroll stays with the existing program.", "Payroll"),
        ("Sound effects are deliberately absent.", "Sound effects"),
        ("Remote steering is ruled out.", "Remote steering"),
        ("A shop. Skip vouchers for now.", "vouchers"),
    ],
)
def test_what_is_put_off_is_out_of_scope(text: str, item: str) -> None:
    assert item in values(text, fields.OUT_OF_SCOPE)


@pytest.mark.parametrize(
    "text",
    [
        "It calculates when the bus will come.",
        "Users save articles for later.",
        "Photos queue on the phone and sync later.",
        "We heard of it after an hour instead of five minutes.",
        "We want to do it in the evening rather than at night.",
        "Pupils mark themselves as absent.",
    ],
)
def test_what_only_speaks_of_time_is_not(text: str) -> None:
    assert values(text, fields.OUT_OF_SCOPE) == []
