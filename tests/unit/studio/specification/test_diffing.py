"""What differs by requirement, which version follows, and what a change would do before it is made."""

import copy
from typing import Any

import pytest
from tests.unit.studio.specification.snapshots import claims, snapshot

from evigate.studio import fields
from evigate.studio.specification.checks import findings_of
from evigate.studio.specification.compiler import compile_specification
from evigate.studio.specification.diffing import (
    diff_specifications,
    gate_changes,
    impact_of,
    next_version,
    with_statement,
    without_statement,
)
from evigate.studio.specification.graph import Graph


def claim_of(field: str) -> str:
    return next(each.id for each in claims() if each.field == field)


def test_two_versions_differ_by_requirement_and_word() -> None:
    before = compile_specification(snapshot())
    same = diff_specifications(before, copy.deepcopy(before))
    assert (same.part, same.added, same.removed, same.changed) == ("none", (), (), ())
    after = copy.deepcopy(before)
    rule = next(each for each in after["requirements"] if each["id"] == "BR-NEVER-CALLS-PEOPLE")
    rule["text"] = rule["text"].replace("calls", "rings up")
    gone = after["requirements"].pop(0)
    found = diff_specifications(before, after)
    assert [each["id"] for each in found.removed] == [gone["id"]]
    (changed,) = found.changed
    assert (changed.id, changed.fields) == ("BR-NEVER-CALLS-PEOPLE", ("text",))
    assert [(each.text, each.how) for each in changed.pieces if each.how != "kept"] == [
        ("calls", "gone"),
        ("rings up", "new"),
    ]
    paths = {each.path for each in gate_changes(before, after)}
    assert {f"requirements.{gone['id']}", "requirements.BR-NEVER-CALLS-PEOPLE.text"} <= paths


def test_the_version_goes_up_by_what_was_done() -> None:
    before = compile_specification(snapshot())
    less = compile_specification(snapshot(decisions=()))
    assert next_version(None, None) == "1.0.0"
    assert next_version("1.2.3", diff_specifications(before, less)) == "2.0.0"
    assert next_version("1.2.3", diff_specifications(less, before)) == "1.3.0"
    other = compile_specification(snapshot(open=()))
    assert diff_specifications(before, other).sections == ("open_questions",)
    assert next_version("1.2.3", diff_specifications(before, other)) == "1.2.4"


def test_taking_back_what_was_said_shows_what_goes_with_it() -> None:
    present, made = compile_specification(snapshot()), snapshot()
    found = impact_of(present, without_statement(made, claim_of(fields.ROLES_AND_ACCESS)))
    assert "AC-STAFF-SEE-ONLY-OWN-SALON" in {each["id"] for each in found.removed}
    gone = next(e for e in found.removed if e["id"] == "AC-STAFF-SEE-ONLY-OWN-SALON")
    assert gone["traces"]["tests"] == ["T-AC-STAFF-SEE-ONLY-OWN-SALON-1",
                                       "T-AC-STAFF-SEE-ONLY-OWN-SALON-2"]  # fmt: skip
    assert found.part == "major"
    # A feature that nothing else asks for is an assumption then, and its requirements go.
    booking = impact_of(present, without_statement(made, claim_of(fields.FEATURES)))
    assert {"FR-ONLINE-BOOKING-1", "FR-ONLINE-BOOKING-2"} <= {e["id"] for e in booking.removed}


def test_another_wording_shows_what_would_read_otherwise() -> None:
    made = snapshot()
    present = compile_specification(made)
    known = [each for each in present["requirements"] if each["roots"]]
    assert known
    changed = with_statement(made, claim_of(fields.DEALBREAKERS), "It never rings anybody up")
    found = impact_of(present, changed)
    words = " ".join(each["text"] for each in found.added)
    assert "never rings anybody up" in words + " ".join(
        p.text for c in found.changed for p in c.pieces
    )
    assert not found.endpoints_removed and not found.entities_removed


def _orphan(payload: dict[str, Any]) -> None:
    payload["requirements"][0]["traces"]["features"].append("gone")


def _unsourced(payload: dict[str, Any]) -> None:
    payload["requirements"][0]["sources"] = []


def _unquoted(payload: dict[str, Any]) -> None:
    payload["requirements"][0]["sources"][0]["quote"] = "words that nobody said"


def _endless(payload: dict[str, Any]) -> None:
    machine = next(e["machine"] for e in payload["entities"] if e["machine"])
    machine["ends"] = []


def _unreachable(payload: dict[str, Any]) -> None:
    machine = next(e["machine"] for e in payload["entities"] if e["machine"])
    machine["states"].append("lost")


def _unguarded(payload: dict[str, Any]) -> None:
    payload["endpoints"][0]["roles"] = ["nobody-known"]


def _stranger(payload: dict[str, Any]) -> None:
    payload["permissions"][0]["role"] = "nobody-known"


def _invalid(payload: dict[str, Any]) -> None:
    del payload["openapi"]["info"]


def _open(payload: dict[str, Any]) -> None:
    payload["open_questions"].append({"key": "q", "text": "Who pays?", "is_blocking": True})


def _twice(payload: dict[str, Any]) -> None:
    payload["requirements"].append(payload["requirements"][0])


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (_orphan, "TRACE"),
        (_unsourced, "UNSOURCED"),
        (_unquoted, "QUOTE"),
        (_endless, "MACHINE"),
        (_unreachable, "MACHINE"),
        (_unguarded, "GUARD"),
        (_stranger, "MATRIX"),
        (_invalid, "OPENAPI"),
        (_open, "OPEN"),
        (_twice, "ID"),
    ],
)
def test_each_fault_is_found_and_blocks(spoil: Any, rule: str) -> None:
    payload = copy.deepcopy(compile_specification(snapshot()))
    spoil(payload)
    found = {each.rule for each in findings_of(payload) if each.severity == "error"}
    assert f"SPECIFICATION.{rule}" in found


def test_the_graph_leads_from_words_to_tests_and_back() -> None:
    payload = compile_specification(snapshot())
    graph = Graph(payload)
    picture = graph.picture("requirement:FR-ONLINE-BOOKING-1")
    assert picture is not None
    assert [each.node.label for each in picture.before] == ["online booking"]
    after = {each.node.id for each in picture.after}
    assert {"feature:online-booking", "test:T-FR-ONLINE-BOOKING-1-1"} <= after
    back = graph.picture("test:T-FR-ONLINE-BOOKING-1-1")
    assert back is not None
    assert [each.node.id for each in back.before] == ["requirement:FR-ONLINE-BOOKING-1"]
    assert graph.picture("requirement:GONE") is None
    boxes = [*picture.before, picture.centre, *picture.after]
    assert all(b.x >= 0 and b.x + 236 <= picture.width and b.y >= 0 for b in boxes)
    # Each node that a picture shows can be walked to.
    assert all(graph.picture(each.node.id) is not None for each in boxes)
