"""What a learner is told of an answer: what is right, and the passages it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from evigate.gate import CitationRow
from evigate.learning.grading import Grade
from evigate.learning.items.kinds import answer_of, parse
from evigate.learning.items.payloads import McqItem
from evigate.learning.practice.models import Answer, Feedback, Passage


def evidence_of(citations: Sequence[CitationRow]) -> list[str]:
    """Return the passages that an answer is graded against, in the order cited."""
    return [each.context or each.quote for each in citations]


def feedback_of(
    attempt_id: UUID,
    answer: Answer,
    row: Mapping[str, Any],
    given: Grade,
    citations: Sequence[CitationRow],
) -> Feedback:
    """Return what to tell of a graded answer to the bank's row of an item."""
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


def stored(feedback: Feedback) -> dict[str, Any]:
    """Return the feedback as the attempt's row keeps it; the row itself names the ids."""
    values = asdict(feedback)
    for name in ("attempt_id", "artifact_id", "due"):
        values.pop(name)
    for passage in values["passages"]:
        passage["document_id"] = str(passage["document_id"])
    return values


def restored(row: Mapping[str, Any], **more: Any) -> Feedback:
    """Return the feedback of an attempt's row, with `more` fields that the row does not keep."""
    passages = [
        Passage(**{**each, "document_id": UUID(each["document_id"])})
        for each in row["feedback"].get("passages", ())
    ]
    own = {"attempt_id": row["id"], "artifact_id": row["artifact_id"], "passages": passages}
    return Feedback(**{**row["feedback"], **own, **more})
