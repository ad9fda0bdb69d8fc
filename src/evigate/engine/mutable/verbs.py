"""`db.mutable`: tables whose rows are inserted, changed and removed in place."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from evigate.base.subject import Subject
from evigate.engine.mutable.models import Index, TableDescription
from evigate.engine.results import Result
from evigate.engine.verbs import MANAGE, READ, WRITE, Answer, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core
    from evigate.engine.mutable.handle import Handle, Transaction


class MutableVerbs:
    """The verbs on mutable tables of one tenant."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @property
    def _handle(self) -> "Handle":
        return self.core.mutables.handle(self.subject)

    @verb(WRITE)
    def create(
        self,
        name: str,
        schema: pa.Schema,
        *,
        primary_key: str | Sequence[str],
        indexes: Sequence[Index | Mapping[str, Any]] = (),
        order_column: str | None = None,
    ) -> TableDescription:
        """Make a table.

        Args:
            schema: of the rows; key columns become not nullable.
            indexes: each with name, columns and unique.
            order_column: int64; what `scan_after` reads by.

        Raises:
            EvigateError[E_MUTABLE_EXISTS | E_MUTABLE_NAME | E_MUTABLE_SCHEMA | E_MUTABLE_LIMIT]
        """
        made = self.core.mutables.names.create(
            self.subject,
            name,
            schema,
            primary_key=primary_key,
            indexes=indexes,
            order_column=order_column,
        )
        return self.core.mutables.described(self.subject, made)

    @verb(MANAGE)
    def drop(self, name: str, *, if_exists: bool = False) -> bool:
        """Remove a table with its rows; return whether there was one.

        Raises:
            EvigateError[E_MUTABLE_MISSING]: there is none, and `if_exists` is not set.
            EvigateError[E_MUTABLE_BUSY]: statements on it did not end in time.
        """
        return self.core.mutables.drop(self.subject, name, if_exists=if_exists)

    @verb(READ)
    def list(self) -> Sequence[TableDescription]:
        """Return the tenant's mutable tables, by name; those of sessions are not among them."""
        service = self.core.mutables
        return [service.described(self.subject, t) for t in service.names.tables(self.subject)]

    @verb(READ)
    def describe(self, name: str) -> TableDescription:
        """Return a table's columns, key, indexes, count of rows and version."""
        return self.core.mutables.describe(self.subject, name)

    @verb(READ)
    def version(self, name: str) -> str:
        """Return a text that is equal at two moments only if nothing was committed in between."""
        return self.core.mutables.version(self.subject, name)

    @verb(WRITE)
    def insert(self, name: str, rows: Any) -> int:
        """Write rows, all or none, and return how many.

        Args:
            rows: an Arrow table or anything with an Arrow stream, a dictionary, or a list of them.

        Raises:
            EvigateError[E_ROW_DUPLICATE | E_ROW_NULL | E_ROW_TYPE | E_ROW_COLUMN]
        """
        return self._handle.insert(name, rows)

    @verb(WRITE)
    def upsert(self, name: str, rows: Any) -> int:
        """Write rows; where a key is there, the columns that are given replace the old values."""
        return self._handle.insert(name, rows, is_upsert=True)

    @verb(WRITE)
    def update(
        self,
        name: str,
        values: Mapping[str, Any],
        where: str,
        params: Mapping[str, Any] | Sequence[Any] | None = None,
    ) -> int:
        """Set columns in the rows that meet a condition and return how many there were.

        Args:
            where: SQL over the table's columns; `$name` or `?` stand for parameters.
        """
        return self._handle.update(name, values, where, params)

    @verb(WRITE)
    def delete(
        self, name: str, where: str, params: Mapping[str, Any] | Sequence[Any] | None = None
    ) -> int:
        """Remove the rows that meet a condition and return how many there were."""
        return self._handle.delete(name, where, params)

    @verb(READ)
    def get(self, name: str, key: Any) -> dict[str, Any] | None:
        """Return the row of a key, None where there is none.

        Args:
            key: a value; for a key of several columns a list in their order, or a dictionary.
        """
        return self._handle.get(name, key)

    @verb(READ, Answer.TABLE)
    def get_many(self, name: str, keys: Sequence[Any]) -> Result:
        """Return the rows of keys in the keys' order; those that are not there are left out."""
        return Result(self._handle.get_many(name, keys))

    @verb(READ, Answer.TABLE)
    def scan(
        self,
        name: str,
        *,
        columns: Sequence[str] | None = None,
        where: str = "",
        params: Mapping[str, Any] | Sequence[Any] | None = None,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> Result:
        """Return rows; filter, projection, order and limit are the database's work.

        Args:
            order_by: columns, "-name" is descending, nulls come last; without it no order holds.
        """
        return Result(
            self._handle.scan(
                name,
                columns=columns,
                where=where,
                params=params,
                order_by=order_by,
                limit=limit,
            )
        )

    @verb(READ, Answer.STREAM)
    def scan_after(
        self, name: str, value: int, n: int | None = None, *, columns: Sequence[str] | None = None
    ) -> pa.RecordBatchReader:
        """Return the rows whose order value is greater than one, in its order, then the key's.

        Raises:
            EvigateError[E_MUTABLE_SCHEMA]: the table has no order column.
        """
        return self._handle.scan_after(name, value, n, columns=columns)

    @verb(READ)
    def count(
        self,
        name: str,
        where: str = "",
        params: Mapping[str, Any] | Sequence[Any] | None = None,
    ) -> int:
        """Return how many rows there are, or meet a condition."""
        return self._handle.count(name, where, params)

    @verb(WRITE, Answer.TABLE)
    def execute(self, sql: str, params: Mapping[str, Any] | Sequence[Any] | None = None) -> Result:
        """Run INSERT, UPDATE, DELETE and SELECT statements in one transaction, all or none.

        Returns:
            The rows of the last statement where it has any (SELECT, RETURNING); otherwise one row
            for each statement: `statement`, counted from 1, and `count`.
        """
        return Result(self._handle.execute(sql, params))

    @verb(WRITE, Answer.LOCAL)
    def transaction(self) -> "AbstractContextManager[Transaction]":
        """Open a serialisable transaction over any of the tables: `with db.mutable.transaction()`.

        Raises:
            EvigateError[E_ROW_CONFLICT]: at its end or within, another one came between.
        """
        return self.core.mutables.transaction(self.subject)
