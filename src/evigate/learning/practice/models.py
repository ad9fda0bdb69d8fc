"""Sessions, questions and answers as values; a question never holds its key."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

Mode = Literal["adaptive", "review", "in_order"]


@dataclass(frozen=True, slots=True)
class Session:
    """A learner's sitting; `score` is the mean of what was graded, None before the first."""

    id: UUID
    user_id: UUID
    module_id: UUID
    module: str
    status: str
    mode: str
    item_limit: int
    kinds: list[str]
    mastery_state: dict[str, Any]
    current_artifact_id: UUID | None
    created_at: datetime
    completed_at: datetime | None
    answered: int
    correct: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Question:
    """What the learner sees: the item without key, explanation or source; parts come shuffled.

    `options`, `steps`, `left` and `right` hold (id, text) where the kind has them.
    """

    artifact_id: UUID
    kind: str
    stem: str
    section: list[str]
    options: tuple[tuple[str, str], ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    right: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    number: int = 1
    of: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What the learner said; `value` has the shape that the kind asks for.

    `key` names the answer, so that sending it twice counts once.
    """

    artifact_id: UUID
    value: Any
    key: str
    latency_ms: int | None = None
    hint_used: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that the item rests on, inside the passage it stands in."""

    document: str
    document_id: UUID
    page: int
    quote: str
    context: str
    start: int
    heading_path: list[str]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What came of an answer; `is_correct` is None where the learner has to judge it."""

    attempt_id: UUID
    artifact_id: UUID
    is_correct: bool | None
    score: float
    confidence: float
    reason: str
    graded_by: str
    answer: str
    explanation: str
    option_feedback: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempted:
    """One answer in a session's history; `is_withdrawn` says that its item has left the bank."""

    id: UUID
    session_id: UUID
    artifact_id: UUID
    kind: str
    question: str
    is_correct: bool | None
    score: float | None
    created_at: datetime
    latency_ms: int | None
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer looked at again: what was asked, what was said, what came of it.

    `question` is None where the item has left the bank since; `rating` is what the learner said of
    an answer that could not be graded.
    """

    question: Question | None
    kind: str | None
    given: Any
    feedback: Feedback
    rating: int | None
    hint_used: bool


@dataclass(frozen=True, slots=True)
class DueCount:
    """How many items of a module a learner has on the schedule, and how many of them are due."""

    due: int
    seen: int
