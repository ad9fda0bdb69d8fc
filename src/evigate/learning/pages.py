"""The room's pages: those of whoever teaches, and those of practice, which a learner has too.

Each file beside this one draws one page's family; after a change the browser is sent on by GET.
"""

from pathlib import Path

from fastapi import APIRouter, Depends

from evigate.kernel.http import Doors
from evigate.kernel.pages import Draw
from evigate.learning.pages_build import build_page_routes
from evigate.learning.pages_class import class_routes
from evigate.learning.pages_item import item_routes
from evigate.learning.pages_items import items_routes
from evigate.learning.pages_module import module_page_routes
from evigate.learning.pages_modules import modules_routes
from evigate.learning.pages_practice import practice_page_routes
from evigate.learning.pages_session import session_routes
from evigate.learning.service import LearningService

TEMPLATES = Path(__file__).resolve().parent / "templates"


def learning_pages(
    service: LearningService, doors: Doors, draw: Draw, *, upload_max_bytes: int
) -> APIRouter:
    """Return the pages of modules, banks and classes."""
    routes = doors.pages()
    visitor_of = Depends(doors.visitor)
    modules_routes(routes, service, visitor_of, draw, upload_max_bytes)
    items_routes(routes, service, visitor_of, draw)
    item_routes(routes, service, visitor_of, draw)
    module_page_routes(routes, service, visitor_of, draw, upload_max_bytes)
    build_page_routes(routes, service, visitor_of)
    class_routes(routes, service, visitor_of, draw)
    return routes


def practice_pages(service: LearningService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages of practice."""
    routes = APIRouter(include_in_schema=False)
    visitor_of = Depends(doors.visitor)
    practice_page_routes(routes, service, visitor_of, draw)
    session_routes(routes, service, visitor_of, draw)
    return routes
