"""Migrations: applying twice changes nothing, applied ones are frozen, a newer database is refused."""

import contextlib
import json
import re
import sqlite3
import sys
from pathlib import Path

import psycopg
import pytest
from tests.conftest import REPOSITORY, Cluster, shared_folder

from evigate.base.errors import EvigateError
from evigate.boot import House
from evigate.kernel.db import Migrator, describe_schema
from evigate.kernel.db.errors import E_DATABASE_NEWER, E_MIGRATION_CHANGED
from evigate.kernel.db.migrate import LIBRARY_VERSION, versions

FROZEN = REPOSITORY / "src" / "evigate" / "migrations" / "frozen.txt"


async def test_up_twice_changes_nothing(house: House) -> None:
    before = describe_schema(house.urls.owner)
    assert Migrator(house.urls).up() == []
    assert describe_schema(house.urls.owner) == before
    assert {each.state for each in Migrator(house.urls).status()} == {"applied"}


async def test_functions_can_be_created_again_over_themselves(house: House) -> None:
    with psycopg.connect(house.urls.owner, autocommit=True) as connection:
        connection.execute("UPDATE kernel.migrations SET sha256 = 'old' WHERE name = 'functions'")
    assert Migrator(house.urls).up() == ["functions"]


async def test_a_newer_database_is_refused(house: House) -> None:
    with psycopg.connect(house.urls.owner, autocommit=True) as connection:
        connection.execute("INSERT INTO kernel.migrations VALUES ('9999_future', 'x', now())")
    with pytest.raises(EvigateError) as refusal:
        Migrator(house.urls).up()
    assert refusal.value.code is E_DATABASE_NEWER
    assert "'9999_future'" in refusal.value.message


async def test_a_changed_migration_is_refused(house: House) -> None:
    with psycopg.connect(house.urls.owner, autocommit=True) as connection:
        connection.execute("UPDATE kernel.migrations SET sha256 = 'x' WHERE name = '0004_papers'")
    with pytest.raises(EvigateError) as refusal:
        Migrator(house.urls).up()
    assert refusal.value.code is E_MIGRATION_CHANGED


def test_versions_are_those_that_were_frozen() -> None:
    """A released version is never edited; a new one adds its line here."""
    frozen = dict(line.split() for line in FROZEN.read_text().splitlines())
    assert frozen == {each.name: each.sha256 for each in versions() if each.name != LIBRARY_VERSION}


async def test_every_column_of_schema_document_001_has_a_view(house: House) -> None:
    """The document's tables and columns are read from the document itself."""
    document = next(Path(shared_folder() / "seeds").glob("001*")).read_text()
    here = describe_schema(house.urls.owner)["p2n"]
    tables = re.findall(r"### \d+\. `(\w+)`.*?\*\*Key Columns:\*\*\n(.*?)\n\n", document, re.S)
    assert len(tables) == 9
    for table, columns in tables:
        names = [
            name
            for line in columns.splitlines()
            for name in re.findall(r"`(\w+)`", line.split("(", 1)[0])
        ]
        assert names, table
        missing = set(names) - set(here[table])
        assert not missing, f"p2n.{table} lacks {missing}"
    for view in ("latest_runs", "paper_summary"):
        assert view in here
    for table in set(dict(tables)) - {"run_events"}:
        assert table in describe_schema(house.urls.owner)["papers"], json.dumps(table)


