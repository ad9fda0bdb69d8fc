"""Every page, drawn with all it may show and with nothing: whole, labelled, without inline code."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from jinja2 import UndefinedError
from tests.unit.web import access_pages, studio_pages

from evigate.base.errors import EvigateError
from evigate.base.ids import TenantId
from evigate.base.subject import Subject
from evigate.kernel.conditions import Step
from evigate.kernel.organisations import (
    Engagement,
    EngagementStatus,
    Listed,
    OrganisationMember,
    OrganisationView,
    Place,
)
from evigate.kernel.organisations.errors import E_ORGANISATION_EXISTS
from evigate.kernel.pages import make_environment, read_notebook
from evigate.kernel.pages.environment import STATIC, STYLESHEETS, asset
from evigate.kernel.pages.environment import TEMPLATES as SHARED_TEMPLATES
from evigate.kernel.policies import (
    Answered,
    Considered,
    Decision,
    Effect,
    Evaluation,
    HeldRole,
    KeptPolicy,
    PolicyDraft,
    Role,
)
from evigate.kernel.realtime import Followed
from evigate.kernel.tenancy import Invitation
from evigate.papers import PAPERS_TEMPLATES, VERDICT_BADGES
from evigate.papers.environments.models import Difference, Lock, Locked
from evigate.studio.errors import E_EDIT_STALE
from evigate.studio.library import packaged_library
from evigate.studio.library.errors import E_LIBRARY_STALE
from evigate.studio.library.pages import TEMPLATES as LIBRARY_TEMPLATES
from evigate.studio.library.schemas import (
    EntryOut,
    HitOut,
    IndustryOut,
    ItemOut,
    MatchOut,
    QuestionOut,
    VersionOut,
)
from evigate.studio.objectives.packaged import IDEA_DISCOVERY
from evigate.studio.objectives.pages import objective_context
from evigate.studio.objectives.rehearsal import rehearse
from evigate.studio.objectives.service import KeptObjective
from evigate.studio.pages import RESEARCH_BADGES, RESEARCH_KINDS, discovery_context
from evigate.studio.pages import TEMPLATES as STUDIO_TEMPLATES
from evigate.studio.permissions import PERMISSIONS, READ
from evigate.studio.portal.pages import TEMPLATES as PORTAL_TEMPLATES
from evigate.studio.portal.views import CustomerView
from evigate.studio.project_discovery import PROJECT_DISCOVERY
from evigate.studio.reader import read_offline
from evigate.studio.research.models import ResearchTask
from evigate.studio.service import Discovery
from evigate.studio.session.evolve import begin
from evigate.studio.session.turns import Turn
from evigate.studio.store import Project
from evigate.studio.tasks.actions import (
    ApproveReject,
    ExternalLink,
    FileUpload,
    FormField,
    FormSubmit,
    MultiSelect,
    SingleSelect,
    TextInput,
)
from evigate.studio.tasks.models import Action, Activity, Submission, Target, Task, TaskPage, Wait
from evigate.studio.tasks.pages import KINDS, PRIORITIES, STATES, TASK_BADGES
from evigate.studio.tasks.pages import TEMPLATES as TASKS_TEMPLATES
from evigate.studio.views import MessageView, TaskView, noted_by_leaf, view_of
from evigate.web.pages import TEMPLATES
from evigate.web.reference import reference_context

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>"
VOID = {"area", "base", "br", "hr", "img", "input", "link", "meta"}
FOLDERS = (
    TEMPLATES,
    PAPERS_TEMPLATES,
    STUDIO_TEMPLATES,
    LIBRARY_TEMPLATES,
    PORTAL_TEMPLATES,
    TASKS_TEMPLATES,
    *studio_pages.FOLDERS,
    SHARED_TEMPLATES,
)
ACCOUNT = {"email": "ada@example.org", "tenant": "home", "role": "owner", "is_operator": True}


def _shell(active: str | None = "papers", *, has_account: bool = True) -> dict[str, Any]:
    account = ACCOUNT if has_account else None
    shell = {
        "version": "0.1.0",
        "data_dir": "/data",
        "page": None,
        "active": active,
        "account": account,
    }
    return {"shell": shell, "csrf_token": "csrf-1"}


ACTIONS = [
    {
        "label": "Go",
        "method": "post",
        "href": "/go",
        "tone": "primary",
        "is_enabled": True,
        "reason": None,
    },
    {
        "label": "See",
        "method": "get",
        "href": "/see",
        "tone": "plain",
        "is_enabled": True,
        "reason": None,
    },
    {
        "label": "Not",
        "method": "post",
        "href": "/not",
        "tone": "danger",
        "is_enabled": False,
        "reason": "Later.",
    },
]
POLICY = PolicyDraft(HOSTILE, "deny", (HOSTILE,), ("x:*",), {"a": 1}, 5, False, HOSTILE)
HELD = HeldRole(
    UUID(int=2), UUID(int=1), HOSTILE, UUID(int=5), HOSTILE, "tenant", "user:1", NOW, NOW
)
STEP = Step("user.id", "$eq", HOSTILE, (HOSTILE,), False, "")
POLICY_FORM = {
    "id": "1",
    "version": 1,
    "name": HOSTILE,
    "description": HOSTILE,
    "effect": "deny",
    "actions": HOSTILE,
    "resources": "x:*",
    "conditions": HOSTILE,
    "priority": 5,
    "is_enabled": True,
    "user_id": "1",
    "action": HOSTILE,
    "resource": HOSTILE,
    "resource_attributes": HOSTILE,
    "environment": HOSTILE,
}
PROBLEM = {
    "code": "E_X",
    "message": HOSTILE,
    "remediation": "Do it again.",
    "errors": [{"place": "model.name", "message": "is empty"}, {"place": "", "message": "odd"}],
    "request_id": "r-1",
}
PAPER_LINK = {"title": HOSTILE, "href": "/papers/1"}


def _claim(claim_id: str, **given: Any) -> dict[str, Any]:
    claim = {
        "id": claim_id,
        "dataset": None,
        "split": None,
        "metric": "accuracy",
        "value": Decimal("97.60"),
        "units": "%",
        "method": HOSTILE,
        "row": None,
        "column": None,
        "quote": HOSTILE,
        "citation": "Table 1",
        "page": 2,
        "confidence": 0.9,
        "is_own_method": True,
    }
    return {**claim, **given}


def _paper(**given: Any) -> dict[str, Any]:
    paper = {
        "title": HOSTILE,
        "authors": ["A", "B"],
        "arxiv_id": "1234.5678",
        "arxiv_version": 2,
        "doi": "10.1/x",
        "status": "ready",
        "page_count": 3,
        "created_at": NOW,
        "pdf_href": "/p.pdf",
    }
    return {**paper, **given}


def _page() -> dict[str, Any]:
    box = {"claim_id": "c1", "label": HOSTILE, "x0": 10.0, "y0": 20.0, "x1": 30.0, "y1": 28.0}
    return {"number": 2, "width": 612.0, "height": 792.0, "image_href": "/i.png", "boxes": [box]}


def _row(row_id: str, verdict: str, **given: Any) -> dict[str, Any]:
    row = {
        "id": row_id,
        "method": HOSTILE,
        "dataset": "Wine",
        "split": None,
        "metric": "accuracy",
        "units": "%",
        "claimed": Decimal("97.66"),
        "observed": 97.1,
        "low": 96.2,
        "high": 98.0,
        "gap": -0.56,
        "gap_percent": -0.5734,
        "verdict": verdict,
        "reason": HOSTILE,
        "differences": [
            {
                "kind": "departed",
                "sentence": HOSTILE,
                "reason": HOSTILE,
                "quote": HOSTILE,
                "page": 3,
            },
            {"kind": "software", "sentence": "so", "reason": "", "quote": None, "page": None},
        ],
        "page": 5,
        "quote": HOSTILE,
        "citation": "Table 1, p.5",
        "claim_href": "/c",
        "cell_href": "/n#cell",
        "cell_number": 12,
    }
    return {**row, **given}


ROWS = [
    _row("1", "reproduced"),
    _row("2", "partly", low=None, high=None),
    _row("3", "not reproduced", units=None, method=None),
    _row(
        "4",
        "not comparable",
        observed=None,
        low=None,
        high=None,
        gap=None,
        gap_percent=None,
        reason=None,
        claim_href=None,
        cell_href=None,
        cell_number=None,
    ),
]
PLOT = {
    "title": "Accuracy",
    "units": "%",
    "rows": [{**row, "label": HOSTILE, "href": row["claim_href"]} for row in ROWS],
}
REPORT = {
    "paper": {**PAPER_LINK, "authors": ["A"], "arxiv_id": "1234.5678"},
    "report": {"title": "Report", "sentence": "2 held.", "created_at": NOW, "method": "So."},
    "counts": {"reproduced": 1, "partly": 1, "not reproduced": 1, "not comparable": 1},
    "plots": [PLOT],
    "rows": ROWS,
    "caveats": [HOSTILE],
    "assumptions": [{"about": "The plan", "field": "seeds", "value": HOSTILE, "reason": HOSTILE}],
    "environment": [("Python", "3.11")],
}
PLACE = {"page": 5, "crop": "data:image/png;base64,AAAA", "rows": ROWS}
NO_REPORT = {
    **REPORT,
    "counts": dict.fromkeys(REPORT["counts"], 0),
    "plots": [],
    "rows": [],
    "caveats": [],
    "assumptions": [],
}
CELLS = read_notebook(
    {
        "cells": [
            {"cell_type": "markdown", "id": "a", "source": HOSTILE},
            {
                "cell_type": "code",
                "id": "b",
                "source": "1",
                "execution_count": None,
                "outputs": [
                    {"output_type": "stream", "text": HOSTILE},
                    {"output_type": "error", "evalue": "x", "traceback": [HOSTILE]},
                    {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}},
                ],
            },
        ]
    }
)
RUN = {
    "title": "Run 1",
    "status": "running",
    "started_at": NOW,
    "completed_at": None,
    "duration_s": None,
    "facts": [("Seed", 42), ("Sandbox", None)],
}
PLAN = {
    "title": "Plan 1",
    "status": "draft",
    "producer": "built-in",
    "created_at": NOW,
    "budget_minutes": 5,
    "estimated_minutes": 0.5,
    "is_licence_compliant": True,
}
DECISION = {
    "what": "notebook",
    "href": "/plans/1/decide",
    "read_href": "/plans/1/notebook",
    "may_decide": True,
}
PARAMETER = {"name": "C", "value": "1", "quote": HOSTILE, "page": 4, "href": "/p", "reason": "so"}

OPENAPI = {
    "info": {"version": "1"},
    "paths": {
        "/things/{id}": {
            "post": {
                "operationId": "make",
                "tags": ["things"],
                "summary": HOSTILE,
                "description": HOSTILE,
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/x/Thing"}}}},
                "responses": {"200": {"description": HOSTILE}, "404": {"description": "None."}},
            }
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "properties": {
                    "name": {"type": "string", "examples": [HOSTILE]},
                    "parts": {"type": "array", "items": {"$ref": "#/x/Thing"}},
                }
            }
        }
    },
}
HIT = HitOut(quote=HOSTILE, start=0, end=len(HOSTILE))
LIBRARY_ENTRY = EntryOut(
    kind="features",
    key="tips",
    title=HOSTILE,
    origin="override",
    version=2,
    text=HOSTILE,
    versions=[VersionOut(version=2, is_withdrawn=True, written_by="user:1", written_at=NOW)],
)
LIBRARY_MATCH = MatchOut(key="tips", title=HOSTILE, score=0.5, hits=[HIT], excluded=[HIT])
LIBRARY_QUESTION = QuestionOut(
    key="q", ask=HOSTILE, kind="text", options=[], weight=5, pool="general", why=HOSTILE
)
LISTED = Listed(UUID(int=9), "agency", HOSTILE, HOSTILE, 1, NOW, 2, 1)
E_ORGANISATION_TAKEN = EvigateError(E_ORGANISATION_EXISTS, HOSTILE)
OFFERED = Invitation(
    UUID(int=3), HOSTILE, "customer", "", HOSTILE, NOW, NOW, None, None, UUID(int=9), HOSTILE
)
CARD = {"choices": [HOSTILE], "is_multiple": True, "escapes": ["I don't know"]}
ASKED = MessageView(UUID(int=4), 3, "agent", HOSTILE, "budget", CARD, None, is_revised=False)
OPEN_TASK = TaskView(UUID(int=5), "DECIDE", HOSTILE, "budget", [HOSTILE], "pending", HOSTILE)


def engagement(number: int, status: EngagementStatus, title: str | None) -> Engagement:
    return Engagement(
        UUID(int=number), UUID(int=9), UUID(int=7), HOSTILE, HOSTILE, title, None, None, status, NOW
    )


TASK = Task(
    UUID(int=1), UUID(int=2), HOSTILE, "PROVIDE", HOSTILE, HOSTILE, "pending", "high", "generic", None, (), None,
    None, HOSTILE, date(2026, 12, 1), (), 1, NOW, HOSTILE, None,
)  # fmt: skip
CONFIGS = (
    TextInput(),
    SingleSelect(options=(HOSTILE, "b")),
    MultiSelect(options=(HOSTILE, "b")),
    ApproveReject(approve_label="Yes", reject_label="No"),
    ExternalLink(url="https://example.org/?a=1&b=2"),
    FileUpload(endings=(HOSTILE,)),
    FormSubmit(
        fields=tuple(
            FormField(name=each, label="Label", type=each)  # type: ignore[arg-type]
            for each in ("text", "number", "date", "boolean", "secret")
        )
    ),
)


def _discovery(text: str, *more: str) -> Discovery:
    """Return a project whose conversation is real, and whose words are hostile."""
    numbers = count(1)

    def new_id() -> UUID:
        return UUID(int=next(numbers))

    started = {
        "id": str(new_id()),
        "project_id": str(new_id()),
        "objective_id": str(new_id()),
        "level": "novice",
        "needs": [each.key for each in PROJECT_DISCOVERY.obligations],
    }
    session = begin(started)
    objective = PROJECT_DISCOVERY
    for said in (text, *more):
        turn = Turn(session, PROJECT_DISCOVERY, new_id, packaged_library())
        found, reading = read_offline(said, packaged_library())
        turn.say(said, found.claims, source="test", domain=reading.domain, reading=reading)
        session, objective = turn.session, turn.objective
    project = Project(
        UUID(int=1), HOSTILE, "active", "DISCOVERY", UUID(int=2), NOW, session.id, session.domain,
        session.completeness, session.phase, session.turn, None, 1,
    )  # fmt: skip
    return Discovery(project, session, objective, frozenset())


STUDIO_PROJECT = _discovery(
    f"We run dog-grooming salons and lose {HOSTILE}. Customers need {HOSTILE}. Budget 20k.",
    "decide later",
    f"The budget is 35k {HOSTILE}",
)
STUDIO_EMPTY = _discovery("Hm.")
RESEARCHED = ResearchTask(
    UUID(int=7), UUID(int=1), None, "integration_research", HOSTILE, "completed", 1, 5,
    {
        "title": HOSTILE,
        "labels": ["from built-in knowledge"],
        "decide": [HOSTILE],
        "points": [
            {"title": HOSTILE, "text": HOSTILE, "source": {
                "label": HOSTILE, "kind": "integrations", "key": "x", "title": HOSTILE,
                "url": "https://example.org/x"}},
            {"title": HOSTILE, "text": HOSTILE, "source": {
                "label": HOSTILE, "kind": "document", "key": "x", "title": HOSTILE, "url": None}},
        ],
    },
    None, NOW, NOW, NOW,
)  # fmt: skip
NOT_RESEARCHED = replace(
    RESEARCHED, id=UUID(int=8), status="failed", result=None, error_message=HOSTILE
)


def _studio(found: Discovery, *, may_write: bool) -> dict[str, Any]:
    found = replace(found, may=frozenset(PERMISSIONS if may_write else (READ,)))
    view = view_of(found)
    return {
        **_shell("studio"),
        **discovery_context(found),
        "watch": studio_pages.WATCH,
        "open_tasks": {each.key: 2 for each in view.needs} if may_write else {},
        "noted": noted_by_leaf(view.noted),
        "text": HOSTILE if may_write else "",
        "error": None,
        "research": [RESEARCHED, NOT_RESEARCHED] if may_write else [],
        "research_kinds": RESEARCH_KINDS,
        "research_badges": RESEARCH_BADGES,
    }


OWNER = Subject(TenantId(UUID(int=9)), "user:1", "owner")
OBJECTIVE = KeptObjective(
    UUID(int=5), "idea_discovery", "1.0.0", HOSTILE, IDEA_DISCOVERY.to_json(), True, NOW
)
STALE = EvigateError(
    E_EDIT_STALE, HOSTILE, detail={"yours": HOSTILE, "present": HOSTILE, "version": 1}
)
FOLLOWED = Followed((f"/api/v1/x?after={HOSTILE}",), "task_changed")
FULL: dict[str, dict[str, Any]] = {
    "studio_list": {
        **_shell("studio"),
        "projects": [STUDIO_PROJECT.project],
        "may_write": True,
        "text": HOSTILE,
        "error": HOSTILE,
        "longest": 20_000,
        "example": {"name": HOSTILE, "text": HOSTILE},
    },
    "studio_chat": {**_studio(STUDIO_PROJECT, may_write=True), "error": STALE},
    "studio_output": _studio(STUDIO_PROJECT, may_write=True),
    "studio_objectives": {
        **_shell("studio"),
        "objectives": [OBJECTIVE, replace(OBJECTIVE, is_active=False)],
    },
    "studio_objective": {
        **_shell("studio"),
        **objective_context(
            replace(OBJECTIVE, is_active=False),
            OWNER,
            transcript=HOSTILE,
            rehearsal=rehearse(OBJECTIVE.objective, [HOSTILE, HOSTILE], packaged_library()),
            error=STALE,
        ),
    },
    "library_list": {
        **_shell("studio"),
        "kinds": ["features", "patterns"],
        "kind": "features",
        "words": HOSTILE,
        "items": [
            ItemOut(kind="features", key="tips", title=HOSTILE, origin="override", version=2),
            ItemOut(kind="patterns", key="ladder", title="Ladder", origin="packaged", version=0),
        ],
        "more": 7,
        "own_count": 1,
        "idea": HOSTILE,
        "reading": {
            "kinds": [("features", [LIBRARY_MATCH]), ("patterns", [])],
            "questions": [LIBRARY_QUESTION],
            "question_count": 3,
        },
        "industries": [IndustryOut(code="812910", title=HOSTILE, domains={"appointments": 1.0})],
    },
    "library_entry": {
        **_shell("studio"),
        "entry": LIBRARY_ENTRY,
        "text": HOSTILE,
        "may_write": True,
        "error": {"message": HOSTILE, "remediation": E_LIBRARY_STALE.remediation},
        "is_stale": True,
    },
    "papers_list": {
        **_shell(),
        "papers": [
            {
                **_paper(),
                "claim_count": 3,
                "href": "/papers/1",
                "run_href": "/runs/1",
                "counts": REPORT["counts"],
            },
            {
                **_paper(authors=[], arxiv_id=None),
                "claim_count": None,
                "href": "/2",
                "run_href": None,
                "counts": None,
            },
        ],
        "form": {"url": HOSTILE, "error_file": "Too large.", "error_url": "No scheme."},
        "upload_max_bytes": 1_000_000,
        "is_busy": True,
        "newer_href": "/papers",
        "older_href": "/older",
    },
    "paper": {
        **_shell(),
        "paper": _paper(),
        "groups": [
            {
                "title": "Table 1",
                "claims": [
                    _claim("c1"),
                    _claim(
                        "c2",
                        is_own_method=False,
                        method=None,
                        confidence=0.2,
                        units=None,
                        dataset="Wine",
                        split="test",
                    ),
                ],
            }
        ],
        "pages": [_page()],
        "actions": ACTIONS,
        "plans": [{"label": "Plan 1", "status": "approved", "href": "/plan", "report_href": None}],
        "runs": [{"label": "Run 1", "status": "failed", "href": "/run", "report_href": "/r"}],
        "hidden_count": 3,
        "all_href": "/paper?all=yes",
        "versions": {"older_href": "/a/changes/b", "newer_href": "/b/c", "upload_href": "/up"},
        "edit_href": "/paper/claims",
    },
    "datasets": {
        **_shell(),
        "datasets": [
            {
                "name": "wine",
                "title": HOSTILE,
                "kind": "table",
                "rows": 178,
                "licence": None,
                "licence_reason": HOSTILE,
                "source": HOSTILE,
                "status": "blocked",
                "notes": HOSTILE,
                "sha256": "ab" * 32,
                "may_allow": True,
                "is_own": True,
            }
        ],
        "form": {"title": HOSTILE, "source": "x", "text": "y", "claim": HOSTILE, "error": "No."},
        "may_write": True,
    },
    "plan_versions": {
        **_shell(),
        "paper": PAPER_LINK,
        "plan": {"id": "1", "revision": 2, "href": "/plan", "hash": "ab", "json": "{}"},
        "versions": [
            {
                "revision": 2,
                "href": "/plan",
                "status": "approved",
                "moment": NOW,
                "changes": [{"place": "seeds", "before": HOSTILE, "after": HOSTILE}],
            }
        ],
        "sensitivity": [
            {
                "field": HOSTILE,
                "is_decisive": True,
                "values": ["0.2", HOSTILE],
                "rows": [
                    {
                        "label": HOSTILE,
                        "cells": [
                            {"verdict": "reproduced", "observed": 97.5},
                            {"verdict": None, "observed": None},
                        ],
                        "points": [97.5, 96.0],
                    }
                ],
            }
        ],
        "fields": ["protocol.test_size"],
        "form": {
            "error": "Not JSON.",
            "document": HOSTILE,
            "variation": HOSTILE,
            "variation_error": "No such field.",
        },
        "may_write": True,
    },
    "claim_edit": {
        **_shell(),
        "title": "A claim",
        "paper": PAPER_LINK,
        "claim": {
            "dataset": HOSTILE,
            "split": "test",
            "metric": "accuracy",
            "value": "97.5",
            "units": "%",
            "method": HOSTILE,
            "is_own_method": True,
            "page": 4,
            "quote": HOSTILE,
            "citation": "Table 1",
            "own_reason": HOSTILE,
        },
        "action_href": "/paper/claims/1",
        "reject_href": "/paper/claims/1/reject",
        "rejected": [{"label": HOSTILE, "href": "/paper/claims/2/restore"}],
        "error": "No such words.",
        "edits": [
            {
                "kind": "correct",
                "reason": HOSTILE,
                "created_by": "user:1",
                "created_at": NOW,
                "changes": [{"name": "value", "before": HOSTILE, "after": None}],
            }
        ],
    },
    "plan": {
        **_shell(),
        "paper": PAPER_LINK,
        "plan": PLAN,
        "actions": ACTIONS,
        "decision": DECISION,
        "decisions": [{"label": "Plan", "reason": HOSTILE, "moment": NOW}],
        "datasets": [
            {
                "title": "Wine",
                "status": "ready",
                "rows": 178,
                "licence": "CC",
                "source": "x",
                "notes": HOSTILE,
                "href": None,
            }
        ],
        "protocol": [("Kind", "hold-out")],
        "models": [
            {
                "id": "m",
                "method": HOSTILE,
                "dataset": "Wine",
                "recipe": "svm",
                "status": "runnable",
                "reason": "since",
                "claims": [{"label": "97 %", "href": "/c"}],
                "parameters": [
                    {**PARAMETER, "origin": origin} for origin in ("paper", "assumed", "default")
                ],
            }
        ],
        "justifications": [{"topic": "Data", "quote": HOSTILE, "citation": "S. 1"}],
        "assumptions": [{"field": "seeds", "value": "0", "reason": HOSTILE}],
        "left_out": [{"method": HOSTILE, "datasets": [HOSTILE], "reason": HOSTILE}],
        "skipped": [{"label": "x", "reason": HOSTILE, "href": None}],
    },
    "notebook": {
        **_shell(),
        "paper": PAPER_LINK,
        "cells": CELLS,
        "actions": ACTIONS,
        "notebook": {
            "title": "Notebook",
            "status": "succeeded",
            "is_executed": True,
            "created_at": NOW,
            "digest": "ab" * 32,
        },
        "downloads": [{"label": "Download", "href": "/d"}],
        "decision": {**DECISION, "may_decide": False},
    },
    "run": {
        **_shell("runs"),
        "paper": PAPER_LINK,
        "run": RUN,
        "problem": None,
        "actions": ACTIONS,
        "links": [{"label": "Plan", "href": "/plan"}],
        "stages": [
            {"name": "train", "label": "Train", "status": "running", "duration_s": None},
            {"name": "load", "label": "Load", "status": "succeeded", "duration_s": 1.0},
        ],
        "progress": {"percent": 42.0, "message": HOSTILE},
        "log": [{"level": "error", "text": HOSTILE}],
        "metrics": [
            {
                "key": "a|b|c",
                "label": HOSTILE,
                "split": None,
                "value": 0.5,
                "seed": 42,
                "series": [0.1, 0.5],
            }
        ],
        "last_seq": 7,
        "events_href": "/runs/1/events",
        "inner_href": "/runs/2/events",
        "inner_last_seq": 3,
        "waiting": {"what": "plan", "href": "/plans/1"},
        "nothing_to_run": HOSTILE,
        "run_id": "1",
        "others": [{"label": HOSTILE, "id": "2"}],
        "curves": [
            {
                "key": HOSTILE,
                "label": HOSTILE,
                "seed": 42,
                "points": [(1, 0.5), (2, 0.25)],
                "line": "4,4 196,76",
                "low": 0.25,
                "high": 0.5,
                "last": (2, 0.25),
            }
        ],
    },
    "report": {
        **_shell("runs"),
        **REPORT,
        "run_href": "/run",
        "downloads": [{"label": "CSV", "href": "/csv"}],
    },
    "report_file": {**REPORT, "cells": CELLS[1:], "places": [PLACE]},
    "runs_list": {
        **_shell("runs"),
        "is_busy": True,
        "newer_href": None,
        "older_href": "/older",
        "runs": [
            {
                "title": "Run 1",
                "paper_title": HOSTILE,
                "href": "/run",
                "status": "timeout",
                "started_at": NOW,
                "duration_s": 41.0,
                "counts": REPORT["counts"],
                "report_href": "/r",
            }
        ],
    },
    "sign_in": {
        **_shell(None, has_account=False),
        "form": {"email": HOSTILE, "error": "No."},
        "next": "/x",
    },
    "doctor": {
        **_shell("doctor"),
        "is_healthy": False,
        "checked_at": NOW,
        "checks": [
            {"name": "Storage", "status": "failed", "detail": HOSTILE, "remediation": "Fix it."},
            {"name": "Database", "status": "ok", "detail": "There.", "remediation": None},
        ],
    },
    "settings": {
        **_shell("settings"),
        "watch": FOLLOWED,
        "message": "Done.",
        "form": {"error_new": "Short.", "error_email": "No address.", "email": HOSTILE},
        "link": {"email": HOSTILE, "url": "http://test/sign-in/x"},
        "invitation": None,
        "invitations": [{"id": "1", "email": HOSTILE, "role": "editor", "expires_at": NOW}],
        "members": [{"email": HOSTILE, "role": "editor"}],
        "roles": ["learner", "owner"],
        "may_manage": True,
        "settings": [
            {"name": "EVIGATE_PORT", "value": None, "source": "default", "description": "Port."}
        ],
    },
    "account": {**_shell("account"), "message": "Done.", "error_new": "Short."},
    "tokens": {
        **_shell("settings"),
        "new_token": "evg_x",
        "form": {"name": "", "error": "Taken."},
        "tokens": [
            {
                "name": HOSTILE,
                "id": "1",
                "hint": "…9xyz",
                "created_at": NOW,
                "role": "owner",
            }
        ],
    },
    "access": {
        **_shell("settings"),
        "roles": [
            Role(None, "owner", "", ("a:b",)),
            Role(UUID(int=1), HOSTILE, HOSTILE, ("x:*",), 1),
        ],
        "matrix": [
            {"name": "a:b", "held": [True, False]},
            {"name": HOSTILE, "held": [False, True]},
        ],
        "grants": [HELD],
        "policies": [KeptPolicy(UUID(int=3), POLICY, 1, "user:1", NOW)],
        "evaluations": [
            Evaluation(UUID(int=4), None, HOSTILE, HOSTILE, False, "nothing_holds", (), 40, NOW)
        ],
        "may_manage": True,
    },
    "policy": {
        **_shell("settings"),
        "form": POLICY_FORM,
        "members": [{"user_id": "1", "email": HOSTILE}],
        "answered": Answered(
            UUID(int=1),
            HOSTILE,
            Decision(
                False,
                "denied",
                ("p",),
                (
                    Considered("p", HOSTILE, Effect.DENY, 1, True, (STEP,)),
                    Considered("q", HOSTILE, Effect.ALLOW, 0, None),
                ),
            ),
        ),
        "error": HOSTILE,
        "may_manage": True,
    },
    "sign_in_link": {**_shell(None, has_account=False), "action_href": "/sign-in/x"},
    "invitation": {
        **_shell(None, has_account=False),
        "offer": {
            "tenant": HOSTILE,
            "organisation": HOSTILE,
            "email": HOSTILE,
            "role": "customer",
            "message": HOSTILE,
            "expires_at": NOW,
        },
        "action_href": "/invitations/x",
        "is_member": False,
        "other_email": HOSTILE,
    },
    "organisations": {
        **_shell("settings"),
        "organisations": [LISTED],
        "may_create": True,
        "form": {"slug": HOSTILE, "name": HOSTILE},
        "error": E_ORGANISATION_TAKEN,
    },
    "organisation": {
        **_shell("settings"),
        "watch": FOLLOWED,
        "view": OrganisationView(
            LISTED,
            [
                OrganisationMember(UUID(int=1), HOSTILE, "owner", NOW),
                OrganisationMember(UUID(int=2), HOSTILE, "member", NOW),
            ],
            [
                engagement(1, EngagementStatus.ACTIVE, HOSTILE),
                engagement(2, EngagementStatus.COMPLETED, None),
            ],
            [],
            ["client", "guest"],
            frozenset(),
        ),
        "may_manage": True,
        "may_own": True,
        "waiting": [(OFFERED, "pending"), (OFFERED, "expired")],
        "things": [("project:1", HOSTILE)],
        "titles": {"project:1": HOSTILE},
        "invitation": {"email": HOSTILE, "url": "http://test/invitations/x"},
        "error": E_ORGANISATION_TAKEN,
    },
    "portal_list": {
        **_shell("portal"),
        "places": [
            (UUID(int=1), Place("project:1", HOSTILE, HOSTILE, EngagementStatus.ACTIVE)),
            (UUID(int=2), Place("project:2", None, HOSTILE, EngagementStatus.COMPLETED)),
        ],
    },
    "portal_project": {
        **_shell("portal"),
        "watch": FOLLOWED,
        "view": CustomerView(
            UUID(int=1),
            HOSTILE,
            0.5,
            3,
            ASKED,
            [OPEN_TASK],
            [OPEN_TASK],
            may_answer=True,
            may_give=True,
        ),
        "text": HOSTILE,
        "error": EvigateError(
            E_ORGANISATION_EXISTS, HOSTILE, detail={"yours": HOSTILE, "present": HOSTILE}
        ),
        "longest": 100,
    },
    "inbox": {
        **_shell("inbox"),
        "watch": FOLLOWED,
        "may_make": True,
        "tasks": [replace(TASK, state=state) for state in TASK_BADGES],
        "last": UUID(int=9),
        "badges": TASK_BADGES,
        "kinds": KINDS,
        "states": STATES,
        "today": date(2026, 12, 2),
        "form": {
            "project": HOSTILE,
            "kind": "PROVIDE",
            "state": "",
            "everybody": True,
            "due_by": HOSTILE,
            "about": HOSTILE,
        },
    },
    "task": {
        **_shell("inbox"),
        "watch": FOLLOWED,
        "page": TaskPage(
            TASK,
            tuple(Action(UUID(int=n), HOSTILE, each, n > 1) for n, each in enumerate(CONFIGS)),
            tuple(
                Target.model_construct(kind=k, target=HOSTILE) for k in ("need", "task", "feature")
            ),
            (Wait(UUID(int=4), HOSTILE, True), Wait(UUID(int=5), HOSTILE, False)),
            (
                Submission(
                    UUID(int=6),
                    UUID(int=1),
                    {"name": HOSTILE, "digest": "d", "size_bytes": 1},
                    ({"secret": HOSTILE}, {"file": "d"}),
                    HOSTILE,
                    NOW,
                ),
            ),
            (Activity("created", HOSTILE, {}, NOW),),
            may_answer=True,
            may_change=True,
        ),
        "badges": TASK_BADGES,
        "priorities": PRIORITIES,
        "key": HOSTILE,
        "error": EvigateError(
            E_ORGANISATION_EXISTS,
            HOSTILE,
            detail={"yours": {"a": HOSTILE}, "present": {"a": HOSTILE}},
        ),
    },
    "confirm": {
        **_shell(),
        "question": HOSTILE,
        "consequences": HOSTILE,
        "action_href": "/do",
        "action_label": "Do it",
        "back_href": "/back",
    },
    "reference": {**_shell(None), **reference_context(OPENAPI)},
    "error": {
        **_shell(None),
        "problem": {**PROBLEM, "status": 404, "title": "Not found", "is_retryable": True},
        "back_href": "/papers",
    },
}
NOTHING = {"info": {"version": "1"}, "paths": {}}
LOCK = Lock("3.11.7", "linux-x86_64", {"numpy": Locked("2.1.0", "ab" * 32)})
BUILD = {
    "is_end": True,
    "status": {"value": "failed"},
    "error_code": "E_ENVIRONMENT_UNAVAILABLE",
    "error_message": HOSTILE,
}
FULL["environment"] = {
    **_shell("runs"),
    "run_href": "/runs/1",
    "found": {
        "lock": LOCK,
        "differences": [Difference("numpy", "2.1.0", None)],
        "is_built": True,
        "build": BUILD,
    },
    "is_building": False,
    "remaining": [{"name": "numpy", "locked": "2.1.0", "present": "2.1.0, files ab"}],
    "actions": ACTIONS,
}
EMPTY: dict[str, dict[str, Any]] = {
    "studio_list": {
        **FULL["studio_list"],
        "projects": [],
        "may_write": False,
        "text": "",
        "error": None,
    },
    "studio_chat": _studio(STUDIO_EMPTY, may_write=False),
    "studio_output": _studio(STUDIO_EMPTY, may_write=False),
    "studio_objectives": {**FULL["studio_objectives"], "objectives": []},
    "studio_objective": {
        **_shell("studio"),
        **objective_context(OBJECTIVE, Subject(TenantId(UUID(int=9)), "user:1", "viewer")),
    },
    "environment": {
        **FULL["environment"],
        "found": {"lock": LOCK, "differences": [], "is_built": False, "build": None},
        "remaining": [],
        "actions": [],
    },
    "library_list": {
        **FULL["library_list"],
        "kind": "",
        "words": "",
        "items": [],
        "more": 0,
        "own_count": 0,
        "idea": "",
        "reading": None,
        "industries": [],
    },
    "library_entry": {
        **FULL["library_entry"],
        "entry": LIBRARY_ENTRY.model_copy(update={"origin": "packaged", "versions": []}),
        "may_write": False,
        "error": None,
        "is_stale": False,
    },
    "datasets": {**FULL["datasets"], "datasets": [], "may_write": False},
    "plan_versions": {
        **FULL["plan_versions"],
        "versions": [],
        "sensitivity": [],
        "fields": [],
        "may_write": False,
    },
    "claim_edit": {
        **FULL["claim_edit"],
        "rejected": [],
        "claim": dict.fromkeys(FULL["claim_edit"]["claim"]),
        "reject_href": None,
        "error": None,
        "edits": [],
    },
    "papers_list": {
        **FULL["papers_list"],
        "papers": [],
        "is_busy": False,
        "newer_href": None,
        "older_href": None,
        "form": {"url": "", "error_file": None, "error_url": None},
    },
    "paper": {
        **FULL["paper"],
        "versions": {"older_href": None, "newer_href": None, "upload_href": None},
        "groups": [],
        "pages": [],
        "actions": [],
        "plans": [],
        "runs": [],
        "paper": _paper(
            authors=[], arxiv_id=None, arxiv_version=None, doi=None, page_count=None, pdf_href=None
        ),
    },
    "plan": {
        **FULL["plan"],
        "actions": [],
        "datasets": [],
        "models": [],
        "decision": None,
        "decisions": [],
        "justifications": [],
        "assumptions": [],
        "left_out": [],
        "skipped": [],
    },
    "notebook": {**FULL["notebook"], "cells": [], "downloads": [], "actions": [], "decision": None},
    "run": {
        **FULL["run"],
        "metrics": [],
        "log": [],
        "links": [],
        "actions": [],
        "stages": [],
        "progress": {"percent": None, "message": None},
        "problem": PROBLEM,
        "waiting": None,
        "nothing_to_run": None,
        "inner_href": None,
        "events_href": None,
        "others": [],
        "curves": [],
    },
    "report": {**FULL["report"], **NO_REPORT, "downloads": []},
    "report_file": {**FULL["report_file"], **NO_REPORT, "cells": [], "places": []},
    "runs_list": {**FULL["runs_list"], "runs": [], "is_busy": False, "older_href": None},
    "sign_in": {**FULL["sign_in"], "form": {"email": "", "error": None}},
    "doctor": {**FULL["doctor"], "checks": [], "is_healthy": True},
    "settings": {
        **FULL["settings"],
        "message": None,
        "link": None,
        "invitation": {"email": HOSTILE, "url": "http://test/invitations/x"},
        "invitations": [],
        "members": [],
        "may_manage": False,
        "settings": [],
        "form": {"error_new": None, "error_email": None, "email": ""},
    },
    "tokens": {
        **FULL["tokens"],
        "new_token": None,
        "tokens": [],
        "form": {"name": "", "error": None},
    },
    "account": {**FULL["account"], "message": None, "error_new": None},
    "access": {
        **FULL["access"],
        "matrix": [],
        "grants": [],
        "policies": [],
        "evaluations": [],
        "may_manage": False,
    },
    "policy": {
        **FULL["policy"],
        "form": dict.fromkeys(POLICY_FORM, ""),
        "members": [],
        "answered": None,
        "error": None,
        "may_manage": False,
    },
    "sign_in_link": FULL["sign_in_link"],
    "invitation": {
        **FULL["invitation"],
        "offer": None,
        "action_href": None,
        "other_email": None,
    },
    "organisations": {
        **FULL["organisations"],
        "organisations": [],
        "may_create": False,
        "form": {"slug": "", "name": ""},
        "error": None,
    },
    "organisation": {
        **FULL["organisation"],
        "view": OrganisationView(LISTED, [], [], [], [], frozenset()),
        "may_manage": False,
        "may_own": False,
        "waiting": [],
        "things": [],
        "titles": {},
        "invitation": None,
        "error": None,
    },
    "portal_list": {**FULL["portal_list"], "places": []},
    "portal_project": {
        **FULL["portal_project"],
        "view": CustomerView(
            UUID(int=1), HOSTILE, 0.0, 1, None, [], [], may_answer=False, may_give=False
        ),
        "text": "",
        "error": None,
    },
    "inbox": {
        **FULL["inbox"],
        "may_make": False,
        "tasks": [],
        "last": None,
        "form": {
            **dict.fromkeys(("project", "kind", "state", "due_by", "about"), ""),
            "everybody": False,
        },
    },
    "task": {
        **FULL["task"],
        "page": TaskPage(
            replace(TASK, state="completed", result={"a": HOSTILE}, description=""),
            (),
            (),
            (),
            (),
            (),
            may_answer=False,
            may_change=False,
        ),
        "error": None,
    },
    "confirm": FULL["confirm"],
    "reference": {**_shell(None), **reference_context(NOTHING)},
    "error": {
        **FULL["error"],
        "problem": {
            **FULL["error"]["problem"],
            "errors": [],
            "request_id": None,
            "is_retryable": False,
        },
    },
}
_STUDIO = studio_pages.pages(_shell("studio"))
_ACCESS = access_pages.pages(_shell("settings"))
for _full, _empty in (_STUDIO, _ACCESS):
    FULL.update(_full)
    EMPTY.update(_empty)
PAGES = [
    pytest.param(name, context, id=f"{name}-{kind}")
    for kind, contexts in (("full", FULL), ("empty", EMPTY))
    for name, context in contexts.items()
]
PARTS = {
    "base",
    "components",
    "report_parts",
    "decision",
    "project_parts",
    "specification_parts",
    "studio_parts",
}
each_page = pytest.mark.parametrize(("name", "context"), PAGES)


class Page(HTMLParser):
    """A page's elements in order, and whether every one was closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.append((self.open[-1], data))

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


