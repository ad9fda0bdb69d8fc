"""The contexts in which the pages of kits are drawn by the tests of templates."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.studio.building import pages as builds
from evigate.studio.building.views import BuildRunView, BuildStepView
from evigate.studio.kits.errors import E_KIT_STATE
from evigate.studio.kits.runs import pages as kits
from evigate.studio.kits.runs.models import OutputRow, PlanItem
from evigate.studio.kits.runs.views import (
    KitCredentialView,
    KitOutputView,
    KitPlanView,
    KitRunPageView,
    KitRunView,
    KitView,
    PlanItemView,
    Step,
)

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>"
PROJECT, RUN = UUID(int=7), UUID(int=8)
ERROR = EvigateError(E_KIT_STATE, HOSTILE)
ITEM = PlanItem(f"{HOSTILE}/a.md", "create", None, "a" * 64)
OUTPUT = OutputRow(
    0, "a", f"{HOSTILE}/b.md", "markdown", "failed", 1, 0, 1, 2,
    [{"message": HOSTILE, "line": 3, "is_error": True}], None, None,
)  # fmt: skip


def _kit(origin: str, status: str) -> KitView:
    row_id = RUN if origin == "imported" else None
    phases = ["SPEC", "PLAN"]
    return KitView(
        row_id, HOSTILE, "1.0.0", HOSTILE, "api", origin, status, "a" * 64, 3, phases, [HOSTILE]
    )


def _run(status: str, **changes: Any) -> KitRunView:
    values: dict[str, Any] = {
        "id": RUN, "project_id": PROJECT, "kit_id": HOSTILE, "kit_version": "1.0.0",
        "specification": "1.2.0", "is_dry": False, "status": status, "phase": "PLAN",
        "waits_for": None, "plan": "a" * 64, "bundle": None, "bundle_bytes": None,
        "error_code": None, "error_message": None, "created_by": HOSTILE, "created_at": NOW,
        "started_at": NOW, "completed_at": None,
    }  # fmt: skip
    return KitRunView(**{**values, **changes})


def _credential(status: str) -> KitCredentialView:
    connection = {"base_url": HOSTILE}
    checked = "failed" if status == "active" else None
    return KitCredentialView(
        RUN, HOSTILE, HOSTILE, "api_key", connection, status, None, NOW, checked, NOW
    )


def _build(status: str, *, is_ended: bool) -> BuildRunView:
    steps = [
        BuildStepView("a", HOSTILE, outcome, HOSTILE, [HOSTILE] if outcome == "left" else [])
        for outcome in builds.MARKS
    ]
    came = (HOSTILE, 81, 43, True) if is_ended else (None, None, None, None)
    error = (HOSTILE, HOSTILE) if status == "failed" else (None, None)
    ended = NOW if is_ended else None
    return BuildRunView(RUN, PROJECT, HOSTILE, status, steps, *came, [], *error, NOW, ended)


def pages(shell: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the pages with everything on them, and with next to nothing."""
    of_project = {**shell, "project_id": PROJECT, "name": HOSTILE, "badges": kits.BADGES}
    item = PlanItemView(ITEM.path, "create", None, "a" * 64, False)
    counts = {"create": 1, "update": 1, "delete": 1, "no-op": 1}
    plan = KitPlanView("a" * 64, RUN, HOSTILE, NOW, HOSTILE, counts, [HOSTILE], [item])
    output = KitOutputView("a", HOSTILE, "text", "failed", 1, 0, 0, 0, [], None, None)
    waiting = _run("running", waits_for="approval", error_code="E_X", error_message=HOSTILE,
                   bundle="b" * 64, bundle_bytes=2048, completed_at=NOW)  # fmt: skip
    full = {
        "kits": {
            **shell,
            "kits": [_kit("shipped", "active"), _kit("imported", "draft")],
            "badges": kits.BADGES,
            "may_bring": True,
            "error": ERROR,
        },
        "build": {
            **of_project,
            "kits": [HOSTILE],
            "kit": HOSTILE,
            "newest": _build("failed", is_ended=True),
            "before": [_build(each, is_ended=True) for each in ("succeeded", "cancelled")],
            "is_running": True,
            "badges": builds.BADGES,
            "marks": builds.MARKS,
            "may_write": True,
            "error": ERROR,
        },
        "kits_project": {
            **of_project,
            "kits": [_kit("shipped", "active"), _kit("imported", "draft")],
            "runs": [_run(each) for each in ("pending", "completed", "partial")] + [waiting],
            "credentials": [_credential(each) for each in ("active", "revoked", "expired")],
            "asks": [(HOSTILE, HOSTILE)],
            "may_write": True,
            "may_keep": True,
            "longest": 100,
            "error": ERROR,
        },
        "kit_run": {
            **of_project,
            "view": KitRunPageView(waiting, plan, [output], HOSTILE),
            "is_running": True,
            "badge": kits.BADGES["waiting"],
            "steps": [
                Step("SPEC", each, HOSTILE) for each in ("done", "now", "stopped", "to come")
            ],
            "tree": kits.tree_of([ITEM], [OUTPUT]),
            "diff": [{"path": HOSTILE, "action": "update", "lines": ["+" + HOSTILE, "-x", " y"]}],
            "marks": kits.STEP_MARKS,
            "looks": kits.STEP_LOOKS,
            "may_write": True,
            "may_approve": True,
            "error": ERROR,
        },
    }
    empty = {
        "kits": {**full["kits"], "kits": [], "may_bring": False, "error": None},
        "build": {
            **full["build"], "newest": None, "before": [], "is_running": False, "error": None,
        },
        "kits_project": {
            **full["kits_project"], "kits": [], "runs": [], "credentials": [], "asks": [],
            "may_write": False, "may_keep": False, "error": None,
        },
        "kit_run": {
            **full["kit_run"], "view": KitRunPageView(_run("pending"), None, [], ""), "tree": [],
            "diff": [], "is_running": False, "may_write": False, "may_approve": False,
            "error": None,
        },
    }  # fmt: skip
    return full, empty