async def test_every_table_that_schema_document_003_leaves_has_a_view(house: House) -> None:
    """The document is a list of migrations; they are run, in their order, and what is left is read."""
    document = next(Path(shared_folder() / "seeds").glob("003*")).read_text()
    found = re.findall(r'MIGRATION_(\d+)_\w+: &str = r#"(.*?)"#;', document, re.S)
    assert len(found) == 18
    with contextlib.closing(sqlite3.connect(":memory:")) as old:
        for _, script in sorted(found):
            old.executescript(script)
        tables = [
            name for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        columns = {
            table: {row[1] for row in old.execute(f"PRAGMA table_info({table})")}
            for table in tables
        }
    here = describe_schema(house.urls.owner)["jammi"]
    assert len(columns) == 11
    for table, names in columns.items():
        missing = names - set(here.get(table, []))
        assert not missing, f"jammi.{table} lacks {missing}"


async def test_every_table_and_column_of_schema_document_000_has_a_view(house: House) -> None:
    """Its tables are read from its statements; the ones it alters or refers to are there too."""
    document = next(Path(shared_folder() / "seeds").glob("000*")).read_text()
    made = re.findall(r"CREATE TABLE IF NOT EXISTS (\w+) \((.*?)\n\);", document, re.S)
    assert len(made) == 7
    here = describe_schema(house.urls.owner)["learning_bank"]
    for table, body in made:
        names = set(re.findall(r"^  ([a-z_0-9]+)\s+[A-Z_a-z]+", body, re.M))
        missing = names - set(here.get(table, []))
        assert len(names) > 3 and not missing, f"learning_bank.{table} lacks {missing}"
    assert "tenant_id" in here["attempts"]
    for table in set(re.findall(r"REFERENCES (\w+)\(", document)):
        assert "id" in here[table], table


# Of document 002: what is still to be made.
# The library's tables hold what a tenant wrote; the packaged is files.
DUE_002 = {
    "later": (
        "document_templates", "gap_findings", "gap_runs", "integration_artifacts",
        "integration_credentials", "integration_mappings", "standards_artifacts",
        "standards_references", "standards_versions", "template_mappings", "template_renders",
        "template_variables", "workflow_bindings", "workflow_definitions", "workflow_models",
        "workflow_validations", "workflow_versions",
    ),
}  # fmt: skip


def document_002() -> dict[str, set[str]]:
    """Return the columns of each table that the document makes."""
    text = next(Path(shared_folder() / "seeds").glob("002*")).read_text()
    made = re.findall(r"^CREATE TABLE (\w+) \((.*?)^\);", text, re.S | re.M)
    return {name: set(re.findall(r"^([a-z_0-9]+)\s+[A-Z]", body, re.M)) for name, body in made}


async def test_each_table_of_schema_document_002_has_its_view_or_is_due(house: House) -> None:
    """Tables and columns are read from the document's statements."""
    here = describe_schema(house.urls.owner)["praetor"]
    due = {name for names in DUE_002.values() for name in names}
    made = document_002()
    assert len(made) > 85
    assert set(made) - set(here) == due
    lacking = {name: made[name] - set(here[name]) for name in set(made) - due}
    assert {name: columns for name, columns in lacking.items() if columns} == {}


async def test_what_document_002_alters_or_refers_to_has_its_view_or_is_named(house: House) -> None:
    text = next(Path(shared_folder() / "seeds").glob("002*")).read_text()
    made = document_002()
    altered = {
        table: set(re.findall(r"ADD COLUMN (?:IF NOT EXISTS )?(\w+)", body))
        for table, body in re.findall(r"^ALTER TABLE (\w+)(.*?);", text, re.S | re.M)
    }
    named = set(re.findall(r"REFERENCES (\w+)", text)) | set(altered)
    here = describe_schema(house.urls.owner)["praetor"]
    assert len(named - set(made)) > 4 and altered["kb_patterns"] == {"cloud_provider"}
    due = {name for names in DUE_002.values() for name in names}
    assert named - set(here) - due == set()
    lacking = {
        table: columns - set(here[table]) for table, columns in altered.items() if table in here
    }
    assert {table: columns for table, columns in lacking.items() if columns} == {}


async def test_all_migrations_make_the_schema_that_reviewers_read(cluster: Cluster) -> None:
    """To accept a change: .venv/bin/python scripts/dump_schema.py, then read the diff."""
    sys.path.insert(0, str(REPOSITORY / "scripts"))
    from dump_schema import TARGET, dump_schema

    url = cluster.server.url(cluster.template)
    assert dump_schema(url) == TARGET.read_text()
