"""The SQL of feedback; what is learned is read anew each time, for it is small and must be true."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.studio.feedback.learning import Outcome
from evigate.studio.planning.models import PlanQuestion

FeedbackType = Literal[
    "suggestion_accepted", "answer_correction", "suggestion_dismissed", "rating", "comment"
]
OUTCOMES_MAX = 20_000
FEEDBACK_MAX = 500
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thing that somebody made known."""

    id: UUID
    feedback_type: FeedbackType
    target_type: str
    target_key: str
    feedback_data: dict[str, Any]
    given_by: str
    created_at: datetime


async def note_offer(
    tx: Tx, project_id: UUID, question: PlanQuestion, feedback_type: FeedbackType, given: Any
) -> None:
    """Keep what became of a question's offer; without one nothing is kept."""
    offer = question.prefill
    if offer is None:
        return
    data = {
        "source": offer.source,
        "confidence": offer.confidence,
        "offered": offer.value,
        "given": given,
    }
    await insert_feedback(tx, project_id, feedback_type, "prefill", question.key, question.id, data)


async def insert_feedback(
    tx: Tx,
    project_id: UUID,
    feedback_type: FeedbackType,
    target_type: str,
    target_key: str,
    target_id: UUID | None,
    data: Mapping[str, Any],
) -> None:
    """Keep one thing that somebody made known."""
    await _queries.insert_feedback(
        tx.connection,
        id=new_uuid(),
        project_id=project_id,
        feedback_type=feedback_type,
        target_type=target_type,
        target_key=target_key,
        target_id=target_id,
        feedback_data=Jsonb(dict(data)),
    )


async def list_outcomes(tx: Tx) -> list[Outcome]:
    """Return what became of the tenant's offers, each once a project, at most `OUTCOMES_MAX`."""
    rows = await _queries.list_outcomes(tx.connection, limit=OUTCOMES_MAX)
    return [
        Outcome(
            key=row["target_key"],
            source=row["source"],
            confidence=row["confidence"],
            offered=row["offered"],
            is_taken=row["feedback_type"] == "suggestion_accepted",
            is_dismissed=row["feedback_type"] == "suggestion_dismissed",
        )
        for row in rows
    ]


async def list_feedback(tx: Tx, project_id: UUID) -> list[Feedback]:
    """Return a project's feedback, newest first, at most `FEEDBACK_MAX`."""
    rows = await _queries.list_feedback(tx.connection, project_id=project_id, limit=FEEDBACK_MAX)
    return [Feedback(**row) for row in rows]


async def list_ratings(tx: Tx) -> dict[str, tuple[int, float]]:
    """Return how often each question was rated, and with what on average, by its key."""
    rows = await _queries.list_ratings(tx.connection)
    return {row["target_key"]: (row["count"], row["average"]) for row in rows}
