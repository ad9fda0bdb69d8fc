"""The SQL of planning: plans, their questions and answers, patterns."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.studio.features.store import get_curation
from evigate.studio.phases.store import get_project
from evigate.studio.planning.errors import E_QUESTION_PLAN_NOT_FOUND
from evigate.studio.planning.models import (
    Answer,
    AnswerSource,
    Detection,
    Plan,
    PlanHead,
    PlanQuestion,
    Prefill,
    plain_value,
)
from evigate.studio.planning.patterns import Detected

_queries = load_queries(__package__)


async def find_head(tx: Tx, project_id: UUID, *, is_newest: bool = False) -> PlanHead | None:
    """Return the project's plan that holds, or its newest, which may be under way or failed."""
    query = _queries.newest_plan if is_newest else _queries.live_plan
    row = await query(tx.connection, project_id=project_id)
    if row is None:
        return None
    lists = {name: tuple(row[name]) for name in ("sections", "notices")}
    return PlanHead(**{**row, **lists})


async def load_plan(tx: Tx, project_id: UUID) -> Plan:
    """
    Return the plan that holds.

    Raises:
        EvigateError[E_PROJECT_NOT_FOUND | E_QUESTION_PLAN_NOT_FOUND]
    """
    project = await get_project(tx, project_id)
    head = await find_head(tx, project_id)
    if head is None:
        raise EvigateError(
            E_QUESTION_PLAN_NOT_FOUND, f"{project['name']!r} has no question plan yet."
        )
    curation = await get_curation(tx, project_id)
    return Plan(
        project_id=project_id,
        name=project["name"],
        head=head,
        questions=await list_questions(tx, head.id),
        patterns=await list_patterns(tx, project_id),
        is_current=curation is not None
        and curation.source_hash == head.source_hash
        and head.stale_reason is None,
        answers_count=await count_answers(tx, project_id),
    )


async def list_questions(tx: Tx, plan_id: UUID) -> tuple[PlanQuestion, ...]:
    """Return a plan's questions in order, each with its newest answer."""
    rows = await _queries.list_questions(tx.connection, plan_id=plan_id)
    return tuple(_question(dict(row)) for row in rows)


async def begin_plan(tx: Tx, project_id: UUID, run_id: UUID, source_hash: str) -> UUID:
    """Add a plan that is being made."""
    plan_id = new_uuid()
    await _queries.begin_plan(
        tx.connection, id=plan_id, project_id=project_id, run_id=run_id, source_hash=source_hash
    )
    return plan_id


async def plan_of_run(tx: Tx, run_id: UUID) -> dict[str, Any] | None:
    """Return the plan that a run makes, or made."""
    row = await _queries.plan_of_run(tx.connection, run_id=run_id)
    return None if row is None else dict(row)


async def end_plan(tx: Tx, plan_id: UUID) -> None:
    """Say that a plan did not come to be."""
    await _queries.end_plan(tx.connection, id=plan_id)


async def publish_plan(
    tx: Tx,
    project_id: UUID,
    plan_id: UUID,
    *,
    source_hash: str,
    library_version: str,
    sections: Sequence[Mapping[str, Any]],
    notices: Sequence[str],
) -> None:
    """Let a plan take the place of the one before."""
    await _queries.supersede_plans(tx.connection, project_id=project_id)
    await _queries.ready_plan(
        tx.connection,
        id=plan_id,
        source_hash=source_hash,
        library_version=library_version,
        sections=Jsonb([dict(each) for each in sections]),
        notices=list(notices),
    )


async def set_patience(tx: Tx, patience_ms: int) -> None:
    """Let no statement of the transaction take or wait longer."""
    await _queries.set_patience(tx.connection, patience=str(patience_ms))


async def insert_question(tx: Tx, project_id: UUID, plan_id: UUID, question: PlanQuestion) -> None:
    """Add a question to a plan."""
    await _queries.insert_question(
        tx.connection,
        id=question.id,
        project_id=project_id,
        plan_id=plan_id,
        key=question.key,
        position=question.position,
        feature_key=question.feature_key,
        feature_keys=list(question.feature_keys),
        group_key=question.group_key,
        ask=question.ask,
        why=question.why,
        kind=question.kind,
        options=list(question.options),
        weight=question.weight,
        is_required=question.is_required,
        origins=Jsonb([dict(each) for each in question.origins]),
        **_standing(question),
    )


async def put_question(tx: Tx, question: PlanQuestion) -> PlanQuestion | None:
    """Write how a question stands; None where somebody changed it since it was read."""
    done = await _queries.put_question(
        tx.connection, id=question.id, version=question.version, **_standing(question)
    )
    return replace(question, version=question.version + 1) if done else None


async def follow_questions(tx: Tx, plan_id: UUID) -> None:
    """Let the plan's status follow its questions."""
    await _queries.follow_questions(tx.connection, plan_id=plan_id)


