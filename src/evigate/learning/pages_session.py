"""The page of one sitting: a question, what came of the answer, and the end of it.

Everything works without script: turning a card and showing a hint are links, and a form says by
itself which answer it is, so that sending it twice counts once. Script adds keys and the time.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Draw
from evigate.learning.answer_form import AnswerFields, answer_of_form
from evigate.learning.errors import (
    E_ANSWER_INVALID,
    E_ITEM_NOT_APPROVED,
    E_SESSION_NOT_ASKED,
    E_SESSION_OVER,
)
from evigate.learning.pages_items import fields_sent
from evigate.learning.pages_shared import kind_title, marked, percent, see
from evigate.learning.pictures import ability_bar
from evigate.learning.practice.models import Answer, Answered, Attempted, Question, Session
from evigate.learning.service import LearningService

RATINGS = ((1, "Again"), (2, "Hard"), (3, "Good"), (4, "Easy"))
LATENCY_MAX_MS = 86_400_000
# Why an answer could not be taken, and what the page then says.
MOVED_ON = {
    E_ITEM_NOT_APPROVED: "left",
    E_SESSION_NOT_ASKED: "moved",
    E_SESSION_OVER: "over",
}
NOTICES = {
    "left": "That question has just left the bank; here is another.",
    "moved": "The session has gone on in another window; this is what it asks now.",
    "over": "The session has ended.",
}


class _Page:
    """Draws what a session asks now, what came of an answer, and the end of it."""

    def __init__(self, service: LearningService, draw: Draw) -> None:
        self.practice, self.draw = service.practice, draw

    async def now(
        self, request: Request, visitor: Visitor, session: Session, is_turned: bool, **shown: Any
    ) -> Response:
        """Show the question that stands, a card's back too where it is turned; else the end."""
        subject = visitor.subject
        question = None
        if session.status == "ACTIVE":
            question = await self.practice.question(subject, session.id)
        if question is None:
            return await self.end(request, visitor, session.id)
        is_card = question.kind == "learning.flashcard"
        back = await self.practice.back(subject, session.id) if is_turned and is_card else None
        return await self.question(request, session, question, back=back, **shown)

    async def question(
        self,
        request: Request,
        session: Session,
        question: Question,
        status: int = 200,
        **shown: Any,
    ) -> Response:
        context = {
            **_frame(session),
            "question": question,
            "kind_title": kind_title(question.kind),
            "key": f"page:{question.artifact_id}",
            "ratings": RATINGS,
            "back": None,
            "has_hint": False,
            "notice": None,
            "error": None,
            "given": {},
            **shown,
        }
        return await self.draw(request, "question", context, active="practice", status=status)

    async def refused(
        self,
        request: Request,
        visitor: Visitor,
        session: Session,
        fields: AnswerFields,
        error: EvigateError,
    ) -> Response:
        """Show the question again with what was wrong, or what is asked by now."""
        question = await self.practice.question(visitor.subject, session.id)
        if question is None or question.artifact_id != fields.artifact_id:
            return see(f"/practice/{session.id}?notice=moved")
        return await self.question(
            request,
            session,
            question,
            error.code.status,
            error=error.message,
            given=fields.values,
            has_hint=fields.hint_used,
        )

    async def answered(
        self, request: Request, visitor: Visitor, session: Session, attempt_id: UUID
    ) -> Response:
        done = await self.practice.answered(visitor.subject, session.id, attempt_id)
        context = {**_frame(session), **_answered(done), "ratings": RATINGS}
        return await self.draw(request, "answered", context, active="practice")

    async def end(self, request: Request, visitor: Visitor, session_id: UUID) -> Response:
        subject = visitor.subject
        session = await self.practice.get(subject, session_id)
        history = await self.practice.history(subject, session_id)
        context = {**_frame(session), **_ended(session, history)}
        return await self.draw(request, "session_end", context, active="practice")


def session_routes(
    routes: APIRouter, service: LearningService, visitor_of: Any, draw: Draw
) -> None:
    """Add the page of a session and what its forms do."""
    page = _Page(service, draw)
    _look_routes(routes, page, visitor_of)
    _answer_routes(routes, page, visitor_of)
    _ending_routes(routes, page, visitor_of)


def _look_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.get("/practice/{session_id}")
    async def session_page(
        session_id: UUID,
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        after: UUID | None = None,
        flip: bool = False,
        hint: bool = False,
        notice: str = "",
    ) -> Response:
        session = await page.practice.get(visitor.subject, session_id)
        if after is not None:
            return await page.answered(request, visitor, session, after)
        told = NOTICES.get(notice)
        return await page.now(request, visitor, session, flip, has_hint=hint, notice=told)


