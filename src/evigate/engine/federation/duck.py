"""The one file that knows DuckDB: an in-memory database for one tenant, and what it may reach.

Nothing is fetched or loaded by itself, Python's variables are not tables, and the settings are
locked once it stands. Extensions come from installed wheels, by path. A database server's password
goes through a variable into a secret, so no statement's text holds it.
"""

import hashlib
import importlib.util
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from evigate.base.errors import Code, EvigateError
from evigate.engine.federation.errors import (
    E_ASOF_AMBIGUOUS,
    E_SQL_EXTENSION,
    E_SQL_INVALID,
    E_SQL_MEMORY,
    E_SQL_UPSTREAM,
)
from evigate.engine.federation.quoting import quote_name, quote_text, quote_texts
from evigate.engine.federation.relations import Attachment
from evigate.engine.federation.vectors import MACROS

ASOF_MARK = "evigate-asof-ambiguous: "
CONNECT_TIMEOUT_S = 5
MESSAGE_CHARS_MAX = 500
CHECKED_MAX = 1_000
MEMORY_LIMIT_BYTES = 4 << 30
SPILL_LIMIT_BYTES = 64 << 30
EXTENSIONS: Mapping[str, str] = {
    "postgres": "postgres_scanner",
    "mysql": "mysql_scanner",
    "sqlite": "sqlite_scanner",
    "avro": "avro",
}
# The MySQL extension of DuckDB 1.5.5 breaks when it pushes aggregates over a sub-select down,
# and pushes orders that the server's collation would decide.
EXTENSION_SETTINGS: Mapping[str, Sequence[str]] = {
    "mysql": ("mysql_aggregate_pushdown_enabled", "mysql_order_pushdown_enabled"),
}
EXTRAS: Mapping[str, str] = {"mysql": "evigate[mysql]"}
DuckError = duckdb.Error


