"""The gate's pages: the review queue, one review at a time, an artifact; and what judges them.

Parse, call, draw. After a verdict the browser goes on to the next review, so that a person who
works through the queue never goes back to it.
"""

from pathlib import Path

from fastapi import APIRouter

from evigate.gate.desk import Gate
from evigate.gate.pages_artifacts import artifact_page
from evigate.gate.pages_reviews import review_pages
from evigate.gate.pages_rules import rules_pages
from evigate.gate.pages_trials import trial_pages
from evigate.kernel.http import Doors
from evigate.kernel.pages import Draw
from evigate.kernel.tenancy import TenancyService

TEMPLATES = Path(__file__).resolve().parent / "templates"


def pages_router(gate: Gate, tenancy: TenancyService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the room's pages."""
    routes = doors.pages()
    review_pages(routes, gate, tenancy, doors, draw)
    artifact_page(routes, gate, tenancy, doors, draw)
    rules_pages(routes, gate, doors, draw)
    trial_pages(routes, gate, doors, draw)
    return routes
