"""A table's own rows as a row store of keys, so that it can be searched without its source."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import SourceVersion, VersionKind
from evigate.engine.catalog.rows import Positions
from evigate.engine.search.errors import E_SEARCH_INVALID

KEY_COLUMN = "key"


class KeyRows:
    """Rows that have a key and nothing else."""

    def __init__(self, keys: pa.Array, version: str) -> None:
        self._keys = keys
        self._version = SourceVersion(VersionKind.SNAPSHOT, version)

    @property
    def version(self) -> SourceVersion:
        """The table's version."""
        return self._version

    @property
    def schema(self) -> pa.Schema:
        """One column: the key."""
        return pa.schema([pa.field(KEY_COLUMN, pa.string())])

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._keys)

    @property
    def keys(self) -> pa.Array:
        """The keys, as text."""
        return self._keys

    def positions_of(self, keys: pa.Array) -> Positions:
        """Return the position of each key, -1 where there is none."""
        found = pc.fill_null(pc.index_in(pc.cast(keys, pa.string()), value_set=self._keys), -1)
        return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)

    def take(self, positions: Positions, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the keys at positions."""
        taken = pa.table({KEY_COLUMN: self._keys.take(pa.array(positions))})
        return taken if columns is None else taken.select(list(columns))

    def select(self, predicate: str, parameters: Mapping[str, Any] | None = None) -> Positions:
        """Refuse: there is no column to say anything of."""
        raise EvigateError(E_SEARCH_INVALID, "A table's own rows have no columns to filter by.")
