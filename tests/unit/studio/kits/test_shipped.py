"""The kits that come with Evigate: each passes its fixtures, and what they make works."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.studio.specification.snapshots import LIBRARY, MESSAGE, said, snapshot

from evigate.studio import fields
from evigate.studio.kits.errors import E_KIT_INVALID
from evigate.studio.kits.folder import find_kit, load_kit, read_folder, shipped_kits
from evigate.studio.kits.planning import apply_plan, make_plan
from evigate.studio.kits.rendering import render_kit
from evigate.studio.kits.trying import try_kit
from evigate.studio.specification.compiler import compile_specification
from evigate.studio.specification.things import things_of
from evigate.studio.yamlfiles import parse_yaml


def salon() -> dict[str, Any]:
    """The specification of the service's own fixture."""
    files = read_folder(find_kit("python-service"))
    raw = parse_yaml(files["tests/salon.yaml"], path="salon.yaml", code=E_KIT_INVALID)
    return dict(raw["spec"])


def run_tests(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"],
        cwd=folder, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout[-3000:]


@pytest.mark.parametrize("kit_id", shipped_kits())
def test_a_shipped_kit_passes_its_fixtures_and_none_is_without(kit_id: str) -> None:
    tried = try_kit(load_kit(read_folder(find_kit(kit_id))))
    assert tried and [each.faults for each in tried] == [()] * len(tried)


def trade(key: str) -> dict[str, Any]:
    """The specification of a project that keeps everything its trade knows."""
    domain = next(each for each in LIBRARY.domains if each.key == key)
    role = next(iter(domain.roles)).replace("-", " ")
    limit = f"The {role} must see only their own records"
    names = [each.title.lower() for each in domain.entities]
    text = f"We keep {', '.join(f'{name}s' for name in names)}. {limit}."
    claims = (
        said(0, fields.PRIMARY_USER, role, text=text),
        said(1, fields.ROLES_AND_ACCESS, limit, text=text),
        *(said(2 + n, fields.CORE_ENTITIES, f"{name}s", value=name, text=text)
          for n, name in enumerate(names)),
    )  # fmt: skip
    evidence = {**snapshot().evidence, MESSAGE: text}
    kept = things_of(LIBRARY, (key,), claims, evidence)
    assert len(kept) >= 12
    return compile_specification(
        replace(
            snapshot(), name=key, domains=(key,), evidence=evidence, claims=claims, features=(),
            decisions=(), things=kept, roles=domain.roles,
        )
    )  # fmt: skip


@pytest.mark.parametrize("key", [each.key for each in LIBRARY.domains])
def test_every_trade_becomes_a_service_whose_files_check(key: str) -> None:
    spec = trade(key)
    for kit_id in shipped_kits():
        bundle = render_kit(load_kit(read_folder(find_kit(kit_id))), spec)
        assert [each for each in bundle.made if each.status != "valid"] == []


def test_a_service_with_rights_of_every_shape_passes_its_own_tests(tmp_path: Path) -> None:
    bundle = render_kit(load_kit(read_folder(find_kit("python-service"))), trade("teamwork"))
    apply_plan(make_plan(bundle, tmp_path), bundle, tmp_path)
    code, told = run_tests(tmp_path)
    assert code == 0, told


# Words of Python, of the libraries and of the service itself, each as what somebody keeps.
AWKWARD = ("class", "field", "limit", "user", "date", "import", "page", "record", "query", "right",
           "service migration", "any", "model", "database", "table", "order", "group")  # fmt: skip


def test_no_name_that_people_give_breaks_what_is_made(tmp_path: Path) -> None:
    text = f"We keep {', '.join(AWKWARD)}. The clerk must see everything."
    claims = (
        said(0, fields.PRIMARY_USER, "clerk", text=text),
        *(said(1 + n, fields.CORE_ENTITIES, name, value=name, text=text)
          for n, name in enumerate(AWKWARD)),
    )  # fmt: skip
    evidence = {**snapshot().evidence, MESSAGE: text}
    spec = compile_specification(
        replace(
            snapshot(), name="class", domains=(), evidence=evidence, claims=claims, features=(),
            decisions=(), things=things_of(LIBRARY, (), claims, evidence), roles={},
        )
    )  # fmt: skip
    assert {each["key"] for each in spec["entities"]} >= {"class", "field", "limit", "import"}
    for kit_id in ("python-service", "openapi-client"):
        bundle = render_kit(load_kit(read_folder(find_kit(kit_id))), spec)
        assert [each for each in bundle.made if each.status != "valid"] == []
        apply_plan(make_plan(bundle, tmp_path / kit_id), bundle, tmp_path / kit_id)
        code, told = run_tests(tmp_path / kit_id)
        assert code == 0, told


def test_a_made_services_own_tests_pass_and_notice_what_is_broken(tmp_path: Path) -> None:
    bundle = render_kit(load_kit(read_folder(find_kit("python-service"))), salon())
    assert [each.path for each in bundle.made if each.status != "valid"] == []
    apply_plan(make_plan(bundle, tmp_path), bundle, tmp_path)
    code, told = run_tests(tmp_path)
    assert code == 0, told
    for name, before, after, failing in (
        ("permissions.py", '{"site_id": "site_id"}', "{}", "test_guards.py"),
        ("machines.py", '("requested", "confirmed"),', '("done", "requested"),', "test_"),
        ("records.py", "if not _is_there(", "if 0 and not _is_there(", "test_records.py"),
    ):
        path = tmp_path / "service" / name
        text = path.read_text()
        path.write_text(text.replace(before, after))
        code, told = run_tests(tmp_path)
        assert code == 1 and failing in told, "what guards nothing is noticed"
        path.write_text(text)


def test_a_made_clients_own_tests_pass(tmp_path: Path) -> None:
    bundle = render_kit(load_kit(read_folder(find_kit("openapi-client"))), salon())
    assert [each.path for each in bundle.made if each.status != "valid"] == []
    apply_plan(make_plan(bundle, tmp_path), bundle, tmp_path)
    code, told = run_tests(tmp_path)
    assert code == 0, told
