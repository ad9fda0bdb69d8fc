"""Looks: what can be read, what a colour of one's own becomes, the same bytes each time."""

import pytest

from evigate.base.canonical import canonical_json
from evigate.base.errors import EvigateError
from evigate.studio.design.boards import BOARDS, ROLES, Board
from evigate.studio.design.contrast import contrast, nearest_readable, pairs_of
from evigate.studio.design.service import preview
from evigate.studio.design.tokens import compile_design, suggestion


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        # Two greys that are known from either side of the bound for text on white.
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_that_of_the_guidelines(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(one, other) == contrast(other, one)


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.key)
def test_every_board_can_be_read_in_light_and_in_dark(board: Board) -> None:
    found = compile_design(board, None)
    assert found.misses == () and len(found.pairs) == 18
    assert set(board.light) == set(board.dark) == set(ROLES)
    again = compile_design(board, None)
    assert canonical_json(found.tokens) == canonical_json(again.tokens) and found.css == again.css
    assert f"--background: {board.light['background']};" in found.css


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can() -> None:
    with pytest.raises(EvigateError, match=r"action on background, light: 1\.\d+ to 1") as told:
        preview("calm", "#ffee00")
    nearest = told.value.detail["nearest"]
    found = preview("calm", nearest)
    assert found.accent == nearest and found.misses == ()
    assert suggestion(BOARDS[0], "#1f5a99") == "#1f5a99"
    with pytest.raises(EvigateError, match="no colour such as"):
        preview("calm", "blue")
    with pytest.raises(EvigateError, match="no board 'gone'; there are calm, desk"):
        preview("gone", None)


@pytest.mark.parametrize("accent", ["#003366", "#7a0000", "#1f5a99", "#000000", "#5a2ca0"])
def test_a_readable_colour_can_be_read_on_dark_pages_too(accent: str) -> None:
    for board in BOARDS:
        found = preview(board.key, accent)
        assert found.misses == ()
        assert found.tokens["color"]["light"]["action"]["$value"] == accent


def test_the_nearest_colour_is_the_colour_itself_where_it_can_be_read() -> None:
    assert nearest_readable("#000000", ("#ffffff",)) == "#000000"
    assert contrast(nearest_readable("#888888", ("#ffffff",)), "#ffffff") >= 4.5
    # On black, white and a grey between them nothing is readable.
    everywhere = ("#000000", "#777777", "#ffffff")
    assert nearest_readable("#888888", everywhere) in ("#000000", "#ffffff")
    assert all(each.ratio <= 21 for each in pairs_of(BOARDS[0].light, "light"))
