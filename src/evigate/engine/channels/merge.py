"""Adding a channel's columns to hits, pure: order, nulls, and who spoke of which row."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Channel
from evigate.engine.channels.errors import E_CHANNEL_ROWS
from evigate.engine.channels.models import TYPES

RETRIEVED_BY = "retrieved_by"
ANNOTATED_BY = "annotated_by"
SCORE = "score"


def contribute(
    hits: pa.Table,
    channel: Channel,
    rows: pa.Table,
    *,
    key: str,
    channels: Sequence[Channel],
    is_retrieval: bool,
) -> pa.Table:
    """Return hits with a channel's columns filled for the keys that `rows` has, null elsewhere.

    Args:
        rows: the key column and any of the channel's columns; keys that no hit has are ignored.
        channels: all there are, for the order: the key, `score`, `retrieved_by`, `annotated_by`,
            then channel columns by priority, name and place, then the source's.
        is_retrieval: the channel found the rows rather than spoke of them.

    Raises:
        EvigateError[E_CHANNEL_ROWS]: a key stands twice or is missing, a column is not the
            channel's, or a value does not fit its type.
    """
    places = _places(hits, rows, key)
    columns = {name: hits.column(name) for name in hits.column_names}
    for name in rows.column_names:
        if name == key:
            continue
        if name not in channel.columns:
            message = f"The channel {channel.name!r} has no column {name!r}."
            raise EvigateError(E_CHANNEL_ROWS, message)
        columns[name] = _filled(columns.get(name), rows, name, TYPES[channel.columns[name]], places)
    for name, kind in channel.columns.items():
        columns.setdefault(name, pa.nulls(hits.num_rows, TYPES[kind]))
    told = RETRIEVED_BY if is_retrieval else ANNOTATED_BY
    columns[told] = _told(columns[told], channel.name, places)
    return pa.table(_ordered(columns, key, channels))


def _places(hits: pa.Table, rows: pa.Table, key: str) -> pa.Array:
    """Return for each hit the place of its key in `rows`, null where it has none."""
    for table, what in ((hits, "hits"), (rows, "rows")):
        if key not in table.column_names:
            raise EvigateError(E_CHANNEL_ROWS, f"The {what} have no column {key!r}.")
    given = pc.cast(rows.column(key), pa.string()).combine_chunks()
    if given.null_count or len(given.unique()) != len(given):
        raise EvigateError(E_CHANNEL_ROWS, f"In the column {key!r} a key is null or stands twice.")
    wanted = pc.cast(hits.column(key), pa.string()).combine_chunks()
    return pc.index_in(wanted, value_set=given)


def _filled(
    old: pa.ChunkedArray | None, rows: pa.Table, name: str, kind: pa.DataType, places: pa.Array
) -> pa.Array:
    try:
        values = rows.column(name).cast(kind).combine_chunks().take(places)
    except (pa.ArrowInvalid, pa.ArrowException) as error:
        raise EvigateError(
            E_CHANNEL_ROWS, f"The column {name!r} is not {kind}: {error}."
        ) from error
    if old is None:
        return values
    return pc.if_else(places.is_valid(), values, old.combine_chunks().cast(kind))


def _told(old: pa.ChunkedArray, name: str, places: pa.Array) -> pa.Array:
    is_told = places.is_valid().to_numpy(zero_copy_only=False)
    lists = [
        [*names, name] if told and name not in names else names
        for names, told in zip(old.to_pylist(), np.asarray(is_told), strict=True)
    ]
    return pa.array(lists, pa.list_(pa.string()))


def _ordered(
    columns: Mapping[str, pa.Array], key: str, channels: Sequence[Channel]
) -> dict[str, pa.Array]:
    first = [key, SCORE, RETRIEVED_BY, ANNOTATED_BY]
    by_priority = sorted(channels, key=lambda each: (each.priority, each.name))
    told = [name for each in by_priority for name in each.columns]
    order = dict.fromkeys([*first, *told, *columns])
    return {name: columns[name] for name in order if name in columns}
