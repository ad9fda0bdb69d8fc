"""Drawings as SVG: plain shapes in the page's own colour, with their text for who cannot see them.

Pure: the same drawing gives the same bytes. Nothing in it is a link, a script or a style.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from evigate.papers.storyboards.models import Bar, Bars, Cards, Dots, Drawing, Sheets

WIDTH = 360
DOT, GAP = 8, 18
BAR_HEIGHT, BAR_STEP = 22, 52
CARD_HEIGHT, CARD_STEP = 34, 44
SHEETS_MAX = 24
TEXT_CHARACTERS = 42


def draw(drawing: Drawing, alt_text: str) -> str:
    """Return a drawing as one SVG element; a screen reader says `alt_text` and nothing else."""
    match drawing:
        case Sheets():
            height, parts = 180, _sheets(drawing)
        case Cards():
            height, parts = 12 + CARD_STEP * len(drawing.labels), _cards(drawing)
        case Dots():
            height, parts = 10 * GAP + 16, _dots(drawing)
        case Bars():
            height, parts = 8 + BAR_STEP * len(drawing.bars), _bars(drawing)
    inside = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label={quoteattr(alt_text)} class="story-drawing" font-size="15" '
        f'fill="currentColor" stroke="none"><title>{escape(alt_text)}</title>{inside}</svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", weight: str = "400") -> str:
    shown = text if len(text) <= TEXT_CHARACTERS else text[: TEXT_CHARACTERS - 1] + "…"
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-weight="{weight}" '
        f'aria-hidden="true">{escape(shown)}</text>'
    )


def _sheets(drawing: Sheets) -> Iterator[str]:
    shown = min(drawing.count, SHEETS_MAX)
    step = 60 / max(1, shown)
    for number in range(shown):
        x, y = 110 + number * step, 60 - number * min(step, 2.5)
        yield (
            f'<rect x="{x:g}" y="{y:g}" width="80" height="104" rx="4" class="story-paper" '
            f'fill="Canvas" stroke="currentColor" stroke-width="1.5"/>'
        )
    last = 110 + (shown - 1) * step
    top = 60 - (shown - 1) * min(step, 2.5)
    for line in range(5):
        width = 60 if line else 40
        yield (
            f'<rect x="{last + 10:g}" y="{top + 16 + 16 * line:g}" width="{width}" height="5" '
            f'rx="2" fill-opacity="{0.9 if line == 0 else 0.35}"/>'
        )


def _cards(drawing: Cards) -> Iterator[str]:
    for number, label in enumerate(drawing.labels):
        y = 6 + number * CARD_STEP
        is_marked = number == drawing.marked
        yield (
            f'<rect x="20" y="{y}" width="{WIDTH - 40}" height="{CARD_HEIGHT}" rx="8" '
            f'fill-opacity="{0.18 if is_marked else 0.05}" stroke="currentColor" '
            f'stroke-width="{2.5 if is_marked else 1}"/>'
        )
        yield _text(WIDTH / 2, y + 22, label, anchor="middle", weight="700" if is_marked else "400")


def _dots(drawing: Dots) -> Iterator[str]:
    left = (WIDTH - 9 * GAP) / 2
    for number in range(100):
        x, y = left + number % 10 * GAP, 14 + number // 10 * GAP
        fill = "currentColor" if number < drawing.marked else "none"
        yield (
            f'<circle cx="{x:g}" cy="{y:g}" r="{DOT - 2}" fill="{fill}" stroke="currentColor" '
            f'stroke-width="1.5"/>'
        )


def _bars(drawing: Bars) -> Iterator[str]:
    largest = max(abs(bar.value) for bar in drawing.bars) or 1.0
    for number, bar in enumerate(drawing.bars):
        yield from _bar(bar, 6 + number * BAR_STEP, largest)


def _bar(bar: Bar, y: float, largest: float) -> Iterator[str]:
    width = abs(bar.value) / largest * (WIDTH - 110)
    yield _text(4, y + 12, bar.label, weight="700" if bar.is_main else "400")
    yield (
        f'<rect x="4" y="{y + 18:g}" width="{max(width, 1.5):.2f}" height="{BAR_HEIGHT}" rx="3" '
        f'fill-opacity="{0.85 if bar.is_main else 0.4}"/>'
    )
    yield _text(12 + max(width, 1.5), y + 34, bar.shown, weight="700")
