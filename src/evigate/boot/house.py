"""The house, composed: database, storage, keys, services and what the rooms registered.

`House.open` starts the embedded server if there is no other, brings the database up to date and
wires the rooms; leaving the block closes all of it. While it is open the embedded server is looked
after: when it has died it is started again, at its old port.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property

import structlog

from evigate import evidence, gate, papers
from evigate.base.errors import CODES as BASE_CODES
from evigate.base.errors import Code
from evigate.base.ids import TenantId
from evigate.base.subject import Subject
from evigate.boot.database import start_database
from evigate.boot.doors import server_limits
from evigate.boot.engine import engine_options, member_of
from evigate.boot.errors import CODES as BOOT_CODES
from evigate.boot.permissions import PERMISSIONS as BOOT_PERMISSIONS
from evigate.boot.settings import Settings
from evigate.engine import wiring as engine_wiring
from evigate.engine.core import Core
from evigate.engine.server.calls import Calls
from evigate.evidence import StoreService, fetch
from evigate.evidence import errors as evidence_errors
from evigate.gate import errors as gate_errors
from evigate.kernel import budgets, events, storage
from evigate.kernel import pages as kernel_pages
from evigate.kernel import runs as kernel_runs
from evigate.kernel import secrets as kernel_secrets
from evigate.kernel.access import Permission
from evigate.kernel.db import Database, DatabaseUrls, EmbeddedServer, Migrator
from evigate.kernel.db import errors as db_errors
from evigate.kernel.http import Doors, Fanout, WireEvent
from evigate.kernel.http import fanout as http_fanout
from evigate.kernel.jobs import JobSpec, Worker
from evigate.kernel.secrets import SealingKey, Vault
from evigate.kernel.storage import SignedUrls, Storage
from evigate.kernel.tenancy import TenancyService, Tenant
from evigate.kernel.tenancy import errors as tenancy_errors
from evigate.kernel.tenancy.service import PERMISSIONS as TENANCY_PERMISSIONS
from evigate.papers import PapersService

log = structlog.get_logger(__name__)

WATCH_INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True)
class Registry:
    """What the rooms offer, gathered by value so that it can be listed and tested."""

    permissions: tuple[Permission, ...]
    codes: tuple[Code, ...]
    jobs: tuple[JobSpec, ...]


class House:
    """Everything that an entry point needs; made by `open`."""

    def __init__(self, settings: Settings, key: SealingKey, urls: DatabaseUrls) -> None:
        self.settings = settings
        self.key = key
        self.urls = urls
        self.database = Database(urls)
        self.storage = open_storage(settings)
        self.signed_urls = SignedUrls(key.derive("signed urls"), prefix="/blobs")
        self.tenancy = TenancyService(self.database)
        self.vault = Vault(key)
        self.doors = Doors(self.tenancy, key.derive("csrf"))
        self.live = Fanout(self._replay)
        self.engine = Core(
            urls,
            key,
            engine_options(settings),
            tenant_of=lambda subject, name: member_of(self.engine.database, subject, name),
        )
        self.stores = StoreService(self.database, self.storage, self.engine)
        self.papers = PapersService(
            self.database,
            self.storage,
            upload_max_bytes=settings.upload_max_bytes,
            run_memory_bytes=settings.run_memory_bytes,
            work_dir=settings.data_dir / "runs",
        )
        self.registry = gather(self)
        self.server: EmbeddedServer | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator["House"]:
        """Open the house, and close it at the end of the block."""
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        key = SealingKey.load(settings.data_dir / "key", text=settings.key)
        server, urls = await asyncio.to_thread(start_database, settings, key)
        house = cls(settings, key, urls)
        house.server = server
        try:
            await asyncio.to_thread(Migrator(urls).up)
            await house.database.open()
            await asyncio.to_thread(house.engine.open)
            async with house._watched():
                yield house
        finally:
            if "calls" in vars(house):
                house.calls.close()
            await asyncio.to_thread(house.engine.close)
            await house.database.close()
            if server is not None:
                await asyncio.to_thread(server.close)

    @cached_property
    def calls(self) -> Calls:
        """The engine's calls from elsewhere; once made, local files are read below roots alone."""
        return Calls(self.engine, server_limits(self.settings))

    async def home(self) -> Tenant:
        """Return the tenant that the command line acts for, made at first use."""
        return await self.tenancy.ensure_tenant(
            self.settings.tenant, "Home", owner_email=self.settings.owner_email
        )

    async def operator(self) -> Subject:
        """Return the subject of the command line."""
        return await self.tenancy.operator(await self.home())

    def worker(self) -> Worker:
        """Return a worker for every registered job."""
        return Worker(self.urls.queue, self.registry.jobs)

    async def follow_events(self) -> None:
        """Wake live readers as events are appended; runs until cancelled."""
        while True:
            try:
                async for note in self.database.listen(events.CHANNEL):
                    if not note:
                        self.live.wake_all()
                        continue
                    stream, _, seq = note.rpartition(":")
                    self.live.wake(stream, int(seq))
            except Exception as error:
                log.warning("listener_lost_database", error=type(error).__name__)
                await asyncio.sleep(WATCH_INTERVAL_S)

    async def _replay(self, stream: str, after_seq: int, limit: int) -> list[WireEvent]:
        key = events.StreamKey.parse(stream)
        subject = Subject(TenantId(key.tenant_id), "system:live", "viewer")
        async with self.database.tx(subject) as tx:
            found = await events.read_events(tx, key.kind, key.id, after=after_seq, limit=limit)
        return [WireEvent(each.seq, each.type, each.payload, each.is_last) for each in found]

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[None]:
        watch = asyncio.create_task(self._watch_server())
        try:
            yield
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _watch_server(self) -> None:
        while self.server is not None:
            await asyncio.sleep(WATCH_INTERVAL_S)
            try:
                if await asyncio.to_thread(self.server.revive):
                    log.warning("database_restarted", port=self.server.port)
            except Exception as error:
                log.error("database_restart_failed", error=str(error))