ENVIRONMENT = make_environment(
    TEMPLATES,
    PAPERS_TEMPLATES,
    STUDIO_TEMPLATES,
    LIBRARY_TEMPLATES,
    PORTAL_TEMPLATES,
    TASKS_TEMPLATES,
    *studio_pages.FOLDERS,
    verdicts=VERDICT_BADGES,
)


def _draw(name: str, context: dict[str, Any]) -> tuple[str, Page]:
    html = ENVIRONMENT.get_template(f"{name}.html").render(context)
    return html, Page(html)


def test_every_template_is_drawn_here() -> None:
    found = {path.stem for folder in FOLDERS for path in folder.glob("*.html")}
    assert found - PARTS == set(FULL) == set(EMPTY)


@each_page
def test_a_page_is_whole_and_has_its_landmarks(name: str, context: dict[str, Any]) -> None:
    html, page = _draw(name, context)
    assert html.lstrip().startswith("<!doctype html>")
    assert page.open == []
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("main")) == 1 and len(page.all("h1")) == 1 and len(page.all("title")) >= 1
    if name == "report_file":
        return
    assert page.all("header") and page.all("footer")
    assert page.all("a")[0]["href"] == "#main"
    assert page.all("main")[0]["id"] == "main"
    assert bool(page.all("nav")) == (context["shell"]["account"] is not None)


