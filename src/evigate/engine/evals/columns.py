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
# An index entry holds 2 700 bytes; a character is at most four.
ID_CHARACTERS_MAX = 500


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
        EvigateError[E_EVAL_ROWS]: a text has a zero byte, which no database keeps.
    """
    column = table.column(name)
    try:
        if pa.types.is_floating(column.type):
            column = _whole(column)
        found: list[str | None] = pc.cast(column, pa.string()).to_pylist()
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        message = f"The column {name!r} holds {column.type}, not texts or numbers."
        raise EvigateError(E_EVAL_COLUMNS, message) from error
    for row, value in enumerate(found):
        if value is not None and "\0" in value:
            raise EvigateError(E_EVAL_ROWS, f"Row {row} of {name!r} has a zero byte in its text.")
    return found


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return integers where all are whole: with gaps they come out of pandas as floats."""
    known = pc.if_else(pc.is_nan(column), None, column)
    is_whole = pc.all(pc.equal(known, pc.round(known))).as_py()
    return pc.cast(known, pa.int64()) if is_whole else known


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


def check_ids(values: Iterable[str], name: str) -> None:
    """Refuse ids that are longer than ID_CHARACTERS_MAX.

    Raises:
        EvigateError[E_EVAL_ROWS]: the message has the id's beginning.
    """
    for value in values:
        if len(value) > ID_CHARACTERS_MAX:
            message = f"The {name!r} that begins {value[:40]!r} is over {ID_CHARACTERS_MAX} long."
            raise EvigateError(E_EVAL_ROWS, message)


def unique(values: Sequence[str], name: str) -> Sequence[str]:
    """Refuse ids of which one stands twice, or is too long.

    Raises:
        EvigateError[E_EVAL_ROWS]: the message names it.
    """
    check_ids(values, name)
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
