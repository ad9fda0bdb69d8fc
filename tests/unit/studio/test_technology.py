"""Formats, libraries, devices and programs that are named; words that only look like them."""

import pytest

from evigate.studio import fields
from evigate.studio.extraction import extract


def named(text: str, field: str = fields.TECHNICAL_CONSTRAINTS) -> list[str]:
    return [str(each.value) for each in extract(text).claims if each.field_path == field]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Scores are exported as MusicXML or plain text.", ["MusicXML", "plain text"]),
        ("Use Astro and SQLite.", ["SQLite"]),
        ("A CLI in Rust that talks over MQTT.", ["Rust", "MQTT"]),
        ("Node and Express, deployed on Fly.io.", ["Node", "Express", "Fly.io"]),
        ("Write it with FastAPI and Dramatiq.", ["FastAPI", "Dramatiq"]),
        ("Drawings are loaded with ezDxf.", ["ezDxf"]),
        ("The portal delivers a BVF file each night.", ["BVF"]),
        ("It runs in the browser on the reading-room kiosk screen.", ["browser"]),
        ("Pickers carry rugged phones and a label printer.", ["rugged phones", "label printer"]),
        ("Guests stick a QR label on each box.", ["QR label"]),
    ],
)
def test_technology_is_found_by_name_and_by_shape(text: str, names: list[str]) -> None:
    assert set(names) <= set(named(text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Our rental program is Booqable.", "Booqable"),
        ("The practice software (Petline) prints the bills.", "Petline"),
        ("Its catalogue system Aleph knows no tools.", "Aleph"),
        ("A clerk retypes the samples into LabVantage.", "LabVantage"),
        ("At the moment we print a PDF and sign it.", "PDF"),
    ],
)
def test_a_program_that_is_there_is_an_existing_system(text: str, name: str) -> None:
    assert name in named(text, fields.EXISTING_SYSTEMS)


@pytest.mark.parametrize(
    "text",
    [
        "We go to the shop and express an interest.",
        "Rust on the pipes is reported in spring.",
        "The doc sees the child.",
        "RouteBook is a diary for hikers. Hikers like RouteBook.",
        "Members live in Bergen and stay in touch with McDonald.",
        "Players swap tiles A, B or C.",
        "Enter the VAT file number.",
        "We are open till five.",
        "The staff speak Slovene and Croatian.",
    ],
)
def test_a_word_is_no_technology(text: str) -> None:
    assert named(text) == []
    assert named(text, fields.EXISTING_SYSTEMS) == []


def test_what_is_refused_is_no_technology() -> None:
    assert named("Use HTMX, no React please.") == ["HTMX"]
