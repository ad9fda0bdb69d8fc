"""A discovery as it is shown: by the API, by `--json`, on the pages; one shape for all three."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.studio.errors import E_NEED_NOT_FOUND
from evigate.studio.fields import NOTED, leaf, section_of
from evigate.studio.service import Discovery
from evigate.studio.session.conflicts import shown
from evigate.studio.session.models import Claim, Message, Session, Task
from evigate.studio.session.summaries import missing_of, summary_text
from evigate.studio.standing import FACTORS, NeedStatus


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A value with the words it rests on; `start` and `end` are offsets into the message."""

    id: UUID
    field_path: str
    value: Any
    shown: str
    kind: str
    source: str
    confidence: float
    status: str
    quote: str
    start: int
    end: int
    message_id: UUID


@dataclass(frozen=True, slots=True)
class OriginView:
    """Why a need is asked: the entry of the library, its rule, and the words it rests on."""

    layer: str
    id: str
    pool: str
    rule: list[str]
    evidence: list[str]
    why: str


@dataclass(frozen=True, slots=True)
class FactView:
    """What the library found in the words: a trade, an entity, a feature and so on."""

    kind: str
    key: str
    title: str
    quotes: list[str]


@dataclass(frozen=True, slots=True)
class NeedView:
    """What must be known, how it stands, and what it adds to completeness and why."""

    key: str
    title: str
    why: str
    status: NeedStatus
    confidence: float
    weight: int
    share: float
    is_required: bool
    attempts: int
    reason: str
    version: int
    options: list[str]
    claims: list[ClaimView]
    is_detail: bool
    origins: list[OriginView]


@dataclass(frozen=True, slots=True)
class MessageView:
    """What was said, by whom, in which turn."""

    id: UUID
    turn: int
    role: str
    content: str
    need_key: str | None
    card: dict[str, Any] | None
    revises: UUID | None
    is_revised: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    """What someone must give or choose."""

    id: UUID
    kind: str
    title: str
    need_key: str
    options: list[str]
    status: str
    result: Any

    @property
    def given(self) -> str:
        """Return what was given as people read it."""
        return shown(self.result)


@dataclass(frozen=True, slots=True)
class DiscoveryView:
    """A project with all that is known of it, and what is asked now."""

    project_id: UUID
    name: str
    created_at: datetime
    phase: str
    level: str
    domain: str
    turn: int
    version: int
    completeness: float
    threshold: float
    is_complete: bool
    asked_key: str | None
    summary: str
    needs: list[NeedView]
    noted: list[ClaimView]
    messages: list[MessageView]
    tasks: list[TaskView]
    facts: list[FactView]
    industry: dict[str, Any] | None
    approval: dict[str, Any] | None


def view_of(found: Discovery) -> DiscoveryView:
    """Return a discovery as it is shown; completeness is the sum of the needs' shares."""
    session, objective = found.session, found.objective
    is_known = not missing_of(session, objective)
    noted = [each for path in NOTED for each in session.claims_of(path)]
    return DiscoveryView(
        project_id=found.project.id,
        name=found.project.name,
        created_at=found.project.created_at,
        phase=session.phase,
        level=session.level,
        domain=session.domain,
        turn=session.turn,
        version=session.version,
        completeness=session.completeness,
        threshold=objective.threshold,
        is_complete=is_known and session.completeness >= objective.threshold,
        asked_key=session.asked_key,
        summary=summary_text(session, objective),
        needs=_needs(found),
        noted=[_claim(each) for each in noted],
        messages=_messages(session),
        tasks=[_task(each) for each in session.tasks.values()],
        facts=_facts(session),
        industry=dict(session.industry) if session.industry else None,
        approval=_approval(found),
    )


def _approval(found: Discovery) -> dict[str, Any] | None:
    """Return who approved it, by id and by address, and what; None where nobody did."""
    approval = found.session.approval
    return {**approval, "name": found.project.approved_name or approval["by"]} if approval else None


def need_of(view: DiscoveryView, key: str) -> NeedView:
    """Return a need by its key; raises E_NEED_NOT_FOUND."""
    for need in view.needs:
        if need.key == key:
            return need
    raise EvigateError(E_NEED_NOT_FOUND, f"There is no need {key!r}.")


def grouped(view: DiscoveryView) -> list[tuple[str, list[NeedView]]]:
    """Return the needs by the section of their path, in order."""
    sections: dict[str, list[NeedView]] = {}
    for need in view.needs:
        sections.setdefault(section_of(need.key), []).append(need)
    return list(sections.items())


def noted_by_leaf(claims: Sequence[ClaimView]) -> list[tuple[str, list[ClaimView]]]:
    """Return what was noted beside the needs, by the last part of its path."""
    found: dict[str, list[ClaimView]] = {}
    for each in claims:
        found.setdefault(leaf(each.field_path).capitalize(), []).append(each)
    return list(found.items())


def _needs(found: Discovery) -> list[NeedView]:
    session = found.session
    counted = [
        each
        for each in found.objective.obligations
        if each.is_counted and session.needs[each.key].status is not NeedStatus.SKIPPED
    ]
    total = sum(each.weight for each in counted) or 1
    views = []
    for each in found.objective.obligations:
        need = session.needs[each.key]
        known = FACTORS[need.status] * need.confidence * each.weight / total
        share = round(known, 4) if each.is_counted else 0.0
        claims = session.claims_of(each.key, "accepted", "disputed")
        views.append(
            NeedView(
                key=each.key,
                title=each.title,
                why=each.why,
                status=need.status,
                confidence=need.confidence,
                weight=each.weight,
                share=share,
                is_required=each.is_required,
                attempts=need.attempts,
                reason=need.reason,
                version=need.version,
                options=list(need.negotiation["options"]) if need.negotiation else [],
                claims=[_claim(one) for one in claims],
                is_detail=need.obligation is not None,
                origins=[_origin(one) for one in need.origins],
            )
        )
    return views


def _origin(origin: Mapping[str, Any]) -> OriginView:
    return OriginView(**{name: origin[name] for name in OriginView.__dataclass_fields__})


def _facts(session: Session) -> list[FactView]:
    return [
        FactView(kind, key, fact["title"], list(fact["quotes"]))
        for kind, found in session.facts.items()
        for key, fact in found.items()
    ]


def _claim(claim: Claim) -> ClaimView:
    return ClaimView(
        id=claim.id,
        field_path=claim.field_path,
        value=claim.value,
        shown=shown(claim.value),
        kind=claim.kind,
        source=claim.source,
        confidence=claim.confidence,
        status=claim.status,
        quote=claim.quote,
        start=claim.quote_start,
        end=claim.quote_end,
        message_id=claim.message_id,
    )


def _messages(session: Session) -> list[MessageView]:
    revised = {each.revises for each in session.messages if each.revises is not None}
    return [_message(each, is_revised=each.id in revised) for each in session.messages]


def _message(message: Message, *, is_revised: bool) -> MessageView:
    return MessageView(
        id=message.id,
        turn=message.turn,
        role=message.role,
        content=message.content,
        need_key=message.need_key,
        card=dict(message.card) if message.card else None,
        revises=message.revises,
        is_revised=is_revised,
    )


def _task(task: Task) -> TaskView:
    return TaskView(
        task.id, task.kind, task.title, task.need_key, list(task.options), task.status, task.result
    )
