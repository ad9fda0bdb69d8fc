"""Verdicts on tables: whole, fresh, where from; and what reconcile finds, fixes and leaves alone."""

import os
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.integration.engine.conftest import documents

from evigate.base.errors import EvigateError
from evigate.engine.engine import Engine
from evigate.engine.tables.state import Freshness, Verified

FAST = "wordllama"


def make(db: Engine, path: Path) -> Path:
    pq.write_table(documents(10), path)
    db.sources.add("docs", str(path), key="id")
    db.embed("docs", columns=["title"], model=FAST)
    return folder_of(db, "docs_vectors")


def folder_of(db: Engine, name: str) -> Path:
    return db.core.tables.folder(db.subject, db.core.tables.get(db.subject, name))


def age(path: Path) -> None:
    old = time.time() - 7200
    for each in [path, *path.rglob("*")]:
        os.utime(each, (old, old))


def test_a_whole_table_matches_and_each_change_is_named(db: Engine, tmp_path: Path) -> None:
    folder = make(db, tmp_path / "d.parquet")
    assert db.tables.verify("docs_vectors").verdict is Verified.MATCH
    wrong = db.tables.verify("docs_vectors", expected_definition={"producer": "else"})
    assert wrong.verdict is Verified.MISMATCH
    (rows,) = folder.glob("rows-*.parquet")
    whole = rows.read_bytes()
    rows.write_bytes(whole[:-1] + b"x")
    assert rows.name in db.tables.verify("docs_vectors").problems[0]
    rows.unlink()
    assert rows.name in db.tables.verify("docs_vectors").problems[0]
    rows.write_bytes(whole)
    (manifest,) = folder.glob("manifest-*.json")
    manifest.unlink()
    assert db.tables.verify("docs_vectors").verdict is Verified.MISSING_MANIFEST
    assert db.tables.staleness("docs_vectors").verdict is Freshness.MISSING_MANIFEST


def test_staleness_says_why(db: Engine, tmp_path: Path) -> None:
    path = tmp_path / "d.parquet"
    make(db, path)
    assert db.tables.staleness("docs_vectors").verdict is Freshness.FRESH
    other = db.tables.staleness("docs_vectors", definition={"producer": "else"})
    assert (other.verdict, other.reasons) == (Freshness.STALE, ["definition_changed"])
    pq.write_table(documents(11), path)
    report = db.tables.staleness("docs_vectors")
    assert (report.verdict, report.reasons) == (Freshness.STALE, ["input_advanced:docs"])
    (done,) = db.tables.recompute("docs_vectors")
    assert (done.version, done.cache) == (2, "computed")
    assert db.tables.staleness("docs_vectors").verdict is Freshness.FRESH
    assert db.tables.recompute("docs_vectors")[0].cache == "hit"
    assert [edge.input for edge in db.tables.derives_from("docs_vectors").inputs] == ["docs"]


def test_imported_vectors_are_not_made_again(db: Engine) -> None:
    given = pa.table({"id": ["a"], "vector": [[1.0, 2.0]]})
    db.tables.import_vectors("mine", given)
    with pytest.raises(EvigateError) as refusal:
        db.tables.recompute("mine")
    assert refusal.value.code.name == "E_NOT_RECOMPUTABLE"


def test_recomputing_gives_the_same_bytes(db: Engine, tmp_path: Path) -> None:
    folder = make(db, tmp_path / "d.parquet")
    (first,) = folder.glob("rows-*.parquet")
    name = first.name
    db.tables.drop("docs_vectors")
    db.embed("docs", columns=["title"], model=FAST, cache="bypass")
    (second,) = folder_of(db, "docs_vectors").glob("rows-*.parquet")
    assert second.name == name


def test_reconcile_finds_nothing_in_a_house_in_order(db: Engine, tmp_path: Path) -> None:
    make(db, tmp_path / "d.parquet")
    age(db.core.root)
    assert db.tables.reconcile() == []


def test_reconcile_reports_strays_and_deletes_only_old_ones_when_told(
    db: Engine, other: Engine, tmp_path: Path
) -> None:
    folder = make(db, tmp_path / "d.parquet")
    make(other, tmp_path / "e.parquet")
    stray = folder / "rows-ffff.parquet"
    stray.write_bytes(b"half")
    lost = folder.parent / "01234567-89ab-7def-8123-456789abcdef"
    lost.mkdir()
    (lost / "rows-0.parquet").write_bytes(b"x")
    checkpoint = db.core.root / str(db.tenant_id) / "parts" / ("0" * 64)
    checkpoint.mkdir(parents=True)
    (checkpoint / "part-0.parquet").write_bytes(b"x")
    assert db.tables.reconcile() == []
    age(db.core.root)
    found = db.tables.reconcile()
    assert sorted(each.kind for each in found) == ["checkpoint", "stray", "stray"]
    assert stray.exists() and not any(each.is_fixed for each in found)
    assert other.tables.reconcile() == []
    assert len(db.tables.reconcile(apply=True)) == 3
    assert not stray.exists() and not lost.exists() and not checkpoint.exists()
    assert db.tables.reconcile() == []
    assert db.tables.verify("docs_vectors").verdict is Verified.MATCH


def test_reconcile_steps_back_from_a_damaged_version(db: Engine, tmp_path: Path) -> None:
    path = tmp_path / "d.parquet"
    folder = make(db, path)
    first = set(folder.glob("rows-*.parquet"))
    pq.write_table(documents(12), path)
    db.embed("docs", columns=["title"], model=FAST)
    (second,) = set(folder.glob("rows-*.parquet")) - first
    second.unlink()
    with pytest.raises(EvigateError) as refusal:
        db.tables.read("docs_vectors")
    assert refusal.value.code.name == "E_TABLE_DAMAGED"
    (finding,) = db.tables.reconcile(apply=True)
    assert finding.kind == "damaged" and second.name in finding.detail
    assert db.tables.describe("docs_vectors").current_version == 1
    assert db.tables.read("docs_vectors").num_rows == 10
    assert db.tables.reconcile() == []
