"""When two claims cannot both hold, and how a value reads in a sentence.

Only what can be compared is compared: dates, sums, levels, counts of the same thing, and wanting
what was refused. Two tellings of a trouble in other words are no contradiction.
"""

from typing import Any

from evigate.language.plurals import singular
from evigate.studio import fields
from evigate.studio.extraction import Found
from evigate.studio.session.models import Claim, Session

_COMPARED = frozenset({fields.TIMELINE, fields.BUDGET, fields.TECHNICAL_LEVEL})


_LIMITS = (
    "at most", "at least", "no more", "not more", "up to", "fewer", "less", "more", "under", "over",
    "max", "min",
)  # fmt: skip


def conflicting(session: Session, found: Found) -> Claim | None:
    """Return the accepted claim that a new one contradicts, the latest of several; else None."""
    for claim in reversed(session.claims.values()):  # type: ignore[call-overload]
        if claim.status == "accepted" and _contradict(claim, found):
            return claim  # type: ignore[no-any-return]
    return None


def contested_key(claim: Claim, found: Found) -> str:
    """Return the need that a contradiction is about."""
    if fields.OUT_OF_SCOPE in {claim.field_path, found.field_path}:
        return fields.OUT_OF_SCOPE
    if claim.field_path.startswith(fields.DETAILS):
        return claim.field_path
    return fields.EXPECTED_SCALE if found.field_path == fields.COUNTS else found.field_path


def shown(value: Any) -> str:
    """Return a value as it is read: the words of what was parsed, a list joined by commas."""
    if isinstance(value, dict):
        if "values" in value:
            of = str(value.get("of") or "").strip()
            return (f"{of}: " if of else "") + ", ".join(map(str, value["values"]))
        return str(value.get("text", ""))
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    return str(value)


def is_same(one: Any, other: Any) -> bool:
    """Say whether two values say the same, whatever their words."""
    if isinstance(one, dict) and isinstance(other, dict):
        return comparable(one) == comparable(other)
    return shown(one).casefold().strip(" .") == shown(other).casefold().strip(" .")


def comparable(value: dict[str, Any]) -> tuple[Any, ...]:
    """Return what two parsed values are compared by."""
    if "amount" in value:
        return ("amount", value["amount"])
    if "count" in value:
        return ("count", value["count"], _of(value), value.get("per"), value.get("unit"))
    if value.get("date") or value.get("within"):
        return ("when", value.get("date"), str(value.get("within")))
    return ("text", shown(value).casefold())


def _contradict(claim: Claim, found: Found) -> bool:
    if claim.field_path == found.field_path and found.field_path in _COMPARED:
        return not is_same(claim.value, found.value)
    if claim.field_path == found.field_path == fields.EXPECTED_SCALE:
        return _counts_differ(claim.value, found.value)
    if claim.field_path == found.field_path == fields.COUNTS and "unit" in found.value:
        # "The deposit is 30 %", and later "50 %"; counts of things are compared as the scale.
        return _counts_differ(claim.value, found.value)
    if claim.field_path.startswith(fields.DETAILS) and found.field_path == fields.COUNTS:
        return _counts_differ(claim.value, found.value)
    wanted, refused = (claim, found) if found.field_path == fields.OUT_OF_SCOPE else (found, claim)
    if refused.field_path != fields.OUT_OF_SCOPE or wanted.field_path not in {
        fields.FEATURES,
        fields.INTEGRATIONS,
    }:
        return False
    # "No online payment" refuses "online payment", whatever the kind of service is called.
    said = {_stem(shown(wanted.value)), _stem(wanted.quote)}
    return _stem(shown(refused.value)) in said


def _counts_differ(one: Any, other: Any) -> bool:
    if (
        not (isinstance(one, dict) and isinstance(other, dict))
        or "count" not in one
        or "count" not in other
    ):
        return False
    # "About 15 bikes a month" are there today; "no more than 5" are wished for.
    if _is_limit(one) != _is_limit(other):
        return False
    return (
        _of(one) == _of(other)
        and all(one.get(part) == other.get(part) for part in ("per", "unit"))
        and one["count"] != other["count"]
    )


def _is_limit(value: dict[str, Any]) -> bool:
    return str(value.get("bound", "")).startswith(_LIMITS)


def _of(value: dict[str, Any]) -> str:
    words = str(value.get("of", "")).split()
    return singular(words[-1].lower()) if words else ""


def _stem(text: str) -> str:
    return " ".join(singular(word) for word in text.casefold().replace("-", "").split())
