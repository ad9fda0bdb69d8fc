"""A plan as the API, `--json` and the page show it: one shape for all."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.studio.planning.counting import Stats, stats_of
from evigate.studio.planning.mistakes import MistakeRow
from evigate.studio.planning.models import (
    Answer,
    Detection,
    Plan,
    PlanQuestion,
    Prefill,
    plain_value,
)

OWN_SECTION = "For the whole project"


@dataclass(frozen=True, slots=True)
class PrefillView:
    """What is filled in: how surely, by what, why; `band` is high, medium or low."""

    value: Any
    shown: str
    confidence: float
    band: str
    source: str
    explanation: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer; earlier versions are kept."""

    version: int
    raw: Any
    shown: str
    source: str
    answered_by: str
    answered_at: datetime
    processing_results: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlanQuestionView:
    """A question with how it stands."""

    id: UUID
    key: str
    feature_key: str | None
    group_key: str
    ask: str
    why: str
    kind: str
    options: list[str]
    is_required: bool
    origins: list[dict[str, str]]
    prefill: PrefillView | None
    answer: AnswerView | None
    status: str
    reason: str
    version: int
    is_open: bool
    has_conflict: bool


@dataclass(frozen=True, slots=True)
class SectionView:
    """The questions of one feature, or those that no feature asks."""

    key: str | None
    title: str
    open: int
    questions: list[PlanQuestionView]


@dataclass(frozen=True, slots=True)
class PatternView:
    """A pattern that the project calls for; `hides` are the questions that it settles."""

    pattern_key: str
    pattern_name: str
    confidence: float
    signals: list[str]
    hides: list[str]
    spec_additions: list[str]
    status: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """All of a plan; `line` says its numbers in a sentence."""

    project_id: UUID
    name: str
    number: int
    status: str
    is_current: bool
    stale_reason: str | None
    library_version: str
    generated_at: datetime | None
    line: str
    stats: dict[str, Any]
    notices: list[str]
    sections: list[SectionView]
    patterns: list[PatternView]


@dataclass(frozen=True, slots=True)
class MistakeView:
    """A failure that recurs; `success_rate` is None until something was tried."""

    kind: str
    signature: str
    place: str
    description: str
    strategy: str | None
    occurrences: int
    fixed: int
    failed: int
    success_rate: float | None
    is_disabled: bool
    first_seen: datetime
    last_seen: datetime


def plan_view(plan: Plan) -> PlanView:
    """Return a plan as it is shown."""
    stats: Stats = stats_of(plan.questions)
    return PlanView(
        project_id=plan.project_id,
        name=plan.name,
        number=plan.head.number,
        status=plan.head.status,
        is_current=plan.is_current,
        stale_reason=plan.head.stale_reason,
        library_version=plan.head.library_version,
        generated_at=plan.head.generated_at,
        line=stats.line(),
        stats=asdict(stats),
        notices=list(plan.head.notices),
        sections=_sections(plan),
        patterns=[_pattern(plan, each) for each in plan.patterns],
    )


def answer_view(answer: Answer) -> AnswerView:
    """Return an answer as it is shown."""
    return AnswerView(
        answer.version,
        answer.raw,
        answer.formatted,
        answer.source,
        answer.answered_by,
        answer.answered_at,
        dict(answer.processing_results),
    )


def mistake_view(row: MistakeRow) -> MistakeView:
    """Return a mistake as it is shown."""
    tried = row.fixed + row.failed
    return MistakeView(
        kind=row.kind,
        signature=row.signature,
        place=row.place,
        description=row.description,
        strategy=row.strategy,
        occurrences=row.occurrences,
        fixed=row.fixed,
        failed=row.failed,
        success_rate=round(row.fixed / tried, 2) if tried else None,
        is_disabled=row.disabled_at is not None,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
    )


def _sections(plan: Plan) -> list[SectionView]:
    titles = {each["key"]: str(each["title"]) for each in plan.head.sections}
    found = []
    for key in (*titles, None):
        asked = [
            each
            for each in plan.questions
            if (each.feature_key if each.feature_key in titles else None) == key
            and each.status not in ("withdrawn", "suppressed")
        ]
        if asked:
            title = titles[key] if key is not None else OWN_SECTION
            waiting = sum(each.is_open for each in asked)
            found.append(SectionView(key, title, waiting, [_question(each) for each in asked]))
    return found


def _question(question: PlanQuestion) -> PlanQuestionView:
    return PlanQuestionView(
        id=question.id,
        key=question.key,
        feature_key=question.feature_key,
        group_key=question.group_key,
        ask=question.ask,
        why=question.why,
        kind=question.kind,
        options=list(question.options),
        is_required=question.is_required,
        origins=[dict(each) for each in question.origins],
        prefill=_prefill(question.prefill) if question.prefill else None,
        answer=answer_view(question.answer) if question.answer else None,
        status=question.status,
        reason=question.reason,
        version=question.version,
        is_open=question.is_open,
        has_conflict=question.has_conflict,
    )


def _prefill(prefill: Prefill) -> PrefillView:
    return PrefillView(
        prefill.value,
        plain_value(prefill.value),
        prefill.confidence,
        prefill.band,
        prefill.source,
        prefill.explanation,
    )


def _pattern(plan: Plan, pattern: Detection) -> PatternView:
    asked = {each.key: each.ask for each in plan.questions}
    return PatternView(
        pattern_key=pattern.pattern_key,
        pattern_name=pattern.pattern_name,
        confidence=pattern.confidence,
        signals=list(pattern.signals),
        hides=[asked[key] for key in pattern.settles if key in asked],
        spec_additions=list(pattern.spec_additions),
        status=pattern.status,
    )
