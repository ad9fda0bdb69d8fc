"""Checkpoints: what is embedded is on disk before the next chunk begins, named by what it is of.

A part's name is the digest of its rows' keys and hashes, so a build that was killed finds its parts
again by walking the same rows, and two builds of one table may share them.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.embed.rows import HASH_TYPE, Fresh
from evigate.engine.tables.errors import E_TABLE_CONFLICT, E_TABLE_DAMAGED
from evigate.engine.tables.files import read_parquet, write_parquet
from evigate.engine.tables.log import HASH, KEY

VECTOR = "vector"

Vectors = npt.NDArray[np.float32]


def vector_schema(dimensions: int) -> pa.Schema:
    """Return the schema of an embedding table's Parquet."""
    return pa.schema(
        [
            pa.field(KEY, pa.string(), nullable=False),
            pa.field(HASH, HASH_TYPE, nullable=False),
            pa.field(VECTOR, pa.list_(pa.float32(), dimensions), nullable=False),
        ]
    )


def vector_batch(keys: Sequence[str], hashes: Sequence[bytes], vectors: Vectors) -> pa.RecordBatch:
    """Return rows of an embedding table; `vectors` is (n, d)."""
    width = vectors.shape[1]
    flat = pa.array(np.ascontiguousarray(vectors).reshape(-1), pa.float32())
    columns = [
        pa.array(keys, pa.string()),
        pa.array(hashes, HASH_TYPE),
        pa.FixedSizeListArray.from_arrays(flat, width),
    ]
    return pa.record_batch(columns, schema=vector_schema(width))


def matrix(batch: pa.RecordBatch) -> Vectors:
    """Return a batch's vectors as (n, d), without copying."""
    column = batch.column(VECTOR)
    flat: Vectors = column.flatten().to_numpy(zero_copy_only=True)
    return flat.reshape(len(column), column.type.list_size)


class Parts:
    """The parts of one build, in the order in which its chunks came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: list[str] = []

    def adopt(self, chunk: Fresh) -> int | None:
        """Take the part that an earlier build left of a chunk; return its rows, else None."""
        stem = _stem(chunk)
        for path in self._folder.glob(f"{stem}-*.parquet"):
            try:
                rows = sum(int(batch.num_rows) for batch in read_parquet(path, [KEY]))
            except EvigateError as error:
                if error.code is not E_TABLE_DAMAGED:
                    raise
                path.unlink(missing_ok=True)
                continue
            self._names.append(path.name)
            return rows
        return None

    def add(self, chunk: Fresh, batch: pa.RecordBatch) -> None:
        """Write a chunk's rows durably; `batch` lacks those that could not be embedded."""
        fact = write_parquet(self._folder, _stem(chunk), batch.schema, [batch])
        self._names.append(fact.name)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield every part's rows, in order.

        Raises:
            EvigateError[E_TABLE_CONFLICT]: another build of the table has ended and cleared them.
        """
        for name in self._names:
            path = self._folder / name
            if not path.exists():
                message = "Another writer has published this table and cleared its checkpoints."
                raise EvigateError(E_TABLE_CONFLICT, message)
            yield from read_parquet(path)

    def clear(self) -> None:
        """Delete this build's parts, and the folder when that empties it."""
        for name in self._names:
            (self._folder / name).unlink(missing_ok=True)
        if self._folder.is_dir() and not any(self._folder.iterdir()):
            self._folder.rmdir()


def _stem(chunk: Fresh) -> str:
    digest = sha256()
    for key, each in zip(chunk.keys, chunk.hashes, strict=True):
        digest.update(key.encode())
        digest.update(b"\0")
        digest.update(each)
    return f"part-{digest.hexdigest()[:32]}"
