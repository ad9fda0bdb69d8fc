"""Liquid and JSONPath as kits have them, beside their suites; see the README beside this file."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from liquid import Undefined

from evigate.base.errors import EvigateError
from evigate.studio.kits import templates
from evigate.studio.kits.selecting import query
from evigate.studio.kits.templates import Templates

HERE = Path(__file__).parent
LIQUID: list[dict[str, Any]] = json.loads((HERE / "golden_liquid.json").read_text())["tests"]
PATHS: list[dict[str, Any]] = json.loads((HERE / "jsonpath.json").read_text())["tests"]
KNOWN_FAILING = 12
REFUSED_BY_CHOICE = 86


def liquid(case: dict[str, Any]) -> str:
    """Return as, otherwise or refused: how a case ended beside what the suite says."""
    sources = {**case.get("templates", {}), "main": case["template"]}
    try:
        text = Templates(sources).render("main", case.get("data", {})).text
    except EvigateError as error:
        if case.get("invalid"):
            return "as"
        is_absence = "is undefined" in error.message or "out of range" in error.message
        return "refused" if is_absence else "otherwise"
    is_right = text == case.get("result") or text in case.get("results", ())
    return "as" if is_right and not case.get("invalid") else "otherwise"


def test_liquid_is_as_the_suite_says_but_prints_nothing_that_is_not_there() -> None:
    ended = Counter(liquid(case) for case in LIQUID)
    assert ended == {
        "as": len(LIQUID) - KNOWN_FAILING - REFUSED_BY_CHOICE,
        "refused": REFUSED_BY_CHOICE,
        "otherwise": KNOWN_FAILING,
    }
    assert len(LIQUID) == 1054


def test_what_is_refused_by_choice_is_as_the_suite_says_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused = [case for case in LIQUID if liquid(case) == "refused"]
    monkeypatch.setattr(templates, "FalsyStrictUndefined", Undefined)
    assert Counter(liquid(case) for case in refused) == {"as": REFUSED_BY_CHOICE}


def test_jsonpath_is_as_the_suite_says() -> None:
    for case in PATHS:
        if case.get("invalid_selector"):
            with pytest.raises(EvigateError, match="E_KIT_INVALID"):
                query(case["selector"], None)
            continue
        found = query(case["selector"], case["document"])
        assert found == case.get("result") or found in case.get("results", ()), case["name"]
    assert len(PATHS) == 703
    assert sum(bool(case.get("invalid_selector")) for case in PATHS) == 247
