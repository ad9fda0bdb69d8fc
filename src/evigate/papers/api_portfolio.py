"""The routes over several papers or runs: portfolio, leaderboard, rankings, comparison, seeds,
versions and retention.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.errors import E_INVALID
from evigate.base.subject import Subject
from evigate.evidence import read_upload
from evigate.kernel.http import API, Doors, responses_of
from evigate.papers.api_shared import BAD_PDF, attach
from evigate.papers.between import BetweenVerbs, ClaimChange
from evigate.papers.errors import (
    E_PAPER_NOT_FOUND,
    E_PLAN_NOT_FOUND,
    E_PLAN_NOT_MATERIALIZED,
    E_RANKING_INVALID,
    E_RANKING_NOT_FOUND,
    E_REPORT_NO_RUNS,
    E_RUN_NOT_FOUND,
    E_RUNS_NOT_COMPARABLE,
    E_VERSION_INVALID,
)
from evigate.papers.intake import Source
from evigate.papers.portfolio import PortfolioFilter
from evigate.papers.portfolio.export import EXPORTS, export_portfolio
from evigate.papers.portfolio.shown import leaderboard_json, newest_report
from evigate.papers.schemas import ClaimOut


class RankingIn(BaseModel):
    """Two claims of a paper, the better one first."""

    model_config = ConfigDict(extra="forbid")

    better_id: UUID
    worse_id: UUID
    note: str | None = Field(default=None, max_length=500)


class SeedsIn(BaseModel):
    """The seeds to run a plan with."""

    model_config = ConfigDict(extra="forbid")

    seeds: list[int] = Field(min_length=1, max_length=20, examples=[[1, 2, 3]])


class RetentionIn(BaseModel):
    """For how many days runs and papers are kept; null for ever."""

    model_config = ConfigDict(extra="forbid")

    run_days: int | None = Field(default=None, ge=1, le=36_500)
    paper_days: int | None = Field(default=None, ge=1, le=36_500)


def change_json(change: ClaimChange) -> dict[str, Any]:
    """Return a claim's change as JSON values."""

    def claim(found: Any) -> Any:
        return None if found is None else ClaimOut.of(found).model_dump(mode="json")

    return {
        "kind": change.kind,
        "what": list(change.what),
        "before": claim(change.before),
        "after": claim(change.after),
    }


def filter_of(
    metric: str | None = None,
    dataset: str | None = None,
    year: int | None = None,
    verdict: Literal["reproduced", "partly", "not reproduced", "not comparable"] | None = None,
    own_only: bool = False,
) -> PortfolioFilter:
    """Return the filter that a query asks for; an empty text is no filter."""
    return PortfolioFilter(metric or None, dataset or None, year, verdict, own_only)


def portfolio_router(service: BetweenVerbs, doors: Doors, upload_max_bytes: int) -> APIRouter:
    """Return these routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=API)
    subject_of = Depends(doors.subject)
    _portfolio_routes(routes, service, subject_of)
    _ranking_routes(routes, service, subject_of)
    _run_routes(routes, service, subject_of)
    _version_routes(routes, service, subject_of, upload_max_bytes)
    _retention_routes(routes, service, subject_of)
    return routes


def _portfolio_routes(routes: APIRouter, service: BetweenVerbs, subject_of: Any) -> None:
    @routes.get("/portfolio", tags=["portfolio"])
    async def portfolio(
        subject: Annotated[Subject, subject_of],
        chosen: Annotated[PortfolioFilter, Depends(filter_of)],
    ) -> dict[str, Any]:
        """Get the newest verdict on every claim of every paper, with rates by group."""
        return (await service.portfolio(subject, chosen)).to_json()

    @routes.get(
        "/portfolio.{form}",
        tags=["portfolio"],
        response_class=Response,
        responses={200: {"content": {kind: {} for kind, _ in EXPORTS.values()}}},
    )
    async def portfolio_file(
        form: Literal["csv", "json", "html", "zip"],
        subject: Annotated[Subject, subject_of],
        chosen: Annotated[PortfolioFilter, Depends(filter_of)],
    ) -> Response:
        """Get the portfolio as a file; `zip` is an RO-Crate of the other three."""
        found = await service.portfolio(subject, chosen)
        media_type, name = EXPORTS[form]
        return Response(export_portfolio(found, form), media_type=media_type, headers=attach(name))


def _ranking_routes(routes: APIRouter, service: BetweenVerbs, subject_of: Any) -> None:
    @routes.get(
        "/papers/{paper_id}/leaderboard",
        tags=["portfolio"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_REPORT_NO_RUNS),
    )
    async def leaderboard(
        paper_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> dict[str, Any]:
        """Get which claims and rankings of a paper held in its newest report."""
        report = await newest_report(service, subject, paper_id)
        return leaderboard_json(await service.leaderboard(subject, report))

    @routes.post(
        "/papers/{paper_id}/rankings",
        status_code=201,
        tags=["portfolio"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_RANKING_INVALID),
    )
    async def add_ranking(
        paper_id: UUID, body: RankingIn, subject: Annotated[Subject, subject_of]
    ) -> dict[str, UUID]:
        """Say that a paper claims one of its numbers to beat another."""
        found = await service.add_ranking(
            subject, paper_id, body.better_id, body.worse_id, body.note
        )
        return {"ranking_id": found}

    @routes.delete(
        "/papers/{paper_id}/rankings/{ranking_id}",
        status_code=204,
        tags=["portfolio"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_RANKING_NOT_FOUND),
    )
    async def remove_ranking(
        paper_id: UUID, ranking_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Take a ranking back."""
        await service.remove_ranking(subject, paper_id, ranking_id)


