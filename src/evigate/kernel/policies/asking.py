"""Asking who may do what: for oneself, for another member, for all of them; and what was answered.

A question about oneself is answered and written down: every denial, and every allowance of
something that changes things. What is asked for another member is a trial and leaves no trace.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from evigate.base.errors import E_UNAUTHENTICATED, EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.kernel.access import EVERY_ROLE, Permission, require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.policies.keeping import READ, no_member
from evigate.kernel.policies.models import (
    Asked,
    Decision,
    Evaluation,
    PolicyDraft,
    check_action,
    check_scope,
)
from evigate.kernel.policies.standing import standings
from evigate.kernel.policies.things import Kind, read_thing

ASK = Permission("policies.ask", EVERY_ROLE | {"learner"})
# Verbs that only look: an allowance of them is not written down.
LOOKING = frozenset({"read", "list", "view", "show", "search", "ask"})
SHOWN_MAX = 500

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Answered:
    """The decision for one member."""

    user_id: UUID
    email: str
    decision: Decision


class AccessQuestions:
    """The verbs that ask."""

    def __init__(
        self,
        database: Database,
        permissions: Callable[[], Sequence[Permission]],
        kinds: Sequence[Kind] = (),
    ) -> None:
        self._database = database
        self._permissions = permissions
        self._kinds = kinds

    async def check(self, subject: Subject, asked: Asked) -> Decision:
        """Answer for the one who asks, and write down what the module's first paragraph names.

        Raises:
            EvigateError[E_UNAUTHENTICATED]: the one who asks is no member.
            EvigateError[E_POLICY_INVALID]: that is no action, or no thing.
        """
        require(subject, ASK)
        if subject.user_id is None:
            raise EvigateError(E_UNAUTHENTICATED, "Only a member is asked about.")
        begun = time.perf_counter()
        async with self._database.tx(subject) as tx:
            answered = await self._answer(tx, asked, subject.user_id, role=subject.role)
            decision = answered[0].decision
            if not decision.is_allowed or asked.action.rpartition(":")[2] not in LOOKING:
                await record(tx, asked, decision, round((time.perf_counter() - begun) * 1e6))
        return decision

    async def explain(
        self, subject: Subject, asked: Asked, user_id: UUID, *, draft: PolicyDraft | None = None
    ) -> Answered:
        """Answer for a member, with the trace of every condition; nothing is written down.

        A draft joins the tenant's policies, in place of the one that has its name.

        Raises:
            EvigateError[E_POLICY_NOT_FOUND]: there is no such member.
        """
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return (await self._answer(tx, asked, user_id, draft=draft))[0]

    async def who_can(self, subject: Subject, asked: Asked) -> list[Answered]:
        """Answer for every member, by address."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return await self._answer(tx, asked, None)

    async def list_evaluations(
        self,
        subject: Subject,
        *,
        resource: str | None = None,
        is_allowed: bool | None = None,
        limit: int = 100,
    ) -> list[Evaluation]:
        """Return answers that were written down, newest first, 500 at most."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            rows = await _queries.list_evaluations(
                tx.connection,
                resource=resource,
                is_allowed=is_allowed,
                limit=min(max(limit, 1), SHOWN_MAX),
            )
        return [Evaluation(**{**row, "deciding": tuple(row["deciding"])}) for row in rows]

    async def _answer(
        self,
        tx: Tx,
        asked: Asked,
        user_id: UUID | None,
        *,
        role: str | None = None,
        draft: PolicyDraft | None = None,
    ) -> list[Answered]:
        check_action(asked.action)
        for scope in (asked.resource, *asked.scopes):
            check_scope(scope)
        asked = await self._completed(tx, asked)
        found = await standings(tx, self._permissions(), user_id=user_id, role=role, draft=draft)
        if user_id is not None and not found:
            raise no_member(user_id)
        return [Answered(each.user_id, each.email, each.decide(asked)) for each in found]

    async def _completed(self, tx: Tx, asked: Asked) -> Asked:
        """Add what the house knows of a thing of its own; what the question says of it stays."""
        for kind in self._kinds:
            if (id_ := kind.id_in(asked.resource)) is not None:
                thing = await read_thing(tx, kind, id_)
                if thing is not None:
                    attributes = {**thing.attributes, **asked.resource_attributes}
                    scopes = (*thing.scopes, *asked.scopes)
                    return replace(asked, resource_attributes=attributes, scopes=scopes)
        return asked


async def record(tx: Tx, asked: Asked, decision: Decision, duration_us: int) -> None:
    """Write an answer down, for the one who asked."""
    await _queries.add_evaluation(
        tx.connection,
        id=new_uuid(),
        user_id=tx.subject.user_id,
        action=asked.action,
        resource=asked.resource,
        is_allowed=decision.is_allowed,
        reason=decision.reason,
        deciding=list(decision.deciding),
        duration_us=duration_us,
    )
