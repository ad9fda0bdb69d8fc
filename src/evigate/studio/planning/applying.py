"""What deciding on a pattern does to a plan, and how it is taken back; within one transaction."""

from typing import Literal

from evigate.base.errors import EvigateError
from evigate.kernel.db import Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.studio.features.service import STREAM
from evigate.studio.planning.drafting import suppress, unsuppress
from evigate.studio.planning.errors import E_PATTERN_NOT_FOUND, E_PATTERN_STATE
from evigate.studio.planning.models import Plan
from evigate.studio.planning.store import follow_questions, move_pattern, put_question

Decision = Literal["apply", "dismiss", "undo"]
STATUSES = {"apply": "applied", "dismiss": "dismissed", "undo": "detected"}
EVENTS = {"apply": "pattern_applied", "dismiss": "pattern_dismissed", "undo": "pattern_undone"}


async def decide(tx: Tx, plan: Plan, pattern_key: str, decision: Decision) -> None:
    """
    Apply a pattern, dismiss it, or take either back; decided so already, it changes nothing.

    Raises:
        EvigateError[E_PATTERN_NOT_FOUND]: the project has none of that key.
        EvigateError[E_PATTERN_STATE]: it was decided otherwise; that is taken back first.
    """
    pattern = next((each for each in plan.patterns if each.pattern_key == pattern_key), None)
    if pattern is None:
        raise EvigateError(E_PATTERN_NOT_FOUND, f"The project has no pattern {pattern_key!r}.")
    status = STATUSES[decision]
    if pattern.status == status:
        return
    if "detected" not in (pattern.status, status):
        message = f"The pattern {pattern.pattern_name!r} is {pattern.status}; take that back first."
        raise EvigateError(E_PATTERN_STATE, message)
    await move_pattern(tx, pattern, status)
    act = suppress if status == "applied" else unsuppress
    reached = []
    for question in plan.questions:
        changed = act(question, pattern)
        if changed != question:
            await put_question(tx, changed)
            reached.append(question.key)
    await follow_questions(tx, plan.head.id)
    payload = {"pattern": pattern_key, "questions": reached}
    await append_events(tx, STREAM, plan.project_id, [NewEvent(EVENTS[decision], payload)])
