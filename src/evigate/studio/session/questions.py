"""Which question comes next, how it is put, and which answers a card offers.

The next is the heaviest that is least known: weight x (1 - confidence), among those whose
prerequisites stand and that were not asked just now; ties go to the objective's order. A detail
weighs a third, since it is not counted. A question that found no answer is put in other words, and
after the third time it is a task instead. What is known only by reading is read back, a section at
a time, once that would make more sure than the best question.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from evigate.studio import fields
from evigate.studio.extraction.domains import DOMAINS
from evigate.studio.fields import section_of
from evigate.studio.objective import ATTEMPTS_MAX, Objective, Obligation
from evigate.studio.session.answers import BOTH, ESCAPES, RIGHT, WRONG
from evigate.studio.session.models import Claim, Need, Session
from evigate.studio.standing import NeedStatus

CHIPS_MAX = 8
DETAIL_SHARE = 1 / 3
_OPEN = {NeedStatus.PENDING, NeedStatus.PARTIAL}


def next_key(session: Session, objective: Objective) -> str | None:
    """Return the key of the next question; None where nothing is left to ask."""
    contested = [each.key for each in session.needs.values() if each.negotiation is not None]
    if contested:
        return min(contested, key=lambda key: session.needs[key].position)
    ready = [each for each in objective.obligations if _is_ready(session, each)]
    fresh = [each for each in ready if session.needs[each.key].last_attempt_turn != session.turn]
    ranked = sorted(fresh or ready, key=lambda each: -_urgency(session.needs[each.key], each))
    return ranked[0].key if ranked else None


def is_askable(session: Session, objective: Objective, key: str) -> bool:
    """Say whether a need is open, ready, and was not asked too often."""
    return _is_ready(session, objective.obligation(key))


def section_in_doubt(session: Session, objective: Objective) -> list[str]:
    """
    Return the keys of the section whose reading back would make most sure.

    None where a question is worth as much, or where a contradiction waits.
    """
    doubts: dict[str, dict[str, float]] = {}
    told = _read_back(session)
    for each in objective.obligations:
        need = session.needs[each.key]
        unsure = [one for one in session.claims_of(each.key) if one.confidence < 1]
        is_new = any(str(one.id) not in told for one in unsure)
        if each.is_counted and need.status is NeedStatus.SATISFIED and is_new:
            doubts.setdefault(section_of(each.key), {})[each.key] = _urgency(need, each)
    if not doubts or any(each.negotiation is not None for each in session.needs.values()):
        return []
    heaviest = max(doubts.values(), key=lambda each: sum(each.values()))
    key = next_key(session, objective)
    if key is not None and sum(heaviest.values()) <= _urgency(
        session.needs[key], objective.obligation(key)
    ):
        return []
    return list(heaviest)


def is_exhausted(need: Need) -> bool:
    """Say whether a question was put as often as it may be."""
    return need.attempts >= ATTEMPTS_MAX


def question(session: Session, objective: Objective, key: str) -> str:
    """Return the words of a need's next question."""
    need = session.needs[key]
    obligation = objective.obligation(key)
    if need.negotiation is not None:
        first, second = need.negotiation["options"]
        return f"You said “{first}”, and now “{second}”. Which holds for “{obligation.title}”?"
    if need.attempts == 1:
        return obligation.again
    other = "novice" if session.level == "expert" else "expert"
    worded = {"novice": obligation.novice, "expert": obligation.expert}
    return worded[session.level] if need.attempts == 0 else worded[other]


def card(session: Session, objective: Objective, key: str) -> dict[str, Any]:
    """Return the card under a question: its choices, and always a way out."""
    need = session.needs[key]
    obligation = objective.obligation(key)
    if need.negotiation is not None:
        choices = [*need.negotiation["options"], BOTH]
        return _card("choice", choices, is_multiple=False)
    choices = _choices(session, obligation)
    kind = obligation.widget if choices else "freeform"
    return _card(kind, choices, is_multiple=kind == "multi")


def reading_back(unsure: Sequence[Claim]) -> dict[str, Any]:
    """Return the card under what is read back: yes, no, and the same ways out as elsewhere."""
    confirms = [str(each.id) for each in unsure]
    return {**_card("choice", [RIGHT, WRONG], is_multiple=False), "confirms": confirms}


def what_is_wrong() -> dict[str, Any]:
    """Return the card of the question that follows a plain no."""
    return _card("freeform", [], is_multiple=False)


def _is_ready(session: Session, obligation: Obligation) -> bool:
    need = session.needs[obligation.key]
    if need.status not in _OPEN or is_exhausted(need):
        return False
    settled = {NeedStatus.SATISFIED, NeedStatus.SKIPPED, NeedStatus.DEFERRED, NeedStatus.PARTIAL}
    return all(session.needs[key].status in settled for key in obligation.after)


def _read_back(session: Session) -> set[str]:
    return {
        each
        for message in session.messages
        if message.card is not None
        for each in message.card.get("confirms", ())
    }


def _urgency(need: Need, obligation: Obligation) -> float:
    share = 1 if obligation.is_counted else DETAIL_SHARE
    return obligation.weight * share * (1 - need.confidence)


def _choices(session: Session, obligation: Obligation) -> list[str]:
    if obligation.key == fields.DOMAIN_TYPE:
        return list(DOMAINS)
    if obligation.key == fields.PRIMARY_USER:
        named = session.claims_of(fields.PRIMARY_USER) + session.claims_of(fields.SECONDARY_USERS)
        return _values(named)
    if obligation.key == fields.CORE_ENTITIES:
        return _values(session.claims_of(fields.CORE_ENTITIES))
    return list(obligation.choices)


def _values(claims: Sequence[Any]) -> list[str]:
    values = [each.value for each in claims if isinstance(each.value, str)]
    return list(dict.fromkeys(values))[:CHIPS_MAX]


def _card(kind: str, choices: Sequence[str], *, is_multiple: bool) -> dict[str, Any]:
    return {
        "type": kind,
        "choices": list(choices),
        "is_multiple": is_multiple,
        "escapes": list(ESCAPES),
    }


def offered(card_: Mapping[str, Any] | None) -> list[str]:
    """Return what a card offered, without its ways out; none for no card."""
    return list(card_["choices"]) if card_ else []
