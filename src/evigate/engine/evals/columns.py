"""Columns of the tables that evals read: are they there, of what type, and whole."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.engine.evals.errors import E_EVAL_COLUMNS, E_EVAL_ROWS
from evigate.engine.evals.models import Golden

NO_VALUE = "(none)"


def need_columns(schema: pa.Schema, wanted: Iterable[str]) -> None:
    """Refuse a table that lacks a column.

    Raises:
        EvigateError[E_EVAL_COLUMNS]: the message names the column, and one that is like it.
    """
    for name in wanted:
        if name not in schema.names:
            close = get_close_matches(name, schema.names, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            message = f"There is no column {name!r} among {', '.join(schema.names)}.{hint}"
            raise EvigateError(E_EVAL_COLUMNS, message)


def texts_of(table: pa.Table, name: str) -> list[str | None]:
    """Return a column as texts; a whole number reads the same as an integer or as a float.

    Raises:
        EvigateError[E_EVAL_COLUMNS]: it holds what has no text, a list for one.
    """
    column = table.column(name)
    if pa.types.is_floating(column.type) and pc.all(pc.equal(column, pc.round(column))).as_py():
        # A column of integers with gaps comes out of pandas as one of floats.
        column = pc.cast(column, pa.int64())
    try:
        found: list[str | None] = pc.cast(column, pa.string()).to_pylist()
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        message = f"The column {name!r} holds {column.type}, not texts or numbers."
        raise EvigateError(E_EVAL_COLUMNS, message) from error
    return found


def filled(values: Sequence[str | None], name: str) -> list[str]:
    """Return texts none of which is missing.

    Raises:
        EvigateError[E_EVAL_ROWS]: one is; the message has its row.
    """
    found = [value for value in values if value is not None]
    if len(found) < len(values):
        message = f"Row {values.index(None)} has no {name!r}."
        raise EvigateError(E_EVAL_ROWS, message)
    return found


def unique(values: Sequence[str], name: str) -> Sequence[str]:
    """Refuse ids of which one stands twice.

    Raises:
        EvigateError[E_EVAL_ROWS]: the message names it.
    """
    if len(set(values)) < len(values):
        seen: set[str] = set()
        twice = next(value for value in values if value in seen or seen.add(value))  # type: ignore[func-returns-value]
        raise EvigateError(E_EVAL_ROWS, f"The {name!r} {twice!r} stands twice.")
    return values


def numbers_of(table: pa.Table, name: str) -> npt.NDArray[np.float64]:
    """Return a column as finite numbers (n,).

    Raises:
        EvigateError[E_EVAL_COLUMNS]: it holds no numbers.
        EvigateError[E_EVAL_ROWS]: a row is missing or not finite.
    """
    column = table.column(name)
    try:
        values = pc.cast(column, pa.float64())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        message = f"The column {name!r} holds {column.type}, not numbers."
        raise EvigateError(E_EVAL_COLUMNS, message) from error
    found: npt.NDArray[np.float64] = values.to_numpy()
    is_odd = ~np.isfinite(found)
    if is_odd.any():
        message = f"Row {int(np.argmax(is_odd))} of {name!r} has no finite number."
        raise EvigateError(E_EVAL_ROWS, message)
    return found


def cohorts_of(table: pa.Table, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return each row's cohorts; a missing value is a cohort of its own, `(none)`."""
    values = [[value or NO_VALUE for value in texts_of(table, name)] for name in columns]
    return [
        {name: column[row] for name, column in zip(columns, values, strict=True)}
        for row in range(table.num_rows)
    ]


def digest_of(rows: Iterable[Any]) -> Golden:
    """Return the digest and size of rows of JSON values; their order does not matter."""
    lines = sorted(orjson.dumps(row) for row in rows)
    return Golden(sha256(b"\n".join(lines)).hexdigest(), len(lines))
