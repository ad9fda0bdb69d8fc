"""Where things stand in the room's pictures; places are worked out by hand in the comments."""

from itertools import pairwise
from uuid import UUID

import pytest

from evigate.learning.bank.models import CoveredChunk
from evigate.learning.pictures import (
    HEAT_STEPS,
    TREE_NODES_MAX,
    TREE_ROW_PX,
    ability_bar,
    characteristic,
    coverage_map,
    curve_points,
    draw_tree,
    theta_x,
)

ONE, TWO = UUID(int=1), UUID(int=2)


def chunk(number: int, document: UUID, path: list[str], approved: int = 0) -> CoveredChunk:
    return CoveredChunk(UUID(int=100 + number), document, number, 1, path, "prose", 80, approved, 0)


def test_passages_stand_below_their_document_and_section_in_order() -> None:
    chunks = [
        chunk(0, ONE, []),
        chunk(1, ONE, ["Heart", "Beat"], 1),
        chunk(2, ONE, ["Heart", "Beat"], 9),
        chunk(3, TWO, ["Lung"]),
    ]
    found = coverage_map(chunks, {ONE: "First", TWO: "Second"}, "/p")
    assert [each["title"] for each in found["documents"]] == ["First", "Second"]
    top, beat = found["documents"][0]["sections"]
    assert (top["label"], beat["label"], beat["title"]) == (
        "Before the first heading",
        "Beat",
        "Heart › Beat",
    )
    assert [cell["step"] for cell in beat["cells"]] == [1, HEAT_STEPS]
    assert (beat["passages"], beat["covered"], beat["items"]) == (2, 2, 10)
    assert (found["passages"], found["covered"], found["left_out"]) == (4, 2, 0)
    assert beat["cells"][0]["href"] == f"/p/passages/{UUID(int=101)}"
    assert beat["cells"][0]["label"] == "Passage 2, page 1: 1 approved item"


def test_no_text_gives_no_map() -> None:
    assert coverage_map([], {}, "/p")["documents"] == []


def test_a_concept_stands_below_the_wider_one_and_is_tied_to_it() -> None:
    tree = draw_tree(
        [
            {"name": "Heart", "children": [{"name": "Atrium"}, {"name": "Ventricle"}]},
            {"name": "Lung", "description": "breathes"},
        ]
    )
    names = [node["name"] for node in tree["nodes"]]
    assert names == ["Heart", "Atrium", "Ventricle", "Lung"]
    heart, atrium, ventricle, lung = tree["nodes"]
    # Rows are as high as TREE_ROW_PX, and a concept stands in its row's middle.
    assert ventricle["y"] == 2.5 * TREE_ROW_PX
    assert atrium["parent_y"] == ventricle["parent_y"] == heart["y"]
    assert heart["parent_y"] is None and lung["parent_y"] is None
    assert atrium["x"] > heart["x"] == lung["x"]
    assert tree["height"] == 4 * TREE_ROW_PX


def test_a_tree_that_is_too_large_says_how_much_is_not_drawn() -> None:
    tree = draw_tree([{"name": str(number)} for number in range(TREE_NODES_MAX + 3)])
    assert (len(tree["nodes"]), tree["left_out"]) == (TREE_NODES_MAX, 3)


@pytest.mark.parametrize(("theta", "x"), [(0.0, 50.0), (-3.0, 0.0), (9.0, 100.0), (1.5, 75.0)])
def test_an_ability_stands_on_a_scale_from_minus_three_to_three(theta: float, x: float) -> None:
    assert theta_x(theta) == x


def test_an_ability_has_an_interval_and_none_where_it_is_not_known() -> None:
    bar = ability_bar(0.0, 0.5)
    assert bar is not None
    # 80 % of a normal lie within 1.2816 deviations: 0.6408 on either side.
    assert (round(bar["low"], 4), round(bar["high"], 4)) == (-0.6408, 0.6408)
    assert ability_bar(None, 0.5) is None
    vague = ability_bar(2.0, 1.0)
    assert vague is not None and "Too few" in vague["words"]


def test_a_curve_falls_from_the_top_left() -> None:
    # A share of 1 is at the top (0), a half in the middle; the last day is at the right end.
    assert curve_points([(0.0, 1.0), (15.0, 0.5), (30.0, 0.25)]) == (
        "0.00,0.00 50.00,50.00 100.00,75.00"
    )
    assert curve_points([]) == ""


def test_an_items_curve_is_one_half_at_its_difficulty_and_rises() -> None:
    found = characteristic(1.0, 0.0)
    assert found is not None
    points = [tuple(map(float, each.split(","))) for each in found["points"].split()]
    assert (points[0][0], points[-1][0]) == (0.0, 100.0)
    # Half at the middle of the scale; at one above, 1 / (1 + 1/e).
    assert points[30] == (50.0, 50.0)
    assert points[40] == (66.67, 26.89)
    assert all(later[1] < sooner[1] for sooner, later in pairwise(points))
    assert found["middle_x"] == 50.0
    assert [theta for theta, _ in found["rows"]] == [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]
    assert characteristic(None, 0.0) is None
    far = characteristic(1.0, 4.5)
    assert far is not None and far["middle_x"] is None