@each_page
def test_nothing_given_becomes_markup(name: str, context: dict[str, Any]) -> None:
    html, page = _draw(name, context)
    assert HOSTILE not in html
    assert not any(tag == "script" and text.strip() for tag, text in page.texts)


@each_page
def test_the_content_security_policy_has_nothing_to_forbid(
    name: str, context: dict[str, Any]
) -> None:
    _, page = _draw(name, context)
    for tag, attributes in page.elements:
        assert "style" not in attributes, f"<{tag}> has a style of its own"
        assert not [key for key in attributes if key.startswith("on")], f"<{tag}> has a handler"
    assert len(page.all("style")) == (1 if name == "report_file" else 0)
    for script in page.all("script"):
        assert (script["src"] or "").startswith("/static/")


@each_page
def test_everything_has_a_name_that_can_be_read_aloud(name: str, context: dict[str, Any]) -> None:
    html, page = _draw(name, context)
    assert all("alt" in image for image in page.all("img"))
    labelled = {label.get("for") for label in page.all("label")}
    for field in page.all("input", "select", "textarea"):
        assert field.get("type") == "hidden" or field.get("id") in labelled
        described = field.get("aria-describedby")
        assert described is None or f'id="{described}"' in html
    for drawing in page.all("svg"):
        is_part = drawing.get("width") == "1"
        assert is_part or drawing.keys() & {"aria-hidden", "aria-label", "aria-labelledby"}
    assert len(page.all("table")) == len(page.all("caption"))
    assert all(head.get("scope") in ("col", "row") or name == "notebook" for head in page.all("th"))


