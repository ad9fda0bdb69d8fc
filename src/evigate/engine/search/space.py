"""One numbering for the rows of all segments: positions in the source, then rows that it lost.

Each segment's rows are numbered once, when a searcher is made, so that a search compares numbers
and never keys. A key that a newer segment holds, or that was deleted, is masked (-1) in the older
one. A row whose key the source does not have (any more) gets a number of its own beyond the
source's rows: it can be found, named and reported, and never hydrated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.engine.catalog.rows import RowStore
from evigate.engine.search.errors import E_SEARCH_INVALID

MASKED = -1

Docs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class KeyedRows(Protocol):
    """What is asked of a segment here."""

    keys: pa.Array

    @property
    def count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which rows of one segment may be hits: all (both None), or some, as rows and as a mask."""

    rows: npt.NDArray[np.int64] | None = None
    mask: Mask | None = None


class NumberedRows:
    """A segment's rows under the common numbering; `docs[row]` is -1 where the row is masked."""

    def __init__(self, docs: Docs, space_size: int) -> None:
        self.docs = docs
        self._space_size = space_size
        if bool((docs >= 0).all()):
            self.unfiltered = Allowed()
        else:
            self.unfiltered = Allowed(np.flatnonzero(docs >= 0).astype(np.int64), docs >= 0)

    def allowed(self, positions: Docs) -> Allowed:
        """Return which rows stand for some positions of the source; rows ascending."""
        found = self._row_of[positions]
        rows = np.sort(found[found >= 0].astype(np.int64))
        mask = np.zeros(len(self.docs), np.bool_)
        mask[rows] = True
        return Allowed(rows, mask)

    @cached_property
    def _row_of(self) -> npt.NDArray[np.int32]:
        """The row of each number, -1 where there is none."""
        rows = np.full(self._space_size, -1, np.int32)
        live = np.flatnonzero(self.docs >= 0)
        rows[self.docs[live]] = live
        return rows


class Space:
    """The numbering itself: 0 to `live_count` are the source's rows, then come the lost ones."""

    def __init__(self, rows: RowStore) -> None:
        self._rows = rows
        self.keys = rows.keys
        if isinstance(self.keys, pa.ChunkedArray):
            self.keys = self.keys.combine_chunks()
        self.live_count = rows.count
        self._lost: dict[str, int] = {}
        self._lost_keys: list[Any] = []

    @property
    def lost_count(self) -> int:
        """How many rows the segments hold that the source has not."""
        return len(self._lost_keys)

    def lost_key(self, doc: int) -> Any:
        """Return the key of a lost row."""
        return self._lost_keys[doc - self.live_count]

    def texts_of(self, docs: Docs) -> list[str]:
        """Return the texts by which rows of equal score are ordered."""
        live = docs < self.live_count
        if bool(live.all()):
            return _texts(self.keys.take(pa.array(docs)))
        found = iter(_texts(self.keys.take(pa.array(docs[live]))))
        return [
            next(found) if is_live else str(self.lost_key(doc))
            for doc, is_live in zip(docs.tolist(), live.tolist(), strict=True)
        ]

    def number(self, segments: Sequence[KeyedRows], deleted: pa.Array | None) -> list[NumberedRows]:
        """Number the rows of one table's segments, given oldest first; a newer one masks."""
        taken = np.zeros(self.live_count, np.bool_)
        taken_lost: set[int] = set()
        numbered: list[Docs] = []
        for segment in reversed(segments):
            docs = self._positions(segment)
            lost = docs < 0
            if deleted is not None and len(deleted):
                out = pc.is_in(segment.keys, value_set=_as(deleted, segment.keys.type))
                dead = np.asarray(out.to_numpy(zero_copy_only=False), np.bool_)
                docs[dead] = MASKED
                lost &= ~dead
            live = np.flatnonzero(docs >= 0)
            masked = live[taken[docs[live]]]
            taken[docs[live]] = True
            docs[masked] = MASKED
            self._number_lost(segment, docs, np.flatnonzero(lost), taken_lost)
            numbered.append(docs)
        size = self.live_count + self.lost_count
        return [NumberedRows(docs, size) for docs in reversed(numbered)]

    def _positions(self, segment: KeyedRows) -> Docs:
        """Return each row's position in the source, -1 where it has none.

        A segment of all rows in the source's order, the usual one, is told by comparing keys, at a
        tenth of the cost of looking each of them up.
        """
        keys = _as(segment.keys, self.keys.type)
        if keys.equals(self.keys):
            return np.arange(self.live_count, dtype=np.int64)
        return np.array(self._rows.positions_of(keys), np.int64)

    def _number_lost(self, segment: KeyedRows, docs: Docs, rows: Docs, taken: set[int]) -> None:
        if len(rows) == 0:
            return
        for row, key in zip(rows, segment.keys.take(pa.array(rows)).to_pylist(), strict=True):
            number = self._lost.setdefault(str(key), len(self._lost_keys))
            if number == len(self._lost_keys):
                self._lost_keys.append(key)
            docs[row] = MASKED if number in taken else self.live_count + number
            taken.add(number)


def _texts(keys: pa.Array) -> list[str]:
    texts: list[str] = pc.cast(keys, pa.string()).to_pylist()
    return texts


def _as(keys: pa.Array, kind: pa.DataType) -> pa.Array:
    if keys.type == kind:
        return keys
    try:
        return pc.cast(keys, kind)
    except pa.ArrowException as error:
        raise EvigateError(
            E_SEARCH_INVALID,
            f"The keys of the index are {keys.type}, which do not compare with {kind}.",
            remediation="Embed and index the source again: its key column has another type now.",
        ) from error
