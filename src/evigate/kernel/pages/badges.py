"""Words, tones and marks of statuses: one table, so that pages agree.

A tone is a colour's role; every tone comes with a word and a mark of its own shape, so nothing is
said by colour alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Badge:
    """How a state is shown: its word, the role of its colour, and the name of its mark."""

    label: str
    tone: str
    mark: str


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
_FAIR = ("timeout", "warning", "skipped", "stale", "expiring", "waiting", "pending")
_POOR = ("failed", "error", "blocked", "missing", "rejected", "revoked")
_BUSY = (
    "queued",
    "running",
    "parsing",
    "extracting",
    "planning",
    "cancelling",
    "processing",
)


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