@each_page
def test_ids_are_unique_and_links_within_the_page_lead_somewhere(
    name: str, context: dict[str, Any]
) -> None:
    _, page = _draw(name, context)
    ids = [str(attributes["id"]) for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    if context is not FULL["paper"]:
        return
    inner = [str(link["href"])[1:] for link in page.all("a") if str(link["href"]).startswith("#")]
    # The second claim's box is not among the pages given.
    assert set(inner) - set(ids) == {"region-c2"}


@each_page
def test_every_form_that_changes_something_carries_the_token(
    name: str, context: dict[str, Any]
) -> None:
    html, page = _draw(name, context)
    posts = [form for form in page.all("form") if form.get("method") == "post"]
    assert len(posts) == len([form for form in page.all("form") if form.get("method") != "get"])
    assert html.count('name="csrf_token" value="csrf-1"') == len(posts)


def test_a_missing_value_is_an_error_rather_than_a_gap() -> None:
    context = {key: value for key, value in FULL["doctor"].items() if key != "checks"}
    with pytest.raises(UndefinedError, match="checks"):
        _draw("doctor", context)


def test_a_region_lies_where_its_box_is_and_leads_to_its_claim() -> None:
    html, page = _draw("paper", FULL["paper"])
    assert 'viewBox="0 0 612.0 792.0"' in html
    (rect,) = [item for item in page.all("rect") if "x" in item]
    # The box 10, 20 to 30, 28 with a margin of 1.5 points around.
    assert [rect[key] for key in ("x", "y", "width", "height")] == ["8.5", "18.5", "23.0", "11.0"]
    (region,) = [item for item in page.all("a") if item.get("data-region")]
    assert (region["href"], region["id"]) == ("#claim-c1", "region-c1")


def test_a_live_run_resumes_after_what_is_drawn_and_works_without_script() -> None:
    html, _ = _draw("run", FULL["run"])
    assert 'data-live="/runs/1/events" data-after="7"' in html
    assert 'data-inner="/runs/2/events" data-inner-after="3"' in html
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in html
    ended, _ = _draw("run", EMPTY["run"])
    assert "live.js" not in ended and "refresh" not in ended


def test_the_report_file_asks_the_network_for_nothing() -> None:
    html, page = _draw("report_file", FULL["report_file"])
    assert not page.all("script", "link", "iframe", "object")
    assert all(str(image["src"]).startswith("data:") for image in page.all("img"))
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org)", html)


