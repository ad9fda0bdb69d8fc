"""What a query returns: a `pyarrow.Table` that a notebook shows well.

The proxy is a table to everything that asks (`isinstance`, attributes, the Arrow C stream); only a
function compiled against the class itself wants `to_arrow()`.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any
from uuid import UUID

import pyarrow as pa
import wrapt

SHOWN_ROWS = 20
SHOWN_CHARACTERS = 120
SHOWN_NUMBERS = 4


class Result(wrapt.ObjectProxy):  # type: ignore[type-arg]
    """A table of answers.

    `gone` lists (key, score) of rows that would have been among the answers and are no longer in
    the source; `notes` says how the answer was come by where that is not as usual.
    """

    def __init__(
        self,
        table: pa.Table,
        *,
        gone: Sequence[tuple[Any, float]] = (),
        notes: Sequence[str] = (),
        query_id: UUID | None = None,
    ) -> None:
        super().__init__(table)
        self._self_query_id = query_id
        self._self_gone = tuple(gone)
        self._self_notes = tuple(notes)

    @property
    def gone(self) -> tuple[tuple[Any, float], ...]:
        """Rows that ranked and are gone from the source, best first."""
        return tuple(self._self_gone)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about how the answer was made, none in the usual case."""
        return tuple(self._self_notes)

    @property
    def query_id(self) -> UUID | None:
        """Under which the audit knows the search; None for what is not a search."""
        return self._self_query_id

    def to_arrow(self) -> pa.Table:
        """Return the bare table."""
        return self.__wrapped__

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries."""
        found: list[dict[str, Any]] = self.__wrapped__.to_pylist()
        return found

    def __iter__(self) -> Iterator[Any]:
        return iter(self.__wrapped__.itercolumns())

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return (_rebuild, (self.__wrapped__, self._self_gone, self._self_notes))

    def _repr_html_(self) -> str:
        """Return the first rows as an HTML table; a long text is cut, a vector shows its width."""
        table = self.__wrapped__
        head = "".join(f"<th>{escape(name)}</th>" for name in table.column_names)
        body = "".join(
            "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row.values()) + "</tr>"
            for row in table.slice(0, SHOWN_ROWS).to_pylist()
        )
        more = table.num_rows - SHOWN_ROWS
        foot = f"{table.num_rows} rows" + (f", {SHOWN_ROWS} shown" if more > 0 else "")
        notes = "".join(f"<p>{escape(note)}</p>" for note in self._self_notes)
        if self._self_gone:
            notes += f"<p>{len(self._self_gone)} matching rows are gone from the source.</p>"
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p>{foot}</p>{notes}"
        )


def _rebuild(table: pa.Table, gone: Any, notes: Any) -> Result:
    return Result(table, gone=gone, notes=notes)


def _cell(value: object) -> str:
    if value is None:
        return "<i>null</i>"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list) and len(value) > SHOWN_NUMBERS:
        return f"{len(value)} values"
    text = str(value)
    if len(text) > SHOWN_CHARACTERS:
        text = text[: SHOWN_CHARACTERS - 1] + "…"
    return escape(text)
