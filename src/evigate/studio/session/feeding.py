"""What the library adds to a conversation: facts, the questions that follow, the industry.

Facts only grow, and a question that came up stays: nothing that someone was asked about goes away
by itself. A question that another need asks already adds its origin there, so that "why am I asked
this?" knows every entry that wants it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from evigate.studio.fields import DETAILS
from evigate.studio.library import ActiveQuestion, Library, Question, active_questions
from evigate.studio.library.matching import LIKELY
from evigate.studio.library.trades import LibraryReading, industry_json
from evigate.studio.objective import Obligation, obligation_json
from evigate.studio.session.alike import is_alike
from evigate.studio.session.answers import NO, YES
from evigate.studio.session.conflicts import shown
from evigate.studio.session.draft import Draft
from evigate.studio.session.models import Need, Session
from evigate.studio.standing import NeedStatus

# Lighter questions belong to planning, unless an answer called for them.
WEIGHT_MIN = 7
DETAILS_MAX = 60
# Where one question stands in several places, the shared pools come first, then the trades.
_LAYERS = ("pool", "domain", "entity")
_WIDGETS = {"choice": "choice", "boolean": "choice", "multi": "multi"}


def take_facts(draft: Draft, reading: LibraryReading) -> None:
    """Add what the library found in a message; what is known already is no event."""
    facts = _of_the_trade(draft, reading)
    new = {
        root: {key: fact for key, fact in found.items() if key not in _known(draft, root)}
        for root, found in facts.items()
    }
    new = {root: found for root, found in new.items() if found}
    if new:
        draft.emit("facts_found", **new)
    if reading.industries and draft.session.industry is None:
        draft.emit("industry_changed", **industry_json(reading.industries))


def raise_questions(draft: Draft, library: Library) -> None:
    """Turn the questions that the facts call for into needs, or into origins of needs."""
    if not _is_news(draft, library):
        return
    session = draft.session
    known = {origin["id"] for need in session.needs.values() for origin in need.origins}
    details = sum(need.obligation is not None for need in session.needs.values())
    active = active_questions(
        _facts(session), library, among=lambda one: one.key not in known and _is_due(one)
    )
    for each in sorted(active, key=lambda one: (_LAYERS.index(_layer(one, library)), one.pool)):
        question = each.question
        origin = _origin(each, library)
        held = _need_like(draft, each)
        if held is not None:
            draft.emit("need_merged", key=held, origin=origin)
        elif details < DETAILS_MAX:
            obligation = obligation_json(_obligation(each, library))
            draft.emit(
                "need_added", key=DETAILS + question.key, obligation=obligation, origin=origin
            )
            details += 1


def answers_of(session: Session) -> dict[str, Any]:
    """Return what was answered to the library's questions, by their keys."""
    return {
        need.key.removeprefix(DETAILS): _answer(session, need)
        for need in session.needs.values()
        if need.obligation is not None and need.status is NeedStatus.SATISFIED
    }


def _of_the_trade(draft: Draft, reading: LibraryReading) -> dict[str, Mapping[str, Any]]:
    """Return what was found without weak signs of another trade than the one that is known."""
    facts = dict(reading.facts)
    known = _known(draft, "domain")
    if not known or draft.library is None:
        return facts
    facts["domain"] = {
        key: fact for key, fact in facts["domain"].items() if fact["score"] >= LIKELY
    }
    trades = [draft.library.domain(key) for key in (*known, *facts["domain"])]
    own = {each.key for trade in trades if trade for each in trade.entities}
    facts["entity"] = {key: fact for key, fact in facts["entity"].items() if key in own}
    return facts


def _is_news(draft: Draft, library: Library) -> bool:
    """Say whether this turn changed anything that a rule of the library looks at."""
    is_found = any(each.type in {"facts_found", "industry_changed"} for each in draft.events)
    is_answered = any(key.startswith(DETAILS) for key in draft.touched)
    return is_found or is_answered or draft.number == 1 or library.looks_at_ideas


def _known(draft: Draft, root: str) -> Mapping[str, Any]:
    return draft.session.facts.get(root, {})


def _facts(session: Session) -> dict[str, Any]:
    return {
        **{root: list(found) for root, found in session.facts.items()},
        "quote": {
            root: {key: fact["quotes"] for key, fact in found.items()}
            for root, found in session.facts.items()
        },
        "answer": answers_of(session),
        "idea": _idea(session),
    }


def _idea(session: Session) -> dict[str, Any]:
    """Return what is known as the objective's tree, a list of values at each leaf."""
    tree: dict[str, Any] = {}
    for need in session.needs.values():
        if need.obligation is None and (claims := session.claims_of(need.key)):
            *path, leaf = need.key.removesuffix("[]").split(".")
            branch = tree
            for part in path:
                branch = branch.setdefault(part, {})
            branch[leaf] = [shown(each.value) for each in claims]
    return tree


def _answer(session: Session, need: Need) -> Any:
    values = [shown(each.value) for each in session.claims_of(need.key)]
    assert need.obligation is not None
    if need.obligation["widget"] == "multi":
        return values
    if list(need.obligation["choices"]) == [YES, NO]:
        return values[-1] == YES
    return values[-1]


def _is_due(question: Question) -> bool:
    return question.is_required or question.weight >= WEIGHT_MIN or bool(question.after)


def _layer(active: ActiveQuestion, library: Library) -> str:
    if library.domain(active.pool) is None:
        return "pool"
    return "entity" if active.question.entity else "domain"


def _origin(active: ActiveQuestion, library: Library) -> dict[str, Any]:
    return {
        "layer": _layer(active, library),
        "id": active.question.key,
        "pool": active.pool,
        "entity": active.question.entity,
        "rule": list(dict.fromkeys(each.path for each in active.reasons if each.path)),
        "evidence": list(dict.fromkeys(each.text for each in active.reasons)),
        "why": active.why(),
    }


def _need_like(draft: Draft, active: ActiveQuestion) -> str | None:
    """Return the need that asks the same already, by its field or by its words."""
    question = active.question
    filled = (question.fills or "").removesuffix("[]")
    for obligation in draft.objective.obligations:
        if obligation.key.removesuffix("[]") == filled:
            return obligation.key
    for obligation in draft.objective.obligations:
        if any(is_alike(question.ask, asked) for asked in _words_of(obligation)):
            return obligation.key
    return None


def _words_of(obligation: Obligation) -> Iterator[str]:
    yield from {obligation.novice, obligation.expert}


def _obligation(active: ActiveQuestion, library: Library) -> Obligation:
    question = active.question
    domain = library.domain(active.pool)
    titles = {each.key: each.title for each in domain.entities} if domain else {}
    choices = (YES, NO) if question.kind == "boolean" else tuple(question.options)
    return Obligation(
        key=DETAILS + question.key,
        title=question.ask,
        weight=question.weight,
        is_required=False,
        widget=_WIDGETS.get(question.kind, "freeform"),
        novice=question.ask,
        expert=question.expert or f"{question.why} So: {question.ask}",
        again=f"A guess is enough: {question.ask}",
        choices=choices,
        why=question.why,
        is_counted=False,
        about=titles.get(question.entity or "", "").lower(),
    )
