"""Which patterns of the library a project calls for, and what each would settle.

Pure: the same words, features and library give the same patterns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evigate.studio.features.models import Chosen
from evigate.studio.library import Library, match_patterns

DETECTED_MIN = 0.5
PATTERNS_MAX = 40


@dataclass(frozen=True, slots=True)
class Detected:
    """A pattern with its confidence to two places, the signals in words, and what it brings."""

    pattern_key: str
    pattern_name: str
    confidence: float
    signals: tuple[str, ...]
    settles: dict[str, Any]
    spec_additions: tuple[str, ...]


def detect_patterns(
    text: str, selected: Sequence[Chosen], library: Library
) -> tuple[Detected, ...]:
    """Return the patterns that the words and the chosen features call for, surest first."""
    patterns = {each.key: each for each in library.patterns}
    titles = {each.key: each.title for each in selected}
    found = []
    for match in match_patterns(text, library, features=list(titles)):
        pattern = patterns[match.key]
        if match.score < DETECTED_MIN:
            continue
        said = [f"you said “{quote}”" for quote in dict.fromkeys(h.quote for h in match.hits)]
        chosen = [f"“{titles[key]}” is chosen" for key in pattern.features if key in titles]
        found.append(
            Detected(
                pattern.key,
                pattern.title,
                round(match.score, 2),
                (*said, *chosen),
                dict(pattern.settles),
                tuple(pattern.steps),
            )
        )
    return tuple(found[:PATTERNS_MAX])
