"""Tables of databases as sources: attached read only, described, and given a true version.

A server has no digest of a table, so the version is one we ask it to make: the count of the rows
and the sum of a hash of each. It reads the whole table (about a second for a million short rows)
and sees every insert, update and delete. `watermark="column"` asks for the count and the greatest
value of that column instead: cheap with an index, true only if every write raises the column.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import SourceKind, SourceVersion, VersionKind
from evigate.engine.federation.duck import Duck
from evigate.engine.federation.errors import E_SQL_INVALID, E_SQL_UPSTREAM
from evigate.engine.federation.quoting import quote_name, quote_names, quote_text
from evigate.engine.federation.relations import DATABASE_MARK, WALL, Attachment, ScanBody
from evigate.engine.sources.errors import (
    E_SOURCE_COLUMN,
    E_SOURCE_EMPTY,
    E_SOURCE_TABLE,
    E_SOURCE_UNREACHABLE,
)
from evigate.engine.sources.versions import version_of_files, with_logs

SERVERS = (SourceKind.POSTGRES, SourceKind.MYSQL)
TABLES_NAMED = 5


def attachment_of(
    kind: SourceKind, place: str, options: Mapping[str, Any], credentials: Mapping[str, str] | None
) -> Attachment:
    """Return how DuckDB reaches a source's database."""
    table = (str(options.get("schema") or "main"), str(options["table"]))
    if kind not in SERVERS:
        return Attachment(kind.value, place, table=table)
    server = options["server"]
    parts = [(key.upper(), str(server[key])) for key in ("host", "port", "user", "database")]
    password = (credentials or {}).get("password", "")
    return Attachment(kind.value, "", (*parts, ("PASSWORD", password)), table)


def body_of_table(
    kind: SourceKind,
    attachment: Attachment,
    options: Mapping[str, Any],
    columns: Mapping[str, str],
    *,
    where: str = "",
) -> ScanBody:
    """Return how a table is read."""
    select = f"SELECT {quote_names(columns)} FROM {_path(kind, options)}"
    return ScanBody(
        select + (f" WHERE {where}{WALL}" if where else ""), attachment, place=str(options["table"])
    )


def describe_table(
    duck: Duck, kind: SourceKind, attachment: Attachment, options: Mapping[str, Any]
) -> dict[str, str]:
    """Return a table's columns, as DuckDB names their types.

    Raises:
        E_SOURCE_UNREACHABLE: the database does not answer, or its file is none.
        E_SOURCE_TABLE: there is no such table (of a DuckDB file: no base table).
    """
    if attachment.path and not Path(attachment.path).is_file():
        raise EvigateError(E_SOURCE_EMPTY, f"{attachment.path!r} matches no file.")
    with _reaching():
        tables = duck.tables(attachment)
    if options["table"] not in tables:
        known = ", ".join(repr(name) for name in tables[:TABLES_NAMED]) or "no table"
        raise EvigateError(
            E_SOURCE_TABLE, f"There is no table {options['table']!r}; there is {known}."
        )
    with reached(duck, attachment) as database:
        duck.forget(attachment)
        path = _path(kind, options).replace(DATABASE_MARK, database)
        found = duck.table(f"DESCRIBE SELECT * FROM {path}")
    names, types = found["column_name"].to_pylist(), found["column_type"].to_pylist()
    return dict(zip(names, types, strict=True))


def version_of_table(
    duck: Duck,
    kind: SourceKind,
    attachment: Attachment,
    options: Mapping[str, Any],
    *,
    folder: Path,
) -> SourceVersion:
    """Return what content the table has now.

    Raises:
        E_SOURCE_UNREACHABLE: the database does not answer.
        E_SOURCE_COLUMN: the watermark column is not there.
    """
    column = options.get("watermark")
    columns = options["columns"]
    if column is not None and column not in columns:
        raise EvigateError(E_SOURCE_COLUMN, f"The watermark column {column!r} is not there.")
    if kind not in SERVERS:
        return version_of_files(with_logs(Path(attachment.path)), folder)
    text = _watermark(kind, options, column, list(columns))
    call = "postgres_query" if kind is SourceKind.POSTGRES else "mysql_query"
    with reached(duck, attachment) as database:
        alias = database.strip('"')
        table = duck.table(f"SELECT * FROM {call}({quote_text(alias)}, {quote_text(text)})")
    value = "/".join(str(item) for item in table.to_pylist()[0].values())
    return SourceVersion(VersionKind.WATERMARK, hashlib.sha256(value.encode()).hexdigest())


@contextmanager
def reached(duck: Duck, attachment: Attachment, *, is_ours: bool = True) -> Iterator[str]:
    """Yield the attached database's quoted name; what fails in reaching it is the source's."""
    with _reaching():
        alias = duck.attach(attachment)
    try:
        if is_ours:
            with _reaching():
                yield quote_name(alias)
        else:
            yield quote_name(alias)
    finally:
        duck.release(attachment)


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except EvigateError as error:
        if error.code in (E_SQL_INVALID, E_SQL_UPSTREAM):
            raise EvigateError(E_SOURCE_UNREACHABLE, error.message) from error
        raise


def _path(kind: SourceKind, options: Mapping[str, Any]) -> str:
    schema = options.get("schema") or "main"
    return f"{DATABASE_MARK}.{quote_name(schema)}.{quote_name(options['table'])}"


def _watermark(
    kind: SourceKind, options: Mapping[str, Any], column: str | None, columns: list[str]
) -> str:
    if kind is SourceKind.POSTGRES:
        path = f"{quote_name(options['schema'])}.{quote_name(options['table'])}"
        mark = (
            f"max({quote_name(column)})::text"
            if column
            else "sum(hashtextextended(t::text, 0)::numeric)::text"
        )
        return f"SELECT count(*)::text AS rows, coalesce({mark}, '') AS mark FROM {path} t"
    path = f"{_backticks(options['schema'])}.{_backticks(options['table'])}"
    if column:
        mark = f"max({_backticks(column)})"
    else:
        row = ", ".join(f"coalesce(quote({_backticks(name)}), 'NULL')" for name in columns)
        digest = f"sha1(concat_ws(',', {row}))"
        mark = f"sum(cast(conv(left({digest}, 12), 16, 10) as unsigned))"
    return f"SELECT count(*) AS row_total, coalesce(cast({mark} as char), '') AS mark FROM {path}"


def _backticks(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
