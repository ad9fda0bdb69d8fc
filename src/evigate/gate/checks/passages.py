"""Evidence as sentences and windows of sentences, read once and shared by the checks."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from evigate.language.similarity import coverage
from evigate.language.weights import BACKGROUND
from evigate.language.words import split_sentences, stems

PASSAGES_CACHED = 64
# Two words agree when all but their last letters do ("reproduce", "reproduction").
BEGINNING_MIN = 4


@dataclass(frozen=True, slots=True)
class Passages:
    """
    Sentences of the evidence in order; all tuples have one entry per sentence.

    `passage` says which of the given texts a sentence stands in.
    """

    texts: tuple[str, ...]
    passage: tuple[int, ...]
    stems: tuple[tuple[str, ...], ...]
    sets: tuple[frozenset[str], ...]

    @property
    def all_stems(self) -> frozenset[str]:
        """Return the stems of all sentences."""
        return frozenset().union(*self.sets)

    def windows(
        self, size: int, *, is_across: bool = False
    ) -> Iterator[tuple[int, frozenset[str]]]:
        """
        Yield, for each sentence, its index and the stems of it and up to `size` - 1 after it.

        A window stays in its passage unless `is_across`, which suits evidence that is given
        sentence by sentence.
        """
        for first in range(len(self.sets)):
            last = min(len(self.sets), first + size)
            same = [
                n for n in range(first, last) if is_across or self.passage[n] == self.passage[first]
            ]
            yield first, frozenset().union(*(self.sets[n] for n in same))

    def around(self, index: int, reach: int = 1) -> frozenset[str]:
        """Return the stems of a sentence and those up to `reach` beside it in the same passage."""
        near = range(max(0, index - reach), min(len(self.sets), index + reach + 1))
        return frozenset().union(
            *(self.sets[n] for n in near if self.passage[n] == self.passage[index])
        )

    def best_sentence(self, wanted: Collection[str]) -> int:
        """Return the sentence that covers the stems best; the first of equals."""
        scores = [coverage(wanted, found) for found in self.sets]
        return max(range(len(scores)), key=lambda index: (scores[index], -index))


@lru_cache(maxsize=PASSAGES_CACHED)
def read_passages(evidence: tuple[str, ...]) -> Passages:
    """Return the sentences of the evidence; texts of blanks add none."""
    # A line's end ends a sentence: a chunk's blocks, such as a glossary's lines, are lines.
    found = [
        (line[start:end], number)
        for number, text in enumerate(evidence)
        for line in text.split("\n")
        for start, end in split_sentences(line)
    ]
    stemmed = tuple(stems(sentence) for sentence, _ in found)
    return Passages(
        texts=tuple(sentence for sentence, _ in found),
        passage=tuple(number for _, number in found),
        stems=stemmed,
        sets=tuple(frozenset(one) for one in stemmed),
    )


def has_stem(stem: str, there: Collection[str]) -> bool:
    """Say whether the stem, or another that begins as it does, is there."""
    if stem in there:
        return True
    if len(stem) <= BEGINNING_MIN:
        return False
    beginning = stem[: max(BEGINNING_MIN, len(stem) - 2)]
    return any(other.startswith(beginning) for other in there)


def loose_coverage(wanted: Collection[str], there: Collection[str]) -> float:
    """Return the share of the stems, by weight, that are there by `has_stem`; 0 for none."""
    total = sum(BACKGROUND.weight(stem) for stem in sorted(set(wanted)))
    found = sum(BACKGROUND.weight(stem) for stem in sorted(set(wanted)) if has_stem(stem, there))
    return found / total if total else 0.0
