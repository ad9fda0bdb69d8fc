"""The verbs on embedding and text tables: make or refresh, import, compact, expire."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.engine.catalog import store as rows
from evigate.engine.catalog.models import (
    Anchor,
    CachePolicy,
    Model,
    Precision,
    Segment,
    Source,
    Table,
    TableKind,
    TableVersion,
    VersionKind,
)
from evigate.engine.catalog.rows import RowStore
from evigate.engine.embed.build import Build, Input, IsCancelled, Payload, Progress, write_indexed
from evigate.engine.embed.errors import E_EMBED_COLUMNS, E_EMBED_KEY
from evigate.engine.embed.imported import ImportedRows
from evigate.engine.embed.payloads import (
    ModelPayload,
    StoredVectors,
    TextAnalysis,
    TextPayload,
    VectorIndex,
)
from evigate.engine.index import Metric
from evigate.engine.models import ModelHost
from evigate.engine.tables.errors import E_NOT_RECOMPUTABLE, E_TABLE_DAMAGED, E_TABLE_EXISTS
from evigate.engine.tables.files import read_parquet, write_parquet
from evigate.engine.tables.log import HASH, KEY, live_batches
from evigate.engine.tables.manifest import Entry
from evigate.engine.tables.store import Draft, TableStore, new_table
from evigate.kernel.db import SyncDatabase


class Inputs(Protocol):
    """How sources are read; the room of sources knows how."""

    def get(self, subject: Subject, name: str) -> Source:
        """Return a source by name."""

    def rows(self, subject: Subject, source: Source) -> RowStore:
        """Return the rows of the source's registered version."""

    def scan(
        self, subject: Subject, source: Source, columns: Sequence[str]
    ) -> Iterator[pa.RecordBatch]:
        """Yield the columns of every row, in the row store's order."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What making or refreshing a table did; counts are rows.

    `cache` is "hit" when nothing had to be read, else "computed". `failed` counts rows that could
    not be used, and `failures` names some with the reason.
    """

    table: str
    version: int
    row_count: int
    cache: str
    added: int = 0
    changed: int = 0
    deleted: int = 0
    unchanged: int = 0
    inferred: int = 0
    adopted: int = 0
    failed: int = 0
    failures: Mapping[str, str] = field(default_factory=dict)


