"""The routes of access: roles, who holds them, policies, and questions of who may do what."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.conditions import E_CONDITION_INVALID
from evigate.kernel.http import PageOf, responses_of
from evigate.kernel.policies import (
    Asked,
    KeptPolicy,
    PolicyDraft,
    Role,
)
from evigate.kernel.policies.errors import (
    E_POLICY_CHANGED,
    E_POLICY_EXISTS,
    E_POLICY_INVALID,
    E_POLICY_NOT_FOUND,
)
from evigate.web.wire import Wire


class RoleIn(Wire):
    """A role of the tenant's own; `version` is that of the role that was read."""

    name: str = Field(max_length=63, examples=["stylist"])
    description: str = Field(default="", max_length=2_000)
    capabilities: list[str] = Field(max_length=500, examples=[["appointment:*"]])
    version: int = 0

    def to_role(self, role_id: UUID | None = None) -> Role:
        """Return it as a value."""
        capabilities = tuple(self.capabilities)
        return Role(role_id, self.name, self.description, capabilities, self.version)


class RoleOut(Wire):
    """A role; the house's own have no id."""

    id: UUID | None
    name: str
    description: str
    capabilities: list[str]
    version: int


class GrantIn(Wire):
    """A role for a member within a scope."""

    role: str
    user_id: UUID
    scope: str = Field(default="tenant", examples=["tenant", "project:0190"])
    expires_at: datetime | None = None


class GrantOut(Wire):
    """Who holds which role, where, and until when."""

    id: UUID
    role: str
    user_id: UUID
    email: str
    scope: str
    granted_by: str
    created_at: datetime
    expires_at: datetime | None


class PolicyIn(Wire):
    """A policy; `version` is that of the policy that was read."""

    name: str = Field(max_length=200, examples=["Staff see their own salon"])
    effect: Literal["allow", "deny"]
    actions: list[str] = Field(max_length=100, examples=[["appointment:read"]])
    resources: list[str] = Field(max_length=100, examples=[["appointment:*"]])
    conditions: dict[str, Any] | None = Field(
        default=None, examples=[{"resource.salon_id": {"$eq": {"$ref": "user.salon_id"}}}]
    )
    priority: int = 0
    is_enabled: bool = True
    description: str = Field(default="", max_length=2_000)
    version: int = 0

    def to_draft(self) -> PolicyDraft:
        """Return it as a value."""
        values = self.model_dump(exclude={"version"})
        lists = {name: tuple(values[name]) for name in ("actions", "resources")}
        return PolicyDraft(**{**values, **lists})


class PolicyOut(PolicyIn):
    """A policy as it is kept."""

    id: UUID
    created_by: str
    updated_at: datetime

    @classmethod
    def of(cls, found: KeptPolicy) -> "PolicyOut":
        """Return a policy as it is sent."""
        draft = {
            name: getattr(found.draft, name) for name in PolicyIn.model_fields if name != "version"
        }
        return cls(
            **{**draft, "actions": list(draft["actions"]), "resources": list(draft["resources"])},
            id=found.id,
            version=found.version,
            created_by=found.created_by,
            updated_at=found.updated_at,
        )


class AskedIn(Wire):
    """May this be done to that? What is given of the thing stands at `resource.NAME`."""

    action: str = Field(examples=["appointment:read"])
    resource: str = Field(examples=["appointment:17"])
    resource_attributes: dict[str, Any] = Field(default_factory=dict)
    environment: dict[str, Any] = Field(default_factory=dict)
    scopes: list[str] = Field(default_factory=list, max_length=20)

    def to_asked(self) -> Asked:
        """Return it as a value."""
        return Asked(
            self.action, self.resource, self.resource_attributes, self.environment, self.scopes
        )


class ExplainIn(AskedIn):
    """The same for a member, with a policy on trial if one is given."""

    user_id: UUID
    policy: PolicyIn | None = None


