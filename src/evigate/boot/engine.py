"""What the engine is handed: its options from the settings, and the database it shares."""

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot.database import start_database
from evigate.boot.settings import Settings
from evigate.engine.core import EngineOptions
from evigate.engine.errors import E_TENANT_MISSING
from evigate.kernel.db import DatabaseUrls, EmbeddedServer, Migrator, SyncDatabase
from evigate.kernel.secrets import SealingKey
from evigate.kernel.storage import FileMirror, open_objects
from evigate.kernel.tenancy import find_membership

MIRROR_PREFIX = "engine"


def engine_options(settings: Settings) -> EngineOptions:
    """Return the engine's options."""
    return EngineOptions(
        root=settings.data_dir / "engine",
        memory_bytes=settings.sql_memory_bytes,
        model_memory_bytes=settings.model_memory_bytes,
        threads=settings.engine_threads,
        sql_timeout_s=settings.sql_timeout_s,
        nats_url=settings.nats_url,
        mirror=_mirror(settings),
    )


def _mirror(settings: Settings) -> FileMirror | None:
    """Return where tables are kept besides this machine: below `engine` where the blobs are."""
    if settings.storage_url is None or settings.storage_url.startswith("file:"):
        return None
    objects = open_objects(
        f"{settings.storage_url.rstrip('/')}/{MIRROR_PREFIX}",
        endpoint_url=settings.storage_endpoint_url,
        region=settings.storage_region,
        access_key_id=settings.storage_access_key_id,
        secret_access_key=settings.storage_secret_access_key,
    )
    return FileMirror(objects.backend)


def member_of(database: SyncDatabase, subject: Subject, name: str, *, home: str) -> Subject:
    """Return a subject in another tenant of its own, by slug or id.

    Raises:
        EvigateError[E_TENANT_MISSING]: there is none, or it has no place there.
    """
    found = find_membership(database, subject, name, home=home)
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
