"""Predicates resolved to rows, once for each version of a source.

A searcher stands on one version, so a predicate and its parameters decide the rows. The last few
are kept: as positions, and for each segment as rows and a bitmap. Dictionary reads and writes are
atomic; two threads that miss together both resolve it and one result stays.
"""

import json
from collections.abc import Mapping
from typing import Any

from evigate.engine.catalog.rows import RowStore
from evigate.engine.search.space import Allowed, Docs, NumberedRows

KEPT_MAX = 64
KEPT_BYTES_MAX = 256 << 20


class Filter:
    """The rows for which one predicate is true."""

    def __init__(self, positions: Docs) -> None:
        self.positions = positions
        self._allowed: dict[int, Allowed] = {}

    def allowed(self, numbered: NumberedRows) -> Allowed:
        """Return which rows of a segment are allowed."""
        known = self._allowed.get(id(numbered))
        if known is None:
            known = self._allowed[id(numbered)] = numbered.allowed(self.positions)
        return known

    @property
    def size_bytes(self) -> int:
        """How much memory is held."""
        return self.positions.nbytes + sum(
            allowed.rows.nbytes + allowed.mask.nbytes
            for allowed in list(self._allowed.values())
            if allowed.rows is not None and allowed.mask is not None
        )


class Filters:
    """The filters lately used over one row store."""

    def __init__(self, rows: RowStore) -> None:
        self._rows = rows
        self._kept: dict[str, Filter] = {}

    def get(self, predicate: str, parameters: Mapping[str, Any]) -> Filter:
        """Return a predicate's filter; E_SQL_INVALID from the row store if it is none."""
        name = json.dumps([predicate, parameters], sort_keys=True, default=repr)
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
