"""Standing: what a member is and holds, and the tenant's policies; a question is answered from it.

The house's own role enters as a grant for the whole tenant, beside the roles that are held within
scopes. A policy is read into its tree once for each of its versions and kept, since every question
needs all of them; a version's text never changes, so what is kept cannot be wrong.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.base.clock import utc_now
from evigate.kernel.access import Permission
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.policies.decide import decide
from evigate.kernel.policies.models import (
    Asked,
    Decision,
    Grant,
    KeptPolicy,
    Policy,
    PolicyDraft,
    Question,
    parse_policy,
)

POLICIES_KEPT = 5_000

_queries = load_queries(__package__)
_parsed: OrderedDict[tuple[UUID, int], Policy] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Standing:
    """One member at one moment; `user` is what conditions see at `user.NAME`."""

    user_id: UUID
    email: str
    user: Mapping[str, Any]
    grants: tuple[Grant, ...]
    policies: tuple[Policy, ...]
    now: datetime

    def decide(self, asked: Asked) -> Decision:
        """Answer a question for the member."""
        document = {
            "user": self.user,
            "resource": resource_document(asked.resource, asked.resource_attributes),
            "env": dict(asked.environment),
        }
        question = Question(asked.action, asked.resource, document, tuple(asked.scopes))
        return decide(question, self.policies, self.grants, now=self.now)


def resource_document(resource: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what conditions see at `resource.NAME`: the attributes, its type and its id."""
    kind, _, thing = resource.partition(":")
    return {**attributes, "type": kind, "id": thing}


async def standings(
    tx: Tx,
    permissions: Sequence[Permission],
    *,
    user_id: UUID | None = None,
    role: str | None = None,
    draft: PolicyDraft | None = None,
) -> list[Standing]:
    """
    Return the members' standings by address, or that of one; none where there is no such member.

    Args:
        role: what the one acts as. Where it is less than the member's own, as with a token made for
            less, the roles held within scopes are left out too.
        draft: a policy on trial; it takes the place of the one that has its name.
    """
    policies = await policies_of(tx)
    if draft is not None:
        policies = [each for each in policies if each.name != draft.name.strip()]
        policies.append(parse_policy("draft", draft))
    rows = await _queries.list_standings(tx.connection, user_id=user_id)
    now = utc_now()
    return [_standing(row, permissions, tuple(policies), role, now) for row in rows]


async def policies_of(tx: Tx) -> list[Policy]:
    """Return the tenant's policies that are switched on."""
    versions = await _queries.list_policy_versions(tx.connection)
    known = {row["id"]: _parsed.get((row["id"], row["version"])) for row in versions}
    if unknown := [each for each, policy in known.items() if policy is None]:
        for row in await _queries.get_policies(tx.connection, ids=unknown):
            kept = policy_of(row)
            parsed = parse_policy(str(kept.id), kept.draft)
            known[kept.id] = _parsed[kept.id, kept.version] = parsed
    while len(_parsed) > POLICIES_KEPT:
        _parsed.popitem(last=False)
    return [policy for policy in known.values() if policy is not None]


def policy_of(row: Mapping[str, Any]) -> KeptPolicy:
    """Return a policy's row as a value."""
    values = dict(row)
    kept = {name: values.pop(name) for name in ("id", "version", "created_by", "updated_at")}
    lists = {name: tuple(values[name]) for name in ("actions", "resources")}
    return KeptPolicy(draft=PolicyDraft(**{**values, **lists}), **kept)


def capabilities_of(permissions: Iterable[Permission], role: str) -> frozenset[str]:
    """Return what a role of the house's may do; a permission `room.verb` reads `room:verb`."""
    return frozenset(capability(each) for each in permissions if role in each.roles)


def capability(permission: Permission) -> str:
    """Return a permission as an action: `room.verb` reads `room:verb`."""
    return permission.name.replace(".", ":")


def _standing(
    row: Mapping[str, Any],
    permissions: Sequence[Permission],
    policies: tuple[Policy, ...],
    role: str | None,
    now: datetime,
) -> Standing:
    acting = role or row["role"]
    own = tuple(sorted(capabilities_of(permissions, acting)))
    held = (row["held"] or []) if acting == row["role"] else []
    grants = (Grant(f"role:{acting}", acting, own), *(_grant(each) for each in held))
    user = {
        **row["attributes"],
        "id": str(row["user_id"]),
        "email": row["email"],
        "display_name": row["display_name"],
        "role": acting,
        "roles": [each.role for each in grants],
    }
    return Standing(row["user_id"], row["email"], user, grants, policies, now)


def _grant(held: Mapping[str, Any]) -> Grant:
    end = held["expires_at"] and datetime.fromisoformat(held["expires_at"])
    return Grant(held["id"], held["role"], tuple(held["capabilities"]), held["scope"], end)