def _run_routes(routes: APIRouter, service: BetweenVerbs, subject_of: Any) -> None:
    @routes.get(
        "/runs/{run_id}/compare/{other_id}",
        tags=["runs"],
        responses=responses_of(E_RUN_NOT_FOUND, E_RUNS_NOT_COMPARABLE),
    )
    async def compare_runs(
        run_id: UUID, other_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> dict[str, Any]:
        """Set two runs beside each other: metrics, series, environment, plan."""
        return (await service.compare_runs(subject, run_id, other_id)).to_json()

    @routes.post(
        "/plans/{plan_id}/seeds",
        status_code=202,
        tags=["runs"],
        responses=responses_of(E_PLAN_NOT_FOUND, E_PLAN_NOT_MATERIALIZED, E_INVALID),
    )
    async def fan_out(
        plan_id: UUID, body: SeedsIn, subject: Annotated[Subject, subject_of]
    ) -> dict[str, Any]:
        """Run a plan once for each seed."""
        batch_id, started = await service.fan_out(subject, plan_id, body.seeds)
        runs = [
            {"seed": e.seed, "run_id": e.run_id, "reproduction_id": e.reproduction_id}
            for e in started
        ]
        return {"batch_id": batch_id, "runs": runs}


def _version_routes(
    routes: APIRouter, service: BetweenVerbs, subject_of: Any, upload_max_bytes: int
) -> None:
    @routes.post(
        "/papers/{paper_id}/versions",
        status_code=201,
        tags=["papers"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_VERSION_INVALID, *BAD_PDF),
    )
    async def take_version(
        paper_id: UUID,
        subject: Annotated[Subject, subject_of],
        file: Annotated[UploadFile, File()],
    ) -> dict[str, Any]:
        """Take in a newer version of a paper; the answer says what became of its claims."""
        data = await read_upload(file, upload_max_bytes)
        paper, changes = await service.take_version(subject, paper_id, data, Source(file.filename))
        return {
            "paper_id": paper.id,
            "supersedes": paper_id,
            "changes": [change_json(each) for each in changes],
        }

    @routes.get(
        "/papers/{paper_id}/changes/{newer_id}",
        tags=["papers"],
        responses=responses_of(E_PAPER_NOT_FOUND),
    )
    async def version_changes(
        paper_id: UUID, newer_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> dict[str, Any]:
        """Get what became of each claim between two papers."""
        changes = await service.version_changes(subject, paper_id, newer_id)
        return {"changes": [change_json(each) for each in changes]}


def _retention_routes(routes: APIRouter, service: BetweenVerbs, subject_of: Any) -> None:
    @routes.get("/retention", tags=["papers"])
    async def retention(subject: Annotated[Subject, subject_of]) -> dict[str, Any]:
        """Get for how long runs and papers are kept."""
        found = await service.retention(subject)
        return {"run_days": found.run_days, "paper_days": found.paper_days}

    @routes.put("/retention", tags=["papers"], responses=responses_of(E_INVALID))
    async def set_retention(
        body: RetentionIn, subject: Annotated[Subject, subject_of]
    ) -> dict[str, Any]:
        """Say for how long runs and papers are kept."""
        found = await service.set_retention(
            subject, run_days=body.run_days, paper_days=body.paper_days
        )
        return {"run_days": found.run_days, "paper_days": found.paper_days}

    @routes.post("/retention/sweep", tags=["papers"])
    async def sweep(subject: Annotated[Subject, subject_of]) -> dict[str, int]:
        """Remove what is older than is kept."""
        swept = await service.sweep_old(subject)
        return {"runs": swept.runs, "papers": swept.papers}
