"""A plan before it is written: questions in order, with what is filled in, and how each stands.

Pure: the same board, words, library, answers and patterns give the same plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.studio.features.closure import CycleEdge, dependency_order
from evigate.studio.features.models import Chosen
from evigate.studio.features.reading import Known
from evigate.studio.feedback.learning import Experience
from evigate.studio.library import Library
from evigate.studio.planning.models import (
    GIVEN,
    OPEN,
    Asked,
    Detection,
    PlanQuestion,
    Prefill,
)
from evigate.studio.planning.prefills import Ground, prefill_of
from evigate.studio.planning.questions import Collected, collect, facts_for, section_of
from evigate.studio.planning.values import read_answer


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a plan is made from."""

    known: Known
    selected: tuple[Chosen, ...]
    library: Library
    answers: Mapping[str, Any]
    detections: tuple[Detection, ...]
    experience: Experience = field(default_factory=Experience)


@dataclass(frozen=True, slots=True)
class Drafted:
    """The questions with their offers; `order` is of the features, `dropped` closed circles."""

    order: tuple[str, ...]
    dropped: tuple[CycleEdge, ...]
    collected: Collected
    offers: Mapping[str, Prefill]


def draft_plan(inputs: Inputs) -> Drafted:
    """Return what the chosen features ask, in their order, with an offer where there is one."""
    order, dropped = dependency_order(inputs.selected)
    facts = facts_for(inputs.known, inputs.selected, inputs.library, inputs.answers)
    collected = collect(inputs.selected, order, facts, inputs.library)
    asked = {each.key: each for each in collected.questions}
    answers = {key: (asked[key], raw) for key, raw in inputs.answers.items() if key in asked}
    ground = Ground(inputs.known, inputs.detections, answers)
    made = {key: offer for key, each in asked.items() if (offer := prefill_of(each, ground))}
    learned = {key: inputs.experience.of(key, offer) for key, offer in made.items()}
    offers = {key: offer for key, offer in learned.items() if offer is not None}
    return Drafted(tuple(order), tuple(dropped), collected, offers)


def questions_of(
    drafted: Drafted,
    before: Mapping[str, PlanQuestion],
    answers: Mapping[str, Any],
    *,
    first: int = 0,
) -> list[PlanQuestion]:
    """
    Return the questions of a plan as they stand at its beginning.

    What was answered, left out or refused under the same key in the plan before stays so.
    """
    return [
        _standing(_new(asked, drafted, first + place), before.get(asked.key), answers)
        for place, asked in enumerate(drafted.collected.questions)
    ]


def suppress(question: PlanQuestion, pattern: Detection) -> PlanQuestion:
    """
    Return a question as an applied pattern leaves it: hidden, with the pattern's answer derived.

    A question that is answered, or that the pattern has no answer for that it takes, stays.
    """
    if question.status not in OPEN or question.key not in pattern.settles:
        return question
    try:
        value = read_answer(question.kind, question.options, pattern.settles[question.key])
    except EvigateError:
        return question
    why = f"The pattern “{pattern.pattern_name}” is applied and settles it so."
    return replace(
        question,
        status="suppressed",
        prefill=Prefill(value, pattern.confidence, "pattern", why),
    )


def unsuppress(question: PlanQuestion, pattern: Detection) -> PlanQuestion:
    """Return a question as it is without the pattern: asked, with what the pattern offered."""
    if question.status != "suppressed" or question.key not in pattern.settles:
        return question
    return replace(question, status=open_status(question))


def open_status(question: PlanQuestion) -> str:
    """Return how a question without an answer stands."""
    is_refused = question.prefill is None or question.rejected == question.prefill.value
    if is_refused:
        return "rejected" if question.rejected is not None else "pending"
    return "prefilled"


def _new(asked: Asked, drafted: Drafted, place: int) -> PlanQuestion:
    return PlanQuestion(
        id=new_uuid(),
        key=asked.key,
        position=place,
        feature_key=section_of(asked, drafted.order),
        feature_keys=asked.feature_keys,
        group_key=asked.group_key,
        ask=asked.ask,
        why=asked.why,
        kind=asked.kind,
        options=asked.options,
        weight=asked.weight,
        is_required=asked.is_required,
        origins=asked.origins,
        prefill=drafted.offers.get(asked.key),
        rejected=None,
        status="pending",
        reason="",
        version=1,
        answer=None,
    )


def _standing(
    question: PlanQuestion, before: PlanQuestion | None, answers: Mapping[str, Any]
) -> PlanQuestion:
    if before is not None:
        question = replace(question, rejected=before.rejected)
    if question.key in answers:
        is_given = before is not None and before.status in GIVEN
        return replace(question, status=before.status if before and is_given else "answered")
    if before is not None and before.status == "skipped":
        return replace(question, status="skipped", reason=before.reason)
    return replace(question, status=open_status(question))
