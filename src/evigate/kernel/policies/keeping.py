"""The verbs that keep roles, who holds them, policies, and what is known of a member.

A change names the version that it was made on; where somebody was quicker it is refused with what
stands there now, so that nothing is lost. Every change is in the tenant's audit trail.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from evigate.base.canonical import canonical_json
from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.kernel.access import OWNER_ONLY, Permission, require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import audit
from evigate.kernel.policies.errors import (
    E_POLICY_CHANGED,
    E_POLICY_EXISTS,
    E_POLICY_INVALID,
    E_POLICY_NOT_FOUND,
)
from evigate.kernel.policies.models import (
    TENANT_SCOPE,
    HeldRole,
    KeptPolicy,
    PolicyDraft,
    Role,
    check_name,
    check_patterns,
    check_scope,
    parse_policy,
)
from evigate.kernel.policies.standing import capabilities_of, policy_of

READ = Permission("policies.read", frozenset({"owner", "editor"}))
MANAGE = Permission("policies.manage", OWNER_ONLY)
HOUSE_ROLES = ("owner", "editor", "viewer", "learner", "customer")
ATTRIBUTES_MAX = 20_000

_queries = load_queries(__package__)


class Policies:
    """The verbs of roles, grants and policies."""

    def __init__(self, database: Database, permissions: Callable[[], Sequence[Permission]]) -> None:
        self._database = database
        self._permissions = permissions

    def house_roles(self) -> list[Role]:
        """Return the house's own roles; a permission `room.verb` is the capability `room:verb`."""
        return [
            Role(None, name, "", tuple(sorted(capabilities_of(self._permissions(), name))))
            for name in HOUSE_ROLES
        ]

    def capabilities(self) -> list[str]:
        """Return every capability that the house's own doors ask for, sorted."""
        return sorted(each.name.replace(".", ":") for each in self._permissions())

    async def list_roles(self, subject: Subject) -> list[Role]:
        """Return the house's roles, then the tenant's own by name."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return [*self.house_roles(), *await _roles(tx)]

    async def keep_role(self, subject: Subject, role: Role) -> Role:
        """Add a role, or change the one with its id; its capabilities are patterns.

        Raises:
            EvigateError[E_POLICY_INVALID]: no name or no capability that is one.
            EvigateError[E_POLICY_EXISTS]: the name is taken, also by a role of the house's.
            EvigateError[E_POLICY_NOT_FOUND]: there is no role with the id.
            EvigateError[E_POLICY_CHANGED]: somebody changed it meanwhile.
        """
        require(subject, MANAGE)
        values = {
            "name": check_name(role.name),
            "description": role.description.strip(),
            "capabilities": list(check_patterns("capability", role.capabilities)),
        }
        if values["name"] in (*HOUSE_ROLES, "worker"):
            raise EvigateError(E_POLICY_EXISTS, f"{role.name!r} is a role of the house's own.")
        async with self._writing(subject, f"A role {role.name!r}") as tx:
            role_id = role.id or new_uuid()
            if role.id is None:
                await _queries.add_role(tx.connection, id=role_id, **values)
            else:
                changed = await _queries.change_role(
                    tx.connection, id=role_id, version=role.version, **values
                )
                _must_have_changed(changed, role_id, [each.id for each in await _roles(tx)])
            await audit(tx, "role_kept", role_id=str(role_id), name=values["name"])
            return next(each for each in await _roles(tx) if each.id == role_id)

    async def remove_role(self, subject: Subject, role_id: UUID) -> None:
        """Take a role away, from everybody who holds it too.

        Raises:
            EvigateError[E_POLICY_NOT_FOUND]: there is none such.
        """
        await self._remove(subject, _queries.remove_role, "role_removed", role_id)

    # Grants.

    async def list_grants(self, subject: Subject) -> list[HeldRole]:
        """Return who holds which role, by address, role and scope; also what has expired."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return [HeldRole(**row) for row in await _queries.list_grants(tx.connection)]

    async def grant(
        self,
        subject: Subject,
        role: str,
        user_id: UUID,
        *,
        scope: str = TENANT_SCOPE,
        expires_at: datetime | None = None,
    ) -> UUID:
        """Let a member hold a role of the tenant's within a scope; again changes when it expires.

        Raises:
            EvigateError[E_POLICY_NOT_FOUND]: there is no such role, or no such member.
            EvigateError[E_POLICY_INVALID]: the scope is none, or the end is past.
        """
        require(subject, MANAGE)
        if expires_at is not None and (expires_at.tzinfo is None or expires_at <= utc_now()):
            raise EvigateError(E_POLICY_INVALID, "A grant ends later than now, in a named zone.")
        async with self._database.tx(subject) as tx:
            found = next((each for each in await _roles(tx) if each.name == role), None)
            if found is None:
                raise EvigateError(
                    E_POLICY_NOT_FOUND, f"There is no role {role!r} of the tenant's."
                )
            await _must_be_member(tx, user_id)
            grant_id = (
                await _queries.add_grant(
                    tx.connection,
                    id=new_uuid(),
                    role_id=found.id,
                    user_id=user_id,
                    scope=check_scope(scope),
                    expires_at=expires_at,
                )
            )["id"]
            told = {"role": role, "user_id": str(user_id), "scope": scope}
            await audit(tx, "role_granted", grant_id=str(grant_id), **told)
        return UUID(str(grant_id))

    async def revoke(self, subject: Subject, grant_id: UUID) -> None:
        """Take a grant away.

        Raises:
            EvigateError[E_POLICY_NOT_FOUND]: there is none such.
        """
        await self._remove(subject, _queries.remove_grant, "grant_revoked", grant_id)

    async def set_attributes(
        self, subject: Subject, user_id: UUID, attributes: Mapping[str, Any]
    ) -> None:
        """Say what conditions may know of a member as `user.NAME`, in place of what was said.

        Raises:
            EvigateError[E_POLICY_NOT_FOUND]: there is no such member.
            EvigateError[E_POLICY_INVALID]: a name that the house fills itself, or too much.
        """
        require(subject, MANAGE)
        taken = sorted({"id", "email", "display_name", "role", "roles"} & set(attributes))
        if taken or len(canonical_json(dict(attributes))) > ATTRIBUTES_MAX:
            message = f"{taken[0]!r} is the house's to fill." if taken else "That is too much."
            raise EvigateError(E_POLICY_INVALID, message)
        async with self._database.tx(subject) as tx:
            await _must_be_member(tx, user_id)
            values = Jsonb(dict(attributes))
            await _queries.set_attributes(tx.connection, user_id=user_id, attributes=values)
            await audit(tx, "attributes_set", user_id=str(user_id), names=sorted(attributes))

    async def list_attributes(self, subject: Subject) -> dict[UUID, dict[str, Any]]:
        """Return what was said of each member, by user; empty where nothing was."""
        require(subject, MANAGE)
        async with self._database.tx(subject) as tx:
            rows = await _queries.list_attributes(tx.connection)
        return {row["user_id"]: dict(row["attributes"]) for row in rows}

    # Policies.

    async def list_policies(self, subject: Subject) -> list[KeptPolicy]:
        """Return the policies, the weightiest first, denials before allowances, then by name."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            return await _kept(tx)

    async def keep_policy(
        self,
        subject: Subject,
        draft: PolicyDraft,
        *,
        policy_id: UUID | None = None,
        version: int = 0,
    ) -> KeptPolicy:
        """Add a policy, or change the one with the id, if its version is still the one given.

        Raises:
            EvigateError[E_POLICY_INVALID], EvigateError[E_CONDITION_INVALID]: it cannot be read.
            EvigateError[E_POLICY_EXISTS]: the name is taken.
            EvigateError[E_POLICY_NOT_FOUND]: there is none with the id.
            EvigateError[E_POLICY_CHANGED]: somebody changed it meanwhile.
        """
        require(subject, MANAGE)
        values = _checked(draft)
        async with self._writing(subject, f"A policy {draft.name!r}") as tx:
            kept_id = policy_id or new_uuid()
            if policy_id is None:
                await _queries.add_policy(tx.connection, id=kept_id, **values)
            else:
                changed = await _queries.change_policy(
                    tx.connection, id=kept_id, version=version, **values
                )
                _must_have_changed(changed, kept_id, [each.id for each in await _kept(tx)])
            await audit(tx, "policy_kept", policy_id=str(kept_id), name=values["name"])
            return next(each for each in await _kept(tx) if each.id == kept_id)

    async def remove_policy(self, subject: Subject, policy_id: UUID) -> None:
        """Take a policy away.

        Raises:
            EvigateError[E_POLICY_NOT_FOUND]: there is none such.
        """
        await self._remove(subject, _queries.remove_policy, "policy_removed", policy_id)

    @asynccontextmanager
    async def _writing(self, subject: Subject, what: str) -> AsyncIterator[Tx]:
        try:
            async with self._database.tx(subject) as tx:
                yield tx
        except psycopg.errors.UniqueViolation as error:
            raise EvigateError(E_POLICY_EXISTS, f"{what} is there already.") from error

    async def _remove(self, subject: Subject, query: Any, told: str, id_: UUID) -> None:
        require(subject, MANAGE)
        async with self._database.tx(subject) as tx:
            if await query(tx.connection, id=id_) is None:
                raise EvigateError(E_POLICY_NOT_FOUND, f"There is none with the id {id_}.")
            await audit(tx, told, id=str(id_))


async def _kept(tx: Tx) -> list[KeptPolicy]:
    return [policy_of(row) for row in await _queries.list_policies(tx.connection)]


async def _must_be_member(tx: Tx, user_id: UUID) -> None:
    if not await _queries.is_member(tx.connection, user_id=user_id):
        raise no_member(user_id)


async def _roles(tx: Tx) -> list[Role]:
    rows = await _queries.list_roles(tx.connection)
    return [Role(**{**row, "capabilities": tuple(row["capabilities"])}) for row in rows]


def no_member(user_id: UUID) -> EvigateError:
    """Return the refusal of a question about somebody who is no member."""
    return EvigateError(E_POLICY_NOT_FOUND, f"There is no member {user_id}.")


def _checked(draft: PolicyDraft) -> dict[str, Any]:
    """The columns of a policy that can be read."""
    policy = parse_policy("new", draft)
    return {
        "name": policy.name,
        "description": draft.description.strip(),
        "effect": policy.effect.value,
        "actions": list(policy.actions),
        "resources": list(policy.resources),
        "conditions": Jsonb(dict(draft.conditions)) if draft.conditions else None,
        "priority": policy.priority,
        "is_enabled": policy.is_enabled,
    }


def _must_have_changed(changed: Any, id_: UUID, known: Sequence[UUID | None]) -> None:
    if changed is None and id_ not in known:
        raise EvigateError(E_POLICY_NOT_FOUND, f"There is none with the id {id_}.")
    if changed is None:
        raise EvigateError(E_POLICY_CHANGED, "Somebody changed it meanwhile; nothing was kept.")
