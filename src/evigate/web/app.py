"""The house as an ASGI application: middleware, routes, pages; nothing else."""

import uuid

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import nobody
from evigate.boot import House
from evigate.boot.doctor import version
from evigate.kernel.http import PROBLEM_MEDIA_TYPE, Problem, problem_of
from evigate.papers import papers_router
from evigate.web.security import SecurityHeaders

log = structlog.get_logger(__name__)

API = "/api/v1"


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
    _handle_errors(app)
    app.include_router(
        papers_router(house.papers, house.doors, house.live, house.signed_urls), prefix=API
    )
    app.include_router(_open_routes(house))
    return SecurityHeaders(app)


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
        parts = house.storage.stream(signed.tenant_id, signed.digest)
        return StreamingResponse(parts, headers=dict(signed.headers()))

    return routes


def _handle_errors(app: FastAPI) -> None:
    async def answer(request: Request, error: Exception) -> Response:
        request_id = str(uuid.uuid4())
        problem = problem_of(error, request_id)
        if problem.status >= 500:
            log.error("request_failed", request_id=request_id, error=repr(error), exc_info=error)
        return problem_response(problem)

    for kind in (EvigateError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, answer)


def problem_response(problem: Problem) -> Response:
    """Return a problem as JSON."""
    return JSONResponse(
        problem.model_dump(), status_code=problem.status, media_type=PROBLEM_MEDIA_TYPE
    )
