"""The routes of runs' environments."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter

from evigate.base.subject import Subject
from evigate.kernel.http import responses_of
from evigate.papers.errors import E_ENVIRONMENT_INVALID, E_RUN_NOT_FOUND
from evigate.papers.service import PapersService

RESPONSES = responses_of(E_RUN_NOT_FOUND, E_ENVIRONMENT_INVALID)


def environment_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    """Add the routes of environments."""

    @routes.get("/runs/{run_id}/environment", tags=["runs"], responses=RESPONSES)
    async def environment(run_id: UUID, subject: Annotated[Subject, subject_of]) -> dict[str, Any]:
        """Get what a run ran in, what is otherwise here, and how its rebuilding stands."""
        return (await service.environment(subject, run_id)).to_json()

    @routes.post("/runs/{run_id}/environment", status_code=202, tags=["runs"], responses=RESPONSES)
    async def rebuild(run_id: UUID, subject: Annotated[Subject, subject_of]) -> dict[str, UUID]:
        """Rebuild a run's environment from its lock; the answer is the building's run."""
        return {"run_id": await service.rebuild(subject, run_id)}
