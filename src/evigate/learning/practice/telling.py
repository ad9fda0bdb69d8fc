"""What record stores are told of practice: xAPI statements, kept with what they tell of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.clock import utc_now
from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.learning import xapi
from evigate.learning.grading import Grade
from evigate.learning.items.kinds import parse, question_of
from evigate.learning.practice.models import Answer, Session
from evigate.learning.practice.records import ask_to_send

_queries = load_queries(__package__)


class Teller:
    """Keeps statements; `is_told` says that there is a record store to send them to."""

    def __init__(self, *, is_told: bool) -> None:
        self._is_told = is_told

    async def of_answer(
        self,
        tx: Tx,
        session: Session,
        attempt_id: UUID,
        answer: Answer,
        row: Mapping[str, Any],
        given: Grade,
        now: datetime,
    ) -> None:
        """Say how an answer to the bank's row of an item went."""
        result: dict[str, Any] = {"score": {"scaled": round(given.score, 4)}}
        if given.is_correct is not None:
            result["success"] = given.is_correct
        if answer.latency_ms is not None:
            result["duration"] = f"PT{answer.latency_ms / 1000:.2f}S"
        item = parse(row["kind"], row["payload"])
        statement = xapi.statement(
            "answered",
            actor_account=("urn:evigate:users", str(session.user_id)),
            activity_id=f"urn:uuid:{answer.artifact_id}",
            activity_name=question_of(item),
            activity_type="http://adlnet.gov/expapi/activities/cmi.interaction",
            result=result,
            interaction=xapi.interaction_of(item),
            timestamp=now,
            registration=session.id,
            id=attempt_id,
        )
        await self._keep(tx, statement, attempt_id=attempt_id)

    async def of_session(
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
