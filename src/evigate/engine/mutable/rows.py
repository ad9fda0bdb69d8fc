"""Rows on their way in and out: any tabular thing to the table's columns, fetched rows to Arrow."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.types as kinds

from evigate.base.errors import EvigateError
from evigate.engine.mutable.columns import Column
from evigate.engine.mutable.errors import E_ROW_COLUMN, E_ROW_NULL, E_ROW_TYPE
from evigate.engine.mutable.models import MutableTable

Rows = Any
UNFIT = (pa.ArrowException, ValueError, TypeError, OverflowError, AttributeError, ArithmeticError)


def as_rows(table: MutableTable, rows: Rows) -> pa.Table:
    """Return rows in the table's types: the columns that were given, in the table's order.

    Args:
        rows: an Arrow table, batch or reader, anything with an Arrow stream (a data frame), one
            dictionary, or a list of them; a dictionary may lack columns that may be null.

    Raises:
        EvigateError[E_ROW_COLUMN]: a column is not the table's, or comes twice.
        EvigateError[E_ROW_TYPE]: a value does not fit its column exactly.
        EvigateError[E_ROW_NULL]: a column that must have a value has none.
    """
    given = _columns(table, rows)
    strange = [name for name in given if name not in table.columns]
    if strange:
        raise EvigateError(E_ROW_COLUMN, f"The table {table.name!r} has no column {strange[0]!r}.")
    arrays = {
        name: _fitted(table, column, given[name])
        for name, column in table.columns.items()
        if name in given
    }
    count = len(next(iter(arrays.values()))) if arrays else 0
    for name, column in table.columns.items():
        if count and not column.is_nullable and (name not in arrays or arrays[name].null_count):
            message = f"The column {name!r} of {table.name!r} must have a value in every row."
            raise EvigateError(E_ROW_NULL, message, detail={"table": table.name, "columns": [name]})
    schema = pa.schema([(name, table.columns[name].kind) for name in arrays])
    return pa.table(list(arrays.values()), schema=schema)


def _columns(table: MutableTable, rows: Rows) -> dict[str, Any]:
    if isinstance(rows, Mapping):
        return {str(name): [value] for name, value in rows.items()}
    if isinstance(rows, Sequence) and not isinstance(rows, str | bytes):
        if not all(isinstance(row, Mapping) for row in rows):
            raise EvigateError(E_ROW_TYPE, "Rows are dictionaries, or something of Arrow.")
        names = dict.fromkeys(str(name) for row in rows for name in row)
        return {name: [row.get(name) for row in rows] for name in names}
    if isinstance(rows, pa.RecordBatch):
        rows = pa.Table.from_batches([rows])
    elif not isinstance(rows, pa.Table):
        if not hasattr(rows, "__arrow_c_stream__"):
            raise EvigateError(E_ROW_TYPE, f"Rows cannot be a {type(rows).__name__}.")
        rows = pa.RecordBatchReader.from_stream(rows).read_all()
    if len(set(rows.column_names)) != rows.num_columns:
        raise EvigateError(E_ROW_COLUMN, f"A column for {table.name!r} is given twice.")
    return dict(zip(rows.column_names, rows.itercolumns(), strict=True))


def _fitted(table: MutableTable, column: Column, values: Any) -> Any:
    """The values as an Arrow array of the column's type, nothing rounded."""
    try:
        if isinstance(values, list):
            return array_of(column, values)
        if values.type == column.kind:
            return values
        if kinds.is_dictionary(values.type):
            values = values.cast(values.type.value_type)
        if isinstance(column.kind, pa.BaseExtensionType):
            return array_of(column, values.to_pylist())
        return values.cast(column.kind)
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        reason = str(error).strip().splitlines()[0]
        message = f"The column {column.name!r} of {table.name!r} holds {column.kind}: {reason}"
        detail = {"table": table.name, "columns": [column.name]}
        raise EvigateError(E_ROW_TYPE, message, detail=detail) from error


def array_of(column: Column, values: Sequence[Any]) -> pa.Array:
    """Return Python values as an array of the column's type.

    Raises:
        pyarrow.ArrowException, ValueError, TypeError: one does not fit.
    """
    kind = column.kind
    if not isinstance(kind, pa.BaseExtensionType):
        return pa.array(values, kind)
    if kind.extension_name == "arrow.json":
        stored: list[Any] = [_json_text(value) for value in values]
    else:
        stored = [_uuid_bytes(value) for value in values]
    return pa.ExtensionArray.from_storage(kind, pa.array(stored, kind.storage_type))


def _json_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, allow_nan=False)


def _uuid_bytes(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return (value if isinstance(value, UUID) else UUID(value)).bytes


def stored_values(table: MutableTable, rows: pa.Table) -> list[list[Any]]:
    """Return each column's values as the database takes them.

    Raises:
        EvigateError[E_ROW_TYPE]: a value is beyond what Python's types hold (the year 10,000).
    """
    found = []
    for name in rows.column_names:
        column = table.columns[name]
        try:
            values = rows[name].to_pylist()
            if column.encode is not None:
                values = [None if value is None else column.encode(value) for value in values]
        except (ValueError, OverflowError, TypeError) as error:
            message = f"The column {name!r} of {table.name!r} holds a value out of range: {error}"
            raise EvigateError(E_ROW_TYPE, message) from error
        found.append(values)
    return found


def fetched_batch(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """Return fetched rows as a batch; without rows the batch is empty.

    Raises:
        EvigateError[E_ROW_TYPE]: SQL has put JSON of another shape into a list, struct or map.
    """
    by_column = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [_fetched(column, values) for column, values in zip(columns, by_column, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=fetched_schema(columns))


def _fetched(column: Column, values: Sequence[Any]) -> pa.Array:
    try:
        if column.decode is not None:
            values = [None if value is None else column.decode(value) for value in values]
        return array_of(column, values)
    except UNFIT as error:
        raise _misfit(column, error) from error


def _misfit(column: Column, error: Exception) -> EvigateError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    message = f"The column {column.name!r} has a value that is not {column.kind}: {reason}"
    return EvigateError(E_ROW_TYPE, message, detail={"columns": [column.name]})


def fetched_schema(columns: Sequence[Column]) -> pa.Schema:
    """Return the schema of batches with these columns."""
    return pa.schema([pa.field(item.name, item.kind, item.is_nullable) for item in columns])


def fetched_row(columns: Sequence[Column], row: Sequence[Any]) -> dict[str, Any]:
    """Return a fetched row as Python values by name; raises like `fetched_batch`."""
    found = {}
    for column, value in zip(columns, row, strict=True):
        try:
            is_plain = value is None or column.decode is None
            found[column.name] = value if is_plain else column.decode(value)  # type: ignore[misc]
        except UNFIT as error:
            raise _misfit(column, error) from error
    return found
