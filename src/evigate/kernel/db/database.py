"""Connections and transactions: the only place that makes either.

`Database.tx(subject)` opens a transaction as the app role with the subject's tenant set for its
length; leaving the block commits, an exception rolls back. Services take the `Tx` and never commit.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, LiteralString, Self
from urllib.parse import quote

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db.errors import E_DATABASE_UNAVAILABLE

APP_ROLE = "evigate_app"
QUEUE_ROLE = "evigate_queue"
POOL_SIZE_MAX = 12
POOL_WAIT_S = 20.0
STATEMENT_TIMEOUT_MS = 30_000

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """Three ways into one database: as its owner, as the app, as the job queue's worker."""

    owner: str
    app: str
    queue: str

    @classmethod
    def derive(cls, owner: str, *, app_password: str, queue_password: str) -> Self:
        """Build the app's and the queue's URLs from the owner's; all three are libpq URLs."""
        return cls(
            owner=_as_url(owner),
            app=_as_url(owner, APP_ROLE, app_password),
            queue=_as_url(owner, QUEUE_ROLE, queue_password),
        )


def _as_url(conninfo: str, user: str | None = None, password: str | None = None) -> str:
    parts = {key: str(value) for key, value in conninfo_to_dict(conninfo).items()}
    if user is not None:
        parts["user"], parts["password"] = user, password or ""
    head = quote(parts.pop("user", ""), safe="")
    if secret := parts.pop("password", ""):
        head += f":{quote(secret, safe='')}"
    host, port = parts.pop("host", ""), parts.pop("port", "")
    # A socket folder cannot stand in the authority of a URL.
    if host.startswith("/"):
        parts["host"], host = host, ""
    place = f"{host}:{port}" if port else host
    tail = "&".join(
        f"{key}={quote(value, safe='')}" for key, value in parts.items() if key != "dbname"
    )
    url = f"postgresql://{head}@{place}/{quote(parts.get('dbname', ''), safe='')}"
    return f"{url}?{tail}" if tail else url


def _is_about_nul(error: psycopg.DataError) -> bool:
    """Say whether a text was refused for a NUL: by the driver in text, by the server in JSON."""
    is_in_json = isinstance(error, psycopg.errors.UntranslatableCharacter)
    return is_in_json or (error.sqlstate is None and "NUL" in str(error))


@dataclass(frozen=True, slots=True)
class Tx:
    """An open transaction of one subject; whatever is done through it commits together."""

    connection: AsyncConnection[Row]
    subject: Subject


class Database:
    """A pool of the app role's connections."""

    def __init__(self, urls: DatabaseUrls) -> None:
        self.urls = urls
        self._pool: AsyncConnectionPool[AsyncConnection[Row]] = AsyncConnectionPool(
            make_conninfo(urls.app, application_name="evigate"),
            connection_class=AsyncConnection[Row],
            kwargs={
                "row_factory": dict_row,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
            },
            min_size=1,
            max_size=POOL_SIZE_MAX,
            timeout=POOL_WAIT_S,
            # A connection that died with a restarted server is replaced before anyone meets it.
            check=AsyncConnectionPool.check_connection,
            open=False,
            name="evigate-app",
        )

    async def open(self) -> None:
        """Open the pool; connections are made as they are needed."""
        await self._pool.open()

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    @asynccontextmanager
    async def tx(self, subject: Subject, *, is_snapshot: bool = False) -> AsyncIterator[Tx]:
        """Open a transaction as `subject`; commits at the end, rolls back on an exception.

        In a snapshot every statement sees the data of one moment.

        Raises:
            EvigateError[E_DATABASE_UNAVAILABLE]: no connection could be had in time.
            EvigateError[E_INVALID]: a text holds the character NUL, which no text column keeps.
        """
        tenant = "" if subject.tenant_id is None else str(subject.tenant_id)
        try:
            async with self._pool.connection() as connection, connection.transaction():
                if is_snapshot:
                    await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                await connection.execute(
                    "SELECT set_config('app.tenant_id', %s, true),"
                    " set_config('app.actor', %s, true), set_config('app.role', %s, true),"
                    " set_config('app.user_id', %s, true)",
                    (tenant, subject.actor, subject.role or "", str(subject.user_id or "")),
                )
                yield Tx(connection, subject)
        except (
            PoolTimeout,
            psycopg.errors.AdminShutdown,
            psycopg.errors.CannotConnectNow,
        ) as error:
            raise EvigateError(
                E_DATABASE_UNAVAILABLE, "The database did not answer in time."
            ) from error
        except psycopg.DataError as error:
            if not _is_about_nul(error):
                raise
            raise EvigateError(E_INVALID, "A text holds a NUL character; leave it out.") from error

    @asynccontextmanager
    async def maintenance(self, what: str) -> AsyncIterator[Tx]:
        """Open a transaction as service_role, which sees every tenant; for the operator's verbs.

        `what` names the work; it is the actor that rows and events show.
        """
        options = "-c role=service_role"
        connection = await AsyncConnection.connect(
            make_conninfo(self.urls.owner, options=options), row_factory=dict_row
        )
        async with connection, connection.transaction():
            actor = f"system:{what}"
            await connection.execute("SELECT set_config('app.actor', %s, true)", (actor,))
            yield Tx(connection, Subject(None, actor, None))

    async def listen(self, channel: LiteralString) -> AsyncIterator[str]:
        """Yield the payload of each NOTIFY on `channel`; "" first, once listening.

        The connection is the listener's own. Raises psycopg.OperationalError when it is lost; what
        was sent meanwhile is lost too, so a caller that reconnects must read what it missed.
        """
        connection = await AsyncConnection.connect(self.urls.app, autocommit=True)
        async with connection:
            await connection.execute(f"LISTEN {channel}")
            yield ""
            async for note in connection.notifies():
                yield note.payload
