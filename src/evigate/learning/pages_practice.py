"""The pages around practice: what there is to practise, and how one is doing in a module."""

from typing import Annotated, Any, get_args
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Draw
from evigate.learning.errors import E_BANK_EMPTY
from evigate.learning.pages_shared import crumbs, percent, said, see
from evigate.learning.pictures import ability_bar, curve_points
from evigate.learning.practice.dashboards import LearnerView
from evigate.learning.practice.models import DueCount, Mode, Session
from evigate.learning.service import LearningService

MODES: tuple[tuple[Mode, str, str], ...] = (
    ("adaptive", "What helps most", "what is due, then questions that fit what you know"),
    ("review", "Only what is due", "what you are about to forget"),
    ("in_order", "In the text's order", "one after the other, each once"),
)
SESSIONS_SHOWN = 10
DUE_SHOWN = 50
QUESTIONS_USUAL = 10


def practice_page_routes(
    routes: APIRouter, service: LearningService, visitor_of: Any, draw: Draw
) -> None:
    """Add the learner's home and the page of progress."""

    async def home(
        request: Request, visitor: Visitor, error: str | None = None, status: int = 200
    ) -> Response:
        subject = visitor.subject
        due = await service.practice.due_counts(subject)
        modules = await service.modules.list_modules(subject)
        sessions = await service.practice.list_sessions(subject, is_own=True, limit=SESSIONS_SHOWN)
        context = {
            "modules": [
                {
                    "id": module.id,
                    "title": module.title,
                    "description": module.description,
                    "questions": module.approved,
                    "due": due.get(module.id, DueCount(0, 0)).due,
                    "seen": due.get(module.id, DueCount(0, 0)).seen,
                    "progress_href": f"/practice/progress/{module.id}",
                }
                for module in modules
                if module.approved
            ],
            "sessions": [session_line(each) for each in sessions],
            "modes": MODES,
            "usual": QUESTIONS_USUAL,
            "error": error,
        }
        return await draw(request, "practice", context, active="practice", status=status)

    @routes.get("/practice")
    async def practice(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await home(request, visitor)

    @routes.post("/practice")
    async def start(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        module_id: Annotated[UUID, Form()],
        mode: Annotated[str, Form()] = "adaptive",
        item_limit: Annotated[int, Form(ge=1, le=500)] = QUESTIONS_USUAL,
    ) -> Response:
        wanted: Any = mode if mode in get_args(Mode) else "adaptive"
        try:
            session = await service.practice.start(
                visitor.subject, module_id, mode=wanted, item_limit=item_limit
            )
        except EvigateError as error:
            if error.code is not E_BANK_EMPTY:
                raise
            hint = "Nothing is due there now; choose another way." if mode == "review" else None
            return await home(request, visitor, hint or said(error), error.code.status)
        return see(f"/practice/{session.id}")

    @routes.get("/practice/progress/{module_id}")
    async def progress(
        module_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        subject = visitor.subject
        module = await service.modules.get(subject, str(module_id))
        view = await service.dashboards.learner(subject, module_id)
        sessions = await service.practice.list_sessions(
            subject, module_id=module_id, is_own=True, limit=SESSIONS_SHOWN
        )
        context = {
            "trail": crumbs(("Practice", "/practice"), (module.title, None)),
            "module": module,
            "sessions": [session_line(each) for each in sessions],
            **_progress(view),
        }
        return await draw(request, "progress", context, active="practice")


def session_line(session: Session) -> dict[str, Any]:
    """Return a session as lists show it."""
    return {
        "module": session.module,
        "href": f"/practice/{session.id}",
        "is_open": session.status == "ACTIVE",
        "answered": session.answered,
        "score": percent(session.score),
        "created_at": session.created_at,
    }


def _progress(view: LearnerView) -> dict[str, Any]:
    now = utc_now()
    return {
        "answered": view.answered,
        "right": view.right,
        "ability": ability_bar(view.theta, view.se),
        "mastery": view.mastery,
        "due": [
            {
                "question": card.question,
                "due": card.due,
                "is_due": card.due <= now,
                "recall": card.recall,
                "reps": card.reps,
                "lapses": card.lapses,
            }
            for card in view.due[:DUE_SHOWN]
        ],
        "due_left_out": max(0, len(view.due) - DUE_SHOWN),
        "due_now": sum(card.due <= now for card in view.due),
        "curve": curve_points(view.forgetting),
        "forgetting": [point for point in view.forgetting if point[0] % 5 == 0],
    }