def open_storage(settings: Settings) -> Storage:
    """Return the blob store that the settings name."""
    return Storage.open(
        settings.storage_url or (settings.data_dir / "blobs").absolute().as_uri(),
        endpoint_url=settings.storage_endpoint_url,
        region=settings.storage_region,
        access_key_id=settings.storage_access_key_id,
        secret_access_key=settings.storage_secret_access_key,
    )


def gather(house: House) -> Registry:
    """Gather what every room registers."""
    from evigate.boot.upkeep import upkeep_jobs

    return Registry(
        permissions=(
            *BOOT_PERMISSIONS,
            *TENANCY_PERMISSIONS,
            *kernel_secrets.PERMISSIONS,
            *budgets.PERMISSIONS,
            *engine_wiring.PERMISSIONS,
            *evidence.PERMISSIONS,
            *gate.PERMISSIONS,
            *papers.PERMISSIONS,
        ),
        codes=all_codes(),
        jobs=(*evidence.jobs(house.stores), *papers.jobs(house.papers), *upkeep_jobs(house)),
    )


def all_codes() -> tuple[Code, ...]:
    """Return every error code once, by name.

    Raises:
        ValueError: two codes share a name.
    """
    found: dict[str, Code] = {}
    rooms = (
        BASE_CODES,
        db_errors.CODES,
        storage.CODES,
        kernel_secrets.CODES,
        tenancy_errors.CODES,
        (budgets.E_BUDGET_EXHAUSTED,),
        kernel_runs.CODES,
        fetch.CODES,
        BOOT_CODES,
        http_fanout.CODES,
        kernel_pages.CODES,
        engine_wiring.CODES,
        evidence_errors.CODES,
        gate_errors.CODES,
        papers.CODES,
    )
    for code in (code for room in rooms for code in room):
        if found.setdefault(code.name, code) is not code:
            raise ValueError(f"Two codes are named {code.name}.")
    return tuple(sorted(found.values(), key=lambda code: code.name))
