"""The library's SQL: a tenant's own entries, each with all its versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class OwnItem:
    """A tenant's own entry as it is now; `entry` is None once it was withdrawn."""

    id: UUID
    kind: str
    key: str
    version: int
    is_withdrawn: bool
    entry: Mapping[str, Any] | None
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """One version of an own entry; None is a withdrawal."""

    version: int
    entry: Mapping[str, Any] | None
    written_by: str
    written_at: datetime


async def list_own(tx: Tx) -> list[OwnItem]:
    """Return the tenant's entries that hold, by kind and key."""
    return [OwnItem(**row) for row in await _queries.list_own(tx.connection)]


async def find_own(tx: Tx, kind: str, key: str) -> OwnItem | None:
    """Return the tenant's entry, withdrawn or not; None when it never wrote one."""
    row = await _queries.find_own(tx.connection, kind=kind, key=key)
    return OwnItem(**row) if row else None


async def list_versions(tx: Tx, kind: str, key: str) -> list[ItemVersion]:
    """Return the versions of an own entry, newest first; empty when there is none."""
    rows = await _queries.list_versions(tx.connection, kind=kind, key=key)
    return [ItemVersion(**row) for row in rows]


async def lock_library(tx: Tx) -> None:
    """Wait until nobody else of the tenant is changing its library."""
    await _queries.lock_library(tx.connection)


async def write_version(
    tx: Tx, kind: str, key: str, entry: Mapping[str, Any] | None, *, version_seen: int
) -> int | None:
    """
    Add a version of an own entry and return its number; None where another came first.

    Args:
        tx: the transaction.
        kind: of the entry.
        key: of the entry.
        entry: plain values; None withdraws it.
        version_seen: the version that the change rests on; 0 where there was none.
    """
    if version_seen == 0:
        done = await _queries.insert_item(tx.connection, id=new_uuid(), kind=kind, key=key)
    else:
        done = await _queries.advance_item(
            tx.connection, kind=kind, key=key, version=version_seen, is_withdrawn=entry is None
        )
    if not done:
        return None
    version = version_seen + 1
    await _queries.insert_version(
        tx.connection,
        kind=kind,
        key=key,
        version=version,
        entry=None if entry is None else Jsonb(dict(entry)),
    )
    return version
