"""Named SQL: a room's `queries.sql` becomes an object with one coroutine a query.

aiosql reads the files; the adapter below is what it lacks, psycopg's asynchronous cursors. Rows
come out as dictionaries. Values are always parameters (`:name`); identifiers never are.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import aiosql
from aiosql.adapters.pyformat import PyFormatAdapter
from aiosql.types import SQLOperationType
from psycopg import AsyncConnection

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
    ) -> AsyncIterator[Any]:
        """Yield every row, in the query's order."""
        cursor = await conn.execute(sql, parameters)
        for row in await cursor.fetchall():
            yield row

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


class SyncPsycopgAdapter(PyFormatAdapter):  # type: ignore[misc]
    """Runs aiosql's operations on psycopg's ordinary connections; rows are dictionaries."""

    def select(
        self,
        conn: Any,
        query_name: str,
        sql: str,
        parameters: Parameters,
        record_class: Callable[..., Any] | None = None,
    ) -> list[Any]:
        """Return every row, in the query's order."""
        found: list[Any] = conn.execute(sql, parameters).fetchall()
        return found

    def select_one(
        self,
        conn: Any,
        query_name: str,
        sql: str,
        parameters: Parameters,
        record_class: Callable[..., Any] | None = None,
    ) -> Any:
        """Return the first row, or None."""
        return conn.execute(sql, parameters).fetchone()

    def select_value(self, conn: Any, query_name: str, sql: str, parameters: Parameters) -> Any:
        """Return the first column of the first row, or None."""
        row = conn.execute(sql, parameters).fetchone()
        return None if row is None else next(iter(row.values()))

    def insert_update_delete(
        self, conn: Any, query_name: str, sql: str, parameters: Parameters
    ) -> int:
        """Run the statement and return how many rows it touched."""
        return int(conn.execute(sql, parameters).rowcount)

    def insert_update_delete_many(
        self, conn: Any, query_name: str, sql: str, parameters: list[Mapping[str, Any]]
    ) -> int:
        """Run the statement once for each set of parameters, in one round trip where it can."""
        with conn.cursor() as cursor:
            cursor.executemany(sql, parameters)
            return int(cursor.rowcount)

    def insert_returning(self, conn: Any, query_name: str, sql: str, parameters: Parameters) -> Any:
        """Run an INSERT with RETURNING and return its row."""
        return self.select_one(conn, query_name, sql, parameters)


class Queries:
    """A room's queries, by name: each a coroutine that takes a connection and named values.

    A query without a suffix returns a list of rows, `^` one row or None, `$` a value or None, `!`
    the number of rows touched, `*!` takes a list of values; aiosql's documentation names them.
    """

    def __init__(self, found: Any) -> None:
        self._found = found

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        query: Callable[..., Any] = getattr(self._found, name)
        if query.operation is not SQLOperationType.SELECT:  # type: ignore[attr-defined]
            return query

        async def rows(connection: Connection, **values: Any) -> list[Any]:
            return [row async for row in query(connection, **values)]

        return rows


@cache
def load_queries(package: str) -> Queries:
    """Load `queries.sql` of a package, once in a process.

    Raises:
        FileNotFoundError: the package has no such file.
    """
    text = resources.files(package).joinpath("queries.sql").read_text()
    return Queries(aiosql.from_str(text, AsyncPsycopgAdapter, mandatory_parameters=False))


class SyncQueries:
    """A room's queries for threads: each a function that takes a connection and named values."""

    def __init__(self, found: Any) -> None:
        self._found = found

    def __getattr__(self, name: str) -> Callable[..., Any]:
        query: Callable[..., Any] = getattr(self._found, name)
        if query.operation is SQLOperationType.SELECT:  # type: ignore[attr-defined]

            def rows(connection: Any, **values: Any) -> list[Any]:
                return list(query(connection, **values))

            return rows
        return query


@cache
def load_sync_queries(package: str) -> SyncQueries:
    """Load `queries.sql` of a package for synchronous connections; see `Queries` for the suffixes.

    Raises:
        FileNotFoundError: the package has no such file.
    """
    text = resources.files(package).joinpath("queries.sql").read_text()
    return SyncQueries(aiosql.from_str(text, SyncPsycopgAdapter, mandatory_parameters=False))
