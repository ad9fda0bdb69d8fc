"""Contexts of the workspace, of roles, grants and tasks to be made, for `test_templates.py`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from evigate.kernel.policies import Answered, Considered, Decision, Effect, HeldRole, Role
from evigate.studio.tasks.pages import TASK_BADGES

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>"
HELD = HeldRole(
    UUID(int=2), UUID(int=1), HOSTILE, UUID(int=5), HOSTILE, "tenant", "user:1", NOW, NOW
)
DENIED = Decision(False, "denied", ("p",), (Considered("p", HOSTILE, Effect.DENY, 1, True, ()),))
Pages = dict[str, dict[str, Any]]


def pages(shell: Mapping[str, Any]) -> tuple[Pages, Pages]:
    """Return each page with all that it shows, and with nothing."""
    full: Pages = {
        "access_roles": {
            "roles": [Role(UUID(int=1), HOSTILE, HOSTILE, ("x:*",), 1)],
            "house_roles": ["owner"],
            "capabilities": ["studio:read"],
            "form": dict.fromkeys(("name", "description", "capabilities"), HOSTILE),
            "error": HOSTILE,
            "may_manage": True,
        },
        "access_grants": {
            "grants": [HELD],
            "roles": [HOSTILE],
            "members": [{"user_id": UUID(int=5), "email": HOSTILE, "attributes": HOSTILE}],
            "things": [("project:1", HOSTILE)],
            "organisations": [("organisation:1", HOSTILE)],
            "form": dict.fromkeys(("user_id", "role", "scope", "until"), HOSTILE),
            "now": NOW,
            "error": HOSTILE,
            "may_manage": True,
        },
        "access_who": {
            "form": dict.fromkeys(("action", "resource", "attributes"), HOSTILE),
            "found": [Answered(UUID(int=1), HOSTILE, DENIED)],
            "capabilities": ["studio:read"],
            "error": HOSTILE,
            "may_manage": True,
        },
        "workspace": {
            "tasks": [
                SimpleNamespace(
                    id=1, title=HOSTILE, project_name=HOSTILE, due_on=HOSTILE, state=each
                )
                for each in ("pending", "blocked")
            ],
            "badges": TASK_BADGES,
            "projects": [SimpleNamespace(id=1, name=HOSTILE, completeness=0.5, open_tasks=2)],
            "papers": [SimpleNamespace(paper=SimpleNamespace(id=1, title=HOSTILE), claim_count=3)],
            "modules": [SimpleNamespace(id=1, title=HOSTILE)],
            "stores": [SimpleNamespace(id=1, title=HOSTILE, documents=2)],
            "may_begin": True,
            "may_upload": True,
        },
        "task_new": {
            "project": {"id": UUID(int=7), "name": HOSTILE},
            "form": {
                **dict.fromkeys(("title", "description", "options", "due_on"), HOSTILE),
                "kind": "DECIDE",
                "whose": "owner",
                "priority": "high",
                "about": f"feature:{HOSTILE}",
            },
            "kinds": ("PROVIDE", "DECIDE", "REVIEW", "CONNECT"),
            "priorities": ("low", "high"),
            "roles": ("owner", "customer"),
            "error": HOSTILE,
        },
    }
    empty: Pages = {
        name: {**context, "error": None, "may_manage": False} for name, context in full.items()
    }
    lists = ("tasks", "projects", "papers", "modules", "stores")
    empty["workspace"] |= {**dict.fromkeys(lists, ()), "may_begin": False, "may_upload": False}
    empty["access_roles"] |= {"roles": []}
    empty["access_grants"] |= {"grants": [], "roles": [], "members": []}
    empty["access_who"] |= {"found": None}
    return tuple({n: {**shell, **c} for n, c in each.items()} for each in (full, empty))  # type: ignore[return-value]
