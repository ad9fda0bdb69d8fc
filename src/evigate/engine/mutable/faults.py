"""The database's refusals as ours: which table, which columns, and whether to try again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors as pg

from evigate.base.errors import EvigateError
from evigate.engine.mutable.errors import (
    E_MUTABLE_BUSY,
    E_MUTABLE_LIMIT,
    E_MUTABLE_SQL,
    E_ROW_CONFLICT,
    E_ROW_DUPLICATE,
    E_ROW_NULL,
    E_ROW_TYPE,
)
from evigate.engine.mutable.models import MutableTable

REASON_CHARS_MAX = 300


class Gone(Exception):
    """A table was dropped since it was looked up; whoever holds a name looks again."""


@contextmanager
def faults(tables: Sequence[MutableTable]) -> Iterator[None]:
    """Translate what psycopg raises about statements over these tables.

    Raises:
        Gone: one of them is no longer there.
        EvigateError: E_ROW_DUPLICATE, E_ROW_NULL, E_ROW_TYPE, E_ROW_CONFLICT, E_MUTABLE_BUSY,
            E_MUTABLE_LIMIT or E_MUTABLE_SQL, naming table and columns where the database does.
    """
    try:
        yield
    except pg.UndefinedTable as error:
        raise Gone from error
    except psycopg.Error as error:
        found = _fault(error, tables)
        if found is None:
            raise
        raise found from error


def _fault(error: psycopg.Error, tables: Sequence[MutableTable]) -> EvigateError | None:
    if isinstance(error, pg.UniqueViolation):
        return _constraint(E_ROW_DUPLICATE, error, tables, "has a row with the same values of")
    if isinstance(error, pg.CardinalityViolation) and "ON CONFLICT" in str(error):
        return EvigateError(E_ROW_DUPLICATE, "Two rows of the statement have the same key.")
    if isinstance(error, pg.NotNullViolation):
        return _constraint(E_ROW_NULL, error, tables, "must have a value in every row of")
    if isinstance(error, pg.CheckViolation):
        return _constraint(E_ROW_TYPE, error, tables, "cannot hold a value that was given for")
    if isinstance(error, pg.SerializationFailure | pg.DeadlockDetected):
        return EvigateError(E_ROW_CONFLICT, "Another transaction changed the same rows meanwhile.")
    if isinstance(error, pg.LockNotAvailable | pg.QueryCanceled):
        return EvigateError(E_MUTABLE_BUSY, f"The statement was ended: {_reason(error)}")
    if isinstance(error, pg.ProgramLimitExceeded | pg.InsufficientResources):
        return EvigateError(E_MUTABLE_LIMIT, f"The database refused: {_reason(error)}")
    if isinstance(error, pg.DatatypeMismatch | psycopg.DataError):
        return EvigateError(E_ROW_TYPE, f"A value does not fit: {_reason(error)}")
    if isinstance(error, psycopg.ProgrammingError):
        return EvigateError(E_MUTABLE_SQL, f"The statement cannot run: {_reason(error)}")
    return None


def _constraint(
    code: Any, error: psycopg.Error, tables: Sequence[MutableTable], verb: str
) -> EvigateError:
    place = error.diag.table_name or ""
    table = next((item for item in tables if item.physical == place), None)
    if table is None:
        return EvigateError(code, _reason(error))
    if error.diag.column_name:
        columns: tuple[str, ...] = (error.diag.column_name,)
    else:
        columns = table.constraint_columns(error.diag.constraint_name or "")
    shown = ", ".join(repr(name) for name in columns)
    detail = {"table": table.name, "columns": list(columns)}
    return EvigateError(code, f"The table {table.name!r} {verb} {shown}.", detail=detail)


def _reason(error: psycopg.Error) -> str:
    text = error.diag.message_primary or str(error).strip().partition("\n")[0]
    return text[:REASON_CHARS_MAX] or type(error).__name__
