"""The pages of access: what each role may do, the policies, an editor with a trial, the answers."""

import json
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from evigate.base.errors import EvigateError
from evigate.boot import House
from evigate.kernel.access import may
from evigate.kernel.conditions import E_CONDITION_INVALID
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Pages
from evigate.kernel.policies import MANAGE, Answered, Asked, KeptPolicy, PolicyDraft, Role
from evigate.kernel.policies.errors import (
    E_POLICY_CHANGED,
    E_POLICY_EXISTS,
    E_POLICY_INVALID,
    E_POLICY_NOT_FOUND,
)
from evigate.web.entering import see

SHOWN_BESIDE_THE_FORM = (E_POLICY_INVALID, E_CONDITION_INVALID, E_POLICY_EXISTS, E_POLICY_CHANGED)
EXAMPLE = '{"resource.owner_id": {"$eq": {"$ref": "user.id"}}}'
EVALUATIONS_SHOWN = 50
Text = Annotated[str, Form(max_length=20_000)]


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a person typed into the form of a policy, and beside it to try the policy."""

    do: Annotated[str, Form(max_length=10)]
    id: Annotated[str, Form(alias="policy_id", max_length=40)] = ""
    version: Annotated[int, Form()] = 0
    name: Text = ""
    description: Text = ""
    effect: Text = "allow"
    actions: Text = ""
    resources: Text = ""
    conditions: Text = ""
    priority: Annotated[int, Form()] = 0
    is_enabled: Annotated[bool, Form()] = False
    user_id: Annotated[str, Form(max_length=40)] = ""
    action: Text = ""
    resource: Text = ""
    resource_attributes: Text = ""
    environment: Text = ""


class _Page:
    """Draws the form of a policy, with the answer of a trial or why it was refused."""

    def __init__(self, house: House, pages: Pages) -> None:
        self.house, self.pages = house, pages

    async def show(
        self,
        request: Request,
        visitor: Visitor,
        form: dict[str, Any],
        *,
        answered: Answered | None = None,
        error: EvigateError | None = None,
    ) -> Response:
        context = {
            "form": form,
            "members": await self.house.tenancy.list_members(visitor.subject),
            "answered": answered,
            "error": error.message if error else None,
            "may_manage": may(visitor.subject, MANAGE),
        }
        status = error.code.status if error else 200
        return await self.pages.draw(request, "policy", context, active="settings", status=status)


def policy_pages(routes: APIRouter, house: House, pages: Pages) -> None:
    """Add the pages of access."""
    visitor_of = Depends(house.doors.visitor)
    page = _Page(house, pages)
    _overview_page(routes, page, visitor_of)
    _form_pages(routes, page, visitor_of)
    _change_routes(routes, page, visitor_of)


def _overview_page(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    house = page.house

    @routes.get("/settings/access")
    async def overview(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        subject = visitor.subject
        roles = await house.policies.list_roles(subject)
        context = {
            "roles": roles,
            "matrix": _matrix(roles, house.policies.capabilities()),
            "grants": await house.policies.list_grants(subject),
            "policies": await house.policies.list_policies(subject),
            "evaluations": await house.access.list_evaluations(subject, limit=EVALUATIONS_SHOWN),
            "may_manage": may(subject, MANAGE),
        }
        return await page.pages.draw(request, "access", context, active="settings")


def _form_pages(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/settings/access/policies/new")
    async def new(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await page.show(request, visitor, _empty_form())

    @routes.get("/settings/access/policies/{policy_id}")
    async def show(
        request: Request, policy_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        kept = await page.house.policies.list_policies(visitor.subject)
        found = next((each for each in kept if each.id == policy_id), None)
        if found is None:
            raise EvigateError(E_POLICY_NOT_FOUND, f"There is no policy {policy_id}.")
        return await page.show(request, visitor, _filled_form(found))


def _change_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    house = page.house

    @routes.post("/settings/access/policies")
    async def keep(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        sent: Annotated[_Sent, Depends()],
    ) -> Response:
        form = asdict(sent)
        try:
            if sent.do == "try":
                answered = await _try(house, visitor, form)
                return await page.show(request, visitor, form, answered=answered)
            await _keep(house, visitor, form)
        except EvigateError as error:
            if error.code not in SHOWN_BESIDE_THE_FORM:
                raise
            return await page.show(request, visitor, form, error=error)
        return see("/settings/access#policies")

    @routes.post("/settings/access/policies/{policy_id}/remove")
    async def remove(policy_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await house.policies.remove_policy(visitor.subject, policy_id)
        return see("/settings/access#policies")


def _matrix(roles: list[Role], capabilities: list[str]) -> list[dict[str, Any]]:
    """A row a capability: which roles hold it; patterns of the tenant's own roles come last."""
    patterns = {each for role in roles if role.id for each in role.capabilities}
    rows = [*capabilities, *sorted(patterns - set(capabilities))]
    return [{"name": name, "held": [name in role.capabilities for role in roles]} for name in rows]


