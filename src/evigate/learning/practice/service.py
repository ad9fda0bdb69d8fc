"""The verbs of practice: start, ask, answer, rate, end.

The server grades, the database asks that the item is approved now, and an answer, the learner's
schedule and ability and the statement for a record store commit together. An answer sent twice is
one attempt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from evigate.base.clock import utc_now
from evigate.base.errors import E_DENIED, EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.gate import CitationRow
from evigate.gate.artifacts import citations_of
from evigate.kernel.access import may, require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.learning import schedule
from evigate.learning.errors import (
    E_BANK_EMPTY,
    E_ITEM_NOT_APPROVED,
    E_MODULE_NOT_FOUND,
    E_SESSION_NOT_ASKED,
    E_SESSION_NOT_FOUND,
    E_SESSION_OVER,
)
from evigate.learning.grading import Grade, grade
from evigate.learning.items.kinds import answer_of, parse
from evigate.learning.items.payloads import ShortAnswerItem
from evigate.learning.permissions import PRACTISE, WATCH
from evigate.learning.practice.asking import Asking
from evigate.learning.practice.feedback import evidence_of, feedback_of, restored, stored
from evigate.learning.practice.grader import ModelGrader
from evigate.learning.practice.learner import measure_learner, schedule_card
from evigate.learning.practice.measure import ask_for_measure
from evigate.learning.practice.models import (
    Answer,
    Answered,
    Attempted,
    DueCount,
    Feedback,
    Mode,
    Question,
    Session,
)
from evigate.learning.practice.questions import ask
from evigate.learning.practice.telling import Teller

_queries = load_queries(__package__)

APPROVED_ONLY = frozenset({"attempts_approved_item_fkey", "attempts_module"})
FREE_KIND = "learning.short_answer_item"
EXPECTED_MS = 20_000


class PracticeService:
    """Practice of every tenant's learners."""

    def __init__(
        self, database: Database, *, grader: ModelGrader | None = None, is_told: bool = False
    ) -> None:
        self._database = database
        self._grader = grader
        self._teller = Teller(is_told=is_told)
        self._asking = Asking()

    async def start(
        self,
        subject: Subject,
        module_id: UUID,
        *,
        mode: Mode = "adaptive",
        item_limit: int = 20,
        kinds: Sequence[str] = (),
    ) -> Session:
        """Open a session of the caller's own.

        Args:
            mode: `adaptive` asks what is due, then what tells most about the learner; `review`
                only what is due; `in_order` goes through the text.
            item_limit: at most so many questions; fewer where the bank has no more to ask.

        Raises:
            EvigateError[E_MODULE_NOT_FOUND]
            EvigateError[E_BANK_EMPTY]: nothing in the bank fits.
        """
        require(subject, PRACTISE)
        user_id = _person(subject)
        session_id = new_uuid()
        async with self._database.tx(subject) as tx:
            title = await _queries.module_title(tx.connection, id=module_id)
            if title is None:
                raise EvigateError(E_MODULE_NOT_FOUND, f"There is no module {str(module_id)!r}.")
            count = await self._asking.count(tx, user_id, module_id, mode=mode, kinds=kinds)
            if not count:
                message = f"The module {title!r} has no approved item to practise"
                due = " that is due" if mode == "review" else ""
                raise EvigateError(E_BANK_EMPTY, f"{message}{due}.")
            await _queries.insert_session(
                tx.connection,
                id=session_id,
                user_id=user_id,
                module_id=module_id,
                mode=mode,
                item_limit=min(item_limit, count),
                kinds=list(kinds),
            )
            session = await self._need(tx, session_id)
            await self._teller.of_session(tx, session, "initialized")
        return session

    async def get(self, subject: Subject, session_id: UUID) -> Session:
        """Return a session: one's own, or a learner's for whoever teaches.

        Raises:
            EvigateError[E_SESSION_NOT_FOUND]
        """
        require(subject, PRACTISE)
        async with self._database.tx(subject) as tx:
            return await self._need(tx, session_id)

    async def list_sessions(
        self,
        subject: Subject,
        *,
        module_id: UUID | None = None,
        is_own: bool = False,
        limit: int = 50,
    ) -> list[Session]:
        """Return sessions, newest first: one's own, or everybody's for whoever teaches."""
        require(subject, PRACTISE)
        mine = None if may(subject, WATCH) and not is_own else _person(subject)
        async with self._database.tx(subject) as tx:
            rows = await _queries.list_sessions(
                tx.connection, user_id=mine, module_id=module_id, limit=limit
            )
        return [Session(**row) for row in rows]

    async def history(self, subject: Subject, session_id: UUID) -> list[Attempted]:
        """Return a session's answers, in order."""
        require(subject, PRACTISE)
        async with self._database.tx(subject) as tx:
            await self._need(tx, session_id)
            rows = await _queries.history(tx.connection, session_id=session_id)
        return [Attempted(**row) for row in rows]

    async def question(self, subject: Subject, session_id: UUID) -> Question | None:
        """Return what the session asks now; None when it is done, which ends it.

        Asking again gives the same item until it is answered or leaves the bank.

        Raises:
            EvigateError[E_SESSION_NOT_FOUND | E_SESSION_OVER]
        """
        require(subject, PRACTISE)
        async with self._database.tx(subject) as tx:
            session = await self._own(tx, session_id)
            if session.status != "ACTIVE":
                raise EvigateError(E_SESSION_OVER, "The session has ended.")
            row = None
            if session.answered < session.item_limit:
                row = await self._asking.current(tx, session)
            if row is None:
                await self._end(tx, session, "COMPLETED")
                return None
            return ask(
                row["id"],
                row["kind"],
                row["payload"],
                session_id=session.id,
                number=session.answered + 1,
                of=session.item_limit,
            )

    async def answer(self, subject: Subject, session_id: UUID, answer: Answer) -> Feedback:
        """Grade an answer, keep the attempt, and say what is right and where it stands.

        Raises:
            EvigateError[E_SESSION_NOT_FOUND | E_SESSION_OVER]
            EvigateError[E_SESSION_NOT_ASKED]: the session asks another item.
            EvigateError[E_ITEM_NOT_APPROVED]: the item left the bank meanwhile.
            EvigateError[E_ANSWER_INVALID]: the answer has not the kind's shape.
        """
        require(subject, PRACTISE)
        said = await self._by_model(subject, session_id, answer)
        async with self._database.tx(subject) as tx:
            session = await self._own(tx, session_id)
            again = await _queries.find_attempt(
                tx.connection, session_id=session_id, key=answer.key
            )
            if again is not None:
                return restored(again)
            if session.status != "ACTIVE":
                raise EvigateError(E_SESSION_OVER, "The session has ended.")
            if session.current_artifact_id != answer.artifact_id:
                raise EvigateError(E_SESSION_NOT_ASKED, "The session asks another item now.")
            row = await _queries.bank_item(tx.connection, id=answer.artifact_id)
            if row is None:
                raise _left(answer.artifact_id)
            citations = (await citations_of(tx, [answer.artifact_id]))[answer.artifact_id]
            item = parse(row["kind"], row["payload"])
            given = said or grade(item, answer.value, evidence_of(citations))
            return await self._record(tx, session, answer, row, given, citations)

    async def _by_model(self, subject: Subject, session_id: UUID, answer: Answer) -> Grade | None:
        """Return a model's grade of a free answer to what is asked now, if one is to grade it.

        A model takes its time, so nothing is locked meanwhile; the answer is looked at again after.
        """
        if self._grader is None or subject.tenant_id is None or not isinstance(answer.value, str):
            return None
        async with self._database.tx(subject) as tx:
            session = await self._need(tx, session_id)
            row = await _queries.bank_item(tx.connection, id=answer.artifact_id)
            is_asked = session.status == "ACTIVE"
            is_asked = is_asked and session.current_artifact_id == answer.artifact_id
            if row is None or row["kind"] != FREE_KIND or not is_asked:
                return None
            citations = (await citations_of(tx, [answer.artifact_id]))[answer.artifact_id]
        item = parse(row["kind"], row["payload"])
        if not isinstance(item, ShortAnswerItem):
            return None
        return await self._grader.grade(
            subject.tenant_id, item, answer.value, evidence_of(citations)
        )

    async def answered(self, subject: Subject, session_id: UUID, attempt_id: UUID) -> Answered:
        """Return an answer of a session with what was asked and what came of it.

        Raises:
            EvigateError[E_SESSION_NOT_FOUND]: the session is none that the caller may see, or has
                no such answer.
        """
        require(subject, PRACTISE)
        async with self._database.tx(subject) as tx:
            session = await self._need(tx, session_id)
            row = await _queries.attempt_shown(tx.connection, id=attempt_id, session_id=session_id)
        if row is None:
            raise EvigateError(E_SESSION_NOT_FOUND, "The session has no such answer.")
        question = None
        if row["payload"] is not None:
            question = ask(
                row["artifact_id"],
                row["kind"],
                row["payload"],
                session_id=session_id,
                number=row["number"],
                of=session.item_limit,
            )
        return Answered(
            question=question,
            kind=row["kind"],
            given=row["user_answer"]["answer"],
            feedback=restored(row, due=row["due"]),
            rating=row["rating"],
            hint_used=row["hint_used"],
        )

    async def back(self, subject: Subject, session_id: UUID) -> str:
        """Return the back of the flashcard that the session asks now.

        Raises:
            EvigateError[E_SESSION_NOT_FOUND]
            EvigateError[E_SESSION_NOT_ASKED]: what it asks is no card.
        """
        require(subject, PRACTISE)
        async with self._database.tx(subject) as tx:
            session = await self._own(tx, session_id)
            row = None
            if session.current_artifact_id is not None:
                row = await _queries.bank_item(tx.connection, id=session.current_artifact_id)
        if row is None or row["kind"] != "learning.flashcard":
            raise EvigateError(E_SESSION_NOT_ASKED, "The session asks no card now.")
        return answer_of(parse(row["kind"], row["payload"]))

    async def due_counts(self, subject: Subject) -> dict[UUID, DueCount]:
        """Return how much of each module is due for the caller; modules never practised are out."""
        require(subject, PRACTISE)
        async with self._database.tx(subject) as tx:
            rows = await _queries.count_due(tx.connection, user_id=_person(subject))
        return {row["module_id"]: DueCount(row["due"], row["seen"]) for row in rows}

    async def rate(self, subject: Subject, attempt_id: UUID, rating: int) -> None:
        """Say how an answer went that could not be graded: 1 again, 2 hard, 3 good, 4 easy.

        The first rating counts.

        Raises:
            EvigateError[E_SESSION_NOT_FOUND]: the caller made no such attempt.
        """
        require(subject, PRACTISE)
        async with self._database.tx(subject) as tx:
            attempt = await _queries.get_attempt(tx.connection, id=attempt_id)
            if attempt is None or attempt["user_id"] != _person(subject):
                raise EvigateError(E_SESSION_NOT_FOUND, "There is no such attempt of yours.")
            if attempt["is_correct"] is not None or attempt["rating"] is not None:
                return
            await _queries.insert_rating(tx.connection, attempt_id=attempt_id, rating=rating)
            session = await self._need(tx, attempt["session_id"])
            await schedule_card(tx, session, attempt["artifact_id"], rating)

    async def end(
        self, subject: Subject, session_id: UUID, *, is_abandoned: bool = False
    ) -> Session:
        """End a session; ending twice changes nothing."""
        require(subject, PRACTISE)
        async with self._database.tx(subject) as tx:
            session = await self._own(tx, session_id)
            if session.status == "ACTIVE":
                await self._end(tx, session, "ABANDONED" if is_abandoned else "COMPLETED")
            return await self._need(tx, session_id)

    # Within a transaction --------------------------------------------------------------

    async def _record(
        self,
        tx: Tx,
        session: Session,
        answer: Answer,
        row: Mapping[str, Any],
        given: Grade,
        citations: Sequence[CitationRow],
    ) -> Feedback:
        now = utc_now()
        attempt_id = new_uuid()
        feedback = feedback_of(attempt_id, answer, row, given, citations)
        try:
            async with tx.connection.transaction():
                kept = await _queries.insert_attempt(
                    tx.connection,
                    id=attempt_id,
                    session_id=session.id,
                    artifact_id=answer.artifact_id,
                    user_id=session.user_id,
                    is_correct=given.is_correct,
                    user_answer=Jsonb({"answer": answer.value}),
                    score=given.score,
                    confidence=given.confidence,
                    feedback=Jsonb(stored(feedback)),
                    graded_by=given.graded_by,
                    hint_used=answer.hint_used,
                    latency_ms=answer.latency_ms,
                    key=answer.key,
                )
        except psycopg.errors.ForeignKeyViolation as error:
            if error.diag.constraint_name in APPROVED_ONLY:
                raise _left(answer.artifact_id) from error
            raise EvigateError(E_SESSION_OVER, "The session has ended.") from error
        due = None
        if given.is_correct is not None:
            due = await schedule_card(
                tx, session, answer.artifact_id, _rating_of(answer, row, given)
            )
            if kept["is_first"]:
                await measure_learner(tx, session, row, is_correct=given.is_correct)
        await _queries.ask(tx.connection, id=session.id, artifact_id=None)
        await self._teller.of_answer(tx, session, attempt_id, answer, row, given, now)
        return Feedback(**{**asdict(feedback), "passages": feedback.passages, "due": due})

    async def _end(self, tx: Tx, session: Session, status: str) -> None:
        known = await _queries.get_ability(
            tx.connection, user_id=session.user_id, module_id=session.module_id
        )
        state = {"answered": session.answered, "correct": session.correct}
        if known:
            state |= {"theta": round(known["theta"], 4), "se": round(known["se"], 4)}
        await _queries.end_session(
            tx.connection, id=session.id, status=status, mastery_state=Jsonb(state)
        )
        result: dict[str, Any] = {"completion": status == "COMPLETED"}
        if session.score is not None:
            result["score"] = {"scaled": round(session.score, 4)}
        if status == "COMPLETED":
            await self._teller.of_session(tx, session, "completed", result)
        await self._teller.of_session(tx, session, "terminated", result)
        if session.answered:
            await ask_for_measure(tx, session.module_id)

    async def _need(self, tx: Tx, session_id: UUID) -> Session:
        row = await _queries.get_session(tx.connection, id=session_id)
        mine = row is not None and row["user_id"] == tx.subject.user_id
        if row is None or not (mine or may(tx.subject, WATCH)):
            raise EvigateError(E_SESSION_NOT_FOUND, f"There is no session {str(session_id)!r}.")
        return Session(**row)

    async def _own(self, tx: Tx, session_id: UUID) -> Session:
        """Return the caller's own session, locked, so that two tabs take turns."""
        await _queries.lock_session(tx.connection, id=session_id)
        session = await self._need(tx, session_id)
        if session.user_id != tx.subject.user_id:
            raise EvigateError(E_SESSION_NOT_FOUND, f"There is no session {str(session_id)!r}.")
        return session


def _person(subject: Subject) -> UUID:
    if subject.user_id is None:
        raise EvigateError(E_DENIED, "Only a person practises; sign in as one.")
    return subject.user_id


def _rating_of(answer: Answer, row: Mapping[str, Any], given: Grade) -> int:
    """Return the learner's own rating of a card, else what the grade and the time taken say."""
    if given.graded_by == "self":
        return int(answer.value["rating"])
    return schedule.rating_of(
        given.score,
        bool(given.is_correct),
        answer.latency_ms,
        row["median_latency_ms"] or EXPECTED_MS,
        answer.hint_used,
    )


def _left(artifact_id: UUID) -> EvigateError:
    message = f"The item {str(artifact_id)!r} has left the bank."
    return EvigateError(E_ITEM_NOT_APPROVED, message)
