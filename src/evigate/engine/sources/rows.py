"""Row stores: a source's rows by position, by key and by condition, without scanning the source.

Files and tables in memory are read from a snapshot. A database's rows stay where they are: the
snapshot has their keys, `take` asks for the rows by key, and a row that has gone meanwhile is told
as gone rather than left out.
"""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Source, SourceKind, SourceVersion
from evigate.engine.catalog.rows import GONE, Positions, RowStore
from evigate.engine.federation.quoting import quote_name, quote_names, quote_value
from evigate.engine.federation.relations import ArrowBody, ScanBody
from evigate.engine.sources.context import SourceContext
from evigate.engine.sources.errors import E_SOURCE_COLUMN, E_SOURCE_KEY
from evigate.engine.sources.keys import KeyIndex
from evigate.engine.sources.predicates import Condition, read_condition
from evigate.engine.sources.reading import BATCH_ROWS, ROWS, body_of, is_database, query, schema_of
from evigate.engine.sources.snapshot import POSITION, ensure_snapshot, load_offsets, open_table

KEYS_AT_ONCE = 1_000
CONDITIONS_KEPT = 64
POSITIONS_KEPT_MAX = 1_000_000
# Opened batches are maps of the file, so keeping them costs a few kB each; opening one takes longer
# than reading ten rows of it.
BATCHES_KEPT = 1_024
# So few rows of several batches are cut out one by one.
SLICED_ROWS_MAX = 32


def open_rows(source: Source, context: SourceContext) -> RowStore:
    """Open the rows of the source's version, building its snapshot the first time.

    Raises:
        E_SOURCE_KEY: a database's source has no key column, or keys are null or stand twice.
        E_SOURCE_CHANGED: the files changed since the version was taken.
    """
    if is_database(source.kind) and source.key_column is None:
        raise EvigateError(E_SOURCE_KEY, f"The source {source.name!r} needs a key column for that.")
    folder = ensure_snapshot(source, context)
    if is_database(source.kind):
        return DatabaseRows(source, context, folder)
    return FileRows(source, context, folder)


def scan(
    source: Source,
    context: SourceContext,
    *,
    columns: Sequence[str] | None = None,
    batch_rows: int = BATCH_ROWS,
) -> pa.RecordBatchReader:
    """Return the rows in the order of their positions, streamed.

    Of a database, rows that have gone since the version was taken are left out, and later ones are
    not seen. Without a key column the database's own order stands.

    Raises:
        E_SOURCE_COLUMN: there is no such column.
    """
    schema = _chosen(schema_of(source), columns)
    if is_database(source.kind) and source.key_column is None:
        text = f"SELECT {quote_names(schema.names)} FROM {ROWS}"
        table = query(context, body_of(source, context), text)
        return table.cast(schema).to_reader(batch_rows)
    store = open_rows(source, context)
    return pa.RecordBatchReader.from_batches(schema, _pieces(store, schema, batch_rows))


