"""All SQL of the catalog: rows in, values out; takes a `SyncTx`, checks no permission."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from psycopg.types.json import Jsonb

from evigate.engine.catalog.models import (
    Anchor,
    Channel,
    Model,
    ModelTask,
    Precision,
    Segment,
    Source,
    SourceKind,
    SourceVersion,
    Table,
    TableKind,
    TableVersion,
    VersionKind,
)
from evigate.kernel.db import SyncTx, load_sync_queries

_queries = load_sync_queries(__package__)

Row = Mapping[str, Any]


def list_sources(tx: SyncTx) -> list[Source]:
    """Return the tenant's sources, by name."""
    return [_source(row) for row in _queries.list_sources(tx.connection)]


def insert_source(tx: SyncTx, source: Source) -> bool:
    """Add a source; False where the name is taken."""
    return bool(_queries.insert_source(tx.connection, **_source_values(source)))


def update_source(tx: SyncTx, source: Source) -> bool:
    """Replace what a source says of itself, by id; False where it is gone."""
    return bool(_queries.update_source(tx.connection, **_source_values(source)))


def set_source_version(tx: SyncTx, source: Source) -> bool:
    """Write a source's schema, version and row count; False where it is gone."""
    values = _source_values(source)
    names = ("id", "schema", "version_kind", "version", "row_count")
    return bool(
        _queries.set_source_version(tx.connection, **{name: values[name] for name in names})
    )


def delete_source(tx: SyncTx, source: Source) -> None:
    """Remove a source's row."""
    _queries.delete_source(tx.connection, id=source.id)


def list_models(tx: SyncTx) -> list[Model]:
    """Return the tenant's models, by name and version."""
    return [_model(row) for row in _queries.list_models(tx.connection)]


def insert_model(tx: SyncTx, model: Model, *, secret_name: str | None = None) -> bool:
    """Add a model; False where its name and version are taken."""
    return bool(
        _queries.insert_model(
            tx.connection,
            name=model.name,
            version=model.version,
            task=model.task.value,
            backend=model.backend,
            dimensions=model.dimensions,
            digest=model.digest,
            location=model.location,
            options=Jsonb(dict(model.options)),
            secret_name=secret_name,
            status=model.status,
            base_model=model.base_model,
        )
    )


def set_model_status(tx: SyncTx, model: Model, status: str) -> None:
    """Write a model's status."""
    _queries.set_model_status(tx.connection, name=model.name, version=model.version, status=status)


def evals_of_models(tx: SyncTx, ids: list[str]) -> int:
    """Return how many eval runs name one of the models."""
    return int(_queries.evals_of_model(tx.connection, ids=ids))


def delete_model(tx: SyncTx, model: Model) -> None:
    """Remove a model's row."""
    _queries.delete_model(tx.connection, name=model.name, version=model.version)


def list_tables(tx: SyncTx) -> list[Table]:
    """Return the tenant's result tables, by name."""
    return [_table(row) for row in _queries.list_tables(tx.connection)]


def insert_table(tx: SyncTx, table: Table) -> bool:
    """Add a table that has no version yet; False where the name is taken."""
    return bool(_queries.insert_table(tx.connection, name=table.name, **_definition_values(table)))


def redefine_table(tx: SyncTx, table: Table) -> None:
    """Write a table's definition; its versions stay."""
    _queries.redefine_table(tx.connection, **_definition_values(table))


def rename_table(tx: SyncTx, table: Table, name: str) -> None:
    """Give a table another name."""
    _queries.rename_table(tx.connection, id=table.id, name=name)


def delete_table(tx: SyncTx, table: Table) -> None:
    """Remove a table's row, its versions and its segments."""
    _queries.delete_table(tx.connection, id=table.id)


def list_versions(tx: SyncTx) -> list[TableVersion]:
    """Return every version of every table, oldest first."""
    return [_version(row) for row in _queries.list_versions(tx.connection)]


def next_version(tx: SyncTx, table: Table) -> int:
    """Return the number that the table's next version would have."""
    return int(_queries.next_version(tx.connection, table_id=table.id))


def insert_version(tx: SyncTx, version: TableVersion) -> None:
    """Add a version.

    Raises:
        psycopg.errors.UniqueViolation: another writer has published that number.
    """
    _queries.insert_version(
        tx.connection,
        table_id=version.table_id,
        version=version.version,
        parent_version=version.parent_version,
        manifest_path=version.manifest_path,
        manifest_digest=version.manifest_digest,
        row_count=version.row_count,
        masked_rows=version.masked_rows,
        anchors=Jsonb([_anchor_value(anchor) for anchor in version.anchors]),
    )


def advance_table(tx: SyncTx, table: Table, *, version: int, parent: int | None) -> bool:
    """Make a version the current one if `parent` still is; False where it is not."""
    return bool(_queries.advance_table(tx.connection, id=table.id, version=version, parent=parent))


def fail_version(tx: SyncTx, version: TableVersion) -> None:
    """Mark a version whose files are gone or damaged."""
    _queries.fail_version(tx.connection, table_id=version.table_id, version=version.version)


def delete_version(tx: SyncTx, version: TableVersion) -> None:
    """Remove a version's row."""
    _queries.delete_version(tx.connection, table_id=version.table_id, version=version.version)


def list_segments(tx: SyncTx) -> list[Segment]:
    """Return every segment of every table."""
    return [_segment(row) for row in _queries.list_segments(tx.connection)]


