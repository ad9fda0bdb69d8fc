"""Writing the audit beside the searches, and reading it back."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from psycopg.types.json import Jsonb

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.engine.audit.chain import FIRST_MAC, AuditVerdict, Link, check, plain, seal_head, sign
from evigate.engine.audit.errors import E_AUDIT_RECORD
from evigate.kernel.db import SyncDatabase, SyncTx, load_sync_queries

log = structlog.get_logger(__name__)

_queries = load_sync_queries(__package__)

WRITE_DELAY_S = 0.05
PAGE_RECORDS = 1_000
# Beyond so many waiting records a search writes them itself: the buffer is bounded.
WAITING_MAX = 10_000
RETRY_S = 1.0


@dataclass(frozen=True, slots=True)
class _Entry:
    subject: Subject
    query_id: UUID
    record: Mapping[str, Any]


class AuditService:
    """The audit of every tenant."""

    def __init__(self, database: SyncDatabase, derive: Callable[[str], bytes]) -> None:
        self._database = database
        self._derive = derive
        self._keys: dict[UUID | None, bytes] = {}
        self._waiting: list[_Entry] = []
        self._lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._bell = threading.Event()
        self._stop = False
        self._thread: threading.Thread | None = None

    def note(self, subject: Subject, record: Mapping[str, Any]) -> UUID:
        """Take a record to be written soon; return its id."""
        entry = _Entry(subject, new_uuid(), {**record, "at": utc_now().isoformat()})
        with self._lock:
            self._waiting.append(entry)
            is_full = len(self._waiting) > WAITING_MAX
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="evigate-audit", daemon=True)
                self._thread.start()
        if not self._bell.is_set():
            self._bell.set()
        if is_full:
            self.flush()
        return entry.query_id

    def flush(self) -> None:
        """Write what waits, now; returns once it is durable."""
        with self._write_lock:
            with self._lock:
                entries, self._waiting = self._waiting, []
            by_tenant: dict[UUID | None, list[_Entry]] = {}
            for entry in entries:
                by_tenant.setdefault(entry.subject.tenant_id, []).append(entry)
            self._write_each(by_tenant)

    def _write_each(self, by_tenant: Mapping[UUID | None, list[_Entry]]) -> None:
        """Write each tenant's records; a fault of one holds up no other, and is raised last."""
        faults = []
        for own in by_tenant.values():
            try:
                self._write(own)
            except Exception as fault:
                faults.append(fault)
                with self._lock:
                    self._waiting = own + self._waiting
        if faults:
            raise faults[0]

    def close(self) -> None:
        """Write what waits and end."""
        self._stop = True
        self._bell.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self.flush()

    def _run(self) -> None:
        while not self._stop:
            self._bell.wait()
            threading.Event().wait(WRITE_DELAY_S)
            self._bell.clear()
            try:
                self.flush()
            except Exception as error:
                log.error("audit_not_written", error=repr(error), waiting=len(self._waiting))
                threading.Event().wait(RETRY_S)
                self._bell.set()

    def _write(self, entries: list[_Entry]) -> None:
        subject = entries[0].subject
        key = self._key(subject)
        with self._database.tx(subject) as tx:
            _queries.lock_chain(tx.connection)
            head = self._head(tx)
            seq, mac = (0, FIRST_MAC) if head is None else head[:2]
            values = []
            for entry in entries:
                seq, previous = seq + 1, mac
                record = plain(entry.record)
                mac = sign(key, seq, entry.query_id, record, previous)
                values.append(
                    {
                        "seq": seq,
                        "query_id": entry.query_id,
                        "record": Jsonb(dict(record)),
                        "previous_mac": previous,
                        "mac": mac,
                    }
                )
            _queries.insert_records(tx.connection, values)
            _queries.set_head(tx.connection, seq=seq, mac=mac, seal=seal_head(key, seq, mac))

    def _head(self, tx: SyncTx) -> tuple[int, bytes, bytes] | None:
        row = _queries.get_head(tx.connection)
        return None if row is None else (row["seq"], bytes(row["mac"]), bytes(row["seal"]))

    def _key(self, subject: Subject) -> bytes:
        tenant = subject.tenant_id
        if tenant not in self._keys:
            self._keys[tenant] = self._derive(f"engine search audit {tenant}")
        return self._keys[tenant]

    def recent(self, subject: Subject, *, limit: int) -> list[Link]:
        """Return the latest records, newest first."""
        self.flush()
        with self._database.read(subject) as tx:
            return [_link(row) for row in _queries.recent(tx.connection, limit=limit)]

    def get(self, subject: Subject, query_id: UUID) -> Link:
        """Return one record.

        Raises:
            EvigateError[E_AUDIT_RECORD]: the tenant has none of that id.
        """
        self.flush()
        with self._database.read(subject) as tx:
            row = _queries.by_query(tx.connection, query_id=query_id)
        if row is None:
            raise EvigateError(E_AUDIT_RECORD, f"There is no search {str(query_id)!r}.")
        return _link(row)

    def verify(self, subject: Subject) -> AuditVerdict:
        """Walk the tenant's whole chain."""
        self.flush()
        with self._database.tx(subject) as tx:
            tx.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return check(self._key(subject), self._links(tx), self._head(tx))

    def _links(self, tx: SyncTx) -> Iterator[Link]:
        seq = 0
        while rows := _queries.after(tx.connection, seq=seq, limit=PAGE_RECORDS):
            for row in rows:
                seq = row["seq"]
                yield _link(row)


def _link(row: Mapping[str, Any]) -> Link:
    return Link(
        row["seq"], row["query_id"], row["record"], bytes(row["previous_mac"]), bytes(row["mac"])
    )
