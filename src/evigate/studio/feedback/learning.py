"""What is learned from feedback: how sure a source really is, and what is not offered again.

Pure. A source says "0.9"; of what it offered so, people took perhaps seven in ten. Isotonic
regression over what people did gives the confidence that a source's number stands for: never
falling where the number rises. It wants `OBSERVATIONS_MIN` offers with both outcomes before it
says anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from evigate.base.canonical import canonical_json
from evigate.studio.planning.models import Prefill

OBSERVATIONS_MIN = 20
DISMISSED_MAX = 2
# As in the prefills themselves: an offer is never as sure as a person, and never quite worthless.
CONFIDENCE_MIN, CONFIDENCE_MAX = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one offer in one project."""

    key: str
    source: str
    confidence: float
    offered: Any
    is_taken: bool
    is_dismissed: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a source's confidence stands for: knots of (stated, real), rising in both."""

    source: str
    observations: int
    taken: int
    knots: tuple[tuple[float, float], ...]

    def real(self, stated: float) -> float:
        """Return what a stated confidence stands for, between knots in proportion."""
        if not self.knots:
            return stated
        before, after = self.knots[0], self.knots[-1]
        for one, other in zip(self.knots, self.knots[1:], strict=False):
            if one[0] <= stated <= other[0]:
                before, after = one, other
                break
        else:
            return round(before[1] if stated < before[0] else after[1], 2)
        width = after[0] - before[0]
        share = (stated - before[0]) / width if width else 0.0
        return round(before[1] + share * (after[1] - before[1]), 2)


@dataclass(frozen=True)
class Experience:
    """All that a tenant's feedback says of offers; an empty one changes nothing."""

    calibrations: Mapping[str, Calibration] = field(default_factory=dict)
    suppressed: frozenset[tuple[str, bytes]] = frozenset()

    def of(self, key: str, offer: Prefill) -> Prefill | None:
        """Return an offer as sure as it really is; None where it was dismissed too often."""
        if (key, canonical_json(offer.value)) in self.suppressed:
            return None
        found = self.calibrations.get(offer.source)
        if found is None or not found.knots:
            return offer
        return replace(offer, confidence=found.real(offer.confidence))


def experience_of(outcomes: Sequence[Outcome]) -> Experience:
    """Return what outcomes teach; the same ones in any order give the same."""
    sources = sorted({each.source for each in outcomes})
    calibrations = {
        source: calibrate(source, [each for each in outcomes if each.source == source])
        for source in sources
    }
    return Experience(calibrations, frozenset(_dismissed(outcomes)))


def _dismissed(outcomes: Iterable[Outcome]) -> Iterable[tuple[str, bytes]]:
    """Yield what was dismissed as often as is enough, and is nobody's answer."""
    counts: dict[tuple[str, bytes], int] = {}
    taken: set[tuple[str, bytes]] = set()
    for each in outcomes:
        at = (each.key, canonical_json(each.offered))
        if each.is_taken:
            taken.add(at)
        elif each.is_dismissed:
            counts[at] = counts.get(at, 0) + 1
    for at, count in counts.items():
        if count >= DISMISSED_MAX and at not in taken:
            yield at


def calibrate(source: str, outcomes: Sequence[Outcome]) -> Calibration:
    """Return a source's calibration; without knots where too little was seen to say anything."""
    taken = sum(each.is_taken for each in outcomes)
    count = len(outcomes)
    if count < OBSERVATIONS_MIN or taken in (0, count):
        return Calibration(source, count, taken, ())
    # Loaded on use: most calls never come here, and the library takes a second.
    from sklearn.isotonic import IsotonicRegression

    ordered = sorted(outcomes, key=lambda each: (each.confidence, each.is_taken))
    model = IsotonicRegression(
        y_min=CONFIDENCE_MIN, y_max=CONFIDENCE_MAX, out_of_bounds="clip"
    ).fit([each.confidence for each in ordered], [float(each.is_taken) for each in ordered])
    pairs = zip(model.X_thresholds_, model.y_thresholds_, strict=True)
    return Calibration(
        source, count, taken, tuple((round(float(x), 4), round(float(y), 4)) for x, y in pairs)
    )
