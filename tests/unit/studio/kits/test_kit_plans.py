"""What a run plans, how its files are shown, and what comes out of a zip: pure."""

import io
import zipfile
from uuid import UUID

import pytest

from evigate.base.errors import EvigateError
from evigate.studio.kits.manifest import read_manifest
from evigate.studio.kits.runs.discovering import implications_of, operations_of
from evigate.studio.kits.runs.models import plan_between
from evigate.studio.kits.runs.packages import files_of, packed, unpacked
from evigate.studio.kits.runs.pages import tree_of

BASE = UUID(int=1)


def test_a_plan_says_what_becomes_of_each_file_and_its_digest_is_of_exactly_that() -> None:
    before, after = {"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "4", "d": "5"}
    plan = plan_between(before, after, base_run_id=BASE, about={"kit": "k"})
    assert [(each.path, each.action) for each in plan.items] == [
        ("a", "delete"), ("b", "no-op"), ("c", "update"), ("d", "create"),
    ]  # fmt: skip
    again = plan_between(
        dict(reversed(before.items())), after, base_run_id=None, about={"kit": "k"}
    )
    assert again.digest == plan.digest
    for other in (
        plan_between(before, {**after, "c": "9"}, base_run_id=BASE, about={"kit": "k"}),
        plan_between({**before, "c": "9"}, after, base_run_id=BASE, about={"kit": "k"}),
        plan_between(before, after, base_run_id=BASE, about={"kit": "l"}),
    ):
        assert other.digest != plan.digest
    assert plan_between({}, {}, base_run_id=None, about={}).items == ()


def test_files_are_shown_by_folder_and_folders_once() -> None:
    paths = dict.fromkeys(("b.md", "a/z.py", "a/b/c.py", "a.md"), "1")
    plan = plan_between({}, paths, base_run_id=None, about={})
    assert [(each.name, each.depth) for each in tree_of(plan.items, ())] == [
        ("a/", 0), ("b/", 1), ("c.py", 2), ("z.py", 1), ("a.md", 0), ("b.md", 0),
    ]  # fmt: skip


def test_a_kit_goes_into_a_zip_and_comes_out_as_it_was() -> None:
    files = {"kit.yaml": "id: a\n", "t/ä.liquid": "ü\n"}
    assert (
        unpacked(packed(files))
        == files
        == {k: v.decode() for k, v in files_of(packed(files)).items()}
    )
    assert unpacked(packed({f"folder/{path}": text for path, text in files.items()})) == files
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as archive:
        entry = zipfile.ZipInfo("kit.yaml")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(EvigateError, match=r"E_KIT_OUTSIDE: kit\.yaml is a link"):
        unpacked(link.getvalue())
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("kit.yaml", b"0" * 9_000_000)
    with pytest.raises(EvigateError, match="E_KIT_INVALID: The kit has more than"):
        unpacked(bomb.getvalue())
    for wrong in (b"", b"PK", packed({"a": "x"})[:-10]):
        with pytest.raises(EvigateError, match="E_KIT_INVALID"):
            unpacked(wrong)


def test_what_a_platform_lacks_and_what_it_has_beside_follow_from_both_contracts() -> None:
    spec = {
        "openapi": {
            "paths": {"/a": {"get": {}, "parameters": []}, "/b": {"post": {"summary": "B"}}}
        }
    }
    assert operations_of(spec["openapi"])[1] == {"method": "POST", "path": "/b", "summary": "B"}
    there = {"operations": [{"method": "GET", "path": "/a"}, {"method": "GET", "path": "/c"}]}
    assert implications_of(spec, there) == [
        "POST /b is specified and not there", "GET /c is there and not specified",
    ]  # fmt: skip
    assert implications_of({}, {"operations": []}) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"type": "file"}, "DISCOVER is for kits of a platform"),
        ({"discover": None}, "go together"),
        ({"requires": {"credentials": []}}, "none of requires.credentials"),
        ({"discover": {"credential": "key", "path": "@evil.example"}}, ""),
    ],
)
def test_what_a_kit_says_of_its_platform_must_fit(changes: dict[str, object], fault: str) -> None:
    whole = {
        "id": "a", "name": "A", "version": "1.0.0", "type": "api",
        "phases": ["SPEC", "DISCOVER", "PLAN"], "discover": {"credential": "key"},
        "requires": {"credentials": [{"id": "key", "type": "api_key"}]},
    }  # fmt: skip
    assert read_manifest(whole, path="kit.yaml").discover is not None
    with pytest.raises(EvigateError, match=fault or "discover"):
        read_manifest({**whole, **changes}, path="kit.yaml")
