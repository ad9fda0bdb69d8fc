"""The page of a module's class: its learners, mastery per objective, what attempts say of items."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from evigate.kernel.access import require
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Draw
from evigate.learning.pages_items import flags_of
from evigate.learning.pages_shared import crumbs, kind_title, percent, see, status_badge, tabs
from evigate.learning.permissions import WATCH
from evigate.learning.pictures import ability_bar, curve_points
from evigate.learning.practice.dashboards import LEARNERS_MIN, ClassRow
from evigate.learning.practice.measure import MeasuredItem
from evigate.learning.service import LearningService

ITEMS_SHOWN = 200
# More are folded away, since what the whole class needs stands below them.
LEARNERS_SHOWN = 20


def class_routes(routes: APIRouter, service: LearningService, visitor_of: Any, draw: Draw) -> None:
    """Add the page of a class."""

    @routes.get("/learning/{module_id}/class")
    async def class_page(
        module_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        sent: int | None = None,
    ) -> Response:
        subject = visitor.subject
        module = await service.modules.get(subject, str(module_id))
        require(subject, WATCH)
        found = await service.dashboards.of_class(subject, module_id)
        measured = [] if found.is_too_small else await service.measured(subject, module_id)
        context = {
            "module": module,
            "base": f"/learning/{module_id}/class",
            "trail": crumbs(
                ("Learning", "/learning"), (module.title, f"/learning/{module_id}"), ("Class", None)
            ),
            "tabs": tabs(module_id, "class", may_watch=True),
            "is_too_small": found.is_too_small,
            "learners_min": LEARNERS_MIN,
            "learners_shown": LEARNERS_SHOWN,
            "learners": [_learner(each) for each in found.learners],
            "mastery": found.mastery,
            "forgetting": found.forgetting,
            "curve": curve_points(found.forgetting),
            "items": [_item(each) for each in measured[:ITEMS_SHOWN]],
            "items_left_out": max(0, len(measured) - ITEMS_SHOWN),
            "sent": sent,
        }
        return await draw(request, "class", context, active="learning")

    @routes.post("/learning/{module_id}/class/measure")
    async def measure(module_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        done = await service.measure(visitor.subject, module_id)
        return see(f"/learning/{module_id}/class?sent={done.sent_to_review}")


def _learner(row: ClassRow) -> dict[str, Any]:
    return {
        "name": row.learner,
        "answered": row.answered,
        "share": percent(row.right / row.answered) if row.answered else "–",
        "ability": ability_bar(row.theta, row.se),
        "last_at": row.last_at,
    }


def _item(found: MeasuredItem) -> dict[str, Any]:
    return {
        "href": f"/learning/items/{found.id}",
        "question": found.question,
        "kind": kind_title(found.kind),
        "status": status_badge(found.status),
        "n": found.n,
        "p": percent(found.p),
        "rpbis": found.rpbis,
        "flags": flags_of(found.flags),
        "fitted_at": found.fitted_at,
    }
