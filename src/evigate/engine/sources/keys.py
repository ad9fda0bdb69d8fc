"""From keys to positions by a sorted hash that is a file, so opening a million rows costs nothing.

Every key has 64 bits: whole numbers are their own, text is hashed here, because an index on disk
must mean the same in the next version of every library. The bits find candidates; the keys
themselves decide.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.engine.catalog.rows import GONE, Positions
from evigate.engine.sources.errors import E_SOURCE_KEY

Bits = npt.NDArray[np.uint64]
CHUNK_ROWS = 65_536
EXAMPLES = 3
# An odd multiplier has an inverse modulo 2^64, so one running sum holds the hash of every slice.
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = 0xBF58476D1CE4E5B9


def check_key_type(name: str, kind: pa.DataType) -> None:
    """Refuse a key column that cannot tell rows apart for good.

    Raises:
        E_SOURCE_KEY: it is of floats, truth values, or nested.
    """
    good = (
        pa.types.is_integer(kind)
        or pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_temporal(kind)
        or pa.types.is_decimal(kind)
    )
    if not good:
        raise EvigateError(E_SOURCE_KEY, f"The key column {name!r} is {kind}, which cannot be one.")


def key_bits(keys: pa.Array) -> Bits:
    """Return 64 bits of each key; equal keys have equal bits, nulls have some."""
    parts = [
        _bits(keys.slice(start, CHUNK_ROWS)) for start in range(0, max(len(keys), 1), CHUNK_ROWS)
    ]
    return np.concatenate(parts)


class KeyIndex:
    """Sorted bits and the position of each; both are memory-mapped when opened from files."""

    def __init__(self, keys: pa.Array, bits: Bits, order: Positions) -> None:
        self._keys = keys
        self._bits = bits
        self._order = order

    @staticmethod
    def build(keys: pa.Array) -> "KeyIndex":
        """Make the index of keys."""
        bits = key_bits(keys)
        order = np.argsort(bits, kind="stable").astype(np.int64)
        return KeyIndex(keys, bits[order], order)

    @staticmethod
    def open(keys: pa.Array, folder: Path) -> "KeyIndex":
        """Open what `save` wrote."""
        if not len(keys):
            return KeyIndex.build(keys)
        bits = np.load(folder / "bits.npy", mmap_mode="r")
        return KeyIndex(keys, bits, np.load(folder / "order.npy", mmap_mode="r"))

    def save(self, folder: Path) -> None:
        """Write the index's two files."""
        np.save(folder / "bits.npy", self._bits)
        np.save(folder / "order.npy", self._order)

    def duplicates(self) -> list[object]:
        """Return up to EXAMPLES keys that stand more than once."""
        same = np.flatnonzero(self._bits[1:] == self._bits[:-1])
        found: list[object] = []
        for place in same.tolist():
            pair = [self._keys[int(self._order[place + step])].as_py() for step in (0, 1)]
            if pair[0] == pair[1] and pair[0] not in found:
                found.append(pair[0])
            if len(found) == EXAMPLES:
                break
        return found

    def positions_of(self, keys: pa.Array) -> Positions:
        """Return each key's position, GONE where there is none."""
        wanted = _cast(keys, self._keys.type)
        result = np.full(len(wanted), GONE, np.int64)
        if not len(wanted) or not len(self._keys):
            return result
        bits = key_bits(wanted)
        left = np.searchsorted(self._bits, bits, "left")
        right = np.searchsorted(self._bits, bits, "right")
        found = np.flatnonzero(right > left)
        first = np.asarray(self._order[left[found]], np.int64)
        is_equal = pc.equal(self._keys.take(pa.array(first)), wanted.take(pa.array(found)))
        hit = is_equal.fill_null(False).to_numpy(zero_copy_only=False)
        result[found[hit]] = first[hit]
        for place in found[~hit].tolist():
            result[place] = self._search(range(left[place], right[place]), wanted[place])
        return result

    def _search(self, places: Sequence[int], key: pa.Scalar) -> int:
        """Look through the keys that share their bits, which text may."""
        for place in places:
            position = int(self._order[place])
            if key.is_valid and self._keys[position] == key:
                return position
        return GONE


def check_keys(name: str, keys: pa.Array, index: KeyIndex) -> None:
    """Refuse keys with nulls or duplicates.

    Raises:
        E_SOURCE_KEY: there are; duplicates are shown.
    """
    if keys.null_count:
        raise EvigateError(E_SOURCE_KEY, f"The key column {name!r} has {keys.null_count} nulls.")
    twice = index.duplicates()
    if twice:
        shown = ", ".join(repr(key) for key in twice)
        raise EvigateError(
            E_SOURCE_KEY, f"The key column {name!r} has duplicates, such as {shown}."
        )


def _cast(keys: pa.Array, kind: pa.DataType) -> pa.Array:
    """Keys in the column's own type; one that cannot be is null, and so nobody's."""
    if isinstance(keys, pa.ChunkedArray):
        keys = keys.combine_chunks()
    if keys.type.equals(kind):
        return keys
    try:
        return keys.cast(kind)
    except pa.ArrowException:
        return pa.concat_arrays(
            [_cast_one(keys.slice(place, 1), kind) for place in range(len(keys))]
        )


def _cast_one(key: pa.Array, kind: pa.DataType) -> pa.Array:
    try:
        return key.cast(kind)
    except pa.ArrowException:
        return pa.nulls(1, kind)


def _bits(keys: pa.Array) -> Bits:
    if not len(keys):
        return np.empty(0, np.uint64)
    if pa.types.is_integer(keys.type):
        whole = keys.fill_null(0).to_numpy(zero_copy_only=False)
        wide = whole.astype(np.uint64 if keys.type == pa.uint64() else np.int64)
        own: Bits = wide.view(np.uint64)
        return own
    if not pa.types.is_large_binary(keys.type):
        is_bytes = pa.types.is_binary(keys.type)
        text = keys if is_bytes else keys.cast(pa.string())
        keys = text.cast(pa.large_binary())
    return _text_bits(keys.fill_null(b""))


def _text_bits(keys: pa.Array) -> Bits:
    """The bytes of a key as digits of a number to an odd base, mixed with its length."""
    offsets = np.frombuffer(keys.buffers()[1], np.int64)[keys.offset : keys.offset + len(keys) + 1]
    first, last = int(offsets[0]), int(offsets[-1])
    starts, ends = offsets[:-1] - first, offsets[1:] - first
    powers = np.full(last - first + 1, _BASE, np.uint64)
    inverses = np.full(last - first + 1, _INVERSE, np.uint64)
    powers[0] = inverses[0] = 1
    powers, inverses = np.multiply.accumulate(powers), np.multiply.accumulate(inverses)
    prefix = np.zeros(last - first + 1, np.uint64)
    if last > first:
        digits = np.frombuffer(keys.buffers()[2], np.uint8)[first:last].astype(
            np.uint64
        ) + np.uint64(1)
        np.cumsum(digits * powers[:-1], out=prefix[1:])
    bits = (prefix[ends] - prefix[starts]) * inverses[starts]
    bits ^= (ends - starts).astype(np.uint64) * np.uint64(_MIX)
    bits ^= bits >> np.uint64(31)
    mixed: Bits = bits * np.uint64(_MIX)
    return mixed
