"""Contexts of the pages of what works on a project, for `studio_pages.py`: with all, and nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from evigate.boot.doctor import Check
from evigate.boot.health import Burn, Health
from evigate.kernel.realtime import ChannelLine, ConnectionLine, Followed, Heartbeat
from evigate.kernel.realtime.service import Standing
from evigate.kernel.realtime.store import Totals
from evigate.studio.context import pages as context_pages
from evigate.studio.context.models import Line
from evigate.studio.context.views import (
    AskedView,
    ChangeView,
    PieceView,
    ProfileView,
    RenewalStepView,
    RenewalView,
)
from evigate.studio.reviews import pages as reviews_pages
from evigate.studio.reviews.views import FindingView, ReviewView, StepView

FOLDERS = (context_pages.TEMPLATES, reviews_pages.TEMPLATES)
NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>"
PROJECT = UUID(int=7)
STEPS = [
    RenewalStepView(HOSTILE, "failed", HOSTILE),
    RenewalStepView("specification", "", ""),
]
RENEWAL = RenewalView(UUID(int=1), "running", 1, STEPS, HOSTILE, NOW)
PIECE = PieceView(HOSTILE, "doc", HOSTILE, 7, 2, "a" * 64, NOW, NOW, {HOSTILE: "imports"})
ASKED = AskedView(
    UUID(int=1), "ad_hoc", HOSTILE, HOSTILE, [], 9, 7, True, True, "user:1", NOW, 1, 1, 1
)
LINES = [
    Line(UUID(int=1), "doc", HOSTILE, HOSTILE, state, 7, 0.5, HOSTILE)  # type: ignore[arg-type]
    for state in ("whole", "part", "out")
]

STEPS = [
    StepView(HOSTILE, HOSTILE, HOSTILE, "", [HOSTILE], done, producer, tokens)
    for done, producer, tokens in ((True, HOSTILE, 7), (False, None, None))
]
SAID = [{"by": HOSTILE, "stance": "objects", "reason": HOSTILE, "quote": HOSTILE}]
FINDING = FindingView("A_RULE", "warning", HOSTILE, HOSTILE, HOSTILE, HOSTILE, True, "open", SAID)
REVIEW = ReviewView(
    UUID(int=1), "1.0.0", "debate", "paused", HOSTILE, 1, STEPS, 9, 3, 10, 0, 0.9, True, 2,
    UUID(int=2), UUID(int=3), [FINDING] * 22, 1, 1, {"message": HOSTILE}, "user:1", NOW, NOW,
)  # fmt: skip

CONNECTIONS = [
    ConnectionLine(
        UUID(int=1),
        HOSTILE,
        "project",
        HOSTILE,
        {"agent": HOSTILE},
        NOW,
        ended,
        taken,
        3,
        1,
        reason,
    )
    for ended, taken, reason in ((None, NOW, None), (NOW, None, "dropped"))
]
CHANNELS = [
    ChannelLine(HOSTILE, "project", None, is_active, at, 1)
    for is_active, at in ((True, NOW), (False, None))
]
STANDING = Standing(
    Totals(1, 2, 1, 0, 0, 9, 1), CHANNELS, CONNECTIONS, [Heartbeat("project"), Heartbeat("user")]
)
HEALTH = Health(
    (Check(HOSTILE, "failed", HOSTILE, HOSTILE), Check(HOSTILE, "ok", HOSTILE)),
    STANDING,
    (Burn(HOSTILE, "tokens", 9, 1, 5, 2.0),),
)
UNUSED = Health((), Standing(Totals(0, 0, 0, 0, 0, 0, 0), [], [], []), ())


def pages(shell: dict[str, Any], watch: Any, error: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the pages' contexts by template: with everything, and with nothing."""
    common = {**shell, "watch": watch, "project_id": PROJECT, "name": HOSTILE}
    full = {
        "context": {
            **common,
            "pieces": [PIECE],
            "asked": ASKED,
            "lines": LINES,
            "piece": PIECE,
            "text": HOSTILE,
            "reached": [PIECE],
            "lately": [ASKED],
            "changes": [ChangeView(HOSTILE, "updated", "a", "b", [HOSTILE] * 7, True, NOW)],
            "budgets": [
                ProfileView("agent", HOSTILE, 9, 2, 7, 5, {"doc": 3}, 1, True),
                ProfileView("workflow", "default", 9, 2, 7, 5, {}, 0, False),
            ],
            "may_set": True,
            "outdated": [HOSTILE, "specification"],
            "renewal": RENEWAL,
            "may_write": True,
            "error": error,
        },
    }
    full["reviews"] = {
        **common,
        "review": REVIEW,
        "reviews": [REVIEW],
        "badges": reviews_pages.BADGES,
        "strategies": reviews_pages.STRATEGIES,
        "may_write": True,
        "error": error,
    }
    followed = Followed((f"/api/v1/x?after={HOSTILE}",), "health_changed")
    full["health_now"] = {
        **shell,
        "watch": followed,
        "health": HEALTH,
        "checked_at": NOW,
        "error": error,
    }
    nothing = {
        "pieces": [], "asked": None, "lines": (), "piece": None, "text": "", "reached": [],
        "lately": [], "changes": [], "budgets": [], "may_set": False, "error": None,
        "outdated": [], "renewal": None, "may_write": False,
    }  # fmt: skip
    unseen = replace(
        REVIEW, status="completed", findings=[], tokens_limit=None, reason="", error=None
    )
    empty = {
        "context": {**full["context"], **nothing},
        "health_now": {**full["health_now"], "health": UNUSED, "error": None},
        "reviews": {**full["reviews"], "review": unseen, "reviews": [], "error": None},
    }
    return full, empty
