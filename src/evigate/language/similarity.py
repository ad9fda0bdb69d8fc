"""How alike two texts are, and how much of one the other holds: counts of stems and n-grams.

All measures are in 0..1, symmetric where named so, and 0 when either side is empty.
"""

from collections.abc import Collection, Sequence

from evigate.language.weights import BACKGROUND, Weights


def ngrams(items: Sequence[str], size: int) -> set[tuple[str, ...]]:
    """Return the distinct runs of `size` items; none when there are fewer items than that."""
    return {tuple(items[at : at + size]) for at in range(len(items) - size + 1)}


def jaccard(left: Collection[object], right: Collection[object]) -> float:
    """Return the shared part of two sets over their union; 0 when both are empty."""
    one, other = set(left), set(right)
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def ngram_jaccard(left: Sequence[str], right: Sequence[str], *, size: int) -> float:
    """
    Return the Jaccard index of two texts' n-grams of stems.

    When one of them is shorter than `size`, the n-grams are as long as the shorter text, so that
    two equal short texts are still alike.
    """
    fitting = min(size, len(left), len(right))
    if fitting == 0:
        return 0.0
    return jaccard(ngrams(left, fitting), ngrams(right, fitting))


def coverage(
    claim: Collection[str], evidence: Collection[str], *, weights: Weights = BACKGROUND
) -> float:
    """
    Return the share of the claim's stems, by weight, that the evidence has.

    Args:
        claim: stems, each counted once.
        evidence: stems.
        weights: how much each stem says.

    Returns:
        0..1; an empty claim 0.
    """
    wanted = set(claim)
    total = sum(weights.weight(stem) for stem in sorted(wanted))
    found = sum(weights.weight(stem) for stem in sorted(wanted & set(evidence)))
    return found / total if total else 0.0


def ngram_precision(claim: Sequence[str], evidence: Sequence[str], *, size: int) -> float:
    """Return the share of the claim's distinct n-grams that stand in the evidence; else 0."""
    wanted = ngrams(claim, size)
    return len(wanted & ngrams(evidence, size)) / len(wanted) if wanted else 0.0
