"""The pages of runs: the list, the live console, the executed notebook, the report."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.gate import ArtifactStatus
from evigate.kernel.access import may, require
from evigate.kernel.http import PAGE_SIZE, Doors, Visitor
from evigate.kernel.pages import Draw, read_notebook
from evigate.kernel.runs import Run, RunStatus, Step, list_runs
from evigate.papers import console, store
from evigate.papers.datasets import using_catalog
from evigate.papers.errors import CODES, E_PLAN_ASSET_MISSING, E_RUN_NOT_FOUND
from evigate.papers.facts import resource_facts
from evigate.papers.models import Reproduction
from evigate.papers.pages_papers import action
from evigate.papers.pages_plans import attachment
from evigate.papers.permissions import READ, RUN
from evigate.papers.report import build_report, report_html
from evigate.papers.report.view import notebook_cells, report_context
from evigate.papers.service import PapersService
from evigate.papers.verbs_plans import REPRODUCE
from evigate.papers.verbs_runs import RunView

DOWNLOADS = (
    ("Notebook", "notebook"),
    ("Metrics", "metrics"),
    ("Log", "logs"),
    ("Events", "events"),
    ("Environment", "environment"),
    ("Plots", "plots"),
)
REMEDIATIONS = {code.name: code.remediation for code in CODES}


def run_routes(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    """Add the pages of runs."""
    _console_routes(routes, service, doors, draw)
    _notebook_routes(routes, service, doors, draw)
    _report_routes(routes, service, doors, draw)


def _console_routes(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    visitor_of = Depends(doors.visitor)

    @routes.get("/runs")
    async def runs(
        request: Request, visitor: Annotated[Visitor, visitor_of], before: UUID | None = None
    ) -> Response:
        found = await list_journeys(service, visitor.subject, before=before, limit=PAGE_SIZE + 1)
        shown = found[:PAGE_SIZE]
        context = {
            "runs": [_line(*each) for each in shown],
            "is_busy": any(not run.status.is_end for _, run, _ in shown),
            "newer_href": "/runs" if before else None,
            "older_href": f"/runs?before={shown[-1][1].id}" if len(found) > PAGE_SIZE else None,
        }
        return await draw(request, "runs_list", context, active="runs")

    @routes.get("/runs/{run_id}")
    async def run(
        request: Request, run_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        view = await service.get_run(visitor.subject, run_id)
        if view.reproduction is None:
            raise EvigateError(E_RUN_NOT_FOUND, f"There is no run {str(run_id)!r} to watch.")
        if view.notebook is not None:
            return _see(f"/runs/{view.reproduction.id}")
        context = await console_context(service, visitor.subject, view, view.reproduction)
        return await draw(request, "run", context, active="runs")

    @routes.post("/runs/{run_id}/cancel")
    async def cancel(run_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await service.cancel(visitor.subject, run_id)
        return _see(f"/runs/{run_id}")

    @routes.post("/runs/{run_id}/rerun")
    async def rerun(run_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return _see(f"/runs/{await service.rerun(visitor.subject, run_id)}")


def _notebook_routes(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    visitor_of = Depends(doors.visitor)

    @routes.get("/runs/{run_id}/notebook")
    async def notebook(
        request: Request, run_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        subject = visitor.subject
        inner = await _notebook_run(service, subject, run_id)
        asset = await _asset(service, subject, inner, "notebook")
        stored = await service.assets_of_run(subject, inner.run.id)
        paper = await service.get_paper(subject, inner.notebook.paper_id)  # type: ignore[union-attr]
        document = orjson.loads(await service.blob(subject, asset.checksum))
        context = {
            "paper": {"title": paper.title, "href": f"/papers/{paper.id}"},
            "notebook": {
                "title": "Executed notebook",
                "status": inner.run.status.value,
                "is_executed": True,
                "created_at": inner.run.completed_at,
                "digest": asset.checksum,
            },
            "cells": read_notebook(document),
            "decision": None,
            "downloads": [
                {"label": label, "href": f"/runs/{run_id}/files/{name}"}
                for label, name in DOWNLOADS
                if name in stored
            ],
            "actions": [action("The run", f"/runs/{run_id}", method="get")],
        }
        return await draw(request, "notebook", context, active="runs")

    @routes.get("/runs/{run_id}/files/{kind}")
    async def file(run_id: UUID, kind: str, visitor: Annotated[Visitor, visitor_of]) -> Response:
        inner = await _notebook_run(service, visitor.subject, run_id)
        asset = await _asset(service, visitor.subject, inner, kind)
        data = await service.blob(visitor.subject, asset.checksum)
        return attachment(data, asset.storage_path.rsplit("/", 1)[-1])


def _report_routes(routes: APIRouter, service: PapersService, doors: Doors, draw: Draw) -> None:
    visitor_of = Depends(doors.visitor)

    @routes.get("/runs/{run_id}/report")
    async def report(
        request: Request, run_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        subject = visitor.subject
        found = await build_report(service, subject, run_id)
        journey = found.reproduction_id
        run = (await service.get_run(subject, journey)).run
        cells = await notebook_cells(service, subject, found)
        with using_catalog(await service.catalog(subject)):
            context = report_context(
                found,
                cells,
                created_at=run.completed_at or run.created_at,
                paper_href=f"/papers/{found.paper.id}",
                notebook_href=f"/runs/{journey}/notebook",
            )
        context |= {
            "run_href": f"/runs/{journey}",
            "downloads": [
                {"label": label, "href": f"/runs/{journey}/report.{suffix}"}
                for label, suffix in (("HTML", "html"), ("CSV", "csv"), ("JSON", "json"))
            ],
        }
        return await draw(request, "report", context, active="runs")

    @routes.get("/runs/{run_id}/report.csv")
    async def report_csv(run_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        found = await build_report(service, visitor.subject, run_id)
        return attachment(found.to_csv(), "report.csv")

    @routes.get("/runs/{run_id}/report.json")
    async def report_json(run_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        found = await build_report(service, visitor.subject, run_id)
        return attachment(orjson.dumps(found.to_json()), "report.json")

    @routes.get("/runs/{run_id}/report.html")
    async def report_file(run_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        found = await build_report(service, visitor.subject, run_id)
        return attachment(await report_html(service, visitor.subject, found), "report.html")


async def list_journeys(
    service: PapersService, subject: Subject, *, before: UUID | None, limit: int
) -> list[tuple[Reproduction, Run, str | None]]:
    """Return the journeys of all papers with their base runs and papers' titles, newest first."""
    require(subject, READ)
    found = []
    titles: dict[UUID, str] = {}
    async with service.database.tx(subject) as tx:
        for run in await list_runs(tx, kind=REPRODUCE, before=before, limit=limit):
            journey = await store.get_reproduction(tx, run.id)
            assert journey is not None
            if journey.paper_id is not None and journey.paper_id not in titles:
                paper = await store.get_paper(tx, journey.paper_id)
                titles[journey.paper_id] = paper.title if paper else ""
            found.append((journey, run, titles.get(journey.paper_id) if journey.paper_id else None))
    return found


