"""What a mutable table is: its columns, key, indexes, and the table of the database behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import pyarrow as pa

from evigate.engine.mutable.columns import Column, column_of


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index; `is_unique` lets no two rows have the same values (nulls differ)."""

    name: str
    columns: tuple[str, ...]
    is_unique: bool = False


@dataclass(frozen=True)
class MutableTable:
    """A table of one tenant; `session_id` is set where it belongs to an ephemeral session."""

    id: UUID
    name: str
    schema_bytes: bytes = field(repr=False)
    primary_key: tuple[str, ...]
    indexes: tuple[Index, ...]
    order_column: str | None
    session_id: UUID | None
    created_by: str
    created_at: datetime

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns, in their order."""
        return pa.ipc.read_schema(pa.py_buffer(self.schema_bytes))

    @cached_property
    def columns(self) -> dict[str, Column]:
        """How each column is stored, by name, in their order."""
        return {item.name: column_of(item) for item in self.schema}

    @cached_property
    def decoded(self) -> tuple[str, ...]:
        """The columns whose values are not as the database gives them."""
        return tuple(c.name for c in self.columns.values() if c.decode is not None)

    @cached_property
    def texts(self) -> dict[tuple[Any, ...], bytes]:
        """Statements on it that were written before, by what they are; only added to."""
        return {}

    @property
    def physical(self) -> str:
        """The name of the table behind it, in the schema engine_rows."""
        return "m_" + self.id.hex

    @cached_property
    def folded(self) -> dict[str, str]:
        """The columns' names by their lower case, for SQL without quotes."""
        return {name.lower(): name for name in self.columns}

    def constraint_columns(self, constraint: str) -> tuple[str, ...]:
        """Return the columns of a constraint by its name in the database; () if unknown."""
        if constraint == self.physical + "_pk":
            return self.primary_key
        for place, index in enumerate(self.indexes):
            if constraint == f"{self.physical}_i{place}":
                return index.columns
        if constraint.startswith("range_") and constraint[6:].isdigit():
            return (self.schema.names[int(constraint[6:])],)
        return ()


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table as people see it; `schema` maps each column to its Arrow type's name."""

    name: str
    schema: dict[str, str]
    primary_key: tuple[str, ...]
    indexes: tuple[Index, ...]
    order_column: str | None
    row_count: int
    version: str
    created_by: str
    created_at: datetime


def key_values(table: MutableTable, key: Any) -> Sequence[Any]:
    """Return a key's values in the order of the primary key: a dictionary, a sequence or one value.

    Raises:
        ValueError: it has other parts than the primary key.
    """
    names = table.primary_key
    if isinstance(key, dict):
        if set(key) != set(names):
            raise ValueError("other names")
        return [key[name] for name in names]
    if isinstance(key, list | tuple):
        if len(key) != len(names):
            raise ValueError("another length")
        return key
    if len(names) != 1:
        raise ValueError("one value")
    return (key,)
