"""`db.channels`: declare what may be said of hits, and say it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog import store
from evigate.engine.catalog.models import Channel
from evigate.engine.channels.errors import (
    E_CHANNEL_COLUMN,
    E_CHANNEL_EXISTS,
    E_CHANNEL_MISSING,
    E_CHANNEL_NAME,
)
from evigate.engine.channels.merge import contribute
from evigate.engine.channels.models import BUILT_IN, NAME, TYPES
from evigate.engine.results import Result
from evigate.engine.verbs import READ, WRITE, Answer, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core


class ChannelVerbs:
    """The verbs on evidence channels of one tenant."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @verb(READ)
    def list(self) -> Sequence[Channel]:
        """Return the built-in channels and the tenant's, by priority and name."""
        with self.core.database.read(self.subject) as tx:
            own = store.list_channels(tx)
        return sorted((*BUILT_IN, *own), key=lambda each: (each.priority, each.name))

    @verb(WRITE)
    def declare(self, name: str, *, priority: int, columns: Mapping[str, str]) -> Channel:
        """Declare a channel with its columns, in order.

        Raises:
            EvigateError[E_CHANNEL_NAME | E_CHANNEL_EXISTS | E_CHANNEL_COLUMN]
        """
        if not NAME.match(name):
            raise EvigateError(E_CHANNEL_NAME, f"{name!r} cannot be a channel's name.")
        known = self.list()
        if any(each.name == name for each in known):
            raise EvigateError(E_CHANNEL_EXISTS, f"There is a channel {name!r} already.")
        _check_columns(name, columns, known)
        with self.core.database.tx(self.subject) as tx:
            if not store.insert_channel(tx, name, priority):
                raise EvigateError(E_CHANNEL_EXISTS, f"There is a channel {name!r} already.")
            store.insert_channel_columns(tx, name, columns, first=0)
        return Channel(name, priority, dict(columns))

    @verb(WRITE)
    def add_columns(self, name: str, columns: Mapping[str, str]) -> Channel:
        """Add columns to a channel of the tenant's, after those it has.

        Raises:
            EvigateError[E_CHANNEL_MISSING]: the tenant has none of that name.
            EvigateError[E_CHANNEL_COLUMN]: a column is declared already; the message says as what.
        """
        channel = self._own(name)
        _check_columns(name, columns, self.list())
        with self.core.database.tx(self.subject) as tx:
            store.insert_channel_columns(tx, name, columns, first=len(channel.columns))
        return Channel(name, channel.priority, {**channel.columns, **columns})

    @verb(READ, Answer.LOCAL)
    def contribute(
        self,
        hits: pa.Table,
        name: str,
        rows: pa.Table,
        *,
        key: str = "id",
        is_retrieval: bool = False,
    ) -> Result:
        """Return hits with a channel's columns for the rows that it speaks of, null elsewhere.

        Args:
            rows: the key and any of the channel's columns.
            is_retrieval: it found the rows (`retrieved_by`) rather than spoke of them
                (`annotated_by`).
        """
        known = self.list()
        channel = next((each for each in known if each.name == name), None)
        if channel is None:
            raise EvigateError(E_CHANNEL_MISSING, f"There is no channel {name!r}.")
        bare = hits.to_arrow() if isinstance(hits, Result) else hits
        given = rows if isinstance(rows, pa.Table) else pa.table(rows)
        done = contribute(bare, channel, given, key=key, channels=known, is_retrieval=is_retrieval)
        if isinstance(hits, Result):
            return Result(done, gone=hits.gone, notes=hits.notes, query_id=hits.query_id)
        return Result(done)

    def _own(self, name: str) -> Channel:
        found = next((each for each in self.list() if each.name == name), None)
        if found is None or found.is_built_in:
            message = f"There is no channel {name!r} of the tenant's own."
            raise EvigateError(E_CHANNEL_MISSING, message)
        return found


def _check_columns(name: str, columns: Mapping[str, str], known: Sequence[Channel]) -> None:
    taken = {column: each for each in known for column in each.columns}
    for column, kind in columns.items():
        if not NAME.match(column) or kind not in TYPES:
            message = f"The channel {name!r} cannot have a column {column!r} of type {kind!r}."
            raise EvigateError(E_CHANNEL_COLUMN, message)
        if column in taken:
            owner = taken[column]
            message = (
                f"The column {column!r} was declared {owner.columns[column]} by the channel"
                f" {owner.name!r}; it cannot be declared again as {kind}."
            )
            raise EvigateError(E_CHANNEL_COLUMN, message)