class Duck:
    """An in-memory database of one tenant; safe to share between threads, a cursor a call."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
        threads: int | None = None,
    ) -> None:
        """Open it; `folder` is where what outgrows the memory is spilled, None for nowhere."""
        config: dict[str, Any] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_persistent_secrets": "false",
            "python_enable_replacements": "false",
            "memory_limit": f"{memory_limit_bytes}B",
            "max_temp_directory_size": f"{SPILL_LIMIT_BYTES if folder else 0}B",
            "temp_directory": str(folder) if folder else "",
        }
        if threads is not None:
            config["threads"] = threads
        self._root = duckdb.connect(":memory:", config=config)
        self._lock = threading.RLock()
        self._loaded: set[str] = set()
        self._locks: dict[str, threading.Lock] = {}
        self._users: dict[str, int] = {}
        self._checked: set[tuple[object, tuple[str, str]]] = set()
        self._root.execute("SET GLOBAL TimeZone = 'UTC'")
        # Arrow data has no estimated length, and is taken for one row: loops would be chosen, which
        # took 4 s where the sorted join takes .02 s (100,000 rows on each side).
        self._root.execute("SET GLOBAL asof_loop_join_threshold = 0")
        self._root.execute("SET GLOBAL nested_loop_join_threshold = 0")
        for macro in MACROS:
            self._root.execute(macro)
        later = [name for names in EXTENSION_SETTINGS.values() for name in names]
        self._root.execute("SET allowed_configs = " + quote_texts(later))
        self._root.execute("SET lock_configuration = true")

    def close(self) -> None:
        """Close it; statements that still run are cut off."""
        with suppress(DuckError):
            self._root.interrupt()
        self._root.close()

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a connection of one's own: what is registered in it, others do not see."""
        cursor = self._root.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def open_cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection that the caller closes."""
        return self._root.cursor()

    def table(self, text: str, objects: Mapping[str, Any] | None = None) -> pa.Table:
        """Run a statement of our own and return its rows; `objects` are Arrow data by name."""
        with self.cursor() as cursor, translated():
            for name, value in (objects or {}).items():
                cursor.register(name, value)
            return cursor.execute(text).to_arrow_table()

    def load(self, kind: str) -> None:
        """Load the extension for a kind of database or file, once.

        Raises:
            E_SQL_EXTENSION: its wheel is not installed or does not fit this DuckDB.
        """
        with self._lock:
            if kind in self._loaded or kind not in EXTENSIONS:
                return
            path = _extension_path(kind)
            try:
                self._root.execute("LOAD " + quote_text(str(path)))
                for setting in EXTENSION_SETTINGS.get(kind, ()):
                    self._root.execute("SET GLOBAL " + setting + " = false")
            except DuckError as error:
                raise EvigateError(
                    E_SQL_EXTENSION, f"The extension for {kind!r} does not load: {brief(error)}"
                ) from error
            self._loaded.add(kind)

    @contextmanager
    def attached(self, attachment: Attachment) -> Iterator[str]:
        """Yield the quoted name under which a database is attached, read only.

        A server stays attached, for its connections; a DuckDB file is let go after its last user,
        because holding it keeps its writers out.

        Raises:
            E_SQL_UPSTREAM: it cannot be reached or is no such database.
        """
        alias = self.attach(attachment)
        try:
            yield quote_name(alias)
        finally:
            self.release(attachment)

    def attach(self, attachment: Attachment) -> str:
        """Attach and return the name; each call is met by one `release`."""
        alias = _alias(attachment)
        if attachment.kind == "duckdb":
            self._check_base(attachment)
        # A lock for each database: one that does not answer holds up its own callers only.
        with self._lock:
            own = self._locks.setdefault(alias, threading.Lock())
        with own:
            if alias not in self._users:
                self.load(attachment.kind)
                self._attach(alias, attachment)
                self._users[alias] = 0
            self._users[alias] += 1
        return alias

    def release(self, attachment: Attachment) -> None:
        """Let go of what `attach` returned."""
        alias = _alias(attachment)
        with self._locks[alias]:
            self._users[alias] -= 1
            if attachment.kind == "duckdb" and not self._users[alias]:
                with suppress(DuckError), self.cursor() as cursor:
                    cursor.execute("DETACH " + quote_name(alias))
                    del self._users[alias]

    def forget(self, attachment: Attachment) -> None:
        """Drop what is remembered of a server's tables, so that a changed one is seen."""
        if attachment.kind in ("postgres", "mysql") and _alias(attachment) in self._users:
            call = "pg_clear_cache" if attachment.kind == "postgres" else "mysql_clear_cache"
            with self.cursor() as cursor, suppress(DuckError):
                cursor.execute("CALL " + call + "()")

    def tables(self, attachment: Attachment) -> list[str]:
        """Return the tables and views of the attachment's schema, ordered; of DuckDB no views.

        The database itself is asked, because DuckDB's own list asks every attached one.
        """
        schema = attachment.table[0]
        if attachment.kind == "duckdb":
            return sorted(name for home, name in _base_tables(attachment.path) if home == schema)
        texts = {
            "postgres": "SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n "
            "ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') "
            f"AND n.nspname = {quote_text(schema)}",
            "mysql": "SELECT table_name AS name FROM information_schema.tables "
            f"WHERE table_schema = {quote_text(schema)}",
            "sqlite": "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')",
        }
        alias = self.attach(attachment)
        try:
            call = f"{attachment.kind}_query({quote_text(alias)}, "
            text = "SELECT name FROM " + call + quote_text(texts[attachment.kind]) + ")"
            return sorted(str(name) for name in self.table(text).column(0).to_pylist())
        finally:
            self.release(attachment)

    def _check_base(self, attachment: Attachment) -> None:
        """A view in a DuckDB file is its maker's statement, and could read any file of ours.

        It is looked at again whenever the file has changed.
        """
        path = Path(attachment.path)
        try:
            stat = path.stat()
        except OSError as error:
            raise EvigateError(E_SQL_UPSTREAM, f"{str(path)!r} cannot be read.") from error
        seen = (attachment.path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
        if (seen, attachment.table) in self._checked:
            return
        if attachment.table[1] and attachment.table not in _base_tables(attachment.path):
            raise EvigateError(
                E_SQL_UPSTREAM, f"{attachment.table[1]!r} is no base table of {str(path)!r}."
            )
        with self._lock:
            if len(self._checked) >= CHECKED_MAX:
                self._checked.clear()
            self._checked.add((seen, attachment.table))

    def _attach(self, alias: str, attachment: Attachment) -> None:
        kind = "" if attachment.kind == "duckdb" else f"TYPE {attachment.kind}, "
        target, secret = attachment.path, ""
        try:
            if attachment.server:
                self._keep_secret(alias, attachment)
                secret = ", SECRET " + quote_name(alias)
                if attachment.kind == "postgres":
                    target = f"connect_timeout={CONNECT_TIMEOUT_S} {attachment.path}"
            text = f"ATTACH {quote_text(target)} AS {quote_name(alias)} ({kind}READ_ONLY{secret})"
            with self.cursor() as cursor:
                cursor.execute(text)
        except DuckError as error:
            message = _without_passwords(brief(error), attachment)
            raise EvigateError(
                E_SQL_UPSTREAM, f"The {attachment.kind} database cannot be opened: {message}"
            ) from None

    def _keep_secret(self, alias: str, attachment: Attachment) -> None:
        # Variables belong to a connection, so they go with the cursor.
        names = [f"v{place}" for place in range(len(attachment.server))]
        keys = [key for key, _ in attachment.server]
        parts = ", ".join(
            f"{key} getvariable({quote_text(name)})" for key, name in zip(keys, names, strict=True)
        )
        secret = f"CREATE SECRET {quote_name(alias)} (TYPE {attachment.kind}, {parts})"
        with self.cursor() as cursor:
            for name, (_, value) in zip(names, attachment.server, strict=True):
                assign = f"SET VARIABLE {name} = $1"
                cursor.execute(assign, [value])
            cursor.execute("DROP SECRET IF EXISTS " + quote_name(alias))
            cursor.execute(secret)


@contextmanager
def translated(*, upstream: Code = E_SQL_UPSTREAM) -> Iterator[None]:
    """Turn DuckDB's failures into ours: one line, no trace, the cause kept."""
    try:
        yield
    except DuckError as error:
        raise translate(error, upstream=upstream) from error
    except (pa.ArrowException, OSError, RuntimeError) as error:
        if isinstance(error, EvigateError):
            raise
        raise translate(error, upstream=upstream) from error


def translate(error: BaseException, *, upstream: Code = E_SQL_UPSTREAM) -> EvigateError:
    """Return our error for one of DuckDB's (or of Arrow's, which carries DuckDB's as text)."""
    message = brief(error)
    if ASOF_MARK in message:
        return EvigateError(E_ASOF_AMBIGUOUS, message.split(ASOF_MARK, 1)[1])
    if isinstance(error, duckdb.OutOfMemoryException) or "Out of Memory" in message:
        return EvigateError(E_SQL_MEMORY, "The statement needs more memory than it may have.")
    if isinstance(error, duckdb.IOException | duckdb.HTTPException | duckdb.ConnectionException):
        return EvigateError(upstream, message)
    if message.startswith("IO Error"):
        return EvigateError(upstream, message)
    return EvigateError(E_SQL_INVALID, message)


def is_interrupt(error: BaseException) -> bool:
    """Return whether a failure is a statement cut off by `interrupt`."""
    return isinstance(error, duckdb.InterruptException) or "interrupted" in str(error).lower()


def brief(error: BaseException) -> str:
    """Return a message on one line, without the rewritten statement that DuckDB quotes."""
    text = re.split(r"\n+LINE \d+:|\s+Stack Trace:", str(error).strip())[0]
    text = re.sub(r"\s*\n\s*", " ", text)[:MESSAGE_CHARS_MAX]
    return text or type(error).__name__


def _extension_path(kind: str) -> Path:
    name = EXTENSIONS[kind]
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    roots: Sequence[str] = list(spec.submodule_search_locations or []) if spec else []
    for root in roots:
        path = Path(root, "extensions", f"v{duckdb.__version__}", f"{name}.duckdb_extension")
        if path.is_file():
            return path
    raise EvigateError(
        E_SQL_EXTENSION,
        f"Reading {kind} needs an extension that is not installed: "
        f"install {EXTRAS.get(kind, 'evigate')!r}.",
    )


def _base_tables(path: str) -> set[tuple[str, str]]:
    """Ask a database of its own, which has nothing else attached and can reach no other file."""
    own = duckdb.connect(":memory:", config={"autoload_known_extensions": "false"})
    try:
        own.execute("ATTACH " + quote_text(path) + " AS looked_at (READ_ONLY)")
        own.execute("SET enable_external_access = false")
        found = own.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'looked_at'"
        ).fetchall()
    except DuckError as error:
        raise EvigateError(E_SQL_UPSTREAM, f"{path!r} cannot be opened: {brief(error)}") from error
    finally:
        own.close()
    return {(str(schema), str(name)) for schema, name in found}


def _alias(attachment: Attachment) -> str:
    """A name that nobody guesses wrongly for another: it covers the password too."""
    seed = repr((attachment.kind, attachment.path, attachment.server)).encode()
    return "evigate_" + hashlib.sha256(seed).hexdigest()[:24]


def _without_passwords(message: str, attachment: Attachment) -> str:
    for key, value in attachment.server:
        if key == "PASSWORD" and value:
            message = message.replace(value, "***")
    return message
