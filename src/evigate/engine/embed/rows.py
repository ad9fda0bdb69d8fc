"""From a source's rows to what is new among them: keys, texts, and the hash that says "the same".

A row's hash is of its text columns, with nulls told from empty strings. Keys are kept as text: one
form for integers, strings and UUIDs in files, segments and messages.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import pyarrow as pa
import pyarrow.compute as pc

HASH_BYTES = 16
HASH_TYPE = pa.binary(HASH_BYTES)

Cell = str | bytes | None


@dataclass(frozen=True, slots=True)
class Fresh:
    """Rows that are new or changed, in the source's order; `values` has a list for each column.

    Cells are texts, or bytes of pictures and sounds.
    """

    keys: list[str]
    hashes: list[bytes]
    values: list[list[Cell]]

    def texts(self) -> list[Cell]:
        """Return each row's columns joined with a space; None where all are null or empty."""
        if len(self.values) == 1:
            return [text or None for text in self.values[0]]
        rows = zip(*self.values, strict=True)
        joined = (" ".join(str(part) for part in row if part) for row in rows)
        return [text or None for text in joined]


def key_text(keys: pa.Array) -> pa.Array:
    """Return keys as text."""
    return keys if keys.type == pa.string() else pc.cast(keys, pa.string())


def hash_row(values: Sequence[Cell]) -> bytes:
    """Return the hash of a row's text columns."""
    digest = blake2b(digest_size=HASH_BYTES)
    for value in values:
        if value is None:
            digest.update(b"\0")
        else:
            data = value if isinstance(value, bytes) else value.encode()
            digest.update(b"\1%d:" % len(data))
            digest.update(data)
    return digest.digest()


def fresh_rows(
    batches: Iterable[pa.RecordBatch],
    *,
    key: str,
    columns: Sequence[str],
    known: dict[str, bytes],
    chunk_rows: int,
) -> Iterator[Fresh]:
    """Yield rows whose key or hash is not in `known`, `chunk_rows` at a time; no empty chunk."""
    held = Fresh([], [], [[] for _ in columns])
    for batch in batches:
        keys = key_text(batch.column(key)).to_pylist()
        values = [_as_cells(batch.column(name)) for name in columns]
        for position, row in enumerate(zip(*values, strict=True)):
            digest = hash_row(row)
            if known.get(keys[position]) == digest:
                continue
            held.keys.append(keys[position])
            held.hashes.append(digest)
            for column, value in zip(held.values, row, strict=True):
                column.append(value)
            if len(held.keys) == chunk_rows:
                yield held
                held = Fresh([], [], [[] for _ in columns])
    if held.keys:
        yield held


def _as_cells(column: pa.Array) -> list[Cell]:
    if not (pa.types.is_string(column.type) or pa.types.is_binary(column.type)):
        column = pc.cast(column, pa.string())
    found: list[Cell] = column.to_pylist()
    return found


def missing_keys(known: Iterable[str], keys: pa.Array) -> list[str]:
    """Return the known keys that a source no longer has, in their order."""
    had = pa.array(list(known), pa.string())
    if not len(had):
        return []
    is_there = pc.is_in(had, value_set=key_text(keys))
    gone: list[str] = had.filter(pc.invert(is_there)).to_pylist()
    return gone