class StepOut(Wire):
    """One test of a condition: where, what was asked, what was found; null is an error."""

    path: str
    operator: str
    expected: Any
    actual: list[Any]
    result: bool | None
    note: str


class ConsideredOut(Wire):
    """A policy or a grant that covers what is asked."""

    id: str
    name: str
    effect: str
    priority: int
    result: bool | None
    holds: bool
    trace: list[StepOut]


class DecisionOut(Wire):
    """The answer, who decided, and everything that was considered."""

    is_allowed: bool
    reason: str
    deciding: list[str]
    considered: list[ConsideredOut]


class AnsweredOut(Wire):
    """The answer for a member."""

    user_id: UUID
    email: str
    decision: DecisionOut


class EvaluationOut(Wire):
    """An answer that was written down."""

    id: UUID
    user_id: UUID | None
    action: str
    resource: str
    is_allowed: bool
    reason: str
    deciding: list[str]
    duration_us: int
    evaluated_at: datetime


KEPT = responses_of(E_POLICY_INVALID, E_POLICY_EXISTS, E_POLICY_NOT_FOUND, E_POLICY_CHANGED)
KEPT_POLICY = responses_of(
    E_POLICY_INVALID, E_CONDITION_INVALID, E_POLICY_EXISTS, E_POLICY_NOT_FOUND, E_POLICY_CHANGED
)


def policy_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    """Add the routes of access."""
    _role_routes(routes, house, subject_of)
    _grant_routes(routes, house, subject_of)
    _policy_routes(routes, house, subject_of)
    _question_routes(routes, house, subject_of)


def _role_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    @routes.get("/access/roles")
    async def list_roles(subject: Annotated[Subject, subject_of]) -> PageOf[RoleOut]:
        """List the house's roles, then the tenant's own by name."""
        return PageOf(
            items=[
                RoleOut.model_validate(each) for each in await house.policies.list_roles(subject)
            ]
        )

    @routes.post("/access/roles", status_code=201, responses=KEPT)
    async def add_role(body: RoleIn, subject: Annotated[Subject, subject_of]) -> RoleOut:
        """Add a role."""
        return RoleOut.model_validate(await house.policies.keep_role(subject, body.to_role()))

    @routes.put("/access/roles/{role_id}", responses=KEPT)
    async def change_role(
        role_id: UUID, body: RoleIn, subject: Annotated[Subject, subject_of]
    ) -> RoleOut:
        """Change a role, if nobody did meanwhile."""
        return RoleOut.model_validate(
            await house.policies.keep_role(subject, body.to_role(role_id))
        )

    @routes.delete(
        "/access/roles/{role_id}", status_code=204, responses=responses_of(E_POLICY_NOT_FOUND)
    )
    async def remove_role(role_id: UUID, subject: Annotated[Subject, subject_of]) -> None:
        """Take a role away, from everybody who holds it too."""
        await house.policies.remove_role(subject, role_id)


def _grant_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    @routes.get("/access/grants")
    async def list_grants(subject: Annotated[Subject, subject_of]) -> PageOf[GrantOut]:
        """List who holds which role, what has expired too."""
        found = await house.policies.list_grants(subject)
        return PageOf(items=[GrantOut.model_validate(each) for each in found])

    @routes.post("/access/grants", status_code=201, responses=KEPT)
    async def grant(body: GrantIn, subject: Annotated[Subject, subject_of]) -> GrantOut:
        """Let a member hold a role within a scope."""
        made = await house.policies.grant(
            subject, body.role, body.user_id, scope=body.scope, expires_at=body.expires_at
        )
        found = await house.policies.list_grants(subject)
        return GrantOut.model_validate(next(each for each in found if each.id == made))

    @routes.delete(
        "/access/grants/{grant_id}", status_code=204, responses=responses_of(E_POLICY_NOT_FOUND)
    )
    async def revoke(grant_id: UUID, subject: Annotated[Subject, subject_of]) -> None:
        """Take a grant away."""
        await house.policies.revoke(subject, grant_id)

    @routes.put(
        "/members/{user_id}/attributes",
        status_code=204,
        responses=responses_of(E_POLICY_NOT_FOUND, E_POLICY_INVALID),
    )
    async def set_attributes(
        user_id: UUID, body: dict[str, Any], subject: Annotated[Subject, subject_of]
    ) -> None:
        """Say what conditions may know of a member, in place of what was said."""
        await house.policies.set_attributes(subject, user_id, body)


