"""Operations on one table within an open connection: what the service and a transaction both do."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
from psycopg import RawCursor
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.engine.mutable import statements
from evigate.engine.mutable.columns import Column
from evigate.engine.mutable.errors import (
    E_MUTABLE_LIMIT,
    E_MUTABLE_PARAMETER,
    E_MUTABLE_SQL,
    E_ROW_COLUMN,
    E_ROW_DUPLICATE,
    E_ROW_TYPE,
)
from evigate.engine.mutable.faults import faults
from evigate.engine.mutable.models import MutableTable, key_values
from evigate.engine.mutable.rows import as_rows, fetched_batch, fetched_schema, stored_values
from evigate.engine.mutable.syntax import Condition, read_condition
from evigate.kernel.db import SyncTx

# Up to so many values a statement holds them itself; more are copied to a stage, which costs two
# milliseconds and then ten times less a row.
VALUES_MAX = 400
FETCH_ROWS = 8_192
KEYS_MAX = 100_000

Parameters = Mapping[str, Any] | Sequence[Any] | None


def cursor_of(tx: SyncTx) -> "RawCursor[tuple[Any, ...]]":
    """Return a cursor whose statements hold $1, $2, ... and whose rows are tuples."""
    return RawCursor(tx.connection, row_factory=tuple_row)


def insert(
    tx: SyncTx, table: MutableTable, rows: Any, *, is_upsert: bool = False, is_open: bool = False
) -> int:
    """Write rows and return how many; all or none.

    Args:
        is_upsert: rows whose key is there replace the columns that are given.
        is_open: the transaction goes on afterwards.

    Raises:
        EvigateError[E_ROW_DUPLICATE]: a unique key is there already, or twice among the rows.
        EvigateError[E_ROW_COLUMN, E_ROW_TYPE, E_ROW_NULL]: a row does not fit.
    """
    fitted = as_rows(table, rows)
    if not fitted.num_rows:
        return 0
    if is_upsert:
        _check_distinct(table, fitted)
    values = stored_values(table, fitted)
    with faults([table]), cursor_of(tx) as cursor:
        if fitted.num_rows * fitted.num_columns <= VALUES_MAX:
            text = _insert_text(table, fitted, is_upsert=is_upsert)
            cursor.execute(text, [value for row in zip(*values, strict=True) for value in row])
        else:
            with tx.connection.transaction():
                _copy(cursor, table, fitted.column_names, values, is_upsert=is_upsert)
                if is_open:
                    cursor.execute(statements.drop_stage().encode())
    return len(values[0])


def _insert_text(table: MutableTable, rows: pa.Table, *, is_upsert: bool) -> bytes:
    names = tuple(rows.column_names)
    kind = ("insert", names, rows.num_rows, is_upsert)
    found = table.texts.get(kind)
    if found is None:
        conflict = statements.on_conflict(table, names) if is_upsert else ""
        found = statements.insert_values(table, names, rows.num_rows, conflict).encode()
        # Of one row at a time there are few; of batches there may be hundreds of lengths.
        if rows.num_rows == 1:
            table.texts[kind] = found
    return found


def _copy(
    cursor: "RawCursor[tuple[Any, ...]]",
    table: MutableTable,
    names: Sequence[str],
    values: list[list[Any]],
    *,
    is_upsert: bool,
) -> None:
    conflict = statements.on_conflict(table, names) if is_upsert else ""
    cursor.execute(statements.create_stage(table, names).encode())
    with cursor.copy(statements.copy_stage(names).encode()) as copy:
        copy.set_types([table.columns[name].copy_type for name in names])
        for row in zip(*values, strict=True):
            copy.write_row(row)
    cursor.execute(statements.insert_staged(table, names, conflict).encode())


def _check_distinct(table: MutableTable, rows: pa.Table) -> None:
    missing = [name for name in table.primary_key if name not in rows.column_names]
    if missing:
        return
    found = repeated_key(rows, table.primary_key)
    if found is not None:
        raise duplicate(table, table.primary_key, found)


def repeated_key(rows: pa.Table, names: Sequence[str]) -> tuple[Any, ...] | None:
    """Return the first combination of values that comes twice among rows, None if none does."""
    seen: set[tuple[Any, ...]] = set()
    for key in zip(*(rows[name].to_pylist() for name in names), strict=True):
        if None not in key and key in seen:
            return key
        seen.add(key)
    return None


def duplicate(table: MutableTable, names: Sequence[str], key: Sequence[Any]) -> EvigateError:
    """Return the refusal of a key that is there already."""
    shown = ", ".join(f"{name}={value!r}" for name, value in zip(names, key, strict=True))
    detail = {
        "table": table.name,
        "columns": list(names),
        "key": {name: _shown(value) for name, value in zip(names, key, strict=True)},
    }
    message = f"The table {table.name!r} has the row {shown} already, or is given it twice."
    return EvigateError(E_ROW_DUPLICATE, message, detail=detail)


def _shown(value: Any) -> Any:
    return value if isinstance(value, int | str | float | None) else str(value)


def find_duplicate(tx: SyncTx, table: MutableTable, rows: Any, error: EvigateError) -> EvigateError:
    """Return the refusal with the key in it; a policy keeps the server from telling it."""
    names = tuple(error.detail.get("columns", ()))
    fitted = as_rows(table, rows)
    if not names or not set(names) <= set(fitted.column_names):
        return error
    key = repeated_key(fitted, names)
    if key is None:
        text = statements.select_by_keys(table, names) + " LIMIT 1"
        columns = list(table.columns.values())
        keys = stored_values(table, fitted.select(list(names)))
        with faults([table]), cursor_of(tx) as cursor:
            found = cursor.execute(text.encode(), keys, binary=True).fetchall()
        if not found:
            return error
        row = fetched_batch(columns, found).to_pylist()[0]
        key = tuple(row[name] for name in names)
    return duplicate(table, names, key)


def update(
    tx: SyncTx,
    table: MutableTable,
    values: Mapping[str, Any],
    where: str,
    params: Parameters = None,
) -> int:
    """Set columns in the rows that meet a condition and return how many there were.

    Raises:
        EvigateError[E_ROW_COLUMN, E_ROW_TYPE, E_ROW_NULL, E_ROW_DUPLICATE]: a value does not fit.
        EvigateError[E_MUTABLE_SQL, E_MUTABLE_PARAMETER]: the condition cannot be used.
    """
    condition = read_condition(where, table)
    names = list(values)
    strange = [name for name in names if name not in table.columns]
    if strange or not names:
        name = strange[0] if strange else ""
        raise EvigateError(E_ROW_COLUMN, f"The table {table.name!r} has no column {name!r}.")
    stored = [column[0] for column in _stored_one(table, values)]
    text = statements.update_rows(table, names, condition.text, len(condition.names) + 1)
    return _run(tx, table, text, [*chosen(params, condition.names), *stored])


def _stored_one(table: MutableTable, values: Mapping[str, Any]) -> list[list[Any]]:
    """The values of one row in the order given; NULL is left for the database to judge."""
    found = []
    for name, value in values.items():
        if value is None:
            found.append([None])
            continue
        column = table.columns[name]
        alone = MutableTable(
            table.id, table.name, _schema_bytes(column), (), (), None, None, "", table.created_at
        )
        found += stored_values(table, as_rows(alone, {name: value}))
    return found


def _schema_bytes(column: Column) -> bytes:
    found: bytes = pa.schema([(column.name, column.kind)]).serialize().to_pybytes()
    return found


def delete(tx: SyncTx, table: MutableTable, where: str, params: Parameters = None) -> int:
    """Remove the rows that meet a condition and return how many there were."""
    condition = read_condition(where, table)
    text = statements.delete_rows(table, condition.text)
    return _run(tx, table, text, chosen(params, condition.names))


def _run(tx: SyncTx, table: MutableTable, text: str, values: Sequence[Any]) -> int:
    with faults([table]), cursor_of(tx) as cursor:
        return cursor.execute(text.encode(), values).rowcount


def get_many(tx: SyncTx, table: MutableTable, keys: Sequence[Any]) -> pa.Table:
    """Return the rows of some keys in the keys' order; those that are not there are left out.

    Raises:
        EvigateError[E_ROW_TYPE]: a key has other parts than the primary key.
        EvigateError[E_MUTABLE_LIMIT]: there are too many.
    """
    if len(keys) > KEYS_MAX:
        raise EvigateError(E_MUTABLE_LIMIT, f"At most {KEYS_MAX} keys are read together.")
    columns = list(table.columns.values())
    if not keys:
        return fetched_schema(columns).empty_table()
    ordered = [parts_of(table, key) for key in keys]
    by_column = [list(part) for part in zip(*ordered, strict=True)]
    encoded = [
        part if (encode := table.columns[name].encode) is None else [encode(item) for item in part]
        for name, part in zip(table.primary_key, by_column, strict=True)
    ]
    text = statements.select_by_keys(table, table.primary_key)
    return pa.Table.from_batches(list(_batches(tx, table, text, encoded, columns)))


def parts_of(table: MutableTable, key: Any) -> Sequence[Any]:
    """Return a key's values in the order of the primary key.

    Raises:
        EvigateError[E_ROW_TYPE]: it has other parts.
    """
    try:
        return key_values(table, key)
    except ValueError as error:
        names = ", ".join(repr(name) for name in table.primary_key)
        raise EvigateError(E_ROW_TYPE, f"A key of {table.name!r} is {names}.") from error


def scan(
    tx: SyncTx,
    table: MutableTable,
    *,
    columns: Sequence[str] | None = None,
    where: str = "",
    params: Parameters = None,
    order_by: Sequence[str] = (),
    limit: int | None = None,
) -> pa.Table:
    """Return rows; filter, projection, order and limit are the database's work.

    Args:
        order_by: columns; "-name" is descending. Nulls come last. Without it there is no order.

    Raises:
        EvigateError[E_ROW_COLUMN]: a column is not the table's.
        EvigateError[E_MUTABLE_SQL, E_MUTABLE_PARAMETER]: the condition cannot be used.
    """
    chosen_columns = columns_of(table, columns)
    condition = read_condition(where, table) if where else Condition("", ())
    order = [(name.removeprefix("-"), name.startswith("-")) for name in _listed(order_by)]
    columns_of(table, [name for name, _ in order])
    if limit is not None and limit < 0:
        raise EvigateError(E_MUTABLE_SQL, f"The limit is {limit}; it cannot be negative.")
    text = statements.select_rows(
        table, chosen_columns, where=condition.text, order=order, limit=limit
    )
    values = chosen(params, condition.names)
    return pa.Table.from_batches(list(_batches(tx, table, text, values, chosen_columns)))


def count(tx: SyncTx, table: MutableTable, where: str = "", params: Parameters = None) -> int:
    """Return how many rows meet a condition, or are there."""
    condition = read_condition(where, table) if where else Condition("", ())
    text = statements.count_rows(table, condition.text)
    with faults([table]), cursor_of(tx) as cursor:
        row = cursor.execute(text.encode(), chosen(params, condition.names)).fetchone()
    return int(row[0]) if row else 0


def page_after(
    tx: SyncTx,
    table: MutableTable,
    columns: Sequence[Column],
    after: Sequence[Any],
    *,
    is_first: bool,
    limit: int,
) -> pa.RecordBatch:
    """Return the page after an order value, or after a row's order value and key."""
    text = statements.select_after(table, columns, is_first=is_first)
    with faults([table]), cursor_of(tx) as cursor:
        found = cursor.execute(text.encode(), [*after, limit], binary=True).fetchall()
    return fetched_batch(columns, found)


