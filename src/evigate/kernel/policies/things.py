"""Things that access is asked of: what a room says of a kind, and what is known of one thing.

A view of the room's own tells of each thing its id, its attributes, which conditions see, and its
scopes, which are the things that it stands in. Rows are read through the walls of the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from evigate.base.errors import EvigateError
from evigate.kernel.access import Permission
from evigate.kernel.db import Tx

_ONE = sql.SQL("SELECT attributes, scopes FROM {} WHERE id = %(id)s")
_NAMES = sql.SQL("SELECT id, attributes ->> 'name' AS name FROM {} WHERE id = ANY(%(ids)s)")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that access is asked of.

    `view` is (schema, name) of the view; `read` is the permission without which a thing is not
    there; `missing` makes the error of a thing that is not.
    """

    name: str
    view: tuple[str, str]
    read: Permission
    missing: Callable[[UUID], EvigateError]

    def resource(self, id_: UUID) -> str:
        """Return a thing's name: `project:0190...`."""
        return f"{self.name}:{id_}"

    def id_in(self, resource: str) -> UUID | None:
        """Return the id in a thing's name; None for the name of another kind, or of no thing."""
        name, _, text = resource.partition(":")
        try:
            return UUID(text) if name == self.name else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Thing:
    """What is known of a thing."""

    attributes: Mapping[str, Any]
    scopes: Sequence[str]


async def read_thing(tx: Tx, kind: Kind, id_: UUID) -> Thing | None:
    """Return what is known of a thing; None where there is none such for the transaction."""
    cursor = await tx.connection.execute(_ONE.format(sql.Identifier(*kind.view)), {"id": id_})
    row = await cursor.fetchone()
    return None if row is None else Thing(row["attributes"], row["scopes"])


async def names_of(tx: Tx, kind: Kind, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return what things are called, of those that are there; it asks nobody whether they may."""
    query = _NAMES.format(sql.Identifier(*kind.view))
    cursor = await tx.connection.execute(query, {"ids": list(ids)})
    return {row["id"]: row["name"] for row in await cursor.fetchall()}