def _line(journey: Reproduction, run: Run, title: str | None) -> dict[str, Any]:
    return {
        "title": f"Run of {run.created_at:%d %B %Y, %H:%M}",
        "paper_title": title or run.input.get("url") or run.input.get("file_name") or "–",
        "href": f"/runs/{journey.id}",
        "status": run.status.value,
        "started_at": run.started_at,
        "duration_s": run.duration_s,
        "counts": (journey.summary or {}).get("verdicts"),
        "report_href": f"/runs/{journey.id}/report" if journey.summary else None,
    }


async def console_context(
    service: PapersService, subject: Subject, view: RunView, journey: Reproduction
) -> dict[str, Any]:
    """Return the console of a journey, with its notebook run's part in it."""
    paper = None if journey.paper_id is None else await service.get_paper(subject, journey.paper_id)
    inner = None if journey.run_id is None else await service.get_run(subject, journey.run_id)
    streams = await console.read_streams(service, subject, journey.id, journey.run_id)
    waits = await _waiting_for(service, subject, view.run, journey)
    run = view.run
    is_measuring = bool(streams.notebook) and not streams.notebook[-1].is_last
    return {
        "run": {
            "title": f"Run of {run.created_at:%d %B %Y, %H:%M}",
            "status": "waiting" if waits else run.status.value,
            "started_at": run.started_at,
            "completed_at": run.completed_at,
            "duration_s": run.duration_s,
            "facts": _facts(run, inner, journey),
        },
        "run_id": str(journey.id),
        "paper": {
            "title": paper.title if paper else "A new paper",
            "href": f"/papers/{paper.id}" if paper else "/papers",
        },
        "problem": _problem(run) or (_problem(inner.run) if inner else None),
        "nothing_to_run": _nothing_to_run(view.steps),
        "waiting": None if waits is None else {
            "what": waits,
            "href": f"/plans/{journey.plan_id}" + ("/notebook" if waits == "notebook" else ""),
        },
        "actions": _actions(run, journey, may_run=may(subject, RUN)),
        "links": await _links(service, subject, journey),
        "stages": console.stage_rows(run, view.steps, waits),
        "progress": console.progress_of(run, streams.journey, streams.notebook),
        "metrics": console.metric_rows(streams.notebook),
        "curves": console.curve_rows(streams.notebook),
        "others": await _others(service, subject, journey),
        "log": console.log_lines(streams),
        "last_seq": streams.journey[-1].seq if streams.journey else 0,
        "inner_last_seq": streams.notebook[-1].seq if streams.notebook else 0,
        "inner_href": f"/api/v1/runs/{journey.run_id}/events" if is_measuring else None,
        "events_href": None if run.status.is_end else f"/api/v1/runs/{journey.id}/events",
    }  # fmt: skip


