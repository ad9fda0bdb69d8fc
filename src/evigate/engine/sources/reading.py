"""A registered source as something SQL can read, with the tenant's rows only.

The tenant column's condition is written here, once, below every way in: SQL, scans, snapshots.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Source, SourceKind, SourceVersion
from evigate.engine.federation.duck import translated
from evigate.engine.federation.errors import E_SQL_INVALID, E_SQL_UPSTREAM
from evigate.engine.federation.quoting import quote_name, quote_text
from evigate.engine.federation.relations import DATABASE_MARK, WALL, ArrowBody, Relation, ScanBody
from evigate.engine.sources.cloud import find_objects, mirror, version_of_objects
from evigate.engine.sources.context import SourceContext
from evigate.engine.sources.databases import attachment_of, body_of_table, reached, version_of_table
from evigate.engine.sources.errors import (
    E_SOURCE_CORRUPT,
    E_SOURCE_TENANT_COLUMN,
    E_SOURCE_UNREACHABLE,
)
from evigate.engine.sources.files import body_of_files, find_files
from evigate.engine.sources.targets import CLOUD, FILE_KINDS
from evigate.engine.sources.versions import version_of_files

Body = ScanBody | ArrowBody
ROWS = "{rows}"
BATCH_ROWS = 65_536
_WHOLE = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER"}
    | {"UBIGINT", "UHUGEINT"}
)


def schema_of(source: Source) -> pa.Schema:
    """Return a source's columns."""
    return pa.ipc.read_schema(pa.py_buffer(source.schema))


def relation_of(source: Source, context: SourceContext) -> Relation:
    """Return a source as a relation for SQL, under its name, live.

    Raises:
        E_SOURCE_EMPTY, E_SOURCE_UNREACHABLE: its files are gone, or its store does not answer.
    """
    version = f"{source.version.kind}:{source.version.value}"
    return Relation(source.name, "source", version, schema_of(source), body_of(source, context))


def body_of(source: Source, context: SourceContext, *, also: str = "") -> Body:
    """Return how a source's rows are read, the tenant's only.

    `also` is a further condition of our own writing, met where the rows are.
    """
    columns: Mapping[str, str] = source.options["columns"]
    where = tenant_condition(source.tenant_column, columns, context.tenant)
    where = " AND ".join(part for part in (where, also) if part)
    if source.kind in FILE_KINDS:
        files = [str(file) for file in files_of(source, context)]
        return body_of_files(source.kind, files, columns, source.options, where=where)
    attachment = attachment_of(source.kind, source.uri, source.options, context.credentials)
    context.check_files([Path(attachment.path)] if attachment.path else [])
    return body_of_table(source.kind, attachment, source.options, columns, where=where)


def files_of(source: Source, context: SourceContext) -> list[Path]:
    """Return a file source's files; those of object storage are mirrored first."""
    if source.uri.partition("://")[0] not in CLOUD:
        files = find_files(source.uri, source.kind)
        context.check_files(files)
        return files
    secrets = context.credentials or {}
    objects = find_objects(source.uri, source.kind, source.options, secrets)
    return mirror(source.uri, objects, source.options, secrets, context.folder)


def changed(source: Source, context: SourceContext) -> SourceVersion:
    """Return the version that the source's content has now; equal to its own if unchanged.

    Local files cost a look at each, object storage a listing, a server what `databases` says.

    Raises:
        E_SOURCE_EMPTY, E_SOURCE_UNREACHABLE: it is gone, or does not answer.
    """
    if source.kind not in FILE_KINDS:
        attachment = attachment_of(source.kind, source.uri, source.options, context.credentials)
        return version_of_table(
            context.duck, source.kind, attachment, source.options, folder=context.folder
        )
    if source.uri.partition("://")[0] in CLOUD:
        secrets = context.credentials or {}
        return version_of_objects(find_objects(source.uri, source.kind, source.options, secrets))
    return version_of_files(find_files(source.uri, source.kind), context.folder)


