"""The gate's routes: drafts and decisions, what they rest on, what judged them, and by whom."""

from fastapi import APIRouter, Depends

from evigate.agents import AgentService
from evigate.gate.api_artifacts import artifact_routes
from evigate.gate.api_reviews import review_routes
from evigate.gate.api_suites import judge_routes, prompt_routes, suite_routes
from evigate.gate.evaluate import Evaluator
from evigate.gate.kinds import Kinds
from evigate.kernel.db import Database
from evigate.kernel.http import API, Doors


def router(
    database: Database, doors: Doors, evaluator: Evaluator, kinds: Kinds, agents: AgentService
) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=API, tags=["gate"])
    subject_of = Depends(doors.subject)
    artifact_routes(routes, database, subject_of, kinds)
    review_routes(routes, database, subject_of, evaluator)
    suite_routes(routes, database, subject_of, evaluator, kinds, agents)
    judge_routes(routes, database, subject_of)
    prompt_routes(routes, database, subject_of)
    return routes
