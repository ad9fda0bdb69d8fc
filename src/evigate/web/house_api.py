"""The API of the house itself: its health, the caller's tokens, the tenant's jobs and budgets.

What the command line can do, a program can do here; secrets go in and never come out.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from evigate.base.errors import E_NOT_FOUND, EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.doctor import check_up
from evigate.kernel.budgets import list_budgets, set_budget
from evigate.kernel.http import API, PAGE_SIZE, PAGE_SIZE_MAX, PageOf, responses_of
from evigate.kernel.jobs import list_jobs, retry_job
from evigate.kernel.secrets.errors import E_SECRET_NOT_FOUND
from evigate.kernel.tenancy.errors import (
    E_TOKEN_NOT_FOUND,
)
from evigate.web.channels import channel_routes
from evigate.web.health_api import health_routes
from evigate.web.members_api import member_routes
from evigate.web.organisations_api import organisation_routes
from evigate.web.policies_api import policy_routes
from evigate.web.wire import Wire


class CheckOut(Wire):
    """One part of the installation, and how it is."""

    name: str = Field(examples=["Sandbox"])
    status: Literal["ok", "warning", "failed"]
    detail: str
    remediation: str | None


class TokenIn(Wire):
    """A token to make; it holds at most the caller's own role."""

    name: str = Field(min_length=1, max_length=100, examples=["laptop"])
    role: Literal["owner", "editor", "viewer"] | None = None
    lifetime_s: float | None = Field(default=None, gt=0)


class TokenOut(Wire):
    """A token as it may be shown."""

    id: UUID
    name: str
    hint: str
    role: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewTokenOut(Wire):
    """A token that was just made; its text is shown this once."""

    id: UUID
    token: str


class JobOut(Wire):
    """A job of the tenant's."""

    id: int
    task: str
    status: str
    attempts: int
    priority: int
    scheduled_at: datetime | None
    last_change_at: datetime | None
    args: dict[str, Any]


class BudgetOut(Wire):
    """How much of one thing the tenant may use; amounts are in `unit`."""

    name: str = Field(examples=["runs.seconds"])
    unit: str
    limit_amount: int
    spent: int
    reserved: int


class BudgetIn(Wire):
    """A limit; what was spent stays spent."""

    unit: Literal["seconds", "micros", "tokens", "bytes"]
    limit_amount: int = Field(ge=0)


class SecretIn(Wire):
    """A value to seal."""

    value: str = Field(min_length=1, max_length=10_000)


class SecretOut(Wire):
    """That a secret is there, and since when."""

    name: str
    updated_at: datetime


def house_routes(house: House) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=API, tags=["house"])
    subject_of = Depends(house.doors.subject)
    _add_tokens(routes, house, subject_of)
    member_routes(routes, house, subject_of)
    policy_routes(routes, house, subject_of)
    organisation_routes(routes, house, subject_of)
    _add_work(routes, house, subject_of)
    health_routes(routes, house, subject_of)
    channel_routes(routes, house, subject_of)
    _add_secrets(routes, house, subject_of)

    @routes.get("/doctor")
    async def doctor(subject: Annotated[Subject, subject_of]) -> list[CheckOut]:
        """Tell what is here, what is missing, and what that costs."""
        return [CheckOut.model_validate(each) for each in await check_up(house.settings)]

    return routes


def _add_tokens(routes: APIRouter, house: House, subject_of: Any) -> None:
    @routes.get("/tokens")
    async def list_tokens(subject: Annotated[Subject, subject_of]) -> PageOf[TokenOut]:
        """List the caller's tokens, newest first, revoked ones too."""
        found = await house.tenancy.list_tokens(subject)
        return PageOf(items=[TokenOut.model_validate(each) for each in found])

    @routes.post("/tokens", status_code=201)
    async def create_token(body: TokenIn, subject: Annotated[Subject, subject_of]) -> NewTokenOut:
        """Make a token and show it, this once."""
        token_id, text = await house.tenancy.create_token(
            subject, body.name, role=body.role, lifetime_s=body.lifetime_s
        )
        return NewTokenOut(id=token_id, token=text)

    @routes.delete("/tokens/{token_id}", status_code=204, responses=responses_of(E_TOKEN_NOT_FOUND))
    async def revoke_token(token_id: UUID, subject: Annotated[Subject, subject_of]) -> None:
        """Make a token worthless at once."""
        await house.tenancy.revoke_token(subject, token_id)


def _add_work(routes: APIRouter, house: House, subject_of: Any) -> None:
    @routes.get("/jobs")
    async def jobs(
        subject: Annotated[Subject, subject_of],
        status: str | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE,
    ) -> PageOf[JobOut]:
        """List jobs, newest first; status "failed" lists the dead letters."""
        async with house.database.tx(subject) as tx:
            found = await list_jobs(tx, status=status, limit=limit)
        fields = JobOut.model_fields
        return PageOf(
            items=[JobOut(**{name: getattr(job, name) for name in fields}) for job in found]
        )

    @routes.post("/jobs/{job_id}/retry", status_code=204, responses=responses_of(E_NOT_FOUND))
    async def retry(job_id: int, subject: Annotated[Subject, subject_of]) -> None:
        """Send a dead letter again."""
        async with house.database.tx(subject) as tx:
            if not await retry_job(tx, job_id):
                raise EvigateError(E_NOT_FOUND, f"There is no dead letter {job_id}.")

    @routes.get("/budgets")
    async def budgets(subject: Annotated[Subject, subject_of]) -> PageOf[BudgetOut]:
        """List budgets; what has none is unlimited."""
        async with house.database.tx(subject) as tx:
            found = await list_budgets(tx)
        return PageOf(items=[BudgetOut.model_validate(each) for each in found])

    @routes.put("/budgets/{name}", status_code=204)
    async def put_budget(
        name: str, body: BudgetIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Set a limit."""
        async with house.database.tx(subject) as tx:
            await set_budget(tx, name, unit=body.unit, limit_amount=body.limit_amount)


def _add_secrets(routes: APIRouter, house: House, subject_of: Any) -> None:
    @routes.get("/secrets")
    async def list_secrets(subject: Annotated[Subject, subject_of]) -> PageOf[SecretOut]:
        """List the names of secrets."""
        async with house.database.tx(subject) as tx:
            found = await house.vault.list(tx)
        return PageOf(items=[SecretOut.model_validate(each) for each in found])

    @routes.put("/secrets/{name}", status_code=204)
    async def put_secret(
        name: str, body: SecretIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Seal a value under a name."""
        async with house.database.tx(subject) as tx:
            await house.vault.write(tx, name, body.value)

    @routes.delete("/secrets/{name}", status_code=204, responses=responses_of(E_SECRET_NOT_FOUND))
    async def delete_secret(name: str, subject: Annotated[Subject, subject_of]) -> None:
        """Remove a secret."""
        async with house.database.tx(subject) as tx:
            await house.vault.delete(tx, name)
