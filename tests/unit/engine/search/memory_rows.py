"""A row store over a table in memory, for tests and benchmarks; predicates are `column op number`."""

import operator
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evigate.engine.catalog.models import SourceVersion, VersionKind
from evigate.engine.catalog.rows import Positions

_OPERATORS = {"<": operator.lt, ">=": operator.ge, "=": operator.eq}


class MemoryRows:
    """Rows of one table."""

    def __init__(self, table: pa.Table, key: str) -> None:
        self._table = table.combine_chunks()
        self._keys = self._table.column(key).chunk(0)
        self.selected: list[str] = []
        self.taken = 0

    @property
    def version(self) -> SourceVersion:
        return SourceVersion(VersionKind.DIGEST, "1")

    @property
    def schema(self) -> pa.Schema:
        return self._table.schema

    @property
    def count(self) -> int:
        return self._table.num_rows

    @property
    def keys(self) -> pa.Array:
        return self._keys

    def positions_of(self, keys: pa.Array) -> Positions:
        found = pc.fill_null(pc.index_in(keys, value_set=self._keys), -1)
        return found.to_numpy(zero_copy_only=False).astype(np.int64)

    def take(self, positions: Positions, columns: Sequence[str] | None = None) -> pa.Table:
        self.taken += len(positions)
        table = self._table if columns is None else self._table.select(list(columns))
        return table.take(pa.array(positions))

    def select(self, predicate: str, parameters: Mapping[str, Any] | None = None) -> Positions:
        self.selected.append(predicate)
        column, sign, value = re.fullmatch(r"(\w+) (<|>=|=) (\S+)", predicate).groups()
        number = float((parameters or {})[value[1:]] if value.startswith("$") else value)
        values = self._table.column(column).to_numpy()
        return np.flatnonzero(_OPERATORS[sign](values, number)).astype(np.int64)
