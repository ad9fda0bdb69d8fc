"""The house as an ASGI application: middleware, routes, pages; nothing else."""

import uuid
from urllib.parse import quote

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Scope

from evigate.agents.api import agents_router
from evigate.agents.pages import TEMPLATES as AGENTS_TEMPLATES
from evigate.agents.pages import agents_pages
from evigate.base.clock import utc_now
from evigate.base.errors import E_NOT_FOUND, E_UNAUTHENTICATED, EvigateError
from evigate.base.subject import nobody
from evigate.boot import House
from evigate.boot.doctor import version
from evigate.engine.api import engine_router, engine_signs
from evigate.evidence import EVIDENCE_TEMPLATES, evidence_pages, evidence_router
from evigate.evidence.errors import E_FILE_TOO_LARGE
from evigate.gate import GATE_TEMPLATES, gate_pages, gate_router
from evigate.kernel.http import API, PROBLEM_MEDIA_TYPE, Problem, join, problem_of
from evigate.kernel.pages import STATIC, STATIC_PREFIX, Pages, make_environment
from evigate.learning.api import learning_router
from evigate.learning.pages import TEMPLATES as LEARNING_TEMPLATES
from evigate.learning.pages import learning_pages, practice_pages
from evigate.papers import (
    PAPERS_TEMPLATES,
    PORTFOLIO_TEMPLATES,
    STORIES_TEMPLATES,
    VERDICT_BADGES,
    papers_pages,
    papers_router,
    storyboards_pages,
    storyboards_router,
)
from evigate.studio.api import studio_router
from evigate.studio.building.api import builds_router
from evigate.studio.building.pages import TEMPLATES as BUILD_TEMPLATES
from evigate.studio.building.pages import builds_pages
from evigate.studio.context.api import context_router
from evigate.studio.context.pages import TEMPLATES as CONTEXT_TEMPLATES
from evigate.studio.context.pages import context_pages
from evigate.studio.design.api import design_router
from evigate.studio.design.pages import TEMPLATES as DESIGN_TEMPLATES
from evigate.studio.design.pages import design_pages
from evigate.studio.features.api import features_router
from evigate.studio.features.pages import TEMPLATES as FEATURES_TEMPLATES
from evigate.studio.features.pages import features_pages
from evigate.studio.feedback.api import feedback_router
from evigate.studio.feedback.pages import TEMPLATES as FEEDBACK_TEMPLATES
from evigate.studio.feedback.pages import feedback_pages
from evigate.studio.kits.api_scores import scores_router
from evigate.studio.kits.pages_scores import TEMPLATES as SCORES_TEMPLATES
from evigate.studio.kits.pages_scores import scores_pages
from evigate.studio.kits.runs.api import kits_router
from evigate.studio.kits.runs.pages import TEMPLATES as KITS_TEMPLATES
from evigate.studio.kits.runs.pages import kits_pages
from evigate.studio.library.api import library_router
from evigate.studio.library.pages import TEMPLATES as LIBRARY_TEMPLATES
from evigate.studio.library.pages import library_pages
from evigate.studio.moving.api import moving_router
from evigate.studio.moving.pages import TEMPLATES as MOVING_TEMPLATES
from evigate.studio.moving.pages import moving_pages
from evigate.studio.objectives.api import objectives_router
from evigate.studio.objectives.pages import objectives_pages
from evigate.studio.pages import TEMPLATES as STUDIO_TEMPLATES
from evigate.studio.pages import studio_pages
from evigate.studio.phases.api import phases_router
from evigate.studio.phases.pages import TEMPLATES as PHASES_TEMPLATES
from evigate.studio.phases.pages import phases_pages
from evigate.studio.planning.api import planning_router
from evigate.studio.planning.pages import TEMPLATES as PLANNING_TEMPLATES
from evigate.studio.planning.pages import planning_pages
from evigate.studio.portal.api import portal_router
from evigate.studio.portal.pages import TEMPLATES as PORTAL_TEMPLATES
from evigate.studio.portal.pages import portal_pages
from evigate.studio.reviews.api import reviews_router
from evigate.studio.reviews.pages import TEMPLATES as REVIEWS_TEMPLATES
from evigate.studio.reviews.pages import opinions_of, reviews_pages
from evigate.studio.specification.api import specification_router
from evigate.studio.specification.pages import TEMPLATES as SPECIFICATION_TEMPLATES
from evigate.studio.specification.pages import specification_pages
from evigate.studio.tasks.api import tasks_router
from evigate.studio.tasks.pages import TEMPLATES as TASKS_TEMPLATES
from evigate.studio.tasks.pages import tasks_pages
from evigate.studio.watching import watching_router
from evigate.web.entering import HOME, landing
from evigate.web.house_api import house_routes
from evigate.web.pages import TEMPLATES, house_pages
from evigate.web.requestlog import RequestLog
from evigate.web.security import FORM_OVERHEAD_BYTES, BodyLimit, SecurityHeaders
from evigate.web.tools import MCP_PATH, ToolsEndpoint

