"""What one caller does with mutable tables: each call its own transaction, or many in one."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import pyarrow as pa
from psycopg.rows import dict_row

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.mutable import operations
from evigate.engine.mutable.answers import answer_table
from evigate.engine.mutable.columns import Column
from evigate.engine.mutable.errors import (
    E_MUTABLE_MISSING,
    E_MUTABLE_SCHEMA,
    E_MUTABLE_SQL,
    E_ROW_DUPLICATE,
)
from evigate.engine.mutable.faults import Gone, faults
from evigate.engine.mutable.models import MutableTable
from evigate.engine.mutable.operations import Parameters
from evigate.engine.mutable.rows import fetched_row, fetched_schema
from evigate.engine.mutable.statements import select_by_key
from evigate.engine.mutable.store import TableNames
from evigate.engine.mutable.syntax import Statement, read_statements
from evigate.kernel.db import SyncDatabase, SyncTx

PAGE_ROWS = 8_192

Found = TypeVar("Found")
Work = Callable[[SyncTx, MutableTable], Found]


class Operations(ABC):
    """The operations by name of table; how a connection is come by is left open."""

    @abstractmethod
    def _on(self, name: str, work: Work[Found], *, writes: bool = False) -> Found:
        """Do a piece of work on a table, all or nothing; `writes` says that it is one statement."""

    @abstractmethod
    def execute(self, sql: str, params: Parameters = None) -> pa.Table:
        """Run statements; see `run_statements`."""

    @property
    @abstractmethod
    def _is_open(self) -> bool:
        """Whether the transaction goes on after an operation."""

    def insert(self, name: str, rows: Any, *, is_upsert: bool = False) -> int:
        """Write rows and return how many; see `operations.insert`."""
        rows = _kept(rows)
        try:
            return self._on(
                name,
                lambda tx, table: operations.insert(
                    tx, table, rows, is_upsert=is_upsert, is_open=self._is_open
                ),
                writes=True,
            )
        except EvigateError as error:
            if error.code is not E_ROW_DUPLICATE or "key" in error.detail:
                raise
            refusal = error
        raise self._on(
            name,
            lambda tx, table: operations.find_duplicate(tx, table, rows, refusal),
        ) from refusal

    def update(
        self, name: str, values: Mapping[str, Any], where: str, params: Parameters = None
    ) -> int:
        """Set columns where a condition is met and return in how many rows."""
        return self._on(
            name, lambda tx, t: operations.update(tx, t, values, where, params), writes=True
        )

    def delete(self, name: str, where: str, params: Parameters = None) -> int:
        """Remove rows where a condition is met and return how many."""
        return self._on(name, lambda tx, t: operations.delete(tx, t, where, params), writes=True)

    def get(self, name: str, key: Any) -> dict[str, Any] | None:
        """Return the row of a key, None where there is none."""
        return self._on(name, lambda tx, t: get_row(tx, t, key))

    def get_many(self, name: str, keys: Sequence[Any]) -> pa.Table:
        """Return the rows of keys in their order; see `operations.get_many`."""
        return self._on(name, lambda tx, t: operations.get_many(tx, t, keys))

    def scan(
        self,
        name: str,
        *,
        columns: Sequence[str] | None = None,
        where: str = "",
        params: Parameters = None,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> pa.Table:
        """Return rows; see `operations.scan`."""

        def work(tx: SyncTx, table: MutableTable) -> pa.Table:
            return operations.scan(
                tx,
                table,
                columns=columns,
                where=where,
                params=params,
                order_by=order_by,
                limit=limit,
            )

        return self._on(name, work)

    def scan_after(
        self, name: str, value: int, n: int | None = None, *, columns: Sequence[str] | None = None
    ) -> pa.RecordBatchReader:
        """Return the rows whose order value is strictly greater, in its order, then the key's.

        Args:
            n: so many rows at most, all for None.

        Returns:
            A reader that asks for a page when the one before is used up; each is as of its moment.

        Raises:
            EvigateError[E_MUTABLE_SCHEMA]: the table has no order column.
        """

        def look(tx: SyncTx, table: MutableTable) -> MutableTable:
            if table.order_column is None:
                raise EvigateError(E_MUTABLE_SCHEMA, f"{name!r} has no order column.")
            operations.columns_of(table, columns)
            return table

        table = self._on(name, look)
        chosen = operations.columns_of(table, columns)
        pages = self._pages(name, table, [item.name for item in chosen], value, n)
        return pa.RecordBatchReader.from_batches(fetched_schema(chosen), pages)

    def _pages(
        self, name: str, table: MutableTable, columns: Sequence[str], value: int, n: int | None
    ) -> Iterator[pa.RecordBatch]:
        place = list(dict.fromkeys([str(table.order_column), *table.primary_key]))
        read = [table.columns[item] for item in dict.fromkeys([*columns, *place])]
        after: list[Any] = [value]
        left, is_first = n, True
        while left is None or left > 0:
            size = PAGE_ROWS if left is None else min(left, PAGE_ROWS)

            batch = self._page(name, read, after, is_first=is_first, limit=size)
            if batch.num_rows:
                yield batch.select(list(columns))
            if batch.num_rows < size:
                return
            last = batch.slice(batch.num_rows - 1).to_pylist()[0]
            after, is_first = [last[str(table.order_column)]], False
            after += operations.parts_of(table, {item: last[item] for item in table.primary_key})
            left = None if left is None else left - batch.num_rows

    def _page(
        self,
        name: str,
        columns: Sequence[Column],
        after: Sequence[Any],
        *,
        is_first: bool,
        limit: int,
    ) -> pa.RecordBatch:
        def work(tx: SyncTx, table: MutableTable) -> pa.RecordBatch:
            return operations.page_after(tx, table, columns, after, is_first=is_first, limit=limit)

        return self._on(name, work)

    def count(self, name: str, where: str = "", params: Parameters = None) -> int:
        """Return how many rows meet a condition, or are there."""
        return self._on(name, lambda tx, t: operations.count(tx, t, where, params))


class Handle(Operations):
    """One caller's tables; each call is a transaction of its own."""

    def __init__(
        self,
        database: SyncDatabase,
        names: TableNames,
        subject: Subject,
        session_id: UUID | None = None,
    ) -> None:
        self._database = database
        self._names = names
        self._subject = subject
        self._session_id = session_id

    @property
    def _is_open(self) -> bool:
        return False

    def _on(self, name: str, work: Work[Found], *, writes: bool = False) -> Found:
        def attempt() -> Found:
            table = self._names.get(self._subject, name, self._session_id)
            with self._database.read(self._subject) as tx:
                found = work(tx, table)
                if writes:
                    self._names.wrote(tx, [table])
                return found

        return self._again(attempt, name)

    def _again(self, attempt: Callable[[], Found], what: str) -> Found:
        """A table dropped and made again elsewhere is another one: look once more."""
        try:
            return attempt()
        except Gone:
            self._names.forget(self._subject, None)
            self._names.forget(self._subject, self._session_id)
        try:
            return attempt()
        except Gone as error:
            raise missing(what) from error

    def execute(self, sql: str, params: Parameters = None) -> pa.Table:
        """Run statements in one transaction; see `run_statements`."""

        def attempt() -> pa.Table:
            found = read_statements(sql, self._lookup)
            with self._database.tx(self._subject) as tx:
                answer = run_statements(tx, found, params)
                self._names.wrote(
                    tx, {table.id: table for s in found for table in s.tables}.values()
                )
                return answer

        return self._again(attempt, "of the statement")

    def _lookup(self, name: str) -> MutableTable:
        if self._session_id is not None:
            try:
                return self._names.get(self._subject, name, self._session_id)
            except EvigateError as error:
                if error.code is not E_MUTABLE_MISSING:
                    raise
        return self._names.get(self._subject, name)


