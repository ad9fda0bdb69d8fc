"""Every page, drawn with all it may show and with nothing: whole, labelled, without inline code."""

import hashlib
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import UndefinedError

from evigate.kernel.pages import make_environment, read_notebook
from evigate.kernel.pages.environment import STATIC, STYLESHEETS, asset
from evigate.kernel.pages.environment import TEMPLATES as SHARED_TEMPLATES
from evigate.papers import PAPERS_TEMPLATES, VERDICT_BADGES
from evigate.web.pages import TEMPLATES
from evigate.web.reference import reference_context

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>"
VOID = {"area", "base", "br", "hr", "img", "input", "link", "meta"}
FOLDERS = (TEMPLATES, PAPERS_TEMPLATES, SHARED_TEMPLATES)
ACCOUNT = {"email": "ada@example.org", "tenant": "home", "role": "owner", "is_operator": True}


def _shell(active: str | None = "papers", *, has_account: bool = True) -> dict[str, Any]:
    account = ACCOUNT if has_account else None
    shell = {"version": "0.1.0", "data_dir": "/data", "active": active, "account": account}
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
FULL: dict[str, dict[str, Any]] = {
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
        "message": "Done.",
        "form": {"error_new": "Short."},
        "members": [{"email": HOSTILE, "role": "owner"}],
        "settings": [
            {"name": "EVIGATE_PORT", "value": None, "source": "default", "description": "Port."}
        ],
    },
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
    "sign_in_link": {**_shell(None, has_account=False), "action_href": "/sign-in/x"},
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
EMPTY: dict[str, dict[str, Any]] = {
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
    },
    "report": {**FULL["report"], **NO_REPORT, "downloads": []},
    "report_file": {**FULL["report_file"], **NO_REPORT, "cells": [], "places": []},
    "runs_list": {**FULL["runs_list"], "runs": [], "is_busy": False, "older_href": None},
    "sign_in": {**FULL["sign_in"], "form": {"email": "", "error": None}},
    "doctor": {**FULL["doctor"], "checks": [], "is_healthy": True},
    "settings": {
        **FULL["settings"],
        "message": None,
        "members": [],
        "settings": [],
        "form": {"error_new": None},
    },
    "tokens": {
        **FULL["tokens"],
        "new_token": None,
        "tokens": [],
        "form": {"name": "", "error": None},
    },
    "sign_in_link": FULL["sign_in_link"],
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
PAGES = [
    pytest.param(name, context, id=f"{name}-{kind}")
    for kind, contexts in (("full", FULL), ("empty", EMPTY))
    for name, context in contexts.items()
]
PARTS = {"base", "components", "report_parts", "decision"}
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


ENVIRONMENT = make_environment(TEMPLATES, PAPERS_TEMPLATES, verdicts=VERDICT_BADGES)


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
    assert len(posts) == len(page.all("form"))
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
