"""What search asks of a source's rows: by position, by key, by predicate, never by scanning.

A row store holds one version of one source as one tenant sees it. Positions count from 0 in the
order of the source's scan and mean nothing in another version.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evigate.engine.catalog.models import SourceVersion

Positions = npt.NDArray[np.int64]

GONE = -1


class RowStore(Protocol):
    """Rows of one version of a source."""

    @property
    def version(self) -> SourceVersion:
        """The version whose rows these are."""

    @property
    def schema(self) -> pa.Schema:
        """The source's columns, without those that are ours."""

    @property
    def count(self) -> int:
        """How many rows there are."""

    @property
    def keys(self) -> pa.Array:
        """The key of each position, of the key column's own type."""

    def positions_of(self, keys: pa.Array) -> Positions:
        """Return the position of each key, -1 where there is none (any more)."""

    def take(self, positions: Positions, columns: Sequence[str] | None = None) -> pa.Table:
        """Return rows in the order asked for; all columns, or the named ones in that order."""

    def select(self, predicate: str, parameters: Mapping[str, Any] | None = None) -> Positions:
        """Return the positions, ascending, of the rows for which a SQL predicate is true.

        Raises:
            EvigateError[E_SQL_INVALID]: it does not parse, names an unknown column, or calls what
                may not be called.
        """
