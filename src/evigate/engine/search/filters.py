"""Predicates resolved to rows, once for each version of a source.

A searcher stands on one version, so a predicate and its parameters decide the rows. The last few
are kept: as positions, and for each segment as rows and a bitmap. Dictionary reads and writes are
atomic; two threads that miss together both resolve it and one result stays.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from evigate.engine.catalog.rows import RowStore
from evigate.engine.search.space import Allowed, Docs, NumberedRows

KEPT_MAX = 64
KEPT_BYTES_MAX = 96 << 20
# 18 MB: about half of the last-level cache measured on.
PACKED_NUMBERS_MAX = 4_500_000

Vectors = npt.NDArray[np.float32]


class Filter:
    """The rows for which one predicate is true."""

    def __init__(self, positions: Docs) -> None:
        self.positions = positions
        self._allowed: dict[int, Allowed] = {}
        self._packed: dict[int, Vectors] = {}
        self._asked: set[int] = set()

    def allowed(self, numbered: NumberedRows) -> Allowed:
        """Return which rows of a segment are allowed."""
        known = self._allowed.get(id(numbered))
        if known is None:
            known = self._allowed[id(numbered)] = numbered.allowed(self.positions)
        return known

    def packed(self, numbered: NumberedRows, vectors: Vectors) -> Vectors | None:
        """
        Return the allowed rows' vectors one after the other; None if they are not worth the copy.

        A copy is made when a filter comes a second time: read in order, rows cost a third of what
        they cost to gather.
        """
        name = id(numbered)
        known = self._packed.get(name)
        if known is not None:
            return known
        rows = self.allowed(numbered).rows
        if rows is None or len(rows) * vectors.shape[1] > PACKED_NUMBERS_MAX:
            return None
        if name not in self._asked:
            self._asked.add(name)
            return None
        packed = self._packed[name] = vectors[rows]
        return packed

    @property
    def size_bytes(self) -> int:
        """How much memory is held."""
        packed = sum(vectors.nbytes for vectors in list(self._packed.values()))
        return (
            packed
            + self.positions.nbytes
            + sum(
                allowed.rows.nbytes + allowed.mask.nbytes
                for allowed in list(self._allowed.values())
                if allowed.rows is not None and allowed.mask is not None
            )
        )


class Filters:
    """The filters lately used over one row store."""

    def __init__(self, rows: RowStore) -> None:
        self._rows = rows
        self._kept: dict[tuple[str, str], Filter] = {}

    def get(self, predicate: str, parameters: Mapping[str, Any]) -> Filter:
        """Return a predicate's filter; E_SQL_INVALID from the row store if it is none."""
        name = (predicate, repr(sorted(parameters.items())))
        known = self._kept.pop(name, None)
        if known is None:
            known = Filter(self._rows.select(predicate, parameters or None))
        self._kept[name] = known
        while len(self._kept) > KEPT_MAX or self._is_too_large():
            self._kept.pop(next(iter(list(self._kept)), name), None)
        return known

    def _is_too_large(self) -> bool:
        kept = list(self._kept.values())
        return len(kept) > 1 and sum(item.size_bytes for item in kept) > KEPT_BYTES_MAX
