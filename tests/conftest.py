"""What every test may ask for: a real server, a migrated database of its own, a house, two tenants.

One embedded PostgreSQL serves the session; one database is migrated once and copied for each test,
so tests share nothing and the copies cost a few hundredths of a second.
"""

import asyncio
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import hypothesis  # noqa: F401  its plugin would parse it at the end, amid collection of garbage
import psycopg
import pytest
import structlog
from psycopg.sql import SQL, Identifier

from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.boot.database import start_database
from evigate.kernel.db import EmbeddedServer, Migrator
from evigate.kernel.secrets import SealingKey
from evigate.web import create_app

# A failure's trace as text: drawn in boxes with every local, one of a page takes half a minute.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)
REPOSITORY = Path(__file__).parent.parent
DEMO_PAPER = REPOSITORY / "examples" / "papers" / "1711.07831.pdf"
COMMON_LOOP_S = 0.06
NOT_DURABLE = (
    "fsync = off",
    "full_page_writes = off",
    "synchronous_commit = off",
    "max_wal_size = '2GB'",
)
KEY_TEXT = "a2V5LWZvci10ZXN0cy1vbmx5LTMyLWJ5dGVzLWxvbmc="


def need(what: str, *, is_there: bool) -> None:
    """Skip a test whose means are not on this machine; in CI, where all must be, fail it."""
    if is_there:
        return
    if os.environ.get("EVIGATE_TEST_REQUIRE") == "all":
        pytest.fail(f"{what} is required here and is missing")
    pytest.skip(f"{what} is not here")


def shared_folder() -> Path:
    """Return the folder of outside material, or skip."""
    path = Path(os.environ.get("EVIGATE_SHARED", REPOSITORY.parent / "shared"))
    need(f"the folder {path.name!r} of outside material", is_there=path.is_dir())
    return path


@dataclass(frozen=True, slots=True)
class Cluster:
    """The session's server, and the name of the migrated database that tests copy."""

    server: EmbeddedServer
    settings: Settings
    template: str

    def copy(self) -> str:
        """Make a database like the template and return its name."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            query = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
            connection.execute(query.format(Identifier(name), Identifier(self.template)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def _forgo_durability(server: EmbeddedServer) -> None:
    """Let the session's server not wait for the disk; nobody needs it after the machine stops."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for setting in NOT_DURABLE:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running embedded server with a migrated template."""
    folder = Path(tempfile.mkdtemp(prefix="evigate-test-"))
    folder.chmod(0o755)
    settings = Settings(data_dir=folder, key=KEY_TEXT)
    server, urls = start_database(settings, SealingKey.load(folder / "key", text=KEY_TEXT))
    assert server is not None
    _forgo_durability(server)
    Migrator(urls).up()
    try:
        yield Cluster(server, settings, "evigate")
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def settings(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Settings]:
    """Settings of a house with a database and a folder of its own."""
    name = await asyncio.to_thread(cluster.copy)
    yield Settings(data_dir=tmp_path, key=KEY_TEXT, database_url=cluster.server.url(name))
    await asyncio.to_thread(cluster.drop, name)


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    """An open house."""
    async with House.open(settings) as opened:
        yield opened


@pytest.fixture
async def owner(house: House) -> Subject:
    """The home tenant's owner."""
    return await house.operator()


@pytest.fixture
async def stranger(house: House) -> Subject:
    """Another tenant's owner."""
    tenant = await house.tenancy.create_tenant("other", "Other", owner_email="b@other.test")
    return await house.tenancy.operator(tenant)


@pytest.fixture
async def client(house: House, owner: Subject) -> AsyncIterator[httpx.AsyncClient]:
    """The API as the home tenant's owner, by token."""
    async with api_client(house, owner) as opened:
        yield opened


@pytest.fixture
async def other_client(house: House, stranger: Subject) -> AsyncIterator[httpx.AsyncClient]:
    """The API as the other tenant's owner."""
    async with api_client(house, stranger) as opened:
        yield opened


def app_of(house: House) -> Any:
    """Return the house's application, made once: its 700 routes take a second or two."""
    made = vars(house)
    if "test_app" not in made:
        made["test_app"] = create_app(house)
    return made["test_app"]


class _ApiClient(httpx.AsyncClient):
    """A client that fetches its token when it is opened."""

    def __init__(self, house: House, subject: Subject) -> None:
        transport = httpx.ASGITransport(app=app_of(house), raise_app_exceptions=False)
        super().__init__(transport=transport, base_url="http://test")
        self._house, self._subject = house, subject

    async def __aenter__(self) -> "_ApiClient":
        await super().__aenter__()
        _, token = await self._house.tenancy.create_token(self._subject, "test")
        self.headers["authorization"] = f"Bearer {token}"
        return self


def slowness() -> float:
    """Return how many times slower this machine adds now than a common one does, at least 1.

    A bound on time is for a machine that has its time; multiplied by this it holds on one that is
    shared, and stays as sharp where nothing else runs.
    """
    began = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return max(1.0, (time.process_time() - began) / COMMON_LOOP_S)


def api_client(house: House, subject: Subject) -> httpx.AsyncClient:
    """Return a client of the house's API, signed in as the subject."""
    return _ApiClient(house, subject)
