"""An objective: what a discovery must learn, how much each part weighs, and how it is asked.

An objective is a value, kept in the database by version; a session holds on to the version it began
with. Each obligation says when it is satisfied in the house's one condition language, over a
document of what is claimed: `{"count", "confidence", "values", "kinds"}`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from evigate.base.canonical import canonical_json
from evigate.base.errors import EvigateError
from evigate.kernel.conditions import Condition, evaluate, parse_condition
from evigate.studio.errors import E_OBJECTIVE_INVALID

SATISFIED_WHEN: Mapping[str, Any] = {"count": {"$gte": 1}, "confidence": {"$gte": 0.6}}
SEVERAL: Mapping[str, Any] = {"count": {"$gte": 2}, "confidence": {"$gte": 0.6}}
WIDGETS = ("freeform", "choice", "hybrid", "multi")
ATTEMPTS_MAX = 3
OBLIGATIONS_MAX = 200


@dataclass(frozen=True, slots=True)
class Obligation:
    """
    One thing that must be known, or may be.

    `novice`, `expert` and `again` are phrasings of its question, the last for a second attempt;
    `choices` are offered as a card; `after` names obligations that must be satisfied first. A
    detail is not counted: it came up in the conversation, and knowing that there is more to ask
    makes nothing less known. `about` is the thing that its numbers are of.
    """

    key: str
    title: str
    weight: int
    is_required: bool
    widget: str
    novice: str
    expert: str
    again: str
    choices: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    satisfied_when: Mapping[str, Any] = field(default_factory=lambda: SATISFIED_WHEN)
    why: str = ""
    is_counted: bool = True
    about: str = ""


@dataclass(frozen=True, slots=True)
class Objective:
    """What a kind of conversation is to learn; `threshold` of completeness lets it close."""

    context_type: str
    version: str
    display_name: str
    threshold: float
    obligations: tuple[Obligation, ...]

    def obligation(self, key: str) -> Obligation:
        """Return the obligation of a key; a key that is none is our mistake."""
        return next(each for each in self.obligations if each.key == key)

    def to_json(self) -> dict[str, Any]:
        """Return the objective as JSON values."""
        return {
            "threshold": self.threshold,
            "obligations": [obligation_json(each) for each in self.obligations],
        }


def obligation_json(obligation: Obligation) -> dict[str, Any]:
    """Return an obligation as JSON values."""
    return {
        **asdict(obligation),
        "choices": list(obligation.choices),
        "after": list(obligation.after),
        "satisfied_when": dict(obligation.satisfied_when),
    }


def objective_of(
    context_type: str, version: str, display_name: str, config: Mapping[str, Any]
) -> Objective:
    """
    Return an objective from its stored form.

    Raises:
        EvigateError[E_OBJECTIVE_INVALID]: a key twice, an unknown `after`, a cycle, a weight or
            a condition that is none; the message says which.
    """
    try:
        obligations = tuple(obligation_of(each) for each in config["obligations"])
        threshold = float(config["threshold"])
    except (KeyError, TypeError, ValueError) as error:
        raise EvigateError(E_OBJECTIVE_INVALID, f"The objective lacks a part: {error}.") from error
    found = Objective(context_type, version, display_name, threshold, obligations)
    check(found)
    return found


def check(objective: Objective) -> None:
    """Refuse an objective that cannot be asked; raises as `objective_of`."""
    keys = [each.key for each in objective.obligations]
    if not 0 < objective.threshold <= 1 or not keys or len(keys) > OBLIGATIONS_MAX:
        raise _invalid("its threshold lies outside 0..1, or it has no obligations or too many")
    for each in objective.obligations:
        if keys.count(each.key) > 1:
            raise _invalid(f"the key {each.key!r} is there twice")
        if each.weight <= 0 or each.widget not in WIDGETS:
            raise _invalid(f"{each.key!r} has the weight {each.weight} and widget {each.widget!r}")
        if missing := [key for key in each.after if key not in keys]:
            raise _invalid(f"{each.key!r} comes after {missing[0]!r}, which is not there")
        condition_of(each)
    _refuse_cycles(objective.obligations)


def condition_of(obligation: Obligation) -> Condition:
    """Return when an obligation is satisfied, read once."""
    return _condition(canonical_json(dict(obligation.satisfied_when)))


def is_satisfied(obligation: Obligation, document: Mapping[str, Any]) -> bool:
    """Say whether what is claimed satisfies an obligation; an error is no."""
    # No obligation speaks of time; a moment that is always the same keeps replays equal.
    moment = datetime(2000, 1, 1, tzinfo=UTC)
    return evaluate(condition_of(obligation), dict(document), now=moment).result is True


@lru_cache(maxsize=1_000)
def _condition(document: bytes) -> Condition:
    import orjson

    return parse_condition(orjson.loads(document))


def obligation_of(value: Mapping[str, Any]) -> Obligation:
    """Return an obligation from its stored form."""
    known = {**value}
    known["choices"] = tuple(known.get("choices", ()))
    known["after"] = tuple(known.get("after", ()))
    return Obligation(**known)


def _refuse_cycles(obligations: Sequence[Obligation]) -> None:
    after = {each.key: each.after for each in obligations}
    for key in after:
        seen: list[str] = []
        waiting = list(after[key])
        while waiting:
            at = waiting.pop()
            if at == key:
                raise _invalid(f"{key!r} comes after itself, by {' after '.join(seen) or key}")
            if at not in seen:
                seen.append(at)
                waiting.extend(after[at])


def _invalid(what: str) -> EvigateError:
    return EvigateError(E_OBJECTIVE_INVALID, f"The objective cannot be used: {what}.")