@contextmanager
def stream(
    tx: SyncTx, table: MutableTable, columns: Sequence[Column], where: str = ""
) -> Iterator[Iterator[pa.RecordBatch]]:
    """Yield an iterator over the whole table as of one moment, a batch in memory at a time."""
    text = statements.select_rows(table, columns, where=where)
    with tx.connection.transaction(), tx.connection.cursor("evigate_scan", binary=True) as cursor:
        cursor.row_factory = tuple_row  # type: ignore[assignment]
        with faults([table]):
            cursor.execute(text.replace("%", "%%").encode(), ())

        def batches() -> Iterator[pa.RecordBatch]:
            while rows := cursor.fetchmany(FETCH_ROWS):
                yield fetched_batch(columns, rows)  # type: ignore[arg-type]

        yield batches()


def _batches(
    tx: SyncTx,
    table: MutableTable,
    text: str,
    values: Sequence[Any],
    columns: Sequence[Column],
) -> Iterator[pa.RecordBatch]:
    with faults([table]), cursor_of(tx) as cursor:
        cursor.execute(text.encode(), values, binary=True)
        yield fetched_batch(columns, cursor.fetchmany(FETCH_ROWS))
        while rows := cursor.fetchmany(FETCH_ROWS):
            yield fetched_batch(columns, rows)


