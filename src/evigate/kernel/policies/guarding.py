"""The one place that a room asks before it touches a thing of its own.

A verb on a thing opens its transaction here: it names a permission and the thing, and gets a
transaction or a refusal. The answer joins the role, the roles held on the thing or on what it
stands in, and the tenant's policies. What may not be read does not exist; what may be read but not
changed is refused with the reason. A refusal is written down, after its transaction has ended.
A job and the machine's operator act for the tenant itself: their role's permissions decide alone.
"""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from evigate.base.errors import E_DENIED, E_UNAUTHENTICATED, EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import Permission, may, require
from evigate.kernel.db import Database, Tx
from evigate.kernel.policies.asking import record
from evigate.kernel.policies.filtering import ALL, NONE, filter_of
from evigate.kernel.policies.models import Asked, Decision
from evigate.kernel.policies.standing import Standing, capability, standings
from evigate.kernel.policies.things import Kind, Thing, read_thing

REASONS = {
    "denied": "a policy says no",
    "error": "a policy that denies could not be answered",
    "nothing_holds": "no role and no policy allows it",
}
_SEVERAL = sql.SQL(
    "SELECT t.id FROM {} AS t CROSS JOIN LATERAL (SELECT jsonb_build_object("
    "'user', %(user)s::jsonb, 'env', '{{}}'::jsonb, 'resource', t.attributes ||"
    " jsonb_build_object('type', %(kind)s::text, 'id', t.id::text)) AS doc OFFSET 0) AS d WHERE {}"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A transaction that was let in to a thing, and what else its subject may do there.

    `standing` is None for who acts as the tenant itself.
    """

    tx: Tx
    kind: Kind
    id: UUID
    thing: Thing
    standing: Standing | None

    def asked(self, action: str) -> Asked:
        """Return the question whether an action may be done to the thing."""
        thing = self.thing
        return Asked(action, self.kind.resource(self.id), thing.attributes, scopes=thing.scopes)

    def decide(self, action: str) -> Decision:
        """Answer for an action on the thing; to who acts as the tenant itself, all is allowed."""
        if self.standing is None:
            return Decision(True, "allowed", (), ())
        return self.standing.decide(self.asked(action))

    def may(self, permission: Permission) -> bool:
        """Tell whether the subject may do this to the thing too."""
        if self.standing is None:
            return may(self.tx.subject, permission)
        return self.decide(capability(permission)).is_allowed


class _Refused(Exception):
    def __init__(self, asked: Asked, decision: Decision, error: EvigateError) -> None:
        self.asked, self.decision, self.error = asked, decision, error


class Guard:
    """Asks for every verb on a thing; one object for the house."""

    def __init__(self, database: Database, permissions: Callable[[], Sequence[Permission]]) -> None:
        self._database = database
        self._permissions = permissions

    @asynccontextmanager
    async def enter(
        self,
        subject: Subject,
        permission: Permission,
        kind: Kind,
        id_: UUID,
        *,
        is_snapshot: bool = False,
    ) -> AsyncIterator[Entry]:
        """
        Open a transaction for something to be done to a thing.

        Raises:
            EvigateError[E_UNAUTHENTICATED]: nobody is signed in.
            EvigateError of `kind.missing`: there is no such thing, or it may not be read.
            EvigateError[E_DENIED]: it may be read, but this may not be done; the message says why.
        """
        if subject.user_id is None:
            require(subject, permission)
        begun = time.perf_counter()
        try:
            async with self._database.tx(subject, is_snapshot=is_snapshot) as tx:
                entry = await self.look(tx, kind, id_)
                self.admit(entry, permission)
                yield entry
        except _Refused as refused:
            duration_us = round((time.perf_counter() - begun) * 1e6)
            async with self._database.tx(subject) as tx:
                await record(tx, refused.asked, refused.decision, duration_us)
            raise refused.error from None

    def admit(self, entry: Entry, permission: Permission) -> None:
        """Refuse, within `enter`, unless what was looked at may be read, and this be done to it."""
        for asked in (entry.kind.read, permission):
            if entry.may(asked):
                continue
            decision = entry.decide(capability(asked))
            error = entry.kind.missing(entry.id)
            if asked is not entry.kind.read:
                reason = REASONS[decision.reason]
                error = EvigateError(E_DENIED, f"{asked.name!r} is not allowed: {reason}.")
            raise _Refused(entry.asked(capability(asked)), decision, error)

    async def look(self, tx: Tx, kind: Kind, id_: UUID) -> Entry:
        """
        Return what the transaction's subject may do to a thing, without asking for anything.

        Raises:
            EvigateError of `kind.missing`: there is no such thing.
        """
        thing = await read_thing(tx, kind, id_)
        if thing is None:
            raise kind.missing(id_)
        return Entry(tx, kind, id_, thing, await self._standing(tx))

    async def seen(self, tx: Tx, permission: Permission, kind: Kind) -> list[UUID] | None:
        """
        Return the things of a kind that the subject may do this to; None means each of them.

        A list is filtered by it where it stands (`:seen::uuid[] IS NULL OR id = ANY(:seen)`), so
        that pages are full and counts are right.

        Raises:
            EvigateError[E_UNAUTHENTICATED]: nobody is signed in.
            EvigateError[E_DENIED]: a job, or the operator, whose role does not hold it.
        """
        standing = await self._standing(tx)
        if standing is None:
            require(tx.subject, permission)
            return None
        found = filter_of(standing, capability(permission), kind.name)
        if found is ALL:
            return None
        if found is NONE:
            return []
        # Written by `filter_of` alone: every word of a policy's is a parameter.
        where = sql.SQL(found.sql)
        query = _SEVERAL.format(sql.Identifier(*kind.view), where)
        values = {"user": Jsonb(dict(standing.user)), "kind": kind.name, **found.values}
        cursor = await tx.connection.execute(query, values)
        return [row["id"] for row in await cursor.fetchall()]

    async def _standing(self, tx: Tx) -> Standing | None:
        subject = tx.subject
        if subject.user_id is None:
            return None
        found = await standings(tx, self._permissions(), user_id=subject.user_id, role=subject.role)
        if not found:
            raise EvigateError(E_UNAUTHENTICATED, "Nobody is signed in.")
        return found[0]
