"""Environments rebuilt from a run's lock with uv, from wheels made of what is installed here."""

import csv
import io
import json
import shutil
import uuid
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.conftest import api_client, need
from tests.integration.papers_runs.helpers import notebook, run
from tests.integration.papers_runs.test_between import API, reproduced
from tests.integration.test_papers_api import ended, problem

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.console import working
from evigate.kernel.sandbox import present_interpreter
from evigate.papers import store
from evigate.papers.environments import (
    differences,
    ensure_environment,
    is_built,
    parse_lock,
)
from evigate.papers.notebook import lock_of
from evigate.papers.runs import RunStatus

SWAPPED, OTHER = "threadpoolctl", "3.4.0"


def make_wheel(folder: Path, name: str, version: str | None = None) -> str:
    """Pack an installed distribution as a wheel, under another version if one is given."""
    found = metadata.distribution(name)
    told = version or found.version
    stem = f"{name.replace('-', '_')}-{told}"
    files = {str(each): each.hash for each in found.files or () if "/bin/" not in str(each)}
    info = next(each.split("/")[0] for each in files if ".dist-info/METADATA" in each)
    lines = (found.read_text("WHEEL") or "").splitlines()
    # The last tag fits: py2 stands before py3, older platforms' names before newer ones'.
    tags = [line.removeprefix("Tag: ") for line in lines if line.startswith("Tag: ")][-1]
    rows = []
    path = folder / f"{stem}-{tags}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for each, digest in files.items():
            source = Path(str(found.locate_file(each)))
            is_left_out = each.endswith((".pyc", "/RECORD", "/INSTALLER", "/direct_url.json"))
            if is_left_out or not source.is_file():
                continue
            target = each.replace(info, f"{stem}.dist-info")
            target = target.replace("../../../", f"{stem}.data/data/")
            content = source.read_bytes()
            if target.endswith("METADATA") and version:
                old, new = f"Version: {found.version}", f"Version: {version}"
                content = content.replace(old.encode(), new.encode(), 1)
            archive.writestr(target, content)
            rows.append([target, f"{digest.mode}={digest.value}" if digest else "", len(content)])
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(
            [*rows, [f"{stem}.dist-info/RECORD", "", ""]]
        )
        archive.writestr(f"{stem}.dist-info/RECORD", out.getvalue())
    return path.name


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels of all that a notebook needs, and one of another version of one of them."""
    need("uv", is_there=shutil.which("uv") is not None)
    folder = tmp_path_factory.mktemp("wheels")
    present = present_lock()
    for each in present["packages"]:
        make_wheel(folder, each["name"])
    make_wheel(folder, SWAPPED, OTHER)
    return folder


@pytest.fixture
def offline(wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tell uv, by its own settings, that these wheels are all there is."""
    monkeypatch.setenv("UV_FIND_LINKS", str(wheels))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    return wheels


def present_lock() -> dict[str, Any]:
    """The lock of what the kernel alone needs, and of one package more that can be swapped."""
    from evigate.papers.notebook.environment import _installed

    names = [each.metadata["Name"].lower().replace("_", "-") for each in _installed((), None)]
    return lock_of(names, present_interpreter())


def with_version(lock: dict[str, Any], name: str, version: str) -> dict[str, Any]:
    """The lock with one distribution in another version."""
    packages = [
        {**each, "version": version} if each["name"] == name else each for each in lock["packages"]
    ]
    return {**lock, "packages": packages}


async def test_an_environment_is_built_from_its_lock_and_a_notebook_runs_in_it(
    offline: Path, tmp_path: Path
) -> None:
    document = with_version(present_lock(), SWAPPED, OTHER)
    lock = parse_lock(document)
    named = [
        (each.name, each.locked, each.present)
        for each in differences(lock, parse_lock(present_lock()))
    ]
    assert named == [(SWAPPED, OTHER, metadata.version(SWAPPED))]
    told: list[str] = []
    report = ensure_environment(tmp_path / "made", lock, told.append)
    assert not report.was_there and is_built(tmp_path / "made", lock) and len(told) == 2
    # The files are those of the lock: the swapped one too, whose code is the same.
    assert report.remaining == ()
    again = ensure_environment(tmp_path / "made", lock)
    assert again.was_there and again.interpreter == report.interpreter
    work = tmp_path / "work"
    work.mkdir()
    cell = f"""
import json, sys
from importlib import metadata
found = {{"prefix": sys.prefix, "version": metadata.version("{SWAPPED}")}}
try:
    import evigate
    found["sees"] = True
except ModuleNotFoundError:
    found["sees"] = False
try:
    open({str(tmp_path)!r} + "/made/written", "w")
except OSError:
    found["kept_in"] = True
try:
    open(sys.prefix + "/lib/written", "w")
except OSError:
    found["kept_out_of_itself"] = True
import socket
try:
    socket.create_connection(("198.51.100.1", 9), timeout=1)
except OSError:
    found["offline"] = True
print(json.dumps(found))
"""
    outcome, heard = await run(
        notebook("import numpy, sklearn", cell), work, interpreter=report.interpreter
    )
    assert outcome.status is RunStatus.SUCCEEDED, outcome.error_message
    found = json.loads(heard.lines()[-1])
    assert found == {
        "prefix": str(report.interpreter.executable.parent.parent),
        "version": OTHER,
        "sees": False,
        "kept_in": True,
        "kept_out_of_itself": True,
        "offline": True,
    }


