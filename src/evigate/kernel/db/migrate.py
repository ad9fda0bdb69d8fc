"""Migrations: numbered files that run once, and functions that are re-created.

`versions/` runs in order, each file once and in a transaction of its own, and is frozen by hash.
`functions/` (functions, policies, grants, views) runs whole whenever any of it changed. The job
library's own schema is one more version, taken from the pinned package. One advisory lock keeps
two processes from migrating at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Any

import psycopg
from psycopg import Connection, sql
from psycopg.rows import dict_row

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.kernel.db.database import APP_ROLE, QUEUE_ROLE, DatabaseUrls
from evigate.kernel.db.errors import (
    E_DATABASE_NEWER,
    E_DATABASE_UNAVAILABLE,
    E_MIGRATION_CHANGED,
)

ADVISORY_LOCK = 0x65766967  # "evig"
LIBRARY_VERSION = "0001b_procrastinate"
FUNCTIONS = "functions"

_BOOTSTRAP = """
CREATE SCHEMA IF NOT EXISTS kernel;
CREATE TABLE IF NOT EXISTS kernel.migrations (
  name text PRIMARY KEY,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """A named piece of SQL and its hash."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The hash by which it is frozen."""
        return sha256_hex(self.text.encode())


@dataclass(frozen=True, slots=True)
class MigrationState:
    """One line of `evigate db status`: `state` is applied, pending, changed or unknown."""

    name: str
    state: str


def versions() -> list[Migration]:
    """Return every version in the order of its name."""
    found = [*_read("versions"), Migration(LIBRARY_VERSION, _library_schema())]
    return sorted(found, key=lambda migration: migration.name)


def functions() -> Migration:
    """Return all re-creatable SQL as one piece, in the order of the files' names."""
    return Migration(FUNCTIONS, "\n".join(part.text for part in _read("functions")))


def _read(folder: str) -> list[Migration]:
    root = resources.files("evigate") / "migrations" / folder
    names = sorted(item.name for item in root.iterdir() if item.name.endswith(".sql"))
    return [Migration(name.removesuffix(".sql"), (root / name).read_text()) for name in names]


def _library_schema() -> str:
    schema = resources.files("procrastinate") / "sql" / "schema.sql"
    head = "CREATE SCHEMA procrastinate;\nSET LOCAL search_path = procrastinate;\n"
    return head + schema.read_text()


class Migrator:
    """Brings a database up to this version; connects as its owner."""

    def __init__(self, urls: DatabaseUrls) -> None:
        self._urls = urls

    def up(self) -> list[str]:
        """Apply whatever is pending and return its names, in order; empty when all is done.

        Raises:
            EvigateError[E_DATABASE_NEWER]: the database holds a version unknown here.
            EvigateError[E_MIGRATION_CHANGED]: an applied version's text has changed since.
            EvigateError[E_DATABASE_UNAVAILABLE]: the server cannot be reached.
        """
        with self._connect() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
            applied = self._applied(connection)
            self._refuse_strangers(applied)
            done = []
            if LIBRARY_VERSION not in applied:
                self._make_roles(connection)
            for migration in versions():
                if migration.name not in applied:
                    self._apply(connection, migration)
                    done.append(migration.name)
            if done or applied.get(FUNCTIONS) != functions().sha256:
                self._apply(connection, functions())
                done.append(FUNCTIONS)
            self._set_passwords(connection)
            return done

    def status(self) -> list[MigrationState]:
        """Tell of each version, and of the functions, whether it is applied."""
        with self._connect() as connection:
            applied = self._applied(connection)
        known = [*versions(), functions()]
        states = [MigrationState(item.name, _state(item, applied)) for item in known]
        names = {item.name for item in known}
        return states + [MigrationState(name, "unknown") for name in applied if name not in names]

    @contextmanager
    def _connect(self) -> Iterator["Connection[dict[str, Any]]"]:
        try:
            connection = psycopg.connect(self._urls.owner, row_factory=dict_row, autocommit=True)
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            message = f"The database cannot be reached: {reason}"
            raise EvigateError(E_DATABASE_UNAVAILABLE, message) from error
        with connection:
            yield connection

    def _applied(self, connection: "Connection[dict[str, Any]]") -> dict[str, str]:
        with connection.transaction():
            connection.execute("SET LOCAL client_min_messages = warning")
            connection.execute(_BOOTSTRAP)
        rows = connection.execute("SELECT name, sha256 FROM kernel.migrations ORDER BY name")
        return {row["name"]: row["sha256"] for row in rows}

    def _refuse_strangers(self, applied: dict[str, str]) -> None:
        known = {item.name: item.sha256 for item in versions()}
        for name, sha256 in applied.items():
            if name == FUNCTIONS:
                continue
            if name not in known:
                message = f"The database holds the migration {name!r}, which this version lacks."
                raise EvigateError(E_DATABASE_NEWER, message)
            if known[name] != sha256:
                message = f"The migration {name!r} was applied with another text."
                raise EvigateError(E_MIGRATION_CHANGED, message)

    def _apply(self, connection: "Connection[dict[str, Any]]", migration: Migration) -> None:
        with connection.transaction():
            connection.execute("SET LOCAL client_min_messages = warning")
            connection.execute("SET LOCAL lock_timeout = '4s'")
            connection.execute("SET LOCAL check_function_bodies = false")
            connection.execute(migration.text.encode())
            connection.execute("RESET search_path")
            connection.execute(
                "INSERT INTO kernel.migrations (name, sha256) VALUES (%s, %s)"
                " ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, applied_at = now()",
                (migration.name, migration.sha256),
            )

    def _make_roles(self, connection: "Connection[dict[str, Any]]") -> None:
        """Make the cluster's three roles if it lacks them; roles outlive a database."""
        for role, kind in ((APP_ROLE, "LOGIN"), (QUEUE_ROLE, "LOGIN"), ("service_role", "NOLOGIN")):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
            if known.fetchone() is None:
                connection.execute(
                    sql.SQL("CREATE ROLE {} {} NOSUPERUSER NOCREATEDB NOCREATEROLE").format(
                        sql.Identifier(role), sql.SQL(kind)
                    )
                )
        connection.execute("GRANT service_role TO CURRENT_USER")

    def _set_passwords(self, connection: "Connection[dict[str, Any]]") -> None:
        """Give the login roles their passwords, unless they already open the door."""
        for url in (self._urls.app, self._urls.queue):
            if _opens(url):
                continue
            parts = psycopg.conninfo.conninfo_to_dict(url)
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(str(parts["user"])), sql.Literal(parts["password"])
                )
            )


def _opens(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _state(migration: Migration, applied: dict[str, str]) -> str:
    if migration.name not in applied:
        return "pending"
    return "applied" if applied[migration.name] == migration.sha256 else "changed"


def describe_schema(url: str) -> dict[str, dict[str, list[str]]]:
    """Return `{schema: {relation: [columns]}}` of a database, in the order of declaration.

    Tables, partitioned tables and views are in; partitions and the server's own schemas are not.
    """
    query = """
      SELECT n.nspname, c.relname, array_agg(a.attname ORDER BY a.attnum) AS columns
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
        AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_%'
      GROUP BY 1, 2 ORDER BY 1, 2
    """
    found: dict[str, dict[str, list[str]]] = {}
    with psycopg.connect(url) as connection:
        for schema, relation, columns in connection.execute(query):
            found.setdefault(schema, {})[relation] = [str(name) for name in columns]
    return found
