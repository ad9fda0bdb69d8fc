"""Which candidates become drafts: the best, with kinds and sections balanced and nothing twice.

Kinds take turns by their shares, and each turn goes to the candidate of the kind with the highest
quality, less a little for every item that its section already has. A sentence makes one item only,
a term at most a few, and what is too like an item already taken is passed over, since a learner who
has seen one knows the other.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from evigate.language.weights import BACKGROUND
from evigate.language.words import content_stems
from evigate.learning.generate.models import DraftItem, Limits
from evigate.learning.items.kinds import answer_of, question_of
from evigate.learning.items.payloads import TrueFalseItem

# Each item that a section has already costs the next so much quality.
SECTION_COST = 0.02
# The gate refuses likeness over .85; a little below, as items of other documents come to it.
LIKENESS_MAX = 0.8
LEAD_MAX = 2


def choose(candidates: Iterable[DraftItem], limits: Limits) -> tuple[DraftItem, ...]:
    """
    Return the drafts that are kept, in the order of choice: best first, kinds mixed.

    Equal ones are ordered by key, so the choice is total. Of one key only the best is seen.
    """
    best = _best(candidates, limits)
    state = _Taken(limits)
    state.fill(_by_kind(each for each in best if each.quality >= limits.quality_min), limits.items)
    state.fill(
        _by_kind(each for each in best if each.quality < limits.quality_min),
        min(limits.enough, limits.items),
    )
    return tuple(state.items)


class _Taken:
    """What was taken so far, asked whether one more may be."""

    def __init__(self, limits: Limits) -> None:
        self.items: list[DraftItem] = []
        self._limits = limits
        self._counts: Counter[str] = Counter()
        self._quotes: set[str] = set()
        self._terms: Counter[str] = Counter()
        self._sections: Counter[tuple[str, ...]] = Counter()
        # How many more true statements there are than false ones.
        self._lead = 0
        self._bags: list[Mapping[str, float]] = []

    def fill(self, left: Mapping[str, list[DraftItem]], size: int) -> None:
        """Take candidates, kinds in turn, until `size` are taken or none is left."""
        while len(self.items) < size and any(left.values()):
            kind = min(
                (kind for kind in left if left[kind]),
                key=lambda kind: ((self._counts[kind] + 1) / self._limits.shares[kind], kind),
            )
            item = max(left[kind], key=self.worth)
            left[kind].remove(item)
            if self.may(item):
                self.add(item)

    def worth(self, item: DraftItem) -> tuple[float, str]:
        """Return what an item is worth now; the key decides between equals."""
        return (item.quality - SECTION_COST * self._sections[item.payload.section], item.key)

    def may(self, item: DraftItem) -> bool:
        """Say whether an item adds something to those taken."""
        if item.concept:
            if item.citations[0].quote in self._quotes:
                return False
            if self._terms[_term(item)] >= self._limits.per_term:
                return False
        if isinstance(item.payload, TrueFalseItem) and item.payload.key and self._lead >= LEAD_MAX:
            return False
        bag = _bag(item)
        return all(_cosine(bag, other) < LIKENESS_MAX for other in self._bags)

    def add(self, item: DraftItem) -> None:
        """Note an item."""
        self.items.append(item)
        self._counts[item.kind] += 1
        if isinstance(item.payload, TrueFalseItem):
            self._lead += 1 if item.payload.key else -1
        self._quotes.add(item.citations[0].quote)
        self._terms[_term(item)] += 1
        self._sections[item.payload.section] += 1
        self._bags.append(_bag(item))


def _best(candidates: Iterable[DraftItem], limits: Limits) -> tuple[DraftItem, ...]:
    """Return of each key the best candidate, as far as it is wanted at all."""
    best: dict[str, DraftItem] = {}
    lowest = min(limits.quality_min, limits.quality_low)
    for item in candidates:
        if item.quality < lowest or limits.shares.get(item.kind, 0) <= 0:
            continue
        known = best.get(item.key)
        if known is None or item.quality > known.quality:
            best[item.key] = item
    return tuple(best.values())


def _by_kind(candidates: Iterable[DraftItem]) -> dict[str, list[DraftItem]]:
    kinds: dict[str, list[DraftItem]] = {}
    for item in candidates:
        kinds.setdefault(item.kind, []).append(item)
    return kinds


def _term(item: DraftItem) -> str:
    return " ".join(content_stems(item.concept))


def _bag(item: DraftItem) -> Mapping[str, float]:
    """Return the item's words by weight: what is asked and what answers it."""
    text = f"{question_of(item.payload)} {answer_of(item.payload)}"
    return {
        stem: count * BACKGROUND.weight(stem)
        for stem, count in Counter(content_stems(text)).items()
    }


def _cosine(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    product = sum(left[stem] * right[stem] for stem in sorted(left.keys() & right.keys()))
    sizes = [math.sqrt(sum(v * v for _, v in sorted(each.items()))) for each in (left, right)]
    return product / (sizes[0] * sizes[1]) if all(sizes) else 0.0
