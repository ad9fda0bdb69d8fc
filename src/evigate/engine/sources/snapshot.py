"""A source's rows of one version as files that are mapped into memory, never read as a whole.

`rows.arrow` holds the tenant's rows uncompressed with their positions, `keys.arrow` the keys in one
piece, `bits.npy` and `order.npy` their index, `offsets.npy` where each batch begins. A folder
appears by a rename once all of it is on disk; two builders at a time make the same, and the first
one wins.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Source
from evigate.engine.catalog.rows import Positions
from evigate.engine.federation.quoting import quote_name, quote_names
from evigate.engine.sources.context import SourceContext
from evigate.engine.sources.errors import E_SOURCE_CHANGED
from evigate.engine.sources.keys import KeyIndex, check_keys
from evigate.engine.sources.reading import (
    BATCH_ROWS,
    ROWS,
    Body,
    body_of,
    changed,
    is_database,
    schema_of,
    stream,
)

FORMAT = 1
POSITION = "evigate_position"
PARTIAL = ".partial-"
# Longer than any build takes.
PARTIAL_AGE_S = 6 * 3600.0


def snapshot_folder(source: Source, context: SourceContext) -> Path:
    """Return where the snapshot of the source's version stands, built or not."""
    seed = "\0".join(
        [
            str(FORMAT),
            context.tenant,
            source.version.kind,
            source.version.value,
            source.key_column or "",
            source.tenant_column or "",
            source.schema.hex(),
        ]
    )
    return _home(source, context) / hashlib.sha256(seed.encode()).hexdigest()[:32]


def ensure_snapshot(source: Source, context: SourceContext) -> Path:
    """Return the snapshot's folder, building it if it is not there.

    A database's holds the keys alone, as its rows are read live.

    Raises:
        E_SOURCE_KEY: keys are null or stand twice.
        E_SOURCE_CHANGED: the files are not those of the version (any more).
        E_SOURCE_CORRUPT: a file cannot be read.
    """
    target = snapshot_folder(source, context)
    if target.is_dir():
        return target
    partial = target.parent / f"{PARTIAL}{uuid4().hex}"
    partial.mkdir(parents=True)
    try:
        _check_version(source, context)
        body = body_of(source, context)
        keys = _write_keys(source, context, body, partial) if is_database(source.kind) else None
        _write_index(
            source, _write_rows(source, context, body, partial) if keys is None else keys, partial
        )
        _check_version(source, context)
        _publish(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def drop_snapshots(source: Source, context: SourceContext, *, keep_current: bool = False) -> int:
    """Remove a source's snapshots, all or those of other versions; return how many.

    Who has one open keeps reading it: a mapped file lives until it is let go. One that is being
    built is left to its builder, or to `sweep_partials`.
    """
    current = snapshot_folder(source, context)
    home = _home(source, context)
    old = [
        path
        for path in home.glob("*")
        if not path.name.startswith(PARTIAL) and not (keep_current and path == current)
    ]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)


def sweep_partials(folder: Path, *, older_than_s: float = PARTIAL_AGE_S) -> int:
    """Remove from a tenant's folder what killed processes left unfinished; return how many."""
    before_s = utc_now().timestamp() - older_than_s
    patterns = (f"snapshots/*/{PARTIAL}*", "uploads/.*", "mirror/.*", "digests/.*")
    count = 0
    for path in (item for pattern in patterns for item in folder.glob(pattern)):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime >= before_s:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
            count += 1
    return count


def open_table(folder: Path, name: str) -> pa.ipc.RecordBatchFileReader:
    """Open one of a snapshot's Arrow files, mapped."""
    return pa.ipc.open_file(pa.memory_map(str(folder / name)))


def load_offsets(folder: Path) -> Positions:
    """Return the position at which each batch of `rows.arrow` begins, and the count at the end."""
    offsets: Positions = np.load(folder / "offsets.npy")
    return offsets


def _home(source: Source, context: SourceContext) -> Path:
    return context.folder / "snapshots" / source.id.hex


def _write_rows(source: Source, context: SourceContext, body: Body, folder: Path) -> pa.Array:
    """Write the rows; return their keys, of the whole column or the positions."""
    schema = schema_of(source)
    text = f"SELECT {quote_names(schema.names)} FROM {ROWS}"
    offsets, keys = [0], []
    wide = schema.append(pa.field(POSITION, pa.int64(), False))
    with (
        stream(context, body, text) as reader,
        pa.OSFile(str(folder / "rows.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, wide) as writer,
    ):
        for batch in _batches(reader, schema):
            begin = offsets[-1]
            positions = pa.array(np.arange(begin, begin + batch.num_rows, dtype=np.int64))
            writer.write_batch(pa.record_batch([*batch.columns, positions], schema=wide))
            offsets.append(begin + batch.num_rows)
            keys.append(positions if source.key_column is None else batch[source.key_column])
    np.save(folder / "offsets.npy", np.asarray(offsets, np.int64))
    kind = schema.field(source.key_column).type if source.key_column else pa.int64()
    return pa.concat_arrays(keys) if keys else pa.array([], kind)


def _write_keys(source: Source, context: SourceContext, body: Body, folder: Path) -> pa.Array:
    """The keys of a database's rows, ordered by key: the order that its scan has."""
    key = quote_name(str(source.key_column))
    with stream(context, body, f"SELECT {key} FROM {ROWS} ORDER BY {key}") as reader:
        column: pa.ChunkedArray = reader.read_all().column(0)
    return column.combine_chunks()


def _write_index(source: Source, keys: pa.Array, folder: Path) -> None:
    index = KeyIndex.build(keys)
    if source.key_column is not None:
        check_keys(source.key_column, keys, index)
    index.save(folder)
    schema = pa.schema([pa.field("key", keys.type)])
    with (
        pa.OSFile(str(folder / "keys.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, schema) as writer,
    ):
        writer.write_batch(pa.record_batch([keys], schema=schema))


def _batches(reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in reader:
        if batch.num_rows:
            table = pa.Table.from_batches([batch]).cast(schema)
            yield from table.to_batches(max_chunksize=BATCH_ROWS)


def _check_version(source: Source, context: SourceContext) -> None:
    """A server's version costs a scan, and its rows are read live anyway."""
    if not is_database(source.kind) and changed(source, context) != source.version:
        raise EvigateError(
            E_SOURCE_CHANGED, f"The source {source.name!r} has changed since it was registered."
        )


def _publish(partial: Path, target: Path) -> None:
    for path in [*partial.iterdir(), partial]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    try:
        os.rename(partial, target)
    except OSError:
        if not target.is_dir():
            raise
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
