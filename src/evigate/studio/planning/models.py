"""A question plan as values: questions, what is filled in, answers, patterns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

PrefillSource = Literal["persona", "pattern", "cascade", "inference"]
Band = Literal["high", "medium", "low"]
AnswerSource = Literal["user", "prefill_accepted", "agent"]
# One click takes it; a suggestion; below, only a hint.
HIGH, MEDIUM = 0.85, 0.6
OPEN = frozenset({"pending", "prefilled", "rejected"})
GIVEN = frozenset({"accepted", "edited", "answered"})


@dataclass(frozen=True, slots=True)
class Prefill:
    """A value that could answer a question: how surely, by what, and why in words."""

    value: Any
    confidence: float
    source: PrefillSource
    explanation: str

    @property
    def band(self) -> Band:
        """Return whether one click takes it, or it is a suggestion, or only a hint."""
        return (
            "high" if self.confidence >= HIGH else "medium" if self.confidence >= MEDIUM else "low"
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a project calls for; `fills` is the field of the discovery it would fill."""

    key: str
    ask: str
    why: str
    kind: str
    options: tuple[str, ...]
    weight: int
    is_required: bool
    group_key: str
    feature_keys: tuple[str, ...]
    origins: tuple[Mapping[str, str], ...]
    after: tuple[str, ...] = ()
    fills: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The newest answer to a question."""

    version: int
    raw: Any
    formatted: str
    source: AnswerSource
    answered_by: str
    answered_at: datetime
    processing_results: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """A question of a plan with how it stands; `version` is what two who change it are told by."""

    id: UUID
    key: str
    position: int
    feature_key: str | None
    feature_keys: tuple[str, ...]
    group_key: str
    ask: str
    why: str
    kind: str
    options: tuple[str, ...]
    weight: int
    is_required: bool
    origins: tuple[Mapping[str, str], ...]
    prefill: Prefill | None
    rejected: Any
    status: str
    reason: str
    version: int
    answer: Answer | None

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to answer or leave it out."""
        return self.status in OPEN

    @property
    def has_conflict(self) -> bool:
        """Say whether what is filled in speaks against the answer, and nobody settled it."""
        if self.answer is None or self.prefill is None or self.status not in GIVEN:
            return False
        is_settled = self.rejected == self.prefill.value
        is_doubtful = self.prefill.confidence < MEDIUM
        return self.prefill.value != self.answer.raw and not is_settled and not is_doubtful


@dataclass(frozen=True, slots=True)
class Detection:
    """A pattern that the project calls for: its signals, what it would settle, what it adds."""

    id: UUID
    pattern_key: str
    pattern_name: str
    confidence: float
    signals: tuple[str, ...]
    settles: Mapping[str, Any]
    spec_additions: tuple[str, ...]
    status: Literal["detected", "applied", "dismissed"]
    version: int


@dataclass(frozen=True, slots=True)
class PlanHead:
    """A plan without its questions."""

    id: UUID
    number: int
    status: str
    run_id: UUID
    source_hash: str
    library_version: str
    sections: tuple[Mapping[str, Any], ...]
    notices: tuple[str, ...]
    stale_reason: str | None
    created_at: datetime
    generated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its questions in order, the patterns, and whether the board is still the same."""

    project_id: UUID
    name: str
    head: PlanHead
    questions: tuple[PlanQuestion, ...]
    patterns: tuple[Detection, ...]
    is_current: bool
    answers_count: int

    def question(self, key: str) -> PlanQuestion | None:
        """Return a question by its key; None when the plan has none."""
        return next((each for each in self.questions if each.key == key), None)


def plain_value(raw: Any) -> str:
    """Return an answer's value as a person reads it."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, list):
        return ", ".join(map(str, raw))
    return str(raw)
