"""What an eval reads of a tenant's data: a relation by its name, or a table that came along."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.evals.columns import filled, need_columns, texts_of, unique
from evigate.engine.evals.errors import E_EVAL_COLUMNS
from evigate.engine.federation.quoting import quote_name, quote_names

if TYPE_CHECKING:
    from evigate.engine.core import Core


def read_relation(
    core: "Core",
    subject: Subject,
    given: str | pa.Table,
    columns: Sequence[str],
    optional: Sequence[str] = (),
) -> pa.Table:
    """Return columns of a source, table, mutable table or topic, or of the table given.

    Args:
        optional: columns that are read where they are there.

    Raises:
        EvigateError[E_EVAL_COLUMNS]: a column is not there.
        EvigateError[E_SQL_...]: there is no such relation, or it cannot be read.
    """
    if not isinstance(given, str):
        need_columns(given.schema, columns)
        return given.select(_present(given.schema, columns, optional))
    if given in core.catalog(subject).sources:
        core.sources.refresh(subject, given)
    session = core.sql(subject)
    with session.sql_stream(f"SELECT * FROM {quote_name(given)} LIMIT 0") as stream:
        schema = stream.schema
    need_columns(schema, columns)
    wanted = _present(schema, columns, optional)
    return session.sql(f"SELECT {quote_names(wanted)} FROM {quote_name(given)}")


def _present(schema: pa.Schema, columns: Sequence[str], optional: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*columns, *(name for name in optional if name in schema.names)]))


def version_of(core: "Core", subject: Subject, given: str | pa.Table) -> str | None:
    """Return which content a source had just now; None for what is no source."""
    if isinstance(given, str) and (found := core.catalog(subject).sources.get(given)):
        return found.version.value
    return None


def key_of(core: "Core", subject: Subject, given: str | pa.Table, key: str | None) -> str:
    """Return the key column: the one named, else the source's own.

    Raises:
        EvigateError[E_EVAL_COLUMNS]: neither is there.
    """
    if key is None and isinstance(given, str):
        source = core.catalog(subject).sources.get(given)
        key = None if source is None else source.key_column
    if key is None:
        raise EvigateError(E_EVAL_COLUMNS, "Say which column is the key with key=.")
    return key


def ids_of(table: pa.Table, key: str) -> Sequence[str]:
    """Return the keys as texts, each once.

    Raises:
        EvigateError[E_EVAL_ROWS]: one is missing or stands twice.
    """
    return unique(filled(texts_of(table, key), key), key)


def joined(left: pa.Table, right: pa.Table, key: str) -> pa.Table:
    """Return the rows of both that share a key, in the left's order; the right's columns last.

    A column that both have is the right's.
    """
    places = {row_id: row for row, row_id in enumerate(ids_of(right, key))}
    pairs = [(row, places[each]) for row, each in enumerate(ids_of(left, key)) if each in places]
    rows, others = [row for row, _ in pairs], [other for _, other in pairs]
    kept = [name for name in left.column_names if name == key or name not in right.column_names]
    found = left.select(kept).take(pa.array(rows, pa.int64()))
    taken = right.take(pa.array(others, pa.int64()))
    for name in right.column_names:
        if name != key:
            found = found.append_column(name, taken.column(name))
    return found
