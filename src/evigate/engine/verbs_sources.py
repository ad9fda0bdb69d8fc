"""`db.sources`: what a tenant's data is and where it lives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from evigate.base.subject import Subject
from evigate.engine.catalog.models import Source
from evigate.engine.verbs import READ, WRITE, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source as people see it; `columns` maps names to Arrow types."""

    name: str
    kind: str
    uri: str
    key: str | None
    tenant_column: str | None
    version_kind: str
    version: str
    row_count: int | None
    columns: Mapping[str, str]
    tables: Sequence[str]
    created_at: datetime
    updated_at: datetime


class SourceVerbs:
    """The verbs on sources of one tenant."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @verb(WRITE)
    def add(
        self,
        name: str,
        target: Any,
        *,
        key: str | None = None,
        format: str | None = None,
        tenant_column: str | None = None,
        options: Mapping[str, Any] | None = None,
        replace: bool = False,
    ) -> SourceView:
        """Register a source.

        Args:
            name: letters, digits, underscores; the name in SQL.
            target: a pyarrow, pandas or polars table; a path, folder or glob; s3://, gs:// or
                az://; a DSN (postgresql, mysql, sqlite, duckdb) with a table.
            key: the column that names rows; needed to embed, index and search.
            format: parquet, csv, json, jsonl, avro or arrow, where the name does not tell.
            tenant_column: only rows in which it is this tenant's id are seen.
            options: of the reader, the store or the database; secret ones are sealed.
            replace: register anew where the name is taken.
        """
        source = self.core.sources.add(
            self.subject,
            name,
            target,
            key=key,
            format=format,
            tenant_column=tenant_column,
            options=options,
            is_replacing=replace,
        )
        return self._view(source)

    @verb(READ)
    def list(self) -> list[SourceView]:
        """Return the sources, by name."""
        found = self.core.catalog(self.subject).sources.values()
        return [self._view(source) for source in found]

    @verb(READ)
    def describe(self, name: str) -> SourceView:
        """Return one source."""
        return self._view(self.core.sources.get(self.subject, name))

    @verb(WRITE)
    def refresh(self, name: str) -> SourceView:
        """Look at a source again and keep its version, columns and size as they are now."""
        return self._view(self.core.sources.refresh(self.subject, name))

    @verb(WRITE)
    def remove(self, name: str, *, cascade: bool = False) -> None:
        """Forget a source; refused while tables are made from it, unless they shall go too."""
        drop = self._drop if cascade else None
        self.core.sources.remove(self.subject, name, drop=drop)

    def _drop(self, table: str) -> None:
        self.core.tables.drop(self.subject, self.core.tables.get(self.subject, table))

    def _view(self, source: Source) -> SourceView:
        schema = pa.ipc.read_schema(pa.py_buffer(source.schema))
        tables = self.core.catalog(self.subject).tables_of(source.name)
        return SourceView(
            name=source.name,
            kind=source.kind.value,
            uri=source.uri,
            key=source.key_column,
            tenant_column=source.tenant_column,
            version_kind=source.version.kind.value,
            version=source.version.value,
            row_count=source.row_count,
            columns={field.name: str(field.type) for field in schema},
            tables=[table.name for table in tables],
            created_at=source.created_at,
            updated_at=source.updated_at,
        )
