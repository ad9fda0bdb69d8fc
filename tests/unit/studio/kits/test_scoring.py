"""Convergence: what is taken out of a bundle is missed by name, and promises count for nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.studio.specification.snapshots import snapshot

from evigate.studio.kits.evidence_of_code import evidence_of
from evigate.studio.kits.folder import find_kit, load_kit, read_folder
from evigate.studio.kits.rendering import render_kit
from evigate.studio.kits.scoring import Convergence, Part, convergence
from evigate.studio.specification.compiler import compile_specification

SPEC: dict[str, Any] = {
    "requirements": [
        {"id": "FR-BOOK-1", "kind": "functional", "traces": {"entities": []}},
        {"id": "DT-KEEP-CAT", "kind": "data", "traces": {"entities": ["cat"]}},
        {"id": "AC-OWN-CATS", "kind": "access", "traces": {"entities": ["cat"]}},
        {"id": "NF-FAST", "kind": "quality", "traces": {"entities": []}},
    ],
    "entities": [
        {
            "key": "cat", "schema": "Cat", "fields": [{"name": "owner"}, {"name": "fur"}],
            "machine": {"steps": [{"start": "wild", "end": "tame"}]},
        }
    ],
    "schemas": {"Cat": {"properties": {"id": {}, "owner_id": {}, "fur": {}, "state": {}}}},
    "endpoints": [{"id": "list_cats", "method": "get", "path": "/cats"}],
    "permissions": [
        {
            "role": "keeper", "entity": "cat", "actions": ["read"],
            "condition": {"resource.owner_id": {"$eq": {"$ref": "user.id"}}},
        }
    ],
}  # fmt: skip
CODE = {
    "cats.sql": 'CREATE TABLE "cat" (\n "id" TEXT,\n "owner_id" TEXT,\n "fur" TEXT,\n "state" TEXT\n);\n',
    "cats.py": """
STEPS = [("wild", "tame")]
RIGHTS = {("keeper", "cat"): Right({"read"}, {"owner_id": "id"})}

@router.get("/cats")
def cats() -> None: ...
""",
    "test_cats.py": "# FR-BOOK-1, NF-FAST\n",
}


def scored(change: Callable[[dict[str, str]], object] = lambda files: None) -> Convergence:
    files = dict(CODE)
    change(files)
    return convergence(SPEC, {path: text.encode() for path, text in files.items()})


def test_a_whole_bundle_scores_a_hundred_and_none_scores_nothing() -> None:
    found = scored()
    assert (found.score, found.missing, found.unread) == (100, (), ())
    nothing = convergence(SPEC, {})
    assert nothing.score == 0 and len(nothing.missing) == len(nothing.parts) == 8


@pytest.mark.parametrize(
    ("path", "before", "after", "kind", "key"),
    [
        ("cats.sql", '"fur"', '"hair"', "record", "cat"),
        ("cats.py", '"tame"', '"gone"', "step", "cat: wild to tame"),
        ("cats.py", 'get("/cats")', 'get("/dogs")', "call", "list_cats"),
        ("cats.py", '{"owner_id": "id"}', "{}", "right", "keeper: cat"),
        ("cats.py", '{"read"}', '{"create"}', "right", "keeper: cat"),
        ("test_cats.py", "FR-BOOK-1", "", "requirement", "FR-BOOK-1"),
        ("test_cats.py", "NF-FAST", "", "quality", "NF-FAST"),
    ],
)
def test_what_is_taken_away_is_missed_by_name(
    path: str, before: str, after: str, kind: str, key: str
) -> None:
    found = scored(lambda files: files.update({path: files[path].replace(before, after)}))
    assert found.score < 100
    assert (kind, key) in {(each.kind, each.key) for each in found.missing}


def test_the_weights_are_as_stated() -> None:
    # Without the one quality: 95 of 100. A record with three of its four columns is there by 3/4,
    # and so is the requirement to keep it: 100 - 20/4 - 30/3/4 = 92.5, rounded down.
    assert scored(lambda files: files.update({"test_cats.py": "# FR-BOOK-1"})).score == 95
    sql = CODE["cats.sql"].replace('"fur"', '"hair"')
    assert scored(lambda files: files.update({"cats.sql": sql})).score == 92


def test_what_stands_in_prose_or_in_a_contract_is_not_there() -> None:
    promises = {
        "README.md": "FR-BOOK-1 is done. GET /cats, keeper, cat.",
        "openapi.json": '{"paths": {"/cats": {"get": {"operationId": "list_cats"}}}}',
    }
    found = convergence(SPEC, {path: text.encode() for path, text in promises.items()})
    assert found.score == 0
    (told,) = [each for each in found.missing if each.key == "FR-BOOK-1"]
    assert told == Part(
        "requirement", "FR-BOOK-1", 0.0,
        "it stands in README.md alone; no code or test names it",
    )  # fmt: skip


def test_code_that_cannot_be_read_is_told() -> None:
    assert evidence_of({"broken.py": b"def ("}).unread == ["broken.py"]


def test_a_made_service_has_all_records_calls_rights_and_steps_and_a_gap_is_seen() -> None:
    spec = compile_specification(snapshot())
    bundle = render_kit(load_kit(read_folder(find_kit("python-service"))), spec)
    found = convergence(spec, bundle.files)
    assert {each.kind for each in found.missing} <= {"requirement", "quality"}
    assert all("no code or test" in each.told for each in found.missing)
    files = dict(bundle.files)
    files["service/permissions.py"] = b""
    lost = convergence(spec, files)
    assert {e.key for e in lost.of_kind("right") if e.share == 0} == {
        f"{each['role']}: {each['entity']}" for each in spec["permissions"]
    }
    assert lost.score <= found.score - 15