class FileRows:
    """Rows of a snapshot; safe to share between threads."""

    def __init__(self, source: Source, context: SourceContext, folder: Path) -> None:
        self._context = context
        self._schema = schema_of(source)
        self._version = source.version
        self._file = open_table(folder, "rows.arrow")
        self._offsets = load_offsets(folder)
        self._keys, self._index = _open_keys(folder)
        self._known = _Known()
        self._lock = threading.Lock()
        self._table: pa.Table | None = None
        self._opened: dict[int, pa.RecordBatch] = {}

    @property
    def version(self) -> SourceVersion:
        """The version whose rows these are."""
        return self._version

    @property
    def schema(self) -> pa.Schema:
        """The source's columns."""
        return self._schema

    @property
    def count(self) -> int:
        """How many rows there are."""
        return int(self._offsets[-1])

    @property
    def keys(self) -> pa.Array:
        """The key of each position."""
        return self._keys

    def positions_of(self, keys: pa.Array) -> Positions:
        """Return each key's position, GONE where there is none."""
        return self._index.positions_of(keys)

    def take(self, positions: Positions, columns: Sequence[str] | None = None) -> pa.Table:
        """Return rows in the order asked for; a GONE position gives a row of nulls.

        Raises:
            E_SOURCE_COLUMN: there is no such column.
            IndexError: a position is none of this store's.
        """
        schema = _chosen(self._schema, columns)
        wanted = np.asarray(positions, np.int64)
        if len(wanted) and (wanted.max() >= self.count or wanted.min() < GONE):
            raise IndexError("a position lies outside the source")
        number = self._only_batch(wanted)
        if number is not None:
            inside = pa.array(wanted - self._offsets[number])
            return pa.Table.from_batches([self._narrowed(number, schema).take(inside)], schema)
        if 0 < len(wanted) <= SLICED_ROWS_MAX and wanted.min() != GONE:
            return self._sliced(wanted, schema)
        there = np.flatnonzero(wanted != GONE)
        order = there[np.argsort(wanted[there], kind="stable")]
        parts = list(self._gathered(wanted[order], schema))
        table = pa.Table.from_batches(parts, schema)
        slots = pa.array(_slots(len(wanted), order), mask=wanted == GONE)
        return table.combine_chunks().take(slots)

    def select(self, predicate: str, parameters: Mapping[str, Any] | None = None) -> Positions:
        """Return the positions, ascending, where a condition is true; answers are remembered."""
        condition = read_condition(self._context.duck, predicate, parameters)
        known = self._known.get(condition)
        if known is not None:
            return known
        table = self._mapped()
        text = f"SELECT {POSITION} FROM {ROWS} WHERE {condition.text}"
        found = query(
            self._context, ArrowBody(lambda: table), text, condition.values, is_ours=False
        )
        positions = np.sort(found.column(0).to_numpy().astype(np.int64))
        self._known.put(condition, positions)
        return positions

    def _sliced(self, wanted: Positions, schema: pa.Schema) -> pa.Table:
        """Return a few rows of several batches, cut out one by one: 2 us each, a take is 10."""
        numbers = np.searchsorted(self._offsets, wanted, "right") - 1
        inside = wanted - self._offsets[numbers]
        parts = [
            self._narrowed(number, schema).slice(place, 1)
            for number, place in zip(numbers.tolist(), inside.tolist(), strict=True)
        ]
        return pa.Table.from_batches(parts, schema).combine_chunks()

    def _gathered(self, ordered: Positions, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        if not len(ordered):
            return
        numbers = np.searchsorted(self._offsets, ordered, "right") - 1
        edges = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(ordered)]
        for start, end in pairwise(edges):
            number = int(numbers[start])
            inside = ordered[start:end] - self._offsets[number]
            yield self._narrowed(number, schema).take(pa.array(inside))

    def _only_batch(self, wanted: Positions) -> int | None:
        """Return the batch that has all the positions; None if there is no such one."""
        if not len(wanted) or (first := int(wanted.min())) == GONE:
            return None
        number = int(np.searchsorted(self._offsets, first, "right")) - 1
        return number if wanted.max() < self._offsets[number + 1] else None

    def _narrowed(self, number: int, schema: pa.Schema) -> pa.RecordBatch:
        """Return a batch of the file with some of the columns."""
        batch = self._batch(number)
        if schema is self._schema:
            return batch
        return pa.record_batch([batch.column(name) for name in schema.names], schema=schema)

    def _batch(self, number: int) -> pa.RecordBatch:
        """Return a batch of the file with the source's columns, opened once."""
        known = self._opened.get(number)
        if known is None:
            batch = self._file.get_batch(number)
            columns = [batch.column(name) for name in self._schema.names]
            known = pa.record_batch(columns, schema=self._schema)
            if len(self._opened) < BATCHES_KEPT:
                self._opened[number] = known
        return known

    def _mapped(self) -> pa.Table:
        with self._lock:
            if self._table is None:
                self._table = self._file.read_all()
            return self._table


class DatabaseRows:
    """A database's rows: keys from the snapshot, everything else live."""

    def __init__(self, source: Source, context: SourceContext, folder: Path) -> None:
        self._source = source
        self._context = context
        self._schema = schema_of(source)
        self._key = str(source.key_column)
        self._keys, self._index = _open_keys(folder)

    @property
    def version(self) -> SourceVersion:
        """The version whose keys these are."""
        return self._source.version

    @property
    def schema(self) -> pa.Schema:
        """The source's columns."""
        return self._schema

    @property
    def count(self) -> int:
        """How many rows the version has."""
        return len(self._keys)

    @property
    def keys(self) -> pa.Array:
        """The key of each position."""
        return self._keys

    def positions_of(self, keys: pa.Array) -> Positions:
        """Return each key's position, GONE where the version or the database has no such row."""
        positions = self._index.positions_of(keys)
        there = np.unique(positions[positions != GONE])
        live = self._index.positions_of(self._fetched(there, [self._key]).column(0))
        return np.where(np.isin(positions, live), positions, GONE)

    def take(self, positions: Positions, columns: Sequence[str] | None = None) -> pa.Table:
        """Return rows in the order asked for as they are now; one that has gone is all nulls."""
        schema = _chosen(self._schema, columns)
        wanted = np.asarray(positions, np.int64)
        fetched = self._fetched(np.unique(wanted[wanted != GONE]), [self._key, *schema.names])
        found = self._index.positions_of(fetched.column(0))
        if not len(found):
            return pa.table([pa.nulls(len(wanted), field.type) for field in schema], schema=schema)
        order = np.argsort(found, kind="stable")
        slot = np.minimum(np.searchsorted(found[order], wanted), len(found) - 1)
        is_missing = (found[order][slot] != wanted) | (wanted == GONE)
        rows = fetched.select(range(1, fetched.num_columns)).combine_chunks()
        taken = rows.take(pa.array(order[slot], mask=is_missing))
        return taken.rename_columns(schema.names).cast(schema)

    def select(self, predicate: str, parameters: Mapping[str, Any] | None = None) -> Positions:
        """Return the positions, ascending, where a condition is true now."""
        condition = read_condition(self._context.duck, predicate, parameters)
        text = f"SELECT {quote_name(self._key)} FROM {ROWS} WHERE {condition.text}"
        found = query(self._context, self._body(), text, condition.values, is_ours=False)
        positions = self._index.positions_of(found.column(0))
        return np.sort(positions[positions != GONE])

    def _fetched(self, positions: Positions, columns: Sequence[str]) -> pa.Table:
        """The rows of positions in any order; columns may repeat the key."""
        fields = [self._schema.field(name) for name in columns]
        names = [f"c{place}" for place in range(len(columns))]
        schema = pa.schema(
            [pa.field(name, field.type) for name, field in zip(names, fields, strict=True)]
        )
        pieces = [schema.empty_table()]
        for start in range(0, len(positions), KEYS_AT_ONCE):
            keys = self._keys.take(pa.array(positions[start : start + KEYS_AT_ONCE])).to_pylist()
            pieces.append(self._fetch(keys, columns, schema))
        return pa.concat_tables(pieces)

    def _fetch(self, keys: Sequence[Any], columns: Sequence[str], schema: pa.Schema) -> pa.Table:
        if self._source.kind is SourceKind.SQLITE:
            return _fetch_sqlite(self._source, self._context, keys, columns, schema)
        picked = ", ".join(
            f"{quote_name(column)} AS {name}"
            for column, name in zip(columns, schema.names, strict=True)
        )
        literals = ", ".join(quote_value(key) for key in keys)
        named = f"{quote_name(self._key)} IN ({literals})"
        body = body_of(self._source, self._context, also=named)
        return query(self._context, body, f"SELECT {picked} FROM {ROWS}").cast(schema)

    def _body(self) -> ScanBody | ArrowBody:
        return body_of(self._source, self._context)


