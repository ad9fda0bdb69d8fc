"""The contrast of two colours, and which pairs of a palette must have how much.

Source:
    WCAG 2.2, success criteria 1.4.3 (text, 4.5 to 1) and 1.4.11 (parts of controls, 3 to 1), and
    its definition of relative luminance.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

TEXT_MIN, PART_MIN = 4.5, 3.0
PAIRS: tuple[tuple[str, str, float], ...] = (
    ("text", "background", TEXT_MIN),
    ("text", "surface", TEXT_MIN),
    ("muted", "background", TEXT_MIN),
    ("muted", "surface", TEXT_MIN),
    ("on_action", "action", TEXT_MIN),
    ("action", "background", TEXT_MIN),
    ("action", "surface", TEXT_MIN),
    ("good", "surface", TEXT_MIN),
    ("poor", "surface", TEXT_MIN),
)
HEX = re.compile(r"#[0-9a-f]{6}")
STEPS = 100


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours by role with their contrast, to two places, and what is asked of them."""

    mode: str
    front: str
    back: str
    ratio: float
    least: float

    @property
    def is_met(self) -> bool:
        """Say whether it can be read."""
        return self.ratio >= self.least


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours #rrggbb, 1 to 21, whichever is in front."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs_of(palette: Mapping[str, str], mode: str) -> tuple[Pair, ...]:
    """Return the pairs of a palette that are read, in the order of `PAIRS`; rounded down."""
    return tuple(
        Pair(mode, front, back, int(contrast(palette[front], palette[back]) * 100) / 100, least)
        for front, back, least in PAIRS
    )


def nearest_readable(colour: str, backs: tuple[str, ...], least: float = TEXT_MIN) -> str:
    """
    Return the colour nearest to one that can be read on all the given backgrounds.

    It goes in even steps towards black or white, whichever is readable sooner; where no mixture
    is, it is the one of them that comes nearer.
    """
    for step in range(STEPS + 1):
        for end in ("#000000", "#ffffff"):
            found = _mixed(colour, end, step / STEPS)
            if all(contrast(found, back) >= least for back in backs):
                return found
    return max(("#000000", "#ffffff"), key=lambda end: min(contrast(end, back) for back in backs))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mixed(colour: str, end: str, share: float) -> str:
    pairs = [(int(colour[a : a + 2], 16), int(end[a : a + 2], 16)) for a in (1, 3, 5)]
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)
