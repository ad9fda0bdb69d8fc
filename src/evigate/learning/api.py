"""The room's routes: modules and builds, the bank, practice."""

from fastapi import APIRouter, Depends

from evigate.kernel.http import API, Doors
from evigate.kernel.realtime import Realtime
from evigate.learning.api_bank import bank_routes
from evigate.learning.api_modules import build_routes, module_routes
from evigate.learning.api_practice import practice_routes, teaching_routes
from evigate.learning.service import LearningService


def learning_router(
    service: LearningService, doors: Doors, realtime: Realtime, *, upload_max_bytes: int
) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=API, tags=["learning"])
    subject_of = Depends(doors.subject)
    module_routes(routes, service, subject_of, upload_max_bytes)
    build_routes(routes, service, subject_of, realtime)
    bank_routes(routes, service, subject_of, upload_max_bytes)
    practice_routes(routes, service, subject_of)
    teaching_routes(routes, service, subject_of)
    return routes
