"""The tenant's own data sets as rows: what it added, and whose licences it allowed."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from psycopg.types.json import Jsonb

from evigate.kernel.db import Tx, load_queries
from evigate.papers.datasets.catalog import STORED
from evigate.papers.datasets.models import DataKind, DatasetEntry, Prepared, Task
from evigate.papers.datasets.registry import REGISTRY

_queries = load_queries(__package__)
_UNSTORED = frozenset({"loader", "licence_reason", "size_bytes"})


def entry_json(entry: DatasetEntry) -> dict[str, Any]:
    """Return an entry as JSON values, without its loader and what the row says itself."""
    return {
        each.name: value
        for each in fields(entry)
        if each.name not in _UNSTORED and (value := getattr(entry, each.name)) is not None
    }


def entry_of(
    document: Mapping[str, Any], *, sha256: str, size_bytes: int, licence_reason: str | None
) -> DatasetEntry:
    """Return a stored row as an entry whose file is in the tenant's store."""
    values: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in document.items()
    }
    values |= {"task": Task(values["task"]), "kind": DataKind(values["kind"])}
    values.setdefault("licence", None)
    return DatasetEntry(
        **values,
        loader=Prepared(STORED, (), sha256),
        licence_reason=licence_reason,
        size_bytes=size_bytes,
    )


async def list_added(tx: Tx) -> list[DatasetEntry]:
    """Return what differs from the registry for this tenant: added sets, allowed licences."""
    known = {entry.name: entry for entry in REGISTRY}
    found = []
    for row in await _queries.list_datasets(tx.connection):
        if row["entry"] is not None:
            found.append(
                entry_of(
                    row["entry"],
                    sha256=row["sha256"],
                    size_bytes=row["size_bytes"],
                    licence_reason=row["licence_reason"],
                )
            )
        elif row["name"] in known:
            found.append(replace(known[row["name"]], licence_reason=row["licence_reason"]))
    return found


async def put_dataset(tx: Tx, entry: DatasetEntry, *, sha256: str, size_bytes: int) -> None:
    """Write an added set; one of the same name is replaced."""
    await _queries.put_dataset(
        tx.connection,
        name=entry.name,
        entry=Jsonb(entry_json(entry)),
        sha256=sha256,
        size_bytes=size_bytes,
    )


async def allow_dataset(tx: Tx, name: str, reason: str) -> None:
    """Note why a set may be used although its licence is not known."""
    await _queries.allow_dataset(tx.connection, name=name, reason=reason)


async def remove_dataset(tx: Tx, name: str) -> bool:
    """Remove a tenant's row; return False where there is none."""
    removed: int = await _queries.remove_dataset(tx.connection, name=name)
    return removed > 0