def tenant_condition(column: str | None, columns: Mapping[str, str], tenant: str) -> str:
    """Return the condition that leaves the tenant's rows, "" without a tenant column.

    Equality is that of the text of the value, so a whole number matches in its usual writing only.

    Raises:
        E_SOURCE_TENANT_COLUMN: there is no such column, or it is not text, whole numbers or UUIDs.
    """
    if column is None:
        return ""
    kind = columns.get(column)
    if kind is None:
        raise EvigateError(E_SOURCE_TENANT_COLUMN, f"There is no tenant column {column!r}.")
    name, text = quote_name(column), quote_text(tenant)
    if kind == "VARCHAR":
        # A server compares by its column's collation, which may ignore case; the second comparison
        # is made here, byte by byte.
        return f"{name} = {text} AND concat({name}, '') = {text}"
    if kind in _WHOLE:
        is_whole = tenant.lstrip("-").isdigit() and str(int(tenant)) == tenant
        return f"{name} = {tenant}" if is_whole else f"({name} IS NULL AND {name} IS NOT NULL)"
    if kind == "UUID":
        return f"{name} = TRY_CAST({text} AS UUID)"
    raise EvigateError(
        E_SOURCE_TENANT_COLUMN, f"The tenant column {column!r} is {kind}, not an identifier."
    )


def query(
    context: SourceContext,
    body: Body,
    text: str,
    values: Mapping[str, Any] | None = None,
    *,
    is_ours: bool = True,
) -> pa.Table:
    """Return the rows of a statement; `ROWS` in it stands for the source's rows.

    `is_ours` says that nothing in it is the caller's, so that what fails is the source.
    """
    with (
        stream(context, body, text, values, is_ours=is_ours) as reader,
        _read(body, is_ours=is_ours),
    ):
        return reader.read_all()


@contextmanager
def stream(
    context: SourceContext,
    body: Body,
    text: str,
    values: Mapping[str, Any] | None = None,
    *,
    batch_rows: int = BATCH_ROWS,
    is_ours: bool = True,
) -> Iterator[pa.RecordBatchReader]:
    """Yield the rows of such a statement as they are made."""
    with ExitStack() as stack:
        cursor = stack.enter_context(context.duck.cursor())
        rows = _placed(context, body, cursor, stack)
        with _read(body, is_ours=is_ours):
            cursor.execute(text.replace(ROWS, rows), dict(values or {}))
            reader = cursor.to_arrow_reader(batch_rows)
        yield reader


def _placed(context: SourceContext, body: Body, cursor: Any, stack: ExitStack) -> str:
    if isinstance(body, ArrowBody):
        with _read(body, is_ours=True):
            cursor.register("evigate_arrow", body.open())
        return f"(FROM evigate_arrow WHERE {body.where}{WALL})" if body.where else "evigate_arrow"
    for extension in body.extensions:
        context.duck.load(extension)
    if body.attachment is None:
        return f"({body.select})"
    database = stack.enter_context(reached(context.duck, body.attachment, is_ours=False))
    return f"({body.select.replace(DATABASE_MARK, database)})"


@contextmanager
def _read(body: Body, *, is_ours: bool) -> Iterator[None]:
    """What fails in a statement of our own is the source's fault, and named so.

    A condition of the caller's may be wrong in itself: of that only the reading is the source's.
    """
    try:
        with translated():
            yield
    except EvigateError as error:
        is_server = isinstance(body, ScanBody) and body.attachment is not None
        if error.code is E_SQL_UPSTREAM or (error.code is E_SQL_INVALID and is_ours):
            code = E_SOURCE_UNREACHABLE if is_server else E_SOURCE_CORRUPT
            raise EvigateError(code, f"{body.place!r} cannot be read: {error.message}") from error
        raise


def is_database(kind: SourceKind) -> bool:
    """Return whether a source is a database's table, read live."""
    return kind not in FILE_KINDS
