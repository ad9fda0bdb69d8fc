"""A segment's keys: one a row, none twice, kept as Arrow: they are mapped, never parsed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.engine.index.errors import E_KEYS_INVALID
from evigate.engine.index.manifest import corrupt

KEYS_NAME = "keys.arrow"


def join_keys(parts: Sequence[pa.Array]) -> pa.Array:
    """Return the keys of all batches as one array, of the first one's type.

    Raises:
        EvigateError[E_KEYS_INVALID]: a key is null or stands twice, the batches' types differ, or
            the type has no text (binary, nested).
    """
    if not parts:
        return pa.array([], pa.string())
    types = {str(part.type) for part in parts}
    if len(types) > 1:
        raise EvigateError(E_KEYS_INVALID, f"Keys have several types: {sorted(types)}.")
    keys = pa.concat_arrays(parts)
    _check_type(keys)
    if keys.null_count:
        row = pc.index(pc.is_null(keys), True).as_py()
        raise EvigateError(E_KEYS_INVALID, f"Row {row} has no key.")
    if len(pc.unique(keys)) < len(keys):
        counts = pc.value_counts(keys)
        twice = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")[0].as_py()
        raise EvigateError(E_KEYS_INVALID, f"Key {twice!r} stands on more than one row.")
    return keys


def _check_type(keys: pa.Array) -> None:
    """Raise unless keys have a text by which they can be ordered."""
    is_binary = pa.types.is_binary(keys.type) or pa.types.is_large_binary(keys.type)
    try:
        if is_binary or pa.types.is_fixed_size_binary(keys.type):
            raise pa.ArrowInvalid(f"{keys.type} is no text")
        pc.cast(keys.slice(0, 1), pa.string())
    except pa.ArrowException as error:
        raise EvigateError(
            E_KEYS_INVALID, f"Keys of type {keys.type} have no text to order them by."
        ) from error


def write_keys(path: Path, keys: pa.Array) -> None:
    """Write keys as one uncompressed Arrow batch."""
    table = pa.table({"key": keys})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=max(len(keys), 1))


def map_keys(folder: Path, count: int) -> pa.Array:
    """Map a segment's keys without reading them.

    Raises:
        EvigateError[E_SEGMENT_CORRUPT]: the file is not what was written.
    """
    try:
        with pa.memory_map(str(folder / KEYS_NAME)) as source:
            column = pa.ipc.open_file(source).read_all().column("key")
        keys = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        raise corrupt(folder, KEYS_NAME, "cannot be read") from error
    if len(keys) != count:
        raise corrupt(folder, KEYS_NAME, f"has {len(keys)} keys instead of {count}")
    return keys


def key_texts(keys: pa.Array, rows: npt.NDArray[np.int64]) -> list[str]:
    """Return the text by which the keys of some rows are ordered; UTF-8 order is `str` order."""
    taken = keys.take(pa.array(rows))
    if not pa.types.is_string(taken.type):
        taken = pc.cast(taken, pa.string())
    texts: list[str] = taken.to_pylist()
    return texts