def test_verdicts_differ_by_word_tone_and_mark() -> None:
    badges = list(VERDICT_BADGES.values())
    for parts in zip(*((each.label, each.tone, each.mark) for each in badges), strict=True):
        assert len(set(parts)) == len(badges) == 4


def test_a_verdict_that_is_none_is_an_error() -> None:
    row = {**ROWS[0], "verdict": "maybe"}
    with pytest.raises(KeyError):
        _draw("report", {**FULL["report"], "rows": [row]})


def test_verdicts_are_told_by_words_beside_marks() -> None:
    _, page = _draw("report", FULL["report"])
    words = " ".join(text for _, text in page.texts)
    for label in ("Reproduced", "Partly reproduced", "Not reproduced", "Not comparable"):
        assert label in words


def test_assets_change_their_address_with_their_content() -> None:
    digest = hashlib.sha256((STATIC / "js/live.js").read_bytes()).hexdigest()[:12]
    assert asset("js/live.js") == f"/static/js/live.js?v={digest}"


def test_vendored_files_are_those_of_the_manifest() -> None:
    vendor = STATIC / "vendor"
    entries = json.loads((vendor / "MANIFEST.json").read_text())
    files = {name: digest for entry in entries for name, digest in entry["files"].items()}
    present = {path.name for path in vendor.iterdir()} - {"MANIFEST.json"}
    assert present == set(files)
    for name, digest in files.items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == digest


