"""How an obligation stands, given what is claimed: its status, its confidence, how much is known.

Pure: the same claims give the same standing. Completeness is the weighted share of what is known,
sum(weight x factor x confidence) / sum(weight) over what is counted and was not skipped.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from evigate.studio.objective import Objective, Obligation, is_satisfied


class NeedStatus(StrEnum):
    """Where an obligation stands."""

    PENDING = "pending"
    PARTIAL = "partial"
    SATISFIED = "satisfied"
    DEFERRED = "deferred"
    SKIPPED = "skipped"


FACTORS: Mapping[NeedStatus, float] = {
    NeedStatus.SATISFIED: 1.0,
    NeedStatus.PARTIAL: 0.5,
    NeedStatus.DEFERRED: 0.25,
    NeedStatus.PENDING: 0.0,
    NeedStatus.SKIPPED: 0.0,
}
# What is deferred has no value yet, but someone has it on a list: it counts as known by half.
DEFERRED_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Said:
    """What one claim says, for the conditions."""

    value: Any
    kind: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A status with the confidence behind it, 0..1."""

    status: NeedStatus
    confidence: float


def standing_of(obligation: Obligation, said: Sequence[Said]) -> Standing:
    """Return how an obligation stands by its claims alone; none leaves it pending."""
    if not said:
        return Standing(NeedStatus.PENDING, 0.0)
    confidence = round(max(each.confidence for each in said), 2)
    document = {
        "count": len(said),
        "confidence": confidence,
        "values": [each.value for each in said],
        "kinds": sorted({each.kind for each in said}),
    }
    # "None", said outright, answers a question for several things too.
    is_none = any(each.value == "none" for each in said)
    is_known = is_satisfied(
        obligation, {**document, "count": max(2, len(said))} if is_none else document
    )
    return Standing(NeedStatus.SATISFIED if is_known else NeedStatus.PARTIAL, confidence)


def completeness(objective: Objective, standings: Mapping[str, Standing]) -> float:
    """Return how much of an objective is known, 0..1, to two places; 1 where all was skipped."""
    parts = list(contributions(objective, standings))
    total = sum(weight for weight, _ in parts)
    known = sum(share for _, share in parts)
    return round(known / total, 2) if total else 1.0


def contributions(
    objective: Objective, standings: Mapping[str, Standing]
) -> Iterable[tuple[float, float]]:
    """Yield the (weight, known weight) of each counted obligation that was not skipped."""
    for obligation in objective.obligations:
        standing = standings.get(obligation.key, Standing(NeedStatus.PENDING, 0.0))
        if obligation.is_counted and standing.status is not NeedStatus.SKIPPED:
            factor = FACTORS[standing.status]
            yield obligation.weight, obligation.weight * factor * standing.confidence
