"""Where a plot's marks stand, worked out by hand, and that nothing falls outside."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigate.kernel.pages.dot_plot import (
    TICKS_MAX,
    layout_dot_plot,
    round_steps,
    sparkline_points,
)


def _row(
    claimed: object, observed: object = None, low: object = None, high: object = None
) -> dict[str, Any]:
    return {"claimed": claimed, "observed": observed, "low": low, "high": high}


def test_places_follow_the_values() -> None:
    # 80 to 100: a quarter is 5, so ticks at 80, 85, … 100; the plot spans 4 % to 96 %.
    plot = layout_dot_plot([_row(Decimal("100"), 80.0, 85.0, 95.0), _row(90)])
    assert [tick.label for tick in plot.ticks] == ["80", "85", "90", "95", "100"]
    assert [tick.x for tick in plot.ticks] == [4.0, 27.0, 50.0, 73.0, 96.0]
    first, second = plot.rows
    assert (first.claimed_x, first.observed_x, first.low_x, first.high_x) == (96, 4, 27, 73)
    assert (second.claimed_x, second.observed_x, second.low_x) == (50, None, None)
    assert (first.y, second.y, plot.axis_y, plot.height) == (14, 42, 56, 82)


def test_half_an_interval_is_no_interval() -> None:
    (row,) = layout_dot_plot([_row(1, 2, 1.5, None)]).rows
    assert row.low_x is None and row.high_x is None


def test_an_interval_far_wider_than_the_values_lie_apart_is_cut_and_says_so() -> None:
    # The values lie 10 apart, so the axis holds at most 80 to 110: round steps of 10.
    (row, _) = layout_dot_plot([_row(90, 100, 40, 105), _row(95)]).rows
    assert (row.low_x, row.is_low_cut) == (4.0, True)
    assert row.high_x is not None and row.high_x < 96 and not row.is_high_cut


def test_nothing_known_gives_rows_without_marks() -> None:
    plot = layout_dot_plot([_row(None), _row(None)])
    assert plot.ticks == ()
    assert [row.claimed_x for row in plot.rows] == [None, None]
    assert layout_dot_plot([]).rows == ()


@pytest.mark.parametrize(
    ("low", "high", "steps"),
    [
        (0, 1, [0, 0.5, 1]),
        (94.1, 99.2, [94, 96, 98, 100]),
        (5, 5, [4.6, 4.8, 5.0, 5.2, 5.4]),
        (-0.2, 0.2, [-0.2, -0.1, 0, 0.1, 0.2]),
    ],
)
def test_ticks_are_round(low: float, high: float, steps: list[float]) -> None:
    assert round_steps(low, high) == pytest.approx(steps)


@given(st.lists(st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-9), min_size=1))
def test_every_mark_is_inside_and_order_is_kept(values: list[float]) -> None:
    plot = layout_dot_plot([_row(value) for value in values])
    places = [row.claimed_x for row in plot.rows]
    assert all(place is not None and 4 <= place <= 96 for place in places)
    assert 2 <= len(plot.ticks) <= TICKS_MAX + 1
    order = sorted(range(len(values)), key=values.__getitem__)
    in_order = [places[index] or 0 for index in order]
    assert in_order == sorted(in_order)


def test_a_sparkline_runs_left_to_right_with_the_largest_on_top() -> None:
    assert sparkline_points([1, 3, 2]) == "0.0,22.0 50.0,2.0 100.0,12.0"
    assert sparkline_points([5, 5]) == "0.0,12.0 100.0,12.0"
    assert sparkline_points([1]) == ""
