"""Starting the embedded database, or naming the given server's: the first step of everything."""

import psycopg

from evigate.base.errors import E_SETTINGS_INVALID, EvigateError
from evigate.boot.settings import Settings
from evigate.kernel.db import DatabaseUrls, EmbeddedServer
from evigate.kernel.secrets import SealingKey

DATABASE_NAME = "evigate"


def start_database(
    settings: Settings, key: SealingKey
) -> tuple[EmbeddedServer | None, DatabaseUrls]:
    """Return the embedded server, started, and its database's URLs; or the given server's URLs.

    Raises:
        EvigateError[E_SETTINGS_INVALID]: EVIGATE_DATABASE_URL is no database's address.
    """
    passwords = {
        "app_password": key.derive("postgres role evigate_app").hex(),
        "queue_password": key.derive("postgres role evigate_queue").hex(),
    }
    if settings.database_url is not None:
        try:
            return None, DatabaseUrls.derive(settings.database_url, **passwords)
        except psycopg.ProgrammingError as error:
            # What it says may hold a password.
            message = "EVIGATE_DATABASE_URL is no PostgreSQL address."
            raise EvigateError(E_SETTINGS_INVALID, message) from error
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    server = EmbeddedServer.start(
        settings.data_dir, key.derive("postgres owner").hex(), programs=settings.pg_bin
    )
    server.ensure_database(DATABASE_NAME)
    return server, DatabaseUrls.derive(server.url(DATABASE_NAME), **passwords)
