"""How much a word says: inverse frequency from a corpus, with a background for what it lacks.

The background is a list of 21,000 English words, commonest first (the whole words of BERT's
uncased vocabulary, which is ordered by frequency in Wikipedia and BookCorpus; Apache-2.0). By
Zipf's law a word's frequency falls as its rank, so the logarithm of the rank stands for its
inverse frequency; a word that is not in the list weighs as much as the rarest. A corpus of the
caller's own corrects this: what is everywhere in a chapter says little in a question on it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from evigate.language.words import fold, stem, words

# How many documents the background counts for; a corpus of as many has an equal say. Key terms of
# a textbook's sections are found best from 100 on (P@10 .49 against .45 at 20), flat up to 400.
BACKGROUND_DOCUMENTS = 200


@dataclass(frozen=True, slots=True)
class Weights:
    """Document frequencies of stems in a corpus; `document_count` 0 is the background alone."""

    document_count: int
    frequencies: Mapping[str, int]

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> "Weights":
        """Count, for each stem, the texts that it stands in; each text is one document."""
        counts: Counter[str] = Counter()
        size = 0
        for text in texts:
            counts.update({word.stem for word in words(text)})
            size += 1
        return cls(size, counts)

    def weight(self, stemmed: str) -> float:
        """
        Return how much a stem says, in 0..1; the commonest word 0, an unknown one 1.

        The background's weight is mixed with the corpus's inverse document frequency,
        log((N + 1) / (n + 0.5)) over log((N + 1) / 0.5), in proportion to their document counts.
        """
        background = background_weight(stemmed)
        if not self.document_count:
            return background
        most = math.log((self.document_count + 1) / 0.5)
        seen = self.frequencies.get(stemmed, 0)
        own = max(0.0, math.log((self.document_count + 1) / (seen + 0.5)) / most)
        share = self.document_count / (self.document_count + BACKGROUND_DOCUMENTS)
        return share * own + (1 - share) * background


BACKGROUND = Weights(0, {})


def background_weight(stemmed: str) -> float:
    """Return log(rank) / log(ranks) of the commonest word with this stem, in 0..1; unknown is 1."""
    ranks = _ranks()
    rank = ranks.get(stemmed)
    return 1.0 if rank is None else math.log(rank) / math.log(len(background_words()) + 1)


def is_common(word: str, *, within: int) -> bool:
    """Say whether a word's stem is among the `within` commonest words of the background."""
    rank = _ranks().get(stem(fold(word)))
    return rank is not None and rank <= within


@lru_cache(maxsize=1)
def background_words() -> tuple[str, ...]:
    """Return the background's words, commonest first."""
    path = files("evigate.language") / "data" / "words.txt"
    return tuple(path.read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def _ranks() -> Mapping[str, int]:
    ranks: dict[str, int] = {}
    for rank, word in enumerate(background_words(), start=1):
        ranks.setdefault(stem(fold(word)), rank)
    return ranks
