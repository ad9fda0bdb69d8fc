"""Which rows of a version's log stand: of one key the last, and none that was deleted after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evigate.engine.tables.files import read_parquet
from evigate.engine.tables.manifest import Entry, Manifest

KEY = "_key"
HASH = "_content_hash"

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry of rows and which of them stand; `alive` is None where all do."""

    entry: Entry
    alive: Mask | None

    @property
    def rows(self) -> int:
        """How many rows stand."""
        return self.entry.file.rows if self.alive is None else int(self.alive.sum())


def standing(folder: Path, manifest: Manifest) -> list[Standing]:
    """Return each entry of rows, oldest first, with what of it stands.

    Only keys are read. A log of one entry needs none.
    """
    rows = [entry for entry in manifest.entries if entry.type == "rows"]
    if len(manifest.entries) == len(rows) <= 1:
        return [Standing(entry, None) for entry in rows]
    found: list[Standing] = []
    later: list[pa.Array] = []
    for entry in reversed(manifest.entries):
        keys = read_column(folder / entry.file.name, KEY)
        if entry.type == "rows":
            found.append(Standing(entry, _alive(keys, later)))
        later.append(keys)
    return found[::-1]


def _alive(keys: pa.Array, later: list[pa.Array]) -> Mask | None:
    if not later:
        return None
    masked = pc.is_in(keys, value_set=pa.chunked_array(later).combine_chunks())
    alive: Mask = ~masked.to_numpy(zero_copy_only=False)
    return None if alive.all() else alive


def read_column(path: Path, name: str) -> pa.Array:
    """Return one column of a Parquet file in one piece; empty where it has no rows."""
    chunks = [batch.column(0) for batch in read_parquet(path, [name])]
    if not chunks:
        return pa.array([], pa.string())
    return pa.chunked_array(chunks).combine_chunks()


def live_batches(
    folder: Path, manifest: Manifest, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield the rows that stand, in the log's order, a few thousand at a time."""
    for each in standing(folder, manifest):
        start = 0
        for batch in read_parquet(folder / each.entry.file.name, columns):
            alive = None if each.alive is None else each.alive[start : start + batch.num_rows]
            start += batch.num_rows
            yield batch if alive is None else batch.filter(pa.array(alive))
