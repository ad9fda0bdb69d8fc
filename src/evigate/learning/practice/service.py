"""The verbs of practice: start, ask, answer, rate, end.

The server grades, the database asks that the item is approved now, and an answer, the learner's
schedule and ability and the statement for a record store commit together. An answer sent twice is
one attempt.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
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
from evigate.learning import ability, schedule, xapi
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
from evigate.learning.items.payloads import McqItem, ShortAnswerItem
from evigate.learning.permissions import PRACTISE, WATCH
from evigate.learning.practice.choose import Known, Pool, next_item
from evigate.learning.practice.grader import ModelGrader
from evigate.learning.practice.measure import ask_for_measure
from evigate.learning.practice.models import (
    Answer,
    Answered,
    Attempted,
    DueCount,
    Feedback,
    Mode,
    Passage,
    Question,
    Session,
)
from evigate.learning.practice.questions import ask
from evigate.learning.practice.records import ask_to_send

_queries = load_queries(__package__)

APPROVED_ONLY = frozenset({"attempts_approved_item_fkey", "attempts_module"})
FREE_KIND = "learning.short_answer_item"
EXPECTED_MS = 20_000
POOL_LIFETIME_S = 5.0
POOLS_MAX = 200
# A small bank is read anew each time; it costs little, and what was just approved is there.
FRESH_BELOW = 100


class PracticeService:
    """Practice of every tenant's learners."""

    def __init__(
        self, database: Database, *, grader: ModelGrader | None = None, is_told: bool = False
    ) -> None:
        self._database = database
        self._grader = grader
        self._is_told = is_told
        self._pools: dict[tuple[UUID | None, UUID], tuple[float, Pool]] = {}

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
            await _queries.insert_session(
                tx.connection,
                id=session_id,
                user_id=user_id,
                module_id=module_id,
                mode=mode,
                item_limit=item_limit,
                kinds=list(kinds),
            )
            session = await self._need(tx, session_id)
            if await self._choose(tx, session) is None:
                message = f"The module {title!r} has no approved item to practise"
                due = " that is due" if mode == "review" else ""
                raise EvigateError(E_BANK_EMPTY, f"{message}{due}.")
            await self._tell_of_session(tx, session, "initialized")
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
                row = await self._current(tx, session)
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
                return Feedback(**{**again["feedback"], **_ids(again)})
            if session.status != "ACTIVE":
                raise EvigateError(E_SESSION_OVER, "The session has ended.")
            if session.current_artifact_id != answer.artifact_id:
                raise EvigateError(E_SESSION_NOT_ASKED, "The session asks another item now.")
            row = await _queries.bank_item(tx.connection, id=answer.artifact_id)
            if row is None:
                raise _left(answer.artifact_id)
            citations = (await citations_of(tx, [answer.artifact_id]))[answer.artifact_id]
            item = parse(row["kind"], row["payload"])
            given = said or grade(item, answer.value, _evidence(citations))
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
        return await self._grader.grade(subject.tenant_id, item, answer.value, _evidence(citations))

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
            feedback=Feedback(**{**row["feedback"], **_ids(row), "due": row["due"]}),
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
            await self._schedule(tx, session, attempt["artifact_id"], rating)

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
        feedback = _feedback(attempt_id, answer, row, given, citations)
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
                    feedback=Jsonb(_jsonable(feedback)),
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
            is_self = given.graded_by == "self"
            rating = (
                answer.value["rating"]
                if is_self
                else schedule.rating_of(
                    given.score,
                    given.is_correct,
                    answer.latency_ms,
                    row["median_latency_ms"] or EXPECTED_MS,
                    answer.hint_used,
                )
            )
            due = await self._schedule(tx, session, answer.artifact_id, rating)
            if kept["is_first"]:
                await self._measure(tx, session, row, is_correct=given.is_correct)
        await _queries.ask(tx.connection, id=session.id, artifact_id=None)
        await self._tell(tx, session, attempt_id, answer, row, given, now)
        return Feedback(**{**asdict(feedback), "passages": feedback.passages, "due": due})

    async def _schedule(self, tx: Tx, session: Session, artifact_id: UUID, rating: int) -> datetime:
        card = await _queries.get_card(
            tx.connection, user_id=session.user_id, artifact_id=artifact_id
        )
        now = utc_now()
        done = schedule.review(card["state"] if card else schedule.new_state(), rating, now)
        await _queries.upsert_card(
            tx.connection,
            user_id=session.user_id,
            artifact_id=artifact_id,
            module_id=session.module_id,
            state=Jsonb(done.state),
            due=done.due,
            stability=done.stability,
            now=now,
            lapsed=done.lapsed,
        )
        return done.due

    async def _measure(
        self, tx: Tx, session: Session, row: Mapping[str, Any], *, is_correct: bool
    ) -> None:
        known = await _queries.get_ability(
            tx.connection, user_id=session.user_id, module_id=session.module_id
        )
        theta, se = (known["theta"], known["se"]) if known else (0.0, 1.0)
        found = ability.update(theta, se, _parameters(row), is_correct)
        await _queries.upsert_ability(
            tx.connection,
            user_id=session.user_id,
            module_id=session.module_id,
            theta=found.theta,
            se=found.se,
        )

    async def _tell(
        self,
        tx: Tx,
        session: Session,
        attempt_id: UUID,
        answer: Answer,
        row: Mapping[str, Any],
        given: Grade,
        now: datetime,
    ) -> None:
        result: dict[str, Any] = {"score": {"scaled": round(given.score, 4)}}
        if given.is_correct is not None:
            result["success"] = given.is_correct
        if answer.latency_ms is not None:
            result["duration"] = f"PT{answer.latency_ms / 1000:.2f}S"
        statement = xapi.statement(
            "answered",
            actor_account=("urn:evigate:users", str(session.user_id)),
            activity_id=f"urn:uuid:{answer.artifact_id}",
            activity_name=row["kind"],
            activity_type="http://adlnet.gov/expapi/activities/cmi.interaction",
            result=result,
            interaction=xapi.interaction_of(parse(row["kind"], row["payload"])),
            timestamp=now,
            registration=session.id,
            id=attempt_id,
        )
        await self._keep(tx, statement, attempt_id=attempt_id)

    async def _tell_of_session(
        self, tx: Tx, session: Session, verb: xapi.Verb, result: Mapping[str, Any] | None = None
    ) -> None:
        """Say that a session began or ended; said again it is the same statement."""
        statement = xapi.statement(
            verb,
            actor_account=("urn:evigate:users", str(session.user_id)),
            activity_id=f"urn:uuid:{session.module_id}",
            activity_name=session.module,
            activity_type=xapi.ASSESSMENT,
            result=result or {},
            timestamp=utc_now(),
            registration=session.id,
            id=xapi.statement_id(verb, session.id),
        )
        await self._keep(tx, statement, session_id=session.id)

    async def _keep(
        self,
        tx: Tx,
        statement: Mapping[str, Any],
        *,
        attempt_id: UUID | None = None,
        session_id: UUID | None = None,
    ) -> None:
        await _queries.insert_statement(
            tx.connection,
            id=new_uuid(),
            attempt_id=attempt_id,
            session_id=session_id,
            statement=Jsonb(dict(statement)),
        )
        if self._is_told:
            await ask_to_send(tx)

    async def _current(self, tx: Tx, session: Session) -> Mapping[str, Any] | None:
        asked = session.current_artifact_id
        if asked is not None:
            row: Mapping[str, Any] | None = await _queries.bank_item(tx.connection, id=asked)
            if row is not None:
                return row
        found: Mapping[str, Any] | None = None
        chosen = await self._choose(tx, session)
        if chosen is not None:
            found = await _queries.bank_item(tx.connection, id=chosen)
        if found is None:
            # Nothing is left, or what was chosen left the bank since the pool was read.
            await self._pool(tx, session.module_id, is_fresh=True)
            chosen = await self._choose(tx, session)
            found = await _queries.bank_item(tx.connection, id=chosen) if chosen else None
        await _queries.ask(tx.connection, id=session.id, artifact_id=found["id"] if found else None)
        if found is not None:
            await _queries.count_shown(tx.connection, artifact_id=found["id"])
        return found

    async def _choose(self, tx: Tx, session: Session) -> UUID | None:
        row = await _queries.known_of_learner(
            tx.connection,
            user_id=session.user_id,
            module_id=session.module_id,
            session_id=session.id,
        )
        known = Known(
            seen=frozenset(row["seen"]),
            asked=frozenset(row["asked"]),
            due=dict(zip(row["planned"], row["due"], strict=True)),
            theta=row["theta"] or 0.0,
        )
        return next_item(
            await self._pool(tx, session.module_id),
            known,
            mode=session.mode,
            kinds=session.kinds,
            now=utc_now(),
            seed=session.answered + session.id.int % 1_000_003,
        )

    async def _pool(self, tx: Tx, module_id: UUID, *, is_fresh: bool = False) -> Pool:
        """Return the module's approved items, as they were a few seconds ago at most."""
        place = (tx.subject.tenant_id, module_id)
        kept = self._pools.get(place)
        if kept is not None and not is_fresh:
            is_young = time.monotonic() - kept[0] < POOL_LIFETIME_S
            if is_young and len(kept[1].ids) >= FRESH_BELOW:
                return kept[1]
        rows = list(await _queries.pool(tx.connection, module_id=module_id))
        parameters = [_parameters(row) for row in rows]
        pool = Pool(
            ids=tuple(row["id"] for row in rows),
            kinds=tuple(row["kind"] for row in rows),
            slopes=np.array([each.a for each in parameters]),
            difficulties=np.array([each.b for each in parameters]),
            exposures=tuple(row["exposure"] for row in rows),
        )
        if len(self._pools) >= POOLS_MAX:
            self._pools.clear()
        self._pools[place] = (time.monotonic(), pool)
        return pool

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
            await self._tell_of_session(tx, session, "completed", result)
        await self._tell_of_session(tx, session, "terminated", result)
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


