"""Mutable tables of every tenant: the way in for verbs, sessions and SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.mutable.errors import E_MUTABLE_MISSING
from evigate.engine.mutable.faults import faults
from evigate.engine.mutable.handle import Handle, Transaction
from evigate.engine.mutable.models import MutableTable, TableDescription
from evigate.engine.mutable.store import TableNames
from evigate.kernel.db import SyncDatabase


class MutableService:
    """Names, handles and transactions; safe to share between threads."""

    def __init__(self, database: SyncDatabase) -> None:
        self.database = database
        self.names = TableNames(database)

    def handle(self, subject: Subject, session_id: UUID | None = None) -> Handle:
        """Return a caller's operations, each a transaction of its own."""
        return Handle(self.database, self.names, subject, session_id)

    @contextmanager
    def transaction(self, subject: Subject) -> Iterator[Transaction]:
        """Open a serialisable transaction: as if it ran alone, or not at all.

        Raises:
            EvigateError[E_ROW_CONFLICT]: another one came between; run the whole of it again.
        """
        with faults([]), self.database.tx(subject) as tx:
            tx.connection.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            made = Transaction(tx, self.names)
            try:
                yield made
            finally:
                made.end()
        # Not within: it would be one more thing for transactions to meet at.
        with self.database.read(subject) as tx:
            self.names.wrote(tx, made.written)

    def drop(self, subject: Subject, name: str, *, if_exists: bool = False) -> bool:
        """Remove a table with its rows; return whether there was one.

        Raises:
            EvigateError[E_MUTABLE_MISSING]: there is none, and `if_exists` is not set.
            EvigateError[E_MUTABLE_BUSY]: statements on it did not end in time.
        """
        try:
            self.names.drop(subject, name)
        except EvigateError as error:
            if if_exists and error.code is E_MUTABLE_MISSING:
                return False
            raise
        return True

    def version(self, subject: Subject, name: str) -> str:
        """Return what changes with every committed statement on a table."""
        return self.names.version(subject, self.names.get(subject, name))

    def describe(self, subject: Subject, name: str) -> TableDescription:
        """Return a table as people see it."""
        return self.described(subject, self.names.get(subject, name))

    def described(self, subject: Subject, table: MutableTable) -> TableDescription:
        """Return a table that was looked up as people see it."""
        count = self.handle(subject, table.session_id).count(table.name)
        return TableDescription(
            name=table.name,
            schema={item.name: str(item.type) for item in table.schema},
            primary_key=table.primary_key,
            indexes=table.indexes,
            order_column=table.order_column,
            row_count=count,
            version=self.names.version(subject, table),
            created_by=table.created_by,
            created_at=table.created_at,
        )
