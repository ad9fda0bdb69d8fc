"""Export: everything that a tenant owns, as JSON lines and files, readable without Evigate."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
from psycopg.sql import SQL, Identifier

from evigate.base.errors import E_CONFLICT, EvigateError
from evigate.base.subject import Subject
from evigate.boot.house import House
from evigate.boot.permissions import EXPORT
from evigate.kernel.access import require

FETCH_COUNT = 1000
# Secrets and proofs stay: an export is data to keep, not a way in.
LEFT_OUT = frozenset({"sessions", "sign_in_links", "api_tokens", "secrets"})
TABLES = """
  SELECT n.nspname AS schema, c.relname AS name FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND has_table_privilege(c.oid, 'SELECT')
  ORDER BY 1, 2
"""


async def export_tenant(house: House, subject: Subject, folder: Path) -> dict[str, int]:
    """Write the tenant's tables and blobs to a new folder; return the number of rows by table.

    One transaction reads all tables, so they agree with one another.

    Raises:
        EvigateError[E_CONFLICT]: the folder is there already.
    """
    require(subject, EXPORT)
    if await asyncio.to_thread(folder.exists):
        raise EvigateError(
            E_CONFLICT, f"{str(folder)!r} is there already.", remediation="Name a new folder."
        )
    counts: dict[str, int] = {}
    async with house.database.tx(subject, is_snapshot=True) as tx:
        tables = await (await tx.connection.execute(TABLES)).fetchall()
        await asyncio.to_thread(folder.mkdir, parents=True)
        for table in tables:
            if table["name"] not in LEFT_OUT:
                name = f"{table['schema']}.{table['name']}"
                query = SQL("SELECT * FROM {}").format(
                    Identifier(str(table["schema"]), str(table["name"]))
                )
                counts[name] = await _write_rows(tx.connection, query, folder / f"{name}.jsonl")
    await _write_blobs(house, subject, folder / "blobs")
    return counts


async def _write_rows(connection: Any, query: Any, path: Path) -> int:
    count = 0
    async with connection.cursor(name="export") as cursor:
        await cursor.execute(query)
        with path.open("wb") as file:
            while rows := await cursor.fetchmany(FETCH_COUNT):
                count += len(rows)
                lines = [orjson.dumps(row, default=str) + b"\n" for row in rows]
                await asyncio.to_thread(file.writelines, lines)
    return count


async def _write_blobs(house: House, subject: Subject, folder: Path) -> None:
    assert subject.tenant_id is not None
    await asyncio.to_thread(folder.mkdir)
    async for blob in house.storage.list(subject.tenant_id):
        data = await house.storage.get(subject.tenant_id, blob.digest)
        await asyncio.to_thread((folder / blob.digest).write_bytes, data)
