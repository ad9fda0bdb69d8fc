"""Tables in memory, kept as Parquet by content, so that a source outlives the process."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from evigate.base.errors import EvigateError
from evigate.engine.sources.errors import E_SOURCE_TARGET
from evigate.engine.sources.versions import hash_file

ROW_GROUP_ROWS = 131_072


def is_table(target: object) -> bool:
    """Return whether something hands out its rows as Arrow (pyarrow, pandas, polars and kin)."""
    return hasattr(target, "__arrow_c_stream__")


def keep_table(table: Any, folder: Path) -> Path:
    """Write a table below the folder and return the file, named by the digest of its bytes.

    Raises:
        E_SOURCE_TARGET: it has no columns, two of one name, or one that Parquet cannot hold.
    """
    uploads = folder / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    partial = uploads / f".{uuid4().hex}"
    try:
        _write(pa.RecordBatchReader.from_stream(table), partial)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        target = uploads / f"{hash_file(partial)}.parquet"
        os.replace(partial, target)
    except pa.ArrowException as error:
        raise EvigateError(
            E_SOURCE_TARGET, f"The table cannot be kept: {str(error).splitlines()[0]}"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def _write(reader: pa.RecordBatchReader, path: Path) -> None:
    names = reader.schema.names
    if not names or len({name.lower() for name in names}) != len(names):
        raise EvigateError(
            E_SOURCE_TARGET, f"The table's columns {names!r} must have names that differ."
        )
    schema = pa.schema([_plain(field) for field in reader.schema])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in reader:
            table = pa.Table.from_batches([batch])
            writer.write_table(table.cast(schema), row_group_size=ROW_GROUP_ROWS)


def _plain(field: pa.Field) -> pa.Field:
    """Views and categories are ways to hold text, not other types."""
    kind = field.type
    if pa.types.is_string_view(kind):
        kind = pa.large_string()
    elif pa.types.is_binary_view(kind):
        kind = pa.large_binary()
    elif pa.types.is_dictionary(kind):
        return _plain(field.with_type(kind.value_type))
    return pa.field(field.name, kind, field.nullable)
