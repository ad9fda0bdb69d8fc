"""Opening and ending sessions: the process's lock, the time-outs, the sweep."""

import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import pyarrow as pa
import structlog
from psycopg.types.json import Jsonb

from evigate.base.clock import monotonic_s
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.engine.federation.relations import Catalog
from evigate.engine.federation.session import SqlSession
from evigate.engine.mutable.faults import faults
from evigate.engine.mutable.operations import Parameters
from evigate.engine.mutable.service import MutableService
from evigate.engine.sessions.errors import (
    E_SESSION_CLOSED,
    E_SESSION_LIMIT,
    E_SESSION_TENANT,
    E_SESSION_TIMEOUT,
)
from evigate.engine.sessions.names import SessionCatalog
from evigate.engine.sessions.sweep import sweep_sessions
from evigate.engine.sessions.text import with_names
from evigate.kernel.db import Hold, SyncDatabase, SyncTx, load_sync_queries

log = structlog.get_logger(__name__)

_queries = load_sync_queries(__package__)

TIMEOUT_S = 3_600.0
TIMEOUT_MIN_S, TIMEOUT_MAX_S = 0.1, 86_400.0
SESSIONS_MAX = 100
SqlWith = Callable[[Subject, Catalog], SqlSession]
# A session that cannot be ended just now (a statement reads it) is tried again after so long.
RETRY_S = 1.0


class SessionService:
    """Sessions of this process, and the sweep of those of dead ones; safe to share."""

    def __init__(self, database: SyncDatabase, mutables: MutableService, sql_with: SqlWith) -> None:
        """Make it; `sql_with` gives a subject's SQL with a catalog before its own."""
        self._database = database
        self._sql_with = sql_with
        self._mutables = mutables
        self._owner_id = new_uuid()
        self._hold: Hold | None = None
        self._open: dict[UUID, EphemeralSession] = {}
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def open(self, subject: Subject, *, timeout_s: float = TIMEOUT_S) -> "EphemeralSession":
        """Open a session.

        Raises:
            EvigateError[E_SESSION_TENANT]: the subject has no tenant.
            EvigateError[E_SESSION_TIMEOUT]: the time-out is out of bounds.
            EvigateError[E_SESSION_LIMIT]: the tenant has too many open.
        """
        if subject.tenant_id is None:
            raise EvigateError(E_SESSION_TENANT, "A session needs a tenant.")
        if not TIMEOUT_MIN_S <= timeout_s <= TIMEOUT_MAX_S:
            raise EvigateError(E_SESSION_TIMEOUT, f"A time-out of {timeout_s} s is not possible.")
        self._hold_owner(subject)
        sweep_sessions(self._database)
        id_ = new_uuid()
        with self._database.tx(subject) as tx:
            if _queries.count_sessions(tx.connection) >= SESSIONS_MAX:
                message = f"A tenant has at most {SESSIONS_MAX} sessions open."
                raise EvigateError(E_SESSION_LIMIT, message)
            row = _queries.open_session(
                tx.connection, id=id_, owner_id=self._owner_id, timeout_s=timeout_s
            )
            _record(tx, id_, "session.opened", {"timeout_s": timeout_s}, is_last=False)
        own = SessionCatalog(self._mutables, subject, id_)
        sql = self._sql_with(subject, own)
        session = EphemeralSession(
            self, self._mutables, sql, subject, id_, row["expires_at"], monotonic_s() + timeout_s
        )
        with self._changed:
            self._open[id_] = session
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._watch, name="ephemeral-sessions", daemon=True
                )
                self._thread.start()
            self._changed.notify_all()
        return session

    def end(self, session: "EphemeralSession", event: str) -> bool:
        """Remove a session with its tables; return whether it was there still.

        Raises:
            EvigateError[E_MUTABLE_BUSY]: a statement on its tables did not end in time.
        """
        with faults([]), self._database.tx(session.subject) as tx:
            is_there = bool(_queries.close_session(tx.connection, id=session.id))
            if is_there:
                _record(tx, session.id, event, {}, is_last=True)
        with self._changed:
            self._open.pop(session.id, None)
        self._mutables.names.forget(session.subject, session.id)
        return is_there

    def check(self, session: "EphemeralSession") -> None:
        """Refuse work on a session that has ended.

        Raises:
            EvigateError[E_SESSION_CLOSED]: it has.
        """
        with self._database.read(session.subject) as tx:
            if _queries.find_session(tx.connection, id=session.id) is None:
                raise EvigateError(E_SESSION_CLOSED, "The session has ended.")

    def close(self) -> None:
        """End this process's sessions, and the watch over them."""
        with self._changed:
            self._is_closed = True
            left = list(self._open.values())
            self._changed.notify_all()
        for session in left:
            session.close()
        if self._thread is not None:
            self._thread.join(timeout=5)
        if self._hold is not None:
            self._hold.close()

    def _hold_owner(self, subject: Subject) -> None:
        with self._changed:
            if self._hold is not None and self._hold.is_held:
                return
            if self._hold is not None:
                self._hold.close()
            with self._database.read(subject) as tx:
                key = _queries.owner_lock(tx.connection, owner_id=self._owner_id)
            self._hold = self._database.hold(key)

    def _watch(self) -> None:
        retry_at: dict[UUID, float] = {}
        while True:
            with self._changed:
                if self._is_closed:
                    return
                now = monotonic_s()
                due_at = {
                    id_: max(session.ends_at_s, retry_at.get(id_, 0.0))
                    for id_, session in self._open.items()
                }
                due = [self._open[id_] for id_, at in due_at.items() if at <= now]
                if not due:
                    wait_s = min(due_at.values()) - now if due_at else None
                    self._changed.wait(wait_s)
                    continue
            for session in due:
                try:
                    self.end(session, "session.timed_out")
                except Exception as error:
                    # The sweep of another process may have it meanwhile; the watch must go on.
                    log.warning("session_not_ended", session=str(session.id), error=repr(error))
                    retry_at[session.id] = monotonic_s() + RETRY_S


