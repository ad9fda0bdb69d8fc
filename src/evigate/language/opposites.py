"""Words that exclude each other: a list of common English pairs ("before after", "most least").

The list is ours and holds what a question is turned round by, which no count of shared words can
see. It is far from every pair of opposites; a pair that is missing is simply not noticed.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from evigate.language.words import Word, fold, stem


def opposed_words(words: Sequence[Word], other: Collection[str]) -> tuple[Word, ...]:
    """
    Return the words whose opposite stands among the other text's stems while they do not.

    Args:
        words: of one text, in order.
        other: stems of the other text.
    """
    opposites = _opposites()
    there = frozenset(other)
    return tuple(
        word
        for word in words
        if word.stem not in there and opposites.get(word.stem, frozenset()) & there
    )


@lru_cache(maxsize=1)
def _opposites() -> Mapping[str, frozenset[str]]:
    path = files("evigate.language") / "data" / "opposites.txt"
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        one, two = (stem(fold(word)) for word in line.split())
        found.setdefault(one, set()).add(two)
        found.setdefault(two, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}
