"""What a mutable table, a column and an index may be called, and which schemas can be stored."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds

from evigate.base.errors import EvigateError
from evigate.engine.mutable.columns import column_of
from evigate.engine.mutable.errors import E_MUTABLE_LIMIT, E_MUTABLE_NAME, E_MUTABLE_SCHEMA
from evigate.engine.mutable.models import Index
from evigate.engine.sources.names import NAME, PREFIX, RESERVED, SCHEMAS

COLUMNS_MAX = 500
INDEXES_MAX = 32
KEY_COLUMNS_MAX = 16
# The database's own columns, and ours.
SYSTEM_COLUMNS = frozenset({"tenant_id", "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})
PREFIXES = (PREFIX, "pg_", "engine_")


def check_table_name(name: object) -> str:
    """Return the name if a table may have it.

    Raises:
        EvigateError[E_MUTABLE_NAME]: other characters, too long, or reserved.
    """
    if not isinstance(name, str) or not NAME.match(name):
        raise EvigateError(E_MUTABLE_NAME, f"{name!r} cannot be a table's name.")
    lower = name.lower()
    if lower in RESERVED or lower in SCHEMAS or lower.startswith(PREFIXES):
        raise EvigateError(E_MUTABLE_NAME, f"{name!r} is reserved and cannot be a table's name.")
    return name


def check_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema as it is stored: no metadata, dictionaries as their values.

    Raises:
        EvigateError[E_MUTABLE_SCHEMA]: no column, a type without an exact column, or two columns
            whose names differ in case alone.
        EvigateError[E_MUTABLE_NAME]: a column's name is hostile or reserved.
        EvigateError[E_MUTABLE_LIMIT]: too many columns.
    """
    if not isinstance(schema, pa.Schema) or not len(schema):
        raise EvigateError(E_MUTABLE_SCHEMA, "A table needs an Arrow schema of one column or more.")
    if len(schema) > COLUMNS_MAX:
        raise EvigateError(E_MUTABLE_LIMIT, f"A table has at most {COLUMNS_MAX} columns.")
    fields = []
    for item in schema:
        _check_column_name(item.name)
        kind = item.type.value_type if kinds.is_dictionary(item.type) else item.type
        fields.append(pa.field(item.name, kind, item.nullable))
        column_of(fields[-1])
    _check_distinct("columns", schema.names)
    return pa.schema(fields)


def _check_column_name(name: str) -> None:
    if not NAME.match(name) or name.startswith("_"):
        raise EvigateError(E_MUTABLE_NAME, f"{name!r} cannot be a column's name.")
    if name.lower() in SYSTEM_COLUMNS:
        raise EvigateError(E_MUTABLE_NAME, f"{name!r} is reserved and cannot be a column's name.")


def _check_distinct(what: str, names: Sequence[str]) -> None:
    folded = [name.lower() for name in names]
    for name in names:
        if folded.count(name.lower()) > 1:
            raise EvigateError(E_MUTABLE_SCHEMA, f"Two {what} are called {name!r}.")


def check_key(schema: pa.Schema, primary_key: str | Sequence[str]) -> tuple[pa.Schema, list[str]]:
    """Return the schema with its key not nullable, and the key as a list.

    Raises:
        EvigateError[E_MUTABLE_SCHEMA]: no column, a strange one, or one that cannot be a key.
    """
    key = [primary_key] if isinstance(primary_key, str) else list(primary_key)
    _check_columns(schema, key, "primary key")
    fields = [item.with_nullable(False) if item.name in key else item for item in schema]
    return pa.schema(fields), key


def check_order(schema: pa.Schema, order_column: str | None) -> str | None:
    """Return the order column, which must hold 64 bit whole numbers.

    Raises:
        EvigateError[E_MUTABLE_SCHEMA]: it is not there or of another type.
    """
    if order_column is not None:
        _check_columns(schema, [order_column], "order column")
        if schema.field(order_column).type != pa.int64():
            raise EvigateError(
                E_MUTABLE_SCHEMA, f"The order column {order_column!r} must be int64."
            )
    return order_column


def check_indexes(
    schema: pa.Schema, indexes: Iterable[Index | Mapping[str, Any]]
) -> tuple[Index, ...]:
    """Return the indexes; a dictionary has name, columns and perhaps unique.

    Raises:
        EvigateError[E_MUTABLE_SCHEMA]: one names no column, or a strange one.
    """
    found = tuple(_index(item) for item in indexes)
    if len(found) > INDEXES_MAX:
        raise EvigateError(E_MUTABLE_LIMIT, f"A table has at most {INDEXES_MAX} indexes.")
    for index in found:
        if not NAME.match(index.name):
            raise EvigateError(E_MUTABLE_NAME, f"{index.name!r} cannot be an index's name.")
        _check_columns(schema, index.columns, f"index {index.name!r}")
    _check_distinct("indexes", [index.name for index in found])
    return found


def _index(item: Index | Mapping[str, Any]) -> Index:
    if isinstance(item, Index):
        return item
    unknown = set(item) - {"name", "columns", "unique", "is_unique"}
    if unknown or not isinstance(item.get("name"), str) or not item.get("columns"):
        raise EvigateError(
            E_MUTABLE_SCHEMA, f"An index has name, columns and unique, not {item!r}."
        )
    columns = item["columns"]
    names = (columns,) if isinstance(columns, str) else tuple(columns)
    return Index(item["name"], names, bool(item.get("unique", item.get("is_unique", False))))


def _check_columns(schema: pa.Schema, names: Sequence[str], what: str) -> None:
    if not names or len(set(names)) != len(names):
        raise EvigateError(E_MUTABLE_SCHEMA, f"The {what} must name columns, each once.")
    if len(names) > KEY_COLUMNS_MAX:
        raise EvigateError(E_MUTABLE_LIMIT, f"The {what} has more than {KEY_COLUMNS_MAX} columns.")
    for name in names:
        if name not in schema.names:
            raise EvigateError(E_MUTABLE_SCHEMA, f"The {what} names {name!r}, which is no column.")
        if column_of(schema.field(name)).sql_type == "jsonb":
            raise EvigateError(E_MUTABLE_SCHEMA, f"The {what} cannot hold {name!r}: it is JSON.")
