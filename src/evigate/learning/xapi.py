"""What happened in practice as xAPI statements, for a record store outside.

A statement is a plain mapping that holds to xAPI 1.0.3 (and so to 2.0): who, did what, to which
item, with which result. The learner is an account of ours, never an address; ids come from what
happened, so that sending it twice is one statement.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from evigate.learning.items.payloads import (
    ClozeItem,
    MatchingItem,
    McqItem,
    OrderingItem,
    Payload,
    ShortAnswerItem,
    TrueFalseItem,
)

Verb = Literal["initialized", "answered", "completed", "terminated", "mastered"]

VERBS: Mapping[str, str] = {
    "initialized": "http://adlnet.gov/expapi/verbs/initialized",
    "answered": "http://adlnet.gov/expapi/verbs/answered",
    "completed": "http://adlnet.gov/expapi/verbs/completed",
    "terminated": "http://adlnet.gov/expapi/verbs/terminated",
    "mastered": "http://adlnet.gov/expapi/verbs/mastered",
}
INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
ASSESSMENT = "http://adlnet.gov/expapi/activities/assessment"
LANGUAGE = "en"
VERSION = "1.0.3"

_SPACE = UUID("6f1d3f5e-60a5-5b0c-9d60-0e6d2b3f9a11")
_RESULT = frozenset({"score", "success", "completion", "response", "duration", "extensions"})


def statement_id(*parts: str | UUID) -> UUID:
    """Return the id that these parts always have, in this order."""
    return uuid5(_SPACE, "\x1f".join(str(part) for part in parts))


def statement(
    verb: Verb,
    *,
    actor_account: tuple[str, str],
    activity_id: str,
    activity_name: str,
    activity_type: str,
    result: Mapping[str, Any],
    timestamp: datetime,
    registration: UUID,
    id: UUID | None = None,
    interaction: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """
    Return a statement, ready to be sent as JSON.

    Args:
        actor_account: (home page, name) of the learner's account.
        activity_id: an IRI, the same for every learner.
        result: any of score, success, completion, response, duration, extensions; empty for none.
        timestamp: aware.
        registration: the session.
        id: the statement's; None makes it from the verb, who, what, where and when.
        interaction: of `interaction_of`, for an activity that is a question.

    Raises:
        ValueError: the verb or a part of the result is not xAPI's, the scaled score is outside
            -1..1, or the moment has no time zone.
    """
    _check(verb, result, timestamp)
    moment = timestamp.astimezone(UTC).isoformat(timespec="milliseconds")
    home_page, name = actor_account
    made = id or statement_id(verb, home_page, name, activity_id, registration, moment)
    definition: dict[str, Any] = {"type": activity_type, **(interaction or {})}
    if activity_name:
        definition["name"] = {LANGUAGE: activity_name}
    whole: dict[str, Any] = {
        "id": str(made),
        "actor": {"objectType": "Agent", "account": {"homePage": home_page, "name": name}},
        "verb": {"id": VERBS[verb], "display": {LANGUAGE: verb}},
        "object": {"objectType": "Activity", "id": activity_id, "definition": definition},
        "context": {"registration": str(registration)},
        "timestamp": moment.replace("+00:00", "Z"),
        "version": VERSION,
    }
    if result:
        whole["result"] = dict(result)
    return whole


def interaction_of(item: Payload) -> dict[str, Any]:
    """Return how an item is answered, in xAPI's words; the key is left out."""
    match item:
        case McqItem():
            choices = [_part(each.id, each.text) for each in item.options]
            return {"interactionType": "choice", "choices": choices}
        case TrueFalseItem():
            return {"interactionType": "true-false"}
        case ClozeItem():
            return {"interactionType": "fill-in"}
        case ShortAnswerItem():
            return {"interactionType": "long-fill-in"}
        case OrderingItem():
            steps = [_part(each.id, each.text) for each in item.steps]
            return {"interactionType": "sequencing", "choices": steps}
        case MatchingItem():
            left = [_part(each.id, each.left) for each in item.pairs]
            right = [_part(each.id, each.right) for each in item.pairs]
            return {"interactionType": "matching", "source": left, "target": right}
        case _:
            return {"interactionType": "other"}


def _part(part_id: str, text: str) -> dict[str, Any]:
    return {"id": part_id, "description": {LANGUAGE: text}}


def _check(verb: str, result: Mapping[str, Any], timestamp: datetime) -> None:
    if verb not in VERBS:
        raise ValueError(f"{verb!r} is no verb of ours: {', '.join(VERBS)}")
    if unknown := set(result) - _RESULT:
        raise ValueError(f"an xAPI result has no {sorted(unknown)!r}")
    scaled = result.get("score", {}).get("scaled", 0)
    if not -1 <= scaled <= 1:
        raise ValueError(f"a scaled score lies in -1..1, not at {scaled!r}")
    if timestamp.tzinfo is None:
        raise ValueError("a statement needs a moment with a time zone")
