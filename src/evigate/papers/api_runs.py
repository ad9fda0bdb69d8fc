"""The routes of runs, live streams among them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.kernel.http import (
    PAGE_SIZE,
    PAGE_SIZE_MAX,
    EventStream,
    PageOf,
    responses_of,
)
from evigate.kernel.realtime import Realtime
from evigate.papers.errors import (
    E_ENVIRONMENT_INVALID,
    E_PAPER_NOT_FOUND,
    E_PLAN_NOT_MATERIALIZED,
    E_RUN_NOT_FOUND,
)
from evigate.papers.intake import Source
from evigate.papers.options import ReproduceOptions
from evigate.papers.schemas import (
    EvalOut,
    EvalsOut,
    NotebookRunOut,
    ReproduceIn,
    RunOut,
    SeriesOut,
    SeriesPointOut,
    StartedOut,
)
from evigate.papers.service import PapersService


def run_routes(
    routes: APIRouter, service: PapersService, subject_of: Any, realtime: Realtime
) -> None:
    """Add the routes of runs."""
    _add_controls(routes, service, subject_of)
    _add_results(routes, service, subject_of)

    @routes.post(
        "/reproductions",
        status_code=202,
        tags=["runs"],
        responses=responses_of(E_PAPER_NOT_FOUND, E_INVALID),
    )
    async def reproduce(body: ReproduceIn, subject: Annotated[Subject, subject_of]) -> StartedOut:
        """Start the whole journey, from PDF to report."""
        if (body.url is None) == (body.paper_id is None):
            raise EvigateError(E_INVALID, "Send either a url or a paper_id.")
        options = ReproduceOptions(
            seeds=body.seeds,
            budget_minutes=body.budget_minutes,
            is_preapproved=body.is_preapproved,
        )
        run_id = await service.reproduce(
            subject, options, source=Source(url=body.url), paper_id=body.paper_id
        )
        return StartedOut(run_id=run_id, reproduction_id=run_id)

    @routes.get("/runs", tags=["runs"])
    async def list_runs(
        subject: Annotated[Subject, subject_of],
        paper_id: UUID | None = None,
        before: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE,
    ) -> PageOf[NotebookRunOut]:
        """List notebook runs, newest first."""
        runs = await service.list_notebook_runs(
            subject, paper_id=paper_id, before=before, limit=limit + 1
        )
        items = [NotebookRunOut.of(run) for run in runs]
        return PageOf.cut(items, [run.id for run in runs], limit=limit)

    @routes.get("/runs/{run_id}", tags=["runs"], responses=responses_of(E_RUN_NOT_FOUND))
    async def get_run(run_id: UUID, subject: Annotated[Subject, subject_of]) -> RunOut:
        """Get a journey or a notebook run."""
        return RunOut.of(await service.get_run(subject, run_id))

    @routes.get(
        "/runs/{run_id}/events",
        status_code=200,
        tags=["runs"],
        response_class=EventStream,
        responses={
            200: {"content": {"text/event-stream": {}}},
            **responses_of(E_RUN_NOT_FOUND),
        },
    )
    async def run_events(
        run_id: UUID, request: Request, subject: Annotated[Subject, subject_of]
    ) -> Response:
        """Follow a run, from its beginning or from `Last-Event-ID`."""
        return await realtime.follow_stream(
            request, subject, lambda now: service.stream_of(now, run_id)
        )


def _add_controls(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.post("/runs/{run_id}/cancel", tags=["runs"], responses=responses_of(E_RUN_NOT_FOUND))
    async def cancel(run_id: UUID, subject: Annotated[Subject, subject_of]) -> RunOut:
        """Ask a run to stop."""
        await service.cancel(subject, run_id)
        return RunOut.of(await service.get_run(subject, run_id))

    @routes.post(
        "/runs/{run_id}/rerun",
        status_code=202,
        tags=["runs"],
        responses=responses_of(E_RUN_NOT_FOUND, E_PLAN_NOT_MATERIALIZED, E_ENVIRONMENT_INVALID),
    )
    async def rerun(
        run_id: UUID, subject: Annotated[Subject, subject_of], environment: UUID | None = None
    ) -> StartedOut:
        """Start a run like an earlier one, in the environment of the run named, if one is."""
        journey = await service.rerun(subject, run_id, environment=environment)
        return StartedOut(run_id=journey, reproduction_id=journey)


def _add_results(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.get("/runs/{run_id}/series", tags=["runs"], responses=responses_of(E_RUN_NOT_FOUND))
    async def series(
        run_id: UUID, subject: Annotated[Subject, subject_of], metric: str | None = None
    ) -> SeriesOut:
        """Get a notebook run's metric values."""
        points = await service.list_series(subject, run_id, metric)
        return SeriesOut(run_id=run_id, points=[SeriesPointOut.of(point) for point in points])

    @routes.get("/runs/{run_id}/evals", tags=["runs"], responses=responses_of(E_RUN_NOT_FOUND))
    async def evals(run_id: UUID, subject: Annotated[Subject, subject_of]) -> EvalsOut:
        """Get a notebook run's comparisons."""
        found = await service.list_evals(subject, run_id)
        return EvalsOut(run_id=run_id, evals=[EvalOut.of(each) for each in found])
