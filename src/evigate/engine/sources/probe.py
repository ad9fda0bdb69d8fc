"""Looking at a source before it is registered: what it is, and whether it will do.

Everything that can be wrong with it is said here, at registration, and names the thing.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import SourceVersion
from evigate.engine.federation.quoting import quote_name, quote_names
from evigate.engine.federation.relations import ArrowBody, ScanBody
from evigate.engine.sources.cloud import find_objects, mirror, version_of_objects
from evigate.engine.sources.context import SourceContext, SourceFacts
from evigate.engine.sources.databases import (
    attachment_of,
    body_of_table,
    describe_table,
    version_of_table,
)
from evigate.engine.sources.errors import E_SOURCE_COLUMN, E_SOURCE_KEY, E_SOURCE_TARGET
from evigate.engine.sources.files import body_of_files, describe_files, find_files
from evigate.engine.sources.keys import EXAMPLES, check_key_type
from evigate.engine.sources.memory import is_table, keep_table
from evigate.engine.sources.names import PREFIX, check_name
from evigate.engine.sources.reading import ROWS, Body, query, tenant_condition
from evigate.engine.sources.targets import FILE_KINDS, Target, read_target
from evigate.engine.sources.versions import version_of_files


def probe(
    name: str,
    target: Any,
    *,
    context: SourceContext,
    options: Mapping[str, Any] | None = None,
    format: str | None = None,
    key: str | None = None,
    tenant_column: str | None = None,
) -> SourceFacts:
    """Return what there is to know of a source, or say what is wrong with it.

    Args:
        name: what it shall be called.
        target: a table that hands out Arrow, a path, folder, glob, URL or DSN.
        options: of reading (delimiter, header, ...), the store (endpoint, region, access keys) or
            the database (table, schema, watermark); secret ones come back as credentials.
        format: parquet, csv, json, jsonl, avro or arrow, where the name does not tell.
        key: the column that names rows: no nulls, no duplicates.
        tenant_column: rows are shown where it equals the tenant's id as text.

    Raises:
        E_SOURCE_NAME, E_SOURCE_TARGET, E_SOURCE_FORMAT, E_SOURCE_OPTION, E_SOURCE_EMPTY,
        E_SOURCE_CORRUPT, E_SOURCE_DRIFT, E_SOURCE_UNREACHABLE, E_SOURCE_TABLE, E_SOURCE_COLUMN,
        E_SOURCE_KEY, E_SOURCE_TENANT_COLUMN: as they say.
    """
    check_name(name)
    given = dict(options or {})
    place = given.pop("format", None) if format is None else format
    where = _read_target(target, given, place, context)
    secrets = where.credentials
    columns, version, body_of = _look(where, context)
    _check_columns(columns, key, tenant_column)
    body = body_of(tenant_condition(tenant_column, columns, context.tenant))
    schema = query(context, body, f"SELECT {quote_names(columns)} FROM {ROWS} LIMIT 0").schema
    if key is not None:
        check_key_type(key, schema.field(key).type)
    count = _check_rows(context, body, key)
    return SourceFacts(
        name,
        where.kind,
        where.uri,
        {**where.options, "columns": columns},
        schema.serialize().to_pybytes(),
        key,
        tenant_column,
        version,
        count,
        dict(secrets) or None,
    )


def _read_target(
    target: Any, options: Mapping[str, Any], format: str | None, context: SourceContext
) -> Target:
    if is_table(target):
        if options or format:
            raise EvigateError(E_SOURCE_TARGET, "A table in memory takes no options and no format.")
        return read_target(str(keep_table(target, context.folder)), {})
    if not isinstance(target, str) and not hasattr(target, "__fspath__"):
        raise EvigateError(
            E_SOURCE_TARGET, f"{type(target).__name__} is no table, path, URL or DSN."
        )
    return read_target(str(target), options, format=format)


def _look(target: Target, context: SourceContext) -> tuple[dict[str, str], SourceVersion, Any]:
    """The columns, the version, and what makes a body of a condition."""
    duck, options = context.duck, target.options
    if target.kind not in FILE_KINDS:
        attachment = attachment_of(target.kind, target.place, options, target.credentials)
        context.check_files([Path(attachment.path)] if attachment.path else [])
        columns = describe_table(duck, target.kind, attachment, options)
        wide = {**options, "columns": columns}
        version = version_of_table(duck, target.kind, attachment, wide, folder=context.folder)

        def table(where: str) -> Body:
            return body_of_table(target.kind, attachment, options, columns, where=where)

        return columns, version, table
    if target.scheme:
        objects = find_objects(target.uri, target.kind, options, target.credentials)
        files = mirror(target.uri, objects, options, target.credentials, context.folder)
        version = version_of_objects(objects)
    else:
        context.check_files([Path(target.place.partition("*")[0])])
        files = find_files(target.place, target.kind)
        context.check_files(files)
        version = version_of_files(files, context.folder)
    columns = {**describe_files(duck, target.kind, files, options), **options.get("columns", {})}
    names = [str(file) for file in files]

    def rows(where: str) -> ScanBody | ArrowBody:
        return body_of_files(target.kind, names, columns, options, where=where)

    return columns, version, rows


def _check_columns(columns: Mapping[str, str], key: str | None, tenant_column: str | None) -> None:
    ours = [name for name in columns if name.lower().startswith(PREFIX)]
    if ours:
        raise EvigateError(E_SOURCE_COLUMN, f"The column {ours[0]!r} has a name of ours.")
    if key is not None and key not in columns:
        raise EvigateError(
            E_SOURCE_KEY, f"There is no key column {key!r}; there are {list(columns)!r}."
        )
    tenant_condition(tenant_column, columns, "")


def _check_rows(context: SourceContext, body: Body, key: str | None) -> int:
    """Count the rows; refuse a key with nulls or duplicates."""
    if key is None:
        return int(query(context, body, f"SELECT count(*) FROM {ROWS}").column(0)[0].as_py())
    name = quote_name(key)
    counted: pa.Table = query(
        context, body, f"SELECT count(*), count({name}), count(DISTINCT {name}) FROM {ROWS}"
    )
    total, present, distinct = (int(counted.column(place)[0].as_py()) for place in range(3))
    if present < total:
        raise EvigateError(E_SOURCE_KEY, f"The key column {key!r} has {total - present} nulls.")
    if distinct < total:
        text = (
            f"SELECT {name} FROM {ROWS} GROUP BY {name} HAVING count(*) > 1 "
            f"ORDER BY {name} LIMIT {EXAMPLES}"
        )
        shown = ", ".join(repr(item) for item in query(context, body, text).column(0).to_pylist())
        raise EvigateError(
            E_SOURCE_KEY,
            f"The key column {key!r} has {total - distinct} duplicates, such as {shown}.",
        )
    return total