def _answer_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    @routes.post("/practice/{session_id}/answers")
    async def answer(
        session_id: UUID, request: Request, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        subject = visitor.subject
        session = await page.practice.get(subject, session_id)
        fields = AnswerFields.parse(await fields_sent(request), latency_max_ms=LATENCY_MAX_MS)
        if fields is None:
            return see(f"/practice/{session_id}?notice=moved")
        try:
            done = await page.practice.answer(subject, session_id, _given(fields))
        except EvigateError as error:
            if error.code in MOVED_ON:
                return see(f"/practice/{session_id}?notice={MOVED_ON[error.code]}")
            if error.code is not E_ANSWER_INVALID or session.status != "ACTIVE":
                raise
            return await page.refused(request, visitor, session, fields, error)
        return see(f"/practice/{session_id}?after={done.attempt_id}")


def _ending_routes(routes: APIRouter, page: _Page, visitor_of: Any) -> None:
    practice = page.practice

    @routes.post("/practice/{session_id}/answers/{attempt_id}/rating")
    async def rate(
        session_id: UUID,
        attempt_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        rating: Annotated[int, Form(ge=1, le=4)],
    ) -> Response:
        await practice.answered(visitor.subject, session_id, attempt_id)
        await practice.rate(visitor.subject, attempt_id, rating)
        return see(f"/practice/{session_id}?after={attempt_id}")

    @routes.post("/practice/{session_id}/end")
    async def end(session_id: UUID, visitor: Annotated[Visitor, visitor_of]) -> Response:
        await practice.end(visitor.subject, session_id, is_abandoned=True)
        return see(f"/practice/{session_id}")


def _given(fields: AnswerFields) -> Answer:
    value = answer_of_form(fields.kind, fields.values)
    return Answer(fields.artifact_id, value, fields.key, fields.latency_ms, fields.hint_used)


def _frame(session: Session) -> dict[str, Any]:
    return {
        "session": session,
        "base": f"/practice/{session.id}",
        "done": min(session.answered, session.item_limit),
        "is_over": session.status != "ACTIVE",
    }


def _answered(done: Answered) -> dict[str, Any]:
    feedback = done.feedback
    is_open = feedback.is_correct is None and done.rating is None
    if feedback.is_correct:
        verdict = ("Right", "good", "check")
    elif feedback.is_correct is None:
        verdict = ("Judge it yourself", "fair", "half")
    elif feedback.score > 0:
        verdict = ("Partly right", "fair", "half")
    else:
        verdict = ("Not right", "poor", "cross")
    label, tone, mark = verdict
    return {
        "verdict": {"label": label, "tone": tone, "mark": mark},
        "feedback": feedback,
        "question": done.question,
        "kind": done.kind,
        "said": _said(done),
        "is_open": is_open,
        "rating": done.rating,
        "lines": [line for line in feedback.lines if line["text"]],
        "passages": [
            {
                "document": each.document,
                "page": each.page,
                "under": " › ".join(each.heading_path),
                "parts": marked(each.context, [(each.start, each.start + len(each.quote))]),
            }
            for each in feedback.passages
        ],
        "due": feedback.due,
        "comes_again": None if feedback.due is None else _until(feedback.due),
    }


def _until(due: Any) -> str:
    seconds = (due - utc_now()).total_seconds()
    if seconds <= 60:
        return "in a minute"
    if seconds < 3600:
        return f"in {round(seconds / 60)} minutes"
    if seconds < 86_400:
        return f"in {round(seconds / 3600)} hours"
    days = round(seconds / 86_400)
    return "tomorrow" if days == 1 else f"in {days} days"


def _said(done: Answered) -> str:
    """Return the learner's answer in words; empty where the page shows it otherwise."""
    given = done.given
    if isinstance(given, bool):
        return "True" if given else "False"
    if isinstance(given, Mapping):
        return dict(RATINGS).get(given.get("rating", 0), "")
    if not isinstance(given, str):
        return ""
    options = dict(done.question.options) if done.question else {}
    return f"{given}: {options[given]}" if given in options else given


def _ended(session: Session, history: list[Attempted]) -> dict[str, Any]:
    state = session.mastery_state
    missed = [each for each in history if each.is_correct is False]
    return {
        "score": percent(session.score),
        "right": sum(each.is_correct is True for each in history),
        "open": sum(each.is_correct is None for each in history),
        "ability": ability_bar(state.get("theta"), state.get("se")),
        "history": [
            {
                "question": each.question,
                "kind": kind_title(each.kind),
                "score": each.score,
                "is_correct": each.is_correct,
                "is_withdrawn": each.is_withdrawn,
                "href": f"/practice/{session.id}?after={each.id}",
                "seconds": None if each.latency_ms is None else each.latency_ms / 1000,
            }
            for each in history
        ],
        "missed": [
            {"question": each.question, "href": f"/practice/{session.id}?after={each.id}"}
            for each in missed
        ],
        "progress_href": f"/practice/progress/{session.module_id}",
        "module_id": session.module_id,
        "mode": session.mode,
        "item_limit": session.item_limit,
    }