def insert_segment(tx: SyncTx, segment: Segment) -> None:
    """Add a segment."""
    _queries.insert_segment(
        tx.connection,
        segment_id=segment.segment_id,
        table_id=segment.table_id,
        kind=segment.kind,
        path=segment.path,
        row_count=segment.row_count,
        precision=None if segment.precision is None else segment.precision.value,
        library=segment.library,
        first_version=segment.first_version,
    )


def replace_segment(tx: SyncTx, segment: Segment, *, path: str, library: str) -> bool:
    """Point a segment at a rebuilt folder; False where somebody else has."""
    return bool(
        _queries.replace_segment(
            tx.connection,
            segment_id=segment.segment_id,
            old_path=segment.path,
            path=path,
            library=library,
        )
    )


def delete_segment(tx: SyncTx, segment: Segment) -> None:
    """Remove a segment's row."""
    _queries.delete_segment(tx.connection, segment_id=segment.segment_id)


def _source(row: Row) -> Source:
    return Source(
        id=row["id"],
        name=row["name"],
        kind=SourceKind(row["kind"]),
        uri=row["uri"],
        options=_in_order(row["options"], bytes(row["schema"])),
        schema=bytes(row["schema"]),
        key_column=row["key_column"],
        tenant_column=row["tenant_column"],
        secret_name=row["secret_name"],
        version=SourceVersion(VersionKind(row["version_kind"]), row["version"]),
        row_count=row["row_count"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _in_order(options: Mapping[str, Any], schema: bytes) -> Mapping[str, Any]:
    """Return options with the columns in the schema's order, which JSON in the database forgets."""
    columns = options.get("columns")
    if columns is None:
        return options
    names = pa.ipc.read_schema(pa.py_buffer(schema)).names
    return {**options, "columns": {name: columns[name] for name in names if name in columns}}


def _source_values(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind.value,
        "uri": source.uri,
        "options": Jsonb(dict(source.options)),
        "schema": source.schema,
        "key_column": source.key_column,
        "tenant_column": source.tenant_column,
        "secret_name": source.secret_name,
        "version_kind": source.version.kind.value,
        "version": source.version.value,
        "row_count": source.row_count,
    }


def _model(row: Row) -> Model:
    names = ("name", "version", "backend", "dimensions", "digest", "location", "options", "status")
    return Model(
        **{name: row[name] for name in names},
        task=ModelTask(row["task"]),
        base_model=row["base_model"],
        created_at=row["created_at"],
    )


def _table(row: Row) -> Table:
    model = None
    if row["model_name"] is not None:
        model = f"{row['model_name']}@{row['model_version']}"
    return Table(
        id=row["id"],
        name=row["name"],
        kind=TableKind(row["kind"]),
        source=row["source_name"],
        model=model,
        definition=row["definition"],
        definition_hash=row["definition_hash"],
        dimensions=row["dimensions"],
        key_column=row["key_column"],
        current_version=row["current_version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _definition_values(table: Table) -> dict[str, Any]:
    name, _, version = (table.model or "").rpartition("@")
    return {
        "id": table.id,
        "kind": table.kind.value,
        "source_name": table.source,
        "model_name": name or None,
        "model_version": int(version) if name else None,
        "definition": Jsonb(dict(table.definition)),
        "definition_hash": table.definition_hash,
        "dimensions": table.dimensions,
        "key_column": table.key_column,
    }


def _anchor_value(anchor: Anchor) -> dict[str, str]:
    return {
        "kind": anchor.kind,
        "name": anchor.name,
        "version_kind": anchor.version_kind,
        "version": anchor.version,
    }


def _version(row: Row) -> TableVersion:
    names = ("table_id", "version", "parent_version", "status", "manifest_path", "manifest_digest")
    return TableVersion(
        **{name: row[name] for name in names},
        row_count=row["row_count"],
        masked_rows=row["masked_rows"],
        anchors=tuple(Anchor(**anchor) for anchor in row["anchors"]),
        created_at=row["created_at"],
    )


def _segment(row: Row) -> Segment:
    precision = row["precision"]
    names = ("table_id", "segment_id", "kind", "path", "row_count", "library", "first_version")
    return Segment(
        **{name: row[name] for name in names},
        precision=None if precision is None else Precision(precision),
        created_at=row["created_at"],
    )


def list_channels(tx: SyncTx) -> list[Channel]:
    """Return the tenant's own channels, by priority and name."""
    columns: dict[str, dict[str, str]] = {}
    for row in _queries.list_channel_columns(tx.connection):
        columns.setdefault(row["channel_name"], {})[row["name"]] = row["type"]
    return [
        Channel(row["name"], row["priority"], columns.get(row["name"], {}))
        for row in _queries.list_channels(tx.connection)
    ]


def insert_channel(tx: SyncTx, name: str, priority: int) -> bool:
    """Add a channel; False where the name is taken."""
    return bool(_queries.insert_channel(tx.connection, name=name, priority=priority))


def insert_channel_columns(
    tx: SyncTx, name: str, columns: Mapping[str, str], *, first: int
) -> None:
    """Add columns to a channel, numbered from `first`.

    Raises:
        psycopg.errors.UniqueViolation: another writer has added a column meanwhile.
    """
    for ordinal, (column, kind) in enumerate(columns.items(), first):
        _queries.insert_channel_column(
            tx.connection, channel_name=name, name=column, type=kind, ordinal=ordinal
        )
