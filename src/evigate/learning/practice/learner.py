"""What is known of a learner and moves with each answer: when a card is due, and the ability."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.clock import utc_now
from evigate.kernel.db import Tx, load_queries
from evigate.learning import ability, schedule
from evigate.learning.practice.models import Session

_queries = load_queries(__package__)


def parameters_of(row: Mapping[str, Any]) -> ability.ItemParameters:
    """Return an item's measured parameters, or what its difficulty lets one expect."""
    if row["a"] is not None and row["b"] is not None:
        return ability.ItemParameters(row["a"], row["b"], None, None)
    return ability.prior_parameters(row["difficulty_prior"])


async def schedule_card(tx: Tx, session: Session, artifact_id: UUID, rating: int) -> datetime:
    """Move the learner's card of an item by a rating, 1 to 4; return when it is due."""
    card = await _queries.get_card(tx.connection, user_id=session.user_id, artifact_id=artifact_id)
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


async def measure_learner(
    tx: Tx, session: Session, row: Mapping[str, Any], *, is_correct: bool
) -> None:
    """Move the learner's ability by a first answer to the bank's row of an item."""
    known = await _queries.get_ability(
        tx.connection, user_id=session.user_id, module_id=session.module_id
    )
    theta, se = (known["theta"], known["se"]) if known else (0.0, 1.0)
    found = ability.update(theta, se, parameters_of(row), is_correct)
    await _queries.upsert_ability(
        tx.connection,
        user_id=session.user_id,
        module_id=session.module_id,
        theta=found.theta,
        se=found.se,
    )
