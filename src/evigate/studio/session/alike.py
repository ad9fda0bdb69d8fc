"""Whether two questions ask the same, by their words: order and repeats count nothing."""

from difflib import SequenceMatcher
from functools import lru_cache

from evigate.language.words import folded_words

ALIKE_FROM = 90
WORDS_MIN = 4
_IDLE = frozenset(("a", "an", "the", "do", "does", "is", "are", "there"))


@lru_cache(maxsize=10_000)
def is_alike(one: str, other: str) -> bool:
    """Say whether the words of two questions are the same for nine tenths."""
    words, others = _plain(one), _plain(other)
    # In two or three words, one in common is no sameness.
    if min(len(words), len(others)) < WORDS_MIN:
        return words == others
    # Too few words in common cannot reach it; most pairs end here.
    if 2 * len(words & others) < min(len(words), len(others)):
        return False
    return token_set_ratio(words, others) >= ALIKE_FROM


def token_set_ratio(one: frozenset[str], other: frozenset[str]) -> int:
    """
    Return how alike two sets of words are, 0 to 100; 0 where one of them is empty.

    The words in common are compared with each side's own beside them, and the best of the three
    comparisons counts, so that a question inside a longer one is the same question.

    Source:
        The token-set ratio of Cohen's FuzzyWuzzy (2011), with difflib's ratio.
    """
    if not one or not other:
        return 0
    common = " ".join(sorted(one & other))
    left = f"{common} {' '.join(sorted(one - other))}".strip()
    right = f"{common} {' '.join(sorted(other - one))}".strip()
    pairs = ((common, left), (common, right), (left, right)) if common else ((left, right),)
    return round(100 * max(SequenceMatcher(None, a, b).ratio() for a, b in pairs))


@lru_cache(maxsize=10_000)
def _plain(question: str) -> frozenset[str]:
    return frozenset(folded_words(question)) - _IDLE
