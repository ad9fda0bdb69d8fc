"""The page of what was learned, and the form that rates a question of a plan."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from evigate.kernel.http import Doors, Visitor
from evigate.kernel.pages import Draw
from evigate.studio.feedback.api import statistics_out
from evigate.studio.feedback.learning import DISMISSED_MAX, OBSERVATIONS_MIN
from evigate.studio.feedback.service import FeedbackService

TEMPLATES = Path(__file__).resolve().parent / "templates"


def feedback_pages(service: FeedbackService, doors: Doors, draw: Draw) -> APIRouter:
    """Return the pages, to be mounted before the studio's own."""
    routes = doors.pages()
    visitor_of: Any = Depends(doors.visitor)

    @routes.get("/studio/feedback")
    async def statistics(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        context = {
            "view": statistics_out(await service.statistics(visitor.subject)),
            "least": OBSERVATIONS_MIN,
            "dismissed": DISMISSED_MAX,
        }
        return await draw(request, "feedback", context, active="studio", status=200)

    @routes.post("/studio/{project_id}/feedback")
    async def give(
        project_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        question: Annotated[str, Form(max_length=200)],
        rating: Annotated[int, Form(ge=1, le=5)],
        comment: Annotated[str, Form(max_length=4000)] = "",
    ) -> Response:
        await service.give(
            visitor.subject, project_id, question=question, rating=rating, comment=comment
        )
        return RedirectResponse(f"/studio/{project_id}/plan", status_code=303)

    return routes
