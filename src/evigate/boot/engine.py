"""What the engine is handed: its options from the settings, and the database it shares."""

import os
from pathlib import Path

from evigate.base.errors import E_SETTINGS_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.boot.database import start_database
from evigate.boot.settings import Settings
from evigate.engine.core import EngineOptions
from evigate.engine.errors import E_TENANT_MISSING
from evigate.engine.server.calls import ServerLimits
from evigate.engine.server.flight import Listen
from evigate.kernel.db import DatabaseUrls, EmbeddedServer, Migrator, SyncDatabase
from evigate.kernel.secrets import SealingKey
from evigate.kernel.tenancy import find_membership


def engine_options(settings: Settings) -> EngineOptions:
    """Return the engine's options."""
    return EngineOptions(
        root=settings.data_dir / "engine",
        memory_bytes=settings.sql_memory_bytes,
        model_memory_bytes=settings.model_memory_bytes,
        threads=settings.engine_threads,
        sql_timeout_s=settings.sql_timeout_s,
    )


def server_limits(settings: Settings) -> ServerLimits:
    """Return what callers of a server may take."""
    return ServerLimits(
        message_max_bytes=settings.message_max_bytes,
        in_flight_max=settings.calls_max,
        subject_in_flight_max=settings.tenant_calls_max,
        streams_max=settings.streams_max,
        subject_streams_max=max(1, settings.streams_max // 4),
        request_timeout_s=settings.call_timeout_s,
        source_roots=tuple(
            Path(part).absolute() for part in settings.source_roots.split(os.pathsep) if part
        ),
    )


def flight_listen(settings: Settings) -> Listen | None:
    """Return where Flight is served; None where it is not.

    Raises:
        EvigateError[E_SETTINGS_INVALID]: a certificate without its key, or a key without it.
    """
    certificate, key = settings.flight_certificate, settings.flight_private_key
    if (certificate is None) != (key is None):
        message = "EVIGATE_FLIGHT_CERTIFICATE and EVIGATE_FLIGHT_PRIVATE_KEY go together."
        raise EvigateError(E_SETTINGS_INVALID, message)
    if settings.flight_port is None:
        return None
    return Listen(settings.host, settings.flight_port, certificate, key)


def member_of(database: SyncDatabase, subject: Subject, name: str) -> Subject:
    """Return a subject in another tenant of its own, by slug or id.

    Raises:
        EvigateError[E_TENANT_MISSING]: there is none, or it has no place there.
    """
    found = find_membership(database, subject, name)
    if found is None:
        raise EvigateError(E_TENANT_MISSING, f"There is no tenant {name!r}.")
    return found


def open_database(
    settings: Settings,
) -> tuple[SealingKey, EmbeddedServer | None, DatabaseUrls]:
    """Start or share the folder's database and bring it up to date; blocks."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    key = SealingKey.load(settings.data_dir / "key", text=settings.key)
    server, urls = start_database(settings, key)
    try:
        Migrator(urls).up()
    except BaseException:
        if server is not None:
            server.close()
        raise
    return key, server, urls