class EphemeralSession:
    """Private tables until `close`, the end of the `with` block, or the time-out."""

    def __init__(
        self,
        service: SessionService,
        mutables: MutableService,
        sql: SqlSession,
        subject: Subject,
        id_: UUID,
        expires_at: datetime,
        ends_at_s: float,
    ) -> None:
        self._service = service
        self._mutables = mutables
        self._sql = sql
        self._handle = mutables.handle(subject, id_)
        self.subject = subject
        self.id = id_
        self.expires_at = expires_at
        self.ends_at_s = ends_at_s

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def create_table(self, name: str, schema: pa.Schema, *, primary_key: Any, **more: Any) -> None:
        """Make a table of the session; indexes and order_column as for a mutable table."""
        self._service.check(self)
        self._mutables.names.create(
            self.subject, name, schema, primary_key=primary_key, session_id=self.id, **more
        )

    def insert(self, name: str, rows: Any, *, is_upsert: bool = False) -> int:
        """Write rows and return how many."""
        self._service.check(self)
        return self._handle.insert(name, rows, is_upsert=is_upsert)

    def sql(self, text: str, params: Parameters = None) -> pa.Table:
        """Return the rows of a SELECT over the session's tables and all that the tenant may name.

        Args:
            text: `{name}` is the session's table; so is a bare name, before the tenant's.

        Raises:
            EvigateError[E_SESSION_CLOSED]: the session has ended.
            EvigateError[E_MUTABLE_MISSING]: it has no table of a name in braces.
        """
        return self._sql.sql(self._named(text), params)

    def execute(self, text: str, params: Parameters = None) -> pa.Table:
        """Run statements that write, as `db.mutable.execute` does; names are as in `sql`."""
        return self._handle.execute(self._named(text), params)

    def _named(self, text: str) -> str:
        return with_names(text, self.tables())

    def count(self, name: str) -> int:
        """Return how many rows a table of the session has."""
        self._service.check(self)
        return self._handle.count(name)

    def tables(self) -> list[str]:
        """Return the names of the session's tables, ordered."""
        self._service.check(self)
        return [table.name for table in self._mutables.names.tables(self.subject, self.id)]

    def close(self) -> None:
        """End the session; calling it twice is fine."""
        self._service.end(self, "session.closed")


def _record(
    tx: SyncTx, session_id: UUID, type_: str, payload: dict[str, Any], *, is_last: bool
) -> None:
    _queries.record_event(
        tx.connection, id=session_id, type=type_, payload=Jsonb(payload), is_last=is_last
    )
