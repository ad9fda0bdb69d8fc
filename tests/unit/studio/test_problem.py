"""The problem of a text: troubles told outright, what happens, what a product is for; never a feature."""

import pytest

from evigate.studio import fields
from evigate.studio.batch import first_reading


def problem(text: str) -> str:
    [claim] = [e for e in first_reading(text).claims if e.field_path == fields.CORE_PROBLEM]
    return claim.quote


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Cellarium is a wine application. It highlights missing labels and removes duplicate "
            "bottles. It helps collectors drink each bottle in time.",
            "helps collectors drink each bottle in time",
        ),
        (
            "Bookly is a web application which warns the librarian when a book is late. The purpose "
            "of the program is to keep small school libraries in order.",
            "The purpose of the program is to keep small school libraries in order",
        ),
        (
            "GreenDesk is a help desk tool for universities. Agents merge duplicate tickets, flag "
            "late answers and search the archive. It spares students the walk from office to office.",
            "spares students the walk from office to office",
        ),
        (
            "Meterly reads gas meters. Caretakers photograph a meter, and errors are shown in red. "
            "The program replaces handwritten slips and a weekly phone round.",
            "replaces handwritten slips",
        ),
        (
            "KiteMap is a map for kite surfers. It lists launch sites and shows lost lines. The aim "
            "is to keep beginners away from dangerous beaches.",
            "The aim is to keep beginners away from dangerous beaches",
        ),
        (
            "Plank is a utility for shrinking pictures before they are mailed. It finds duplicates.",
            "for shrinking pictures before they are mailed",
        ),
        (
            "PageTurn is an e-reader that makes it easier for dyslexic pupils to follow a line. "
            "The last position is never lost.",
            "makes it easier for dyslexic pupils to follow a line",
        ),
        (
            "Many cooks forget what they have at home. LarderList is an app that lets them scan "
            "their cupboards.",
            "Many cooks forget what they have at home",
        ),
        (
            "PlotPal is a planner for allotment holders who struggle to rotate their crops. It marks "
            "late sowings.",
            "PlotPal is a planner for allotment holders who struggle to rotate their crops",
        ),
        (
            "Word Hunt is a quiz game that helps children recognise Latin roots. Players collect "
            "letters and lose a life for every error.",
            "helps children recognise Latin roots",
        ),
    ],
)
def test_a_product_is_for_what_it_says_and_not_for_its_features(text: str, said: str) -> None:
    assert problem(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "Frost Run is a platform game. The player loses a life when he misses a jump. Time runs out.",
        "Sorta is a tool that sorts invoices. It flags late payments and counts errors.",
        "Build a todo app. It moves late tasks to a bench and removes duplicates.",
        "Write a script that lists missing files. Show me which ones can't be read.",
    ],
)
def test_words_of_trouble_in_features_tell_no_trouble(text: str) -> None:
    claims = first_reading(text).claims
    assert [e.quote for e in claims if e.field_path == fields.PAIN_POINTS] == []
    assert [e for e in claims if e.field_path == fields.CORE_PROBLEM and e.kind == "fact"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "We bind books. Labels come off in the glue bath, the wrong cover gets glued on. I'd "
            "like a barcode per book.",
            "the wrong cover gets glued on",
        ),
        (
            "I run a ferry. Yesterday the mail was sent to the wrong island. Let the crew scan sacks.",
            "Yesterday the mail was sent to the wrong island",
        ),
        (
            "Build a rota for lifeguards. Guards pick shifts. We keep calling the same three people.",
            "We keep calling the same three people",
        ),
        (
            "Issue: measurements reach the office on slips and are misread. Clerks shall enter them.",
            "measurements reach the office on slips and are misread",
        ),
        (
            "A register of chemicals. Present state: three lists kept by three groups, which "
            "disagree. Chemists look up a substance.",
            "which disagree",
        ),
        (
            "Choir of 60. Each spring somebody counts the folders and twice the alto parts were gone. "
            "A list that shows who has what would be nice.",
            "twice the alto parts were gone",
        ),
    ],
)
def test_what_happens_tells_the_problem_where_no_word_for_trouble_falls(
    text: str, said: str
) -> None:
    assert said in problem(text)
