"""Words, tones and marks of verdicts and statuses: one table each, so that pages agree.

A tone is a colour's role; every tone comes with a word and a mark of its own shape, so nothing is
said by colour alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Badge:
    """How a state is shown: its word, the role of its colour, and the name of its mark."""

    label: str
    tone: str
    mark: str


VERDICTS: Mapping[str, Badge] = {
    "reproduced": Badge("Reproduced", "good", "check"),
    "partly": Badge("Partly reproduced", "fair", "half"),
    "not reproduced": Badge("Not reproduced", "poor", "cross"),
    "not comparable": Badge("Not comparable", "neutral", "dash"),
}

_GOOD = (
    "succeeded",
    "ready",
    "approved",
    "published",
    "parsed",
    "extracted",
    "ok",
    "resolved",
    "runnable",
)
_FAIR = ("timeout", "warning", "skipped", "stale", "expiring")
_POOR = ("failed", "error", "blocked", "missing", "rejected", "revoked")
_BUSY = ("queued", "running", "parsing", "extracting", "pending", "planning", "cancelling")


def verdict(name: str) -> Badge:
    """Return how a verdict is shown.

    Raises:
        KeyError: there is no such verdict; showing it as something else would be a lie.
    """
    return VERDICTS[name]


def status(name: str) -> Badge:
    """Return how a status is shown; one that is not in the table is shown neutral, by its name."""
    label = "OK" if name == "ok" else name.replace("_", " ").capitalize()
    for names, tone, mark in (
        (_GOOD, "good", "check"),
        (_FAIR, "fair", "half"),
        (_POOR, "poor", "cross"),
        (_BUSY, "busy", "ring"),
    ):
        if name in names:
            return Badge(label, tone, mark)
    return Badge(label, "neutral", "dash")