async def insert_answer(
    tx: Tx,
    project_id: UUID,
    question: PlanQuestion,
    raw: Any,
    source: AnswerSource,
    *,
    notes: str = "",
    idempotency_key: str | None = None,
    results: Mapping[str, Any] | None = None,
) -> None:
    """Add an answer after those before it."""
    is_taken = question.prefill is not None and source == "prefill_accepted"
    confidence = question.prefill.confidence if is_taken and question.prefill else 1.0
    value = {
        "raw": raw,
        "formatted": plain_value(raw),
        "selectedVariant": "novice",
        "confidence": confidence,
        "notes": notes,
    }
    await _queries.insert_answer(
        tx.connection,
        id=new_uuid(),
        project_id=project_id,
        question_id=question.id,
        question_key=question.key,
        version=question.answer.version + 1 if question.answer else 1,
        value=Jsonb(value),
        source=source,
        idempotency_key=idempotency_key,
        processing_results=Jsonb(dict(results or {})),
    )


async def find_answer(tx: Tx, project_id: UUID, idempotency_key: str) -> tuple[str, Any] | None:
    """Return the question and value that were sent under a key before."""
    row = await _queries.find_answer(
        tx.connection, project_id=project_id, idempotency_key=idempotency_key
    )
    return None if row is None else (row["question_key"], row["value"]["raw"])


async def newest_answers(tx: Tx, project_id: UUID) -> dict[str, Any]:
    """Return the answers that hold, by the questions' keys, whatever plan asked."""
    rows = await _queries.newest_answers(tx.connection, project_id=project_id)
    return {row["question_key"]: row["value"]["raw"] for row in rows}


async def answer_history(tx: Tx, project_id: UUID, key: str) -> list[Answer]:
    """Return every answer to a question, oldest first."""
    rows = await _queries.answer_history(tx.connection, project_id=project_id, question_key=key)
    return [_answer(dict(row)) for row in rows]


async def count_answers(tx: Tx, project_id: UUID) -> int:
    """Return how many answers were ever given."""
    found: int = await _queries.count_answers(tx.connection, project_id=project_id)
    return found


async def list_patterns(tx: Tx, project_id: UUID) -> tuple[Detection, ...]:
    """Return the patterns that were found, surest first."""
    rows = await _queries.list_patterns(tx.connection, project_id=project_id)
    lists = ("signals", "spec_additions")
    return tuple(Detection(**{**row, **{n: tuple(row[n]) for n in lists}}) for row in rows)


async def put_patterns(tx: Tx, project_id: UUID, found: Sequence[Detected]) -> None:
    """Write what was detected; what was applied or dismissed before stays so."""
    keys = [each.pattern_key for each in found]
    await _queries.drop_patterns(tx.connection, project_id=project_id, keys=keys)
    for each in found:
        await _queries.put_pattern(
            tx.connection,
            id=new_uuid(),
            project_id=project_id,
            pattern_key=each.pattern_key,
            pattern_name=each.pattern_name,
            confidence=each.confidence,
            signals=Jsonb(list(each.signals)),
            settles=Jsonb(each.settles),
            spec_additions=Jsonb(list(each.spec_additions)),
        )


async def move_pattern(tx: Tx, detection: Detection, status: str) -> bool:
    """Write what became of a pattern; False where somebody decided since it was read."""
    done = await _queries.move_pattern(
        tx.connection, id=detection.id, version=detection.version, status=status
    )
    return bool(done)


def _standing(question: PlanQuestion) -> dict[str, Any]:
    prefill = question.prefill
    return {
        "prefill": Jsonb(prefill.value) if prefill else None,
        "prefill_confidence": prefill.confidence if prefill else None,
        "prefill_source": prefill.source if prefill else None,
        "prefill_explanation": prefill.explanation if prefill else None,
        "rejected": None if question.rejected is None else Jsonb(question.rejected),
        "status": question.status,
        "reason": question.reason,
    }


def _question(row: dict[str, Any]) -> PlanQuestion:
    names = ("version", "value", "source")
    answer = {name: row.pop(f"answer_{name}") for name in names}
    rest = {name: row.pop(name) for name in ("answered_by", "answered_at", "processing_results")}
    offered = {name: row.pop(f"prefill_{name}") for name in ("confidence", "source", "explanation")}
    value = row.pop("prefill")
    return PlanQuestion(
        **{**row, **{name: tuple(row[name]) for name in ("feature_keys", "options", "origins")}},
        prefill=None if offered["source"] is None else Prefill(value, **offered),
        answer=None if answer["version"] is None else _answer({**answer, **rest}),
    )


def _answer(row: dict[str, Any]) -> Answer:
    value = row.pop("value")
    return Answer(raw=value["raw"], formatted=value["formatted"], **row)
