"""Mutable tables for the tenant's SQL: read in place where their types allow, streamed otherwise.

In place means through a connection of the app role that is bound to the tenant and may only read,
so a filter and a projection are the database's work. The name of the table behind is ours to write;
a statement has no way to it, and the policy would show it no other tenant's rows if it had.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.types as kinds
from psycopg.conninfo import conninfo_to_dict

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.federation.quoting import quote_name
from evigate.engine.federation.relations import (
    DATABASE_MARK,
    ArrowBody,
    Attachment,
    Relation,
    ScanBody,
)
from evigate.engine.mutable.columns import Column
from evigate.engine.mutable.errors import E_MUTABLE_MISSING
from evigate.engine.mutable.models import MutableTable
from evigate.engine.mutable.operations import stream
from evigate.engine.mutable.rows import fetched_schema
from evigate.engine.mutable.service import MutableService
from evigate.engine.mutable.statements import SCHEMA
from evigate.engine.mutable.store import TableNames

# Types that come out of the scanner as another one of the same values.
_CASTS = {
    pa.int8(): "TINYINT",
    pa.uint8(): "UTINYINT",
    pa.uint16(): "USMALLINT",
    pa.uint32(): "UINTEGER",
    pa.uint64(): "UBIGINT",
}
_DECIMAL_DIGITS_MAX = 38


def relation(service: MutableService, subject: Subject, name: str) -> Relation | None:
    """Return a tenant's table for SQL, None where there is none of that name."""
    if subject.tenant_id is None:
        return None
    try:
        # Another process may have dropped it and made it again: SQL has no second attempt.
        table = _fresh(service.names, subject, name)
    except EvigateError as error:
        if error.code is E_MUTABLE_MISSING:
            return None
        raise
    return relation_of(service, subject, table)


def relation_of(service: MutableService, subject: Subject, table: MutableTable) -> Relation:
    """Return a table that was looked up as a relation."""
    columns = list(table.columns.values())
    schema = fetched_schema(columns)
    version = service.names.version(subject, table)
    if all(_is_scanned(column) for column in columns):
        body: ScanBody | ArrowBody = _scan(service, subject, table)
    else:
        schema = pa.schema([_narrow(item) for item in schema])

        def open_() -> pa.RecordBatchReader:
            return pa.RecordBatchReader.from_batches(
                schema, _streamed(service, subject, table, schema)
            )

        body = ArrowBody(open_)
    return Relation(table.name, "mutable", version, schema, body)


def _fresh(names: TableNames, subject: Subject, name: str) -> MutableTable:
    names.forget(subject)
    return names.get(subject, name)


def _is_scanned(column: Column) -> bool:
    kind = column.kind
    if column.sql_type == "jsonb":
        return column.is_text
    if isinstance(kind, pa.BaseExtensionType) or kinds.is_time(kind):
        return False
    if kinds.is_decimal(kind):
        return bool(0 <= kind.scale <= kind.precision <= _DECIMAL_DIGITS_MAX)
    return not (kinds.is_timestamp(kind) and kind.unit != "us")


def _narrow(field: pa.Field) -> pa.Field:
    """SQL knows no number of more than 38 digits: such a one is its text there."""
    return field.with_type(pa.string()) if kinds.is_decimal256(field.type) else field


def _scan(service: MutableService, subject: Subject, table: MutableTable) -> ScanBody:
    selected = []
    for column in table.columns.values():
        name = quote_name(column.name)
        cast = _CASTS.get(column.kind)
        if column.is_text:
            cast = "VARCHAR"
        selected.append(name if cast is None else f"CAST({name} AS {cast}) AS {name}")
    place = f"{DATABASE_MARK}.{quote_name(SCHEMA)}.{quote_name(table.physical)}"
    select = "SELECT " + ", ".join(selected) + " FROM " + place
    return ScanBody(select, _attachment(service, subject))


def _attachment(service: MutableService, subject: Subject) -> Attachment:
    parts = conninfo_to_dict(service.database.urls.app)
    names = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "DATABASE"}
    server = [(key, str(parts[name])) for name, key in names.items() if parts.get(name)]
    server.append(("PASSWORD", str(parts.get("password", ""))))
    options = f"-c app.tenant_id={subject.tenant_id} -c default_transaction_read_only=on"
    return Attachment("postgres", f"options='{options}'", tuple(server))


def _streamed(
    service: MutableService, subject: Subject, table: MutableTable, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    columns = list(table.columns.values())
    with service.database.read(subject) as tx, stream(tx, table, columns) as batches:
        for batch in batches:
            yield batch.cast(schema)