def _empty_form() -> dict[str, Any]:
    texts = ("id", "name", "description", "actions", "resources", "conditions", "user_id")
    trial = ("action", "resource", "resource_attributes", "environment")
    return {
        **dict.fromkeys((*texts, *trial), ""),
        "effect": "allow",
        "version": 0,
        "priority": 0,
        "is_enabled": True,
    }


def _filled_form(found: KeptPolicy) -> dict[str, Any]:
    draft = found.draft
    return _empty_form() | {
        "id": str(found.id),
        "version": found.version,
        "name": draft.name,
        "description": draft.description,
        "effect": draft.effect,
        "actions": " ".join(draft.actions),
        "resources": " ".join(draft.resources),
        "conditions": json.dumps(draft.conditions, indent=2) if draft.conditions else "",
        "priority": draft.priority,
        "is_enabled": draft.is_enabled,
    }


def object_of(text: str, what: str) -> dict[str, Any]:
    """Return the JSON object that a field holds, empty for nothing; raises E_POLICY_INVALID."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except ValueError as error:
        raise EvigateError(E_POLICY_INVALID, f"{what}: that is no JSON ({error}).") from error
    if not isinstance(found, dict):
        message = f"{what}: that is no JSON object, such as {EXAMPLE}."
        raise EvigateError(E_POLICY_INVALID, message)
    return found


def _draft(form: dict[str, Any]) -> PolicyDraft:
    return PolicyDraft(
        name=form["name"],
        effect=form["effect"],
        actions=tuple(form["actions"].split()),
        resources=tuple(form["resources"].split()),
        conditions=object_of(form["conditions"], "Condition") or None,
        priority=form["priority"],
        is_enabled=form["is_enabled"],
        description=form["description"],
    )


def _policy_id(sent: str) -> UUID | None:
    """Return the policy that a form is about; None for a new one."""
    try:
        return UUID(sent) if sent else None
    except ValueError as error:
        raise EvigateError(E_POLICY_NOT_FOUND, f"There is no policy {sent!r}.") from error


async def _keep(house: House, visitor: Visitor, form: dict[str, Any]) -> None:
    await house.policies.keep_policy(
        visitor.subject,
        _draft(form),
        policy_id=_policy_id(form["id"]),
        version=form["version"],
    )


async def _try(house: House, visitor: Visitor, form: dict[str, Any]) -> Answered:
    asked = Asked(
        form["action"].strip(),
        form["resource"].strip(),
        object_of(form["resource_attributes"], "What is known of it"),
        object_of(form["environment"], "Surroundings"),
    )
    try:
        user_id = UUID(form["user_id"])
    except ValueError as error:
        raise EvigateError(E_POLICY_INVALID, "Choose a member to try it as.") from error
    return await house.access.explain(visitor.subject, asked, user_id, draft=_draft(form))
