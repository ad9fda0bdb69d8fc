"""The routes of versions of plans: edit, compare, vary an assumption."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Header, Response
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.canonical import content_hash
from evigate.base.subject import Subject
from evigate.kernel.http import PageOf, responses_of
from evigate.papers.datasets import using_catalog
from evigate.papers.errors import (
    E_PLAN_GUARDRAIL_FAILED,
    E_PLAN_NO_ALLOWED_DATASETS,
    E_PLAN_NO_ASSUMPTION,
    E_PLAN_NO_RECIPE,
    E_PLAN_NOT_FOUND,
    E_PLAN_SCHEMA_INVALID,
    E_PLAN_STALE,
)
from evigate.papers.models import PlanRecord
from evigate.papers.plan.editing import VALUES_MAX, Sensitivity
from evigate.papers.schemas import PlanOut
from evigate.papers.service import PapersService

_UNRUNNABLE = (
    E_PLAN_SCHEMA_INVALID,
    E_PLAN_GUARDRAIL_FAILED,
    E_PLAN_NO_RECIPE,
    E_PLAN_NO_ALLOWED_DATASETS,
)


class VersionOut(BaseModel):
    """One version of a plan; `plan_hash` is what an edit of it is to name in If-Match."""

    plan_id: UUID
    revision: int
    previous_id: UUID | None
    plan_hash: str
    status: str

    @classmethod
    def of(cls, plan: PlanRecord) -> "VersionOut":
        """Make the wire form."""
        return cls(
            plan_id=plan.id,
            revision=plan.revision,
            previous_id=plan.previous_id,
            plan_hash=content_hash(plan.plan_json),
            status=plan.status,
        )


class ChangeOut(BaseModel):
    """One place in which two plans differ."""

    place: str
    before: Any
    after: Any


class DiffOut(BaseModel):
    """Where a plan differs from another."""

    plan_id: UUID
    against: UUID | None
    changes: list[ChangeOut]


class VaryIn(BaseModel):
    """An assumption and the values to try."""

    model_config = ConfigDict(extra="forbid")

    field: str = Field(max_length=200, examples=["protocol.test_size"])
    values: list[str] = Field(min_length=1, max_length=VALUES_MAX, examples=[["0.2", "0.3"]])


class VariedOut(BaseModel):
    """The journeys that a variation started, in the values' order."""

    reproduction_ids: list[UUID]


class TriedOut(BaseModel):
    """One value, its run, and by claim the verdict and the number observed."""

    value: str
    status: str | None
    plan_id: str
    run_id: str | None
    verdicts: dict[str, str]
    observed: dict[str, float]


class SensitivityOut(BaseModel):
    """How verdicts depend on one assumption."""

    field: str
    is_decisive: bool
    tried: list[TriedOut]

    @classmethod
    def of(cls, found: Sensitivity) -> "SensitivityOut":
        """Make the wire form."""
        tried = [
            TriedOut(
                value=each.value,
                status=each.status,
                plan_id=each.plan_id,
                run_id=each.run_id,
                verdicts=dict(each.verdicts),
                observed=dict(each.observed),
            )
            for each in found.tried
        ]
        return cls(field=found.field, is_decisive=found.is_decisive, tried=tried)


def version_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    """Add the routes of versions of plans."""

    @routes.put(
        "/plans/{plan_id}",
        status_code=201,
        tags=["plans"],
        responses=responses_of(E_PLAN_NOT_FOUND, E_PLAN_STALE, *_UNRUNNABLE),
    )
    async def edit_plan(
        plan_id: UUID,
        response: Response,
        subject: Annotated[Subject, subject_of],
        document: Annotated[dict[str, Any], Body()],
        if_match: Annotated[str | None, Header()] = None,
    ) -> PlanOut:
        """Make a new version of the plan, which waits for its own approval."""
        expected = if_match.strip().strip('"') if if_match else None
        made = await service.edit_plan(subject, plan_id, document, expected=expected)
        response.headers["ETag"] = f'"{content_hash(made.plan_json)}"'
        with using_catalog(await service.catalog(subject)):
            return PlanOut.of(made)

    @routes.get(
        "/plans/{plan_id}/versions", tags=["plans"], responses=responses_of(E_PLAN_NOT_FOUND)
    )
    async def plan_versions(
        plan_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[VersionOut]:
        """List a plan's versions, newest first."""
        plans = await service.plan_versions(subject, plan_id)
        return PageOf(items=[VersionOut.of(plan) for plan in plans])

    @routes.get("/plans/{plan_id}/diff", tags=["plans"], responses=responses_of(E_PLAN_NOT_FOUND))
    async def diff_plan(
        plan_id: UUID, subject: Annotated[Subject, subject_of], against: UUID | None = None
    ) -> DiffOut:
        """Say where a plan differs from another, or from the version before it."""
        plan = await service.get_plan(subject, plan_id)
        changes = await service.diff_plan(subject, plan_id, against)
        return DiffOut(
            plan_id=plan_id,
            against=against or plan.previous_id,
            changes=[ChangeOut(place=c.place, before=c.before, after=c.after) for c in changes],
        )

    @routes.post(
        "/plans/{plan_id}/vary",
        status_code=202,
        tags=["plans"],
        responses=responses_of(E_PLAN_NOT_FOUND, E_PLAN_NO_ASSUMPTION, *_UNRUNNABLE),
    )
    async def vary_plan(
        plan_id: UUID, body: VaryIn, subject: Annotated[Subject, subject_of]
    ) -> VariedOut:
        """Run the plan once for each value of one assumption."""
        started = await service.vary_plan(subject, plan_id, body.field, body.values)
        return VariedOut(reproduction_ids=list(started))

    @routes.get(
        "/plans/{plan_id}/sensitivity", tags=["plans"], responses=responses_of(E_PLAN_NOT_FOUND)
    )
    async def sensitivity(
        plan_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[SensitivityOut]:
        """Say what each value of each varied assumption did to the verdicts."""
        found = await service.sensitivity(subject, plan_id)
        return PageOf(items=[SensitivityOut.of(each) for each in found])
