"""`db.tables`: result tables, their versions, and what became of their inputs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from psycopg.errors import UniqueViolation

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog import store
from evigate.engine.catalog.models import Cascade, Precision, Segment, Table, TableKind
from evigate.engine.embed.service import Refreshed
from evigate.engine.results import Result
from evigate.engine.tables.errors import E_TABLE_EXISTS
from evigate.engine.tables.names import check_table_name
from evigate.engine.tables.state import Lineage, StalenessReport, VerifyReport
from evigate.engine.verbs import MANAGE, READ, WRITE, Answer, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core
    from evigate.engine.producers import Recomputed
    from evigate.engine.tables.reconcile import Finding

KEYED = (TableKind.EMBEDDING, TableKind.LEXICAL, TableKind.EXTERNAL)


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of a table as people see it."""

    version: int
    parent_version: int | None
    status: str
    row_count: int
    masked_rows: int
    anchors: Sequence[Mapping[str, Any]]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TableView:
    """A result table as people see it."""

    name: str
    kind: str
    source: str | None
    model: str | None
    dimensions: int | None
    definition: Mapping[str, Any]
    definition_hash: str
    current_version: int | None
    row_count: int | None
    versions: Sequence[VersionView]
    created_at: datetime
    updated_at: datetime


class TableVerbs:
    """The verbs on result tables of one tenant."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @verb(READ)
    def list(self, *, kind: str | None = None) -> list[TableView]:
        """Return the tables, by name; of one kind where it is given."""
        found = self.core.catalog(self.subject).tables.values()
        wanted = None if kind is None else TableKind(kind)
        return [self._view(table) for table in found if wanted in (None, table.kind)]

    @verb(READ)
    def describe(self, name: str) -> TableView:
        """Return one table with its versions."""
        return self._view(self.core.tables.get(self.subject, name))

    @verb(READ)
    def manifest(self, name: str, *, version: int | None = None) -> Mapping[str, Any]:
        """Return what a version says of itself: definition, inputs, files and their digests."""
        table = self.core.tables.get(self.subject, name)
        return asdict(self.core.tables.manifest(self.subject, table, version))

    @verb(READ, Answer.TABLE)
    def read(
        self, name: str, *, version: int | None = None, columns: Sequence[str] | None = None
    ) -> Result:
        """Return the rows of a version, the current one by default."""
        return Result(self.stream(name, version=version, columns=columns).read_all())

    @verb(READ, Answer.STREAM)
    def stream(
        self, name: str, *, version: int | None = None, columns: Sequence[str] | None = None
    ) -> pa.RecordBatchReader:
        """Return the rows of a version a few thousand at a time."""
        tables, subject = self.core.tables, self.subject
        table = tables.get(subject, name)
        schema = tables.schema(subject, table, version)
        wanted = None
        if columns is not None:
            wanted = [name for name in columns if name in schema.names]
            schema = pa.schema([schema.field(name) for name in wanted])
        batches = tables.batches(subject, table, version=version, columns=wanted)
        return pa.RecordBatchReader.from_batches(schema, batches)

    @verb(READ)
    def segments(self, name: str) -> Sequence[Segment]:
        """Return the index segments of a table's versions."""
        table = self.core.tables.get(self.subject, name)
        return self.core.catalog(self.subject).segments_of(table)

    @verb(WRITE)
    def import_vectors(
        self,
        name: str,
        vectors: Any,
        *,
        key: str = "id",
        vector: str = "vector",
        source: str | None = None,
        model: str | None = None,
        precision: str = "bf16",
        metric: str = "cosine",
        replace: bool = False,
    ) -> Refreshed:
        """Make an embedding table of vectors that are there already.

        Args:
            vectors: a table or record batch reader with a key and a vector column, or the name
                of a source that has them (a Parquet file, say), which is read in pieces.
            source: whose rows the keys are, so that it can be searched.
            model: that made them, so that a text can be searched for.
        """
        from evigate.engine.embed.payloads import VectorIndex
        from evigate.engine.index import Metric

        return self.core.embeds.import_vectors(
            self.subject,
            name,
            self._given(vectors, key, vector),
            key=key,
            vector=vector,
            source=None if source is None else self.core.sources.refresh(self.subject, source),
            index=VectorIndex(Precision(precision), Metric(metric)),
            model=None if model is None else self.core.model(self.subject, model),
            is_replacing=replace,
        )

    def _given(self, vectors: Any, key: str, vector: str) -> Iterator[pa.RecordBatch]:
        if isinstance(vectors, str):
            found = self.core.sources.refresh(self.subject, vectors)
            return self.core.sources.scan(self.subject, found, [key, vector])
        if isinstance(vectors, pa.RecordBatchReader):
            return iter(vectors)
        table = vectors if isinstance(vectors, pa.Table) else pa.table(vectors)
        return iter(table.to_reader(max_chunksize=8192))

    @verb(WRITE)
    def compact(self, name: str) -> Refreshed:
        """Rewrite what stands of a keyed table as one file and one segment: a new version."""
        table = self.core.tables.get(self.subject, name, *KEYED)
        return self.core.embeds.compact(self.subject, table)

    @verb(WRITE)
    def expire(self, name: str, *, before: int) -> Sequence[int]:
        """Remove the versions below a number, never the current one; return those removed."""
        table = self.core.tables.get(self.subject, name)
        return self.core.embeds.expire(self.subject, table, before=before)

    @verb(READ)
    def verify(
        self,
        name: str,
        *,
        version: int | None = None,
        expected_definition: Mapping[str, Any] | None = None,
    ) -> VerifyReport:
        """Read a version's files again and tell whether they are what the manifest says."""
        table = self.core.tables.get(self.subject, name)
        states = self.core.states
        return states.verify(self.subject, table, version=version, expected=expected_definition)

    @verb(READ)
    def staleness(
        self, name: str, *, definition: Mapping[str, Any] | None = None
    ) -> StalenessReport:
        """Tell whether a table still stands for its inputs as they are now."""
        table = self.core.tables.get(self.subject, name)
        return self.core.states.staleness(self.subject, table, definition=definition)

    @verb(READ)
    def derives_from(self, name: str) -> Lineage:
        """Return what a table is made from and what is made from it, one step each way."""
        return self.core.states.lineage(self.subject, self.core.tables.get(self.subject, name))

    @verb(WRITE)
    def recompute(self, name: str, *, cascade: str = "report_only") -> "Sequence[Recomputed]":
        """Make a table again from its inputs as they are now.

        Args:
            cascade: "report_only" names what derives from it; "downstream" makes that again too.
        """
        from evigate.engine.producers import recompute

        table = self.core.tables.get(self.subject, name)
        is_cascading = Cascade(cascade) is Cascade.DOWNSTREAM
        return recompute(self.core, self.subject, table, is_cascading=is_cascading)

    @verb(MANAGE)
    def reconcile(self, *, apply: bool = False, grace_s: float = 3600.0) -> "Sequence[Finding]":
        """Compare the tenant's files with its rows; with `apply`, delete strays and step back.

        Args:
            grace_s: strays written since are left: their writer may be at work.
        """
        from evigate.engine.tables.reconcile import Reconciler

        made = Reconciler(self.core.database, self.core.tables)
        return made.run(self.subject, apply=apply, grace_s=grace_s)

    @verb(WRITE)
    def rename(self, name: str, to: str) -> None:
        """Give a table another name; its versions stay."""
        check_table_name(to)
        table = self.core.tables.get(self.subject, name)
        try:
            with self.core.database.tx(self.subject) as tx:
                store.rename_table(tx, table, to)
        except UniqueViolation as error:
            message = f"There is a table {to!r} already."
            raise EvigateError(E_TABLE_EXISTS, message) from error
        self.core.tables.forget(self.subject)

    @verb(WRITE)
    def drop(self, name: str) -> None:
        """Remove a table, its versions and its files."""
        self.core.tables.drop(self.subject, self.core.tables.get(self.subject, name))

    def _view(self, table: Table) -> TableView:
        catalog = self.core.catalog(self.subject)
        current = catalog.version_of(table)
        versions = [
            VersionView(
                version=each.version,
                parent_version=each.parent_version,
                status=each.status,
                row_count=each.row_count,
                masked_rows=each.masked_rows,
                anchors=[asdict(anchor) for anchor in each.anchors],
                created_at=each.created_at,
            )
            for each in catalog.versions_of(table)
        ]
        return TableView(
            name=table.name,
            kind=table.kind.value,
            source=table.source,
            model=table.model,
            dimensions=table.dimensions,
            definition=table.definition,
            definition_hash=table.definition_hash,
            current_version=table.current_version,
            row_count=None if current is None else current.row_count,
            versions=versions,
            created_at=table.created_at,
            updated_at=table.updated_at,
        )
