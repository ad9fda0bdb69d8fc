"""The synchronous side: the same app role and the same walls, for threads that wait on no loop.

The engine answers a search in under a millisecond; a hop to an event loop would cost as much. A
connection remembers for whom it was last used, so that a tenant's next statement needs no more
than one round trip; it is told anew whenever the subject differs.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db.database import (
    POOL_SIZE_MAX,
    POOL_WAIT_S,
    STATEMENT_TIMEOUT_MS,
    DatabaseUrls,
    Row,
)
from evigate.kernel.db.errors import E_DATABASE_UNAVAILABLE

# A connection idle for longer is tried before it is used: the server may have been restarted.
IDLE_CHECK_S = 2.0
LISTEN_RETRY_S = 0.5
LISTEN_TURN_S = 0.5

# The state of a statement that ended because another backend of the server had crashed.
CRASHED = "57P02"

BIND = "SELECT set_config('app.tenant_id', %s, false), set_config('app.actor', %s, false)"


class BoundConnection(Connection[Row]):
    """A connection that knows for which tenant and actor its session is set."""

    bound_to: tuple[str, str] | None = None
    used_at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SyncTx:
    """An open connection of one subject, in a transaction or, from `read`, outside of one."""

    connection: BoundConnection
    subject: Subject


class SyncDatabase:
    """A pool of the app role's connections for threads."""

    def __init__(self, urls: DatabaseUrls, *, size_max: int = POOL_SIZE_MAX) -> None:
        self.urls = urls
        self._pool: ConnectionPool[BoundConnection] = ConnectionPool(
            make_conninfo(urls.app, application_name="evigate-engine"),
            connection_class=BoundConnection,
            kwargs={
                "row_factory": dict_row,
                "autocommit": True,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
            },
            min_size=0,
            max_size=size_max,
            timeout=POOL_WAIT_S,
            open=False,
            name="evigate-engine",
        )

    def open(self) -> None:
        """Open the pool; connections are made as they are needed."""
        self._pool.open()

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def read(self, subject: Subject) -> Iterator[SyncTx]:
        """Lend a connection on which each statement is a transaction of its own.

        Raises:
            EvigateError[E_DATABASE_UNAVAILABLE]: no connection could be had in time.
        """
        with self._reported(), self._pool.connection() as connection:
            _bind(connection, subject)
            try:
                yield SyncTx(connection, subject)
            finally:
                connection.used_at_s = time.monotonic()

    @contextmanager
    def tx(self, subject: Subject) -> Iterator[SyncTx]:
        """Open a transaction as `subject`; commits at the end, rolls back on an exception.

        Raises:
            EvigateError[E_DATABASE_UNAVAILABLE]: no connection could be had in time.
        """
        with self.read(subject) as lent, lent.connection.transaction():
            yield lent

    @contextmanager
    def maintenance(self, what: str) -> Iterator[SyncTx]:
        """Open a transaction as service_role, which sees every tenant; for the operator's verbs."""
        connection = BoundConnection.connect(
            make_conninfo(self.urls.owner, options="-c role=service_role"), row_factory=dict_row
        )
        with connection, connection.transaction():
            actor = f"system:{what}"
            connection.execute("SELECT set_config('app.actor', %s, true)", (actor,))
            yield SyncTx(connection, Subject(None, actor, None))

    def hold(self, key: int) -> "Hold":
        """Take a session's advisory lock; the server lets go of it when this process is no more."""
        return Hold(self.urls, key)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except (
            PoolTimeout,
            psycopg.errors.AdminShutdown,
            psycopg.errors.CannotConnectNow,
        ) as error:
            raise EvigateError(
                E_DATABASE_UNAVAILABLE, "The database did not answer in time."
            ) from error
        except psycopg.OperationalError as error:
            # What the server itself refuses has a state; a connection that broke has none.
            if error.sqlstate not in (None, CRASHED):
                raise
            message = "The connection to the database was lost in the middle of a statement."
            raise EvigateError(E_DATABASE_UNAVAILABLE, message) from error


def _bind(connection: BoundConnection, subject: Subject) -> None:
    if connection.bound_to is not None and (time.monotonic() - connection.used_at_s > IDLE_CHECK_S):
        ConnectionPool.check_connection(connection)
    tenant = "" if subject.tenant_id is None else str(subject.tenant_id)
    wanted = (tenant, subject.actor)
    if connection.bound_to != wanted:
        # Forget first: if the statement fails half-way, nobody trusts what it was.
        connection.bound_to = None
        connection.execute(BIND, wanted)
        connection.bound_to = wanted


class Hold:
    """An advisory lock on a connection of its own, held until `close` or the process's death."""

    def __init__(self, urls: DatabaseUrls, key: int) -> None:
        self._connection = psycopg.connect(urls.app, autocommit=True)
        self._connection.execute("SELECT pg_advisory_lock(%s)", (key,))

    @property
    def is_held(self) -> bool:
        """Whether the server still answers on the connection, and so holds the lock."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def close(self) -> None:
        """Let go."""
        self._connection.close()


class Listener:
    """A thread that hears one channel and calls back with each payload.

    `on_note("")` is called whenever listening begins (again): what was sent before was not heard,
    so the caller must look for itself. `is_hearing` is False while the connection is lost.
    """

    def __init__(
        self, urls: DatabaseUrls, channel: LiteralString, on_note: Callable[[str], None]
    ) -> None:
        self._url = urls.app
        self._channel = channel
        self._on_note = on_note
        self._stop = threading.Event()
        self.is_hearing = False
        self._thread = threading.Thread(target=self._run, name=f"hear-{channel}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; returns when the thread has ended."""
        self._stop.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(psycopg.OperationalError):
                self._hear()
            self.is_hearing = False
            self._stop.wait(LISTEN_RETRY_S)

    def _hear(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"LISTEN {self._channel}")
            self.is_hearing = True
            self._on_note("")
            while not self._stop.is_set():
                for note in connection.notifies(timeout=LISTEN_TURN_S):
                    self._on_note(note.payload)
                    if self._stop.is_set():
                        return