async def _waiting_for(
    service: PapersService, subject: Subject, run: Run, journey: Reproduction
) -> str | None:
    """Return what the journey waits for an owner to approve: "plan", "notebook" or nothing."""
    if run.status.is_end or journey.plan_id is None or journey.run_id is not None:
        return None
    if run.input.get("approver"):
        return None
    plan, notebook = await service.artifacts_of_plan(subject, journey.plan_id)
    for name, artifact in (("plan", plan), ("notebook", notebook)):
        if artifact is not None and artifact.status is ArtifactStatus.PENDING_EVAL:
            return name
    return None


def _nothing_to_run(steps: Sequence[Step]) -> str | None:
    """Return why there is no plan; None where there is one, or none yet."""
    planned = next((step.output for step in steps if step.name == "plan"), None) or {}
    return planned.get("reason")


def _facts(run: Run, inner: RunView | None, journey: Reproduction) -> list[tuple[str, Any]]:
    options = run.input.get("options", {})
    facts: list[tuple[str, Any]] = [
        ("Seeds", options.get("seeds")),
        ("First seed", options.get("base_seed")),
        ("Budget", f"{options.get('budget_minutes')} min"),
        ("Attempts", run.attempts),
        ("Run", str(journey.id)),
    ]
    if inner is not None and inner.notebook is not None:
        env_hash = inner.notebook.env_hash
        facts += [("Sandbox", inner.notebook.sandbox_level), ("Environment", f"{env_hash[:16]}…")]
        facts += resource_facts(inner.notebook)
    return facts


def _problem(run: Run) -> dict[str, Any] | None:
    if run.error_code is None or run.status is RunStatus.CANCELLED:
        return None
    return {
        "code": run.error_code,
        "message": run.error_message or "The run failed.",
        "remediation": REMEDIATIONS.get(run.error_code, "The log says how far it came."),
        "errors": [],
        "request_id": None,
    }


def _actions(run: Run, journey: Reproduction, *, may_run: bool) -> list[dict[str, Any]]:
    found = []
    if journey.summary is not None:
        found.append(
            action("See the report", f"/runs/{journey.id}/report", method="get", tone="primary")
        )
    if may_run and run.status.is_end:
        found.append(action("Run again", f"/runs/{journey.id}/rerun"))
    elif may_run and run.cancel_requested_at is None:
        found.append(action("Cancel", f"/runs/{journey.id}/cancel", tone="danger"))
    elif may_run:
        reason = "The run was asked to stop and ends within seconds."
        found.append(action("Cancel", f"/runs/{journey.id}/cancel", tone="danger", reason=reason))
    return found


async def _links(
    service: PapersService, subject: Subject, journey: Reproduction
) -> Sequence[dict[str, str]]:
    links = []
    if journey.plan_id is not None:
        links.append({"label": "Plan", "href": f"/plans/{journey.plan_id}"})
    assets = await service.assets_of_run(subject, journey.run_id) if journey.run_id else {}
    if "notebook" in assets:
        links.append({"label": "Executed notebook", "href": f"/runs/{journey.id}/notebook"})
    if "environment" in assets:
        links.append({"label": "Environment", "href": f"/runs/{journey.id}/environment"})
    return links


async def _others(
    service: PapersService, subject: Subject, journey: Reproduction
) -> list[dict[str, str]]:
    """Return the paper's other runs that this one can be compared with; none before it has run."""
    if journey.paper_id is None or journey.run_id is None:
        return []
    found = await service.list_reproductions(subject, paper_id=journey.paper_id)
    return [
        {"label": f"Run of {run.created_at:%d %B %Y, %H:%M:%S}", "id": str(other.id)}
        for other, run in found
        if other.id != journey.id and other.run_id is not None
    ]


async def _notebook_run(service: PapersService, subject: Subject, run_id: UUID) -> RunView:
    """Return the notebook run that an id names, itself or through its journey.

    Raises:
        EvigateError[E_RUN_NOT_FOUND]: none such, or a journey that has not run a notebook.
    """
    view = await service.get_run(subject, run_id)
    if view.notebook is not None:
        return view
    if view.reproduction is None or view.reproduction.run_id is None:
        raise EvigateError(E_RUN_NOT_FOUND, "The run has not run a notebook.")
    return await service.get_run(subject, view.reproduction.run_id)


async def _asset(service: PapersService, subject: Subject, inner: RunView, kind: str) -> Any:
    found = (await service.assets_of_run(subject, inner.run.id)).get(kind)
    if found is None:
        raise EvigateError(
            E_PLAN_ASSET_MISSING,
            f"The run has left no {kind!r}.",
            remediation="Wait until the run has ended; its page says how far it is.",
        )
    return found


def _see(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)