class EmbedService:
    """Embedding and text tables of every tenant."""

    def __init__(
        self, database: SyncDatabase, tables: TableStore, inputs: Inputs, host: ModelHost
    ) -> None:
        self._database = database
        self._tables = tables
        self._inputs = inputs
        self._host = host

    def embed(
        self,
        subject: Subject,
        source: Source,
        columns: Sequence[str],
        model: Model,
        *,
        name: str,
        index: VectorIndex,
        cache: str = "use",
        is_replacing: bool = False,
        on_progress: Progress | None = None,
        is_cancelled: IsCancelled | None = None,
    ) -> Refreshed:
        """Make an embedding table, or bring it up to its source.

        Raises:
            EvigateError[E_TABLE_EXISTS]: the name is that of a table defined otherwise.
            EvigateError[E_EMBED_COLUMNS | E_EMBED_KEY | E_EMBED_NOTHING | E_EMBED_CANCELLED]
            EvigateError[E_TABLE_CONFLICT]: another writer was first; what is embedded is kept.
        """
        definition = {
            "producer": "embedding",
            "source": source.name,
            "columns": list(columns),
            "key": _key_of(source),
            "model": {"id": model.id, "digest": model.digest},
            "index": index_value(index),
        }
        wanted = new_table(
            name,
            TableKind.EMBEDDING,
            definition,
            source=source.name,
            model=model.id,
            dimensions=model.dimensions,
            key_column=source.key_column,
        )
        payload = ModelPayload(self._host, model, index, is_cancelled)
        return self._make(
            subject,
            source,
            wanted,
            payload,
            columns,
            cache,
            is_replacing,
            on_progress,
            is_cancelled,
        )

    def index_texts(
        self,
        subject: Subject,
        source: Source,
        columns: Sequence[str],
        *,
        name: str,
        analysis: TextAnalysis,
        cache: str = "use",
        is_replacing: bool = False,
        on_progress: Progress | None = None,
        is_cancelled: IsCancelled | None = None,
    ) -> Refreshed:
        """Make a lexical table, or bring it up to its source; raises as `embed`."""
        definition = {
            "producer": "lexical",
            "source": source.name,
            "columns": list(columns),
            "key": _key_of(source),
            "analyzer": analysis.analyzer,
            "stop_words": analysis.is_stopped,
        }
        wanted = new_table(
            name,
            TableKind.LEXICAL,
            definition,
            source=source.name,
            key_column=source.key_column,
        )
        payload = TextPayload(columns, analysis)
        return self._make(
            subject,
            source,
            wanted,
            payload,
            columns,
            cache,
            is_replacing,
            on_progress,
            is_cancelled,
        )

    def _make(
        self,
        subject: Subject,
        source: Source,
        wanted: Table,
        payload: Payload,
        columns: Sequence[str],
        cache: str,
        is_replacing: bool,
        on_progress: Progress | None,
        is_cancelled: IsCancelled | None,
    ) -> Refreshed:
        is_cached = CachePolicy(cache) is CachePolicy.USE
        _check_columns(source, columns)
        table, parent = self._current(subject, wanted, is_replacing=is_replacing)
        anchor = anchor_of(source)
        if is_cached and parent is not None and _is_same(table, wanted, parent, anchor):
            return Refreshed(table.name, parent.version, parent.row_count, "hit")
        is_same_recipe = table.definition_hash == wanted.definition_hash and is_cached
        table = replace(wanted, id=table.id, current_version=table.current_version)
        manifest = None
        if parent is not None and is_same_recipe:
            manifest = self._tables.manifest(subject, table, parent.version)
        build = Build(
            table,
            payload,
            folder=self._tables.folder(subject, table),
            parts=self._parts(subject, table, is_cached=is_cached),
            parent=manifest,
            on_progress=on_progress,
            is_cancelled=is_cancelled,
        )
        draft = build.run(self._input(subject, source, columns, anchor))
        if draft is None:
            assert parent is not None and manifest is not None
            # Nothing new to hold, but the table now stands for the source as it is.
            draft = Draft(
                payload.schema(),
                manifest.entries,
                manifest.row_count,
                (anchor,),
                manifest.masked_rows,
            )
        version = self._tables.publish(subject, table, draft, parent=parent)
        build.finish()
        return _refreshed(table, version, build)

    def _parts(self, subject: Subject, table: Table, *, is_cached: bool) -> Path:
        folder = self._tables.root / str(subject.tenant_id) / "parts"
        # Whoever bypasses the cache wants the model asked again.
        return folder / (table.definition_hash if is_cached else content_hash(str(table.id)))

    def _current(
        self, subject: Subject, wanted: Table, *, is_replacing: bool
    ) -> tuple[Table, TableVersion | None]:
        # What is to be made from an old look would be lost to a conflict in the end.
        catalog = self._tables.fresh(subject)
        table = catalog.tables.get(wanted.name)
        if table is None:
            return wanted, None
        if table.definition_hash != wanted.definition_hash and not is_replacing:
            message = f"The table {wanted.name!r} is there and is defined otherwise."
            raise EvigateError(E_TABLE_EXISTS, message)
        return table, catalog.version_of(table)

    def _input(
        self, subject: Subject, source: Source, columns: Sequence[str], anchor: Anchor
    ) -> Input:
        store = self._inputs.rows(subject, source)
        key = _key_of(source)
        wanted = [key, *(name for name in columns if name != key)]
        return Input(
            keys=store.keys,
            batches=lambda: self._inputs.scan(subject, source, wanted),
            key=key,
            columns=columns,
            row_count=store.count,
            anchor=anchor,
        )

    def import_vectors(
        self,
        subject: Subject,
        name: str,
        batches: Iterator[pa.RecordBatch],
        *,
        key: str,
        vector: str,
        source: Source | None,
        index: VectorIndex,
        model: Model | None = None,
        is_replacing: bool = False,
    ) -> Refreshed:
        """Make an embedding table of vectors that are there already, normalised for cosine.

        Raises:
            EvigateError[E_VECTORS_INVALID]: a vector is missing, not finite, zero under cosine, or
                of another width than the first.
            EvigateError[E_TABLE_EXISTS]: the name is taken.
        """
        read = ImportedRows(batches, key, vector, index.metric)
        definition = {
            "producer": "external",
            "source": None if source is None else source.name,
            "key": key if source is None else _key_of(source),
            "model": None if model is None else {"id": model.id, "digest": model.digest},
            "index": index_value(index),
        }
        wanted = new_table(
            name,
            TableKind.EXTERNAL,
            definition,
            source=None if source is None else source.name,
            model=None if model is None else model.id,
            dimensions=read.dimensions,
            key_column=None if source is None else source.key_column,
        )
        table, parent = self._current(subject, wanted, is_replacing=True)
        if parent is not None and not is_replacing:
            raise EvigateError(E_TABLE_EXISTS, f"The table {name!r} is there already.")
        table = replace(wanted, id=table.id, current_version=table.current_version)
        draft = self.single(subject, table, StoredVectors(read.dimensions, index), iter(read), ())
        version = self._tables.publish(subject, table, draft, parent=parent)
        return Refreshed(
            name, version.version, version.row_count, "computed", added=version.row_count
        )

    def compact(self, subject: Subject, table: Table) -> Refreshed:
        """Rewrite what stands of a keyed table as one file and one segment, as a new version."""
        parent = self._tables.version(subject, table)
        manifest = self._tables.manifest(subject, table)
        folder = self._tables.folder(subject, table)
        draft = self.single(
            subject, table, payload_of(table), live_batches(folder, manifest), parent.anchors
        )
        version = self._tables.publish(subject, table, draft, parent=parent)
        return Refreshed(
            table.name, version.version, version.row_count, "computed", unchanged=version.row_count
        )

    def single(
        self,
        subject: Subject,
        table: Table,
        payload: Payload,
        batches: Iterator[pa.RecordBatch],
        anchors: Sequence[Anchor],
    ) -> Draft:
        """Write rows as one file and one segment, and return the draft of a version of them."""
        folder = self._tables.folder(subject, table)
        fact = write_parquet(folder, "rows", payload.schema(), batches)
        if not fact.rows:
            return Draft(payload.schema(), (), 0, tuple(anchors))
        entry, segment = write_indexed(
            table, payload, folder, fact, read_parquet(folder / fact.name)
        )
        return Draft(payload.schema(), (entry,), fact.rows, tuple(anchors), 0, (segment,))

    def expire(self, subject: Subject, table: Table, *, before: int) -> list[int]:
        """Remove the versions below `before`, and the files that only they had; never the current.

        Returns the versions removed.
        """
        catalog = self._tables.catalog(subject)
        versions = catalog.versions_of(table)
        old = [v for v in versions if v.version < before and v.version != table.current_version]
        kept = [self._entries(subject, table, v) for v in versions if v not in old]
        used = {entry.file.name for entries in kept for entry in entries}
        segments = {entry.segment_id for entries in kept for entry in entries}
        unused = {
            entry.file.name
            for version in old
            for entry in self._entries(subject, table, version)
            if entry.file.name not in used
        } | {version.manifest_path for version in old}
        dropped = [s for s in catalog.segments_of(table) if str(s.segment_id) not in segments]
        with self._database.tx(subject) as tx:
            for version in old:
                rows.delete_version(tx, version)
            for segment in dropped:
                rows.delete_segment(tx, segment)
        self._tables.forget(subject)
        self._tables.remove(subject, table, [*unused, *(segment.path for segment in dropped)])
        return [version.version for version in old]

    def _entries(self, subject: Subject, table: Table, version: TableVersion) -> Sequence[Entry]:
        try:
            return self._tables.manifest(subject, table, version.version).entries
        except EvigateError as error:
            if error.code is not E_TABLE_DAMAGED or version.version == table.current_version:
                raise
            return ()

    def rebuild_segment(self, subject: Subject, table: Table, segment: Segment) -> bool:
        """Write a broken segment anew from its Parquet; False where somebody else has."""
        manifest = self._tables.manifest(subject, table)
        wanted = str(segment.segment_id)
        entry = next((each for each in manifest.entries if each.segment_id == wanted), None)
        if entry is None:
            return False
        folder = self._tables.folder(subject, table)
        path = f"segment-{new_uuid().hex}"
        made = payload_of(table).write_segment(
            folder / path, read_parquet(folder / entry.file.name)
        )
        self._tables.push(subject, table, [path])
        with self._database.tx(subject) as tx:
            done = rows.replace_segment(tx, segment, path=path, library=made.library)
        self._tables.forget(subject)
        self._tables.remove(subject, table, [segment.path if done else path])
        return done