@pytest.mark.parametrize(
    ("name", "version"), [("threadpoolctl", "3.4.1"), ("never-published-anywhere", "1.0")]
)
def test_a_version_that_cannot_be_had_is_named_and_nothing_stays(
    offline: Path, tmp_path: Path, name: str, version: str
) -> None:
    keep = ("ipykernel", "six", "python-dateutil", SWAPPED)
    lock = present_lock()
    packages = [each for each in lock["packages"] if each["name"] in keep]
    extra = {"name": name, "version": version, "sha256": ""}
    packages = [each for each in packages if each["name"] != name] + [extra]
    with pytest.raises(EvigateError) as caught:
        ensure_environment(tmp_path / "made", parse_lock({**lock, "packages": packages}))
    assert caught.value.code.name == "E_ENVIRONMENT_UNAVAILABLE"
    assert caught.value.detail == {"missing": [f"{name}=={version}"]}
    assert list((tmp_path / "made").iterdir()) == []


def test_a_python_that_cannot_be_had_is_named(offline: Path, tmp_path: Path) -> None:
    lock = parse_lock({**present_lock(), "python": "3.2.99"})
    with pytest.raises(EvigateError) as caught:
        ensure_environment(tmp_path / "made", lock)
    assert caught.value.code.name == "E_ENVIRONMENT_UNAVAILABLE"
    assert "3.2.99" in caught.value.message


def test_without_uv_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EvigateError) as caught:
        ensure_environment(tmp_path / "made", parse_lock(present_lock()))
    assert caught.value.code.name == "E_ENVIRONMENT_TOOL"


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"python": "3", "packages": []},
        {"python": "3.11.7", "packages": {}},
        {"python": "3.11.7", "packages": [{"name": "--index-url", "version": "1"}]},
        {"python": "3.11.7", "packages": [{"name": "numpy", "version": "1 @ http://x"}]},
        {"python": "3.11.7", "packages": ["numpy"]},
    ],
)
def test_what_is_no_lock_is_refused(document: object) -> None:
    with pytest.raises(EvigateError) as caught:
        parse_lock(document)
    assert caught.value.code.name == "E_ENVIRONMENT_INVALID"


async def test_a_run_is_repeated_in_the_environment_of_an_earlier_one(
    house: House, client: httpx.AsyncClient, owner: Subject, stranger: Subject, offline: Path
) -> None:
    async with working(house):
        first = await reproduced(house, client, owner)
        old = first["notebook_run_id"]
        await change_lock(house, owner, uuid.UUID(old))
        seen = (await client.get(f"{API}/runs/{old}/environment")).json()
        assert [each["name"] for each in seen["differences"]] == [SWAPPED]
        assert not seen["is_built"] and seen["build"] is None
        built = await client.post(f"{API}/runs/{first['id']}/environment")
        assert built.status_code == 202, built.text
        await ended(client, built.json()["run_id"])
        seen = (await client.get(f"{API}/runs/{old}/environment")).json()
        assert seen["is_built"] and seen["build"]["status"] == "succeeded", seen["build"]
        assert seen["build"]["remaining"] == []
        again = await client.post(f"{API}/runs/{old}/rerun", params={"environment": old})
        await ended(client, again.json()["reproduction_id"])
    newer = (await client.get(f"{API}/runs/{again.json()['reproduction_id']}")).json()
    assert newer["status"] == "succeeded", newer
    locks = {each["name"]: each["version"] for each in await lock_of_run(house, owner, newer)}
    assert locks[SWAPPED] == OTHER
    between = (await client.get(f"{API}/runs/{old}/compare/{newer['notebook_run_id']}")).json()
    assert between["differing_metrics"] == 0 and between["packages"] == []
    facts = {each["name"]: each for each in between["facts"]}
    assert facts["env_hash"]["before"] != facts["env_hash"]["after"]
    async with api_client(house, stranger) as outside:
        for answer in (
            await outside.get(f"{API}/runs/{old}/environment"),
            await outside.post(f"{API}/runs/{old}/environment"),
            await outside.post(f"{API}/runs/{old}/rerun", params={"environment": old}),
        ):
            problem(answer, 404, "E_RUN_NOT_FOUND")


async def lock_of_run(house: House, owner: Subject, run_: dict[str, Any]) -> list[dict[str, str]]:
    assets = await house.papers.assets_of_run(owner, uuid.UUID(run_["notebook_run_id"]))
    content = await house.papers.blob(owner, assets["environment"].checksum)
    found: list[dict[str, str]] = json.loads(content)["packages"]
    return found


async def change_lock(house: House, owner: Subject, run_id: uuid.UUID) -> None:
    """Write into a run's lock that it had another version, as if it had been made long ago."""
    from evigate.evidence import register_blob

    assets = await house.papers.assets_of_run(owner, run_id)
    lock = json.loads(await house.papers.blob(owner, assets["environment"].checksum))
    content = json.dumps(with_version(lock, SWAPPED, OTHER)).encode()
    assert owner.tenant_id is not None
    blob = await house.papers.storage.put(owner.tenant_id, content)
    async with house.database.tx(owner) as tx:
        await register_blob(tx, blob, "application/json")
        path = assets["environment"].storage_path
        await store.put_asset(tx, "environment", path, blob, run_id=run_id)