def test_colours_are_named_in_one_place_and_controllers_stay_small() -> None:
    for name in STYLESHEETS:
        text = (STATIC / f"css/{name}.css").read_text()
        if name not in ("tokens", "pages"):
            assert not re.search(r"#[0-9a-f]{3,8}\b", text), f"{name}.css names a colour"
    for path in (STATIC / "js").glob("*.js"):
        assert len(path.read_text().splitlines()) < 100


def test_every_class_in_the_templates_has_a_style_or_a_script() -> None:
    styles = "".join((STATIC / f"css/{name}.css").read_text() for name in STYLESHEETS)
    scripts = "".join(path.read_text() for path in (STATIC / "js").glob("*.js"))
    known = set(re.findall(r"\.([a-z][a-z0-9_-]*)", styles + scripts))
    used: set[str] = set()
    for name, context in FULL.items():
        _, page = _draw(name, context)
        for _, attributes in page.elements:
            used.update((attributes.get("class") or "").split())
    generated = {item for item in used if item.startswith(("tok-", "mark-", "log--", "tone-"))}
    assert used - known - generated == set()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "surface", "sunken"])
@pytest.mark.parametrize("ink", ["text", "quiet", "link", "good", "fair", "poor"])
def test_ink_stands_out_from_its_ground(ink: str, ground: str, theme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text."""
    lighter, darker = sorted((_luminance(ink, theme), _luminance(ground, theme)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def _luminance(role: str, theme: str) -> float:
    """The relative luminance of a role's colour, by WCAG's formula."""
    tokens = (STATIC / "css/tokens.css").read_text()
    pair = re.search(
        rf"--{role}: light-dark\(var\(--([a-z0-9-]+)\), var\(--([a-z0-9-]+)\)\)", tokens
    )
    assert pair, role
    colour = re.search(rf"--{pair[1 if theme == 'light' else 2]}: #([0-9a-f]{{6}})", tokens)
    assert colour
    parts = [int(colour[1][index : index + 2], 16) / 255 for index in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