class Transaction(Operations):
    """Operations that are committed together; one that fails leaves the others standing."""

    def __init__(self, tx: SyncTx, names: TableNames) -> None:
        self._tx: SyncTx | None = tx
        self._names = names
        # For each statement the tables that it wrote to (or read, of SQL).
        self.written: list[MutableTable] = []

    def end(self) -> None:
        """Refuse all that is asked from now on: the connection is somebody else's soon."""
        self._tx = None

    @property
    def _is_open(self) -> bool:
        return True

    def _on(self, name: str, work: Work[Found], *, writes: bool = False) -> Found:
        def attempt(tx: SyncTx) -> Found:
            table = self._names.find(tx, name)
            with tx.connection.transaction():
                found = work(tx, table)
            if writes:
                self.written.append(table)
            return found

        return self._within(attempt, name)

    def execute(self, sql: str, params: Parameters = None) -> pa.Table:
        """Run statements; see `run_statements`."""

        def attempt(tx: SyncTx) -> pa.Table:
            found = read_statements(sql, lambda name: self._names.find(tx, name))
            with tx.connection.transaction():
                answer = run_statements(tx, found, params)
            self.written.extend(table for each in found for table in each.tables)
            return answer

        return self._within(attempt, "of the statement")

    def _within(self, attempt: Callable[[SyncTx], Found], what: str) -> Found:
        tx = self._tx
        if tx is None:
            raise EvigateError(E_MUTABLE_SQL, "The transaction has ended.")
        try:
            return attempt(tx)
        except Gone as error:
            self._names.forget(tx.subject)
            raise missing(what) from error


