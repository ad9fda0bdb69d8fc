"""Named SQL: a room's `queries.sql` becomes an object with one coroutine a query.

aiosql reads the files; the adapter below is what it lacks, psycopg's asynchronous cursors. Rows
come out as dictionaries. Values are always parameters (`:name`); identifiers never are.
"""

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

import aiosql
from aiosql.adapters.pyformat import PyFormatAdapter
from psycopg import AsyncConnection

Queries = Any
"""What `load_queries` returns: attributes are named by the file, so no static type can hold them."""

Parameters = Mapping[str, Any] | None
Connection = AsyncConnection[dict[str, Any]]


class AsyncPsycopgAdapter(PyFormatAdapter):  # type: ignore[misc]
    """Runs aiosql's operations on psycopg's asynchronous connections."""

    is_aio_driver = True

    async def select(
        self,
        conn: Connection,
        query_name: str,
        sql: str,
        parameters: Parameters,
        record_class: Callable[..., Any] | None = None,
    ) -> list[Any]:
        """Return every row, in the query's order."""
        cursor = await conn.execute(sql, parameters)
        return await cursor.fetchall()

    async def select_one(
        self,
        conn: Connection,
        query_name: str,
        sql: str,
        parameters: Parameters,
        record_class: Callable[..., Any] | None = None,
    ) -> Any:
        """Return the first row, or None."""
        cursor = await conn.execute(sql, parameters)
        return await cursor.fetchone()

    async def select_value(
        self, conn: Connection, query_name: str, sql: str, parameters: Parameters
    ) -> Any:
        """Return the first column of the first row, or None."""
        cursor = await conn.execute(sql, parameters)
        row = await cursor.fetchone()
        return None if row is None else next(iter(row.values()))

    async def insert_update_delete(
        self, conn: Connection, query_name: str, sql: str, parameters: Parameters
    ) -> int:
        """Run the statement and return how many rows it touched."""
        return (await conn.execute(sql, parameters)).rowcount

    async def insert_update_delete_many(
        self, conn: Connection, query_name: str, sql: str, parameters: list[Mapping[str, Any]]
    ) -> int:
        """Run the statement once for each set of parameters, in one round trip where it can."""
        async with conn.cursor() as cursor:
            await cursor.executemany(sql, parameters)
            return cursor.rowcount

    async def insert_returning(
        self, conn: Connection, query_name: str, sql: str, parameters: Parameters
    ) -> Any:
        """Run an INSERT with RETURNING and return its row."""
        return await self.select_one(conn, query_name, sql, parameters)


def load_queries(package: str) -> Queries:
    """Load `queries.sql` of a package.

    Raises:
        FileNotFoundError: the package has no such file.
    """
    text = resources.files(package).joinpath("queries.sql").read_text()
    return aiosql.from_str(text, AsyncPsycopgAdapter)