def _evidence(citations: Sequence[CitationRow]) -> list[str]:
    return [each.context or each.quote for each in citations]


def _person(subject: Subject) -> UUID:
    if subject.user_id is None:
        raise EvigateError(E_DENIED, "Only a person practises; sign in as one.")
    return subject.user_id


def _parameters(row: Mapping[str, Any]) -> ability.ItemParameters:
    if row["a"] is not None and row["b"] is not None:
        return ability.ItemParameters(row["a"], row["b"], None, None)
    return ability.prior_parameters(row["difficulty_prior"])


def _feedback(
    attempt_id: UUID,
    answer: Answer,
    row: Mapping[str, Any],
    given: Grade,
    citations: Sequence[CitationRow],
) -> Feedback:
    item = parse(row["kind"], row["payload"])
    chosen = ""
    if isinstance(item, McqItem):
        chosen = next((o.feedback for o in item.options if o.id == answer.value), "")
    return Feedback(
        attempt_id=attempt_id,
        artifact_id=answer.artifact_id,
        is_correct=given.is_correct,
        score=given.score,
        confidence=given.confidence,
        reason=given.reason,
        graded_by=given.graded_by,
        answer=answer_of(item),
        explanation=item.explanation,
        option_feedback=chosen,
        lines=[asdict(line) for line in given.lines],
        passages=[_passage(each) for each in citations],
    )


def _passage(row: CitationRow) -> Passage:
    return Passage(
        document=row.document or "",
        document_id=row.document_id,
        page=row.page,
        quote=row.quote,
        context=row.context or row.quote,
        start=row.start_char if row.context else 0,
        heading_path=list(row.heading_path),
    )


def _jsonable(feedback: Feedback) -> dict[str, Any]:
    values = asdict(feedback)
    for name in ("attempt_id", "artifact_id", "due"):
        values.pop(name)
    for passage in values["passages"]:
        passage["document_id"] = str(passage["document_id"])
    return values


def _ids(row: Mapping[str, Any]) -> dict[str, Any]:
    passages = [
        Passage(**{**each, "document_id": UUID(each["document_id"])})
        for each in row["feedback"].get("passages", ())
    ]
    return {"attempt_id": row["id"], "artifact_id": row["artifact_id"], "passages": passages}


def _left(artifact_id: UUID) -> EvigateError:
    message = f"The item {str(artifact_id)!r} has left the bank."
    return EvigateError(E_ITEM_NOT_APPROVED, message)