def missing(name: str) -> EvigateError:
    """Return the refusal of a table that is not there."""
    return EvigateError(E_MUTABLE_MISSING, f"There is no mutable table {name!r} any more.")


def get_row(tx: SyncTx, table: MutableTable, key: Any) -> dict[str, Any] | None:
    """Return the row of a key in one round trip, None where there is none.

    Raises:
        EvigateError[E_ROW_TYPE]: the key has other parts, or values of other types.
    """
    text = table.texts.get(("get",))
    if text is None:
        text = table.texts["get",] = select_by_key(table).encode()
    is_plain = not table.decoded
    parts = operations.parts_of(table, key)
    with faults([table]), operations.cursor_of(tx) as cursor:
        if is_plain:
            cursor.row_factory = dict_row  # type: ignore[assignment]
        row: Any = cursor.execute(text, parts, prepare=True, binary=True).fetchone()
    if row is None or is_plain:
        return row if row is None else dict(row)
    return fetched_row(list(table.columns.values()), row)


def run_statements(tx: SyncTx, found: Sequence[Statement], params: Parameters) -> pa.Table:
    """Run checked statements one after the other.

    Returns:
        The rows of the last one where it has any (SELECT, RETURNING); otherwise one row for each
        statement: `statement`, counted from 1, and `count`, the rows that it touched.

    Raises:
        EvigateError: a statement failed; none of them has had an effect.
    """
    counts: list[int] = []
    answer: pa.Table | None = None
    for statement in found:
        values = operations.chosen(params, statement.names)
        with faults(statement.tables), operations.cursor_of(tx) as cursor:
            cursor.execute(statement.text.encode(), values)
            counts.append(max(cursor.rowcount, 0))
            answer = None
            if statement.returns_rows:
                rows = cursor.fetchall()
                answer = answer_table(cursor.description or (), rows, statement.tables)
    if answer is not None:
        return answer
    numbers = pa.array(range(1, len(counts) + 1), pa.int32())
    return pa.table({"statement": numbers, "count": pa.array(counts, pa.int64())})


def _kept(rows: Any) -> Any:
    """A stream can be read once, and a refusal looks at the rows again."""
    if hasattr(rows, "__arrow_c_stream__") and not isinstance(rows, pa.Table):
        return pa.RecordBatchReader.from_stream(rows).read_all()
    return rows
