"""What several of the pages share: words for kinds and states, text with its quote marked."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi.responses import RedirectResponse

from evigate.base.errors import EvigateError
from evigate.kernel.pages import Badge
from evigate.learning.items.kinds import TITLES
from evigate.learning.items.payloads import QUESTION_KINDS

STATUS_BADGES: Mapping[str, Badge] = {
    "APPROVED": Badge("Approved", "good", "check"),
    "PENDING_EVAL": Badge("Waiting for review", "fair", "half"),
    "PENDING_GENERATION": Badge("Being made", "busy", "ring"),
    "REJECTED": Badge("Rejected", "poor", "cross"),
    "RETIRED": Badge("Retired", "neutral", "dash"),
}
DIFFICULTIES = ("introductory", "intermediate", "advanced")
KIND_CHOICES = tuple((kind, TITLES[kind]) for kind in QUESTION_KINDS)


def see(path: str) -> RedirectResponse:
    """Send the browser on after a change, by GET."""
    return RedirectResponse(path, status_code=303)


def status_badge(status: str) -> Badge:
    """Return how an item's status at the gate is shown."""
    return STATUS_BADGES[status]


def kind_title(kind: str) -> str:
    """Return a kind's name for people; a kind that is not ours by its own."""
    return TITLES.get(kind, kind)


def said(error: EvigateError) -> str:
    """Return an error as a sentence beside a field: what is wrong and what to do."""
    return f"{error.message} {error.remediation}"


def marked(text: str, spans: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    """Return a text in pieces, those within a span marked; spans may overlap and go beyond it."""
    pieces: list[dict[str, Any]] = []
    end = 0
    for start, stop in sorted(spans):
        start, stop = max(start, end), min(stop, len(text))
        if start >= stop:
            continue
        pieces.append({"text": text[end:start], "is_marked": False})
        pieces.append({"text": text[start:stop], "is_marked": True})
        end = stop
    pieces.append({"text": text[end:], "is_marked": False})
    return [piece for piece in pieces if piece["text"]]


def crumbs(*steps: tuple[str, str | None]) -> list[dict[str, Any]]:
    """Return a trail of (label, address), the last step being the page itself."""
    return [{"label": label, "href": href} for label, href in steps]


def tabs(module_id: object, active: str, *, may_watch: bool) -> list[dict[str, Any]]:
    """Return the pages of a module as links; `active` names this one."""
    base = f"/learning/{module_id}"
    found = [("module", "Overview", base), ("items", "Items", f"{base}/items")]
    if may_watch:
        found.append(("class", "Class", f"{base}/class"))
    return [
        {"label": label, "href": href, "is_active": name == active} for name, label, href in found
    ]


def percent(share: float | None) -> str:
    """Return a share of 1 as a whole number of percent; a dash where it is not known."""
    return "–" if share is None else f"{share * 100:.0f} %"


def texts(values: Sequence[str]) -> list[str]:
    """Return the lines that say something, without white space around them."""
    return [line.strip() for value in values for line in value.splitlines() if line.strip()]