def payload_of(table: Table) -> Payload:
    """Return how a keyed table's rows are indexed, from its definition; makes no new rows.

    Raises:
        EvigateError[E_NOT_RECOMPUTABLE]: the table is not keyed.
    """
    definition = table.definition
    if table.kind is TableKind.LEXICAL:
        analysis = TextAnalysis(definition["analyzer"], definition["stop_words"])
        return TextPayload(definition["columns"], analysis)
    if table.dimensions is None or "index" not in definition:
        message = f"{table.name!r} has no index that could be made."
        raise EvigateError(E_NOT_RECOMPUTABLE, message)
    return StoredVectors(table.dimensions, index_of(definition["index"]))


def index_of(value: Mapping[str, Any]) -> VectorIndex:
    """Return an index's options from a definition."""
    return VectorIndex(
        precision=Precision(value["precision"]),
        metric=Metric(value["metric"]),
        connectivity=value["connectivity"],
        expansion_add=value["expansion_add"],
    )


def index_value(index: VectorIndex) -> dict[str, Any]:
    """Return an index's options as a definition holds them."""
    return {
        "precision": index.precision.value,
        "metric": index.metric.value,
        "connectivity": index.connectivity,
        "expansion_add": index.expansion_add,
    }


def anchor_of(source: Source) -> Anchor:
    """Return a source and the version it has, as an anchor."""
    return Anchor("source", source.name, source.version.kind.value, source.version.value)


