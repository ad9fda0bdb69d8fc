"""Contexts of the studio's project pages, for `test_templates.py`: with all they show, and nothing."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.unit.web import context_pages, kit_pages

from evigate.base.errors import EvigateError
from evigate.studio.design import pages as design_pages
from evigate.studio.design.api import DesignView
from evigate.studio.features import pages as features_pages
from evigate.studio.features.errors import E_FEATURE_STALE
from evigate.studio.features.views import (
    BoardView,
    CandidateView,
    ChangeView,
    FeatureView,
    SeedView,
)
from evigate.studio.feedback import pages as feedback_pages
from evigate.studio.feedback.api import (
    CalibrationOut,
    StandingOut,
    StatisticsOut,
    SuppressedOut,
)
from evigate.studio.kits import pages_scores
from evigate.studio.kits.api_scores import KindView, MissingView, ScoreView
from evigate.studio.moving import pages as moving_pages
from evigate.studio.moving.api import BroughtView
from evigate.studio.phases import pages as phases_pages
from evigate.studio.phases.views import (
    GateItemView,
    GateView,
    PassView,
    StaleView,
    StandingView,
    StepView,
)
from evigate.studio.planning import pages as planning_pages
from evigate.studio.planning.api import FindingView, PlanningArtifactView
from evigate.studio.planning.views import (
    AnswerView,
    MistakeView,
    PatternView,
    PlanQuestionView,
    PlanView,
    PrefillView,
    SectionView,
)
from evigate.studio.specification import pages as specification_pages
from evigate.studio.specification.export_markdown import OVERVIEW, TITLES
from evigate.studio.specification.graph import Graph
from evigate.studio.specification.views import (
    ChangedView,
    CommentView,
    DifferenceView,
    PieceView,
    RequirementLine,
    SpecificationView,
    StatementView,
    VersionView,
)
from evigate.studio.specification.views import (
    FindingView as SpecificationFindingView,
)
from evigate.studio.watching import Watch

FOLDERS = (
    phases_pages.TEMPLATES,
    features_pages.TEMPLATES,
    planning_pages.TEMPLATES,
    specification_pages.TEMPLATES,
    design_pages.TEMPLATES,
    *context_pages.FOLDERS,
    pages_scores.TEMPLATES,
    kit_pages.kits.TEMPLATES,
    kit_pages.builds.TEMPLATES,
    feedback_pages.TEMPLATES,
    moving_pages.TEMPLATES,
)
NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>"
PROJECT = UUID(int=7)
STALE = EvigateError(
    E_FEATURE_STALE, HOSTILE, detail={"yours": HOSTILE, "present": HOSTILE, "version": 2}
)
STEP = StepView(HOSTILE, "$gte", HOSTILE, [HOSTILE], False, "")
GATE = GateView(
    "VISUAL_DISCOVERY",
    False,
    [
        GateItemView("one", HOSTILE, False, HOSTILE, [HOSTILE], [STEP]),
        GateItemView("two", "Met", True, "", [], []),
    ],
)
PASSES = [
    PassView("DISCOVERY", 1, NOW, NOW, 65.0, "completed", ""),
    PassView("VISUAL_DISCOVERY", 2, NOW, None, None, None, HOSTILE),
]
STANDING = StandingView(
    project_id=PROJECT,
    name=HOSTILE,
    phase="VISUAL_DISCOVERY",
    version=5,
    next_phase="SPECIFICATION",
    can_skip=True,
    is_open=False,
    blockers=[HOSTILE],
    next_action=HOSTILE,
    gates=[GATE],
    passes=PASSES,
    stale=[StaleView("curation", UUID(int=1), HOSTILE, "READY")],
)
RAIL = [
    {"phase": "DISCOVERY", "state": "done", "pass": PASSES[0]},
    {"phase": "VISUAL_DISCOVERY", "state": "now", "pass": PASSES[1]},
    {"phase": "SPECIFICATION", "state": "ahead", "pass": None},
]


def _seed(key: str, **changes: Any) -> SeedView:
    values: dict[str, Any] = {
        "key": key,
        "seed_type": "dealbreaker",
        "feature_name": HOSTILE,
        "priority": "critical",
        "confidence": 0.9,
        "source_field": "a.b",
        "claim_id": UUID(int=2),
        "quote": HOSTILE,
        "rationale": HOSTILE,
        "covered_by": [],
        "decision": None,
        "reason": "",
        "is_decided": False,
    }
    return SeedView(**{**values, **changes})


def _candidate(key: str, state: str) -> CandidateView:
    return CandidateView(
        key, HOSTILE, HOSTILE, "booking", "low", 3, 0.71, [HOSTILE], HOSTILE, [], "must", [], [],
        state, 1 if state != "open" else 0,
    )  # fmt: skip


def _feature(key: str, **changes: Any) -> FeatureView:
    values: dict[str, Any] = {
        "id": UUID(int=3),
        "key": key,
        "title": HOSTILE,
        "summary": HOSTILE,
        "category": "booking",
        "complexity": "low",
        "effort": 3,
        "origin": "candidate",
        "needed_by": [],
        "depends": [],
        "accept": [HOSTILE],
        "importance": "must",
        "notes": HOSTILE,
        "version": 2,
    }
    return FeatureView(**{**values, **changes})


BOARD = BoardView(
    project_id=PROJECT,
    name=HOSTILE,
    candidate_set_id=UUID(int=4),
    discovery_version=3,
    status="in_progress",
    effort=9,
    stale_reason=HOSTILE,
    change=ChangeView(3, 4, [HOSTILE], [HOSTILE]),
    undecided=[HOSTILE],
    notices=[HOSTILE],
    seeds=[
        _seed("aa"),
        _seed("bb", covered_by=[HOSTILE], is_decided=True),
        _seed("cc", decision="met", reason=HOSTILE, is_decided=True, priority="low"),
    ],
    candidates=[
        _candidate("one", "open"),
        _candidate("two", "dropped"),
        _candidate("x", "selected"),
    ],
    features=[
        _feature("x"),
        _feature("y", needed_by=[HOSTILE]),
        _feature("z", origin="custom", notes=""),
    ],
)
ANSWER = AnswerView(2, HOSTILE, HOSTILE, "user", "user:1", NOW, {})


def _prefill(band: str, confidence: float) -> PrefillView:
    return PrefillView(HOSTILE, HOSTILE, confidence, band, "inference", HOSTILE)


def _question(key: str, **changes: Any) -> PlanQuestionView:
    values: dict[str, Any] = {
        "id": UUID(int=5),
        "key": key,
        "feature_key": "x",
        "group_key": "general",
        "ask": f"{HOSTILE} {key}",
        "why": HOSTILE,
        "kind": "text",
        "options": [],
        "is_required": False,
        "origins": [{"layer": "feature", "id": "x"}, {"layer": "pool", "id": "general"}],
        "prefill": None,
        "answer": None,
        "status": "pending",
        "reason": "",
        "version": 1,
        "is_open": True,
        "has_conflict": False,
    }
    return PlanQuestionView(**{**values, **changes})


QUESTIONS = [
    _question("plain"),
    _question("choice", kind="choice", options=[HOSTILE, "b"], prefill=_prefill("high", 0.9)),
    _question("multi", kind="multi", options=["a", "b"], prefill=_prefill("medium", 0.7)),
    _question("yes-no", kind="boolean", prefill=_prefill("low", 0.4), is_required=True),
    _question("list", kind="list"),
    _question("long", kind="longtext"),
    _question("skipped", status="skipped", is_open=False, reason=HOSTILE),
    _question("answered", status="answered", is_open=False, answer=ANSWER),
    _question(
        "conflict",
        status="answered",
        is_open=False,
        answer=ANSWER,
        prefill=_prefill("high", 0.9),
        has_conflict=True,
    ),
]
PATTERNS = [
    PatternView(f"p{n}", HOSTILE, 0.7, [HOSTILE], [HOSTILE], [HOSTILE], status)
    for n, status in enumerate(("detected", "applied", "dismissed"))
]
PLAN = PlanView(
    project_id=PROJECT,
    name=HOSTILE,
    number=2,
    status="in_progress",
    is_current=False,
    stale_reason=HOSTILE,
    library_version="v",
    generated_at=NOW,
    line="9 questions",
    stats={"conflicts": 1, "takeable": 2},
    notices=[HOSTILE],
    sections=[SectionView("x", HOSTILE, 6, QUESTIONS)],
    patterns=PATTERNS,
)


def _artifact(status: str, **changes: Any) -> PlanningArtifactView:
    values: dict[str, Any] = {
        "id": UUID(int=6),
        "kind": "studio.blueprint",
        "version": 1,
        "status": status,
        "content_hash": "a" * 64,
        "pinned_hash": None,
        "is_current": False,
        "payload": {},
        "decision_reason": None,
        "created_at": NOW,
        "findings": [FindingView("PLANNING.OPEN", "error", "x", HOSTILE, HOSTILE)] * 22,
    }
    return PlanningArtifactView(**{**values, **changes})


def _source(kind: str, via: str = "") -> dict[str, Any]:
    return {
        "kind": kind,
        "id": str(UUID(int=8)),
        "text": "m",
        "quote": HOSTILE,
        "start": 0,
        "end": 3,
        "via": via,
    }


def _requirement(id_: str, kind: str, **changes: Any) -> dict[str, Any]:
    traces = {
        "features": ["x"],
        "entities": ["thing"],
        "endpoints": ["list_things"],
        "tests": [f"T-{id_}-1"],
        "tasks": ["TASK-X"],
    }
    values: dict[str, Any] = {
        "id": id_, "key": id_.lower(), "family": "x", "kind": kind, "title": HOSTILE, "text": HOSTILE,
        "criteria": [{"given": HOSTILE, "when": HOSTILE, "then": HOSTILE}, {"given": "", "when": "", "then": "so"}],
        "priority": "must", "basis": "library", "metric": None, "roots": [], "traces": traces,
        "sources": [_source("claim", "x"), _source("answer"), _source("board"), _source("message")],
    }  # fmt: skip
    return {**values, **changes}


STATED = {"field": "a.b", "text": HOSTILE, "source": _source("claim")}
SPECIFICATION: dict[str, Any] = {
    "style": "ears",
    "overview": {name: [STATED] for name in OVERVIEW},
    "personas": [
        {"key": "x", "title": HOSTILE, "summary": HOSTILE, "basis": "library"},
        {"key": "y", "title": HOSTILE, "summary": "", "basis": "said"},
    ],
    "glossary": [{"term": HOSTILE, "meaning": HOSTILE, "also": [HOSTILE], "entity": "thing"}],
    "features": [{"key": "x", "title": HOSTILE}],
    "requirements": [
        *(_requirement(f"FR-{n}", kind) for n, kind in enumerate(TITLES)),
        _requirement("FR-BARE", "rule", criteria=[], basis="said"),
    ],
    "entities": [
        {
            "key": "thing", "title": HOSTILE, "summary": HOSTILE, "basis": "library", "sensitive": ["a"],
            "fields": [{"name": "a", "type": "enum", "of": [HOSTILE], "is_required": True}],
            "machine": {"states": ["a", "b"], "steps": [{"start": "a", "end": "b", "trigger": HOSTILE, "actor": ""}]},
        },
        {"key": "bare", "title": HOSTILE, "summary": "", "basis": "said", "sensitive": [], "fields": [], "machine": None},
    ],
    "permissions": [
        {"role": "x", "entity": "thing", "actions": ["read"], "condition": {"a": 1}, "because": [HOSTILE]},
        {"role": "x", "entity": "thing", "actions": ["read"], "condition": {"a": 1}, "because": []},
        {"role": "x", "entity": "bare", "actions": ["read"], "condition": None, "because": []},
    ],
    "endpoints": [{"id": "list_things", "thing": "thing"}],
    "tests": [{"id": "T-FR-0-1", "requirement": "FR-0", "endpoint": "list_things", "steps": HOSTILE}],
    "tasks": [{"id": "TASK-X", "title": HOSTILE, "effort": 3, "needs": ["TASK-FOUNDATION"]}],
    "runbook": [{"title": HOSTILE, "steps": [HOSTILE]}],
    "assumptions": [{"key": "a", "text": HOSTILE, "why": HOSTILE}],
    "open_questions": [
        {"key": "a", "text": HOSTILE, "is_blocking": True},
        {"key": "b", "text": HOSTILE, "is_blocking": False},
    ],
}  # fmt: skip


def _version(version: str, status: str, **changes: Any) -> VersionView:
    values: dict[str, Any] = {
        "id": UUID(int=9), "version": version, "status": status, "blockers": 1, "is_current": False,
        "style": "ears", "source_hash": "c" * 64, "content_hash": "d" * 64, "pinned_hash": "d" * 64,
        "decision_reason": HOSTILE, "compiled_by": "user:1", "compiled_at": NOW,
    }  # fmt: skip
    return VersionView(**{**values, **changes})


VERSIONS = [_version("1.1.0", "in_review"), _version("1.0.0", "approved")]
DIFFERENCE = DifferenceView(
    before="1.0.0",
    after="1.1.0",
    part="major",
    added=[RequirementLine("FR-1", HOSTILE, HOSTILE, [HOSTILE])],
    removed=[RequirementLine("FR-2", HOSTILE, HOSTILE, [])],
    changed=[
        ChangedView(
            "FR-3",
            HOSTILE,
            ["text"],
            [PieceView(HOSTILE, how) for how in ("kept", "gone", "new")],
        )
    ],
    endpoints_added=[HOSTILE],
    endpoints_removed=[HOSTILE],
    entities_added=[HOSTILE],
    entities_removed=[HOSTILE],
    sections=[HOSTILE],
)
WATCH = Watch(PROJECT, PROJECT, 3, 4, is_specified=True)


DESIGN = DesignView(
    1, HOSTILE, HOSTILE, {}, HOSTILE, [{"is_met": True}, {"is_met": False}], "user:1", NOW
)


def _design_page(shell: dict[str, Any]) -> dict[str, Any]:
    boards = [design_pages._drawn(key, "#ffff00") for key in ("calm", "desk")]
    return {
        **shell,
        "watch": WATCH,
        "project_id": PROJECT,
        "name": HOSTILE,
        "boards": boards,
        "chosen": DESIGN,
        "accent": HOSTILE,
        "may_write": True,
        "error": STALE,
    }


def _score_page(shell: dict[str, Any]) -> dict[str, Any]:
    missing = [MissingView("call", HOSTILE, 0.5, HOSTILE)] * 3
    kinds = [KindView("call", "Calls", 1, 4)]
    view = ScoreView(HOSTILE, "1.0.0", "1.0.0", 71, kinds, missing, [HOSTILE])
    return {
        **shell,
        "watch": WATCH,
        "project_id": PROJECT,
        "name": HOSTILE,
        "kits": ["handbook", HOSTILE],
        "kit": HOSTILE,
        "view": view,
        "error": STALE,
    }


def _specification_pages(shell: dict[str, Any]) -> dict[str, Any]:
    findings = [SpecificationFindingView("SPECIFICATION.OPEN", "error", "x", HOSTILE, HOSTILE)] * 42
    view = SpecificationView(PROJECT, HOSTILE, VERSIONS[0], SPECIFICATION, findings)
    statement = StatementView(UUID(int=1), "openspec", HOSTILE, HOSTILE, HOSTILE, 0, 3, "pending")
    common = {**shell, "project_id": PROJECT, "name": HOSTILE}
    return {
        "specification": {
            **common,
            "watch": WATCH,
            "view": view,
            "spec": SPECIFICATION,
            "versions": VERSIONS,
            "kinds": TITLES,
            "overview": OVERVIEW,
            "layouts": specification_pages.LAYOUTS,
            "comments": [
                CommentView(UUID(int=1), HOSTILE, about, HOSTILE, NOW, HOSTILE)
                for about in ("", "FR-0")
            ],
            "statements": [statement] * 101,
            "opinion": context_pages.REVIEW,
            "opinions": [SpecificationFindingView("REVIEW.X.Y", "info", "x", HOSTILE, HOSTILE)]
            * 22,
            "badges": specification_pages.BADGES,
            "may_write": True,
            "may_review": True,
            "may_decide": True,
            "error": STALE,
            "longest": 4000,
            "reason_longest": 2000,
        },
        "specification_diff": {
            **common,
            "view": DIFFERENCE,
            "versions": ["1.1.0", "1.0.0"],
            "claim": {"id": UUID(int=1), "quote": HOSTILE, "text": HOSTILE, "longest": 4000},
        },
        "specification_trace": {
            **common,
            "version": "1.1.0",
            "picture": Graph(SPECIFICATION).picture("requirement:FR-0"),
            "box": {"width": 236, "height": 44},
            "requirement": SPECIFICATION["requirements"][0],
            "test": SPECIFICATION["tests"][0],
            "all": list(Graph(SPECIFICATION).nodes.values()),
        },
    }


def pages(shell: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the pages' contexts by template: with everything, and with nothing."""
    full = {
        "phases": {
            **shell,
            "watch": WATCH,
            "view": STANDING,
            "rail": RAIL,
            "gate": GATE,
            "badges": phases_pages.BADGES,
            "names": phases_pages.LABELS,
            "earlier": ["DISCOVERY", "PLANNING"],
            "may_write": True,
            "error": STALE,
            "longest": 2000,
        },
        "features": {
            **shell,
            "watch": WATCH,
            "project_id": PROJECT,
            "name": HOSTILE,
            "view": BOARD,
            "ranks": features_pages.RANKS,
            "seed_types": features_pages.SEED_TYPES,
            "badges": features_pages.BADGES,
            "may_write": True,
            "open_tasks": {each.key: 2 for each in BOARD.features},
            "error": STALE,
            "typed": {"title": HOSTILE, "summary": HOSTILE},
            "title_longest": 200,
            "longest": 2000,
        },
        "question_plan": {
            **shell,
            "watch": WATCH,
            "project_id": PROJECT,
            "name": HOSTILE,
            "view": PLAN,
            "running": {
                "events_href": "/events",
                "last_seq": 3,
                "percent": 40,
                "message": HOSTILE,
            },
            "failed": None,
            "artifacts": [
                {"name": "blueprint", "title": "Blueprint", "found": _artifact("in_review")},
                {
                    "name": "implementation_plan",
                    "title": "Implementation plan",
                    "found": _artifact("draft", pinned_hash="b" * 64),
                },
            ],
            "badges": planning_pages.BADGES,
            "sure": 85,
            "may_write": True,
            "may_decide": True,
            "error": STALE,
            "longest": 4000,
            "reason_longest": 2000,
        },
        "health": {
            **shell,
            "project_id": PROJECT,
            "name": HOSTILE,
            "mistakes": [
                MistakeView(
                    "timeout", "a" * 64, HOSTILE, HOSTILE, strategy, 3, 1, 2, rate, True, NOW, NOW
                )
                for strategy, rate in (("retry_longer", 0.33), (None, None))
            ],
        },
    }
    full |= {**_specification_pages(shell), "design": _design_page(shell)}
    full["convergence"] = _score_page(shell)
    kits_full, kits_empty = kit_pages.pages({**shell, "watch": WATCH})
    full |= kits_full
    statistics = StatisticsOut(
        [
            StandingOut(HOSTILE, HOSTILE, 4, 1, 2, 0.25, 1, 2.5),
            StandingOut("b", HOSTILE, 0, 0, 0, None, 0, None),
        ],
        [
            CalibrationOut(HOSTILE, 30, 10, [(0.5, 0.2), (0.9, 0.6)]),
            CalibrationOut("pattern", 2, 0, []),
        ],
        [SuppressedOut(HOSTILE, HOSTILE, HOSTILE)],
    )
    brought = BroughtView(PROJECT, HOSTILE, 3, 1, [HOSTILE], [HOSTILE])
    full["project_import"] = {**shell, "brought": brought, "may_import": True, "error": STALE}
    full["feedback"] = {**shell, "view": statistics, "least": 20, "dismissed": 2}
    last = StandingView(
        PROJECT, HOSTILE, "DISCOVERY", 0, None, False, True, [], "Go on.", [GATE], PASSES[:1], []
    )
    empty = {
        "phases": {
            **full["phases"],
            "view": last,
            "rail": RAIL[:1],
            "gate": GateView("DISCOVERY", True, []),
            "earlier": [],
            "may_write": False,
            "error": None,
        },
        "features": {**full["features"], "view": None, "may_write": True, "error": None},
        "question_plan": {
            **full["question_plan"],
            "view": None,
            "running": None,
            "failed": HOSTILE,
            "artifacts": [],
            "error": None,
        },
        "health": {**full["health"], "mistakes": []},
        "specification": {
            **full["specification"],
            "view": None,
            "spec": None,
            "versions": [],
            "comments": [],
            "statements": [],
            "opinion": None,
            "opinions": [],
            "error": None,
        },
        "project_import": {**shell, "brought": None, "may_import": False, "error": None},
        "feedback": {**full["feedback"], "view": StatisticsOut([], [], [])},
        "convergence": {**full["convergence"], "view": None, "error": None},
        "design": {**full["design"], "boards": [], "chosen": None, "error": None},
        "specification_diff": {
            **full["specification_diff"],
            "view": DifferenceView(None, "1.0.0", "none", [], [], [], [], [], [], [], []),
            "claim": None,
        },
        "specification_trace": {
            **full["specification_trace"],
            "picture": None,
            "requirement": None,
            "test": None,
            "all": [],
        },
    }
    more, less = context_pages.pages(shell, WATCH, STALE)
    return full | more, empty | kits_empty | less
