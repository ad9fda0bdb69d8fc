"""Duplication: how like is a draft to another item of the bank or of its own batch?

The one check whose score is better when low: it is the greatest likeness, and its rule bounds it
from above. Likeness is the greater of two: the Jaccard index of five-word runs, which finds copies,
and the cosine of weighted word counts, which finds the same words in another order. A paraphrase in
other words is not found.
"""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from evigate.gate.checks.models import Draft, Score, measured, not_measured
from evigate.language.similarity import ngram_jaccard
from evigate.language.weights import BACKGROUND
from evigate.language.words import content_stems, stems

VERSION = "1"
RUN_WORDS = 5


def score_duplication(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score the greatest likeness to a neighbour: 0 for none, 1 for a copy.

    A rule, not a measured judge: copies are found, paraphrases are not.

    Args:
        draft: its question and key, or else all its texts, are compared with each neighbour.
        params: none.

    Returns:
        details: the nearest neighbour's index and text; none without neighbours.
        Not measured when the draft has no text.
    """
    text = own_text(draft)
    if not stems(text):
        return not_measured("the draft has no text")
    scores = [likeness(text, other) for other in draft.neighbours]
    if not scores:
        return measured(0.0, {"nearest": None})
    index = max(range(len(scores)), key=lambda number: (scores[number], -number))
    return measured(scores[index], {"nearest": {"index": index, "text": draft.neighbours[index]}})


def own_text(draft: Draft) -> str:
    """Return what a draft is compared by; its neighbours are made in the same way."""
    reading = draft.reading
    parts = [part for part in (reading.question, reading.answer) if part]
    return "\n".join(parts) if parts else "\n".join(reading.texts.values())


def likeness(left: str, right: str) -> float:
    """Return the likeness of two texts, 0..1, symmetric; 0 when one has no words."""
    return max(
        ngram_jaccard(stems(left), stems(right), size=RUN_WORDS),
        _cosine(Counter(content_stems(left)), Counter(content_stems(right))),
    )


def _cosine(left: Counter[str], right: Counter[str]) -> float:
    shared = sorted(left.keys() & right.keys())
    product = sum(left[s] * right[s] * BACKGROUND.weight(s) ** 2 for s in shared)
    lengths = [
        math.sqrt(sum((counts[s] * BACKGROUND.weight(s)) ** 2 for s in sorted(counts)))
        for counts in (left, right)
    ]
    return min(1.0, product / (lengths[0] * lengths[1])) if all(lengths) else 0.0
