"""The routes of plans and their notebooks."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter

from evigate.base.clock import utc_now
from evigate.base.errors import E_CONFLICT
from evigate.base.subject import Subject
from evigate.kernel.http import (
    PageOf,
    responses_of,
)
from evigate.kernel.runs import RunStatus, create_run, finish_run
from evigate.kernel.storage import SignedUrls
from evigate.papers.api_shared import ASSETS_TTL_S, linker
from evigate.papers.datasets import using_catalog
from evigate.papers.errors import (
    E_PAPER_NOT_FOUND,
    E_PLAN_ASSET_MISSING,
    E_PLAN_NO_ALLOWED_DATASETS,
    E_PLAN_NO_RECIPE,
    E_PLAN_NOT_FOUND,
    E_PLAN_NOT_MATERIALIZED,
)
from evigate.papers.options import ReproduceOptions
from evigate.papers.schemas import (
    AssetsOut,
    DecideIn,
    MaterializeOut,
    PlanIn,
    PlanOut,
    StartedOut,
)
from evigate.papers.service import PapersService


def plan_routes(
    routes: APIRouter, service: PapersService, subject_of: Any, signed_urls: SignedUrls
) -> None:
    """Add the routes of plans."""
    _drafting_routes(routes, service, subject_of)
    _notebook_routes(routes, service, subject_of)
    _deciding_routes(routes, service, subject_of)
    _assets_routes(routes, service, subject_of, signed_urls)
    _running_routes(routes, service, subject_of)


def _drafting_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.post(
        "/papers/{paper_id}/plan",
        status_code=201,
        tags=["plans"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_PLAN_NO_ALLOWED_DATASETS, E_PLAN_NO_RECIPE),
    )
    async def make_plan(
        paper_id: UUID, body: PlanIn, subject: Annotated[Subject, subject_of]
    ) -> PlanOut:
        """Draft a plan from the paper's own words, for all its claims or those that are sent."""
        await service.extract(subject, paper_id)
        options = ReproduceOptions(seeds=body.seeds, budget_minutes=body.budget_minutes)
        wanted = body.wants if body.claims else None
        plan = await service.draft_plan(subject, paper_id, options, wanted=wanted)
        async with service.database.tx(subject) as tx:
            run_id = await create_run(tx, "papers.plan", {"paper_id": str(paper_id)})
            await finish_run(tx, run_id, RunStatus.SUCCEEDED)
            made = await service.record_plan(tx, paper_id, plan, run_id)
        with using_catalog(await service.catalog(subject)):
            return PlanOut.of(made)

    @routes.get(
        "/papers/{paper_id}/plans", tags=["plans"], responses=responses_of(E_PAPER_NOT_FOUND)
    )
    async def list_plans(
        paper_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[PlanOut]:
        """List a paper's plans, newest first."""
        plans = await service.list_plans(subject, paper_id)
        with using_catalog(await service.catalog(subject)):
            return PageOf(items=[PlanOut.of(plan) for plan in plans])


def _notebook_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.get("/plans/{plan_id}", tags=["plans"], responses=responses_of(E_PLAN_NOT_FOUND))
    async def get_plan(plan_id: UUID, subject: Annotated[Subject, subject_of]) -> PlanOut:
        """Get a plan."""
        plan = await service.get_plan(subject, plan_id)
        with using_catalog(await service.catalog(subject)):
            return PlanOut.of(plan)

    @routes.post(
        "/plans/{plan_id}/materialize", tags=["plans"], responses=responses_of(E_PLAN_NOT_FOUND)
    )
    async def materialize(plan_id: UUID, subject: Annotated[Subject, subject_of]) -> MaterializeOut:
        """Make the notebook and its requirements; the same plan gives the same bytes."""
        plan = await service.materialize(subject, plan_id)
        assets = await service.assets_of_plan(subject, plan_id)
        return MaterializeOut(
            notebook_asset_path=assets["notebook"].storage_path,
            env_asset_path=assets["requirements"].storage_path,
            env_hash=plan.env_hash or "",
        )


def _deciding_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.post(
        "/plans/{plan_id}/approve",
        status_code=204,
        tags=["plans"],
        responses=responses_of(E_PLAN_NOT_FOUND, E_PLAN_NOT_MATERIALIZED, E_CONFLICT),
    )
    async def approve(
        plan_id: UUID, body: DecideIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Approve the plan or its notebook, as an owner."""
        await service.approve(subject, plan_id, body.what, body.reason)

    @routes.post(
        "/plans/{plan_id}/reject",
        status_code=204,
        tags=["plans"],
        responses=responses_of(E_PLAN_NOT_FOUND, E_PLAN_NOT_MATERIALIZED, E_CONFLICT),
    )
    async def reject(
        plan_id: UUID, body: DecideIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Reject the plan or its notebook, as an owner; what waited for it ends."""
        await service.reject(subject, plan_id, body.what, body.reason)


def _assets_routes(
    routes: APIRouter, service: PapersService, subject_of: Any, signed_urls: SignedUrls
) -> None:
    @routes.get(
        "/plans/{plan_id}/assets",
        tags=["plans"],
        responses=responses_of(E_PLAN_NOT_FOUND, E_PLAN_ASSET_MISSING),
    )
    async def plan_assets(plan_id: UUID, subject: Annotated[Subject, subject_of]) -> AssetsOut:
        """Get links to the notebook and its requirements, good for two minutes."""
        assets = await service.assets_of_plan(subject, plan_id)
        now = utc_now()
        link = linker(signed_urls, subject, now, ASSETS_TTL_S)
        expires = datetime.fromtimestamp(int(now.timestamp()), UTC) + timedelta(
            seconds=ASSETS_TTL_S
        )
        return AssetsOut(
            notebook_signed_url=link(assets["notebook"]),
            env_signed_url=link(assets["requirements"]),
            expires_at=expires,
        )


def _running_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.post(
        "/plans/{plan_id}/run",
        status_code=202,
        tags=["runs"],
        responses=responses_of(E_PLAN_NOT_FOUND, E_PLAN_NOT_MATERIALIZED),
    )
    async def run_plan(plan_id: UUID, subject: Annotated[Subject, subject_of]) -> StartedOut:
        """Run the plan's approved notebook."""
        run_id, journey = await service.run_plan(subject, plan_id)
        return StartedOut(run_id=run_id, reproduction_id=journey)