class _Known:
    """Answers to conditions; right for ever, because a version's rows never change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, Positions] = OrderedDict()

    def get(self, condition: Condition) -> Positions | None:
        with self._lock:
            found = self._answers.get(condition.digest)
            if found is not None:
                self._answers.move_to_end(condition.digest)
            return found

    def put(self, condition: Condition, positions: Positions) -> None:
        if len(positions) > POSITIONS_KEPT_MAX or not condition.is_lasting:
            return
        positions.setflags(write=False)
        with self._lock:
            self._answers[condition.digest] = positions
            while len(self._answers) > CONDITIONS_KEPT:
                self._answers.popitem(last=False)


def _open_keys(folder: Path) -> tuple[pa.Array, KeyIndex]:
    keys = open_table(folder, "keys.arrow").get_batch(0).column(0)
    return keys, KeyIndex.open(keys, folder)


def _chosen(schema: pa.Schema, columns: Sequence[str] | None) -> pa.Schema:
    if columns is None:
        return schema
    missing = [name for name in columns if name not in schema.names]
    if missing:
        raise EvigateError(
            E_SOURCE_COLUMN, f"There is no column {missing[0]!r}; there are {schema.names!r}."
        )
    return pa.schema([schema.field(name) for name in columns])


def _pieces(store: RowStore, schema: pa.Schema, batch_rows: int) -> Iterator[pa.RecordBatch]:
    for start in range(0, store.count, batch_rows):
        positions = np.arange(start, min(start + batch_rows, store.count), dtype=np.int64)
        if isinstance(store, DatabaseRows):
            live = store.positions_of(store.keys.take(pa.array(positions)))
            positions = positions[live != GONE]
        yield from store.take(positions, schema.names).combine_chunks().to_batches()


def _slots(count: int, order: Positions) -> Positions:
    """Where each wanted row stands among the gathered ones, which stand in `order`."""
    slots = np.zeros(count, np.int64)
    slots[order] = np.arange(len(order))
    return slots


def _fetch_sqlite(
    source: Source,
    context: SourceContext,
    keys: Sequence[Any],
    columns: Sequence[str],
    schema: pa.Schema,
) -> pa.Table:
    """Rows by key through SQLite itself, whose index DuckDB's reader does not use."""
    marks = ", ".join("?" * len(keys))
    key, table = quote_name(str(source.key_column)), quote_name(source.options["table"])
    text = f"SELECT {quote_names(columns)} FROM {table} WHERE {key} IN ({marks})"
    values = [item if isinstance(item, int | str | bytes) else str(item) for item in keys]
    if source.tenant_column is not None:
        text += f" AND CAST({quote_name(source.tenant_column)} AS TEXT) = ?"
        values.append(context.tenant)
    connection = sqlite3.connect(f"{Path(source.uri).as_uri()}?mode=ro", uri=True)
    try:
        found = connection.execute(text, values).fetchall()
    finally:
        connection.close()
    arrays = [
        _typed([row[place] for row in found], field.type) for place, field in enumerate(schema)
    ]
    return pa.table(arrays, schema=schema)


def _typed(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """SQLite's values in the column's type; moments and decimals come as text."""
    try:
        return pa.array(values, kind)
    except (pa.ArrowException, TypeError):
        return pa.array([None if value is None else str(value) for value in values]).cast(kind)
