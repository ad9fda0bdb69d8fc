"""How it is done now, in talk; a catalogue tells only what its product replaces."""

import pytest

from evigate.studio import fields
from evigate.studio.batch import first_reading


def now(text: str) -> list[str]:
    return [e.quote for e in first_reading(text).claims if e.field_path == fields.CURRENT_SOLUTION]


@pytest.mark.parametrize(
    "text",
    [
        "We run a kiln. I scribble the order on the back of a flyer. I'd like a list.",
        "Hours get written on a beer mat. Crews should type them in.",
        "Fathers ring me at six in the morning. Let them report it themselves.",
        "There's a guest book at the gate. I want a tablet there.",
        "At present a ring binder in the hall. We ask for a program.",
        "The index is a card catalogue. The archive needs a search.",
        "Samples are counted twice a year. The laboratory wants to scan them.",
    ],
)
def test_means_of_today_are_told(text: str) -> None:
    assert now(text)


@pytest.mark.parametrize(
    "text",
    [
        "ChartBox is a program. Clerks paste cells from Excel and store them in a folder.",
        "ScoreKeep is an app. Each goal is stored with the minute.",
        "Build a queue for a clinic. Nurses call the next number.",
        "The system must keep a diary of each patient.",
        "We do weddings and event tents.",
    ],
)
def test_features_are_not(text: str) -> None:
    assert now(text) == []


def test_what_is_replaced_is_how_it_was_done() -> None:
    text = "Meterly is a tool for caretakers. It replaces handwritten slips."
    assert now(text) == ["It replaces handwritten slips"]