log = structlog.get_logger(__name__)

# Below these, callers are programs and failures are JSON.
MACHINE_PATHS = ("/api/", "/blobs/", "/health", "/metrics", MCP_PATH)
ASSET_LIFETIME_S = 365 * 24 * 3600


# Where each part of the studio has its templates.
STUDIO_FOLDERS = (
    STUDIO_TEMPLATES,
    PORTAL_TEMPLATES,
    LIBRARY_TEMPLATES,
    TASKS_TEMPLATES,
    PHASES_TEMPLATES,
    FEATURES_TEMPLATES,
    PLANNING_TEMPLATES,
    DESIGN_TEMPLATES,
    SCORES_TEMPLATES,
    FEEDBACK_TEMPLATES,
    MOVING_TEMPLATES,
    SPECIFICATION_TEMPLATES,
    BUILD_TEMPLATES,
    CONTEXT_TEMPLATES,
    REVIEWS_TEMPLATES,
    KITS_TEMPLATES,
)


def create_app(house: House) -> ASGIApp:
    """Return the application of an open house."""
    app = FastAPI(
        title="Evigate",
        version=version(),
        summary="Evidence in, gated artifacts out.",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    pages = Pages(
        make_environment(
            TEMPLATES,
            AGENTS_TEMPLATES,
            EVIDENCE_TEMPLATES,
            GATE_TEMPLATES,
            PAPERS_TEMPLATES,
            PORTFOLIO_TEMPLATES,
            STORIES_TEMPLATES,
            LEARNING_TEMPLATES,
            *STUDIO_FOLDERS,
            verdicts=VERDICT_BADGES,
        ),
        house.database,
        house.doors,
        version=version(),
        data_dir=house.settings.data_dir,
        home_slug=house.settings.tenant,
    )
    _handle_errors(app, pages)
    join(app.router, *_api(house), *_pages(house, pages, app))
    app.mount(STATIC_PREFIX, _Assets(directory=STATIC), name="static")
    return _enclosed(app, house)


def _enclosed(app: FastAPI, house: House) -> ASGIApp:
    """Return the application within its middleware, with the tools that call it from outside."""
    largest = max(house.settings.upload_max_bytes, house.settings.document_max_bytes)
    whole = RequestLog(SecurityHeaders(BodyLimit(app, largest + FORM_OVERHEAD_BYTES)))
    app.add_route(MCP_PATH, ToolsEndpoint(whole, house.doors))  # type: ignore[arg-type]
    return whole


def _api(house: House) -> tuple[APIRouter, ...]:
    """Return the rooms' routes for programs, and those that need no caller."""
    doors, realtime = house.doors, house.realtime
    document_max_bytes = house.settings.document_max_bytes
    return (
        papers_router(house.papers, doors, realtime, house.signed_urls),
        storyboards_router(house.storyboards, doors, house.signed_urls),
        gate_router(house.database, doors, house.evaluator, house.kinds, house.agents),
        evidence_router(house.stores, doors, upload_max_bytes=document_max_bytes),
        learning_router(house.learning, doors, realtime, upload_max_bytes=document_max_bytes),
        *_studio_api(house),
        agents_router(house.agents, doors),
        house_routes(house),
        engine_router(house.calls, doors),
        engine_signs(house.calls),
        _open_routes(house),
    )


def _pages(house: House, pages: Pages, app: FastAPI) -> tuple[APIRouter, ...]:
    """Return the pages: the house's own, those of learners and customers, and the members'."""
    doors, draw = house.doors, pages.draw
    document_max_bytes = house.settings.document_max_bytes
    return (
        house_pages(house, pages, app),
        portal_pages(house.portal, doors, draw),
        practice_pages(house.learning, doors, draw),
        storyboards_pages(house.storyboards, doors, draw),
        evidence_pages(
            house.stores, house.database, doors, draw, upload_max_bytes=document_max_bytes
        ),
        gate_pages(house.gate, house.tenancy, doors, draw),
        agents_pages(house.agents, doors, draw),
        *_studio_pages(house, pages),
        papers_pages(house.papers, doors, draw),
        learning_pages(house.learning, doors, draw, upload_max_bytes=document_max_bytes),
    )


def _studio_api(house: House) -> tuple[APIRouter, ...]:
    """Return the studio's routes, the library before what takes any project."""
    return (
        library_router(house.library, house.doors),
        objectives_router(house.studio.objectives, house.doors),
        studio_router(house.studio, house.doors),
        watching_router(house.guard, house.doors, house.realtime),
        tasks_router(house.tasks, house.doors, house.realtime),
        portal_router(house.portal, house.doors, house.realtime),
        phases_router(house.phases, house.doors),
        features_router(house.features, house.doors),
        planning_router(house.plans, house.planning_artifacts, house.doors, house.realtime),
        design_router(house.designs, house.doors),
        context_router(house.contexts, house.renewals, house.doors),
        reviews_router(house.reviews, house.doors, house.realtime),
        scores_router(house.scores, house.doors),
        feedback_router(house.feedback, house.doors),
        moving_router(house.moving, house.doors),
        specification_router(house.specifications, house.statements, house.doors),
        kits_router(house.kits, house.doors, house.realtime),
        builds_router(house.builds, house.doors, house.realtime),
    )


def _studio_pages(house: House, pages: Pages) -> tuple[APIRouter, ...]:
    """Return the studio's pages, in the order of its routes."""
    doors, draw, desk = house.doors, pages.draw, house.planning_artifacts
    return (
        library_pages(house.library, doors, draw),
        tasks_pages(house.tasks, doors, draw),
        objectives_pages(house.studio.objectives, doors, draw),
        phases_pages(house.phases, doors, draw),
        features_pages(house.features, house.phases, house.tasks, doors, draw),
        planning_pages(house.plans, desk, house.phases, doors, draw),
        design_pages(house.designs, doors, draw),
        context_pages(house.contexts, house.renewals, doors, draw),
        reviews_pages(house.reviews, doors, draw),
        specification_pages(
            house.specifications, house.statements, doors, draw, opinions_of(house.reviews)
        ),
        scores_pages(house.scores, doors, draw),
        kits_pages(house.kits, doors, draw),
        builds_pages(house.builds, doors, draw),
        feedback_pages(house.feedback, doors, draw),
        moving_pages(house.moving, doors, draw),
        studio_pages(house.studio, house.tasks, doors, draw),
    )


class _Assets(StaticFiles):
    """Files whose address changes with their content, so a browser may keep them for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_pinned = b"v=" in scope.get("query_string", b"")
        lifetime_s = ASSET_LIFETIME_S if is_pinned else 3600
        suffix = ", immutable" if is_pinned else ""
        response.headers["cache-control"] = f"public, max-age={lifetime_s}{suffix}"
        return response


def _open_routes(house: House) -> APIRouter:
    """Return the routes that need no caller: health, and blobs by signed link."""
    routes = APIRouter()

    @routes.get("/health", tags=["health"])
    async def health() -> dict[str, object]:
        """Tell that the server answers and the database does."""
        async with house.database.tx(nobody()) as tx:
            await tx.connection.execute("SELECT 1")
        return {"status": "ok", "version": version()}

    @routes.get("/health/live", tags=["health"])
    async def live() -> dict[str, str]:
        """Tell that the server answers."""
        return {"status": "ok"}

    @routes.get("/blobs/{tenant_id}/{digest}", tags=["files"], response_class=StreamingResponse)
    async def blob(tenant_id: uuid.UUID, digest: str, request: Request) -> StreamingResponse:
        """Get a stored file by its signed link."""
        signed = house.signed_urls.verify(request.url.path, request.url.query, utc_now())
        # Once the first byte is sent it is too late to say that there is none.
        if not await house.storage.exists(signed.tenant_id, signed.digest):
            raise EvigateError(E_NOT_FOUND, "The file is gone.")
        parts = house.storage.stream(signed.tenant_id, signed.digest)
        return StreamingResponse(parts, headers=dict(signed.headers()))

    return routes


def _handle_errors(app: FastAPI, pages: Pages) -> None:
    async def answer(request: Request, error: Exception) -> Response:
        request_id = str(request.state.request_id)
        if isinstance(error, HTTPException) and error.status_code == 413:
            error = EvigateError(E_FILE_TOO_LARGE, "The request is larger than an upload may be.")
        problem = problem_of(error, request_id)
        if problem.status >= 500:
            log.error("request_failed", request_id=request_id, error=repr(error), exc_info=error)
        if request.url.path.startswith(MACHINE_PATHS):
            return problem_response(problem)
        return await _page_of(request, problem, pages)

    for kind in (EvigateError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, answer)


def problem_response(problem: Problem) -> Response:
    """Return a problem as JSON."""
    return JSONResponse(
        problem.model_dump(), status_code=problem.status, media_type=PROBLEM_MEDIA_TYPE
    )


async def _page_of(request: Request, problem: Problem, pages: Pages) -> Response:
    """Return a problem as a person meets it; whoever is not signed in is asked to sign in."""
    if problem.code == E_UNAUTHENTICATED.name:
        wanted = request.url.path if request.method == "GET" else HOME
        if request.method == "GET" and request.url.query:
            wanted += f"?{request.url.query}"
        return RedirectResponse(f"/sign-in?next={quote(wanted, safe='/')}", status_code=303)
    if any(each["where"][:1] == ["path"] for each in problem.errors):
        # An id that is none in form is none in fact: nothing has that address.
        problem = problem_of(HTTPException(404, "There is nothing here."), problem.request_id)
    shown = {
        "status": problem.status,
        "title": problem.title,
        "code": problem.code,
        "message": problem.detail,
        "remediation": problem.remediation,
        "errors": [
            {"place": ".".join(each["where"][1:]), "message": each["message"]}
            for each in problem.errors
        ],
        "request_id": problem.request_id if problem.status >= 500 else None,
        "is_retryable": problem.is_retryable and request.method == "GET",
    }
    context: dict[str, object] = {"problem": shown, "back_href": HOME}
    try:
        visitor = await pages.visitor_of(request)
        context["back_href"] = landing(visitor.subject.role if visitor else None, HOME)
        return await pages.draw(request, "error", context, status=problem.status)
    except EvigateError:
        # The database is away, so who asks cannot be looked up; say it to a stranger then.
        request.state.visitor = None
        return await pages.draw(request, "error", context, status=problem.status)
