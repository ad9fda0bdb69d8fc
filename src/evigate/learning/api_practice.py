"""The routes of practice, and of what it shows to whoever teaches."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from evigate.base.errors import E_UNAVAILABLE
from evigate.base.subject import Subject
from evigate.kernel.http import PageOf, responses_of
from evigate.learning.errors import (
    E_ANSWER_INVALID,
    E_BANK_EMPTY,
    E_ITEM_NOT_APPROVED,
    E_MODULE_NOT_FOUND,
    E_SESSION_NOT_ASKED,
    E_SESSION_NOT_FOUND,
    E_SESSION_OVER,
)
from evigate.learning.practice.dashboards import ClassView, LearnerView
from evigate.learning.practice.measure import Measured, MeasuredItem
from evigate.learning.practice.models import Answer, Attempted, Feedback, Question, Session
from evigate.learning.practice.records import Statement
from evigate.learning.practice.service import PracticeService
from evigate.learning.schemas import AnswerIn, RatingIn, SessionIn
from evigate.learning.service import LearningService


def practice_routes(routes: APIRouter, service: LearningService, subject_of: Any) -> None:
    """Add the routes of sessions."""
    _session_routes(routes, service.practice, subject_of)
    _answer_routes(routes, service.practice, subject_of)
    _ending_routes(routes, service.practice, subject_of)


def _session_routes(routes: APIRouter, practice: PracticeService, subject_of: Any) -> None:
    @routes.post(
        "/sessions", status_code=201, responses=responses_of(E_MODULE_NOT_FOUND, E_BANK_EMPTY)
    )
    async def start(body: SessionIn, subject: Annotated[Subject, subject_of]) -> Session:
        """Open a session of one's own."""
        return await practice.start(
            subject,
            body.module_id,
            mode=body.mode,
            item_limit=body.item_limit,
            kinds=body.kinds,
        )

    @routes.get("/sessions")
    async def list_sessions(
        subject: Annotated[Subject, subject_of],
        module_id: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> PageOf[Session]:
        """List sessions, newest first: one's own, or everybody's for whoever teaches."""
        found = await practice.list_sessions(subject, module_id=module_id, limit=limit)
        return PageOf(items=found)

    @routes.get("/sessions/{session_id}", responses=responses_of(E_SESSION_NOT_FOUND))
    async def get_session(session_id: UUID, subject: Annotated[Subject, subject_of]) -> Session:
        """Get a session."""
        return await practice.get(subject, session_id)


def _answer_routes(routes: APIRouter, practice: PracticeService, subject_of: Any) -> None:
    @routes.get(
        "/sessions/{session_id}/question",
        responses=responses_of(E_SESSION_NOT_FOUND, E_SESSION_OVER),
    )
    async def question(
        session_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> Question | None:
        """Get what the session asks now; null when it is done."""
        return await practice.question(subject, session_id)

    @routes.post(
        "/sessions/{session_id}/answers",
        responses=responses_of(
            E_SESSION_NOT_FOUND,
            E_SESSION_OVER,
            E_SESSION_NOT_ASKED,
            E_ITEM_NOT_APPROVED,
            E_ANSWER_INVALID,
        ),
    )
    async def answer(
        session_id: UUID, body: AnswerIn, subject: Annotated[Subject, subject_of]
    ) -> Feedback:
        """Answer; the same key again is the same answer."""
        given = Answer(body.artifact_id, body.value, body.key, body.latency_ms, body.hint_used)
        return await practice.answer(subject, session_id, given)


def _ending_routes(routes: APIRouter, practice: PracticeService, subject_of: Any) -> None:
    @routes.get("/sessions/{session_id}/answers", responses=responses_of(E_SESSION_NOT_FOUND))
    async def history(
        session_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[Attempted]:
        """List a session's answers, in order."""
        return PageOf(items=await practice.history(subject, session_id))

    @routes.post("/sessions/{session_id}/end", responses=responses_of(E_SESSION_NOT_FOUND))
    async def end(session_id: UUID, subject: Annotated[Subject, subject_of]) -> Session:
        """End a session."""
        return await practice.end(subject, session_id)

    @routes.post(
        "/attempts/{attempt_id}/rating",
        status_code=204,
        responses=responses_of(E_SESSION_NOT_FOUND),
    )
    async def rate(
        attempt_id: UUID, body: RatingIn, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Say how an answer went that could not be graded."""
        await practice.rate(subject, attempt_id, body.rating)


def teaching_routes(routes: APIRouter, service: LearningService, subject_of: Any) -> None:
    """Add the routes of what practice shows."""

    @routes.get(
        "/modules/{module_id}/progress",
        responses=responses_of(E_MODULE_NOT_FOUND, E_SESSION_NOT_FOUND),
    )
    async def progress(
        module_id: UUID, subject: Annotated[Subject, subject_of], user_id: UUID | None = None
    ) -> LearnerView:
        """Get what a learner knows: oneself, or another for whoever teaches."""
        return await service.dashboards.learner(subject, module_id, user_id)

    @routes.get("/modules/{module_id}/class", responses=responses_of(E_MODULE_NOT_FOUND))
    async def of_class(module_id: UUID, subject: Annotated[Subject, subject_of]) -> ClassView:
        """Get what a module's learners know."""
        return await service.dashboards.of_class(subject, module_id)

    @routes.get("/modules/{module_id}/statistics", responses=responses_of(E_MODULE_NOT_FOUND))
    async def statistics(
        module_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> PageOf[MeasuredItem]:
        """List what attempts say of the module's items, those with faults first."""
        return PageOf(items=await service.measured(subject, module_id))

    @routes.post("/modules/{module_id}/statistics", responses=responses_of(E_MODULE_NOT_FOUND))
    async def measure(module_id: UUID, subject: Annotated[Subject, subject_of]) -> Measured:
        """Measure the module's items from its learners' first answers."""
        return await service.measure(subject, module_id)

    @routes.get("/statements")
    async def statements(
        subject: Annotated[Subject, subject_of],
        is_unsent: bool = False,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> PageOf[Statement]:
        """List xAPI statements, oldest first."""
        found = await service.records.list_statements(subject, is_unsent=is_unsent, limit=limit)
        return PageOf(items=found)

    @routes.post("/statements/send", responses=responses_of(E_UNAVAILABLE))
    async def send(subject: Annotated[Subject, subject_of]) -> dict[str, int]:
        """Send the statements that wait to the record store."""
        return {"sent": await service.records.send(subject)}
