"""What the gate's pages show, and where a lineage's boxes stand."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from evigate.gate.lineage import Edge, Lineage, Node
from evigate.gate.lineage_picture import BOX_HEIGHT, BOX_WIDTH, draw_lineage
from evigate.gate.models import CitationRow, Result, ReviewTask
from evigate.gate.pages_reviews import duration_ms, filters_of
from evigate.gate.views import age, citation_row, neighbours, result_row

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)


def graph(*edges: tuple[str, str]) -> Lineage:
    names = dict.fromkeys(name for edge in edges for name in edge)
    nodes = tuple(Node(name, "quote", f"{name} " * 30, "fresh") for name in names)
    return Lineage(uuid.uuid4(), nodes, tuple(Edge(a, b, "made") for a, b in edges))


def test_every_line_goes_right_and_no_two_boxes_touch() -> None:
    found = draw_lineage(
        graph(("d", "q1"), ("d", "q2"), ("q1", "a"), ("q2", "a"), ("old", "a"), ("a", "e"))
    )
    boxes = {each.node.id: each for each in found.boxes}
    assert boxes["d"].x < boxes["q1"].x == boxes["q2"].x == boxes["old"].x
    assert boxes["q1"].x < boxes["a"].x < boxes["e"].x
    for line in found.lines:
        assert boxes[line.edge.source].x < boxes[line.edge.target].x
    for one in found.boxes:
        assert one.x >= 0 and one.x + BOX_WIDTH <= found.width
        assert one.y >= 0 and one.y + BOX_HEIGHT <= found.height
        assert len(one.label) <= 23
        for other in found.boxes:
            if one is not other and one.x == other.x:
                assert abs(one.y - other.y) >= BOX_HEIGHT


def test_an_artifact_of_which_nothing_else_is_known_is_one_box() -> None:
    alone = Lineage(uuid.uuid4(), (Node("artifact", "artifact", "card v1"),), ())
    found = draw_lineage(alone)
    assert len(found.boxes) == 1 and found.lines == ()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "now"),
        (59, "now"),
        (60, "1 minute"),
        (7_199, "1 hour"),
        (172_800, "2 days"),
        (-5, "now"),
    ],
)
def test_ages_are_told_in_the_largest_full_unit(seconds: int, said: str) -> None:
    assert age(NOW, NOW - timedelta(seconds=seconds)) == said


def test_the_time_an_item_took_is_known_or_not_said() -> None:
    opened = int(NOW.timestamp() * 1000)
    assert duration_ms(opened, NOW + timedelta(seconds=3)) == 3_000
    assert duration_ms(None, NOW) is None
    assert duration_ms(opened + 1, NOW) is None, "a page from the future measures nothing"
    assert duration_ms(opened, NOW + timedelta(days=2)) is None


def test_filters_of_an_address_that_mean_nothing_are_dropped() -> None:
    assert filters_of("no id", "", "nobody", "lost").query == ""
    module = str(uuid.uuid4())
    assert filters_of(module, "a&b", "all").query == f"?module={module}&kind=a%26b&who=all"


def task() -> ReviewTask:
    some = uuid.uuid4()
    return ReviewTask(some, some, "k", some, "r", 1, 0, False, False, None, "open", None, NOW)


def test_neighbours_in_the_queue() -> None:
    one, two, three = task(), task(), task()
    assert neighbours([one, two, three], two.id) == (one, three)
    assert neighbours([one], one.id) == (None, None)
    assert neighbours([one, two], three.id) == (None, one)
    assert neighbours([], one.id) == (None, None)


def cited(quote: str, context: str | None, start: int = 0) -> CitationRow:
    some = uuid.uuid4()
    return CitationRow(
        some, some, 0, some, "book", "", 7, start, quote, ["Ch 1"], "fresh", context, some, 100
    )


def test_a_quote_stands_in_its_passage_and_leads_to_its_place_on_the_page() -> None:
    row = citation_row(cited("red fox", "A red fox ran.", 2))
    assert [(each["text"], each["is_marked"]) for each in row["parts"]] == [
        ("A ", False),
        ("red fox", True),
        (" ran.", False),
    ]
    assert "page=7&start=102&end=109#marked" in row["href"]
    long = citation_row(cited("fox", "x" * 5_000 + "fox" + "y" * 5_000, 5_000))
    assert "".join(each["text"] for each in long["parts"]).count("…") == 2
    assert citation_row(cited("gone", None))["parts"] == [{"text": "gone", "is_marked": True}]


def judged(passed: bool | None, score: str | None, details: dict[str, Any]) -> dict[str, Any]:
    bounds = Decimal("0.5000")
    value = None if score is None else Decimal(score)
    return result_row(
        Result(
            "GROUNDEDNESS",
            value,
            passed,
            True,
            False,
            bounds,
            None,
            bounds,
            "j",
            "1",
            True,
            details,
        )
    )


def test_what_a_check_complains_of_is_said_with_its_spans() -> None:
    span = {"text": "nine", "start": 0, "end": 4}
    found = judged(False, "0.1", {"claims": [{"numbers": [span], "names": [], "words": [span]}]})
    assert found["complaints"] == [
        "numbers that the passage does not bear out: “nine”",
        "words that the passage does not bear out: “nine”",
    ]
    fault = {"rule": "leak", "message": "the stem holds its own answer", "spans": [span]}
    assert judged(False, "0.1", {"faults": [fault]})["complaints"] == [
        "the stem holds its own answer: “nine”"
    ]
    assert judged(True, "0.9", {"faults": [fault]})["complaints"] == []
    silent = judged(None, None, {"reason": "no citation resolves"})
    assert (silent["outcome"], silent["reason"]) == ("not measured", "no citation resolves")
    assert silent["bounds"] == "≥ 0.5"