def columns_of(table: MutableTable, names: Sequence[str] | None) -> list[Column]:
    """Return the columns of a projection, all for None.

    Raises:
        EvigateError[E_ROW_COLUMN]: one is not the table's, or comes twice.
    """
    wanted = list(table.columns) if names is None else _listed(names)
    for name in wanted:
        if name not in table.columns or wanted.count(name) > 1:
            message = f"The table {table.name!r} has no column {name!r}, or it is named twice."
            raise EvigateError(E_ROW_COLUMN, message)
    return [table.columns[name] for name in wanted]


def _listed(names: Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def chosen(params: Parameters, names: Sequence[str]) -> list[Any]:
    """Return the parameters that a statement names, in its order.

    Raises:
        EvigateError[E_MUTABLE_PARAMETER]: one has no value.
    """
    if params is None:
        given: Mapping[str, Any] = {}
    elif isinstance(params, Mapping):
        given = {str(name): value for name, value in params.items()}
    else:
        given = {str(number): value for number, value in enumerate(params, 1)}
    missing = [name for name in names if name not in given]
    if missing:
        raise EvigateError(
            E_MUTABLE_PARAMETER, f"The statement names ${missing[0]}, without a value."
        )
    return [_plain(given[name]) for name in names]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return Jsonb(value)
    if isinstance(value, pa.Scalar):
        return value.as_py()
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return value
