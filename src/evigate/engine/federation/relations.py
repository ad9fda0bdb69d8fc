"""What a statement may name: relations, the catalog that finds them, and table functions.

The caller's catalog is the only way from a name to rows; these values are how it answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from evigate.engine.federation.quoting import quote_names, quote_texts

DATABASE_MARK = "\x00db\x00"
# DuckDB moves a caller's filter below ours and may run it first, and a filter that fails shows the
# value it failed on. Nothing is moved below a limit, so rows of others meet no caller's filter.
WALL = " LIMIT 9223372036854775807"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A database that DuckDB reads in place.

    Args:
        kind: postgres, mysql, sqlite or duckdb.
        path: the file of an embedded database; of PostgreSQL, further connection parameters of our
            own writing (no secret), "" for none.
        server: host, port, user, password, database (all text) of a server; never printed.
        table: schema and name of what is read; of a DuckDB file it must be a base table.
    """

    kind: str
    path: str = ""
    server: tuple[tuple[str, str], ...] = ()
    table: tuple[str, str] = ("", "")

    def __repr__(self) -> str:
        return f"Attachment({self.kind!r}, {self.path!r})"


@dataclass(frozen=True, slots=True)
class ArrowBody:
    """Rows that Arrow holds or streams; `open` is called once a query and may return a table, a
    dataset or a record batch reader. `where` is a condition of our own writing, "" for none."""

    open: Callable[[], Any]
    where: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class ScanBody:
    """Rows that a SELECT of our own writing yields.

    `DATABASE_MARK` in the text stands for the attached database, where there is one; `extensions`
    are loaded first. `place` is what a failure to read is said of.
    """

    select: str
    attachment: Attachment | None = None
    extensions: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A name that may stand in FROM; `kind` is for people (source, table, mutable, topic)."""

    name: str
    kind: str
    version: str
    schema: pa.Schema
    body: ArrowBody | ScanBody


class Catalog(Protocol):
    """What one caller may name, and nothing of anybody else's."""

    def resolve(self, name: str) -> Relation | None:
        """Return the relation of exactly this name, None where the caller has none."""

    def names(self) -> Sequence[str]:
        """Return the caller's names."""

    def describe(self) -> Sequence[Relation]:
        """Return every relation, for information_schema; bodies are not opened."""


@dataclass(frozen=True, slots=True)
class Subquery:
    """A query in parentheses given to a table function, as text; it may be sent to `sql`."""

    text: str


@dataclass(frozen=True, slots=True)
class TableFunction:
    """A function in FROM, evaluated before the statement runs.

    `call` takes positional and named arguments as Python values (a bare identifier as its text, a
    query in parentheses as a `Subquery`) and returns an Arrow table or reader.
    """

    name: str
    call: Callable[[Sequence[Any], Mapping[str, Any]], pa.Table | pa.RecordBatchReader]


def parquet_relation(
    name: str, *, kind: str, version: str, files: Sequence[str], schema: pa.Schema
) -> Relation:
    """Return a relation over Parquet files of one schema; without files it has no rows."""
    if not files:
        empty = schema.empty_table()
        return Relation(name, kind, version, schema, ArrowBody(lambda: empty))
    select = (
        f"SELECT {quote_names(schema.names)} FROM read_parquet({quote_texts(files)}, "
        "hive_partitioning = false)"
    )
    return Relation(name, kind, version, schema, ScanBody(select))


def arrow_relation(
    name: str, *, kind: str, version: str, schema: pa.Schema, open: Callable[[], Any]
) -> Relation:
    """Return a relation over what Arrow holds."""
    return Relation(name, kind, version, schema, ArrowBody(open))
