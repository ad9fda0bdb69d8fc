"""The boards: palettes, letters and shapes that go together, light and dark.

Pure data of ours. Every pair of colours that is read meets the contrast that `contrast.py` asks
for, which the tests hold for each board.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
SERIF = "Georgia, Cambria, 'Times New Roman', 'Noto Serif', serif"
MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, monospace"
ROLES = ("background", "surface", "text", "muted", "line", "action", "on_action", "good", "poor")


@dataclass(frozen=True, slots=True)
class Board:
    """One board; colours are #rrggbb by role, sizes in pixels."""

    key: str
    title: str
    summary: str
    style: tuple[str, ...]
    light: Mapping[str, str]
    dark: Mapping[str, str]
    headings: str
    body: str
    size: int
    radius: int
    space: int
    layout: str


def _palette(colours: str) -> Mapping[str, str]:
    """Return colours, written in the order of `ROLES`, by their roles."""
    return dict(zip(ROLES, colours.split(), strict=True))


BOARDS: tuple[Board, ...] = (
    Board(
        "calm",
        "Calm",
        "Much room, soft edges, one blue. For people who come now and then and want to be sure.",
        ("quiet", "roomy", "rounded"),
        _palette("#fbfbf9 #ffffff #1c1b19 #5b5954 #c9c6bd #1f5a99 #ffffff #1f6b3f #a3312a"),
        _palette("#161719 #1f2124 #f0efec #b5b2ab #4a4c50 #8fbdf0 #10263d #86d3a4 #f0a19b"),
        SANS, SANS, 16, 10, 8, "one column, cards",
    ),
    Board(
        "desk",
        "Desk",
        "Dense tables and small letters. For people who work in it all day with a keyboard.",
        ("dense", "sharp", "tabular"),
        _palette("#f4f6f8 #ffffff #14202b #4c5a67 #b8c2cb #0b5c6b #ffffff #1d6a34 #9b2c1f"),
        _palette("#10161c #18212a #e8eef3 #a9b6c2 #3d4b58 #6fd0e0 #06262c #7fd39a #f2a093"),
        SANS, SANS, 14, 3, 4, "side navigation, tables",
    ),
    Board(
        "paper",
        "Paper",
        "Serif letters on warm paper. For reading: lessons, articles, records of a practice.",
        ("warm", "literary", "roomy"),
        _palette("#faf6ee #fffdf8 #2a241b #66594a #d3c6b1 #7a3b1d #ffffff #3c6124 #9a2a2a"),
        _palette("#1c1813 #26211a #f3ebdd #c2b5a1 #544a3c #eeb08b #3a1a09 #abd28d #f2a3a0"),
        SERIF, SERIF, 17, 4, 8, "one column, wide margins",
    ),
    Board(
        "market",
        "Market",
        "Pictures first, strong buttons. For choosing and buying on a phone.",
        ("lively", "picture first", "rounded"),
        _palette("#ffffff #faf7fb #20141f #62505f #d8cbd6 #9c1f63 #ffffff #1c6b4a #a62622"),
        _palette("#181117 #231a22 #f6edf4 #c5b2c1 #564452 #f58fc4 #3c0a25 #83d6b2 #f5a19d"),
        SANS, SANS, 16, 14, 8, "grid of cards, bottom bar",
    ),
    Board(
        "signal",
        "Signal",
        "Large letters and plain colours of highest contrast. For gloves, sunlight and tired eyes.",
        ("bold", "high contrast", "large"),
        _palette("#ffffff #f2f2f2 #000000 #3d3d3d #767676 #003f9e #ffffff #005a20 #8f0000"),
        _palette("#000000 #141414 #ffffff #cfcfcf #8a8a8a #ffd84a #1c1600 #7ee59b #ff9d94"),
        SANS, SANS, 18, 4, 12, "one task a screen",
    ),
    Board(
        "garden",
        "Garden",
        "Greens and rounded shapes. For health, food, children and whatever grows.",
        ("friendly", "natural", "rounded"),
        _palette("#f6faf4 #ffffff #18241a #4d5f50 #c2d2c2 #226137 #ffffff #226137 #a1352b"),
        _palette("#121a14 #1a251d #ecf4ed #adc0b0 #3f5244 #8fd8a3 #0b2a15 #8fd8a3 #f1a49a"),
        SANS, SANS, 16, 16, 8, "cards, large pictures",
    ),
)  # fmt: skip
