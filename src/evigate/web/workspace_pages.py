"""The workspace: what somebody has here at a glance, a few of each kind with the way to all.

It is where members come in. A learner and a customer come in elsewhere, and a stranger signs in.
"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from evigate.boot import House
from evigate.kernel.access import may
from evigate.kernel.pages import Pages
from evigate.papers.permissions import WRITE as PAPERS_WRITE
from evigate.studio.permissions import WRITE as STUDIO_WRITE
from evigate.studio.tasks.models import InboxFilter
from evigate.studio.tasks.pages import TASK_BADGES
from evigate.web.entering import HOME, landing, see

SHOWN = 5


def workspace_page(routes: APIRouter, house: House, pages: Pages) -> None:
    """Add the page."""

    @routes.get(HOME)
    async def workspace(request: Request) -> Response:
        visitor = await house.doors.visitor_or_none(request)
        if visitor is None:
            return see("/sign-in")
        if (path := landing(visitor.subject.role, HOME)) != HOME:
            return see(path)
        subject = visitor.subject
        context: dict[str, Any] = {
            "tasks": await house.tasks.inbox(subject, InboxFilter(mine=True, limit=SHOWN)),
            "badges": TASK_BADGES,
            "projects": await house.studio.list_projects(subject, limit=SHOWN),
            "papers": await house.papers.list_papers(subject, limit=SHOWN),
            "modules": (await house.learning.modules.list_modules(subject))[:SHOWN],
            "stores": (await house.stores.list_stores(subject))[:SHOWN],
            "may_begin": may(subject, STUDIO_WRITE),
            "may_upload": may(subject, PAPERS_WRITE),
        }
        return await pages.draw(request, "workspace", context)
