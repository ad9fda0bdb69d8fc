"""Where the marks of a dot plot stand: claimed against observed, a row a claim.

Pure geometry. Across, positions are percentages of the plot's width, so that one drawing fits every
screen without script; down, they are pixels, so that rows line up with labels set beside them.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

ROW_PX = 28
AXIS_PX = 26
# Keeps the outermost marks and tick labels inside the drawing.
MARGIN_PERCENT = 4.0
TICKS_MAX = 6


@dataclass(frozen=True, slots=True)
class Tick:
    """A value on the axis and its place across, in percent."""

    label: str
    x: float


@dataclass(frozen=True, slots=True)
class PlotRow:
    """One claim: places across in percent (None where the value is not known), `y` in pixels.

    `low_x` and `high_x` are None together. An end that is beyond the plot stands at its edge, and
    `is_low_cut` or `is_high_cut` says so.
    """

    source: Mapping[str, Any]
    y: float
    claimed_x: float | None
    observed_x: float | None
    low_x: float | None
    high_x: float | None
    is_low_cut: bool = False
    is_high_cut: bool = False


@dataclass(frozen=True, slots=True)
class DotPlot:
    """A plot ready to be drawn."""

    rows: tuple[PlotRow, ...]
    ticks: tuple[Tick, ...]
    height: int
    axis_y: int


def layout_dot_plot(rows: Sequence[Mapping[str, Any]]) -> DotPlot:
    """Place the marks of rows that share one unit.

    Args:
        rows: each with `claimed`, `observed`, `low` and `high`, numbers or None. An interval whose
            ends are not both known is left out.

    Returns:
        The plot with the rows in their order; no ticks if not one value is known. The axis covers
        all claimed and observed values, with ticks at round ones; it need not hold zero, since
        places are compared here and not lengths. An interval of few runs may be many times as wide
        as the values lie apart; it widens the axis by at most the values' own extent on each side.
    """
    values = _extent(rows)
    axis_y = len(rows) * ROW_PX
    if not values:
        empty = tuple(PlotRow(row, _y(i), None, None, None, None) for i, row in enumerate(rows))
        return DotPlot(empty, (), axis_y + AXIS_PX, axis_y)
    steps = round_steps(min(values), max(values))
    first, last = min(*values, *steps), max(*values, *steps)

    def place(value: Any) -> float | None:
        if value is None:
            return None
        share = (float(value) - first) / (last - first)
        return round(MARGIN_PERCENT + share * (100 - 2 * MARGIN_PERCENT), 2)

    placed = []
    for index, row in enumerate(rows):
        known = (place(row["claimed"]), place(row["observed"]))
        if row["low"] is None or row["high"] is None:
            placed.append(PlotRow(row, _y(index), *known, None, None))
            continue
        low, high = float(row["low"]), float(row["high"])
        ends = (place(min(max(low, first), last)), place(max(min(high, last), first)))
        placed.append(PlotRow(row, _y(index), *known, *ends, low < first, high > last))
    step = steps[1] - steps[0]
    ticks = tuple(Tick(_tick_label(value, step), place(value) or 0.0) for value in steps)
    return DotPlot(tuple(placed), ticks, axis_y + AXIS_PX, axis_y)


def round_steps(low: float, high: float) -> list[float]:
    """Return two to `TICKS_MAX` evenly spaced round values that lie around `low` to `high`.

    Source:
        Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990: steps of 1, 2 or 5.
    """
    if low == high:
        low, high = low - (abs(low) or 1) * 0.05, high + (abs(high) or 1) * 0.05
    raw = (high - low) / (TICKS_MAX - 2)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def sparkline_points(values: Sequence[float], *, width: int = 100, height: int = 24) -> str:
    """Return the `points` of a polyline through the values, oldest left, largest on top.

    Fewer than two values give no line; equal ones a line through the middle.
    """
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    points = []
    for index, value in enumerate(values):
        share = (value - low) / (high - low) if high > low else 0.5
        x = index / (len(values) - 1) * width
        points.append(f"{x:.1f},{2 + (1 - share) * (height - 4):.1f}")
    return " ".join(points)


def _extent(rows: Sequence[Mapping[str, Any]]) -> list[float]:
    """Return the values that the axis must hold; empty if not one is known."""
    points = [*_known(rows, "claimed", "observed")]
    ends = [*_known((row for row in rows if None not in (row["low"], row["high"])), "low", "high")]
    if not points or not ends:
        return points or ends
    width = max(points) - min(points) or max(ends) - min(ends)
    return [*points, max(min(points) - width, min(ends)), min(max(points) + width, max(ends))]


def _known(rows: Iterable[Mapping[str, Any]], *names: str) -> Iterable[float]:
    for row in rows:
        for name in names:
            value: Decimal | float | None = row[name]
            if value is not None:
                yield float(value)


def _y(index: int) -> float:
    return index * ROW_PX + ROW_PX / 2


def _tick_label(value: float, step: float) -> str:
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{digits}f}".replace("-", "−") if digits <= 6 else f"{value:.1e}"
