"""The room's routes: parse, call, render. Paths and codes are P2N's, with what it lacked beside."""

from fastapi import APIRouter, Depends

from evigate.kernel.http import API, Doors, join
from evigate.kernel.realtime import Realtime
from evigate.kernel.storage import SignedUrls
from evigate.papers.api_claims import claim_routes
from evigate.papers.api_datasets import dataset_routes
from evigate.papers.api_environments import environment_routes
from evigate.papers.api_papers import paper_routes
from evigate.papers.api_plans import plan_routes
from evigate.papers.api_portfolio import portfolio_router
from evigate.papers.api_reports import report_routes
from evigate.papers.api_runs import run_routes
from evigate.papers.api_versions import version_routes
from evigate.papers.service import PapersService


def router(
    service: PapersService, doors: Doors, realtime: Realtime, signed_urls: SignedUrls
) -> APIRouter:
    """Return the room's routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=API)
    subject_of = Depends(doors.subject)
    dataset_routes(routes, service, subject_of)
    paper_routes(routes, service, subject_of)
    claim_routes(routes, service, subject_of)
    plan_routes(routes, service, subject_of, signed_urls)
    run_routes(routes, service, subject_of, realtime)
    environment_routes(routes, service, subject_of)
    report_routes(routes, service, subject_of, signed_urls)
    join(routes, portfolio_router(service, doors, service.upload_max_bytes))
    version_routes(routes, service, subject_of)
    return routes
