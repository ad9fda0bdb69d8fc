"""The names of mutable tables: made, found, listed, dropped, and their versions.

What is found is remembered by tenant and name. That is safe, because a table's place is its id: a
table dropped elsewhere is no longer there, and whoever meets that looks again.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import pyarrow as pa
from psycopg import errors as pg
from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.engine.mutable.columns import column_of
from evigate.engine.mutable.errors import (
    E_MUTABLE_EXISTS,
    E_MUTABLE_LIMIT,
    E_MUTABLE_MISSING,
)
from evigate.engine.mutable.faults import faults
from evigate.engine.mutable.models import Index, MutableTable
from evigate.engine.mutable.names import (
    check_indexes,
    check_key,
    check_order,
    check_schema,
    check_table_name,
)
from evigate.kernel.db import SyncDatabase, SyncTx, load_sync_queries

_queries = load_sync_queries(__package__)

TABLES_MAX = 2_000
KNOWN_MAX = 10_000
# So many rows of mutable_changes are made one by whoever reads the version.
PIECES_MAX = 64
# Where nobody does, a writer does it after so many statements on a table.
MERGE_STATEMENTS = 1_000

Key = tuple[UUID | None, UUID | None, str]


class TableNames:
    """Mutable tables of every tenant by name; safe to share between threads."""

    def __init__(self, database: SyncDatabase) -> None:
        self._database = database
        self._known: dict[Key, MutableTable] = {}
        self._written: dict[UUID, int] = {}
        self._lock = threading.Lock()

    def create(
        self,
        subject: Subject,
        name: str,
        schema: pa.Schema,
        *,
        primary_key: str | Sequence[str],
        indexes: Iterable[Index | Mapping[str, Any]] = (),
        order_column: str | None = None,
        session_id: UUID | None = None,
    ) -> MutableTable:
        """Make a table, whole or not at all.

        Raises:
            EvigateError[E_MUTABLE_EXISTS]: the tenant has one of that name (in any case).
            EvigateError[E_MUTABLE_NAME, E_MUTABLE_SCHEMA, E_MUTABLE_LIMIT]: it cannot be made so.
        """
        check_table_name(name)
        stored, key = check_key(check_schema(schema), primary_key)
        checked = check_indexes(stored, indexes)
        check_order(stored, order_column)
        found = [{"name": i.name, "columns": i.columns, "is_unique": i.is_unique} for i in checked]
        with faults([]), self._database.tx(subject) as tx:
            if _queries.count_tables(tx.connection) >= TABLES_MAX:
                raise EvigateError(E_MUTABLE_LIMIT, f"A tenant has at most {TABLES_MAX} tables.")
            try:
                _queries.create_table(
                    tx.connection,
                    id=new_uuid(),
                    name=name,
                    session_id=session_id,
                    schema=stored.serialize().to_pybytes(),
                    columns=Jsonb([column_of(item).described() for item in stored]),
                    primary_key=key,
                    order_column=order_column,
                    indexes=Jsonb(found),
                )
            except pg.UniqueViolation as error:
                message = f"There is a mutable table {name!r} already."
                raise EvigateError(E_MUTABLE_EXISTS, message) from error
            except pg.ForeignKeyViolation as error:
                message = f"The session that {name!r} was to be in has ended."
                raise EvigateError(E_MUTABLE_MISSING, message) from error
        return self.get(subject, name, session_id)

    def get(self, subject: Subject, name: str, session_id: UUID | None = None) -> MutableTable:
        """Return a table, from memory where it is known.

        Raises:
            EvigateError[E_MUTABLE_MISSING]: the tenant (or the session) has none of that name.
        """
        known = self._known.get((subject.tenant_id, session_id, str(name).lower()))
        if known is not None:
            return known
        with self._database.read(subject) as tx:
            return self.find(tx, name, session_id)

    def find(self, tx: SyncTx, name: str, session_id: UUID | None = None) -> MutableTable:
        """The same over a connection that is open already."""
        key = (tx.subject.tenant_id, session_id, str(name).lower())
        known = self._known.get(key)
        if known is not None:
            return known
        rows = _queries.list_tables(tx.connection, session_id=session_id, name=str(name))
        if not rows:
            raise EvigateError(E_MUTABLE_MISSING, f"There is no mutable table {name!r}.")
        table = table_of(rows[0])
        with self._lock:
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            self._known[key] = table
        return table

    def forget(self, subject: Subject, session_id: UUID | None = None) -> None:
        """Forget a tenant's tables, those of one session, or those that are in none."""
        with self._lock:
            for key in [key for key in self._known if key[:2] == (subject.tenant_id, session_id)]:
                del self._known[key]

    def tables(self, subject: Subject, session_id: UUID | None = None) -> list[MutableTable]:
        """Return the tenant's tables by name; those of sessions are seen by their session alone."""
        with self._database.read(subject) as tx:
            rows = _queries.list_tables(tx.connection, session_id=session_id, name=None)
        return [table_of(row) for row in rows]

    def drop(self, subject: Subject, name: str, session_id: UUID | None = None) -> None:
        """Remove a table with its rows.

        Raises:
            EvigateError[E_MUTABLE_MISSING]: there is none of that name.
            EvigateError[E_MUTABLE_BUSY]: statements on it did not end in time.
        """
        self.forget(subject, session_id)
        with faults([]), self._database.tx(subject) as tx:
            table = self.find(tx, name, session_id)
            if not _queries.delete_table(tx.connection, id=table.id):
                raise EvigateError(E_MUTABLE_MISSING, f"There is no mutable table {name!r}.")
        self.forget(subject, session_id)

    def version(self, subject: Subject, table: MutableTable) -> str:
        """Return a text that is equal at two moments only if nothing was committed between them."""
        with self._database.read(subject) as tx:
            row = _queries.read_version(tx.connection, id=table.id)
            if row["pieces"] > PIECES_MAX:
                _queries.merge_changes(tx.connection, id=table.id)
        return f"{table.id.hex}.{row['version']}"

    def wrote(self, tx: SyncTx, tables: Iterable[MutableTable]) -> None:
        """Note a statement that wrote to tables; now and then their changes are made one."""
        for table in tables:
            with self._lock:
                written = self._written.get(table.id, 0) + 1
                self._written[table.id] = written % MERGE_STATEMENTS
                if len(self._written) > KNOWN_MAX:
                    self._written.clear()
            if written >= MERGE_STATEMENTS:
                _queries.merge_changes(tx.connection, id=table.id)


def table_of(row: Mapping[str, Any]) -> MutableTable:
    """Return a row of the catalog as a table."""
    indexes = tuple(
        Index(item["name"], tuple(item["columns"]), item["is_unique"]) for item in row["indexes"]
    )
    return MutableTable(
        id=row["id"],
        name=row["name"],
        schema_bytes=bytes(row["schema_bytes"]),
        primary_key=tuple(row["primary_key"]),
        indexes=indexes,
        order_column=row["order_column"],
        session_id=row["session_id"],
        created_by=row["created_by"],
        created_at=row["created_at"],
    )