def _is_same(table: Table, wanted: Table, parent: TableVersion, anchor: Anchor) -> bool:
    return (
        table.definition_hash == wanted.definition_hash
        and parent.anchors == (anchor,)
        and anchor.version_kind != VersionKind.INSTANT.value
    )


def _key_of(source: Source) -> str:
    if source.key_column is None:
        raise EvigateError(E_EMBED_KEY, f"The source {source.name!r} has no key.")
    return source.key_column


def _check_columns(source: Source, columns: Sequence[str]) -> None:
    schema = pa.ipc.read_schema(pa.py_buffer(source.schema))
    if not columns:
        raise EvigateError(E_EMBED_COLUMNS, "Name at least one column.")
    for name in columns:
        if name not in schema.names or name in (KEY, HASH):
            message = f"The source {source.name!r} has no column {name!r} to use."
            raise EvigateError(E_EMBED_COLUMNS, message)
        if pa.types.is_nested(schema.field(name).type):
            message = f"The column {name!r} is {schema.field(name).type}, not text."
            raise EvigateError(E_EMBED_COLUMNS, message)


def _refreshed(table: Table, version: TableVersion, build: Build) -> Refreshed:
    counts = build.counts
    return Refreshed(
        table=table.name,
        version=version.version,
        row_count=version.row_count,
        cache="computed",
        added=counts.added,
        changed=counts.changed,
        deleted=counts.deleted,
        unchanged=counts.unchanged,
        inferred=counts.inferred,
        adopted=counts.adopted,
        failed=len(counts.failed),
        failures=dict(list(counts.failed.items())[:20]),
    )