def _policy_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    @routes.get("/access/policies")
    async def list_policies(subject: Annotated[Subject, subject_of]) -> PageOf[PolicyOut]:
        """List the policies, the weightiest first, denials before allowances."""
        found = await house.policies.list_policies(subject)
        return PageOf(items=[PolicyOut.of(each) for each in found])

    @routes.post("/access/policies", status_code=201, responses=KEPT_POLICY)
    async def add_policy(body: PolicyIn, subject: Annotated[Subject, subject_of]) -> PolicyOut:
        """Add a policy."""
        return PolicyOut.of(await house.policies.keep_policy(subject, body.to_draft()))

    @routes.put("/access/policies/{policy_id}", responses=KEPT_POLICY)
    async def change_policy(
        policy_id: UUID, body: PolicyIn, subject: Annotated[Subject, subject_of]
    ) -> PolicyOut:
        """Change a policy, if nobody did meanwhile."""
        kept = await house.policies.keep_policy(
            subject, body.to_draft(), policy_id=policy_id, version=body.version
        )
        return PolicyOut.of(kept)

    @routes.delete(
        "/access/policies/{policy_id}", status_code=204, responses=responses_of(E_POLICY_NOT_FOUND)
    )
    async def remove_policy(policy_id: UUID, subject: Annotated[Subject, subject_of]) -> None:
        """Take a policy away."""
        await house.policies.remove_policy(subject, policy_id)


def _question_routes(routes: APIRouter, house: House, subject_of: Any) -> None:
    @routes.post("/access/check", responses=responses_of(E_POLICY_INVALID))
    async def check(body: AskedIn, subject: Annotated[Subject, subject_of]) -> DecisionOut:
        """May the caller do this? A denial, and an allowance to change, is written down."""
        return DecisionOut.model_validate(await house.access.check(subject, body.to_asked()))

    @routes.post(
        "/access/explain",
        responses=responses_of(E_POLICY_INVALID, E_POLICY_NOT_FOUND, E_CONDITION_INVALID),
    )
    async def explain(body: ExplainIn, subject: Annotated[Subject, subject_of]) -> AnsweredOut:
        """May a member do this, and why? A policy on trial joins the others; nothing is kept."""
        draft = body.policy.to_draft() if body.policy else None
        found = await house.access.explain(subject, body.to_asked(), body.user_id, draft=draft)
        return AnsweredOut.model_validate(found)

    @routes.post("/access/who-can", responses=responses_of(E_POLICY_INVALID))
    async def who_can(
        body: AskedIn, subject: Annotated[Subject, subject_of]
    ) -> PageOf[AnsweredOut]:
        """Answer for every member, by address."""
        found = await house.access.who_can(subject, body.to_asked())
        return PageOf(items=[AnsweredOut.model_validate(each) for each in found])

    @routes.get("/access/evaluations")
    async def list_evaluations(
        subject: Annotated[Subject, subject_of],
        resource: str | None = None,
        is_allowed: bool | None = None,
        limit: int = 100,
    ) -> PageOf[EvaluationOut]:
        """List answers that were written down, newest first."""
        found = await house.access.list_evaluations(
            subject, resource=resource, is_allowed=is_allowed, limit=limit
        )
        return PageOf(items=[EvaluationOut.model_validate(each) for each in found])
