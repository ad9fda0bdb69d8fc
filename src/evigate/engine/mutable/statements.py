"""The statements that we write ourselves, over one table; `$1`, `$2`, ... stand for values."""

from collections.abc import Iterable, Sequence

from psycopg.sql import SQL, Composable, Identifier, Literal

from evigate.engine.mutable.columns import Column
from evigate.engine.mutable.models import MutableTable

SCHEMA = "engine_rows"
STAGE = "evigate_stage"


def select_columns(table: MutableTable, columns: Sequence[str] | None) -> list[Column]:
    """Return the columns of a projection, all for None.

    Raises:
        KeyError: one is not the table's.
    """
    return [table.columns[name] for name in (table.columns if columns is None else columns)]


def select_by_key(table: MutableTable) -> str:
    """Return the SELECT of one row by its key."""
    return _text(
        SQL("SELECT {} FROM {} WHERE {}").format(
            _selected(list(table.columns.values())), _place(table), _equal(table.primary_key)
        )
    )


def select_by_keys(table: MutableTable, names: Sequence[str]) -> str:
    """Return the SELECT of rows by arrays of the values of some columns, in the arrays' order."""
    arrays = _joined(
        SQL("{}::{}[]").format(_value(number), SQL(table.columns[name].sql_type))
        for number, name in enumerate(names, 1)
    )
    aliases = [f"k{number}" for number, _ in enumerate(names)]
    on = SQL(" AND ").join(
        SQL("r.{} = w.{}").format(Identifier(name), Identifier(alias))
        for name, alias in zip(names, aliases, strict=True)
    )
    return _text(
        SQL(
            "SELECT {} FROM unnest({}) WITH ORDINALITY AS w({}, n) JOIN {} r ON {} ORDER BY w.n"
        ).format(
            _selected(list(table.columns.values()), SQL("r.")),
            arrays,
            _names(aliases),
            _place(table),
            on,
        )
    )


def select_rows(
    table: MutableTable,
    columns: Sequence[Column],
    *,
    where: str = "",
    order: Sequence[tuple[str, bool]] = (),
    limit: int | None = None,
) -> str:
    """Return the SELECT of a scan; `where` was checked, `order` is (column, is descending)."""
    parts: list[Composable] = [SQL("SELECT {} FROM {}").format(_selected(columns), _place(table))]
    if where:
        parts.append(SQL("WHERE ") + SQL(where))
    if order:
        ordered = _joined(
            Identifier(name) + SQL(" DESC NULLS LAST" if is_descending else " ASC")
            for name, is_descending in order
        )
        parts.append(SQL("ORDER BY ") + ordered)
    if limit is not None:
        parts.append(SQL("LIMIT ") + Literal(limit))
    return _text(SQL(" ").join(parts))


def select_after(table: MutableTable, columns: Sequence[Column], *, is_first: bool) -> str:
    """Return the SELECT of a page in the order of the order column, then of the key.

    The first page begins strictly after $1, and $2 is its length; a later one begins after the row
    whose order value and key are $1, $2, ..., and its length comes last.
    """
    assert table.order_column is not None
    names = [table.order_column, *table.primary_key]
    if is_first:
        after, last = SQL("{} > $1").format(Identifier(table.order_column)), 2
    else:
        values = _joined(_value(number) for number, _ in enumerate(names, 1))
        after, last = SQL("({}) > ({})").format(_names(names), values), len(names) + 1
    return _text(
        SQL("SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {}").format(
            _selected(columns), _place(table), after, _names(names), _value(last)
        )
    )


def insert_values(table: MutableTable, names: Sequence[str], count: int, conflict: str) -> str:
    """Return the INSERT of `count` rows whose values follow one another."""
    width = len(names)
    rows = _joined(
        SQL("({})").format(_joined(_value(row * width + place + 1) for place in range(width)))
        for row in range(count)
    )
    head = SQL("INSERT INTO {} ({}) VALUES {}").format(_place(table), _names(names), rows)
    return _text(head) + conflict


def insert_staged(table: MutableTable, names: Sequence[str], conflict: str) -> str:
    """Return the INSERT of what was copied to the stage."""
    head = SQL("INSERT INTO {} ({}) SELECT {} FROM pg_temp.{}").format(
        _place(table), _names(names), _names(names), Identifier(STAGE)
    )
    return _text(head) + conflict


def create_stage(table: MutableTable, names: Sequence[str]) -> str:
    """Return the statement that makes the stage; a policy lets no COPY into the table itself."""
    columns = _joined(
        Identifier(name) + SQL(" ") + SQL(table.columns[name].sql_type) for name in names
    )
    return _text(SQL("CREATE TEMP TABLE {} ({}) ON COMMIT DROP").format(Identifier(STAGE), columns))


def drop_stage() -> str:
    """Return the statement that removes the stage before the transaction ends."""
    return _text(SQL("DROP TABLE pg_temp.{}").format(Identifier(STAGE)))


def copy_stage(names: Sequence[str]) -> str:
    """Return the COPY into the stage."""
    return _text(
        SQL("COPY pg_temp.{} ({}) FROM STDIN (FORMAT BINARY)").format(
            Identifier(STAGE), _names(names)
        )
    )


def on_conflict(table: MutableTable, names: Sequence[str]) -> str:
    """Return the clause that makes an INSERT an upsert of the columns given."""
    others = [name for name in names if name not in table.primary_key]
    key = _names(table.primary_key)
    if not others:
        return _text(SQL(" ON CONFLICT ({}) DO NOTHING").format(key))
    changes = _joined(SQL("{0} = excluded.{0}").format(Identifier(name)) for name in others)
    return _text(SQL(" ON CONFLICT ({}) DO UPDATE SET {}").format(key, changes))


def update_rows(table: MutableTable, names: Sequence[str], where: str, first: int) -> str:
    """Return the UPDATE of the rows that meet a checked condition; values begin at `$first`."""
    changes = _joined(
        SQL("{} = {}").format(Identifier(name), _value(number))
        for number, name in enumerate(names, first)
    )
    head = SQL("UPDATE {} SET {} WHERE ").format(_place(table), changes)
    return _text(head) + where


def delete_rows(table: MutableTable, where: str) -> str:
    """Return the DELETE of the rows that meet a checked condition."""
    return _text(SQL("DELETE FROM {} WHERE ").format(_place(table))) + where


def count_rows(table: MutableTable, where: str) -> str:
    """Return the count of the rows that meet a checked condition, of all for ""."""
    head = _text(SQL("SELECT count(*) FROM {}").format(_place(table)))
    return f"{head} WHERE {where}" if where else head


def place_text(table: MutableTable) -> str:
    """Return the table's place as SQL text."""
    return _text(_place(table))


def _place(table: MutableTable) -> Composable:
    return Identifier(SCHEMA, table.physical)


def _selected(columns: Sequence[Column], prefix: Composable = SQL("")) -> Composable:
    return _joined(
        SQL("{0}{1}::text AS {1}").format(prefix, Identifier(column.name))
        if column.is_text
        else prefix + Identifier(column.name)
        for column in columns
    )


def _equal(names: Sequence[str]) -> Composable:
    return SQL(" AND ").join(
        SQL("{} = {}").format(Identifier(name), _value(number))
        for number, name in enumerate(names, 1)
    )


def _names(names: Sequence[str]) -> Composable:
    return _joined(Identifier(name) for name in names)


def _value(number: int) -> Composable:
    return SQL("$" + str(number))


def _joined(parts: Iterable[Composable]) -> Composable:
    return SQL(", ").join(parts)


def _text(composed: Composable) -> str:
    return composed.as_string(None)
