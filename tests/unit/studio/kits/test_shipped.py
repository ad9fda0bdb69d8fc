"""The kits that come with Evigate: each passes its fixtures, and what they make works."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evigate.studio.kits import (
    apply_plan,
    find_kit,
    load_kit,
    make_plan,
    read_folder,
    render_kit,
    shipped_kits,
    try_kit,
)
from evigate.studio.kits.errors import E_KIT_INVALID
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


def test_a_made_services_own_tests_pass_and_notice_what_is_broken(tmp_path: Path) -> None:
    bundle = render_kit(load_kit(read_folder(find_kit("python-service"))), salon())
    assert [each.path for each in bundle.made if each.status != "valid"] == []
    apply_plan(make_plan(bundle, tmp_path), bundle, tmp_path)
    code, told = run_tests(tmp_path)
    assert code == 0, told
    for name, before, after, failing in (
        ("permissions.py", '{"site_id": "site_id"}', "{}", "test_guards.py"),
        ("machines.py", '("requested", "confirmed"),', '("done", "requested"),', "test_"),
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
