"""What giving an answer does: it is added, and what follows from it reaches the other questions.

Both within the answer's transaction. An answer offers itself to questions of the same field of the
discovery (one that is answered otherwise shows a conflict), and may open questions of the library.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evigate.kernel.db import Tx
from evigate.studio.features.reading import known_of
from evigate.studio.features.store import list_features
from evigate.studio.feedback.learning import experience_of
from evigate.studio.feedback.store import FeedbackType, list_outcomes, note_offer
from evigate.studio.library import Library
from evigate.studio.planning.drafting import Drafted, Inputs, draft_plan, open_status, questions_of
from evigate.studio.planning.models import (
    OPEN,
    AnswerSource,
    Plan,
    PlanQuestion,
    Prefill,
)
from evigate.studio.planning.prefills import CASCADED
from evigate.studio.planning.questions import Collected
from evigate.studio.planning.store import (
    follow_questions,
    insert_answer,
    insert_question,
    newest_answers,
    put_question,
)


async def give(
    tx: Tx,
    plan: Plan,
    question: PlanQuestion,
    value: Any,
    source: AnswerSource,
    *,
    notes: str = "",
    idempotency_key: str | None = None,
    results: Mapping[str, Any],
    is_seen: bool = True,
) -> None:
    """Add an answer, and let question and plan stand as it leaves them; if seen, learn from it."""
    await insert_answer(
        tx,
        plan.project_id,
        question,
        value,
        source,
        notes=notes,
        idempotency_key=idempotency_key,
        results=results,
    )
    is_taken = question.prefill is not None and question.prefill.value == value
    made_of_it: FeedbackType = "suggestion_accepted" if is_taken else "answer_correction"
    if is_seen:
        await note_offer(tx, plan.project_id, question, made_of_it, value)
    await put_question(tx, replace(question, **_status_after(question, value)))
    await follow_questions(tx, plan.head.id)


async def process(
    tx: Tx, plan: Plan, question: PlanQuestion, value: Any, library: Library
) -> dict[str, Any]:
    """Do what follows from an answer, and return which questions it reached."""
    return {
        "cascaded": await _cascade(tx, plan, question, value, library),
        "activated": await _activate(tx, plan, question, value, library),
    }


def _status_after(question: PlanQuestion, value: Any) -> dict[str, Any]:
    if question.prefill is None:
        return {"status": "answered"}
    if question.prefill.value == value:
        return {"status": "accepted"}
    # Who answers otherwise has seen what was filled in, and refuses it.
    return {"status": "edited", "rejected": question.prefill.value}


async def _cascade(
    tx: Tx, plan: Plan, question: PlanQuestion, value: Any, library: Library
) -> list[str]:
    asked = library.questions.get(question.key)
    if asked is None or asked.fills is None:
        return []
    why = f"You answered that to “{question.ask}”"
    offer = Prefill(value, CASCADED, "cascade", why)
    reached = []
    for other in plan.questions:
        known = library.questions.get(other.key)
        is_same_field = known is not None and known.fills == asked.fills
        if other.key == question.key or not is_same_field or other.kind != question.kind:
            continue
        is_surer = other.prefill is None or other.prefill.confidence <= offer.confidence
        is_new = other.rejected != value and (other.answer is None or other.answer.raw != value)
        if is_surer and is_new and other.status not in ("withdrawn", "suppressed", "skipped"):
            offered = replace(other, prefill=offer)
            if other.status in OPEN:
                offered = replace(offered, status=open_status(offered))
            await put_question(tx, offered)
            reached.append(other.key)
    return reached


async def _activate(
    tx: Tx, plan: Plan, question: PlanQuestion, value: Any, library: Library
) -> list[str]:
    """Add the questions that the answer opens, at the end, with what is known of them."""
    answers = {**await newest_answers(tx, plan.project_id), question.key: value}
    chosen = [e for e in await list_features(tx, plan.project_id) if e.is_selected]
    known = await known_of(tx, plan.project_id)
    learned = await asyncio.to_thread(experience_of, await list_outcomes(tx))
    inputs = Inputs(known, tuple(chosen), library, answers, plan.patterns, learned)
    drafted = await asyncio.to_thread(draft_plan, inputs)
    present = {each.key for each in plan.questions}
    new = tuple(each for each in drafted.collected.questions if each.key not in present)
    added = Drafted(drafted.order, (), Collected(new, ()), drafted.offers)
    last = max((each.position for each in plan.questions), default=-1)
    for each in questions_of(added, {}, answers, first=last + 1):
        await insert_question(tx, plan.project_id, plan.head.id, each)
    return [each.key for each in new]
